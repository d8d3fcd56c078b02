"""The executor keeps what it promises, tried on small workflows."""

from __future__ import annotations

import subprocess
import textwrap
from pathlib import Path

import pytest
from executor import Event, GitHub
from github import Expressions

pytestmark = pytest.mark.slow


def github(folder: Path, workflow: str, **more: dict[str, str]) -> GitHub:
    repository = folder / "repository"
    file = repository / ".github" / "workflows" / "w.yml"
    file.parent.mkdir(parents=True)
    file.write_text(textwrap.dedent(workflow), encoding="utf-8")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "All"]):
        who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org"]
        subprocess.run(["git", "-C", str(repository), *who, *command], check=True)
    return GitHub(repository, folder, **more)


def test_jobs_hand_on_only_what_they_declare(tmp_path: Path) -> None:
    jobs = github(
        tmp_path,
        """
        on: push
        jobs:
          later:
            needs: first
            runs-on: x
            env: {GIVEN: "${{ needs.first.outputs.made }}"}
            steps:
              - run: test "$GIVEN" = 'a b' && test ! -e left
              - run: exit 3
              - run: echo never
              - if: ${{ always() }}
                run: echo "$GIVEN" >> "$GITHUB_STEP_SUMMARY"
              - if: failure()
                run: echo failed
          never:
            needs: [later]
            runs-on: x
            steps: [{run: "true"}]
          first:
            runs-on: x
            outputs: {made: "${{ steps.make.outputs.made }}"}
            steps:
              - id: make
                run: |
                  touch left
                  printf 'made<<END\\na b\\nEND\\n' >> "$GITHUB_OUTPUT"
                  echo "KEPT=1" >> "$GITHUB_ENV"
                  mkdir bin && printf '#!/bin/sh\\necho found' > bin/tool && chmod +x bin/tool
                  echo "$PWD/bin" >> "$GITHUB_PATH"
              - run: test "$KEPT" = 1 && tool && test "${{ env.KEPT }}" = 1
        """.replace("on: push", "on: {push: }"),
    ).execute(".github/workflows/w.yml", Event())
    assert {name: job.conclusion for name, job in jobs.items()} == {
        "first": "success",
        "later": "failure",
        "never": "skipped",
    }
    conclusions = [step.conclusion for step in jobs["later"].steps]
    assert conclusions == ["success", "failure", "skipped", "success", "success"]
    assert jobs["later"].summary == "a b\n"
    assert jobs["first"].steps[1].output == "found\n"


def test_inputs_reach_a_step_through_its_environment_alone(tmp_path: Path) -> None:
    workflow = """
        on:
          workflow_dispatch:
            inputs:
              C: {type: number, default: 1.0}
              on: {type: boolean, default: true}
              text: {type: string, default: x}
        jobs:
          only:
            runs-on: x
            steps:
              - env: {GIVEN: "${{ toJSON(inputs) }}"}
                run: printf %s "$GIVEN"
        """
    inputs = {"text": "\"; import os $(id) ${{ secrets.X }} 'é'"}
    made = github(tmp_path, workflow, secrets={"X": "secret"})
    jobs = made.execute(".github/workflows/w.yml", Event("workflow_dispatch", inputs))
    output = jobs["only"].steps[0].output
    assert '"C": 1,' in output and '"on": true' in output
    assert "$(id) ${{ secrets.X }} 'é'" in output and 'secret"' not in output


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("uses: somebody/action@v1", "somebody/action@v1 is an action that this executor does not"),
        ("{uses: actions/checkout@v1, with: {token: x}}", r"does not know \['token'\]"),
        ("{run: 'true', continue-on-error: true}", r"does not know \['continue-on-error'\]"),
        ("run: echo ${{ nosuch.name }}", "Unrecognized named-value"),
    ],
)
def test_what_it_does_not_know_ends_the_execution(step: str, said: str, tmp_path: Path) -> None:
    workflow = f"""
        on: {{push: }}
        jobs:
          only:
            runs-on: x
            steps:
              - {step}
        """
    with pytest.raises(ValueError, match=said):
        github(tmp_path, workflow).execute(".github/workflows/w.yml", Event())


def test_a_job_ends_when_its_time_is_over(tmp_path: Path) -> None:
    workflow = """
        on: {push: }
        jobs:
          only:
            runs-on: x
            timeout-minutes: 0.01
            steps: [{run: sleep 30}]
        """
    jobs = github(tmp_path, workflow).execute(".github/workflows/w.yml", Event())
    assert jobs["only"].conclusion == "failure"


def test_conditions_ask_for_success_by_themselves() -> None:
    with Expressions() as expressions:
        context = {"github": {"event_name": "push"}}
        assert expressions.holds("", context, "success")
        assert not expressions.holds("", context, "failure")
        assert not expressions.holds("github.event_name == 'push'", context, "failure")
        assert expressions.holds("${{ failure() }}", context, "failure")
        assert expressions.text("a ${{ '}}' }} b ${{ '${{' }} c", context) == "a }} b ${{ c"
