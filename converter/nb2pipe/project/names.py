"""The pipeline's name: an identifier that nothing else has."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from nb2pipe.environment.local import is_local
from nb2pipe.environment.standard import was_ever_standard
from nb2pipe.errors import NameRefused

_DEVICES = {"con", "prn", "aux", "nul", "conin", "conout"}
_DEVICES |= {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
# What stands beside the package in the project's folder, and what its environment brings.
_TAKEN = {
    **dict.fromkeys(("tasks", "tests"), "the project has a file or folder of that name"),
    **dict.fromkeys(
        ("nb2pipe", "ploomber", "ipykernel", "IPython", "cloudpickle", "pytest", "papermill"),
        "the pipeline's environment has a package of that name",
    ),
}

IsInstalled = Callable[[str], bool]


def from_stem(stem: str) -> str:
    """A notebook's stem as a name for a package; the stem itself where it can be one."""
    name = unicodedata.normalize("NFKC", stem)
    if not malformed(name):
        return name
    name = re.sub(r"\W+", "_", name).strip("_")
    if not name:
        return "pipeline"
    return f"nb_{name}" if malformed(name) else name


def problem(name: str, folder: Path, project: Path, is_installed: IsInstalled) -> str:
    """Why a pipeline must not be called so; "" when it may.

    Args:
        name: the name.
        folder: the notebook's folder.
        project: the folder that the project would get.
        is_installed: whether the kernel's environment has a module of that name.
    """
    if reason := malformed(name):
        return reason
    if name.casefold() in _DEVICES:
        return "Windows reserves that name for a device"
    if name in _TAKEN:
        return _TAKEN[name]
    if was_ever_standard(name):
        return "Python's standard library has a module of that name"
    if is_local(name, folder):
        return "a module of that name lies beside the notebook"
    if twin := _case_twin(project):
        return f"{twin} differs from it only in case"
    if is_installed(name):
        return "the kernel's environment has a package of that name"
    return ""


def malformed(name: str) -> str:
    """Why a name can be no package's; "" when it can."""
    if not name.isidentifier() or unicodedata.normalize("NFKC", name) != name:
        return "a name must be a Python identifier"
    if keyword.iskeyword(name):
        return "it is a keyword of Python"
    if name.startswith("__"):
        return "Python reserves such names"
    return ""


def refuse(
    name: str, reason: str, folder: Path, project: Path, is_installed: IsInstalled
) -> NameRefused:
    """The error for a refused name, with a proposal that would be accepted."""
    plain = from_stem(name) if malformed(name) else name
    proposal = f"{plain}_pipeline".lstrip("_")
    number = 2
    while problem(proposal, folder, project.parent / proposal, is_installed) and number < 100:
        proposal, number = f"{plain}_pipeline{number}".lstrip("_"), number + 1
    return NameRefused(
        f"the pipeline cannot be called {name!r}: {reason}",
        advice=f"Give it another name, for example --name {proposal}",
    )


def _case_twin(project: Path) -> str:
    try:
        entries = [entry.name for entry in project.parent.iterdir()]
    except OSError:
        return ""
    folded = project.name.casefold()
    return next((e for e in sorted(entries) if e != project.name and e.casefold() == folded), "")
