import pytest

from nb2pipe.analysis.magics import restore


@pytest.mark.parametrize(
    ("source", "restored"),
    [
        ("# nb2pipe> %matplotlib inline", "%matplotlib inline"),
        ("if a:\n    pass  # nb2pipe> %config b", "if a:\n    %config b"),
        ("x = f()  # nb2pipe> %time", "%time x = f()"),
        ("x = f()  # nb2pipe> %time  # why", "%time x = f()  # why"),
        ("f(x)  # nb2pipe> %timeit -n 3 y = f(x)", "%timeit -n 3 y = f(x)"),
        ("# nb2pipe> %%html\n# nb2pipe> <b>\n# nb2pipe>\n# nb2pipe>   x", "%%html\n<b>\n\n  x"),
        ("plt.figure()  # nb2pipe> function", "plt.figure()  # nb2pipe> function"),
        ("s = '# nb2pipe> %time'", "s = '# nb2pipe> %time'"),
        ("s = '''\n# nb2pipe> !ls\n'''", "s = '''\n# nb2pipe> !ls\n'''"),
        ("x = 1  # a comment", "x = 1  # a comment"),
        ("", ""),
    ],
)
def test_restore(source: str, restored: str) -> None:
    assert restore(source) == restored
