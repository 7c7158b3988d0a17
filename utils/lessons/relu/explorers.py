"""The views of ReLU: the hinge, the kink, pieces, sums of hinges, and what depth does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from utils.activations import relu
from utils.arguments import real
from utils.data import WIDE
from utils.explorer import Explorer
from utils.hand import Hand
from utils.lessons.relu import experiments, plots
from utils.network import Network
from utils.settings import Choice, Number, Values, Whole
from utils.style import Artists, Panels, set_limits

GRIP = 2.0  # the x at which a hand takes the line


class UnitExplorer(Explorer):
    """One unit, relu(w x + b): where its hinge sits, what it passes and what it blocks."""

    settings = {
        "w": Number("weight w", 1.0, -1.5, 1.5, 0.1),
        "b": Number("bias b", -1.0, -3, 3, 0.1),
    }
    scenes = {
        "bias raised": {"w": 1.0, "b": 1.0},
        "turned around": {"w": -1.0, "b": -1.0},
        "all blocked": {"w": 0.9, "b": -3.0},
        "no hinge": {"w": 0.0},
    }
    hands = {
        "hinge": Hand("out", "x", "the hinge: drag it with the bias"),
        "grip": Hand("out", "y", "the line: tilt it with the weight"),
    }
    panels = {"mosaic": [["out", "slope"]], "width_ratios": [5, 4]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_unit(axes, WIDE)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"b": -now.w * x} if hand == "hinge" else {"w": (y - now.b) / GRIP}

    def update(self, now: Any, state: None = None) -> str:
        share = experiments.share_passed(now.w, now.b)
        hinge = -now.b / now.w + 0.0 if now.w else np.nan  # + 0.0: no minus before a zero
        edge = WIDE - 2 * WIDE * share if now.w >= 0 else 2 * WIDE * share - WIDE
        ends = np.array([-WIDE, edge, WIDE])
        self.artists["before"].set_data(ends, now.w * ends + now.b)
        self.artists["after"].set_data(ends, relu(now.w * ends + now.b))
        self.artists["hinge"].set_data([hinge], [0])
        self.artists["grip"].set_data([GRIP], [now.w * GRIP + now.b])
        set_limits(self.axes["out"], y=(-5, 4.5 if abs(now.w) * WIDE + now.b < 4.5 else 8))
        self._draw_sides(edge, passes_right=now.w >= 0)
        self._draw_slope(now.w, hinge)
        return _unit_words(now.w, now.b, hinge, share)

    def _draw_sides(self, edge: float, passes_right: bool) -> None:
        left, right = ("blocked", "passed") if passes_right else ("passed", "blocked")
        for name, low, high in ((left, -WIDE, edge), (right, edge, WIDE)):
            self.artists[name].set(x=low, width=high - low)
            self.artists[f"{name}_word"].set(x=(low + high) / 2, visible=high - low > 1)

    def _draw_slope(self, w: float, hinge: float) -> None:
        hinge = np.nan_to_num(hinge)
        left, right = (0, w) if w >= 0 else (w, 0)
        self.artists["slope"].set_data(
            [-9 * WIDE, hinge, np.nan, hinge, 9 * WIDE], [left, left, np.nan, right, right]
        )
        for name, value in {"filled": 0, "open": w}.items():
            self.artists[name].set_data([hinge], [value])
            self.artists[name].set_visible(w != 0)


def _unit_words(w: float, b: float, hinge: float, share: float) -> str:
    if w == 0:
        output = f"the output is b = {b:.4g}" if b > 0 else "the output is 0"
        return f"w = 0: there is no hinge, since x has no say. For every x {output}, its slope 0."
    side = "right" if w > 0 else "left"
    if 0 < share < 1:
        return (
            f"The hinge sits at x = -b/w = {hinge:.3g}. Inputs to the {side} of it pass, with "
            f"slope w = {w:.4g}; the others are blocked: output 0, slope 0. {share:.0%} of the "
            "inputs from -3 to 3 pass."
        )
    fate = f"slope w = {w:.4g}" if share else "output 0 and slope 0 for each of them"
    return (
        f"The hinge, at x = -b/w = {hinge:.3g}, does not lie between -3 and 3. {share:.0%} of the "
        f"inputs there pass: {fate}."
    )


STEPS_OUT = 1.4  # of h, where a hand takes the line of a slope


class KinkExplorer(Explorer):
    """ReLU under a microscope: its slope measured from the left and right, and a line of yours."""

    settings = {
        "x0": Number("point x0", 0.0, -1, 1, 0.01),
        "exponent": Number("h = 10 to the", -1.0, -6, 0, 0.1),
        "slope": Number("your slope", 0.5, -0.5, 1.5, 0.05),
    }
    scenes = {
        "the kink magnified": {"x0": 0.0, "exponent": -6.0},
        "across the kink": {"x0": 0.1, "exponent": 0.0},
        "beside the kink": {"x0": 0.1, "exponent": -2.0},
        "too steep a line": {"x0": 0.0, "slope": 1.25},
        "one subgradient": {"x0": 0.1, "slope": 1.0},
    }
    hands = {
        "grip": Hand("zoom", "y", "the line of your slope"),
        "right_now": Hand("quotient", "x", "the step h"),
    }
    panels = {"mosaic": [["zoom", "quotient"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_kink(axes, smallest=1e-6)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"slope": y / STEPS_OUT} if hand == "grip" else {"exponent": np.log10(x)}

    def update(self, now: Any, state: None = None) -> str:
        x0, h = now.x0, 10.0**now.exponent
        quotients, far = experiments.difference_quotients(relu, x0, h), np.array([-3, 3])
        bent = np.sort([-3, np.clip(-x0 / h, -3, 3), 3])
        self.artists["curve"].set_data(bent, (relu(x0 + h * bent) - relu(x0)) / h)
        self.artists["line"].set_data(far, now.slope * far)
        self.artists["grip"].set_data([STEPS_OUT], [now.slope * STEPS_OUT])
        steps = 10.0 ** np.linspace(-6, 0, 121)
        sides = zip(("left", "right"), (-1, 1), quotients, strict=True)
        for (name, end, here), all_slopes in zip(
            sides, experiments.difference_quotients(relu, x0, steps), strict=True
        ):
            self.artists[name].set_data([0, end], [0, end * here])
            self.artists[f"{name}_slope"].set_data(steps, all_slopes)
            self.artists[f"{name}_now"].set_data([h], [here])
        return _kink_words(x0, h, *quotients) + _line_words(x0, now.slope)


def _kink_words(x0: float, h: float, left: float, right: float) -> str:
    words = f"x0 = {x0:.4g}, h = {h:.3g}: slope from the left {left:.4g}, from the right "
    words += f"{right:.4g}. "
    if x0 == 0:
        return words + "They differ however small h is: no derivative. "
    if abs(right - left) > 1e-6:
        return words + f"They differ because h reaches across the kink: take h below {abs(x0):g}. "
    return words + "They agree: that is the derivative. "


def _line_words(x0: float, slope: float) -> str:
    low, high = experiments.subgradients(x0)
    if low <= slope <= high:
        return f"A line of slope {slope:.4g} stays on or below ReLU: a subgradient."
    return f"A line of slope {slope:.4g} rises above ReLU: no subgradient."


class StackExplorer(Explorer):
    """The same random layers, without ReLU and with ReLU between them."""

    settings = {
        "depth": Whole("linear layers", 3, 1, 12),
        "width": Whole("units a layer", 8, 1, 16),
        "draw": Whole("draw (seed)", 0, 0, 50),
    }
    scenes = {
        "one layer": {"depth": 1, "width": 8},
        "twelve layers": {"depth": 12, "width": 8},
        "gone flat": {"depth": 12, "width": 2, "draw": 28},
    }
    panels = {"mosaic": [["linear", "bent"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_stack(axes, WIDE)

    def update(self, now: Any, state: None = None) -> str:
        layers = experiments.stack_layers(now.depth, now.width, now.draw)
        (slope, offset), bends = experiments.collapse(layers), experiments.kinks(layers)
        ends, some = np.array([-WIDE, WIDE]), np.linspace(-WIDE, WIDE, 13)
        largest = np.abs(slope * ends + offset).max()
        self.artists["product"].set_data(ends, (slope * ends + offset) / largest)
        self.artists["stack"].set_data(some, _outputs(Network(layers), some) / largest)
        corners = np.sort([*ends, *bends])
        heights = _outputs(experiments.with_relu(layers), corners)
        heights = heights / np.abs(heights).max()
        self.artists["output"].set_data(corners, heights)
        self.artists["kinks"].set_data(bends, heights[1:-1])
        return _stack_words(now.depth, slope, len(bends) + 1, np.ptp(heights))


def _outputs(network: Network, x: np.ndarray) -> np.ndarray:
    return network.forward(x[:, np.newaxis])[:, 0]


def _stack_words(depth: int, slope: float, pieces: int, rise: float) -> str:
    if depth == 1:
        return f"One layer is one line, of slope {slope:.3g}. There is no place for a ReLU yet."
    words = (
        f"Without ReLU, {depth} layers are one line, of slope {slope:.3g}: the product of their "
    )
    words += "weights. With ReLU between them, the same weights make "
    if rise == 0:
        return words + "a flat line: no change of x gets through all the ReLUs."
    return words + ("1 straight piece." if pieces == 1 else f"{pieces} straight pieces.")


PLACES = (("evenly spaced", "even"), ("each where it helps most", "best"))


MOST = 30  # hinges


@cache
def _target_fits(name: str, way: str) -> experiments.HingeFits:
    return experiments.fit_each(*experiments.target_points(name), way, MOST)


class HingeExplorer(Explorer):
    """A sum of hinges, c + d x + sum of a relu(x - t), fitted to a target by least squares.

    Args:
        hinges: how many.
        target: one of `TARGETS`, or "yours" for the points `x`, `y`.
        places: "even", or "best": one after the other, each where it lowers the error most.
        x, y: points of your own, each of shape (points,).
    """

    settings = {
        "hinges": Whole("hinges", 5, 0, MOST),
        "target": Choice("target", "sine", tuple(experiments.TARGETS)),
        "places": Choice("places", "even", PLACES),
    }
    scenes = {
        "one hinge is enough": {"target": "|x|", "hinges": 1, "places": "even"},
        "two are worse": {"target": "|x|", "hinges": 2, "places": "even"},
        "a jump is hard": {"target": "step", "hinges": 30, "places": "even"},
        "each where it helps": {"target": "bump", "hinges": 10, "places": "best"},
    }
    hands = {"now": Hand("loss", "x", "the number of hinges")}
    panels = {"mosaic": [["fit", "loss"]], "width_ratios": [5, 4]}

    takes = ("x", "y")
    points = staticmethod(experiments.target_points)  # of a target, by its name
    fits = staticmethod(_target_fits)

    def take_in(self, x: ArrayLike | None, y: ArrayLike | None) -> Mapping[str, np.ndarray]:
        own = _own_points(x, y)
        fits = cache(lambda way: experiments.fit_each(*own, way, MOST))
        targets = Choice("target", "yours", (*experiments.TARGETS, "yours"))
        self.settings = self.settings | {"target": targets}
        self.points = lambda name: own if name == "yours" else experiments.target_points(name)
        self.fits = lambda name, way: fits(way) if name == "yours" else _target_fits(name, way)
        return dict(zip("xy", own, strict=True))

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_hinge_fit(axes, MOST)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"hinges": x}

    def update(self, now: Any, state: None = None) -> str:
        (x, y), fits = self.points(now.target), self.fits(now.target, now.places)
        self._look_at(x, y, fits.errors)
        places = fits.places[now.hinges]
        weights = experiments.fit_hinges(x, y, places)
        self.artists["bends"].set_data(places, experiments.hinge_columns(places, places) @ weights)
        corners = np.sort([x.min(), *places, x.max()])
        self.artists["sum"].set_data(corners, experiments.hinge_columns(corners, places) @ weights)
        lowest = self.axes["loss"].get_ylim()[0]
        self.artists["now"].set_data([now.hinges], [max(fits.errors[now.hinges], lowest)])
        return _hinge_words(now.hinges, len(places), fits.errors, experiments.root_mean_square(y))

    def _look_at(self, x: np.ndarray, y: np.ndarray, errors: Sequence[float]) -> None:
        pad, edge = 0.2 * np.ptp(y) or 1.0, 0.02 * np.ptp(x)
        set_limits(self.axes["fit"], (x[0] - edge, x[-1] + edge), (y.min() - pad, y.max() + pad))
        top = 10 ** np.ceil(np.log10(max(errors) or 1))
        low = max(top / 1e4, 10 ** np.floor(np.log10(min(errors) or 1e-300)))
        set_limits(self.axes["loss"], y=(low, 1.5 * top))
        self.artists["points"].set_data(x, y)
        self.artists["errors"].set_data(range(len(errors)), np.maximum(errors, low))


MOST_POINTS = 5000  # which take a second
LARGEST = 1e100  # of numbers whose squares are summed


def _own_points(x: ArrayLike | None, y: ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
    """The reader's points from left to right; ValueError for what no sum can be fitted to."""
    x, y = (real([] if row is None else row, name) for row, name in ((x, "x"), (y, "y")))
    if x.size > MOST_POINTS:
        raise ValueError(f"x must hold at most {MOST_POINTS:,} points, got {x.size:,}: take some")
    if x.ndim != 1 or x.shape != y.shape or len(np.unique(x)) < 2:
        raise ValueError(
            "x and y must be two rows of equal length with at least two different x, "
            f"got shapes {x.shape} and {y.shape}"
        )
    if not (np.abs([x, y]) <= LARGEST).all():
        raise ValueError(
            f"x and y must be finite numbers in [-{LARGEST:g}, {LARGEST:g}], got others among them"
        )
    order = np.argsort(x)
    return x[order], y[order]


