"""What every view has: controls, a picture, and a line that says what the picture shows."""

from base64 import b64encode
from collections.abc import Collection, Mapping
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
from IPython import get_ipython

from utils.canvas import Canvas, drawing
from utils.page import names
from utils.player import Player, button
from utils.settings import row, tidy

# Read from the back of a classroom; and the line keeps its height, so that nothing below it jumps.
CSS = """<style>
.lesson-view { --jp-widgets-font-size: 16px; --jp-widgets-inline-height: 32px; }
.lesson-view .view-text { font-size: 17px; line-height: 1.4; min-height: 2.8em; }
.lesson-view .player { flex-wrap: wrap; }
.lesson-view button { flex-shrink: 0; }
.lesson-view .noUi-handle { border: 2px solid var(--jp-ui-font-color2, #616161); }
.lesson-view :is(button, input, select, .noUi-handle):focus-visible {
    outline: 3px solid #0072B2; outline-offset: 2px; }
</style>"""


class Explorer(widgets.VBox):
    """The base of a view.

    A subclass makes its controls (name -> widget) and its canvas, hands them to `__init__`, and
    writes `update`: move the artists to the values of the controls, return the line. A view with
    a `player` names the controls whose change starts the run anew, `restarting`.
    """

    def __init__(
        self,
        controls: Mapping[str, widgets.ValueWidget],
        canvas: Canvas,
        player: Player | None = None,
        restarting: Collection[str] = (),
    ) -> None:
        self.canvas, self.player, self._restarting = canvas, player, restarting
        self._starts = {name: control.value for name, control in controls.items()}
        reset = button("Reset all" if player else "Reset", "undo", self.reset)
        self.controls: dict[str, Any] = {**controls, "reset": reset}
        if player:
            self.controls |= player.controls
        self._line = widgets.HTML()
        self._listening = True
        # Before the rows, whose entries listen too: the picture comes first.
        for name, control in controls.items():
            control.observe(partial(self._changed, name), "value")
        panel = widgets.Box([row(control) for control in controls.values()])
        panel.layout.flex_flow = "row wrap"
        bar = widgets.HBox([reset, *([player] if player else []), *names()])
        super().__init__([widgets.HTML(CSS), panel, bar, canvas, self._line])
        self.add_class("lesson-view")
        _replace_earlier(self)

    def update(self, changed: str | None = None) -> str:
        """Move the artists to where the controls are; `changed` names the one that moved.

        Returns:
            The line of text that says what the picture now shows.
        """
        raise NotImplementedError

    def read(self, *names: str) -> list[Any]:
        """The values of these sliders, as they are shown."""
        return [tidy(self.controls[name].value) for name in names]

    def refresh(self, changed: str | None = None) -> None:
        """Update and draw."""
        with drawing:
            self.text = self.update(changed)
            self.canvas.draw()
            self._line.value = f'<div class="view-text">{escape(self.text)}</div>'

    def reset(self) -> None:
        """Bring every control, and the run, back to the start."""
        with drawing:
            self._listening = False
            try:
                for name, value in self._starts.items():
                    self.controls[name].value = value
            finally:  # the kernel may be interrupted here, and the view must not stay deaf
                self._listening = True
            if self.player:
                self.player.reset()
            else:
                self.refresh()

    def close(self) -> None:
        """Close the controls, the picture and the line too: ipywidgets keeps all that is open."""
        if self.comm is not None:  # neither half made nor closed already
            if self.player:
                self.player.pause()
            _close_inside(self)
            self.layout.close()
        super().close()

    def _changed(self, name: str, _: Any) -> None:
        if not self._listening:
            return
        if name in self._restarting:
            self.player.restart()
        else:
            self.refresh(name)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The picture and the line beside the live widget, for readers where no kernel runs."""
        bundle = super()._repr_mimebundle_(**kwargs)
        with drawing:
            self.canvas.draw()  # what is stored may not hang on whether the sharp frame has come
            picture = b64encode(self.canvas.png).decode()
        return {**bundle, "image/png": picture, "text/plain": f"{type(self).__name__}: {self.text}"}


# By cell: which of its runs made the views that stand below it, and these views.
_views: dict[str, tuple[str, list[Explorer]]] = {}


def _replace_earlier(view: Explorer) -> None:
    """A cell run again closes the views of its last run, or their figures would stay for ever."""
    shell = get_ipython()
    request = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell, run = request.get("metadata", {}).get("cellId"), request.get("header", {}).get("msg_id")
    if cell is None:  # no notebook that names its cells
        return
    last_run, views = _views.get(cell, (run, []))
    if last_run != run:
        for earlier in views:
            earlier.close()
        views = []
    _views[cell] = run, [*views, view]


def _close_inside(box: widgets.Box) -> None:
    """Close what is in a box, and what says how it looks: each is a widget of its own."""
    for child in box.children:
        if isinstance(child, widgets.Box):
            _close_inside(child)
        for part in (child.layout, getattr(child, "style", None), child):
            if part is not None:
                part.close()
