"""Whatever a reader passes: an answer, or an error that says what came and what is allowed.

`DOORS` has a line for each public function and class: how it is called, and good arguments. Each
argument in turn is replaced by everything in the pool for its kind. The call must then return, or
raise a ValueError or TypeError that names the argument; it never warns (pytest turns warnings into
errors) and never changes what it was given.
"""

import copy
import inspect
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pytest
from house import VIEWS

from utils import activations, data, network, player, training
from utils.lessons.born_dead import experiments as born_dead
from utils.lessons.born_dead import race
from utils.lessons.dying_relu import experiments as dying
from utils.lessons.learning_alpha import experiments as alpha
from utils.lessons.prelu_in_a_network import experiments as digits
from utils.lessons.relu import experiments as relu
from utils.network import LeakyReLU, Linear, Network, PReLU, ReLU
from utils.training import SGD, Adam, cross_entropy, squared_error


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


def unit():
    return dying.single_unit(1.0, 0.5)


def stack():
    return relu.stack_layers(2, 3)


def field():
    return race.line_up(2)


def after_forward(layer, shape, of=None):
    """`backward` of a layer that has gone forward."""
    layer.forward(x(*shape).astype(np.float32))
    return layer.backward


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


PLAN = digits.Plan(width=2, depth=1, epochs=1, batch=1437)
TASK = relu.speed_task("sine")
DESCENT = alpha.Descent(np.array([-1.0, 1.0]), np.array([-0.5, 1.0]))
ROWS = {"x": np.array([-2.0, -1.0, 1.0]), "y": np.array([-1.0, -0.5, 1.0])}
TRAINING = {"network": net(), "x": x(6, 2), "y": np.array([0, 1, 0, 1, 1, 0])}
RATE, MAKE_PLAIN = (lambda: 0.1), (lambda: DESCENT)

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
    door(Linear(2, 3, 0).forward, x=x(4, 2)),
    door(after_forward(Linear(2, 3, 0), (4, 2)), grad=x(4, 3)),
    door(ReLU().forward, x=x(2, 3)),
    door(after_forward(ReLU(), (2, 3)), grad=x(2, 3)),
    door(LeakyReLU().forward, x=x(2, 3)),
    door(after_forward(LeakyReLU(), (2, 3)), grad=x(2, 3)),
    door(PReLU().forward, x=x(2, 3)),
    door(PReLU(channels=3).forward, x=x(2, 3, 4)),
    door(after_forward(PReLU(), (2, 3)), grad=x(2, 3)),
    door(after_forward(PReLU(channels=3), (2, 3, 4)), grad=x(2, 3, 4)),
    door(Network, layers=[ReLU()]),
    door(net().forward, x=x(4, 2)),
    door(after_forward(net(), (4, 2)), grad=x(4, 2)),
    # training
    door(squared_error, "output and target", "target", output=x(2, 3), target=x(2, 3)),
    door(cross_entropy, "labels", logits=x(3, 2), labels=np.array([0, 1, 1])),
    door(SGD, learning_rate=0.1, momentum=0.9, weight_decay=0.1, decay_alpha=0.1),
    door(Adam, learning_rate=0.1, epsilon=1e-8, weight_decay=0.1, decay_alpha=0.1),
    door(Adam, betas=np.array([0.9, 0.99])),
    door(SGD(0.1).step, network=net()),
    door(Adam().step, network=net()),
    door(training.dead_units, network=net(), x=x(4, 2)),
    door(training.in_pieces, x=x(70, 2)),
    door(training.learned_alphas, network=net()),
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
    door(
        training.train_step,
        *("logits", "labels"),
        **TRAINING,
        loss=cross_entropy,
        optimiser=Adam(),
    ),
    # data
    door(data.prelu_data, true_alpha=0.3, noise=0.1, points=5, seed=0),
    door(data.two_moons, points=5, noise=0.1, seed=0),
    # experiments
    door(alpha.squared_error, alpha=x(3), **ROWS),
    door(alpha.squared_error_grad, alpha=0.3, **ROWS),
    door(alpha.Descent, **ROWS, learning_rate=0.1, momentum=0.5, weight_decay=0.1, batch=2),
    door(DESCENT.objective, alpha=x(3)),
    door(alpha.descend_alpha, alpha=0.5, settings=MAKE_PLAIN, seed=0),
    door(alpha.run_alpha, alpha=0.5, descent=DESCENT, steps=3, seed=0),
    door(alpha.forecast_alpha, start=alpha.AlphaStep(0, 1.0), descent=DESCENT, steps=3),
    door(alpha.regime, descent=DESCENT),
    door(born_dead.born_dead_chance, "depth and width", depth=x(3) + 9, width=2.0),
    door(born_dead.draw_dead, "width", networks=3, depth=3, width=2, seed=0),
    door(born_dead.count_dead, depth=3, width=2, batch=lambda: 5, most=10, seed=0),
    door(born_dead.wilson_band, "hits", hits=np.array([0, 1]), draws=np.array([1, 5]), z=1.96),
    door(born_dead.he_layer, "fan_in", rng=0, fan_in=2, units=3),
    door(born_dead.default_layer, "fan_in", rng=0, fan_in=2, units=3),
    door(born_dead.unbiased_layer, "fan_in", rng=0, fan_in=2, units=3),
    door(
        born_dead.dead_shares,
        inputs=x(4, 3),
        layer=born_dead.he_layer,
        networks=2,
        sizes=np.array([3, 2]),
        seed=0,
    ),
    door(born_dead.stand_in_pictures, count=2, seed=0),
    door(
        digits.Plan,
        **{"width": 2, "depth": 1, "init": "He", "bias": 0.1, "slope": 0.1, "alpha": 0.2},
        **{"channel_wise": True, "learning_rate": 0.1, "batch": 3, "epochs": 1, "seed": 0},
        dtype="float32",
    ),
    door(digits.digits_network, kind="relu", plan=PLAN),
    door(
        digits.train,
        network=digits.digits_network("relu", PLAN),
        plan=PLAN,
        optimiser=SGD(0.1),
        every=1,
    ),
    door(digits.accuracy, network=digits.digits_network("relu", PLAN)),
    door(digits.run, kind="relu", plan=PLAN),
    door(digits.compare, "seed", plan=PLAN, seeds=np.array([0, 1])),
    door(digits.spread, accuracies=x(3)),
    door(digits.race, plan=PLAN, learning_rate=RATE),
    door(digits.signal_variances, init="He", alpha=0.1, layers=2, width=3, seed=0),
    door(digits.expected_variances, init="He, 1 + a^2", alpha=0.1, layers=2, width=3),
    door(dying.rate_now, learning_rate=0.1),
    door(dying.hinge_data, points=5),
    door(dying.single_unit, "layers", weight=x(2), bias=0.1, activation=ReLU()),
    door(dying.unit_gradients, "output and target", "target", unit=unit(), x=x(3, 1), y=x(3, 1)),
    door(dying.loss_surface, "x and y", weights=x(3), biases=x(2), alpha=0.1, x=x(4, 1), y=x(4, 1)),
    door(dying.slope_of, activation=ReLU()),
    door(
        dying.descend_unit,
        *("output and target", "target", "what learning_rate returns"),
        unit=unit(),
        x=x(3, 1),
        y=x(3, 1),
        learning_rate=lambda step: 0.1,
        before_step=lambda step: None,
    ),
    door(dying.survives, learning_rate=0.1, weight=1.0, bias=0.5, steps=2),
    door(dying.give_remedy, unit=unit(), remedy="PReLU", step=0),
    door(dying.rescue_unit, remedy="PReLU", given_at=1, learning_rate=0.1, weight=1.0, bias=0.5),
    door(dying.moons_network, init="he", bias=0.1, seed=0, width=3),
    door(
        dying.train_network,
        *("x", "labels"),
        network=net(),
        x=x(3, 2),
        labels=np.array([0, 1, 0]),
        learning_rate=0.1,
        steps=2,
    ),
    door(dying.firing_history, run=(), layer=0),
    door(dying.find_wakings, firing=x(3, 2)),
    door(race.Networks, parameters=race.draw_parameters("relu", 2), learners=slice(0)),
    door(field().forward, x=x(3)),
    door(after_forward(field(), (3,)), grad=x(8, 3)),
    door(race.split, numbers=race.draw_parameters("relu", 2)),
    door(race.draw_parameters, kind="relu", networks=2, seed=0),
    door(race.line_up, networks=2, seed=0, rows=slice(0, 1)),
    door(race.train, networks=field(), learning_rate=RATE, seed=0),
    door(race.judge, networks=field()),
    door(relu.share_passed, w=1.0, b=0.5),
    door(relu.difference_quotients, function=activations.relu, x0=0.5, h=abs(x(3))),
    door(relu.subgradients, x=0.5),
    door(relu.stack_layers, "all weights", depth=2, width=3, seed=0),
    door(relu.with_relu, layers=stack()),
    door(relu.collapse, layers=stack()),
    door(relu.kinks, layers=stack(), low=-1.0, high=1.0),
    door(relu.target_points, name="sine", points=5),
    door(relu.hinge_columns, x=x(5), places=x(2)),
    door(relu.fit_hinges, x=x(5), y=x(5), places=x(2)),
    door(relu.even_places, x=x(5), n=2),
    door(relu.best_places, x=x(5), y=x(5, seed=1), n=2),
    door(relu.hinge_error, x=x(5), y=x(5), places=x(2)),
    door(relu.root_mean_square, values=x(5)),
    door(relu.Smooth, function=np.tanh, slope_of=np.cos),
    door(relu.Smooth(np.tanh, np.cos).forward, x=x(2, 3)),
    door(after_forward(relu.Smooth(np.tanh, np.cos), (2, 3)), grad=x(2, 3)),
    door(relu.sigmoid, x=x(2, 3)),
    door(relu.gradient_left, activation="tanh", depth=2, input_size=1.0, scale=1.0, seed=0),
    door(relu.speed_task, name="sine"),
    door(relu.speed_network, activation="tanh", task=TASK, depth=1, seed=0),
    door(
        relu.descend,
        network=relu.speed_network("ReLU", TASK, 1),
        task=TASK,
        learning_rate=0.1,
    ),
    door(relu.steps_to, losses=np.array([3.0, 2.0]), goal=2.5),
    door(
        relu.median_steps,
        **{"activation": "ReLU", "task": TASK, "learning_rate": 0.1, "goal": 0.5},
        **{"depth": 1, "seeds": 1, "most": 2},
    ),
    door(player.Player, start=lambda: iter(()), show=print, speed=10),
]

