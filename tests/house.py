"""What the tests go through: every lesson's folder, every view, every notebook."""

import importlib
import io
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
import pytest
from PIL import Image

import utils.lessons
from utils.explorer import Explorer

ROOT = Path(__file__).parents[1]
LESSONS = [module.name for module in pkgutil.iter_modules(utils.lessons.__path__)]
PARTS = {name: importlib.import_module(f"utils.lessons.{name}") for name in LESSONS}
VIEWS = sorted(
    (view for view in Explorer.__subclasses__() if view.__module__.startswith("utils.lessons")),
    key=lambda view: view.__qualname__,
)


def spread(count: int, few: int) -> list[int]:
    """Of so many places a `few`, from the first to the last; the first alone if it is one."""
    few = min(few, count)
    return [place * (count - 1) // max(few - 1, 1) for place in range(few)]


def some(many: Sequence[Any], few: int = 5) -> list[Any]:
    """What a test is given one by one: a `few` of them on a quick run, all with `--long`."""
    quick = spread(len(many), few)
    later = pytest.mark.long
    return [n if i in quick else pytest.param(n, marks=later) for i, n in enumerate(many)]


_standing: dict[type[Explorer], Explorer] = {}
_kept: set[str] = set()


def at_start(view: type[Explorer]) -> Explorer:
    """A view at its start, for tests that leave nothing behind which *Reset all* does not undo.

    Made once in each process: to make one anew for each test took a quarter of their time.
    """
    if view not in _standing:
        before = set(widgets.Widget.widgets)
        _standing[view] = view()
        _kept.update(set(widgets.Widget.widgets) - before)
    _standing[view].controls["reset"].click()
    return _standing[view]


def close_widgets() -> None:
    """Let go of a test's views; those of `at_start` stay."""
    for name, widget in list(widgets.Widget.widgets.items()):
        if name not in _kept:
            widget.close()


def lesson_of(view: type[Explorer]) -> str:
    """The name of the lesson that a view belongs to."""
    return view.__module__.split(".")[2]


def xy(view: Explorer, name: str) -> list[np.ndarray]:
    """Where the points of a line in a view lie: its x and its y."""
    return [np.asarray(part, dtype=float) for part in view.artists[name].get_data()]


def pixels(picture: bytes) -> np.ndarray:
    """A picture's pixels: (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
