"""What no student would do on purpose: thousands of random moves, in mad orders, on any thread."""

import asyncio
import contextlib
import gc
import queue
import random
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np
import pytest
from house import VIEWS, close_widgets, some
from jupyter_client.manager import start_new_kernel
from traitlets import TraitError

from utils.player import Player

MOVES = 64  # for each view, of which a quick run makes QUICK
QUICK = 10
LIMIT = 100  # seconds until a scene counts as hung; a scene takes one or two
ANSWER = 60  # seconds until a kernel counts as hung; it answers in one or two
PLAYED = [make for make in VIEWS if make.run]
ROOT = Path(__file__).parents[1]
SLIDERS = (widgets.FloatSlider, widgets.IntSlider)


def entries(view) -> dict[str, widgets.Widget]:
    """The boxes for exact values, by the names of their sliders."""
    rows = [*view.panel.children[:-1], *view.panel.rare.children]
    boxes = {
        row.children[1]: row.children[0] for row in rows if len(getattr(row, "children", ())) > 1
    }
    return {name: boxes[control] for name, control in view.controls.items() if control in boxes}


def point(view, draw: random.Random) -> None:
    """Drag something on the picture somewhere, as the page's script says it."""
    name = draw.choice(list(view.hands))
    which = draw.randrange(len(view.artists[name].get_xdata()))
    share = draw.choice([(draw.random(), draw.random()), (0, 1), (-9, 9), (1e9, -1e9)])
    view._hands.script[0].taken = [draw.random(), name, which, *share]


def put(widget, value) -> None:
    widget.value = value


def refused(widget, **state) -> None:
    """As a browser would send it; the widget itself says no."""
    with pytest.raises(TraitError):
        widget.set_state(state)


def slider_moves(slider, entry, draw: random.Random) -> list[Callable]:
    low, high = slider.min, slider.max
    whole = isinstance(slider, widgets.IntSlider)
    inside = draw.randint(low, high) if whole else draw.uniform(low, high)
    middle = type(low)((low + high) / 2)
    far = [low - 10**6, high + 10**6, -(10**15), 10**15] + (
        [] if whole else [1e300, -np.inf, np.nan]
    )
    values = [low, high, middle, inside, 0, *far]
    moves = [partial(put, slider, value) for value in values]
    return moves + [partial(put, entry, str(value)) for value in (*values, "", "text", "0,5")]


def moves(view, draw: random.Random) -> list[Callable]:
    """Everything that a hand could do to `view` now, each control and button alike often."""
    boxes, possible = entries(view), []
    for name, control in view.controls.items():
        if isinstance(control, widgets.Button):
            possible.append(control.click)
        elif isinstance(control, SLIDERS):
            possible.append(draw.choice(slider_moves(control, boxes[name], draw)))
        else:
            possible.append(partial(put, control, draw.choice(control._options_values)))
            possible.append(partial(refused, control, index=99))
    hand = [partial(point, view, draw)] * 3 if view.hands else []
    return [*possible, *hand, view._repr_mimebundle_]


def check(view) -> None:
    """That the view stands: no error, words, a picture, and every slider inside its range."""
    assert view.player is None or view.player.error is None, view.player.status
    assert view.error is None, view.text
    assert view.text.strip()
    assert "nan" not in view.text
    assert view.canvas.png[:4] == b"\x89PNG"
    for name, box in entries(view).items():
        slider = view.controls[name]
        assert slider.min <= slider.value <= slider.max
        assert float(box.value) == pytest.approx(slider.value, abs=1e-9)


def check_answers(view, text: str) -> None:
    """That a reset brings back what the view said when it was made."""
    view.controls["reset"].click()
    check(view)
    assert view.text == text
    assert not (view.player and view.player.playing)


async def act(move: Callable, elsewhere: bool) -> None:
    """Do as a kernel does: on its own thread, or on that of a subshell."""
    if elsewhere:
        await asyncio.to_thread(move)
    else:
        move()


def scene(play: Callable) -> None:
    """Run `play` in an event loop, in which no task fails unheard and nothing hangs."""
    failures: list[dict] = []

    async def watched() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, what: failures.append(what))
        await asyncio.wait_for(play(), LIMIT)

    asyncio.run(watched())
    assert not failures


