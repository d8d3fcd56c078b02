"""Which interpreter a notebook's stages run in, and what it lacks."""

from __future__ import annotations

import importlib.metadata
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from jupyterlab_nb2pipe.problems import problem
from jupyterlab_nb2pipe.processes import PREFIX
from nb2pipe.errors import KernelIncomplete, Nb2pipeError
from nb2pipe.model import ImportedModule, Pipeline


class Environments:
    """Looks into the environments of kernels, and remembers the kernels that it found."""

    def __init__(self) -> None:
        # What a run remembers of interpreters lies beside the notebook; a look leaves nothing.
        self._remembered = tempfile.TemporaryDirectory(prefix=PREFIX)

    def close(self) -> None:
        """Forget what was found."""
        self._remembered.cleanup()

    def look(self, pipeline: Pipeline) -> dict[str, Any]:
        """The ``IEnvironment`` of a notebook.

        Args:
            pipeline: the analysed notebook.
        """
        from nb2pipe.environment import probe
        from nb2pipe.execution import interpreter
        from nb2pipe.execution.store import Store

        answer = _own()
        try:
            store = Store(Path(self._remembered.name))
            found = interpreter.find(store, wanted=pipeline.notebook.kernel_name)
            answer["kernel"] = {
                "name": found.kernel,
                "python": found.executable,
                "version": found.version,
            }
            imported = _imported(pipeline)
            names = sorted(imported)
            survey = probe.survey(Path(found.executable), names=names)
        except Nb2pipeError as error:
            answer["problem"] = problem(error)
            if isinstance(error, KernelIncomplete):
                answer["needed"] = list(error.missing)
            return answer
        answer["same"] = survey.prefix == Path(sys.prefix)
        answer["missing"] = [
            {"module": m.module, "cell": m.cell, "line": m.line, "optional": m.optional}
            for top, m in imported.items()
            if survey.locations[top] is None
        ]
        return answer


def _own() -> dict[str, Any]:
    return {
        "nb2pipe": {
            "version": importlib.metadata.version("nb2pipe"),
            "python": sys.executable,
        },
        "kernel": None,
        "same": False,
        "missing": [],
        "needed": [],
        "problem": None,
    }


def _imported(pipeline: Pipeline) -> dict[str, ImportedModule]:
    """What the notebook imports and its folder does not have, by its first name."""
    from nb2pipe.environment import local

    folder = pipeline.notebook.path.parent
    written = {path for stage in pipeline.stages for path in stage.writes}
    beside = []
    found: dict[str, ImportedModule] = {}
    for module in pipeline.modules:
        top = _top(module.module)
        if local.is_local(top, folder):
            beside.append(top)
        elif not local.is_namespace(top, folder):
            _note(found, top, replace(module, optional=module.optional or f"{top}.py" in written))
    for _, _, module in local.imports(beside, folder):
        _note(found, _top(module.module), module)
    return found


def _note(found: dict[str, ImportedModule], top: str, module: ImportedModule) -> None:
    if top not in found or (found[top].optional and not module.optional):
        found[top] = module


def _top(module: str) -> str:
    return module.partition(".")[0]
