"""Headings of a notebook's Markdown, and stage names from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nb2pipe import stage_names
from nb2pipe.model import Cell

_HASHES = re.compile(r" {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*")
_TAG = re.compile(r"\s*<h([1-6])\b[^>]*>(.*?)</h\1>\s*", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_NUMBER = re.compile(r"(?:\d+|[ivxIVX]+|[A-Z])(?:\.\d+)*[.):]\s+|\d+(?:\.\d+)+\s+|\d+\s+")
_FEW_WORDS = 4
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        "a an and as at by for from in into is it its let lets of on or our some that the their"
        " then this to us using via we what with",
    )
)


@dataclass(frozen=True)
class Heading:
    """A heading: its level from 1, its text without markup, the number of its Markdown cell."""

    level: int
    text: str
    cell: int


def headings(cell: Cell) -> Iterator[Heading]:
    """The headings of a Markdown cell, in order."""
    fence = ""
    previous = ""
    for line in cell.source.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
            continue
        if mark:
            fence = mark[1]
            continue
        level, text = 0, ""
        if found := _HASHES.fullmatch(line):
            level, text = len(found[1]), found[2]
        elif found := _TAG.fullmatch(line):
            level, text = int(found[1]), re.sub(r"<[^>]*>", "", found[2])
        elif previous.strip() and re.fullmatch(r" {0,3}(=+|-{2,})[ \t]*", line):
            level, text = (1 if "=" in line else 2), previous
        if level and (plain := _plain(text)):
            yield Heading(level, plain, cell.number)
        previous = "" if level else line


def _plain(text: str) -> str:
    text = _LINK.sub(r"\1", text)
    return " ".join(re.sub(r"[*`_~]{1,3}(?=\S)|(?<=\S)[*`~]{1,3}", "", text).split())


def above_code(cells: Sequence[Cell]) -> dict[str, list[Heading]]:
    """By the id of each code cell that holds code: the headings right above it, in order."""
    result: dict[str, list[Heading]] = {}
    waiting: list[Heading] = []
    for cell in cells:
        if cell.kind == "markdown":
            waiting += headings(cell)
        elif cell.kind == "code" and cell.source.strip():
            result[cell.id] = waiting
            waiting = []
    return result


def main_level(above: dict[str, list[Heading]]) -> int:
    """The topmost level at which at least two pieces of code begin; 0 without headings.

    Below the notebook's title these are its sections.
    """
    levels = [{heading.level for heading in found} for found in above.values()]
    for level in range(1, 7):
        if sum(level in found for found in levels) > 1:
            return level
    return min((level for found in levels for level in found), default=0)


def name(heading: Heading) -> str:
    """A stage name from the heading's words: short, without its number; "" when none is left."""
    text = _NUMBER.sub("", heading.text, count=1) if _NUMBER.match(heading.text) else heading.text
    words = re.findall(r"\w+", re.sub("['\N{RIGHT SINGLE QUOTATION MARK}]", "", text))
    telling = [word for word in words if word.lower() not in _FILLERS] or words
    if not telling:
        return ""
    return stage_names.proposal(" ".join(telling[:_FEW_WORDS]))
