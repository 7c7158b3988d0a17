"""The views about units that die: one unit, a layer, and what brings one back."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from utils.activations import prelu
from utils.arguments import own_rows, two_kinds
from utils.data import REACH, two_moons
from utils.explorer import Explorer
from utils.hand import Hand
from utils.lessons.dying_relu import experiments, plots
from utils.network import LeakyReLU, Network, PReLU, ReLU
from utils.settings import Choice, Fixed, Number, Values, Whole, length, scaled, seed, tidy
from utils.style import COLOURS, Artists, Panels, round_up, set_limits

MOST = 1000  # points that a reader may hand in
SIZE = (0.5, 20.0)  # how far from 0 the farthest of them may be


class Points(NamedTuple):
    """What a unit or a network with two inputs learns from, and how much of it is shown.

    x has shape (points, 2), labels (points,): 0 and 1. `size` is 1 for the two moons, and so many
    times as large for what reaches farther.
    """

    x: np.ndarray
    labels: np.ndarray
    frame: plots.Frame
    size: float

    @property
    def grid(self) -> np.ndarray:
        """Places all over the frame: (rows, columns, 2)."""
        across, up = np.linspace(*self.frame[:2], 41), np.linspace(*self.frame[2:], 29)
        return np.stack(np.meshgrid(across, up), axis=-1)


MOONS = Points(*two_moons(), plots.FRAME, 1.0)


def _own_points(x: Any, y: Any, labels: Any) -> Points:
    """A reader's own points: two inputs, each a row, and labels of two kinds."""
    rows = own_rows({"x": x, "y": y}, SIZE, MOST)
    ends = [end for row in rows for end in (row.min(), row.max())]
    size = _times(np.abs(ends).max(), REACH)
    pad = 0.2 * size
    frame = (ends[0] - pad, ends[1] + pad, ends[2] - pad, ends[3] + pad)
    return Points(np.column_stack(rows), two_kinds(labels, "labels", len(rows[0])), frame, size)


def _times(value: float, usual: float) -> float:
    """How many times as large, rounded up to one digit."""
    power = 10.0 ** np.floor(np.log10(value / usual))
    return tidy(power * np.ceil(round(value / usual / power, 9)))


def _handed_in(own: Points) -> dict[str, np.ndarray]:
    """The reader's rows, by name."""
    return {"x": own.x[:, 0], "y": own.x[:, 1], "labels": own.labels}


SPAN, BINS = 6.0, 48  # the histogram of pre-activations: from -SPAN to SPAN
WIDTH = 16  # units in each hidden layer
HIGHEST = 30.0  # what a loss map shows of a loss above it
SLOPES = {"leaky": "slope", "prelu": "alpha"}
DASHES = {"relu": "-", "leaky": "--", "prelu": "-.", "dead": ":"}


