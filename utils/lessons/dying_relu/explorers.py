"""The views of lesson 02 about units that die: one unit, a layer, and what brings one back."""

from collections.abc import Iterator
from functools import lru_cache, partial
from itertools import islice

import numpy as np

from utils.activations import prelu
from utils.before import Explorer, choice, length, new_figure, number, seed_number, whole
from utils.canvas import Canvas
from utils.data import two_moons
from utils.layer import Layer
from utils.lessons.dying_relu.experiments import (
    INITS,
    REACH,
    REMEDIES,
    START,
    NetworkStep,
    UnitStep,
    descend_unit,
    find_wakings,
    hinge_data,
    loss_surface,
    moons_network,
    rescue_unit,
    single_unit,
    train_network,
    unit_gradients,
)
from utils.lessons.dying_relu.plots import (
    BARS,
    FRAME,
    PLANE,
    draw_layers,
    draw_plateaus,
    draw_rescue,
    draw_sleep,
    draw_unit,
    shade_firing,
)
from utils.network import LeakyReLU, PReLU, ReLU
from utils.player import Player
from utils.style import COLOURS, round_up

SPAN, BINS = 6.0, 48  # the histogram of pre-activations: from -SPAN to SPAN
WIDTH = 16  # units in each hidden layer
WEIGHTS, BIASES = np.linspace(*PLANE[:2], 41), np.linspace(*PLANE[2:], 61)  # of the loss maps
HIGHEST = 30.0  # what a loss map shows of a loss above it
SLOPES = {"leaky": "slope", "prelu": "alpha"}
DASHES = {"relu": "-", "leaky": "--", "prelu": "-.", "dead": ":"}


