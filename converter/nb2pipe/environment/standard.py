"""Modules of Python's standard library, for every Python that a kernel may have.

``sys.stdlib_module_names`` is that of the Python that runs nb2pipe; what ``convert`` writes must
not depend on it, so the differences between versions are listed here.
"""

from __future__ import annotations

import sys

# The first version that no longer has the module.
_REMOVED: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("binhex",), (3, 11)),
    **dict.fromkeys(("asynchat", "asyncore", "distutils", "imp", "smtpd"), (3, 12)),
    **dict.fromkeys(("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr"), (3, 13)),
    **dict.fromkeys(("lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev"), (3, 13)),
    **dict.fromkeys(("pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"), (3, 13)),
}
# The first version that has the module.
_ADDED: dict[str, tuple[int, int]] = {
    "zoneinfo": (3, 9),
    "graphlib": (3, 9),
    "tomllib": (3, 11),
    "annotationlib": (3, 14),
    "compression": (3, 14),
}


def version_pair(python: str) -> tuple[int, int]:
    """The first two numbers of a Python version such as ``3.11`` or ``3.12.4``."""
    major, minor, *_ = [*python.split("."), "0"]
    return int(major), int(minor)


def is_standard(module: str, python: str) -> bool:
    """Whether the standard library of that Python (``3.11``) has the top-level module."""
    version = version_pair(python)
    if module in _REMOVED:
        return version < _REMOVED[module]
    if module in _ADDED:
        return version >= _ADDED[module]
    return module in sys.stdlib_module_names


def was_ever_standard(module: str) -> bool:
    """Whether some Python's standard library has the top-level module."""
    return module in _REMOVED or module in _ADDED or module in sys.stdlib_module_names
