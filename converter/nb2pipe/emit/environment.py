"""The generated pyproject.toml: requirements, recorded facts, and the settings kept in it."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping

from nb2pipe.environment.facts import Facts
from nb2pipe.environment.standard import version_pair

# From this line on the file is the user's.
SETTINGS = "[tool.nb2pipe]"
_SETTINGS_NOTE = "# Settings of this pipeline, yours to edit; nb2pipe keeps all that follows.\n"

# 0.22.5 and later ask for notebook < 7; its pkg_resources left setuptools with version 81.
PLOOMBER = ("ploomber==0.22.4", "setuptools<81")
TESTING = ("pytest>=8",)


def pyproject(name: str, dependencies: Iterable[str], facts: Facts, settings: str = "") -> str:
    """The text of pyproject.toml.

    Args:
        name: the pipeline's name.
        dependencies: PEP 508 requirements.
        facts: what is recorded of the kernel's environment.
        settings: the settings part of the file at hand (see ``settings_part``), kept as it is.
    """
    major, minor = version_pair(facts.python)
    blocks = [
        "# Written by nb2pipe. Versions stand in nb2pipe.lock (the pipeline) and uv.lock "
        "(packages).",
        _table(
            "project",
            {
                "name": _string(distribution_name(name)),
                "version": _string("0"),
                "requires-python": _string(f">={major}.{minor},<{major}.{minor + 1}"),
                "dependencies": _strings(dependencies),
            },
        ),
        _table("dependency-groups", {"ploomber": _strings(PLOOMBER), "test": _strings(TESTING)}),
        _table(
            "tool.uv", {"package": "false", "default-groups": _inline_strings(("ploomber", "test"))}
        ),
    ]
    sources = {d.name: _inline(d.source) for d in facts.distributions.values() if d.source}
    if sources:
        blocks.append(_table("tool.uv.sources", sources))
    for index in facts.indexes:
        entries = {"name": _string(index.name), "url": _string(index.url)}
        if index.default:
            entries["default"] = "true"
        blocks.append("[" + _table("tool.uv.index", entries).replace("]", "]]", 1))
    blocks.append(
        _table("tool.pytest.ini_options", {"pythonpath": '["."]', "testpaths": '["tests"]'})
    )
    blocks.append(
        "# What the kernel's environment had when it was looked at; `nb2pipe convert --upgrade` "
        "looks again.\n" + _table("tool.nb2pipe.facts", {"python": _string(facts.python)})
    )
    if facts.modules:
        modules = {key: _string(value) for key, value in facts.modules.items()}
        blocks.append(_table("tool.nb2pipe.facts.modules", modules))
    versions = {d.name: _string(d.version) for d in facts.distributions.values() if d.version}
    if versions:
        blocks.append(_table("tool.nb2pipe.facts.versions", versions))
    return "\n\n".join(blocks) + "\n\n" + (settings or f"{_SETTINGS_NOTE}{SETTINGS}\n")


def split(text: str) -> tuple[str, str]:
    """A pyproject.toml cut into what nb2pipe writes and the settings, which are the user's."""
    match = re.search(r"^\[tool\.nb2pipe\][ \t]*(#.*)?$", text, re.MULTILINE)
    if match is None:
        return text, ""
    start = match.start()
    if text[:start].endswith(_SETTINGS_NOTE):
        start -= len(_SETTINGS_NOTE)
    return text[:start], text[start:]


def locked_part(dependencies: Iterable[str], facts: Facts) -> str:
    """The digest of what uv.lock is resolved from."""
    meaning = {
        "python": facts.python,
        "dependencies": list(dependencies),
        "groups": [PLOOMBER, TESTING],
        "sources": {d.name: dict(d.source) for d in facts.distributions.values() if d.source},
        "indexes": [[i.name, i.url, i.default] for i in facts.indexes],
    }
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()


def distribution_name(name: str) -> str:
    """The pipeline's name as PEP 508 admits it: ASCII, no separator at an end."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]", "", plain).strip("._-") or "pipeline"


def _table(header: str, entries: Mapping[str, str]) -> str:
    lines = [f"{_key(key)} = {value}" for key, value in entries.items()]
    return "\n".join([f"[{header}]", *lines])


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _string(key)


def _string(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _strings(texts: Iterable[str]) -> str:
    return "[\n" + "".join(f"  {_string(text)},\n" for text in texts) + "]"


def _inline_strings(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_string(text) for text in texts) + "]"


def _inline(entry: Mapping[str, str | bool]) -> str:
    parts = [
        f"{_key(key)} = {str(value).lower() if isinstance(value, bool) else _string(value)}"
        for key, value in entry.items()
    ]
    return "{ " + ", ".join(parts) + " }"
