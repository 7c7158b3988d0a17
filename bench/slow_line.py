"""What a reader waits for whose kernel is far away: delay and rate between browser and JupyterLab.

Measures, in a real JupyterLab in a real browser, at both ends of a line (`line.py`)::

    python bench/slow_line.py                              some minutes; writes slow_line.md
    python bench/slow_line.py --delays 50 --rates 4 1      these lines only, which only prints
    python bench/slow_line.py --root OLD --root NEW        two checkouts in turns; only prints

- from the key that moves a slider to the changed picture, and the end of a fast drag, beside an
  empty round trip over the same line: ours, `@interact` and `plt.show()`, and ipympl if installed;
- while a run plays at 20 steps a second: pictures shown, their bytes, and how soon Pause and a
  slider are heard;
- what opening a lesson takes over the line before its first view stands.

All pages are opened before the line becomes slow.
"""

import argparse
import copy
import itertools
import json
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from browser import drag, open_and_run, open_browser, time_moves
from lab import RUN_SECONDS, Lab, View
from line import Line
from opening import open_lesson
from playwright.sync_api import Browser, Error, Page
from report import machine
from slider_to_pixels import MAKERS, OWN, SCREEN, rewind, take_turns
from slow_report import write_report

ROOT = Path(__file__).parents[1]
LINES = ((0, math.inf), (50, 4), (50, 2), (150, 1))  # ms each way, Mbit/s
DRAG_MOVES = 20  # in a second
STEPS_A_SECOND = 20
WARM, WINDOW = 1000, 2000  # ms that it plays before pictures are counted, and while they are
STEPS = 120  # of the run: more than are played until Pause, and few enough to wait for
PAUSE = 300  # ms after a picture until the one at rest has been sent
QUIET = 0.3  # seconds without a byte on the line: what went before has arrived


class House(NamedTuple):
    """A checkout whose views are open in a page, at the near end of a line to their kernel."""

    name: str  # "" where there is but one, else "before" or "after"
    root: Path
    lab: Lab  # as the browser finds it
    line: Line
    page: Page
    shows: list[str]

    def settle(self) -> None:
        """Wait until nothing is on its way."""
        end = time.monotonic() + RUN_SECONDS
        while self.line.idle() < QUIET and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        self.page.wait_for_timeout(50)

    def view(self) -> View:
        """The view that plays."""
        return View(self.page.locator(".alpha-ours"))


def contenders(last: bool) -> list[str]:
    """Whose sliders are moved in a house; what is no view of ours, in the last one only."""
    others = ["prelu-usual", *["prelu-ipympl"] * bool(find_spec("ipympl"))]
    return ["echo", "prelu-ours", *(others if last else [])]


def far_lab(root: Path, folder: Path, stack: ExitStack) -> tuple[Lab, Line]:
    """A JupyterLab with the lessons of this checkout, as it is found through a line of its own."""
    left_behind = shutil.ignore_patterns(".ipynb_checkpoints")
    shutil.copytree(root / "notebooks", folder, ignore=left_behind)
    lab = stack.enter_context(Lab(folder, PYTHONPATH=str(root)))
    line = stack.enter_context(Line(int(lab.url.rpartition(":")[2])))
    far = copy.copy(lab)
    far.url = line.url
    return far, line


def open_house(browser: Browser, name: str, root: Path, last: bool, stack: ExitStack) -> House:
    """Open all contenders in one page, on a line that is still fast."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
    lab, line = far_lab(root, folder / "lessons", stack)
    page, shows = browser.new_page(viewport=SCREEN), contenders(last)
    cells = [OWN.format(str(root)), *(MAKERS[show] for show in shows)]
    cells.append(f"ours('alpha', steps={STEPS})")
    open_and_run(page, lab, "slow_line.ipynb", cells, last=len(cells))
    return House(name, root, lab, line, page, shows)


def play(house: House) -> dict[str, Any]:
    """Play for three seconds, press Pause, and wait for all that still comes."""
    page, line, view = house.page, house.line, house.view()
    rewind(view, STEPS_A_SECOND)
    house.settle()
    page.evaluate("startPlay('.alpha-ours')")
    view.press("Play")
    page.wait_for_timeout(WARM)
    begin, before = page.evaluate("performance.now()"), line.down.bytes
    page.wait_for_timeout(WINDOW)
    end, after = page.evaluate("performance.now()"), line.down.bytes
    view.press("Pause")
    page.wait_for_function("played.paused !== null", timeout=RUN_SECONDS * 1000)
    house.settle()
    page.wait_for_timeout(PAUSE)
    house.settle()
    window = {"begin": begin, "end": end, "bytes": after - before}
    return page.evaluate("stopPlay()") | window


def hear(house: House) -> float:
    """Milliseconds until a slider moved while it plays is seen to have moved something."""
    page, view = house.page, house.view()
    rewind(view, STEPS_A_SECOND)
    house.settle()
    view.press("Play")
    page.wait_for_timeout(WARM)
    view.slider("learning rate").locator(".noUi-handle").focus()
    page.evaluate("arm('keydown', '.alpha-ours', 'rate 0.11')")
    page.keyboard.press("ArrowRight")
    waited = page.evaluate("waited")
    view.press("Reset all")
    ready = view.locator.locator("[role=status]", has_text="Ready")
    ready.wait_for(timeout=RUN_SECONDS * 1000)
    house.settle()
    return waited


def moves_or_none(house: House, name: str, moves: int) -> list[float]:
    """The times of a contender's moves; none where a picture has not come, as rarely in ipympl."""
    try:
        return time_moves(house.page, name, moves, PAUSE, house.settle)
    except Error as error:
        if "nothing changed" not in str(error):
            raise
        print(f"{house.name} {name}: a picture has not come in half a minute", file=sys.stderr)
        return []


