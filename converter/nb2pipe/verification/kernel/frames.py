"""The values of pandas in canonical form: labels, types, names, order and content."""

from __future__ import annotations

import sys
from typing import Any

from .form import Form
from .numbers import write_array


def write(form: Form, path: str, value: Any) -> bool:
    """Write a value of pandas'; whether it is one that is known."""
    pandas: Any = sys.modules.get("pandas")
    if pandas is None or not hasattr(pandas, "DataFrame"):
        return False
    extensions = pandas.api.extensions
    if isinstance(value, pandas.DataFrame):
        form.hold("object", id(value))
        if not form.seen(path, value):
            _frame(form, path, value)
    elif isinstance(value, pandas.Series):
        form.hold("object", id(value))
        if not form.seen(path, value):
            form.token(path, f"{form.world.label(type(value))} of {len(value)}")
            form.add(f"{path}.name", value.name)
            _index(form, f"{path}.index", value.index, pandas)
            _values(form, path, value.array, pandas)
            _attributes(form, path, value)
    elif isinstance(value, pandas.Index):
        _index(form, path, value, pandas)
    elif isinstance(value, extensions.ExtensionArray):
        _values(form, path, value, pandas)
    elif (
        isinstance(value, extensions.ExtensionDtype)
        or type(value).__name__
        in (
            "NAType",
            "NaTType",
        )
        or isinstance(value, (pandas.Period, pandas.Interval, pandas.tseries.offsets.BaseOffset))
    ):
        form.token(path, f"{type(value).__name__} {value!r}")
    else:
        return False
    return True


def _frame(form: Form, path: str, frame: Any) -> None:
    pandas = sys.modules["pandas"]
    rows, columns = frame.shape
    form.token(path, f"{form.world.label(type(frame))} of {rows} rows, {columns} columns")
    _index(form, f"{path}.columns", frame.columns, pandas)
    _index(form, f"{path}.index", frame.index, pandas)
    for position, name in enumerate(frame.columns):
        column = frame.iloc[:, position]
        _values(form, f"{path}[{name!r}]", column.array, pandas)
    _attributes(form, path, frame)


def _attributes(form: Form, path: str, value: Any) -> None:
    if value.attrs:
        form.add(f"{path}.attrs", dict(value.attrs))


def _index(form: Form, path: str, index: Any, pandas: Any) -> None:
    form.token(path, f"{type(index).__name__} {list(index.names)!r} of {len(index)}")
    if isinstance(index, pandas.MultiIndex):
        for position in range(index.nlevels):
            values = index.get_level_values(position)
            _values(form, f"{path}.levels[{position}]", values.array, pandas)
    elif isinstance(index, pandas.RangeIndex):
        form.token(path, f"{index.start}:{index.stop}:{index.step}")
    else:
        form.token(path, f"freq {getattr(index, 'freqstr', None)}")
        _values(form, path, index.array, pandas)


def _values(form: Form, path: str, array: Any, pandas: Any) -> None:
    """An array of pandas' by its type and content."""
    arrays = pandas.arrays
    numpy = sys.modules["numpy"]
    kind = f"{array.dtype}"
    masked = getattr(sys.modules.get("pandas.core.arrays.masked"), "BaseMaskedArray", None)
    if isinstance(array, pandas.Categorical):
        form.token(path, f"category ordered={array.ordered}")
        _index(form, f"{path}.categories", array.categories, pandas)
        write_array(form, f"{path}.codes", numpy.asarray(array.codes))
    elif isinstance(array, (arrays.DatetimeArray, arrays.TimedeltaArray, arrays.PeriodArray)):
        form.token(path, kind)
        write_array(form, path, array.asi8)
    elif isinstance(array, arrays.IntervalArray):
        form.token(path, kind)
        _index(form, f"{path}.left", array.left, pandas)
        _index(form, f"{path}.right", array.right, pandas)
    elif masked is not None and isinstance(array, masked):
        form.token(path, kind)
        blank = array._data.copy()
        blank[array._mask] = numpy.zeros((), dtype=blank.dtype)[()]
        write_array(form, f"{path}.mask", array._mask)
        write_array(form, path, blank)
    elif isinstance(array.dtype, numpy.dtype):
        write_array(form, path, numpy.asarray(array))
    else:
        form.token(path, kind)
        write_array(form, path, numpy.asarray(array, dtype=object))
