"""Runs that the server starts, follows and ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from jupyterlab_nb2pipe.analyst import Analyst
from jupyterlab_nb2pipe.following import LONGEST, Lines
from jupyterlab_nb2pipe.preparation import Values, prepare
from jupyterlab_nb2pipe.problems import Refused
from jupyterlab_nb2pipe.processes import INTERVAL, Process
from jupyterlab_nb2pipe.requests import JobRequest
from jupyterlab_nb2pipe.root import Root
from nb2pipe.execution.events import now

JOB_SCHEMA = "https://nb2pipe.dev/events/job/v1"
KEPT_JOBS = 50
MOST_LINES = 2000  # of a job's log; what comes after them is kept back
LAST_LINES = 20

Status = Literal["running", "cancelling", "succeeded", "failed", "cancelled"]
Emit = Callable[[dict[str, Any]], None]


@dataclass
class Job:
    """One run and everything that happened in it."""

    id: str
    path: str
    parameters: Mapping[str, Any]
    until: str | None
    status: Status = "running"
    started: str = field(default_factory=now)
    ended: str | None = None
    run_id: str | None = None
    exit_code: int | None = None
    history: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether it has come to an end."""
        return self.status not in ("running", "cancelling")

    def document(self) -> dict[str, Any]:
        """The job as ``IJob``."""
        return {
            "id": self.id,
            "path": self.path,
            "status": self.status,
            "started": self.started,
            "ended": self.ended,
            "parameters": dict(self.parameters),
            "until": self.until,
            "run_id": self.run_id,
            "exit_code": self.exit_code,
            "seq": len(self.history),
        }


