"""What the reader writes or hands in, at its worst: a sentence each, nothing lost or frozen."""

import gc
import itertools
import re
import sys
import threading
import time
from functools import partial
from queue import SimpleQueue
from types import SimpleNamespace

import numpy as np
import pytest
from house import ROOT, VIEWS, xy
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from IPython.core.interactiveshell import InteractiveShell

from utils import activations, cells, own
from utils.activations import relu
from utils.compare import Compare
from utils.data import prelu_data
from utils.judge import CURVES
from utils.lessons.dying_relu import FiringExplorer, LayerExplorer, PlateauExplorer
from utils.lessons.learning_alpha import AlphaExplorer, regime
from utils.lessons.learning_alpha import explorers as alpha
from utils.own import Given, Own
from utils.settings import Number, moved
from utils.settings import given as given_values

X = np.array([-1.0, 0.0, 2.0])


def waits(x):
    while True:
        time.sleep(0.001)


def changes(x):
    x *= 2
    return x


def counter():
    count = itertools.count()
    return lambda x: x + next(count)


def coroutine():
    async def later(x):
        return x

    return later


def stops(error):
    def stop(x):
        raise error

    return stop


class Untouchable:
    """Raises whatever is done with it."""

    def __getattribute__(self, name):
        raise RuntimeError(name)


class Deaf:
    def __call__(self, x):
        return x

    def __eq__(self, other):
        raise RuntimeError("no comparing")


# What is handed in as a function, and how the sentence on it goes on after the name.
REFUSED = [
    (..., "Not attempted yet"),
    (lambda x: ..., "Not attempted yet"),
    (lambda x: None, "the answer is None"),
    (3, "without brackets"),
    (None, "without brackets"),
    (X, "without brackets"),
    (lambda x: "text", "is not numbers"),
    (lambda x: x + 1j, "is not numbers: TypeError: it is complex128"),
    (lambda x: [[1, 2], [3]], "is not numbers"),
    (lambda x: (each for each in x), "is not numbers"),
    (lambda x: range(10**12), "there are too many"),
    (lambda x: Untouchable(), "is not numbers"),
    (coroutine(), "is not numbers"),
    (lambda x: 0.0, "expected an array of shape (3,), got one number"),
    (lambda x: x[:2], "got an array of shape (2,)"),
    (lambda x: x[:, np.newaxis], "got an array of shape (3, 1)"),
    (lambda x: np.array([]), "got an array of shape (0,)"),
    (lambda: 0, "stops with TypeError"),
    (lambda x: x if x > 0 else 0, "stops with ValueError: The truth value"),
    (lambda x: undefined, "stops with NameError"),  # noqa: F821
    (lambda x: (lambda f: f(f))(lambda f: f(f)), "stops with RecursionError"),
    (stops(SystemExit(1)), "stops with SystemExit"),
    (stops(KeyboardInterrupt()), "stops with KeyboardInterrupt"),
    (stops(StopIteration()), "stops with StopIteration"),
    (counter(), "gives another answer when it is called again"),
    (lambda x: x + np.random.default_rng().random(3), "gives another answer"),
]


