"""What runs inside the kernels that ``verify`` compares: it observes what the cells leave behind.

Like ``execution/kernel``, these files stand on the standard library alone, run on Python 3.9 and
later, and are loaded by path as a package of a name of its own (``_nb2pipe_observer``). Libraries
such as NumPy are looked up among those that the cells have imported and never imported here, so
that observing changes neither the order of imports nor what is imported.
"""

from __future__ import annotations

from typing import Any

PACKAGE = "_nb2pipe_observer"


def attach(shell: Any, task: str) -> None:
    """Observe the kernel of a stage.

    Args:
        shell: the kernel's shell.
        task: the stage's task file.
    """
    _module("observer").attach(shell, task)


def begin(shell: Any) -> None:
    """Observe a kernel that runs a notebook's cells, or calls the stages' functions.

    Args:
        shell: the kernel's shell.
    """
    _module("observer").begin(shell)


def call(stage: str, parameters: dict[str, Any]) -> None:
    """Call a stage's function, in a kernel that began.

    Args:
        stage: the stage's name.
        parameters: the values of its parameters.
    """
    _module("calls").call(stage, parameters)


def _module(name: str) -> Any:
    import importlib
    import importlib.util
    import os
    import sys

    if PACKAGE not in sys.modules:
        folder = os.path.dirname(os.path.abspath(__file__))
        spec: Any = importlib.util.spec_from_file_location(
            PACKAGE, __file__, submodule_search_locations=[folder]
        )
        package = importlib.util.module_from_spec(spec)
        sys.modules[PACKAGE] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"{PACKAGE}.{name}")
