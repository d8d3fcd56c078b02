"""The folders for kernels' sockets, and what killed runs leave of them."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from nb2pipe.execution import sockets

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kernels talk over TCP there")


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as name:
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield Path(name)


def test_a_folder_is_there_as_long_as_it_is_used(temporary: Path) -> None:
    with sockets.folder() as first, sockets.folder() as second:
        assert first is not None
        assert first != second
        sockets.clean()
        assert first.is_dir()
        assert sorted(temporary.iterdir()) == sorted([first, second])
    assert list(temporary.iterdir()) == []


def test_a_path_that_is_too_long_for_sockets(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = temporary / ("x" * sockets.LONGEST)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with sockets.folder() as found:
        assert found is None
    assert list(deep.iterdir()) == []


def test_what_a_killed_run_left_is_removed(temporary: Path) -> None:
    code = (
        "import tempfile\nfrom nb2pipe.execution import sockets\n"
        f"tempfile.tempdir = {str(temporary)!r}\n"
        "with sockets.folder():\n    print('made', flush=True)\n    import time; time.sleep(600)"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "made\n"
    sockets.clean()
    assert len(list(temporary.iterdir())) == 1
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    sockets.clean()
    assert list(temporary.iterdir()) == []


def test_what_is_not_a_run_s_is_left(temporary: Path) -> None:
    names = ["fresh", "old", "mine", "link", "file", "locked"]
    places = {name: temporary / f"{sockets.PREFIX}{name}" for name in names}
    elsewhere = temporary / "elsewhere"
    for place in (places["fresh"], places["old"], places["mine"], places["locked"], elsewhere):
        place.mkdir()
    (places["mine"] / "notebook.ipynb").write_text("{}")
    (places["locked"] / "lock").write_bytes(b"")
    (places["locked"] / "notebook.ipynb").write_text("{}")
    places["link"].symlink_to(elsewhere)
    places["file"].write_text("")
    past = time.time() - 2 * sockets.YOUNG
    for name in ("old", "mine", "locked", "file"):
        os.utime(places[name], (past, past))
    os.utime(elsewhere, (past, past))
    sockets.clean()
    assert not places["old"].exists()  # empty, and of that name
    for name in ("fresh", "mine", "link", "file", "locked"):
        assert places[name].exists(), name
    assert (places["mine"] / "notebook.ipynb").read_text() == "{}"
    assert (places["locked"] / "notebook.ipynb").read_text() == "{}"
