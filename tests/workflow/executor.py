"""A small executor of GitHub workflows for the tests. It is not GitHub's runner.

Real: every job works in a fresh clone of the repository, so that what was not committed or handed
on is missing; ``run:`` steps are executed by bash as the runner does (``--noprofile --norc -eo
pipefail``) in an environment of their own; expressions are evaluated by GitHub's own evaluator;
``needs``, ``if``, outputs, ``GITHUB_OUTPUT``, ``GITHUB_ENV``, ``GITHUB_PATH``,
``GITHUB_STEP_SUMMARY``, working directories and time limits of jobs.

Emulated: the event, the contexts, and the actions in ``_ACTIONS`` (checkout, setup-uv, restoring
and saving a cache, uploading an artifact), each with the inputs that are named there. An action or
an input that is not known ends the execution, as does a key of a job or a step that this executor
does not know. Not there: containers, services, matrices, permissions, concurrency, Git LFS, the
images of GitHub's runners (uv is that of the tests, and takes the Python of the tests).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from github import Expressions

_STEP_KEYS = {"name", "id", "if", "uses", "with", "run", "env", "shell", "working-directory"}
_JOB_KEYS = {"name", "runs-on", "timeout-minutes", "env", "steps", "needs", "if", "outputs"}
_TOP_KEYS = {"name", "on", "permissions", "concurrency", "defaults", "env", "jobs"}
# What the machine says about certificates and package indexes; nothing else of it reaches a step.
_MACHINE = ("UV_", "PIP_", "SSL_", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True)
class Event:
    """What starts the workflow. ``inputs`` are what a person typed into the dispatch form."""

    name: str = "push"
    inputs: dict[str, str] = field(default_factory=dict)


@dataclass
class Step:
    name: str
    conclusion: str
    output: str = ""


@dataclass
class Job:
    """``summary`` is what the job's steps wrote to GITHUB_STEP_SUMMARY."""

    conclusion: str
    steps: list[Step] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.name == name)


