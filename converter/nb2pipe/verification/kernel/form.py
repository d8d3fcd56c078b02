"""A value in canonical form: the same text wherever the same value is made again.

A form is a sequence of tokens, each with the path to the part that it describes, and apart from
them the floating-point numbers in the order in which they come. Two digests stand for it: ``exact``
over everything, ``skeleton`` over everything but the numbers. Values whose skeletons agree can so
be compared number by number, outside the kernels. Addresses, and pickles, are no part of a form.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from typing import Any

ENTRIES = 2000
PLACES = 2000
TEXT = 300
SPOOLED = 1 << 20
DEPTH = 120
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_NAN = struct.pack("<d", float("nan"))


class World:
    """What all forms made in one kernel share.

    ``package`` is the import package of the pipeline: what is defined there is the notebook's own,
    as what is defined in ``__main__``. ``folder`` takes the files of numbers.
    """

    def __init__(self, package: str, folder: str) -> None:
        self.package = package
        self.folder = folder
        self.kept: list[Any] = []  # until the snapshot ends, so that no identity is used twice
        self.functions: dict[int, tuple[Any, str]] = {}

    def owns(self, module: str | None) -> bool:
        """Whether a module holds definitions of the notebook."""
        if module is None or module == "__main__":
            return True
        return module == self.package or module.startswith(f"{self.package}.")

    def label(self, definition: Any) -> str:
        """The name of a class or function, wherever the notebook's own are defined."""
        module = getattr(definition, "__module__", None)
        name = str(getattr(definition, "__qualname__", type(definition).__qualname__))
        if module == "builtins":
            return name
        if self.owns(module):
            return name.rpartition("<locals>.")[2]
        return f"{module}.{name}"


class Form:
    """One value being written; ``holds`` collects what it may share with other values."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.exact = hashlib.sha256()
        self.skeleton = hashlib.sha256()
        self.entries: list[tuple[str, str, str]] = []
        self.uncomparable: list[tuple[str, str, str]] = []
        self.references: dict[str, str] = {}
        self.holds: set[tuple[str, int]] = set()
        self.leaves = 0
        self.quiet = 0
        self.depth = 0
        self.models = 0
        self.memo: dict[int, tuple[str, Any]] = {}
        self._places: list[tuple[int, str]] = []
        self._count = 0
        self._chunks: list[bytes] = []
        self._pending = 0
        self._file: Any = None
        self._numbers = hashlib.sha256()

    # ── What values are made of ──────────────────────────────────────────────────────────────────

    def token(self, path: str, text: str, preview: str = "") -> None:
        """Write a part that is compared exactly."""
        self.leaves += 1
        data = text.encode("utf-8", "surrogatepass")
        head = b"%d:" % len(data)
        self.exact.update(head + data)
        self.skeleton.update(head + data)
        if len(self.entries) < ENTRIES:
            if len(text) > TEXT:
                text = f"{text[:TEXT]}… {hashlib.sha256(data).hexdigest()[:12]}"
            self.entries.append((path, text, preview[:TEXT]))

    def numbers(self, path: str, kind: str, data: bytes) -> None:
        """Write floating-point numbers: 64 bits each, little-endian, every nan alike."""
        self.token(path, kind)
        if len(self._places) < PLACES:
            self._places.append((self._count, path))
        self._count += len(data) // 8
        self.exact.update(data)
        self._numbers.update(data)
        self._chunks.append(data)
        self._pending += len(data)
        if self._pending > SPOOLED:
            self._spill()

    def number(self, path: str, kind: str, value: float) -> None:
        """Write one floating-point number."""
        self.numbers(path, kind, _NAN if value != value else struct.pack("<d", value))

    def cannot(self, path: str, value: Any, reason: str) -> None:
        """Write that a part cannot be compared."""
        label = self.world.label(type(value))
        self.uncomparable.append((path, label, _ADDRESS.sub("0x…", reason)[:TEXT]))
        self.token(path, f"uncomparable {label}")

    # ── Walking ──────────────────────────────────────────────────────────────────────────────────

    def add(self, path: str, value: Any) -> None:
        """Write a value found at a path."""
        from . import kinds

        if self.depth >= DEPTH:
            self.cannot(path, value, "it is nested too deeply")
            return
        self.depth += 1
        before = self.quiet, self.models
        try:
            kinds.write(self, path, value)
        except RecursionError:
            self.cannot(path, value, "it is nested too deeply")
            self.quiet, self.models = before
        except Exception as error:  # attributes may do anything
            self.cannot(path, value, f"looking at it fails: {type(error).__name__}: {error}")
            self.quiet, self.models = before
        finally:
            self.depth -= 1

    def seen(self, path: str, value: Any) -> bool:
        """Whether an object is part of the form already; then its place is written instead."""
        known = self.memo.get(id(value))
        if known is not None:
            self.token(path, f"the same object as {known[0] or 'the whole'}")
            return True
        self.memo[id(value)] = (path, value)
        if not self.quiet:
            self.world.kept.append(value)  # it may be made to be looked at: none else gets its id
        return False

    def hold(self, kind: str, identity: int) -> None:
        """Note an object, or memory, that other values may share."""
        if not self.quiet:
            self.holds.add((kind, identity))

    def inner(self, value: Any) -> str:
        """The exact digest of another value, written apart."""
        form = Form(self.world)
        form.quiet, form.depth, form.memo = 1, self.depth, dict(self.memo)
        form.add("", value)
        form.close()
        self.uncomparable += form.uncomparable
        return form.exact.hexdigest()

    # ── The result ───────────────────────────────────────────────────────────────────────────────

    def document(self, value: Any) -> dict[str, Any]:
        """The finished form of a value, as JSON."""
        inline, file = self.close()
        return {
            "type": self.world.label(type(value)),
            "exact": self.exact.hexdigest(),
            "skeleton": self.skeleton.hexdigest(),
            "leaves": self.leaves,
            "entries": self.entries,
            "count": self._count,
            "places": self._places,
            "inline": inline,
            "file": file,
            "uncomparable": self.uncomparable[:50],
            "uncomparable_count": len(self.uncomparable),
            "references": self.references,
        }

    def close(self) -> tuple[str, str]:
        """The numbers: in hexadecimal, or the name of the file that holds them."""
        if self._file is None:
            return b"".join(self._chunks).hex(), ""
        self._spill()
        self._file.close()
        name = f"{self._numbers.hexdigest()}.f8"
        os.replace(self._file.name, os.path.join(self.world.folder, name))
        return "", name

    def _spill(self) -> None:
        if self._file is None:
            name = os.path.join(self.world.folder, f".{id(self)}-{os.getpid()}")
            self._file = open(name, "wb")  # noqa: SIM115 - closed by close()
        self._file.writelines(self._chunks)
        self._chunks, self._pending = [], 0


def masked(text: str) -> str:
    """A text without memory addresses."""
    return _ADDRESS.sub("0x…", text) if "0x" in text else text
