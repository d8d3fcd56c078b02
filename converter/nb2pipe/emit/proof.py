"""The proof that a stage's function is the stage's cells.

Each module is written, cut back into cells and compared with what it was written from: the same
syntax trees, the same reserved comments, the same imports, inputs, parameters and outputs. The
names in it must be found where the notebook's cells find them. Whatever differs is a diagnostic,
so a stage is either the same or refused.
"""

from __future__ import annotations

import ast
import tokenize
import warnings
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from nb2pipe.analysis.rules import (
    Place,
    nb501_module_differs,
    nb511_class_rebinds,
    nb512_text_names_variable,
)
from nb2pipe.emit import resolution
from nb2pipe.emit.layout import normalise, parse, same, scopes, tokens
from nb2pipe.emit.module import origin, shared_module, stage_module, top_level_names
from nb2pipe.emit.parsed import ParsedModule, bound
from nb2pipe.emit.unroll import UnrolledCell, UnrolledStage, cut
from nb2pipe.errors import ProjectUnreadable
from nb2pipe.model import Diagnostic, Pipeline, Stage, StageCell

_RESERVED = "# nb2pipe>"


def prove(pipeline: Pipeline, package: str) -> tuple[Diagnostic, ...]:
    """What would differ between the pipeline's modules and its cells; nothing, as a rule.

    Args:
        pipeline: the pipeline.
        package: the import package that the modules form.
    """
    found: list[Diagnostic] = []
    names = pipeline.shared.names
    try:
        problems = _shared(shared_module(pipeline, package), names)
    except (SyntaxError, ValueError) as error:
        problems = (_said(error),)
    for difference in problems:
        found.append(nb501_module_differs.diagnostic(Place(), "shared", difference))
    for stage in pipeline.stages:
        for problem in _problems(pipeline, stage, package):
            if problem.lacking and _is_expected_to_lack(pipeline, problem.lacking):
                continue
            found.append(problem.diagnostic(pipeline, stage))
    return tuple(found)


@dataclass(frozen=True)
class _Problem:
    """What would differ, in a cell or at a name (both None: in the stage as a whole).

    ``owner`` is the class that reads a variable under the name of its own attribute, ``lacking`` a
    name that is nowhere to be found, ``named`` a variable that only a string names.
    """

    difference: str
    cell: str | None = None
    name: str | None = None
    owner: str = ""
    lacking: str = ""
    named: str = ""

    def diagnostic(self, pipeline: Pipeline, stage: Stage) -> Diagnostic:
        if self.owner:
            place = _place_of_name(pipeline, stage, self.owner)
            return nb511_class_rebinds.diagnostic(place, self.owner, self.difference)
        if self.named:
            place = _place_of_name(pipeline, stage, f"@{self.named}")
            if place.cell is None:
                place = _place_of_name(pipeline, stage, self.named)
            return nb512_text_names_variable.diagnostic(place, self.named)
        place = _place(pipeline, self.cell)
        if self.name is not None:
            place = _place_of_name(pipeline, stage, self.name)
        return nb501_module_differs.diagnostic(place, stage.name, self.difference)


# What was wrong with the stages proved last: while someone types, all but one are as they were.
_proved: dict[Hashable, tuple[_Problem, ...]] = {}
_MOST = 1024


def forget() -> None:
    """Prove every stage anew."""
    _proved.clear()


def _problems(pipeline: Pipeline, stage: Stage, package: str) -> tuple[_Problem, ...]:
    """What is wrong with a stage's module."""
    shared = frozenset(pipeline.shared.names) & {*stage.shared, *stage.shared_local}
    key = (shared, *origin(pipeline, stage, package))
    found = _proved.get(key)
    if found is None:
        try:
            source = stage_module(pipeline, stage, package)
            found = tuple(_found(source, stage, shared, package))
        except (SyntaxError, ValueError) as error:
            found = (_Problem(_said(error)),)
        if len(_proved) >= _MOST:
            _proved.pop(next(iter(_proved)), None)
        _proved[key] = found
    return found


def _found(source: str, stage: Stage, shared: frozenset[str], package: str) -> Iterator[_Problem]:
    """What is wrong with the module ``source``; ``shared`` are the names it can import."""
    try:
        module = ParsedModule(source, stage.name)
        unrolled = cut(module)
        remarks = _remarks(module.tree)
        if remarks:
            remarks -= _remarks(*(parse(text) for text in _texts(stage)))
    except (SyntaxError, ValueError, ProjectUnreadable) as error:
        yield _Problem(_said(error))
        return
    yield from map(_Problem, sorted(remarks))
    for cell_id, difference in _differences(stage, unrolled):
        yield _Problem(difference, cell=cell_id)
    yield from map(_Problem, _header(stage, shared, package, unrolled))
    for name in resolution.hidden_by_import(module):
        difference = f"`{name}` is imported for all of the module and bound in the stage"
        yield _Problem(difference, name=name)
    undefined = dict.fromkeys(resolution.undefined(module.scope, module.names))
    for name, scope in undefined:
        within = "" if scope == stage.name else f", which {scope} reads,"
        yield _Problem(f"`{name}`{within} is nowhere to be found in it", name=name, lacking=name)
    for node, name in resolution.read_by_class(module):
        yield _Problem(name, owner=node.name)
    for name in resolution.named_in_text(module):
        yield _Problem("", named=name)


def _said(error: Exception) -> str:
    return getattr(error, "message", None) or getattr(error, "msg", None) or str(error)