@dataclass
class GitHub:
    """A repository and what GitHub keeps beside it: caches, artifacts, variables, secrets."""

    repository: Path
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    runs: int = 0

    @property
    def caches(self) -> Path:
        return self.folder / "caches"

    def artifacts(self, run: int) -> Path:
        return self.folder / "artifacts" / str(run)

    def execute(self, workflow: str, event: Event) -> dict[str, Job]:
        """Execute a workflow of the repository's head.

        Args:
            workflow: its path in the repository.
            event: what starts it.
        """
        self.runs += 1
        text = self._git("show", f"HEAD:{workflow}")
        content = yaml.load(text, Loader=yaml.BaseLoader)
        _known(content, _TOP_KEYS, "the workflow")
        inputs = _dispatch_inputs(content["on"], event)
        jobs: dict[str, Job] = {}
        with Expressions() as expressions:
            waiting = dict(content["jobs"])
            while waiting:
                ready = [n for n, job in waiting.items() if set(_needs(job)) <= set(jobs)]
                if not ready:
                    raise ValueError(f"jobs wait for one another: {sorted(waiting)}")
                for name in ready:
                    run = _JobRun(
                        self, expressions, content, name, waiting.pop(name), inputs, event
                    )
                    jobs[name] = run.execute(jobs)
        return jobs

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.repository), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class _JobRun:
    def __init__(
        self,
        github: GitHub,
        expressions: Expressions,
        workflow: dict[str, Any],
        name: str,
        job: dict[str, Any],
        inputs: dict[str, Any],
        event: Event,
    ) -> None:
        _known(job, _JOB_KEYS, f"job {name}")
        self.github, self.expressions, self.definition = github, expressions, job
        base = github.folder / "jobs" / f"{github.runs}-{name}"
        self.workspace, self.temp, self.home = base / "work", base / "temp", base / "home"
        for folder in (self.workspace, self.temp, self.home):
            folder.mkdir(parents=True)
        self.default_run = workflow.get("defaults", {}).get("run", {})
        self.deadline = time.monotonic() + 60 * float(job.get("timeout-minutes", 360))
        self.status, self.job = "success", Job("success")
        self.path = ["/usr/local/bin", "/usr/bin", "/bin"]
        self.exported: dict[str, str] = {}
        self.context: dict[str, Any] = {
            "github": {
                "event_name": event.name,
                "ref": "refs/heads/main",
                "sha": github._git("rev-parse", "HEAD").strip(),
                "run_id": str(1000 + github.runs),
                "run_attempt": "1",
                "repository": "somebody/pipelines",
                "workspace": str(self.workspace),
            },
            "inputs": inputs,
            "vars": github.variables,
            "secrets": github.secrets,
            "runner": {"os": "Linux", "temp": str(self.temp)},
            "needs": {},
            "steps": {},
            "env": {},
        }
        self.environment = {**workflow.get("env", {}), **job.get("env", {})}

    def execute(self, before: dict[str, Job]) -> Job:
        needs = {n: before[n] for n in _needs(self.definition)}
        self.context["needs"] = {
            n: {"result": job.conclusion, "outputs": job.outputs} for n, job in needs.items()
        }
        worst = "success" if all(j.conclusion == "success" for j in needs.values()) else "failure"
        if not self.expressions.holds(self.definition.get("if", ""), self.context, worst):
            return Job("skipped")
        self.context["env"] = self._texts(self.environment)
        for number, step in enumerate(self.definition["steps"]):
            self._step(number, step)
        self.job.conclusion = self.status
        self.job.outputs = self._texts(self.definition.get("outputs", {}))
        return self.job

    def _step(self, number: int, step: dict[str, Any]) -> None:
        _known(step, _STEP_KEYS, f"step {number}")
        name = step.get("name") or step.get("uses", "").partition("@")[0] or step.get("run", "")
        job_environment = self.context["env"]
        if not self.expressions.holds(step.get("if", ""), self.context, self.status):
            self.job.steps.append(Step(name, "skipped"))
            return
        environment = {**job_environment, **self._texts(step.get("env", {}))}
        outputs: dict[str, str] = {}
        self.context["env"] = environment
        try:
            if "uses" in step:
                action = step["uses"].partition("@")[0]
                if action not in _ACTIONS:
                    raise ValueError(
                        f"{step['uses']} is an action that this executor does not know"
                    )
                function, known = _ACTIONS[action]
                given = self._texts(step.get("with", {}))
                _known(given, known, action)
                succeeded, output = function(self, given), ""
            else:
                succeeded, output, outputs = self._run(number, step, environment)
        finally:
            self.context["env"] = {**job_environment, **self.exported}
        conclusion = "success" if succeeded else "failure"
        if not succeeded:
            self.status = "failure"
        self.job.steps.append(Step(name, conclusion, output))
        if "id" in step:
            self.context["steps"][step["id"]] = {"outputs": outputs, "conclusion": conclusion}

    def _run(
        self, number: int, step: dict[str, Any], environment: dict[str, str]
    ) -> tuple[bool, str, dict[str, str]]:
        """Execute a ``run:`` step: whether it succeeded, what it printed, its outputs."""
        if step.get("shell", self.default_run.get("shell", "bash")) != "bash":
            raise ValueError("only bash is known")
        files = {
            name: self.temp / f"{number}-{name.lower()}"
            for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")
        }
        for file in files.values():
            file.touch()
        script = self.temp / f"{number}.sh"
        script.write_text(self._text(step["run"]) + "\n", encoding="utf-8")
        folder = self._text(
            step.get("working-directory", self.default_run.get("working-directory", "."))
        )
        try:
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
                cwd=self.workspace / folder,
                env={**self._base(), **environment, **{n: str(f) for n, f in files.items()}},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=max(0.0, self.deadline - time.monotonic()),
                text=True,
                encoding="utf-8",
                errors="replace",
            )
            succeeded, output = done.returncode == 0, done.stdout
        except subprocess.TimeoutExpired:
            succeeded, output = False, "the job's time is over"
        self.exported |= _assignments(files["GITHUB_ENV"])
        self.path = [*reversed(_lines(files["GITHUB_PATH"])), *self.path]
        self.job.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
        return succeeded, output, _assignments(files["GITHUB_OUTPUT"])

    def _base(self) -> dict[str, str]:
        machine = {n: v for n, v in os.environ.items() if n.startswith(_MACHINE)}
        return {
            **machine,
            "PATH": os.pathsep.join(self.path),
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            **{f"GITHUB_{n.upper()}": str(v) for n, v in self.context["github"].items()},
            "RUNNER_TEMP": str(self.temp),
        }

    def _text(self, template: str) -> str:
        return self.expressions.text(template, self.context, self.status)

    def _texts(self, templates: dict[str, str]) -> dict[str, str]:
        return {name: self._text(text) for name, text in templates.items()}

    # ── the emulated actions: whether they succeed ──

    def checkout(self, given: dict[str, str]) -> bool:
        command = ["git", "clone", "--quiet", str(self.github.repository), str(self.workspace)]
        subprocess.run(command, check=True)
        return True

    def setup_uv(self, given: dict[str, str]) -> bool:
        from uv import find_uv_bin

        tools = self.home / ".local" / "bin"
        self.path = [str(tools), str(Path(find_uv_bin()).parent), *self.path]
        cache = subprocess.run([find_uv_bin(), "cache", "dir"], capture_output=True, text=True)
        self.exported["UV_CACHE_DIR"] = cache.stdout.strip()
        # On a runner uv finds Pythons; here it is given the one of the tests.
        self.exported["UV_PYTHON"] = sys._base_executable
        return True

    def restore_cache(self, given: dict[str, str]) -> bool:
        prefixes = [given["key"], *given.get("restore-keys", "").split("\n")]
        for prefix in filter(None, prefixes):
            found = [
                cache for cache in self.github.caches.glob("*") if cache.name.startswith(prefix)
            ]
            if found:
                newest = max(found, key=lambda cache: cache.stat().st_mtime_ns)
                target = self.workspace / _unescaped(given["path"])
                shutil.copytree(newest / "content", target, symlinks=True, dirs_exist_ok=True)
                return True
        return True

    def save_cache(self, given: dict[str, str]) -> bool:
        source, target = (
            self.workspace / _unescaped(given["path"]),
            self.github.caches / given["key"],
        )
        if source.is_dir() and not target.exists():
            shutil.copytree(source, target / "content", symlinks=True)
        return True

    def upload(self, given: dict[str, str]) -> bool:
        target = self.github.artifacts(self.github.runs) / given["name"]
        source = self.workspace / _unescaped(given["path"])
        if target.exists():
            return False
        if not source.exists():
            return given.get("if-no-files-found") != "error"
        hidden = None
        if given.get("include-hidden-files") != "true":
            hidden = shutil.ignore_patterns(".*")
        shutil.copytree(source, target, ignore=hidden)
        return True


