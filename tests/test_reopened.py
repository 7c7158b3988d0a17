"""What the server puts in the place of views whose kernel has ended, and takes out again."""

from copy import deepcopy

import pytest

from utils.reopened import STILL, VIEW, show_stills, take_stills_out

LIVE = {"model_id": "x"}


def notebook(*bundles):
    outputs = [{"output_type": "execute_result", "data": data} for data in bundles]
    cells = [{"cell_type": "markdown"}, {"cell_type": "code", "outputs": outputs}]
    return {"cells": cells, "metadata": {"widgets": {}, "kernelspec": {}}}


def outputs(book):
    return [output["data"] for output in book["cells"][1]["outputs"]]


def test_a_view_leaves_its_picture_and_its_words_and_a_question_its_words():
    book = notebook(
        {VIEW: LIVE, "image/png": "AAAA", "text/plain": "alpha < 1"},
        {VIEW: LIVE, "text/plain": "A question"},
    )
    show_stills(book)
    view, question = outputs(book)
    assert view["text/html"] == STILL.format("AAAA", "alpha &lt; 1")
    assert question == {"text/plain": "A question"}
    assert "widgets" not in book["metadata"]


@pytest.mark.parametrize(
    "data", [{VIEW: LIVE}, {"image/png": "AAAA"}, {"text/plain": "1"}, {"text/html": "<b>1</b>"}]
)
def test_what_is_no_view_of_ours_stays(data):
    book = notebook(data)
    before = deepcopy(outputs(book))
    show_stills(book)
    take_stills_out(book)
    assert outputs(book) == before


@pytest.mark.parametrize("lines", [False, True], ids=["one string", "a list of lines"])
def test_what_was_put_in_is_not_saved(lines):
    book = notebook({VIEW: LIVE, "image/png": "AAAA", "text/plain": "alpha"})
    show_stills(book)
    (data,) = outputs(book)
    if lines:
        data["text/html"] = data["text/html"].splitlines(keepends=True)
    take_stills_out(book)
    assert data == {"image/png": "AAAA", "text/plain": "alpha"}
