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

LESSON = "notebooks/04_prelu.ipynb"  # the smallest; given to pytest, nbval runs and compares it
SOUND = "tests/test_activations.py"  # no fault concerns it
VIEW = "utils/lessons/prelu/explorers.py"


pytestmark = pytest.mark.long  # all the tests of the table once more, in a copy


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
          "tests/test_notebooks.py::test_it_was_run_top_to_bottom_and_stored_whole[04_prelu]",
          "assert [None, 2, 3, "),
    Fault("a cell that runs a shell command",
          LESSON, '"channels, height, width = ', '"!ls\\n", "channels, height, width = ',
          "tests/test_security.py::test_no_cell_runs_a_shell_or_fetches_anything[04_prelu]",
          "get_ipython().system('ls')"),
    Fault("wrong data in a figure that a cell draws",
          LESSON, "draw_prelu_family(ax, x, ", "draw_prelu_family(ax, x / 2, ",
          "tests/test_figures.py::test_family_of_three_slopes", "Not equal to tolerance"),
    Fault("wrong data in the picture of a view",
          VIEW, "set_data(ends, prelu(ends, now.alpha))", "set_data(ends, prelu(ends, now.x))",
          "tests/lessons/test_prelu.py::test_prelu_explorer_shows_the_three_functions[0.25]",
          "Arrays are not equal"),
    Fault("a callback that fails at one end of one slider",
          VIEW, '["marker"].set_xdata([now.alpha])', '["marker"].set_xdata([1 / (2 - now.alpha)])',
          "tests/test_views.py::test_each_control_to_each_of_its_settings[PReLUExplorer]",
          "ZeroDivisionError"),
    Fault("a slope on the wrong side of the hinge",
          "utils/lessons/relu/explorers.py", "(0, w) if w >= 0 else (w, 0)", "(0, w)",
          "tests/lessons/test_relu.py::test_unit_explorer_shows_the_unit[-1.5--3]",
          "Not equal to tolerance"),
    Fault("the inputs that fire drawn as those that do not",
          "utils/lessons/dying_relu/explorers.py",
          "set_data(*self.points.x[~fires].T)", "set_data(*self.points.x[fires].T)",
          "tests/lessons/test_dying_relu.py::"
          "test_firing_explorer_shows_inputs_histogram_and_gradients",
          "Arrays are not equal"),
    Fault("a state that changes after it was handed on",
          "utils/lessons/dying_relu/explorers.py",
          "[param.copy() for param in network.params]", "list(network.params)",
          "tests/lessons/test_dying_relu.py::"
          "test_a_state_of_a_network_stays_what_it_was_while_the_training_goes_on",
          "AssertionError"),
    Fault("flat networks drawn in the colour of the others",
          "utils/lessons/born_dead/explorers.py", "curves[~flat]", "curves[flat]",
          "tests/lessons/test_born_dead.py::"
          "test_race_explorer_draws_every_output_once_flat_ones_in_black",
          "AssertionError"),
    Fault("the true slope drawn where the loss is lowest",
          "utils/lessons/learning_alpha/explorers.py",
          "[now.true_alpha] * 2)", "[descent.optimum] * 2)",
          "tests/lessons/test_learning_alpha.py::"
          "test_the_true_slope_is_drawn_as_itself_and_the_seed_shakes_the_data",
          "Arrays are not equal"),
    Fault("every unit's alpha above another layer",
          "utils/lessons/prelu_in_a_network/explorers.py", "np.repeat(layers,", "np.tile(layers,",
          "tests/lessons/test_prelu_in_a_network.py::"
          "test_every_unit_s_alpha_is_drawn_above_its_layer",
          "AssertionError"),
    Fault("a dragged value that is not made tidy",
          "utils/settings.py", "return round(value, 10) + 0.0", "return value",
          "tests/test_panel.py::test_what_a_browser_sends_is_taken_tidy_and_not_sent_back",
          "0.09999999999999999"),
    Fault("a cell run again that leaves its last view open",
          "utils/cells.py", "earlier.close()", "pass",
          "tests/test_cells.py::test_a_cell_run_again_leaves_what_one_run_leaves"
          "[JupyterLab-PReLUExplorer()]",
          "AssertionError"),
    Fault("one layer in two places",
          "utils/layer.py", "if any(layer is other for other", "if not all(layer for other",
          "tests/test_network.py::"
          "test_a_layer_in_two_places_is_refused_since_it_keeps_one_input_only",
          "DID NOT RAISE"),
    Fault("an absent solution",
          "utils/lessons/prelu/solutions/prelu_grad.py", "def my_prelu_grad", None,
          "tests/test_judge.py::test_the_solution_is_right_and_noted[prelu_grad]",
          "FileNotFoundError: "),
    Fault("a wrong solution",
          "utils/lessons/prelu/solutions/prelu_grad_alpha.py", "x > 0, 0, x", "x > 0, x, 0",
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
    tests = sorted({SOUND, *(fault.caught_by for fault in FAULTS)})
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


def test_in_the_copy_everything_else_passes(said: str) -> None:
    failed = {line.split(" - ")[0] for line in said.splitlines() if line.startswith("FAILED ")}
    caught = {f"FAILED {fault.caught_by}" for fault in FAULTS}
    others = {test for test in failed - caught if not test.startswith(f"FAILED {LESSON}")}
    assert (others, f"FAILED {SOUND}" in failed, " passed in " in said) == (set(), False, True)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_caught(fault: Fault, said: str) -> None:
    assert f"FAILED {fault.caught_by}" in said
    assert fault.words in said