class FiringExplorer(Explorer):
    """One ReLU unit on the two moons: what reaches it, what it passes on, and its gradients.

    Args:
        x, y, labels: points of your own, two inputs and a label each; the labels are of two kinds.
    """

    settings = {
        "bias": Number("bias b", 0.0, -3, 3, 0.05),
        "weight_1": Number("weight w1", 1.0, -1.5, 1.5, 0.1),
        "weight_2": Number("weight w2", -1.0, -1.5, 1.5, 0.1),
    }
    scenes = {
        "fires on all": {"bias": 2.0},
        "hardly alive": {"bias": -1.8},
        "silenced": {"bias": -2.0},
    }
    hands = {
        "foot": Hand("inputs", "xy", "the line: move it with the bias"),
        "mean": Hand("histogram", "x", "the inputs: move them with the bias"),
    }
    inches = 3.6
    panels = {"mosaic": [["inputs", "histogram", "gradients"]]}

    takes = ("x", "y", "labels")
    points = MOONS

    def take_in(self, x: Any, y: Any, labels: Any) -> Mapping[str, np.ndarray]:
        own = self.points = _own_points(x, y, labels)
        self.settings = self.settings | {"bias": scaled(self.settings["bias"], 2 * own.size)}
        self.scenes = _biases(own.x @ [self.settings[f"weight_{n}"].start for n in (1, 2)])
        return _handed_in(own)

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_firing(axes, self.points.frame, self._span, BINS)

    @property
    def _span(self) -> float:
        """How far from 0 the histogram shows pre-activations."""
        return SPAN * self.points.size

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        weights = np.array([now.weight_1, now.weight_2])
        return {
            "bias": -weights @ [x, y] if hand == "foot" else x - np.mean(self.points.x @ weights)
        }

    def update(self, now: Any, state: None = None) -> str:
        weights = np.array([now.weight_1, now.weight_2])
        unit = experiments.single_unit(weights, now.bias)
        gradients = experiments.unit_gradients(
            unit, self.points.x, self.points.labels[:, np.newaxis]
        )
        pre_activations = unit.layers[1].x[:, 0]
        fires = pre_activations > 0
        self._draw_inputs(fires, _hinge(weights, now.bias, self.points.size))
        self._draw_histogram(pre_activations)
        self._draw_gradients(gradients)
        words = ", ".join(f"{g:.4f}" if g else "0" for g in gradients)
        state = f"{fires.sum()} of {len(fires)} inputs keep the unit alive ({fires.mean():.0%})."
        if not fires.any():
            state = f"Dead: none of the {len(fires)} inputs gets through."
        return f"{state} The gradients of w1, w2 and b are {words}."

    def _draw_inputs(self, fires: np.ndarray, hinge: np.ndarray) -> None:
        self.artists["passed"].set_data(*self.points.x[fires].T)
        self.artists["blocked"].set_data(*self.points.x[~fires].T)
        self.artists["blocked"].set_color(COLOURS["data" if fires.any() else "dead"])
        self.artists["hinge"].set_data(*hinge.T)
        self.artists["foot"].set_data(*hinge.mean(axis=0)[:, np.newaxis])

    def _draw_histogram(self, pre_activations: np.ndarray) -> None:
        edges = np.linspace(-self._span, self._span, BINS + 1)
        inside = np.clip(pre_activations, -self._span + 1e-9, self._span)
        # A bin holds its upper end, as the blocked side holds 0.
        counts = np.bincount(np.digitize(inside, edges, right=True) - 1, minlength=BINS)
        set_limits(
            self.axes["histogram"], y=(0, round_up(max(counts.max(), len(pre_activations) / 5)))
        )
        blocked = COLOURS["data" if (pre_activations > 0).any() else "dead"]
        self.artists["mean"].set_data([pre_activations.mean()], [0])
        for place, count in enumerate(counts):
            bar = self.artists[f"bar {place}"]
            bar.set(height=count, facecolor=blocked if place < BINS // 2 else COLOURS["relu"])

    def _draw_gradients(self, gradients: np.ndarray) -> None:
        largest = round_up(max(np.abs(gradients).max(), 0.5))
        set_limits(self.axes["gradients"], x=(-largest, largest))
        for name, gradient in zip(reversed(plots.BARS), gradients, strict=True):
            self.artists[name].set_width(gradient)
            self.artists[f"{name}_value"].set_text(f"{gradient:.4f}" if gradient else "exactly 0")


def _biases(sums: np.ndarray) -> dict[str, Values]:
    """The scenes of a unit whose inputs, weighted, are these `sums`: biases that keep its word."""
    *others, last = np.unique(sums)
    found = {"fires on all": 0.1 - sums.min()}
    if others and last - others[-1] > 1e-3:
        found["hardly alive"] = -(last + others[-1]) / 2
    found["silenced"] = np.floor(-1e3 * last - 1e-6) / 1e3  # below it, however it is rounded
    return {name: {"bias": tidy(bias)} for name, bias in found.items()}


class Walk(NamedTuple):
    """A unit that learns: where it is `now`, and for each step so far its place and its state."""

    now: experiments.UnitStep
    weights: np.ndarray
    biases: np.ndarray
    firing: np.ndarray
    dead: np.ndarray


def _walk(run: Iterator[experiments.UnitStep], steps: int) -> Iterator[Walk]:
    """All steps of a `run`, at most `steps` after its start."""
    rows = np.empty((4, steps + 1))
    for now in islice(run, steps + 1):
        rows[:, now.step] = now.weight, now.bias, now.firing, now.dead
        yield Walk(now, *rows[:, : now.step + 1])


W0, B0 = experiments.START
RATE = Number("learning rate", 0.8, 0.01, 2, 0.01)
START = {
    "start_weight": Number("start weight", W0, *plots.PLANE[:2], 0.1, restarts=True),
    "start_bias": Number("start bias", B0, *plots.PLANE[2:], 0.1, restarts=True),
}


class Plateaus(NamedTuple):
    """A step of three units: the walk of each by its name, "relu", "leaky" or "prelu"."""

    step: int
    walks: dict[str, Walk]


class PlateauExplorer(Explorer):
    """One unit under gradient descent, as ReLU, leaky ReLU and PReLU, each on its own loss map.

    Args:
        x, y: points of your own: inputs and targets.
    """

    settings = {
        "learning_rate": RATE,
        "leaky_slope": Number("leaky slope", 0.01, 0.01, 0.3, 0.01),
        **START,
        "steps": Fixed(60, length),
    }
    scenes = {
        "one step too long": {"learning_rate": 0.8, "leaky_slope": 0.01},
        "just survives": {"learning_rate": 0.69},
        "just too far": {"learning_rate": 0.7},
        "a steeper leak": {"learning_rate": 0.8, "leaky_slope": 0.1},
        "far too fast": {"learning_rate": 1.5},
        "a safer start": {"learning_rate": 0.8, "start_weight": 0.5, "start_bias": 0.5},
    }
    hands = {f"{name}_start": Hand(name, "xy", "the start") for name in ("relu", "leaky", "prelu")}
    inches, speed = 3.7, 5
    panels = {"mosaic": [["relu", "leaky", "prelu"]]}

    takes = ("x", "y")
    points = staticmethod(experiments.hinge_data)
    plane, tall = plots.PLANE, 1.0  # of the loss maps, and what they count losses in
    loss_map = staticmethod(lambda alpha: _loss_map(alpha))

    def take_in(self, x: Any, y: Any) -> Mapping[str, np.ndarray]:
        own = own_rows({"x": x, "y": y}, SIZE, MOST)
        data = tuple(row[:, np.newaxis] for row in own)
        width, height = (_times(max(np.abs(row).max(), SIZE[0]), REACH) for row in own)
        self.points, self.tall, self.scenes = lambda: data, height**2, {}
        steeper = _times(height, width)
        self.plane = tuple(np.multiply(plots.PLANE, [steeper, steeper, height, height]).tolist())
        self.loss_map = lru_cache(maxsize=16)(partial(_map_of, data, self.plane, self.tall))
        slower = float(
            min(round_up(np.mean(experiments.hinge_data()[0] ** 2) / np.mean(data[0] ** 2)), 1)
        )
        factors = {"learning_rate": slower, "start_weight": steeper, "start_bias": height}
        fitted = {name: scaled(self.settings[name], by) for name, by in factors.items()}
        self.settings = self.settings | fitted
        return {"x": own[0], "y": own[1]}

    def draw(self, axes: Panels) -> Artists:
        x = self.points()[0]
        return plots.draw_plateaus(axes, (x.min(), x.max()), self.plane, self.tall, not self.data)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"start_weight": x, "start_bias": y}

    def run(self, settings: Callable[[], Any]) -> Iterator[Plateaus]:
        now = settings()
        layers = {"relu": ReLU(), "leaky": LeakyReLU(now.leaky_slope), "prelu": PReLU(dtype=float)}
        runs, walks = {}, {}
        for name, layer in layers.items():
            unit = experiments.single_unit(now.start_weight, now.start_bias, layer)
            data, rate = self.points(), lambda _: settings().learning_rate
            runs[name] = _walk(experiments.descend_unit(unit, *data, rate), now.steps)
        for step in range(now.steps + 1):
            layers["leaky"].slope = settings().leaky_slope
            walks = {name: next(run, walks.get(name)) for name, run in runs.items()}
            yield Plateaus(step, walks)

    def update(self, now: Any, state: Plateaus) -> str:
        alphas = {name: walk.now.alpha for name, walk in state.walks.items()}
        alphas["leaky"] = now.leaky_slope  # seen at once, used at the next step
        for name, walk in state.walks.items():
            self.artists[name].set_data(self.loss_map(alphas[name]))
            slope = f"{SLOPES[name]} = {_short(alphas[name])}" if name in SLOPES else ""
            self.artists[f"{name}_slope"].set_text(slope)
            self.artists[f"{name}_path"].set_data(walk.weights, walk.biases)
            self.artists[f"{name}_start"].set_data([now.start_weight], [now.start_bias])
            self.artists[f"{name}_ball"].set_data([walk.now.weight], [walk.now.bias])
        relu, leaky, prelu = (_fate(state.walks[name]) for name in ("relu", "leaky", "prelu"))
        if state.step == now.steps and state.walks["relu"].now.firing:
            relu = f"has survived, {relu}"
        return (
            f"Step {state.step}, learning rate {now.learning_rate:.4g}. ReLU {relu}. "
            f"Leaky ReLU {leaky}. PReLU {prelu}."
        )