def in_front(house: House, measure: Callable[[], Any]) -> Any:
    """Measure, with the house's page before all others."""
    house.page.bring_to_front()
    house.settle()
    return measure()


def turns(houses: list[House], port: int, moves: int) -> dict[tuple[str, str], Callable[[], Any]]:
    """What is measured once a round, by what it is and whose."""
    found = {}
    for house in houses:
        own = {("play", house.name): partial(play, house)}
        own["hear", house.name] = partial(hear, house)
        for name in house.shows:
            whose = f"{house.name} {name}".strip()
            own["move", whose] = partial(moves_or_none, house, name, moves)
            own["drag", whose] = partial(drag, house.page, port, name, DRAG_MOVES, house.settle)
        found |= {key: partial(in_front, house, measure) for key, measure in own.items()}
    return dict(sorted(found.items(), key=lambda item: item[0][0]))  # like beside like


def measure_line(
    houses: list[House], port: int, delay: float, rate: float, rounds: int, moves: int
) -> dict[str, Any]:
    """Everything over a line of `delay` ms each way and `rate` Mbit/s."""
    results: dict[str, Any] = {"delay": delay, "rate": rate, "load": os.getloadavg()[0]}
    print(results, file=sys.stderr)
    for house in houses:
        house.line.delay, house.line.rate = delay / 1000, rate * 1e6
    found = take_turns(turns(houses, port, moves), rounds)
    for (kind, whose), values in found.items():
        results.setdefault(kind, {})[whose] = values
    return results


def measure(
    roots: list[Path], lines: list[tuple[float, float]], rounds: int, moves: int
) -> dict[str, Any]:
    """Open the browser and measure everything."""
    names = ["before", "after"] if len(roots) == 2 else [""]
    with open_browser() as (browser, port), ExitStack() as stack:
        houses = [
            open_house(browser, name, root, name != "before", stack)
            for name, root in zip(names, roots, strict=True)
        ]
        results: dict[str, Any] = {"houses": names}
        results["opening"] = {
            house.name: open_lesson(browser, house.lab, house.line, house.root, SCREEN)
            for house in houses
        }
        results["lines"] = [
            measure_line(houses, port, delay, rate, rounds, moves) for delay, rate in lines
        ]
        results["machine"] = machine(browser.version)
    return results


def limit(words: str) -> float:
    """A rate as it is typed, 0 for none."""
    return float(words) or math.inf


def read_arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--delays", type=float, nargs="+", help="ms each way, as 0 50 150")
    parser.add_argument("--rates", type=limit, nargs="+", help="Mbit/s each way, as 0 4 2 1")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--moves", type=int, default=12, help="a contender and round")
    parser.add_argument("--root", type=Path, action="append", help="a checkout; twice to compare")
    parser.add_argument("--results", type=Path, help="keep the measured numbers in this JSON file")
    arguments = parser.parse_args()
    if len(arguments.root or []) > 2:
        parser.error("--root may be given twice at the most")
    return arguments


def main() -> None:
    """Measure and report."""
    arguments = read_arguments()
    lines: list[tuple[float, float]] = list(LINES)
    if arguments.delays or arguments.rates:
        lines = list(itertools.product(arguments.delays or [50], arguments.rates or [math.inf]))
    roots = [root.resolve() for root in arguments.root or [ROOT]]
    results = measure(roots, lines, arguments.rounds, arguments.moves)
    if arguments.results:
        arguments.results.write_text(json.dumps(results), encoding="utf-8")
    write_report(results, keep=not (arguments.delays or arguments.rates or arguments.root))


if __name__ == "__main__":
    main()
