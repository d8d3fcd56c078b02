"""All generated files of a pipeline: paths below the project's folder, and their text."""

from __future__ import annotations

from nb2pipe.emit import contract_tests, module, ploomber
from nb2pipe.errors import ProjectConflict
from nb2pipe.model import Pipeline

PYPROJECT = "pyproject.toml"


def files(pipeline: Pipeline, pyproject: str) -> dict[str, str]:
    """The files of a project, but for the locks and the workflow.

    Args:
        pipeline: the analysed notebook.
        pyproject: text of pyproject.toml.

    Returns:
        Paths below the project's folder (with ``/``) and the text of each, sorted.

    Raises:
        ProjectConflict: two files would have one path.
    """
    package = pipeline.name
    found: list[tuple[str, str]] = [
        *ploomber.files(pipeline, package).items(),
        (PYPROJECT, pyproject),
        (f"{package}/__init__.py", f'"""Stages of the {pipeline.name} pipeline."""\n'),
    ]
    if shared := module.shared_module(pipeline, package):
        found.append((f"{package}/shared.py", shared))
    for stage in pipeline.stages:
        found.append((f"{package}/{stage.name}.py", module.stage_module(pipeline, stage, package)))
    found.extend(contract_tests.files(pipeline, package).items())
    tree: dict[str, str] = {}
    folded: dict[str, str] = {}
    for path, text in found:
        if (twin := folded.setdefault(path.casefold(), path)) in tree:
            raise ProjectConflict(
                f"two files would be {path}" + (f" and {twin}" if twin != path else ""),
                advice="Rename the stage.",
            )
        tree[path] = text
    return dict(sorted(tree.items()))
