"""What a stage's function may not hold, since it would not run the same cut into cells."""

from __future__ import annotations

import ast
import symtable

from nb2pipe.emit.parsed import ParsedModule, own_nodes, own_statements

_CONTROL = ("yield", "await", "async", "global")
_ENDING = (
    *(ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith),
    ast.Global,
)


def arguments(module: ParsedModule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The stage's inputs and parameters.

    Raises:
        ProjectUnreadable: ``*`` or ``**`` arguments, or an input with a default.
    """
    given = module.function.args
    line = module.function.lineno
    if given.vararg or given.kwarg:
        module.refuse(
            line,
            "the stage's function has * or ** arguments",
            "Name every input and every parameter.",
        )
    if given.defaults:
        module.refuse(
            line,
            "an input of the stage has a default",
            "Inputs have none; parameters stand after the `*`.",
        )
    inputs = tuple(item.arg for item in (*given.posonlyargs, *given.args))
    return inputs, tuple(item.arg for item in given.kwonlyargs)


def outputs(module: ParsedModule, node: ast.Return) -> tuple[str, ...]:
    """The names that the stage returns.

    Raises:
        ProjectUnreadable: it returns anything but names.
    """
    value = node.value
    if value is None or (isinstance(value, ast.Constant) and value.value is None):
        return ()
    if isinstance(value, ast.Name):
        return (value.id,)
    elements = value.elts if isinstance(value, ast.Tuple) else []
    names = [item.id for item in elements if isinstance(item, ast.Name)]
    if len(names) < 2 or len(names) != len(elements) or len(names) != len(set(names)):
        module.refuse(
            node.lineno,
            "the stage returns something other than distinct names",
            "Bind each output to a name and return the names.",
        )
    return tuple(names)


def check_control(module: ParsedModule, statements: list[ast.stmt]) -> None:
    """Refuse what ends, suspends or reaches beyond the function before its end.

    Raises:
        ProjectUnreadable: an early return, yield, await or ``global``.
    """
    own_return = isinstance(module.function.body[-1], ast.Return)
    if module.words["return"] <= own_return and not any(module.words[word] for word in _CONTROL):
        return  # by far the most common
    within = any(module.words[word] for word in ("yield", "await"))
    nodes = own_nodes(statements) if within else own_statements(statements)
    for node in sorted(
        (node for node in nodes if isinstance(node, _ENDING)), key=lambda node: node.lineno
    ):
        line = node.lineno
        if isinstance(node, ast.Return):
            module.refuse(
                line, "the stage returns before its end", "Return once, as the last statement."
            )
        if isinstance(node, ast.Yield | ast.YieldFrom):
            module.refuse(line, "the stage's function yields", "Return the values instead.")
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            module.refuse(line, "the stage's function awaits", "Use `asyncio.run(…)`.")
        if isinstance(node, ast.Global):
            module.refuse(
                line,
                f"the stage keeps {', '.join(node.names)} between two calls",
                "Remove the `global` statement; hand the value on as an output.",
            )


def check_scopes(module: ParsedModule) -> None:
    """Refuse a name that the function and the cells would look up in different places.

    Raises:
        ProjectUnreadable: a definition outside the stage reads a name that the stage binds, or a
            helper inside says ``global`` of one.
    """
    outside = [table for table in module.symbols.get_children() if table is not module.scope]
    if not outside and "global" not in module.words:
        return
    own = {symbol.get_name() for symbol in module.scope.get_symbols() if symbol.is_local()}
    for table in outside:
        _check_outside(module, table, own, table.get_name())
    for table in module.scope.get_children():
        _check_inside(module, table, own)


def _check_outside(
    module: ParsedModule, table: symtable.SymbolTable, own: set[str], outermost: str
) -> None:
    for symbol in table.get_symbols():
        if symbol.is_global() and symbol.get_name() in own:
            module.refuse(
                table.get_lineno(),
                f"{outermost} reads {symbol.get_name()} of the module, "
                "and the stage has a variable of that name",
                "Pass the value as an argument, or rename one of the two.",
            )
    for child in table.get_children():
        _check_outside(module, child, own, outermost)


def _check_inside(module: ParsedModule, table: symtable.SymbolTable, own: set[str]) -> None:
    for symbol in table.get_symbols():
        if symbol.is_declared_global() and symbol.get_name() in own:
            module.refuse(
                table.get_lineno(),
                f"{table.get_name()} says `global {symbol.get_name()}`, which is the module's "
                "and not the stage's",
                "Write `nonlocal`.",
            )
    for child in table.get_children():
        _check_inside(module, child, own)
