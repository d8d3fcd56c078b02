"""Running a project: every stage in a kernel of its own, or reused."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nb2pipe.execution.events import Listener
    from nb2pipe.execution.store import Store
    from nb2pipe.model import Project, RunRecord

__all__ = ["run"]


def run(
    project: Project,
    *,
    given: Mapping[str, Any] | None = None,
    stages: Iterable[str] = (),
    until: str | None = None,
    force: bool = False,
    jobs: int | None = None,
    kernel: str | None = None,
    python: str | None = None,
    cells: Mapping[str, str] | None = None,
    listeners: Iterable[Listener] = (),
    environment: Mapping[str, str] | None = None,
    report: bool = True,
    tracking: bool = True,
) -> RunRecord:
    """Run a project; stages in which nothing changed are reused.

    Only ``<project.folder>/.nb2pipe/`` is written, and what the stages themselves write.

    Args:
        project: what to run.
        given: parameters' values that take the place of the project's; checked by the caller.
        stages: run these only, with what they need (all when empty).
        until: run up to this stage.
        force: reuse nothing: of the stages named, else of all.
        jobs: how many stages at the same time (None: one for each processor).
        kernel: the installed kernel to run in (None: the notebook's).
        python: the interpreter to run in.
        cells: the notebook's cells by id, so that a failing line is that of the notebook.
        listeners: hear of every event.
        environment: more environment variables for the stages' kernels.
        report: write the HTML report.
        tracking: write the run into MLflow.

    Returns:
        The record of the run, which is also kept in ``.nb2pipe/runs/``.

    Raises:
        KernelUnusable: the kernel is not there or cannot run stages.
        ProjectUnreadable: a stage's module is none.
        ParameterInvalid: a stage reads a parameter that has no value.
        StageUnknown: there is no stage of that name.
        StorageFailed: the disk is full, or the folder cannot be written.
    """
    import time
    from dataclasses import replace

    from nb2pipe.execution import interpreter, locked, metrics, modules, runs, scheduler
    from nb2pipe.execution.events import Note, RunFinished, RunStarted, Stream, now
    from nb2pipe.execution.store import Store
    from nb2pipe.model import RunRecord

    began, started = time.monotonic(), now()
    project = replace(project, folder=project.folder.absolute())
    parameters = {**project.values, **(given or {})}
    modules.check(project, parameters)
    plan = scheduler.plan(
        project,
        stages=[modules.known(project, name) for name in stages],
        until=None if until is None else modules.known(project, until),
        force=force,
    )
    store = Store(project.folder)
    found = interpreter.find(store, wanted=project.kernel_name, kernel=kernel, python=python)
    build = modules.build(project, store)
    folder = runs.new_folder(store.root)
    stream = Stream(*listeners)
    current = scheduler.Run(
        project=project,
        parameters=parameters,
        plan=plan,
        store=store,
        interpreter=found,
        folder=folder,
        build=build,
        jobs=max(1, jobs or os.cpu_count() or 1),
        emit=stream,
        cells=cells or {},
        environment=environment or {},
        before_first=lambda: _prepare(project, store, tracking),
    )
    stream(
        RunStarted(
            run_id=current.run_id,
            pipeline=project.name,
            version=project.version,
            stages=plan.stages,
            parameters={name: repr(value) for name, value in parameters.items()},
        )
    )
    differs = locked.note(project, store, found)
    if differs:
        stream(Note(run_id=current.run_id, message=differs))
    records = current.execute()
    failed = any(record.status == "failed" for record in records)
    record = RunRecord(
        run_id=current.run_id,
        pipeline=project.name,
        version=project.version,
        status="cancelled" if current.cancelled else "failed" if failed else "succeeded",
        started=started,
        ended=now(),
        parameters=parameters,
        stages=records,
        metrics=metrics.of_run({stage.name: stage.metrics for stage in records}),
        source=project.source,
    )
    record = _told(record, project, store, stream, report=report, tracking=tracking)
    stream(
        RunFinished(
            run_id=record.run_id,
            status=record.status,
            seconds=round(time.monotonic() - began, 3),
            metrics=record.metrics,
        )
    )
    return record


def _prepare(project: Project, store: Store, tracking: bool) -> None:
    """Before the first stage that must run: what takes long to start."""
    import threading

    from nb2pipe.execution import engine, sockets

    store.clean()
    sockets.clean()
    engine.prepare()
    if tracking:
        from nb2pipe.execution import tracking as mlflow_tracking

        # While the stages run; not waited for.
        threading.Thread(target=mlflow_tracking.prepare, args=(project,), daemon=True).start()


def _told(
    record: RunRecord,
    project: Project,
    store: Store,
    stream: Listener,
    *,
    report: bool,
    tracking: bool,
) -> RunRecord:
    """Keep the record, write the report and tell MLflow; a run does not fail for these."""
    from dataclasses import replace

    from nb2pipe.errors import Nb2pipeError
    from nb2pipe.execution import runs
    from nb2pipe.execution.events import Note

    runs.save(record, store.root)
    if report:
        from nb2pipe.execution import report as html_report

        try:
            path = store.root / "runs" / record.run_id / "report.html"
            record = replace(record, report=html_report.write(record, project, path))
        except Nb2pipeError as error:
            stream(Note(run_id=record.run_id, message=str(error)))
    if tracking:
        from nb2pipe.execution import tracking as mlflow_tracking

        try:
            record = replace(record, tracking_uri=mlflow_tracking.record(record, project))
        except Nb2pipeError as error:
            stream(Note(run_id=record.run_id, message=str(error)))
    runs.save(record, store.root)
    return record
