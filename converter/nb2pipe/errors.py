"""The errors that nb2pipe raises.

Each says what is wrong, where, and what to do next; the command line prints them without a
traceback and ends with ``exit_code``::

    Nb2pipeError
      NotebookUnreadable      the file is missing, unreadable or no notebook nb2pipe knows
      PipelineRefused         check's errors: nothing is written or run
      ParameterInvalid        an unknown parameter, or a value that its type does not admit
      SettingInvalid          a setting in the notebook's metadata or [tool.nb2pipe] that cannot be
      ProjectConflict         the output folder holds files that are not nb2pipe's, or were edited
      ProjectUnreadable       a folder that is no converted project
      StageUnknown            no stage of that name
      KernelUnusable          no such kernel, not Python, or without ipykernel
        KernelIncomplete      its environment lacks packages that every stage needs
      RequirementUnresolved   an import that no installed distribution provides
      NameRefused             a name that something else has already
      LockFailed              uv found no set of versions, or no network
      StorageFailed           disk full, read-only folder
      NotComparable           the notebook itself fails, so that nothing can be compared with it
      NotRecordable           the notebook itself fails, so that nothing can be recorded of it
      FactsUnreadable         facts.json is damaged, or of a newer format
      TrackingFailed          MLflow is not installed, or its store did not take the run
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nb2pipe.model import Diagnostic


class Nb2pipeError(Exception):
    """Base of all errors meant for people.

    Args:
        message: one sentence on what is wrong.
        place: file, cell and line where it is wrong ("" when there is none).
        advice: one sentence on the next step.
    """

    exit_code = 2

    def __init__(self, message: str, *, place: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.advice = advice

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return f"{text}\n  {self.advice}" if self.advice else text


class NotebookUnreadable(Nb2pipeError):
    """The file is missing, unreadable, or no notebook that nb2pipe can read."""


class PipelineRefused(Nb2pipeError):
    """The notebook has errors that ``check`` names; nothing was written or run."""

    def __init__(self, diagnostics: Sequence[Diagnostic], *, place: str = "") -> None:
        count = len(diagnostics)
        super().__init__(
            f"{count} error{'s' if count != 1 else ''} in the notebook; nothing was written or run",
            place=place,
        )
        self.diagnostics = tuple(diagnostics)


class ParameterInvalid(Nb2pipeError):
    """An unknown parameter, or a value that the parameter's type does not admit."""


class SettingInvalid(Nb2pipeError):
    """A setting in the notebook's metadata or in ``[tool.nb2pipe]`` that cannot be."""


class ProjectConflict(Nb2pipeError):
    """Writing would lose files that are not nb2pipe's, or edits made by hand."""


class ProjectUnreadable(Nb2pipeError):
    """The folder is no converted project, or its files are damaged."""


class StageUnknown(Nb2pipeError):
    """There is no stage of that name."""


class KernelUnusable(Nb2pipeError):
    """The kernel is not installed, not Python, or its environment cannot run a stage."""


class KernelIncomplete(KernelUnusable):
    """The kernel's environment lacks packages that every stage needs: ``missing``."""

    def __init__(self, missing: Sequence[str], executable: str) -> None:
        super().__init__(
            f"the environment of {executable} has no {' and no '.join(missing)}",
            advice=f"Install it there: {executable} -m pip install {' '.join(missing)}"
            f" (or: uv pip install --python {executable} {' '.join(missing)}).",
        )
        self.missing = tuple(missing)
        self.executable = executable


class RequirementUnresolved(Nb2pipeError):
    """An import that no distribution in the kernel's environment provides."""


class NameRefused(Nb2pipeError):
    """A pipeline's name that is no identifier, is reserved, or is another module's."""


class LockFailed(Nb2pipeError):
    """uv could not resolve the environment: no network, or requirements that exclude each other."""


class StorageFailed(Nb2pipeError):
    """The disk is full, or a folder cannot be written."""


class NotComparable(Nb2pipeError):
    """The notebook itself fails in a fresh kernel, so that nothing can be compared with it."""


class NotRecordable(Nb2pipeError):
    """The notebook itself fails in a fresh kernel, so that nothing can be recorded of it."""


class FactsUnreadable(Nb2pipeError):
    """``facts.json`` is damaged, or of a format that only a newer nb2pipe knows."""


class TrackingFailed(Nb2pipeError):
    """MLflow is not installed, or its store did not take the run; the run itself stands."""
