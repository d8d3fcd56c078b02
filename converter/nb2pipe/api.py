"""The Python API: what the verbs of the command line do, on paths and values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from nb2pipe.execution.events import Listener
    from nb2pipe.execution.results import RunResult
    from nb2pipe.model import Diagnostic, Notebook, Pipeline, Suggestion
    from nb2pipe.project.conversion import Conversion
    from nb2pipe.verification.verdict import Verdict


Split = Literal["headings"]


def _read(notebook: str | Path, split: Split | None) -> Notebook:
    from nb2pipe import notebook as notebooks
    from nb2pipe.evidence import files

    source = files.beside(notebooks.read(notebook))
    if split is None:
        return source
    from nb2pipe import splitting

    return splitting.split(source)[0]


def analyse(
    notebook: str | Path, *, name: str | None = None, split: Split | None = None
) -> Pipeline:
    """Find a notebook's stages, what they take and give, and what is wrong.

    Args:
        notebook: the notebook's path.
        name: the pipeline's name (None: the notebook's stem as an identifier).
        split: ``headings`` makes stages of the sections of a notebook that has none.

    Returns:
        The pipeline; what is wrong with it is in its ``diagnostics`` and raises nothing.

    Raises:
        NotebookUnreadable: the file cannot be read as a notebook.
    """
    from nb2pipe.analysis import analyse as analyse_notebook

    return analyse_notebook(_read(notebook, split), name=name)


def check(notebook: str | Path, *, split: Split | None = None) -> tuple[Diagnostic, ...]:
    """What is wrong or risky in a notebook, in its order.

    Args:
        notebook: the notebook's path.
        split: ``headings`` makes stages of the sections of a notebook that has none.

    Raises:
        NotebookUnreadable: the file cannot be read as a notebook.
    """
    return analyse(notebook, split=split).diagnostics


def suggest(notebook: str | Path) -> Suggestion:
    """Propose stages for a notebook that has none; nothing is run or written.

    Args:
        notebook: the notebook's path.

    Returns:
        The stages with a reason for each, the tags that make them, and notes.

    Raises:
        NotebookUnreadable: the file cannot be read as a notebook.
    """
    from nb2pipe.suggestion import suggest as suggest_stages

    return suggest_stages(_read(notebook, None))


def convert(
    notebook: str | Path,
    *,
    output: str | Path | None = None,
    name: str = "",
    root: str | Path | None = None,
    ci: Literal["github", "none"] = "github",
    kernel: str | None = None,
    python: str | None = None,
    force: bool = False,
    upgrade: bool = False,
    lock: bool = True,
    verify: bool = False,
    split: Split | None = None,
    mode: Literal["write", "diff", "check"] = "write",
) -> Conversion:
    """Write the pipeline project and its CI workflow beside a notebook.

    Args:
        notebook: the notebook's path.
        output: the project's folder (None: ``<notebook's folder>/<name>``).
        name: the pipeline's name ("": the notebook's stem as an identifier).
        root: the folder whose ``.github`` gets the workflow (None: the top of the git working
            tree, else the notebook's folder).
        ci: the workflow to write.
        kernel: the installed kernel whose environment counts.
        python: the interpreter whose environment counts.
        force: overwrite generated files that were edited.
        upgrade: look at the environment again.
        lock: write uv.lock, which may need a network.
        verify: the workflow compares the pipeline with the notebook, too.
        split: ``headings`` makes stages of the sections of a notebook that has none.
        mode: ``diff`` and ``check`` write nothing; ``check`` asks neither environment nor network.

    Returns:
        The changes, made or not.

    Raises:
        Nb2pipeError: see ``nb2pipe.project.conversion.convert`` for which.
    """
    from nb2pipe.project import conversion

    options = conversion.Options(
        output=None if output is None else Path(output),
        name=name,
        root=None if root is None else Path(root),
        ci=ci,
        kernel=kernel,
        python=python,
        force=force,
        upgrade=upgrade,
        lock=lock,
        verify=verify,
    )
    return conversion.convert(_read(notebook, split), options, mode)


def run(
    target: str | Path,
    *,
    parameters: Mapping[str, Any] | None = None,
    stages: Iterable[str] = (),
    until: str | None = None,
    force: bool = False,
    jobs: int | None = None,
    kernel: str | None = None,
    python: str | None = None,
    split: Split | None = None,
    listeners: Iterable[Listener] = (),
) -> RunResult:
    """Run the stages of a notebook or of a converted project; what has not changed is reused.

    Args:
        target: a notebook, or the folder of a converted project.
        parameters: values by name, of the parameters' types.
        stages: run these only, with what they need (all when empty).
        until: run up to this stage.
        force: reuse nothing (of ``stages``, when given).
        jobs: how many stages at the same time (None: one for each processor).
        kernel: the installed kernel to run in (None: the notebook's).
        python: the interpreter to run in.
        split: ``headings`` makes stages of the sections of a notebook that has none.
        listeners: are called with every event as it happens.

    Returns:
        The run. A stage that fails raises nothing: see ``status`` and ``record``. The values that
        a stage handed on are in ``artifacts[stage][variable]``, loaded when asked for.

    Raises:
        Nb2pipeError: see ``nb2pipe.execution.run`` for which.
    """
    from nb2pipe import execution
    from nb2pipe import parameters as declared
    from nb2pipe.execution import target as targets
    from nb2pipe.execution.results import RunResult

    if split is not None and not Path(target).is_dir():
        found = targets.of_notebook(_read(target, split))
    else:
        found = targets.load(target)
    given = declared.given(found.project.parameters, (), dict(parameters or {}))
    record = execution.run(
        found.project,
        given=given,
        stages=stages,
        until=until,
        force=force,
        jobs=jobs,
        kernel=kernel,
        python=python,
        cells=found.cells,
        listeners=listeners,
    )
    return RunResult(record, found.project)


def record(
    notebook: str | Path,
    *,
    parameters: Mapping[str, Any] | None = None,
    output: str | Path | None = None,
    kernel: str | None = None,
    python: str | None = None,
) -> Path:
    """Run a notebook once and write what its cells did to ``facts.json`` of its project.

    Args:
        notebook: the notebook's path.
        parameters: values by name, of the parameters' types.
        output: the project's folder (None: ``<notebook's folder>/<name>``).
        kernel: the installed kernel to run in (None: the notebook's).
        python: the interpreter to run in.

    Returns:
        The file.

    Raises:
        Nb2pipeError: see ``nb2pipe.evidence.recording.record`` for which.
    """
    from nb2pipe import notebook as notebooks
    from nb2pipe import parameters as declared
    from nb2pipe.analysis import analyse as analyse_notebook
    from nb2pipe.evidence import files, recording

    source = notebooks.read(notebook)
    known = analyse_notebook(source).parameters
    given = declared.given(known, (), dict(parameters or {}))
    found = recording.record(source, given=given, kernel=kernel, python=python)
    project = files.project_of(source.path) if output is None else Path(output)
    return files.write(found.facts, project)


def verify(
    notebook: str | Path,
    *,
    parameters: Mapping[str, Any] | None = None,
    kernel: str | None = None,
    python: str | None = None,
    jobs: int | None = None,
    split: Split | None = None,
) -> Verdict:
    """Run a notebook, its pipeline and its stages' functions, and compare what they compute.

    Args:
        notebook: the notebook's path.
        parameters: values by name, of the parameters' types.
        kernel: the installed kernel to run in (None: the notebook's).
        python: the interpreter to run in.
        jobs: how many stages at the same time (None: one for each processor).
        split: ``headings`` makes stages of the sections of a notebook that has none.

    Returns:
        The verdict: ``status`` is ``equal``, ``different`` or ``incomparable``.

    Raises:
        Nb2pipeError: see ``nb2pipe.verification.verify`` for which.
    """
    from nb2pipe import parameters as declared
    from nb2pipe import verification
    from nb2pipe.analysis import analyse as analyse_notebook

    source = _read(notebook, split)
    known = analyse_notebook(source).parameters
    return verification.verify(
        source,
        given=declared.given(known, (), dict(parameters or {})),
        kernel=kernel,
        python=python,
        jobs=jobs,
    )
