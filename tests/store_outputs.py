"""Run lessons and store what they show: `python tests/store_outputs.py [LESSON ...]`, or all.

The state of the widgets is left out; a view stores its picture. Each cell also gets its place in a
slide show, by the rule of `slide_type`.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

LESSONS = Path(__file__).parent.parent / "notebooks"
VIEW = re.compile(r"^(\w*Explorer|Predict)\(", flags=re.MULTILINE)
IMPORTS = re.compile(r"((from|import) [^\n(]+(\([^)]*\))?\s*)+")


def slide_type(cell: nbformat.NotebookNode, previous: nbformat.NotebookNode | None) -> str:
    """Where a cell stands in a slide show: a view has a slide of its own, so does a question."""
    if cell.cell_type == "code" and IMPORTS.fullmatch(cell.source):
        return "skip"
    if cell.cell_type == "markdown" and cell.source.startswith("#"):
        return "slide"
    after_view = previous is not None and VIEW.search(previous.source)
    return "subslide" if after_view or VIEW.search(cell.source) else "-"


def mark_slides(notebook: nbformat.NotebookNode) -> None:
    """Give every cell its slide type, and let a slide that is too long scroll."""
    for previous, cell in zip([None, *notebook.cells], notebook.cells, strict=False):
        cell.metadata["slideshow"] = {"slide_type": slide_type(cell, previous)}
    notebook.metadata["rise"] = {"scroll": True}


def store(path: Path) -> None:
    """Execute the notebook at `path` and write it back with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    options = {"store_widget_state": False, "record_timing": False, "resources": resources}
    NotebookClient(notebook, **options).execute()
    mark_slides(notebook)
    notebook.metadata.language_info = {"name": "python"}  # not the version that happened to run
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:] or sorted(LESSONS.glob("[0-9]*.ipynb"))):
        store(path)
