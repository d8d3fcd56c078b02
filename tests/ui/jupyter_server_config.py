"""The server of the tests in the browser: JupyterLab as it is, with the helpers of its test kit."""

import os

from jupyterlab.galata import configure_jupyter_server

configure_jupyter_server(c)  # type: ignore[name-defined]  # noqa: F821

c = get_config()  # type: ignore[name-defined]  # noqa: F821
c.ServerApp.ip = "127.0.0.1"
c.ServerApp.port = int(os.environ["NB2PIPE_UI_PORT"])
c.ServerApp.root_dir = os.environ["NB2PIPE_UI_ROOT"]
c.ServerApp.allow_root = True
# Nothing is fetched from elsewhere.
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
# The test kit asks for files that it has just removed.
c.Application.log_level = "ERROR"
