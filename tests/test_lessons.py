"""What every lesson has, and what none may have. That they run is nbval's part."""

import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
SKELETON = (
    "What you'll do.",
    "What you'll learn",
    "What you'll need.",
    "**Time:**",
    "Predict first.",
    "## Your turn",
    "## Summary",
    "## Sources",
)

pytestmark = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)


def cells(lesson, kind):
    notebook = nbformat.read(lesson, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def prose(lesson):
    return "\n\n".join(cell.source for cell in cells(lesson, "markdown"))


def test_it_has_its_skeleton_in_order(lesson):
    text = prose(lesson)
    places = [text.find(part) for part in SKELETON]
    assert -1 not in places, SKELETON[places.index(-1)]
    assert places == sorted(places)


def test_it_fits_a_lesson_of_forty_minutes(lesson):
    (minutes,) = re.findall(r"\*\*Time:\*\* (\d+) minutes", prose(lesson))
    assert int(minutes) <= 40


def test_it_asks_three_times_before_it_answers(lesson):
    assert prose(lesson).count("**Predict first.**") >= 3


def test_code_cells_are_short(lesson):
    lengths = [len([line for line in c.source.splitlines() if line]) for c in cells(lesson, "code")]
    assert max(lengths) <= 12
    assert sorted(lengths)[len(lengths) // 2] <= 5


def test_it_was_run_top_to_bottom_and_stored_whole(lesson):
    code = cells(lesson, "code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert "widgets" not in nbformat.read(lesson, as_version=4).metadata


def test_every_view_and_figure_is_stored_as_a_picture_with_words(lesson):
    widget = "application/vnd.jupyter.widget-view+json"
    data = [o.get("data", {}) for cell in cells(lesson, "code") for o in cell.outputs]
    views = [bundle for bundle in data if widget in bundle]
    assert views
    assert all("image/png" in view and "Explorer: " in view["text/plain"] for view in views)


def test_no_cell_is_left_out_of_the_comparison(lesson):
    notebook = nbformat.read(lesson, as_version=4)
    assert not [cell for cell in notebook.cells if cell.metadata.get("tags")]
    assert "NBVAL" not in "".join(cell.source for cell in notebook.cells)


def test_every_link_to_a_file_and_every_solution_exists(lesson):
    text = prose(lesson)
    files = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
    files += re.findall(r"%load (\S+\.py)", text)
    files += [f"../{path}" for path in re.findall(r"`((?:bench|utils)/\S+\.py)`", text)]
    assert files
    for name in files:
        assert (lesson.parent / name.split("#")[0]).is_file(), name
