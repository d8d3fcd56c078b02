"""The files that a stage opens, lists, writes and removes, as audit events tell them."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from typing import Any, ClassVar


def file_digest(path: str) -> str | None:
    """The sha256 of a regular file (None when there is none)."""
    try:
        if not os.path.isfile(path):
            return None
        content = hashlib.sha256()
        with open(path, "rb") as file:
            while True:
                block = file.read(1 << 20)
                if not block:
                    return content.hexdigest()
                content.update(block)
    except OSError:
        return None


def listing_digest(path: str) -> str | None:
    """The sha256 of the names in a folder (None when there is none)."""
    try:
        names = [n for n in os.listdir(path) if n not in (".nb2pipe", "__pycache__", ".git")]
    except OSError:
        return None
    return hashlib.sha256("\0".join(sorted(names)).encode("utf-8", "surrogateescape")).hexdigest()


class Witness:
    """Sees, through audit events, what a stage opens, lists, writes and removes.

    Python's and pandas' reads are seen, those of C extensions such as pyarrow are not: literal
    paths in the code are the second witness.
    """

    def __init__(self, folder: str, private: Iterable[str], literal: Iterable[str]) -> None:
        self.folder = folder
        self.private = tuple(os.path.join(p, "") for p in private)
        self.ignored = tuple(os.path.join(path, "") for path in _ignored_places(folder))
        self.reads: dict[str, str | None] = {}
        self.listings: dict[str, str | None] = {}
        self.written: set[str] = set()
        self.unobservable = ""
        self.active = True
        self._busy = threading.local()
        self._literal = {path: _stamp(path) for path in map(self.absolute, literal)}

    def absolute(self, path: Any) -> str:
        """The path as one text, absolute, links kept."""
        return os.path.abspath(os.fsdecode(path))

    def counts(self, path: str) -> bool:
        """Whether a file is the user's, and not one of the interpreter's or the system's."""
        if path.startswith(self.private) or f"{os.sep}__pycache__{os.sep}" in path:
            return False
        if path.startswith(self.ignored):
            return False
        return "site-packages" not in path

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        """The audit hook. It must never raise into the user's code."""
        if not self.active or getattr(self._busy, "now", False):
            return
        handler = self._handlers.get(event)
        if handler is None:
            return
        self._busy.now = True
        try:
            handler(self, *arguments)
        except Exception:  # noqa: S110 - a path we cannot understand is one we cannot witness
            pass
        finally:
            self._busy.now = False

    def _open(self, path: Any, mode: str | None, flags: int) -> None:
        if isinstance(path, int):
            return
        path = self.absolute(path)
        if not self.counts(path) or (os.path.exists(path) and not os.path.isfile(path)):
            return
        if isinstance(mode, str):
            writes = any(letter in mode for letter in "wax+")
            reads = not any(letter in mode for letter in "wx")
        else:
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
            reads = not flags & (os.O_WRONLY | os.O_TRUNC | os.O_EXCL)
        if reads and path not in self.written:
            self._read(path)
        if writes:
            self.written.add(path)

    def _read(self, path: str) -> None:
        if path not in self.reads:
            self.reads[path] = file_digest(path)

    def _sqlite(self, path: Any) -> None:
        if path in (":memory:", "", b":memory:"):
            return
        path = self.absolute(path)
        if self.counts(path):
            if path not in self.written:
                self._read(path)
            self._literal.setdefault(path, _stamp(path))

    def _list(self, path: Any = None, *_: Any) -> None:
        if isinstance(path, int):
            return
        frame: Any = sys._getframe(2)
        if "importlib" in frame.f_code.co_filename:
            return
        path = self.absolute("." if path is None else path)
        if (self.counts(path) or path == self.folder) and path not in self.listings:
            self.listings[path] = listing_digest(path)

    def _rename(self, source: Any, target: Any, *_: Any) -> None:
        source, target = self.absolute(source), self.absolute(target)
        if self.counts(source):
            self._removed(source)
        if self.counts(target):
            self.written.add(target)

    def _remove(self, path: Any, *_: Any) -> None:
        path = self.absolute(path)
        if self.counts(path):
            self._removed(path)

    def _removed(self, path: str) -> None:
        if path not in self.written and os.path.exists(path):
            self.unobservable = f"it removes the file {os.path.basename(path)}"

    def _connect(self, _: Any, address: Any) -> None:
        if isinstance(address, tuple) and not _is_local(str(address[0])):
            self.unobservable = f"it talks to {address[0]}"

    def _resolve(self, host: Any, *_: Any) -> None:
        name = os.fsdecode(host) if host is not None else ""
        if name and not _is_local(name):
            self.unobservable = f"it talks to {name}"

    _handlers: ClassVar[dict[str, Callable[..., None]]] = {
        "open": _open,
        "sqlite3.connect": _sqlite,
        "os.listdir": _list,
        "os.scandir": _list,
        "os.rename": _rename,
        "os.remove": _remove,
        "socket.connect": _connect,
        "socket.getaddrinfo": _resolve,
    }

    def close(self, modules: Iterable[Any]) -> dict[str, Any]:
        """End witnessing: what was read, listed and written, as plain data."""
        self.active = False
        for module in modules:
            path = getattr(module, "__file__", None)
            if isinstance(path, str) and self.counts(os.path.abspath(path)):
                self._read(os.path.abspath(path))
        for path, stamp in self._literal.items():
            if self.counts(path) and _stamp(path) not in (stamp, None):
                self.written.add(path)
        temporary = os.path.join(tempfile.gettempdir(), "")
        written = [
            path
            for path in sorted(self.written)
            if os.path.isfile(path)
            and (path.startswith(os.path.join(self.folder, "")) or not path.startswith(temporary))
        ]
        return {
            "reads": self.reads,
            "listings": self.listings,
            "written": written,
            "unobservable": self.unobservable,
        }


def _is_local(host: str) -> bool:
    return host in ("localhost", "::1", "") or host.startswith(("127.", "/"))


def _stamp(path: str) -> tuple[int, int, int] | None:
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _ignored_places(folder: str) -> list[str]:
    """Folders whose files are the interpreter's or the system's, not the user's."""
    places = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.__file__)}
    places.update(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))
    places.update(("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/lib64", "/System"))
    home = os.path.expanduser("~")
    for name in (".cache", ".config", ".ipython", ".jupyter", ".local", ".matplotlib", "Library"):
        places.add(os.path.join(home, name))
    places.update(os.environ.get(n, "") for n in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"))
    places.update(os.environ.get(n, "") for n in ("MPLCONFIGDIR", "IPYTHONDIR", "SystemRoot"))
    inside = os.path.join(folder, "")
    return [os.path.abspath(p) for p in places if p and not inside.startswith(os.path.join(p, ""))]
