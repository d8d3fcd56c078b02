"""All rules, and the page of the documentation that lists them.

``python -m nb2pipe.analysis.rules.catalogue docs/rules.md`` writes the page.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from nb2pipe.analysis import rules
from nb2pipe.analysis.rules import Rule

SECTIONS = ("What", "Why", "Problematic", "Solution")
_GROUPS = {
    "1": "Tags, structure and parameters",
    "2": "Syntax and magics",
    "3": "Names and data flow",
    "4": "Mutation, sharing and hidden state",
    "5": "Constructs that cannot be carried into a module",
    "6": "Recorded facts that contradict the analysis",
}
_HEAD = """\
<!-- Made from the rules by `python -m nb2pipe.analysis.rules.catalogue docs/rules.md`. -->
# Rules

`nb2pipe check` words what it finds by these rules. An error makes `convert`, `run`, `stages` and
`graph` refuse the notebook before anything is written or run; a warning does not.
"""


@dataclass(frozen=True)
class Documented:
    """A rule with its documentation: a title, and a text for each of ``SECTIONS``."""

    rule: Rule
    title: str
    sections: dict[str, str]


def documented() -> list[Documented]:
    """Every rule, in the order of the codes.

    Raises:
        ValueError: a rule's docstring lacks a section or names another code.
    """
    names = sorted(
        module.name
        for module in pkgutil.iter_modules(rules.__path__)
        if re.match(r"nb\d", module.name)
    )
    return [_documented(name) for name in names]


def page() -> str:
    """The page as Markdown."""
    found = documented()
    parts = [_HEAD]
    for digit, group in _GROUPS.items():
        members = [one for one in found if one.rule.code[2] == digit]
        if not members:
            continue
        parts.append(f"## {group}\n")
        rows = ["| code | name | severity | |", "|---|---|---|---|"]
        for one in members:
            link = f"[{one.rule.code}](#{one.rule.code.lower()}-{one.rule.name})"
            rows.append(f"| {link} | {one.rule.name} | {one.rule.severity} | {one.title} |")
        parts.append("\n".join(rows) + "\n")
        parts += [_entry(one) for one in members]
    return "\n".join(parts)


def _entry(one: Documented) -> str:
    sections = one.sections
    return (
        f"### {one.rule.code} {one.rule.name}\n\n"
        f"{one.title[0].upper()}{one.title[1:]} ({one.rule.severity})\n\n"
        f"{sections['What']}\n\n"
        f"{sections['Why']}\n\n"
        f"Problematic:\n\n{sections['Problematic']}\n\n"
        f"Solution:\n\n{sections['Solution']}\n"
    )


def _documented(name: str) -> Documented:
    module = import_module(f"{rules.__name__}.{name}")
    rule: Rule = module.RULE
    lines = inspect.cleandoc(module.__doc__ or "").split("\n")
    code, _, title = lines[0].partition(": ")
    if code != rule.code or not name.startswith(code.lower() + "_"):
        raise ValueError(f"{name}: its docstring, RULE and file name must say the same code")
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lines[1:]:
        if line in SECTIONS:
            current = sections[line] = []
        else:
            current.append(line.removeprefix("    "))
    if tuple(sections) != SECTIONS:
        raise ValueError(f"{name}: its docstring must have the sections {', '.join(SECTIONS)}")
    # reStructuredText's double backquotes are Markdown's single ones.
    texts = {
        section: re.sub(r"(?<!`)``(?!`)", "`", "\n".join(body).strip())
        for section, body in sections.items()
    }
    return Documented(rule, re.sub(r"(?<!`)``(?!`)", "`", title), texts)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
