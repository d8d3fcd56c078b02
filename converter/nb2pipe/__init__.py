"""Tagged Jupyter notebooks become versioned, parameterized pipelines.

The verbs of the command line, for Python::

    import nb2pipe

    for finding in nb2pipe.check("churn.ipynb"):
        print(finding.code, finding.message)
    pipeline = nb2pipe.analyse("churn.ipynb")
    result = nb2pipe.run("churn.ipynb", parameters={"C": 0.5})
    model = result.artifacts["train"]["model"]
    nb2pipe.convert("churn.ipynb", lock=False)
    assert nb2pipe.verify("churn.ipynb").status == "equal"

What goes wrong is raised as one of ``nb2pipe.errors``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nb2pipe.api import analyse, check, convert, record, run, suggest, verify
    from nb2pipe.errors import Nb2pipeError

__all__ = [
    "Nb2pipeError",
    "__version__",
    "analyse",
    "check",
    "convert",
    "record",
    "run",
    "suggest",
    "verify",
]


def __getattr__(name: str) -> Any:
    # `nb2pipe --help` must not import what only other verbs need.
    if name in ("analyse", "check", "convert", "record", "run", "suggest", "verify"):
        from nb2pipe import api

        return getattr(api, name)
    if name == "Nb2pipeError":
        from nb2pipe.errors import Nb2pipeError

        return Nb2pipeError
    if name == "__version__":
        from importlib.metadata import version

        return version("nb2pipe")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
