"""What the reader has written, taken in so that nothing it does or is stops what takes it.

A function is called through `Own`: what it answers becomes numbers, or a sentence says why it does
not. A check and a view make numbers of an answer in the same way.
"""

import ctypes
import gc
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

import numpy as np

LIMIT = 1.0  # seconds that one call may take, so that a page never waits for two
QUICK = LIMIT / 4  # a call that took longer is not made twice to see whether it is steady
MOST = 10**6  # numbers in a list: range(10**12) would take for ever
UNANSWERED = "Not attempted yet: put your answer in place of the three dots."


class Unfit(Exception):
    """Says in words why there is nothing to go on with."""


def line(error: BaseException) -> str:
    """An error as Python says it, in one line and without the stop at its end."""
    return traceback.format_exception_only(error)[-1].strip()[:300].rstrip(".")


@contextmanager
def in_words(sentence: Callable[[str], str]) -> Iterator[None]:
    """Whatever stops what is done here becomes words; a reader who interrupts is let go."""
    try:
        yield
    except (KeyboardInterrupt, Unfit):
        raise
    except BaseException as error:
        raise Unfit(sentence(line(error))) from None


def copied(value: Any) -> Any:
    """A copy, for a function to change; a division by a float of numpy's, 0 too, does not stop."""
    return np.array(value, dtype=float)[()]


def numbers(answer: Any, lead: str) -> np.ndarray:
    """The answer as an array of floats; Unfit, in words that begin with `lead`, if it is none."""
    if answer is Ellipsis:
        raise Unfit(UNANSWERED)
    if answer is None:
        raise Unfit(f"{lead}the answer is None. Is a `return` missing?")
    kind = type(answer).__name__
    with in_words(lambda what: f"{lead}the answer, of type {kind}, is not numbers: {what}."):
        if isinstance(answer, Sequence) and len(answer) > MOST:
            raise ValueError("there are too many")
        found = np.asarray(_plain(answer))
        if found.dtype.kind not in "biufO":
            raise TypeError(f"it is {found.dtype.name}")
        return found.astype(float)


def _plain(answer: Any) -> Any:
    """The answer without what PyTorch adds: a gradient to be kept, a place on another device."""
    if isinstance(answer, list | tuple):
        return [_plain(each) for each in answer]
    for strip in ("detach", "cpu", "numpy"):
        answer = getattr(answer, strip)() if hasattr(answer, strip) else answer
    return answer


def in_shape(values: np.ndarray) -> str:
    """What an array is, in words."""
    return f"an array of shape {values.shape}" if values.ndim else "one number"


class Given(NamedTuple):
    """What a function of the reader's gives: floats, NaN where it gives none, and words on that."""

    values: np.ndarray
    words: str  # empty if there is nothing to say


class Own:
    """A function of the reader's: called like it, it never raises, and ends within `LIMIT`.

    Its inputs are copies, and it is called twice at first, since one that keeps something between
    its calls would give a picture that nobody can read. A call that takes too long is ended, and
    the last: whoever has a new function, as from a cell run again, makes a new `Own`. Only what
    Python itself cannot interrupt, one long call into C that keeps its lock, is waited for.

    Args:
        function: whatever the reader has handed in, `...` too.
        name: what the sentences call it; its own name, if it has one.
    """

    def __init__(self, function: Any, name: str = "") -> None:
        # Of a function alone: whatever else it may be might stop when it is asked.
        known = type(function) is type(copied) and function.__name__.isidentifier()
        self.function = function
        self.name = name or (function.__name__ if known else "Your function")
        self._given_up = ""  # why it is not called any more
        self._tried = False

    def __call__(self, *inputs: Any, shape: tuple[int, ...] | None = None) -> Given:
        """What it gives for these inputs: an array of `shape`, or else of that of the first."""
        shape = np.shape(inputs[0]) if shape is None else shape
        try:
            values = self._ask(inputs, shape)
        except Unfit as words:
            return Given(np.full(shape, np.nan), str(words))
        return Given(values, self._gaps(values))

    def _ask(self, inputs: tuple[Any, ...], shape: tuple[int, ...]) -> np.ndarray:
        if self.function is Ellipsis:
            raise Unfit(UNANSWERED)
        if not callable(self.function):
            kind = type(self.function).__name__
            raise Unfit(f"{self.name} must be handed in itself, without brackets; this is {kind}.")
        began = time.monotonic()
        values = self._once(inputs)
        if values.shape != shape:
            wanted = in_shape(np.empty(shape))
            raise Unfit(f"{self.name}: expected {wanted}, got {in_shape(values)}.")
        if not self._tried and time.monotonic() - began < QUICK:
            self._tried = True
            if not np.array_equal(values, self._once(inputs), equal_nan=True):
                self._give_up("gives another answer when it is called again with the same")
        return values

    def _once(self, inputs: tuple[Any, ...]) -> np.ndarray:
        """One call, on a thread that can be ended, and what it gives as numbers."""
        if self._given_up:
            raise Unfit(self._given_up)

        def ask() -> np.ndarray | str:
            try:
                with np.errstate(all="ignore"):
                    return numbers(self.function(*map(copied, inputs)), f"{self.name}: ")
            except Unfit as words:
                return str(words)
            except BaseException as error:
                return f"{self.name} stops with {line(error)}."

        done = _bounded(ask)
        if not done:
            self._give_up("takes longer than a second, and was stopped")
        (found,) = done
        if isinstance(found, str):
            raise Unfit(found)
        return found

    def _give_up(self, why: str) -> None:
        again = "It is called no more until its cell has been run again."
        self._given_up = f"{self.name} {why}. {again}"
        raise Unfit(self._given_up)

    def _gaps(self, values: np.ndarray) -> str:
        count = int(np.sum(~np.isfinite(values)))
        places = f"{count} of {values.size} places" if values.size > 1 else "this place"
        return f"{self.name} gives no finite number at {places}." if count else ""


class _Worker(threading.Thread):
    """A thread that does one thing after the other; once `left`, no more after what it does."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.jobs: SimpleQueue = SimpleQueue()
        self.left = False
        self.start()

    def run(self) -> None:
        with suppress(SystemExit):  # it may come when the action is just over
            while not self.left:
                action, done = self.jobs.get()
                done.put(action())

    def leave(self) -> None:
        """Stop it at its next step in Python."""
        self.left = True
        stop = ctypes.py_object(SystemExit)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident), stop)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """No garbage meanwhile: it would count as the call's time, and be stopped in its place."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


_idle: list[_Worker] = []  # a thread anew for each call takes a training run twice as long


def _bounded(action: Callable[[], Any]) -> list[Any]:
    """What `action` returns, in a list; an empty one if it had to be ended after `LIMIT`."""
    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
    done: SimpleQueue = SimpleQueue()
    with warnings.catch_warnings(), _nothing_collected():
        warnings.simplefilter("ignore")
        worker.jobs.put((action, done))
        try:
            found = [done.get(timeout=LIMIT)]
        except Empty:
            worker.leave()
            return []
        except BaseException:  # the reader has interrupted
            worker.leave()
            raise
    _idle.append(worker)
    return found
