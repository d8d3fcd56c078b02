"""Tests of suggestions write notebooks as those of the analysis do (``tests/analysis/writing``)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "analysis"))
