"""A lesson's outputs stored twice: what shows the same keeps its bytes, and only that."""

import io
from base64 import b64decode, b64encode
from pathlib import Path

import nbformat
import pytest
from PIL import Image
from store_outputs import PICTURE, WIDGET, store

CELLS = [
    "import matplotlib.pyplot as plt\nfrom utils.lessons.prelu import PReLUExplorer",
    "PReLUExplorer(alpha=0.25)",
    "plt.plot([0, 1])\nplt.show()",
    "for line in range(3):\n    print(line, flush=True)",
]


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A small notebook, stored once."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    for place, source in enumerate(CELLS):
        notebook.cells.append(nbformat.v4.new_code_cell(source, id=f"small-{place}"))
    path = tmp_path / "small.ipynb"
    nbformat.write(notebook, path)
    store(path)
    return path


def outputs(path: Path) -> list[nbformat.NotebookNode]:
    return [out for cell in nbformat.read(path, as_version=4).cells for out in cell.outputs]


def encoded_otherwise(picture: str) -> str:
    """The same pixels in other bytes."""
    file = io.BytesIO()
    Image.open(io.BytesIO(b64decode(picture))).convert("RGBA").save(file, "png", compress_level=9)
    return b64encode(file.getvalue()).decode()


def test_stored_twice_not_a_byte_changes(lesson):
    before = lesson.read_bytes()
    view, plot, printed = outputs(lesson)
    assert WIDGET in view.data and PICTURE in view.data and PICTURE in plot.data
    assert printed.text == "0\n1\n2\n"
    store(lesson)
    assert lesson.read_bytes() == before


def test_the_same_pixels_keep_their_bytes_and_what_has_changed_is_stored(lesson):
    notebook = nbformat.read(lesson, as_version=4)
    _, view, plot, printed = notebook.cells
    kept = view.outputs[0].data[PICTURE] = encoded_otherwise(view.outputs[0].data[PICTURE])
    old = plot.outputs[0].data[PICTURE]
    plot.source = plot.source.replace("[0, 1]", "[0, 1.1]")
    printed.source = printed.source.replace("range(3)", "range(2)")
    nbformat.write(notebook, lesson)
    store(lesson)
    view, plot, printed = outputs(lesson)
    assert view.data[PICTURE] == kept
    assert plot.data[PICTURE] != old
    assert printed.text == "0\n1\n"
