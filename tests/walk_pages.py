"""Walks every page of a built site as its readers do: `python start.py site` has made it.

    python tests/walk_pages.py [SITE [SCREENSHOTS [PAGE ...]]]

The pages are opened from the folder, with the network away. Each line says what held, with its
figures; the first thing that does not hold ends the walk with an exit status that is not 0. With a
second folder, pictures of each page are left there, to be looked at; with names, of those alone.
"""

from __future__ import annotations

import re
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlparse

import nbformat
from axe_playwright_python.sync_playwright import Axe
from house import ROOT
from lab import BROWSER_FLAGS, find_browser
from playwright.sync_api import Browser, Locator, Page, sync_playwright

WIDGET = "application/vnd.jupyter.widget-view+json"
PAGE, RECORDING, SITE = 1.5e6, 0.6e6, 60e6  # bytes, at the most
FAST = 25  # ms from a key to its picture, at the most, in the median
WIDTHS = (1280, 400, 1600)
MOVES = 12  # keys whose way to the picture is timed, of each view
# From the key to the moment after the browser has painted: a task that follows a frame.
TIMED = """() => {
    window.took = [];
    let pressed;
    addEventListener('keydown', event => {
        pressed = event.target.matches('.first') ? performance.now() : 0;
    }, true);
    const show = View.prototype.show;
    View.prototype.show = async function (...shot) {
        const shown = await show.apply(this, shot);
        const began = pressed;
        pressed = 0;
        requestAnimationFrame(() => {
            if (!shown || !began) {
                return;
            }
            const {port1, port2} = new MessageChannel();
            port1.onmessage = () => window.took.push(performance.now() - began);
            port2.postMessage(0);
        });
        return shown;
    };
}"""
# What a view shows: its picture and its words.
SHOWN = """figure => {
    const words = figure.querySelector('figcaption').textContent;
    const canvas = figure.querySelector('canvas');
    if (canvas.hidden) {
        return 'start: ' + words;
    }
    return canvas.toDataURL() + words;
}"""


