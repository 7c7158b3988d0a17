"""What stands beside a view's controls: a button a scene, what folds away, the line of code."""

from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as widgets

from utils.player import button


def in_words(scene: str) -> str:
    """How a line of words begins that is about this scene; empty for none."""
    return f"{named(scene)}. " if scene else ""


def named(scene: str) -> str:
    """The name of a scene as it stands on its button."""
    return scene[:1].upper() + scene[1:]


def make_bars(
    view: Any, folds: dict[str, widgets.Button]
) -> tuple[dict[str, widgets.Widget], list[widgets.HBox]]:
    """All controls of `view`, by name, and its rows of buttons: one of them that of the scenes."""
    reset = button("Reset all" if view.player else "Reset", "undo", view.reset)
    # by "scene" and its name: a setting may have the same one
    scenes = {f"scene {n}": button(named(n), "", partial(view.show, n)) for n in view.scenes}
    controls = {**view.panel.controls, "reset": reset, **folds, **scenes}
    controls |= view.player.controls if view.player else {}
    row = widgets.HBox([reset, *filter(None, [view.player]), *folds.values()])
    return controls, [row, widgets.HBox(list(scenes.values()), _dom_classes=["scenes"])]


def folds(code: widgets.Widget, rare: widgets.Box) -> dict[str, widgets.Button]:
    """The buttons of what is folded away: the line of code, and `rare` settings if there are."""
    made = {"code": fold(code, "Code", "Hide code", "code")}
    if rare.children:
        made["more"] = fold(rare, "More settings", "Fewer settings", "sliders")
    return made


def fold(part: widgets.Widget, words: str, words_open: str, icon: str) -> widgets.Button:
    """Hide a part of a view; the button that shows it, and hides it again."""
    part.layout.display = "none"

    def turn() -> None:
        opened = part.layout.display is None
        part.layout.display = "none" if opened else None
        made.description = words if opened else words_open

    made = button(words, icon, turn)
    return made


class CodeLine(widgets.Text):
    """A line of code: `line()` is asked for it anew whenever it is shown, and by `refresh`."""

    def __init__(self, line: Callable[[], str]) -> None:
        self._line = line
        super().__init__(description="code", layout={"width": "auto"})
        self.add_class("view-code")
        self.layout.observe(lambda _: self.refresh(), "display")

    def refresh(self) -> None:
        """Say what the line is now, if it is shown."""
        if self.layout.display is None:
            self.value = self._line()
