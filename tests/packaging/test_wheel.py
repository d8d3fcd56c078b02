"""The wheel: both halves of the extension in it, on a machine without Node; a build without it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[2]
BROWSER = "jupyter_ext/jupyterlab_nb2pipe/labextension"
SHARED = "data/share/jupyter/labextensions/jupyterlab-nb2pipe"
FILES = (
    *("converter", "docs", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"),
    *("jupyter_ext", "package.json", "yarn.lock", ".yarnrc.yml", "tsconfig.json"),
)


def run(*command: object, env: Mapping[str, str] | None = None, cwd: Path = REPOSITORY) -> str:
    """Run a program; what it writes."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=env,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)  # colours


def uv(*arguments: object, env: Mapping[str, str] | None = None, cwd: Path = REPOSITORY) -> str:
    return run(sys.executable, "-m", "uv", *arguments, env=env, cwd=cwd)


def version() -> str:
    return str(json.loads((REPOSITORY / "package.json").read_text(encoding="utf-8"))["version"])


def built(folder: Path, ending: str) -> Path:
    (found,) = folder.glob(f"*{ending}")
    return found


def test_the_wheel_brings_both_halves_and_needs_no_node(tmp_path: Path) -> None:
    with_node = {k: v for k, v in os.environ.items() if k != "SKIP_JUPYTER_BUILDER"}
    uv("build", "--quiet", "--wheel", "--out-dir", tmp_path, env=with_node)
    wheel = built(tmp_path, ".whl")
    assert wheel.name == f"nb2pipe-{version()}-py3-none-any.whl"
    names = zipfile.ZipFile(wheel).namelist()
    assert any(f"{SHARED}/static/remoteEntry" in name for name in names)
    assert any(name.endswith(f"{SHARED}/static/third-party-licenses.json") for name in names)
    assert any(name.endswith(f"{SHARED}/install.json") for name in names)
    assert any(f"{SHARED}/schemas/" in name and name.endswith("plugin.json") for name in names)
    assert not any(name.startswith("jupyterlab_nb2pipe/labextension") for name in names)
    assert not any(name.endswith(".map") for name in names)

    venv = tmp_path / "venv"
    binaries = venv / ("Scripts" if sys.platform == "win32" else "bin")
    python = binaries / "python"
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHON"))}
    bare |= {"PATH": str(binaries), "HOME": str(tmp_path), "VIRTUAL_ENV": str(venv)}
    assert shutil.which("node", path=bare["PATH"]) is None
    pins = tmp_path / "constraints.txt"
    frozen = uv("pip", "freeze", "--quiet", "--python", sys.executable).splitlines()
    pins.write_text("\n".join(line for line in frozen if "==" in line and "nb2pipe" not in line))
    uv("venv", "--quiet", "--python", sys.executable, venv)
    wanted = f"nb2pipe[jupyterlab] @ {wheel.as_uri()}"
    uv("pip", "install", "--quiet", "--python", python, "--constraint", pins, wanted)
    servers = run(python, "-m", "jupyter", "server", "extension", "list", env=bare, cwd=tmp_path)
    line = next(text for text in servers.splitlines() if "jupyterlab_nb2pipe" in text)
    assert "enabled" in line
    assert f"jupyterlab_nb2pipe {version()} OK" in " ".join(servers.split()), servers
    browsers = run(python, "-m", "jupyter", "labextension", "list", env=bare, cwd=tmp_path)
    line = next(text for text in browsers.splitlines() if "jupyterlab-nb2pipe" in text)
    assert f"v{version()}" in line
    assert "enabled" in line
    assert "OK" in line
    assert "nb2pipe)" in line  # which package to uninstall
    said = run(python, "-c", "import nb2pipe; print(nb2pipe.__version__)", env=bare, cwd=tmp_path)
    assert said.strip() == version()


def test_without_a_built_browser_part_everything_else_is_installed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    leave_out = shutil.ignore_patterns("labextension", "lib", "__pycache__")
    for name in FILES:
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, source / name, ignore=leave_out)
        else:
            shutil.copy2(REPOSITORY / name, source / name)
    env = {**os.environ, "SKIP_JUPYTER_BUILDER": "1"}
    # The wheel is built from the source distribution, as pip does where there is no wheel.
    uv("build", "--quiet", "--out-dir", tmp_path / "dist", env=env, cwd=source)
    assert built(tmp_path / "dist", ".tar.gz").name == f"nb2pipe-{version()}.tar.gz"
    names = zipfile.ZipFile(built(tmp_path / "dist", ".whl")).namelist()
    assert "nb2pipe/cli/run.py" in names
    assert "jupyterlab_nb2pipe/application.py" in names
    assert "jupyterlab_nb2pipe/job_event.yaml" in names
    assert any(name.endswith("jupyter_server_config.d/jupyterlab_nb2pipe.json") for name in names)
    assert not any("/static/" in name for name in names)


def test_the_core_knows_nothing_of_jupyter_server() -> None:
    imports = re.compile(
        r"^\s*(?:from|import) (?:jupyter_server|jupyterlab|tornado|traitlets)", re.M
    )
    files = list((REPOSITORY / "converter" / "nb2pipe").rglob("*.py"))
    assert len(files) > 100
    assert [str(f) for f in files if imports.search(f.read_text(encoding="utf-8"))] == []