@pytest.mark.parametrize("make", VIEWS)
def test_random_moves_on_both_threads(make, sample):
    async def play():
        draw, view = random.Random(make.__name__), make()
        text = view.text
        for _ in sample(range(MOVES), QUICK):
            await act(draw.choice(moves(view, draw)), elsewhere=draw.random() < 0.5)
            await asyncio.sleep(draw.choice([0, 0, 0.01]))
            check(view)
        check_answers(view, text)

    scene(play)


@pytest.mark.parametrize("make", some(PLAYED))
def test_two_threads_move_the_same_view_while_it_plays(make):
    def hand(view, seed):
        draw = random.Random(seed)
        for _ in range(2):
            draw.choice(moves(view, draw))()

    async def play():
        view = make()
        text = view.text
        view.controls["speed"].value = 100
        view.controls["play"].click()
        await asyncio.gather(*(asyncio.to_thread(hand, view, seed) for seed in range(2)))
        check(view)
        check_answers(view, text)

    scene(play)


@pytest.mark.parametrize("make", some(PLAYED))
def test_buttons_in_mad_orders(make, sample):
    async def play():
        view = make()
        text = view.text
        last = f"scene {[*view.scenes][-1]}"
        names = ["play", "pause", "step", "reset_run", "reset", last]
        buttons = [view.controls[name] for name in names]
        orders = [(first, second) for first in buttons for second in buttons]
        random.Random(make.__name__).shuffle(orders)  # each view has others of them
        for first, second in sample(orders, 10):
            view.controls["play"].click()
            await asyncio.sleep(0)
            await act(first.click, elsewhere=True)
            second.click()
            second.click()
            check(view)
        check_answers(view, text)

    scene(play)


@pytest.mark.parametrize("make", some(PLAYED))
def test_the_cell_run_again_leaves_one_player(make):
    async def play():
        made = [make()]
        text = made[0].text
        made[0].player.play()
        await asyncio.sleep(0.02)
        made.append(make())
        made[0].controls["reset"].click()  # the picture above the new one is still there
        for view in made:
            view.player.play()
            view.player.play()
        assert [view.player.playing for view in made] == [False, True]
        for view in made:
            check_answers(view, text)

    scene(play)


def test_all_cells_run_twice_leave_one_player():
    async def play():
        players = []
        for make in PLAYED[:4] * 2:
            players.append(make().player)
            players[-1].play()
            await asyncio.sleep(0)
            assert [player for player in players if player.playing] in ([], [players[-1]])
        players[-1].pause()

    scene(play)


def test_no_view_and_no_figure_is_left_behind(sample):
    async def play():
        left = {}
        for make in sample(VIEWS, 8):
            view = make()
            if view.player:
                view.player.play()
                await asyncio.sleep(0.05)
                view.player.pause()
            sliders = [each for each in view.controls.values() if isinstance(each, SLIDERS)]
            for slider in sample(sliders):
                slider.value = slider.max
            left |= {weakref.ref(each): make for each in (view, view.canvas, view.canvas.figure)}
        await asyncio.sleep(0.15)  # until the last task has seen that it is over
        return left

    left = asyncio.run(play())
    close_widgets()  # ipywidgets itself keeps whatever is open
    gc.collect()
    assert [(make, each()) for each, make in left.items() if each()] == []
    assert plt.get_fignums() == []
    assert threading.active_count() < 20


def test_an_interrupted_step_is_said_and_the_next_run_starts_anew():
    stopping = [3]

    def start():
        for state in range(10):
            if state in stopping:
                raise KeyboardInterrupt
            yield state

    shown = []
    player = Player(start, shown.append)
    player.reset()
    with pytest.raises(KeyboardInterrupt):
        player.play()
    assert (player.status, player.playing) == ("Interrupted", False)
    stopping.clear()
    player.step()
    assert shown[-2:] == [0, 1]


def messages(receive: Callable[..., dict], request: str) -> Iterator[dict]:
    """The kernel's messages about `request`, until `ANSWER` seconds are over.

    Seconds in all, not from message to message: while a view plays, they never cease.
    """
    end = time.monotonic() + ANSWER
    while time.monotonic() < end:
        with contextlib.suppress(queue.Empty):
            message = receive(timeout=1)
            if message["parent_header"].get("msg_id") == request:
                yield message


