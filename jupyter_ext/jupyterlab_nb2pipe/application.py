"""The server extension: its settings, its routes, and its end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.services.contents.fileio import FileManagerMixin
from traitlets import Float, Int

from jupyterlab_nb2pipe.analyst import Analyst
from jupyterlab_nb2pipe.conversion import Conversions
from jupyterlab_nb2pipe.environment import Environments
from jupyterlab_nb2pipe.handlers import ROUTES, Services
from jupyterlab_nb2pipe.jobs import JOB_SCHEMA, Jobs
from jupyterlab_nb2pipe.root import Root

EVENT_SCHEMA = Path(__file__).with_name("job_event.yaml")


class Nb2pipeExtension(ExtensionApp):
    """nb2pipe in Jupyter Server: analysis, conversion and runs for the browser."""

    name = "jupyterlab_nb2pipe"
    load_other_extensions = True

    max_jobs = Int(2, min=1, help="How many runs go on at the same time.").tag(config=True)
    max_body = Int(
        50_000_000, min=1, help="How many bytes a request, or a file that is read, may have."
    ).tag(config=True)
    grace = Float(20.0, min=0.0, help="How many seconds a cancelled run has to end by itself.").tag(
        config=True
    )

    def initialize_settings(self) -> None:
        """Make what answers the routes."""
        server = self._server()
        root = Root(Path(_root_folder(server)), hidden=bool(server.contents_manager.allow_hidden))
        server.event_logger.register_event_schema(EVENT_SCHEMA)

        def emit(event: dict[str, Any]) -> None:
            server.event_logger.emit(schema_id=JOB_SCHEMA, data=event)

        def awake() -> None:
            server.web_app.settings["last_activity_times"][self.name] = datetime.now(UTC)

        analyst = Analyst(root)
        self.services = Services(
            root=root,
            analyst=analyst,
            environments=Environments(),
            conversions=Conversions(root),
            jobs=Jobs(
                root, analyst, emit, self.log, awake=awake, most=self.max_jobs, grace=self.grace
            ),
            most=self.max_body,
        )

    def initialize_handlers(self) -> None:
        """Register the routes."""
        given = {"services": self.services}
        self.handlers.extend((pattern, handler, given) for pattern, handler in ROUTES)

    async def stop_extension(self) -> None:
        """End what was started, when the server stops."""
        await self.services.jobs.close()
        await self.services.conversions.close()
        self.services.analyst.close()
        self.services.environments.close()

    def _server(self) -> Any:
        if self.serverapp is None:
            raise RuntimeError("the extension is not linked to a server")
        return self.serverapp


def _root_folder(server: Any) -> str:
    """The folder of the files that the server shows; of other stores the folder it started in."""
    contents = server.contents_manager
    of_files = isinstance(contents, FileManagerMixin)
    return str(contents.root_dir if of_files else server.root_dir)
