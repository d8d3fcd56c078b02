"""A stage as a module: what an engineer would have written from the stage's cells.

The text keeps the cells' statements as they stand in the notebook; ``emit/unroll.py`` cuts it back
into them and ``emit/proof.py`` proves that this gives the same syntax trees.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Collection, Hashable, Iterable
from functools import lru_cache

from nb2pipe.emit import imports, signature
from nb2pipe.emit.docstring import docstring
from nb2pipe.emit.figures import with_figure
from nb2pipe.emit.imports import WIDTH
from nb2pipe.emit.layout import INDENT, indented, normalise, parse, scopes, tokens
from nb2pipe.emit.markers import FUNCTION_ONLY, Marker
from nb2pipe.model import Cell, Parameter, Pipeline, Stage

DISPLAY = "from IPython.display import display"
# Every stage of a notebook asks for this name; looking for it reads all cells. By the identity of
# the cells, which are kept beside it.
_settings_names: dict[int, tuple[tuple[Cell, ...], str]] = {}
_MOST_NAMES = 8
_WORD = re.compile(r"\w+")
# What a kernel's module is: IPython.core.interactiveshell, ``prepare_user_module``.
_KERNEL = {
    "__name__": "__main__",
    "__doc__": "Automatically created module for IPython interactive environment",
}


def stage_module(pipeline: Pipeline, stage: Stage, package: str) -> str:
    """The text of the module that holds a stage's function.

    Args:
        pipeline: the pipeline that the stage is of.
        stage: the stage.
        package: the import package that the modules form.

    Raises:
        SyntaxError: a statement of the stage is no Python.
    """
    parameters = [item for item in pipeline.parameters if item.name in stage.parameters]
    parameters.sort(key=lambda item: stage.parameters.index(item.name))
    header = header_imports(pipeline, stage, package)
    head = signature.signature(
        stage.name, stage.inputs, parameters, stage.outputs, imports.names(header)
    )
    paragraphs = [
        *_opening(pipeline, stage, package, parameters),
        *_cells(stage),
        *([_return(stage)] if stage.outputs else []),
    ]
    top = [docstring(f"Stage {stage.name} of the {pipeline.name} pipeline.")]
    if header:
        top.append(imports.block(header, package))
    return "\n\n".join(top) + "\n\n\n" + head + "\n" + "\n\n".join(paragraphs) + "\n"


def origin(pipeline: Pipeline, stage: Stage, package: str) -> tuple[Hashable, ...]:
    """All that the stage's module is written from: where it is the same, so is the text.

    Args:
        pipeline: the pipeline that the stage is of.
        stage: the stage.
        package: the import package that the modules form.
    """
    parameters = [item for item in pipeline.parameters if item.name in stage.parameters]
    settings = settings_function(pipeline) if _applies_settings(pipeline, stage) else ""
    return stage, package, pipeline.name, settings, repr(parameters)


def shared_module(pipeline: Pipeline, package: str) -> str:
    """The text of ``shared.py``, or "" when the stages share nothing.

    Importing it changes nothing in the process: settings are made by a function.

    Args:
        pipeline: the pipeline.
        package: the import package that the modules form.
    """
    shared = pipeline.shared
    if not shared.body and not shared.settings:
        return ""
    parts = [docstring(f"Definitions shared by the stages of the {pipeline.name} pipeline.")]
    header = list(shared.imports)
    if _reads_display(shared.body, imports.names(header) | top_level_names(shared.body)):
        header.append(DISPLAY)
    if header:
        parts.append("\n\n" + imports.block(header, package))
    previous: ast.stmt | None = None
    for text in shared.body:
        node = parse(text).body[0]
        apart = isinstance(node, _DEFINITIONS) or isinstance(previous, _DEFINITIONS)
        first = previous is None
        parts.append(("\n\n\n" if apart else "\n\n" if first else "\n") + text.strip("\n"))
        previous = node
    if shared.settings:
        body = [docstring("Apply the settings that the notebook makes at its start.", INDENT)]
        if shared.settings_imports:
            body.append(indented(imports.block(shared.settings_imports, package)) + "\n")
        body.append("\n".join(indented(text) for text in shared.settings))
        parts.append(f"\n\n\ndef {settings_function(pipeline)}() -> None:\n" + "\n".join(body))
    return "".join(parts) + "\n"


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def settings_function(pipeline: Pipeline) -> str:
    """The name of the function of ``shared.py`` that makes the settings; free in the notebook."""
    cells = pipeline.notebook.cells
    known = _settings_names.get(id(cells))
    if known is None or known[0] is not cells:
        name = free_name("apply_settings", (cell.source for cell in cells))
        if len(_settings_names) >= _MOST_NAMES:
            _settings_names.clear()
        known = _settings_names[id(cells)] = (cells, name)
    return known[1]


def free_name(name: str, texts: Iterable[str]) -> str:
    """The name, with as many ``_`` after it as keep it apart from every word of the texts."""
    near = [text for text in texts if name in text]
    words = {word for text in near for word in _WORD.findall(text) if word.startswith(name)}
    while name in words:
        name += "_"
    return name


def header_imports(pipeline: Pipeline, stage: Stage, package: str) -> tuple[str, ...]:
    """The import statements at the top of the stage's module.

    These are the stage's own, those of ``shared.py``, and what only the function form needs: the
    shell's ``display``, and the names of ``typing`` in the parameters' annotations.
    """
    header = list(stage.imports)
    words = _words(stage)
    shared = [name for name in stage.shared if name not in stage.shared_local]
    if _applies_settings(pipeline, stage):
        shared.append(settings_function(pipeline))
    header += [f"from {package}.shared import {name}" for name in shared]
    texts = _texts(stage)
    if "display" in words and _reads_display(texts, {*imports.names(header), *_variables(stage)}):
        header.append(DISPLAY)
    annotations = [item.annotation for item in pipeline.parameters if item.name in stage.parameters]
    taken = words | imports.names(header)
    header += [f"from typing import {name}" for name in signature.needed_typing(annotations, taken)]
    return tuple(header)


def _reads_display(texts: Iterable[str], bound: Collection[str]) -> bool:
    """Whether the texts use the ``display`` that a notebook has without an import."""
    return "display" not in bound and any(
        isinstance(node, ast.Name) and node.id == "display"
        for text in texts
        if "display" in text
        for node in ast.walk(parse(text))
    )


def top_level_names(texts: Iterable[str]) -> frozenset[str]:
    """The names that the texts, run as cells, bind at the level of the module."""
    return frozenset(
        symbol.get_name()
        for symbol in scopes("\n".join(texts)).get_symbols()
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
    )


def _texts(stage: Stage) -> list[str]:
    """What stands in the stage's body."""
    return [*stage.local_imports, *stage.local_definitions, *(cell.source for cell in stage.cells)]


