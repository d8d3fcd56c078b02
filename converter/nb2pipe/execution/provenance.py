"""Where a run comes from: git commit, CI run, user."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path


def git_tags(folder: Path, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Commit and branch of the working tree that ``folder`` lies in, as MLflow tags.

    Args:
        folder: a folder, in a git working tree or not.
        environ: the environment; a CI checkout has no branch, the environment names it.

    Returns:
        ``mlflow.source.git.commit``, ``mlflow.source.git.branch`` and ``nb2pipe.git.dirty``
        ("true" when tracked files differ from the commit); empty without git or a commit.
    """
    environ = os.environ if environ is None else environ
    git = shutil.which("git")
    if git is None:
        return {}
    try:
        finished = subprocess.run(
            [git, "--no-optional-locks", "status", "--porcelain=v2", "--branch", "-uno"],
            cwd=folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    if finished.returncode != 0:
        return {}
    lines = finished.stdout.splitlines()
    facts = dict(line[2:].partition(" ")[::2] for line in lines if line.startswith("# "))
    commit = facts.get("branch.oid", "(initial)")
    if commit == "(initial)":
        return {}
    branch = facts.get("branch.head", "(detached)")
    if branch == "(detached)":
        branch = environ.get("GITHUB_HEAD_REF") or environ.get("GITHUB_REF_NAME") or ""
    dirty = any(not line.startswith("# ") for line in lines)
    return {
        "mlflow.source.git.commit": commit,
        "mlflow.source.git.branch": branch,
        "nb2pipe.git.dirty": "true" if dirty else "false",
    }


def ci_url(environ: Mapping[str, str] | None = None) -> str:
    """The address of the CI run that this process belongs to ("" outside CI)."""
    environ = os.environ if environ is None else environ
    parts = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    if all(environ.get(part) for part in parts):
        server, repository, run = (environ[part] for part in parts)
        return f"{server}/{repository}/actions/runs/{run}"
    return environ.get("CI_JOB_URL", "")
