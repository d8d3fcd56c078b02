"""``%pip install`` lines as evidence of requirements."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_WITH_VALUE = {
    *("-c", "--constraint", "-t", "--target", "-f", "--find-links", "--platform", "--prefix"),
    *("--python-version", "--implementation", "--abi", "--root", "--src", "--upgrade-strategy"),
    *("--no-binary", "--only-binary", "--progress-bar", "--cache-dir", "--proxy", "--timeout"),
    *("--retries", "--trusted-host", "--cert", "--client-cert", "--log", "-C", "--config-settings"),
}
_INDEX = {"-i", "--index-url", "--extra-index-url"}
_FILE = {"-r", "--requirement"}
_NAMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[|[<>=!~;@]|$)")


@dataclass(frozen=True)
class Installs:
    """What the lines ask for: requirements by PEP 508, and addresses of indexes."""

    requirements: tuple[str, ...] = ()
    indexes: tuple[str, ...] = ()


def read(lines: Iterable[str], folder: Path) -> Installs:
    """Read the arguments of ``%pip install`` lines.

    Args:
        lines: the arguments as written, one or several a line.
        folder: the notebook's folder, where ``-r`` files lie.

    Returns:
        The named requirements and the indexes; paths and addresses without a name are left to
        what is installed.
    """
    requirements: list[str] = []
    indexes: list[str] = []
    for line in lines:
        _read_words(iter(_words(line)), folder, requirements, indexes)
    return Installs(tuple(dict.fromkeys(requirements)), tuple(dict.fromkeys(indexes)))


def normalized(name: str) -> str:
    """A distribution's name in the form that PEP 503 compares."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.split()


def _read_words(
    words: Iterator[str], folder: Path, requirements: list[str], indexes: list[str]
) -> None:
    for word in words:
        option, separator, value = word.partition("=")
        if word in _WITH_VALUE:
            next(words, None)
        elif word in _INDEX or (option in _INDEX and separator):
            indexes.append(value if separator and option in _INDEX else next(words, ""))
        elif word in _FILE or (option in _FILE and separator):
            name = value if separator and option in _FILE else next(words, "")
            requirements.extend(_from_file(folder / name))
        elif not word.startswith("-") and _NAMED.match(word):
            requirements.append(word)


def _from_file(file: Path) -> Iterator[str]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return
    for line in text.splitlines():
        entry = line.partition(" #")[0].strip()
        if _NAMED.match(entry):
            yield entry