@lru_cache(maxsize=8)
def _words(stage: Stage) -> frozenset[str]:
    return frozenset(word for text in _texts(stage) for word in _WORD.findall(text))


def _variables(stage: Stage) -> frozenset[str]:
    """The names that the stage's function has for itself."""
    arguments = {item.name for item in stage.inputs} | set(stage.parameters)
    return top_level_names(_texts(stage)) | arguments | set(stage.shared_local)


def _applies_settings(pipeline: Pipeline, stage: Stage) -> bool:
    return stage.settings and bool(pipeline.shared.settings)


def _opening(
    pipeline: Pipeline, stage: Stage, package: str, parameters: list[Parameter]
) -> list[str]:
    """What stands in the body before the first cell, as paragraphs."""
    lines = [docstring(stage.doc or f"Run the stage {stage.name}.", INDENT)]
    lines += [INDENT + line for line in _function_only(stage, parameters)]
    if _applies_settings(pipeline, stage):
        lines.append(f"{INDENT}{settings_function(pipeline)}()")
    local = list(stage.local_imports)
    local += [f"from {package}.shared import {name}" for name in stage.shared_local]
    if local:
        lines.append(indented(imports.block(local, package)))
    return ["\n".join(lines), *(_body_text(text) for text in stage.local_definitions)]