# A layer by itself leaves numpy's warnings on: silence takes time, so the network has it for all.
ALONE = (Linear, ReLU, LeakyReLU, PReLU, relu.Smooth)


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
    alone = isinstance(getattr(a_door.call, "__self__", None), ALONE)
    said = ""
    try:
        with np.errstate(
            **(dict.fromkeys(["over", "invalid", "divide"], "ignore") if alone else {})
        ):
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


@pytest.mark.parametrize("make", VIEWS)
def test_a_view_refuses_to_start_from_what_its_controls_do_not_have(make):
    hostile = [*NONSENSE, np.nan, np.inf, -1e300, [], [1, 2], x(2, 3)]
    named, faults = labels(make()), []
    for name, parameter in inspect.signature(make).parameters.items():
        for value in hostile:
            if value is None and parameter.default is None:
                continue
            try:
                make(**{name: value})
                faults.append(f"{name} = {value!r:.50}: accepted")
            except (ValueError, TypeError) as error:
                if not explains(str(error), (name, named.get(name, name))):
                    faults.append(f"{name} = {value!r:.50}: said {error}")
    assert not faults, "\n".join(faults)


def labels(view) -> dict[str, str]:
    """What a reader sees beside each slider and menu of a view, by the name of the control."""
    rows = [getattr(row, "children", [row])[0] for row in view.children[1].children]
    return {name: row.description for name, row in zip(view.controls, rows, strict=False)}


