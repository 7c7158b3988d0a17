"""Run lessons and store what they show: `python tests/store_outputs.py [LESSON ...]`, or all.

The state of the widgets is left out; a view stores its picture.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

LESSONS = Path(__file__).parent.parent / "notebooks"


def store(path: Path) -> None:
    """Execute the notebook at `path` and write it back with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(path.parent)}}
    options = {"store_widget_state": False, "record_timing": False, "resources": resources}
    NotebookClient(notebook, **options).execute()
    notebook.metadata.language_info = {"name": "python"}  # not the version that happened to run
    nbformat.write(notebook, path)


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:] or sorted(LESSONS.glob("[0-9]*.ipynb"))):
        store(path)
