"""Columns of text, which pandas keeps in arrays of pyarrow, as large as they were.

A column that was filtered has a bit for each row that says whether a value is there, also where all
are. The pickles of pandas and pyarrow leave these out, and ``frame.info()`` then prints another
size.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def reduced(value: Any) -> Any:
    """How a column or array is made again; None for everything else, and where nothing is lost."""
    pyarrow: Any = sys.modules.get("pyarrow")
    if pyarrow is None:
        return None
    column: Any = getattr(
        sys.modules.get("pandas.core.arrays.arrow.array"), "ArrowExtensionArray", None
    )
    if column is not None and isinstance(value, column):
        chunks = getattr(getattr(value, "_pa_array", None), "chunks", ())
        if any(_has_needless_bits(pyarrow, chunk) for chunk in chunks):
            function, arguments, state = value.__reduce_ex__(5)[:3]
            return function, arguments, {**state, "_pa_array": chunks}
    elif isinstance(value, pyarrow.Array) and _has_needless_bits(pyarrow, value):
        return with_bits, value.__reduce__()
    return None


def _has_needless_bits(pyarrow: Any, array: Any) -> bool:
    is_plain = not array.type.num_fields and not isinstance(
        array, (pyarrow.DictionaryArray, pyarrow.ExtensionArray)
    )
    return is_plain and not array.null_count and array.buffers()[0] is not None


def with_bits(make: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """An array with a bit for each of its values, all set.

    Args:
        make: pyarrow's own function that makes the array.
        arguments: what that takes.
    """
    pyarrow: Any = sys.modules["pyarrow"]  # it has made the array
    array = make(*arguments)
    bits = pyarrow.py_buffer(b"\xff" * ((array.offset + len(array) + 7) // 8))
    buffers = [bits, *array.buffers()[1:]]
    # That nothing is missing is not said: the bits would be dropped again.
    return pyarrow.Array.from_buffers(array.type, len(array), buffers, -1, array.offset)
