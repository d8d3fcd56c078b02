"""Ways to write and read a file: what one stage writes, the next one waits for."""

from __future__ import annotations

import pytest
from writing import notebook

from nb2pipe.analysis import analyse

# What writes | what reads
PAIRS = r"""
with gzip.open('a.gz', 'wt') as f: f.write('1') | print(gzip.open('a.gz').read())
with bz2.open('a.bz2', 'wt') as f: f.write('1') | print(bz2.open('a.bz2').read())
with lzma.open('a.xz', 'wt') as f: f.write('1') | print(lzma.open('a.xz').read())
with zipfile.ZipFile('a.zip', 'w') as z: z.writestr('x', '1') | zipfile.ZipFile('a.zip').testzip()
with tarfile.open('a.tar', 'w') as z: z.add('x') | print(tarfile.open('a.tar').getnames())
with shelve.open('s') as s: s['a'] = 1 | print(dict(shelve.open('s')))
sqlite3.connect('t.db').execute('create table t(a)') | sqlite3.connect('t.db').commit()
with dbm.dumb.open('d', 'c') as d: d['a'] = '1' | print(dbm.dumb.open('d')['a'])
with io.open('a.txt', 'w') as f: f.write('1') | print(io.open('a.txt').read())
with codecs.open('a.txt', 'w') as f: f.write('1') | print(open('a.txt').read())
os.close(os.open('a.txt', os.O_CREAT)) | print(os.path.getmtime('a.txt'))
os.truncate('a.txt', 0) | print(os.stat('a.txt').st_size)
os.utime('a.txt') | print(os.path.getmtime('a.txt'))
os.chmod('a.txt', 0o600) | print(os.access('a.txt', os.W_OK))
Path('a.txt').chmod(0o600) | print(Path('a.txt').lstat())
os.makedirs('out') | print(os.path.isdir('out'))
for line in fileinput.input('a.txt', inplace=True): print(line) | print(open('a.txt').read())
np.lib.format.open_memmap('a.npy', mode='w+', shape=(3,)) | print(np.load('a.npy'))
np.load('a.npy', mmap_mode='r+')[0] = 3 | print(np.load('a.npy'))
scipy.io.savemat('a.mat', {}) | print(scipy.io.loadmat('a.mat'))
scipy.sparse.save_npz('a.npz', scipy.sparse.eye(2)) | print(scipy.sparse.load_npz('a.npz'))
sklearn.datasets.dump_svmlight_file([[1]], [1], 'a') | sklearn.datasets.load_svmlight_file('a')
ET.ElementTree(ET.fromstring('<a/>')).write('a.xml') | print(ET.parse('a.xml'))
logging.basicConfig(filename='a.log'); logging.warning('x') | print(open('a.log').read())
save = functools.partial(open, mode='w'); save('a.txt') | print(open('a.txt').read())
unknown_library.save('a.dta') | print(unknown_library.load('a.dta'))
unknown_library.Model().store('a.bin') | print(open('a.bin').read())
pd.DataFrame().to_stata('a.dta') | print(pd.read_stata('a.dta'))
os.symlink('a.txt', 'b.txt') | print(open('b.txt').read())
""".strip().split("\n")
IMPORTS = (
    "import bz2, codecs, dbm.dumb, fileinput, functools, gzip, io, logging, lzma, os, shelve\n"
    "import sqlite3, tarfile, zipfile, unknown_library\nimport numpy as np, pandas as pd\n"
    "import scipy.io, scipy.sparse, sklearn.datasets\nimport xml.etree.ElementTree as ET\n"
    "from pathlib import Path\n"
)
APART = r"""
print(pd.read_csv('a.csv')) | print(pd.read_csv('a.csv'))
print('a.csv') | print('a.csv')
plt.title('iris.csv') | plt.title('b.csv')
print('a.csv'.upper()) | print('a.csv'.upper())
rows = {'a.csv': 1}; print(rows.get('a.csv')) | print(str('a.csv'))
print(gzip.open('a.gz').read()) | print(gzip.open('a.gz').read())
""".strip().split("\n")


def edges(pair: str) -> set[str]:
    first, second = (part.strip() for part in pair.split(" | "))
    text = (
        f"#% setup\n{IMPORTS}import matplotlib.pyplot as plt\n"
        f"#% stage:a\n{first}\n#% stage:b\n{second}"
    )
    found = analyse(notebook(text))
    return {f"{edge.source}>{edge.target}" for edge in found.edges if edge.variable is None}


@pytest.mark.parametrize("pair", PAIRS)
def test_who_reads_waits(pair: str) -> None:
    assert "a>b" in edges(pair)


@pytest.mark.parametrize("pair", APART)
def test_who_only_reads_or_names_does_not_wait(pair: str) -> None:
    assert not edges(pair)


def test_a_module_that_a_cell_has_written_is_there_wherever_it_is_imported_again() -> None:
    text = (
        "#% stage:a\n%%writefile settings.py\nSIZE = 3\n#% stage:b\nimport settings\n"
        "#% stage:c\nprint(settings.SIZE)"
    )
    found = analyse(notebook(text))
    assert {(e.source, e.target) for e in found.edges} >= {("a", "b"), ("a", "c")}
