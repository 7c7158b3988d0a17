"""The canvas: the frame it sends is the figure as a full drawing would show it."""

import asyncio
import base64
import io
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from house import at_start
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from utils.canvas import MOVING, REST, WAIT, Canvas, drawing, encode_layer
from utils.lessons.prelu.explorers import PReLUExplorer
from utils.style import COLOURS, draw_axes


def scene_now(then=lambda: None):
    """A canvas, its axes and the line that moves."""
    figure = Figure(figsize=(4, 3), layout="constrained", dpi=100)
    ax = figure.subplots()
    draw_axes(ax, "x", "y")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    (line,) = ax.plot([0, 1], [0, 0.5], color=COLOURS["prelu"], zorder=3)
    return Canvas(figure, [line], then), ax, line


@pytest.fixture
def scene():
    return scene_now()


def pixels(canvas):
    return np.asarray(Image.open(io.BytesIO(canvas.png)).convert("RGB")).astype(int)


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
    monkeypatch.setattr(canvas, "_draw_background", lambda: drawings.append(1) or draw())
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


def test_the_last_digit_of_the_layout_moves_no_edge(monkeypatch):
    """The right edge in the middle between two pixels, and the solver's noise around it."""
    frames = []
    for noise in (-1e-15, 1e-15):
        canvas, ax, _ = scene_now()
        place = [0.2, 0.2, 350.5 / 400 + noise - 0.2, 0.6]
        engine = canvas.figure.get_layout_engine()
        monkeypatch.setattr(engine, "execute", lambda _, ax=ax, place=place: ax.set_position(place))
        canvas.figure.set_size_inches(4, 3)
        canvas.draw()
        frames.append(canvas.png)
    assert frames[0] == frames[1]


def test_the_picture_is_as_wide_as_the_figure_and_never_wider_than_the_page(scene):
    canvas, *_ = scene
    canvas.draw()
    assert (canvas.layout.width, canvas.layout.max_width) == ("400px", "100%")
    assert pixels(canvas).shape == (300, 400, 3)


