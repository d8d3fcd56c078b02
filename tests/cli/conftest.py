"""The command line in this process, notebooks to give it, and the digest of a folder."""

import hashlib
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.__main__ import run


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


Command = Callable[..., Answer]


@pytest.fixture
def nb2pipe(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """``nb2pipe("check", path, stdin=text)``: exit code, standard output, standard error."""

    def command(*arguments: object, stdin: str | bytes = "") -> Answer:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return command


def cell(source: str, tags: str = "", kind: str = "code", **rest: Any) -> dict[str, Any]:
    made = {
        "cell_type": kind,
        "metadata": {"tags": tags.split(",")} if tags else {},
        "source": source,
        **rest,
    }
    return {**made, "outputs": [], "execution_count": None} if kind == "code" else made


def book(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    numbered = [{"id": f"cell-{n}", **one} for n, one in enumerate(cells, start=1)]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": numbered}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Write a notebook into an empty working directory; its name."""
    monkeypatch.chdir(tmp_path)

    def writing(document: object, name: str = "churn.ipynb") -> str:
        text = document if isinstance(document, str) else json.dumps(document)
        Path(name).write_text(text, encoding="utf-8")
        return name

    return writing


def digest(folder: Path) -> str:
    """One digest of all names and contents below a folder."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        state.update(f"{path.relative_to(folder)}\0{path.is_dir()}\0".encode())
        if path.is_file():
            state.update(path.read_bytes())
    return state.hexdigest()


@pytest.fixture
def notebooks() -> Any:
    """``cell`` and ``book``, which build notebooks, and ``digest``."""

    class Notebooks:
        cell = staticmethod(cell)
        book = staticmethod(book)
        digest = staticmethod(digest)

    return Notebooks
