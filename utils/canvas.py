"""A matplotlib figure drawn once; after that only the artists that move, sent as an image.

Drawing axes, ticks and text that did not change is what makes a redrawn plot slow. So the figure
without its moving artists is kept as a background, and a frame is: background, artists, PNG. Once
nothing has moved for a moment, one more frame follows at twice the pixels, for fine screens.

On a slow line frames would queue, and what a hand does would be seen seconds later. So one is under
way at a time: the page says when it has it, and whatever moved meanwhile is in the next. And the
page keeps a whole frame as a ground; of those that follow only the pixels that differ are sent.
"""

import asyncio
import io
import sys
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from ipywidgets import HTML, Image, Layout, Widget, jsdlink
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import Normal
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image as Pixels
from traitlets import Int

from utils.style import COLOURS, lesson_style

# Callbacks may arrive on a thread of their own while a player draws on the main one, and matplotlib
# allows one thread at a time: whoever draws, or changes what is drawn, holds this.
drawing = threading.RLock()

# A page that is too narrow scales layer and ground each for itself, and blends them where the layer
# ends: what is covered would shine through there, were both not the same for some pixels.
EDGE = 2
MOVING, SHARP = 1, 2  # pixels of a frame for each pixel of the figure
REST = 0.25  # seconds without a new frame until the sharp one
WAIT = 1.0  # seconds after which a frame is taken for arrived, whatever the page says
# A page that answers sooner has a quick line. It is asked now and then, not after each frame: with
# each answer Jupyter's server lets what follows wait for 40 ms, by Nagle's algorithm.
QUICK, ASK = 0.1, 0.25


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
SHADES = np.reshape(PALETTE.getpalette(), (-1, 3)).astype(np.uint8)  # (places, 3)


def encode(frame: Pixels.Image, **more: Any) -> bytes:
    """A frame in shades of the palette, as a PNG."""
    file = io.BytesIO()
    frame.save(file, "png", **{"compress_level": 1, **more})
    return file.getvalue()


def widened(mask: np.ndarray) -> np.ndarray:
    """The mask, and what lies within `EDGE` pixels of it, at a side on the other side too."""
    for step in (1, mask.shape[1]):  # along the rows, and then the columns
        narrow, mask = mask.ravel(), mask.copy()
        wide = mask.ravel()
        for shift in range(step, EDGE * step + 1, step):
            wide[shift:] |= narrow[:-shift]
            wide[:-shift] |= narrow[shift:]
    return mask


def difference(shades: np.ndarray, ground: np.ndarray) -> Pixels.Image:
    """What differs from a ground, both as places in the palette, and what is close to that.

    It has a palette of its own, of the shades that are in it, for the whole one weighs as much as
    a small layer: 0, the first place, stands where nothing differs, and is transparent.
    """
    places = np.flatnonzero(widened(shades != ground))
    found = shades.ravel()[places]
    used = np.zeros(len(SHADES), bool)
    used[found] = True
    layer = np.zeros(shades.shape, np.uint8)
    layer.ravel()[places] = np.cumsum(used)[found]  # 1, 2, ... in the order of the palette
    image = Pixels.fromarray(layer)
    image.putpalette(bytes(3) + SHADES[used].tobytes())
    return image


# Run lengths take half the time, and a fifth more bytes than a search for what was there before.
QUICKLY, SMALL = {"compress_type": zlib.Z_RLE}, {"compress_level": 6}


def encode_layer(shades: np.ndarray, ground: np.ndarray, quickly: bool = False) -> bytes:
    """That layer as a PNG; `quickly` where the line carries more bytes in no time."""
    return encode(difference(shades, ground), transparency=0, **(QUICKLY if quickly else SMALL))


def address(png: bytes) -> bytes:
    """A picture as an address that holds it all: a page loads bytes several ms later."""
    return b"data:image/png;base64," + b64encode(png)


