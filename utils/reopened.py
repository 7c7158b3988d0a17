"""What a server shows of a notebook whose kernel has ended: its pictures and words.

A cell's view is stored as a live widget and, beside it, as a picture and a line of words. A front
end takes the widget, and where its kernel has ended it can only say "model not found".
"""

from collections.abc import Iterator
from html import escape
from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

VIEW = "application/vnd.jupyter.widget-view+json"
BEGIN = '<div class="lesson-reopened">'
STILL = (
    f'{BEGIN}<img src="data:image/png;base64,{{}}"><p>{{}}</p>'
    "<p><em>To move it again: Run &gt; Run All Cells.</em></p></div>"
)


class Reopened(AsyncLargeFileManager):
    """Serves files as JupyterLab's own manager does, and of dead views what was stored beside."""

    async def get(self, path: str, *args: Any, **more: Any) -> dict[str, Any]:
        """The file or folder at `path`."""
        model = await super().get(path, *args, **more)
        if model["type"] == "notebook" and model["content"] and not await self._has_kernel(path):
            show_stills(model["content"])
        return model

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Keep a file, without what `get` has added to it."""
        if model.get("type") == "notebook" and model.get("content"):
            take_stills_out(model["content"])
        return await super().save(model, path)

    async def _has_kernel(self, path: str) -> bool:
        sessions = await self.parent.session_manager.list_sessions()
        return path.strip("/") in {session["path"].strip("/") for session in sessions}


def show_stills(notebook: dict[str, Any]) -> None:
    """Put in the place of each view its picture and its words."""
    for data in _outputs(notebook):
        if VIEW in data and "text/plain" in data:
            del data[VIEW]
            if "image/png" in data:
                data["text/html"] = STILL.format(data["image/png"], escape(data["text/plain"]))
    notebook["metadata"].pop("widgets", None)


def take_stills_out(notebook: dict[str, Any]) -> None:
    """Take out what `show_stills` has put in."""
    for data in _outputs(notebook):
        if "".join(data.get("text/html", "")).startswith(BEGIN):
            del data["text/html"]


def _outputs(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What each output of each cell holds, by mime type."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            yield output.get("data", {})
