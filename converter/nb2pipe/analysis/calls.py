"""Calls of the abstract run: the notebook's own functions are followed, libraries looked up."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nb2pipe.analysis.expressions import Expressions
from nb2pipe.analysis.knowledge import Effect
from nb2pipe.analysis.machine import (
    CODE_KINDS,
    NUMPY_RANDOM,
    Definition,
    Instance,
    Local,
    element_or_immutable,
)
from nb2pipe.analysis.regions import IMMUTABLE, UNKNOWN, Value, immutable, join
from nb2pipe.analysis.scope import scope_of

# Deeper chains of the notebook's own functions are taken as unknown calls.
_DEEPEST = 12
_DATA_CHANGING = frozenset(
    {"insert", "pop", "update", "sort", "fill", "put", "itemset", "partition", "resize"}
    | {"setflags", "setfield", "byteswap", "__setitem__", "__delitem__"}
)


@dataclass(frozen=True)
class Arguments:
    """The evaluated arguments of a call; ``nodes`` are the keyword expressions by name."""

    positional: tuple[Value, ...]
    keywords: dict[str, Value]
    nodes: dict[str, ast.expr]
    starred: bool

    @property
    def all(self) -> list[Value]:
        """Every argument's value."""
        return [*self.positional, *self.keywords.values()]

    def is_constant(self, keyword: str, constant: object) -> bool:
        """Whether that keyword is given as that literal."""
        node = self.nodes.get(keyword)
        return isinstance(node, ast.Constant) and node.value is constant

    def at(self, position: int, *names: str) -> Value | None:
        """The argument at a position, or under one of these keywords."""
        if 0 <= position < len(self.positional):
            return self.positional[position]
        for name in names:
            if name in self.keywords:
                return self.keywords[name]
        return None