_ACTIONS: dict[str, tuple[Callable[[_JobRun, dict[str, str]], bool], set[str]]] = {
    "actions/checkout": (_JobRun.checkout, {"lfs", "persist-credentials"}),
    "astral-sh/setup-uv": (_JobRun.setup_uv, set()),
    "actions/cache/restore": (_JobRun.restore_cache, {"path", "key", "restore-keys"}),
    "actions/cache/save": (_JobRun.save_cache, {"path", "key"}),
    "actions/upload-artifact": (
        _JobRun.upload,
        {"name", "path", "include-hidden-files", "if-no-files-found"},
    ),
}


def _dispatch_inputs(triggers: dict[str, Any], event: Event) -> dict[str, Any]:
    """The ``inputs`` context: what was typed, else the defaults; booleans and numbers as such."""
    if event.name not in triggers:
        raise ValueError(f"the workflow does not start on {event.name}")
    if event.name != "workflow_dispatch":
        return {}
    declared = (triggers["workflow_dispatch"] or {}).get("inputs", {})
    _known(event.inputs, set(declared), "the inputs")
    values: dict[str, Any] = {}
    for name, entry in declared.items():
        text = event.inputs.get(name, entry.get("default", ""))
        if entry["type"] == "boolean":
            values[name] = {"true": True, "false": False}[text]
        elif entry["type"] == "number":
            values[name] = float(text) if "." in text or "e" in text.lower() else int(text)
        elif entry["type"] == "choice" and text not in entry["options"]:
            raise ValueError(f"{text!r} is no option of {name}")
        else:
            values[name] = text
    return values


def _needs(job: dict[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


def _known(given: dict[str, Any], known: set[str], what: str) -> None:
    unknown = set(given) - known
    if unknown:
        raise ValueError(f"{what}: this executor does not know {sorted(unknown)}")


def _lines(file: Path) -> list[str]:
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line]


def _assignments(file: Path) -> dict[str, str]:
    """What a step wrote: ``name=value``, or ``name<<END``, lines, ``END``."""
    values: dict[str, str] = {}
    lines = iter(_lines(file))
    for line in lines:
        name, equals, value = line.partition("=")
        if "<<" in name or not equals:
            name, _, end = line.partition("<<")
            value = "\n".join(iter(lines.__next__, end))
        values[name] = value
    return values


def _unescaped(pattern: str) -> str:
    """The path that a pattern without wildcards means."""
    for character in "*?[]":
        pattern = pattern.replace(f"[{character}]", character)
    return pattern
