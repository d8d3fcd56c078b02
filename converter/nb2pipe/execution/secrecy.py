"""Values of secrets are masked wherever nb2pipe writes what a stage said."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

MASK = "***"


class Mask:
    """Replaces the values of environment variables in texts.

    Args:
        names: the variables that hold secrets.
    """

    def __init__(self, names: Iterable[str]) -> None:
        texts: set[str] = set()
        for value in filter(None, (os.environ.get(name, "") for name in names)):
            # As it is, and as Python and JSON show it within quotes.
            texts.update((value, repr(value)[1:-1], json.dumps(value)[1:-1]))
            texts.update(line for line in value.splitlines() if len(line) > 3)
        self._texts = sorted(texts, key=len, reverse=True)

    def text(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._texts:
            text = text.replace(secret, MASK)
        return text

    def value(self, value: Any) -> Any:
        """A JSON value without secrets; images stay as they are."""
        if not self._texts:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            for key, item in list(value.items()):
                picture = key.startswith(("image/", "application/pdf")) and key != "image/svg+xml"
                masked = item if picture else self.value(item)
                if self.text(key) != key:
                    del value[key]
                value[self.text(key)] = masked
        return value

    def notebook(self, node: Any) -> None:
        """Mask the outputs of a notebook, in place."""
        if self._texts:
            for cell in node.cells:
                if "outputs" in cell:
                    cell.outputs = self.value(cell.outputs)
            if "widgets" in node.metadata:
                node.metadata.widgets = self.value(node.metadata.widgets)
