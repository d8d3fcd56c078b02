"""What one stage takes and gives, as it is traced."""

from __future__ import annotations

from dataclasses import dataclass, field

from nb2pipe.analysis.groups import GROUPS
from nb2pipe.analysis.units import Unit

STATES = ("random", "numpy.random", *GROUPS)


@dataclass(eq=False)
class StageFlow:
    """What one stage takes and gives.

    ``inputs`` map a variable to the unit that wrote it; ``sources`` to the stage that hands it on
    where that is another one, and the unit after which it does. ``used`` are its own definitions
    that it uses itself. ``states`` map a piece of hidden state to the unit that left it so;
    ``initial`` are those that its first units see as the process began.
    """

    name: str
    units: list[Unit]
    inputs: dict[str, Unit] = field(default_factory=dict)
    outputs: set[str] = field(default_factory=set)
    parameters: set[str] = field(default_factory=set)
    imports: dict[str, dict[str, None]] = field(default_factory=dict)
    late_imports: dict[str, Unit] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    definitions: dict[int, Unit] = field(default_factory=dict)
    sources: dict[str, tuple[str, Unit]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    settings: dict[int, Unit] = field(default_factory=dict)
    states: dict[str, Unit | None] = field(default_factory=dict)
    initial: set[str] = field(default_factory=set)

    @property
    def touched(self) -> set[str]:
        """Names that the stage's own cells bind."""
        return {name for unit in self.units for name in unit.effect.touched}
