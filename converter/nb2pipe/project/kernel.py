"""The kernel's environment as ``convert`` asks it: found when first needed, and at most once."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb2pipe.environment.probe import Survey


class Kernel:
    """Answers about the environment of a notebook's kernel.

    Args:
        wanted: the notebook's kernel name.
        kernel: the name of an installed kernel to use instead.
        python: an interpreter to use instead.
    """

    def __init__(self, wanted: str, kernel: str | None, python: str | None) -> None:
        self._wanted = wanted
        self._kernel = kernel
        self._python = python

    def require(self) -> Path:
        """The kernel's interpreter.

        Raises:
            KernelUnusable: it is not installed, is not Python, or lacks what a stage needs.
        """
        return self._executable

    @functools.cached_property
    def _executable(self) -> Path:
        import tempfile

        from nb2pipe.execution import interpreter
        from nb2pipe.execution.store import Store

        # What run remembers of interpreters lies beside the notebook; convert leaves nothing there.
        with tempfile.TemporaryDirectory(prefix="nb2pipe-") as folder:
            found = interpreter.find(
                Store(Path(folder)), wanted=self._wanted, kernel=self._kernel, python=self._python
            )
        return Path(found.executable)

    def ask(self, modules: Sequence[str], distributions: Sequence[str]) -> Survey:
        """Which distributions provide modules, and the versions of distributions.

        Raises:
            KernelUnusable: as ``require``, or the interpreter does not answer.
        """
        from nb2pipe.environment import probe

        return probe.survey(self._executable, modules=modules, distributions=distributions)

    def has_module(self, name: str) -> bool:
        """Whether an import of that top-level name would find something.

        Raises:
            KernelUnusable: as ``ask``.
        """
        from nb2pipe.environment import probe

        answer = probe.survey(self._executable, names=[name])
        return answer.locations[name] is not None
