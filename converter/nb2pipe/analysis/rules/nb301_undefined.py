"""NB301: a name is read before anything defines it.

What
    A cell, or a function it calls, reads a name that no earlier cell surely made.
Why
    The notebook, run from top to bottom, stops there: it worked only because of cells that ran in
    another order or are gone. A pipeline has no such past.
Problematic
    ```python
    model.fit(X_train, y)  # X_train is made further down
    ```
Solution
    ```python
    X_train, X_test = split(X)
    model.fit(X_train, y)
    ```
"""

import tokenize

from nb2pipe.analysis.rules import Place, Rule
from nb2pipe.model import Diagnostic, Fix, SetSource

RULE = Rule("NB301", "undefined", "error")


def diagnostic(place: Place, name: str, elsewhere: str, nearest: str) -> Diagnostic:
    """``elsewhere`` says which other cell makes the name; ``nearest`` is a name like it."""
    advice = f"Define `{name}` in an earlier cell."
    if elsewhere:
        advice = f"{elsewhere} Move that cell up, or change its tags."
    elif nearest:
        advice = f"Did you mean `{nearest}`? Otherwise define `{name}` in an earlier cell."
    fix = _spelt(place, name, nearest) if nearest and not elsewhere else None
    return RULE.at(place, f"`{name}` is read before anything defines it", advice, fix)


def _spelt(place: Place, name: str, nearest: str) -> Fix | None:
    """The name written otherwise, wherever the cell has it; not in texts and comments."""
    if place.cell is None:
        return None
    pieces: list[str] = []
    at = (1, 0)
    lines = place.cell.source.splitlines(keepends=True)
    try:
        for token in tokenize.generate_tokens(iter([*lines, ""]).__next__):
            if token.type == tokenize.NAME and token.string == name:
                pieces += [_between(lines, at, token.start), nearest]
                at = token.end
    except (tokenize.TokenError, SyntaxError):
        return None
    pieces.append(_between(lines, at, (len(lines) + 1, 0)))
    return Fix(f"Write `{nearest}`", (SetSource(place.cell.id, "".join(pieces)),))


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    text = "".join(lines[start[0] - 1 : end[0]])
    last = len(lines[end[0] - 1]) - end[1] if end[0] <= len(lines) else 0
    return text[start[1] : len(text) - last]
