"""What Ploomber calls: the adapter between pipeline.yaml and the pipeline's modules.

``ploomber build`` calls ``run`` once for each task of pipeline.yaml, in a process of its own. The
product of a stage is one pickle: a dict of what its function returns, by name. The modules
themselves know nothing of Ploomber.
"""

import ast
import hashlib
import importlib
import inspect
import json
import os
import pickle
import sys
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parent

# How to read and set the random generators that stages hand on.
STATES = {"random": ("getstate", "setstate"), "numpy.random": ("get_state", "set_state")}


def run(
    product: Any,
    function: str,
    inputs: Mapping[str, str] | None = None,
    parameters: Mapping[str, str] | None = None,
    states: Mapping[str, str | None] | None = None,
    upstream: Any = None,
    data: Any = None,
    nb2pipe: Any = None,
    resources_: Any = None,
) -> None:
    """Call a stage's function and keep what it returns.

    Args:
        product: where to write it.
        function: the function's module and name, with a dot between.
        inputs: for each argument the stage that hands it on.
        parameters: for each parameter its key in env.yaml and its value as Ploomber read it.
        states: for each random generator the stage whose end is this stage's start, if any.
        upstream: the products of the stages before this one.
        data, resources_: what Ploomber compares to see that the stage must run again.
        nb2pipe: what only ``nb2pipe run`` needs to know.
    """
    target = Path(str(product)).resolve()
    inputs, states = inputs or {}, states or {}
    sources = {stage for stage in [*inputs.values(), *states.values()] if stage is not None}
    paths = {stage: Path(str(upstream[stage])).resolve() for stage in sources}
    work_in_the_notebooks_folder()

    # One load for each stage: values that share memory go on sharing it.
    made = {stage: pickle.loads(path.read_bytes()) for stage, path in paths.items()}
    arguments = {name: made[stage][name] for name, stage in inputs.items()}
    call = stage_function(function)
    signature = inspect.signature(call, eval_str=True)
    for name, text in (parameters or {}).items():
        arguments[name] = parameter(text, signature.parameters[name].annotation)
    for state, stage in states.items():
        if stage is not None:
            getattr(importlib.import_module(state), STATES[state][1])(made[stage][f"state:{state}"])

    outputs = named(call, call(**arguments))
    for state in states:
        outputs[f"state:{state}"] = getattr(importlib.import_module(state), STATES[state][0])()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(pickle.dumps(outputs, protocol=5))


def digests(files: Sequence[str]) -> dict[str, str]:
    """The SHA-256 of each data file, so that Ploomber sees when one changes."""
    found = {name: notebook_folder() / name for name in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "absent"
        for name, path in found.items()
    }


def notebook_folder() -> Path:
    """The folder of the notebook: where the stages work."""
    lock = json.loads((PROJECT / "nb2pipe.lock").read_text(encoding="utf-8"))
    notebook: str = lock["notebook"]
    return (PROJECT / notebook).resolve().parent


def work_in_the_notebooks_folder() -> None:
    """Set the working directory and the import path as they are in the notebook."""
    folder = notebook_folder()
    os.environ.setdefault("MPLBACKEND", "agg")  # nobody is there to close a window
    os.chdir(folder)
    sys.path[:0] = [str(folder), str(PROJECT)]


def stage_function(dotted: str) -> Callable[..., Any]:
    """The function that a dotted name stands for."""
    module, _, name = dotted.rpartition(".")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def named(function: Callable[..., Any], result: Any) -> dict[str, Any]:
    """What a stage's function returned, under the names in its ``return``."""
    definition = ast.parse(inspect.getsource(function)).body[0]
    last = definition.body[-1] if isinstance(definition, ast.FunctionDef) else None
    value = last.value if isinstance(last, ast.Return) else None
    if isinstance(value, ast.Tuple):
        return dict(zip(map(ast.unparse, value.elts), result, strict=True))
    return {} if value is None else {ast.unparse(value): result}


def parameter(text: str, annotation: Any) -> Any:
    """A parameter's value, exactly as it was written.

    Ploomber turns text that looks like a number, true, false or null into just that. So the text
    is read again where it was written: on the command line or in env.yaml.

    Args:
        text: ``key = [value]``, as it stands in pipeline.yaml once Ploomber put the value in.
        annotation: the parameter's type in the function's signature.

    Raises:
        TypeError: the value is not of that type.
    """
    key, _, seen = text.partition(" = ")
    kinds = admitted(annotation)
    typed = typed_text(key)
    if typed is not None:
        value = from_text(typed, kinds)
    else:
        value = written_value(key, seen)
        if isinstance(value, str):
            value = from_text(value, kinds, quoted=True)
    if type(value) is int and float in kinds and int not in kinds:
        value = float(value)
    if kinds and type(value) not in kinds:
        raise TypeError(f"{key}: {value!r} is not {' or '.join(t.__name__ for t in kinds)}")
    if typing.get_origin(annotation) is typing.Literal:
        choices = [(type(choice), choice) for choice in typing.get_args(annotation)]
        if (type(value), value) not in choices:
            raise TypeError(f"{key}: {value!r} is not one of {typing.get_args(annotation)}")
    return value


def typed_text(key: str) -> str | None:
    """What was typed after ``--env--key``, if it was."""
    flag, text = f"--env--{key}", None
    for argument, following in zip(sys.argv, [*sys.argv[1:], None], strict=True):
        if argument == flag:
            text = following
        elif argument.startswith(f"{flag}="):
            text = argument.removeprefix(f"{flag}=")
    return text


def written_value(key: str, seen: str) -> Any:
    """The value in env.yaml; if Ploomber was given another one in Python, that."""
    from ploomber.env.expand import EnvironmentExpander

    written = yaml.safe_load((PROJECT / "env.yaml").read_text(encoding="utf-8"))[key]
    if seen == str([EnvironmentExpander({}).expand_raw_dictionary({key: written})[key]]):
        return written
    return ast.literal_eval(seen)[0]


def from_text(text: str, kinds: Sequence[type], *, quoted: bool = False) -> Any:
    """The value that a text stands for, given the types that are admitted (none: any)."""
    if (quoted and text[:1] in ("'", '"')) or list(kinds) != [str]:
        words = {"true": True, "false": False, "null": None, "none": None}
        try:
            value = words[text.lower()] if text.lower() in words else ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return float(text) if text in ("inf", "-inf", "nan") and str not in kinds else text
        if not kinds or type(value) in kinds or str not in kinds:
            return value
    return text


def admitted(annotation: Any) -> list[type]:
    """The types that an annotation admits; empty for any."""
    if annotation in (inspect.Parameter.empty, typing.Any):
        return []
    if annotation is None:
        return [type(None)]
    if typing.get_origin(annotation) is typing.Literal:
        return list({type(choice): None for choice in typing.get_args(annotation)})
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return [kind for member in typing.get_args(annotation) for kind in admitted(member)]
    return [typing.get_origin(annotation) or annotation]
