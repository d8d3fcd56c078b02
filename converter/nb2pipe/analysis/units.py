"""Cells cut into units, the smallest pieces that can move, each run abstractly for its effects.

A unit is a statement of a cell, or several that share lines. Its *role* says what may become of
it: an import or a definition is repeated where it is needed, a setting is replayed, work runs once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from nb2pipe.analysis.effect import Position, UnitEffect
from nb2pipe.analysis.regions import Value
from nb2pipe.analysis.rules import Place
from nb2pipe.analysis.statements import Interpreter
from nb2pipe.analysis.syntax import ParsedCell
from nb2pipe.evidence.facts import Seen
from nb2pipe.tags import TaggedCell

Role = Literal["parameter", "import", "definition", "guard", "constant", "setting", "work"]
SETUP = "setup"
# What an `if` may ask to choose between imports and definitions.
_PLATFORM = {"sys", "os", "platform", "TYPE_CHECKING", "typing", "np", "pd", "numpy"}
# Roles whose names are code: repeated where they are needed, never handed over.
CODE = frozenset({"import", "definition", "guard"})
# Every process has one of its own, and it holds nothing.
_LOCKS = {
    f"{module}.{kind}" for module in ("threading", "multiprocessing") for kind in ("Lock", "RLock")
}
_SAME_AGAIN = {"reads environment variables"}
# Statements that run once, from their first expression to their last.
_STRAIGHT = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)


@dataclass(eq=False)
class Unit:
    """One unit. ``first`` and ``last`` are lines of its cell; ``values`` what its names hold."""

    index: int
    tagged: TaggedCell
    parsed: ParsedCell
    stage: str
    nodes: tuple[ast.stmt, ...]
    first: int
    last: int
    effect: UnitEffect = field(default_factory=UnitEffect)
    role: Role = "work"
    values: dict[str, Value] = field(default_factory=dict)
    late: bool = False

    def place(self, position: Position | None = None) -> Place:
        """A position in the unit, or its beginning, for findings."""
        if position is None:
            return Place(self.tagged.cell, self.first, 1)
        line, offset = position
        before = self.parsed.source.split("\n")[line - 1].encode()[:offset]
        return Place(self.tagged.cell, line, len(before.decode("utf-8", "replace")) + 1)

    @property
    def is_for_magic(self) -> bool:
        """Whether it is an import that the Python for a shell line or magic needs."""
        return not self.last

    @property
    def text(self) -> str:
        """The unit's lines as they stand in the cell."""
        return "\n".join(self.parsed.source.split("\n")[self.first - 1 : self.last])

    @property
    def node(self) -> ast.stmt:
        """The only statement, or the first of several."""
        return self.nodes[0]


def by_cell(units: Iterable[Unit]) -> dict[str, list[Unit]]:
    """The units of each cell, by its id."""
    found: dict[str, list[Unit]] = {}
    for unit in units:
        found.setdefault(unit.tagged.cell.id, []).append(unit)
    return found


def cut(tagged: TaggedCell, parsed: ParsedCell, stage: str, start: int) -> Iterator[Unit]:
    """The units of a cell, numbered from ``start``."""
    for text in parsed.imports:  # what its shell lines need stands before it
        yield Unit(start, tagged, parsed, stage, _imports(text), 1, 0)
        start += 1
    group: list[ast.stmt] = []
    first = last = 0
    for node in parsed.tree.body:
        begin = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        end = node.end_lineno or node.lineno
        if group and (begin <= last or _registers(node, group)):
            group.append(node)
            last = max(last, end)
            continue
        if group:
            yield Unit(start, tagged, parsed, stage, tuple(group), first, last)
            start += 1
        group, first, last = [node], begin, end
    if group:
        yield Unit(start, tagged, parsed, stage, tuple(group), first, last)


def _registers(node: ast.stmt, group: Iterable[ast.stmt]) -> bool:
    """Whether a function is registered with a generic one that the statements above it make."""
    if not isinstance(node, ast.FunctionDef) or len(node.decorator_list) != 1:
        return False
    (decorator,) = node.decorator_list
    match decorator.func if isinstance(decorator, ast.Call) else decorator:
        case ast.Attribute(value=ast.Name(id=name), attr="register"):
            return all(isinstance(other, ast.FunctionDef) for other in group) and any(
                isinstance(other, ast.FunctionDef) and other.name == name and _is_generic(other)
                for other in group
            )
    return False


