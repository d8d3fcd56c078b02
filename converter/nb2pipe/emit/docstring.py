"""Docstrings: Markdown of the notebook as the text of a string literal."""

from __future__ import annotations

import re

from nb2pipe.emit.layout import normalise

_UNWRITABLE = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def docstring(text: str, indent: str = "") -> str:
    """A docstring with that text, each line after ``indent``.

    Control characters and lone surrogates, which no source file may hold, are left out.
    """
    lines = [indent + line if line else "" for line in _clean(text)]
    quoted = "\n".join(lines)[len(indent) :]
    prefix = ""
    if '"""' in quoted or quoted.endswith(("\\", '"')):
        quoted = quoted.replace("\\", "\\\\")
        quoted = re.sub(r'"{3,}|"+\Z', lambda match: '\\"' * len(match[0]), quoted)
    elif "\\" in quoted:
        prefix = "r"  # LaTeX is common in Markdown: a raw string keeps it readable
    end = f"\n{indent}" if len(lines) > 1 else ""
    return f'{indent}{prefix}"""{quoted}{end}"""'


def _clean(text: str) -> list[str]:
    kept = _UNWRITABLE.sub("", normalise(text).expandtabs(4))
    return [line.rstrip() for line in kept.strip().split("\n")]
