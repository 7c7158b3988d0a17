"""The browser's side of the bench: notebooks in JupyterLab, hands, and what the screen shows.

Times are milliseconds on the page's own clock, from the event of a hand to the picture painted.
"""

import asyncio
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.async_api import async_playwright
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from lab import BROWSER_FLAGS, OUTPUTS, RUN_SECONDS, Lab, Lesson, find_browser  # noqa: E402

# In the page: when something that a reader sees has changed, and is on the screen.
WATCH = """() => {
    const frame = () => new Promise(requestAnimationFrame);
    const painted = async () => { await frame(); await frame(); return performance.now(); };
    const pictures = node => node.nodeName === 'IMG' ? [node]
        : Array.from(node.querySelectorAll?.('img') ?? []);
    // A frame at rest has twice the pixels of the 920 that these figures have; it is not timed.
    const moving = image => image.naturalWidth < 1400;
    const draw = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...args) {
        draw.apply(this, args);
        this.canvas.dispatchEvent(new Event('drawn', {bubbles: true}));
    };
    const images = (root, seen) => {
        const observer = new MutationObserver(changes => {
            const nodes = changes.flatMap(c => c.attributeName ? c.target : [...c.addedNodes]);
            for (const image of new Set(nodes.flatMap(pictures)))
                image.addEventListener('load', () => moving(image) && seen(), {once: true});
        });
        observer.observe(root, {childList: true, subtree: true, attributeFilter: ['src']});
        return () => observer.disconnect();
    };
    const words = (root, seen) => {
        const observer = new MutationObserver(seen);
        observer.observe(root, {childList: true, subtree: true, characterData: true});
        return () => observer.disconnect();
    };
    const canvases = (root, seen) => {
        root.addEventListener('drawn', seen);
        return () => root.removeEventListener('drawn', seen);
    };
    // Calls `seen` for each new picture under `selector`: image, ipympl's canvas, or echoed words.
    const watch = (selector, seen) => {
        const kind = selector.endsWith('-ipympl') ? canvases
            : selector === '.echo-text' ? words : images;
        return kind(document.querySelector(selector), seen);
    };
    // Resolves with the milliseconds from the next event `hand` to the first new picture under
    // `selector` after it; with `wanted`, to these words.
    window.arm = (hand, selector, wanted) => {
        window.waited = new Promise((done, fail) => {
            const root = document.querySelector(selector);
            let start = null;
            const note = event => { start = event.timeStamp; };
            document.addEventListener(hand, note, {capture: true, once: true});
            setTimeout(() => fail(new Error(`nothing changed in ${selector}`)), 30000);
            const seen = async () => {
                if (start === null || wanted && !root.textContent.includes(wanted)) return;
                stop();
                done(await painted() - start);
            };
            const stop = wanted ? words(root, seen) : watch(selector, seen);
        });
    };
    // Collects the moments at which the screen showed a new picture; two at once count as one.
    window.startFrames = (selector, shown = frame) => {
        window.moments = new Set();
        window.lastMove = null;
        const note = event => { window.lastMove = event.timeStamp; };
        document.addEventListener('pointermove', note, true);
        const stop = watch(selector, async () => { window.moments.add(await shown()); });
        window.stopFrames = () => {
            stop();
            document.removeEventListener('pointermove', note, true);
            return [[...window.moments], window.lastMove];
        };
    };
    // The same while a view plays; and when a hand has last clicked, and when Paused was seen. The
    // second frame here too, as in `painted`.
    window.startPlay = selector => {
        const root = document.querySelector(selector);
        const second = async () => { await frame(); return frame(); };
        window.played = {click: null, paused: null};
        const note = event => { window.played.click = event.timeStamp; };
        document.addEventListener('click', note, true);
        startFrames(selector, second);
        const stop = words(root, async () => {
            if (root.querySelector('[role=status]').textContent === 'Paused')
                window.played.paused ??= await second();
        });
        window.stopPlay = () => {
            stop();
            document.removeEventListener('click', note, true);
            return {...window.played, moments: stopFrames()[0]};
        };
    };
}"""
# Noted rather than awaited: a scroll that never settles would hold `evaluate` for ever.
RUN_CELL = """place => {
    window.cellHasRun = false;
    const panel = window.jupyterapp.shell.currentWidget;
    panel.content.activeCellIndex = place;
    panel.content.scrollToItem(place)
        .then(() => window.jupyterapp.commands.execute('notebook:run-cell'))
        .finally(() => { window.cellHasRun = true; });
}"""
DRAG_SECONDS = 60  # at the most; a drag takes one


