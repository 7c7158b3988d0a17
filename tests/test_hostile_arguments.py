"""Whatever a reader passes at a door: an answer, or an error that says what came and what may.

`DOORS` has a line for each function and class that readers call: how it is called, and good
arguments. Each argument in turn is replaced by everything in the pool for its kind. The call must
then return, or raise a ValueError or TypeError that names the argument; it never warns (pytest
turns warnings into errors) and never changes what it was given. The views have doors of their own,
their constructors and `set`.
"""

import copy
import inspect
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pytest
from house import VIEWS, at_start

from utils import activations, data, network, training
from utils.network import LeakyReLU, Linear, Network, PReLU, ReLU
from utils.own import Own
from utils.settings import Choice, Fixed, Number, Whole
from utils.training import SGD, Adam, cross_entropy


class Thing:
    """Nothing that a function of numbers knows."""


def frozen(array):
    array = array.copy()
    array.flags.writeable = False
    return array


NONSENSE = ["text", None, 1j, Thing(), {"a": 1}, [[1, 2], [3]], ["1"], b"1", np.array([None])]
NUMBERS = [*NONSENSE, np.nan, np.inf, -np.inf, 1e300, -1e300, 1e-320, 0, -1, True, [], [1, 2]]
COUNTS = [*NONSENSE, np.nan, np.inf, 1e300, 2.5, 0, -1, 10**12, 10**30, np.int8(-1), [], [1, 2]]
WORDS = [*NONSENSE, "", "RELU", 1, np.nan, np.array(["he"]), [], ("he",), np.array([1.0, 2.0])]
OBJECTS = [*NONSENSE, 0, np.nan, Network, ReLU, [], np.ones(2), Linear(2, 3, 0)]
ARRAYS = [
    *NONSENSE,
    0.5,
    np.nan,
    np.float32(2),
    [],
    [1, -2],
    np.empty((0, 3)),
    np.empty((3, 0)),
    np.array(["a", "b"]),
    *[np.ones(shape) for shape in ((1,), (7,), (2, 3), (4, 1), (2, 3, 4), (1, 1, 1, 1))],
]
SPECIAL = [np.nan, np.inf, -np.inf, 1e300, -1e300, 1e-320, 0.0]  # an array full of each


