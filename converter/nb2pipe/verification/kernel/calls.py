"""Calls the stages' functions one after the other, as a program that imports them would."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

from . import generators


def call(name: str, parameters: dict[str, Any]) -> None:
    """Call one stage's function; its values are handed on as those between stages' kernels are.

    Args:
        name: the stage.
        parameters: the values of its parameters.
    """
    from .observer import OBSERVER

    plan = OBSERVER.plan
    stage = plan["stages"][name]
    artifacts = importlib.import_module("_nb2pipe_kernel.artifact")
    pickling: Any = importlib.import_module("_nb2pipe_kernel.pickling")
    stages = importlib.import_module("_nb2pipe_kernel.stage")
    generators.seed()
    importlib.invalidate_caches()
    module = importlib.import_module(f"{plan['package']}.{name}")
    arguments: dict[str, Any] = {}
    loaded: dict[str, dict[str, Any]] = {}
    for argument, producer in stage["inputs"]:
        if producer not in loaded:
            loaded[producer] = artifacts.read_artifact(_path(plan, producer), module.__dict__)
        if argument in loaded[producer]:
            arguments[argument] = loaded[producer][argument]
    for state, producer in stage["states"]:
        if producer is not None:
            saved = artifacts.read_artifact(_path(plan, f"{producer}.{state}"))
            stages.set_state(state, saved)
    result = getattr(module, name)(**arguments, **parameters)
    names = stage["outputs"]
    outputs = dict(zip(names, result if len(names) > 1 else (result,)))
    pickling.NAMESPACE = module.__dict__
    artifacts.write_artifact(_path(plan, name), outputs)
    for state, _ in stage["states"]:
        if state in sys.modules or state == "random":
            artifacts.write_artifact(_path(plan, f"{name}.{state}"), stages.get_state(state))
    OBSERVER.results = outputs


def _path(plan: dict[str, Any], name: str) -> str:
    return os.path.join(plan["folder"], f"handed-{name}")
