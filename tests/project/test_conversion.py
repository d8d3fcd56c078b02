"""Converting again: what changes, what is kept, what is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.emit import lock
from nb2pipe.errors import NameRefused, ProjectConflict, ProjectUnreadable
from nb2pipe.project.outcome import Conversion


def statuses(conversion: Conversion) -> dict[str, str]:
    return {c.name: c.status for c in conversion.changes if c.status != "unchanged"}


def locked(workplace: Any) -> lock.Lock:
    file = workplace.project / lock.NAME
    return lock.read(file.read_text(encoding="utf-8"), str(file))


def test_the_tree(workplace: Any) -> None:
    workplace.convert(ci="github")
    assert set(workplace.digests()) == {
        "churn.ipynb",
        ".github/workflows/nb2pipe-churn.yml",
        "churn/churn/__init__.py",
        "churn/churn/load.py",
        "churn/churn/train.py",
        "churn/env.yaml",
        "churn/nb2pipe.lock",
        "churn/pipeline.yaml",
        "churn/pyproject.toml",
        "churn/tasks.py",
        "churn/tests/test_contract.py",
    }
    assert not (workplace.folder / ".nb2pipe").exists()


def test_converting_twice_changes_no_byte(workplace: Any) -> None:
    workplace.convert()
    assert workplace.changed(workplace.convert) == set()
    assert not workplace.convert("check").differs


def test_editing_a_body_changes_its_module_and_the_lock(workplace: Any) -> None:
    workplace.convert(ci="github")
    workplace.write(train="y = x + 2\ny")
    changed = workplace.changed(lambda: workplace.convert(ci="github"))
    assert changed == {"churn/churn/train.py", "churn/nb2pipe.lock"}
    assert locked(workplace).version == "0.1.1"


def test_a_removed_stages_module_is_deleted(workplace: Any) -> None:
    workplace.write(("stage:report", "print(y)"))
    workplace.convert()
    workplace.write()
    conversion = workplace.convert()
    assert statuses(conversion)["churn/report.py"] == "deleted"
    assert not (workplace.project / "churn" / "report.py").exists()
    assert conversion.version == "1.0.0"


def test_a_removed_stages_edited_module_is_kept_and_said(workplace: Any) -> None:
    workplace.write(("stage:report", "print(y)"))
    workplace.convert()
    module = workplace.project / "churn" / "report.py"
    module.write_text("# mine\n")
    workplace.write()
    conversion = workplace.convert()
    assert module.read_text() == "# mine\n"
    assert any("report.py" in note and "kept" in note for note in conversion.notes)
    assert not workplace.convert("check").differs


GENERATED = ("churn/train.py", "pipeline.yaml", "tasks.py", "pyproject.toml", "nb2pipe.lock")


@pytest.mark.parametrize("name", GENERATED)
def test_an_edited_file_is_not_overwritten(workplace: Any, name: str) -> None:
    workplace.convert()
    file = workplace.project / name
    text = file.read_text()
    edited = text.replace('"0.1.0"', '"9.9.9"') if name == lock.NAME else f"# mine\n{text}"
    file.write_text(edited)
    check = workplace.convert("check")
    assert any(name in said and "edited" in said for said in check.drift())
    with pytest.raises(ProjectConflict) as caught:
        workplace.convert()
    assert name in caught.value.message
    assert "--force" in caught.value.advice
    assert "--diff" in caught.value.advice
    assert file.read_text() == edited
    workplace.convert(force=True)
    assert not workplace.convert("check").differs
    if name != lock.NAME:  # the version in it counts, also one that was written by hand
        assert file.read_text() == text


def test_line_endings_are_no_edit(workplace: Any) -> None:
    workplace.convert()
    module = workplace.project / "churn" / "train.py"
    module.write_bytes(module.read_bytes().replace(b"\n", b"\r\n"))
    assert not workplace.convert("check").differs


def test_a_deleted_file_is_written_again(workplace: Any) -> None:
    workplace.convert()
    before = workplace.digests()
    (workplace.project / "churn" / "train.py").unlink()
    assert any("train.py is missing" in said for said in workplace.convert("check").drift())
    workplace.convert()
    assert workplace.digests() == before


def test_settings_in_pyproject_are_kept(workplace: Any) -> None:
    workplace.convert(ci="github")
    pyproject = workplace.project / "pyproject.toml"
    text = pyproject.read_text() + 'schedule = "0 6 * * *"\n'
    pyproject.write_text(text)
    changed = workplace.changed(lambda: workplace.convert(ci="github"))
    assert ".github/workflows/nb2pipe-churn.yml" in changed
    assert pyproject.read_text() == text
    workflow = workplace.folder / ".github" / "workflows" / "nb2pipe-churn.yml"
    assert "0 6 * * *" in workflow.read_text()


# ── Other people's files ─────────────────────────────────────────────────────────────────────────


def foreign_file(workplace: Any) -> None:
    workplace.project.mkdir()
    (workplace.project / "notes.txt").write_text("mine")


def foreign_pyproject(workplace: Any) -> None:
    workplace.project.mkdir()
    (workplace.project / "pyproject.toml").write_text('[project]\nname = "mine"\n')


def file_in_place(workplace: Any) -> None:
    workplace.project.write_text("mine")


def folder_in_place(workplace: Any) -> None:
    (workplace.project / "tasks.py").mkdir(parents=True)


def foreign_workflow(workplace: Any) -> None:
    folder = workplace.folder / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "nb2pipe-churn.yml").write_text("mine")


@pytest.mark.parametrize(
    "obstacle", [foreign_file, foreign_pyproject, file_in_place, folder_in_place, foreign_workflow]
)
def test_files_of_others_stop_it(workplace: Any, obstacle: Callable[[Any], None]) -> None:
    obstacle(workplace)

    def refused() -> None:
        with pytest.raises(ProjectConflict) as caught:
            workplace.convert(ci="github")
        assert caught.value.exit_code == 2
        assert caught.value.advice

    assert workplace.changed(refused) == set()


def test_force_writes_beside_files_of_others_but_not_over_them(workplace: Any) -> None:
    foreign_file(workplace)
    workplace.convert(force=True)
    assert (workplace.project / "notes.txt").read_text() == "mine"
    (workplace.project / "churn" / "report.py").write_text("mine")
    workplace.write(("stage:report", "print(y)"))
    with pytest.raises(ProjectConflict, match="report"):
        workplace.convert(force=True)


def test_the_project_of_another_notebook(workplace: Any) -> None:
    workplace.convert()
    other = workplace.folder / "other.ipynb"
    other.write_bytes(workplace.path.read_bytes())
    workplace.path, first = other, workplace.path
    with pytest.raises(ProjectConflict, match=r"churn\.ipynb"):
        workplace.convert(output=workplace.project)
    first.unlink()  # the notebook was renamed
    workplace.convert(output=workplace.project, name="churn")


# ── Names ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name",
    ["pandas", "json", "imp", "class", "con", "tasks", "tests", "my-name", "CHURN_", "nb2pipe"],
)
def test_refused_names_come_with_a_proposal(workplace: Any, name: str) -> None:
    (workplace.folder / "churn_").mkdir()
    workplace.write(("setup", "LIMIT = 3"), ("stage:last", "print(y, LIMIT)"))

    def refused() -> None:
        with pytest.raises(NameRefused) as caught:
            workplace.convert(name=name)
        proposal = caught.value.advice.rsplit(" ", 1)[1]
        assert proposal.isidentifier()
        workplace.convert("diff", name=proposal)

    assert workplace.changed(refused) == set()


def test_a_stem_that_is_no_identifier_is_made_one(workplace: Any) -> None:
    workplace.path = workplace.path.rename(workplace.folder / "02 My churn.ipynb")
    conversion = workplace.convert()
    assert conversion.pipeline.name == "nb_02_My_churn"
    assert any("nb_02_My_churn" in note for note in conversion.notes)
    assert (workplace.folder / "nb_02_My_churn" / "nb_02_My_churn" / "load.py").is_file()


def test_a_stem_that_is_a_keyword(workplace: Any) -> None:
    workplace.write(("setup", "LIMIT = 3"), ("stage:last", "print(y, LIMIT)"))
    workplace.path = workplace.path.rename(workplace.folder / "class.ipynb")
    assert workplace.convert().pipeline.name == "nb_class"


# ── The lock ─────────────────────────────────────────────────────────────────────────────────────


def test_a_damaged_lock_is_named(workplace: Any) -> None:
    workplace.convert()
    (workplace.project / lock.NAME).write_text("<<<<<<< HEAD")
    with pytest.raises(ProjectUnreadable) as caught:
        workplace.convert()
    assert caught.value.place.endswith("churn/nb2pipe.lock")


def test_a_damaged_pyproject_is_named(workplace: Any) -> None:
    workplace.convert()
    (workplace.project / "pyproject.toml").write_text("[project\n")
    with pytest.raises(ProjectUnreadable, match="TOML"):
        workplace.convert()
    workplace.convert(force=True)
    assert not workplace.convert("check").differs


def test_another_version_of_nb2pipe_is_told_from_drift(workplace: Any) -> None:
    workplace.convert()
    file = workplace.project / lock.NAME
    old = lock.read(file.read_text(), "x")
    from dataclasses import replace

    file.write_text(lock.text(replace(old, nb2pipe="0.0.1")))
    check = workplace.convert("check")
    assert check.differs
    assert check.written_by == "0.0.1"
    workplace.convert()
    assert workplace.convert("check").written_by == ""


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_several_converts_between_commits_count_once(workplace: Any) -> None:
    git(workplace.folder, "init", "-q")
    workplace.convert()
    git(workplace.folder, "add", ".")
    git(workplace.folder, "commit", "-qm", "first")
    for number in (2, 3, 4):
        workplace.write(train=f"y = x + {number}\ny")
        assert workplace.convert().version == "0.1.1"
    workplace.write()
    assert workplace.convert().version == "0.1.0"
    workplace.write(train="y = x + 5\ny")
    workplace.convert()
    git(workplace.folder, "commit", "-qam", "second")
    assert not workplace.convert("check").differs
    workplace.write(train="y = x + 6\ny")
    assert workplace.convert().version == "0.1.2"


# ── Data files ───────────────────────────────────────────────────────────────────────────────────

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 3\n"


def test_data_files_are_recorded_and_their_change_is_drift(workplace: Any) -> None:
    import hashlib

    data = workplace.folder / "data.csv"
    data.write_text("abc")
    digest = hashlib.sha256(b"abc").hexdigest()
    workplace.write(load="import pandas as pd\n\nx = len(pd.read_csv('data.csv')) + seed")
    workplace.convert()
    assert locked(workplace).data == {"data.csv": digest}

    data.write_text(POINTER.format(digest))
    assert not workplace.convert("check").differs
    data.unlink()
    assert not workplace.convert("check").differs
    assert workplace.changed(workplace.convert) == set()

    data.write_text("abcd")
    check = workplace.convert("check")
    assert check.changed_data == ("data.csv",)
    assert "the data file data.csv has changed" in check.drift()
    assert workplace.convert().version == "0.1.1"


def test_a_file_that_a_stage_writes_is_not_recorded(workplace: Any) -> None:
    (workplace.folder / "out.csv").write_text("old")
    workplace.write(
        load="import pandas as pd\n\nx = pd.DataFrame({'a': [seed]})\nx.to_csv('out.csv')",
        train="import pandas as pd\n\ny = pd.read_csv('out.csv')",
    )
    workplace.convert()
    assert locked(workplace).data == {}


# ── Where nothing may be asked ───────────────────────────────────────────────────────────────────


def test_recorded_facts_need_no_kernel(workplace: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    workplace.write(load="import pandas as pd\n\nx = pd.Series([seed]).sum()")
    workplace.convert()

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("the kernel's environment was asked")

    monkeypatch.setattr("nb2pipe.environment.probe.survey", asked)
    assert workplace.changed(workplace.convert) == set()
    assert not workplace.convert("check").differs
    workplace.write(load="import pandas as pd\nimport seaborn\n\nx = pd.Series([seed]).sum()")
    check = workplace.convert("check")
    assert check.differs
    assert any("seaborn" in note for note in check.notes)


def test_a_check_of_what_was_never_converted(workplace: Any) -> None:
    assert workplace.changed(lambda: workplace.convert("check")) == set()
    assert workplace.convert("check").differs


@pytest.mark.parametrize("mode", ["check", "diff"])
def test_showing_writes_nothing(workplace: Any, mode: Any) -> None:
    workplace.convert()
    workplace.write(train="y = x * 3\ny")
    assert workplace.changed(lambda: workplace.convert(mode, ci="github")) == set()
