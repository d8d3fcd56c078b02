"""The range of versions that stands in pyproject.toml for an installed version.

``>=3.0.2,<4``: what was installed is known to work, and the next first number may break it. For
``0.x`` the second number plays that part. A calendar version (``2025.1``) has no upper end. The
exact versions are those of uv.lock.
"""

from __future__ import annotations

import re

_RELEASE = re.compile(r"v?(?P<epoch>\d+!)?(?P<release>\d+(?:\.\d+)*)(?P<rest>[^+]*)(?:\+.*)?$")
_CALENDAR = 1990


def version_range(version: str) -> str:
    """The specifier for an installed version ("" for a version that is not PEP 440's)."""
    match = _RELEASE.match(version.strip())
    if match is None:
        return ""
    epoch, release = match["epoch"] or "", match["release"]
    # A local label (+cpu) names a build, not a version.
    lower = f"{epoch}{release}{match['rest']}"
    numbers = [int(part) for part in release.split(".")]
    if numbers[0] >= _CALENDAR:
        return f">={lower}"
    if numbers[0] == 0 and len(numbers) > 1:
        return f">={lower},<{epoch}0.{numbers[1] + 1}"
    return f">={lower},<{epoch}{numbers[0] + 1}"
