"""The controls of a view, and the values that they leave."""

import numpy as np
import pytest

from utils.panel import Panel, make_control, make_row
from utils.settings import Choice, Fixed, Number, Whole, given, length

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
def panel(heard):
    return Panel(SETTINGS, given(SETTINGS), heard.append)


def test_a_slider_has_a_name_an_exact_entry_and_its_range():
    slider = make_control(Number("alpha", 0.25, -1, 2, 0.01), 0.25, {})
    entry, _, span = make_row(slider).children
    assert (entry.description, span.value) == ("alpha", "-1 to 2")
    entry.value = 0.123
    assert slider.value == 0.123
    slider.value = 5
    assert entry.value == 2
    slider.max = 3
    assert (entry.max, span.value) == (3, "-1 to 3")


def test_what_a_browser_sends_is_taken_tidy_and_not_sent_back(panel, heard):
    slider = panel.controls["rate"]
    slider.value = 0.09999999999999999
    assert (slider.value, panel.values["rate"], heard) == (0.09999999999999999, 0.1, [{"rate"}])
    assert panel.children[0].children[0].value == 0.1


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
