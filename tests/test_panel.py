"""The controls of a view, and the values that they leave."""

import numpy as np
import pytest

from utils.panel import Panel, make_control, make_row
from utils.settings import Choice, Fixed, Number, Whole, given, length, typed

SETTINGS = {
    "rate": Number("learning rate", 0.5, 0.01, 1, 0.01),
    "points": Whole("data points", 41, 2, 200),
    "batch": Whole("batch size", None, 1, "points"),
    "kind": Choice("kind of unit", "a", (("the one", "a"), ("the other", "b"))),
    "steps": Fixed(60, length),
}


@pytest.fixture
def heard():
    return []


@pytest.fixture
def refused():
    return []


@pytest.fixture
def panel(heard, refused):
    return Panel(SETTINGS, given(SETTINGS), heard.append, refused.append)


def entry_of(panel, name):
    """The box beside a slider."""
    return panel.children[list(panel.controls).index(name)].children[0]


def test_a_slider_has_a_name_an_exact_entry_and_its_range():
    slider = make_control(Number("alpha", 0.25, -1, 2, 0.01), 0.25, {})
    heard = []
    entry, _, span = make_row(slider, heard.append).children
    assert (entry.description, entry.value, span.value) == ("alpha", "0.25", "-1 to 2")
    entry.value = "0.123"
    assert (heard, entry.value) == (["0.123"], "0.25"), "where it stood, until the slider moves"
    slider.value = 5
    assert (heard, entry.value) == (["0.123"], "2")
    slider.max = 3
    assert span.value == "-1 to 3"


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("0.3", 0.3),
        ("0,3", 0.3),
        (" .3 ", 0.3),
        ("3e-1", 0.3),
        ("1", 1.0),
        ("0.30000000000000004", 0.3),
    ],
)
def test_a_number_is_taken_as_it_is_typed_with_a_comma_too(panel, heard, refused, words, value):
    entry = entry_of(panel, "rate")
    entry.value = words
    assert (panel.values["rate"], panel.controls["rate"].value) == (value, value)
    assert (entry.value, heard, refused) == (f"{value:g}", [{"rate"}], [])


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("rate", "much", "learning rate must be a number, got 'much'."),
        ("rate", "", "learning rate must be a number, got ''."),
        ("rate", "1,000.5", "learning rate must be a number, got '1,000.5'."),
        ("rate", "7", "learning rate must be"),
        ("rate", "nan", "learning rate must be"),
        ("rate", "-1e400", "learning rate must be"),
        ("points", "2.5", "data points must be a whole number"),
        ("points", "900", "data points must"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_moves(
    panel, heard, refused, name, words, said
):
    before, entry = dict(panel.values), entry_of(panel, name)
    shown = entry.value
    entry.value = words
    assert len(refused) == 1 and refused[0].startswith(said)
    assert (panel.values, entry.value, heard) == (before, shown, [])


def test_minus_is_minus_however_it_is_written():
    assert typed("\N{MINUS SIGN}0,5", "b") == -0.5


def test_what_a_browser_sends_is_taken_tidy_and_not_sent_back(panel, heard):
    slider = panel.controls["rate"]
    slider.value = 0.09999999999999999
    assert (slider.value, panel.values["rate"], heard) == (0.09999999999999999, 0.1, [{"rate"}])
    assert entry_of(panel, "rate").value == "0.1"


def test_a_move_by_code_reaches_the_controls_and_is_told_once(panel, heard):
    assert panel.move({"rate": 0.2, "kind": "b"}) == {"rate", "kind"}
    assert (panel.controls["rate"].value, panel.controls["kind"].value, heard) == (0.2, "b", [])


def test_a_sum_that_is_a_hair_beyond_the_end_is_the_end(panel):
    panel.move({"rate": 0.7 + 0.1 + 0.1 + 0.1 + 1e-16})
    assert panel.values["rate"] == 1.0
    panel.move({"rate": 0.01 - 1e-17})
    assert panel.values["rate"] == 0.01


def test_a_move_to_where_it_stands_is_none(panel):
    assert panel.move({"rate": 0.5}) == set()


def test_an_end_that_moves_takes_along_what_stands_on_it_or_beyond(panel):
    batch = panel.controls["batch"]
    panel.controls["points"].value = 100
    assert (panel.values["batch"], batch.value, batch.max) == (100, 100, 100)
    panel.move({"batch": 10})
    panel.move({"points": 50})
    assert (panel.values["batch"], batch.value, batch.max) == (10, 10, 50)
    assert panel.move({"points": 5}) == {"points", "batch"}
    assert (panel.values["batch"], batch.value, batch.max) == (5, 5, 5)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"rate": 2}, r"rate must be a finite number in \[0.01, 1\], got 2"),
        ({"rate": np.nan}, "rate must be a finite number"),
        ({"points": 2.5}, r"points must be a whole number in \[2, 200\], got 2.5"),
        ({"points": 5, "batch": 6}, r"batch must be a whole number in \[1, 5\], got 6"),
        ({"kind": "c"}, r"kind must be one of \('a', 'b'\), got 'c'"),
        ({"steps": 5}, "no setting 'steps' to be moved; there are rate, points, batch, kind"),
        ({"rait": 0.2}, "no setting 'rait'"),
        ({"rate": 0.2, "kind": []}, "kind must be one of"),
    ],
)
def test_what_does_not_do_is_refused_in_words_and_moves_nothing(panel, values, words):
    before = dict(panel.values)
    with pytest.raises(ValueError, match=words):
        panel.move(values)
    assert panel.values == before
    assert panel.controls["rate"].value == 0.5
