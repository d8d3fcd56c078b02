"""A notebook run in one namespace, and as stages in fresh ones: the two must print the same."""

from __future__ import annotations

import contextlib
import io
import random
import sys
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nb2pipe.emit.project import from_pipeline
from nb2pipe.emit.unroll import unroll
from nb2pipe.execution.kernel.artifact import read_artifact, write_artifact
from nb2pipe.model import Notebook, Pipeline


def run_cells(notebook: Notebook) -> dict[str, str]:
    """What every code cell prints, run top to bottom in one namespace."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    main = types.ModuleType("__main__")
    main.__dict__.update(namespace)
    printed = {}
    with _as_main(main):
        for cell in notebook.cells:
            if cell.kind == "code" and "skip" not in cell.tags:
                printed[cell.id] = _printed(cell.source, main.__dict__)
    return printed


def run_stages(pipeline: Pipeline) -> dict[str, str]:
    """What every cell of a stage prints, each stage in a fresh namespace, values pickled."""
    project = from_pipeline(pipeline, package="staged_example")
    printed: dict[str, str] = {}
    with (
        _package(project.package, project.shared),
        tempfile.TemporaryDirectory() as folder,
    ):
        for stage in project.stages:
            unrolled = unroll(stage.source)
            main = types.ModuleType("__main__")
            with _as_main(main):
                exec(compile(unrolled.header, "<header>", "exec"), main.__dict__)
                loaded: dict[str, dict[str, Any]] = {}
                for _, producer in (*stage.inputs, *stage.states):
                    if producer is not None and producer not in loaded:
                        artifact = str(Path(folder, producer))
                        loaded[producer] = read_artifact(artifact, main.__dict__)
                for name, producer in stage.inputs:
                    if name in loaded[producer]:
                        main.__dict__[name] = loaded[producer][name]
                for state, producer in stage.states:
                    if producer is not None:
                        _set_state(state, loaded[producer]["@" + state])
                for name in stage.parameters:
                    main.__dict__[name] = project.values[name]
                exec(compile(unrolled.preamble, "<preamble>", "exec"), main.__dict__)
                for cell in unrolled.cells:
                    printed[cell.id] = _printed(cell.source, main.__dict__)
                values = {n: main.__dict__[n] for n in stage.outputs if n in main.__dict__}
                values |= {"@" + state: _get_state(state) for state, _ in stage.states}
                write_artifact(str(Path(folder, stage.name)), values)
    return printed


def run_functions(pipeline: Pipeline) -> dict[str, str]:
    """What every stage prints when its module's function is called, values pickled between."""
    project = from_pipeline(pipeline, package="staged_example")
    printed: dict[str, str] = {}
    with (
        _package(project.package, project.shared),
        tempfile.TemporaryDirectory() as folder,
    ):
        for stage in project.stages:
            module = types.ModuleType(f"{project.package}.{stage.name}")
            exec(compile(stage.source, f"<{stage.name}>", "exec"), module.__dict__)
            producers = {p for _, p in (*stage.inputs, *stage.states) if p is not None}
            loaded = {p: read_artifact(str(Path(folder, p))) for p in producers}
            for state, producer in stage.states:
                if producer is not None:
                    _set_state(state, loaded[producer]["@" + state])
            arguments = {name: loaded[producer][name] for name, producer in stage.inputs}
            arguments |= {name: project.values[name] for name in stage.parameters}
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                result = getattr(module, stage.name)(**arguments)
            printed[stage.name] = out.getvalue()
            returned = result if len(stage.outputs) > 1 else (result,)
            values = dict(zip(stage.outputs, returned, strict=False))
            values |= {"@" + state: _get_state(state) for state, _ in stage.states}
            write_artifact(str(Path(folder, stage.name)), values)
    return printed


def _printed(source: str, namespace: dict[str, object]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<cell>", "exec"), namespace)
    return out.getvalue()


def _get_state(state: str) -> object:
    if state == "random":
        return random.getstate()
    import numpy

    return numpy.random.get_state()


def _set_state(state: str, value: object) -> None:
    if state == "random":
        random.setstate(value)  # type: ignore[arg-type]
    else:
        import numpy

        numpy.random.set_state(value)  # type: ignore[arg-type]


@contextlib.contextmanager
def _as_main(module: types.ModuleType) -> Iterator[None]:
    """Pickle finds the classes and functions of a notebook in ``__main__``."""
    before = sys.modules["__main__"]
    sys.modules["__main__"] = module
    try:
        yield
    finally:
        sys.modules["__main__"] = before


@contextlib.contextmanager
def _package(name: str, shared: str) -> Iterator[None]:
    package = types.ModuleType(name)
    package.__path__ = []
    module = types.ModuleType(f"{name}.shared")
    sys.modules[name] = package
    sys.modules[f"{name}.shared"] = module
    try:
        exec(compile(shared, "<shared>", "exec"), module.__dict__)
        yield
    finally:
        del sys.modules[name], sys.modules[f"{name}.shared"]