class FiringExplorer(Explorer):
    """One ReLU unit on the two moons: what reaches it, what it passes on, and its gradients."""

    def __init__(self, bias: float = 0.0, weight_1: float = 1.0, weight_2: float = -1.0) -> None:
        controls = {
            "bias": number("bias b", bias, -3, 3, 0.05),
            "weight_1": number("weight w1", weight_1, -1.5, 1.5, 0.1),
            "weight_2": number("weight w2", weight_2, -1.5, 1.5, 0.1),
        }
        self.x, self.labels = two_moons()
        figure, self.axes = new_figure(9.2, 3.6, mosaic=[["inputs", "histogram", "gradients"]])
        self.artists = draw_unit(self.axes, SPAN, BINS)
        super().__init__(controls, Canvas(figure, self.artists.values()))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Draw the inputs on both sides, their pre-activations, and the gradients."""
        bias, *weights = self.read("bias", "weight_1", "weight_2")
        unit = single_unit(weights, bias)
        gradients = unit_gradients(unit, self.x, self.labels[:, np.newaxis])
        pre_activations = unit.layers[1].x[:, 0]
        fires = pre_activations > 0
        self._draw_inputs(fires, np.array(weights), bias)
        self._draw_histogram(pre_activations)
        self._draw_gradients(gradients)
        words = ", ".join(f"{g:.4f}" if g else "0" for g in gradients)
        state = f"{fires.sum()} of {len(fires)} inputs keep the unit alive ({fires.mean():.0%})."
        if not fires.any():
            state = f"Dead: none of the {len(fires)} inputs gets through."
        return f"{state} The gradients of w1, w2 and b are {words}."

    def _draw_inputs(self, fires: np.ndarray, weights: np.ndarray, bias: float) -> None:
        self.artists["passed"].set_data(*self.x[fires].T)
        self.artists["blocked"].set_data(*self.x[~fires].T)
        self.artists["blocked"].set_color(COLOURS["data" if fires.any() else "dead"])
        self.artists["hinge"].set_data(*_hinge(weights, bias).T)

    def _draw_histogram(self, pre_activations: np.ndarray) -> None:
        edges = np.linspace(-SPAN, SPAN, BINS + 1)
        inside = np.clip(pre_activations, -SPAN + 1e-9, SPAN)
        # A bin holds its upper end, as the blocked side holds 0.
        counts = np.bincount(np.digitize(inside, edges, right=True) - 1, minlength=BINS)
        self.axes["histogram"].set_ylim(0, round_up(max(counts.max(), 40)))
        blocked = COLOURS["data" if (pre_activations > 0).any() else "dead"]
        for place, count in enumerate(counts):
            bar = self.artists[f"bar {place}"]
            bar.set(height=count, facecolor=blocked if place < BINS // 2 else COLOURS["relu"])

    def _draw_gradients(self, gradients: np.ndarray) -> None:
        largest = round_up(max(np.abs(gradients).max(), 0.5))
        self.axes["gradients"].set_xlim(-largest, largest)
        for name, gradient in zip(reversed(BARS), gradients, strict=True):
            self.artists[name].set_width(gradient)
            self.artists[f"{name}_value"].set_text(f"{gradient:.4f}" if gradient else "exactly 0")


class PlateauExplorer(Explorer):
    """One unit under gradient descent, as ReLU, leaky ReLU and PReLU, each on its own loss map."""

    def __init__(
        self,
        learning_rate: float = 0.8,
        leaky_slope: float = 0.01,
        start_weight: float = START[0],
        start_bias: float = START[1],
        steps: int = 60,
    ) -> None:
        self.steps = length(steps, "steps")
        controls = {
            "learning_rate": number("learning rate", learning_rate, 0.01, 2, 0.01),
            "leaky_slope": number("leaky slope", leaky_slope, 0.01, 0.3, 0.01),
            "start_weight": number("start weight", start_weight, *PLANE[:2], 0.1),
            "start_bias": number("start bias", start_bias, *PLANE[2:], 0.1),
        }
        self.x, self.y = hinge_data()
        figure, self.axes = new_figure(9.2, 3.7, mosaic=[["relu", "leaky", "prelu"]])
        self.artists = draw_plateaus(self.axes, REACH)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh(), speed=5)
        super().__init__(controls, canvas, player, restarting={"start_weight", "start_bias"})
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw the three paths so far, each on the loss of its own slope."""
        alphas = {name: path[-1].alpha for name, path in self._paths.items()}
        (alphas["leaky"],) = self.read("leaky_slope")  # seen at once, used at the next step
        for name, path in self._paths.items():
            self.artists[name].set_data(_loss_map(alphas[name]))
            slope = f"{SLOPES[name]} = {_short(alphas[name])}" if name in SLOPES else ""
            self.artists[f"{name}_slope"].set_text(slope)
            self.artists[f"{name}_path"].set_data(*_places(path))
            self.artists[f"{name}_ball"].set_data(*_places(path[-1:]))
        return self._words()

    def _run(self) -> Iterator[int]:
        """All three descents, step by step, until each has taken its steps or diverged."""
        start = self.read("start_weight", "start_bias")
        layers = {"relu": ReLU(), "leaky": LeakyReLU(), "prelu": PReLU(dtype=float)}
        runs = {name: self._descend(start, layer) for name, layer in layers.items()}
        self._paths: dict[str, list[UnitStep]] = {name: [] for name in runs}
        for step in range(self.steps + 1):
            (layers["leaky"].slope,) = self.read("leaky_slope")
            for name, run in runs.items():
                self._paths[name] += islice(run, 1)  # nothing more from one that has diverged
            self._step = step
            yield step

    def _descend(self, start: list[float], layer: Layer) -> Iterator[UnitStep]:
        unit = single_unit(*start, layer)
        return descend_unit(unit, self.x, self.y, lambda _: _rate(self))

    def _words(self) -> str:
        fates = [_fate(self._paths[name]) for name in ("relu", "leaky", "prelu")]
        if self._step == self.steps and self._paths["relu"][-1].firing:
            fates[0] = f"has survived, {fates[0]}"
        return (
            f"Step {self._step}, learning rate {_rate(self):.4g}. ReLU {fates[0]}. "
            f"Leaky ReLU {fates[1]}. PReLU {fates[2]}."
        )


