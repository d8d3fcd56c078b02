from __future__ import annotations

import dataclasses
import re
import subprocess
import sys

import pytest

from nb2pipe.execution import summary
from nb2pipe.model import Project, RunRecord, StageRecord


def test_the_summary_of_a_failed_run(record: RunRecord, project: Project) -> None:
    assert summary.markdown(record, project) == (
        "## ✗ churn 1.2.3: failed\n"
        "\n"
        "**Stage train failed**, cell c4, line 1\n"
        "\n"
        "```text\n"
        "ValueError: no <data>\n"
        "```\n"
        "\n"
        "### Metrics\n"
        "\n"
        "| Metric | Value |\n"
        "| --- | --- |\n"
        "| accuracy | 0.91 |\n"
        "| f1 &#40;macro&#41;&#124; | 0.5 |\n"
        "| lost | nan |\n"
        "\n"
        "### Parameters\n"
        "\n"
        "| Parameter | Value |\n"
        "| --- | --- |\n"
        "| C | 0.5 |\n"
        "| seed | 7 |\n"
        "| horizon | &#39;it&#92;&#39;s &#34;90&#34; &#60;days&#62;&#39; |\n"
        "\n"
        "### Graph\n"
        "\n"
        "```mermaid\n"
        "flowchart TD\n"
        '    s1["load<br/>reused"]:::reused\n'
        '    s2["features<br/>ran"]:::ran\n'
        '    s3["train<br/>failed"]:::failed\n'
        '    s4["end<br/>skipped"]:::skipped\n'
        '    s1 -->|"orders"| s2\n'
        '    s2 -->|"X, y, state of random"| s3\n'
        '    s3 -->|"model"| s4\n'
        '    s1 -->|"orders"| s4\n'
        "    s2 -.-> s4\n"
        "    classDef ran fill:#dafbe1,stroke:#1a7f37,color:#1a4a26\n"
        "    classDef reused fill:#ddf4ff,stroke:#0550ae,color:#0a3069\n"
        "    classDef failed fill:#ffebe9,stroke:#b3202a,color:#82071e,stroke-width:3px\n"
        "    classDef skipped fill:#eff2f5,stroke:#59636e,color:#3d444d,stroke-dasharray:4 3\n"
        "```\n"
        "\n"
        "### Stages\n"
        "\n"
        "| Stage | Status | Time | Reason |\n"
        "| --- | --- | --- | --- |\n"
        "| load | &#8634; reused |  | nothing has changed |\n"
        "| features | &#10003; ran | 2.2 s | its code has changed |\n"
        "| train | &#10007; failed | 8.0 s | features ran |\n"
        "| end | &#9675; skipped |  | train failed |\n"
        "\n"
        "Run 20261124T090000-1f2e, started 2026-11-24T09:00:00Z.\n"
    )


ATTACKS = [
    "a | b |\n| c",
    "<img src=x onerror=alert(1)>",
    "**bold** [x](https://evil.example) `code` @someone #1 ~~s~~",
    "\n\n# Heading\n```\n",
    "&lt;&#60;",
    "::error::x",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_name_or_value_becomes_markup(attack: str, record: RunRecord, project: Project) -> None:
    stage = StageRecord("train", "ran", reason=attack)
    given = dataclasses.replace(
        record, metrics={attack: 1.0}, parameters={attack: attack}, stages=(stage,)
    )
    text = summary.markdown(given, project)
    tables = [line for line in text.split("\n") if line.startswith("| ")]
    # Heading and rule of three tables, and one row each: nothing has broken out.
    assert len(tables) == 9
    assert sum(line.startswith("#") for line in text.split("\n")) == 5
    cells = [re.sub(r"&#\d+;", "", line.strip("| ").replace(" | ", "")) for line in tables]
    assert all(re.fullmatch(r"[\w .,:-]*", cell) for cell in cells)


def test_an_error_cannot_leave_its_fence(record: RunRecord, project: Project) -> None:
    stage = StageRecord(
        "train", "failed", error="\x1b[31mx\x1b[0m\n````\n<script>\n```", cell="a`b"
    )
    text = summary.markdown(dataclasses.replace(record, stages=(stage,)), project)
    assert "`````text\nx\n````\n<script>\n```\n`````\n" in text
    assert "cell a&#96;b" in text


def test_a_succeeded_run_without_metrics(record: RunRecord, project: Project) -> None:
    given = dataclasses.replace(
        record, status="succeeded", metrics={}, parameters={}, stages=record.stages[:2], version=""
    )
    text = summary.markdown(given, project)
    assert text.startswith("## ✓ churn: succeeded\n\n### Metrics\n\nThis run has no metrics.\n")
    assert "This pipeline has no parameters." in text
    assert "failed" not in text


def test_a_huge_run_stays_below_what_a_page_takes(record: RunRecord, project: Project) -> None:
    given = dataclasses.replace(
        record,
        metrics={f"metric {number}": number / 7 for number in range(5000)},
        parameters={"text": "<" * 100_000},
        stages=(StageRecord("train", "failed", error="x" * 100_000),),
    )
    text = summary.markdown(given, project)
    assert len(text) < 100_000
    assert "… and 4800 more." in text


def test_the_summary_imports_nothing_heavy() -> None:
    program = (
        "import sys; import nb2pipe.execution.summary;"
        "heavy = ('click', 'nbformat', 'nbconvert', 'jinja2', 'pygments', 'mlflow', 'rich');"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
