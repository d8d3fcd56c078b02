"""A stage as the notebook that papermill executes.

In the kernel the order is: the stage begins, the module's header, inputs and parameters, the
preamble, the cells of the source, the outputs are stored. Only cells of the source carry
``metadata.nb2pipe.cell``; cells of nb2pipe's own leave no name in the user's namespace and do not
count in the shell's history.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb2pipe.emit.unroll import UnrolledStage
from nb2pipe.execution.interpreter import Interpreter
from nb2pipe.model import Project

BEGIN = (
    '__import__("runpy").run_path(__import__("os").environ.pop("NB2PIPE_KERNEL"))["begin"]'
    "(get_ipython())"
)
LOAD = '__import__("_nb2pipe_kernel").load()'
END = '__import__("_nb2pipe_kernel").end()'
OWN = "nb2pipe"
INJECTED = "injected-parameters"


def notebook(
    unrolled: UnrolledStage,
    project: Project,
    interpreter: Interpreter,
    *,
    parameters: str,
    run_id: str,
) -> Any:
    """The notebook of a stage, not yet executed.

    Args:
        unrolled: the stage's module as cells.
        project: what it belongs to.
        interpreter: what executes it.
        parameters: the statements that bind the stage's parameters ("" when it has none).
        run_id: the run that it is executed in.

    Returns:
        an ``nbformat.NotebookNode``.
    """
    import nbformat

    number = 0

    def cell(source: str, **metadata: Any) -> Any:
        nonlocal number
        number += 1
        made = nbformat.v4.new_code_cell(source, metadata=metadata)
        made.id = f"nb2pipe-{number}"
        return made

    def own(source: str) -> Any:
        return cell(source, tags=[OWN], jupyter={"source_hidden": True})

    cells = [own(BEGIN)]
    if unrolled.header.strip():
        cells.append(cell(unrolled.header))
    cells.append(own(LOAD))
    if parameters:
        cells.append(cell(parameters, tags=[INJECTED]))
    if unrolled.preamble.strip():
        cells.append(cell(unrolled.preamble.strip("\n")))
    for item in unrolled.cells:
        tags = [f"stage:{unrolled.name}", *(["metrics"] if item.metrics else [])]
        cells.append(cell(item.source, tags=tags, nb2pipe={"cell": item.id}))
    cells.append(own(END))
    metadata: Mapping[str, Any] = {
        "kernelspec": {
            "name": interpreter.kernel,
            "display_name": interpreter.display_name,
            "language": "python",
        },
        "language_info": {"name": "python", "version": interpreter.version},
        "nb2pipe": {
            "pipeline": project.name,
            "version": project.version,
            "stage": unrolled.name,
            "run_id": run_id,
        },
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def source_cell(cell: Any) -> str | None:
    """The id of the source cell that an executed cell comes from (None: nb2pipe's own)."""
    found = cell.metadata.get("nb2pipe", {}).get("cell")
    return found if isinstance(found, str) else None
