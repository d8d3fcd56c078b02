"""Requirements from imports, with a hand-made environment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.environment import requirements
from nb2pipe.environment.facts import Distribution, Facts
from nb2pipe.environment.probe import Survey
from nb2pipe.errors import RequirementUnresolved
from nb2pipe.model import Cell, ImportedModule, Notebook, Pipeline, Stage

INSTALLED = {
    "pandas": ("pandas", "3.0.2"),
    "sklearn": ("scikit-learn", "1.9.1"),
    "seaborn": ("seaborn", "0.13.2"),
    "pytz": ("pytz", "2026.1"),
    "torch": ("torch", "2.13.0+cpu"),
    "mylib": ("mylib", "1.0"),
    "openpyxl": ("openpyxl", "3.1.5"),
}


class Environment:
    """Answers like the kernel's environment, and remembers what it was asked."""

    def __init__(self, urls: dict[str, Any] | None = None) -> None:
        self.asked: list[str] = []
        self.urls = urls or {}

    def __call__(self, modules: Sequence[str], distributions: Sequence[str]) -> Survey:
        self.asked += modules
        tops = {module: module.partition(".")[0] for module in modules}
        providers = {
            module: (top, (INSTALLED[top][0],) if top in INSTALLED else ())
            for module, top in tops.items()
        }
        return Survey(
            python="3.12",
            prefix=Path("/nowhere"),
            providers=providers,
            versions=dict(INSTALLED.values()),
            direct_urls=self.urls,
        )


def pipeline(folder: Path, *modules: str, optional: Sequence[str] = (), **more: Any) -> Pipeline:
    cell = Cell("c1", 3, "code", "")
    notebook = Notebook(folder / "churn.ipynb", (cell,))
    found = [ImportedModule(m, "c1", 1) for m in modules]
    found += [ImportedModule(m, "c1", 2, optional=True) for m in optional]
    return Pipeline("churn", notebook, modules=tuple(found), **more)


def resolve(
    made: Pipeline, ask: Any = None, recorded: Facts | None = None, refresh: bool = False
) -> requirements.Requirements:
    return requirements.resolve(
        made,
        project=made.notebook.path.parent / "churn",
        recorded=recorded or Facts(),
        ask=ask,
        refresh=refresh,
    )


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL", "UV_INDEX", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("UV_NO_CONFIG", "1")


def test_imports_become_ranges_of_what_is_installed(tmp_path: Path) -> None:
    made = pipeline(tmp_path, "pandas", "sklearn.linear_model", "seaborn", "pytz", "torch", "json")
    found = resolve(made, Environment())
    assert found.dependencies == (
        "cloudpickle>=3,<4",
        "ipykernel>=6.29,<8",
        "pandas>=3.0.2,<4",
        "pytz>=2026.1",
        "scikit-learn>=1.9.1,<2",
        "seaborn>=0.13.2,<0.14",
        "torch>=2.13.0,<3",
    )
    assert found.facts.python == "3.12"
    assert found.facts.modules["sklearn"] == "scikit-learn"
    assert "json" not in found.facts.modules


def test_recorded_facts_are_used_and_nobody_is_asked(tmp_path: Path) -> None:
    made = pipeline(tmp_path, "pandas", "sklearn.svm", optional=["xgboost"])
    first = resolve(made, Environment())
    again = resolve(made, None, first.facts)
    assert again == first
    assert again.unknown == ()


def test_only_a_new_import_is_asked_for(tmp_path: Path) -> None:
    first = resolve(pipeline(tmp_path, "pandas"), Environment())
    environment = Environment()
    resolve(pipeline(tmp_path, "pandas", "seaborn"), environment, first.facts)
    assert environment.asked == ["seaborn"]
    unknown = resolve(pipeline(tmp_path, "pandas", "seaborn"), None, first.facts)
    assert unknown.unknown == ("seaborn",)


