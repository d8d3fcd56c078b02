import subprocess
import sys

import pytest

PARSE = (
    "import sys\n"
    "from nb2pipe.analysis.syntax import parse\n"
    "from nb2pipe.model import Cell\n"
    "cell = parse(Cell('a', 1, 'code', '%time x = 1'))\n"
    "assert cell.source == 'x = 1  # nb2pipe> %time', cell\n"
)


@pytest.mark.parametrize(
    "program",
    [
        # The shell is not imported for a magic.
        PARSE + "assert not [name for name in sys.modules if name.startswith('IPython')]",
        # IPython can be imported afterwards, whole.
        PARSE + "import IPython; assert IPython.get_ipython() is None; IPython.core.magic.Magics",
        # One that is there is used and stays.
        "import IPython\n" + PARSE + "import sys; assert sys.modules['IPython'] is IPython",
        # With other threads about, nothing is hidden from them.
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        + PARSE
        + "assert hasattr(sys.modules['IPython'], 'get_ipython')",
    ],
)
def test_the_transformers_alone(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_transformer_that_needs_more_of_ipython() -> None:
    program = (
        "import importlib, sys\n"
        "from nb2pipe.analysis import ipython\n"
        "real = importlib.import_module\n"
        "def once(name):\n"
        "    ipython.import_module = real\n"
        "    raise AttributeError(name)\n"
        "ipython.import_module = once\n" + PARSE + "import IPython; IPython.get_ipython()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
