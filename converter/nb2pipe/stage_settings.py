"""Settings of stages: ``metadata.nb2pipe.stages.<name>`` of the notebook."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nb2pipe.analysis.rules import (
    nb112_stage_settings,
    nb113_settings_without_stage,
    nb115_unknown_setting,
)
from nb2pipe.model import Diagnostic, StageSettings
from nb2pipe.stage_names import nearest

_SETTINGS = ("stages", "schedule")
_KEYS = ("cache", "timeout", "secrets", "image", "limits", "report")
_CACHE = {"enabled": True, "disabled": False}
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
                image=values.get("image", ""),
                limits=tuple(values.get("limits", ())),
                report=values.get("report", ""),
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
    if key in ("image", "report") and not _line(value):
        return _wrong(setting, "not a line of text", "Write text.")
    if key == "limits" and not (isinstance(value, list) and all(map(_line, value))):
        return _wrong(setting, "not a list of texts", 'Write ["nvidia.com/gpu:1"].')
    return None


def _line(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def with_tags(
    given: Mapping[str, StageSettings], tagged: Mapping[str, Sequence[tuple[str, str]]]
) -> dict[str, StageSettings]:
    """The settings with those that Kale's tags make; ``metadata.nb2pipe`` goes before a tag.

    Args:
        given: the settings of ``metadata.nb2pipe``, by stage.
        tagged: what the tags of a stage's cells say, in their order: (``image``, ``python:3.12``).
    """
    result = dict(given)
    for stage, pairs in tagged.items():
        own = given.get(stage, StageSettings())
        told: dict[str, Any] = {}
        for key, value in pairs:
            if key == "cache" and value in _CACHE:
                told.setdefault("cache", _CACHE[value])
            elif key == "limit":
                told["limits"] = (*told.get("limits", ()), value)
            elif key != "cache":
                told.setdefault(key, value)
        unset = {k: v for k, v in told.items() if getattr(own, k) in (None, "", ())}
        if unset:
            result[stage] = replace(own, **unset)
    return result


def _seconds(value: object) -> bool:
    return type(value) in (int, float) and 0 < float(str(value)) < math.inf


def _variables(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(name, str) and _VARIABLE.fullmatch(name) for name in value
    )


def _wrong(setting: str, problem: str, advice: str) -> Diagnostic:
    return nb112_stage_settings.diagnostic(setting, problem, advice)
