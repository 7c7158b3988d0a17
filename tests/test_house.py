"""Which file may import what, and how long things may be: the house as CONTRIBUTING draws it."""

import ast
from pathlib import Path

import pytest
from house import LESSONS, ROOT, some

UTILS = ROOT / "utils"
FILES = sorted(UTILS.rglob("*.py"))
PARTS = ("experiments", "plots", "explorers", "questions", "checks")

# What each floor may import of the house itself; each line lies above the next.
MATHEMATICS = ("arguments", "own", "activations", "shelf", "layer", "network", "training", "data")
MACHINE = (
    "style",
    "settings",
    "canvas",
    "player",
    "panel",
    "scenes",
    "cells",
    "script",
    "page",
    "hand",
    "explorer",
)
READER = ("questions", "judge", "compare", "ready", "guide", "reopened")
ORDER = MATHEMATICS + MACHINE + READER

MATPLOTLIB = {"style", "canvas", "plots", "explorer", "explorers"}
# of these two only the types of what they hand on
TYPES_ONLY = {"explorer", "explorers"}
TYPES = {"matplotlib.artist", "matplotlib.axes", "matplotlib.image", "matplotlib.collections"}
WIDGETS = {"canvas", "player", "panel", "scenes", "cells", "script", "page", "explorer", "guide"}


def imports(path: Path) -> set[str]:
    """The modules that a file imports; `from utils import judge` counts as utils.judge."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            whole = node.module in ("utils", "matplotlib")
            found |= {f"{node.module}.{a.name}" for a in node.names} if whole else {node.module}
    return found


def of_the_house(path: Path) -> set[str]:
    """What a file imports of the house, without the first `utils.`."""
    return {name.removeprefix("utils.") for name in imports(path) if name.startswith("utils")}


def named(path: Path) -> str:
    return str(path.relative_to(UTILS))


each_file = pytest.mark.parametrize("path", FILES, ids=named)
each_lesson_file = pytest.mark.parametrize(
    "path", [path for path in FILES if path.parent.name in LESSONS], ids=named
)


def test_every_module_has_its_floor():
    shared = {path.stem for path in UTILS.glob("*.py")} - {"__init__"}
    assert shared == set(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_shared_module_imports_only_what_lies_below_it(name):
    assert of_the_house(UTILS / f"{name}.py") <= set(ORDER[: ORDER.index(name)])


@each_lesson_file
def test_a_lesson_imports_no_other_and_its_parts_one_way(path):
    lesson, part = path.parent.name, path.stem
    ours = {name for name in of_the_house(path) if name.startswith("lessons")}
    assert all(name.split(".")[1] == lesson for name in ours), ours
    parts = {name.split(".")[2] for name in ours if name.count(".") == 2}
    below = {
        "experiments": {"race"},
        "race": set(),
        "plots": set(),
        "explorers": {"experiments", "race", "plots"},
        "questions": set(),
        "checks": {"experiments"},
        "__init__": {*PARTS, "race"},
    }
    assert parts <= below[part]


@each_file
def test_only_those_who_draw_know_matplotlib(path):
    known = {name for name in imports(path) if name.startswith("matplotlib")}
    assert not known or path.stem in MATPLOTLIB
    if path.stem in TYPES_ONLY:
        assert known <= TYPES


@each_file
def test_only_the_machine_knows_widgets(path):
    known = {name for name in imports(path) if name.split(".")[0] in ("ipywidgets", "anywidget")}
    assert not known or path.stem in WIDGETS


def lengths(path: Path, kind: type) -> dict[str, int]:
    """The lines of code of each function or class: no docstrings, comments, blank lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = {}
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, kind):
            words = set()
            for inner in ast.walk(node):
                body = getattr(inner, "body", None)
                first = body[0] if isinstance(body, list) and body else None
                if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                    words |= set(range(first.lineno, first.end_lineno + 1))
            kept = [n for n in range(node.lineno, node.end_lineno + 1) if n not in words]
            code = [lines[n - 1].strip() for n in kept]
            found[node.name] = sum(bool(line) and not line.startswith("#") for line in code)
    return found


@pytest.mark.parametrize(
    "path",
    [*FILES, *sorted((ROOT / "pages").glob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_function_and_a_class_fit_a_screen(path):
    functions = lengths(path, ast.FunctionDef)
    classes = lengths(path, ast.ClassDef)
    assert {name: n for name, n in functions.items() if n > 20} == {}
    assert {name: n for name, n in classes.items() if n > 120} == {}


def test_the_network_is_read_in_one_sitting():
    assert len((UTILS / "network.py").read_text(encoding="utf-8").splitlines()) <= 175


def test_a_sample_is_never_empty_and_with_long_it_is_all(sample, pytestconfig):
    many = list("abcdefg")
    whole = pytestconfig.getoption("long")
    assert sample(many) == (many if whole else ["a", "g"])
    assert sample(many, 3) == (many if whole else ["a", "d", "g"])
    assert sample(many, 1) == (many if whole else ["a"])
    assert sample(["a"]) == ["a"] and sample(["a", "b"]) == ["a", "b"]


def test_of_some_all_are_kept_and_those_of_a_quick_run_bear_no_mark():
    found = some(list("abcdefg"), 3)
    assert [n for n in found if isinstance(n, str)] == ["a", "d", "g"]
    later = [n for n in found if not isinstance(n, str)]
    assert [n.values for n in later] == [("b",), ("c",), ("e",), ("f",)]
    assert {mark.name for n in later for mark in n.marks} == {"long"}
