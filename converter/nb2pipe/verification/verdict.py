"""What ``verify`` found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Run = Literal["pipeline", "functions", "notebook", "saved"]
Kind = Literal["value", "sharing", "output", "missing", "failure", "state", "metric"]
Status = Literal["equal", "different", "incomparable"]

EXIT_CODES: Mapping[Status, int] = {"equal": 0, "different": 1, "incomparable": 2}
COLOURS: Mapping[Status, str] = {
    "equal": "brightgreen",
    "different": "red",
    "incomparable": "lightgrey",
}


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in another run as in the notebook's.

    ``cell`` and ``number`` are the notebook's cell after which it was seen, ``name`` the variable
    (for what shares an object: the names; for an output: ""), ``detail`` says how it differs.
    """

    run: Run
    kind: Kind
    cell: str
    number: int
    stage: str = ""
    name: str = ""
    path: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Uncomparable:
    """A value, or a part of one, that no comparison can look into."""

    name: str
    cell: str
    number: int
    type: str
    reason: str
    crosses: bool = False


@dataclass(frozen=True)
class Counts:
    """How much was compared, in the pipeline's run and in that of the functions."""

    values: int = 0
    boundary_values: int = 0
    outputs: int = 0
    figures: int = 0
    metrics: int = 0


@dataclass(frozen=True)
class Verdict:
    """The result of a comparison.

    ``differences`` are in the notebook's order; ``unstable`` are those that two runs of the
    notebook show as well, of which ``clock`` differ as times do. ``close`` are floats that differ
    by less than 1e-9 relative. ``saved`` are outputs in the file that a fresh run does not give.
    ``entry`` is the first cell in which two runs of the notebook differ by more than times.
    ``later`` are names whose value was changed after the last moment at which they were compared,
    ``apart`` those that share memory in the notebook and come from several stages, unchanged.
    """

    status: Status
    notebook: str
    reason: str
    stages: int
    cells: int
    parameters: Mapping[str, str] = field(default_factory=dict)
    counts: Counts = Counts()
    differences: tuple[Difference, ...] = ()
    close: tuple[Difference, ...] = ()
    unstable: tuple[Difference, ...] = ()
    clock: tuple[Difference, ...] = ()
    entry: str = ""
    entry_number: int = 0
    uncomparable: tuple[Uncomparable, ...] = ()
    saved: tuple[Difference, ...] = ()
    saved_compared: bool = False
    later: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 equal, 1 different, 2 cannot be compared."""
        return EXIT_CODES[self.status]

    @property
    def badge(self) -> str:
        """The verdict as a badge, Markdown for a README."""
        said = {"equal": "same answer", "different": "different", "incomparable": "not comparable"}
        text = said[self.status]
        address = f"https://img.shields.io/badge/nb2pipe-{text.replace(' ', '%20')}"
        return f"![nb2pipe: {text}]({address}-{COLOURS[self.status]})"

    def document(self) -> dict[str, Any]:
        """The verdict as one JSON document."""
        return {**asdict(self), "exit_code": self.exit_code, "badge": self.badge}
