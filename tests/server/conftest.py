"""A Jupyter server with the extension, and notebooks below its root directory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from asking import CELLS, Answer, Ask, book
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPClientError


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings of the extension."""
    return {}


@pytest.fixture
def jp_server_config(settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "ServerApp": {"jpserver_extensions": {"jupyterlab_nb2pipe": True}},
        "Nb2pipeExtension": settings,
    }


@pytest.fixture
def root(jp_root_dir: Path) -> Path:
    """The server's root directory."""
    return jp_root_dir


@pytest.fixture
def ask(jp_fetch: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """``await ask("jobs", post={…})``: the status and the document of an answer."""
    # pytest-jupyter lends its own modules to every process that the server starts.
    monkeypatch.delenv("PYTHONPATH")

    async def asked(*route: str, post: Any = None, method: str = "", **params: str) -> Answer:
        body = post if post is None or isinstance(post, bytes) else json.dumps(post).encode()
        method = method or ("GET" if body is None else "POST")
        try:
            response = await jp_fetch(
                "nb2pipe", *route, method=method, body=body, params=params, request_timeout=120
            )
        except HTTPClientError as error:
            response = error.response
        return response.code, json.loads(response.body)

    return asked


@pytest.fixture
def notebook(root: Path) -> Callable[..., str]:
    """Write a notebook below the root directory; its path for the server."""

    def write(*cells: tuple[str, str], path: str = "work/churn.ipynb", kernel: str = "") -> str:
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        content = book(*(cells or CELLS), **({"kernel": kernel} if kernel else {}))
        place.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def extension(jp_serverapp: Any) -> Any:
    """The extension in the server."""
    return jp_serverapp.extension_manager.extension_points["jupyterlab_nb2pipe"].app
