"""Frames and columns of pandas that had others beside them with the same data.

With copy-on-write a change of one copies the data first, as long as another is alive that has them
too. Arrays from ``to_numpy()`` are not told: what they show after the change depends on whether
there was such a copy. So a frame that had a companion where it was stored has one where it is
loaded::

    col = df["a"]           # a companion of df
    # next stage, which knows nothing of col
    arr = df["a"].to_numpy()
    df.loc[0, "a"] = 7      # copies, so that arr keeps what it was
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any


def has_companion(block: Any) -> bool:
    """Whether something else that is alive has the block's data; no before pandas 2."""
    references = getattr(block, "refs", None)
    return references is not None and bool(references.has_reference())


def shared_block(make: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """Part of a frame, with a companion.

    Args:
        make: pandas' own function that makes it.
        arguments: what that takes.
    """
    block = make(*arguments)
    block.refs.add_reference(_companion())
    return block


def complete_shared(manager: Any, state: Any) -> None:
    """Give the data of a column its state, and a companion."""
    manager.__setstate__(state)
    manager.blocks[0].refs.add_reference(_companion())


@functools.cache
def _companion() -> Any:
    """A block that lives as long as the process: pandas counts those that are alive."""
    pandas: Any = sys.modules["pandas"]  # a block was made
    return pandas.Series([0])._mgr.blocks[0]
