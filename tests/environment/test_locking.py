"""uv.lock for an environment of local packages alone, which needs no network."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from nb2pipe.environment import locking
from nb2pipe.environment.facts import Distribution, Facts, Index
from nb2pipe.errors import LockFailed

PYPROJECT = """\
[project]
name = "churn"
version = "0"
requires-python = ">=3.11"
dependencies = ["mylib"]

[tool.uv]
package = false

[tool.uv.sources]
mylib = { path = "../libs/mylib", editable = true }
"""
FACTS = Facts("3.11", {}, {"mylib": Distribution("mylib", "1", {"path": "../libs/mylib"})})


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_INDEX", "https://nowhere.example/simple")


def library(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "mylib"\nversion = "1"\nrequires-python = ">=3.8"\n'
    )


def test_paths_count_from_the_project(tmp_path: Path) -> None:
    library(tmp_path / "libs" / "mylib")
    project = tmp_path / "churn"
    text = locking.lock(PYPROJECT, existing=None, project=project, facts=FACTS)
    packages = {package["name"]: package["source"] for package in tomllib.loads(text)["package"]}
    assert packages == {"churn": {"virtual": "."}, "mylib": {"editable": "../libs/mylib"}}
    assert "nowhere.example" not in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "libs"]
    assert locking.lock(PYPROJECT, existing=text, project=project, facts=FACTS) == text


def test_what_uv_says_is_told(tmp_path: Path) -> None:
    with pytest.raises(LockFailed) as caught:
        locking.lock(PYPROJECT, existing=None, project=tmp_path / "churn", facts=FACTS)
    assert "mylib" in caught.value.message
    assert "--no-lock" in caught.value.advice
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache"]


def test_credentials_reach_uv_by_its_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_INDEX", "https://me:secret@corp.example/simple")
    facts = Facts("3.11", indexes=(Index("corp-example", "https://corp.example/simple"),))
    environ = locking._environment(facts)
    assert environ["UV_INDEX_CORP_EXAMPLE_USERNAME"] == "me"
    assert environ["UV_INDEX_CORP_EXAMPLE_PASSWORD"] == "secret"
    assert "UV_INDEX" not in environ