def x(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def net(*, inputs=2, outputs=2):
    rng = np.random.default_rng(0)
    return Network([Linear(inputs, 3, rng), PReLU(), Linear(3, outputs, rng), ReLU()])


def after_forward(network, shape):
    """`backward` of a network that has gone forward."""
    network.forward(x(*shape))
    return network.backward


class Door(NamedTuple):
    """A public function; good arguments, made anew for each call; what else errors may name."""

    call: Callable
    arguments: Callable[[], dict[str, Any]]
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        owner = getattr(self.call, "__self__", None)
        name = getattr(self.call, "__qualname__", repr(self.call))
        module = getattr(self.call, "__module__", "")
        return f"{module}.{name}".removeprefix("utils.") + ("" if owner is None else " (bound)")


def door(call, *names, **arguments):
    return Door(call, lambda: copy.deepcopy(arguments), names)


TRAINING = {"network": net(), "x": x(6, 2), "y": np.array([0, 1, 0, 1, 1, 0])}

DOORS = [
    # activations
    door(activations.relu, x=x(2, 3)),
    door(activations.relu_grad, x=x(2, 3), at_zero=0.5),
    door(activations.leaky_relu, x=x(2, 3), slope=0.1),
    door(activations.prelu, x=x(2, 3), alpha=x(3)),
    door(activations.prelu, x=x(2, 3, 4), alpha=0.1),
    door(activations.prelu_grad_x, x=x(2, 3), alpha=x(3)),
    door(activations.prelu_grad_alpha, x=x(2, 3)),
    # network
    door(network.initial_std, inputs=3, init="he", alpha=0.25),
    door(network.initial_std, inputs=3, init=0.5),
    door(Linear, "inputs", inputs=2, outputs=3, rng=0, init="he", alpha=0.2, bias=0.1),
    door(LeakyReLU, slope=0.1),
    door(PReLU, alpha=0.3, channels=3, dtype="float32"),
    door(Network, layers=[ReLU()]),
    door(net().forward, x=x(4, 2)),
    # training
    door(SGD, learning_rate=0.1, momentum=0.9, weight_decay=0.1, decay_alpha=0.1),
    door(Adam, learning_rate=0.1, epsilon=1e-8, weight_decay=0.1, decay_alpha=0.1),
    door(Adam, betas=np.array([0.9, 0.99])),
    door(training.inactive_units, network=net(), x=x(4, 2)),
    door(
        training.fit,
        *("logits", "labels"),
        **TRAINING,
        loss=cross_entropy,
        optimiser=SGD(0.1),
        batch=3,
        steps=2,
        seed=0,
        every=1,
    ),
    # data
    door(data.prelu_data, true_alpha=0.3, noise=0.1, points=5, seed=0),
    door(data.two_moons, points=5, noise=0.1, seed=0),
]


def pool(good: Any) -> list[Any]:
    """Everything that may come in the place of a `good` argument."""
    if isinstance(good, np.ndarray):
        full = [np.full_like(good, value) for value in SPECIAL] if good.dtype.kind == "f" else []
        return [*ARRAYS, *full, [*good.tolist()], good[::-1], good.astype(object)]
    if isinstance(good, bool | str):
        return WORDS
    if isinstance(good, int):
        return COUNTS
    if callable(good):
        return NONSENSE  # what a reader's own function does is theirs
    return NUMBERS if isinstance(good, float) else OBJECTS


def outcome(a_door: Door, name: str, value: Any) -> str:
    """Calls with `value` for `name`: "" for an answer, else what the error says."""
    arguments = a_door.arguments() | {name: value}
    before = copy.deepcopy([each for each in arguments.values() if isinstance(each, np.ndarray)])
    said = ""
    try:
        result = a_door.call(**arguments)
        if isinstance(result, Iterator):
            list(islice(result, 3))
    except (ValueError, TypeError) as error:
        said = str(error)
        assert said
    after = [each for each in arguments.values() if isinstance(each, np.ndarray)]
    for one, other in zip(before, after, strict=True):
        assert one.dtype == object or one.tobytes() == other.tobytes(), "changed in place"
    return said


def _may_be_left_out(call: Callable, name: str) -> bool:
    return inspect.signature(call).parameters[name].default is None


def explains(said: str, names: tuple[str, ...]) -> bool:
    """Whether an error names an argument, what is allowed, and what came."""
    named = any(f" {name} " in f" {said} ".replace(",", " ") for name in names)
    allowed = any(word in said for word in ("must", "allowed"))
    return named and allowed and ("got " in said or "of shape " in said)


@pytest.mark.parametrize("a_door", DOORS, ids=str)
def test_whatever_comes_is_answered_or_refused_in_words(a_door):
    faults = []
    for name, good in a_door.arguments().items():
        for value in pool(good):
            shown = f"{name} = {value!r:.50}"
            try:
                said = outcome(a_door, name, value)
            except Exception as error:
                faults.append(f"{shown}: {type(error).__name__}: {error}")
                continue
            if said and not explains(said, (name, *a_door.names)):
                faults.append(f"{shown}: said {said}")
            left_out = value is None and _may_be_left_out(a_door.call, name)
            if not said and any(value is each for each in NONSENSE) and not left_out:
                faults.append(f"{shown}: accepted")
    assert not faults, "\n".join(faults)


WITH_ARRAYS = [
    door for door in DOORS if any(isinstance(v, np.ndarray) for v in door.arguments().values())
]


@pytest.mark.parametrize("a_door", WITH_ARRAYS, ids=str)
def test_arrays_that_may_not_be_written_and_lists_give_the_same_answer(a_door):
    def answer(change):
        arguments = a_door.arguments()
        for name, value in arguments.items():
            if isinstance(value, np.ndarray):
                arguments[name] = change(value)
        result = a_door.call(**arguments)
        return list(islice(result, 3)) if isinstance(result, Iterator) else result

    plain = answer(np.copy)
    for change in (frozen, np.ndarray.tolist):
        assert storable(answer(change)) == storable(plain)


def storable(answer: Any) -> Any:
    """The numbers of an answer, and of what it holds."""
    if isinstance(answer, np.ndarray):
        return answer.shape, answer.tolist()
    if isinstance(answer, dict):
        return {name: storable(value) for name, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [storable(each) for each in answer]
    if hasattr(answer, "__dict__"):
        return {name: storable(value) for name, value in vars(answer).items()}
    return answer


def hostile(setting, values) -> list[Any]:
    """What a setting of a view does not have."""
    never = [*NONSENSE, np.nan, np.inf, -1e300, [], [1, 2], x(2, 3)]
    if isinstance(setting, Number):
        never += [setting.low - setting.step, setting.high + setting.step]
    if isinstance(setting, Whole):
        never += [setting.low - 1, setting.highest(values) + 1, setting.low + 0.5]
        never = [value for value in never if value is not None or setting.start is not None]
    return [*never, "none of these"] if isinstance(setting, Choice) else never


def not_refused(call: Callable, name: str, values: list[Any]) -> list[str]:
    """Which `values` a view takes for the setting `name`, or refuses without an explanation."""
    faults = []
    for value in values:
        try:
            call(**{name: value})
            faults.append(f"{name} = {value!r:.50}: accepted")
        except (ValueError, TypeError) as error:
            if not explains(str(error), (name,)):
                faults.append(f"{name} = {value!r:.50}: said {error}")
    return faults


@pytest.mark.parametrize("make", VIEWS)
def test_a_view_refuses_to_start_from_what_its_settings_do_not_have(make):
    values, faults = at_start(make).panel.values, []
    for name, setting in make.settings.items():
        if isinstance(values[name], Own):  # takes whatever it is given, and says so in words
            continue
        never = hostile(setting, values)
        if inspect.signature(make).parameters[name].default is None:
            never = [value for value in never if value is not None]
        faults += not_refused(make, name, never)
    assert not faults, "\n".join(faults)


def moved(setting: Any, value: Any) -> Any:
    """Another value that a setting has."""
    if isinstance(setting, Choice):
        option = setting.options[setting.start == value]
        return option[1] if isinstance(option, tuple) else option
    return setting.low if value != setting.low else setting.low + getattr(setting, "step", 1)


@pytest.mark.parametrize("make", VIEWS)
def test_set_refuses_it_too_and_moves_nothing_else(make):
    view, faults = at_start(make), []
    stood, words = view.now, view.text
    free = {name: each for name, each in make.settings.items() if not isinstance(each, Fixed)}
    for name, setting in free.items():
        others = {n: moved(each, getattr(stood, n)) for n, each in free.items() if n != name}
        for call in (view.set, partial(view.set, **others)):
            faults += not_refused(call, name, hostile(setting, view.panel.values))
    assert not faults, "\n".join(faults)
    assert (view.now, view.text) == (stood, words)


@pytest.mark.parametrize("make", VIEWS)
def test_set_moves_settings_alone_and_none_that_are_given_once(make):
    view = at_start(make)
    given_once = [name for name, setting in make.settings.items() if type(setting) is Fixed]
    for name in ("nonsense", "speed", "reset", *given_once):
        with pytest.raises(ValueError, match=f"no setting '{name}'.* there are "):
            view.set(**{name: 1})
    with pytest.raises(TypeError):
        view.set(1.0)


# Functions of the library that no cell calls: they trust the doors before them.
BEHIND = {"cross_entropy", "in_pieces", "learned_alphas", "squared_error", "train_step"}


def test_the_doors_are_all_that_readers_call():
    modules = [activations, network, training, data]
    tested = {getattr(each.call, "__name__", "") for each in DOORS}
    public = {
        name
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
        if inspect.isfunction(value)
    }
    assert not public - tested - BEHIND
