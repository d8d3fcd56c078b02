"""Pictures compared: by their bytes, and where these differ by their pixels."""

from __future__ import annotations

import base64
import binascii
import io
from typing import Any


def difference(mime: str, one: Any, other: Any) -> str:
    """How two pictures differ.

    Args:
        mime: their type.
        one: the notebook's, as it stands in an output.
        other: the other run's.

    Returns:
        a sentence ("" when they show the same).
    """
    if one == other:
        return ""
    if mime == "image/svg+xml":
        return "the picture differs (SVG)"
    try:
        left, right = base64.b64decode(one), base64.b64decode(other)
    except (binascii.Error, ValueError, TypeError):
        return "the picture differs"
    if left == right:
        return ""
    try:
        from PIL import Image, ImageChops
    except ImportError:
        return "the picture's bytes differ (its pixels are compared where Pillow is installed)"
    try:
        a = Image.open(io.BytesIO(left)).convert("RGBA")
        b = Image.open(io.BytesIO(right)).convert("RGBA")
    except (OSError, ValueError):
        return "the picture differs"
    if a.size != b.size:
        return f"the picture differs: {a.width}x{a.height} → {b.width}x{b.height} pixels"
    apart = ImageChops.difference(a, b)
    if apart.getbbox(alpha_only=False) is None:
        return ""
    bands = apart.split()
    total = bands[0]
    for band in bands[1:]:
        total = ImageChops.lighter(total, band)
    changed = 1 - total.histogram()[0] / (a.width * a.height)
    return f"the picture differs in {changed:.2%} of its pixels"
