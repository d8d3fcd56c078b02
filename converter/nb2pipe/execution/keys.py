"""Keys of stages: same key, same files, same packages: same result.

The key holds what is known before a stage runs. What is seen only while it runs (the files it
opens, the packages that get imported) is kept with its result and checked again at lookup.
"""

from __future__ import annotations

import ast
import hashlib
import os
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2pipe.emit import meaning
from nb2pipe.emit.unroll import UnrolledStage
from nb2pipe.environment.local import is_local
from nb2pipe.execution.interpreter import Interpreter
from nb2pipe.execution.kernel.witness import file_digest, listing_digest
from nb2pipe.execution.store import json_bytes
from nb2pipe.model import Project, StageCode

FORMAT = "3"
HASH_SEED = "0"
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


@dataclass(frozen=True)
class StageKey:
    """A stage's key and what it was made of: a label for people, and a value or a digest."""

    key: str
    parts: Mapping[str, str]


def stage_key(
    stage: StageCode,
    plain: UnrolledStage,
    project: Project,
    interpreter: Interpreter,
    *,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, str],
) -> StageKey:
    """The key of a stage.

    Args:
        stage: the stage as it runs.
        plain: its module unrolled, with magics as reserved comments.
        project: the project, for what lies beside the stage.
        interpreter: what it will run in.
        parameters: values of the pipeline's parameters.
        inputs: a digest for each input and piece of hidden state, by its label.
    """
    parts: dict[str, str] = {
        "format": FORMAT,
        "Python": f"{interpreter.implementation} {interpreter.minor_version}",
        "hash seed": HASH_SEED,
        "number of threads": _threads(),
        "imports and definitions": meaning.code(plain.header),
        "code before the first cell": meaning.code(plain.preamble),
        "interface": repr((stage.outputs, [name for name, _ in stage.states])),
        "order of its cells": repr([(cell.id, cell.metrics) for cell in plain.cells]),
    }
    if stage.assumed:
        parts["assumptions"] = repr(stage.assumed)
    if interpreter.environment:
        parts["environment of the kernel"] = repr(sorted(interpreter.environment.items()))
    for cell in plain.cells:
        parts[f"code of cell {cell.id}"] = meaning.code(cell.source)
    texts = [plain.header, plain.preamble, *(cell.source for cell in plain.cells)]
    trees = [tree for text in texts if (tree := _parsed(text)) is not None]
    parts.update(_shared(project.shared, _from_shared(trees, project.package)))
    for module in sorted(_imported(trees) - {project.package}):
        if is_local(module, project.folder):
            parts[f"module {module}"] = "beside the notebook"
    for name in stage.parameters:
        parts[f"parameter {name}"] = repr(parameters[name])
    parts.update(inputs)
    for name in stage.reads:
        if name not in stage.writes:
            parts[f"file {name}"] = file_digest(str(project.folder / name)) or "absent"
    return StageKey(hashlib.sha256(json_bytes(parts)).hexdigest(), parts)


def _threads() -> str:
    values = [f"{name}={os.environ[name]}" for name in THREADS if os.environ.get(name)]
    if hasattr(os, "sched_getaffinity"):
        processors = len(os.sched_getaffinity(0))
    else:
        processors = os.cpu_count() or 1
    return " ".join([f"{processors} processors", *values])


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _imported(trees: Iterable[ast.Module]) -> set[str]:
    names: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names


def _from_shared(trees: Iterable[ast.Module], package: str) -> set[str] | None:
    """The names that a stage takes from ``shared.py``; None: perhaps any."""
    names: set[str] = set()
    whole = {package, f"{package}.shared"}
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == f"{package}.shared":
                names.update(alias.name for alias in node.names)
            elif (isinstance(node, ast.ImportFrom) and node.module == package) or (
                isinstance(node, ast.Import)
                and not whole.isdisjoint(alias.name for alias in node.names)
            ):
                return None
    return None if "*" in names else names


def _shared(text: str, wanted: set[str] | None) -> dict[str, str]:
    """The digests of the statements of ``shared.py`` that the wanted names reach."""
    tree = _parsed(text)
    if tree is None or wanted is None:
        return {"shared definitions": meaning.code(text)}
    if not wanted:
        return {}
    binders: dict[str, list[int]] = {}
    reads: list[set[str]] = []
    unnamed: list[int] = []
    for number, node in enumerate(tree.body):
        bound = _bound(node)
        reads.append({n.id for n in ast.walk(node) if isinstance(n, ast.Name)})
        for name in bound:
            binders.setdefault(name, []).append(number)
        if not bound and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            unnamed.append(number)  # it may change what others bind
    waiting = list(wanted)
    for number in unnamed:
        waiting.extend(reads[number])
    seen = set(unnamed)
    while waiting:
        for number in binders.get(waiting.pop(), ()):
            if number not in seen:
                seen.add(number)
                waiting.extend(reads[number])
    parts: dict[str, str] = {}
    for number in sorted(seen):
        node = tree.body[number]
        label = f"shared definition {', '.join(sorted(_bound(node))) or f'in line {node.lineno}'}"
        source = ast.get_source_segment(text, node) or ast.dump(node)
        decorators = getattr(node, "decorator_list", [])
        digests = [meaning.code(source), *(ast.dump(item) for item in decorators)]
        parts[label] = meaning.digest([parts.get(label, ""), *digests])
    return parts


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    bound: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            bound.add(part.id)
        elif isinstance(part, ast.alias):
            bound.add((part.asname or part.name).partition(".")[0])
        elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(part.name)
    return bound


# ── What is checked at lookup ────────────────────────────────────────────────────────────────────


def relative(path: str, folder: Path) -> str:
    """A witnessed path as results keep it: relative to the notebook's folder where it is in it."""
    try:
        return Path(path).relative_to(folder).as_posix()
    except ValueError:
        return path


def changed_since(result: Mapping[str, Any], folder: Path, interpreter: Interpreter) -> str:
    """What is not as it was when a result was made, in words ("" when all is)."""
    for name, digest in result["reads"].items():
        now = file_digest(str(folder / name))
        if now != digest:
            return f"file {name} {_change(digest, now)}"
    for name, digest in result["listings"].items():
        if listing_digest(str(folder / name)) != digest:
            return f"the files in folder {name} changed"
    for metadata in result["packages"]:
        if not interpreter.has(metadata):
            name, _, version = metadata.rpartition(".")[0].partition("-")
            return f"package {name} is not {version} any more"
    return ""


def _change(before: str | None, now: str | None) -> str:
    if now is None:
        return "is gone"
    return "is new" if before is None else "changed"


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What differs between the parts of two keys, in words: the first and how many more."""
    found: list[str] = []
    for label in dict.fromkeys([*now, *before]):
        old, new = before.get(label), now.get(label)
        if old == new or label == "order of its cells":
            continue
        if old is None:
            found.append(f"{label} is new")
        elif new is None:
            found.append(f"{label} is gone")
        elif label.startswith(("parameter ", "Python", "number of")):
            found.append(f"{label} changed from {_short(old)} to {_short(new)}")
        else:
            found.append(f"{label} changed")
    if not found and dict(before) != dict(now):
        found.append("the order of its cells changed")
    found.sort(key=lambda text: not text.startswith("code of cell"))
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{found[0]}{more}" if found else ""


def _short(text: str, length: int = 60) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
