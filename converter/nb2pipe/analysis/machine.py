"""The state of the abstract run of a notebook: names, scopes, and what the current unit does.

``Machine`` is the base of the interpreter, which runs every statement of the notebook in order on
``regions.Value`` instead of on values. Its parts stand in one file each: ``expressions``,
``calls``, ``statements``.
"""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from typing import NamedTuple

from nb2pipe.analysis.definition import Local
from nb2pipe.analysis.effect import Position, UnitEffect
from nb2pipe.analysis.knowledge import Knowledge, load
from nb2pipe.analysis.regions import IMMUTABLE, Regions, Value, join
from nb2pipe.analysis.submodules import Importer

# Names that a kernel gives besides Python's own builtins.
BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython", "__name__", "__doc__"}
# Marks of estimators among the names that code inside a value reads.
NUMPY_RANDOM = "@numpy.random"
IDLE_RANDOM = "@numpy.random unless "  # and a keyword
KEEPS_DATA = "@keeps data"
IN_PLACE = "@works in place"

# Unknown code calls the functions that it is given; it sets nothing on them.
_CALLED = frozenset({"function"})

# The method that runs a kind of statement or expression.
METHODS = {
    kind: f"_{kind.__name__}"
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.stmt | ast.expr)
}

# The value of a global name, None without one, and whether it may be unbound.
State = tuple[Value | None, bool]

# The regions that names stand for.
Standing = dict[str, frozenset[int]]


class Snapshot(NamedTuple):
    """What differs between paths: what they did to global names, and the names of their scope."""

    changed: dict[str, State]
    bound_here: set[str]
    local: dict[str, Value]


