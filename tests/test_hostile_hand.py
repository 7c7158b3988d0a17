"""What no student would do on purpose: thousands of random moves, in mad orders, on any thread."""

import asyncio
import gc
import random
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial

import ipywidgets as widgets
import numpy as np
import pytest
from traitlets import TraitError

from utils import explorers

MOVES = 80  # for each view; thousands over all of them. For a long run: 1000
LIMIT = 300  # seconds until a scene counts as hung; a scene takes one or two
VIEWS = [getattr(explorers, name) for name in explorers.__all__]
PLAYED = [make for make in VIEWS if make().player]
SLIDERS = (widgets.FloatSlider, widgets.IntSlider)


def entries(view) -> dict[str, widgets.Widget]:
    """The boxes for exact values, by the names of their sliders."""
    rows = [getattr(row, "children", [None])[0] for row in view.children[1].children]
    return {name: box for name, box in zip(view.controls, rows, strict=False) if box}


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
    far = [low - 10**6, high + 10**6, -(10**15), 10**15] + ([] if whole else [1e300, -1e300])
    values = [low, high, middle, inside, 0, *far]
    moves = [partial(put, target, value) for target in (slider, entry) for value in values]
    return moves + [partial(refused, entry, value=value) for value in (None, "", "text")]


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
    return [*possible, view._repr_mimebundle_]


def check(view) -> None:
    """That the view stands: no error, words, a picture, and every slider inside its range."""
    assert view.player is None or view.player.error is None, view.player.status
    assert view.text.strip()
    assert "nan" not in view.text
    assert bytes(view.canvas.value[:4]) == b"\x89PNG"
    for name, box in entries(view).items():
        slider = view.controls[name]
        assert slider.min <= slider.value <= slider.max
        assert box.value == pytest.approx(slider.value, abs=1e-9)


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
def test_random_moves_on_both_threads(make):
    async def play():
        draw, view = random.Random(make.__name__), make()
        text = view.text
        for _ in range(MOVES):
            await act(draw.choice(moves(view, draw)), elsewhere=draw.random() < 0.5)
            await asyncio.sleep(draw.choice([0, 0, 0.01]))
            check(view)
        check_answers(view, text)

    scene(play)


@pytest.mark.parametrize("make", PLAYED)
def test_two_threads_move_the_same_view_while_it_plays(make):
    def hand(view, seed):
        draw = random.Random(seed)
        for _ in range(MOVES // 8):
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


@pytest.mark.parametrize("make", PLAYED)
def test_buttons_in_mad_orders(make):
    async def play():
        view = make()
        text = view.text
        buttons = [control for control in view.controls.values() if hasattr(control, "click")]
        for first in buttons:
            for second in buttons:
                view.controls["play"].click()
                await asyncio.sleep(0)
                await act(first.click, elsewhere=True)
                second.click()
                second.click()
                check(view)
        check_answers(view, text)

    scene(play)
