"""Observes a kernel: after each cell what the names hold, and the figures that it showed."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import os
import re
import runpy
import sys
import types
from pathlib import Path
from typing import Any

from . import calls, definitions, figures, frames, generators, kinds, models, numbers  # noqa: F401
from .form import Form, World
from .guard import Guard

_NAME = re.compile(r"[^\W\d]\w*")
_SHELL = re.compile(r"_+|_i+\d*|_\d+|_oh|_dh|_ih|_ii|_iii|_exit_code")


class Observer:
    """What observes one kernel.

    ``plan`` says which cells are to come: ``cells`` is a list of id, source, the names that are
    looked at after the cell beside those that it mentions (None: all), and whether models are asked
    for predictions.
    """

    def __init__(self, shell: Any, plan: dict[str, Any]) -> None:
        self.shell = shell
        self.plan = plan
        self.folder = plan["folder"]
        self.world = World(plan["package"], os.path.join(plan["folder"], "numbers"))
        self.waiting: list[list[Any]] = [list(cell) for cell in plan["cells"]]
        self.figures: list[str] = []
        self.results: dict[str, Any] | None = None
        self.number = 0
        for name in ("numbers", "forms", "cells"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        self.hidden = set(shell.user_ns_hidden)
        self.beginning = (os.getcwd(), dict(os.environ), list(sys.path))

    def start(self) -> None:
        """Seed the generators and watch the cells."""
        generators.seed()
        self.shell.events.register("post_run_cell", self.cell_ended)
        self.watch_figures()

    def reset_process(self) -> None:
        """Seed again, and put back what a process begins with, for the next function."""
        generators.seed()
        folder, environment, path = self.beginning
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.path[:] = path
        importlib.invalidate_caches()

    def watch_figures(self) -> None:
        """Note the data of every figure when it is drawn for a cell's outputs."""
        pylabtools: Any = importlib.import_module("IPython.core.pylabtools")
        draw = pylabtools.print_figure

        def draw_and_note(figure: Any, *arguments: Any, **options: Any) -> Any:
            drawn = draw(figure, *arguments, **options)
            if options.get("fmt", "png") != "svg" or not self.figures:
                self.note_figure(figure)
            return drawn

        pylabtools.print_figure = draw_and_note

    def note_figure(self, figure: Any) -> None:
        """Keep a figure's data."""
        try:
            with models.undisturbed():
                self.figures.append(self.keep(figure, set()))
        except Exception:  # the picture itself is still compared
            self.figures.append("")

    def cell_ended(self, result: Any) -> None:
        """After a cell: find which one it was and look at what it left behind."""
        raw = getattr(getattr(result, "info", None), "raw_cell", None)
        if not self.waiting or raw is None or self.waiting[0][1].strip() != raw.strip():
            return
        if "work" in self.plan and (result.error_before_exec or result.error_in_exec):
            stages: Any = importlib.import_module("_nb2pipe_kernel.stage")
            error = (result.error_before_exec, result.error_in_exec)
            stages.note_failure(self.plan["work"], self.shell.user_ns, *error)
        cell, source, more, deep = self.waiting.pop(0)
        namespace = self.shell.user_ns if self.results is None else self.results
        wanted = None if more is None else {*_NAME.findall(source), *more}
        self.snapshot(cell, wanted, namespace, predict=deep)

    def snapshot(
        self, cell: str, wanted: set[str] | None, namespace: dict[str, Any], *, predict: bool
    ) -> None:
        """Write what the names hold now.

        Args:
            cell: the cell that ended, or another label of this moment.
            wanted: the names to look at (None: all).
            namespace: the names.
            predict: ask models for predictions.
        """
        names = self.names(namespace)
        if wanted is not None:
            names = [name for name in names if name in wanted]
        found: dict[str, str] = {}
        holders: dict[tuple[str, int], list[str]] = {}
        states = generators.states()
        metrics = self.metrics(cell, namespace)
        for name in names:
            holds: set[tuple[str, int]] = set()
            with models.undisturbed():
                found[name] = self.keep(namespace[name], holds)
            if predict and models.is_model(namespace[name]):
                answers = models.predictions(namespace[name])
                if answers is not None:
                    found[f"{name} predictions"] = self.keep(answers, set())
            for key in holds:
                holders.setdefault(key, []).append(name)
        groups = sorted({tuple(sorted(group)) for group in holders.values() if len(group) > 1})
        self.world.kept.clear()
        shown, self.figures = self.figures, []
        self.number += 1
        content = {
            "cell": cell,
            "values": found,
            "groups": groups,
            "figures": shown,
            "states": states,
            "metrics": metrics,
        }
        path = os.path.join(self.folder, "cells", f"{self.number:05d}.json")
        Path(path).write_text(json.dumps(content), encoding="utf-8")

    def metrics(self, cell: str, namespace: dict[str, Any]) -> dict[str, dict[str, float]]:
        """What a run would take for metrics after a cell, by the variable that holds them."""
        names = self.plan.get("metrics", {}).get(cell, ())
        if not names:
            return {}
        stages: Any = importlib.import_module("_nb2pipe_kernel.stage")
        return {name: stages.numbers_in(name, namespace.get(name)) for name in names}

    def names(self, namespace: dict[str, Any]) -> list[str]:
        """The user's names, without modules and what was imported from other modules."""
        return [
            name
            for name, value in sorted(namespace.items())
            if name not in self.hidden
            and not _SHELL.fullmatch(name)
            and not (name.startswith("__") and name.endswith("__"))
            and not isinstance(value, types.ModuleType)
            and not (
                isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType))
                and not self.world.owns(getattr(value, "__module__", None))
            )
        ]

    def keep(self, value: Any, holds: set[tuple[str, int]]) -> str:
        """Write a value's form to the disk, once; its name."""
        form = Form(self.world)
        form.add("", value)
        document = json.dumps(form.document(value), ensure_ascii=False)
        data = document.encode("utf-8", "surrogatepass")
        self.world.kept.append(form.memo)
        holds |= form.holds
        name = hashlib.sha256(data).hexdigest()
        path = os.path.join(self.folder, "forms", f"{name}.json")
        if not os.path.exists(path):
            Path(path).write_bytes(data)
        return name