class Calls(Expressions):
    """Runs ``ast.Call``."""

    def _Call(self, node: ast.Call) -> Value:
        return self.call(node)

    def call(self, node: ast.Call) -> Value:
        """The result of a call; its effects are recorded."""
        receiver: Value | None = None
        if isinstance(node.func, ast.Attribute):
            receiver = self.evaluate(node.func.value)
            function = self.attribute(receiver, node.func.attr)
        elif isinstance(node.func, ast.Name):
            function = self.load(node.func.id, called=True)
        else:
            function = self.evaluate(node.func)
        arguments = self._arguments(node)
        if not self.depth:
            self.position = (node.lineno, node.col_offset + 1)
        if function.kind == "module" and isinstance(function.target, str):
            return self._library(function.target, arguments)
        if isinstance(function.target, Definition):
            return self._own(function, arguments)
        if receiver is not None and isinstance(node.func, ast.Attribute):
            return self._method(receiver, node.func.attr, arguments)
        return self._unknown([function], arguments)

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
                keywords[keyword.arg] = value
                nodes[keyword.arg] = keyword.value
        return Arguments(positional, keywords, nodes, starred)

    def _unknown(self, others: Sequence[Value], arguments: Arguments) -> Value:
        """Code that analysis does not know: it may change and keep whatever it is given."""
        everything = [value for value in (*others, *arguments.all) if value.own]
        for value in everything:
            self.change(value, deep=True)
        for holder in everything:
            for held in everything:
                if holder is not held and holder.kind not in ("data", "function", "class"):
                    self.regions.keep(holder, held)
        result = self.regions.fresh("unknown", holds=everything)
        shared = {r for value in everything for r in value.own}
        return replace(result, own=result.own | shared)

    # ── The notebook's own functions and classes ─────────────────────────────────────────────

    def _own(self, function: Value, arguments: Arguments) -> Value:
        definition: Definition = function.target
        if isinstance(definition.node, ast.ClassDef):
            return self._instantiate(function, definition, arguments)
        return self._inline(definition, arguments, receiver=None)

    def _instantiate(self, class_: Value, definition: Definition, arguments: Arguments) -> Value:
        code = {getattr(definition.node, "name", "")}
        # What its class holds (a list as an attribute) is reached through it; the class is not.
        attributes = self.regions.element(class_)
        attributes = replace(attributes, own=attributes.own - class_.own)
        instance = self.regions.fresh(
            "unknown", holds=[attributes, *arguments.all], code=code, target=Instance(definition)
        )
        for method in ("__new__", "__init__", "__post_init__"):
            found = self._find_method(definition, method)
            if found is not None:
                given = arguments if method != "__post_init__" else Arguments((), {}, {}, False)
                self._inline(found, given, receiver=instance)
        return instance

    def _find_method(self, definition: Definition, name: str) -> Definition | None:
        node = definition.node
        if not isinstance(node, ast.ClassDef):
            return None
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and (
                statement.name == name
            ):
                return Definition(statement, definition.closure)
        for base in node.bases:
            if isinstance(base, ast.Name):
                parent = self.globals.get(base.id)
                if parent is not None and isinstance(parent.target, Definition):
                    found = self._find_method(parent.target, name)
                    if found is not None:
                        return found
        return None

    def _inline(
        self, definition: Definition, arguments: Arguments, receiver: Value | None
    ) -> Value:
        """Run the body of a function of the notebook with these arguments."""
        node = definition.node
        if isinstance(node, ast.ClassDef):
            return self._unknown([], arguments)
        self.budget -= 1
        if id(node) in self.running:
            # Recursion: the first run of the body already showed what it does.
            return self.regions.fresh("unknown", holds=arguments.all)
        if self.depth >= _DEEPEST or self.budget < 0:
            return self._unknown([], arguments)
        local = Local(scope_of(node), node)
        self._bind_arguments(local, node, arguments, receiver)
        outer, place = self.scopes, self.position
        self.scopes = (*definition.closure, local)
        self.depth += 1
        self.running.add(id(node))
        if isinstance(node, ast.Lambda):
            local.returns.append(self.evaluate(node.body))
        else:
            self.execute(node.body)
        self.running.discard(id(node))
        self.depth -= 1
        self.scopes, self.position = outer, place
        if scope_of(node).generator:
            code = self._free_globals(node)
            return self.regions.fresh(
                "generator", holds=[*local.returns, *arguments.all], code=code
            )
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
            if "staticmethod" not in decorated:
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
                owner = self.globals.get(getattr(node, "name", ""))
                value = self.regions.fresh("unknown")
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
        nothing = Arguments((), {}, {}, False)
        undefined = dict(self.effect.undefined)
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                if isinstance(statement, ast.FunctionDef):
                    self._inline(Definition(statement, definition.closure), nothing, None)
        else:
            self._inline(definition, nothing, None)
        # It may also never be called: what it lacks now is no error here.
        self.effect.undefined = undefined

    # ── Libraries ────────────────────────────────────────────────────────────────────────────

    def _library(self, dotted: str, arguments: Arguments) -> Value:
        effect = self.knowledge.function(dotted)
        if effect is None:
            if self.knowledge.is_estimator(dotted):
                return self._estimator(dotted, arguments)
            return self._unknown([], arguments)
        for position in effect.changes:
            changed = arguments.at(position)
            if changed is not None:
                self.change(changed)
                if dotted.startswith("heapq.") or dotted == "builtins.setattr":
                    for other in arguments.all:
                        if other is not changed:
                            self.regions.keep(changed, other)
        if "out" in arguments.keywords:
            self.change(arguments.keywords["out"])
        if "ax" in arguments.keywords:
            self.change(arguments.keywords["ax"])
        if arguments.is_constant("inplace", True) and arguments.positional:
            self.change(arguments.positional[0])
        self._world(dotted, effect, arguments)
        if self.knowledge.is_estimator(dotted):
            return self._estimator(dotted, arguments)
        last = dotted.rpartition(".")[2]
        if last in self.knowledge.random and dotted.startswith("sklearn."):
            self._draw_unless_given(arguments)
        if effect.fits:
            for value in arguments.all:
                if NUMPY_RANDOM in self.regions.code_of(value):
                    self.draw("numpy.random")
        if effect.generator:
            return self._generator(dotted, arguments)
        return self._result(dotted, effect, arguments)

    def _world(self, dotted: str, effect: Effect, arguments: Arguments) -> None:
        """What a library function does outside its arguments."""
        note = self.effect
        if effect.draws:
            self.draw(effect.draws)
        if effect.seeds:
            (note.seeds if not self.depth and not arguments.starred else note.draws).add(
                effect.seeds
            )
            if not arguments.all and dotted.endswith(".seed"):
                note.unseeded.setdefault(f"{dotted}()", self.position)
        if effect.reads >= 0:
            self._file(
                arguments.at(effect.reads, "filepath_or_buffer", "path", "io", "fname", "file"),
                read=True,
            )
        if effect.writes >= 0:
            self._file(arguments.at(effect.writes, "fname", "file", "filename", "path"), read=False)
        if effect.reads_any:
            note.file_reads.setdefault(None, self.position)
        if effect.writes_any:
            note.file_writes.setdefault(None, self.position)
        if effect.opens:
            self._open(arguments.at(0, "file"), arguments.at(1, "mode"))
        if effect.observes:
            note.observes.setdefault(effect.observes, self.position)
        if effect.setting:
            note.settings.add(dotted)
            note.early |= effect.early
        if effect.refused:
            note.refused.setdefault(f"{dotted}() changes {effect.refused}", self.position)
        if dotted.startswith("matplotlib.pyplot.") and not self.depth and not note.draws_figure:
            made = ("figure", "subplots", "subplot_mosaic", "rc", "style", "close", "show")
            last = dotted.removeprefix("matplotlib.pyplot.").partition(".")[0]
            note.draws_figure = "made" if last in made else "draws"

    def _file(self, path: Value | None, *, read: bool) -> None:
        note = self.effect.file_reads if read else self.effect.file_writes
        if path is None:
            return
        if path.kind in ("container", "unknown", "figure", "data") and path.own:
            self.change(path)  # an open file or buffer: its position moves
            if path.kind != "container":
                note.setdefault(None, self.position)
            return
        if isinstance(path.constant, str):
            if "://" in path.constant:
                self.effect.observes.setdefault("reads from the network", self.position)
            else:
                note.setdefault(path.constant, self.position)
        else:
            note.setdefault(None, self.position)

    def _open(self, path: Value | None, mode: Value | None) -> None:
        text = mode.constant if mode is not None else "r"
        modes = text if isinstance(text, str) else "r+"
        if any(letter in modes for letter in "wax+"):
            self._file(path, read=False)
        if "w" not in modes and "x" not in modes:
            self._file(path, read=True)

    def _draw_unless_given(self, arguments: Arguments) -> None:
        given = arguments.keywords.get("random_state")
        if arguments.starred or (
            given is not None and not arguments.is_constant("random_state", None)
        ):
            if given is not None and given.own:
                self.change(given)
            return
        self.draw("numpy.random")

    def _estimator(self, dotted: str, arguments: Arguments) -> Value:
        last = dotted.rpartition(".")[2]
        known = self.knowledge
        draws = last in known.random or (
            last in known.random_with
            and (
                not known.random_with[last] or arguments.is_constant(known.random_with[last], True)
            )
        )
        given = "random_state" in arguments.keywords and not arguments.is_constant(
            "random_state", None
        )
        code = {NUMPY_RANDOM} if draws and not given and not arguments.starred else set()
        return self.regions.fresh("estimator", dotted, holds=arguments.all, code=code)

    def _generator(self, dotted: str, arguments: Arguments) -> Value:
        """A random generator object: it changes with every draw, and is random without a seed."""
        if not arguments.all or (
            all(
                isinstance(node, ast.Constant) and node.value is None
                for node in arguments.nodes.values()
            )
            and not arguments.positional
        ):
            last = dotted.rpartition(".")[2]
            self.effect.unseeded.setdefault(f"{last}()", self.position)
        return self.regions.fresh("unknown", dotted, holds=arguments.all)

    def _result(self, dotted: str, effect: Effect, arguments: Arguments) -> Value:
        regions = self.regions
        values = [value for value in arguments.all if value.own]
        kind = effect.kind
        if dotted in ("builtins.zip", "builtins.enumerate"):
            return self._paired(dotted, arguments)
        if dotted in ("builtins.map", "builtins.filter") and arguments.positional:
            return self._mapped(dotted, arguments)
        if effect.result in ("copies", "element") and last_is_ordering(arguments):
            values = [value for value in arguments.positional if value.own]
        last = dotted.rpartition(".")[2]
        type_ = effect.type or (dotted if last[:1].isupper() else "")
        if arguments.is_constant("copy", False) and effect.result in ("data", "fresh"):
            own = frozenset(r for value in values for r in value.own)
            return Value(own=own, kind=kind if kind != "unknown" else "data", type=type_)
        match effect.result:
            case "immutable":
                constant = UNKNOWN
                first = arguments.at(0)
                if (
                    effect.type.startswith("pathlib.")
                    and first is not None
                    and len(arguments.all) == 1
                ):
                    constant = first.constant
                if dotted == "os.path.join" and all(
                    isinstance(value.constant, str) for value in arguments.positional
                ):
                    constant = "/".join(value.constant for value in arguments.positional)
                if dotted == "builtins.str" and first is not None:
                    constant = first.constant
                return immutable(effect.type, constant)
            case "data":
                return regions.fresh("data", type_)
            case "split":
                return Value(own=regions.fresh("data").own, kind="container", type="split")
            case "independent":
                types = {value.type for value in values}
                only = values[0].kind if len(values) == 1 and kind == "unknown" else kind
                inside = regions.fresh("unknown")
                return regions.fresh(
                    only, type_ or (types.pop() if len(types) == 1 else ""), holds=[inside]
                )
            case "copies":
                elements = [regions.element(value) for value in values]
                return regions.fresh(kind, type_, holds=elements)
            case "shares" | "shares_first":
                shared = values[:1] if effect.result == "shares_first" else values
                own = frozenset(r for value in shared for r in value.own)
                fresh = regions.fresh(kind, type_, holds=values)
                return replace(fresh, own=fresh.own | own) if kind != "figure" else fresh
            case "element":
                return element_or_immutable([regions.element(value) for value in values])
            case "holds":
                elements = [
                    regions.element(v) for v in values if v.kind not in ("function", "class")
                ]
                return regions.fresh(
                    kind if kind != "unknown" else "container",
                    type_,
                    holds=[*elements, *(v for v in values if v.kind in ("function", "class"))],
                )
        return regions.fresh(kind, type_, holds=values)

    def _paired(self, dotted: str, arguments: Arguments) -> Value:
        """``zip`` and ``enumerate``: every round gives a tuple whose items are known."""
        items = [self.regions.element(value) for value in arguments.positional]
        if dotted.endswith("enumerate"):
            items = [immutable("int"), *items[:1]]
        return self._tuples(items)

    def _mapped(self, dotted: str, arguments: Arguments) -> Value:
        """``map`` and ``filter``: the function is called with every element."""
        function, *sources = arguments.positional
        elements = tuple(self.regions.element(source) for source in sources)
        each = element_or_immutable(elements)
        if isinstance(function.target, Definition):
            result = self._own(function, Arguments(elements, {}, {}, False))
            each = result if dotted == "builtins.map" else each
        elif function.own:
            each = self._unknown([function], Arguments(elements, {}, {}, False))
        elif dotted == "builtins.map" and isinstance(function.target, str):
            each = self._library(function.target, Arguments(elements, {}, {}, False))
        return replace(self.regions.fresh("generator", holds=[each]), each=each)

    def _tuples(self, items: Sequence[Value]) -> Value:
        one = self.regions.fresh("container", "tuple", holds=items)
        each = replace(one, items=tuple(items))
        return replace(self.regions.fresh("container", holds=[one]), each=each)

    # ── Methods ──────────────────────────────────────────────────────────────────────────────

    def _method(self, base: Value, name: str, arguments: Arguments) -> Value:
        known = self.knowledge
        if isinstance(base.target, Instance):
            found = self._find_method(base.target.definition, name)
            if found is not None:
                return self._inline(found, arguments, receiver=base)
        self._method_files(base, name, arguments)
        if base.kind == "immutable":
            return self._immutable_method(base, name, arguments)
        if "ax" in arguments.keywords:
            self.change(arguments.keywords["ax"])
        if name == "sample" and base.kind == "data":
            self._draw_unless_given(arguments)
        changing = name in known.changing
        if base.kind == "data":
            changing = name in _DATA_CHANGING
        elif base.kind == "container" and name not in known.changing:
            changing = False
        elif base.kind == "figure":
            changing = True
        elif base.kind == "estimator" and not (name in known.fitting or name.startswith("set_")):
            changing = False
        if changing:
            return self._changing_method(base, name, arguments)
        if arguments.is_constant("inplace", True):
            self.change(base)
            return IMMUTABLE
        trusted = base.kind in ("data", "container", "estimator", "figure", "generator")
        if not (name in known.reading or trusted):
            return self._unknown([base], arguments)
        return self._reading_method(base, name, arguments)

    def _changing_method(self, base: Value, name: str, arguments: Arguments) -> Value:
        regions, known = self.regions, self.knowledge
        if name in known.fitting:
            self.change(base)
            self.change(base, deep=True, sparing=CODE_KINDS | {"data"})
            if NUMPY_RANDOM in regions.code_of(base):
                self.draw("numpy.random")
            for value in (*arguments.positional[2:], *arguments.keywords.values()):
                if value.kind not in ("data", "immutable"):
                    regions.keep(base, value)
        else:
            self.change(base)
            if base.kind not in ("data", "figure"):
                for value in arguments.all:
                    regions.keep(base, value)
                    if name in ("update", "extend", "extendleft"):
                        regions.keep(base, regions.element(value))
        if name in ("shuffle", "permuted", "readinto"):
            for value in arguments.all:
                self.change(value)
        if name in known.returning_self or base.kind == "figure":
            return replace(base, constant=UNKNOWN, items=None)
        if name in ("pop", "popitem", "popleft", "setdefault"):
            return element_or_immutable([regions.element(base), *arguments.all])
        if base.kind == "container":
            return IMMUTABLE
        return regions.fresh(
            "data" if name in known.fitting or base.type.startswith("numpy.random") else "unknown"
        )

    def _reading_method(self, base: Value, name: str, arguments: Arguments) -> Value:
        regions, known = self.regions, self.knowledge
        if name == "copy":
            if base.kind == "data":
                return regions.fresh("data", base.type)
            return regions.fresh(base.kind, base.type, holds=[regions.element(base)])
        if base.kind == "container" and name == "items" and base.type != "tuple":
            return self._tuples([IMMUTABLE, regions.element(base)])
        if name in ("transform", "inverse_transform") and not _transforms_freshly(base):
            own = frozenset(r for value in arguments.all for r in value.own)
            return Value(own=own | regions.fresh("data").own, kind="data")
        if name in ("get", "values", "keys") and base.kind == "container":
            element = regions.element(base)
            if name == "get":
                return element_or_immutable([element, *arguments.all[1:]])
            return replace(base, type="", items=None, each=element)
        if name in known.viewing and base.kind == "unknown":
            return element_or_immutable([regions.element(base), *arguments.all])
        if name in known.viewing or arguments.is_constant("copy", False):
            return replace(base, type="", constant=UNKNOWN, target=None, items=None)
        if base.kind == "container":
            return (
                regions.fresh("unknown", holds=[base])
                if name not in ("index", "count")
                else IMMUTABLE
            )
        if base.kind == "generator":
            return regions.element(base)
        kind = "data" if base.kind in ("data", "estimator") else "unknown"
        if base.kind == "estimator" and name in ("get_params",):
            return regions.fresh("container", holds=[base])
        frame = base.type == "pandas.DataFrame" and name in _FRAME_TO_FRAME
        return regions.fresh(kind, base.type if frame else "")

    def _immutable_method(self, base: Value, name: str, arguments: Arguments) -> Value:
        if name in ("joinpath", "with_suffix", "with_name"):
            return replace(base, constant=UNKNOWN)
        if name == "open":
            self._open(base, arguments.at(0, "mode"))
            return self.regions.fresh("unportable", "io.IOBase")
        if name in self.knowledge.listing_files:
            return self.regions.fresh("container")
        if name in ("split", "splitlines", "rsplit", "partition", "findall"):
            return self.regions.fresh("container", "list")
        held = [value for value in arguments.all if value.own and value.kind == "unknown"]
        return (
            self.regions.fresh("unknown", holds=held)
            if held and not base.type
            else immutable(base.type if base.type in ("str",) else "")
        )

    def _method_files(self, base: Value, name: str, arguments: Arguments) -> None:
        known = self.knowledge
        path_like = base.kind == "immutable" and (not base.type or base.type.startswith("pathlib."))
        if path_like and name in known.reading_files:
            self._file(base, read=True)
        if name in known.listing_files and path_like:
            self.effect.file_reads.setdefault(None, self.position)
        where = known.writing_files.get(name)
        if where == "self" and path_like:
            self._file(base, read=False)
        elif where == "argument" and base.kind in ("data", "figure", "unknown", "estimator"):
            first = arguments.at(0, "path", "path_or_buf", "fname", "buf", "excel_writer")
            if first is not None:
                self._file(first, read=False)


def last_is_ordering(arguments: Arguments) -> bool:
    """Whether a ``key=`` function only orders what is given: it is not in the result."""
    return "key" in arguments.keywords


def _transforms_freshly(base: Value) -> bool:
    """Whether a transformer's result is new: these may hand on what they were given."""
    last = base.type.rpartition(".")[2]
    passing = ("FunctionTransformer", "Pipeline", "ColumnTransformer", "FeatureUnion")
    return base.type.startswith("sklearn.") and last not in passing


_FRAME_TO_FRAME = frozenset(
    {"head", "tail", "copy", "drop", "dropna", "fillna", "assign", "reset_index", "set_index"}
    | {"sort_values", "sort_index", "rename", "merge", "join", "query", "sample", "round"}
    | {"drop_duplicates", "astype", "replace", "select_dtypes", "describe", "nlargest", "clip"}
    | {"nsmallest", "ffill", "bfill", "melt", "pivot_table", "reindex", "corr", "cov"}
)
