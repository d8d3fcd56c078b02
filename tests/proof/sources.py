"""scikit-learn's source distribution, for the examples in it: fetched once, kept outside the tree.

``NB2PIPE_CORPUS`` names a folder that holds ``scikit_learn-*/examples`` already.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

_DOWNLOAD = (
    *("-m", "pip", "download", "--quiet"),
    *("--no-binary", ":all:", "--no-deps", "--no-build-isolation"),
)
_BUILD = """\
from pathlib import Path

def prepare_metadata_for_build_wheel(folder, settings=None):
    made = Path(folder, "{name}.dist-info")
    made.mkdir()
    made.joinpath("METADATA").write_text(
        "Metadata-Version: 2.1\\nName: scikit-learn\\nVersion: {version}\\n"
    )
    return made.name
"""


class NotFetched(Exception):
    """The distribution cannot be had: no network, or no such file."""


def examples() -> Path:
    """The folder of the examples that belong to the scikit-learn that is installed.

    Raises:
        NotFetched: it is not here and cannot be fetched.
    """
    version = importlib.metadata.version("scikit-learn")
    name = f"scikit_learn-{version}"
    given = os.environ.get("NB2PIPE_CORPUS")
    root = Path(given) if given else user_cache_path("nb2pipe-tests")
    folder = root / name / "examples"
    if folder.is_dir():
        return folder
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / f"{name}.lock"):
        if not folder.is_dir():
            _unpack(_fetched(version, root), root)
    return folder


def _fetched(version: str, root: Path) -> Path:
    """The source distribution, downloaded by pip.

    pip asks an archive for its metadata, for which scikit-learn's own build system would want a
    compiler; a build system of that name that knows the answer takes its place.
    """
    name = f"scikit_learn-{version}"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mesonpy.py").write_text(_BUILD.format(name=name, version=version))
        found = subprocess.run(
            [sys.executable, *_DOWNLOAD, "--dest", str(root), f"scikit-learn=={version}"],
            env={**os.environ, "PYTHONPATH": folder},
            capture_output=True,
            text=True,
        )
    archive = root / f"{name}.tar.gz"
    if found.returncode or not archive.is_file():
        raise NotFetched(found.stderr.strip() or f"pip left no {archive.name}")
    return archive


def _unpack(archive: Path, root: Path) -> None:
    """Take the examples out; they appear whole or not at all."""
    with tarfile.open(archive) as file:
        top = file.getnames()[0].partition("/")[0]
        wanted = [m for m in file.getmembers() if m.name.startswith(f"{top}/examples/")]
        temporary = root / f".{top}"
        file.extractall(temporary, wanted, filter="data")
    (temporary / top).rename(root / top)
    temporary.rmdir()
    archive.unlink()
