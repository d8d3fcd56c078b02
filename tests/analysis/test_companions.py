"""Arrays of a frame that is changed in place: pandas copies first where others have its data."""

from __future__ import annotations

import pytest
from staged import run_cells, run_stages
from writing import notebook

from nb2pipe.analysis import analyse

MADE = "#% stage:a\nimport pandas as pd\ndf = pd.DataFrame({'a': [3, 1], 'b': [1, 2]})\n"
CHANGED = "arr = df['a'].to_numpy()\ndf.iloc[1, 0] = 7\n"

REFUSED = {
    "displayed": (f"{MADE}df['a']\n#% stage:a\n{CHANGED}print(arr)", "what a cell displayed"),
    "displayed by another stage": (
        f"{MADE}#% stage:b\ndf.loc[:1]\n#% stage:c\n{CHANGED}#% stage:d\nprint(arr)",
        "what a cell displayed",
    ),
    "gone since it was stored": (
        f"{MADE}col = df['a']\n#% stage:b\ncol = 3\n#% stage:c\n{CHANGED}print(arr)",
        "`col`",
    ),
    "deleted since it was stored": (
        f"{MADE}col = df['a']\n#% stage:b\ndel col\n{CHANGED}print(arr)",
        "`col`",
    ),
}
CARRIED = {
    "alive": f"{MADE}col = df['a']\n#% stage:b\n{CHANGED}print(arr)\n#% stage:c\nprint(col)",
    "alive, of another stage": f"{MADE}#% stage:b\ncol = df['a']\n#% stage:c\n{CHANGED}print(arr)",
    "held by a list": f"{MADE}parts = [df['a']]\n#% stage:b\n{CHANGED}print(arr)",
    "gone in the stage that made it": f"{MADE}c = df['a']\nc = 3\n#% stage:b\n{CHANGED}print(arr)",
    "gone, all in one stage": f"{MADE}col = df['a']\ncol = 3\n{CHANGED}print(arr)",
    "the array is not read": f"{MADE}df['a']\n#% stage:b\n{CHANGED}#% stage:c\nprint(df)",
    "a column is replaced": (
        f"{MADE}df['a']\n#% stage:b\narr = df['a'].to_numpy()\ndf['a'] = df['a'] * 2\nprint(arr)"
    ),
    "rows that are copied are displayed": f"{MADE}df.head()\n#% stage:b\n{CHANGED}print(arr)",
    "the frame itself is displayed": f"{MADE}df\n#% stage:b\n{CHANGED}print(arr)",
    "the array is a copy": (
        f"{MADE}df['a']\n#% stage:b\narr = df['a'].to_numpy().copy()\ndf.iloc[1, 0] = 7\nprint(arr)"
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_memory_decides_is_refused(name: str) -> None:
    text, why = REFUSED[name]
    (found,) = analyse(notebook(text)).errors
    assert found.code == "NB403"
    assert why in found.message


@pytest.mark.parametrize("name", CARRIED)
def test_what_is_decided_is_carried(name: str) -> None:
    example = notebook(CARRIED[name])
    pipeline = analyse(example)
    assert not pipeline.errors
    assert run_stages(pipeline) == run_cells(example)
