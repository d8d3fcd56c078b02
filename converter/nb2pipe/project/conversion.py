"""A notebook becomes a project on disk: planned, compared, and written if wanted."""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from nb2pipe.emit import environment, tree
from nb2pipe.emit import lock as locks
from nb2pipe.emit.lock import Lock
from nb2pipe.environment import facts as recorded_facts
from nb2pipe.environment import requirements
from nb2pipe.environment.facts import Facts
from nb2pipe.environment.requirements import Requirements
from nb2pipe.errors import NameRefused, PipelineRefused, ProjectConflict, ProjectUnreadable
from nb2pipe.evidence import files
from nb2pipe.model import Notebook, Pipeline
from nb2pipe.project import ci, data, drift, names, ownership, repository
from nb2pipe.project import state as states
from nb2pipe.project.drift import ENVIRONMENT_LOCK, Change
from nb2pipe.project.kernel import Kernel
from nb2pipe.project.outcome import Conversion
from nb2pipe.project.state import State, display
from nb2pipe.project.writer import Writer

__all__ = ["Conversion", "Mode", "Options", "convert"]

Mode = Literal["write", "diff", "check"]


@dataclass(frozen=True)
class Options:
    """What ``convert`` was asked for; nothing of it is remembered.

    ``output`` is the project's folder (None: ``<notebook's folder>/<name>``), ``root`` the folder
    whose ``.github`` gets the workflow (None: the top of the git working tree, else the
    notebook's folder). ``lock`` False leaves uv.lock alone. ``verify`` adds the comparison
    with the notebook to the workflow. What would lie outside of the folder ``within`` is left as
    it is, and the lock goes on to say of it what it said (None: nothing is).
    """

    output: Path | None = None
    name: str = ""
    root: Path | None = None
    ci: Literal["github", "none"] = "github"
    kernel: str | None = None
    python: str | None = None
    force: bool = False
    upgrade: bool = False
    lock: bool = True
    verify: bool = False
    within: Path | None = None


def convert(notebook: Notebook, options: Options, mode: Mode = "write") -> Conversion:
    """Convert a notebook.

    Args:
        notebook: the notebook as read.
        options: what was asked for.
        mode: ``write`` makes the changes, the others only say them; ``check`` asks neither the
            kernel's environment nor a network.

    Returns:
        The changes, made or not.

    Raises:
        PipelineRefused: the notebook has errors.
        NameRefused: the name is something else's.
        ProjectConflict: files of others, or edited ones, are in the way.
        ProjectUnreadable: the project's lock or pyproject.toml is damaged.
        RequirementUnresolved: an import that nothing installed provides.
        KernelUnusable: the kernel is needed and cannot be used.
        LockFailed: uv found no versions.
        StorageFailed: the disk is full, or a folder cannot be written.
    """
    converter = _Converter(notebook, options, mode)
    writer = Writer(converter.project)
    try:
        conversion = converter.plan()
    except ProjectConflict:
        # What another convert is just writing, or has just written, looks like edits.
        if mode != "write" or not (writer.journal() is not None or converter.is_stale()):
            raise
        with writer.exclusive():
            conversion = converter.plan()
    if mode != "write":
        return conversion
    if not conversion.differs and writer.journal() is None:
        return conversion
    with writer.exclusive():
        if converter.is_stale():  # another convert wrote meanwhile
            conversion = converter.plan()
        writer.write(conversion.changes, conversion.environment)
    return conversion


