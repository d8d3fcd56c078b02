"""The store: content comes back, damage counts as absence, nobody disturbs anybody."""

import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nb2pipe.errors import StorageFailed
from nb2pipe.execution.store import Store

same_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@given(content=st.binary(max_size=3000))
@same_folder
def test_what_is_put_comes_back(tmp_path: Path, content: bytes) -> None:
    store = Store(tmp_path)
    digest = store.put(content)
    assert store.get(digest) == content
    file = tmp_path / "adopted"
    file.write_bytes(content)
    assert store.adopt(file) == digest
    assert not file.exists()


@given(content=st.binary(min_size=1, max_size=200), position=st.integers(0, 10_000))
@same_folder
def test_any_changed_byte_makes_an_object_absent(
    tmp_path: Path, content: bytes, position: int
) -> None:
    store = Store(tmp_path)
    digest = store.put(content)
    path = store.path(digest)
    damaged = bytearray(path.read_bytes())
    damaged[position % len(damaged)] ^= 1
    path.write_bytes(damaged)
    assert not store.intact(digest)
    with pytest.raises(KeyError):
        store.get(digest)
    store.put(content)
    assert store.get(digest) == content


@given(length=st.integers(0, 60))
@same_folder
def test_a_torn_object_is_absent(tmp_path: Path, length: int) -> None:
    store = Store(tmp_path)
    digest = store.put(b"some content of an object")
    whole = store.path(digest).read_bytes()
    store.path(digest).write_bytes(whole[:length])
    assert store.intact(digest) == (length >= len(whole))
    store.path(digest).unlink()


def test_another_store_s_object_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    ours, theirs = Store(tmp_path / "a"), Store(tmp_path / "b")
    digest = theirs.put(b"evil")
    target = ours.path(digest)
    target.parent.mkdir(parents=True)
    target.write_bytes(theirs.path(digest).read_bytes())
    assert ours.has(digest)
    assert not ours.intact(digest)


def test_results_are_signed_and_the_newest_comes_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save_result("key", "one", {"number": 1, "metrics": {"b": 1.0, "a": 2.0}})
    store.save_result("key", "two", {"number": 2})
    one = store.results / "key" / "one.json"
    found = store.find_results("key")
    assert sorted(result["number"] for result in found) == [1, 2]
    assert [list(r["metrics"]) for r in found if "metrics" in r] == [["b", "a"]]
    one.write_text(one.read_text().replace('\\"number\\": 1', '\\"number\\": 9'))
    assert [result["number"] for result in store.find_results("key")] == [2]
    store.drop_results("key")
    assert store.find_results("key") == []


def test_a_key_is_made_once_by_whoever_is_first(tmp_path: Path) -> None:
    stores: list[Store] = []
    threads = [threading.Thread(target=lambda: stores.append(Store(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    digests = {store.put(b"x") for store in stores}
    assert len(stores) == 8
    assert all(store.intact(digest) for store in stores for digest in digests)
    assert (tmp_path / ".nb2pipe" / ".gitignore").read_text() == "*\n"
    assert sorted(p.name for p in (tmp_path / ".nb2pipe").iterdir()) == [
        ".gitignore",
        "key",
        "objects",
    ]


def test_the_key_is_for_its_owner(tmp_path: Path) -> None:
    Store(tmp_path)
    assert (tmp_path / ".nb2pipe" / "key").stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / ".nb2pipe").write_text("a file where the folder should be")
    with pytest.raises(StorageFailed, match="cannot write") as caught:
        Store(tmp_path)
    assert caught.value.place and caught.value.advice


def test_work_of_killed_runs_is_removed_after_a_day(tmp_path: Path) -> None:
    import os
    import time

    store = Store(tmp_path)
    old, new = store.working_folder("train"), store.working_folder("train")
    (old / "artifact").write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    store.clean()
    assert not old.exists()
    assert new.exists()