class RescueExplorer(Explorer):
    """A unit of the reader's own that a step has killed, and a remedy given when they say."""

    def __init__(
        self,
        remedy: str = "nothing",
        given_at: int = 20,
        learning_rate: float = 0.8,
        start_weight: float = START[0],
        start_bias: float = START[1],
        steps: int = 100,
    ) -> None:
        self.steps = length(steps, "steps")
        controls = {
            "remedy": choice("remedy", remedy, REMEDIES),
            "given_at": whole("given at step", given_at, 0, 50),
            "learning_rate": number("learning rate", learning_rate, 0.01, 2, 0.01),
            "start_weight": number("start weight", start_weight, *PLANE[:2], 0.1),
            "start_bias": number("start bias", start_bias, *PLANE[2:], 0.1),
        }
        self.x, self.y = hinge_data()
        figure, self.axes = new_figure(9.2, 3.7, mosaic=[["data", "loss", "firing"]])
        self.artists = draw_rescue(self.axes, REACH, steps)
        self.artists["targets"].set_data(self.x, self.y)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh(), speed=20)
        restarting = {"remedy", "given_at", "start_weight", "start_bias"}
        super().__init__(controls, canvas, player, restarting)
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw the unit, its path on the loss, and how much of the data it fires on."""
        now = self._path[-1]
        role = self._role(now)
        ends = np.array([-REACH, *_kink(now), REACH])
        outputs = prelu(now.weight * ends + now.bias, now.alpha)
        self.artists["now"].set_data(ends, outputs)
        self.artists["now"].set(color=COLOURS[role], linestyle=DASHES[role])
        self.artists["map"].set_data(_loss_map(now.alpha))
        self.artists["map_path"].set_data(*_places(self._path))
        self.artists["map_ball"].set_data(*_places([now]))
        for name in ("edge", "flat"):
            self.artists[name].set_visible(now.alpha == 0)
        shares = [100 * step.firing for step in self._path]
        self.artists["firing"].set_data(range(len(shares)), shares)
        self.artists["end"].set_data([now.step], shares[-1:])
        self.artists["end"].set_color(COLOURS[role])
        self.artists["given"].set_data([self._given_at] * 2, [0, 100])
        return self._words(now)

    def _run(self) -> Iterator[UnitStep]:
        self._remedy, self._given_at = (self.controls[n].value for n in ("remedy", "given_at"))
        start = self.read("start_weight", "start_bias")
        self._path: list[UnitStep] = []
        rate = partial(_rate, self)
        run = rescue_unit(self._remedy, self._given_at, rate, *start)
        for now in islice(run, self.steps + 1):
            self._path.append(now)
            yield now

    def _role(self, now: UnitStep) -> str:
        """Whose colour the unit has."""
        if now.dead:
            return "dead"
        roles = {"leaky slope 0.01": "leaky", "PReLU": "prelu"}
        return roles.get(self._remedy, "relu") if now.step >= self._given_at else "relu"

    def _words(self, now: UnitStep) -> str:
        given = f"{self._remedy} from step {self._given_at} on"
        if self._remedy == "better init" and self._given_at > 0:
            given = f"better init at step {self._given_at}, too late to begin elsewhere"
        silent = [step.step for step in self._path if step.firing == 0]
        back = ""
        if silent and now.firing:
            back = f". It fired on none between step {silent[0]} and step {silent[-1] + 1}"
        return f"Step {now.step}, {given}. The unit {_fate(self._path)}{back}."


class LayerExplorer(Explorer):
    """A network on the two moons while it trains: its regions, its units, and how many are dead."""

    def __init__(
        self,
        learning_rate: float = 1.0,
        initial_bias: float = 0.0,
        init: str = "He",
        steps: int = 100,
        seed: int = 0,
    ) -> None:
        self.steps, self.seed = length(steps, "steps"), seed_number(seed)
        controls = {
            "learning_rate": number("learning rate", learning_rate, 0.05, 10, 0.05),
            "initial_bias": number("initial bias", initial_bias, -3, 1, 0.1),
            "init": choice("init", init, tuple(INITS)),
        }
        self.x, self.labels = two_moons()
        self._grid = _grid(41, 29)
        panels, widths = [["regions", "units", "share"]], [5, 4, 4]
        figure, self.axes = new_figure(9.2, 3.8, mosaic=panels, width_ratios=widths)
        self.artists = draw_layers(self.axes, self.x, self.labels, WIDTH, steps)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh())
        super().__init__(controls, canvas, player, restarting={"initial_bias", "init"})
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw the classes, the hinges of the first layer, the units, and the dead so far."""
        now = self._path[-1]
        self._draw_regions(now)
        for layer, firing in enumerate(now.firing, start=1):
            self.artists[f"layer {layer}"].set_array(shade_firing(firing).reshape(2, -1))
            shares = [100 * step.dead[layer - 1].mean() for step in self._path]
            self.artists[f"share {layer}"].set_data(range(len(shares)), shares)
        return self._words(now)

    def _run(self) -> Iterator[NetworkStep]:
        init, (bias,) = INITS[self.controls["init"].value], self.read("initial_bias")
        self._network = moons_network(init, bias, self.seed, WIDTH)
        self._path: list[NetworkStep] = []
        rate = partial(_rate, self)
        for now in train_network(self._network, self.x, self.labels, rate, self.steps):
            self._path.append(now)
            yield now

    def _draw_regions(self, now: NetworkStep) -> None:
        with np.errstate(over="ignore", invalid="ignore"):  # a run that left the numbers is shown
            logits = self._network.forward(self._grid.reshape(-1, 2))
            lead = np.clip(np.nan_to_num(logits[:, 1] - logits[:, 0]), -1, 1)
        self.artists["regions"].set_data(lead.reshape(self._grid.shape[:2]))
        linear = self._network.layers[0]
        alive = np.flatnonzero(~now.dead[0])
        hinges = [_hinge(linear.weight[:, unit], linear.bias[unit]) for unit in alive]
        self.artists["hinges"].set_segments(hinges)

    def _words(self, now: NetworkStep) -> str:
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

    def __init__(
        self,
        learning_rate: float = 1.0,
        initial_bias: float = -0.5,
        seed: int = 0,
        steps: int = 200,
    ) -> None:
        self.steps = length(steps, "steps")
        controls = {
            "learning_rate": number("learning rate", learning_rate, 0.05, 10, 0.05),
            "initial_bias": number("initial bias", initial_bias, -3, 1, 0.1),
            "seed": whole("seed", seed, 0, 50),
        }
        self.x, self.labels = two_moons()
        self.layers = ["layer 1", "layer 2"]
        figure, self.axes = new_figure(9.2, 3.7, mosaic=[self.layers])
        self.artists = draw_sleep(self.axes, WIDTH, steps)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh(), speed=50)
        super().__init__(controls, canvas, player, restarting={"initial_bias", "seed"})
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw every unit's share of firing so far, and where one woke."""
        for name, firing in zip(self.layers, self._firing, strict=True):
            so_far = np.isfinite(firing).all(axis=1)
            self.artists[name].set_data(shade_firing(firing).T)
            steps, units = np.nonzero(find_wakings(firing[so_far]))
            self.artists[f"{name}_woke"].set_data(steps + 1, units + 1)
        return self._words()

    def _run(self) -> Iterator[NetworkStep]:
        bias, seed = self.read("initial_bias", "seed")
        network = moons_network("he", bias, seed, WIDTH)
        self._firing = np.full((len(self.layers), self.steps + 1, WIDTH), np.nan)
        rate = partial(_rate, self)
        for now in train_network(network, self.x, self.labels, rate, self.steps):
            self._firing[:, now.step] = now.firing
            self._now = now
            yield now

    def _words(self) -> str:
        firing = self._firing[:, : self._now.step + 1]
        dead = [int(units.sum()) for units in self._now.dead]
        first, second = (find_wakings(layer).sum() for layer in firing)
        return (
            f"Step {self._now.step}. Layer 1: {dead[0]} of {WIDTH} units dead, {_times(first)}. "
            f"Layer 2: {dead[1]} of {WIDTH} dead, {_times(second)}."
        )