@pytest.mark.parametrize(
    "layer", [Linear(2, 3, 0), ReLU(), LeakyReLU(), PReLU(), relu.Smooth(np.tanh, np.cos), field()]
)
def test_backward_before_forward_is_refused_in_words(layer):
    with pytest.raises(ValueError, match="after forward"):
        layer.backward(x(8, 3))


@pytest.mark.parametrize("optimiser", [SGD(0.1), Adam()])
def test_an_optimiser_keeps_to_the_network_it_began_with(optimiser):
    optimiser.step(net())
    with pytest.raises(ValueError, match="network must have the shapes"):
        optimiser.step(net(inputs=5))


@pytest.mark.parametrize("labels", [[0, 2], [0, -1], [0.0, 1.0], [True, False]])
def test_labels_are_classes(labels):
    with pytest.raises(ValueError, match="labels must"):
        cross_entropy(x(2, 2), labels)


def test_the_doors_are_all_public_functions_of_the_library():
    modules = [activations, network, training, data, alpha, born_dead, digits, dying, race, relu]
    tested = {getattr(each.call, "__name__", "") for each in DOORS}
    public = {
        name
        for module in modules
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
        if inspect.isfunction(value)
    }
    without_numbers, too_long = {"a_layer", "stored_race"}, {"run_race", "store_race"}
    assert public - tested == without_numbers | too_long