@contextmanager
def open_browser() -> Iterator[tuple[Browser, int]]:
    """The installed browser, and the port on which hands other than Playwright's reach it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flags = [*BROWSER_FLAGS, f"--remote-debugging-port={port}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=flags)
        yield browser, port
        browser.close()


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook that asks for the usual Python kernel, or JupyterLab would ask back."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.cells = [nbformat.v4.new_code_cell(source.strip()) for source in cells]
    nbformat.write(notebook, path)


def open_and_run(page: Page, lab: Lab, name: str, cells: list[str], last: int) -> Lesson:
    """Open a notebook with these cells, run the first `last`, get the page ready to watch."""
    write_notebook(lab.root / name, cells)
    lesson = Lesson(page, lab, name)
    for place in range(last):
        run_cell(page, place)
    assert lesson.cell_errors() == [], lesson.cell_errors()
    page.wait_for_timeout(2000)  # until all views stand, and their pictures at rest have come
    page.evaluate(WATCH)
    return lesson


def run_cell(page: Page, place: int) -> None:
    """Run the cell at `place` and wait for it."""
    page.evaluate(RUN_CELL, place)
    page.wait_for_function("() => window.cellHasRun", timeout=RUN_SECONDS * 1000)


def printed(page: Page, place: int) -> str:
    """What the cell at `place` has printed."""
    return page.evaluate(OUTPUTS)[place][0]["text"]


REST = 700  # ms until the page has scrolled, and the contender before has sent its picture at rest


def shown_in(name: str) -> str:
    """Where the contender `name` shows its answer."""
    return ".echo-text" if name == "echo" else f".{name}"


def time_moves(
    page: Page, name: str, moves: int, pause: int = 500, settle: Callable[[], object] = lambda: None
) -> list[float]:
    """Move a slider with the arrow keys, one picture after the other; milliseconds for each.

    After each it waits `pause` ms, and for `settle`.
    """
    handle = page.locator(f".{name} .noUi-handle").first
    handle.scroll_into_view_if_needed()
    page.wait_for_timeout(REST)
    times = []
    for move in range(moves):
        page.evaluate("selector => arm('keydown', selector)", shown_in(name))
        handle.press("ArrowRight" if move % 2 == 0 else "ArrowLeft")
        times.append(page.evaluate("waited"))
        page.wait_for_timeout(pause)  # what comes after, as the sharp frame, is not the next move's
        settle()
    return times[1:]  # the first one also wakes things up


def time_pointer(page: Page, name: str, taken: str, moves: int, pause: int = 500) -> list[float]:
    """Move what is `taken`, a selector in the view, to and fro with the mouse; ms for each move."""
    thing = page.locator(f".{name} {taken}").first
    thing.scroll_into_view_if_needed()
    page.wait_for_timeout(REST)
    box = thing.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    times = []
    for move in range(moves):
        page.evaluate("selector => arm('pointermove', selector)", shown_in(name))
        page.mouse.move(x + (40 if move % 2 == 0 else 80), y)
        times.append(page.evaluate("waited"))
        page.wait_for_timeout(pause)
    page.mouse.move(x, y)  # where it was, for the next round
    page.wait_for_timeout(pause)
    page.mouse.up()
    return times[1:]


async def _drag(port: int, url: str, start: tuple[float, float], reach: float, moves: int) -> None:
    """Send the moves of a mouse at their times, whether or not the page has heard the last one."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        pages = [page for context in browser.contexts for page in context.pages]
        page = next(page for page in pages if page.url == url)
        session = await page.context.new_cdp_session(page)
        mouse = {"type": "mouseMoved", "button": "left", "buttons": 1, "y": start[1]}
        clock = asyncio.get_running_loop()
        begin, sent = clock.time(), []
        for move in range(1, moves + 1):
            await asyncio.sleep(begin + move / moves - clock.time())
            place = {**mouse, "x": start[0] + reach * move / moves}
            sent.append(asyncio.create_task(session.send("Input.dispatchMouseEvent", place)))
        await asyncio.gather(*sent)


def drag(
    page: Page, port: int, name: str, moves: int = 100, settle: Callable[[], object] = lambda: None
) -> tuple[list[float], float]:
    """Drag a slider for a second; the moments of new pictures, and that of the last move.

    After it, it waits for `settle`, and until no picture has come for a while.
    """
    handle = page.locator(f".{name} .noUi-handle").first
    handle.hover()
    page.wait_for_timeout(REST)
    page.mouse.down()
    box, track = handle.bounding_box(), page.locator(f".{name} .noUi-base").first.bounding_box()
    start = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    room = track["x"] + track["width"] - start[0]
    reach = room if room > track["width"] / 2 else track["x"] - start[0]
    page.evaluate("selector => startFrames(selector)", shown_in(name))
    moving = asyncio.wait_for(_drag(port, page.url, start, 0.9 * reach, moves), DRAG_SECONDS)
    with ThreadPoolExecutor(1) as hand:
        hand.submit(asyncio.run, moving).result()
    settle()
    _wait_for_quiet(page)
    moments, last_move = page.evaluate("stopFrames()")
    page.mouse.up()
    return moments, last_move


def _wait_for_quiet(page: Page, quiet: int = 1500) -> None:
    """Wait until no picture has come for `quiet` ms, a minute at most."""
    page.wait_for_function(
        f"() => performance.now() - Math.max(lastMove, ...moments) > {quiet}", timeout=60_000
    )
