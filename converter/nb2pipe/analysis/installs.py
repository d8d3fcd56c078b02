"""Lines that install packages: ``%pip install`` and its kin become requirements."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator

from nb2pipe.analysis.rules import Place, nb205_install
from nb2pipe.analysis.translation import Translation, unsupported
from nb2pipe.model import Diagnostic

_INSTALL = re.compile(
    r"""(?:[%!]|!!)\s*
    (?P<tool>
        (?:(?:\{sys\.executable\}|python[\d.]*)\s+-m\s+)?pip[\d.]*
      | uv\s+pip
      | conda | mamba | micromamba
    )
    \s+install\b(?P<arguments>.*)""",
    re.VERBOSE | re.DOTALL,
)
_REDIRECTION = re.compile(r"\s(?:[12&]?>{1,2}\s*/dev/null|2>&1)(?=\s|$)")
_OPERATORS = {"&&", "||", "|", ";", "&", ">", "<", ">>"}
# Options of pip that take a value of their own; those in _SOURCES say where packages come from.
_SOURCES = {"-r", "--requirement", "-e", "--editable", "-i", "--index-url", "--extra-index-url"}
_SOURCES |= {"-f", "--find-links", "-c", "--constraint"}
_VALUED = _SOURCES | {"-t", "--target", "--progress-bar", "--timeout", "--retries", "--proxy"}
_VALUED |= {"--trusted-host", "--root-user-action", "--upgrade-strategy", "--prefix"}


def translate(text: str) -> Translation | None:
    """Translate a line that installs packages; None when it is none.

    Args:
        text: the line without its indentation, continuation lines joined.

    Returns:
        A comment with the requirements; with a finding for each argument that is none.
    """
    found = _INSTALL.match(text)
    if not found:
        return None
    try:
        words = shlex.split(_REDIRECTION.sub(" ", found["arguments"] + " "), comments=True)
    except ValueError:
        return unsupported(text)
    if any(word in _OPERATORS or word.endswith(";") for word in words):
        return unsupported(text)
    comment = "# " + text
    if found["tool"].split()[-1].endswith(("conda", "mamba")):
        # Names of conda packages are not those of a Python package index.
        return Translation(comment=comment)
    named, left_out = _sorted_arguments(words)
    return Translation(
        comment=comment,
        requirements=tuple(named),
        findings=tuple(_left_out(part) for part in left_out),
    )


def _left_out(part: str) -> Callable[[Place], Diagnostic]:
    return lambda at: nb205_install.diagnostic(at, part)


def _sorted_arguments(words: list[str]) -> tuple[list[str], list[str]]:
    """Arguments of an install line: requirements, and what cannot be one."""
    from packaging.requirements import InvalidRequirement, Requirement

    named: list[str] = []
    left_out: list[str] = []
    rest: Iterator[str] = iter(words)
    for word in rest:
        option, equals, _ = word.partition("=")
        if word.startswith("-"):
            value = "" if equals or option not in _VALUED else " " + next(rest, "")
            if option in _SOURCES:
                left_out.append(word + value)
            continue
        try:
            requirement = Requirement(word)
        except InvalidRequirement:
            left_out.append(word)
        else:
            (left_out if requirement.url else named).append(word)
    return named, left_out
