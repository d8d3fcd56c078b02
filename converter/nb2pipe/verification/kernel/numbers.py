"""NumPy's arrays, scalars and generators in canonical form."""

from __future__ import annotations

import hashlib
import sys
from typing import Any

from .form import Form

_TENSORS = ("torch", "jax", "jaxlib", "tensorflow", "cupy")


def write(form: Form, path: str, value: Any) -> bool:
    """Write a value of NumPy's; whether it is one."""
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not hasattr(numpy, "ndarray"):
        return False
    if isinstance(value, numpy.ndarray):
        if not form.seen(path, value):
            owner = _owner(value, numpy)
            form.world.kept.append(owner)
            form.hold("memory", owner.__array_interface__["data"][0])
            write_array(form, path, value)
    elif isinstance(value, numpy.generic):
        write_array(form, path, numpy.asarray(value), scalar=True)
    elif isinstance(value, numpy.dtype):
        form.token(path, f"dtype {value}")
    elif isinstance(value, numpy.ufunc):
        form.token(path, f"ufunc {value.__name__}")
    elif _is_generator(value):
        form.hold("object", id(value))
        if value is numpy.random.mtrand._rand:  # its state is compared where it matters
            form.token(path, "NumPy's global generator")
            return True
        state = value.bit_generator if hasattr(value, "bit_generator") else value
        state = state.get_state(legacy=False) if hasattr(state, "get_state") else state.state
        form.token(path, f"generator {type(value).__name__}")
        form.add(f"{path} state", state)
    elif type(value).__module__.partition(".")[0] in _TENSORS and hasattr(value, "__array__"):
        return _tensor(form, path, value, numpy)
    else:
        return False
    return True


def _owner(array: Any, numpy: Any) -> Any:
    """The array that owns the memory."""
    while isinstance(array.base, numpy.ndarray):
        array = array.base
    return array


def _is_generator(value: Any) -> bool:
    module: Any = sys.modules.get("numpy.random")
    if module is None:
        return False
    return isinstance(value, (module.RandomState, module.Generator, module.BitGenerator))


def _tensor(form: Form, path: str, value: Any, numpy: Any) -> bool:
    if type(value).__module__.startswith("torch"):
        value_as_array = value.detach().cpu().numpy() if hasattr(value, "detach") else None
    else:
        value_as_array = numpy.asarray(value)
    if value_as_array is None:
        return False
    form.token(path, f"tensor {type(value).__name__}")
    form.hold("object", id(value))
    write_array(form, path, value_as_array)
    return True


def write_array(form: Form, path: str, array: Any, *, scalar: bool = False) -> None:
    """Write an array by its type, shape and content, whatever its memory is shared with."""
    numpy: Any = sys.modules["numpy"]
    kind = array.dtype.kind
    label = "" if type(array) is numpy.ndarray else f"{type(array).__name__} "
    what = f"{'scalar ' if scalar else ''}{label}{array.dtype}"
    if array.shape or not scalar:
        what = f"{what} {tuple(array.shape)}"
    if isinstance(array, numpy.ma.MaskedArray):
        form.token(path, f"masked {what}")
        mask = numpy.ma.getmaskarray(array)
        write_array(form, f"{path}.mask", numpy.asarray(mask))
        write_array(form, f"{path}.data", numpy.asarray(array.filled(_blank(array, numpy))))
        form.add(f"{path}.fill_value", array.fill_value)
        return
    array = numpy.asarray(array)
    if array.dtype.names is not None:
        form.token(path, what)
        for name in array.dtype.names:
            write_array(form, f"{path}[{name!r}]", array[name])
    elif kind == "O":
        from .kinds import write_sequence

        write_sequence(form, path, list(array.ravel(order="C")), what)
    elif kind == "f":
        form.numbers(path, what, _bytes(array.astype("<f8", order="C"), numpy))
    elif kind == "c":
        pairs = numpy.ascontiguousarray(array.astype("<c16")).reshape(-1).view("<f8")
        form.numbers(path, what, _bytes(pairs.copy(), numpy))
    else:
        content = hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest()
        few = array.reshape(-1)[:8].tolist() if kind != "V" else []
        form.token(path, f"{what} {content}", f"{what} {few}{'…' if array.size > 8 else ''}")


def _blank(array: Any, numpy: Any) -> Any:
    return numpy.zeros((), dtype=array.dtype)[()]


def _bytes(numbers: Any, numpy: Any) -> bytes:
    """The bytes of 64-bit numbers, every nan alike."""
    holes = numpy.isnan(numbers)
    if holes.any():
        numbers[holes] = numpy.nan
    content: bytes = numbers.tobytes()
    return content
