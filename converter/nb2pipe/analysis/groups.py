"""The pieces of process state that can be carried, and which setting belongs to which."""

from __future__ import annotations

# The names that `execution/kernel/states.py` knows, in the order in which they are given back.
GROUPS = (
    "sys.path", "cwd", "environ", "warnings", "numpy", "pandas", "matplotlib", "sklearn", "decimal",
)  # fmt: skip
_WORDS = {
    "cwd": "the working directory",
    "environ": "the environment",
    "sys.path": "`sys.path`",
    "warnings": "the filters of warnings",
    "decimal": "the context of decimal numbers",
}
_PREFIXES = {
    "os.environ": "environ",
    "os.putenv": "environ",
    "os.unsetenv": "environ",
    "os.chdir": "cwd",
    "sys.path": "sys.path",
    "site.addsitedir": "sys.path",
    "seaborn": "matplotlib",
    **{name: name for name in ("warnings", "numpy", "pandas", "matplotlib", "sklearn", "decimal")},
}


def group_of(setting: str) -> str:
    """The group that a setting, by its dotted name, belongs to; "" when it cannot be carried."""
    name = setting
    while name:
        if name in _PREFIXES:
            return _PREFIXES[name]
        name = name.rpartition(".")[0]
    return ""


def in_words(state: str) -> str:
    """A piece of hidden state as a message says it."""
    if state in _WORDS:
        return _WORDS[state]
    if state in GROUPS:
        return f"the settings of {state}"
    return f"the random state of {state}"
