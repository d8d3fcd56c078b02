"""The text of pyproject.toml."""

from __future__ import annotations

import tomllib

from nb2pipe.emit import environment
from nb2pipe.environment import facts as facts_
from nb2pipe.environment.facts import Distribution, Facts, Index

FACTS = Facts(
    "3.12",
    {"google.cloud": "google-cloud", "sklearn": "scikit-learn", "xgboost": ""},
    {
        "google-cloud": Distribution("google-cloud", "1.0"),
        "mylib": Distribution("mylib", "", {"path": '../my "lib"\x7f', "editable": True}),
        "scikit-learn": Distribution("scikit-learn", "1.9.1"),
    },
    (
        Index("corp", "https://corp.example/[x]/simple", default=True),
        Index("b", "https://b.example"),
    ),
)
DEPENDENCIES = ("mylib", "scikit-learn>=1.9.1,<2")


def test_what_is_written_is_read_back() -> None:
    text = environment.pyproject("churn", DEPENDENCIES, FACTS)
    document = tomllib.loads(text)
    assert document["project"]["version"] == "0"
    assert document["project"]["requires-python"] == ">=3.12,<3.13"
    assert document["project"]["dependencies"] == list(DEPENDENCIES)
    assert "ploomber==0.22.4" in document["dependency-groups"]["ploomber"]
    assert facts_.read(document, "pyproject.toml") == FACTS


def test_the_users_part_is_kept_as_it_is() -> None:
    first = environment.pyproject("churn", DEPENDENCIES, FACTS)
    edited = first + '# nightly\nschedule = "0 6 * * *"\n\n[tool.ruff]\nline-length = 99\n'
    ours, settings = environment.split(edited)
    again = environment.pyproject("churn", ("pandas",), FACTS, settings)
    assert environment.split(again)[1] == settings
    assert tomllib.loads(again)["tool"]["nb2pipe"]["schedule"] == "0 6 * * *"
    assert ours == environment.split(first)[0]
    assert environment.pyproject("churn", DEPENDENCIES, FACTS, settings) == edited


def test_names_that_no_distribution_may_have() -> None:
    assert environment.distribution_name("modèle") == "modele"
    assert environment.distribution_name("_churn_") == "churn"
    assert environment.distribution_name("数据") == "pipeline"
