"""``facts.json``: what one run of a notebook showed, as text and back; and which of it holds."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from nb2pipe.errors import FactsUnreadable
from nb2pipe.model import Cell, CellFacts, Facts

NAME = "facts.json"
FORMAT = 1
ADVICE = "Restore the file from git, or record again: nb2pipe record NOTEBOOK."


def source_digest(source: str) -> str:
    """The digest by which a cell's facts are found: of its text, whatever its line endings."""
    text = source.replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def text(facts: Facts) -> str:
    """The text of ``facts.json``: one line for each thing known of a cell, empty ones left out."""
    cells = []
    for cell in facts.cells:
        entries = [
            f"      {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, sort_keys=True)}"
            for key, value in asdict(cell).items()
            if value or key in ("source", "seconds")
        ]
        cells.append("    {\n" + ",\n".join(entries) + "\n    }")
    return f'{{\n  "format": {FORMAT},\n  "cells": [\n' + ",\n".join(cells) + "\n  ]\n}\n"


def read(source: str, place: str) -> Facts:
    """Read the text of ``facts.json``.

    Args:
        source: the text.
        place: the file's path, for messages.

    Raises:
        FactsUnreadable: the text is damaged, or of a format that only a newer nb2pipe knows.
    """
    try:
        content = json.loads(source)
        number = int(content["format"])
        if number > FORMAT:
            raise FactsUnreadable(
                f"the facts have format {number}, this nb2pipe knows formats up to {FORMAT}",
                place=place,
                advice="Upgrade nb2pipe, or record again: nb2pipe record NOTEBOOK.",
            )
        return Facts(tuple(_cell(entry) for entry in content["cells"]))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise FactsUnreadable(
            f"the facts are damaged: {error}", place=place, advice=ADVICE
        ) from error


def _cell(entry: Mapping[str, Any]) -> CellFacts:
    values: dict[str, Any] = {}
    for field in fields(CellFacts):
        if field.name not in entry:
            continue
        value = entry[field.name]
        if field.name == "source":
            values["source"] = str(value)
        elif field.name == "seconds":
            values["seconds"] = float(value)
        elif field.name == "types":
            values["types"] = {str(key): str(kind) for key, kind in value.items()}
        elif field.name == "shares":
            values["shares"] = tuple(tuple(map(_name, group)) for group in value)
        else:
            values[field.name] = tuple(map(_name, value))
    return CellFacts(**values)


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no name")
    return value


@dataclass(frozen=True)
class Seen:
    """The facts of a cell that is as it was recorded.

    ``same`` are the names that were there before it and that it left as they were. ``exact`` says
    that the cells before it are as they were recorded, too.
    """

    facts: CellFacts
    same: frozenset[str]
    exact: bool

    def apart(self, name: str, other: str) -> bool:
        """Whether a name that the cell bound shares nothing with one that it left as it was."""
        together = any(name in group and other in group for group in self.facts.shares)
        return name in self.facts.whole and other in self.same and not together


def seen(facts: Facts | None, cells: Sequence[Cell]) -> dict[str, Seen]:
    """The facts that still hold, by the cell's id.

    Args:
        facts: what was recorded.
        cells: the code cells that the notebook runs, in its order.
    """
    if facts is None:
        return {}
    waiting: dict[str, list[tuple[int, Seen]]] = defaultdict(list)
    known: set[str] = set()
    for position, fact in enumerate(facts.cells):
        moved = {*fact.changed, *fact.unsure, *fact.bound, *fact.deleted}
        waiting[fact.source].append((position, Seen(fact, frozenset(known - moved), True)))
        known = (known | set(fact.bound)) - set(fact.deleted)
    found: dict[str, Seen] = {}
    exact = True
    running = [cell for cell in cells if cell.source.strip()]
    for position, cell in enumerate(running):
        entries = waiting.get(source_digest(cell.source))
        if not entries:
            exact = False
            continue
        place, entry = entries.pop(0)
        exact = exact and place == position
        found[cell.id] = replace(entry, exact=exact)
    return found
