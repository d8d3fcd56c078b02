"""Frames that are changed in place while arrays show their data, and others had the data as well.

pandas copies the data first where another frame or column has them: a companion. Those that are
alive cross with the frame (``execution.kernel.frames``). A notebook, though, keeps what a cell
displayed, which a function does not; and one that is gone by now was there when the frame was
stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nb2pipe.analysis.effect import Watched
from nb2pipe.analysis.flow import StageFlow
from nb2pipe.analysis.history import History
from nb2pipe.analysis.rules import nb403_memory_decides
from nb2pipe.analysis.units import Unit
from nb2pipe.model import Diagnostic


def undecided(
    flows: Mapping[str, StageFlow], units: Sequence[Unit], history: History
) -> Iterator[Diagnostic]:
    """NB403: changes that an array sees or not by what else there is.

    Args:
        flows: the traced stages.
        units: all units, in the notebook's order.
        history: what happened to every name.
    """
    for flow in flows.values():
        for unit in flow.units:
            for frame, watched in sorted(unit.effect.watched.items()):
                array, why = watched.array, _why(flow, frame, watched, history)
                if why and any(
                    array in later.effect.every_read for later in units[unit.index + 1 :]
                ):
                    place = unit.place(watched.position)
                    yield nb403_memory_decides.diagnostic(place, frame, array, why)


def _why(flow: StageFlow, frame: str, watched: Watched, history: History) -> str:
    if watched.displayed:
        return "what a cell displayed of it"
    made = flow.inputs.get(frame)
    if made is None:  # by this stage, where all is as in the notebook
        return ""
    stage, stored = flow.sources.get(frame, (made.stage, made))
    for name in sorted(watched.gone):
        events = (event.unit for event in history.of(name))
        if any(unit.index > stored.index and unit.stage != stage for unit in events):
            return f"`{name}`, which was a part of it"
    return ""