def _function_only(stage: Stage, parameters: list[Parameter]) -> list[str]:
    """Lines that give the function the ground that a notebook's module level has."""
    words = _words(stage)
    lines = []
    # What a notebook's cells, and only they, see.
    given = {item.name for item in stage.inputs}
    for name, value in _KERNEL.items():
        if name not in given and _reads(stage, name):
            lines.append(f'{name} = "{value}"  {FUNCTION_ONLY}')
    if "global" in words:
        lines += [f"{name}: object  {FUNCTION_ONLY}" for name in _bound_by_helpers_only(stage)]
    mutable = [item for item in parameters if _is_mutable(item.default)]
    deep = [item for item in mutable if not _is_flat(item)]
    for item in mutable:
        if item not in deep:
            copied = "[*{0}]" if isinstance(item.default, list) else "{{**{0}}}"
            lines.append(f"{item.name} = {copied.format(item.name)}  {FUNCTION_ONLY}")
    if deep:
        copier = free_name("deepcopy", words)
        name = "deepcopy" if copier == "deepcopy" else f"deepcopy as {copier}"
        lines.append(f"from copy import {name}  {FUNCTION_ONLY}")
        lines += [f"{item.name} = {copier}({item.name})  {FUNCTION_ONLY}" for item in deep]
    figures = {name for cell in stage.cells[1:] for name in (cell.draws, cell.shows)}
    for pyplot in sorted(figures - imports.names(stage.imports)):
        if pyplot:  # no cell of the stage names it
            name = "pyplot" if pyplot == "pyplot" else f"pyplot as {pyplot}"
            lines.append(f"from matplotlib import {name}  {FUNCTION_ONLY}")
    return lines


def _reads(stage: Stage, name: str) -> bool:
    """Whether the text holds the name other than as an attribute."""
    return any(re.search(rf"(?<!\.)\b{name}\b", text) for text in _texts(stage))


def _is_mutable(value: object) -> bool:
    """Whether calls that share the value as a default could change it under one another."""
    if isinstance(value, tuple):
        return any(_is_mutable(item) for item in value)
    return isinstance(value, list | dict | set)


def _is_flat(parameter: Parameter) -> bool:
    """Whether every value of the parameter is a list, or a dict, of things that cannot change."""
    value = parameter.default
    if parameter.kinds == ("list",):
        return not any(_is_mutable(item) for item in value)
    if parameter.kinds == ("dict",):
        return not any(_is_mutable(item) for item in value.values())
    return False


def _bound_by_helpers_only(stage: Stage) -> list[str]:
    """Names that a helper's ``global`` statement makes variables of the stage."""
    named = {
        name
        for text in _texts(stage)
        if "global" in text
        for node in ast.walk(parse(text))
        if isinstance(node, ast.Global)
        for name in node.names
    }
    return sorted(named - _variables(stage))


def _cells(stage: Stage) -> list[str]:
    paragraphs = []
    for position, cell in enumerate(stage.cells):
        lines = [INDENT + str(Marker(cell.id, cell.metrics))]
        # Each cell of a notebook starts without a figure: those before have been shown.
        source, unused = cell.source, ""
        if cell.draws and position:
            figure = f"{cell.draws}.figure({repr(cell.id) if cell.draws_perhaps else ''})"
            source = with_figure(source, f"{figure}  {FUNCTION_ONLY}")
            if cell.draws_perhaps:
                unused = f"{figure}.axes or {cell.draws}.close({cell.id!r})"
        if cell.shows and position:
            source = f"{cell.shows}.show()  {FUNCTION_ONLY}\n{source}"
        text = _body_text(source)
        if unused:
            text = f"{text}\n{INDENT}{unused}  {FUNCTION_ONLY}"
        paragraphs.append("\n".join([*lines, text] if text else lines))
    return paragraphs


def _body_text(text: str) -> str:
    """A cell's text in the function's body: a helper's globals are the function's variables."""
    if "global" not in text:
        return indented(text)
    text = normalise(text)
    lines = text.split("\n")
    for token in reversed(tokens(text)):
        if token.type == tokenize.NAME and token.string == "global":
            row, column = token.start
            line = lines[row - 1]
            lines[row - 1] = f"{line[:column]}nonlocal{line[column + len('global') :]}"
    return indented("\n".join(lines))


def _return(stage: Stage) -> str:
    names = [item.name for item in stage.outputs]
    line = f"{INDENT}return {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return signature.bracketed("return (", names, ")", INDENT)
