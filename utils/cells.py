"""What the cells of a notebook have made: a cell run again closes what its last run left.

ipywidgets keeps every widget that is open, and with it its figure, for as long as the kernel lives.
"""

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from IPython import get_ipython

# By cell: which of its runs made what stands below it, and that.
_made: dict[str, tuple[str, list[widgets.Widget]]] = {}


def replace_earlier(box: widgets.Box) -> None:
    """Remember `box` as made by the cell that runs, and close what an earlier run of it made."""
    shell = get_ipython()
    request = shell.get_parent() if hasattr(shell, "get_parent") else {}
    if not request:  # no notebook
        return
    # The classic Notebook names no cells. There a cell is known by what stands in it.
    cell = request["metadata"].get("cellId") or request["content"].get("code", "")
    run = request["header"]["msg_id"]
    last_run, made = _made.get(cell, (run, []))
    if last_run != run:
        for earlier in made:
            earlier.close()
        made = []
    _made[cell] = run, [*made, box]


def after_each_cell(action: Callable[[], None]) -> Callable[[], None]:
    """Have `action` called whenever a cell has run; what is returned ends that."""
    shell, ended = get_ipython(), []
    if not shell:  # no notebook
        return lambda: None

    def hear(_: Any) -> None:
        action()

    def end() -> None:
        if not ended:
            ended.append(True)
            shell.events.unregister("post_run_cell", hear)

    shell.events.register("post_run_cell", hear)
    return end


def close_inside(box: widgets.Box) -> None:
    """Close what is in a box, and what says how it looks: each is a widget of its own."""
    for child in box.children:
        if isinstance(child, widgets.Box):
            close_inside(child)
        for part in (child.layout, getattr(child, "style", None), child):
            if part is not None:
                part.close()
    box.layout.close()
