"""A submodule that an import elsewhere made an attribute of its package is one in the stage too."""

from __future__ import annotations

import subprocess
import sys

import pytest
from writing import notebook

from nb2pipe.analysis import analyse
from nb2pipe.analysis.knowledge import load
from nb2pipe.emit.project import from_pipeline

BROUGHT = {
    "under another name": (
        "#% stage:a\nimport scipy as sp\nfrom scipy.io.wavfile import read\n"
        "#% stage:b\nx = sp.io.wavfile.read",
        ("import scipy as sp", "import scipy.io.wavfile"),
    ),
    "from its parent": (
        "#% stage:a\nimport xml.dom.minidom as dom\n#% stage:b\nimport xml\nprint(xml.dom)",
        ("import xml", "import xml.dom"),
    ),
    "by a module that imports it": (
        "#% setup\nimport matplotlib as mpl\nimport seaborn\n"
        "#% stage:a\nx = 1\n#% stage:b\nprint(mpl.dates.date2num, mpl.cm)",
        ("import matplotlib as mpl", "import matplotlib.dates"),
    ),
    "in a function of the notebook": (
        "#% setup\nimport xml\ndef parse(text):\n    return xml.dom.minidom.parseString(text)\n"
        "#% stage:a\nfrom xml.dom.minidom import Node\n#% stage:b\nprint(parse('<a/>').toxml())",
        ("import xml.dom.minidom",),
    ),
    "in a setting that the stage repeats": (
        "#% stage:a\nimport matplotlib as mpl\nimport matplotlib.pyplot as plt\n"
        "mpl.style.use('ggplot')\n#% stage:b\nprint(mpl.rcParams['axes.grid'])",
        ("import matplotlib as mpl", "import matplotlib.style"),
    ),
    "an import that brings it is there already": (
        "#% setup\nimport matplotlib as mpl\nimport matplotlib.pyplot as plt\n"
        "#% stage:a\nx = 1\n#% stage:b\nplt.gca().add_patch(mpl.patches.Circle((0, 0)))",
        ("import matplotlib as mpl", "import matplotlib.pyplot as plt"),
    ),
    "no import that surely runs brings it": (
        "#% setup\nimport scipy\ntry:\n    import scipy.special as sc\nexcept ImportError:\n"
        "    pass\n#% stage:a\nx = 1\n#% stage:b\nprint(scipy.special)",
        ("import scipy",),
    ),
    "it must come after a setting": (
        "#% stage:a\nimport os\nos.environ['A'] = '1'\nimport xml.dom.minidom as dom\n"
        "import xml\n#% stage:b\nprint(xml.dom.minidom, os.environ['A'])",
        ("import os",),
    ),
}


@pytest.mark.parametrize("name", BROUGHT)
def test_the_stage_imports_it(name: str) -> None:
    text, imports = BROUGHT[name]
    pipeline = analyse(notebook(text))
    assert not pipeline.errors
    assert {stage.name: stage.imports for stage in pipeline.stages}["b"] == imports


def test_shared_settings_import_it() -> None:
    text = "#% setup\nimport matplotlib as mpl\nimport seaborn\nmpl.style.use('ggplot')\n"
    project = from_pipeline(analyse(notebook(f"{text}#% stage:a\nx = 1")), package="pkg")
    assert "import matplotlib as mpl\n    import matplotlib.style\n" in project.shared
    code = f"{project.shared}\napply_settings()\n"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("module", load().submodules)
def test_what_a_module_is_known_to_import_it_imports(module: str) -> None:
    wanted = load().submodules[module]
    code = f"import sys, {module}; sys.exit(bool({set(wanted)!r} - sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", code], check=True)


ENABLED = """\
#% setup
from sklearn.experimental import enable_iterative_imputer
from sklearn.impute import IterativeImputer
def imputed(x):
    return IterativeImputer().fit_transform(x)
#% stage:a
import numpy as np
x = np.eye(2)
#% stage:b
IterativeImputer().fit(x)
#% stage:c
print(imputed(x))
"""


def test_imports_that_make_others_possible_go_with_them() -> None:
    pipeline = analyse(notebook(ENABLED))
    assert not pipeline.errors
    enabling = "from sklearn.experimental import enable_iterative_imputer"
    having = [stage.name for stage in pipeline.stages if enabling in stage.imports]
    assert having == ["b"]
    project = from_pipeline(pipeline, package="pkg")
    subprocess.run([sys.executable, "-c", project.shared], check=True)
    (used,) = (stage.source for stage in project.stages if stage.name == "b")
    subprocess.run([sys.executable, "-c", used], check=True)
