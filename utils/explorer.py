"""The base of a view: settings, a picture, a line that says what it shows, and one door to all.

Everybody moves a view through `set`, `show` and `reset`, and reads it through `frame`: sliders and
buttons, tests and benchmarks, a lesson's cells.
"""

from base64 import b64encode
from collections import namedtuple
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from html import escape
from typing import Any, ClassVar, NamedTuple

import ipywidgets as widgets

from utils.arguments import one_of
from utils.canvas import Canvas, drawing
from utils.cells import close_inside, replace_earlier
from utils.hand import Hand, Hands
from utils.page import Page, looks
from utils.panel import Panel
from utils.player import Player, log_fault
from utils.scenes import CodeLine, folds, in_words, make_bars
from utils.settings import Setting, Values, as_code, given, moved, nearest, signature, unmoved
from utils.style import Artists, Panels, lesson_style, new_figure


class Frame(NamedTuple):
    """What a view shows: its picture, a PNG, and its line of words."""

    picture: bytes
    words: str


class Explorer(Page):
    """The base of a view. A subclass is data, and two or three short functions.

    Attributes:
        settings: what can be moved or is given, by name; the constructor takes each of them.
        scenes: named states, each by the settings in which it differs from the start.
        hands: what can be taken on the picture, by the names of its artists.
        takes: which data of the reader's own the constructor takes, besides the settings. Then
            `take_in` is called with all of them by name, None for what is missing. It checks them,
            fits to them what else is declared here, and returns their rows for `code`.
        inches, panels: the height of the picture, and its axes, as for `Figure.subplot_mosaic`.
        speed: where the player starts, in steps a second.
        run: only where there is a run. `run(settings)` yields the states of one; `settings()` is
            asked anew for each step and returns the snapshot of now.
    """

    settings: ClassVar[Mapping[str, Setting]] = {}
    scenes: ClassVar[Mapping[str, Values]] = {}
    hands: ClassVar[Mapping[str, Hand]] = {}
    takes: ClassVar[Sequence[str]] = ()
    inches: ClassVar[float] = 3.9
    panels: ClassVar[Mapping[str, Any]] = {}
    speed: ClassVar[int] = 10
    data: Mapping[str, Any] = {}  # what the reader has handed in besides settings, for `code`
    state: Any = None  # the one of the run that is shown
    error: Exception | None = None  # the fault in what is shown
    run: Callable[[Callable[[], Any]], Iterator[Any]] | None = None

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        check_scenes(cls)
        if "__init__" not in vars(cls):
            cls.__signature__ = signature(cls.settings, cls.takes)

    def __init__(self, *args: Any, **named: Any) -> None:
        self._standing = False  # until then a fault is raised, later it is said
        self.data = own_data(self, {name: named.pop(name, None) for name in self.takes})
        self._snapshot = namedtuple("Now", self.settings)
        self._starts = given(self.settings, *args, **named)
        self.panel = Panel(self.settings, self._starts, self._follow, self._say)
        self.canvas = self._make_canvas()
        self._hands = Hands(self.hands, self.axes, self.artists, self._take)
        begin = self.run and (lambda: self.run(lambda: self.now))
        self.player = begin and Player(begin, self._show, self.speed, self._fail)
        self._code, self._line = CodeLine(lambda: self.code), widgets.HTML()
        self.controls, bars = make_bars(self, folds(self._code, self.panel.rare))
        shown = [*self._hands.script, self.canvas.ground, self.canvas, self._line, self._code]
        super().__init__([looks(), self.panel, *bars, *shown], _dom_classes=["lesson-view"])
        replace_earlier(self)
        # The layout is made with the first picture: from here, whatever the reader starts from.
        self._begin(unmoved(self.settings, self._starts))
        if self._starts != self.panel.values:
            self.reset()
        self._standing = True

    def draw(self, axes: Panels) -> Artists:
        """Draw, once, on the axes of `panels`; returns the artists that will move."""
        raise NotImplementedError

    def update(self, now: Any, state: Any = None) -> str:
        """Move the artists to the settings `now` and the `state` of the run; the line of words."""
        raise NotImplementedError

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        """What it means that this one of `hands`, its point `which`, is moved to x and y."""
        raise NotImplementedError

    @property
    def now(self) -> Any:
        """A snapshot of all settings: each is an attribute by its name."""
        return self._snapshot(**self.panel.values)

    @property
    def code(self) -> str:
        """The line that makes this view as it stands now."""
        return as_code(self, self.panel.values, self.data)

    def set(self, **values: Any) -> None:
        """Move these settings, all at once, and draw once. ValueError for what does not do."""
        with drawing:
            self._follow(self.panel.move(values))

    def show(self, scene: str) -> None:
        """Go from the start to this one of `scenes`; where there is a run, play it."""
        one_of(scene, "scene", list(self.scenes))
        with drawing:
            self._begin(moved(self.settings, self._starts, self.scenes[scene]), scene)
            if self.player:
                self.player.play()

    def frame(self) -> Frame:
        """What it shows."""
        with drawing:
            return Frame(self.canvas.picture(), self.text)

    def reset(self) -> None:
        """Bring every control, and the run, back to the start."""
        with drawing:
            self._begin(self._starts)

    def close(self) -> None:
        """Close the controls, the picture and the line too: ipywidgets keeps all that is open."""
        if self.comm is not None:  # neither half made nor closed already
            if self.player:
                self.player.pause()
            close_inside(self)
        super().close()

    def _make_canvas(self) -> Canvas:
        with lesson_style():
            figure, self.axes = new_figure(self.inches, **self.panels)
            self.artists = self.draw(self.axes)
        return Canvas(figure, self.artists.values(), then=self._tell)

    def _begin(self, values: Values, scene: str = "") -> None:
        self.scene = scene  # it is shown until something is moved
        self.panel.go_to(values)
        if self.player:
            self.player.controls["speed"].value = self.speed
            self.player.reset()
        else:
            self._refresh()

    def _follow(self, changed: Collection[str]) -> None:
        """Show what has become of these settings."""
        self.scene = "" if changed else self.scene
        if any(self.settings[name].restarts for name in changed):
            self.player.restart()
        elif changed:
            self._refresh()

    def _take(self, hand: str, x: float, y: float, which: int) -> None:
        """Go where the reader has moved something on the picture."""
        values = self.pointed(self.now, hand, x, y, which)
        self.set(**nearest(self.settings, self.panel.values, values))

    def _show(self, state: Any) -> None:
        self.state = state
        self._draw()

    def _refresh(self) -> None:
        try:
            self._draw()
        except Exception as error:
            self._fail(error)

    def _draw(self) -> None:
        self.text = in_words(self.scene) + self.update(self.now, self.state) + self.panel.said()
        self.canvas.draw()
        self.error = None

    def _tell(self) -> None:
        """Words follow their picture, as the eye the hand; one left out takes its words along."""
        self._say(self.text)
        self._hands.follow()
        self._code.refresh()

    def _fail(self, error: Exception) -> None:
        """A fault of the view itself: raised while it is made, said and logged when it stands."""
        if not self._standing:
            self.close()
            raise error
        self.error, self.text = error, f"A fault in this view: {type(error).__name__}: {error}"
        log_fault(error)
        self._say(self.text)

    def _say(self, words: str) -> None:
        self._line.value = f'<div class="view-text">{escape(words)}</div>'

    def stored(self) -> dict[str, str]:
        """The picture and the line."""
        picture, words = self.frame()
        words = f"{type(self).__name__}: {words}"
        return {"image/png": b64encode(picture).decode(), "text/plain": words}


def own_data(view: Explorer, handed_in: Values) -> Values:
    """What the reader has handed in, as `view` has taken it in; nothing if they have not."""
    if all(data is None for data in handed_in.values()):
        return view.data
    return {name: row.tolist() for name, row in view.take_in(**handed_in).items()}


def check_scenes(view: type[Explorer]) -> None:
    """Refuse a table in which a start or a scene is not what the settings allow."""
    starts = given(view.settings)
    for scene, values in view.scenes.items():
        try:
            moved(view.settings, starts, values)
        except ValueError as error:
            raise ValueError(f"{view.__name__}, scene {scene!r}: {error}") from None
