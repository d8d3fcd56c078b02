"""NB504: a cell awaits at its top level.

What
    ``await``, ``async for``, ``async with`` and asynchronous comprehensions outside a function.
Why
    The notebook's kernel has a running event loop; a plain function has none.
Problematic
    ```python
    pages = await fetch_all(urls)
    ```
Solution
    Use a library's synchronous interface, or run the coroutine in a thread of its own:
    ```python
    with ThreadPoolExecutor(1) as pool:
        pages = pool.submit(asyncio.run, fetch_all(urls)).result()
    ```
"""

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic

RULE = Rule("NB504", "top-level-await", "error")


def diagnostic(place: Place) -> Diagnostic:
    """At the keyword."""
    return RULE.at(
        place,
        "the cell awaits outside a function, which a stage's function cannot",
        "Use a synchronous interface, or `asyncio.run` in a thread of its own.",
    )
