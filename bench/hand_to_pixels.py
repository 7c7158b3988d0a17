"""How long the hand on the picture takes, beside the slider that moves the same setting.

Both taken with the mouse, in turns, in one JupyterLab in a real browser::

    python bench/hand_to_pixels.py              three minutes; writes hand_to_pixels.md
    python bench/hand_to_pixels.py --rounds 1   a quick try, which only prints
"""

import argparse
import tempfile
from functools import partial
from pathlib import Path

from browser import open_and_run, open_browser, time_pointer
from lab import Lab
from report import machine, percentile, pooled
from slider_to_pixels import IMPORTS, SCREEN, take_turns

VIEWS = {"prelu": "marker", "alpha": "rate"}  # what a hand takes there
HEAD = """# Hand to pixels

Made by `python bench/hand_to_pixels.py`: from a move of the mouse to the changed picture on the
screen, once with the slider's handle and once with the ring on the picture, which move the same
setting; both in turns in one JupyterLab.

| view | slider, p50 ms | hand, p50 ms | hand to slider |
|---|--:|--:|--:|
"""


def measure(rounds: int, moves: int) -> tuple[dict[tuple[str, str], list[list[float]]], str]:
    """Milliseconds of each move, by view and by what was taken; and the machine."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_browser() as (browser, _),
        Lab(Path(folder)) as lab,
    ):
        page = browser.new_page(viewport=SCREEN)
        cells = [IMPORTS, *(f"ours({view!r})" for view in VIEWS)]
        open_and_run(page, lab, "hand.ipynb", cells, last=len(cells))
        contenders = {}
        for view, hand in VIEWS.items():
            for kind, taken in (("slider", ".noUi-handle"), ("hand", f"[data-hand={hand}]")):
                time = partial(time_pointer, page, f"{view}-ours", taken, moves)
                contenders[view, kind] = time
        return take_turns(contenders, rounds), machine(browser.version)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--moves", type=int, default=12, help="a contender and round")
    arguments = parser.parse_args()
    results, where = measure(arguments.rounds, arguments.moves)
    text = HEAD
    for view in VIEWS:
        slider, hand = (percentile(pooled(results[view, kind]), 50) for kind in ("slider", "hand"))
        text += f"| {view} | {slider:.0f} | {hand:.0f} | {hand / slider:.2f} |\n"
    text += f"\n{where}\n"
    print(text)
    if arguments.rounds >= 5:
        Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
