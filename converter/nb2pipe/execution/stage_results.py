"""What a stage gave, as it is kept in the store: looked up, put back, and saved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2pipe.execution.interpreter import Interpreter
from nb2pipe.execution.kernel.witness import file_digest
from nb2pipe.execution.keys import StageKey, changed_since, difference, relative
from nb2pipe.execution.store import Store, json_bytes, write_atomically
from nb2pipe.model import Project, StageCode

Result = dict[str, Any]
NOTHING_CHANGED = "reused: nothing it depends on changed"


def must_run(stage: StageCode) -> str:
    """Why a stage always runs ("" when it may be reused)."""
    cache = stage.configuration.cache
    if cache is False:
        return "its settings say cache: false"
    if cache is None and stage.unobservable:
        return f"it cannot be reused since {stage.unobservable}"
    return ""


class StageResults:
    """The results of a project's stages in a store."""

    def __init__(self, store: Store, project: Project, interpreter: Interpreter) -> None:
        self.store = store
        self.project = project
        self.interpreter = interpreter

    def find(self, stage: StageCode, key: StageKey) -> tuple[Result | None, str]:
        """The result that may stand for a run of the stage, and the reason for either case."""
        reason = must_run(stage)
        if reason:
            return None, f"ran: {reason}"
        for result in self.store.find_results(key.key):
            if result["unobservable"] and stage.configuration.cache is not True:
                reason = reason or f"it cannot be reused since {result['unobservable']}"
                continue
            changed = changed_since(result, self.project.folder, self.interpreter)
            if not changed and not self._complete(result):
                changed = "what it gave is gone from the store"
            if not changed:
                return result, NOTHING_CHANGED
            reason = reason or changed
        return None, f"ran: {reason or self._news(stage, key)}"

    def _complete(self, result: Result) -> bool:
        objects = [*result["states"].values(), *result["written"].values()]
        if result["artifact"]:
            objects.append(result["artifact"])
        notebook = self.store.root / result["notebook"]
        return notebook.is_file() and all(self.store.has(digest) for digest in objects)

    def put_back(self, result: Result) -> bool:
        """Put the files that the stage wrote back; whether the store still had them."""
        folder = self.project.folder
        try:
            for name, digest in result["written"].items():
                if file_digest(str(folder / name)) != digest:
                    self.store.copy_to(digest, folder / name)
        except KeyError:
            self.store.drop_results(result["base"])
            return False
        return True

    def undamaged(self, result: Result) -> bool:
        """Whether the values may be loaded: what is damaged or not ours is forgotten."""
        objects = [*result["states"].values()]
        if result["artifact"]:
            objects.append(result["artifact"])
        if all(self.store.intact(digest) for digest in objects):
            return True
        self.store.drop_results(result["base"])
        return False

    def save(self, stage: StageCode, key: StageKey, work: Path, notebook: Path) -> Result:
        """Keep what a stage's kernel left in its working folder.

        Raises:
            StorageFailed: the disk is full, or the store cannot be written.
        """
        ended = json.loads((work / "ended.json").read_text(encoding="utf-8"))
        folder = self.project.folder
        artifact = self.store.adopt(work / "artifact") if ended["outputs"] else ""
        states = {state["name"]: self.store.adopt(Path(state["path"])) for state in ended["states"]}
        written = {
            relative(path, folder): self.store.put_copy(Path(path), work)
            for path in ended["written"]
        }
        seen = {
            "reads": {relative(path, folder): digest for path, digest in ended["reads"].items()},
            "listings": {relative(p, folder): digest for p, digest in ended["listings"].items()},
            "packages": sorted(
                {
                    self.interpreter.packages[module]
                    for module in ended["modules"]
                    if module in self.interpreter.packages
                }
            ),
        }
        variant = hashlib.sha256(json_bytes(seen)).hexdigest()
        result = {
            "stage": stage.name,
            "base": key.key,
            "key": hashlib.sha256(f"{key.key} {variant}".encode()).hexdigest(),
            "notebook": notebook.relative_to(self.store.root).as_posix(),
            "artifact": artifact,
            "values": ended["outputs"],
            "states": states,
            "written": written,
            "metrics": ended["metrics"],
            "checking": ended["checking"],
            "unobservable": ended["unobservable"],
            **seen,
        }
        self.store.save_result(key.key, variant[:32], result)
        write_atomically(self._latest(stage), json_bytes({"key": key.key, "parts": key.parts}))
        return result

    def _latest(self, stage: StageCode) -> Path:
        return self.store.root / "latest" / f"{self.project.package}.{stage.name}.json"

    def _news(self, stage: StageCode, key: StageKey) -> str:
        """Why there is no result under this key."""
        try:
            latest = json.loads(self._latest(stage).read_bytes())
            changed = difference(latest["parts"], key.parts)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return "first run"
        return changed or "what it gave is gone from the store"


def inputs_of(stage: StageCode, results: Mapping[str, Result]) -> dict[str, str]:
    """A digest for each input and each piece of hidden state of a stage, by its label.

    One variable of an upstream stage counts by itself; several count together, since what they
    share is part of what they are.
    """
    parts: dict[str, str] = {}
    for source in dict.fromkeys(source for _, source in stage.inputs):
        names = [name for name, producer in stage.inputs if producer == source]
        values = results[source]["values"]
        for name in names:
            digest = values.get(name, "absent")
            parts[f"input {name} from {source}"] = digest
        if len(names) > 1:
            parts[f"inputs from {source}"] = results[source]["artifact"]
    for state, producer in stage.states:
        if producer is not None:
            parts[f"state of {state} from {producer}"] = results[producer]["states"][state]
    return parts
