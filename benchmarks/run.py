"""Measure nb2pipe against ``python -c "import click"``, in pairs, within one run.

    python benchmarks/run.py [--rounds N] [--json FILE] [--without-run]

Every round times the command and the baseline one after the other; the ratio is taken within the
round, so that a busy machine slows both. The table shows the median of the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import lines
import notebook

BASELINE = [sys.executable, "-c", "import click"]
PROGRAM = [sys.executable, "-m", "nb2pipe"]


@dataclass(frozen=True)
class Measure:
    """One command against the baseline; times in milliseconds, medians of the rounds."""

    name: str
    aim: float
    ratio: float
    lowest: float
    highest: float
    milliseconds: float
    baseline: float


def seconds(command: list[str], folder: Path) -> float:
    """The whole process, from its start to its end, with compiled modules as an install has."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    elapsed = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return elapsed


def measured(name: str, aim: float, command: list[str], folder: Path, rounds: int) -> Measure:
    """Time a command and the baseline in turns, after one turn that is not counted."""
    seconds(command, folder)
    seconds(BASELINE, folder)
    pairs = []
    for turn in range(rounds):
        order = [command, BASELINE] if turn % 2 else [BASELINE, command]
        times = {id(each): seconds(each, folder) for each in order}
        pairs.append((times[id(command)], times[id(BASELINE)]))
    ratios = [own / base for own, base in pairs]
    return Measure(
        name,
        aim,
        statistics.median(ratios),
        min(ratios),
        max(ratios),
        1000 * statistics.median(own for own, _ in pairs),
        1000 * statistics.median(base for _, base in pairs),
    )


def measures(folder: Path, rounds: int, *, with_run: bool) -> list[Measure]:
    """All commands, on a notebook of 100 cells that was converted and run before."""
    source = folder / "hundred.ipynb"
    notebook.write(source)
    magics = folder / "magics.ipynb"
    notebook.write(magics, magics=True)
    convert = [*PROGRAM, "convert", source.name, "--no-lock", "--root", "."]
    found = [
        measured("nb2pipe --help", 1.2, [*PROGRAM, "--help"], folder, rounds),
        measured("check, 100 cells", 3, [*PROGRAM, "check", source.name], folder, rounds),
        measured("check, with magics", 3, [*PROGRAM, "check", magics.name], folder, rounds),
        measured("convert again, 100 cells", 6, convert, folder, rounds),
    ]
    if with_run:
        run = [*PROGRAM, "run", source.name]
        print("running the notebook once …", file=sys.stderr)
        found.append(measured("run, nothing changed", 5, run, folder, max(3, rounds // 5)))
    return found


def main() -> None:
    """Print the table; with ``--json`` also write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--without-run", action="store_true", help="start no kernels")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="nb2pipe-benchmark-") as name:
        found = measures(Path(name), options.rounds, with_run=not options.without_run)
    examples = Path(__file__).parent.parent / "examples"
    counted = [lines.count(path) for path in sorted(examples.glob("*/*.ipynb"))]

    print(f"Python {platform.python_version()}, {platform.system()}; {options.rounds} rounds")
    print(f"baseline: python -c 'import click', {found[0].baseline:.0f} ms\n")
    print(f"{'command':28}{'ratio':>7}{'aim':>6}{'from':>7}{'to':>7}{'ms':>8}")
    for each in found:
        print(
            f"{each.name:28}{each.ratio:7.2f}{each.aim:6g}{each.lowest:7.2f}"
            f"{each.highest:7.2f}{each.milliseconds:8.0f}"
        )
    print(f"\n{'lines':28}{'code':>7}{'aim':>6}{'all':>7}")
    for count in counted:
        print(f"{count.name:28}{count.code:7.2f}{1.5:6g}{count.everything:7.2f}")
    if options.json:
        document = {
            "python": platform.python_version(),
            "system": platform.system(),
            "rounds": options.rounds,
            "commands": [asdict(each) for each in found],
            "lines": [asdict(count) for count in counted],
        }
        options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