def _is_generic_function(unit: Unit) -> bool:
    """Whether the unit is a generic function with what is registered with it, and nothing else."""
    first, *others = unit.nodes
    effect = unit.effect
    return (
        bool(others)
        and all(_registers(node, [first]) for node in others)
        and effect.changes.keys() <= effect.touched
        and not effect.lasting
        and not (effect.observes or effect.settings or effect.patches or effect.file_reads)
    )


def _is_generic(node: ast.FunctionDef) -> bool:
    return any(
        (isinstance(decorator, ast.Name) and decorator.id == "singledispatch")
        or (isinstance(decorator, ast.Attribute) and decorator.attr == "singledispatch")
        for decorator in node.decorator_list
    )


@lru_cache
def _imports(text: str) -> tuple[ast.stmt, ...]:
    return tuple(ast.parse(text).body)


class Runner:
    """Runs units in the notebook's order on one abstract machine."""

    def __init__(self) -> None:
        self.machine = Interpreter()
        self.files_written: set[str] = set()
        self.constants: set[str] = set()

    def begin(self, seen: Seen | None) -> None:
        """A cell begins, of which a recorded run has shown that (None: nothing)."""
        self.machine.left_alone = seen.same if seen is not None else frozenset()
        self.machine.bound_by_cell = frozenset(seen.facts.bound if seen is not None else ())
        self.machine.given = {}

    def end(self, seen: Seen | None, units: Sequence[Unit]) -> None:
        """A cell ended: what its unknown calls gave shares nothing with what was seen apart."""
        if seen is None:
            return
        machine = self.machine
        for name in seen.facts.whole:
            value = machine.globals.get(name)
            if value is None or len(made := value.own & machine.given.keys()) != 1:
                continue
            (region,) = made
            shared = machine.given[region]
            others = sorted(machine.holders(machine.regions.reach(shared)) - {name})
            if (
                value.own == made | shared
                and all(seen.apart(name, other) for other in others)
                and not machine.regions.runs(shared)
            ):
                machine.regions.part(region, shared)
                machine.globals[name] = alone = value.but(own=made)
                for unit in units:
                    if name in unit.values:
                        unit.values[name] = alone
                units[-1].effect.parted |= {(name, other) for other in others}

    def run(self, unit: Unit) -> None:
        """Fill in the unit's effect, role and values."""
        machine = self.machine
        machine.begin()
        machine.regions.now = unit.index
        machine.straight = all(isinstance(node, _STRAIGHT) for node in unit.nodes)
        machine.execute(unit.nodes)
        unit.effect = machine.finish()
        _uncertain_seeds(unit)
        names = unit.effect.touched | set(unit.effect.changes)
        unit.values = {name: machine.globals[name] for name in names if name in machine.globals}
        self._written_modules(unit)
        unit.role = self._role(unit)
        self.files_written |= {path for path in unit.effect.file_writes if path}
        if unit.role == "constant":
            self.constants |= unit.effect.binds

    def _is_definition(self, unit: Unit, name: str) -> bool:
        """Whether the unit makes a class of that name or a lock, or names a logger or settings."""
        value = unit.values.get(name)
        if value is None or not isinstance(unit.node, ast.Assign):
            return False
        known = self.machine.knowledge
        if value.kind == "module" and value.target in (
            *known.setting_targets,
            *known.early_targets,
        ):
            return True  # `rc = plt.rcParams`: the same object in every process
        call = unit.node.value
        if isinstance(call, ast.Call) and value.type in _LOCKS:
            return not call.args and not call.keywords
        if isinstance(call, ast.Call) and value.target == "logging.getLogger()":
            return all(isinstance(part, ast.Constant) for part in call.args)
        return value.kind == "class" and value.constant == name

    def _written_modules(self, unit: Unit) -> None:
        """An import of a module that an earlier cell writes depends on that file."""
        if "import" not in unit.parsed.source:
            return
        for module in imported_modules(unit.nodes):
            top = module.partition(".")[0]
            for path in (f"{top}.py", f"{top}/__init__.py"):
                if path in self.files_written:
                    unit.effect.file_reads.setdefault(path, (unit.node.lineno, 0))
                    unit.late = True

    def _role(self, unit: Unit) -> Role:
        effect = unit.effect
        if unit.parsed.local:
            return "work"
        if unit.tagged.role == "parameters":
            is_import = all(isinstance(n, ast.Import | ast.ImportFrom) for n in unit.nodes)
            return "import" if is_import else "parameter"
        if _is_generic_function(unit):
            return "definition"
        if effect.changes or effect.lasting:
            return "work"
        if effect.settings or effect.patches:
            # To make a setting again must say nothing, and give the same.
            again = not (effect.touched or effect.shows or effect.observes.keys() - _SAME_AGAIN)
            return "setting" if again else "work"
        if len(unit.nodes) > 1:
            imports = all(isinstance(n, ast.Import | ast.ImportFrom) for n in unit.nodes)
            return "import" if imports else "work"
        node = unit.node
        match node:
            case ast.Import() | ast.ImportFrom():
                return "import"
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                shows = effect.shows or effect.draws_figure
                once = shows or (not node.decorator_list and (effect.observes or effect.file_reads))
                return "definition" if effect.touched == {node.name} and not once else "work"
            case ast.Assign(targets=[ast.Name()], value=ast.Lambda()):
                return "definition"
            case ast.Assign(targets=[ast.Name(id=name)]) if self._is_definition(unit, name):
                return "definition"
            case ast.Try() | ast.If() if _is_guard(node) and effect.touched:
                return "guard" if not _observes(node) else "work"
        if unit.stage == SETUP and is_constant_assignment(node, self.constants):
            return "constant"
        return "work"


