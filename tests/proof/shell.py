"""The shell that runs cells in a child process, and keeps what they show in its order."""

from __future__ import annotations

import hashlib
import io
import os
import re
import sys
import types
from dataclasses import dataclass, field
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

_DOC = "Automatically created module for IPython interactive environment"  # as in a kernel
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
# With the tables that pandas has made to find rows by, which do not cross.
_MEMORY = re.compile(r"(?<=memory usage: )[\d.]+\+? (?:bytes|[KMGTP]B)")
# What `%timeit` measures; a function does not measure.
_TIMING = re.compile(r"(?:The slowest run took .*\n)?[\d.e+-]+ [nmµμu]?s ± .* per loop.*\n?")
# The pipeline's modules, in which classes are defined that the notebook defines in its own.
_MODULE = re.compile(r"\bproved\.\w+\.(?=\w)")
# Identities by which HTML of scikit-learn names its parts.
_NUMBERED = re.compile(r"sk-(container-id|estimator-id|hidden)[-\w]*")


class CellFailed(Exception):
    """A cell raised."""


@dataclass
class Outputs:
    """What cells show: ``print``, ``display``, ``show`` (a bare last expression), ``figure``."""

    items: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, text: str) -> None:
        """Add an output; what is printed bit by bit is one."""
        if kind == "print" and not text:
            return  # as a kernel, which sends nothing
        if kind == "print" and self.items and self.items[-1][0] == kind:
            text = self.items.pop()[1] + text
        self.items.append((kind, text))

    def taken(self) -> list[tuple[str, str]]:
        """What was shown since the last time."""
        said = [(kind, masked(text)) for kind, text in self.items]
        self.items = []
        return [(kind, text) for kind, text in said if text or kind != "print"]


def masked(text: str) -> str:
    """A text without addresses, sizes and times, its classes in the notebook's own module."""
    text = _TIMING.sub("", text)
    text = _MEMORY.sub("…", _ADDRESS.sub("0x…", _MODULE.sub("__main__.", text)))
    return _NUMBERED.sub("sk-…", text)


class _Stream(io.TextIOBase):
    """Standard output: what is written is an output."""

    encoding = "utf-8"  # type: ignore[assignment]

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.outputs.add("print", text)
        return len(text)


class _Hook(DisplayHook):
    """A bare last expression."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        CURRENT.add("show", str(format_dict.get("text/plain", "")))

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):
    """Calls of ``display``."""

    def publish(self, data: Any, *_: Any, **__: Any) -> None:  # type: ignore[override]
        CURRENT.add("display", str(data.get("text/plain", "")))

    def clear_output(self, wait: bool = False) -> None:
        CURRENT.add("display", "cleared")


class Shell(InteractiveShell):  # type: ignore[misc]
    """IPython's shell, its outputs kept."""

    displayhook_class = _Hook
    display_pub_class = _Publisher

    def enable_gui(self, gui: Any = None) -> None:
        """Nothing waits for events here."""


CURRENT = Outputs()
_MADE: list[Shell] = []


def made() -> Shell:
    """The shell that children get a copy of; made once, in the parent."""
    if not _MADE:
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        config.InteractiveShell.colors = "NoColor"
        config.InteractiveShell.cache_size = 1000
        main = sys.modules["__main__"]
        try:
            Shell.clear_instance()
            main_module = types.ModuleType("__main__", doc=_DOC)
            _MADE.append(Shell.instance(config=config, user_module=main_module))
        finally:
            sys.modules["__main__"] = main
        _warm(_MADE[0])
    return _MADE[0]


def _warm(shell: Shell) -> None:
    """Import here once what every child would import."""
    import bdb  # noqa: F401

    import cloudpickle  # noqa: F401
    import IPython.core.logger  # noqa: F401
    import threadpoolctl  # noqa: F401

    from nb2pipe.execution.kernel import stage, witness  # noqa: F401

    shell.transform_cell("x = 1\nx\n")


class Session:
    """The shell in a child process; made there, once."""

    def __init__(self, seed: int = 0) -> None:
        """Args: ``seed``: that of the global generators; when not 0, clocks run faster as well."""
        self.shell = made()
        sys.modules["__main__"] = self.shell.user_module
        self.namespace: dict[str, Any] = self.shell.user_ns
        sys.stdout = _Stream(CURRENT)  # type: ignore[assignment]
        sys.stderr = io.StringIO()
        sys.warnoptions = []
        import random
        import warnings

        warnings.resetwarnings()
        warnings.simplefilter("ignore")
        random.seed(seed)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(seed)
        one_thread()
        if seed:
            hasten()

    def run(self, source: str) -> list[tuple[str, str]]:
        """Run a cell; what it showed.

        Raises:
            CellFailed: it raised.
        """
        watch_figures()  # once it is imported
        result = self.shell.run_cell(source, store_history=True)
        show_figures()
        shown = CURRENT.taken()
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            said = "".join(text for _, text in shown)[-1500:]
            raise CellFailed(f"{type(error).__name__}: {error}\n{source}\n{said}")
        return shown


# ── Figures, as Jupyter shows them: at the end of the cell, and by `plt.show()`; then closed ─────


def watch_figures() -> None:
    """Have ``plt.show()`` show here."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.show = lambda *_, **__: show_figures()


def show_figures() -> None:
    """Every open figure is an output, and closed."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    import matplotlib

    numbers = pyplot.get_fignums()
    for number in numbers:
        figure = pyplot.figure(number)
        figure.set_dpi(40)
        try:
            figure.canvas.draw()
            pixels = bytes(figure.canvas.buffer_rgba())
            size = "x".join(str(n) for n in figure.canvas.get_width_height())
            CURRENT.add("figure", f"{size} {hashlib.sha256(pixels).hexdigest()[:16]}")
        except Exception as error:
            CURRENT.add("figure", f"not drawn: {type(error).__name__}")
    if numbers:
        matplotlib._pylab_helpers.Gcf.destroy_all()


def one_thread() -> None:
    """Numbers do not depend on how many processors are free."""
    os.environ["OMP_NUM_THREADS"] = "1"
    if "numpy" in sys.modules:
        import threadpoolctl

        threadpoolctl.threadpool_limits(1)


def hasten() -> None:
    """Every clock runs faster, so that what is measured comes out different."""
    import time

    for name in ("time", "perf_counter", "monotonic", "process_time"):
        clock = getattr(time, name)
        began = clock()

        def hastened(clock: Any = clock, began: float = began) -> float:
            return float(began + 7.3 * (clock() - began))

        setattr(time, name, hastened)
