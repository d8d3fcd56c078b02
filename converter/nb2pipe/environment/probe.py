"""The survey of the kernel's environment, run in the kernel's interpreter."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2pipe.errors import KernelUnusable

_SURVEY = Path(__file__).with_name("survey.py")
_SECONDS = 120


@dataclass(frozen=True)
class Survey:
    """What the kernel's environment holds, of what was asked.

    ``providers`` maps a dotted module to the shortest name for which the answer holds and the
    distributions that provide it. ``locations`` says where an import of a name would find it.
    """

    python: str
    prefix: Path
    providers: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    direct_urls: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    locations: Mapping[str, str | None] = field(default_factory=dict)


def survey(
    interpreter: Path,
    *,
    modules: Sequence[str] = (),
    distributions: Sequence[str] = (),
    names: Sequence[str] = (),
) -> Survey:
    """Ask the kernel's environment.

    Args:
        interpreter: the Python of the kernel.
        modules: dotted names of modules whose distributions are wanted.
        distributions: distributions whose versions are wanted.
        names: top-level modules of which it is asked whether they exist.

    Raises:
        KernelUnusable: the interpreter cannot be started or does not answer.
    """
    request = {
        "modules": list(modules),
        "distributions": list(distributions),
        "names": list(names),
    }
    try:
        done = subprocess.run(
            [str(interpreter), "-B", str(_SURVEY)],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise KernelUnusable(
            f"the kernel's Python did not answer: {error}",
            place=str(interpreter),
            advice="Choose another with --kernel NAME or --python PATH.",
        ) from error
    if answer is None:
        last = done.stderr.strip().rsplit("\n", 1)[-1]
        raise KernelUnusable(
            f"the kernel's Python failed: {last}",
            place=str(interpreter),
            advice="It must be Python 3.8 or later; choose another with --kernel or --python.",
        )
    found = answer["distributions"]
    return Survey(
        python=answer["python"],
        prefix=Path(answer["prefix"]),
        providers={
            module: (provider["key"], tuple(provider["names"]))
            for module, provider in answer["providers"].items()
        },
        versions={name: entry["version"] for name, entry in found.items()},
        direct_urls={n: entry["direct_url"] for n, entry in found.items() if entry["direct_url"]},
        locations=answer["locations"],
    )
