"""Kill runs with signal 9 at random instants; each next run must succeed and reuse the finished.

The tests do ten; for more: ``python tests/execution/engine/killed_runs.py 100``. Each run is a fork
of this process, which has imported what a run imports, so that the instants fall into the run.
"""

import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from nb2pipe import execution
from nb2pipe.execution import engine
from nb2pipe.execution.events import EventFile
from nb2pipe.model import Parameter, Project, StageCode

FIRST = '''"""First."""


def first(*, number):
    # %% [one]
    value = [number] * 1000
    open("first.txt", "w").write(str(number))

    return value
'''
SECOND = '''"""Second."""


def second(value):
    # %% [two]
    total = sum(value)
    open("second.txt", "w").write(str(total))
    total

    return total
'''


def project(folder: Path) -> Project:
    return Project(
        "killed",
        "nb2pipe_killed",
        folder,
        (
            StageCode("first", FIRST, outputs=("value",), parameters=("number",)),
            StageCode("second", SECOND, inputs=(("value", "first"),), outputs=("total",)),
        ),
        parameters=(Parameter("number", 0, "0"),),
        kernel_name="python3",
    )


def run(folder: Path, number: int, events: Path, delay: float | None = None) -> int:
    """Run in a fork; kill it after ``delay`` seconds; its exit code, or minus the signal."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            record = execution.run(
                project(folder),
                given={"number": number},
                listeners=[EventFile(events)],
                report=False,
                tracking=False,
            )
            code = 0 if record.status == "succeeded" else 1
        finally:
            os._exit(code)
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def finished(events: Path, *statuses: str) -> set[str]:
    lines = events.read_text("utf-8").splitlines() if events.exists() else []
    heard = [json.loads(line) for line in lines if line.endswith("}")]
    return {e["stage"] for e in heard if e["event"] == "stage-finished" and e["status"] in statuses}


def main(times: int, seed: int) -> None:
    """Print one line of JSON for each killed run; end with an error when one goes wrong."""
    chosen = random.Random(seed)
    engine.prepare()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = time.monotonic()
        assert run(folder, -1, folder / "warm.jsonl") == 0
        whole = time.monotonic() - started
        number = killed_runs = 0
        while killed_runs < times:
            number += 1
            killed, after = folder / f"{number}-killed.jsonl", folder / f"{number}-after.jsonl"
            delay = chosen.uniform(0, whole)
            code = run(folder, number, killed, delay)
            if code != -signal.SIGKILL:  # it was quicker
                whole *= 0.9
                continue
            killed_runs += 1
            done = finished(killed, "ran")
            assert run(folder, number, after) == 0, (
                f"the run after the kill at {delay:.3f} s failed"
            )
            assert finished(after, "reused") >= done, (done, after.read_text("utf-8"))
            assert finished(after, "reused", "ran") == {"first", "second"}
            assert (folder / "first.txt").read_text() == str(number)
            assert (folder / "second.txt").read_text() == str(number * 1000)
            print(json.dumps({"delay": round(delay, 3), "finished": sorted(done)}))


if __name__ == "__main__":
    main(
        int(sys.argv[1]) if len(sys.argv) > 1 else 10,
        int(sys.argv[2]) if len(sys.argv) > 2 else 0,
    )
