"""No collection of garbage in the midst of an analysis, which makes very many objects.

None of them is garbage before its end, so a collection finds nothing, and it looks at everything:
in a server it may take longer than the analysis itself, in a long notebook a quarter of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Within the block no garbage is collected."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
