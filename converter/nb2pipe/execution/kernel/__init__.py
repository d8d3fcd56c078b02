"""What runs inside a stage's kernel: loads its inputs, witnesses its files, stores its outputs.

The kernel's interpreter need not have nb2pipe, so these files stand on the standard library and
cloudpickle alone and run on Python 3.9 and later. The kernel loads them by path as a package of
the name ``_nb2pipe_kernel``; nothing of them is bound in the namespace of the user's cells.
"""

from __future__ import annotations

from typing import Any

PACKAGE = "_nb2pipe_kernel"


def begin(shell: Any) -> None:
    """Begin the stage whose task file the environment variable ``NB2PIPE_TASK`` names.

    Args:
        shell: the kernel's shell.
    """
    import importlib.util
    import os
    import sys

    # A package of its own name, so that artifacts can name what is defined in it.
    folder = os.path.dirname(os.path.abspath(__file__))
    spec: Any = importlib.util.spec_from_file_location(
        PACKAGE, __file__, submodule_search_locations=[folder]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
    stages = importlib.import_module(f"{PACKAGE}.stage")
    task = os.environ.pop("NB2PIPE_TASK")
    if "NB2PIPE_OBSERVER" in os.environ:  # `nb2pipe verify` looks at the cells from here
        import runpy

        runpy.run_path(os.environ.pop("NB2PIPE_OBSERVER"))["attach"](shell, task)
    package.__dict__["STAGE"] = stages.Stage(shell, task)
    package.__dict__["STAGE"].begin()


def load() -> None:
    """Load the inputs of the stage that began."""
    globals()["STAGE"].load()


def end() -> None:
    """Store the outputs of the stage that began."""
    globals()["STAGE"].end()
