"""The script of a page, as a part of a view or a question; needs anywidget, unlike the rest."""

from pathlib import Path

import anywidget
from traitlets import Dict, List


class Script(anywidget.AnyWidget):
    """An invisible part that runs page.js: names for screen readers, keys, the hand on the picture.

    Attributes:
        hands: what can be taken, by name: how it moves, "x", "y" or "xy", and what it is.
        places: where each of them is now: a list of points, as shares of the picture's size from
            its upper left corner; None for one that cannot be taken.
        taken: where the reader has moved one: the number of the drag, its name, which of its
            points, and where to.
    """

    # As text: for a file anywidget would keep each script, and the view with it, for ever.
    _esm = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
    hands = Dict().tag(sync=True)
    places = Dict().tag(sync=True)
    taken = List().tag(sync=True)
