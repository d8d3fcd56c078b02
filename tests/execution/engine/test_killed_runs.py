"""Runs killed with signal 9: the next succeeds and reuses what was finished."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_ten_runs_killed_at_random_instants() -> None:
    script = Path(__file__).with_name("killed_runs.py")
    done = subprocess.run(
        [sys.executable, str(script), "10"], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-3000:]
    killed = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(killed) == 10
    # The instants fell before, between and after the ends of the stages.
    assert len({tuple(one["finished"]) for one in killed}) >= 2
