"""What every lesson has, and what none may have. That they run is nbval's part."""

import ast
import importlib
import re
import sys
from pathlib import Path
from types import ModuleType
from urllib.parse import unquote

import nbformat
import pytest
from store_outputs import slide_types

from utils.questions import QUESTIONS

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
SKELETON = (
    "What you'll do.",
    "What you'll learn",
    "What you'll need.",
    "**Time:**",
    'Predict("',
    "## Your turn",
    "Tally(",
    "## Summary",
    "## Sources",
)

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)


def cells(lesson, kind):
    notebook = nbformat.read(lesson, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def prose(lesson):
    return "\n\n".join(cell.source for cell in cells(lesson, "markdown"))


def code(lesson):
    return "\n\n".join(cell.source for cell in cells(lesson, "code"))


def whole(lesson):
    return "\n\n".join(cell.source for cell in nbformat.read(lesson, as_version=4).cells)


def wanted(lesson, count):
    """How many of something a lesson has at the least; lesson 00 shows one of each."""
    return 1 if lesson.stem.startswith("00") else count


@each_lesson
def test_it_has_its_skeleton_in_order(lesson):
    text = whole(lesson)
    places = [text.find(part) for part in SKELETON]
    assert -1 not in places, SKELETON[places.index(-1)]
    assert places == sorted(places)


@each_lesson
def test_it_asks_three_times_before_it_answers(lesson):
    text = whole(lesson)
    asked = re.findall(r'Predict\("([^"]+)"\)', text)
    assert len(asked) >= wanted(lesson, 3)
    assert len(set(asked)) == len(asked)
    for name in asked:
        above = text[: text.index(f'Predict("{name}")')]
        (answer,) = [choice.text for choice in QUESTIONS[name].choices if choice.right]
        assert len(answer) < 10 or answer not in above, "the answer stands above the question"


@each_lesson
def test_it_has_exercises_with_checks_solutions_and_a_tally_of_them(lesson):
    checked = re.findall(r"^check_(\w+)\(", code(lesson), flags=re.MULTILINE)
    assert len(checked) >= wanted(lesson, 3)
    (tally,) = re.findall(r"Tally\(([^)]+)\)", code(lesson))
    assert re.findall(r'"(\w+)"', tally) == checked


@each_lesson
@pytest.mark.parametrize(
    "there", [None, ModuleType("utils")], ids=["no utils", "a file utils.py in its place"]
)
def test_without_its_code_it_says_in_a_sentence_what_to_do(lesson, there, monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "utils"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "utils", there)
    first = cells(lesson, "code")[0].source
    with pytest.raises(SystemExit, match="Colab: .* VS Code: .*`python start.py`.* rename it"):
        exec(first, {})


@each_lesson
def test_code_cells_are_short(lesson):
    lengths = [len([line for line in c.source.splitlines() if line]) for c in cells(lesson, "code")]
    assert max(lengths) <= 12
    assert sorted(lengths)[len(lengths) // 2] <= 5


@each_lesson
def test_no_cell_takes_the_name_of_a_module_that_the_reader_needs_later(lesson):
    part = importlib.import_module(f"utils.lessons.{lesson.stem[3:]}")
    modules = {name for name, value in vars(part).items() if isinstance(value, ModuleType)}
    nodes = [node for cell in cells(lesson, "code") for node in ast.walk(ast.parse(cell.source))]
    taken = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    assert not taken & modules


@each_lesson
def test_it_was_run_top_to_bottom_and_stored_whole(lesson):
    code = cells(lesson, "code")
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert "widgets" not in nbformat.read(lesson, as_version=4).metadata


@each_lesson
def test_every_view_and_figure_is_stored_as_a_picture_with_words(lesson):
    widget = "application/vnd.jupyter.widget-view+json"
    data = [o.get("data", {}) for cell in cells(lesson, "code") for o in cell.outputs]
    stored = [bundle for bundle in data if widget in bundle]
    views = [bundle for bundle in stored if "image/png" in bundle]
    shown = re.findall(r"^(\w+Explorer|Compare)\(", code(lesson), flags=re.MULTILINE)
    assert [view["text/plain"].split(": ")[0] for view in views] == shown
    words = [bundle["text/plain"] for bundle in stored if "image/png" not in bundle]
    assert sum("\nA. " in text for text in words) == code(lesson).count('Predict("')


@each_lesson
def test_it_presents_as_slides(lesson):
    notebook = nbformat.read(lesson, as_version=4)
    for cell, slide in zip(notebook.cells, slide_types(notebook), strict=True):
        assert cell.metadata.slideshow.slide_type == slide, cell.source
        assert "\n\n## " not in cell.source, "a heading begins a cell, and so a slide"
    assert notebook.metadata.rise == {"scroll": True}


@each_lesson
def test_no_cell_is_left_out_of_the_comparison(lesson):
    notebook = nbformat.read(lesson, as_version=4)
    assert not [cell for cell in notebook.cells if cell.metadata.get("tags")]
    assert "NBVAL" not in "".join(cell.source for cell in notebook.cells)


def headings(notebook):
    """The anchors that JupyterLab gives a notebook's headings."""
    found = re.findall(r"^#+ (.+)$", prose(notebook), flags=re.MULTILINE)
    return {heading.replace(" ", "-") for heading in found}


def links(text):
    """Every link and picture of a text that leads to this repository."""
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:href|src)="([^"]+)"', text)
    return [unquote(link) for link in found if "://" not in link]


def resolve(link, folder):
    name, _, anchor = link.partition("#")
    assert (folder / name).is_file(), link
    assert not anchor or anchor in headings(folder / name), link


@each_lesson
def test_every_link_to_a_file_leads_to_one(lesson):
    text = prose(lesson)
    files = links(text)
    files += [f"../{path}" for path in re.findall(r"`((?:bench|utils)/\S+\.py)`", text)]
    assert files
    for name in files:
        resolve(name, lesson.parent)


@pytest.mark.parametrize("document", sorted(path.name for path in ROOT.glob("*.md")))
def test_every_link_of_a_document_leads_somewhere(document):
    found = links((ROOT / document).read_text(encoding="utf-8"))
    assert found
    for link in found:
        resolve(link, ROOT)


def test_every_question_is_asked_once():
    asked = [name for path in LESSONS for name in re.findall(r'Predict\("([^"]+)"', code(path))]
    assert sorted(asked) == sorted(QUESTIONS)
