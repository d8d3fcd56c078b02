"""Records a notebook's cells: what is another value after a cell than before it."""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
import time
import types
import weakref
from typing import Any

QUICK = 0.005
_NAME = re.compile(r"[^\W\d]\w*")
_SHELL = re.compile(r"_+|_i+\d*|_\d+|_oh|_dh|_ih|_ii|_iii|_exit_code|In|Out|exit|quit|get_ipython")
_DEFINITIONS = (type, types.FunctionType, types.BuiltinFunctionType)
_STATES = (
    *("random", "numpy.random", "cwd", "environ", "sys.path"),
    *("warnings", "matplotlib", "pandas", "numpy", "sklearn"),
)
_LOADING = ("warnings", "matplotlib", "pandas", "numpy", "sklearn")


class Recorder:
    """Records one kernel.

    ``plan`` says which cells are to come (``sources``: id and source) and the folder that takes
    the facts; ``workplace`` is the folder that the notebook runs in.
    """

    def __init__(self, shell: Any, plan: dict[str, Any]) -> None:
        self.shell = shell
        self.path = os.path.join(plan["folder"], "facts.json")
        self.folder = plan["workplace"]
        self.work, self.alone = plan["work"], plan["only_facts"]
        self.waiting: list[list[str]] = [list(cell) for cell in plan["sources"]]
        self.hidden = set(shell.user_ns_hidden)
        self.fingerprint: Any = importlib.import_module("_nb2pipe_kernel.fingerprint").Fingerprint
        self.states: Any = importlib.import_module("_nb2pipe_kernel.states")
        witness: Any = importlib.import_module("_nb2pipe_kernel.witness")
        self.witness: Any = witness.Witness(
            self.folder, private=[os.path.join(self.folder, ".nb2pipe")], literal=[]
        )
        self.witness.active = False
        self.witness._read = self._opened
        sys.addaudithook(self.witness.hook)
        self.reads: set[str] = set()
        self.names: dict[str, Any] = {}
        self.known: dict[str, Any] = {}
        self.process: dict[str, Any] = {}
        self.cells: list[dict[str, Any]] = []
        self.groups: set[tuple[str, ...]] = set()
        self.costs: dict[str, float] = {}
        self.began = 0.0
        self.spent = 0.0

    def _opened(self, path: str) -> None:
        self.reads.add(path)

    def start(self) -> None:
        """Watch the cells."""
        self.look()
        self.shell.events.register("pre_run_cell", self.cell_begins)
        # Before other observers, whose work is none of the cell's.
        self.shell.events.callbacks["post_run_cell"].insert(0, self.cell_ended)

    def cell_begins(self, info: Any) -> None:
        """Before a cell."""
        self.reads.clear()
        self.witness.written.clear()
        self.witness.active = True
        self.began = time.perf_counter()

    def cell_ended(self, result: Any) -> None:
        """After a cell: what it did."""
        ended = time.perf_counter()
        self.witness.active = False
        raw = getattr(getattr(result, "info", None), "raw_cell", None)
        if result.error_before_exec or result.error_in_exec:
            self.failed(result)
            return
        own = self.waiting and raw is not None and self.waiting[0][1].strip() == raw.strip()
        names, known, process = self.names, self.known, self.process
        self.look(raw or "")
        if own:
            cell, _ = self.waiting.pop(0)
            self.cells.append(
                {"cell": cell, "seconds": ended - self.began, **self.facts(names, known, process)}
            )
            if not self.waiting:
                self.spent += time.perf_counter() - ended
                self.write()
                return
        self.spent += time.perf_counter() - ended

    def failed(self, result: Any) -> None:
        """Leave a note on the error for nb2pipe, where no other observer does."""
        if self.alone:
            stage: Any = importlib.import_module("_nb2pipe_kernel.stage")
            error = (result.error_before_exec, result.error_in_exec)
            stage.note_failure(self.work, self.shell.user_ns, *error)

    def look(self, cell: str = "") -> None:
        """Take the fingerprints of everything as it stands.

        Those that take long are taken again only of what the cell, or a function, names, and of
        what shares something with that.
        """
        names = {
            name: value
            for name, value in self.shell.user_ns.items()
            if name not in self.hidden
            and not name.startswith("__")
            and not _SHELL.fullmatch(name)
            and not isinstance(value, types.ModuleType)
            and not (
                isinstance(value, _DEFINITIONS) and getattr(value, "__module__", None) != "__main__"
            )
        }
        near = self.near(cell, names)
        before, self.known = self.known, {}
        older = set()
        for name, value in names.items():
            if name in before and name not in near and self.names[name]() is value:
                self.known[name] = before[name]
                older.add(name)
                continue
            began = time.perf_counter()
            self.known[name] = self.fingerprint(value)
            self.costs[name] = time.perf_counter() - began
        # What an older fingerprint holds may be gone, and its identity another object's by now.
        for name in older & {name for group in self.sharing() - self.groups for name in group}:
            self.known[name] = self.fingerprint(names[name])
        for known in self.known.values():
            known.kept.clear()
        self.names = {name: reference(value) for name, value in names.items()}
        self.process = {name: self.state(name) for name in _STATES}

    def sharing(self) -> set[tuple[str, ...]]:
        """Groups of names that hold the same object or memory."""
        holders: dict[int, list[str]] = {}
        for name, found in self.known.items():
            for identity in found.holds:
                holders.setdefault(identity, []).append(name)
        return {tuple(sorted(group)) for group in holders.values() if len(group) > 1}

    def near(self, cell: str, names: dict[str, Any]) -> set[str]:
        """The names that the cell may have changed, and those that are quickly looked at."""
        named = set(_NAME.findall(cell))
        waiting = [value for value in names.values() if isinstance(value, types.FunctionType)]
        for value in waiting:
            named.update(value.__code__.co_names)
        holds: set[int] = set()
        for name in named & self.known.keys():
            holds |= self.known[name].holds
        return {
            name
            for name, known in self.known.items()
            if name in named or self.costs[name] < QUICK or not holds.isdisjoint(known.holds)
        }

    def state(self, name: str) -> Any:
        """A piece of the process' state, as something to compare."""
        if name == "numpy.random" and "numpy.random" not in sys.modules:
            return None
        try:
            value = self.states.get_state(name)
            return self.fingerprint(value).content if value is not None else None
        except Exception:  # a library in the middle of being imported
            return None

    def facts(
        self, names: dict[str, Any], known: dict[str, Any], process: dict[str, Any]
    ) -> dict[str, Any]:
        """What is different now."""
        both = [name for name in self.names if name in names]
        same = [name for name in both if self.names[name]() is names[name]()]
        bound = set(self.names) - set(same)
        changed = [n for n in both if self.known[n].plain != known[n].plain]
        opaque = {n for n in both if self.known[n].opaque or known[n].opaque}
        unsure = [n for n in both if n in opaque or self.known[n].content != known[n].content]
        groups = self.sharing()
        states = [
            name
            for name, value in self.process.items()
            if value != process[name] and not (process[name] is None and name in _LOADING)
        ]
        found = {
            "bound": sorted(bound),
            "changed": sorted((set(changed) & set(same)) - opaque),
            "unsure": sorted((set(unsure) & set(same)) - (set(changed) - opaque)),
            "whole": sorted(name for name in bound if not self.known[name].opaque),
            "deleted": sorted(set(names) - set(self.names)),
            "shares": sorted(groups - self.groups),
            "reads": self.relative(self.reads),
            "writes": self.relative(
                {path for path in self.witness.written if os.path.isfile(path)}
            ),
            "states": sorted(s for s in states if s != "numpy.random" or process[s] is not None),
            "types": {
                name: type_name(value())
                for name, value in sorted(self.names.items())
                if name not in same
            },
        }
        self.groups = groups
        return found

    def relative(self, paths: set[str]) -> list[str]:
        """Paths from the notebook's folder; those elsewhere are the machine's and stay out."""
        found = set()
        for path in paths:
            inside = os.path.relpath(path, self.folder)
            if not inside.startswith("..") and not os.path.isabs(inside):
                found.add(inside.replace(os.sep, "/"))
        return sorted(found)

    def write(self) -> None:
        """Write what was recorded."""
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump({"cells": self.cells, "spent": self.spent}, file)


def reference(value: Any) -> Any:
    """A function that gives the value back, and does not keep it where that would show.

    ``array.resize`` refuses when there is another reference.
    """
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: value


def type_name(value: Any) -> str:
    """The dotted name under which a value's class is found: ``pandas.DataFrame``; else ""."""
    kind = type(value)
    name, module = kind.__qualname__, str(kind.__module__)
    if module == "builtins":
        return name if name not in ("function", "type", "NoneType") else ""
    if module == "__main__" or not name.isidentifier():
        return ""
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        prefix = ".".join(parts[:length])
        if any(part.startswith("_") for part in parts[:length]):
            break
        if getattr(sys.modules.get(prefix), name, None) is kind:
            return f"{prefix}.{name}"
    return ""


RECORDER: Any = None


def begin(shell: Any, plan: dict[str, Any]) -> None:
    """Begin to record."""
    global RECORDER
    RECORDER = Recorder(shell, plan)
    RECORDER.start()
