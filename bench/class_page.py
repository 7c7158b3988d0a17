"""A lesson's widgets as the page of a student knows them: enough to play, to pause and to wait.

JupyterLab's page answers each picture with its number, and sends what a hand does to a subshell of
the kernel. Whoever pretends to be thirty pages has to do both.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from jupyter_server.services.kernels.connection.base import deserialize_binary_message
from tornado.websocket import WebSocketClientConnection

CLICK = {"method": "custom", "content": {"event": "click"}}


def request(kind: str, content: dict[str, Any], session: str, channel: str) -> dict[str, Any]:
    """A message of a page to its kernel."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": session, "username": ""}
    return {
        "header": header | {"version": "5.3"},
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": channel,
        "buffers": [],
    }


class Page:
    """All widgets of a lesson, by what the kernel has said of them."""

    def __init__(self, connection: WebSocketClientConnection, session: str) -> None:
        self._connection, self._session = connection, session
        self._models: dict[str, dict[str, Any]] = {}
        self._subshell: dict[str, str] = {}
        self._heard = asyncio.Event()

    async def read(self) -> dict[str, Any]:
        """The next message of the kernel, of which the widgets have taken what is theirs.

        Raises:
            RuntimeError: the connection has ended.
        """
        message = await self._connection.read_message()
        if message is None:
            raise RuntimeError("the kernel's connection ended")
        bare = isinstance(message, bytes)
        said = deserialize_binary_message(message) if bare else json.loads(message)
        await self._hear(said["header"]["msg_type"], said["content"])
        self._heard.set()
        return said

    async def send(self, kind: str, content: dict[str, Any], channel: str = "shell") -> str:
        """Send a message; its id."""
        message = request(kind, content, self._session, channel)
        if kind == "comm_msg":
            message["header"] |= self._subshell
        await self._connection.write_message(json.dumps(message))
        return message["header"]["msg_id"]

    async def press(self, words: str) -> None:
        """Click the first button with these words."""
        await self._tell(self._named("description", words), CLICK)

    async def play(self) -> None:
        """Press Play, and wait until it says so."""
        if not self._subshell:
            await self.send("create_subshell_request", {}, "control")
            await self.until(lambda: bool(self._subshell))
        await self.press("Play")
        await self.until(lambda: self.says("Playing"))

    async def keep_playing(self) -> None:
        """Play again whenever the run has ended."""
        while True:
            await self.until(lambda: self.says("Ended"))
            await self.play()

    async def pause(self) -> float:
        """Press Pause: milliseconds until the player says so."""
        begin = time.perf_counter()
        await self.press("Pause")
        await self.until(lambda: self.says("Paused"))
        return 1000 * (time.perf_counter() - begin)

    async def echo(self) -> float:
        """Milliseconds until the kernel has answered what a button is."""
        name = self._named("description", "Pause")
        self._models[name].pop("icon")
        begin = time.perf_counter()
        await self._tell(name, {"method": "request_state"})
        await self.until(lambda: "icon" in self._models[name])
        return 1000 * (time.perf_counter() - begin)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()`, while somebody else reads."""
        while not holds():
            self._heard.clear()
            await self._heard.wait()

    def says(self, words: str) -> bool:
        """Whether a player says these words of itself."""
        status = f'<span role="status">{words}</span>'
        return any(model.get("value") == status for model in self._models.values())

    async def _hear(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "create_subshell_reply":
            self._subshell = {"subshell_id": content["subshell_id"]}
        if kind not in ("comm_open", "comm_msg"):
            return
        name, state = content["comm_id"], content["data"].get("state", {})
        self._models.setdefault(name, {}).update(state)
        if kind == "comm_msg" and "sent" in state:
            await self._answer(name, state["sent"])

    async def _answer(self, canvas: str, number: int) -> None:
        """What the link between a picture and its answer does in a page."""
        source = [f"IPY_MODEL_{canvas}", "sent"]
        links = (m["target"] for m in self._models.values() if m.get("source") == source)
        for target, _ in links:
            answer = {"method": "update", "state": {"number": number}, "buffer_paths": []}
            await self._tell(target.removeprefix("IPY_MODEL_"), answer)

    async def _tell(self, model: str, data: dict[str, Any]) -> None:
        await self.send("comm_msg", {"comm_id": model, "data": data})

    def _named(self, trait: str, value: str) -> str:
        return next(name for name, model in self._models.items() if model.get(trait) == value)
