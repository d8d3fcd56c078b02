"""Random notebooks of every category as stages: the long run, and its table.

::

    NB2PIPE_EXAMPLES=4000 python tests/proof/generated.py
    python tests/proof/generated.py --examples 300 frames models
"""

from __future__ import annotations

import argparse
import collections
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Sequence

import generator
import proving
from categories import CATEGORIES, Category
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from nb2pipe.model import Notebook

THOROUGH = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    verbosity=Verbosity.quiet,
)


def prepare(names: Iterable[str] = ()) -> None:
    """Import once what the notebooks import, so that every process has it."""
    import matplotlib

    matplotlib.use("Agg")
    text = " ".join(CATEGORIES[name].setup for name in names or CATEGORIES)
    for module in ("numpy", "pandas", "matplotlib.pyplot", "joblib", "scipy.sparse", "seaborn"):
        if module.partition(".")[0] in text:
            __import__(module)
    if "sklearn" in text:
        exec(CATEGORIES["models"].setup, {})
        import sklearn.metrics  # noqa: F401


def each(
    category: Category, examples: int, judge: Callable[[Notebook], None], *, start: int = 0
) -> None:
    """Give ``judge`` so many notebooks of a category, the same ones for the same ``start``."""

    @seed(start)
    @settings(THOROUGH, max_examples=examples)
    @given(generator.notebook(category))
    def run(read: Notebook) -> None:
        judge(read)

    run()


def numbers(total: int, names: Iterable[str]) -> dict[str, int]:
    """How many examples every category gets, by its weight."""
    chosen = [CATEGORIES[name] for name in names]
    whole = sum(category.weight for category in chosen)
    return {c.name: max(1, round(total * c.weight / whole)) for c in chosen}


def main() -> int:
    """The table of the long run; 1 when something was wrong or too much was refused."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="categories (all when none is named)")
    parser.add_argument(
        "--examples", type=int, default=int(os.environ.get("NB2PIPE_EXAMPLES", "4000"))
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--kernels", action="store_true", help="run every twentieth by papermill as well"
    )
    given_ = parser.parse_args()
    names = [n for n in CATEGORIES if not given_.names or any(w in n for w in given_.names)]
    warnings.simplefilter("ignore")
    prepare(names)
    tallies = []
    for name, examples in numbers(given_.examples, names).items():
        began = time.monotonic()
        tally = Tally(CATEGORIES[name], kernels=given_.kernels)
        each(CATEGORIES[name], examples, tally.judge, start=given_.seed)
        tallies.append(tally)
        print(f"{name}: {dict(tally.outcomes)} in {time.monotonic() - began:.0f} s", flush=True)
    return _table(tallies)


class Tally:
    """What came out for a category; what is not equal is printed."""

    def __init__(self, category: Category, *, kernels: bool) -> None:
        self.category = category
        self.kernels = kernels
        self.outcomes: collections.Counter[str] = collections.Counter()
        self.codes: collections.Counter[str] = collections.Counter()

    def judge(self, read: Notebook) -> None:
        """Prove a notebook; every twentieth by papermill as well."""
        real = self.kernels and self.outcomes.total() % 20 == 19
        found = proving.prove(read, kernels=real)
        self.outcomes[found.outcome] += 1
        if found.outcome == "wrong":
            text = generator.text(read)
            print(f"wrong ({self.category.name}): {found.reason}\n{text}\n---", flush=True)
        elif found.outcome != "equal":
            print(f"{found.outcome}: {found.reason.splitlines()[0]}", flush=True)
        if found.outcome == "refused":
            self.codes[found.reason.split()[0]] += 1

    @property
    def refused(self) -> float:
        """The part that is refused, in per cent of what could be compared."""
        proved = self.outcomes.total() - self.outcomes["unusable"]
        return 100 * self.outcomes["refused"] / max(1, proved)


def _table(tallies: Sequence[Tally]) -> int:
    """Print the table; 1 when something in it must not be."""
    titles = ("equal", "refused", "%", "wrong", "unusable")
    print(f"\n{'category':26}{'of real':>8}{'weight':>7}" + "".join(f"{t:>9}" for t in titles))
    bad = False
    for tally in tallies:
        category, count = tally.category, tally.outcomes
        few = tally.refused <= 2 or category.refusable
        bad = bad or count["wrong"] > 0 or not few
        print(
            f"{category.name:26}{category.share:7}%{category.weight:7}{count['equal']:9}"
            f"{count['refused']:9}{tally.refused:9.1f}{count['wrong']:9}{count['unusable']:9}"
            f"  {'' if few else 'too many: '}{dict(tally.codes) or ''}"
        )
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
