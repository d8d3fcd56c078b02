"""Sets come out of an artifact iterating as they went in, and go on to grow alike."""

import datetime
import enum
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.execution.kernel import sets
from nb2pipe.execution.kernel.artifact import read_artifact, write_artifact

# Their hashes are the same in every process, and as good as random.
WORDS = [(number, number * number, word) for word in (1, 2, 3) for number in range(400)]


def crossed(value: Any, folder: Path) -> Any:
    path = str(folder / "artifact")
    write_artifact(path, value)
    result = read_artifact(path)
    Path(path).unlink()
    return result


def discarded(words: list[Any], chosen: random.Random) -> set[Any]:
    made = set(words)
    for word in words[: chosen.randint(0, len(words) // 2)]:
        made.discard(word)
    return made


MAKERS: dict[str, Callable[[list[Any], random.Random], Any]] = {
    "a list": lambda words, _: set(words),
    "another set": lambda words, _: set(frozenset(words)),
    "a union": lambda words, _: set(words[: len(words) // 2]) | set(words[len(words) // 3 :]),
    "elements removed": discarded,
    "numbers": lambda words, chosen: {chosen.randrange(9999) for _ in words},
    "pairs": lambda words, _: set(enumerate(words)),
    "a frozenset": lambda words, _: frozenset(words),
}


@pytest.mark.parametrize("made_from", MAKERS)
def test_sets_keep_their_order_and_grow_alike(made_from: str, tmp_path: Path) -> None:
    chosen = random.Random(made_from)
    for size in (2, 3, 5, 8, 12, 18, 19, 20, 40, 77, 150, 320):
        for _ in range(5):
            value = MAKERS[made_from](chosen.sample(WORDS, size), chosen)
            again = crossed(value, tmp_path)
            assert list(again) == list(value)
            if isinstance(value, set):
                for word in chosen.sample(WORDS, size):
                    value.add(word)
                    again.add(word)
                    assert list(again) == list(value)


def test_most_sets_that_were_changed_at_random_cross() -> None:
    chosen = random.Random(1)
    refused = 0
    for _ in range(300):
        value: set[Any] = set()
        for _ in range(chosen.randint(2, 200)):
            chosen.choice((value.add, value.add, value.discard))(chosen.choice(WORDS[:150]))
            if chosen.random() < 0.02:
                value |= set(chosen.sample(WORDS, 20))
        try:
            made = sets.recipe(value)
        except ValueError:
            refused += 1
        else:
            elements = tuple(value)
            assert list(sets.build(made) if made else set(elements)) == list(value)
    assert refused <= 6


def test_what_sets_share_they_go_on_sharing(tmp_path: Path) -> None:
    colour = enum.Enum("colour", "RED")
    day = datetime.date(2026, 1, 1)
    one = discarded(WORDS[:30], random.Random(2))
    one.add(day)
    first, second, third = crossed([one, {"s": one}, [day, frozenset([1.5, None, day])]], tmp_path)
    assert first is second["s"]
    assert any(item is third[0] for item in first)
    assert len(third[1]) == 3
    assert list(first) == list(one)
    assert colour


def test_a_large_set_costs_little(tmp_path: Path) -> None:
    value = {f"customer {number}" for number in range(100_000)}
    value.discard("customer 5")
    assert list(crossed(value, tmp_path)) == list(value)


def test_they_keep_it_in_another_process(tmp_path: Path) -> None:
    program = (
        "import sys; from nb2pipe.execution.kernel.artifact import {0}_artifact\n"
        "words = [f'w{{n}}' for n in range(60)]\n"
        "value = set(words)\nfor w in words[::4]: value.discard(w)\n"
    )
    write = program.format("write") + "write_artifact(sys.argv[1], value)\nprint(list(value))"
    read = program.format("read") + "print(list(read_artifact(sys.argv[1])))"
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    printed = [
        subprocess.run(
            [sys.executable, "-c", text, str(tmp_path / "a")],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for text in (write, read)
    ]
    assert printed[0] == printed[1]
