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
LONG = 500  # characters of prose: about half a slide
EXPLORER = re.compile(r"^\w*Explorer\(", flags=re.MULTILINE)
VIEW = re.compile(r"^(\w*Explorer|Predict)\(", flags=re.MULTILINE)
IMPORTS = re.compile(r"((from|import) [^\n(]+(\([^)]*\))?\s*)+")


def slide_type(cell: nbformat.NotebookNode, shown: nbformat.NotebookNode | None) -> str:
    """Where a cell stands in a slide show; `shown` is the last cell before it that is not skipped.

    A view fills a slide, no answer stands beside its question, and prose of more than half a slide
    has one of its own.
    """
    source, before = cell.source, shown.source if shown else ""
    if cell.cell_type == "code" and IMPORTS.fullmatch(source):
        return "skip"
    if cell.cell_type == "markdown" and source.startswith("#"):
        return "slide"
    if EXPLORER.search(source) or VIEW.search(before):
        return "subslide"
    if shown and shown.cell_type == "markdown" and before.startswith(("#", "**Exercise")):
        return "-" if len(before) < LONG else "subslide"
    short = cell.cell_type == "markdown" and len(source) < LONG
    return "-" if short and not source.startswith("**Exercise") else "subslide"


def slide_types(notebook: nbformat.NotebookNode) -> list[str]:
    """The slide type of every cell."""
    types, shown = [], None
    for cell in notebook.cells:
        types.append(slide_type(cell, shown))
        shown = shown if types[-1] == "skip" else cell
    return types


def mark_slides(notebook: nbformat.NotebookNode) -> None:
    """Give every cell its slide type, and let a slide that is too long scroll."""
    for cell, slide in zip(notebook.cells, slide_types(notebook), strict=True):
        cell.metadata["slideshow"] = {"slide_type": slide}
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
