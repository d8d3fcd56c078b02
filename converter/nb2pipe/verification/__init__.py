"""``verify``: the pipeline computes what the notebook computes, shown by running both.

The notebook runs in one kernel from top to bottom, the pipeline as ``nb2pipe run`` runs it, and
the stages' functions are imported and called (``runs.py``), all from the same seeds and each in a
fresh copy of the notebook's folder (``workplace.py``). Inside the kernels, values are written in a
canonical form (``kernel/``), which is compared outside (``values.py``, ``outputs.py``,
``comparison.py``). Where something differs, the notebook runs once more, and what it does not
repeat itself is set apart (``stability.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nb2pipe.model import Facts, Notebook, Project
    from nb2pipe.verification.observation import Observation
    from nb2pipe.verification.verdict import Verdict

__all__ = ["verify"]


def verify(
    notebook: Notebook,
    *,
    given: Mapping[str, Any] | None = None,
    kernel: str | None = None,
    python: str | None = None,
    jobs: int | None = None,
    say: Callable[[str], None] = lambda _: None,
    project: Project | None = None,
    record: Callable[[Facts], None] | None = None,
) -> Verdict:
    """Compare a notebook with its pipeline.

    Only ``<notebook's folder>/.nb2pipe/verify/`` is written, and removed again.

    Args:
        notebook: the notebook as read.
        given: parameters' values that take the place of the notebook's; checked by the caller.
        kernel: the installed kernel to run in (None: the notebook's).
        python: the interpreter to run in.
        jobs: how many stages at the same time.
        say: hears of the progress, a line at a time.
        project: the pipeline's project, where it is not the one that the notebook gives.
        record: takes what the notebook's cells did, as ``nb2pipe record`` would.

    Returns:
        The verdict.

    Raises:
        PipelineRefused: the notebook has errors.
        NotComparable: the notebook itself fails.
        KernelUnusable: the kernel is not there or cannot run stages.
        StorageFailed: the disk is full, or the folder cannot be read or written.
    """
    from nb2pipe.analysis import analyse
    from nb2pipe.emit.project import from_pipeline
    from nb2pipe.errors import PipelineRefused
    from nb2pipe.evidence import recording
    from nb2pipe.project import repository
    from nb2pipe.verification import judgement, kernels
    from nb2pipe.verification.workplace import workplace

    pipeline = analyse(notebook)
    if pipeline.errors:
        raise PipelineRefused(pipeline.errors, place=str(notebook.path))
    folder = Path(notebook.path).absolute().parent
    with workplace(folder, repository.top(folder)) as place:
        subject = kernels.Subject(
            pipeline=pipeline,
            project=project or from_pipeline(pipeline),
            place=place,
            given=given or {},
            kernel=kernel,
            python=python,
            jobs=jobs,
            say=say,
        )
        if record is not None:
            keep = record

            def observed(observation: Observation) -> None:
                keep(recording.recorded(subject, observation).facts)

            subject = replace(subject, observed=observed)
        return judgement.judge(subject)
