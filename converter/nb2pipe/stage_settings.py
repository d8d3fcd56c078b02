"""Settings of stages: ``metadata.nb2pipe.stages.<name>`` of the notebook."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from nb2pipe.analysis.rules import (
    nb112_stage_settings,
    nb113_settings_without_stage,
    nb115_unknown_setting,
)
from nb2pipe.model import Diagnostic, StageSettings
from nb2pipe.stage_names import nearest

_SETTINGS = ("stages", "schedule")
_KEYS = ("cache", "timeout", "secrets")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


def checked(
    settings: Mapping[str, Any], stages: Sequence[str]
) -> tuple[dict[str, StageSettings], tuple[Diagnostic, ...]]:
    """Check the settings of all stages.

    Args:
        settings: ``metadata.nb2pipe`` of the notebook.
        stages: the names of the stages that there are.

    Returns:
        The settings of the stages that have any, and what is wrong with them.
    """
    result: dict[str, StageSettings] = {}
    findings = [
        nb115_unknown_setting.diagnostic(key, nearest(key, _SETTINGS))
        for key in settings
        if key not in _SETTINGS
    ]
    given = settings.get("stages", {})
    if not isinstance(given, Mapping):
        findings.append(_wrong("stages", "not an object", 'Write {"stages": {"<name>": {…}}}.'))
        return {}, tuple(findings)
    for name, values in given.items():
        if name not in stages:
            findings.append(nb113_settings_without_stage.diagnostic(name, nearest(name, stages)))
        if not isinstance(values, Mapping):
            findings.append(_wrong(f"stages.{name}", "not an object", 'Write {"timeout": 600}.'))
            continue
        problems = [finding for key in values if (finding := _problem(name, key, values[key]))]
        findings += problems
        if not problems and name in stages:
            result[name] = StageSettings(
                cache=values.get("cache"),
                timeout=values.get("timeout"),
                secrets=tuple(values.get("secrets", ())),
            )
    return result, tuple(findings)


def _problem(stage: str, key: str, value: object) -> Diagnostic | None:
    setting = f"stages.{stage}.{key}"
    if key not in _KEYS:
        near = nearest(key, _KEYS)
        advice = f"Did you mean `{near}`?" if near else f"A stage may have {', '.join(_KEYS)}."
        return _wrong(setting, "no such setting", advice)
    if key == "cache" and value is not None and not isinstance(value, bool):
        return _wrong(setting, "neither true nor false", "Write true, false or nothing.")
    if key == "timeout" and value is not None and not _seconds(value):
        return _wrong(setting, "not a positive number", "Write a number of seconds.")
    if key == "secrets" and not _variables(value):
        return _wrong(
            setting,
            "not a list of names of environment variables",
            'Write names, not values: ["API_TOKEN"].',
        )
    return None


def _seconds(value: object) -> bool:
    return type(value) in (int, float) and 0 < float(str(value)) < math.inf


def _variables(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(name, str) and _VARIABLE.fullmatch(name) for name in value
    )


def _wrong(setting: str, problem: str, advice: str) -> Diagnostic:
    return nb112_stage_settings.diagnostic(setting, problem, advice)
