"""scikit-learn's examples, each cut at its headings and at every cell: the long run.

::

    python tests/proof/corpus.py                 # all that run offline within the time
    python tests/proof/corpus.py kmeans -v       # those of that name; wrong ones in full
"""

from __future__ import annotations

import argparse
import collections
import os
import re
import sys
import time
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import gallery
import proving
import sources
from gallery import Cut

# What asks for data sets that scikit-learn does not bring along.
_ONLINE = re.compile(r"fetch_|openml|urlopen|urlretrieve|https?://[^\s>]*\.(?:csv|zip|gz)")
SECONDS = float(os.environ.get("NB2PIPE_CORPUS_SECONDS", "6"))


def scripts(words: Iterable[str] = ()) -> Iterator[Path]:
    """The examples that run offline and have at least two cells, by name."""
    for script in sorted(sources.examples().glob("*/plot_*.py")):
        if words and not any(word in script.stem for word in words):
            continue
        if _ONLINE.search(script.read_text(encoding="utf-8")):
            continue
        if gallery.stages(gallery.notebook(script, "cells")) > 1:
            yield script


def prepare() -> None:
    """Import once what the scripts import, so that every process has it."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot
    import pandas  # noqa: F401
    import scipy.stats  # noqa: F401
    import sklearn.datasets
    import sklearn.ensemble
    import sklearn.linear_model
    import sklearn.model_selection
    import sklearn.pipeline
    import sklearn.svm  # noqa: F401


def verdict(script: Path, cut: Cut, seconds: float = SECONDS) -> proving.Verdict:
    """Prove a script, cut in one way."""
    read = gallery.notebook(script, cut)
    if gallery.stages(read) < 2:
        return proving.Verdict("unusable", "one stage only")
    return proving.prove(read, seconds=seconds)


def main() -> int:
    """The table of the long run; 1 when something was wrong or too much was refused."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("words", nargs="*", help="names that scripts have")
    parser.add_argument("-v", "--verbose", action="store_true")
    parser.add_argument("--since", default="", help="the folder to begin with")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    prepare()
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    refused: collections.Counter[str] = collections.Counter()
    usable = set()
    for script in scripts(given.words):
        if script.parent.name < given.since:
            continue
        for cut in ("headings", "cells"):
            began = time.monotonic()
            found = verdict(script, cut)
            counts[cut][found.outcome] += 1
            if found.outcome == "refused":
                refused[found.reason.split()[0]] += 1
            if found.outcome != "unusable":
                usable.add(script)
            said = found.reason if given.verbose else found.reason[:400]
            print(
                f"{found.outcome:9} {cut:9} {time.monotonic() - began:6.1f} s"
                f"  {script.parent.name}/{script.stem}  {said}",
                flush=True,
            )
            if found.outcome == "unusable" and "one stage" not in found.reason:
                break
    print(f"\n{len(usable)} scripts")
    print(f"{'cut':10}{'equal':>8}{'refused':>9}{'wrong':>8}")
    bad = False
    for cut, count in counts.items():
        print(f"{cut:10}{count['equal']:8}{count['refused']:9}{count['wrong']:8}")
        total = count["equal"] + count["refused"] + count["wrong"]
        bad = bad or count["wrong"] > 0 or count["refused"] > 0.05 * total
    print("refused:", dict(refused))
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
