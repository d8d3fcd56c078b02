"""A function called in a child process: what it does to the interpreter ends with it."""

from __future__ import annotations

import faulthandler
import os
import pickle
import resource
import select
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from typing import Any

WAITING = 10
# That of a kernel; hypothesis sets its own.
_RECURSION_LIMIT = 1000


class TookTooLong(Exception):
    """The child was ended after its time."""


class Died(Exception):
    """The child ended without an answer, or what it should give could not be pickled."""


def call(function: Callable[[], Any], *, seconds: float = 60) -> Any:
    """What a function gives in a child process, which has everything that this one has.

    Args:
        function: what to call; what it gives must be picklable.
        seconds: the processor's time after which the child and what it started are ended; on a
            busy machine that may be long.

    Raises:
        TookTooLong: the time is over.
        Died: the child ended, or the function raised (with its traceback as text).
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that this process has threads: none holds a lock
        child = os.fork()
    if child == 0:
        sys.setrecursionlimit(_RECURSION_LIMIT)
        resource.setrlimit(resource.RLIMIT_CPU, (round(seconds + 0.5), round(seconds + 2)))
        _answer(function, reading, writing)
    os.close(writing)
    ended = 0
    try:
        data = _read(reading, time.monotonic() + WAITING * seconds)
    finally:
        os.close(reading)
        ended = _end(child)
    if os.WIFSIGNALED(ended) and os.WTERMSIG(ended) == signal.SIGXCPU:
        raise TookTooLong
    if not data:
        raise Died("the child ended without an answer")
    good, result = pickle.loads(data)
    if not good:
        raise Died(result)
    return result


def _read(reading: int, until: float) -> bytes:
    parts = []
    while True:
        left = until - time.monotonic()
        ready, _, _ = select.select([reading], [], [], max(0.0, left))
        if not ready:
            raise TookTooLong
        part = os.read(reading, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)


def _end(child: int) -> int:
    """End the child, with the processes that it started and left; how the child ended."""
    ended, status = os.waitpid(child, os.WNOHANG)
    for end in (os.killpg, os.kill):
        try:
            end(child, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    return status if ended else os.waitpid(child, 0)[1]


def _answer(function: Callable[[], Any], reading: int, writing: int) -> None:
    """In the child: call, answer, and end without anything of the parent's end."""
    try:
        os.setpgid(0, 0)
        os.close(reading)
        faulthandler.disable()
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        try:
            answer = pickle.dumps((True, function()))
        except BaseException:
            answer = pickle.dumps((False, traceback.format_exc()))
        with os.fdopen(writing, "wb") as file:
            file.write(answer)
    finally:
        os._exit(0)
