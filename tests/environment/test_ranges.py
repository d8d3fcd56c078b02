"""Ranges from installed versions."""

from __future__ import annotations

import pytest

from nb2pipe.environment.ranges import version_range


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.0.2", ">=3.0.2,<4"),
        ("0.13.2", ">=0.13.2,<0.14"),
        ("2025.2", ">=2025.2"),
        ("2.1.0+cu118", ">=2.1.0,<3"),
        ("1!2.0", ">=1!2.0,<1!3"),
        ("4.0rc1", ">=4.0rc1,<5"),
        ("7", ">=7,<8"),
        ("unknown", ""),
    ],
)
def test_range(version: str, expected: str) -> None:
    assert version_range(version) == expected
    if expected:
        from packaging.specifiers import SpecifierSet

        assert SpecifierSet(expected, prereleases=True).contains(version)
