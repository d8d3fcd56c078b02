"""What Ploomber calls: the adapter between pipeline.yaml and the pipeline's modules.

``ploomber build`` calls ``run`` once for each task of pipeline.yaml, in a process of its own. The
product of a stage is one pickle: a dict of what its function returns, by name. The modules
themselves know nothing of Ploomber.
"""

import ast
import contextlib
import hashlib
import importlib
import importlib.util
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
        states: for each random generator, and each piece of the process's state such as the
            working directory, the stage whose end is this stage's start, if any.
        upstream: the products of the stages before this one.
        data, resources_: what Ploomber compares to see that the stage must run again.
        nb2pipe: what only ``nb2pipe run`` needs to know.
    """
    target = Path(str(product)).resolve()
    inputs, states = inputs or {}, states or {}
    sources = {stage for stage in [*inputs.values(), *states.values()] if stage is not None}
    paths = {stage: Path(str(upstream[stage])).resolve() for stage in sources}
    work_in_the_notebooks_folder()
    process: Any = process_states() if set(states) - set(STATES) else None

    # One load for each stage: values that share memory go on sharing it.
    made = {stage: pickle.loads(path.read_bytes()) for stage, path in paths.items()}
    arguments = {name: made[stage][name] for name, stage in inputs.items()}
    call = stage_function(function)
    signature = inspect.signature(call, eval_str=True)
    for name, text in (parameters or {}).items():
        arguments[name] = parameter(text, signature.parameters[name])
    for state, stage in states.items():
        if stage is not None:
            value = made[stage][f"state:{state}"]
            if state in STATES:
                getattr(importlib.import_module(state), STATES[state][1])(value)
            else:
                process.set_state(state, value)

    outputs = named(call, call(**arguments))
    for state in states:
        if state in STATES:
            value = getattr(importlib.import_module(state), STATES[state][0])()
        else:
            value = process.get_state(state)
        outputs[f"state:{state}"] = value
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


def process_states() -> Any:
    """The module beside this one that reads and sets the process's state; it begins here."""
    spec: Any = importlib.util.spec_from_file_location(
        "process_states", PROJECT / "process_states.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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


def parameter(text: str, argument: inspect.Parameter) -> Any:
    """A parameter's value, exactly as it was written.

    Ploomber turns text that looks like a number, true, false or null into just that. So the text
    is read again where it was written: on the command line or in env.yaml.

    Args:
        text: ``key = [value]``, as it stands in pipeline.yaml once Ploomber put the value in.
        argument: the parameter in the function's signature.

    Raises:
        TypeError: the value is not of the parameter's type.
    """
    key, _, seen = text.partition(" = ")
    typed = typed_text(key)
    value = written_value(key, seen) if typed is None else typed
    if typed is None and repr(literal(value)) == repr(argument.default):
        return argument.default
    for reading in readings(value, argument.annotation, typed is not None):
        try:
            return fitted(reading, argument.annotation)
        except TypeError:
            continue
    raise TypeError(f"{key}: {value!r} is not {argument.annotation}")


def typed_text(key: str) -> str | None:
    """What was typed after ``--env--key``, if it was."""
    flag, text = f"--env--{key}", None
    for word, following in zip(sys.argv, [*sys.argv[1:], None], strict=True):
        if word == flag:
            text = following
        elif word.startswith(f"{flag}="):
            text = word.removeprefix(f"{flag}=")
    return text


def written_value(key: str, seen: str) -> Any:
    """The value in env.yaml; if Ploomber was given another one in Python, that."""
    from ploomber.env.expand import EnvironmentExpander

    written = yaml.safe_load((PROJECT / "env.yaml").read_text(encoding="utf-8"))[key]
    if seen == str([EnvironmentExpander({}).expand_raw_dictionary({key: written})[key]]):
        return written
    return ast.literal_eval(seen)[0]


def readings(value: Any, annotation: Any, typed: bool) -> list[Any]:
    """What a value may stand for, the most likely first: text may stand for a number, a list, …"""
    if not isinstance(value, str):
        return [value]
    read = literal(value)
    if isinstance(read, str) and read != value and not typed:
        return [read]  # the second pair of quotes in env.yaml
    kinds = admitted(annotation)
    found = [read]
    word = value.strip().lower()
    if bool in kinds and word in ("true", "false"):
        found.append(word == "true")
    if type(None) in kinds and word in ("none", "null") and str not in kinds:
        found.append(None)
    if float in kinds:
        with contextlib.suppress(ValueError):
            found.append(float(value))
    if {list, tuple, dict}.intersection(kinds):
        with contextlib.suppress(ValueError):
            found.append(json.loads(value))
    chosen = [choice for choice in choices(annotation) if choice == value]
    return [*chosen, *(item for item in found if not (kinds and isinstance(item, str))), value]


def literal(value: Any) -> Any:
    """What a text is as a Python literal; other values, and other texts, are themselves."""
    try:
        return ast.literal_eval(value.strip()) if isinstance(value, str) else value
    except (ValueError, SyntaxError):
        return value


def fitted(value: Any, annotation: Any) -> Any:
    """The value as its type has it: an int becomes a float, a list a tuple, where only that fits.

    Raises:
        TypeError: the type does not admit it.
    """
    if annotation in (inspect.Parameter.empty, Any):
        return value
    for converting in (False, True):
        for member in members(annotation):
            try:
                return fitted_to(value, member, converting)
            except TypeError:
                continue
    raise TypeError(annotation)


def fitted_to(value: Any, member: Any, converting: bool) -> Any:
    """The same for a type that is no union."""
    kind, inner = typing.get_origin(member) or member, typing.get_args(member)
    if kind is typing.Literal:
        kind = next((type(choice) for choice in inner if same(choice, value)), kind)
    elif converting and kind is float and type(value) is int:
        value = float(value)
    elif converting and kind is tuple and type(value) is list:
        value = tuple(value)
    if type(value) is not (type(None) if kind is None else kind):
        raise TypeError(member)
    if isinstance(value, dict) and inner:
        return {fitted(key, inner[0]): fitted(item, inner[1]) for key, item in value.items()}
    if isinstance(value, list | tuple) and inner:
        if isinstance(value, list) or inner[-1] is Ellipsis:
            inner = inner[:1] * len(value)
        if len(inner) != len(value):
            raise TypeError(member)
        return type(value)(fitted(item, of) for item, of in zip(value, inner, strict=True))
    return value


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of one type."""
    return type(one) is type(other) and bool(one == other)


def members(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, or the annotation itself."""
    union = isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union
    return typing.get_args(annotation) if union else (annotation,)


def choices(annotation: Any) -> list[Any]:
    """The values that ``Literal`` admits."""
    literals = [m for m in members(annotation) if typing.get_origin(m) is typing.Literal]
    return [choice for member in literals for choice in typing.get_args(member)]


def admitted(annotation: Any) -> list[type]:
    """The types of the values that an annotation admits; empty for any."""
    if annotation in (inspect.Parameter.empty, Any):
        return []
    kinds = [type(choice) for choice in choices(annotation)]
    return kinds + [typing.get_origin(m) or (m or type(None)) for m in members(annotation)]
