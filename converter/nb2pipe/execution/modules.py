"""The modules of a project, where the stages' kernels import them from."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2pipe.emit.unroll import unroll_plain
from nb2pipe.errors import ParameterInvalid, ProjectUnreadable, StageUnknown, StorageFailed
from nb2pipe.execution.store import Store, json_bytes
from nb2pipe.model import Project
from nb2pipe.stage_names import nearest


def check(project: Project, parameters: Mapping[str, Any]) -> None:
    """Check that every stage is a module that can be run, before anything runs.

    Raises:
        ProjectUnreadable: a stage's module is none, or an input comes from nowhere.
        ParameterInvalid: a stage reads a parameter that has no value.
    """
    for stage in project.stages:
        unroll_plain(stage.source, stage.name)
        for name in stage.parameters:
            if name not in parameters:
                raise ParameterInvalid(
                    f"stage {stage.name} reads parameter {name}, which has no value",
                    advice=f"Give it one with -p {name} VALUE.",
                )
        for name, source in stage.inputs:
            if name not in project.stage(source).outputs:
                raise ProjectUnreadable(
                    f"stage {stage.name} takes {name} from stage {source}, which does not give it",
                    place=project.source,
                    advice="Convert the notebook again.",
                )


def known(project: Project, name: str) -> str:
    """The name of a stage, if there is one of that name.

    Raises:
        StageUnknown: there is none.
    """
    names = [stage.name for stage in project.stages]
    if name in names:
        return name
    near = nearest(name, names)
    raise StageUnknown(
        f"there is no stage {name}",
        place=project.source,
        advice=f"Did you mean {near}?" if near else f"The stages are: {', '.join(names)}.",
    )


def build(project: Project, store: Store) -> Path:
    """Write the project's modules as a package; the folder that goes on the kernels' path.

    Raises:
        StorageFailed: it cannot be written.
    """
    texts = {"__init__.py": "", "shared.py": project.shared}
    texts.update({f"{stage.name}.py": stage.source for stage in project.stages})
    digest = hashlib.sha256(json_bytes([project.package, texts])).hexdigest()[:16]
    target = store.root / "build" / digest
    if target.is_dir():
        return target
    unfinished = store.root / "build" / f".{digest}.{secrets.token_hex(6)}"
    package = unfinished / project.package
    try:
        package.mkdir(parents=True)
        for name, text in texts.items():
            (package / name).write_text(text, encoding="utf-8", newline="\n")
        try:
            unfinished.rename(target)
        except OSError:
            if not target.is_dir():  # another run was first
                raise
    except OSError as error:
        raise StorageFailed(
            f"cannot write the pipeline's modules: {error.strerror or error}",
            place=str(target),
            advice="Free some space, or make the folder writable, and run again.",
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return target