class RescueExplorer(Explorer):
    """A unit of the reader's own that a step has killed, and a remedy given when they say."""

    settings = {
        "given_at": Whole("given at step", 20, 0, 50, restarts=True),
        "remedy": Choice("remedy", "nothing", experiments.REMEDIES, restarts=True),
        "learning_rate": RATE,
        **START,
        "steps": Fixed(100, length),
    }
    scenes = {
        "no remedy": {"remedy": "nothing", "given_at": 20},
        "leaky rescues": {"remedy": "leaky slope 0.01", "given_at": 20},
        "PReLU rescues": {"remedy": "PReLU", "given_at": 20},
        "a lower rate, too late": {"remedy": "lower learning rate", "given_at": 20},
        "drawn anew rescues": {"remedy": "drawn anew", "given_at": 20},
        "leaky from the start": {"remedy": "leaky slope 0.01", "given_at": 0},
        "PReLU from the start": {"remedy": "PReLU", "given_at": 0},
        "a lower rate prevents": {"remedy": "lower learning rate", "given_at": 0},
        "drawn anew prevents": {"remedy": "drawn anew", "given_at": 0},
    }
    hands = {
        "map_start": Hand("loss", "xy", "the start"),
        "given_mark": Hand("firing", "x", "the step at which the remedy is given"),
    }
    inches, speed = 3.7, 20
    panels = {"mosaic": [["data", "loss", "firing"]]}

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"given_at": x} if hand == "given_mark" else {"start_weight": x, "start_bias": y}

    def draw(self, axes: Panels) -> Artists:
        artists = plots.draw_rescue(axes, REACH, self.now.steps)
        artists["targets"].set_data(*experiments.hinge_data())
        return artists

    def run(self, settings: Callable[[], Any]) -> Iterator[Walk]:
        now = settings()
        remedy, start = (now.remedy, now.given_at), (now.start_weight, now.start_bias)
        run = experiments.rescue_unit(*remedy, lambda: settings().learning_rate, *start)
        return _walk(run, now.steps)

    def update(self, now: Any, state: Walk) -> str:
        unit, role = state.now, _role(state.now, now)
        ends = np.array([-REACH, *_kink(unit), REACH])
        outputs = prelu(unit.weight * ends + unit.bias, unit.alpha)
        self.artists["now"].set_data(ends, outputs)
        self.artists["now"].set(color=COLOURS[role], linestyle=DASHES[role])
        self.artists["map"].set_data(_loss_map(unit.alpha))
        self.artists["map_path"].set_data(state.weights, state.biases)
        self.artists["map_start"].set_data([now.start_weight], [now.start_bias])
        self.artists["map_ball"].set_data([unit.weight], [unit.bias])
        for name in ("edge", "flat"):
            self.artists[name].set_visible(unit.alpha == 0)
        self.artists["firing"].set_data(range(len(state.firing)), 100 * state.firing)
        self.artists["end"].set_data([unit.step], [100 * unit.firing])
        self.artists["end"].set_color(COLOURS[role])
        self.artists["given"].set_data([now.given_at] * 2, [0, 100])
        self.artists["given_mark"].set_data([now.given_at], [50])
        return _rescue_words(now.remedy, now.given_at, state)


