"""The survey of an environment, run in this one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nb2pipe.environment import probe
from nb2pipe.errors import KernelUnusable


def test_modules_and_their_distributions() -> None:
    answer = probe.survey(
        Path(sys.executable),
        modules=["sklearn.svm", "yaml", "nosuch", "nb2pipe"],
        distributions=["Jinja2"],
        names=["pandas", "nosuch", "survey"],
    )
    assert answer.providers["sklearn.svm"] == ("sklearn", ("scikit-learn",))
    assert answer.providers["yaml"][1] == ("pyyaml",)
    assert answer.providers["nosuch"][1] == ()
    assert answer.providers["nb2pipe"][1] == ("nb2pipe",)
    assert answer.versions["jinja2"]
    assert answer.python == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert answer.locations["pandas"]
    assert answer.locations["nosuch"] is None
    assert answer.locations["survey"] is None  # the survey's own folder does not count


def test_an_interpreter_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(KernelUnusable):
        probe.survey(tmp_path / "python")
