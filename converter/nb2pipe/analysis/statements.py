"""Statements of the abstract run."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nb2pipe.analysis import stars
from nb2pipe.analysis.arguments import NOTHING_GIVEN, Arguments
from nb2pipe.analysis.calls import Calls
from nb2pipe.analysis.definition import Definition, Instance, Local
from nb2pipe.analysis.groups import group_of
from nb2pipe.analysis.machine import METHODS, Snapshot, Standing, element_or_immutable
from nb2pipe.analysis.regions import IMMUTABLE, Value
from nb2pipe.analysis.scope import evaluated_at_definition, scope_of
from nb2pipe.analysis.submodules import Importer

_ATTRIBUTES = frozenset({"immutable", "container", "data", "class", "estimator"})
_PROPERTY = frozenset({"setter", "getter", "deleter"})


class Interpreter(Calls):
    """Runs whole statements; the class the rest of the analysis uses."""

    def execute(self, body: Sequence[ast.stmt]) -> bool:
        """Run statements; False when control never goes on after them."""
        for statement in body:
            if not self.depth:
                self.position = (statement.lineno, statement.col_offset)
            if getattr(self, METHODS[type(statement)])(statement) is False:
                return False
        return True

    # ── Simple statements ────────────────────────────────────────────────────────────────────

    def _Expr(self, node: ast.Expr) -> None:
        value = self.evaluate(node.value)
        self.use(value)  # it may be shown, and is kept then
        if value.kind == "data" and not value.is_array and not _copied_or_named(node.value):
            self.displayed |= value.own

    def _Pass(self, node: ast.Pass) -> None:
        pass

    def _Assign(self, node: ast.Assign) -> None:
        value = self.evaluate(node.value)
        for target in node.targets:
            self.assign(target, value)

    def _AnnAssign(self, node: ast.AnnAssign) -> None:
        if not self.scopes:
            self.evaluate(node.annotation)
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value))

    def _AugAssign(self, node: ast.AugAssign) -> None:
        target = node.target
        if isinstance(target, ast.Name):
            old = self.load(target.id)
            added = self.evaluate(node.value)
            if old.own:  # `+=` changes a list or an array in place
                self.change(old)
                if old.kind == "container":
                    self.regions.keep(old, self.regions.element(added))
                self.store(target.id, old)
            else:
                self.store(target.id, self._computed([old, added]))
            return
        base = self.evaluate(target.value)
        if isinstance(target, ast.Subscript):
            self.evaluate(target.slice)
        added = self.evaluate(node.value)
        if base.kind == "container":
            self.change(self.regions.element(base))
        elif (
            isinstance(target, ast.Attribute)
            and base.own
            and (old := element_or_immutable(self.fields_of(base, target.attr) or ())).own
        ):
            self.change(old)
        self.set_inside(base, target.attr if isinstance(target, ast.Attribute) else "[]", added)

    def _Delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self._delete_target(target)

    def _delete_target(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.delete(target.id)
        elif isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                self._delete_target(part)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            base = self.evaluate(target.value)
            if isinstance(target, ast.Subscript):
                self.evaluate(target.slice)
            name = target.attr if isinstance(target, ast.Attribute) else "[]"
            if base.kind == "module" and isinstance(target, ast.Attribute):
                # Done again in another function of the same process, it would fail.
                self.effect.refused.setdefault(f"deletes `{ast.unparse(target)}`", self.position)
                return
            self.set_inside(base, name, IMMUTABLE)

    def _Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            target = alias.name if alias.asname else name
            self.store(name, Value(kind="module", target=target))
            self._note_module(alias.name)
            suffix = f" as {alias.asname}" if alias.asname and alias.asname != alias.name else ""
            self._note_import(name, f"import {alias.name}{suffix}")

    def _ImportFrom(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        self._note_module(module)
        for alias in node.names:
            name = alias.asname or alias.name
            if name == "*":
                self._import_all(module)
                continue
            self.store(name, Value(kind="module", target=stars.origin(module, alias.name)))
            suffix = f" as {alias.asname}" if alias.asname and alias.asname != alias.name else ""
            self._note_import(name, f"from {module} import {alias.name}{suffix}")

    def _import_all(self, module: str) -> None:
        """``from module import *`` binds, of what is known to be there, what the notebook names."""
        known = stars.names(module)
        if known is None:
            return  # refused by analysis.unsupported
        for name in sorted(self.words & known.keys()):
            old = self.globals.get(name)
            if old is not None and old.kind == "module" and old.target == known[name]:
                continue  # `np` again
            self.store(name, Value(kind="module", target=known[name]))
            self._note_import(name, f"from {module} import {name}")

    def _note_import(self, name: str, statement: str) -> None:
        if not self.scopes and not self.depth:
            self.effect.imports[name] = statement

    def _note_module(self, dotted: str) -> None:
        """An import that surely runs makes a submodule an attribute of its package."""
        if self.scopes or self.depth or self._parted is not None or dotted.startswith("."):
            return
        importer = Importer(self.regions.now, dotted)
        waiting = [dotted]
        while waiting:
            module = waiting.pop()
            waiting += self.knowledge.submodules.get(module, ())
            while "." in module:
                self.submodules.setdefault(module, importer)
                module = module.rpartition(".")[0]

    def _Global(self, node: ast.Global) -> None:
        pass

    def _Nonlocal(self, node: ast.Nonlocal) -> None:
        pass

    def _Assert(self, node: ast.Assert) -> None:
        self.use(self.evaluate(node.test))
        if node.msg is not None:
            self.evaluate(node.msg)

    def _Return(self, node: ast.Return) -> bool:
        value = self.evaluate(node.value) if node.value is not None else IMMUTABLE
        if self.scopes:
            self.scopes[-1].returns.append(value)
        return False

    def _Raise(self, node: ast.Raise) -> bool:
        for part in (node.exc, node.cause):
            if part is not None:
                self.evaluate(part)
        return False

    def _Break(self, node: ast.Break) -> bool:
        return False

    def _Continue(self, node: ast.Continue) -> bool:
        return False

    def _TypeAlias(self, node: ast.stmt) -> None:
        name: ast.Name = node.name  # type: ignore[attr-defined]
        self.store(name.id, self.regions.fresh("unknown"))

    # ── Definitions ──────────────────────────────────────────────────────────────────────────

    def _FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.evaluate_defaults(node)
        self.store(node.name, self._decorated(node, self.define(node)))

    _AsyncFunctionDef = _FunctionDef

    def _decorated(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, value: Value
    ) -> Value:
        for decorator in reversed(node.decorator_list):
            result = self._decorate(decorator, Arguments((value,), {}, {}, False))
            if result is None or result.target is not value.target:
                self.regions.replaced |= value.own
                if result is not None and isinstance(result.target, Definition | Instance):
                    self.regions.replaced |= result.own
                    value = result
        return value

    def _decorate(self, decorator: ast.expr, arguments: Arguments) -> Value | None:
        """A decorator is called with what it decorates; those of libraries keep nothing of it."""
        if isinstance(decorator, ast.Attribute):
            receiver = self.evaluate(decorator.value)
            own = decorator.attr not in _PROPERTY and receiver.kind != "module"
            return self._method(receiver, decorator.attr, arguments) if own else None
        if isinstance(decorator, ast.Name):
            applied = self.load(decorator.id, called=True)
        else:
            applied = self.evaluate(decorator)
            if isinstance(decorator, ast.Call) and self.library_object(decorator.func):
                return None
        definitions = self._definitions(applied)
        if isinstance(applied.target, Definition):
            definitions = [applied]
        if definitions:
            return element_or_immutable([self._own(one, arguments) for one in definitions])
        return self._unknown([applied], arguments) if applied.own else None

    def _ClassDef(self, node: ast.ClassDef) -> None:
        for part in evaluated_at_definition(node):
            if part not in node.decorator_list:
                self.evaluate(part)
        value = self.define(node)
        if any(isinstance(part, ast.FunctionDef) and part.name == "__del__" for part in node.body):
            what = "defines `__del__`, which runs whenever Python frees the object"
            self.effect.refused.setdefault(what, self.position)
        outer = self.scopes
        self.scopes = (*outer, Local(scope_of(node), node))
        self.execute(node.body)
        inside = self.scopes[-1].names
        self.scopes = outer
        for name, held in inside.items():
            if isinstance(held.target, Definition):
                for default in self.kept_defaults(held.target.node):
                    self.regions.hold(value, default)
                if id(held.target.node) in self.cached:
                    self.cached[id(held.target.node)] |= value.own
            if held.kind not in ("function", "module"):
                self.regions.put(value, name, held)
                if held.kind not in _ATTRIBUTES:  # it may decide over the attribute: a descriptor
                    self.regions.fields.open(value.own)
        self.store(node.name, self._decorated(node, value))
        changed = set(self.effect.changes)
        for parent in self.parents(node):
            told = self.find_method(parent, "__init_subclass__")
            if told is not None:
                self._inline(told, NOTHING_GIVEN, value)
        if node.name not in changed:  # what it sets on the new class belongs to its definition
            self.effect.changes.pop(node.name, None)

    # ── Compound statements ──────────────────────────────────────────────────────────────────

    def _If(self, node: ast.If) -> bool | None:
        self.use(self.evaluate(node.test))
        if _is_main_guard(node.test):
            return None if self.execute(node.body) else False
        return self._branches([node.body, node.orelse])

    def _branches(self, bodies: Sequence[Sequence[ast.stmt]]) -> bool | None:
        """Any one of these is run."""
        with self.branching() as before:
            after: list[Snapshot] = []
            ended: list[Snapshot] = []
            for body in bodies:
                self.restore(before)
                goes_on = self.execute(body)
                (after if goes_on else ended).append(self.snapshot())
            # In a function or loop the ended paths go on elsewhere: their bindings still count.
            if self.scopes or not after:
                after += ended
            self.merge(after)
        return None if len(ended) < len(bodies) else False

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, source: Value | None) -> None:
        """Rounds until names stand for no more of the objects from before the loop.

        At least two, as a later round sees what an earlier one did. While a loop around this one
        is in its first round, one will do: all is run again in that one's next.
        """
        within, older = self.first_round, len(self.regions.kinds)
        stood: Standing | None = None
        with self.branching() as before:
            states = [before]
            while True:
                self.first_round = within or stood is None
                if source is not None and isinstance(node, ast.For | ast.AsyncFor):
                    self.assign(node.target, self.regions.element(source))
                elif isinstance(node, ast.While):
                    self.use(self.evaluate(node.test))
                self.execute(node.body)
                states.append(self.snapshot())
                self.merge(states)
                stands = self.standing(older)
                if within or stands == stood:
                    break
                stood = stands
        self.first_round = within
        if node.orelse:
            self._branches([node.orelse, []])

    def _For(self, node: ast.For | ast.AsyncFor) -> None:
        source = self.evaluate(node.iter)
        self.consume(source, always=True)
        self._loop(node, source)

    _AsyncFor = _For

    def _While(self, node: ast.While) -> None:
        self.evaluate(node.test)
        self._loop(node, None)

    def _With(self, node: ast.With | ast.AsyncWith) -> bool | None:
        settings, alters = set(self.effect.settings), set(self.effect.alters)
        entered: set[str] = set()
        managers: list[Value] = []
        cwd = self.cwd
        for item in node.items:
            self.entered = ""
            value = self.evaluate(item.context_expr)
            entered.add(self.entered)
            managers.append(value)
            if results := self.special(value, "__enter__"):
                value = element_or_immutable(results)
            if item.optional_vars is not None:
                # What a function made into a context manager yields, or a library's one gives.
                if value.kind in ("generator", "unknown"):
                    value = self.regions.element(value).but(type=value.type)
                self.assign(item.optional_vars, value)
        if "cwd" in entered:
            self.cwd = None
        goes_on = self.execute(node.body)
        for manager in managers:
            self.special(manager, "__exit__")
        # What a context manager puts back has not changed afterwards.
        note, entered = self.effect, entered - {""}
        note.settings -= {s for s in note.settings - settings if group_of(s) in entered}
        note.alters -= (note.alters - alters) & entered
        if "cwd" in entered:
            self.cwd = cwd
        return None if goes_on else False

    _AsyncWith = _With

    def _Try(self, node: ast.Try) -> bool | None:
        with self.branching() as before:
            goes_on = self.execute(node.body) and (not node.orelse or self.execute(node.orelse))
            whole = self.snapshot()
            self.merge([before, whole])
            anywhere = self.snapshot()
            after = [whole] if goes_on else []
            for handler in node.handlers:
                self.restore(anywhere)
                if handler.type is not None:
                    self.evaluate(handler.type)
                if handler.name:
                    self.store(handler.name, self.regions.fresh("unknown"))
                ended = self.execute(handler.body)
                if handler.name:
                    self.delete(handler.name)
                if ended:
                    after.append(self.snapshot())
            if self.scopes or not after:
                after.append(anywhere)
            self.merge(after)
        return None if self.execute(node.finalbody) else False

    _TryStar = _Try

    def _Match(self, node: ast.Match) -> bool | None:
        subject = self.evaluate(node.subject)
        with self.branching() as before:
            after = [before]
            for case in node.cases:
                self.restore(before)
                self._pattern(case.pattern, subject)
                if case.guard is not None:
                    self.evaluate(case.guard)
                if self.execute(case.body) or self.scopes:
                    after.append(self.snapshot())
                if (
                    isinstance(case.pattern, ast.MatchAs)
                    and case.pattern.pattern is None
                    and not case.guard
                ):
                    after = after[1:] or after  # `case _:` always matches
            self.merge(after)
        return None

    def _pattern(self, pattern: ast.pattern, subject: Value) -> None:
        for part in ast.walk(pattern):
            if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name:
                whole = part is pattern
                self.store(part.name, subject if whole else self.regions.element(subject))
            elif isinstance(part, ast.MatchMapping) and part.rest:
                self.store(part.rest, self.regions.fresh("container", "dict", holds=[subject]))
            elif isinstance(part, ast.MatchValue):
                self.evaluate(part.value)
            elif isinstance(part, ast.MatchClass):
                self.evaluate(part.cls)


def _copied_or_named(node: ast.expr) -> bool:
    """Whether it is a frame itself, or rows that pandas copies: ``rows``, ``rows.head()``."""
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(node, ast.Name) or (
        isinstance(called, ast.Attribute) and called.attr in ("head", "tail")
    )


def _is_main_guard(test: ast.expr) -> bool:
    """``__name__ == "__main__"``, which is true in a notebook."""
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
        and len(test.comparators) == 1
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value == "__main__"
        and isinstance(test.ops[0], ast.Eq)
    )
