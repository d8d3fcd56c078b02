"""A stage from the inside of its kernel."""

from __future__ import annotations

import contextlib
import importlib.machinery
import io
import json
import math
import numbers
import os
import shutil
import sys
import threading
import time
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import functions, states
from .artifact import read_artifact, write_artifact
from .assumptions import Assumptions, Undrawn, Untouched
from .pickling import CannotCross, digest, dump
from .witness import Witness


class Stage:
    """The stage that this kernel runs, as its task file tells it."""

    def __init__(self, shell: Any, task: str) -> None:
        import cloudpickle  # noqa: F401 - ours, not one of the stage's packages

        self.shell = shell
        self.task: Mapping[str, Any] = json.loads(Path(task).read_text(encoding="utf-8"))
        self.namespace: dict[str, Any] = shell.user_ns
        self.work = self.task["work"]
        self.metrics: dict[str, float] = {}
        self.checking = 0.0
        self.passed_on: dict[str, tuple[Any, str, str]] = {}
        self.assumptions: Assumptions | None = None
        self.undrawn: Undrawn | None = None
        self.untouched: Untouched | None = None
        self.before = set(sys.modules)
        self.witness = Witness(
            self.task["folder"],
            private=[self.task["private"], self.work],
            literal=[*self.task["reads"], *self.task["writes"]],
        )

    def begin(self) -> None:
        """Make the interpreter a stage's: paths, watch, witnesses."""
        functions.NAMESPACE = self.namespace
        sys.path.insert(0, self.task["build"])
        if self.task["folder"] not in sys.path and "" not in sys.path:
            sys.path.insert(1, self.task["folder"])
        leave_no_bytecode(self.task["folder"])
        end_with(os.getppid(), [self.work, os.environ.pop("NB2PIPE_SOCKETS", "")])
        if self.task["assumed"]:
            self.assumptions = Assumptions(self.task, self.namespace)
            self.shell.events.register("pre_run_cell", self.cell_begins)
        self.shell.events.register("post_run_cell", self.cell_ended)
        states.begin()
        sys.addaudithook(self.witness.hook)

    def load(self) -> None:
        """Bind the stage's inputs, and put hidden state back."""
        self.witness.active = False
        given = {state["name"]: state["path"] for state in self.task["states"] if state["path"]}
        for name in states.EARLY:  # where the inputs' modules may lie
            if name in given:
                states.set_state(name, read_artifact(given.pop(name)))
        for source in self.task["inputs"]:
            values = read_artifact(source["path"], self.namespace)
            for name in source["names"]:
                if name in values:
                    self.namespace[name] = values[name]
                    if name in self.task["outputs"]:
                        known = source["digests"][name]
                        self.passed_on[name] = (values[name], digest(values[name]), known)
        for name, path in given.items():
            states.set_state(name, read_artifact(path))
        with self.checks():
            self.undrawn = Undrawn(self.task["stage"], self.task["undrawn"])
            self.untouched = Untouched(
                self.task["stage"], self.task["untouched"], self.namespace, [self.task["shared"]]
            )
        self.witness.active = True

    @contextlib.contextmanager
    def checks(self) -> Iterator[None]:
        """Count the time of what only checks assumptions."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.checking += time.perf_counter() - began

    def cell_begins(self, info: Any) -> None:
        """Before each cell."""
        if self.assumptions is not None:
            with self.checks():
                self.assumptions.cell_begins(info)

    def cell_ended(self, result: Any) -> None:
        """After each cell: keep its metrics, or where it failed."""
        if result.error_before_exec or result.error_in_exec:
            self.failed(result.error_before_exec, result.error_in_exec)
            return
        raw = getattr(getattr(result, "info", None), "raw_cell", "")
        if self.assumptions is not None:
            with self.checks():
                self.assumptions.cell_ended(raw)
        for name in self.task["metrics"].get(raw, ()):
            self.metrics.update(numbers_in(name, self.namespace.get(name)))

    def failed(self, before: BaseException | None, during: BaseException | None) -> None:
        """Leave a note on the error and its line in the cell for nb2pipe."""
        note_failure(self.work, self.namespace, before, during)

    def end(self) -> None:
        """Store the outputs and everything that was seen."""
        with self.checks():
            for taken in (self.assumptions, self.undrawn, self.untouched):
                if taken is not None:
                    taken.check()
        for value in list(self.namespace.values()):
            if isinstance(value, io.IOBase) and not value.closed:
                value.flush()
        modules = {name: module for name, module in list(sys.modules.items()) if module is not None}
        loaded = [module for name, module in modules.items() if name not in self.before]
        seen = self.witness.close(loaded)
        outputs = {n: self.namespace[n] for n in self.task["outputs"] if n in self.namespace}
        digests = self.store(outputs)
        kept = []
        for number, name in enumerate(self.task["keep_states"]):
            path = os.path.join(self.work, f"state-{number}")
            write_artifact(path, states.get_state(name))
            kept.append({"name": name, "path": path})
        tops = {name.partition(".")[0] for name in modules if name not in self.before}
        _write_json(
            os.path.join(self.work, "ended.json"),
            {
                "outputs": digests,
                "states": kept,
                "metrics": self.metrics,
                "checking": round(self.checking, 6),
                "modules": sorted(tops),
                **seen,
            },
        )

    def store(self, outputs: Mapping[str, Any]) -> dict[str, str]:
        """Write the outputs into one artifact; the digest of each by its name."""
        try:
            for value in outputs.values():
                if isinstance(value, types.ModuleType):
                    self.check(value)
            if outputs:
                write_artifact(os.path.join(self.work, "artifact"), outputs)
            return {name: self.digest_of(name, value) for name, value in outputs.items()}
        except OSError:
            raise
        except Exception as error:
            for name, value in outputs.items():
                try:
                    self.check(value)
                except Exception as reason:
                    raise self.homeless(name, value, reason) from None
            raise CannotCross(f"the stage's outputs cannot be stored: {error}") from error

    def check(self, value: Any) -> None:
        """Raise when another stage cannot have this value."""
        if isinstance(value, types.ModuleType):
            raise CannotCross("a module is imported, not handed on")
        dump(value)

    def digest_of(self, name: str, value: Any) -> str:
        """The digest of one output: the old one when the stage only passes it on."""
        content = digest(value)
        loaded, before, known = self.passed_on.get(name, (None, "", ""))
        return known if value is loaded and content == before else content

    def homeless(self, name: str, value: Any, reason: Exception) -> CannotCross:
        """The error for a value that cannot be handed on."""
        kind = type(value)
        what = kind.__qualname__
        if kind.__module__ not in ("builtins", "__main__"):
            what = f"{kind.__module__}.{what}"
        text = str(reason) if str(reason) else type(reason).__name__
        return CannotCross(
            f"variable {name} ({what}) of stage {self.task['stage']} cannot be handed to a later"
            f" stage: {text}. Make it where it is used instead."
        )


def note_failure(
    work: str,
    namespace: dict[str, Any],
    before: BaseException | None,
    during: BaseException | None,
) -> None:
    """Write down the error of a cell, and its line in it.

    Args:
        work: the folder that takes the note.
        namespace: the names of the cells.
        before: an error in reading the cell.
        during: an error in running it.
    """
    error: Any = before or during
    line = getattr(before, "lineno", None)
    trace = error.__traceback__
    while trace is not None and line is None:
        if trace.tb_frame.f_globals is namespace:
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        message = str(error)
    except Exception:
        message = ""
    _write_json(
        os.path.join(work, "failure.json"),
        {"type": type(error).__name__, "message": message, "line": line},
    )


def numbers_in(name: str, value: Any) -> dict[str, float]:
    """The metrics that a variable holds: a finite number, or a flat dict of them."""
    if isinstance(value, dict):
        found = {f"{name}.{key}": _number(item) for key, item in value.items()}
    else:
        found = {name: _number(value)}
    if any(number is None for number in found.values()):
        return {}
    return {key: number for key, number in found.items() if number is not None}


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except (OverflowError, ValueError, TypeError):
        return None
    return number if math.isfinite(number) else None


def _write_json(path: str, content: Any) -> None:
    temporary = f"{path}.new"
    with open(temporary, "w", encoding="utf-8", newline="\n") as file:
        json.dump(content, file)
    os.replace(temporary, path)


def leave_no_bytecode(folder: str) -> None:
    """Importing the modules beside the notebook writes nothing there."""
    loader: Any = importlib.machinery.SourceFileLoader
    set_data = loader.set_data

    def set_data_elsewhere(self: Any, path: str, data: bytes, *, _mode: int = 0o666) -> None:
        inside = os.path.abspath(path).startswith(os.path.join(folder, ""))
        if not inside or "site-packages" in path:
            set_data(self, path, data, _mode=_mode)

    loader.set_data = set_data_elsewhere


def end_with(parent: int, leftovers: list[str]) -> None:
    """End this kernel when the process that started it has gone, however it went."""
    if os.name != "posix":
        return  # ipykernel waits for the parent's handle there

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        for path in filter(None, leftovers):
            shutil.rmtree(path, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=watch, name="nb2pipe-parent", daemon=True).start()
