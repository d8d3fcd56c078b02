"""The global random generators: the same start for every kernel, and their state as a digest."""

from __future__ import annotations

import hashlib
import importlib.machinery
import random
import sys
from collections.abc import Sequence
from typing import Any

SEED = 0
NUMPY = "numpy.random.mtrand"


def seed() -> None:
    """Seed the global generators; NumPy's as soon as it is imported."""
    random.seed(SEED)
    module: Any = sys.modules.get(NUMPY)
    if module is not None:
        module.seed(SEED)
    elif not any(isinstance(finder, _SeedOnImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _SeedOnImport())


class _SeedOnImport:
    """Seeds NumPy's global generator when the cells import it, and not before."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> Any:
        if name != NUMPY:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or spec.loader is None:
            return spec
        loader: Any = spec.loader
        execute = loader.exec_module

        def execute_and_seed(module: Any) -> None:
            execute(module)
            module.seed(SEED)

        loader.exec_module = execute_and_seed
        return spec


def states() -> dict[str, str]:
    """The digest of each global generator's state."""
    found = {"random": hashlib.sha256(repr(random.getstate()).encode()).hexdigest()}
    module: Any = sys.modules.get(NUMPY)
    if module is not None:
        state = module.get_state(legacy=False)
        content = (
            state["state"]["key"].tobytes()
            + repr((state["state"]["pos"], state["has_gauss"], state["gauss"])).encode()
        )
        found["numpy.random"] = hashlib.sha256(content).hexdigest()
    return found
