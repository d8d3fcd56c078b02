"""Notebooks to send to the server, and what is asked of it again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

Answer = tuple[int, Any]
Ask = Callable[..., Awaitable[Answer]]

CELLS = [
    ("C = 1.0\nname = 'a'\npair = (1, 2)", "parameters"),
    ("values = [1, 2, 3]", "stage:load"),
    ("total = sum(values) * C\nshown = name\ntotal", "stage:total,metrics"),
]


def book(*cells: tuple[str, str], kernel: str = "python3") -> dict[str, Any]:
    """A notebook of code cells, given as their texts and tags."""
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel}},
        "cells": [
            {
                "id": f"cell-{number}",
                "cell_type": "code",
                "execution_count": None,
                "metadata": {"tags": tags.split(",")} if tags else {},
                "outputs": [],
                "source": source,
            }
            for number, (source, tags) in enumerate(cells, start=1)
        ],
    }


async def ended(ask: Ask, job: str, seconds: float = 240) -> dict[str, Any]:
    """A job's whole history, once it is over."""
    for _ in range(int(seconds / 0.1)):
        status, history = await ask("jobs", job)
        assert status == 200
        if history["job"]["ended"] is not None:
            return dict(history)
        await asyncio.sleep(0.1)
    raise AssertionError(f"job {job} goes on: {history}")
