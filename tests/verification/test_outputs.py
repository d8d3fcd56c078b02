"""Outputs: what is masked, what counts, and pictures."""

import base64
import io

import pytest

from nb2pipe.verification import images, outputs
from nb2pipe.verification.outputs import difference, shown
from nb2pipe.verification.stability import agree_on_numbers, alike_but_for_times


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def display(text, **more):
    kind = more.pop("kind", "display_data")
    return {"output_type": kind, "data": {"text/plain": text, **more}, "metadata": {}}


def differ(one, other, folders=()):
    return difference(shown(one, folders), shown(other, folders))


def test_pieces_of_a_stream_are_one_text():
    assert not differ([stream("a"), stream("b\n")], [stream("ab\n")])
    assert not differ(
        [stream("a"), stream("w", "stderr"), stream("b")], [stream("ab"), stream("w", "stderr")]
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([stream("a\n")], [stream("b\n")]),
        ([stream("a\n")], []),
        ([], [display("1")]),
        ([stream("a"), display("1")], [display("1"), stream("a")]),
        ([display("1")], [stream("1")]),
        ([display("1", **{"text/html": "<b>"})], [display("1")]),
        ([display("2024-01-01")], [display("2024-01-02")]),
        ([stream("1.25 s\n")], [stream("1.26 s\n")]),
        ([stream("x", "stderr")], []),
    ],
)
def test_everything_shown_counts_in_its_order(one, other):
    assert differ(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<A at 0x7f0011223344>", "<A at 0x7f00aabbccdd>"),
        ("<function f at 0x7f0011223344>", "<function load.<locals>.f at 0x7f0011223344>"),
        ("&lt;function &lt;lambda&gt;", "&lt;function load.&lt;locals&gt;.&lt;lambda&gt;"),
        ("Wall time: 1.2 ms", "Wall time: 3 s"),
        ("memory usage: 282.0+ bytes", "memory usage: 1.1 KB"),
        ("CPU times: user 1 ms, sys: 2 ms, total: 3 ms", "CPU times: user 9 ms"),
        ("1.2 ms ± 3 µs per loop (mean)", "4 ms ± 5 µs per loop (mean)"),
        ("1e+03 ns ± 0 ns per loop", "The slowest run took 5.00 times\n1.2 μs ± 1min 2s per loop"),
        ("Wall time: 1 s", "Wall time: 1 s\nCompiler : 1.3 s"),
        ('<div id="sk-container-id-1">', '<div id="sk-container-id-7">'),
        ("/copy/of/it/data.csv", "/where/it/is/data.csv"),
    ],
)
def test_what_differs_by_nature_is_masked(one, other):
    assert not differ([display(one)], [display(other)], ["/copy/of/it", "/where/it/is"])


def test_the_first_line_that_differs_is_said():
    assert "line 2: 'b' → 'c'" in differ([stream("a\nb\n")], [stream("a\nc\n")])


def test_times_are_masked_only_when_asked():
    one, other = shown([stream("at 10:30:01, 2.5 s\n")]), shown([stream("at 10:31:55, 2.6 s\n")])
    assert difference(one, other)
    assert alike_but_for_times(one, other, numbers=False)
    one, other = shown([stream("took 0.53\n")]), shown([stream("took 0.61\n")])
    assert not alike_but_for_times(one, other, numbers=False)
    assert alike_but_for_times(one, other, numbers=True)


def picture(colour, size=(4, 4), compress=6):
    image = pytest.importorskip("PIL.Image").new("RGB", size, colour)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=compress)
    return base64.b64encode(file.getvalue()).decode()


def test_pictures_are_their_pixels():
    red = picture("red")
    assert images.difference("image/png", red, picture("red", compress=0)) == ""
    assert "100.00% of its pixels" in images.difference("image/png", red, picture("blue"))
    assert "4x4 → 5x4" in images.difference("image/png", red, picture("red", (5, 4)))
    assert images.difference("image/png", red, "no picture")


def test_the_data_of_a_figure_decides_before_its_pixels():
    one = shown([display("<Figure>", **{"image/png": picture("red")})], (), ["f1"])
    other = shown([display("<Figure>", **{"image/png": picture("blue")})], (), ["f2"])
    assert difference(one, other, lambda left, right: (left, right) == ("f1", "f2")) == ""
    assert difference(one, other, lambda *_: False)
    assert outputs.shown([], (), ["f1"]) == []


@pytest.mark.parametrize(
    ("first", "second", "other", "agree"),
    [
        ("0.9123 in 1.25731", "0.9123 in 1.25894", "0.9123 in 1.26112", True),
        ("0.9123 in 1.25731", "0.9123 in 1.25894", "0.9321 in 1.26112", False),
        ("0.9123 in 0.1 s", "0.9123 in 0.1 s", "0.9123 in 0.2 s", True),
        ("0.9123 in 0.1 s", "0.9321 in 0.1 s", "0.9543 in 0.2 s", True),
    ],
)
def test_a_number_beside_a_time_still_counts(first, second, other, agree):
    one, again, found = (shown([stream(text)]) for text in (first, second, other))
    assert agree_on_numbers(one, again, found) is agree
