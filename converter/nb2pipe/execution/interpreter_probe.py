"""Run by a kernel's interpreter as a script: says as JSON what nb2pipe must know of it.

Standard library only, Python 3.9 and later: the interpreter need not have nb2pipe.
"""

import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import sys
from pathlib import Path


def packages(folders: "list[str]") -> "dict[str, str]":
    """For each module of the top level, the metadata folder of the distribution it comes from."""
    found: dict[str, str] = {}
    for folder in reversed(folders):
        for entry in sorted(Path(folder).iterdir()):
            if entry.suffix not in (".dist-info", ".egg-info"):
                continue
            distribution = importlib.metadata.PathDistribution(entry)
            tops = (distribution.read_text("top_level.txt") or "").split()
            for file in () if tops else distribution.files or ():
                name = file.parts[0]
                tops.append(name.partition(".")[0] if len(file.parts) == 1 else name)
            for top in tops:
                found[top] = entry.name
    return found


def installed(folders: "list[str]") -> "dict[str, str]":
    """The versions of the distributions by their normalised names."""
    found: dict[str, str] = {}
    for distribution in importlib.metadata.distributions(path=folders):
        name = distribution.metadata["Name"]
        if name:
            found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), distribution.version)
    return found


def main() -> None:
    """Print the facts."""
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    paths = [path for path in sys.path if path and os.path.isdir(path) and path != here]  # noqa: PTH112
    folders = [
        path
        for path in paths
        if any(name.endswith((".dist-info", ".egg-info")) for name in os.listdir(path))  # noqa: PTH208
    ]
    facts = {
        "executable": sys.executable,
        "version": platform.python_version(),
        "implementation": sys.implementation.name,
        "folders": folders,
        "packages": packages(folders),
        "installed": installed(folders),
        "missing": [
            name for name in ("ipykernel", "cloudpickle") if not importlib.util.find_spec(name)
        ],
        "config": str(Path(sys.prefix, "pyvenv.cfg")),
    }
    print(json.dumps(facts))


main()
