"""What stands beside a view's controls: a button a scene, and the line of code of now."""

from collections.abc import Callable, Iterable
from functools import partial

import ipywidgets as widgets

from utils.player import button


def in_words(scene: str) -> str:
    """How a line of words begins that is about this scene; empty for none."""
    return f"{named(scene)}. " if scene else ""


def named(scene: str) -> str:
    """The name of a scene as it stands on its button."""
    return scene[:1].upper() + scene[1:]


def scene_buttons(scenes: Iterable[str], show: Callable[[str], None]) -> dict[str, widgets.Button]:
    """A button for each scene, by "scene" and its name: a setting may have the same one."""
    return {f"scene {name}": button(named(name), "", partial(show, name)) for name in scenes}


class CodeLine(widgets.Text):
    """A line of code, shown and hidden by its `button`; `line()` is asked for it anew."""

    def __init__(self, line: Callable[[], str]) -> None:
        self._line = line
        super().__init__(description="code", layout={"display": "none", "width": "auto"})
        self.add_class("view-code")
        self.button = button("Code", "code", self.turn)

    def turn(self) -> None:
        """Show it, or hide it."""
        self.layout.display = "none" if self.layout.display is None else None
        self.refresh()

    def refresh(self) -> None:
        """Say what the line is now, if it is shown."""
        if self.layout.display is None:
            self.value = self._line()
