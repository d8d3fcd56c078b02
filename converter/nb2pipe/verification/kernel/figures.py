"""Figures of matplotlib in canonical form: the data that they show, not their pixels."""

from __future__ import annotations

import sys
from typing import Any

from .form import Form


def write(form: Form, path: str, value: Any) -> bool:
    """Write a figure, or a part of one; whether it is one."""
    artists: Any = sys.modules.get("matplotlib.artist")
    if artists is None:
        return False
    if isinstance(value, artists.Artist):
        form.hold("object", id(value))
        if not form.seen(path, value):
            form.quiet += 1
            _artist(form, path, value)
            form.quiet -= 1
        return True
    if type(value).__module__.partition(".")[0] != "matplotlib":
        return False
    return _other(form, path, value)


def _other(form: Form, path: str, value: Any) -> bool:
    """Colour maps, norms and what else belongs to figures."""
    name = type(value).__name__
    if hasattr(value, "vmin") and hasattr(value, "vmax"):
        form.token(path, f"norm {name}")
        form.add(f"{path}.limits", (value.vmin, value.vmax))
    elif name.endswith("Colormap"):
        form.token(path, f"colormap {value.name}")
    else:
        return False
    return True


def _artist(form: Form, path: str, artist: Any) -> None:
    """One artist with its data, then its children."""
    lines, patches, images = (
        sys.modules.get(f"matplotlib.{name}") for name in ("lines", "patches", "image")
    )
    text, axes, collections, figure, axis, spines = (
        sys.modules.get(f"matplotlib.{name}")
        for name in ("text", "axes", "collections", "figure", "axis", "spines")
    )
    form.token(path, type(artist).__name__)
    if _is(artist, lines, "Line2D"):
        form.add(f"{path}.xy", artist.get_xydata())
        form.add(f"{path}.style", _style(artist, ("color", "linestyle", "marker", "linewidth")))
    elif _is(artist, text, "Text"):
        form.add(f"{path}.text", artist.get_text())
    elif _is(artist, patches, "Patch"):
        if type(artist) is not getattr(patches, "Patch", None):  # which a legend's colours are of
            outline = artist.get_patch_transform().transform(artist.get_path().vertices)
            form.add(f"{path}.outline", outline)
        form.add(f"{path}.style", _style(artist, ("facecolor", "edgecolor", "hatch")))
    elif _is(artist, collections, "Collection"):
        form.add(f"{path}.offsets", artist.get_offsets())
        form.add(f"{path}.array", artist.get_array())
        form.add(f"{path}.paths", [p.vertices for p in artist.get_paths()])
        form.add(f"{path}.style", _style(artist, ("facecolor", "edgecolor")))
    elif _is(artist, images, "_ImageBase"):
        form.add(f"{path}.array", artist.get_array())
        form.add(f"{path}.extent", list(artist.get_extent()))
        form.add(f"{path}.clim", list(artist.get_clim()))
    elif _is(artist, axes, "Axes"):
        _axes(form, path, artist)
    elif _is(artist, figure, "FigureBase") and hasattr(artist, "get_size_inches"):
        form.add(f"{path}.size", artist.get_size_inches())
    for index, child in enumerate(artist.get_children()):
        if _is(child, axis, "Axis") or _is(child, spines, "Spine") or child is _patch(artist):
            continue
        form.add(f"{path}.{type(child).__name__}[{index}]", child)


def _is(value: Any, module: Any, name: str) -> bool:
    kind = getattr(module, name, None)
    return kind is not None and isinstance(value, kind)


def _patch(artist: Any) -> Any:
    return getattr(artist, "patch", None)


def _style(artist: Any, names: tuple[str, ...]) -> list[Any]:
    found = []
    for name in names:
        getter = getattr(artist, f"get_{name}", None)
        found.append(getter() if getter is not None else None)
    return [*found, artist.get_label() if not str(artist.get_label()).startswith("_") else ""]


def _axes(form: Form, path: str, axes: Any) -> None:
    for name in ("x", "y"):
        form.add(f"{path}.{name}label", getattr(axes, f"get_{name}label")())
        form.add(f"{path}.{name}scale", getattr(axes, f"get_{name}scale")())
        form.add(f"{path}.{name}lim", list(getattr(axes, f"get_{name}lim")()))
        ticks = getattr(axes, f"get_{name}ticklabels")()
        form.add(f"{path}.{name}ticks", [tick.get_text() for tick in ticks])
