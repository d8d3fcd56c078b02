"""What the recorder makes of identities that come again."""

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from nb2pipe.evidence.kernel import recorder
from nb2pipe.execution.kernel import fingerprint, states, witness


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """A recorder of a namespace, as it stands in a kernel."""
    for module in (fingerprint, states, witness):
        name = module.__name__.rpartition(".")[2]
        monkeypatch.setitem(sys.modules, f"_nb2pipe_kernel.{name}", module)
    monkeypatch.setattr(sys, "addaudithook", lambda hook: None)  # it could not be taken away
    shell = types.SimpleNamespace(user_ns={}, user_ns_hidden=set())
    plan = {"folder": str(tmp_path), "workplace": str(tmp_path), "work": "", "only_facts": True}
    made = recorder.Recorder(shell, {**plan, "sources": []})
    made.look()
    return made


def look(watched: Any, cell: str) -> Any:
    exec(cell, watched.shell.user_ns)
    before = watched.names, watched.known, watched.process
    watched.look(cell)
    return watched.facts(*before)["shares"]


def test_an_identity_of_something_gone_is_no_sharing(watched: Any) -> None:
    look(watched, "old = {'parts': [1, 2]}")
    watched.costs["old"] = 1.0  # so slow that it is not looked at again
    look(watched, "new = [3]")
    stale = watched.known["old"]
    stale.holds.add(id(watched.shell.user_ns["new"]))
    assert look(watched, "other = [4]") == []
    assert watched.known["old"] is not stale


def test_sharing_with_what_is_slow_to_look_at_is_seen(watched: Any) -> None:
    look(watched, "old = {'parts': [1, 2]}")
    watched.costs["old"] = 1.0
    assert look(watched, "part = old['parts']") == [("old", "part")]
