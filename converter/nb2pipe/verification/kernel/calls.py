"""Calls the stages' functions one after the other, as a program that imports them would."""

from __future__ import annotations

import copy
import importlib
import os
import sys
from typing import Any

_SETTINGS = ("warnings", "decimal", "matplotlib", "pandas", "numpy", "sklearn")


class Settings:
    """The settings that a process begins with, which every function is to find as a stage does.

    A stage's module repeats what cells before it have set; what later cells of other stages set,
    whose functions may be called before, no stage's process would have.
    """

    def __init__(self, states: Any) -> None:
        self.states = states
        self.beginning: dict[str, Any] = {}
        self.unknown: set[str] = set()

    def reset(self) -> None:
        """Before a stage's module is imported: as at the beginning."""
        for name, beginning in self.beginning.items():
            value = copy.copy(beginning)
            if name == "matplotlib":  # comes with the backend, which the first figure chooses
                value["interactive"] = sys.modules[name].is_interactive()
            self.states.set_state(name, value)

    def imported(self) -> None:
        """After that: libraries that were imported now are as they come."""
        for name in _SETTINGS:
            if name not in self.unknown and name in sys.modules:
                self.beginning[name] = self.states.get_state(name)

    def called(self) -> None:
        """After a function: how a library began that it imported itself was not seen."""
        for name in _SETTINGS:
            if name not in self.beginning and name in sys.modules:
                self.unknown.add(name)


_settings: Settings | None = None


def call(name: str, parameters: dict[str, Any]) -> None:
    """Call one stage's function; its values are handed on as those between stages' kernels are.

    Args:
        name: the stage.
        parameters: the values of its parameters.
    """
    global _settings
    from .observer import OBSERVER

    plan = OBSERVER.plan
    stage = plan["stages"][name]
    artifacts: Any = importlib.import_module("_nb2pipe_kernel.artifact")
    functions: Any = importlib.import_module("_nb2pipe_kernel.functions")
    states: Any = importlib.import_module("_nb2pipe_kernel.states")
    _settings = _settings or Settings(states)
    OBSERVER.reset_process()
    _settings.reset()
    given = {
        state: _path(plan, f"{producer}.{state}")
        for state, producer in stage["states"]
        if producer is not None
    }
    for state in states.EARLY:
        if state in given:
            states.set_state(state, artifacts.read_artifact(given.pop(state)))
    module = importlib.import_module(f"{plan['package']}.{name}")
    _settings.imported()
    arguments: dict[str, Any] = {}
    loaded: dict[str, dict[str, Any]] = {}
    for argument, producer in stage["inputs"]:
        if producer not in loaded:
            loaded[producer] = artifacts.read_artifact(_path(plan, producer), module.__dict__)
        if argument in loaded[producer]:
            arguments[argument] = loaded[producer][argument]
    for state, path in given.items():
        states.set_state(state, artifacts.read_artifact(path))
    result = getattr(module, name)(**arguments, **parameters)
    _settings.called()
    names = stage["outputs"]
    outputs = dict(zip(names, result if len(names) > 1 else (result,)))
    functions.NAMESPACE = module.__dict__
    artifacts.write_artifact(_path(plan, name), outputs)
    for state, _ in stage["states"]:
        artifacts.write_artifact(_path(plan, f"{name}.{state}"), states.get_state(state))
    OBSERVER.results = outputs


def _path(plan: dict[str, Any], name: str) -> str:
    return os.path.join(plan["folder"], f"handed-{name}")
