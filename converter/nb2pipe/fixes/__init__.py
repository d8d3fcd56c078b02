"""Ways out of findings: what a person would do who follows the advice, as edits of cells.

A rule words a finding; here the findings that have a plain way out get it. Fixes of tags and of
stages are tried on the notebook first: one that leaves the finding, or brings a new error, is
not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from nb2pipe.fixes import parameters, source, stages, tagging
from nb2pipe.fixes.edits import applied
from nb2pipe.fixes.tagging import Tried
from nb2pipe.model import Diagnostic, Fix, Notebook

__all__ = ["applied", "offered"]

# Trying a fix costs reading all tags again; a notebook with more wrong tags gets them in steps.
_MOST_CELLS_READ = 20_000
_SOURCE: Mapping[str, Callable[[Notebook, Diagnostic], Fix | None]] = {
    "NB121": parameters.moved,
    "NB122": parameters.moved,
    "NB124": parameters.overwritten,
    "NB304": parameters.unused,
    "NB201": source.install_line,
    "NB206": source.reserved_comment,
    "NB507": source.magic_call,
    "NB510": source.global_statement,
}


def offered(
    notebook: Notebook,
    diagnostics: Sequence[Diagnostic],
    found: Callable[[Notebook], Sequence[Diagnostic]],
) -> tuple[Diagnostic, ...]:
    """The findings, those with a plain way out having it as their ``fix``.

    Args:
        notebook: what they were found in.
        diagnostics: the findings.
        found: finds them, in any notebook; asked at most a few times.
    """
    tried = Tried(notebook, _MOST_CELLS_READ)
    asked = stages.Asked(notebook, diagnostics, found)
    result = []
    for finding in diagnostics:
        fix = finding.fix
        if finding.code in _SOURCE:
            fix = _SOURCE[finding.code](notebook, finding)
        elif finding.code in tagging.FIXES:
            fix = tried.first(finding, tagging.FIXES[finding.code](notebook, finding))
        elif finding.code in stages.CODES:
            fix = asked.first(finding)
        result.append(replace(finding, fix=fix) if fix is not finding.fix else finding)
    return tuple(result)