def test_upgrade_asks_for_everything_again(tmp_path: Path) -> None:
    old = Facts("3.11", {"pandas": "pandas"}, {"pandas": Distribution("pandas", "2.2.0")})
    made = pipeline(tmp_path, "pandas")
    assert "pandas>=2.2.0,<3" in resolve(made, Environment(), old).dependencies
    assert "pandas>=3.0.2,<4" in resolve(made, Environment(), old, refresh=True).dependencies


def test_facts_of_a_removed_import_are_dropped(tmp_path: Path) -> None:
    first = resolve(pipeline(tmp_path, "pandas", "seaborn"), Environment())
    less = resolve(pipeline(tmp_path, "pandas"), None, first.facts)
    assert set(less.facts.modules) == {"pandas"}
    assert set(less.facts.distributions) == {"pandas"}


def test_an_import_that_nothing_provides_names_cell_and_line(tmp_path: Path) -> None:
    with pytest.raises(RequirementUnresolved) as caught:
        resolve(pipeline(tmp_path, "pandas", "cv2", "nosuch"), Environment())
    assert "cv2 (nor nosuch)" in caught.value.message
    assert "cell 3, line 1" in caught.value.place
    assert "opencv-python-headless" in caught.value.advice
    assert caught.value.exit_code == 2


def test_an_optional_import_may_be_missing(tmp_path: Path) -> None:
    found = resolve(pipeline(tmp_path, optional=["xgboost", "seaborn"]), Environment())
    assert found.facts.modules == {"seaborn": "seaborn", "xgboost": ""}
    assert not any("xgboost" in text for text in found.dependencies)


def test_local_modules_are_no_requirement_but_their_imports_are(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("import other\n\nimport seaborn\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "__init__.py").write_text("import pandas as pd\n")
    found = resolve(pipeline(tmp_path, "helpers"), Environment())
    assert set(found.facts.modules) == {"pandas", "seaborn"}
    (tmp_path / "helpers.py").write_text("\nimport nosuch\n")
    with pytest.raises(RequirementUnresolved) as caught:
        resolve(pipeline(tmp_path, "helpers"), Environment())
    assert caught.value.place.endswith("helpers.py: line 2")


def test_a_module_that_a_cell_writes_is_local(tmp_path: Path) -> None:
    made = pipeline(tmp_path, "gen", "pandas", stages=(Stage("load", (), writes=("gen.py",)),))
    assert set(resolve(made, Environment()).facts.modules) == {"pandas"}


def test_install_lines_are_evidence(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("pytz==2026.1  # zone\n-e .\n")
    made = pipeline(
        tmp_path,
        "pandas",
        requirements=("-q 'pandas[excel]>=3,<3.5' openpyxl", "-r more.txt", "nowhere~=1.4"),
    )
    found = resolve(made, Environment())
    assert found.dependencies[2:] == (
        "nowhere~=1.4",
        "openpyxl>=3.1.5,<4",
        "pandas[excel]<3.5,>=3",
        "pytz==2026.1",
    )
    assert resolve(made, None, found.facts) == found


def test_local_and_editable_packages_become_sources(tmp_path: Path) -> None:
    urls = {
        "mylib": {"url": (tmp_path / "libs" / "mylib").as_uri(), "dir_info": {"editable": True}},
        "pandas": {
            "url": "https://user:secret@example.org/p.git",
            "vcs_info": {"vcs": "git", "commit_id": "abc"},
        },
    }
    found = resolve(pipeline(tmp_path, "mylib", "pandas"), Environment(urls))
    assert found.facts.distributions["mylib"].source == {
        "path": "../libs/mylib",
        "editable": True,
    }
    assert found.facts.distributions["pandas"].source == {
        "git": "https://example.org/p.git",
        "rev": "abc",
    }
    assert "mylib" in found.dependencies


def test_removed_standard_modules_depend_on_the_kernels_python(tmp_path: Path) -> None:
    made = pipeline(tmp_path, "imp")
    old = Facts("3.11")
    assert resolve(made, Environment(), old).facts.modules == {}
    with pytest.raises(RequirementUnresolved):
        resolve(made, Environment())  # it is Python 3.12
