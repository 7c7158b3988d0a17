"""How long a reader waits for pixels: our views against the same plots with plt.show().

Measures, in a real browser and with all contenders taking turns::

    python bench/slider_to_pixels.py

- from the key that moves a slider to the changed picture on the screen, against `@interact`;
- pictures a second while alpha is trained, against a loop of `clear_output(wait=True)`.

The same plot needs a constrained layout, which is slow to make anew for each picture; so the usual
way is measured with pyplot's default layout too. Prints the tables and writes them to
slider_to_pixels.md. Takes about twenty minutes.
"""

import argparse
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import nbformat
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from lab import BROWSER_FLAGS, RUN_SECONDS, Lab, Lesson, View, find_browser  # noqa: E402

# The plots of both views, made the way a notebook usually does: a new figure for each picture. The
# same draw functions and the view's own update() draw them, so all contenders draw the same lines.
SETUP = """
from types import SimpleNamespace

import matplotlib.pyplot as plt
from IPython.display import clear_output
from ipywidgets import FloatSlider, Label, VBox, fixed, interact
from utils.explorers import AlphaExplorer, PReLUExplorer
from utils.explorers import learning_alpha, prelu
from utils.plots.learning_alpha import draw_descent, draw_regime_line
from utils.plots.prelu import draw_prelu_panels
from utils.plots.style import draw_number_line

def pyplot_axes(view, **options):
    return plt.subplot_mosaic(figsize=view.canvas.figure.get_size_inches(), **options)[1]
"""
SLIDER_CELLS = [
    SETUP,
    """
view = PReLUExplorer(alpha=0.25)
view.add_class("ours")
view
""",
    """
PANELS = {"mosaic": [["line"] * 3, ["f", "dx", "dalpha"]], "height_ratios": [1, 8]}
MARKS = {-1: "-1: |x|", 0: "0: ReLU,  0.01: leaky", 1: "1: identity", 2: "2"}

def show(alpha, layout):
    axes = pyplot_axes(view, layout=layout, **PANELS)
    values = {"alpha": SimpleNamespace(value=alpha), "x": SimpleNamespace(value=-2.0)}
    marker = draw_number_line(axes["line"], -1, 2, MARKS)
    artists = draw_prelu_panels(axes, prelu.REACH)
    PReLUExplorer.update(SimpleNamespace(controls=values, marker=marker, artists=artists))
    plt.show()

for name, layout in {"interact": "constrained", "interact-plain": None}.items():
    alpha = FloatSlider(0.25, min=-1, max=2, step=0.01)
    interact(show, alpha=alpha, layout=fixed(layout)).widget.add_class(name)
""",
    """
number, echo = FloatSlider(0.25, min=-1, max=2, step=0.01), Label("0.25")
number.observe(lambda change: setattr(echo, "value", f"{change['new']:.2f}"), "value")
echo.add_class("echo-text")
box = VBox([number, echo])
box.add_class("echo")
box
""",
]
LIVE_CELLS = [
    SETUP,
    """
view = AlphaExplorer(steps=STEPS)
view
""",
    """
PANELS = {
    "mosaic": [["line"] * 3, ["data", "loss", "path"]],
    "height_ratios": [1, 6],
    "width_ratios": [3, 3, 4],
}
hidden = AlphaExplorer(steps=STEPS)  # not shown: it does the training

def show(layout):
    axes = hidden.axes = pyplot_axes(hidden, layout=layout, **PANELS)
    hidden.artists = draw_regime_line(axes["line"])
    hidden.artists |= draw_descent(axes, learning_alpha.REACH, hidden.steps)
    hidden.update()
    plt.show()
""",
    """
for _ in hidden._run():
    clear_output(wait=True)
    show("constrained")
""",
    """
for _ in hidden._run():
    clear_output(wait=True)
    show(None)
""",
]
OURS, USUAL, PLAIN = "our view", "plt.show(), the same plot", "plt.show(), default layout"
LOOPS = {USUAL: 3, PLAIN: 4}  # the cells that are run to be measured, and not before
SPEEDS = (20, 50)  # steps a second: the fastest with a picture for each step, and a faster one

