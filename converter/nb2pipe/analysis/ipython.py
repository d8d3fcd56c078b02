"""IPython's input transformers without IPython's shell.

``import IPython`` makes the classes of the interactive shell, traitlets and all: most of the time
that ``check`` would take for a notebook with one magic. The transformers need none of it.
"""

from __future__ import annotations

import sys
import threading
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_TRANSFORMERS = "IPython.core.inputtransformer2"


@cache
def transformers() -> Any:
    """The module ``IPython.core.inputtransformer2``.

    Where IPython is not imported yet it is loaded below an empty package of that name, which is
    gone afterwards: who imports IPython later gets the whole of it.
    """
    # Another thread could import IPython meanwhile and would get the empty package.
    if "IPython" in sys.modules or threading.active_count() > 1:
        return import_module(_TRANSFORMERS)
    spec = find_spec("IPython")
    package = ModuleType("IPython")
    package.__path__ = list(spec.submodule_search_locations or ()) if spec else []
    sys.modules["IPython"] = package
    try:
        return import_module(_TRANSFORMERS)
    except (ImportError, AttributeError):
        _forget()
        return import_module(_TRANSFORMERS)
    finally:
        if sys.modules.get("IPython") is package:
            _forget()


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "IPython"]:
        del sys.modules[name]
