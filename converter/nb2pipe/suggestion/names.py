"""Names for stages that begin at no heading: from what their code does."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What a cell does, by words in its code; the first that applies names the stage.
_DOING = (
    ("train", r"\.(?:fit|fit_transform|partial_fit)\(|\btrain\w*\("),
    ("evaluate", r"\.(?:predict|predict_proba|score)\(|_score\(|confusion_matrix|_report\("),
    ("split", r"train_test_split\("),
    ("load", r"\bread_\w+\(|\bload_\w+\(|\bfetch_\w+\(|\bopen\(|\bmake_\w+\("),
    ("save", r"\.to_(?:csv|parquet|pickle|excel|json)\(|\.dump\(|\.savefig\("),
    ("plot", r"\bplt\.|\.plot\b|\bsns\.|\bax(?:es)?\b"),
    ("clean", r"\.(?:dropna|fillna|drop_duplicates|rename|astype|replace)\("),
    ("summarise", r"\.(?:groupby|describe|value_counts|agg|pivot\w*|mean|sum)\("),
)


def from_code(texts: Iterable[str]) -> str:
    """A verb for the code; "prepare" when nothing in it tells more."""
    code = "\n".join(texts)
    return next((word for word, pattern in _DOING if re.search(pattern, code)), "prepare")