# In the page: when something that a reader sees has changed, and is on the screen.
WATCH = """() => {
    const frame = () => new Promise(requestAnimationFrame);
    const painted = async () => { await frame(); await frame(); return performance.now(); };
    const pictures = node => node.nodeName === 'IMG' ? [node]
        : Array.from(node.querySelectorAll?.('img') ?? []);
    // Calls `seen` once for each picture under `root` that is new and ready to be painted.
    const watchPictures = (root, seen) => {
        const observer = new MutationObserver(changes => {
            const nodes = changes.flatMap(c => c.attributeName ? c.target : [...c.addedNodes]);
            for (const image of new Set(nodes.flatMap(pictures)))
                image.decode().then(seen, () => {});  // refused: replaced before it was ever shown
        });
        observer.observe(root, {childList: true, subtree: true, attributeFilter: ['src']});
        return observer;
    };
    const watchText = (root, seen) => {
        const observer = new MutationObserver(seen);
        observer.observe(root, {childList: true, subtree: true, characterData: true});
        return observer;
    };
    // Resolves with the milliseconds from the next key press to the change that follows from it.
    window.armKey = (selector, text) => {
        const root = document.querySelector(selector);
        window.waited = new Promise((done, fail) => {
            let start = null;
            const note = event => { start = event.timeStamp; };
            root.addEventListener('keydown', note, {capture: true, once: true});
            setTimeout(() => fail(new Error(`nothing changed in ${selector}`)), 30000);
            const observer = (text ? watchText : watchPictures)(
                text ? root.querySelector(text) : root,
                async () => { observer.disconnect(); done(await painted() - start); });
        });
    };
    // Collects the moments at which the screen showed a new picture; two at once count as one.
    window.startFrames = () => {
        window.frames_seen = new Set();
        window.frameWatch = watchPictures(document.querySelector('.jp-Notebook'), async () => {
            window.frames_seen.add(await frame());
        });
    };
    window.stopFrames = () => { window.frameWatch.disconnect(); return [...window.frames_seen]; };
}"""
RUN_CELL = """async place => {
    const panel = window.jupyterapp.shell.currentWidget;
    panel.content.activeCellIndex = place;
    await panel.content.scrollToItem(place);
    await window.jupyterapp.commands.execute('notebook:run-cell');
}"""

HEAD = """# Slider to pixels

Made by `python bench/slider_to_pixels.py`: what a reader waits for, in a real browser.

"""
Times = dict[str, list[list[float]]]  # contender -> a list for each round


def write_notebook(path: Path, cells: list[str]) -> None:
    """Write a notebook that asks for the usual Python kernel, or JupyterLab would ask back."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.cells = [nbformat.v4.new_code_cell(source.strip()) for source in cells]
    nbformat.write(notebook, path)


def open_and_run(page: Page, lab: Lab, name: str, cells: list[str], last: int) -> Lesson:
    """Open a notebook with these cells, run all before `last`, get the page ready to watch."""
    write_notebook(lab.root / name, cells)
    lesson = Lesson(page, lab, name)
    for place in range(last):
        page.evaluate(RUN_CELL, place)
    assert lesson.cell_errors() == [], lesson.cell_errors()
    page.evaluate(WATCH)
    return lesson


def time_moves(page: Page, selector: str, moves: int, text: str | None = None) -> list[float]:
    """Move a slider with the arrow keys, one picture after the other; milliseconds for each."""
    handle = page.locator(f"{selector} .noUi-handle").first
    handle.scroll_into_view_if_needed()
    times = []
    for move in range(moves):
        handle.focus()
        page.evaluate("([root, text]) => armKey(root, text)", [selector, text])
        page.keyboard.press("ArrowRight" if move % 2 == 0 else "ArrowLeft")
        times.append(page.evaluate("waited"))
        page.wait_for_timeout(100)  # whatever comes after the picture is not the next move's
    return times[1:]  # the first one also wakes things up


def measure_moves(page: Page, lab: Lab, rounds: int, moves: int) -> Times:
    """Slider to pixels: each round measures them all, so that a busy machine is busy for all."""
    open_and_run(page, lab, "slider.ipynb", SLIDER_CELLS, last=len(SLIDER_CELLS))
    return take_turns(
        {
            OURS: lambda: time_moves(page, ".ours", moves),
            USUAL: lambda: time_moves(page, ".interact", moves),
            PLAIN: lambda: time_moves(page, ".interact-plain", moves),
            "a number there and back": lambda: time_moves(page, ".echo", moves, ".echo-text"),
        },
        rounds,
    )


def time_frames(page: Page, run: Callable[[], None]) -> list[float]:
    """The moments, in ms, at which new pictures appeared while `run` ran."""
    page.evaluate("startFrames()")
    run()
    page.wait_for_timeout(500)
    return page.evaluate("stopFrames()")


def rewind(view: View, steps_a_second: int) -> None:
    """Bring the view's run back to its start, at this speed."""
    view.locator.scroll_into_view_if_needed()
    view.set_speed(steps_a_second)
    view.press("Reset run")
    view.wait_until(lambda: view.status() == "Ready", "a new run")


