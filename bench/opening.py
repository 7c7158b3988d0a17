"""What opening a lesson takes over a line before its first view stands: requests, bytes, whose."""

import json
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from lab import RUN_ALL, RUN_SECONDS, Lab, Lesson
from line import Line
from playwright.sync_api import Browser, Page, Response, WebSocket

LESSON = "04_prelu.ipynb"
STANDS = """() => Array.from(document.querySelectorAll('.lesson-view img'))
    .some(image => image.complete && image.naturalWidth > 0)"""
# A PNG, written as text or as it is.
PICTURE = re.compile(rb"iVBORw0KGgo[\w+/=]+|\x89PNG\r\n.*?IEND\xaeB`\x82", re.DOTALL)


class Meter:
    """Counts what a page asks for and is sent, through a line."""

    def __init__(self, page: Page, line: Line, parts: list[bytes]) -> None:
        self._line, self._parts = line, parts
        self._requests, self._responses, self._frames = [], [], []
        page.on("response", self._note_response)
        page.on("websocket", self._note_socket)
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.responseReceived", self._note_request)

    def run(self, action: Callable[[], Any]) -> dict[str, float]:
        """Do this; what came meanwhile."""
        for noted in (self._requests, self._responses, self._frames):
            noted.clear()
        down, up, start = self._line.down.bytes, self._line.up.bytes, time.monotonic()
        action()
        counts = {
            "seconds": time.monotonic() - start,
            "requests": len(self._requests),
            "down": self._line.down.bytes - down,
            "up": self._line.up.bytes - up,
            "messages": sum(map(len, self._frames)),
        }
        texts = [*self._frames, *(response.body() for response in self._responses)]
        return counts | {
            "pictures": sum(len(found) for text in texts for found in PICTURE.findall(text)),
            "page": sum(text.count(part) * len(part) for text in texts for part in self._parts),
        }

    def _note_request(self, event: dict[str, Any]) -> None:
        """Count what has passed the line; what the browser had kept has not."""
        if not event["response"]["fromDiskCache"] and event["response"]["encodedDataLength"]:
            self._requests.append(event["requestId"])

    def _note_response(self, response: Response) -> None:
        """Keep what may be the lesson's own: its notebook, and the pictures in its prose."""
        if re.search(rf"/api/contents/{LESSON}|/files/.*\.png", response.url) and response.ok:
            self._responses.append(response)

    def _note_socket(self, socket: WebSocket) -> None:
        self._requests.append(socket)
        socket.on("framereceived", self._note_frame)

    def _note_frame(self, frame: str | bytes) -> None:
        self._frames.append(frame.encode() if isinstance(frame, str) else frame)


def run_to_first_view(page: Page) -> None:
    """Run all cells, and wait until there is a view with a picture."""
    page.evaluate(RUN_ALL)
    page.wait_for_function(STANDS, timeout=RUN_SECONDS * 1000)


def page_parts(root: Path) -> list[bytes]:
    """The style sheet and the script that come with views, as messages carry them."""
    files = [root / "utils" / name for name in ("page.css", "page.js")]
    texts = [file.read_text(encoding="utf-8") for file in files]
    return [json.dumps(text, ensure_ascii=False)[1:-1].encode() for text in texts]


def open_lesson(
    browser: Browser, lab: Lab, line: Line, root: Path, screen: dict[str, int]
) -> dict[str, dict[str, float]]:
    """What each step takes: opened, run to its first view, and both again, with a filled cache."""
    found = {}
    with browser.new_context(viewport=screen) as context:
        for time_around in ("the first time", "with what the browser has kept"):
            page = context.new_page()
            meter = Meter(page, line, page_parts(root))
            opened = meter.run(partial(Lesson, page, lab, LESSON))
            ran = meter.run(partial(run_to_first_view, page))
            found[f"opened, {time_around}"], found[f"Run All, {time_around}"] = opened, ran
            page.wait_for_function("() => window.lessonHasRun", timeout=RUN_SECONDS * 1000)
            page.close()
            lab.end_kernel(LESSON)
    return found
