"""The comments that a module keeps for nb2pipe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2pipe.emit import markers


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# %% [abc-1_2]", markers.Marker("abc-1_2")),
        ("# %% [abc] metrics", markers.Marker("abc", metrics=True)),
        ("#%%[abc]", markers.Marker("abc")),
        ("# %%  [abc]  metrics ", markers.Marker("abc", metrics=True)),
        ("# %% abc", None),
        ("# %% [a b]", None),
        ("# %% []", None),
        ("## %% [abc]", None),
        ("# %% [abc] more", None),
        ("# %% [abc] metricsx", None),
    ],
)
def test_read(comment: str, expected: markers.Marker | None) -> None:
    assert markers.read(comment) == expected


@given(st.text("ab-_9", min_size=1), st.booleans())
def test_written_markers_are_read(cell_id: str, metrics: bool) -> None:
    marker = markers.Marker(cell_id, metrics)
    assert markers.read(str(marker)) == marker


@given(st.text("#% []ametrics\t", max_size=20))
def test_escaped_lines_are_no_markers_and_come_back(line: str) -> None:
    escaped = markers.escape(line)
    assert markers.read(escaped.strip()) is None
    assert markers.unescape(escaped) == line


def test_function_only_is_exact() -> None:
    assert markers.is_function_only("# nb2pipe> function")
    assert not markers.is_function_only("#nb2pipe> function")
    assert not markers.is_function_only("# nb2pipe> functions")
