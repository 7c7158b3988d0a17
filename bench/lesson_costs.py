"""What a lesson costs: memory of its kernel, time to open and to run, to import, to be tested."""

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
from browser import open_and_run, printed, time_moves
from lab import NOTEBOOKS, Lab, Lesson
from playwright.sync_api import Browser, Page

ROOT = NOTEBOOKS.parent
LESSONS = sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))
IMPORT = """
import time
start = time.perf_counter()
import numpy, {matplotlib}, ipywidgets
middle = time.perf_counter()
import utils.lessons.learning_alpha
print(middle - start, time.perf_counter() - middle)
"""
MEMORY_CELL = """
import os, sys
sys.path.insert(0, {bench!r})
from contenders import {maker}
print(os.getpid())
{maker}("prelu")
"""


def memory_growth(page: Page, lab: Lab, maker: str, moves: int) -> dict[str, float]:
    """MB that only the kernel holds after 50 moves of a slider, and `moves` later."""
    cell = MEMORY_CELL.format(bench=str(Path(__file__).parent), maker=maker)
    open_and_run(page, lab, f"memory_{maker}.ipynb", [cell], last=1)
    kernel = psutil.Process(int(printed(page, 0)))
    sizes = {}
    for name, more in (("first", 50), ("last", moves - 50)):
        time_moves(page, f"prelu-{maker}", more, pause=0)
        sizes[name] = kernel.memory_full_info().uss / 1e6
    return sizes


def open_lessons(browser: Browser, screen: dict[str, int]) -> dict[str, float]:
    """Seconds from opening each lesson to the end of Run All."""
    times = {}
    for path in LESSONS:
        with Lab(NOTEBOOKS) as lab:  # a new one each: no kernel is left running beside the next
            page = browser.new_page(viewport=screen)
            start = time.perf_counter()
            Lesson(page, lab, path.name).run_all()
            times[path.name] = time.perf_counter() - start
            page.close()
    return times


def import_times(rounds: int, matplotlib: str) -> list[tuple[float, float]]:
    """Seconds, round by round: numpy, matplotlib and ipywidgets; then all of utils."""
    command = [sys.executable, "-c", IMPORT.format(matplotlib=matplotlib)]
    outputs = [
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for _ in range(rounds + 1)
    ]
    # The first one may still compile, or read from the disk.
    return [tuple(map(float, output.split())) for output in outputs[1:]]


def nbval_seconds() -> float:
    """Seconds of the nbval run of all lessons."""
    command = [sys.executable, "-m", "pytest", "notebooks", "-q", "-p", "no:cacheprovider"]
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def notebook_sizes() -> dict[str, tuple[float, float]]:
    """Each lesson's kB, and those without what it has put out."""
    sizes = {}
    for path in LESSONS:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell.pop("outputs", None)
        sizes[path.name] = (path.stat().st_size / 1e3, len(json.dumps(notebook)) / 1e3)
    return sizes
