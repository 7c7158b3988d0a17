"""Play, pause, step and reset for anything that is a generator.

The steps run as a task of the kernel's own event loop, so that sliders and buttons are heard in
between. A loop in the cell itself would leave them deaf until its end.
"""

import asyncio
import logging
import weakref
from collections.abc import Callable, Iterator
from html import escape
from itertools import islice
from typing import Any

import ipywidgets as widgets
from IPython import get_ipython

from utils.arguments import one_of
from utils.canvas import drawing, running_loop

SPEEDS = (1, 2, 5, 10, 20, 50, 100)  # steps a second
FRAME = 0.02  # seconds from one picture to the next at the least: screens show few more than 50
BREATH = 0.01  # seconds left to the kernel after each picture, to hear sliders and buttons
GIVEN_AWAY = "Nothing can move: %gui gave the kernel's time away. Run %gui alone, then Play."

_latest: "weakref.ref[Player] | None" = None  # the player that was made or started last


def log_fault(error: Exception) -> None:
    """Write a fault, with its traceback, into the notebook's log."""
    logging.getLogger(__name__).error("%s", error, exc_info=error)


class Player(widgets.HBox):
    """Buttons that walk through the states of a generator.

    Args:
        start: called at each reset, returns a new generator.
        show: called with a state, draws it.
        speed: steps a second, one of `SPEEDS`.
        fail: called with the error that has ended a run, which the player says in any case.

    The owner calls `reset` once everything stands; it shows the first state. One player plays at a
    time: making or starting another pauses this one, so that a cell run again leaves one, not two.
    Where no event loop runs (a plain script), `play` goes to the end at once.
    """

    def __init__(
        self,
        start: Callable[[], Iterator[Any]],
        show: Callable[[Any], None],
        speed: int = 10,
        fail: Callable[[Exception], None] = log_fault,
    ) -> None:
        self._start, self._show, self._fail = start, show, fail
        self._run: object | None = None  # a token for each run: a task whose token is old ends
        self._states: Iterator[Any] = iter(())
        self.ended = True
        self.error: Exception | None = None
        self._loop = running_loop()
        self.controls = self._make_controls() | {"speed": _speed_menu(speed)}
        self._line = widgets.HTML()
        super().__init__([*self.controls.values(), self._line])
        self.add_class("player")
        with drawing:
            _take_over(self)

    @property
    def playing(self) -> bool:
        """Whether it is taking steps by itself."""
        return self._run is not None

    def play(self) -> None:
        """Go on from here, or from the start if the run has ended."""
        with drawing:
            if obstacle := self._obstacle():
                self._say(obstacle)
                return
            if self.ended:
                self.reset()
            _take_over(self)
            run = self._run = object()
            self._say("Playing")
            if kernel := _kernel():
                kernel.observe(_stand_still, "eventloop")
        if self._loop is None:
            while self._advance(run, steps=100):
                pass
        else:  # this may be a thread other than the loop's
            self._loop.call_soon_threadsafe(self._start_task, run)

    def pause(self) -> None:
        """Stay here."""
        with drawing:
            if self.playing:
                self._run = None
                self._say("Paused")

    def step(self, steps: int = 1) -> None:
        """Take one step, or so many, and stay there."""
        with drawing:
            self.pause()
            if self.ended:
                self.reset()
            self._advance(None, steps)

    def reset(self) -> None:
        """Back to the first state, under the settings of now."""
        with drawing:
            self._run, self.ended, self.error = None, False, None
            self._states = self._start()
            self._say("Ready")
            self._advance(None)

    def restart(self) -> None:
        """Reset, and go on playing if it was."""
        with drawing:
            was_playing = self.playing
            self.reset()
            if was_playing:
                self.play()

    def _make_controls(self) -> dict[str, widgets.Widget]:
        return {
            "play": button("Play", "play", self.play),
            "pause": button("Pause", "pause", self.pause),
            "step": button("Step", "step-forward", self.step),
            "reset_run": button("Reset run", "fast-backward", self.reset),
        }

    def _obstacle(self) -> str:
        """Why nothing would move, if so, and what to do."""
        if self._loop and self._loop.is_closed():
            return "Nothing can move: this view's event loop has ended. Run its cell again."
        kernel = _kernel()
        return GIVEN_AWAY if kernel and kernel.eventloop else ""

    def _start_task(self, run: object) -> None:
        self._task = self._loop.create_task(self._keep_advancing(run))

    async def _keep_advancing(self, run: object) -> None:
        due = self._loop.time()
        while self._advance(run, steps=max(1, round(self.controls["speed"].value * FRAME))):
            due = max(due + max(1 / self.controls["speed"].value, FRAME), self._loop.time())
            await asyncio.sleep(max(due - self._loop.time(), BREATH))

    def _advance(self, run: object | None, steps: int = 1) -> bool:
        """Take `steps` steps and show where they led; False when there is no more to do."""
        with drawing:
            if self._run is not run:
                return False
            try:
                states = list(islice(self._states, steps))
                if states:
                    self._show(states[-1])
                if len(states) < steps:
                    self._end("Ended")
            except KeyboardInterrupt:  # the kernel was stopped: a step is half done
                self._end("Interrupted")
                raise
            except Exception as error:
                self.error = error
                self._end(f"Stopped by an error. {type(error).__name__}: {error}")
                self._fail(error)
            return not self.ended

    def _end(self, words: str) -> None:
        self._run, self.ended = None, True
        self._say(words)

    def _say(self, words: str) -> None:
        self.status = words
        self._line.value = f'<span role="status">{escape(words)}</span>'


def _take_over(player: Player) -> None:
    """Pause the player before this one; kept weakly, so that a closed view can be forgotten."""
    global _latest
    previous = _latest and _latest()
    if previous and previous is not player:
        previous.pause()
    _latest = weakref.ref(player)


def _kernel() -> Any:
    """The kernel, if `%gui` can take its time; None in a script, and in a browser's Python."""
    kernel = getattr(get_ipython(), "kernel", None)
    return kernel if hasattr(kernel, "eventloop") else None


def _stand_still(change: dict[str, Any]) -> None:
    """Where %gui comes while it plays, say why nothing moves any more."""
    player = _latest and _latest()
    if player and player.playing and change["new"]:
        player.pause()
        player._say(GIVEN_AWAY)


def button(words: str, icon: str, action: Callable[[], None]) -> widgets.Button:
    """A button that says in words what it does."""
    made = widgets.Button(description=words, icon=icon, layout=widgets.Layout(width="auto"))
    made.on_click(lambda _: action())
    return made


def _speed_menu(speed: int) -> widgets.Dropdown:
    one_of(speed, "speed, in steps a second,", SPEEDS)
    options = [(f"{steps} steps/s", steps) for steps in SPEEDS]
    return widgets.Dropdown(
        options=options,
        value=speed,
        description="speed",
        layout={"width": "190px"},
        style={"description_width": "60px"},
    )