def _uncertain_seeds(unit: Unit) -> None:
    """Seeding under a condition, or after drawing, leaves the older state on some paths."""
    effect = unit.effect
    straight = all(isinstance(node, _STRAIGHT) for node in unit.nodes)
    uncertain = effect.seeds & effect.draws if straight else set(effect.seeds)
    effect.seeds -= uncertain
    effect.reseeds |= uncertain
    effect.draws |= uncertain


def _is_guard(node: ast.stmt) -> bool:
    """A ``try`` or ``if`` that only chooses between imports, definitions and constants."""
    if isinstance(node, ast.Try):
        caught = all(handler.type is not None for handler in node.handlers)
        blocks = [node.body, node.orelse, node.finalbody, *(h.body for h in node.handlers)]
        has_import = any(isinstance(s, ast.Import | ast.ImportFrom) for s in node.body)
        return caught and has_import and all(_guarded(statement) for b in blocks for statement in b)
    if isinstance(node, ast.If):
        chosen_by = {part.id for part in ast.walk(node.test) if isinstance(part, ast.Name)}
        platform = chosen_by <= _PLATFORM
        return bool(chosen_by) and platform and all(_guarded(s) for s in (*node.body, *node.orelse))
    return False


def _observes(node: ast.stmt) -> bool:
    """Whether a guard's value may be another one when it is asked again: files, environment."""
    parts = list(ast.walk(node))
    tests = [part for test in parts if isinstance(test, ast.If) for part in ast.walk(test.test)]
    asks = any(isinstance(part, ast.Name) and part.id == "os" for part in tests) and any(
        isinstance(part, ast.Call) or (isinstance(part, ast.Attribute) and part.attr == "environ")
        for part in tests
    )
    return asks and any(isinstance(part, ast.Assign) for part in parts)


def _guarded(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return all(isinstance(t, ast.Name) for t in node.targets) and isinstance(
            node.value, ast.Constant
        )
    return isinstance(
        node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef | ast.Pass
    ) or _is_guard(node)


def is_constant_assignment(node: ast.stmt, constants: Iterable[str]) -> bool:
    """``NAME = literal``, or built from literals and earlier constants."""
    match node:
        case ast.Assign(targets=[ast.Name()], value=value):
            return _is_constant(value, frozenset(constants))
        case ast.AnnAssign(target=ast.Name(), value=value) if value is not None:
            return _is_constant(value, frozenset(constants))
    return False


def _is_constant(node: ast.expr, constants: frozenset[str]) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name in constants
        case ast.UnaryOp(operand=operand):
            return _is_constant(operand, constants)
        case ast.BinOp(left=left, right=right):
            return _is_constant(left, constants) and _is_constant(right, constants)
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return all(_is_constant(part, constants) for part in parts)
        case ast.Dict(keys=keys, values=values):
            every = [*(key for key in keys if key is not None), *values]
            return None not in keys and all(_is_constant(part, constants) for part in every)
        case ast.JoinedStr(values=values):
            return all(_is_constant(part, constants) for part in values)
        case ast.FormattedValue(value=value, format_spec=None):
            return _is_constant(value, constants)
        case ast.Call(func=ast.Name(id="Path"), args=[argument], keywords=[]):
            return _is_constant(argument, constants)
    return False


def imported_modules(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The modules that import statements anywhere in the nodes name."""
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Import):
                yield from (alias.name for alias in part.names)
            elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
                yield part.module
