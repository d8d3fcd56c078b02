"""Warnings among what was written to standard error."""

from __future__ import annotations

from collections.abc import Iterator

from nb2pipe.verification.outputs import Shown


def warnings_in(text: str) -> Iterator[str]:
    """The warnings in what was written to standard error, each with the line it quotes."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if "Warning: " in line:
            quoted = lines[number + 1] if number + 1 < len(lines) else ""
            yield f"{line}\n{quoted}" if quoted.startswith("  ") else line


def without(one: Shown, known: set[str]) -> Shown:
    """What was written to standard error, without warnings that are known."""
    if one.kind != "stderr":
        return one
    text = one.text
    for warning in warnings_in(one.text):
        if warning in known:
            text = text.replace(warning, "", 1)
    return Shown("stderr", {"text/plain": text} if text.strip() else {})
