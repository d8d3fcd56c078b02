"""The server part of nb2pipe's JupyterLab extension: routes and jobs that call the package nb2pipe.

What the routes take and answer is written down in ``jupyter_ext/src/protocol.ts``.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

__version__ = version("nb2pipe")


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where the built browser part lies, and what JupyterLab calls it."""
    return [{"src": "labextension", "dest": "jupyterlab-nb2pipe"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """The server extension, for Jupyter Server."""
    from jupyterlab_nb2pipe.application import Nb2pipeExtension

    return [{"module": "jupyterlab_nb2pipe", "app": Nb2pipeExtension}]
