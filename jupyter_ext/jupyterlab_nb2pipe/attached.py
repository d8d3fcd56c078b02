"""The other end of a process that the server starts: it ends when the server does.

The server holds the write end of standard input. When the server is gone, however it went, that is
closed, and the process interrupts itself.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import time

GRACE = 30.0  # seconds from the interrupt to the end


def attach() -> None:
    """Interrupt this process when its standard input ends; what it starts has none."""
    # A server started in the background by a shell ignores SIGINT, and what it starts inherits it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ours = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_watch, args=(ours,), daemon=True).start()


def _watch(file: int) -> None:
    while os.read(file, 4096):
        pass
    if sys.platform == "win32":
        _thread.interrupt_main()
    else:
        os.kill(os.getpid(), signal.SIGINT)
    time.sleep(GRACE)
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)
    os._exit(130)
