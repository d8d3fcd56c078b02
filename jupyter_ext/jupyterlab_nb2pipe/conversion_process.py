"""``python -m jupyterlab_nb2pipe.conversion_process REQUEST ANSWER``: one conversion.

Both are JSON files. The request has ``notebook``, ``root`` (nothing outside of it is written),
``write`` and ``force``; the answer has ``conversion`` or ``problem``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from jupyterlab_nb2pipe.attached import attach


def main(request: Path, answer: Path) -> None:
    """Convert as the request says, and write the answer.

    Args:
        request: the file with the request.
        answer: the file for the answer.
    """
    from jupyterlab_nb2pipe.problems import problem
    from nb2pipe.errors import Nb2pipeError

    asked = json.loads(request.read_text(encoding="utf-8"))
    try:
        answered: dict[str, Any] = {"conversion": convert(**asked)}
    except Nb2pipeError as error:
        answered = {"problem": problem(error)}
    answer.write_text(json.dumps(answered), encoding="utf-8")


def convert(notebook: str, root: str, *, write: bool, force: bool) -> dict[str, Any]:
    """Convert a notebook, or say what that would change.

    Args:
        notebook: its path.
        root: nothing outside of this folder is written.
        write: whether anything is written.
        force: overwrite generated files that were edited.

    Returns:
        ``convert --json``, and in ``outside`` the paths of the files outside of ``root`` that
        are not what they would be.

    Raises:
        Nb2pipeError: as ``nb2pipe convert``.
    """
    from nb2pipe import notebook as notebooks
    from nb2pipe.cli.convert import document
    from nb2pipe.project import conversion

    options = conversion.Options(force=force, within=Path(root))
    done = conversion.convert(notebooks.read(notebook), options, "write" if write else "diff")
    return {
        **document(done, with_diff=True),
        "outside": [str(change.path) for change in done.outside],
    }


if __name__ == "__main__":
    attach()
    main(Path(sys.argv[1]), Path(sys.argv[2]))
