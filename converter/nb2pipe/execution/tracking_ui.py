"""The command that opens MLflow's UI on what was recorded."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

UVX_REQUIREMENT = "mlflow>=3.17,<4"
_PASSWORD = re.compile(r"(?<=://)([^/@:]*):([^/@]*)@")


def without_password(uri: str) -> str:
    """The tracking address with its password, if it has one, as ``***``."""
    if urlsplit(uri).scheme in ("http", "https"):
        return re.sub(r"(?<=://)[^/@]*@", "", uri)
    return _PASSWORD.sub(r"\1:***@", uri)


def ui_command(uri: str) -> str:
    """A shell command that opens the UI on the runs recorded at ``uri``.

    A database is served by ``mlflow ui``: that of nb2pipe's own environment, else the same version
    through ``uvx``. For a tracking server the command opens its page in the browser.

    Args:
        uri: the tracking address, as ``tracking.record`` returned it.

    Returns:
        The command, quoted for this system's shell; "" where no command can open the UI
        (Databricks).
    """
    scheme = urlsplit(uri).scheme
    if scheme in ("http", "https"):
        return _shell([*_python(), "-m", "webbrowser", "-t", without_password(uri)])
    if scheme.startswith(("databricks", "uc")):
        return ""
    words = [*_mlflow(), "ui", "--backend-store-uri"]
    if without_password(uri) != uri or ":***@" in uri:
        variable = "%MLFLOW_TRACKING_URI%" if os.name == "nt" else '"$MLFLOW_TRACKING_URI"'
        return f"{_shell(words)} {variable}"
    return _shell([*words, uri])


def _mlflow() -> list[str]:
    if find_spec("mlflow") and find_spec("flask"):
        return _program("mlflow") or [sys.executable, "-m", "mlflow"]
    return [*(_program("uvx") or _uvx()), "--from", UVX_REQUIREMENT, *_same_version(), "mlflow"]


def _same_version() -> list[str]:
    """Another version of MLflow refuses a database that this one wrote."""
    from nb2pipe.errors import TrackingFailed
    from nb2pipe.execution.tracking_database import mlflow_version

    try:
        return ["--with", f"mlflow-skinny=={mlflow_version()}"]
    except TrackingFailed:
        return []


def _program(name: str) -> list[str]:
    """The program of nb2pipe's own environment; by its bare name where the shell finds that."""
    own = shutil.which(name, path=str(Path(sys.executable).parent))
    found = shutil.which(name)
    if own and found and Path(own).samefile(found):
        return [name]
    if own:
        return [own]
    return []


def _uvx() -> list[str]:
    """uv's own answer, for an environment whose programs do not stand beside Python."""
    try:
        from uv import find_uv_bin

        uv = Path(find_uv_bin())
    except (ImportError, FileNotFoundError):
        return ["uvx"]
    uvx = uv.with_name(f"uvx{uv.suffix}")
    return [str(uvx)] if uvx.is_file() else [str(uv), "tool", "run"]


def _python() -> list[str]:
    return _program(Path(sys.executable).name) or [sys.executable]


def _shell(words: list[str]) -> str:
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
