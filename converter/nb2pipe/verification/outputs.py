"""What cells showed, compared: text, displays and figures in their order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from nb2pipe.verification import images

TIME = "<time>"

SameFigure = Callable[[str, str], bool]
Kind = Literal["stdout", "stderr", "display", "error"]

# Always masked: what no two runs can have in common.
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
# A cell's function is inside the stage's function; in HTML the brackets are escaped.
_INSIDE = re.compile(
    r"(?<=<function )(?:\w+\.<locals>\.)+|(?<=&lt;function )(?:\w+\.&lt;locals&gt;\.)+"
)
_CELL_FILE = re.compile(
    r"(?:[^\s\"'<>]*[/\\]ipykernel_\d+[/\\]\d+\.py|<ipython-input-[^>]*>)(:\d+)?"
)
_IDS = re.compile(
    r"sk-(?:container|estimator)-id-\d+|\bT_[0-9a-f]{5}\b|IPY_MODEL_[0-9a-f]+"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b"
)
# What `%time` and `%timeit` say, some of it only of runs that are slow or uneven.
_TIME = r"(?:[\d.]+(?:e[+-]\d+)? [nmµμu]?s|\d+(?:d|h|min|s)(?: \d+(?:h|min|s))*)"
_MEASURED = (
    r"(?:CPU times: .*|Wall time: .*|Parser +: .*|Compiler(?: +| time): .*|The slowest run took .*"
    rf"|{_TIME} (?:±|\+-) {_TIME} per loop.*)"
)
_TIMING = re.compile(rf"{_MEASURED}(?:\n{_MEASURED})*")
# ``frame.info()`` counts the tables that pandas made to find rows by, which do not cross.
_MEMORY = re.compile(r"(?<=memory usage: )[\d.]+\+? (?:bytes|[KMGTP]B)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Masked where the notebook's own two runs differ.
_DATE = r"\d{4}-\d{2}-\d{2}|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +(?:\d{1,2} )?\w{3,9} +\d{1,4}"
_CLOCK = re.compile(
    rf"(?:{_DATE})(?:[ T]+\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?)?|\b\d{{1,2}}:\d{{2}}(?::\d{{2}}"
    r"(?:\.\d+)?)?\b|\b\d+(?:\.\d+)? ?(?:[nmuµμ]?s|secs?|seconds?|mins?|minutes?|it/s|s/it)\b"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")


@dataclass(frozen=True)
class Shown:
    """One thing that a cell showed, without what differs by nature.

    ``data`` maps MIME types to content; text on a stream is ``text/plain``. ``figure`` is the form
    of the figure that the picture shows, where it is known.
    """

    kind: Kind
    data: Mapping[str, Any] = field(default_factory=dict)
    figure: str = ""

    @property
    def text(self) -> str:
        """What it shows as text."""
        return str(self.data.get("text/plain", ""))


def shown(
    outputs: Iterable[Any], folders: Sequence[str] = (), figures: Sequence[str] = ()
) -> list[Shown]:
    """The outputs of a cell as they are compared.

    Text on standard error stands at the end: the order of the two streams is chance.

    Args:
        outputs: the outputs of an executed notebook's cell.
        folders: the folders of runs and of the notebook, which are masked.
        figures: the forms of the figures that the cell showed.
    """
    streams: dict[str, str] = {}
    found: list[Shown] = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream" and output["name"] == "stderr":
            streams["stderr"] = streams.get("stderr", "") + _joined(output["text"])
        elif kind == "stream":
            if found and found[-1].kind == "stdout":
                before = found.pop().text
                found.append(Shown("stdout", {"text/plain": before + _joined(output["text"])}))
            else:
                found.append(Shown("stdout", {"text/plain": _joined(output["text"])}))
        elif kind == "error":
            found.append(Shown("error", {"text/plain": f"{output['ename']}: {output['evalue']}"}))
        else:
            data = {mime: _content(value) for mime, value in output["data"].items()}
            found.append(Shown("display", data))
    if streams.get("stderr", "").strip():
        found.append(Shown("stderr", {"text/plain": streams["stderr"]}))
    cleaned = [Shown(one.kind, _cleaned(one, folders)) for one in found]
    return _with_figures([one for one in cleaned if one.kind != "stdout" or one.text], figures)


def _with_figures(found: list[Shown], figures: Sequence[str]) -> list[Shown]:
    pictures = [one for one in found if any(m.startswith("image/") for m in one.data)]
    if len(pictures) != len(figures):
        return found
    known = {id(picture): figure for picture, figure in zip(pictures, figures, strict=True)}
    return [Shown(one.kind, one.data, known.get(id(one), "")) for one in found]


def _joined(text: Any) -> str:
    return text if isinstance(text, str) else "".join(text)


def _content(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value


def _cleaned(one: Shown, folders: Sequence[str]) -> dict[str, Any]:
    data = {}
    for mime, value in one.data.items():
        if mime.startswith("image/") and mime != "image/svg+xml":
            data[mime] = value
            continue
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        data[mime] = masked(text, folders)
    if one.kind == "stderr":
        data["text/plain"] = _last_of_lines(masked_clock(data["text/plain"]))
    return data


def _last_of_lines(text: str) -> str:
    """The text as a terminal would have it in the end: progress bars write over themselves."""
    return "\n".join(line.rstrip("\r").rpartition("\r")[2].rstrip() for line in text.split("\n"))


def masked(text: str, folders: Sequence[str] = ()) -> str:
    """A text without what differs by nature.

    That are addresses, folders, the function around a function, identifiers of elements, the memory
    that a frame takes, and what ``%time`` and ``%timeit`` measure.
    """
    for folder in folders:
        text = text.replace(folder, "<folder>")
    text = _COLOUR.sub("", text)
    text = _CELL_FILE.sub("<cell>", text)
    text = _ADDRESS.sub("0x…", text)
    text = _INSIDE.sub("", text)
    text = _IDS.sub("<id>", text)
    text = _MEMORY.sub("<size>", text)
    return _TIMING.sub(TIME, text)


def masked_clock(text: str) -> str:
    """A text without dates, times of day and durations."""
    return _CLOCK.sub(TIME, text)


def numbers(text: str) -> list[str]:
    """The numbers in a text, as they stand there."""
    return _NUMBER.findall(text)


def masked_numbers(text: str) -> str:
    """A text without numbers."""
    return _NUMBER.sub("<number>", text)


def alike(one: Shown, other: Shown, same_figure: SameFigure) -> str:
    """Compare two things that were shown.

    Args:
        one: what the notebook showed.
        other: what the other run showed.
        same_figure: whether the forms of two figures agree.

    Returns:
        How they differ ("" when they do not).
    """
    if one.kind != other.kind:
        return f"{_described(one)} → {_described(other)}"
    pictures = {mime for mime in one.data if mime.startswith("image/")}
    if one.data.keys() != other.data.keys():
        return f"{_described(one)} → {_described(other)}"
    for mime in sorted(one.data.keys() - pictures):
        if one.data[mime] != other.data[mime]:
            if mime == "text/html" and one.text and one.text != other.text:
                continue
            return first_difference(one.data[mime], other.data[mime])
    if one.figure and other.figure and same_figure(one.figure, other.figure):
        return ""
    for mime in sorted(pictures):
        said = images.difference(mime, one.data[mime], other.data[mime])
        if said:
            return said
    return ""


def _described(one: Shown) -> str:
    if one.kind == "display":
        picture = next((m for m in one.data if m.startswith("image/")), "")
        return f"a picture ({picture})" if picture else f"a display {_line(one.text)!r}"
    return f"{one.kind} {_line(one.text)!r}"


def _line(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= 60 else f"{first[:59]}…"


def first_difference(one: str, other: str) -> str:
    """The first lines in which two texts differ."""
    left, right = one.splitlines(), other.splitlines()
    for number, (a, b) in enumerate(zip(left, right, strict=False), 1):
        if a != b:
            return f"line {number}: {_line(a)!r} → {_line(b)!r}"
    more = left[len(right) :] or right[len(left) :]
    if not more:
        return "the ends of lines differ"
    which = "only the notebook shows" if len(left) > len(right) else "only the other shows"
    return f"{which} {_line(chr(10).join(more))!r}"


def difference(
    one: Sequence[Shown], other: Sequence[Shown], same_figure: SameFigure = str.__eq__
) -> str:
    """How two cells' outputs differ, in their order ("" when they do not)."""
    for left, right in zip(one, other, strict=False):
        if said := alike(left, right, same_figure):
            return said
    if len(one) > len(other):
        return f"only the notebook shows {_described(one[len(other)])}"
    if len(other) > len(one):
        return f"only the other shows {_described(other[len(one)])}"
    return ""
