"""Calls the stages' functions one after the other, as a program that imports them would."""

from __future__ import annotations

import importlib
import os
from typing import Any


def call(name: str, parameters: dict[str, Any]) -> None:
    """Call one stage's function; its values are handed on as those between stages' kernels are.

    Args:
        name: the stage.
        parameters: the values of its parameters.
    """
    from .observer import OBSERVER

    plan = OBSERVER.plan
    stage = plan["stages"][name]
    artifacts: Any = importlib.import_module("_nb2pipe_kernel.artifact")
    pickling: Any = importlib.import_module("_nb2pipe_kernel.pickling")
    states: Any = importlib.import_module("_nb2pipe_kernel.states")
    OBSERVER.reset_process()
    given = {
        state: _path(plan, f"{producer}.{state}")
        for state, producer in stage["states"]
        if producer is not None
    }
    for state in states.EARLY:
        if state in given:
            states.set_state(state, artifacts.read_artifact(given.pop(state)))
    module = importlib.import_module(f"{plan['package']}.{name}")
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
    names = stage["outputs"]
    outputs = dict(zip(names, result if len(names) > 1 else (result,)))
    pickling.NAMESPACE = module.__dict__
    artifacts.write_artifact(_path(plan, name), outputs)
    for state, _ in stage["states"]:
        artifacts.write_artifact(_path(plan, f"{name}.{state}"), states.get_state(state))
    OBSERVER.results = outputs


def _path(plan: dict[str, Any], name: str) -> str:
    return os.path.join(plan["folder"], f"handed-{name}")
