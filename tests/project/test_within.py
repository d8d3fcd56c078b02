"""Converting without writing outside of a folder: what is left out, kept, and done later."""

from __future__ import annotations

from typing import Any

import pytest

from nb2pipe import notebook as notebooks
from nb2pipe.emit import lock
from nb2pipe.project.conversion import Mode, Options, convert
from nb2pipe.project.outcome import Conversion

WORKFLOW = ".github/workflows/nb2pipe-churn.yml"
NAME = f"../../{WORKFLOW}"


class Repository:
    """A git working tree with the notebook's folder in it, which is all that may be written."""

    def __init__(self, workplace: Any) -> None:
        self.workplace = workplace
        self.top = workplace.folder
        (self.top / ".git").mkdir()
        self.folder = self.top / "book"
        self.folder.mkdir()
        self.write()
        self.workflow = self.top / WORKFLOW

    def write(self, parameter: str = "seed", *more: tuple[str, str]) -> None:
        """Write the notebook; the parameter's name stands in the workflow too."""
        self.workplace.write(*more, load=f"import math\n\nx = math.sqrt({parameter})")
        text = self.workplace.path.read_text(encoding="utf-8").replace(
            "seed = 4", f"{parameter} = 4"
        )
        (self.folder / "churn.ipynb").write_text(text, encoding="utf-8")

    def convert(self, mode: Mode = "write", *, inside: bool = True, **options: Any) -> Conversion:
        within = self.folder if inside else None
        chosen = Options(lock=False, within=within, **options)
        return convert(notebooks.read(self.folder / "churn.ipynb"), chosen, mode)

    def recorded(self) -> str | None:
        file = self.folder / "churn" / lock.NAME
        found = lock.read(file.read_text(encoding="utf-8"), str(file)).files.get(NAME)
        return None if found is None else str(found)


@pytest.fixture
def repository(workplace: Any) -> Repository:
    return Repository(workplace)


def test_the_workflow_is_left_out_and_written_later(repository: Repository) -> None:
    conversion = repository.convert()
    assert [(c.name, c.status) for c in conversion.outside] == [(NAME, "created")]
    assert all(change.name != NAME for change in conversion.changes)
    assert not repository.workflow.exists()
    assert repository.recorded() is None
    assert not repository.convert("diff").differs  # within the folder all is done
    # Who checks everything hears what is missing; who converts everything gets it.
    assert repository.convert("check", inside=False).differs
    later = repository.convert(inside=False)
    assert {c.name for c in later.changes if c.status != "unchanged"} == {NAME, lock.NAME}
    assert repository.workflow.is_file()
    assert not repository.convert("check", inside=False).differs
    assert repository.convert("diff").outside == ()


def test_an_existing_workflow_stays_and_stays_ours(repository: Repository) -> None:
    repository.convert(inside=False)
    before, recorded = repository.workflow.read_bytes(), repository.recorded()
    repository.write("start", ("stage:report", "print(y)"))
    conversion = repository.convert()
    assert repository.workflow.read_bytes() == before
    assert repository.recorded() == recorded is not None
    assert [(c.status, c.origin) for c in conversion.outside] == [("updated", "ours")]
    assert "churn/report.py" in {c.name for c in conversion.changes if c.status == "created"}
    # Converting everything needs no --force: nobody has edited the workflow.
    repository.convert(inside=False)
    assert b"start" in repository.workflow.read_bytes()
    assert not repository.convert("check", inside=False).differs


def test_an_edited_workflow_is_in_nobodys_way(repository: Repository) -> None:
    repository.convert(inside=False)
    repository.workflow.write_text("# mine\n")
    repository.write("start", ("stage:report", "print(y)"))
    (change,) = repository.convert().outside
    assert (change.status, change.origin) == ("updated", "edited")
    assert repository.convert(force=True).outside != ()
    assert repository.workflow.read_text() == "# mine\n"


def test_nothing_is_left_out_where_all_lies_inside(repository: Repository) -> None:
    chosen = Options(lock=False, within=repository.top)
    conversion = convert(notebooks.read(repository.folder / "churn.ipynb"), chosen)
    assert conversion.outside == ()
    assert repository.workflow.is_file()
