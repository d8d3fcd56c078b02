"""The interpreter that stages run in, and why another cannot be."""

import json
import os
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from nb2pipe.errors import KernelUnusable
from nb2pipe.execution import interpreter
from nb2pipe.execution.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Install a kernel's specification for this test."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))

    def install(name: str, **spec: object) -> Path:
        folder = tmp_path / "jupyter" / "kernels" / name
        folder.mkdir(parents=True)
        whole = {"argv": [sys.executable], "display_name": name, "language": "python", **spec}
        (folder / "kernel.json").write_text(json.dumps(whole))
        return folder / "kernel.json"

    return install


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.mark.parametrize("wanted", ["", "python3"])
def test_a_generic_name_is_this_interpreter(store: Store, wanted: str) -> None:
    found = interpreter.find(store, wanted=wanted)
    assert Path(found.argv[0]).samefile(sys.executable)
    assert found.minor_version == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert found.has(found.packages["click"])
    assert not found.has("click-0.0.1.dist-info")


def test_what_was_found_is_remembered_until_it_changes(
    store: Store, kernels: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = kernels("mine", env={"A": "1"})
    first = interpreter.find(store, wanted="mine")
    assert first.environment == {"A": "1"}

    def asked(*_: object) -> None:
        raise AssertionError("asked again")

    with monkeypatch.context() as patch:
        patch.setattr(interpreter, "_probe", asked)
        assert interpreter.find(store, wanted="mine") == first
    file.write_text(file.read_text().replace('"1"', '"22"'))
    assert interpreter.find(store, wanted="mine").environment == {"A": "22"}


def test_a_kernel_that_is_not_installed(store: Store, kernels: Callable[..., Path]) -> None:
    kernels("mine")
    with pytest.raises(KernelUnusable, match=r"kernel nope is not installed .*mine") as caught:
        interpreter.find(store, kernel="nope")
    assert "--python" in caught.value.advice
    with pytest.raises(KernelUnusable, match="the notebook's kernel conda-x is not installed"):
        interpreter.find(store, wanted="conda-x")


def test_a_kernel_of_another_language(store: Store, kernels: Callable[..., Path]) -> None:
    kernels("ir", language="R")
    with pytest.raises(KernelUnusable, match="kernel ir runs R"):
        interpreter.find(store, wanted="ir")


def test_a_kernel_that_is_no_python(store: Store, kernels: Callable[..., Path]) -> None:
    kernels("odd", argv=["/bin/true"])
    with pytest.raises(KernelUnusable, match="no Python that answers"):
        interpreter.find(store, kernel="odd")


def test_no_such_interpreter(store: Store, tmp_path: Path) -> None:
    with pytest.raises(KernelUnusable, match="there is no interpreter"):
        interpreter.find(store, python=str(tmp_path / "python"))


def test_an_environment_without_ipykernel(store: Store, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False, symlinks=os.name == "posix")
    name = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    python = tmp_path / "bare" / name
    with pytest.raises(KernelUnusable, match="no ipykernel and no cloudpickle") as caught:
        interpreter.find(store, python=str(python))
    assert f"{python} -m pip install ipykernel cloudpickle" in caught.value.advice
