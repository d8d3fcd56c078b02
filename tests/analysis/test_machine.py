"""What branches do to names: only what they changed is compared, whatever else there is."""

from __future__ import annotations

import ast

import pytest

from nb2pipe.analysis.statements import Interpreter


@pytest.fixture
def machine() -> Interpreter:
    machine = Interpreter()
    machine.begin()
    run(machine, *(f"name_{number} = [{number}]" for number in range(300)), "a = b = c = []")
    return machine


def run(machine: Interpreter, *statements: str) -> None:
    machine.execute(ast.parse("\n".join(statements)).body)


def test_a_path_is_what_it_changed(machine: Interpreter) -> None:
    old = dict(machine.globals)
    with machine.branching() as before:
        run(machine, "a = 1", "del b", "new = 2")
        after = machine.snapshot()
        assert after.changed.keys() == {"a", "b", "new"}
        machine.restore(before)
        assert machine.globals == old
        machine.merge([before, after])
    assert machine.unbound == {"b", "new"}
    assert machine.globals["a"].own == old["a"].own  # the list, or a number
    assert machine.globals["a"].kind != "container"
    assert machine.globals["c"] is old["c"]


def test_what_a_path_within_a_path_changed_is_taken_back_with_it(machine: Interpreter) -> None:
    old = dict(machine.globals)
    with machine.branching() as before:
        run(machine, "if a:", "    b = 1", "    a = 2", "else:", "    del b", "c = 3")
        assert machine.snapshot().changed.keys() == {"a", "b", "c"}
        assert machine.unbound == {"b"}
        machine.restore(before)
        assert machine.globals == old
        assert not machine.unbound
        machine.merge([before])
    assert machine.globals == old


def test_a_branch_costs_the_same_in_a_long_notebook(machine: Interpreter) -> None:
    with machine.branching():
        run(machine, "for i in a:", "    try:", "        b = i or c", "    except OSError: pass")
        assert machine.snapshot().changed.keys() == {"i", "b"}
        machine.merge([machine.snapshot()])


def test_loops_inside_one_another_cost_a_round_each(machine: Interpreter) -> None:
    def rounds(depth: int) -> int:
        before = len(machine.regions.kinds)
        lines = ["    " * level + "for i in a:" for level in range(depth)]
        run(machine, "\n".join([*lines, "    " * depth + "new = []"]))
        return len(machine.regions.kinds) - before

    assert [rounds(depth) for depth in (1, 2, 3, 8)] == [2, 3, 4, 9]
