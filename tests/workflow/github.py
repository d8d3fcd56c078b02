"""GitHub's own workflow parser and expression evaluator, run by Node from ``node_modules`` here."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from filelock import FileLock

FOLDER = Path(__file__).parent
COMMAND = ["node", "--import", (FOLDER / "json-modules.mjs").as_uri()]


def install() -> None:
    """Install the packages that the lock names, if they are not there already."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("these tests need Node 20 with npm")
    waiting = FOLDER / "__pycache__" / "node_modules.lock"
    waiting.parent.mkdir(exist_ok=True)
    with FileLock(waiting):
        done = FOLDER / "node_modules" / ".installed"
        lock = (FOLDER / "package-lock.json").read_text(encoding="utf-8")
        if not done.is_file() or done.read_text(encoding="utf-8") != lock:
            command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
            subprocess.run(command, cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)
            done.write_text(lock, encoding="utf-8")


def findings(workflow: Path) -> list[dict[str, Any]]:
    """What GitHub's language service says about a workflow."""
    command = [*COMMAND, str(FOLDER / "validate.mjs"), str(workflow)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")
    return json.loads(answer.stdout)


class Expressions:
    """GitHub's expression evaluator, as a process that answers line by line."""

    def __enter__(self) -> Expressions:
        self._process = subprocess.Popen(
            [*COMMAND, str(FOLDER / "evaluate.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def holds(self, condition: str, context: dict[str, Any], status: str) -> bool:
        """Whether an ``if:`` holds; one that does not ask for the status asks for success."""
        condition = condition.strip()
        if condition.startswith("${{") and condition.endswith("}}"):
            condition = condition[3:-2].strip()
        if not any(
            f"{word}(" in condition for word in ("always", "failure", "cancelled", "success")
        ):
            condition = f"success() && ({condition or 'true'})"
        return bool(self._ask(condition, context, status)["holds"])

    def text(self, template: str, context: dict[str, Any], status: str = "success") -> str:
        """A text with its expressions replaced by their values."""
        result, rest = "", template
        while "${{" in rest:
            before, _, rest = rest.partition("${{")
            end = _end(rest)
            result += before + str(self._ask(rest[:end].strip(), context, status)["value"])
            rest = rest[end + 2 :]
        return result + rest

    def _ask(self, expression: str, context: dict[str, Any], status: str) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        question = {"expression": expression, "context": context, "status": status}
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise ValueError(f"${{{{ {expression} }}}}: {answer['error']}")
        return answer


def _end(text: str) -> int:
    """Where an expression ends: at the first ``}}`` outside its quotes."""
    quoted = False
    for index, character in enumerate(text):
        if character == "'":
            quoted = not quoted
        elif not quoted and text.startswith("}}", index):
            return index
    raise ValueError(f"an expression without an end: {text!r}")