def _is_expected_to_lack(pipeline: Pipeline, name: str) -> bool:
    """Whether no cell of the notebook binds the name either, and one catches the error."""
    if not any("NameError" in cell.source for cell in pipeline.notebook.cells):
        return False
    texts = [text for stage in pipeline.stages for text in (*stage.imports, *_texts(stage))]
    known = {*pipeline.shared.names, *(parameter.name for parameter in pipeline.parameters)}
    return not (name in known or name in top_level_names(texts))


def _differences(stage: Stage, unrolled: UnrolledStage) -> Iterator[tuple[str | None, str]]:
    """What is not as in the stage, each with the cell it is in."""
    for what, written, read in (
        ("inputs", tuple(item.name for item in stage.inputs), unrolled.inputs),
        ("parameters", stage.parameters, unrolled.parameters),
        ("outputs", tuple(item.name for item in stage.outputs), unrolled.outputs),
    ):
        if written != read:
            yield None, f"its {what} would be {', '.join(read) or 'none'}"
    if [cell.id for cell in stage.cells] != [cell.id for cell in unrolled.cells]:
        yield None, "its cells would be cut at other places"
        return
    for cell, back in zip(stage.cells, unrolled.cells, strict=True):
        if not _same(cell, back):
            yield cell.id, "the cell would not be the same statements"
    text = "\n".join(stage.local_definitions)
    if not text and not _reserved(unrolled.preamble):
        return
    definitions, preamble = parse(text).body, parse(unrolled.preamble).body
    preamble = preamble[len(preamble) - len(definitions) :]
    if not same(definitions, preamble) or _reserved(text) != _reserved(unrolled.preamble):
        yield None, "the definitions before its first cell would not be the same"


def _same(cell: StageCell, back: UnrolledCell) -> bool:
    if cell.metrics != back.metrics:
        return False
    source = normalise(cell.source)
    if source == back.source:
        return True
    if not same(parse(source).body, parse(back.source).body):
        return False
    return _reserved(source) == _reserved(back.source)


def _reserved(source: str) -> list[str]:
    """The comments that stand for magics."""
    if _RESERVED not in source:
        return []
    return [
        token.string
        for token in tokens(source)
        if token.type == tokenize.COMMENT and token.string.startswith(_RESERVED)
    ]


def _header(
    stage: Stage, shared: frozenset[str], package: str, unrolled: UnrolledStage
) -> Iterator[str]:
    """Imports that the module lacks, and names of ``shared.py`` that it does not have."""
    written = _imported(stage.imports)
    lacking = written - _imported([unrolled.header])
    for module, name, alias in sorted(lacking):
        yield f"the import of {name or module} as {alias} would be missing"
    local = _imported(stage.local_imports) - _imported([unrolled.preamble])
    for module, name, _ in sorted(local):
        yield f"the import of {name or module} would be missing at its start"
    for name in sorted({*stage.shared, *stage.shared_local} - shared):
        yield f"{package}.shared has no {name}"


def _imported(statements: Iterable[str]) -> set[tuple[str, str, str]]:
    """Every imported thing: module, member, and the name it is bound to."""
    found: set[tuple[str, str, str]] = set()
    for node in ast.walk(parse("\n".join(statements))):
        if isinstance(node, ast.Import):
            found |= {
                (alias.name, "", alias.asname or alias.name.partition(".")[0])
                for alias in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {(module, alias.name, alias.asname or alias.name) for alias in node.names}
    return found


@lru_cache(maxsize=64)
def _shared(source: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """What is wrong with ``shared.py``: a name that its definitions read and it does not have."""
    try:
        table = scopes(source)
    except (SyntaxError, ValueError) as error:
        return (_said(error),)
    known = bound(table)
    undefined = dict.fromkeys(resolution.undefined(table, known))
    return (
        *(
            f"`{name}`, which {scope} reads, is nowhere to be found in it"
            for name, scope in undefined
        ),
        *(f"it would not define `{name}`" for name in sorted(set(names) - known)),
    )


def _remarks(*trees: ast.Module) -> set[str]:
    """What the compiler remarks on the trees beside compiling them."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for tree in trees:
            compile(tree, "<stage>", "exec", dont_inherit=True)
    return {str(warning.message) for warning in caught}


def _texts(stage: Stage) -> tuple[str, ...]:
    return (*stage.local_definitions, *(cell.source for cell in stage.cells))


def _place(pipeline: Pipeline, cell_id: str | None) -> Place:
    for cell in pipeline.notebook.cells:
        if cell.id == cell_id:
            return Place(cell)
    return Place()


def _place_of_name(pipeline: Pipeline, stage: Stage, name: str) -> Place:
    """The first place where a name stands: in the stage's cells, or in those of its definitions."""
    sources = {*stage.source_cells, *(cell.id for cell in stage.cells)}
    for cell in sorted(pipeline.notebook.cells, key=lambda cell: cell.id not in sources):
        if cell.kind == "code":
            for number, line in enumerate(cell.source.split("\n"), start=1):
                column = _word(line, name)
                if column is not None:
                    return Place(cell, number, column + 1)
    return Place()


def _word(line: str, name: str) -> int | None:
    start = line.find(name)
    while start >= 0:
        around = line[max(start - 1, 0) : start] + line[start + len(name) :][:1]
        if not any(character.isidentifier() or character.isdigit() for character in around):
            return start
        start = line.find(name, start + 1)
    return None