def _role(unit: experiments.UnitStep, now: Any) -> str:
    """Whose colour a unit has that is given a remedy."""
    if unit.dead:
        return "dead"
    roles = {"leaky slope 0.01": "leaky", "PReLU": "prelu"}
    return roles.get(now.remedy, "relu") if unit.step >= now.given_at else "relu"


def _rescue_words(remedy: str, given_at: int, walk: Walk) -> str:
    given = f"{remedy} from step {given_at} on"
    silent, back = np.flatnonzero(walk.firing == 0), ""
    if silent.size and walk.now.firing:
        back = f". It fired on none between step {silent[0]} and step {silent[-1] + 1}"
    return f"Step {walk.now.step}, {given}. The unit {_fate(walk)}{back}."


def _train(
    network: Network, points: Points, settings: Callable[[], Any]
) -> Iterator[experiments.NetworkStep]:
    """The training of `network` on these points, at the learning rate of now."""
    rate, steps = lambda: settings().learning_rate, settings().steps
    return experiments.train_network(network, points.x, points.labels, rate, steps)


class Training(NamedTuple):
    """A step of a network, its share of dead units (2, steps so far), a copy of its `params`."""

    now: experiments.NetworkStep
    dead: np.ndarray
    params: list[np.ndarray]


class LayerExplorer(Explorer):
    """A network on the two moons while it trains: its regions, its units, and how many are dead.

    Args:
        x, y, labels: points of your own, two inputs and a label each; the labels are of two kinds.
    """

    settings = {
        "learning_rate": Number("learning rate", 1.0, 0.05, 10, 0.05),
        "initial_bias": Number("initial bias", 0.0, -3, 1, 0.1, restarts=True),
        "init": Choice("init", "He", tuple(experiments.INITS), restarts=True),
        "steps": Fixed(100, length),
        "seed": Fixed(0, seed),
    }
    scenes = {
        "it learns": {"learning_rate": 1.0},
        "a layer dies": {"learning_rate": 5.0},
        "most dead from the start": {"initial_bias": -2.0},
        "everything dies": {"init": "too large (3)"},
    }
    inches = 3.8
    panels = {"mosaic": [["regions", "units", "share"]], "width_ratios": [5, 4, 4]}

    takes = ("x", "y", "labels")
    points = MOONS

    def take_in(self, x: Any, y: Any, labels: Any) -> Mapping[str, np.ndarray]:
        own = self.points = _own_points(x, y, labels)
        slower = float(min(round_up(1 / own.size**2), 1))
        factors = {"learning_rate": slower, "initial_bias": own.size}
        fitted = {name: scaled(self.settings[name], by) for name, by in factors.items()}
        self.settings, self.scenes = self.settings | fitted, {}
        return _handed_in(own)

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_layers(axes, *self.points[:3], WIDTH, self.now.steps)

    def run(self, settings: Callable[[], Any]) -> Iterator[Training]:
        now = settings()
        network = experiments.moons_network(
            experiments.INITS[now.init], now.initial_bias, now.seed, WIDTH
        )
        dead = np.empty((2, now.steps + 1))
        for step in _train(network, self.points, settings):
            dead[:, step.step] = [units.mean() for units in step.dead]
            params = [param.copy() for param in network.params]
            yield Training(step, dead[:, : step.step + 1], params)

    def update(self, now: Any, state: Training) -> str:
        grid = self.points.grid
        logits = experiments.answers(state.params, grid.reshape(-1, 2))
        with np.errstate(invalid="ignore"):  # a run that left the numbers is shown
            lead = np.clip(np.nan_to_num(logits[:, 1] - logits[:, 0]), -1, 1)
        self.artists["regions"].set_data(lead.reshape(grid.shape[:2]))
        weight, bias = state.params[:2]
        alive = np.flatnonzero(~state.now.dead[0])
        hinges = [_hinge(weight[:, k], bias[k], self.points.size) for k in alive]
        self.artists["hinges"].set_segments(hinges)
        for layer, (firing, dead) in enumerate(zip(state.now.firing, state.dead, strict=True), 1):
            self.artists[f"layer {layer}"].set_array(plots.shade_firing(firing).reshape(2, -1))
            self.artists[f"share {layer}"].set_data(range(len(dead)), 100 * dead)
        return _layer_words(state.now)