@contextmanager
def opened(browser: Browser, path: Path, **context: object) -> Iterator[Page]:
    """A page from a folder, the network away: it may ask for files, and says nothing."""
    with browser.new_context(offline=True, **context) as away:
        page, asked, said = away.new_page(), [], []
        page.set_default_timeout(15_000)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        page.files, page.said = asked, said
        yield page
        elsewhere = [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
        assert not elsewhere, elsewhere
        assert not said, said


def weight(page: Page) -> int:
    """Bytes of all that a page has asked for."""
    paths = {unquote(urlparse(url).path) for url in page.files if url.startswith("file:")}
    return sum(Path(path).stat().st_size for path in paths)


def shown(view: Locator) -> str:
    return view.evaluate(SHOWN)


def changed(view: Locator, before: str, what: str) -> str:
    """What a view shows as soon as it is not what it was."""
    for _ in range(150):
        if (now := shown(view)) != before:
            return now
        view.page.wait_for_timeout(20)
    raise AssertionError(f"{view.get_attribute('data-view')}: {what} moved nothing")


def slide_by_keys(view: Locator) -> int:
    """Its slider by keys, from end to end; how many places it has."""
    slider = view.locator(".first")
    now = shown(view)
    for key in ("End", "Home", "ArrowRight") if slider.input_value() == "0" else ("Home", "End"):
        slider.press(key)
        now = changed(view, now, key)
    for step in range(MOVES):
        timed = view.page.evaluate("took.length")
        slider.press(("ArrowLeft", "ArrowRight")[step % 2])
        view.page.wait_for_function("n => took.length > n", arg=timed)
    return int(slider.get_attribute("max")) + 1


def slide_by_pointer(view: Locator, touch: bool) -> None:
    """Its slider by mouse, or by finger, at both its ends."""
    slider = view.locator(".first")
    view.locator(".reset").click()
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    tap = view.page.touchscreen.tap if touch else view.page.mouse.click
    now = shown(view)
    left = 2 * int(slider.input_value()) < int(slider.get_attribute("max"))
    for part in (0.95, 0.05) if left else (0.05, 0.95):  # first to the end that is farther away
        tap(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
        now = changed(view, now, "a finger" if touch else "the mouse")


def take_scenes(view: Locator, how: str) -> int:
    """Each of its scenes; how many there are."""
    scenes = view.locator(".scene")
    for scene in scenes.all():
        view.locator(".reset").click()
        before = shown(view)
        {"mouse": scene.click, "touch": scene.tap, "keys": lambda b=scene: b.press("Enter")}[how]()
        changed(view, before, scene.inner_text())
    return scenes.count()


def play(view: Locator) -> None:
    """Its run: played, paused, one step, dragged to its end."""
    along = view.locator(".along")
    view.locator(".reset").click()
    view.locator(".play").click()
    view.page.wait_for_function("a => a.value > 1", arg=along.element_handle())
    view.locator(".pause").click()
    view.page.wait_for_timeout(250)
    now, place = shown(view), along.input_value()
    view.page.wait_for_timeout(250)
    assert along.input_value() == place, "Pause did not hold"
    view.locator(".step").click()
    now = changed(view, now, "Step")
    along.press("Home")
    changed(view, now, "the bar of the run")


def move_views(page: Page, how: str) -> tuple[int, int, list[int]]:
    """Everything that moves, by mouse, touch or keys: views, scenes, places of each slider."""
    page.evaluate(TIMED)
    views, scenes, places = page.locator(".view").all(), 0, []
    for view in views:
        if how == "keys":
            places.append(slide_by_keys(view))
        else:
            slide_by_pointer(view, touch=how == "touch")
        scenes += take_scenes(view, how)
        if view.locator(".play").count() and how != "touch":
            play(view)
    return len(views), scenes, places


def answer(page: Page) -> int:
    """Each choice of each question; how many questions there are."""
    questions = page.locator(".question").all()
    for question in questions:
        for choice in question.locator(".choice").all():
            choice.click()
            assert all(reason.is_visible() for reason in question.locator(".reason").all())
            right = choice.get_attribute("data-right") is not None
            assert (question.get_by_role("status").inner_text() == "Right.") == right
    return len(questions)


def read(browser: Browser, path: Path, pictures: Path | None) -> list[str]:
    """A page in two themes and three widths, and what axe finds in it: nothing serious."""
    said = []
    for colours in ("light", "dark"):
        with opened(browser, path, color_scheme=colours, device_scale_factor=1) as page:
            said = [f"{weight(page) / 1e6:.2f} MB before anything is touched"]
            assert weight(page) <= PAGE, said
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") == width
                if pictures:
                    picture = pictures / f"{path.stem}-{colours}-{width}.png"
                    page.screenshot(path=picture, full_page=True)
            assert not page.said, page.said
            axe_finds_nothing_serious(page)
    return said


def axe_finds_nothing_serious(page: Page) -> None:
    """Where all is unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    faults = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert not faults, [(f["id"], n["html"][:200]) for f in faults for n in f["nodes"]]
    page.said.clear()  # axe speaks


def numbers(path: Path) -> int:
    """How many outputs a page prints: those that its notebook has stored, letter by letter."""
    text = path.read_text(encoding="utf-8")
    printed = [
        unescape(part) for part in re.findall(r'<pre class="output">(.*?)</pre>', text, re.S)
    ]
    notebook = nbformat.read(ROOT / "notebooks" / f"{path.stem}.ipynb", as_version=4)
    stored = [
        output.get("text") or output.data["text/plain"]
        for cell in notebook.cells
        if not re.search(r"ReadyCheck|check\.report|lessons\.start_here", cell.source)
        for output in cell.get("outputs", [])
        if not {WIDGET, "image/png"} & set(output.get("data", {}))
    ]
    stored = [re.sub("^Not attempted yet.*\n?", "", text, flags=re.M) for text in stored]
    assert printed == [text for text in stored if text.strip()]
    return len(printed)


def links(site: Path) -> int:
    """How many links lead to pages, and to places in them, that are there."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in site.glob("*.html")}
    names = {
        page: {unescape(n) for n in re.findall(r'id="([^"]+)"', pages[page])} for page in pages
    }
    found = [
        (page, *unescape(link).partition("#")[::2])
        for page, text in pages.items()
        for link in re.findall(r'<a [^>]*?href="([^"]+)"', text)
        if not link.startswith("http")
    ]
    for page, other, name in found:
        if other.startswith("lab/"):
            opened, _, lesson = other.partition("?path=")
            assert (site / opened).exists() and (site / "lab" / "files" / lesson).exists(), other
        else:
            assert not name or unquote(name) in names[other or page], (page, other, name)
    return len(found)


def walk(browser: Browser, path: Path, pictures: Path | None) -> tuple[int, int, int, list[float]]:
    """All of a page; its views, scenes and questions, and what the keys took."""
    said = read(browser, path, pictures)
    if path.stem != "index":
        said.append(f"{numbers(path)} outputs as stored")
    calm = {"reduced_motion": "reduce"}
    with opened(browser, path, **calm) as page:
        views, scenes, _ = move_views(page, "mouse")
        questions = answer(page)
    narrow = {"width": 400, "height": 800}
    with opened(browser, path, viewport=narrow, has_touch=True, is_mobile=True, **calm) as page:
        assert move_views(page, "touch")[:2] == (views, scenes)
    with opened(browser, path, **calm) as page:
        places, took = move_views(page, "keys")[2], page.evaluate("took")
    said += [f"{views} views of {places} places, {scenes} scenes", f"{questions} questions"]
    print(f"{path.stem}: {', '.join(said)}", flush=True)
    return views, scenes, questions, took


def main(arguments: list[str]) -> int:
    """Walk the site."""
    site = Path(arguments[0] if arguments else ROOT / "site").resolve()
    pictures, only = Path(arguments[1]) if arguments[1:] else None, arguments[2:]
    sizes = {file: file.stat().st_size for file in site.rglob("*") if file.is_file()}
    largest = max(size for file, size in sizes.items() if file.parent.name == "recordings")
    print(f"{sum(sizes.values()) / 1e6:.1f} MB, the largest recording {largest / 1e3:.0f} kB")
    assert sum(sizes.values()) <= SITE and largest <= RECORDING
    print(f"{links(site)} links lead somewhere")
    paths = [path for path in sorted(site.glob("*.html")) if not only or path.stem in only]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
        walked = [walk(browser, path, pictures) for path in paths]
    views, scenes, questions, took = zip(*walked, strict=True)
    times = [time for part in took for time in part]
    median, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"{sum(views)} views, {sum(scenes)} scenes, {sum(questions)} questions")
    print(f"key to picture: p50 {median:.1f} ms, p95 {slow:.1f} ms, of {len(times)}")
    assert median <= FAST
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
