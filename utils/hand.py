"""The hand on the picture: what it can take hold of, where that is, and where it has moved it.

A `Hand` is declared for an artist that already moves, and bears its name. The page lays a ring on
each of its points and says where a ring is dragged to, as shares of the picture.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from utils.canvas import drawing
from utils.page import script
from utils.style import Artists, Panels

Places = dict[str, list[tuple[float, float] | None]]
ROUGH = 5  # decimals of a share: a hundredth of a pixel


class Hand(NamedTuple):
    """That the points of an artist can be taken: on which panel, what they are, how they move."""

    panel: str
    moves: str  # "x", "y" or "xy"
    words: str
    small: bool = False  # one of many, without a ring until the pointer is near


class Hands:
    """All that a hand can take on one picture.

    Args:
        hands: by the names of their artists, lines.
        axes, artists: those of the picture.
        heard: called with the name of a hand, where it is now on its panel, and which of its
            points it is.

    Attributes:
        script: the part of the page that has the rings; none where it cannot run.
    """

    def __init__(
        self,
        hands: Mapping[str, Hand],
        axes: Panels,
        artists: Artists,
        heard: Callable[[str, float, float, int], None],
    ) -> None:
        self._hands, self._axes, self._artists, self._heard = hands, axes, artists, heard
        self._drag: Any = None
        self._back: Any = None  # from pixels to the data, as it was when the drag began
        self.script = script(hands={name: hand[1:] for name, hand in hands.items()})
        for part in self.script:
            part.observe(self._hear, "taken")

    def follow(self) -> None:
        """Bring the rings to where the artists are."""
        for part in self.script:
            part.places = self.places()

    def places(self) -> Places:
        """Where each can be taken now, as shares of the picture."""
        return {name: self._of(name) for name in self._hands}

    def _hear(self, change: Any) -> None:
        with drawing:
            # What is newest, not what the message says: another thread may have heard more since.
            drag, name, which, *share = change.owner.taken
            self._heard(name, *self.point(drag, name, share), which)

    def point(self, drag: Any, name: str, share: tuple[float, float]) -> tuple[float, float]:
        """The place that a share of the picture is on this hand's panel, at its edge if beyond."""
        ax = self._axes[self._hands[name].panel]
        if drag != self._drag:  # an axis that follows what is moved would run away from the hand
            self._drag, self._back = drag, ax.transData.inverted().frozen()
        size = ax.figure.bbox.size
        inside = np.clip([share[0] * size[0], (1 - share[1]) * size[1]], ax.bbox.min, ax.bbox.max)
        x, y = self._back.transform(inside)
        return float(x), float(y)

    def _of(self, name: str) -> list[tuple[float, float] | None]:
        ax, artist = self._axes[self._hands[name].panel], self._artists[name]
        points = ax.transData.transform(np.transpose(artist.get_data()).astype(float))
        seen = ((points >= ax.bbox.min - 1) & (points <= ax.bbox.max + 1)).all(axis=1)
        shares = (points / ax.figure.bbox.size).round(ROUGH).tolist()
        return [(x, 1 - y) if ok else None for (x, y), ok in zip(shares, seen, strict=True)]
