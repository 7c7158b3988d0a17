"""How long each lesson takes, by one rule: `python tests/minutes.py` prints the table.

200 words of prose a minute, 3 minutes for a view, 1 for a question, half of one for any other cell
of code; an exercise takes 5. A lesson's sum is rounded up to the next 5 minutes, a section's to the
next. Counted apart are the exercises, and what a reader may leave out: sections whose heading
begins with "Going further".
"""

import re
import sys
from math import ceil
from pathlib import Path
from typing import NamedTuple

import nbformat

LESSONS = sorted(Path(__file__).parents[1].glob("notebooks/[0-9]*.ipynb"))
WORDS = 200  # a minute
VIEW, QUESTION, CODE, EXERCISE = 3, 1, 0.5, 5  # minutes
VIEWS, CHECKS = r"^\w+Explorer\(", r"^check_\w+\("
NO_WORDS = re.compile(r"\]\([^)]*\)|<[^>]*>|```.*?```|\$\$.*?\$\$|[|#*-]", re.DOTALL)
LOOKED_UP = ("Words", "Sources")  # sections that nobody reads through


class Minutes(NamedTuple):
    """What a lesson takes: its main way, what goes further, and its exercises."""

    main: int
    further: int
    exercises: int


def minutes(lesson: Path) -> Minutes:
    """By the rule above."""
    spent = {"main": 0.0, "further": 0.0, "exercises": 0.0}
    for heading, time in sections(lesson).items():
        if heading not in LOOKED_UP:
            spent[_part(heading)] += time
    return Minutes(*(5 * ceil(time / 5) for time in spent.values()))


def sections(lesson: Path) -> dict[str, float]:
    """The minutes of each section, unrounded, by its heading; that of the first has no name."""
    heading, spent = "", {"": 0.0}
    for cell in nbformat.read(lesson, as_version=4).cells:
        if cell.source.startswith("## "):
            heading = cell.source.split("\n")[0].removeprefix("## ")
        spent[heading] = spent.get(heading, 0) + _of_cell(cell)
    return spent


def _part(heading: str) -> str:
    if heading == "Your turn":
        return "exercises"
    return "further" if re.match(r"\d+\. Going further", heading) else "main"


def _of_cell(cell: nbformat.NotebookNode) -> float:
    if cell.cell_type == "markdown":
        return len(NO_WORDS.sub(" ", cell.source).split()) / WORDS
    if re.search(CHECKS, cell.source, re.MULTILINE):
        return EXERCISE
    if re.search(VIEWS, cell.source, re.MULTILINE):
        return VIEW
    return QUESTION if cell.source.startswith("Predict(") else CODE


if __name__ == "__main__":
    for path in LESSONS:
        sys.stdout.write(f"{path.stem:24}{minutes(path)}\n")