OBSERVER: Any = None


def _plan() -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(Path(os.environ.pop("NB2PIPE_PLAN")).read_text("utf-8"))
    return plan


def attach(shell: Any, task: str) -> None:
    """Observe the kernel of a stage, whose task file says which."""
    stage = json.loads(Path(task).read_text("utf-8"))["stage"]
    plan = _plan()
    _observe(shell, {**plan, **plan["stages"][stage]})


def begin(shell: Any) -> None:
    """Observe a kernel that executes a notebook or calls functions.

    The kernel ends with the process that started it, as that of a stage does.
    """
    os.environ.pop("NB2PIPE_TASK", None)
    path = os.environ.pop("NB2PIPE_KERNEL")
    name = "_nb2pipe_kernel"
    spec: Any = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=[os.path.dirname(path)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)
    stages = importlib.import_module(f"{name}.stage")
    stages.end_with(os.getppid(), [os.environ.pop("NB2PIPE_SOCKETS", "")])
    plan = _plan()
    if plan.get("path"):
        sys.path.insert(0, plan["path"])
    stages.leave_no_bytecode(plan["workplace"])
    importlib.import_module(f"{name}.states").begin()
    _observe(shell, plan)


def _observe(shell: Any, plan: dict[str, Any]) -> None:
    global OBSERVER
    if plan.get("only_facts"):
        generators.seed()
    else:
        OBSERVER = Observer(shell, plan)
        OBSERVER.start()
    if "facts" in plan:  # what the cells do is recorded, too
        runpy.run_path(plan["facts"]["recorder"])["begin"](shell, {**plan["facts"], **plan})
    sys.addaudithook(Guard(plan["workplace"]).hook)