@pytest.mark.parametrize(("function", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_a_function_does_wrong_is_said(function, words):
    values, said = Own(function)(X)
    assert words in said and said.endswith((".", "?")) and np.isnan(values).all()
    assert values.shape == X.shape


def test_what_cannot_even_be_looked_at_is_no_function():
    assert "Your function must be handed in itself" in Own(Untouchable())(X).words


@pytest.mark.parametrize(
    ("function", "right"),
    [
        (lambda x: x > 0, [0, 0, 1]),
        (lambda x: [max(each, 0) for each in x], [0, 0, 2]),
        (lambda x: np.maximum(x, 0).astype(np.float32), [0, 0, 2]),
        (lambda x: (x * 1e300) * 1e300 * 0 + 1e300, [np.nan, 1e300, np.nan]),
        (changes, [-2, 0, 4]),
        (np.abs, [1, 0, 2]),
        (Deaf(), [-1, 0, 2]),
    ],
)
def test_what_it_gives_comes_as_floats_and_its_inputs_stay(function, right):
    before = X.copy()
    values, said = Own(function)(X)
    np.testing.assert_array_equal(values, right)
    assert values.dtype == float and np.array_equal(X, before)
    assert ("no finite number at 2 of 3 places" in said) == (not np.isfinite(right).all())


def test_a_division_by_zero_is_a_gap_and_no_warning():
    values, said = Own(lambda x: 1 / x)(X)
    assert values.tolist() == [-1, np.inf, 0.5] and "at 1 of 3 places" in said


def test_a_function_of_several_gives_the_shape_that_is_asked_for():
    total = Own(lambda x, alpha: np.sum(x) * alpha, "f")
    assert total(X, 0.5, shape=()) == Given(np.array(0.5), "")
    assert total(X, 0.5).words == "f: expected an array of shape (3,), got one number."
    assert total(X, np.nan, shape=()).words == "f gives no finite number at this place."


def test_what_never_ends_is_ended_once_and_asked_no_more(monkeypatch):
    monkeypatch.setattr(own, "LIMIT", 0.05)
    before, asked = set(threading.enumerate()), []
    function = Own(lambda x: asked.append(x) or waits(x))
    said = {function(X).words for _ in range(3)}
    assert len(asked) == 1 and len(said) == 1
    assert "takes longer than a second, and was stopped. It is called no more" in said.pop()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive()


def test_a_reader_who_interrupts_is_let_go_and_the_call_is_ended(monkeypatch):
    begun, ended = threading.Event(), threading.Event()

    def forever(x):
        begun.set()
        try:
            waits(x)
        finally:
            ended.set()

    class Interrupted(SimpleQueue):
        def get(self, timeout=None):
            if timeout:
                begun.wait(10)
                raise KeyboardInterrupt
            return super().get()

    monkeypatch.setattr("utils.own.SimpleQueue", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        Own(forever)(X)
    assert ended.wait(10)


def test_calls_share_a_thread_that_collects_no_garbage_until_one_is_ended():
    told = []

    def tell(x):
        told.append((threading.get_ident(), gc.isenabled()))
        return x

    Own(tell)(X)
    Own(waits)(X)  # its thread is left to it
    Own(tell)(X)
    (first, again, after, last), collects = zip(*told, strict=True)
    assert first == again != after == last != threading.get_ident()
    assert not any(collects) and gc.isenabled()


@given(arrays(float, st.integers(0, 4)))
def test_whatever_values_come_are_taken_as_they_are(answer):
    values, said = Own(lambda x: answer)(X)
    if answer.shape == X.shape:
        np.testing.assert_array_equal(values, answer)
        assert bool(said) == (not np.isfinite(answer).all())
    else:
        assert np.isnan(values).all() and "expected an array of shape (3,)" in said


# Compare: what was written, over what is right


def write(name, function):
    """Among the names of this module, as a reader's cell puts it among theirs."""
    globals()[f"my_{name}"] = function


@pytest.fixture
def written():
    yield write
    for name in CURVES:
        globals().pop(f"my_{name}", None)


def solved(name):
    """What the solution of an exercise calls my_..."""
    file = ROOT / "utils" / "lessons" / lesson_of_exercise(name) / "solutions" / f"{name}.py"
    names = {"np": np} | vars(activations)
    exec(file.read_text(encoding="utf-8"), names)
    return names[f"my_{name}"]


def lesson_of_exercise(name):
    return CURVES[name].answers.__module__.split(".")[2]


def compared(name, **settings):
    return eval(f"Compare(my_{name}, **settings)", globals(), {"settings": settings})


@pytest.mark.parametrize("name", sorted(CURVES))
def test_what_is_right_is_what_the_check_knows_and_a_solution_agrees(name, written, monkeypatch):
    asked = []
    checks = sys.modules[CURVES[name].answers.__module__]
    monkeypatch.setattr(checks, "judge_function", lambda *given: asked.append(given))
    getattr(checks, f"check_{name}")(...)
    assert [each[:3] for each in asked] == [(name, ..., CURVES[name].answers)]
    written(name, solved(name))
    view = compared(name)
    assert "They agree at all" in view.text and "yours" not in view.text
    assert list(view.settings)[0] == view._axis and not len(xy(view, "parts")[0])
    np.testing.assert_allclose(xy(view, "yours")[1], xy(view, "right")[1], atol=1e-12)


def at_least(x, alpha):
    return np.where(x >= 0, 1, alpha)


def test_one_wrong_place_is_marked_and_read_off(written):
    written("prelu_grad", at_least)
    view = compared("prelu_grad")
    assert view.text == (
        "At x = -1: both 0.25. They part at 1 of 247 places, first at x = 0: right 0.25, yours 1."
    )
    np.testing.assert_array_equal(xy(view, "parts"), [[0], [1]])
    view.set(x=0.0)
    assert view.text.startswith("At x = 0: right 0.25, yours 1.")
    for name, height in {"right": 0.25, "yours": 1}.items():
        np.testing.assert_array_equal(xy(view, f"{name}_point"), [[0], [height]])
        assert view.pointed(view.now, f"{name}_point", 0.4, 9) == {"x": 0.4}
    view.set(alpha=1.0)
    assert "They agree at all" in view.text
    again = eval(view.code, globals())
    assert view.code == "Compare(function=my_prelu_grad, x=0.0, alpha=1.0)"
    assert again.now == view.now and again.text == view.text


def test_where_yours_gives_no_number_there_is_a_gap_that_is_said(written):
    written("relu", lambda x: np.where(x == 1, np.nan, np.maximum(x, 0)))
    view = compared("relu", x=1.0)
    assert view.text == (
        "At x = 1: right 1, yours no number. They part at 1 of 247 places, first at x = 1: right "
        "1, yours no number. my_relu gives no finite number at 1 of 247 places."
    )
    assert np.isnan(xy(view, "yours")[1]).sum() == 1 and xy(view, "parts")[0].tolist() == [1]
    assert view._hands.places()["yours_point"] == [None]


def test_before_there_are_numbers_nothing_is_given_away(written):
    written("relu", lambda x: ...)
    view = compared("relu")
    assert view.text == f"{own.UNANSWERED} What it gives will be drawn here, over what is right."
    assert all(np.isnan(xy(view, name)[1]).all() for name in ("right", "yours", "right_point"))
    assert view._hands.places() == {"right_point": [None], "yours_point": [None]}


HUGE = [lambda x, size=size: x * size for size in (1e300, -1e300, 1e-300)]


def test_whatever_a_cell_leaves_under_the_name_the_view_lives_on(written, monkeypatch):
    monkeypatch.setattr(own, "LIMIT", 0.2)
    written("relu", lambda x: x)
    view = compared("relu")
    for function in [*(function for function, _ in REFUSED), Untouchable(), waits, *HUGE]:
        written("relu", function)
        with pytest.MonkeyPatch.context() as patch:  # words alone: ten times as fast
            if not any(function is each for each in HUGE):
                patch.setattr(view.canvas, "draw", view._tell)
            view._follow_cell()
            view.set(x=-view.now.x)
        assert view.error is None and view.text.endswith((".", "?"))
    del globals()["my_relu"]
    view._follow_cell()
    assert view.text.startswith(own.UNANSWERED)
    written("relu", relu)
    view._follow_cell()
    assert "They agree at all" in view.text


def test_an_answer_of_one_number_may_be_an_array_of_one(written):
    right = solved("prelu_std")
    written("prelu_std", lambda inputs, alpha: np.array([right(inputs, alpha)]))
    assert "They agree at all" in compared("prelu_std").text
    written("prelu_std", lambda inputs, alpha: ...)
    assert compared("prelu_std").text.startswith(own.UNANSWERED)


def test_what_is_no_exercise_is_refused_in_words(written):
    with pytest.raises(ValueError, match=r"function must be what you wrote .* got of type int"):
        Compare(3)
    written("roof", relu)
    written("relu", relu)
    with pytest.raises(ValueError, match="got my_r[a-z]+ and my_r[a-z]+$"):
        compared("relu")

    def my_roof(x):
        return x

    assert Compare(my_roof).exercise == "roof"


def test_it_follows_the_cell_until_it_is_closed(monkeypatch):
    shell = InteractiveShell(user_ns={"Compare": Compare, "np": np})
    monkeypatch.setattr(cells, "get_ipython", lambda: shell)
    heard = len(shell.events.callbacks["post_run_cell"])
    shell.run_cell("def my_relu(x):\n    return x")
    shell.run_cell("view = Compare(my_relu)")
    view = shell.user_ns["view"]
    assert "They part at" in view.text
    shell.run_cell("def my_relu(x):\n    return np.maximum(x, 0)")
    assert "They agree at all" in view.text and view.now.x == -1
    drawn = view.canvas._draws
    shell.run_cell("1 + 1")
    assert view.canvas._draws == drawn
    view.close()
    view.close()
    assert len(shell.events.callbacks["post_run_cell"]) == heard


# Points of their own

NUMBERS = st.one_of(st.floats(), st.floats(-5, 5), st.sampled_from([0.0, 1e300, -1, 20, 1e-9]))
ROWS = st.lists(NUMBERS, max_size=5)
ROWS_AND_MORE = st.one_of(
    ROWS, st.sampled_from([None, "text", 3.0, [[1, 2]], ["1", "2"], [1j], np.ones((2, 2)), {}])
)
TAKERS = [view for view in VIEWS if view.takes]


def taken(make, **data):
    """A view that has taken in the data, without its picture; None if it has refused in words."""
    view = make.__new__(make)
    try:
        view.take_in(**data)
    except ValueError as error:
        assert any(name in str(error) for name in make.takes) and "got " in str(error)
        return None
    return view


def stands(view):
    """Its settings start within their ends, and each scene goes where they end, too."""
    starts = given_values(view.settings)
    for setting in view.settings.values():
        if isinstance(setting, Number):
            assert setting.low <= setting.start <= setting.high and setting.step > 0
    for values in view.scenes.values():
        moved(view.settings, starts, values)


@pytest.mark.parametrize("make", TAKERS)
@given(st.data())
def test_whatever_rows_come_fit_or_are_refused_in_words(make, data):
    rows = {name: data.draw(ROWS_AND_MORE) for name in make.takes}
    view = taken(make, **rows)
    if view:
        stands(view)


def equal_rows(*names):
    """As many numbers of moderate size for each name."""
    number = st.floats(-10, 10).map(lambda value: round(value, 3))
    return st.integers(1, 8).flatmap(
        lambda n: st.fixed_dictionaries(
            {name: st.lists(number, min_size=n, max_size=n) for name in names}
        )
    )


@given(equal_rows("x", "y"))
def test_the_scenes_of_an_own_descent_keep_their_word(rows):
    if view := taken(AlphaExplorer, **rows):
        stands(view)
        start = given_values(view.settings)
        for name, values in view.scenes.items():
            now = SimpleNamespace(**moved(view.settings, start, values))
            descent = alpha._descent_on(np.array(rows["x"]), np.array(rows["y"]), now)
            assert regime(descent) == name


@given(equal_rows("x", "y"))
@example({"x": [0.0, 0.993], "y": [0.0, -0.885]})  # 1.878 and a last digit
def test_the_scenes_of_a_unit_on_own_points_keep_their_word(rows):
    labels = [0, *[1] * (len(rows["x"]) - 1)]
    if view := taken(FiringExplorer, **rows, labels=labels):
        stands(view)
        sums = np.subtract(rows["x"], rows["y"])
        fires = {name: np.sum(sums + each["bias"] > 0) for name, each in view.scenes.items()}
        assert fires["fires on all"] == len(sums) and fires["silenced"] == 0
        assert 0 < fires.get("hardly alive", 1) <= np.sum(sums == sums.max())


ODD = {
    "one point": ([-1.0], [2.0]),
    "equal": ([-1.0, -1.0, -1.0], [2.0, 2.0, 2.0]),
    "all zero": ([-2, 0, 2], [0, 0, 0]),
    "far out": ([-20.0, 3.0, 20.0], [20.0, -20.0, 0.0]),
    "small": ([-0.5, 0.01, 0.5], [0.5, 0.02, -0.5]),
    "many": (np.linspace(-3, 3, 1000), np.sin(np.linspace(-9, 9, 1000))),
}


def labelled(make, name):
    """These odd points as this view takes them."""
    x, y = ODD[name]
    return {"x": x, "y": y} | ({"labels": np.arange(len(x)) % 2} if "labels" in make.takes else {})


@pytest.mark.parametrize("make", TAKERS)
def test_a_view_of_odd_points_stands_and_plays(make, sample):
    for name in sample([name for name in ODD if taken(make, **labelled(make, name))]):
        view = make(**labelled(make, name))
        for scene in view.scenes:
            view.show(scene)
        if view.player:
            view.reset()
            view.player.play()
            assert view.player.error is None, name
        assert view.error is None and "nan" not in view.text and view.canvas.picture(), name


def test_only_few_odd_points_are_refused():
    pairs = [(make, name) for make in TAKERS for name in ODD]
    refused = [(m.__name__, name) for m, name in pairs if not taken(m, **labelled(m, name))]
    one_kind = [(view, "one point") for view in ("FiringExplorer", "LayerExplorer")]
    no_line = [("HingeExplorer", "one point"), ("HingeExplorer", "equal")]
    assert sorted(refused) == sorted([*one_kind, *no_line])


class Column:
    """Stands for a column of a table: what numpy makes an array of."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


def test_columns_of_a_file_are_taken_and_nothing_of_the_readers_is_changed(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("x,y\n-2,0.1\n-1,-0.4\n1,1.2\n")
    table = np.genfromtxt(file, delimiter=",", names=True)
    before = table.copy()
    view = AlphaExplorer(x=table["x"], y=Column([0.1, -0.4, 1.2]))
    np.testing.assert_array_equal(xy(view, "points"), [[-2, -1, 1], [0.1, -0.4, 1.2]])
    view.set(dragged={0: 5.0})
    view.player.play()
    assert np.array_equal(table, before) and "goal" in view.text
    assert (
        view.code == "AlphaExplorer(x=[-2.0, -1.0, 1.0], y=[0.1, -0.4, 1.2], dragged=((0, 5.0),))"
    )
    assert eval(view.code).now == view.now
    assert "true" not in view.artists and "true_alpha" not in view.controls


def test_the_limits_follow_the_points_and_labels_may_be_words():
    x, y, labels = [10.0, 15, 12], [-3.0, -4, -8], ["cat", "dog", "cat"]
    for make in (LayerExplorer, FiringExplorer):
        view = make(x=x, y=y, labels=labels)
        ax = next(iter(view.axes.values()))
        (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
        assert low < 10 and 15 < high < 25 and bottom < -8 and -3 < top < 10
    assert view.points.labels.tolist() == [0, 1, 0]
    again = eval(view.code)
    assert again.text == view.text


def test_the_plateau_of_own_points_has_the_edge_and_the_loss_of_those():
    view = PlateauExplorer(x=[-1.0, 3.0, 4.0], y=[6.0, 0.0, 1.0])
    weights, edge = xy(view, "edge")
    for weight, bias in zip(weights, edge, strict=True):
        before = weight * np.array([-1.0, 3.0, 4.0]) + bias
        assert before.max() == pytest.approx(0, abs=1e-9)
    w, b = view.now.start_weight, view.now.start_bias
    loss = np.mean((np.maximum(w * np.array([-1.0, 3, 4]) + b, 0) - [6, 0, 1]) ** 2)
    assert view.state.walks["relu"].now.loss == pytest.approx(loss)
    assert not len(xy(view, "relu_best")[0]) and view.scenes == {}


def test_the_points_that_the_lessons_propose_are_taken():
    prose = "\n".join(path.read_text("utf-8") for path in sorted(ROOT.glob("notebooks/*.ipynb")))
    proposed = re.findall(r"`(\w+Explorer\(x=[^`]*\))`", prose)
    takers = {make.__name__: partial(taken, make) for make in TAKERS}
    x, y = prelu_data(0.25, noise=0.1)
    assert all(eval(line, takers | {"x": x, "y": y}) for line in proposed)
    assert {line.split("(")[0] for line in proposed} >= takers.keys() - {"FiringExplorer"}