def _layer_words(now: experiments.NetworkStep) -> str:
    dead = [int(units.sum()) for units in now.dead]
    state = (
        f"Step {now.step}: {now.accuracy:.0%} of the points right. Dead: {dead[0]} of {WIDTH} "
        f"units in layer 1, {dead[1]} of {WIDTH} in layer 2."
    )
    if not np.isfinite(now.loss):
        return f"{state} The loss has left the numbers: the training ends here."
    if WIDTH in dead:
        return f"{state} A whole layer is dead: every point gets the same answer, for good."
    return f"{state} The loss is {now.loss:.3g}."


class SleepExplorer(Explorer):
    """How often each unit of two layers fires at each step: who dies, and who wakes up again."""

    settings = {
        "learning_rate": Number("learning rate", 1.0, 0.05, 10, 0.05),
        "initial_bias": Number("initial bias", -0.5, -3, 1, 0.1, restarts=True),
        "seed": Whole("seed", 0, 0, 50, restarts=True),
        "steps": Fixed(200, length),
    }
    scenes = {
        "some wake up": {"learning_rate": 1.0, "initial_bias": -0.5, "seed": 0},
        "others wake up": {"seed": 1},
        "many wake up": {"learning_rate": 3.0},
        "nobody is woken": {"initial_bias": -2.0},
    }
    inches, speed = 3.7, 50
    panels = {"mosaic": [["layer 1", "layer 2"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_sleep(axes, WIDTH, self.now.steps)

    def run(self, settings: Callable[[], Any]) -> Iterator[np.ndarray]:
        now = settings()
        network = experiments.moons_network("he", now.initial_bias, now.seed, WIDTH)
        firing = np.empty((2, now.steps + 1, WIDTH))
        for step in _train(network, MOONS, settings):
            firing[:, step.step] = step.firing
            yield firing[:, : step.step + 1]

    def update(self, now: Any, state: np.ndarray) -> str:
        words = []
        for name, firing in zip(("layer 1", "layer 2"), state, strict=True):
            image = np.full((now.steps + 1, WIDTH), np.nan)
            image[: len(firing)] = plots.shade_firing(firing)
            self.artists[name].set_data(image.T)
            steps, units = np.nonzero(experiments.find_wakings(firing))
            self.artists[f"{name}_woke"].set_data(steps + 1, units + 1)
            words += [np.sum(firing[-1] == 0), _woken(len(steps))]
        first, woke_first, second, woke_second = words
        return (
            f"Step {len(firing) - 1}. Layer 1: {first} of {WIDTH} units dead, {woke_first}. "
            f"Layer 2: {second} of {WIDTH} dead, {woke_second}."
        )


@lru_cache(maxsize=16)
def _loss_map(alpha: float) -> np.ndarray:
    return _map_of(experiments.hinge_data(), plots.PLANE, 1.0, alpha)


def _map_of(
    data: tuple[np.ndarray, np.ndarray], plane: plots.Frame, tall: float, alpha: float
) -> np.ndarray:
    """The loss over the plane of weights and biases, for a unit with this slope on the left."""
    weights, biases = np.linspace(*plane[:2], 41), np.linspace(*plane[2:], 61)
    return np.minimum(experiments.loss_surface(weights, biases, alpha, *data), HIGHEST * tall)


def _kink(unit: experiments.UnitStep) -> list[float]:
    """Where weight * x + bias = 0, if among the inputs."""
    if abs(unit.bias) >= REACH * abs(unit.weight):
        return []
    return [-unit.bias / unit.weight]


def _fate(walk: Walk) -> str:
    """What has become of a unit, in words that follow its name."""
    now = walk.now
    if now.diverged:
        return f"diverged at step {now.step}"
    if now.dead:
        since = walk.dead.argmax()
        return f"has been dead since step {since}, every gradient 0, loss {now.loss:.3g}"
    if not now.firing:
        return f"is below 0 on every input, but learns on its slope {_short(now.alpha)}"
    return f"fires on {now.firing:.0%} of the inputs, loss {now.loss:.3f}"


def _hinge(weights: np.ndarray, bias: float, far: float) -> np.ndarray:
    """Two points far out on the line weights @ x + bias = 0; at infinity if there is none.

    They are `far` times as far out as the moons need it.
    """
    size = np.hypot(*weights)
    if not 0 < size < np.inf:
        return np.full((2, 2), np.nan)
    across = weights / size
    along = np.array([-across[1], across[0]])
    return -bias / size * across + 10 * far * np.array([[-1], [1]]) * along


def _short(slope: float) -> str:
    """Two decimals, and 0 for what is nearly 0."""
    return f"{round(slope, 2) + 0.0:.4g}"


def _woken(wakings: int) -> str:
    return {0: "none ever woke", 1: "one woke"}.get(wakings, f"{wakings} wakings")
