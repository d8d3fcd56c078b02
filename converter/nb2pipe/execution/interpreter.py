"""The interpreter that the stages run in: found, checked, and remembered.

What is found out by asking (where a kernel's specification lies, what its environment has) is kept
in ``.nb2pipe/interpreters/`` with the state of the files that it depends on, so that a run in which
nothing changed asks nobody.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from nb2pipe.errors import KernelIncomplete, KernelUnusable
from nb2pipe.execution.store import Store, json_bytes, write_atomically

GENERIC = ("", "python3", "python")
PROBE_TIMEOUT = 60
FORMAT = "2"  # of what is remembered
_LAUNCHER = ("-m", "ipykernel_launcher", "-f", "{connection_file}")
# What decides where Jupyter looks for kernels.
_JUPYTER = ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_PREFER_ENV_PATH", "HOME", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Interpreter:
    """A Python that can run stages, and how its kernel is started.

    ``folders`` hold the metadata of the installed distributions, and ``packages`` says for each
    importable module of the top level in which of them its distribution is described.
    ``installed`` has the versions of the distributions by their normalised names.
    """

    kernel: str
    display_name: str
    argv: tuple[str, ...]
    executable: str
    version: str
    implementation: str = "cpython"
    environment: Mapping[str, str] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    packages: Mapping[str, str] = field(default_factory=dict)
    installed: Mapping[str, str] = field(default_factory=dict)

    @property
    def minor_version(self) -> str:
        """Such as ``3.11``."""
        return ".".join(self.version.split(".")[:2])

    def has(self, metadata: str) -> bool:
        """Whether a distribution's metadata folder (``numpy-2.1.0.dist-info``) is there."""
        return any(os.path.exists(f"{folder}/{metadata}") for folder in self.folders)  # noqa: PTH110


def find(
    store: Store, *, wanted: str = "", kernel: str | None = None, python: str | None = None
) -> Interpreter:
    """Find the interpreter for a run.

    Args:
        store: where what was found is remembered.
        wanted: the notebook's kernel name.
        kernel: the name of an installed kernel to use instead.
        python: an interpreter to use instead, by path or by a name on PATH.

    Raises:
        KernelUnusable: it is not installed, is not Python, or lacks what a stage needs.
    """
    question = [FORMAT, wanted, kernel, python, sys.executable, str(Path.cwd()) if python else ""]
    question += [os.environ.get(name) for name in (*_JUPYTER, "PATH")]
    name = hashlib.sha256(json_bytes(question)).hexdigest()[:32]
    path = store.root / "interpreters" / f"{name}.json"
    known = _remembered(path)
    if known is not None:
        return known
    if python is not None:
        executable = _executable(python)
        spec = _Spec("python3", f"Python ({python})", (executable, *_LAUNCHER))
    else:
        spec = _spec(kernel if kernel is not None else wanted, chosen=kernel is not None)
        executable = spec.argv[0]
    facts = _probe(executable, spec)
    interpreter = Interpreter(
        kernel=spec.name,
        display_name=spec.display_name,
        argv=spec.argv,
        executable=facts["executable"],
        version=facts["version"],
        implementation=facts["implementation"],
        environment=dict(spec.environment),
        folders=tuple(facts["folders"]),
        packages=facts["packages"],
        installed=facts["installed"],
    )
    depends = [*spec.places, executable, facts["config"], *facts["folders"]]
    remembered = {
        "interpreter": asdict(interpreter),
        "files": {place: _stamp(place) for place in depends},
    }
    write_atomically(path, json_bytes(remembered))
    return interpreter


def _remembered(path: Path) -> Interpreter | None:
    try:
        remembered = json.loads(path.read_bytes())
        if any(_stamp(place) != stamp for place, stamp in remembered["files"].items()):
            return None
        facts = remembered["interpreter"]
        facts["argv"], facts["folders"] = tuple(facts["argv"]), tuple(facts["folders"])
        return Interpreter(**facts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _stamp(place: str) -> list[int] | None:
    try:
        stat = os.stat(place)  # noqa: PTH116 - many of them, and quick
    except OSError:
        return None
    return [stat.st_mtime_ns, stat.st_size, stat.st_ino]


# ── Kernels ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Spec:
    """A kernel's specification; ``places`` are the files that were there, or not, to find it."""

    name: str
    display_name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[str] = ()


def _spec(name: str, *, chosen: bool) -> _Spec:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    manager = KernelSpecManager()
    wanted = name or "python3"
    places = [str(Path(folder, wanted.lower(), "kernel.json")) for folder in manager.kernel_dirs]
    try:
        spec = manager.get_kernel_spec(wanted)
    except NoSuchKernel:
        if name in GENERIC and not chosen:
            return _Spec("python3", "Python 3", (sys.executable, *_LAUNCHER), {}, places)
        raise _not_installed(name, manager.find_kernel_specs(), chosen) from None
    except (OSError, ValueError) as error:
        raise KernelUnusable(
            f"the specification of kernel {wanted} cannot be read: {error}",
            advice=f"Install it again, or name another with {_OPTIONS}.",
        ) from error
    if spec.language.lower() != "python":
        raise KernelUnusable(
            f"kernel {wanted} runs {spec.language}, and stages are Python",
            advice=f"Name a Python kernel with {_OPTIONS}.",
        )
    argv = tuple(str(word) for word in spec.argv)
    if argv[0] in ("python", "python3", f"python3.{sys.version_info[1]}"):
        argv = (sys.executable, *argv[1:])  # as Jupyter understands it
    return _Spec(wanted, spec.display_name, argv, dict(spec.env), places)


_OPTIONS = "--kernel NAME or --python PATH"


def _not_installed(name: str, installed: Mapping[str, Any], chosen: bool) -> KernelUnusable:
    names = ", ".join(sorted(installed)) or "none"
    which = f"kernel {name}" if chosen else f"the notebook's kernel {name}"
    return KernelUnusable(
        f"{which} is not installed (installed: {names})",
        advice=f"Install it, or choose with {_OPTIONS}.",
    )


def _executable(python: str) -> str:
    found = shutil.which(str(Path(python).expanduser()))
    if found is None:
        raise KernelUnusable(
            f"there is no interpreter {python}",
            advice="Give --python the path of a Python that has ipykernel and cloudpickle.",
        )
    return os.path.abspath(found)  # noqa: PTH100 - the link itself: it is what makes a venv


def _probe(executable: str, spec: _Spec) -> dict[str, Any]:
    script = Path(__file__).with_name("interpreter_probe.py")
    environment = {**os.environ, **spec.environment}
    try:
        answer = subprocess.run(
            [executable, "-B", str(script)],
            capture_output=True,
            timeout=PROBE_TIMEOUT,
            env=environment,
            stdin=subprocess.DEVNULL,
            check=True,
            cwd=Path(sys.prefix),
        )
        facts: dict[str, Any] = json.loads(answer.stdout.decode("utf-8").splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        raise KernelUnusable(
            f"{executable}, which starts kernel {spec.name}, is no Python that answers",
            advice=f"Choose another with {_OPTIONS}.",
        ) from error
    if facts["missing"]:
        raise KernelIncomplete(facts["missing"], facts["executable"])
    if tuple(int(part) for part in facts["version"].split(".")[:2]) < (3, 9):
        raise KernelUnusable(
            f"{facts['executable']} is Python {facts['version']}; stages need 3.9 or later",
            advice=f"Choose another with {_OPTIONS}.",
        )
    return facts
