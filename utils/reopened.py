"""What a server shows of a notebook whose kernel has ended: its pictures and words.

A cell's view is stored as a live widget and, beside it, as a picture and a line of words. A front
end takes the widget, and where its kernel has ended it can only say "model not found".
"""

from typing import Any

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

VIEW = "application/vnd.jupyter.widget-view+json"


class Reopened(AsyncLargeFileManager):
    """Serves files as JupyterLab's own manager does, and of dead views what was stored beside."""

    async def get(self, path: str, *args: Any, **more: Any) -> dict[str, Any]:
        """The file or folder at `path`."""
        model = await super().get(path, *args, **more)
        if model["type"] == "notebook" and model["content"] and not await self._has_kernel(path):
            leave_pictures(model["content"])
        return model

    async def _has_kernel(self, path: str) -> bool:
        sessions = await self.parent.session_manager.list_sessions()
        return path.strip("/") in {session["path"].strip("/") for session in sessions}


def leave_pictures(notebook: dict[str, Any]) -> None:
    """Take each view out of the outputs beside which something else is stored."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if len(data) > 1:
                data.pop(VIEW, None)
    notebook["metadata"].pop("widgets", None)