class Kernel:
    """A real kernel and what a notebook would show of it."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel(kernel_name="python3", cwd=str(ROOT))

    def run(self, code: str) -> str:
        return self.read(self.client.execute(code))

    def run_and_interrupt(self, code: str) -> str:
        # A kernel ignores an interrupt that comes before the cell has begun, and then runs it.
        begun = "begun\n"
        request = self.client.execute(f"print({begun!r}, end='', flush=True)\n{code}")
        self.read(request, until=begun)
        self.interrupt()
        return self.read(request)

    def read(self, request: str, until: str | None = None) -> str:
        """What was printed until it says `until`, or else until the kernel is idle again.

        Errors and warnings as they show.
        """
        printed = ""
        for message in messages(self.client.get_iopub_msg, request):
            content, kind = message["content"], message["msg_type"]
            printed += content.get("text", content.get("ename", ""))
            idle = kind == "status" and content["execution_state"] == "idle"
            if printed == until or idle:
                return printed
        raise AssertionError(f"not over after {ANSWER} s; it has said {printed!r}")

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()
        time.sleep(0.3)


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    made = Kernel()
    yield made
    made.client.stop_channels()
    made.manager.shutdown_kernel(now=True)


START = """
import asyncio, time, warnings
warnings.simplefilter("error", RuntimeWarning)
from utils.lessons.learning_alpha import AlphaExplorer
view = AlphaExplorer(steps=10_000)
view.controls["speed"].value = 100
view.player.play()
"""
ALIVE = """
before = view.state.step.step
await asyncio.sleep(0.5)
print(view.player.error, view.player.playing, view.state.step.step > before)
"""


def test_a_kernel_interrupted_and_restarted_while_a_view_plays(kernel):
    assert kernel.run(START) == ""
    assert kernel.run(ALIVE) == "None True True\n"
    kernel.interrupt()  # no cell runs, only the player
    assert kernel.run(ALIVE) == "None True True\n"
    for cell in ("time.sleep(60)", "await asyncio.sleep(60)", "while True: view.player.step()"):
        kernel.run("view.player.play()")
        assert kernel.run_and_interrupt(cell) in ("KeyboardInterrupt", "CancelledError"), cell
        assert kernel.run("view.reset(); view.player.play()") == "", cell
        assert kernel.run(ALIVE) == "None True True\n", cell
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=60)
    assert kernel.run(START) == ""
    assert kernel.run(ALIVE) == "None True True\n"


def test_a_kernel_that_never_falls_silent_is_given_up(kernel, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "ANSWER", 2)
    with pytest.raises(AssertionError, match="not over after 2 s; it has said 'on and"):
        kernel.run("while True: print('on and on')")


STILL = """
from ipykernel.eventloops import register_integration

@register_integration("still")
def still(kernel):
    time.sleep(0.05)  # in place of Qt's loop or Tk's, which would come back as seldom
"""


def test_where_gui_takes_the_loop_the_view_says_that_nothing_moves(kernel):
    assert kernel.run(START + STILL) == ""
    kernel.run("%gui still")
    said = "print(view.player.playing, view.player.status)"
    assert kernel.run(said).startswith("False Nothing can move: %gui gave")
    assert kernel.run("view.player.play()\n" + said).startswith("False Nothing can move")
    kernel.run("%gui")
    kernel.run("view.player.play()")
    assert kernel.run(ALIVE) == "None True True\n"


LEFT = "gc.collect() * 0, len(Widget.widgets), sum(view.comm is not None for view in Out.values())"


def run_the_same_cell(client, code: str) -> dict:
    """Run `code` as JupyterLab does, with the name of its cell; its answer, and what is `left`."""
    content = {"code": code, "silent": False, "user_expressions": {"left": LEFT}}
    message = client.session.msg("execute_request", content, metadata={"cellId": "a-cell"})
    client.shell_channel.send(message)
    for reply in messages(client.get_shell_msg, message["header"]["msg_id"]):
        return reply["content"]
    raise AssertionError(f"no reply in {ANSWER} s")


def test_a_cell_run_again_leaves_one_view_open():
    manager, client = start_new_kernel(cwd=str(ROOT / "notebooks"))
    imports = "import gc\nfrom ipywidgets import Widget\n"
    view = "from utils.lessons.learning_alpha import *\ngc.collect()\nAlphaExplorer()"
    try:
        left = []
        for _ in range(5):
            answer = run_the_same_cell(client, imports + view)
            assert answer["status"] == "ok", answer
            left.append(answer["user_expressions"]["left"]["data"]["text/plain"])
        assert left[2] == left[3] == left[4], left
        assert left[4].endswith(", 1)"), "the views of the runs before are closed"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
