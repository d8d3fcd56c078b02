"""Tags written into a notebook's text, in which nothing else changes by a character."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from nb2pipe.errors import NotebookUnreadable

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def rewritten(text: str, tags: Mapping[int, tuple[str, ...]], place: str) -> str:
    """The notebook's text with other tags in some of its cells.

    Args:
        text: what the ``.ipynb`` file holds, a notebook of format 4.
        tags: the tags of cells by the cell's number, from 1.
        place: the file, for the message.

    Raises:
        NotebookUnreadable: it is a notebook of format 3, which has no tags.
    """
    if json.loads(text.removeprefix("\ufeff")).get("nbformat") != 4:
        raise NotebookUnreadable(
            "a notebook of format 3 cannot have tags",
            place=place,
            advice="Open it in Jupyter and save it, then suggest again.",
        )
    start = 1 if text.startswith("\ufeff") else 0
    cells = [value for key, value, _ in _members(text, start) if key == "cells"][-1]
    line_end = "\r\n" if "\r\n" in text else "\n"
    edits = [
        _edit(text, begin, tags[number])
        for number, begin in enumerate(_items(text, cells), start=1)
        if number in tags
    ]
    for begin, end, new in reversed(edits):
        text = text[:begin] + new.replace("\n", line_end) + text[end:]
    return text


def _edit(text: str, cell: int, tags: tuple[str, ...]) -> tuple[int, int, str]:
    """What replaces which part of the text, for the cell that begins at ``cell``."""
    members = {key: (begin, at) for key, begin, at in _members(text, cell)}
    if "metadata" not in members:
        new = f'"metadata": {{"tags": {_one_line(tags)}}}, '
        first = min(at for _, at in members.values())
        return first, first, new
    begin, at = members["metadata"]
    end = _DECODER.raw_decode(text, begin)[1]
    own = {key: value for key, value, _ in _members(text, begin)}
    pretty = "\n" in text[cell:begin]
    margin, step = _indent(text, at) if pretty else ("", "")
    if "tags" in own:
        old_end = _DECODER.raw_decode(text, own["tags"])[1]
        return own["tags"], old_end, _value(tags, margin + step, step)
    inner = margin + step
    new = f'"tags": {_value(tags, inner, step)}'
    if own:
        last = max(own.values())
        at = _DECODER.raw_decode(text, last)[1]
        return at, at, f",\n{inner}{new}" if pretty else f", {new}"
    return begin, end, f"{{\n{inner}{new}\n{margin}}}" if pretty else f"{{{new}}}"


def _value(tags: tuple[str, ...], margin: str, step: str) -> str:
    """The list of tags as the file's other lists stand in it."""
    if not step or not tags:
        return _one_line(tags)
    items = ",\n".join(margin + step + json.dumps(tag, ensure_ascii=False) for tag in tags)
    return f"[\n{items}\n{margin}]"


def _one_line(tags: tuple[str, ...]) -> str:
    return json.dumps(list(tags), ensure_ascii=False)


def _indent(text: str, at: int) -> tuple[str, str]:
    """The margin of the line in which a cell's member begins, and one step of indentation.

    A cell's members stand three levels deep.
    """
    line = text[text.rfind("\n", 0, at) + 1 : at]
    margin = line if not line.strip() else ""
    return margin, margin[: len(margin) // 3] or " "


def _members(text: str, at: int) -> Iterator[tuple[str, int, int]]:
    """The members of the object at ``at``: key, where the value begins, where the key begins."""
    at = _skip(text, _skip(text, at) + 1)
    while text[at] != "}":
        key: str
        key_at = at
        key, at = scanstring(text, at + 1, True)
        value = _skip(text, _skip(text, at) + 1)  # behind the colon
        yield key, value, key_at
        at = _after(text, value)


def _items(text: str, at: int) -> Iterator[int]:
    """Where the items of the list at ``at`` begin."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        yield at
        at = _after(text, at)


def _after(text: str, value: int) -> int:
    """Where the next member or item begins, or the closing bracket stands."""
    parsed: tuple[Any, int] = _DECODER.raw_decode(text, value)
    at = _skip(text, parsed[1])
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
