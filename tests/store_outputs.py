"""Run lessons and store what they show: `python tests/store_outputs.py [LESSON ...]`, or all.

The state of the widgets is left out; a view stores its picture. What shows the same keeps its
bytes, so that a second run changes nothing. Each cell also gets its place in a slide show, by the
rule of `slide_type`.
"""

import hashlib
import io
import re
import sys
from base64 import b64decode
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image

LESSONS = Path(__file__).parent.parent / "notebooks"
LONG = 500  # characters of prose: about half a slide
EXPLORER = re.compile(r"^\w*Explorer\(", flags=re.MULTILINE)
VIEW = re.compile(r"^(\w*Explorer|Predict)\(", flags=re.MULTILINE)
WIDGET, PICTURE = "application/vnd.jupyter.widget-view+json", "image/png"
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


def shows_the_same(one: str, other: str) -> bool:
    """Whether two stored pictures have the same pixels, every one; their encoders may differ."""
    first, second = (
        np.asarray(Image.open(io.BytesIO(b64decode(data))).convert("RGBA")) for data in (one, other)
    )
    return np.array_equal(first, second)


def settle(cell: nbformat.NotebookNode, before: list[nbformat.NotebookNode], name: str) -> None:
    """Take out of a code cell's outputs what changes from run to run and shows nothing.

    Args:
        cell: newly executed.
        before: the outputs that were stored.
        name: the notebook's.
    """
    for place, output in enumerate(cell.outputs):
        data = output.get("data", {})
        if WIDGET in data:
            # Leads nowhere once the kernel has ended; it need only be one of its own.
            key = f"{name} {cell.id} {place}"
            data[WIDGET]["model_id"] = hashlib.sha256(key.encode()).hexdigest()[:32]
        old = before[place].get("data", {}) if place < len(before) else {}
        if PICTURE in data and PICTURE in old and shows_the_same(old[PICTURE], data[PICTURE]):
            data[PICTURE] = old[PICTURE]


def store(path: Path) -> None:
    """Execute the notebook at `path` and write it back with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    before = [cell.outputs for cell in code]
    options = {
        "store_widget_state": False,
        "record_timing": False,
        "coalesce_streams": True,  # printed lines arrive now one by one, now together
        "resources": {"metadata": {"path": str(path.parent)}},
    }
    NotebookClient(notebook, **options).execute()
    for cell, outputs in zip(code, before, strict=True):
        settle(cell, outputs, path.stem)
    mark_slides(notebook)
    notebook.metadata.language_info = {"name": "python"}  # not the version that happened to run
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:] or sorted(LESSONS.glob("[0-9]*.ipynb"))):
        store(path)
