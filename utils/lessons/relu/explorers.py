"""The views of lesson 01: the hinge, the kink, pieces, sums of hinges, and what depth does."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from utils.activations import relu
from utils.arguments import real
from utils.before import Explorer, choice, new_figure, number, whole
from utils.canvas import Canvas
from utils.lessons.relu.experiments import (
    FAR,
    LARGEST,
    REACH,
    TARGETS,
    best_places,
    collapse,
    descend,
    difference_quotients,
    even_places,
    fit_hinges,
    gradient_left,
    hinge_columns,
    hinge_error,
    kinks,
    root_mean_square,
    share_passed,
    speed_network,
    speed_task,
    stack_layers,
    subgradients,
    target_points,
    with_relu,
)
from utils.lessons.relu.plots import (
    MARKS,
    draw_gradients,
    draw_hand_fit,
    draw_hinge_fit,
    draw_kink,
    draw_speed,
    draw_stack,
    draw_unit,
)
from utils.network import Network
from utils.player import Player


class UnitExplorer(Explorer):
    """One unit, relu(w x + b): where its hinge sits, what it passes and what it blocks."""

    def __init__(self, w: float = 1.0, b: float = -1.0) -> None:
        controls = {
            "w": number("weight w", w, -1.5, 1.5, 0.1),
            "b": number("bias b", b, -3, 3, 0.1),
        }
        figure, axes = new_figure(9.2, 3.9, mosaic=[["out", "slope"]], width_ratios=[5, 4])
        self.artists = draw_unit(axes, REACH)
        super().__init__(controls, Canvas(figure, self.artists.values()))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Move the hinge, and the areas and slopes on its two sides."""
        w, b = self.controls["w"].value, self.controls["b"].value
        share = share_passed(w, b)
        hinge = -b / w + 0.0 if w else np.nan  # + 0.0: no minus before a zero
        edge = REACH - 2 * REACH * share if w >= 0 else 2 * REACH * share - REACH
        ends = np.array([-REACH, edge, REACH])
        self.artists["before"].set_data(ends, w * ends + b)
        self.artists["after"].set_data(ends, relu(w * ends + b))
        self.artists["hinge"].set_data([hinge], [0])
        self._draw_sides(edge, passes_right=w >= 0)
        self._draw_slope(w, hinge)
        return _unit_words(w, b, hinge, share)

    def _draw_sides(self, edge: float, passes_right: bool) -> None:
        left, right = ("blocked", "passed") if passes_right else ("passed", "blocked")
        for name, low, high in ((left, -REACH, edge), (right, edge, REACH)):
            self.artists[name].set(x=low, width=high - low)
            self.artists[f"{name}_word"].set(x=(low + high) / 2, visible=high - low > 1)

    def _draw_slope(self, w: float, hinge: float) -> None:
        hinge = np.nan_to_num(hinge)
        left, right = (0, w) if w >= 0 else (w, 0)
        self.artists["slope"].set_data(
            [-9 * REACH, hinge, np.nan, hinge, 9 * REACH], [left, left, np.nan, right, right]
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


class KinkExplorer(Explorer):
    """ReLU under a microscope: its slope measured from the left and right, and a line of yours."""

    def __init__(self, x0: float = 0.0, exponent: float = -1.0, slope: float = 0.5) -> None:
        controls = {
            "x0": number("point x0", x0, -1, 1, 0.01),
            "exponent": number("h = 10 to the", exponent, -6, 0, 0.1),
            "slope": number("your slope", slope, -0.5, 1.5, 0.05),
        }
        figure, axes = new_figure(9.2, 3.9, mosaic=[["zoom", "quotient"]])
        self.artists = draw_kink(axes, smallest=1e-6)
        super().__init__(controls, Canvas(figure, self.artists.values()))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Look at x0 at the scale h, and measure the slope at every h."""
        x0, h = self.controls["x0"].value, 10.0 ** self.controls["exponent"].value
        slope, quotients = self.controls["slope"].value, difference_quotients(relu, x0, h)
        far = np.array([-3, 3])
        bent = np.sort([-3, np.clip(-x0 / h, -3, 3), 3])
        self.artists["curve"].set_data(bent, (relu(x0 + h * bent) - relu(x0)) / h)
        self.artists["line"].set_data(far, slope * far)
        steps = 10.0 ** np.linspace(-6, 0, 121)
        sides = zip(("left", "right"), (-1, 1), quotients, strict=True)
        for (name, end, now), all_slopes in zip(
            sides, difference_quotients(relu, x0, steps), strict=True
        ):
            self.artists[name].set_data([0, end], [0, end * now])
            self.artists[f"{name}_slope"].set_data(steps, all_slopes)
            self.artists[f"{name}_now"].set_data([h], [now])
        return _kink_words(x0, h, *quotients) + _line_words(x0, slope)


def _kink_words(x0: float, h: float, left: float, right: float) -> str:
    words = f"x0 = {x0:.4g}, h = {h:.3g}: slope from the left {left:.4g}, from the right "
    words += f"{right:.4g}. "
    if x0 == 0:
        return words + "They differ however small h is: no derivative. "
    if abs(right - left) > 1e-6:
        return words + f"They differ because h reaches across the kink: take h below {abs(x0):g}. "
    return words + "They agree: that is the derivative. "


def _line_words(x0: float, slope: float) -> str:
    low, high = subgradients(x0)
    if low <= slope <= high:
        return f"A line of slope {slope:.4g} stays on or below ReLU: a subgradient."
    return f"A line of slope {slope:.4g} rises above ReLU: no subgradient."


class StackExplorer(Explorer):
    """The same random layers, without ReLU and with ReLU between them."""

    def __init__(self, depth: int = 3, width: int = 8, draw: int = 0) -> None:
        controls = {
            "depth": whole("linear layers", depth, 1, 12),
            "width": whole("units a layer", width, 1, 16),
            "draw": whole("draw (seed)", draw, 0, 50),
        }
        figure, axes = new_figure(9.2, 3.9, mosaic=[["linear", "bent"]])
        self.artists = draw_stack(axes, REACH)
        super().__init__(controls, Canvas(figure, self.artists.values()))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Draw both networks, each as a share of its largest output."""
        names = ("depth", "width", "draw")
        layers = stack_layers(*(self.controls[name].value for name in names))
        slope, offset = collapse(layers)
        bends = kinks(layers)
        ends, some = np.array([-REACH, REACH]), np.linspace(-REACH, REACH, 13)
        largest = np.abs(slope * ends + offset).max()
        self.artists["product"].set_data(ends, (slope * ends + offset) / largest)
        self.artists["stack"].set_data(some, _outputs(Network(layers), some) / largest)
        corners = np.sort([*ends, *bends])
        heights = _outputs(with_relu(layers), corners)
        heights = heights / np.abs(heights).max()
        self.artists["output"].set_data(corners, heights)
        self.artists["kinks"].set_data(bends, heights[1:-1])
        return _stack_words(len(layers), slope, len(bends) + 1, np.ptp(heights))


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


class HingeExplorer(Explorer):
    """A sum of hinges, c + d x + sum of a relu(x - t), fitted to a target by least squares.

    Args:
        target: one of `TARGETS`, or "yours" for the points `x`, `y`.
        hinges: how many.
        places: "even", or "best": one after the other, each where it lowers the error most.
        x, y: points of your own, each of shape (points,).
    """

    MOST = 30

    def __init__(
        self,
        target: str | None = None,
        hinges: int = 5,
        places: str = "even",
        x: ArrayLike | None = None,
        y: ArrayLike | None = None,
    ) -> None:
        self._points = {name: target_points(name) for name in TARGETS}
        if x is not None or y is not None:
            self._points["yours"] = _own_points(x, y)
        if target is None:
            target = "yours" if "yours" in self._points else "sine"
        ways = [("evenly spaced", "even"), ("each where it helps most", "best")]
        controls = {
            "target": choice("target", target, list(self._points)),
            "hinges": whole("hinges", hinges, 0, self.MOST),
            "places": choice("places", places, ways),
        }
        panels = [["fit", "loss"]]
        figure, self.axes = new_figure(9.2, 3.9, mosaic=panels, width_ratios=[5, 4])
        self.artists = draw_hinge_fit(self.axes, self.MOST)
        super().__init__(controls, Canvas(figure, self.artists.values()))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Fit the sum, and draw its error among those of all other numbers of hinges."""
        x, y = self._points[self.controls["target"].value]
        if changed != "hinges":
            self._look_at(x, y)
        n = self.controls["hinges"].value
        places = self._places(x, y, n)
        weights = fit_hinges(x, y, places)
        self.artists["bends"].set_data(places, hinge_columns(places, places) @ weights)
        corners = np.sort([x.min(), *places, x.max()])
        self.artists["sum"].set_data(corners, hinge_columns(corners, places) @ weights)
        floor = self.axes["loss"].get_ylim()[0]
        self.artists["now"].set_data([n], [max(self._errors[n], floor)])
        return _hinge_words(n, len(places), self._errors, root_mean_square(y))

    def _places(self, x: np.ndarray, y: np.ndarray, n: int) -> np.ndarray:
        return even_places(x, n) if self.controls["places"].value == "even" else self._best[:n]

    def _look_at(self, x: np.ndarray, y: np.ndarray) -> None:
        """Draw the target, and the errors of 0 to `MOST` hinges."""
        self._best = best_places(x, y, self.MOST)
        counts = range(self.MOST + 1)
        self._errors = [hinge_error(x, y, self._places(x, y, n)) for n in counts]
        pad = 0.2 * np.ptp(y) or 1.0
        edge = 0.02 * np.ptp(x)
        self.axes["fit"].set(xlim=(x[0] - edge, x[-1] + edge), ylim=(y.min() - pad, y.max() + pad))
        top = 10 ** np.ceil(np.log10(max(self._errors) or 1))
        self.axes["loss"].set_ylim(top / 1e4, 1.5 * top)
        self.artists["points"].set_data(x, y)
        self.artists["errors"].set_data(counts, np.maximum(self._errors, top / 1e4))


def _own_points(x: ArrayLike | None, y: ArrayLike | None) -> tuple[np.ndarray, np.ndarray]:
    x, y = (real([] if row is None else row, name) for row, name in ((x, "x"), (y, "y")))
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


def _hinge_words(n: int, used: int, errors: list[float], size: float) -> str:
    count = f"{n} hinge{'' if n == 1 else 's'}{'' if used == n else f', of which {used} in use'}"
    if errors[n] <= 1e-9 * size:
        return f"{count}: the sum goes through every point. Nothing is left to improve."
    words = f"{count}: the error (root mean square) is {errors[n]:.3g}"
    if n == 0:
        return f"{words}. Without hinges the sum is the best straight line."
    return f"{words}, {errors[n] / errors[0]:.1%} of what the best straight line leaves."


HAND_TARGETS = {
    "ramp": (1.0, -1.0, -1.0, 1.0),
    "roof": (1.5, -1.5, -3.0, 0.5),
    "steep step": (3.0, -0.2, -3.0, 0.2),
}  # the answers: slope and place of hinge 1, then of hinge 2
HIT = 0.01


class HandFitExplorer(Explorer):
    """Two hinges by hand: four sliders, and a target to hit."""

    def __init__(
        self,
        target: str = "ramp",
        slope_1: float = 0.5,
        place_1: float = 0.0,
        slope_2: float = 0.5,
        place_2: float = 1.5,
    ) -> None:
        controls = {
            "slope_1": number("hinge 1 slope", slope_1, -4, 4, 0.1),
            "place_1": number("hinge 1 place", place_1, -3, 3, 0.1),
            "slope_2": number("hinge 2 slope", slope_2, -4, 4, 0.1),
            "place_2": number("hinge 2 place", place_2, -3, 3, 0.1),
            "target": choice("target", target, list(HAND_TARGETS)),
        }
        figure, axes = new_figure(9.2, 3.6, mosaic=[["parts", "sum"]])
        self.artists = draw_hand_fit(axes, REACH)
        super().__init__(controls, Canvas(figure, self.artists.values()))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Add the two hinges, and hold their sum against the target."""
        slope_1, place_1, slope_2, place_2, target = (
            control.value for name, control in self.controls.items() if name != "reset"
        )
        x = np.linspace(-REACH, REACH, 241)
        hinges = slope_1 * relu(x - place_1), slope_2 * relu(x - place_2)
        aim = _two_hinges(x, *HAND_TARGETS[target])
        gap = sum(hinges) - aim
        worst = np.abs(gap).argmax()
        for name, values in zip(("hinge 1", "hinge 2"), hinges, strict=True):
            self.artists[name].set_data(x, values)
        self.artists["target"].set_data(x, aim)
        self.artists["sum"].set_data(x, sum(hinges))
        self.artists["gap"].set_data([x[worst]] * 2, [aim[worst], aim[worst] + gap[worst]])
        return _hand_words(root_mean_square(gap), x[worst], gap[worst])


def _two_hinges(
    x: np.ndarray, slope_1: float, place_1: float, slope_2: float, place_2: float
) -> np.ndarray:
    return slope_1 * relu(x - place_1) + slope_2 * relu(x - place_2)


def _hand_words(distance: float, x: float, gap: float) -> str:
    if distance < HIT:
        return "Hit! The sum of the two hinges lies on the target."
    return (
        f"Distance to the target {distance:.2f} (root mean square); 0 is a hit. The gap is largest "
        f"at x = {x + 0.0:.2g}, where the sum is {abs(gap):.2f} too {'high' if gap > 0 else 'low'}."
    )


class GradientExplorer(Explorer):
    """How much of a gradient is left, layer by layer, with ReLU, tanh and the sigmoid."""

    DEEPEST = 20

    def __init__(self, depth: int = 10, input_size: float = 1.0, scale: float = 1.0) -> None:
        controls = {
            "depth": whole("layers", depth, 1, self.DEEPEST),
            "input_size": number("size of inputs", input_size, 0.1, 20, 0.1),
            "scale": number("weight scale", scale, 0.7, 1.5, 0.05),
        }
        figure, ax = new_figure(9.2, 3.9)
        self.artists = draw_gradients(ax, self.DEEPEST)
        super().__init__(controls, Canvas(figure, self.artists.values()))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Send a gradient back through three networks."""
        depth, size, scale = (
            self.controls[name].value for name in ("depth", "input_size", "scale")
        )
        back, ends = np.arange(depth + 1), {}
        for name in MARKS:
            lengths = gradient_left(name, depth, size, scale)
            self.artists[name].set_data(back, lengths)
            ends[name] = lengths[-1]
        bound = (0.25 * scale) ** back
        self.artists["bound"].set_data(back, bound)
        factor = "0.25" if scale == 1 else f"(0.25 x {scale:.4g})"
        return (
            f"Sent back through {depth} layer{'' if depth == 1 else 's'}, a gradient of length 1 "
            f"arrives with length {ends['ReLU']:.2g} (ReLU), {ends['tanh']:.2g} (tanh) and "
            f"{ends['sigmoid']:.2g} (sigmoid). The bound of the sigmoid is {factor}^{depth} = "
            f"{bound[-1]:.2g}."
        )


class SpeedExplorer(Explorer):
    """Three networks learn one task, with ReLU, tanh and the sigmoid: who needs how many steps?"""

    STEPS = 500

    def __init__(
        self,
        task: str = "two moons",
        learning_rate: float = 1.0,
        depth: int = 2,
        goal: float = 0.1,
        draw: int = 0,
    ) -> None:
        rates = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
        controls = {
            "task": choice("task", task, ["two moons", "sine"]),
            "learning_rate": choice("learning rate", learning_rate, rates),
            "depth": whole("hidden layers", depth, 1, 3),
            "goal": number("goal: a loss of", goal, 0.02, 0.5, 0.01),
            "draw": whole("draw (seed)", draw, 0, 50),
        }
        figure, ax = new_figure(9.2, 3.5)
        self.artists = draw_speed(ax, self.STEPS)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh(), speed=20)
        super().__init__(controls, canvas, player, restarting=set(controls))
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw the three losses so far."""
        self.artists["goal"].set_data([0, self.STEPS], [self._goal] * 2)
        for name, losses in self._losses.items():
            self.artists[name].set_data(range(len(losses)), losses)
            self.artists[f"{name} now"].set_data([len(losses) - 1], losses[-1:])
        step = max(map(len, self._losses.values())) - 1
        words = "; ".join(f"{name} {self._fate(losses)}" for name, losses in self._losses.items())
        return f"Step {step}. The goal is a loss of {self._goal:.4g}: {words}."

    def _fate(self, losses: list[float]) -> str:
        if losses[-1] <= self._goal:
            return f"reached it at step {len(losses) - 1}"
        if losses[-1] < FAR:
            return f"stands at {losses[-1]:.3g}"
        return f"diverged at step {len(losses) - 1}"

    def _run(self) -> Iterator[int]:
        """One step of each network at a time, until it has reached the goal or diverged."""
        task = speed_task(self.controls["task"].value)
        depth, seed = self.controls["depth"].value, self.controls["draw"].value
        rate, self._goal = self.controls["learning_rate"].value, self.controls["goal"].value
        runs = {name: descend(speed_network(name, task, depth, seed), task, rate) for name in MARKS}
        self._losses: dict[str, list[float]] = {name: [] for name in MARKS}
        for step in range(self.STEPS + 1):
            for name, run in runs.items():
                losses = self._losses[name]
                if not losses or self._goal < losses[-1] < FAR:
                    losses.append(next(run))
            yield step
            if not any(self._goal < losses[-1] < FAR for losses in self._losses.values()):
                return
