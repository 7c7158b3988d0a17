"""The views of lesson 04: alpha learned by gradient descent on a squared error."""

from collections.abc import Iterator
from itertools import islice

import numpy as np

from utils.activations import prelu
from utils.before import Explorer, length, new_figure, number, seed_number, whole
from utils.canvas import Canvas
from utils.data import prelu_data
from utils.lessons.learning_alpha.experiments import (
    FAR,
    AlphaStep,
    Descent,
    descend_alpha,
    forecast_alpha,
    regime,
    run_alpha,
)
from utils.lessons.learning_alpha.plots import (
    draw_decay,
    draw_descent,
    draw_regime_line,
    draw_signs,
)
from utils.player import Player
from utils.style import round_up

REACH = 2.0  # the data's x run from -REACH to REACH
DATA = ("true_alpha", "noise", "points")
SETTINGS = ("learning_rate", "momentum", "weight_decay", "batch")
GOAL = 0.005  # alpha has reached its goal when it is closer than this
SAID = {
    "slow": "slow, always from one side",
    "one step": "one step is enough",
    "ringing": "ringing, from one side to the other",
    "on the edge": "on the edge, swinging for ever",
    "divergent": "divergent, each step overshoots by more",
}


class AlphaExplorer(Explorer):
    """The live training cell: data and fit, the loss with the ball on it, alpha against step."""

    def __init__(
        self,
        learning_rate: float = 0.1,
        start_alpha: float = 1.0,
        true_alpha: float = 0.25,
        noise: float = 0.1,
        points: int = 41,
        batch: int | None = None,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
        steps: int = 60,
        seed: int = 0,
    ) -> None:
        self.steps, self.seed = length(steps, "steps"), seed_number(seed)
        controls = {
            "learning_rate": number("learning rate", learning_rate, 0.01, 3, 0.01),
            "start_alpha": number("starting alpha", start_alpha, -1, 2, 0.05),
            "true_alpha": number("true alpha", true_alpha, -1, 2, 0.05),
            "noise": number("noise in y", noise, 0, 1, 0.05),
            "points": whole("data points", points, 2, 200),
            "batch": whole("batch size", points if batch is None else batch, 1, points),
            "momentum": number("momentum", momentum, 0, 0.95, 0.05),
            "weight_decay": number("weight decay", weight_decay, 0, 3, 0.05),
        }
        panels = [["line"] * 3, ["data", "loss", "path"]]
        figure, self.axes = new_figure(
            9.2, 4.2, mosaic=panels, height_ratios=[1, 6], width_ratios=[3, 3, 4]
        )
        self.artists = draw_regime_line(self.axes["line"])
        self.artists |= draw_descent(self.axes, REACH, steps)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh())
        super().__init__(controls, canvas, player, restarting={"start_alpha"})
        controls["points"].observe(self._follow_points, "value")
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw the run so far over what the theory foretold."""
        descent, now = self._descent(), self._now
        if changed or now.step == 0:  # a new setting gives a new forecast, from here on
            self._forecast[now.step :] = forecast_alpha(now, descent, self.steps - now.step)
        self._draw_rate(descent)
        self._draw_data(descent, now)
        self._draw_loss(descent, now)
        self._draw_path(descent, now)
        return _words(descent, now)

    def _descent(self) -> Descent:
        values = {name: self.controls[name].value for name in DATA + SETTINGS}
        x, y = prelu_data(*(values.pop(name) for name in DATA), seed=self.seed)
        # The two sliders may move on another thread, one after the other.
        return Descent(x, y, **values | {"batch": min(values["batch"], len(x))})

    def _run(self) -> Iterator[AlphaStep]:
        self._path, self._forecast = [], np.empty(self.steps + 1)
        start = self.controls["start_alpha"].value
        for now in islice(descend_alpha(start, self._descent, self.seed), self.steps + 1):
            self._now = now
            self._path.append(now.alpha)
            yield now

    def _follow_points(self, _: dict) -> None:
        """The largest batch is all points; a batch of all stays one."""
        batch, points = self.controls["batch"], self.controls["points"].value
        takes_all = batch.value == batch.max
        batch.max = points
        if takes_all:
            batch.value = points

    def _draw_rate(self, descent: Descent) -> None:
        """The learning rate among the regimes; momentum moves the limit between the first two."""
        limit = (1 - descent.momentum**0.5) ** 2 / (2 * (1 + descent.momentum))
        self.artists["rate"].set_xdata([min(descent.learning_rate / descent.edge, 1.5)])
        self.artists["limit"].set_xdata([limit])
        self.artists["slow"].set(x=limit / 2, visible=limit > 0.15)
        self.artists["one step"].set_visible(descent.momentum == 0)
        self.artists["ringing"].set_x((limit + 1) / 2)

    def _draw_data(self, descent: Descent, now: AlphaStep) -> None:
        ends = np.array([-REACH, 0, REACH])
        self.artists["points"].set_data(descent.x, descent.y)
        self.artists["true"].set_data(ends, prelu(ends, self.controls["true_alpha"].value))
        self.artists["now"].set_data(ends, prelu(ends, now.alpha))

    def _draw_loss(self, descent: Descent, now: AlphaStep) -> None:
        low, high = _alpha_limits(self._path)
        alphas = np.linspace(low, high, 201)
        losses = descent.objective(alphas)
        self.axes["loss"].set(xlim=(low, high), ylim=(0, round_up(losses.max())))
        self.artists["parabola"].set_data(alphas, losses)
        self.artists["trail"].set_data(self._path, descent.objective(self._path))
        self.artists["ball"].set_data([now.alpha], [descent.objective(now.alpha)])
        self.artists["lowest"].set_data([descent.optimum] * 2, [0, round_up(losses.max())])

    def _draw_path(self, descent: Descent, now: AlphaStep) -> None:
        steps, true_alpha = np.arange(self.steps + 1), self.controls["true_alpha"].value
        low, high = _alpha_limits(self._path)
        self.axes["path"].set_ylim(low, high)
        self.artists["theory"].set_data(steps, _until_outside(self._forecast, low, high))
        self.artists["aim"].set_data([0, self.steps], [true_alpha] * 2)
        self.artists["goal"].set_data([0, self.steps], [descent.optimum] * 2)
        self.artists["walked"].set_data(steps[: len(self._path)], self._path)
        self.artists["end"].set_data([now.step], [now.alpha])


class SignExplorer(Explorer):
    """The same run twice: the gradient subtracted, and added."""

    def __init__(
        self, learning_rate: float = 0.1, start_alpha: float = 1.0, steps: int = 40
    ) -> None:
        self.steps = length(steps, "steps")
        controls = {
            "learning_rate": number("learning rate", learning_rate, 0.01, 1, 0.01),
            "start_alpha": number("starting alpha", start_alpha, -1, 2, 0.05),
        }
        self.x, self.y = prelu_data(true_alpha=0.25, noise=0.1)
        figure, self.axes = new_figure(9.2, 3.8, mosaic=[["loss", "path"]])
        self.artists = draw_signs(self.axes, steps)
        canvas = Canvas(figure, self.artists.values())
        player = Player(self._run, lambda _: self.refresh(), speed=5)
        super().__init__(controls, canvas, player, restarting={"start_alpha"})
        player.reset()

    def update(self, changed: str | None = None) -> str:
        """Draw both runs so far, on one loss."""
        descent = self._descent()
        low, high = _alpha_limits(self._paths["subtracted"] + self._paths["added"])
        alphas = np.linspace(low, high, 201)
        losses = descent.objective(alphas)
        self.axes["loss"].set(xlim=(low, high), ylim=(0, round_up(losses.max())))
        self.axes["path"].set_ylim(low, high)
        self.artists["parabola"].set_data(alphas, losses)
        self.artists["goal"].set_data([0, self.steps], [descent.optimum] * 2)
        for name, path in self._paths.items():
            self.artists[name].set_data(range(len(path)), path)
            self.artists[f"{name}_ball"].set_data(path[-1:], descent.objective(path[-1:]))
        return self._words(descent)

    def _descent(self, sign: int = 1) -> Descent:
        return Descent(self.x, self.y, sign * self.controls["learning_rate"].value)

    def _run(self) -> Iterator[int]:
        """Both runs, step by step, until the one that climbs is out of sight."""
        self._paths: dict[str, list[float]] = {"subtracted": [], "added": []}
        start = self.controls["start_alpha"].value
        down = descend_alpha(start, self._descent)
        up = descend_alpha(start, lambda: self._descent(sign=-1))
        for right, wrong in islice(zip(down, up, strict=False), self.steps + 1):
            self._paths["subtracted"].append(right.alpha)
            self._paths["added"].append(wrong.alpha)
            yield right.step

    def _words(self, descent: Descent) -> str:
        right, wrong = (self._paths[name][-1] for name in ("subtracted", "added"))
        step = len(self._paths["added"]) - 1
        if step == 0:
            return (
                f"Both runs start at alpha = {right:.3f}, where the loss has the slope "
                f"{descent.gradient(right):.3f}. Which of the two goes down?"
            )
        return (
            f"Step {step}: subtracting took alpha to {right:.3f} and the loss to "
            f"{descent.objective(right):.3g}; adding took alpha to {wrong:.3f} and the loss to "
            f"{descent.objective(wrong):.3g}."
        )


class DecayExplorer(Explorer):
    """Weight decay on alpha: the loss it adds, and where it pulls the best alpha."""

    def __init__(self, weight_decay: float = 0.7, true_alpha: float = 0.5) -> None:
        controls = {
            "weight_decay": number("weight decay", weight_decay, 0, 10, 0.1),
            "true_alpha": number("true alpha", true_alpha, -1, 2, 0.05),
        }
        figure, self.axes = new_figure(9.2, 3.8, mosaic=[["loss", "goal"]])
        self.axes["loss"].set(xlim=(-1.5, 2.5), ylim=(0, 5))
        self.axes["goal"].set(xlim=(0, 10), ylim=(-1.1, 2.1))
        self.artists = draw_decay(self.axes)
        super().__init__(controls, Canvas(figure, self.artists.values()))
        self.refresh()

    def update(self, changed: str | None = None) -> str:
        """Draw the losses, and hold the end of a real run against the closed form."""
        decay, true_alpha = self.controls["weight_decay"].value, self.controls["true_alpha"].value
        x, y = prelu_data(true_alpha, noise=0.1)
        plain = Descent(x, y)
        descent = Descent(x, y, learning_rate=0.5 / (plain.curvature + decay), weight_decay=decay)
        run = run_alpha(1.0, descent, steps=50)
        self._draw_losses(plain, descent)
        decays = np.linspace(0, 10, 101)
        pull = plain.optimum * plain.curvature / (plain.curvature + decays)
        self.artists["pull"].set_data(decays, pull)
        self.artists["run"].set_data([decay], run[-1:])
        return (
            f"Weight decay {decay:.4g}: the closed form puts the best alpha at "
            f"{descent.optimum:.4f}, a run of {len(run) - 1} steps ended at {run[-1]:.4f}. That is "
            f"{descent.optimum / plain.optimum:.0%} of the {plain.optimum:.4f} without decay."
        )

    def _draw_losses(self, plain: Descent, descent: Descent) -> None:
        alphas = np.linspace(-1.5, 2.5, 201)
        data, both = plain.objective(alphas), descent.objective(alphas)
        for name, losses in {"data": data, "penalty": both - data, "sum": both}.items():
            self.artists[name].set_data(alphas, losses)
        self.artists["lowest"].set_data([descent.optimum], [descent.objective(descent.optimum)])


def _alpha_limits(path: list[float]) -> tuple[float, float]:
    """From -1.5 to 2.5, doubled until the whole path is inside."""
    half = 2.0
    while half < max(abs(alpha - 0.5) for alpha in path):
        half *= 2
    return 0.5 - half, 0.5 + half


def _until_outside(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """`values` to the first one outside, then NaN: a swing that grows would fill the frame."""
    outside = (values < low) | (values > high)
    return np.where(np.cumsum(outside) - outside > 0, np.nan, values)


def _words(descent: Descent, now: AlphaStep) -> str:
    rate, edge, goal = descent.learning_rate, descent.edge, descent.optimum
    state = f"Step {now.step}: alpha = {now.alpha:.3f}"
    if abs(now.alpha - goal) >= FAR:
        state = f"Diverged at step {now.step}: alpha = {now.alpha:.3g} and would not come back."
    elif abs(now.alpha - goal) < GOAL:
        state += f" has reached its goal, {goal:.3f}."
    else:
        state += f", the loss is lowest at {goal:.3f}."
    share = f"Learning rate {rate:.4g} = {rate / edge:.2f} of the edge {edge:.2f}"
    return f"{state} {share}: {SAID[regime(descent)]}."
