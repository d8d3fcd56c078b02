"""What runs inside the kernel of which facts are recorded: it looks at names between the cells.

Loaded by path as a package of a name of its own (``_nb2pipe_evidence``), beside that of
``execution/kernel``; it stands on the standard library alone and runs on Python 3.9 and later.
"""

from __future__ import annotations

from typing import Any

PACKAGE = "_nb2pipe_evidence"


def begin(shell: Any, plan: dict[str, Any]) -> None:
    """Record what the cells do from here on.

    Args:
        shell: the kernel's shell.
        plan: see ``recorder.Recorder``.
    """
    import importlib
    import importlib.util
    import os
    import sys

    spec: Any = importlib.util.spec_from_file_location(
        PACKAGE, __file__, submodule_search_locations=[os.path.dirname(os.path.abspath(__file__))]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)
    importlib.import_module(f"{PACKAGE}.recorder").begin(shell, plan)