class _Converter:
    """One conversion; the plan can be made again when the disk has changed."""

    def __init__(self, notebook: Notebook, options: Options, mode: Mode) -> None:
        self._given = notebook.path
        self._notebook = replace(notebook, path=_resolved(notebook.path))
        self._options = options
        self._mode = mode
        self._folder = self._notebook.path.parent
        self._kernel = Kernel(notebook.kernel_name, options.kernel, options.python)
        self._name = options.name or names.from_stem(self._notebook.path.stem)
        output = options.output if options.output is not None else self._folder / self._name
        self.project = _resolved(output)
        root = options.root or repository.top(self._folder) or self._folder
        self._root = _resolved(root)
        self._seen: str | None = None
        if mode == "write" and (options.kernel or options.python):
            self._kernel.require()

    def is_stale(self) -> bool:
        """Whether the lock on disk is not the one that the plan was made from."""
        return states.text(self.project / locks.NAME) != self._seen

    def plan(self) -> Conversion:
        """The conversion that follows from the disk as it is."""
        state = states.read(self.project, force=self._options.force)
        self._seen = state.lock_text
        if reason := names.malformed(self._name):
            raise self._refuse_name(reason)
        pipeline = self._analyse(state)
        self._check_name(state)
        if not self._options.force:
            ownership.refuse_other_notebook(state, self._notebook.path, self.project)
        needs = self._requirements(pipeline, state)
        facts = needs.facts
        pyproject = environment.pyproject(
            pipeline.name, needs.dependencies, facts, state.settings_text
        )
        targets = tree.files(pipeline, pyproject) | self._workflow(pipeline)
        owned = state.owned
        outside = self._left_outside(targets, owned)
        if not state.is_ours and not self._options.force:
            ownership.refuse_strangers(self.project, targets)
        # Conflicts are found before uv is asked, and again with all files at hand.
        self._compare({**targets, locks.NAME: ""}, owned)
        resolved_from = environment.locked_part(needs.dependencies, facts)
        notes = self._notes(needs)
        env_lock = self._environment(pyproject, facts, resolved_from, state, notes)
        if env_lock is None:
            resolved_from = state.environment
            owned.pop(ENVIRONMENT_LOCK, None)
        else:
            targets[ENVIRONMENT_LOCK] = env_lock
        described = self._describe(pipeline, state)
        files = {name: drift.digest(name, text.encode()) for name, text in targets.items()}
        if state.lock is not None:
            files |= {n: d for n, d in state.lock.files.items() if self._is_outside(n)}
        if env_lock is None and state.lock is not None:
            kept = state.lock.files.get(ENVIRONMENT_LOCK)
            files |= {ENVIRONMENT_LOCK: kept} if kept is not None else {}
        described = replace(described, environment=resolved_from, files=dict(sorted(files.items())))
        changes = self._compare({**targets, locks.NAME: locks.text(described)}, owned)
        notes += [f"{display(c.path)} {c.reason}" for c in changes if c.status == "kept"]
        return Conversion(
            pipeline=pipeline,
            project=self.project,
            version=described.version,
            changes=tuple(changes),
            notes=tuple(notes),
            changed_data=_changed_data(state.lock, described),
            written_by=_other_version(state.lock),
            unresolved=self._options.lock and env_lock is None,
            environment=resolved_from,
            outside=outside,
        )

    def _is_outside(self, name: str) -> bool:
        """Whether a file lies where this conversion writes nothing."""
        within = self._options.within
        if within is None:
            return False
        return not _resolved(drift.place(self.project, name)).is_relative_to(_resolved(within))

    def _left_outside(
        self, targets: dict[str, str], owned: dict[str, set[str]]
    ) -> tuple[Change, ...]:
        """Take out of the plan what lies outside; what would become of it."""
        names = [name for name in {*targets, *owned} if self._is_outside(name)]
        left = {name: targets.pop(name) for name in names if name in targets}
        theirs = {name: owned.pop(name) for name in names if name in owned}
        changes = drift.compare(left, self.project, theirs)
        return tuple(change for change in changes if change.status != "unchanged")

    def _compare(self, targets: Mapping[str, str], owned: Mapping[str, set[str]]) -> list[Change]:
        changes = drift.compare(targets, self.project, owned)
        if self._mode == "write":
            shown = {change.path: display(change.path) for change in changes}
            drift.refuse_conflicts(changes, force=self._options.force, shown=shown)
        return changes

    def _analyse(self, state: State) -> Pipeline:
        from nb2pipe import analysis

        settings = _merged(state.settings, self._notebook.settings)
        notebook = files.beside(replace(self._notebook, settings=settings), self.project)
        pipeline: Pipeline = analysis.analyse(notebook, name=self._name)
        if pipeline.errors:
            raise PipelineRefused(pipeline.errors, place=str(self._given))
        return pipeline

    def _check_name(self, state: State) -> None:
        """Refuse a name when it is first written."""
        if state.lock is not None and state.lock.pipeline == self._name:
            return
        if reason := names.problem(self._name, self._folder, self.project, self._is_installed):
            raise self._refuse_name(reason)

    def _refuse_name(self, reason: str) -> NameRefused:
        return names.refuse(self._name, reason, self._folder, self.project, self._is_installed)

    def _is_installed(self, name: str) -> bool:
        return self._mode != "check" and self._kernel.has_module(name)

    def _requirements(self, pipeline: Pipeline, state: State) -> Requirements:
        try:
            facts = recorded_facts.read(state.document, display(self.project / tree.PYPROJECT))
        except ProjectUnreadable:
            if not self._options.force:
                raise
            facts = Facts()
        needs = requirements.resolve(
            pipeline,
            project=self.project,
            recorded=facts,
            ask=self._kernel.ask if self._mode != "check" else None,
            refresh=self._options.upgrade,
        )
        if not needs.facts.python:  # a check of what was never converted
            here = f"{sys.version_info.major}.{sys.version_info.minor}"
            return replace(needs, facts=replace(needs.facts, python=here))
        return needs

    def _notes(self, needs: Requirements) -> list[str]:
        notes = []
        stem = self._notebook.path.stem
        if not self._options.name and self._name != stem:
            notes.append(
                f"the pipeline is called {self._name}, since no package can be called {stem!r}"
            )
        if needs.left_out:
            notes.append(
                f"packages are configured to come from {', '.join(needs.left_out)} too, which only "
                "this machine has: left out of pyproject.toml"
            )
        if needs.unknown:
            notes.append(
                f"nothing is recorded of {', '.join(needs.unknown)}; convert without --check "
                "looks into the kernel's environment"
            )
        outside = [
            display(path)
            for path in (self._notebook.path, self.project)
            if not path.is_relative_to(self._root)
        ]
        if outside and self._options.ci == "github":
            notes.append(
                f"{drift.listed(outside)} lies outside of {display(self._root)}, where the "
                "workflow runs: choose another --root, or --ci none"
            )
        return notes

    def _workflow(self, pipeline: Pipeline) -> dict[str, str]:
        if self._options.ci == "none":
            return {}
        path, text = ci.workflow(
            pipeline,
            root=self._root,
            project=self.project,
            version=tool_version(),
            given_name=self._options.name,
            given_output=self._options.output is not None,
            given_root=self._options.root is not None,
            lock=self._options.lock,
            verify=self._options.verify,
        )
        return {ci.relative(path, self.project): text}

    def _describe(self, pipeline: Pipeline, state: State) -> Lock:
        recorded: dict[str, str] = {}
        for lock in (state.committed, state.lock):
            recorded |= lock.data if lock is not None else {}
        described = locks.describe(
            pipeline,
            tool=tool_version(),
            notebook=ci.relative(self._notebook.path, self.project),
            data=data.digests(pipeline, recorded),
        )
        return locks.versioned(described, state.committed or state.lock)

    def _environment(
        self, pyproject: str, facts: Facts, resolved_from: str, state: State, notes: list[str]
    ) -> str | None:
        """The text of uv.lock; None when it is left alone, or would be resolved and must not."""
        if not self._options.lock:
            return None
        file = self.project / ENVIRONMENT_LOCK
        existing = states.text(file)
        if existing is not None and not state.is_ours:
            raise ProjectConflict(
                "nb2pipe did not write this file and would have to overwrite it",
                place=display(file),
                advice="Choose another folder with -o, or leave out uv.lock with --no-lock.",
            )
        if existing is not None and not self._options.upgrade:
            digest = drift.digest(ENVIRONMENT_LOCK, existing.encode())
            if resolved_from in (state.environment, state.journal.environment):
                if digest not in state.owned.get(ENVIRONMENT_LOCK, ()):
                    notes.append(f"{display(file)} was changed since the last convert: it is kept")
                return existing
        if self._mode != "write":
            return None
        from nb2pipe.environment import locking

        return locking.lock(
            pyproject,
            existing=None if self._options.upgrade else existing,
            project=self.project,
            facts=facts,
        )


@functools.cache
def tool_version() -> str:
    """The version of nb2pipe."""
    from importlib.metadata import version

    return version("nb2pipe")


def _resolved(path: Path) -> Path:
    return path.expanduser().resolve()


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two settings, table by table; the second wins."""
    merged = dict(below)
    for key, value in above.items():
        other = merged.get(key)
        if isinstance(other, Mapping) and isinstance(value, Mapping):
            value = _merged(other, value)
        merged[key] = value
    return merged


def _changed_data(before: Lock | None, after: Lock) -> tuple[str, ...]:
    if before is None:
        return ()
    return tuple(p for p, digest in after.data.items() if before.data.get(p, digest) != digest)


def _other_version(before: Lock | None) -> str:
    return before.nb2pipe if before is not None and before.nb2pipe != tool_version() else ""
