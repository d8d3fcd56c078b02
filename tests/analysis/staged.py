"""A notebook run in one namespace, and as stages in fresh ones: the two must print the same.

Every run begins in the same state of the process (random generators, working directory,
environment, settings), in an empty folder of its own, and so does every stage of the latter.
"""

from __future__ import annotations

import builtins
import contextlib
import io
import math
import os
import string
import sys
import tempfile
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nb2pipe.analysis.groups import GROUPS
from nb2pipe.emit.project import from_pipeline
from nb2pipe.emit.unroll import unroll
from nb2pipe.execution.kernel import states
from nb2pipe.execution.kernel.artifact import read_artifact, write_artifact
from nb2pipe.model import Notebook, Pipeline, StageCode


def run_cells(notebook: Notebook) -> dict[str, str]:
    """What every code cell prints, run top to bottom in one namespace."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    main = types.ModuleType("__main__")
    main.__dict__.update(namespace)
    printed = {}
    with _as_main(main), _process() as begin:
        begin()
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
        _process() as begin,
    ):
        for stage in project.stages:
            begin()
            unrolled = unroll(stage.source)
            main = types.ModuleType("__main__")
            with _as_main(main):
                exec(compile(unrolled.header, "<header>", "exec"), main.__dict__)
                main.__dict__.update(_inputs(stage, folder, main.__dict__))
                for name in stage.parameters:
                    main.__dict__[name] = project.values[name]
                _printed(unrolled.preamble, main.__dict__)
                for cell in unrolled.cells:
                    printed[cell.id] = _printed(cell.source, main.__dict__)
                values = {n: main.__dict__[n] for n in stage.outputs if n in main.__dict__}
                _keep(stage, folder, values)
    return printed


def run_functions(pipeline: Pipeline) -> dict[str, str]:
    """What every stage prints when its module's function is called, values pickled between."""
    project = from_pipeline(pipeline, package="staged_example")
    printed: dict[str, str] = {}
    with (
        _package(project.package, project.shared),
        tempfile.TemporaryDirectory() as folder,
        _process() as begin,
    ):
        for stage in project.stages:
            begin()
            module = types.ModuleType(f"{project.package}.{stage.name}")
            exec(compile(stage.source, f"<{stage.name}>", "exec"), module.__dict__)
            arguments = _inputs(stage, folder)
            arguments |= {name: project.values[name] for name in stage.parameters}
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                result = getattr(module, stage.name)(**arguments)
            printed[stage.name] = out.getvalue()
            returned = result if len(stage.outputs) > 1 else (result,)
            _keep(stage, folder, dict(zip(stage.outputs, returned, strict=False)))
    return printed


def _inputs(
    stage: StageCode, folder: str, namespace: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The stage's inputs; what it takes of hidden state is set."""
    producers = {p for _, p in (*stage.inputs, *stage.states) if p is not None}
    loaded: dict[str, Mapping[str, Any]] = {
        producer: read_artifact(str(Path(folder, producer)), namespace) for producer in producers
    }
    for state, producer in sorted(stage.states, key=lambda item: item[0] not in states.EARLY):
        if producer is not None:
            states.set_state(state, loaded[producer]["@" + state])
    return {n: loaded[producer][n] for n, producer in stage.inputs if n in loaded[producer]}


def _keep(stage: StageCode, folder: str, values: dict[str, Any]) -> None:
    values |= {"@" + state: states.get_state(state) for state, _ in stage.states}
    write_artifact(str(Path(folder, stage.name)), values)


@contextlib.contextmanager
def _process() -> Iterator[Any]:
    """Put the state of the process back at the end; the result does so at once."""
    before = Path.cwd()
    modules = {module: dict(vars(module)) for module in (math, string)}
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work, *["deep"] * 25)  # a notebook that goes up stays within
        folder.mkdir(parents=True)
        os.chdir(folder)
        states.begin()
        kept = {state: states.get_state(state) for state in ("random", *GROUPS)}

        def begin() -> None:
            for state, value in kept.items():
                states.set_state(state, value)
            environment = states._START["environ"]
            for name in os.environ.keys() - environment.keys():
                del os.environ[name]
            os.environ.update(environment)
            for module, attributes in modules.items():
                vars(module).update(attributes)

        try:
            yield begin
        finally:
            begin()
            os.chdir(before)
            states.begin()


def _printed(source: str, namespace: dict[str, object]) -> str:
    out = io.StringIO()
    try:
        code = compile(source, "<cell>", "exec")
    except SyntaxError:
        return _printed_by_shell(source, namespace)
    with contextlib.redirect_stdout(out):
        exec(code, namespace)
    return out.getvalue()


def _printed_by_shell(source: str, namespace: dict[str, object]) -> str:
    """What a cell with magics prints in a shell of IPython."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell(config=config, user_module=sys.modules["__main__"])
    shell.user_ns = namespace
    shell.ast_node_interactivity = "none"
    hook, out = sys.displayhook, io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            shell.run_cell(source).raise_error()
    finally:
        sys.displayhook = hook
        for name in ("get_ipython", "display"):
            vars(builtins).pop(name, None)
    return out.getvalue()


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