def running_loop() -> asyncio.AbstractEventLoop | None:
    """The event loop that this code runs in, the kernel's; None in a plain script."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


class Ground(HTML):
    """A whole frame that the page keeps behind the picture, so that a layer is enough above it.

    A layer has the pixels in which a frame differs, and some beside them, and is transparent
    elsewhere: both together are the frame, to the pixel, whatever has changed. As a style sheet
    the ground needs no second image.
    """

    LARGE, SOON = 1 / 3, 10  # as a share of the ground; layers until one in motion is replaced

    def __init__(self, name: str) -> None:
        super().__init__(layout=Layout(display="none"))
        self._name, self._shades, self._size, self._layers = name, None, 0, 0
        self.worn = True  # whether another ground would spare the page much

    def lay(self, frame: Pixels.Image) -> None:
        """Put a frame there, while a whole picture covers it: a layer belongs to one ground."""
        png = encode(frame)
        self._shades, self._size, self._layers = np.asarray(frame), len(png), 0
        self.worn = False
        looks = f"background: url({address(png).decode()}) left / contain no-repeat"
        self.value = f"<style>.{self._name} {{ {looks} }}</style>"

    def above(self, frame: Pixels.Image, quickly: bool) -> bytes:
        """The layer that makes this frame, as a PNG; empty where a whole one is better."""
        if self._shades is None:
            return b""
        png = encode_layer(np.asarray(frame), self._shades, quickly)
        self.worn = len(png) > self.LARGE * self._size
        self._layers += 1
        return b"" if self.worn and self._layers > self.SOON else png

    def close(self) -> None:
        """Let go of the pixels."""
        super().close()
        self._shades = None


class Answer(Widget):
    """Where the page writes the number of the last frame that it has; it has no look."""

    number = Int().tag(sync=True, echo_update=False)  # the page needs no echo of its own words


def _animated(artist: Artist) -> Artist:
    """Ready to be drawn by itself, often."""
    artist.set_animated(True)  # leaves it out of the background
    if isinstance(artist, Text):  # letters filled as outlines take half the time
        artist.set_path_effects([Normal()])
    return artist


class Canvas(Image):
    """An image widget that shows `figure`, of which only `moving` changes from frame to frame.

    Whoever changes the data of a moving artist calls `draw` afterwards. A change of anything else,
    such as limits or a title, is noticed, and the background drawn anew. Where no event loop runs,
    no sharp frame follows. Until a page has answered once, nobody is waited for, and every frame is
    sent whole. Whoever shows the canvas shows its `ground` beside it.

    Args:
        figure: what is shown.
        moving: the artists in it that change.
        then: called after each frame that `draw` has asked for, once it is sent.
    """

    sent = Int().tag(sync=True)  # the number of the last frame that the page has to answer

    def __init__(
        self, figure: Figure, moving: Iterable[Artist], then: Callable[[], Any] = lambda: None
    ) -> None:
        # 9.2 inches are 919.999... pixels, of which matplotlib before 3.11.1 would draw 919.
        figure.set_size_inches(figure.get_size_inches() + 1e-9)
        # Without a fixed width the page would stretch the image and blur it.
        width = f"{figure.get_figwidth() * figure.dpi:.0f}px"
        super().__init__(format="url", layout=Layout(width=width, max_width="100%"))
        self.figure, self._dpi = figure, figure.dpi
        self.ground = Ground(f"ground-{self.model_id}")
        self.add_class(f"ground-{self.model_id}")
        self._frame = self._moved = None  # the last, and the last in motion
        self._kept = b""
        self._agg = FigureCanvasAgg(figure)
        self._moving = sorted(map(_animated, moving), key=lambda artist: artist.get_zorder())
        self._backgrounds: dict[int, Any] = {}  # by scale; pixels as Agg keeps them
        self._loop, self._draws, self._closed = running_loop(), 0, False
        self._then, self._owed = then, False
        self._answer, self._heard, self._asked_at, self._trip = Answer(), False, 0.0, WAIT
        # Inside the page, from every core of widgets: no script of ours is needed.
        self._link = jsdlink((self, "sent"), (self._answer, "number"))
        self._answer.observe(self._hear, "number")

    @property
    def under_way(self) -> bool:
        """Whether a frame may not have arrived yet, so that another would queue behind it."""
        waiting = self._heard and self._answer.number != self.sent and not self._closed
        soon = QUICK if self._trip < QUICK else 0.0  # on a quick line it will have
        return waiting and soon <= time.monotonic() - self._asked_at < WAIT

    @property
    def png(self) -> bytes:
        """The last frame, whole."""
        return encode(self._frame) if self._frame else self._kept

    def draw(self) -> None:
        """Show the artists as they are now; while a frame is under way, as they are after it."""
        with drawing:
            self._owed = self.under_way
            if not self._owed:
                self._show(MOVING)
                self._then()
            self._draws += 1
            self._look_later()

    def picture(self) -> bytes:
        """The artists as they are now, as a PNG of one size; the page sees nothing of it."""
        with drawing:
            return self.png if self._closed else encode(self._render(MOVING))

    def close(self) -> None:
        """Let go of the pixels: the notebook's list of outputs keeps the view itself alive."""
        with drawing:
            self._link.close()
            self._answer.close()
            super().close()
            # ipywidgets closes what is left when Python ends, and then nothing can be encoded.
            self._closed, self._kept = True, b"" if sys.is_finalizing() else self.png
            self._frame = self._moved = None
            self._backgrounds.clear()
            self._agg.renderer = None

    def _hear(self, _: Any) -> None:
        """The page has a frame: on its message's thread, send what is owed since."""
        with drawing:
            self._heard = True
            if self._answer.number == self.sent:
                self._trip = time.monotonic() - self._asked_at
            if self._owed and not self.under_way:
                self.draw()

    def _look_later(self) -> None:
        if self._loop and self._loop.is_running():  # this may be a thread other than the loop's
            self._loop.call_soon_threadsafe(self._loop.call_later, REST, self._rest, self._draws)

    def _rest(self, draws: int) -> None:
        """Unless somebody has drawn since: draw once more for fine screens, or send what is owed.

        Large as it is, a sharp frame is not sent behind another.
        """
        with drawing:
            if draws != self._draws:
                return
            if self.under_way:
                self._look_later()
            elif self._owed:
                self.draw()
            else:
                self._show(SHARP)

    def _show(self, scale: int) -> None:
        """Send a frame, in one message with the number that the page is to answer with.

        Under the lock it shows the artists of now, so no frame is older than the one before it.
        """
        if self._closed:
            return
        frame = self._frame = self._render(scale)
        self._moved = frame if scale == MOVING else self._moved
        layer = b""
        if self._heard and scale == MOVING:
            layer = self.ground.above(frame, quickly=self._trip < QUICK)
        png = layer or encode(frame)
        with self.hold_sync():
            self._ask()
            self.value = address(png)
        if self._heard and not layer and self.ground.worn:
            self.ground.lay(self._moved)

    def _ask(self) -> None:
        """Have the page say when it has the frame that goes with this, if it is time to."""
        now = time.monotonic()
        since = now - self._asked_at
        if since >= WAIT and self._answer.number != self.sent:
            self._trip = WAIT  # no quick line any more
        if self._trip >= QUICK or since >= ASK:
            self.sent += 1
            self._asked_at = now

    def _render(self, scale: int) -> Pixels.Image:
        """The artists as they are now, with `scale` x `scale` pixels for each of the figure's."""
        if self.figure.stale:  # matplotlib's word for: something that does not move has changed
            self._backgrounds.clear()
        self.figure.dpi = scale * self._dpi
        if scale not in self._backgrounds:
            self._backgrounds[scale] = self._draw_background()
        self._agg.restore_region(self._backgrounds[scale])
        for artist in self._moving:
            artist.draw(self._agg.renderer)
        size = self._agg.get_width_height()
        frame = Pixels.frombytes("RGB", size, self._agg.buffer_rgba(), "raw", "RGBX")
        self.figure.dpi = self._dpi
        self.figure.stale = False  # to change its resolution is no change
        return frame.quantize(palette=PALETTE, dither=Pixels.Dither.NONE)

    def _draw_background(self) -> Any:
        with lesson_style():  # ticks are made here
            self._lay_out()
            self._agg.draw()
        return self._agg.copy_from_bbox(self.figure.bbox)

    def _lay_out(self) -> None:
        """Once: no jumps later, and twice as fast."""
        if not (engine := self.figure.get_layout_engine()):
            return
        engine.execute(self.figure)
        self.figure.set_layout_engine("none")
        # The solver's last digit depends on where its parts lie in memory, and an edge in the
        # middle between two pixels was drawn now on one of them, now on the other.
        for ax in self.figure.axes:
            place = ax.get_position(original=True).extents.round(9)
            ax.set_position(Bbox.from_extents(place), which="original")
