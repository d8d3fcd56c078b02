"""Tests of the analysis write notebooks as text (``writing``) and run them (``staged``)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
