"""A view, recorded through its own door: at the places of its first slider, and along its runs.

A recording is a script that hands its pictures to the page, since a page opened from a folder may
load scripts and nothing else. It holds one picture that is common to all, and for each what differs
from that, as a transparent layer: a fifth of what the pictures take one by one.
"""

import io
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from utils.explorer import Explorer, Frame
from utils.settings import LONGEST, Choice, Fixed, Setting, Whole, in_words

FINE, PLAYED = 2, 1  # pixels for each of a view's, both ways: where it rests, and while it plays
PLACES = 31  # of a slider, at the most, beside its start
FRAMES = 40  # of a run, at the most
LIMIT = 600_000  # letters of a recording, at the most


class Shot(NamedTuple):
    """One picture of a recording: what the range says of it, and what the view shows."""

    at: str
    frame: Frame


def evenly(count: int, most: int) -> list[int]:
    """The numbers below `count`, or `most` of them from the first to the last."""
    kept = min(count, max(most, 2))
    return [round(index * (count - 1) / max(kept - 1, 1)) for index in range(kept)]


def first_setting(view: Explorer) -> tuple[str, Setting]:
    """What the view is about, with its name."""
    return next((name, s) for name, s in view.settings.items() if not isinstance(s, Fixed))


def places(view: Explorer) -> list[Any]:
    """The values at which a view's first slider is recorded, its start among them."""
    view.reset()
    name, setting = first_setting(view)
    if isinstance(setting, Choice):
        return [option[1] if isinstance(option, tuple) else option for option in setting.options]
    now = view.now._asdict()
    if isinstance(setting, Whole):
        low, step, count = setting.low, 1, setting.highest(now) - setting.low + 1
    else:
        low, step = setting.low, setting.step
        count = round((setting.high - low) / step) + 1
    kept = {setting.nearest(low + index * step, now) for index in evenly(count, PLACES)}
    return sorted(kept | {now[name]})


def record_slider(view: Explorer) -> Iterator[Shot]:
    """The view at each of its `places`; where there is a run, the end of it."""
    name, setting = first_setting(view)
    for value in places(view):
        view.reset()
        view.set(**{name: value})
        if view.player:
            view.player.reset()
            view.player.step(LONGEST)
        yield Shot(in_words(setting, value), view.frame())


def record_scenes(view: Explorer) -> Iterator[Shot]:
    """The view in each of its scenes."""
    name, setting = first_setting(view)
    for scene in view.scenes:
        view.show(scene)
        yield Shot(in_words(setting, getattr(view.now, name)), view.frame())


def record_run(view: Explorer, scene: str = "") -> Iterator[Shot]:
    """The run of a scene, or that from the start, as frames that lie evenly along it."""
    states = run_through(view, scene)
    steps = evenly(len(states), FRAMES)
    view.run = lambda _: (states[step] for step in steps)
    view.player.reset()
    for step in steps:
        yield Shot(f"{step} of {len(states) - 1}", view.frame())
        view.player.step()
    del view.run  # that of its class again


def run_through(view: Explorer, scene: str) -> list[Any]:
    """All states of a run, computed once."""
    states = []

    def run(settings: Callable[[], Any]) -> Iterator[Any]:
        for state in type(view).run(view, settings):
            states.append(state)
            yield state

    view.run = run
    view.show(scene) if scene else view.reset()
    if not view.player.ended:  # it has only begun
        view.player.step(LONGEST)
    return states


def as_script(name: str, shots: Sequence[Shot], fine: int = 1) -> str:
    """The script of a recording; its pictures less fine, or fewer, where it would be too large."""
    script = written(name, shots)
    if len(script) > LIMIT and fine > 1:
        shots = [Shot(s.at, Frame(coarser(s.frame.picture, fine), s.frame.words)) for s in shots]
        script = written(name, shots)
    while len(script) > LIMIT and len(shots) > 2:
        kept = evenly(len(shots), int(0.97 * len(shots) * LIMIT / len(script)))
        shots = [shots[index] for index in kept]
        script = written(name, shots)
    return script


def written(name: str, shots: Sequence[Shot]) -> str:
    """The script of a recording of all these."""
    common, layers = layered([shot.frame.picture for shot in shots])
    rows = [[layer, s.frame.words, s.at] for layer, s in zip(layers, shots, strict=True)]
    data = json.dumps({"common": common, "shots": rows}, ensure_ascii=False)
    return f"recorded({json.dumps(name)}, {data});\n"


def layered(pictures: Sequence[bytes]) -> tuple[str, list[str]]:
    """What pictures have in common, and of each what differs from it, as addresses."""
    images = [Image.open(io.BytesIO(picture)) for picture in pictures]
    colours = images[0].getpalette("RGBA")
    if any(image.getpalette("RGBA") != colours for image in images):
        raise ValueError("the pictures of a recording must have one palette")
    table = np.array(colours, dtype=np.uint8).reshape(-1, 4)
    clear = len(table)
    table = np.vstack([table, np.zeros((1, 4), dtype=np.uint8)]).view(np.uint32).ravel()
    shades = np.stack([np.asarray(image) for image in images])
    common = most_frequent(shades)
    each = [table[np.where(one == common, clear, one)] for one in shades]
    return address(table[common]), [address(pixels) for pixels in each]


def most_frequent(shades: np.ndarray) -> np.ndarray:
    """At each place the value that most pictures have, wherever that is more than half of them."""
    some = shades[:: max(len(shades) // 15, 1)]
    return np.partition(some, len(some) // 2, axis=0)[len(some) // 2]  # the middle one is it


def coarser(picture: bytes, fine: int) -> bytes:
    """A picture of `fine` times fewer pixels, both ways, in the same colours."""
    image = Image.open(io.BytesIO(picture))
    small = image.convert("RGB").reduce(fine)
    return png(small.quantize(palette=image, dither=Image.Dither.NONE))


def png(image: Image.Image) -> bytes:
    """A picture as `Explorer.frame` gives it."""
    file = io.BytesIO()
    image.save(file, "png", compress_level=1)
    return file.getvalue()


def webp(pixels: np.ndarray) -> bytes:
    """A picture without loss, of colours in four bytes each."""
    file = io.BytesIO()
    image = Image.fromarray(pixels.view(np.uint8).reshape(*pixels.shape, 4))
    image.save(file, "webp", lossless=True, quality=50, method=2)
    return file.getvalue()


def as_webp(picture: bytes) -> bytes:
    """A picture that stands alone, without loss."""
    image = Image.open(io.BytesIO(picture)).convert("RGBA")
    return webp(np.asarray(image).view(np.uint32)[..., 0])


def address(pixels: np.ndarray) -> str:
    """A picture as an address that holds it all."""
    return "data:image/webp;base64," + b64encode(webp(pixels)).decode()
