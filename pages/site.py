"""The site: every lesson as a page, two at a time, a first page, and JupyterLite beside them."""

import argparse
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from pages import lab
from pages.lesson import ROOT, Lesson, index

HERE = Path(__file__).parent
LESSONS = sorted(ROOT.glob("notebooks/[0-9][0-9]_*.ipynb"))
# Those that take longest begin first, in this order: so both cores have work to the end.
SLOWEST = ("prelu_in_a_network", "born_dead", "your_own_activation", "dying_relu")
SHARED = ("page.css", "page.js")
NO_LAB = "The pages are done. JupyterLite, which needs the network, is not: see above."


def title(path: Path) -> str:
    """A lesson's name as a link has it: 04 PReLU."""
    number, words = path.stem.split("_", 1)
    (row,) = re.findall(rf"\[({number} [^\]]+)\]", (ROOT / "README.md").read_text("utf-8"))
    return row


def repository() -> str:
    """The address where the lessons lie, if CITATION.cff or GitHub's workflow says it."""
    words = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    found = re.search(r"^repository-code: *[\"']?([^\s\"']+)", words, re.MULTILINE)
    if found:
        return found[1].rstrip("/")
    parts = [os.environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY")]
    return "/".join(parts) if all(parts) else ""


def around(path: Path | None) -> dict[str, Any]:
    """What a page says of the other lessons, and of the ways to open this one."""
    lessons = [(lesson.stem, title(lesson)) for lesson in LESSONS]
    place = LESSONS.index(path) if path else -1
    return {
        "lessons": lessons,
        "before": lessons[place - 1] if place > 0 else None,
        "after": lessons[place + 1] if place + 1 < len(lessons) else None,
        "title": title(path) if path else "",
        "repository": repository(),
    }


def build(path: Path, site: Path) -> str:
    """Make a lesson's page; what was made, in words."""
    begin, lesson = time.monotonic(), Lesson(path, site)
    lesson.write(around(path))
    made = list(lesson.record())
    size = sum((site / "recordings" / f"{name}.js").stat().st_size for name in made) / 1e6
    seconds = time.monotonic() - begin
    return f"{path.stem}: {len(made)} recordings, {size:.1f} MB, {seconds:.0f} s"


def rank(path: Path) -> int:
    """A lesson's place in the order in which they are made."""
    name = path.stem[3:]
    return SLOWEST.index(name) if name in SLOWEST else len(SLOWEST)


def lay_out(site: Path) -> None:
    """A new folder with what all pages share, and the first page."""
    if site.exists():
        shutil.rmtree(site)
    site.mkdir(parents=True)
    for name in SHARED:
        shutil.copy(HERE / "lesson" / name, site / name)
    shutil.copytree(ROOT / "notebooks" / "pictures", site / "pictures")
    index((ROOT / "README.md").read_text(encoding="utf-8"), site, around(None))


def asked_for(arguments: list[str]) -> tuple[Path, list[Path]]:
    """The folder and the lessons that are asked for; SystemExit, in words, for what does not do."""
    parser = argparse.ArgumentParser(prog="python start.py site", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "site")
    names = [path.stem for path in LESSONS]
    parser.add_argument("lesson", nargs="*", help=f"these alone, of {', '.join(names)}")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.lesson) - set(names):
        parser.error(f"no lesson {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    # The folder is made anew: nothing else may lie in it.
    if asked.folder.exists() and not is_ours(asked.folder):
        parser.error(f"{asked.folder} is there and is no site; name a folder that is new")
    chosen = [path for path in LESSONS if path.stem in (asked.lesson or names)]
    return asked.folder, sorted(chosen, key=rank)


def is_ours(folder: Path) -> bool:
    """Whether a folder is empty, or a site that was made here before."""
    names = {path.name for path in folder.iterdir()}
    return not names or {"index.html", *SHARED} <= names


def main(arguments: list[str]) -> int:
    """Build all, or the pages of the lessons named, into `site` or the folder named first."""
    site, chosen = asked_for(arguments)
    begin = time.monotonic()
    lay_out(site)
    print(f"Recording {len(chosen)} lessons, two at a time; this takes some minutes.", flush=True)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        beside = [pool.submit(lab.build, site)] if len(chosen) == len(LESSONS) else []
        for done in as_completed([pool.submit(build, path, site) for path in chosen]):
            print(done.result(), flush=True)
        try:
            for done in beside:
                print(done.result(), flush=True)
        except subprocess.CalledProcessError:
            sys.exit(NO_LAB)
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) / 1e6
    print(f"{site / 'index.html'}: {size:.1f} MB in all, {time.monotonic() - begin:.0f} s")
    return 0
