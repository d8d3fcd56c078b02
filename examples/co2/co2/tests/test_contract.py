"""The contract of the pipeline's modules: what each stage takes, and what it returns.

``pytest`` in the project's folder runs them. They work in the notebook's folder, as the notebook
does, and the last one calls every stage.
"""

import importlib
import inspect
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
LOCK = json.loads((PROJECT / "nb2pipe.lock").read_text(encoding="utf-8"))
FOLDER = (PROJECT / LOCK["notebook"]).resolve().parent

PACKAGE = 'co2'
MODULES = ['shared', 'load', 'features', 'folds', 'harmonic', 'boosting', 'compare', 'outlook', 'report']
# For each stage: its inputs and the stage that makes each, the parameters that it reads
# and their defaults, and what it returns.
STAGES = {
    'load': {
        'inputs': {},
        'parameters': {'station': 'Mauna Loa'},
        'outputs': ['weeks'],
    },
    'features': {
        'inputs': {'weeks': 'load'},
        'parameters': {'harmonics': 4, 'lags': [52, 56, 65, 78, 104]},
        'outputs': ['lag_columns', 'weeks'],
    },
    'folds': {
        'inputs': {'weeks': 'features'},
        'parameters': {'first_year': 1990},
        'outputs': ['folds'],
    },
    'harmonic': {
        'inputs': {'folds': 'folds', 'weeks': 'features'},
        'parameters': {'alpha': 0.1, 'harmonics': 4},
        'outputs': ['harmonic'],
    },
    'boosting': {
        'inputs': {'folds': 'folds', 'lag_columns': 'features', 'weeks': 'features'},
        'parameters': {'learning_rate': 0.1, 'seed': 1958},
        'outputs': ['boosting'],
    },
    'compare': {
        'inputs': {'boosting': 'boosting', 'harmonic': 'harmonic', 'weeks': 'features'},
        'parameters': {'station': 'Mauna Loa'},
        'outputs': ['errors', 'mae', 'weeks'],
    },
    'outlook': {
        'inputs': {'errors': 'compare', 'weeks': 'compare'},
        'parameters': {'alpha': 0.1, 'coverage': 0.9, 'harmonics': 4, 'seed': 1958},
        'outputs': [],
    },
    'report': {
        'inputs': {'mae': 'compare', 'weeks': 'compare'},
        'parameters': {'station': 'Mauna Loa'},
        'outputs': [],
    },
}


# In a fresh interpreter; each module finds none of the others imported.
IMPORT_EACH = """
import importlib, sys
package, *modules = sys.argv[1:]
for module in modules:
    for loaded in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[loaded]
    importlib.import_module(f"{package}.{module}")
"""


@pytest.fixture(autouse=True)
def notebook_folder(monkeypatch):
    monkeypatch.chdir(FOLDER)
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.syspath_prepend(str(PROJECT))


def function(stage):
    return getattr(importlib.import_module(f"{PACKAGE}.{stage}"), stage)


@pytest.mark.parametrize("stage", STAGES)
def test_signature(stage):
    arguments = inspect.signature(function(stage)).parameters.values()
    positional = [a.name for a in arguments if a.kind is not a.KEYWORD_ONLY]
    defaults = {a.name: repr(a.default) for a in arguments if a.kind is a.KEYWORD_ONLY}
    assert positional == list(STAGES[stage]["inputs"])
    assert defaults == {name: repr(value) for name, value in STAGES[stage]["parameters"].items()}


def test_each_module_can_be_imported_alone():
    paths = os.pathsep.join([str(PROJECT), str(FOLDER), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths}
    command = [sys.executable, "-c", IMPORT_EACH, PACKAGE, *MODULES]
    subprocess.run(command, check=True, env=environment)


def test_stages_in_order_give_one_another_what_they_need():
    made = {}
    for stage, contract in STAGES.items():
        # As in a run: one copy for each stage, and within it what shares memory goes on sharing it.
        given = {source: pickle.loads(made[source]) for source in contract["inputs"].values()}
        arguments = [given[source][name] for name, source in contract["inputs"].items()]
        result = function(stage)(*arguments)
        outputs = contract["outputs"]
        values = [result] if len(outputs) == 1 else result or ()
        made[stage] = pickle.dumps(dict(zip(outputs, values, strict=True)), protocol=5)
