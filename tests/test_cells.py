"""A cell run again closes what its last run made: views, questions, tallies and the ready check."""

import pytest
from ipywidgets.widgets.widget import _instances as OPEN

from utils import cells
from utils.guide import Predict, ReadyCheck, Tally
from utils.lessons.prelu import PReLUExplorer

MAKERS = {
    "PReLUExplorer()": PReLUExplorer,
    'Predict("useless alpha")': lambda: Predict("useless alpha"),
    'Tally("prelu_grad")': lambda: Tally("prelu_grad"),
    "ReadyCheck()": ReadyCheck,
}


class Notebook:
    """Stands for the shell of a kernel: what it says of the request that is being carried out."""

    def __init__(self, names_cells):
        self.names_cells, self.runs = names_cells, 0

    def run(self, place):
        """Run the cell at this place: what it holds makes a widget."""
        code = list(MAKERS)[place]
        self.runs += 1
        metadata = {"cellId": f"cell {place}"} if self.names_cells else {}
        header = {"msg_id": f"run {self.runs}"}
        self.request = {"metadata": metadata, "header": header, "content": {"code": code}}
        return MAKERS[code]()

    def get_parent(self):
        return self.request


@pytest.fixture(params=[True, False], ids=["JupyterLab", "a front end that names no cells"])
def notebook(request, monkeypatch):
    made = Notebook(request.param)
    monkeypatch.setattr(cells, "get_ipython", lambda: made)
    monkeypatch.setattr(cells, "_made", {})
    return made


@pytest.mark.parametrize("place", range(len(MAKERS)), ids=MAKERS)
def test_a_cell_run_again_leaves_what_one_run_leaves(notebook, place):
    before, left = set(OPEN), []
    for _ in range(4):
        notebook.run(place)
        left.append(len(set(OPEN) - before))
    assert left == left[:1] * 4


def test_other_cells_keep_theirs(notebook):
    made = [notebook.run(place) for place in range(len(MAKERS))]
    notebook.run(0)
    assert [each.comm is not None for each in made] == [False, True, True, True]


def test_one_run_may_make_several(notebook):
    first = notebook.run(0)
    second = PReLUExplorer()
    assert first.comm is not None and second.comm is not None
    notebook.run(0)
    assert first.comm is second.comm is None


def test_where_there_is_no_notebook_nothing_is_closed():
    assert PReLUExplorer().comm is not None
    assert PReLUExplorer().comm is not None
