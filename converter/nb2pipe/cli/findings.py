"""Findings as text, as JSON, and as annotations of GitHub's."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from typing import Any

import click

from nb2pipe.model import Diagnostic

_WIDEST = 100


def as_text(finding: Diagnostic, path: str) -> str:
    """A finding for people: place, message, the source line with a caret, advice.

    Args:
        finding: the finding.
        path: the notebook's path as it was given.
    """
    severity = click.style(
        finding.severity, fg="red" if finding.severity == "error" else "yellow", bold=True
    )
    place = ": ".join(part for part in (path, _place(finding)) if part)
    lines = [f"{place}: {severity} {finding.code}: {_visible(finding.message)}"]
    lines += [f"    {line}" for line in _excerpt(finding)]
    lines.append(f"  {_visible(finding.advice)}")
    return "\n".join(lines)


def as_json(finding: Diagnostic) -> dict[str, Any]:
    """A finding for programs: the fields of ``Diagnostic``."""
    return asdict(finding)


def as_annotation(finding: Diagnostic, path: str) -> str:
    """A finding as a workflow command that GitHub shows at the file.

    Args:
        finding: the finding.
        path: the notebook's path from the repository's top, with forward slashes.
    """
    place = _place(finding)
    title = f"{finding.code} ({place})" if place else finding.code
    message = f"{place}: {finding.message}" if place else finding.message
    return (
        f"::{finding.severity} file={_property(path)},title={_property(title)}"
        f"::{_data(message)}%0A{_data(finding.advice)}"
    )


def error_annotation(message: str, path: str) -> str:
    """An error about a whole file as a workflow command."""
    return f"::error file={_property(path)},title=nb2pipe::{_data(message)}"


def _place(finding: Diagnostic) -> str:
    parts = []
    if finding.number is not None:
        parts.append(f"cell {finding.number}")
    if finding.line is not None:
        parts.append(f"line {finding.line}")
    return ", ".join(parts)


def _excerpt(finding: Diagnostic) -> list[str]:
    """The source line, without its indentation, and a caret below the column."""
    line = finding.excerpt
    if not line.strip():
        return []
    column = finding.column - 1 if finding.column else None
    start = len(line) - len(line.lstrip())
    if column is not None and column > start + _WIDEST - 20:
        start = column - _WIDEST // 2
    shown = line[start : start + _WIDEST].rstrip()
    lines = [_visible(shown)]
    if column is not None and start <= column <= start + len(shown):
        lines.append("".join(map(_blank, shown[: column - start])) + "^")
    return lines


def _blank(character: str) -> str:
    """As much empty space as the character takes."""
    if unicodedata.combining(character):
        return ""
    return "  " if unicodedata.east_asian_width(character) in "WF" else " "


def _visible(text: str) -> str:
    """The text with nothing in it that a terminal obeys."""
    return "".join(
        c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
