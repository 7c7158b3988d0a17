"""What a view adds to the page: how it looks, and names for those who listen to it.

ipywidgets gives neither a slider nor an image a name that a screen reader could say. The names
stand beside them, as labels and as a view's line of text: page.js hands them on, inside the page.
"""

import sys
from pathlib import Path

import anywidget
from ipywidgets import HTML, Layout

HERE = Path(__file__)
STYLE = f"<style>{HERE.with_name('page.css').read_text(encoding='utf-8')}</style>"


class Names(anywidget.AnyWidget):
    """An invisible part of a view that keeps the names of its sliders and its picture."""

    _esm = HERE.with_name("page.js")


def names() -> list[anywidget.AnyWidget]:
    """What a view adds to its children."""
    # Colab refuses a view with a part that it does not know, until the reader allows it.
    if "google.colab" in sys.modules:
        return []
    return [Names(layout=Layout(display="none"))]


def looks() -> HTML:
    """The style sheet of views and questions; it comes with each, since a page has no other way."""
    return HTML(STYLE)
