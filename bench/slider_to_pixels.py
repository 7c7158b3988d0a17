"""How long a reader waits for pixels: our views against the same plots as others draw them.

Measures, in a real JupyterLab in a real browser, all contenders taking turns::

    python bench/slider_to_pixels.py              a quarter of an hour; writes .md and .png
    python bench/slider_to_pixels.py --rounds 1   a quick try, which only prints

- from the key that moves a slider to the changed picture on the screen;
- a drag of a hundred moves in a second: frames shown, and from the last move to the last picture;
- pictures a second while alpha is trained, and how soon a slider and Pause are heard meanwhile;
- what a lesson costs: memory, opening, import, size, the nbval run.

The contenders: our view; the same plot with `@interact` and `plt.show()`, in the view's layout and
in pyplot's own, which is quicker to make; the same plot in ipympl; and a number there and back
through the kernel, the floor. Needs ipympl: `pip install ipympl`.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from browser import drag, open_and_run, open_browser, run_cell, time_moves
from lab import RUN_SECONDS, Lab, View
from lesson_costs import import_times, memory_growth, nbval_seconds, notebook_sizes, open_lessons
from playwright.sync_api import Browser, Page
from report import machine, write_report

SCREEN = {"width": 1280, "height": 1000}
IMPORTS = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\nfrom contenders import *"
)
# The same for the views of one checkout, whose folder goes into the braces.
OWN = f"import utils; assert utils.__file__.startswith({{!r}}), utils.__file__\n{IMPORTS}"
MAKERS = {
    "prelu-ours": "ours('prelu')",
    "prelu-usual": "usual('prelu')",
    "prelu-plain": "usual('prelu', layout=None)",
    "prelu-ipympl": "ipympl('prelu')",
    "alpha-ours": "ours('alpha')",
    "alpha-usual": "usual('alpha')",
    "alpha-ipympl": "ipympl('alpha')",
    "echo": "echo()",
}
SPEEDS = (20, 50)  # steps a second: the fastest with a picture for each step, and a faster one


def take_turns(contenders: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[Any]]:
    """Measure every contender once a round, so that a busy machine is busy for all."""
    results: dict[str, list[Any]] = {name: [] for name in contenders}
    for number in range(rounds):
        for name, measure in contenders.items():
            results[name].append(measure())
            print(f"round {number + 1} of {rounds}: {name}", file=sys.stderr, flush=True)
    return results


def measure_hands(page: Page, lab: Lab, port: int, rounds: int, moves: int) -> dict[str, Any]:
    """Single moves and drags of each contender's slider, all in one notebook."""
    cells = [IMPORTS, *MAKERS.values()]
    open_and_run(page, lab, "hands.ipynb", cells, last=len(cells))
    contenders = {("move", name): partial(time_moves, page, name, moves) for name in MAKERS}
    contenders |= {("drag", name): partial(drag, page, port, name) for name in MAKERS}
    results = take_turns(contenders, rounds)
    return {kind: {name: results[kind, name] for name in MAKERS} for kind in ("move", "drag")}


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


def time_frames(page: Page, run: Callable[[], None]) -> list[float]:
    """The moments, in ms, at which new pictures appeared while `run` ran."""
    page.evaluate("startFrames('.jp-Notebook')")
    run()
    page.wait_for_timeout(500)
    return page.evaluate("stopFrames()")[0]


def play_and_time(page: Page, view: View, steps_a_second: int) -> list[float]:
    """The moments of new pictures in a whole run at this speed."""
    rewind(view, steps_a_second)
    return time_frames(page, lambda: play(view))


def time_hearing(page: Page, view: View) -> tuple[float, float]:
    """While it plays: milliseconds until the moved learning rate is shown, and until Paused is."""
    rewind(view, SPEEDS[0])  # slow enough that the run has not ended before Pause
    view.press("Play")
    page.wait_for_timeout(300)
    view.slider("learning rate").locator(".noUi-handle").focus()
    page.evaluate("arm('keydown', '.alpha-ours', 'rate 0.11')")
    page.keyboard.press("ArrowRight")
    slider = page.evaluate("waited")
    page.evaluate("arm('click', '.alpha-ours', 'Paused')")
    view.press("Pause")
    pause = page.evaluate("waited")
    view.press("Reset all")
    page.wait_for_timeout(300)
    return slider, pause


def measure_live(page: Page, lab: Lab, rounds: int, steps: int) -> dict[str, list[Any]]:
    """Pictures over a whole training run, and how soon a hand is heard."""
    cells = [IMPORTS, f"ours('alpha', steps={steps})", f"for _ in loop({steps}): pass"]
    view = open_and_run(page, lab, "live.ipynb", cells, last=2).view()
    contenders = {f"ours {speed}": partial(play_and_time, page, view, speed) for speed in SPEEDS}
    contenders["usual"] = partial(time_frames, page, partial(run_cell, page, 2))
    contenders["hearing"] = partial(time_hearing, page, view)
    return take_turns(contenders, rounds)


def measure_costs(browser: Browser, lab: Lab, rounds: int, memory_moves: int) -> dict[str, Any]:
    """What a lesson costs."""
    costs: dict[str, Any] = {"sizes": notebook_sizes()}
    costs["imports"] = import_times(rounds, "matplotlib.pyplot")
    costs["imports without figures"] = import_times(rounds, "matplotlib")
    page = browser.new_page(viewport=SCREEN)
    costs["memory"] = {"moves": memory_moves, **memory_growth(page, lab, "ours", memory_moves)}
    page.close()
    costs["opening"] = [open_lessons(browser, SCREEN) for _ in range(min(rounds, 2))]
    costs["nbval"] = nbval_seconds()
    return costs


def measure(rounds: int, moves: int, steps: int, memory_moves: int) -> dict[str, Any]:
    """Open the browser and measure everything."""
    with tempfile.TemporaryDirectory() as folder, open_browser() as (browser, port):
        with Lab(Path(folder)) as lab:
            page = browser.new_page(viewport=SCREEN)
            results = measure_hands(page, lab, port, rounds, moves)
            page.close()
            page = browser.new_page(viewport=SCREEN)
            results["live"] = measure_live(page, lab, rounds, steps)
            page.close()
            results["costs"] = measure_costs(browser, lab, rounds, memory_moves)
        results["machine"] = machine(browser.version)
    return {**results, "steps": steps}


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--moves", type=int, default=12, help="a contender and round")
    parser.add_argument("--steps", type=int, default=60, help="of training")
    parser.add_argument("--memory-moves", type=int, default=1000)
    parser.add_argument("--results", type=Path, help="keep the measured numbers in this JSON file")
    arguments = parser.parse_args()
    print("load:", os.getloadavg(), file=sys.stderr)
    results = measure(arguments.rounds, arguments.moves, arguments.steps, arguments.memory_moves)
    if arguments.results:
        arguments.results.write_text(json.dumps(results), encoding="utf-8")
    write_report(results, keep=arguments.rounds >= 5)


if __name__ == "__main__":
    main()
