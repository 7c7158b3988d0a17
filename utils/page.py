"""What a view or a question adds to the page: looks, names for who listens, and what is stored.

ipywidgets gives neither a slider nor an image a name that a screen reader could say, and no image
a hand. The names stand beside them, as labels and as a view's line of text: page.js hands them on,
inside the page, and lays a ring on what can be taken. Without it the rest works as it is.
"""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ipywidgets import HTML, Layout, VBox, Widget

STYLE = f"<style>{Path(__file__).with_name('page.css').read_text(encoding='utf-8')}</style>"


class Page(VBox):
    """A box that a cell shows, with what a reader sees where no kernel stands behind it."""

    _ipython_display_ = None  # ipywidgets 7 would store the live widget alone

    def stored(self) -> dict[str, str]:
        """That, by mime type."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        live = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"application/vnd.jupyter.widget-view+json": live, **self.stored()}


def script(**parts: Any) -> list[Widget]:
    """What a view or a question adds to its children; `parts` go to the script."""
    # Colab has no anywidget, and with it refuses a view until the reader allows such parts.
    if "google.colab" in sys.modules or not find_spec("anywidget"):
        return []
    from utils.script import Script

    return [Script(layout=Layout(display="none"), **parts)]


def looks() -> HTML:
    """The style sheet of views and questions; it comes with each, since a page has no other way."""
    return HTML(STYLE)
