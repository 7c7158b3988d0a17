"""Hands the names of a view's parts on to a screen reader; needs anywidget, unlike the rest."""

from pathlib import Path

import anywidget


class Names(anywidget.AnyWidget):
    """An invisible part of a view that keeps the names of its sliders and its picture."""

    _esm = Path(__file__).with_name("page.js")
