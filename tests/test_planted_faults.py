"""Faults on purpose: each is planted in a copy of the project, and the test beside it must fail.

`FAULTS` is the table: what went wrong, in which file, what was there, what stands there now, which
test sees it, and the words with which that test names the fault.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv", ".*cache", ".hypothesis", ".ipynb_checkpoints", "__pycache__", "*.egg-info"
)

LESSON = "notebooks/03_prelu.ipynb"  # the smallest; given to pytest, nbval runs and compares it
VIEW = "utils/lessons/prelu/explorers.py"


class Fault(NamedTuple):
    """One line of the table."""

    name: str
    file: str
    before: str
    after: str | None  # None: the file is gone
    caught_by: str
    words: str


# fmt: off
FAULTS = [
    Fault("a changed print",
          LESSON, 'print(\\"PReLU with alpha = 1 changes nothing', 'print(\\"PReLU is linear',
          LESSON, "PReLU is linear: True"),
    Fault("a stale stored output",
          LESSON, "array([-0.5 , -0.25, ", "array([-0.7 , -0.25, ",
          LESSON, "array([-0.7 , -0.25, "),
    Fault("a warning",
          LESSON, 'print(\\"input tested', 'np.log(np.zeros(1)); print(\\"input tested',
          LESSON, "Unexpected output fields from running code: {'stderr'}"),
    Fault("a cell that was stored without being run",
          LESSON, '"execution_count": 1,', '"execution_count": null,',
          "tests/test_notebooks.py::test_it_was_run_top_to_bottom_and_stored_whole[03_prelu]",
          "assert [None, 2, 3, "),
    Fault("a cell that runs a shell command",
          LESSON, '"channels, height, width = ', '"!ls\\n", "channels, height, width = ',
          "tests/test_security.py::test_no_cell_runs_a_shell_or_fetches_anything[03_prelu]",
          "get_ipython().system('ls')"),
    Fault("wrong data in a figure that a cell draws",
          LESSON, "draw_prelu_family(ax, x, ", "draw_prelu_family(ax, x / 2, ",
          "tests/test_figures.py::test_family_of_three_slopes", "Not equal to tolerance"),
    Fault("wrong data in the picture of a view",
          VIEW, "set_data(ends, prelu(ends, alpha))", "set_data(ends, prelu(ends, 0.9 * alpha))",
          "tests/test_views.py::test_prelu_explorer_shows_the_three_functions[-3.0-0.25]",
          "Arrays are not equal"),
    Fault("a callback that fails at one end of one slider",
          VIEW, "self.marker.set_xdata([alpha])", "self.marker.set_xdata([alpha / (2 - alpha)])",
          "tests/test_views.py::test_each_control_to_each_of_its_settings[PReLUExplorer]",
          "ZeroDivisionError"),
    Fault("an absent solution",
          "notebooks/solutions/prelu_grad.py", "def my_prelu_grad", None,
          "tests/test_notebooks.py::test_every_link_to_a_file_and_every_solution_exists[03_prelu]",
          "AssertionError: solutions/prelu_grad.py"),
    Fault("a wrong solution",
          "notebooks/solutions/prelu_grad_alpha.py", "x > 0, 0, x", "x > 0, x, 0",
          "tests/test_judge.py::test_the_solution_is_right_and_noted[prelu_grad_alpha]",
          "Not yet: for x = -2 expected -2, got 0"),
    Fault("environment.yml and requirements.txt ask for different things",
          "environment.yml", "numpy>=2.0,<3", "numpy>=1.26,<3",
          "tests/test_setup.py::test_environment_yml_says_the_same_as_requirements_txt",
          "numpy>=1.26,<3"),
]
# fmt: on


def copy(folder: Path) -> Path:
    """A copy of the project in `folder`, without what tools leave behind in it."""
    root = folder / "lessons"
    shutil.copytree(ROOT, root, ignore=LEFT_BEHIND)
    return root


def plant(fault: Fault, root: Path) -> None:
    """Change the copy at `root` as the fault says; AssertionError if its place is not there."""
    file = root / fault.file
    text = file.read_text(encoding="utf-8")
    assert fault.before in text, f"{fault.file} has no {fault.before}"
    if fault.after is None:
        file.unlink()
    else:
        changed = text.replace(fault.before, fault.after)
        file.write_text(changed, encoding="utf-8", newline="\n")


def run(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the table's tests in the copy at `root`, with the copy's own `utils`, kernels too."""
    tests = sorted({fault.caught_by for fault in FAULTS})
    options = ["-p", "no:cacheprovider", "--numprocesses=0"]
    ours = {key: os.environ[key] for key in os.environ if not key.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=root,
        env=ours | {"PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the tests say with all faults planted, each in a place of its own."""
    root = copy(tmp_path_factory.mktemp("broken"))
    for fault in FAULTS:
        plant(fault, root)
    return run(root).stdout


def test_without_a_fault_they_pass(tmp_path: Path) -> None:
    done = run(copy(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught(fault: Fault, said: str) -> None:
    assert f"FAILED {fault.caught_by}" in said
    assert fault.words in said
