"""The writer: all or nothing, and never two at once."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.errors import ProjectConflict, StorageFailed
from nb2pipe.project import drift, writer
from nb2pipe.project.writer import Writer


def changes(project: Path, **texts: str) -> list[drift.Change]:
    return drift.compare({name.replace("__", "/"): t for name, t in texts.items()}, project, {})


def write(project: Path, **texts: str) -> None:
    made = Writer(project)
    with made.exclusive():
        made.write(changes(project, **texts), "")


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_it_writes_and_tidies_up(tmp_path: Path) -> None:
    write(tmp_path / "churn", a="1", b__c="2")
    assert content(tmp_path) == {"churn/a": "1", "churn/b/c": "2"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["churn"]


def test_a_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = tmp_path / "churn"
    write(project, a="1", b__c="2")
    before = content(tmp_path)
    real = writer._write_through

    def full(path: Path, data: bytes) -> None:
        if path.name.startswith(".z"):
            path.write_bytes(data[:1])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        real(path, data)

    monkeypatch.setattr(writer, "_write_through", full)
    with pytest.raises(StorageFailed, match="No space left") as caught:
        write(project, a="new", new__d="3", z="4")
    assert caught.value.exit_code == 2
    assert content(tmp_path) == before
    assert not (project / "new").exists()
    assert not (tmp_path / ".nb2pipe").exists()


def test_a_folder_that_cannot_be_made_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailed):
        write(tmp_path / "file" / "churn", a="1")
    assert content(tmp_path) == {"file": ""}


class Killed(BaseException):
    """Stands for signal 9: nothing after it is tidied up."""


@pytest.mark.parametrize("survived", range(9))
def test_killed_at_any_step_the_next_one_completes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    project = tmp_path / "churn"
    write(project, a="1", gone="x")
    old = {"a": {drift.digest("a", b"1")}, "gone": {drift.digest("gone", b"x")}}
    steps = 0

    def step(real: Any) -> Any:
        def stepped(*arguments: Any, **options: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps > survived:
                raise Killed
            return real(*arguments, **options)

        return stepped

    made = Writer(project)
    with monkeypatch.context() as patched:
        patched.setattr(writer, "_write_through", step(writer._write_through))
        patched.setattr(Path, "replace", step(Path.replace))
        patched.setattr(Path, "unlink", step(Path.unlink))
        try:
            made._state.mkdir(exist_ok=True)
            made.write(drift.compare({"a": "2", "b": "3"}, project, old), "")
        except Killed:
            pass
    owned = {name: set(digests) for name, digests in old.items()}
    journal = Writer(project).journal()
    for name, digests in (journal.files if journal else {}).items():
        owned.setdefault(name, set()).update(digests)
    again = drift.compare({"a": "2", "b": "3"}, project, owned)
    drift.refuse_conflicts(again, force=False, shown={c.path: c.name for c in again})
    with made.exclusive():
        made.write(again, "")
    assert content(tmp_path) == {"churn/a": "2", "churn/b": "3"}
    assert Writer(project).journal() is None


def test_two_at_once_wait_for_one_another(tmp_path: Path) -> None:
    project = tmp_path / "churn"
    inside = 0
    most = 0

    def work(text: str) -> None:
        nonlocal inside, most
        for _ in range(10):
            made = Writer(project)
            with made.exclusive():
                inside += 1
                most = max(most, inside)
                made.write(changes(project, a=text), "")
                inside -= 1

    threads = [threading.Thread(target=work, args=(text,)) for text in "123"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert list(content(tmp_path)) == ["churn/a"]


def test_a_folder_tidied_up_while_it_is_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make = Path.mkdir

    def raced(path: Path, *args: Any, **kwargs: Any) -> None:
        made.append(path.name)
        if len(made) == 1:
            raise FileExistsError(errno.EEXIST, "File exists", str(path))
        make(path, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", raced)
    with Writer(tmp_path / "churn").exclusive():
        assert made[:2] == [".nb2pipe", ".nb2pipe"]


def test_a_file_where_the_state_belongs_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / ".nb2pipe").write_text("")
    with pytest.raises(StorageFailed, match="exists"), Writer(tmp_path / "churn").exclusive():
        pass


def test_one_that_never_ends_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "_WAIT", 0.2)
    project = tmp_path / "churn"
    with Writer(project).exclusive(), pytest.raises(ProjectConflict, match="another"):
        write(project, a="1")
