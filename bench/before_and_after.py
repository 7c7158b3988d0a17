"""Whether a change has made the views slower or larger on the desk: two checkouts in one run.

    git worktree add ../before COMMIT
    python bench/before_and_after.py ../before        some minutes; only prints

Each checkout has a JupyterLab and a page of its own, with two of our views and an empty round trip
in it. They take turns, so that a busy machine is busy for both.
"""

import argparse
import os
import statistics
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from browser import open_and_run, open_browser, time_moves
from lab import Lab
from lesson_costs import memory_growth
from playwright.sync_api import Browser, Page
from slider_to_pixels import MAKERS, OWN, SCREEN, take_turns

ROOT = Path(__file__).parents[1]
SHOWS = ("echo", "prelu-ours", "alpha-ours")


def opened(browser: Browser, root: Path, stack: ExitStack) -> tuple[Page, Lab]:
    """A page in which the views of this checkout stand."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
    lab = stack.enter_context(Lab(folder, PYTHONPATH=str(root)))
    page = browser.new_page(viewport=SCREEN)
    cells = [OWN.format(str(root)), *(MAKERS[show] for show in SHOWS)]
    open_and_run(page, lab, "desk.ipynb", cells, last=len(cells))
    return page, lab


def in_front(page: Page, show: str, moves: int) -> list[float]:
    """The times of some moves, with this page before the other."""
    page.bring_to_front()
    return time_moves(page, show, moves)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, help="the other checkout")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--moves", type=int, default=12, help="a view and round")
    parser.add_argument("--memory-moves", type=int, default=500)
    arguments = parser.parse_args()
    roots = {"before": arguments.before.resolve(), "after": ROOT}
    print("load:", os.getloadavg())
    with open_browser() as (browser, _), ExitStack() as stack:
        pages = {name: opened(browser, root, stack) for name, root in roots.items()}
        turns = {
            (show, name): partial(in_front, page, show, arguments.moves)
            for show in SHOWS
            for name, (page, _) in pages.items()
        }
        found = take_turns(turns, arguments.rounds)
        middle = {key: statistics.median(sum(times, [])) for key, times in found.items()}
        for show in SHOWS:
            before, after = middle[show, "before"], middle[show, "after"]
            floor = middle["echo", "after"]
            print(f"{show}: {before:.1f} ms before, {after:.1f} after: {after / before:.3f};"
                  f" to the floor {after / floor:.3f}")  # fmt: skip
        for name, (_, lab) in pages.items():
            page = browser.new_page(viewport=SCREEN)
            print(f"memory {name}:", memory_growth(page, lab, "ours", arguments.memory_moves))
            page.close()


if __name__ == "__main__":
    main()
