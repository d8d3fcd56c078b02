"""nb2pipe and the stages in two environments, neither of which has what the other needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import uv

pytestmark = pytest.mark.slow

# Runs as nb2pipe does where pandas and NumPy are not installed.
WITHOUT_PANDAS = '''
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("pandas", "numpy"):
            raise ModuleNotFoundError(f"No module named {name!r}")
sys.meta_path.insert(0, Absent())
from pathlib import Path
from nb2pipe import execution
from nb2pipe.model import Project, StageCode
MAKE = """
import pandas as pd


def make():
    # %% [one]
    import importlib.util
    assert importlib.util.find_spec("nb2pipe") is None
    frame = pd.DataFrame({"a": [1, 2]})

    return frame
"""
USE = """
def use(frame):
    # %% [two] metrics
    total = frame["a"].sum()
"""
project = Project("p", "nb2pipe_p", Path.cwd(), (
    StageCode("make", MAKE, outputs=("frame",)),
    StageCode("use", USE, inputs=(("frame", "make"),)),
))
for _ in range(2):
    record = execution.run(project, python=sys.argv[1], report=False, tracking=False)
    print(record.status, *(s.status for s in record.stages), record.metrics["total"],
          *(s.error for s in record.stages))
assert not {"pandas", "numpy"} & set(sys.modules)
'''


def test_a_kernel_elsewhere(tmp_path: Path) -> None:
    found = uv.find_uv_bin()
    subprocess.run(
        [found, "venv", "-q", "--python", sys.executable, "venv"], cwd=tmp_path, check=True
    )
    python = tmp_path / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    packages = ["ipykernel", "cloudpickle", "pandas"]
    install = [found, "pip", "install", "-q", "--python", str(python), *packages]
    subprocess.run(install, cwd=tmp_path, check=True)
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANDAS, str(python)],
        cwd=work, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.split() == ["succeeded", "ran", "ran", "3.0"]
    assert second.split() == ["succeeded", "reused", "reused", "3.0"]
