"""The picture in the README is that of the churn example as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_picture_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "picture.py"), "--check"], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr or "run `python docs/picture.py`"
