"""The file that holds all outputs of a stage: one pickle, the buffers of arrays out of band.

::

    MAGIC | n | (offset, length) * n | pickle | buffer | buffer …     offsets aligned, from 0
"""

from __future__ import annotations

import io
import mmap
import struct
import sys
from typing import Any

from . import functions, pickling

MAGIC = b"NB2PIPE1"
ALIGNMENT = 64


def write_artifact(path: str, value: Any) -> None:
    """Write ``value`` to a new file at ``path`` in the artifact's format.

    Raises:
        CannotCross: it holds something that no other process can have.
        OSError: the file cannot be written.
    """
    pickled, buffers = pickling.dump(value)
    parts: list[Any] = [pickled, *buffers]
    offset = len(MAGIC) + 8 + 16 * len(parts)
    table = []
    for part in parts:
        offset += -offset % ALIGNMENT
        length = part.nbytes if isinstance(part, memoryview) else len(part)
        table.append((offset, length))
        offset += length
    with open(path, "wb") as file:
        file.write(MAGIC + struct.pack("<Q", len(parts)))
        for place in table:
            file.write(struct.pack("<QQ", *place))
        for (start, _), part in zip(table, parts):
            file.write(b"\0" * (start - file.tell()))
            file.write(part)


def read_artifact(path: str, namespace: dict[str, Any] | None = None) -> Any:
    """Load what ``write_artifact`` wrote; whoever calls has verified the file.

    The file is mapped privately: arrays are writable and nobody else sees the changes.

    Args:
        path: the artifact.
        namespace: the globals of functions that travel by value.

    Raises:
        ValueError: the file is no artifact.
    """
    with open(path, "rb") as file:
        content = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    start = len(MAGIC) + 8
    if len(content) < start or content[: len(MAGIC)] != MAGIC:
        raise ValueError(f"{path} is no artifact")
    (count,) = struct.unpack("<Q", content[len(MAGIC) : start])
    places = [struct.unpack_from("<QQ", content, start + 16 * index) for index in range(count)]
    pickled, *buffers = [content[offset : offset + length] for offset, length in places]
    if namespace is not None:
        functions.NAMESPACE = namespace
    # The kernel's names for these modules, which the artifact says.
    sys.modules.setdefault("_nb2pipe_kernel", sys.modules[__package__])
    sys.modules.setdefault("_nb2pipe_kernel.functions", functions)
    sys.modules.setdefault("_nb2pipe_kernel.pickling", pickling)
    return pickling.Unpickler(io.BytesIO(pickled), buffers=buffers).load()