class Machine(ABC):
    """Names and what happens to them. Subclasses run expressions, calls and statements."""

    def __init__(self) -> None:
        self.regions = Regions()
        self.knowledge: Knowledge = load()
        self.globals: dict[str, Value] = {}
        # The names that were ever bound to a region: a change looks at these only.
        self._named: dict[int, set[str]] = {}
        self.unbound: set[str] = set()  # global names that may be unbound here
        self.bound_here: set[str] = set()  # global names that this unit surely bound
        # Global names that were changed since paths last parted, as they were then.
        self._parted: dict[str, State] | None = None
        self.displayed: set[int] = set()  # regions of frames that cells showed a part of
        self.first_round = False  # of a loop around what runs: its next one runs all again
        self.effect = UnitEffect()
        self.scopes: tuple[Local, ...] = ()
        self.words: frozenset[str] = (
            frozenset()
        )  # of the notebook, where it imports all of a module
        self.classes: dict[int, set[int]] = {}  # the regions of classes, by their nodes
        self.defaults: dict[int, Value] = {}  # of arguments, by their expressions
        # The regions of the global generators that functions of libraries hold, by their states.
        self.generators: dict[str, int] = {}
        self.submodules: dict[str, Importer] = {}  # those imported so far, each by the first
        self.depth = 0  # of calls into the notebook's own functions
        self.running: dict[int, ast.AST] = {}
        self.referenced: set[int] = set()
        self.budget = 0
        self.position: Position = (1, 0)
        self.straight = True  # what runs in this unit runs once, in order
        self.cwd: str | None = ""  # relative to the notebook's folder, where it is known
        # What a recorded run of the cell showed: names left alone, and names that it binds.
        self.left_alone: frozenset[str] = frozenset()
        self.bound_by_cell: frozenset[str] = frozenset()
        # What unknown calls of the cell gave, and what that may share something with.
        self.given: dict[int, frozenset[int]] = {}
        # Keywords of estimators that appeared as text: a search may set what `fit` depends on.
        self.tuned: set[str] = set()
        self.entered = ""  # the process state that the last call puts back as a context manager

    @abstractmethod
    def evaluate(self, node: ast.expr) -> Value:
        """The abstract value of an expression; its effects are recorded."""

    @abstractmethod
    def execute(self, body: Sequence[ast.stmt]) -> bool:
        """Run statements; False when control never goes on after them."""

    @abstractmethod
    def refer(self, value: Value) -> None:
        """A definition is handed around: whoever holds it may call it."""

    @abstractmethod
    def use(self, value: Value) -> None:
        """The value is iterated over, compared, shown, …: methods of its class run."""

    @abstractmethod
    def run_held(self, iterators: set[int]) -> None:
        """Iterators move on: functions that they hold are called."""

    # ── Names ────────────────────────────────────────────────────────────────────────────────

    def begin(self) -> None:
        """A new unit starts."""
        self.effect = UnitEffect()
        self.bound_here = set()
        self.referenced = set()
        self.budget = 400

    def finish(self) -> UnitEffect:
        """The unit ended; what it did."""
        effect = self.effect
        effect.binds = {n for n in self.bound_here if n in self.globals and n not in self.unbound}
        effect.deletes = {n for n in effect.touched if n not in self.globals}
        return effect

    def load(self, name: str, *, called: bool = False) -> Value:
        """The value of a name; ``called`` when only to call it at once."""
        for index in range(len(self.scopes) - 1, -1, -1):
            local = self.scopes[index]
            if local.is_class and index < len(self.scopes) - 1:
                continue
            if name in local.scope.declared:
                break
            if name in local.names:
                value = local.names[name]
                if not called:
                    self.refer(value)
                return value
            if name in local.scope.bound and not local.is_class:
                return self.regions.fresh("unknown")
        return self.load_global(name, called=called)

    def load_global(self, name: str, *, called: bool = False) -> Value:
        """The value of a module-level name."""
        if name in self.globals:
            value = self.globals[name]
            self._note_read(name)
            for other in self.regions.code_of(value):
                self._note_code(other, {name})
            if not called:
                self.refer(value)
                value = self.handed(value)
            return value
        if name in BUILTINS:
            self.effect.builtins.add(name)
            if name == "display":
                return Value(kind="module", target="IPython.display.display")
            return Value(kind="module", target=f"builtins.{name}")
        self.effect.undefined.setdefault(name, self.position)
        self._note_read(name)
        return self.regions.fresh("unknown")

    def handed(self, value: Value) -> Value:
        """A value that is not called at once: a library's function that draws keeps its generator.

        Whoever is given it, or what holds it, may call it.
        """
        if value.kind != "module" or not isinstance(value.target, str):
            return value
        effect = self.knowledge.function(value.target)
        if effect is None or not effect.draws:
            return value
        if effect.draws not in self.generators:
            (self.generators[effect.draws],) = self.regions.fresh("rng").own
        return value.but(own=frozenset((self.generators[effect.draws],)))

    def _note_read(self, name: str) -> None:
        if name not in self.bound_here:
            reads = self.effect.through if self.depth else self.effect.reads
            reads.setdefault(name, self.position)

    def _note_code(self, name: str, seen: set[str]) -> None:
        """Code inside a value may run wherever the value is used: what it reads counts here."""
        if name in seen or name not in self.globals:
            return
        seen.add(name)
        if name not in self.bound_here:
            self.effect.through.setdefault(name, self.position)
        for other in self.regions.code_of(self.globals[name]):
            self._note_code(other, seen)

    def store(self, name: str, value: Value) -> None:
        """Bind a name in the running scope."""
        if self.scopes:
            local = self.scopes[-1]
            if name not in local.scope.declared:
                if name in local.scope.nonlocal_:
                    for outer in reversed(self.scopes[:-1]):
                        if name in outer.names:
                            outer.names[name] = join(outer.names[name], value)
                            if outer.cells is not None:
                                self.change(outer.cells)
                            return
                local.names[name] = value
                return
        self._before_change(name)
        self.effect.touched.add(name)
        for region in value.own:
            self._named.setdefault(region, set()).add(name)
        if self.depth or self.scopes:
            # Bound by a call: whether it came so far is not followed, the old value may stay.
            old = self.globals.get(name)
            self.globals[name] = join(old, value) if old is not None else value
            if old is None:
                self.unbound.add(name)
        else:
            self.globals[name] = value
            self.unbound.discard(name)
            self.bound_here.add(name)

    def delete(self, name: str) -> None:
        """Unbind a name."""
        if self.scopes:
            local = self.scopes[-1]
            if name not in local.scope.declared:
                local.names.pop(name, None)
                return
        if name not in self.globals:
            self.effect.undefined.setdefault(name, self.position)
        self._note_read(name)
        self._before_change(name)
        self.effect.touched.add(name)
        if self.depth or self.scopes:
            self.unbound.add(name)
        else:
            self.globals.pop(name, None)
            self.bound_here.discard(name)

    # ── Changes in place ─────────────────────────────────────────────────────────────────────

    def change(
        self,
        value: Value,
        *,
        deep: bool = False,
        sparing: frozenset[str] = frozenset(),
        alone: Set[str] = frozenset(),
    ) -> None:
        """The value is changed in place; every name that reaches it sees that.

        Args:
            value: what is changed.
            deep: whether also what it holds is changed.
            sparing: kinds of regions that a deep change leaves alone; functions and classes:
                code that is handed one calls it, and does not set its attributes.
            alone: names that do not see the change, whatever they may reach.
        """
        changed = set(value.own)
        if deep:
            held = self.regions.reach(value.own)
            changed = {r for r in held if self.regions.kinds[r] not in sparing}
        if not changed:
            return
        for state, region in self.generators.items():
            if region in changed:
                self.draw(state)
        self.effect.regions |= changed
        names = self.holders(changed)
        for name in sorted(names - alone):
            self.effect.changes.setdefault(name, self.position)
        if value.type.startswith("pandas."):
            self._copied_first(changed, names)

    def _copied_first(self, changed: set[int], names: Set[str]) -> None:
        """A change of a frame copies its data first where others have them too.

        Arrays made of it before are not told, so what they show depends on who the others are:
        they must be there, as if they were read.
        """
        having = {name for name in names if self.globals[name].own & changed}
        others = {name for name in having if not self.globals[name].is_array}
        if len(others) < len(having):
            for name in sorted(others):
                self._note_read(name)

    def may_change(self, value: Value) -> None:
        """The value is handed to unknown code: it is changed, unless a recorded run denies it."""
        if not self.left_alone:
            self.change(value, deep=True, sparing=_CALLED)
            return
        held = self.regions.reach(value.own)
        alone: set[str] = set()
        left: set[int] = set()
        others: set[int] = set()
        for name in sorted(self.holders(held) - self.bound_by_cell):
            reached = self.regions.reach(self.globals[name].own)
            if name in self.left_alone and name not in self.effect.touched:
                self.effect.settled.setdefault(name, self.position)
                alone.add(name)
                left |= reached
            else:
                others |= reached
        # What the others that were changed hold stays changed; the names left alone do not.
        self.change(Value(own=frozenset(held - (left - others))), alone=alone)

    def holders(self, own: Set[int]) -> set[str]:
        """The names whose values lie in one of these regions, or hold one at any depth."""
        seeing = self.regions.reaching(own)
        names = {name for region in seeing for name in self._named.get(region, ())}
        return {n for n in names if (v := self.globals.get(n)) and not seeing.isdisjoint(v.own)}

    def consume(self, *values: Value, always: bool = False) -> None:
        """Iterators among the values, and generators of random numbers in them, move on.

        Args:
            values: what is iterated over, or handed to code that may do so.
            always: whether they are iterated over, whatever they are.
        """
        moving = self.regions.moving
        moved: set[int] = set()
        for value in values:
            if not value.own:
                continue
            self.use(value)
            if moving:
                here = self.regions.reach(value.own) & moving
                if here:
                    self.run_held(here)
                moved |= here
            if always and value.kind == "unknown":  # it may be an iterator
                moved |= value.own
        if moved:
            self.change(Value(own=frozenset(moved)))

    def draw(self, state: str, *, idle: bool = False) -> None:
        """Random numbers come from a global generator; ``idle`` when nothing depends on them."""
        self.effect.draws.add(state)
        if not idle:
            self.effect.chance.add(state)

    def note_tuning(self, text: str) -> None:
        """A keyword or a text such as ``svc__probability``: a search may set that of estimators."""
        last = text.rpartition("__")[2]
        if last in self.knowledge.tuning:
            self.tuned.add(last)

    # ── Branches ─────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def branching(self) -> Iterator[Snapshot]:
        """Paths part here, and have met again at the end of the block.

        Only what they changed is looked at, so a branch costs the same in a notebook of any length.
        """
        outer, inner = self._parted, dict[str, State]()
        self._parted = inner
        yield self.snapshot()
        self._parted = outer
        if outer is not None:
            for name, state in inner.items():
                outer.setdefault(name, state)

    def _before_change(self, name: str) -> None:
        if self._parted is not None and name not in self._parted:
            self._parted[name] = self.globals.get(name), name in self.unbound

    def snapshot(self) -> Snapshot:
        """Where a path has come, from where paths parted."""
        local = dict(self.scopes[-1].names) if self.scopes else {}
        changed = {n: (self.globals.get(n), n in self.unbound) for n in self._parted or ()}
        return Snapshot(changed, set(self.bound_here), local)

    def restore(self, state: Snapshot) -> None:
        """Go back to a snapshot."""
        for name, parted in (self._parted or {}).items():
            self._set(name, state.changed.get(name, parted))
        self.bound_here = set(state.bound_here)
        if self.scopes:
            self.scopes[-1].names = dict(state.local)

    def merge(self, states: Sequence[Snapshot]) -> None:
        """Go on as after any one of several paths."""
        for name, parted in (self._parted or {}).items():
            value, unbound = states[0].changed.get(name, parted)
            for state in states[1:]:
                other, other_unbound = state.changed.get(name, parted)
                unbound |= other_unbound or (value is None) != (other is None)
                value = join(value, other) if value and other else value or other
            self._set(name, (value, unbound))
        self.bound_here = set.intersection(*(state.bound_here for state in states))
        if self.scopes:
            local = dict(states[0].local)
            for state in states[1:]:
                for name, value in state.local.items():
                    local[name] = join(local[name], value) if name in local else value
            self.scopes[-1].names = local

    def standing(self, older: int) -> Standing:
        """Which of the first ``older`` regions the names stand for that paths gave something."""
        named = {name: self.globals.get(name, IMMUTABLE) for name in self._parted or ()}
        if self.scopes:
            named |= {f".{name}": value for name, value in self.scopes[-1].names.items()}
        return {n: frozenset(r for r in v.own if r < older) for n, v in named.items()}

    def _set(self, name: str, state: State) -> None:
        value, unbound = state
        if value is None:
            self.globals.pop(name, None)
        else:
            self.globals[name] = value
        if unbound:
            self.unbound.add(name)
        else:
            self.unbound.discard(name)


def element_or_immutable(values: Sequence[Value]) -> Value:
    """The join of several values; immutable when there are none."""
    result: Value | None = None
    for value in values:
        result = value if result is None else join(result, value)
    return IMMUTABLE if result is None else result