def _hinge_words(n: int, used: int, errors: Sequence[float], size: float) -> str:
    count = f"{n} hinge{'' if n == 1 else 's'}{'' if used == n else f', of which {used} in use'}"
    if errors[n] <= 1e-9 * size:
        return f"{count}: the sum goes through every point. Nothing is left to improve."
    words = f"{count}: the error (root mean square) is {errors[n]:.3g}"
    if n == 0:
        return f"{words}. Without hinges the sum is the best straight line."
    return f"{words}, {errors[n] / errors[0]:.1%} of what the best straight line leaves."


HAND_TARGETS = {
    "ramp": {"slope_1": 1.0, "place_1": -1.0, "slope_2": -1.0, "place_2": 1.0},
    "roof": {"slope_1": 1.5, "place_1": -1.5, "slope_2": -3.0, "place_2": 0.5},
    "steep step": {"slope_1": 3.0, "place_1": -0.2, "slope_2": -3.0, "place_2": 0.2},
}  # each with its answer
HIT = 0.01


class HandFitExplorer(Explorer):
    """Two hinges by hand: four sliders, and a target to hit."""

    settings = {
        "slope_1": Number("hinge 1 slope", 0.5, -4, 4, 0.1),
        "place_1": Number("hinge 1 place", 0.0, -3, 3, 0.1),
        "slope_2": Number("hinge 2 slope", 0.5, -4, 4, 0.1),
        "place_2": Number("hinge 2 place", 1.5, -3, 3, 0.1),
        "target": Choice("target", "ramp", tuple(HAND_TARGETS)),
    }
    scenes = {
        "one hinge never closes": {**HAND_TARGETS["ramp"], "slope_2": 0.0, "target": "ramp"},
        "falling again": {**HAND_TARGETS["ramp"], "slope_2": -2.0, "target": "ramp"},
    }
    hands = {
        "place 1": Hand("parts", "x", "hinge 1: its place"),
        "slope 1": Hand("parts", "y", "hinge 1: its slope"),
        "place 2": Hand("parts", "x", "hinge 2: its place"),
        "slope 2": Hand("parts", "y", "hinge 2: its slope"),
    }
    inches = 3.6
    panels = {"mosaic": [["parts", "sum"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_hand_fit(axes, WIDE)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        part, hinge = hand.split()
        place = getattr(now, f"place_{hinge}")
        return {f"{part}_{hinge}": x if part == "place" else y / _reach(place)}

    def update(self, now: Any, state: None = None) -> str:
        x = np.linspace(-WIDE, WIDE, 241)
        hinges = now.slope_1 * relu(x - now.place_1), now.slope_2 * relu(x - now.place_2)
        answer = HAND_TARGETS[now.target]
        aim = answer["slope_1"] * relu(x - answer["place_1"])
        aim += answer["slope_2"] * relu(x - answer["place_2"])
        gap = sum(hinges) - aim
        worst = np.abs(gap).argmax()
        for name, values in zip("12", hinges, strict=True):
            place, slope = getattr(now, f"place_{name}"), getattr(now, f"slope_{name}")
            self.artists[f"hinge {name}"].set_data(x, values)
            self.artists[f"place {name}"].set_data([place], [0])
            reach = _reach(place)
            self.artists[f"slope {name}"].set_data([place + reach], [slope * reach])
        self.artists["target"].set_data(x, aim)
        self.artists["sum"].set_data(x, sum(hinges))
        self.artists["gap"].set_data([x[worst]] * 2, [aim[worst], aim[worst] + gap[worst]])
        return _hand_words(experiments.root_mean_square(gap), x[worst], gap[worst])


def _reach(place: float) -> float:
    """How far right of a hinge a hand takes its line; NaN where the picture has no room for it."""
    return min(1.0, WIDE - place) if place < WIDE else np.nan


def _hand_words(distance: float, x: float, gap: float) -> str:
    if distance < HIT:
        return "Hit! The sum of the two hinges lies on the target."
    return (
        f"Distance to the target {distance:.2f} (root mean square); 0 is a hit. The gap is largest "
        f"at x = {x + 0.0:.2g}, where the sum is {abs(gap):.2f} too {'high' if gap > 0 else 'low'}."
    )


LENGTHS = ((1e-16, 1e4), (1e-8, 1e2))  # the axis of the gradients: deep, and half as deep


class GradientExplorer(Explorer):
    """How much of a gradient is left, layer by layer, with ReLU, tanh and the sigmoid."""

    DEEPEST = 20
    settings = {
        "depth": Whole("layers", 10, 1, DEEPEST),
        "input_size": Number("size of inputs", 1.0, 0.1, 20, 0.1),
        "scale": Number("weight scale", 1.0, 0.7, 1.5, 0.05),
    }
    scenes = {
        "saturated": {"input_size": 20.0},
        "growing": {"scale": 1.5},
        "twenty layers": {"depth": 20},
    }
    panels = {"mosaic": [["length"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_gradients(axes, self.DEEPEST)

    def update(self, now: Any, state: None = None) -> str:
        back, ends = np.arange(now.depth + 1), {}
        half = now.depth <= self.DEEPEST / 2
        set_limits(self.axes["length"], (0, self.DEEPEST / (1 + half) + 0.3), LENGTHS[half])
        for name in plots.MARKS:
            lengths = experiments.gradient_left(name, now.depth, now.input_size, now.scale)
            self.artists[name].set_data(back, lengths)
            ends[name] = lengths[-1]
        bound = (0.25 * now.scale) ** back
        self.artists["bound"].set_data(back, bound)
        factor = "0.25" if now.scale == 1 else f"(0.25 x {now.scale:.4g})"
        return (
            f"Sent back through {now.depth} layer{'' if now.depth == 1 else 's'}, a gradient of "
            f"length 1 arrives with length {ends['ReLU']:.2g} (ReLU), {ends['tanh']:.2g} (tanh) "
            f"and {ends['sigmoid']:.2g} (sigmoid). The bound of the sigmoid is "
            f"{factor}^{now.depth} = {bound[-1]:.2g}."
        )


RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
Losses = Mapping[str, tuple[float, ...]]  # so far, of each network


class SpeedExplorer(Explorer):
    """Three networks learn one task, with ReLU, tanh and the sigmoid: who needs how many steps?"""

    STEPS = 500
    settings = {
        "goal": Number("goal: a loss of", 0.1, 0.02, 0.5, 0.01, restarts=True),
        "task": Choice("task", "two moons", tuple(experiments.TASKS), restarts=True),
        "learning_rate": Choice("learning rate", 1.0, RATES, restarts=True),
        "depth": Whole("hidden layers", 2, 1, 3, restarts=True),
        "draw": Whole("draw (seed)", 0, 0, 50, restarts=True),
    }
    scenes = {
        "the two moons": {"task": "two moons", "learning_rate": 1.0},
        "the sine": {"task": "sine", "learning_rate": 0.1},
        "without end": {"task": "sine", "learning_rate": 1.0},
        "a dead layer": {"task": "two moons", "learning_rate": 3.0, "depth": 2, "draw": 5},
    }
    inches, speed = 3.5, 20
    panels = {"mosaic": [["loss"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_speed(axes, self.STEPS)

    def run(self, settings: Callable[[], Any]) -> Iterator[Losses]:
        now = settings()
        task, runs = experiments.TASKS[now.task](), {}
        for name in plots.MARKS:
            network = experiments.speed_network(name, task, now.depth, now.draw)
            runs[name] = experiments.descend(network, task, now.learning_rate)
        yield from islice(experiments.race(runs, now.goal), self.STEPS + 1)

    def update(self, now: Any, state: Losses) -> str:
        self.artists["goal"].set_data([0, self.STEPS], [now.goal] * 2)
        for name, losses in state.items():
            self.artists[name].set_data(range(len(losses)), losses)
            self.artists[f"{name} now"].set_data([len(losses) - 1], losses[-1:])
        step = max(map(len, state.values())) - 1
        fates = "; ".join(f"{name} {_fate(losses, now.goal)}" for name, losses in state.items())
        return f"Step {step}. The goal is a loss of {now.goal:.4g}: {fates}."


def _fate(losses: Sequence[float], goal: float) -> str:
    if losses[-1] <= goal:
        return f"reached it at step {len(losses) - 1}"
    if losses[-1] < experiments.FAR:
        return f"stands at {losses[-1]:.3g}"
    return f"diverged at step {len(losses) - 1}"