def test_two_threads_draw_one_after_the_other(scene, monkeypatch):
    canvas, *_ = scene
    inside, most = [], []
    render = canvas._render

    def watched(scale):
        inside.append(1)
        most.append(len(inside))
        frame = render(scale)
        inside.pop()
        return frame

    monkeypatch.setattr(canvas, "_render", watched)
    threads = [
        threading.Thread(target=lambda: [canvas.draw() for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 80
    assert max(most) == 1


def sizes(frames):
    return [Image.open(io.BytesIO(frame)).size for frame in frames]


def watched(canvas):
    """The frames that the canvas sends from now on."""
    frames = []
    canvas.observe(lambda _: frames.append(canvas.png), "value")
    return frames


def test_at_rest_one_more_frame_has_twice_the_pixels_in_the_same_box():
    async def play():
        canvas, _, line = scene_now()
        frames = watched(canvas)
        for height in (0.2, 0.3, 0.4):
            line.set_ydata([1, height])
            canvas.draw()
        await asyncio.sleep(3 * REST)
        return canvas, frames

    canvas, frames = asyncio.run(play())
    assert sizes(frames) == [(400, 300)] * 3 + [(800, 600)]
    assert canvas.layout.width == "400px"
    assert canvas.figure.dpi == 100
    sharp, moving = (
        np.asarray(Image.open(io.BytesIO(frame)).convert("L")) for frame in frames[-1:-3:-1]
    )
    moving = moving.repeat(2, 0).repeat(2, 1).astype(int)
    apart = {
        (down, right): np.abs(sharp - np.roll(moving, (down, right), (0, 1))).mean()
        for down in range(-3, 4)
        for right in range(-3, 4)
    }
    # matplotlib before 3.11 puts letters half a pixel further down
    assert np.abs(min(apart, key=apart.get)).max() <= 1, "nothing jumps, not by a pixel"


def test_a_hand_that_moves_just_as_the_sharp_frame_is_due_comes_first():
    async def play():
        canvas, _, line = scene_now()
        frames = watched(canvas)
        canvas.draw()

        def hand():
            with drawing:
                time.sleep(2 * REST)  # the loop now waits here with its sharp frame
                line.set_ydata([1, 1])
                canvas.draw()

        await asyncio.to_thread(hand)
        await asyncio.sleep(0.5 * REST)
        soon = sizes(frames)
        await asyncio.sleep(2 * REST)
        return soon, sizes(frames)

    moving, sharp = (400, 300), (800, 600)
    assert asyncio.run(play()) == ([moving, moving], [moving, moving, sharp])


def test_where_no_loop_runs_a_picture_has_one_size(scene):
    canvas, _, line = scene
    frames = watched(canvas)
    canvas.draw()
    line.set_ydata([1, 1])
    canvas.draw()
    assert sizes(frames) == [(400, 300)] * 2


def test_a_loop_that_has_ended_is_not_asked_for_a_sharp_frame():
    async def make():
        return scene_now()[0]

    canvas = asyncio.run(make())
    canvas.draw()
    assert sizes([canvas.png]) == [(400, 300)]


def test_what_a_view_stores_does_not_hang_on_the_clock():
    async def play():
        view = PReLUExplorer()
        at_once = view._repr_mimebundle_()["image/png"]
        await asyncio.sleep(3 * REST)
        sharp, later = view.canvas.png, view._repr_mimebundle_()["image/png"]
        return sizes([sharp, base64.b64decode(later)]), at_once == later

    assert asyncio.run(play()) == ([(1840, 860), (920, 430)], True)


def test_no_frame_is_older_than_the_one_before_it(monkeypatch):
    """Two threads count on, sharp frames come in between; each frame shows how far they were."""
    monkeypatch.setattr("utils.canvas.REST", 0.001)

    async def play():
        canvas, _, line = scene_now()
        frames, count = watched(canvas), iter(range(1, 101))

        def hand():
            for _ in range(50):
                with drawing:
                    line.set_data([0, next(count) / 100], [0.5, 0.5])
                    canvas.draw()

        await asyncio.gather(asyncio.to_thread(hand), asyncio.to_thread(hand))
        await asyncio.sleep(0.1)
        return frames

    frames = asyncio.run(play())
    reached = [length(frame) for frame in frames]
    assert reached == sorted(reached)
    assert sum(size == (400, 300) for size in sizes(frames)) == 100
    assert sizes(frames)[-1] == (800, 600)


def length(frame):
    """How far the green line reaches, as a share of the picture's width; coarser than a step."""
    pixels = np.asarray(Image.open(io.BytesIO(frame)).convert("RGB")).astype(int)
    green = pixels[..., 1] - pixels[..., 0] > 100
    return round(np.flatnonzero(green.any(axis=0)).max() / pixels.shape[1], 2)


def length_of(place):
    """What `length` finds where the line reaches to `place`."""
    canvas, _, line = scene_now()
    move(canvas, line, place)
    return length(canvas.png)


@pytest.fixture
def slow_line(monkeypatch):
    """Every line counts as slow, however soon a test answers."""
    monkeypatch.setattr("utils.canvas.QUICK", 0)


def arrives(canvas, number=None):
    """Say what a page says once it has the frame of this number, or else the last."""
    canvas._answer.set_state({"number": canvas.sent if number is None else number})


def paged(then=lambda canvas: None):
    """A canvas whose page has its first frame, its line, and the frames sent from now on."""
    canvas, _, line = scene_now(lambda: then(canvas))
    canvas.draw()
    arrives(canvas)
    return canvas, line, watched(canvas)


def move(canvas, line, *places):
    for place in places:
        line.set_data([0, place], [0.5, 0.5])
        canvas.draw()


@pytest.mark.usefixtures("slow_line")
def test_one_frame_is_under_way_and_after_it_comes_the_newest():
    async def play():
        told = []
        canvas, line, frames = paged(lambda canvas: told.append(canvas.png))
        told.clear()  # the first
        move(canvas, line, 0.2, 0.4, 0.6, 0.8)
        before = [length(frame) for frame in frames]
        arrives(canvas)
        arrives(canvas)
        return before, [length(frame) for frame in frames], told == frames

    one, two, together = asyncio.run(play())
    assert (one, two) == ([length_of(0.2)], [length_of(0.2), length_of(0.8)])
    assert together, "what goes with a frame goes with those that are sent"


@pytest.mark.usefixtures("slow_line")
def test_a_word_that_comes_late_is_not_about_the_frame_that_is_under_way():
    async def play():
        canvas, line, frames = paged()
        move(canvas, line, 0.2)
        arrives(canvas)
        move(canvas, line, 0.4, 0.6)
        arrives(canvas, canvas.sent - 1)
        return len(frames), canvas.under_way

    assert asyncio.run(play()) == (2, True)


def test_a_page_that_has_never_answered_and_a_script_get_every_frame(scene):
    async def play():
        canvas, _, line = scene_now()
        frames = watched(canvas)
        move(canvas, line, 0.2, 0.4, 0.6)
        return len(frames)

    canvas, _, line = scene
    frames = watched(canvas)
    move(canvas, line, 0.2, 0.4, 0.6)
    assert (asyncio.run(play()), len(frames)) == (3, 3)


@pytest.mark.usefixtures("slow_line")
def test_a_page_that_has_gone_holds_up_nothing(monkeypatch):
    monkeypatch.setattr("utils.canvas.WAIT", 0.1)

    async def play():
        canvas, line, frames = paged()
        move(canvas, line, 0.2, 0.4)  # the page is closed: nobody answers
        at_once = len(frames)
        await asyncio.sleep(1.5 * REST)
        later = [length(frame) for frame in frames]
        move(canvas, line, 0.6)
        return at_once, later, length(frames[-1])

    at_once, later, moved = asyncio.run(play())
    assert (at_once, later) == (1, [length_of(0.2), length_of(0.4)]), "what is owed comes by itself"
    assert moved == length_of(0.6), "and who draws later waits for nobody"
    assert WAIT == 1


@pytest.mark.usefixtures("slow_line")
def test_a_sharp_frame_waits_for_the_frame_before_it_and_for_rest():
    async def play():
        canvas, line, frames = paged()
        move(canvas, line, 0.2)
        await asyncio.sleep(1.5 * REST)
        under_way = sizes(frames)
        arrives(canvas)
        await asyncio.sleep(1.5 * REST)
        return under_way, sizes(frames), frames[0] != canvas.png

    moving, sharp = (400, 300), (800, 600)
    assert asyncio.run(play()) == ([moving], [moving, sharp], True)


@pytest.mark.usefixtures("slow_line")
def test_what_moves_while_the_sharp_frame_is_under_way_comes_after_it():
    async def play():
        canvas, line, frames = paged()
        await asyncio.sleep(1.5 * REST)
        move(canvas, line, 0.2, 0.4)
        before = sizes(frames)
        arrives(canvas)
        return before, sizes(frames), length(frames[-1])

    moving, sharp = (400, 300), (800, 600)
    assert asyncio.run(play()) == ([sharp], [sharp, moving], length_of(0.4))


def test_a_picture_and_its_number_are_one_message(scene, monkeypatch):
    canvas, *_ = scene
    messages = []
    monkeypatch.setattr(canvas, "send_state", lambda key: messages.append(sorted(key)))
    canvas.draw()
    canvas.draw()
    assert messages == [["sent", "value"], ["sent"]], "the same picture is not sent again"


@pytest.mark.usefixtures("slow_line")
def test_what_is_asked_for_is_of_now_and_sends_nothing():
    async def play():
        canvas, line, frames = paged()
        move(canvas, line, 0.2, 0.4)
        return length(canvas.picture()), len(frames), canvas.under_way

    assert asyncio.run(play()) == (length_of(0.4), 1, True)


@pytest.mark.usefixtures("slow_line")
def test_an_answer_that_comes_after_the_end_is_not_heard():
    async def play():
        canvas, line, frames = paged()
        move(canvas, line, 0.2, 0.4)
        canvas.close()
        arrives(canvas)
        canvas.draw()
        return len(frames)

    assert asyncio.run(play()) == 1


@pytest.mark.usefixtures("slow_line")
def test_answers_on_a_thread_of_their_own_lose_no_frame(monkeypatch):
    """The page answers at once, on a thread; each frame shows how far the hand was."""
    monkeypatch.setattr("utils.canvas.REST", 0.01)

    async def play():
        canvas, line, frames = paged()
        over = threading.Event()

        def page():
            while not over.wait(0.0005):
                arrives(canvas)

        answering = asyncio.create_task(asyncio.to_thread(page))
        for place in range(1, 101):
            with drawing:
                move(canvas, line, place / 100)
            await asyncio.sleep(0)
        await asyncio.sleep(0.2)
        over.set()
        await answering
        return frames

    frames = asyncio.run(play())
    reached = [length(frame) for frame in frames]
    assert reached == sorted(reached)
    assert reached[-1] == length_of(1)
    assert sizes(frames)[-1] == (800, 600)


@pytest.mark.usefixtures("slow_line")
def test_the_words_stay_with_the_picture_that_they_are_about():
    async def play():
        view = PReLUExplorer()
        line = view._line
        arrives(view.canvas)
        view.set(alpha=0.5)
        first = line.value
        view.set(alpha=-0.5)
        assert "-0.5" in view.text and line.value == first
        assert view.frame() == (view.canvas.picture(), view.text)
        assert line.value == first
        arrives(view.canvas)
        return "-0.5" in line.value

    assert asyncio.run(play())


@pytest.mark.browser
def test_a_page_answers_each_frame_with_its_number_and_nothing_else(lessons):
    view = lessons("04_prelu.ipynb").view("alpha (slope)")
    view.start_over()
    view.page.wait_for_timeout(1000)  # until the sharp frame has come
    spoken = {"Sent": [], "Received": []}
    wire = view.page.context.new_cdp_session(view.page)
    wire.send("Network.enable")
    for way, words in spoken.items():
        wire.on(f"Network.webSocketFrame{way}", lambda it, to=words: to.append(payload(it)))
    view.slider("alpha (slope)").locator(".noUi-handle").press("ArrowRight")
    view.wait_until(lambda: len(numbers(spoken["Sent"], "number")) >= 2, "two answers")
    wire.detach()
    frames = numbers(spoken["Received"], "sent")
    assert len(frames) == 2, "the one that moved, and the sharp one"
    assert numbers(spoken["Sent"], "number") == frames
    answers = [words for words in spoken["Sent"] if b'"number"' in words]
    assert max(map(len, answers)) < 2000


def payload(event):
    """What went over the web socket."""
    data = event["response"]["payloadData"]
    return base64.b64decode(data) if event["response"]["opcode"] == 2 else data.encode()


def numbers(messages, name):
    """What the messages give as the number of this name."""
    found = [re.search(rf'"{name}":\s*(\d+)'.encode(), words) for words in messages]
    return [int(match[1]) for match in found if match]


class Clock:
    """The time as the canvas sees it."""

    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr("utils.canvas.time", made)
    return made


def test_on_a_quick_line_the_page_is_asked_now_and_then(clock):
    canvas, line, frames = paged()
    first = canvas.sent
    for step in range(40):  # 50 a second
        clock.now += 0.02
        move(canvas, line, (step + 1) / 40)
        if canvas.sent < first + 2:
            arrives(canvas)
    assert canvas.sent == first + 2, "not with each of them"
    shown = [length(frame) for frame in frames]
    assert 30 <= len(shown) <= 31, "0.1 s after the second, which is not answered, it is waited for"
    arrives(canvas)
    assert length(frames[-1]) == length_of(1)


def test_a_quick_line_that_has_become_slow_is_taken_for_slow(clock):
    canvas, line, _ = paged()
    clock.now += 0.3
    move(canvas, line, 0.1)  # asked, and not answered
    clock.now += 1.1
    move(canvas, line, 0.2)
    arrives(canvas, canvas.sent - 1)
    assert canvas.under_way


def test_a_closed_canvas_keeps_its_picture_and_no_pixels(scene):
    canvas, *_ = scene
    canvas.draw()
    arrives(canvas)
    canvas.draw()
    before = canvas.png
    assert "data:" in canvas.ground.value
    canvas.ground.close()
    canvas.close()
    canvas.close()
    assert canvas.png == canvas.picture() == before
    kept = [*vars(canvas).values(), *vars(canvas.ground).values()]
    assert not any(isinstance(each, Image.Image | np.ndarray) for each in kept)


def test_python_ends_without_a_word_where_a_canvas_is_left():
    code = "from test_canvas import scene_now; scene = scene_now(); scene[0].draw()"
    run = [sys.executable, "-c", f"import sys; sys.path.insert(0, 'tests'); {code}"]
    root = Path(__file__).parents[1]
    ended = subprocess.run(run, cwd=root, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")


def composed(canvas):
    """What a page shows: the picture above its ground, as pixels."""
    picture = opened(bytes(canvas.value))
    ground = opened(canvas.ground.value.encode())
    return np.asarray(Image.alpha_composite(ground, picture).convert("RGB")).astype(int)


def opened(words):
    data = re.search(rb"data:image/png;base64,([\w+/=]+)", words)[1]
    return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("scale", [0.92, 0.6])
def test_nothing_shines_through_where_a_page_scales_a_layer_and_its_ground(scale):
    """Each for itself, as a page does that is narrower than the picture."""
    view = at_start(PReLUExplorer)
    view.set(alpha=1.0)
    frames = [view.canvas._render(MOVING)]
    view.set(alpha=-0.5)
    frames.append(view.canvas._render(MOVING))
    ground, frame = (np.asarray(each) for each in frames)
    layer = Image.open(io.BytesIO(encode_layer(frame, ground))).convert("RGBA")
    size = tuple(round(scale * length) for length in layer.size)

    def scaled(image):
        return np.asarray(image.resize(size, Image.Resampling.BILINEAR)).astype(float)

    *colours, cover = np.moveaxis(scaled(layer), 2, 0)
    under = scaled(frames[0].convert("RGB"))
    shown = under + (np.stack(colours, axis=2) - under) * cover[..., np.newaxis] / 255
    off = np.abs(shown - scaled(frames[1].convert("RGB"))).max(axis=2)
    assert (off > 8).sum() < 100  # of pixels; the outline of what is covered would be some 800
    assert (cover == 0).mean() > 0.7  # and it is still a layer


@pytest.mark.parametrize("quick", [0, 1])
def test_a_layer_above_its_ground_is_the_frame_to_the_pixel(quick, monkeypatch):
    monkeypatch.setattr("utils.canvas.QUICK", quick)

    async def play():
        canvas, line, _ = paged()
        move(canvas, line, 0.2)  # whole: with it the ground is laid
        arrives(canvas)
        sizes = [len(canvas.value)]
        for place in (0.3, 0.9, 0.2):
            move(canvas, line, place)
            arrives(canvas)
            sizes.append(len(canvas.value))
            np.testing.assert_array_equal(composed(canvas), pixels(canvas))
        canvas.figure.axes[0].set_xlim(0, 3)  # the background too
        move(canvas, line, 0.5)
        np.testing.assert_array_equal(composed(canvas), pixels(canvas))
        return sizes

    whole, *layers = asyncio.run(play())
    assert max(layers) < whole / 2


def test_a_line_that_has_become_slow_gets_fewer_bytes_for_the_same_picture(clock):
    places = np.linspace(0, 1, 300)

    async def play():
        canvas, line, _ = paged()
        move(canvas, line, 0.2)  # with it the ground is laid
        sent = []
        for trip in (0, 0.3, 0.3):  # seconds; the first of the slow ones is not known to be yet
            line.set_data(places, 0.5 + 0.4 * np.sin(30 * places))
            clock.now += 1
            canvas.draw()
            clock.now += trip
            arrives(canvas)
            sent.append((len(canvas.value), composed(canvas)))
        return sent

    quick, quick_still, slow = asyncio.run(play())
    assert quick[0] == quick_still[0] > 1.1 * slow[0]
    np.testing.assert_array_equal(quick[1], slow[1])


@pytest.mark.usefixtures("clock")
def test_a_ground_is_laid_only_under_a_whole_picture():
    """Or a layer would lie above a ground that is not its own until the next has come."""

    async def play():
        canvas, line, _ = paged()
        opaque = []
        canvas.ground.observe(
            lambda _: opaque.append(opened(bytes(canvas.value)).getextrema()[3][0]), "value"
        )
        draw = np.random.default_rng(0)
        for _ in range(30):
            line.set_data(np.linspace(0, 1, 300), draw.random(300))
            canvas.draw()
        await asyncio.sleep(1.5 * REST)
        return opaque

    opaque = asyncio.run(play())
    assert set(opaque) == {255}
    assert 1 < len(opaque) < 5, "worn grounds are replaced, and not with every frame"


@pytest.mark.usefixtures("clock")
def test_without_a_page_and_at_rest_a_picture_is_whole(scene):
    async def play():
        canvas, line, _ = paged()
        move(canvas, line, 0.2, 0.3)
        layer, ground = opened(bytes(canvas.value)).getextrema()[3][0], canvas.ground.value
        await asyncio.sleep(1.5 * REST)
        assert canvas.ground.value == ground, "it does as well for what comes next"
        return layer, opened(bytes(canvas.value)).getextrema()[3][0], opened(canvas_png(canvas))

    def canvas_png(canvas):
        return b"data:image/png;base64," + base64.b64encode(canvas.png)

    canvas, _, line = scene
    move(canvas, line, 0.2, 0.4)
    assert opened(bytes(canvas.value)).getextrema()[3] == (255, 255)
    layer, rest, kept = asyncio.run(play())
    assert (layer, rest, kept.getextrema()[3]) == (0, 255, (255, 255))
    assert kept.size == (800, 600)


@pytest.mark.usefixtures("clock")
def test_a_view_shows_the_ground_and_stores_a_whole_picture():
    async def play():
        view = PReLUExplorer()
        arrives(view.canvas)
        view.set(alpha=0.5)
        view.set(alpha=0.6)
        assert opened(bytes(view.canvas.value)).getextrema()[3][0] == 0
        assert view.canvas.ground in view.children
        assert view.canvas.ground.layout.display == "none"
        (name,) = view.canvas._dom_classes
        assert f".{name} {{" in view.canvas.ground.value
        stored = view._repr_mimebundle_()["image/png"]
        return opened(b"data:image/png;base64," + stored.encode()), view.canvas.value

    stored, value = asyncio.run(play())
    assert stored.getextrema()[3] == (255, 255)
    assert len(value) < 8000
