"""What the reader writes or hands in, at its worst: a sentence each, nothing lost or frozen."""

import itertools
import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from utils import own
from utils.own import Given, Own

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
    (lambda: 0, "stops: TypeError"),
    (lambda x: x if x > 0 else 0, "stops: ValueError: The truth value"),
    (lambda x: undefined, "stops: NameError"),  # noqa: F821
    (lambda x: (lambda f: f(f))(lambda f: f(f)), "stops: RecursionError"),
    (stops(SystemExit(1)), "stops: SystemExit"),
    (stops(KeyboardInterrupt()), "stops: KeyboardInterrupt"),
    (stops(StopIteration()), "stops: StopIteration"),
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
    ended = threading.Event()

    def forever(x):
        try:
            waits(x)
        finally:
            ended.set()

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "join", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Own(forever)(X)
    assert ended.wait(10)


@given(arrays(float, st.integers(0, 4)))
def test_whatever_values_come_are_taken_as_they_are(answer):
    values, said = Own(lambda x: answer)(X)
    if answer.shape == X.shape:
        np.testing.assert_array_equal(values, answer)
        assert bool(said) == (not np.isfinite(answer).all())
    else:
        assert np.isnan(values).all() and "expected an array of shape (3,)" in said