def _rate(view: Explorer) -> float:
    """The learning rate of now."""
    return view.read("learning_rate")[0]


@lru_cache(maxsize=16)
def _loss_map(alpha: float) -> np.ndarray:
    """The loss over the plane of weights and biases, for a unit with this slope on the left."""
    return np.minimum(loss_surface(WEIGHTS, BIASES, alpha, *hinge_data()), HIGHEST)


def _places(path: list[UnitStep]) -> tuple[list[float], list[float]]:
    return [step.weight for step in path], [step.bias for step in path]


def _kink(unit: UnitStep) -> list[float]:
    """Where weight * x + bias = 0, if among the inputs."""
    if abs(unit.bias) >= REACH * abs(unit.weight):
        return []
    return [-unit.bias / unit.weight]


def _fate(path: list[UnitStep]) -> str:
    """What has become of a unit, in words that follow its name."""
    now = path[-1]
    if now.diverged:
        return f"diverged at step {now.step}"
    if now.dead:
        since = next(step.step for step in path if step.dead)
        return f"has been dead since step {since}, every gradient 0, loss {now.loss:.3g}"
    if not now.firing:
        return f"is below 0 on every input, but learns on its slope {_short(now.alpha)}"
    return f"fires on {now.firing:.0%} of the inputs, loss {now.loss:.3f}"


def _hinge(weights: np.ndarray, bias: float) -> np.ndarray:
    """Two points far out on the line weights @ x + bias = 0; at infinity if there is none."""
    length = np.hypot(*weights)
    if not 0 < length < np.inf:
        return np.full((2, 2), np.nan)
    across = weights / length
    along = np.array([-across[1], across[0]])
    return -bias / length * across + np.array([[-10], [10]]) * along


def _grid(columns: int, rows: int) -> np.ndarray:
    """Points over the frame of the two moons: shape (rows, columns, 2)."""
    across, up = np.linspace(*FRAME[:2], columns), np.linspace(*FRAME[2:], rows)
    return np.stack(np.meshgrid(across, up), axis=-1)


def _short(slope: float) -> str:
    """Two decimals, and 0 for what is nearly 0."""
    return f"{round(slope, 2) + 0.0:.4g}"


def _times(wakings: int) -> str:
    return {0: "none ever woke", 1: "one woke"}.get(wakings, f"{wakings} wakings")
