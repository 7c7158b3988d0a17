"""A matplotlib figure drawn once; after that only the artists that move, sent as an image.

Drawing axes, ticks and text that did not change is what makes a redrawn plot slow. So the figure
without its moving artists is kept as a background, and a frame is: background, artists, PNG.
When nothing has moved for a moment, the picture is drawn once more with twice the pixels each way,
in the same box: sharp on a screen that has them.
"""

import asyncio
import io
import threading
from collections.abc import Iterable

import numpy as np
from ipywidgets import Image, Layout
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image as Pixels

from utils.plots.style import COLOURS

# Callbacks may arrive on a thread of their own while a player draws on the main one, and matplotlib
# allows one thread at a time: whoever draws, or changes what is drawn, holds this.
drawing = threading.RLock()

REST = 0.3  # seconds without a move until the sharp picture
SHARP = 2  # how many of its pixels lie along one of a moving frame's


def _palette() -> Pixels.Image:
    """White, and each of the house's colours in shades. A frame then encodes in half the time."""
    white = np.ones(3)
    # None so pale as to stand for white.
    shades = np.linspace(0.1, 1, 255 // len(COLOURS))[:, np.newaxis]
    ramps = [white + shades * (to_rgb(colour) - white) for colour in COLOURS.values()]
    image = Pixels.new("P", (1, 1))
    image.putpalette((np.vstack([white, *ramps]) * 255).round().astype(np.uint8).tobytes())
    return image


PALETTE = _palette()


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The kernel's event loop; None in a plain script, where nothing happens later."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Canvas(Image):
    """An image widget that shows `figure`, of which only `moving` changes from frame to frame.

    Whoever changes the data of a moving artist calls `draw` afterwards. New limits of an axis are
    noticed, and the background is drawn anew.
    """

    def __init__(self, figure: Figure, moving: Iterable[Artist]) -> None:
        # Without a fixed width the page would stretch the image and blur it.
        width = f"{figure.get_figwidth() * figure.dpi:.0f}px"
        super().__init__(format="png", layout=Layout(width=width, max_width="100%"))
        self.figure = figure
        self._agg = FigureCanvasAgg(figure)
        self._moving = sorted(moving, key=lambda artist: artist.get_zorder())
        for artist in self._moving:
            artist.set_animated(True)  # leaves it out of the background
        self._background, self._limits = None, None
        self._loop, self._rest = running_loop(), None

    def draw(self) -> None:
        """Show the artists as they are now; nothing if this was closed."""
        with drawing:
            if self._agg is None:
                return
            limits = [ax.viewLim.frozen().extents.tolist() for ax in self.figure.axes]
            if limits != self._limits:
                self._draw_background()
                self._limits = limits
            self._agg.restore_region(self._background)
            for artist in self._moving:
                artist.draw(self._agg.renderer)
            self.value = _encode(self._agg.buffer_rgba(), self._agg.get_width_height())
        if self._loop and not self._loop.is_closed():  # this may be a thread other than the loop's
            self._loop.call_soon_threadsafe(self._await_rest)

    def close(self) -> None:
        """Let go of the pixels: the notebook's list of outputs keeps the view itself alive."""
        with drawing:
            super().close()
            if self._agg is not None:
                self._agg.renderer = self._agg = self._background = None

    def _await_rest(self) -> None:
        if self._rest:
            self._rest.cancel()
        self._rest = self._loop.call_later(REST, self._sharpen)

    def _sharpen(self) -> None:
        """Show the artists as they are now, with all the pixels that a fine screen has."""
        with drawing:
            if self._agg is None:
                return
            raw = io.BytesIO()
            dpi = SHARP * self.figure.dpi
            # A canvas for this one frame: the other keeps its size, and so its background.
            sharp = FigureCanvasAgg(self.figure)
            sharp.print_figure(raw, format="rgba", dpi=dpi)
            self.figure.set_canvas(self._agg)
            width, height = self._agg.get_width_height()
            self.value = _encode(raw.getvalue(), (SHARP * width, SHARP * height))

    def _draw_background(self) -> None:
        self._agg.draw()
        self.figure.set_layout_engine("none")  # laid out once: no jumps later, and twice as fast
        self._background = self._agg.copy_from_bbox(self.figure.bbox)


def _encode(rgba: bytes, size: tuple[int, int]) -> bytes:
    """These pixels as a PNG in the house's colours."""
    frame = Pixels.frombuffer("RGBA", size, rgba, "raw", "RGBA", 0, 1)
    shades = frame.convert("RGB").quantize(palette=PALETTE, dither=Pixels.Dither.NONE)
    file = io.BytesIO()
    shades.save(file, "png", compress_level=1)
    return file.getvalue()
