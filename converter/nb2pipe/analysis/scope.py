"""Names of a function, lambda, comprehension or class: its own, and those from outside.

Python's scope model, as in the language reference, section 4.2 "Naming and binding": a name bound
anywhere in a function is local to all of it unless declared ``global`` or ``nonlocal``; a class
body's names are not seen by the functions in it; a comprehension has a scope of its own, and a
walrus in it binds in the enclosing function.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import lru_cache

from nb2pipe.analysis.formulas import names_in_call

Scoped = (
    ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.Lambda
    | ast.ClassDef
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass
class Scope:
    """The names of one scope.

    ``bound`` are its own; ``declared`` those it declares global; ``nonlocal_`` those of an
    enclosing function; ``free`` every name it or a scope inside it takes from outside; ``written``
    the global names it or a scope inside binds.
    """

    bound: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)
    nonlocal_: set[str] = field(default_factory=set)
    free: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    generator: bool = False


class _Collector(ast.NodeVisitor):
    """Collects the bindings and uses of one scope, and the scopes directly inside."""

    def __init__(self) -> None:
        self.scope = Scope()
        self.used: set[str] = set()
        self.inner: list[Scope] = []

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.used.add(node.id)
        else:
            self.scope.bound.add(node.id)
            if isinstance(node.ctx, ast.Del):
                self.used.add(node.id)

    def visit_Call(self, node: ast.Call) -> None:
        self.used.update(names_in_call(node))
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self.scope.declared.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.scope.nonlocal_.update(node.names)

    def visit_Yield(self, node: ast.Yield | ast.YieldFrom) -> None:
        self.scope.generator = True
        self.generic_visit(node)

    visit_YieldFrom = visit_Yield

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.used.add(node.target.id)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.scope.bound.update(imported_names(node))

    visit_ImportFrom = visit_Import

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.scope.bound.add(node.name)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self.scope.bound.add(node.name)
        self.generic_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        if node.name:
            self.scope.bound.add(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest:
            self.scope.bound.add(node.rest)
        self.generic_visit(node)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self.scope.bound.add(node.name)
        for outer in evaluated_at_definition(node):
            self.visit(outer)
        self.inner.append(scope_of(node))

    visit_FunctionDef = _definition
    visit_AsyncFunctionDef = _definition
    visit_ClassDef = _definition

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for outer in evaluated_at_definition(node):
            self.visit(outer)
        self.inner.append(scope_of(node))

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> None:
        self.visit(node.generators[0].iter)
        for walrus in _walruses(node):
            self.scope.bound.add(walrus)
        self.inner.append(scope_of(node))

    visit_ListComp = _comprehension
    visit_SetComp = _comprehension
    visit_DictComp = _comprehension
    visit_GeneratorExp = _comprehension


def imported_names(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The names an import statement binds (``*`` as itself)."""
    if isinstance(node, ast.Import):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    return [alias.asname or alias.name for alias in node.names]


def evaluated_at_definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda,
) -> list[ast.expr]:
    """The expressions evaluated when the definition itself runs, in the scope around it."""
    if isinstance(node, ast.ClassDef):
        return [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]
    arguments = node.args
    found: list[ast.expr] = [*arguments.defaults, *(d for d in arguments.kw_defaults if d)]
    if isinstance(node, ast.Lambda):
        return found
    annotated = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    annotated += [a for a in (arguments.vararg, arguments.kwarg) if a]
    found += node.decorator_list
    found += [a.annotation for a in annotated if a.annotation]
    if node.returns:
        found.append(node.returns)
    return found


def argument_names(arguments: ast.arguments) -> list[str]:
    """All names a signature binds."""
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [a for a in (arguments.vararg, arguments.kwarg) if a]
    return [argument.arg for argument in every]


def _walruses(node: ast.AST) -> set[str]:
    return {
        part.target.id
        for part in ast.walk(node)
        if isinstance(part, ast.NamedExpr) and isinstance(part.target, ast.Name)
    }


@lru_cache(maxsize=4096)
def scope_of(node: Scoped) -> Scope:
    """The scope that ``node`` opens, with what it takes from outside."""
    collector = _Collector()
    scope = collector.scope
    hides = True
    early: set[str] = set()
    if isinstance(node, ast.Lambda):
        scope.bound.update(argument_names(node.args))
        collector.visit(node.body)
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        scope.bound.update(argument_names(node.args))
        for statement in node.body:
            collector.visit(statement)
        scope.bound.update(type_parameters(node))
    elif isinstance(node, ast.ClassDef):
        hides = False
        early = _visit_class(node, collector)
        scope.bound.update(type_parameters(node))
    else:
        _visit_comprehension(node, collector)
    scope.bound -= scope.declared | scope.nonlocal_
    outside: set[str] = set()
    for inner in collector.inner:
        outside |= inner.free
        scope.written |= inner.written
    taken = collector.used - scope.bound
    if not hides:
        # A class body's own names may be read before they are bound there: then from outside.
        taken |= early | outside
    else:
        taken |= outside - scope.bound
    scope.free = taken | scope.declared | scope.nonlocal_
    scope.written |= scope.declared
    return scope


def _visit_class(node: ast.ClassDef, collector: _Collector) -> set[str]:
    """Visit a class's body; the names that it may read before it surely binds them."""
    sure: set[str] = set()
    early: set[str] = set()
    every: set[str] = set()
    for statement in node.body:
        bound = set(collector.scope.bound)
        collector.used = set()
        collector.visit(statement)
        early |= collector.used - sure
        every |= collector.used
        straight = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.Import)
        if isinstance(statement, (*straight, ast.ImportFrom)) or (
            isinstance(statement, ast.AnnAssign) and statement.value is not None
        ):
            sure |= collector.scope.bound - bound
        elif isinstance(statement, ast.Delete):
            sure -= collector.scope.bound
    collector.used = every
    return early


def _visit_comprehension(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, collector: _Collector
) -> None:
    for index, generator in enumerate(node.generators):
        collector.visit(generator.target)
        if index:
            collector.visit(generator.iter)
        for condition in generator.ifs:
            collector.visit(condition)
    if isinstance(node, ast.DictComp):
        collector.visit(node.key)
        collector.visit(node.value)
    else:
        collector.visit(node.elt)
    collector.scope.bound -= _walruses(node)
    collector.used |= _walruses(node)


def type_parameters(node: ast.AST) -> list[str]:
    """Names of PEP 695 type parameters (none before Python 3.12)."""
    return [parameter.name for parameter in getattr(node, "type_params", [])]


@lru_cache(maxsize=4096)
def rebinds_outside(node: Scoped) -> bool:
    """Whether a function inside binds variables of one around it, by ``nonlocal``."""
    return any(isinstance(part, ast.Nonlocal) for part in ast.walk(node))


def free_names(node: Scoped) -> frozenset[str]:
    """Names that ``node``'s code takes from outside when it runs."""
    return frozenset(scope_of(node).free)
