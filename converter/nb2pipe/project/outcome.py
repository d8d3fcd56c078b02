"""What a conversion did, or would do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nb2pipe.model import Pipeline
from nb2pipe.project.drift import ENVIRONMENT_LOCK, Change
from nb2pipe.project.state import display


@dataclass(frozen=True)
class Conversion:
    """What ``convert`` did, or would do.

    ``notes`` are sentences for people. ``changed_data`` are data files that differ from what the
    lock recorded. ``written_by`` is the other version of nb2pipe that wrote the tree on disk (""
    when it was this one, or nobody). ``unresolved`` says that uv.lock would have to be resolved
    again, which a plan that writes nothing does not do. ``environment`` is the digest of what
    uv.lock is resolved from. ``outside`` are the changes that were left out, since they are not
    ``within`` the folder that was named.
    """

    pipeline: Pipeline
    project: Path
    version: str
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    changed_data: tuple[str, ...] = ()
    written_by: str = ""
    unresolved: bool = False
    environment: str = ""
    outside: tuple[Change, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the tree on disk is not what would be written."""
        return self.unresolved or any(c.status != "unchanged" for c in self.changes)

    def drift(self) -> tuple[str, ...]:
        """Sentences on how the tree on disk differs from what would be written."""
        said = []
        for change in self.changes:
            if change.status != "unchanged":
                said.append(f"{display(change.path)} {change.reason}")
        if self.unresolved:
            said.append(f"{display(self.project / ENVIRONMENT_LOCK)} would be resolved anew")
        said += [f"the data file {path} has changed" for path in self.changed_data]
        return tuple(said)
