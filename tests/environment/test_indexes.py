"""Indexes that pip and uv are configured with."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2pipe.environment import indexes
from nb2pipe.environment.facts import Index


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


def configured(home: Path, **environ: str) -> indexes.ConfiguredIndexes:
    return indexes.configured(home / "venv", {"PIP_CONFIG_FILE": "/dev/null", **environ})


def test_addresses_are_kept_without_credentials(home: Path) -> None:
    found = configured(
        home,
        UV_INDEX="corp=https://me:s%40cret@pypi.corp.example/simple https://b.example/simple",
        PIP_INDEX_URL="https://mirror.example/simple",
    )
    assert found.indexes == (
        Index("corp", "https://pypi.corp.example/simple"),
        Index("b-example", "https://b.example/simple"),
        Index("mirror-example", "https://mirror.example/simple", default=True),
    )
    assert found.credentials == {"https://pypi.corp.example/simple": ("me", "s@cret")}


def test_folders_of_this_machine_are_left_out(home: Path) -> None:
    found = configured(home, PIP_EXTRA_INDEX_URL="file:///srv/wheels/simple")
    assert found.indexes == ()
    assert found.left_out == ("file:///srv/wheels/simple",)


def test_the_public_index_is_nothing_to_write(home: Path) -> None:
    assert configured(home, UV_INDEX_URL="https://pypi.org/simple/").indexes == ()


def test_files_of_pip_and_uv(home: Path) -> None:
    (home / "venv").mkdir()
    (home / "venv" / "pip.conf").write_text(
        "[global]\nextra-index-url =\n    https://one.example/simple\n    https://two.example/x\n"
    )
    uv = home / ".config" / "uv"
    uv.mkdir(parents=True)
    (uv / "uv.toml").write_text(
        '[[index]]\nname = "three"\nurl = "https://three.example/simple"\ndefault = true\n'
    )
    found = indexes.configured(home / "venv", {})
    assert [index.url for index in found.indexes][:3] == [
        "https://three.example/simple",
        "https://one.example/simple",
        "https://two.example/x",
    ]


def test_an_address_twice_counts_once(home: Path) -> None:
    found = configured(
        home, UV_INDEX="https://a.example/simple", PIP_EXTRA_INDEX_URL="https://a.example/simple"
    )
    assert len(found.indexes) == 1
