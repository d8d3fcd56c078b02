"""Docstrings: Markdown of the notebook as the text of a string literal."""

from __future__ import annotations

import unicodedata


def docstring(text: str, indent: str = "") -> str:
    """A docstring with that text, each line after ``indent``.

    Control characters and lone surrogates, which no source file may hold, are left out.
    """
    lines = [indent + line if line else "" for line in _clean(text)]
    quoted = "\n".join(lines)[len(indent) :]
    prefix = ""
    if "\\" in quoted or '"""' in quoted or quoted.endswith('"'):
        # LaTeX is common in Markdown: a raw string keeps it readable.
        if '"""' in quoted or quoted.endswith(("\\", '"')):
            quoted = quoted.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
            quoted = quoted[:-1] + '\\"' if quoted.endswith('"') else quoted
        else:
            prefix = "r"
    end = f"\n{indent}" if len(lines) > 1 else ""
    return f'{indent}{prefix}"""{quoted}{end}"""'


def _clean(text: str) -> list[str]:
    kept = "".join(
        character
        for character in text.expandtabs(4).replace("\r\n", "\n").replace("\r", "\n")
        if character == "\n" or unicodedata.category(character) not in ("Cc", "Cs")
    )
    return [line.rstrip() for line in kept.strip().split("\n")]
