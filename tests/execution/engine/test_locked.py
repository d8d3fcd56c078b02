"""The note that a run's environment is not the one that the project's lock describes."""

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.execution import events, interpreter, locked
from nb2pipe.execution.interpreter import Interpreter
from nb2pipe.execution.store import Store
from nb2pipe.model import Project

LOCK = """
version = 1
requires-python = ">=3.9"

[[package]]
name = "p"
version = "0"
source = { virtual = "." }
dependencies = [
    { name = "alpha" },
    { name = "beta", extra = ["fast"] },
    { name = "torch" },
    { name = "colorama", marker = "sys_platform == 'another'" },
    { name = "old", version = "1.0", marker = "python_full_version < '3.12'" },
    { name = "old", version = "2.0", marker = "python_full_version >= '3.12'" },
    { name = "mine" },
]

[package.dev-dependencies]
test = [{ name = "pytest" }]

[[package]]
name = "alpha"
version = "1.0"
source = { registry = "https://packages.example/simple" }
dependencies = [{ name = "deep.er", marker = "implementation_name == 'cpython'" }]

[[package]]
name = "beta"
version = "2.0"
source = { registry = "https://packages.example/simple" }
dependencies = [{ name = "alpha" }]

[package.optional-dependencies]
fast = [{ name = "speed" }]

[[package]]
name = "torch"
version = "2.6.0"
source = { registry = "https://packages.example/simple" }

[[package]]
name = "deep.er"
version = "3.0"
source = { registry = "https://packages.example/simple" }

[[package]]
name = "speed"
version = "4.0"
source = { registry = "https://packages.example/simple" }

[[package]]
name = "old"
version = "1.0"
source = { registry = "https://packages.example/simple" }
resolution-markers = ["python_full_version < '3.12'"]

[[package]]
name = "old"
version = "2.0"
source = { registry = "https://packages.example/simple" }
resolution-markers = ["python_full_version >= '3.12'"]

[[package]]
name = "colorama"
version = "9.9"
source = { registry = "https://packages.example/simple" }

[[package]]
name = "pytest"
version = "9.9"
source = { registry = "https://packages.example/simple" }

[[package]]
name = "mine"
source = { editable = "../mine" }
"""
INSTALLED = {
    "alpha": "1.0",
    "beta": "2.0",
    "torch": "2.6.0+cpu",
    "deep-er": "3.0",
    "speed": "4.0",
    "old": "1.0",
    "pytest": "1.0",
    "unrelated": "1.0",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "it's p"
    folder.mkdir()
    (folder / "uv.lock").write_text(LOCK)
    return Project("p", "p", tmp_path, (), source=str(folder))


def python(version: str = "3.11.7", **changes: str) -> Interpreter:
    installed = {name: v for name, v in {**INSTALLED, **changes}.items() if v}
    return Interpreter("python3", "Python", ("python",), "python", version, installed=installed)


def test_the_locked_environment_needs_no_word(project: Project) -> None:
    store = Store(project.folder)
    assert locked.note(project, store, python()) == ""
    assert locked.note(project, store, python("3.12.1", old="2.0")) == ""
    assert locked.note(replace(project, source=""), store, python(alpha="5")) == ""


def test_what_differs_is_named_with_what_to_do(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    store = Store(project.folder)
    quoted = shlex.quote("it's p")
    said = locked.note(project, store, python(alpha="1.1", speed=""))
    assert said == (
        "the environment is not the locked one: alpha is 1.1 (locked: 1.0), "
        "speed is not installed (locked: 4.0); "
        f"make that with: uv sync --locked --project {quoted}"
    )
    many = {"alpha": "0", "beta": "0", "speed": "0", "torch": "0", "deep-er": "0", "old": "2.0"}
    said = locked.note(project, store, python(**many))
    assert said.count("locked:") == 3
    assert ", and 3 more; make that" in said


def test_the_lock_is_read_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(project.folder)
    assert locked.note(project, store, python()) == ""

    def asked(*_: object) -> None:
        raise AssertionError("read again")

    with monkeypatch.context() as patch:
        patch.setattr(locked, "_read", asked)
        assert "alpha is 2" in locked.note(project, store, python(alpha="2"))
    lock = Path(project.source) / "uv.lock"
    lock.write_text(lock.read_text().replace('version = "4.0"', 'version = "4.1"'))
    assert "speed is 4.0 (locked: 4.1)" in locked.note(project, store, python())


@pytest.mark.parametrize(
    "text", ["", "package = 1", "[[package]]\nname = 'x'", "\0", LOCK.replace("== 'an", "=== ((")]
)
def test_a_lock_that_cannot_be_read_is_left_to_uv(project: Project, text: str) -> None:
    (Path(project.source) / "uv.lock").write_text(text)
    assert locked.note(project, Store(project.folder), python(alpha="2")) == ""


@pytest.mark.slow
def test_a_run_says_it_once_and_fails_nothing(trial: Any, project: Project) -> None:
    lock = Path(project.source) / "uv.lock"
    version = interpreter.find(Store(project.folder), wanted="").installed["click"]
    one = (
        '[[package]]\nname = "p"\nsource = { virtual = "." }\ndependencies = [{ name = "click" }]\n'
    )
    other = '[[package]]\nname = "click"\nversion = "%s"\n'
    source = 'source = { registry = "https://packages.example/simple" }\n'
    for locked_version, notes in ((version, 0), ("0.1", 1)):
        lock.write_text(one + other % locked_version + source)
        heard: list[events.Event] = []
        record = trial.run(
            trial.project(project.folder, source=project.source), listeners=[heard.append]
        )
        assert record.status == "succeeded"
        said = [event.message for event in heard if isinstance(event, events.Note)]
        assert len(said) == notes
    assert f"click is {version} (locked: 0.1); make that with: uv sync --locked" in said[0]
