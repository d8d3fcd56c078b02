"""The diagnostics of nb2pipe, one coded rule a file.

A rule's file is named ``nb<code>_<name>.py``. Its docstring has the sections What, Why, Problematic
and Solution, from which ``docs/rules.md`` is made; it holds ``RULE`` and one function
``diagnostic(place, …)`` that words the finding from its own arguments. The pass that finds the
thing calls that function. Codes: 1xx tags, structure and parameters; 2xx syntax and magics;
3xx names and data flow; 4xx mutation, sharing and hidden state; 5xx constructs that cannot be
carried into a module; 6xx what a recorded run contradicts.
"""

from __future__ import annotations

from dataclasses import dataclass

from nb2pipe.model import Cell, Diagnostic, Fix, Severity


@dataclass(frozen=True)
class Place:
    """Where a finding is: a cell, and a line and column (from 1) in it. All None: the notebook."""

    cell: Cell | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Rule:
    """What all findings of one rule have in common."""

    code: str
    name: str
    severity: Severity

    def at(self, place: Place, message: str, advice: str, fix: Fix | None = None) -> Diagnostic:
        """A finding of this rule; the excerpt is the source line at ``place``."""
        excerpt = ""
        if place.cell is not None and place.line is not None:
            lines = place.cell.source.split("\n")
            if 0 < place.line <= len(lines):
                excerpt = lines[place.line - 1]
        return Diagnostic(
            code=self.code,
            severity=self.severity,
            message=message,
            advice=advice,
            cell=place.cell.id if place.cell else None,
            number=place.cell.number if place.cell else None,
            line=place.line,
            column=place.column,
            excerpt=excerpt,
            fix=fix,
        )
