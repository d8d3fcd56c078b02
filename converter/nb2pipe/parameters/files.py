"""Parameters from a file (JSON, YAML 1.2 or TOML) or an environment variable (JSON)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2pipe.errors import ParameterInvalid

# JavaScript, in which GitHub's forms are made, holds every integer up to this one.
LARGEST_NUMBER = 2**53 - 1


def read_file(path: Path) -> Mapping[str, Any]:
    """Read a parameters file: JSON, YAML 1.2 or TOML, by its ending.

    Args:
        path: the file.

    Returns:
        What it says, unchecked.

    Raises:
        ParameterInvalid: the file is missing, of another kind, damaged, or no mapping of names.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or error
        raise ParameterInvalid(
            f"the parameters file cannot be read: {said}",
            place=str(path),
            advice="Name a JSON, YAML or TOML file in UTF-8.",
        ) from None
    reader = {".json": _json, ".yaml": _yaml, ".yml": _yaml, ".toml": _toml}.get(
        path.suffix.lower()
    )
    if reader is None:
        raise ParameterInvalid(
            f"a parameters file ending in {path.suffix or 'nothing'} is not known",
            place=str(path),
            advice="Name a file ending in .json, .yaml or .toml.",
        )
    try:
        values = reader(text)
    except (ValueError, RecursionError) as error:
        raise ParameterInvalid(
            f"the parameters file is damaged: {' '.join(str(error).split())}",
            place=str(path),
            advice="Correct the file.",
        ) from None
    if not isinstance(values, dict) or not all(isinstance(name, str) for name in values):
        raise ParameterInvalid(
            "the parameters file is no mapping of names to values",
            place=str(path),
            advice='Write {"name": value, …}.',
        )
    return values


def read_variable(name: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Read an environment variable that holds a JSON object: the form of a workflow.

    Args:
        name: the variable. One that is missing, empty or null says nothing.

    Returns:
        The values that are no text, and the texts, which stand for what they would on the
        command line.

    Raises:
        ParameterInvalid: it holds something else, or a number that the form has rounded.
    """
    place = f"environment variable {name}"
    try:
        content = json.loads(os.environ.get(name) or "null") or {}
    except (ValueError, RecursionError) as error:
        raise ParameterInvalid(
            f"it is no JSON: {error}", place=place, advice='Write {"name": value, …}.'
        ) from None
    if not isinstance(content, dict):
        raise ParameterInvalid(
            "it is no JSON object", place=place, advice='Write {"name": value, …}.'
        )
    for key, value in content.items():
        if type(value) is int and abs(value) > LARGEST_NUMBER:
            raise ParameterInvalid(
                f"a number of that size is rounded on its way: {key}",
                place=place,
                advice=f'Give it as text: {{"{key}": "{value}"}}, exactly.',
            )
    texts = [(key, value) for key, value in content.items() if isinstance(value, str)]
    return {key: value for key, value in content.items() if not isinstance(value, str)}, texts


def _json(text: str) -> Any:
    return json.loads(text)


def _toml(text: str) -> Any:
    import tomllib

    return tomllib.loads(text)


def _yaml(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise ValueError(str(error)) from None
