"""How many bytes a picture takes on its way to the page, over every scene of every view.

    python bench/frame_bytes.py        some minutes; writes frame_bytes.md

Each scene is played for some steps, or its view's first slider is taken from there to both its
ends. "As sent" is what the view has sent to a page that answers, grounds included, in the letters
of base64 in which it goes. The same pictures are then encoded in the other ways that were tried.
"""

import asyncio
import io
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
from PIL import Image as Pixels

sys.path[:0] = [str(Path(__file__).parents[1] / "tests"), str(Path(__file__).parents[1])]
from house import VIEWS  # noqa: E402
from report import percentile  # noqa: E402

from pages.recording import evenly, first_setting, places  # noqa: E402
from utils.canvas import MOVING, QUICK, SHADES, Canvas, difference, encode, encode_layer  # noqa: E402
from utils.explorer import Explorer  # noqa: E402

STEPS = 20  # of a run, or places of a slider
REST = 10  # pictures until a hand rests, where a way needs to know
LETTERS = 4 / 3  # of base64, a byte
SLOWLY = "as sent on a slow line"
SENT = {SLOWLY: 2 * QUICK, "as sent on a quick line": 0.0}  # seconds until a page answers

Shades = np.ndarray  # (height, width), places in the palette


def picture(shades: Shades) -> Pixels.Image:
    """A picture in the house's palette."""
    image = Pixels.fromarray(shades)
    image.putpalette(SHADES.tobytes())
    return image


def webp(image: Pixels.Image) -> bytes:
    """Without loss."""
    file = io.BytesIO()
    image.save(file, "webp", lossless=True, quality=20, method=1)
    return file.getvalue()


def rectangle(frame: Shades, before: Shades) -> Pixels.Image:
    """The smallest rectangle with all that differs from the picture before."""
    rows, columns = np.nonzero(frame != before)
    if not len(rows):
        return picture(frame[:1, :1])
    return picture(frame[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])


def see_through(image: Pixels.Image) -> Pixels.Image:
    """The same layer in full colours, as WebP has no palette."""
    colours = np.asarray(image.convert("RGB"))
    opaque = np.where(np.asarray(image)[..., None] > 0, np.uint8(255), np.uint8(0))
    return Pixels.fromarray(np.concatenate([colours * (opaque > 0), opaque], axis=2), "RGBA")


# By name: what is sent for a frame, given the one before, the last at rest, and the empty axes.
WAYS: dict[str, Callable[[Shades, Shades, Shades, Shades], bytes]] = {
    "whole, compression 1": lambda now, *_: encode(picture(now)),
    "whole, compression 9": lambda now, *_: encode(picture(now), compress_level=9),
    "whole, lossless WebP": lambda now, *_: webp(picture(now).convert("RGB")),
    "the rectangle that changed": lambda now, before, *_: encode(rectangle(now, before)),
    "a layer over the empty axes": lambda now, _before, _rest, axes: encode_layer(now, axes),
    "a layer over the last picture at rest": lambda now, _before, rest, _axes: encode_layer(
        now, rest
    ),
    "that layer in run lengths": lambda now, _before, rest, _axes: encode_layer(
        now, rest, quickly=True
    ),
    "that layer as lossless WebP": lambda now, _before, rest, _axes: webp(
        see_through(difference(now, rest))
    ),
}


def answering(canvas: Canvas, trip: float) -> None:
    """A page that has each picture at once, as the canvas sees it after `trip` seconds."""

    def answer(change: dict) -> None:
        canvas._answer.number = change["new"]
        canvas._trip = trip

    canvas.observe(answer, "sent")
    canvas.draw()


def empty(canvas: Canvas) -> Shades:
    """The axes alone, without what moves."""
    moving, canvas._moving = canvas._moving, []
    shades = np.asarray(canvas._render(MOVING))
    canvas._moving = moving
    return shades


async def moves(view: Explorer, scene: str) -> AsyncIterator[None]:
    """Show the scene, and then go on from it, a picture at a time."""
    name, _ = first_setting(view)
    all_places = places(view)
    view.show(scene)
    if view.player:
        view.player.pause()
        for _ in range(STEPS):
            if view.player.ended:
                return
            view.player.step()
            yield
    else:
        for index in evenly(len(all_places), STEPS):
            view.set(**{name: all_places[index]})
            yield


async def measure(make: type[Explorer]) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """For each scene and way, of each picture: bytes in base64, and milliseconds to encode it."""
    found = {scene: defaultdict(list) for scene in make.scenes}
    for sent, trip in SENT.items():
        view = make()
        answering(view.canvas, trip)
        ways = WAYS if sent == SLOWLY else {}
        for scene, taken in found.items():
            await measure_scene(view, scene, taken, sent, ways)
        view.close()
    return found


async def measure_scene(
    view: Explorer, scene: str, taken: dict[str, list], sent: str, ways: dict[str, Callable]
) -> None:
    """Write into `taken` what is `sent` for each picture of the scene, and what `ways` would."""
    axes = empty(view.canvas) if ways else None
    before = rest = np.asarray(view.canvas._render(MOVING))
    ground, count = view.canvas.ground.value, 0
    async for _ in moves(view, scene):
        size = len(view.canvas.value)
        if view.canvas.ground.value != ground:
            ground = view.canvas.ground.value
            size += len(ground)
        taken[sent].append((size, np.nan))
        now = np.asarray(view.canvas._frame)
        for way, pack in ways.items():
            begin = time.perf_counter()
            size = len(pack(now, before, rest, axes)) * LETTERS
            taken[way].append((size, 1000 * (time.perf_counter() - begin)))
        before, count = now, count + 1
        rest = now if count % REST == 0 else rest


def write(found: dict[type[Explorer], dict]) -> None:
    """The tables, on the screen and in frame_bytes.md."""
    lines = [
        "# Bytes a picture",
        "",
        "Made by `python bench/frame_bytes.py`: what one picture in motion takes on its way to the",
        f"page, in kB of base64, over every scene of all {len(found)} views.",
        "",
        '"As sent" is what a view sends to a page that answers, whole pictures and grounds',
        f"included. Elsewhere a hand is taken to rest after every {REST}th picture.",
        "",
        "| way | runs, median | moves, median | all, median | 95% | ms to encode, median |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for way in [*SENT, *WAYS]:
        kinds: list[list[float]] = [[], []]
        times = []
        for make, scenes in found.items():
            for taken in scenes.values():
                kinds[not make.run] += [size / 1000 for size, _ in taken[way]]
                times += [ms for _, ms in taken[way]]
        middle = [f"{statistics.median(kind):.1f}" for kind in (*kinds, sum(kinds, []))]
        slow = "" if way in SENT else f"{statistics.median(times):.1f}"
        lines.append(
            f"| {way} | {' | '.join(middle)} | {percentile(sum(kinds, []), 95):.1f} | {slow} |"
        )
    lines += [
        "",
        "As sent on a slow line, view by view:",
        "",
        "| view | pictures | median | most |",
    ]
    lines.append("|---|--:|--:|--:|")
    for make, scenes in found.items():
        sizes = [size / 1000 for taken in scenes.values() for size, _ in taken[SLOWLY]]
        row = f"{len(sizes)} | {statistics.median(sizes):.1f} | {max(sizes):.1f} |"
        lines.append(f"| {make.__name__} | {row}")
    used = ", ".join(f"{name} {version(name)}" for name in ("matplotlib", "pillow", "numpy"))
    text = "\n".join([*lines, "", f"{used}.", ""])
    print(text)
    (Path(__file__).parent / "frame_bytes.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write({make: asyncio.run(measure(make)) for make in VIEWS})
