"""The canvas: the frame it sends is the figure as a full drawing would show it."""

import asyncio
import io
import threading

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from utils import canvas as canvas_module
from utils.canvas import REST, Canvas
from utils.plots.style import COLOURS, draw_axes, new_figure


@pytest.fixture
def scene():
    figure, ax = new_figure(4, 3)
    draw_axes(ax, "x", "y")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    (line,) = ax.plot([0, 1], [0, 0.5], color=COLOURS["prelu"], zorder=3)
    return Canvas(figure, [line]), ax, line


def pixels(canvas):
    return np.asarray(Image.open(io.BytesIO(canvas.value)).convert("RGB")).astype(int)


def redrawn(canvas):
    """The same figure drawn whole."""
    for artist in canvas.figure.findobj(lambda artist: artist.get_animated()):
        artist.set_animated(False)
    whole = FigureCanvasAgg(canvas.figure)
    whole.draw()
    return np.asarray(whole.buffer_rgba())[..., :3].astype(int)


def test_a_frame_shows_what_a_full_drawing_shows(scene):
    canvas, _, line = scene
    canvas.draw()
    line.set_ydata([1, 0.2])
    canvas.draw()
    difference = np.abs(pixels(canvas) - redrawn(canvas))
    assert difference.max() < 64, "near even where two colours mix, which the palette leaves out"
    assert np.mean(difference) < 0.5


def test_white_stays_white_and_house_colours_stay_theirs(scene):
    canvas, _, line = scene
    line.set_linewidth(20)
    canvas.draw()
    seen = {tuple(pixel) for pixel in pixels(canvas).reshape(-1, 3)}
    assert (255, 255, 255) in seen
    assert tuple(bytes.fromhex(COLOURS["prelu"][1:])) in seen


def test_the_background_is_drawn_once_until_a_limit_changes(scene, monkeypatch):
    canvas, ax, line = scene
    drawings = []
    draw = canvas._draw_background
    monkeypatch.setattr(canvas, "_draw_background", lambda: drawings.append(draw()))
    for height in (0.1, 0.2, 0.3):
        line.set_ydata([0, height])
        canvas.draw()
    assert len(drawings) == 1
    ax.set_xlim(0, 100)
    canvas.draw()
    assert len(drawings) == 2
    assert np.mean(np.abs(pixels(canvas) - redrawn(canvas))) < 0.5


def test_the_layout_does_not_move_when_numbers_grow(scene):
    canvas, ax, _ = scene
    canvas.draw()
    before = ax.get_position().bounds
    ax.set_ylim(0, 1000)
    canvas.draw()
    assert ax.get_position().bounds == before


def test_the_picture_is_as_wide_as_the_figure_and_never_wider_than_the_page(scene):
    canvas, *_ = scene
    canvas.draw()
    assert (canvas.layout.width, canvas.layout.max_width) == ("400px", "100%")
    assert pixels(canvas).shape == (300, 400, 3)


def test_two_threads_draw_one_after_the_other(scene, monkeypatch):
    canvas, *_ = scene
    inside, most = [], []
    encode = canvas_module._encode

    def watched(*pixels):
        inside.append(1)
        most.append(len(inside))
        frame = encode(*pixels)
        inside.pop()
        return frame

    monkeypatch.setattr(canvas_module, "_encode", watched)
    threads = [
        threading.Thread(target=lambda: [canvas.draw() for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 80
    assert max(most) == 1


def scene_in_a_loop(act):
    """Run `act(canvas, ax, line)` where an event loop runs, as in a kernel."""

    async def run():
        figure, ax = new_figure(4, 3)
        (line,) = ax.plot([0, 1], [0, 0.5], color=COLOURS["prelu"])
        return await act(Canvas(figure, [line]), ax, line)

    return asyncio.run(run())


def centre_of_the_line(frame):
    """Where the line's colour lies in a picture, in shares of its height and width."""
    colour = np.array(list(bytes.fromhex(COLOURS["prelu"][1:])))
    return np.argwhere((frame == colour).all(axis=2)).mean(axis=0) / frame.shape[:2]


def test_at_rest_the_picture_has_twice_the_pixels_of_the_same_scene():
    async def act(canvas, _, line):
        canvas.draw()
        small = pixels(canvas)
        await asyncio.sleep(1.5 * REST)
        large = pixels(canvas)
        line.set_ydata([0.5, 0.4])
        canvas.draw()
        return small, large, pixels(canvas)

    small, large, moved = scene_in_a_loop(act)
    assert small.shape == moved.shape == (300, 400, 3)
    assert large.shape == (600, 800, 3)
    np.testing.assert_allclose(centre_of_the_line(large), centre_of_the_line(small), atol=0.003)
    assert np.abs(centre_of_the_line(moved) - centre_of_the_line(small)).max() > 0.1


def test_while_it_moves_no_sharp_picture_is_drawn():
    async def act(canvas, _, line):
        shapes = []
        for step in range(10):
            line.set_ydata([0, step / 10])
            canvas.draw()
            await asyncio.sleep(REST / 3)
            shapes.append(pixels(canvas).shape[0])
        return shapes

    assert set(scene_in_a_loop(act)) == {300}


def test_a_move_from_another_thread_is_sharp_at_rest_too_and_is_the_newest():
    async def act(canvas, _, line):
        def move():
            for height in np.linspace(0.5, 1, 20):
                line.set_ydata([0, height])
                canvas.draw()

        await asyncio.to_thread(move)
        await asyncio.sleep(2 * REST)
        sharp = pixels(canvas)
        canvas.draw()
        return sharp, pixels(canvas)

    sharp, last = scene_in_a_loop(act)
    assert sharp.shape == (600, 800, 3)
    np.testing.assert_allclose(centre_of_the_line(sharp), centre_of_the_line(last), atol=0.003)
