"""Packages that come from no index: ``direct_url.json`` as an entry of ``[tool.uv.sources]``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from nb2pipe.environment.indexes import without_credentials


def source(direct_url: Mapping[str, Any], project: Path) -> dict[str, str | bool]:
    """The entry of ``[tool.uv.sources]`` for a package installed from a folder, file or address.

    Args:
        direct_url: the parsed ``direct_url.json`` (PEP 610).
        project: the project's folder, from which paths are written.

    Returns:
        The entry; empty when the file says nothing that uv knows.
    """
    url = without_credentials(str(direct_url.get("url", "")))[0]
    if url.startswith("file:"):
        entry: dict[str, str | bool] = {"path": _relative(url, project)}
        if direct_url.get("dir_info", {}).get("editable"):
            entry["editable"] = True
        return entry
    subdirectory = str(direct_url.get("subdirectory", ""))
    vcs = direct_url.get("vcs_info", {})
    if vcs.get("vcs") == "git":
        entry = {"git": url, "rev": str(vcs.get("commit_id", ""))}
    elif url.startswith(("http://", "https://")) and not vcs:
        entry = {"url": url}
    else:
        return {}
    if subdirectory:
        entry["subdirectory"] = subdirectory
    return entry


def _relative(url: str, project: Path) -> str:
    from urllib.request import url2pathname  # slow to import, and seldom needed

    parts = urlsplit(url)
    place = url2pathname(f"//{parts.netloc}{parts.path}" if parts.netloc else parts.path)
    try:
        return Path(os.path.relpath(place, project)).as_posix()
    except ValueError:  # another drive
        return Path(place).as_posix()
