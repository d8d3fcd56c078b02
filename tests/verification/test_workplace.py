"""The copy of the notebook's folder: as it was for every run, and nothing outside is touched."""

import subprocess
import sys
from pathlib import Path

import pytest

from nb2pipe.verification import workplace as workplaces
from nb2pipe.verification.kernel import guard
from nb2pipe.verification.workplace import workplace

GUARD = Path(guard.__file__)


def test_every_run_finds_the_folder_as_it_was(tmp_path):
    folder = tmp_path / "project" / "notebooks"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.csv").write_text("1")
    (folder / ".nb2pipe").mkdir()
    (tmp_path / "project" / "raw").mkdir()
    (tmp_path / "project" / "raw" / "b.csv").write_text("2")
    with workplace(folder, tmp_path / "project") as place:
        for _ in range(2):
            place.refresh()
            assert place.folder.name == "notebooks"
            assert (place.folder / "data" / "a.csv").read_text() == "1"
            assert (place.folder / ".." / "raw" / "b.csv").read_text() == "2"
            assert not (place.folder / ".nb2pipe").exists()
            (place.folder / "data" / "a.csv").write_text("changed")
            (place.folder / "new.csv").write_text("new")
        where = place.folder
    assert not where.exists()
    assert (folder / "data" / "a.csv").read_text() == "1"
    assert {path.name for path in folder.iterdir()} == {".nb2pipe", "data"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_large_files_are_links_that_are_copied_before_they_are_written(tmp_path, monkeypatch):
    monkeypatch.setattr(workplaces, "LARGE", 10)
    monkeypatch.setattr(workplaces, "_cloned", lambda *_: False)
    folder = tmp_path / "notebooks"
    (folder / "venv").mkdir(parents=True)
    (folder / "big.csv").write_text("0123456789abc")
    script = (
        "import runpy, sys\n"
        f"guard = runpy.run_path({str(GUARD)!r})['Guard']\n"
        "sys.addaudithook(guard(sys.argv[1]).hook)\n"
        "assert len(open('big.csv').read()) == 13\n"
        "with open('big.csv', 'a') as file: file.write('more')\n"
        "try:\n    open('venv/x', 'w')\n"
        "except PermissionError as error: print(error)\n"
    )
    with workplace(folder, None) as place:
        place.refresh()
        assert (place.folder / "big.csv").is_symlink()
        done = subprocess.run(
            [sys.executable, "-c", script, str(place.folder)],
            cwd=place.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "verify did not copy" in done.stdout
        assert (place.folder / "big.csv").read_text() == "0123456789abcmore"
    assert (folder / "big.csv").read_text() == "0123456789abc"
    assert not list((folder / "venv").iterdir())