class Jobs:
    """The jobs of a server.

    Args:
        root: the server's root directory.
        analyst: looks at notebooks before they are run.
        emit: puts an ``IJobEvent`` on the server's event bus.
        log: the server's log.
        awake: tells the server that something goes on, lest it stops for want of activity.
        most: how many run at the same time.
        grace: how many seconds an interrupted run has to end its kernels.
    """

    def __init__(
        self,
        root: Root,
        analyst: Analyst,
        emit: Emit,
        log: logging.Logger,
        *,
        awake: Callable[[], None] = lambda: None,
        most: int,
        grace: float,
    ) -> None:
        self._root = root
        self._analyst = analyst
        self._emit = emit
        self._log = log
        self._awake = awake
        self._most = most
        self._grace = grace
        self._jobs: dict[str, Job] = {}
        self._processes: dict[str, Process] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._starting = 0
        self._closed = False

    # ── What is asked for ────────────────────────────────────────────────────────────────────────

    async def start(self, request: JobRequest) -> Job:
        """Start a run.

        Args:
            request: what to run.

        Raises:
            Refused: too many run already (429), or it cannot be run as asked for.
        """
        place = self._root.notebook(request.path)
        path = self._root.path(place) or request.path
        if len(self._processes) + self._starting >= self._most:
            raise self._too_many()
        self._starting += 1
        process = Process()
        try:
            values = await self._analyst.run(prepare, place, request)
            arguments = _arguments(process, path, values, request)
            await process.start("jupyterlab_nb2pipe.run_process", arguments, self._root.folder)
        except BaseException:
            process.close()
            raise
        finally:
            self._starting -= 1
        job = Job(secrets.token_hex(8), path, dict(request.parameters), request.until)
        self._jobs[job.id] = job
        self._processes[job.id] = process
        self._forget()
        self._status(job, "running")
        if self._closed:  # while it was started
            process.kill()
        self._keep(self._follow(job, process))
        return job

    def listing(self, path: str = "") -> list[Job]:
        """The jobs, the newest first.

        Args:
            path: of this notebook only ("": of all).

        Raises:
            Refused: it is no path.
        """
        wanted = "/".join(self._root.parts(path)) if path else ""
        return [job for job in reversed(self._jobs.values()) if not wanted or job.path == wanted]

    def get(self, job_id: str) -> Job:
        """The job of that id.

        Raises:
            Refused: there is none, or not any more.
        """
        if job_id not in self._jobs:
            raise Refused(
                404,
                "there is no such job",
                place=job_id,
                advice="The server forgets old jobs, and all of them when it stops; the runs are "
                "still listed.",
            )
        return self._jobs[job_id]

    def cancel(self, job_id: str) -> Job:
        """Begin to end a run; nothing happens to one that is over.

        Raises:
            Refused: there is no such job.
        """
        job = self.get(job_id)
        if job.status == "running":
            self._status(job, "cancelling")
            self._keep(self._processes[job.id].end(self._grace))
        return job

    async def close(self) -> None:
        """End every run; nothing is left behind."""
        self._closed = True
        for job in self._jobs.values():
            if job.status == "running":
                self._status(job, "cancelling")
        ended = [process.end(self._grace) for process in self._processes.values()]
        await asyncio.gather(*ended, return_exceptions=True)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _too_many(self) -> Refused:
        count = "one run" if self._most == 1 else f"{self._most} runs"
        return Refused(
            429,
            f"{count} at the same time: as many as the server starts",
            advice="Wait for one to end, or cancel it.",
        )

    # ── What happens ─────────────────────────────────────────────────────────────────────────────

    def _keep(self, task: Any) -> None:
        kept: asyncio.Task[None] = asyncio.create_task(task)
        self._tasks.add(kept)
        kept.add_done_callback(self._tasks.discard)

    async def _follow(self, job: Job, process: Process) -> None:
        """Relay what the run says until it has ended."""
        reader = _Reader(self, job, process)
        try:
            while (code := process.poll()) is None:
                reader.relay()
                self._awake()
                await asyncio.sleep(INTERVAL)
            reader.relay(last=True)
        except Exception:  # a full disk; the run goes on to its end
            self._log.exception("nb2pipe: following run %s failed", job.id)
            code = await process.wait()
        process.close()
        del self._processes[job.id]
        job.exit_code, job.ended = code, now()
        self._status(job, _ended(job, code))

    def record(self, job: Job, event: Mapping[str, Any]) -> None:
        """Note an event of a job and put it on the bus."""
        entry = {"job": job.id, "seq": len(job.history) + 1, "event": dict(event)}
        job.history.append(entry)
        try:
            self._emit(entry)
        except Exception:  # whoever listens must not end a run
            self._log.exception("nb2pipe: an event of run %s could not be told", job.id)

    def relayed(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """An event of the core's with places on disk as paths of the server."""
        relayed = dict(event)
        if isinstance(place := relayed.get("notebook"), str):
            relayed["notebook"] = self._root.path(place)
        return relayed

    def _status(self, job: Job, status: Status) -> None:
        job.status = status
        document = job.document()
        document["seq"] += 1  # this event's own
        self.record(job, {"event": "job", "time": now(), "job": document})

    def _forget(self) -> None:
        over = [job.id for job in self._jobs.values() if job.is_over]
        for job_id in over[: max(0, len(self._jobs) - KEPT_JOBS)]:
            del self._jobs[job_id]


class _Reader:
    """What one run has written since it was last looked at."""

    def __init__(self, jobs: Jobs, job: Job, process: Process) -> None:
        self._jobs = jobs
        self._job = job
        self._events = Lines(process.folder / "events")
        self._log = Lines(process.log, longest=LONGEST)
        self._said = 0
        self._kept_back: list[str] = []

    def relay(self, *, last: bool = False) -> None:
        for line in self._events.read(last=last):
            with contextlib.suppress(ValueError):  # half a line, of a run that was killed
                event = json.loads(line)
                if event["event"] == "run-started":
                    self._job.run_id = event["run_id"]
                self._jobs.record(self._job, self._jobs.relayed(event))
        lines = self._log.read(last=last)
        room = max(0, MOST_LINES - self._said)
        self._said += len(lines)
        self._kept_back = [*self._kept_back, *lines[room:]][-LAST_LINES:]
        shown = lines[:room] + (self._kept_back if last else [])
        for text in shown:
            self._jobs.record(self._job, {"event": "log", "time": now(), "text": text})


def _arguments(process: Process, path: str, values: Values, request: JobRequest) -> list[str]:
    """The words after ``nb2pipe``. The notebook's name stands after ``--``: it may begin with -."""
    file = process.folder / "parameters.json"
    file.write_text(json.dumps(dict(values.mapping)), encoding="utf-8")
    words = ["run", "--events", str(process.folder / "events"), "--params-file", str(file)]
    for name, text in values.pairs:
        words += ["-p", name, text]
    if request.until is not None:
        words += [f"--until={request.until}"]
    if request.force:
        words.append("--force")
    return [*words, "--", str(Path(path))]


def _ended(job: Job, code: int | None) -> Status:
    if code == 0:
        return "succeeded"
    return "cancelled" if job.status == "cancelling" or code == 130 else "failed"
