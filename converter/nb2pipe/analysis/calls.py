"""Calls of the abstract run: the notebook's own functions and classes are followed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from nb2pipe.analysis import protocols
from nb2pipe.analysis.arguments import NOTHING_GIVEN, Arguments
from nb2pipe.analysis.attributes import COLUMN, is_column
from nb2pipe.analysis.caches import hashed
from nb2pipe.analysis.definition import CODE_KINDS, Definition, Instance, Local
from nb2pipe.analysis.effect import UnitEffect
from nb2pipe.analysis.library import PARALLEL, PARTIAL, WRAPPERS
from nb2pipe.analysis.machine import element_or_immutable
from nb2pipe.analysis.methods import Methods
from nb2pipe.analysis.regions import IMMUTABLE, NOTHING, Value, join
from nb2pipe.analysis.scope import scope_of

# Deeper chains of the notebook's own functions are taken as unknown calls.
_DEEPEST = 12


class Calls(Methods):
    """Runs ``ast.Call``."""

    def __init__(self) -> None:
        super().__init__()
        self.plain: set[int] = set()  # recursive functions taken to return nothing that changes
        self.returning: set[int] = set()  # and those that are known to
        self.receivers: dict[int, frozenset[int]] = {}  # the objects whose methods run

    def _Call(self, node: ast.Call) -> Value:
        return self.call(node)

    def call(self, node: ast.Call) -> Value:
        """The result of a call; its effects are recorded."""
        receiver: Value | None = None
        if isinstance(node.func, ast.Attribute):
            receiver = self.evaluate(node.func.value)
            if receiver.kind == "data" and not receiver.type and is_column(node.func.value):
                receiver = receiver.but(type=COLUMN)
            if node.func.attr == "__subclasses__":
                self.effect.refused.setdefault("looks for subclasses of a class", self.position)
            function = self.attribute(receiver, node.func.attr)
        elif isinstance(node.func, ast.Name):
            function = self.load(node.func.id, called=True)
        else:
            function = self.evaluate(node.func)
        arguments = self._arguments(node)
        if not self.depth:
            self.position = (node.lineno, node.col_offset)
        self.mention(function, receiver, node, arguments)
        if function.target == "builtins.super":
            return self.super_of(arguments)
        if not isinstance(function.target, Definition):
            self.consume(*arguments.all)
            for value in arguments.all:
                if value.kind == "method":  # it may be called
                    self.change(value, deep=True, sparing=CODE_KINDS)
        if function.kind == "module" and isinstance(function.target, str):
            return self._library(function.target, arguments)
        if isinstance(function.target, Definition):
            return self._own(function, arguments)
        if receiver is None and (definitions := self._definitions(function)):
            # One of several that a container holds.
            return element_or_immutable([self._own(one, arguments) for one in definitions])
        if function.kind == "class":
            return self._made(function, arguments)
        if function.type in PARALLEL:
            results = [self.regions.element(value) for value in arguments.all]
            return self.regions.fresh("container", "list", holds=results)
        if function.type in WRAPPERS:
            return self._wrapped(function, arguments)
        if receiver is not None and isinstance(node.func, ast.Attribute):
            return self._method(receiver, node.func.attr, arguments)
        if results := self.special(function, "__call__", arguments=arguments):
            return element_or_immutable(results)
        return self._unknown([function], arguments)

    def _wrapped(self, wrapper: Value, arguments: Arguments) -> Value:
        """A call of what was made of a function: that may get any of what is given.

        A ``partial`` adds what it holds; of the others the results lie in an array.
        """
        partial = wrapper.type == PARTIAL
        bound = [self.regions.element(wrapper)] if partial else []
        given = replace(arguments, positional=(*bound, *arguments.all), keywords={}, starred=True)
        result = element_or_immutable(
            [self._own(function, given) for function in self._definitions_in(wrapper)]
        )
        return result if partial else self.regions.fresh("data", holds=[result])

    # ── Methods that run without a call ──────────────────────────────────────────────────────

    def use(self, value: Value) -> None:
        """The value is iterated over, compared, shown, …: methods of its class run."""
        if self.regions.instances and value.own:
            for region in sorted(self.regions.reach(value.own) & self.regions.instances):
                for result in self._run_methods(region, protocols.implicit_methods):
                    # Its items and what it iterates over are reached through it.
                    self.regions.hold(Value(own=frozenset((region,))), result)

    def special(
        self, value: Value, *names: str, arguments: Arguments = NOTHING_GIVEN
    ) -> list[Value]:
        """What the methods or properties of these names give, where the value has them."""
        results: list[Value] = []
        for region in sorted(value.own & self.regions.instances):
            results += self._run_methods(region, lambda _: frozenset(names), arguments)
        return results

    def computed(self, base: Value, name: str) -> Value | None:
        """What a property of that name gives; None where it is none."""
        results: list[Value] = []
        for region in sorted(base.own & self.regions.instances):
            results += self._run_methods(
                region,
                lambda node: (
                    protocols.computed_attributes(node) & {name, "__getattr__", "__getattribute__"}
                ),
            )
        return element_or_immutable(results) if results else None

    def _run_methods(
        self,
        region: int,
        names: Callable[[ast.ClassDef], Iterable[str]],
        arguments: Arguments = NOTHING_GIVEN,
    ) -> list[Value]:
        instance: Instance = self.regions.targets[region]
        receiver = Value(own=frozenset((region,)), kind="unknown", target=instance)
        found: set[str] = set()
        waiting = [instance.definition]
        while waiting:
            node = protocols.class_of(waiting.pop())
            if node is not None:
                found.update(names(node))
                waiting += self.parents(node)
        methods = (self.find_method(instance.definition, name) for name in sorted(found))
        results: list[Value] = []
        for method in methods:
            if method is None or id(method.node) in self.running:
                continue
            results.append(self._inline(method, arguments, receiver))
            if protocols.is_kept(method.node):
                self.change(receiver)
                self.regions.keep(receiver, results[-1])
        return results

    def run_held(self, iterators: set[int]) -> None:
        """Iterators move on: functions that they hold are called."""
        for region in sorted(self.regions.reach(iterators)):
            target = self.regions.targets[region]
            if isinstance(target, Definition) and id(target.node) not in self.running:
                one = Value(own=frozenset((region,)), kind="function", target=target)
                self._own(one, Arguments((self.regions.fresh("unknown"),), {}, {}, False))
            elif region in self.regions.methods:
                self.change(Value(own=frozenset((region,))), deep=True, sparing=CODE_KINDS)

    def _definitions(self, function: Value) -> list[Value]:
        """The notebook's own definitions that the value may be; none when it may be anything."""
        found = []
        for region in sorted(function.own):
            target = self.regions.targets[region]
            if not isinstance(target, Definition):
                return []
            kind = self.regions.kinds[region]
            found.append(Value(own=frozenset((region,)), kind=kind, target=target))
        return found

    def _arguments(self, node: ast.Call) -> Arguments:
        positional = tuple(self.evaluate(argument) for argument in node.args)
        keywords: dict[str, Value] = {}
        nodes: dict[str, ast.expr] = {}
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        for keyword in node.keywords:
            value = self.evaluate(keyword.value)
            if keyword.arg is None:
                starred = True
                keywords[f"**{len(keywords)}"] = self.regions.element(value)
            else:
                self.note_tuning(keyword.arg)
                keywords[keyword.arg] = value
                nodes[keyword.arg] = keyword.value
        return Arguments(positional, keywords, nodes, starred)

    def _unknown(self, others: Sequence[Value], arguments: Arguments) -> Value:
        """Code that analysis does not know: it may change and keep whatever it is given."""
        everything = [value for value in (*others, *arguments.all) if value.own]
        self.regions.fields.open(self.regions.reach(r for v in everything for r in v.own))
        for value in everything:
            self.may_change(value)
        for holder in everything:
            for held in everything:
                if holder is not held and holder.kind not in ("data", "function", "class"):
                    self.regions.keep(holder, held)
        result = self.regions.fresh("unknown", holds=everything)
        shared = frozenset(r for value in everything for r in value.own)
        (made,) = result.own
        self.given[made] = shared
        return replace(result, own=result.own | shared)

    def _own(self, function: Value, arguments: Arguments) -> Value:
        definition: Definition = function.target
        if isinstance(definition.node, ast.ClassDef):
            return self._instantiate(function, definition, arguments)
        if function.own & self.regions.replaced:  # what stands around it may set attributes
            self._hand_over(arguments)
        result = self._inline(definition, arguments, receiver=None)
        if result.own and id(definition.node) in self.cached:
            # The next call may return the same object: it belongs to the function.
            self.regions.keep(function, result)
            return replace(result, own=result.own | function.own)
        return result

    def _made(self, class_: Value, arguments: Arguments) -> Value:
        code = {class_.constant} if isinstance(class_.constant, str) else set[str]()
        return self.regions.fresh("unknown", holds=arguments.all, code=code)

    def _instantiate(self, class_: Value, definition: Definition, arguments: Arguments) -> Value:
        code = {getattr(definition.node, "name", "")}
        # What its classes hold (a list as an attribute) is reached through it; they are not.
        attributes = self.regions.element(class_)
        lineage = self.lineage(class_) or class_
        attributes = replace(attributes, own=attributes.own - lineage.own)
        instance = self.regions.fresh(
            "unknown", holds=[attributes, *arguments.all], code=code, target=Instance(definition)
        )
        self.regions.instances |= instance.own
        regions = self.classes.get(id(definition.node), ())
        if regions and all(map(self.regions.fields.is_closed, regions)):
            self.regions.fields.close(instance.own)
        for method in ("__new__", "__init__", "__post_init__"):
            found = self.find_method(definition, method)
            if found is not None:
                given = arguments if method != "__post_init__" else NOTHING_GIVEN
                receiver = instance
                if method == "__new__":  # it is given the class, and may keep objects there
                    receiver = replace(instance, own=instance.own | class_.own)
                self._inline(found, given, receiver=receiver)
        return instance

    def _inline(
        self, definition: Definition, arguments: Arguments, receiver: Value | None
    ) -> Value:
        """Run the body of a function of the notebook with these arguments."""
        node = definition.node
        if isinstance(node, ast.ClassDef):
            return self._unknown([], arguments)
        if id(node) not in self.cached or id(node) in self.running:
            return self._follow(definition, node, arguments, receiver)
        outer, self.effect = self.effect, UnitEffect()
        result = self._follow(definition, node, hashed(arguments), receiver)
        run, self.effect = self.effect, outer
        self.effect.add(run)
        self.recalled(node, run, arguments, receiver, result)
        return result

    def _follow(
        self,
        definition: Definition,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        arguments: Arguments,
        receiver: Value | None,
    ) -> Value:
        self.budget -= 1
        if id(node) in self.running:
            return self._recursive(node, arguments, receiver)
        if self.depth >= _DEEPEST or self.budget < 0:
            return self._unknown([], arguments)
        self.plain.discard(id(node))
        self.receivers[id(node)] = receiver.own if receiver is not None else NOTHING
        result = self._run(definition, node, arguments, receiver)
        if id(node) in self.plain and result.own:
            # It was taken to return numbers, and returns more.
            self.plain.discard(id(node))
            self.returning.add(id(node))
            result = self._run(definition, node, arguments, receiver)
            self.returning.discard(id(node))
        self.plain.discard(id(node))
        return result

    def _recursive(self, node: ast.AST, arguments: Arguments, receiver: Value | None) -> Value:
        """A function calls itself: what its body does to other arguments is not followed.

        Where it is given nothing that can change, it is taken to return nothing of that kind
        either, until that proves wrong.
        """
        if receiver is not None and not receiver.own <= self.receivers.get(id(node), NOTHING):
            # What is done to its class, the body does that runs already.
            class_ = self.lineage(self.class_of(receiver) or receiver)
            known = self.regions.reach(class_.own) if class_ is not None else NOTHING
            held = self.regions.reach(receiver.own) - known
            own = frozenset(r for r in held if self.regions.kinds[r] not in CODE_KINDS)
            self.change(Value(own=own))
        if any(value.own for value in arguments.all) or id(node) in self.returning:
            return self._unknown([], arguments)
        self.plain.add(id(node))
        return IMMUTABLE

    def _run(
        self,
        definition: Definition,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        arguments: Arguments,
        receiver: Value | None,
    ) -> Value:
        local = Local(scope_of(node), node)
        self._bind_arguments(local, node, arguments, receiver)
        outer, place = self.scopes, self.position
        self.scopes = (*definition.closure, local)
        self.depth += 1
        self.running[id(node)] = node
        if isinstance(node, ast.Lambda):
            local.returns.append(self.evaluate(node.body))
        else:
            self.execute(node.body)
        del self.running[id(node)]
        self.depth -= 1
        self.scopes, self.position = outer, place
        if scope_of(node).generator:
            code = self._free_globals(node)
            made = self.regions.fresh(
                "generator", holds=[*local.returns, *arguments.all], code=code
            )
            return replace(made, each=element_or_immutable(local.returns))
        return element_or_immutable(local.returns)

    def _bind_arguments(
        self,
        local: Local,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        arguments: Arguments,
        receiver: Value | None,
    ) -> None:
        signature = node.args
        positional = list(arguments.positional)
        if receiver is not None:
            decorated = {
                d.id for d in getattr(node, "decorator_list", ()) if isinstance(d, ast.Name)
            }
            if "classmethod" in decorated:
                positional.insert(0, self.class_of(receiver) or receiver)
            elif "staticmethod" not in decorated:
                positional.insert(0, receiver)
        names = [a.arg for a in (*signature.posonlyargs, *signature.args)]
        anything = element_or_immutable(arguments.all) if arguments.starred else None
        keywords = dict(arguments.keywords)
        for index, name in enumerate(names):
            if anything is not None:
                local.names[name] = join(anything, positional[0]) if positional else anything
            elif index < len(positional):
                local.names[name] = positional[index]
            elif name in keywords:
                local.names[name] = keywords.pop(name)
            else:
                local.names[name] = self._default(node, name)
        for argument in signature.kwonlyargs:
            value = keywords.pop(argument.arg, None) or anything
            local.names[argument.arg] = value or self._default(node, argument.arg)
        if signature.vararg:
            rest = positional[len(names) :] + ([anything] if anything else [])
            local.names[signature.vararg.arg] = self.regions.fresh("container", holds=rest)
        if signature.kwarg:
            rest = list(keywords.values())
            local.names[signature.kwarg.arg] = self.regions.fresh("container", holds=rest)

    def _default(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, name: str
    ) -> Value:
        """A default's value: what is immutable as such, anything else belongs to the function."""
        signature = node.args
        positional = [*signature.posonlyargs, *signature.args]
        pairs = [
            *zip(reversed(positional), reversed(signature.defaults), strict=False),
            *zip(signature.kwonlyargs, signature.kw_defaults, strict=True),
        ]
        for argument, default in pairs:
            if argument.arg == name and default is not None:
                if isinstance(default, ast.Constant | ast.UnaryOp):
                    return IMMUTABLE
                known = self.library_object(default)
                if known is not None:
                    return known
                owner = self.globals.get(getattr(node, "name", ""))
                made = self.defaults.get(id(default))
                if made is not None and made.kind == "immutable":
                    return made
                value = self.regions.fresh("unknown") if made is None else made
                if owner is not None:
                    value = replace(value, own=value.own | owner.own)
                return value
        return self.regions.fresh("unknown")

    def refer(self, value: Value) -> None:
        """A definition is handed around: whoever holds it may call it, so its effects count."""
        definition = value.target
        if not isinstance(definition, Definition) or id(definition.node) in self.referenced:
            return
        self.referenced.add(id(definition.node))
        node = definition.node
        undefined = dict(self.effect.undefined)
        drawn = self.effect.draws_figure, self.effect.draws_perhaps
        shows = self.effect.shows
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                if isinstance(statement, ast.FunctionDef):
                    self._inline(Definition(statement, definition.closure), NOTHING_GIVEN, None)
        else:
            self._inline(definition, NOTHING_GIVEN, None)
        # It may also never be called: what it lacks now is no error here, and it shows nothing.
        self.effect.undefined = undefined
        self.effect.shows = shows
        self.effect.draws_figure, self.effect.draws_perhaps = drawn