def play(view: View) -> None:
    """Play the view's run to its end."""
    view.press("Play")
    ended = view.locator.locator("[role=status]", has_text="Ended")
    ended.wait_for(timeout=RUN_SECONDS * 1000)


def play_and_time(page: Page, view: View, steps_a_second: int) -> list[float]:
    """The moments of new pictures in a whole run at this speed."""
    rewind(view, steps_a_second)
    return time_frames(page, lambda: play(view))


def measure_live(page: Page, lab: Lab, rounds: int, steps: int) -> Times:
    """The moments of new pictures over a whole training run."""
    cells = [cell.replace("STEPS", str(steps)) for cell in LIVE_CELLS]
    view = open_and_run(page, lab, "live.ipynb", cells, last=min(LOOPS.values())).view()
    contenders = {
        f"{OURS}, {speed} steps a second": partial(play_and_time, page, view, speed)
        for speed in SPEEDS
    }
    contenders |= {name: partial(loop_and_time, page, cell) for name, cell in LOOPS.items()}
    return take_turns(contenders, rounds)


def loop_and_time(page: Page, cell: int) -> list[float]:
    """The moments of new pictures while a cell runs."""
    return time_frames(page, lambda: page.evaluate(RUN_CELL, cell))


def take_turns(contenders: dict[str, Callable[[], list[float]]], rounds: int) -> Times:
    """Measure every contender once a round."""
    times: Times = {name: [] for name in contenders}
    for number in range(rounds):
        for name, measure in contenders.items():
            times[name].append(measure())
            print(f"round {number + 1} of {rounds}: {name}", file=sys.stderr)
    return times


def percentile(values: list[float], percent: int) -> float:
    """The value below which `percent` % of the values lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def moves_table(times: Times) -> list[str]:
    """The rows of the first table; how many times as fast is the ratio of the medians."""
    pooled = {name: [t for turn in turns for t in turn] for name, turns in times.items()}
    base = percentile(pooled[USUAL], 50)
    rows = [
        "| one move of a slider | p50 ms | p95 ms | times as fast | moves |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, values in pooled.items():
        middle, late = percentile(values, 50), percentile(values, 95)
        rows.append(f"| {name} | {middle:.0f} | {late:.0f} | {base / middle:.1f} | {len(values)} |")
    return rows


def rate(moments: list[float]) -> float:
    """Pictures a second."""
    return (len(moments) - 1) / seconds(moments)


def seconds(moments: list[float]) -> float:
    """From the first picture to the last."""
    return (max(moments) - min(moments)) / 1000


def live_table(times: Times, steps: int) -> list[str]:
    """The rows of the second table; all but the extremes are the median round's."""
    columns = ["pictures a second", "slowest to fastest round", "pictures", "seconds", "times"]
    rows = [" | ".join([f"| {steps} training steps", *columns]) + " |", "|---" + "|--:" * 5 + "|"]
    base = statistics.median(map(rate, times[USUAL]))
    for name, turns in times.items():
        rates = [rate(turn) for turn in turns]
        middle = statistics.median(rates)
        shown = statistics.median(map(len, turns))
        length = statistics.median(map(seconds, turns))
        rows.append(
            f"| {name} | {middle:.1f} | {min(rates):.1f} to {max(rates):.1f} | {shown:.0f} "
            f"| {length:.1f} | {middle / base:.1f} |"
        )
    return rows


def machine(browser: str) -> str:
    """What it was measured on, in one sentence."""
    packages = ("jupyterlab", "ipywidgets", "ipykernel", "matplotlib", "numpy")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    processor = platform.processor() or platform.machine()
    return (
        f"{platform.system()}, {processor}, {os.cpu_count()} cores; Python "
        f"{platform.python_version()}, {versions}; Chromium {browser}."
    )


def measure(rounds: int, moves: int, steps: int) -> str:
    """Open the browser, measure everything, and return the report."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
        screen = {"width": 1280, "height": 1000}
        with Lab(Path(folder)) as lab:
            moved = measure_moves(browser.new_page(viewport=screen), lab, rounds, moves)
            lived = measure_live(browser.new_page(viewport=screen), lab, rounds, steps)
        where = machine(browser.version)
        browser.close()
    return "\n".join([*moves_table(moved), "", *live_table(lived, steps), "", where])


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--moves", type=int, default=21, help="a contender and round")
    parser.add_argument("--steps", type=int, default=300)
    arguments = parser.parse_args()
    report = measure(arguments.rounds, arguments.moves, arguments.steps)
    print(report)
    Path(__file__).with_suffix(".md").write_text(HEAD + report + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
