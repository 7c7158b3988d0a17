"""The views: alpha learned by gradient descent on a squared error."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from utils.activations import prelu
from utils.data import REACH, prelu_data
from utils.explorer import Explorer
from utils.hand import Hand
from utils.lessons.learning_alpha import experiments, plots
from utils.settings import ByHand, Fixed, Number, Values, Whole, length, scaled, seed, tidy
from utils.style import Artists, Panels, round_up, set_limits

GOAL = 0.005  # alpha has reached its goal when it is closer than this
SAID = {
    "slow": "slow, always from one side",
    "one step": "one step is enough",
    "ringing": "ringing, from one side to the other",
    "on the edge": "on the edge, swinging for ever",
    "divergent": "divergent, each step overshoots by more",
}


class AlphaRun(NamedTuple):
    """A run so far: alpha from the start on, and what was foretold under `settings`, all steps."""

    step: experiments.AlphaStep
    path: np.ndarray
    forecast: np.ndarray
    settings: Any


REGIMES = ("slow", "one step", "ringing", "divergent")
USUAL_EDGE = experiments.Descent(*prelu_data(0.25)).edge  # of the data that come with the view


def _descent_on(x: np.ndarray, y: np.ndarray, now: Any) -> experiments.Descent:
    """The descent on these points under the settings of an `AlphaExplorer`."""
    y = y.copy()
    for which, height in now.dragged:
        if which < len(y):
            y[which] = height
    return experiments.Descent(x, y, now.learning_rate, now.momentum, now.weight_decay, now.batch)


@lru_cache(maxsize=16)
def _descent(now: Any) -> experiments.Descent:
    return _descent_on(*prelu_data(now.true_alpha, now.noise, now.points, now.seed), now)


class Shown(NamedTuple):
    """How far the picture of the data reaches; y None where that follows them."""

    x: tuple[float, float]
    y: tuple[float, float] | None = None
    decimals: int = 2  # of a y that was dragged


def _shown(own: experiments.Descent) -> Shown:
    """All of a reader's own points, 0, and the PReLU that fits them best."""
    low, high = min(own.x.min(), 0.0), max(own.x.max(), 0.0)
    ends = [*own.y, high, low * own.optimum, 0.0]
    pad = 0.15 * (np.ptp(ends) or 1.0)
    decimals = 2 - int(np.floor(np.log10(np.ptp(ends) + 2 * pad)))
    return Shown((low, high), (min(ends) - pad, max(ends) + pad), decimals)


def _fit(
    own: experiments.Descent, settings: Mapping[str, Any], scenes: Mapping[str, Values]
) -> tuple[dict[str, Any], dict[str, Values]]:
    """An `AlphaExplorer`'s settings and scenes, so that they mean on these data what they say."""
    made = ("true_alpha", "noise", "points")  # what makes the data that come with the view
    kept = {name: each for name, each in settings.items() if name not in made}
    longer = own.edge / USUAL_EDGE
    rate = scaled(kept["learning_rate"], float(round_up(longer)))
    batch = replace(kept["batch"], high=len(own.x))
    rates = {name: longer * scenes[name]["learning_rate"] for name in REGIMES}
    return kept | {"learning_rate": rate, "batch": batch}, {
        name: {"learning_rate": max(tidy(each), rate.low)} for name, each in rates.items()
    }


class AlphaExplorer(Explorer):
    """The live training cell: data and fit, the loss with the ball on it, alpha against step.

    Args:
        x, y: points of your own: inputs and targets.
    """

    settings = {
        "learning_rate": Number("learning rate", 0.1, 0.01, 3, 0.01),
        "start_alpha": Number("starting alpha", 1.0, -1, 2, 0.05, restarts=True),
        "true_alpha": Number("true alpha", 0.25, -1, 2, 0.05),
        "noise": Number("noise in y", 0.1, 0, 1, 0.05, rare=True),
        "points": Whole("data points", 41, 2, experiments.MOST_POINTS, rare=True),
        "batch": Whole("batch size", None, 1, "points", rare=True),
        "momentum": Number("momentum", 0.0, 0, 0.95, 0.05, rare=True),
        "weight_decay": Number("weight decay", 0.0, 0, 3, 0.05, rare=True),
        "dragged": ByHand((), experiments.dragged_points),
        "steps": Fixed(60, length),
        "seed": Fixed(0, seed),
    }
    scenes = {
        "slow": {"learning_rate": 0.02},
        "one step": {"learning_rate": 0.71},
        "ringing": {"learning_rate": 1.2},
        "divergent": {"learning_rate": 1.6},
        "below 0 and back": {"momentum": 0.9},
        "shaking": {"batch": 4},
    }
    hands = {
        "rate": Hand("line", "x", "the learning rate"),
        "ball": Hand("loss", "x", "alpha: start from here"),
        "points": Hand("data", "y", "a data point", small=True),
    }
    inches = 4.2
    panels = {
        "mosaic": [["line"] * 3, ["data", "loss", "path"]],
        "height_ratios": [1, 6],
        "width_ratios": [3, 3, 4],
    }

    takes = ("x", "y")
    descent = staticmethod(_descent)  # under these settings
    shown = Shown((-REACH, REACH))

    def take_in(self, x: ArrayLike | None, y: ArrayLike | None) -> Mapping[str, np.ndarray]:
        own = experiments.own_data(x, y)
        self.descent = lru_cache(maxsize=16)(partial(_descent_on, own.x, own.y))
        self.shown = _shown(own)
        self.settings, self.scenes = _fit(own, self.settings, self.scenes)
        if len(own.x) > experiments.MOST_POINTS:
            self.hands = {name: hand for name, hand in self.hands.items() if name != "points"}
        return {"x": own.x, "y": own.y}

    def draw(self, axes: Panels) -> Artists:
        line = plots.draw_regime_line(axes["line"])
        return line | plots.draw_descent(axes, self.shown.x, self.now.steps, not self.data)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        if hand == "rate":
            return {"learning_rate": x * self.descent(now).edge}
        if hand == "ball":
            return {"start_alpha": x}
        return {"dragged": {**dict(now.dragged), which: round(y, self.shown.decimals)}}

    def run(self, settings: Callable[[], Any]) -> Iterator[AlphaRun]:
        foretold, path = settings(), np.empty(0)
        start = experiments.AlphaStep(0, foretold.start_alpha)
        forecast = self._foretell(np.empty(foretold.steps + 1), start, foretold)
        run = experiments.descend_alpha(
            start.alpha, lambda: self.descent(settings()), foretold.seed
        )
        for step in islice(run, foretold.steps + 1):
            path = np.append(path, step.alpha)
            yield AlphaRun(step, path, forecast, foretold)
            if settings() != foretold:
                foretold = settings()
                forecast = self._foretell(forecast, step, foretold)

    def update(self, now: Any, state: AlphaRun) -> str:
        descent, forecast = self.descent(now), state.forecast
        if now != state.settings:  # moved since: a new forecast, from here on
            forecast = self._foretell(forecast, state.step, now)
        self._draw_rate(descent)
        self._draw_data(descent, now, state.path)
        self._draw_loss(descent, state)
        self._draw_path(descent, now, state, forecast)
        return _words(descent, state.step)

    def _foretell(self, forecast: np.ndarray, step: experiments.AlphaStep, now: Any) -> np.ndarray:
        """`forecast` up to this `step`, and from there on what the settings `now` foretell."""
        left = len(forecast) - 1 - step.step
        later = experiments.forecast_alpha(step, self.descent(now), left)
        return np.append(forecast[: step.step], later)

    def _draw_rate(self, descent: experiments.Descent) -> None:
        """The learning rate among the regimes; momentum moves the limit between the first two."""
        limit = (1 - descent.momentum**0.5) ** 2 / (2 * (1 + descent.momentum))
        self.artists["rate"].set_xdata([min(descent.learning_rate / descent.edge, 1.5)])
        self.artists["limit"].set_xdata([limit])
        self.artists["slow"].set(x=limit / 2, visible=limit > 0.15)
        self.artists["one step"].set_visible(descent.momentum == 0)
        self.artists["ringing"].set_x((limit + 1) / 2)

    def _draw_data(self, descent: experiments.Descent, now: Any, path: np.ndarray) -> None:
        ends, limits = np.insert(self.shown.x, 1, 0), self.shown.y
        if not self.data:
            self.artists["true"].set_data(ends, prelu(ends, now.true_alpha))
            limits = _data_limits(np.append(descent.y, -REACH * np.append(path, now.true_alpha)))
        set_limits(self.axes["data"], y=limits)
        self.artists["points"].set_data(descent.x, descent.y)
        self.artists["now"].set_data(ends, prelu(ends, path[-1]))

    def _draw_loss(self, descent: experiments.Descent, state: AlphaRun) -> None:
        low, high = self._alphas(descent, state)
        alphas, alpha = np.linspace(low, high, 201), state.step.alpha
        losses = descent.objective(alphas)
        top = round_up(losses.max())
        set_limits(self.axes["loss"], (low, high), (0, top))
        self.artists["parabola"].set_data(alphas, losses)
        self.artists["trail"].set_data(state.path, descent.objective(state.path))
        self.artists["ball"].set_data([alpha], [descent.objective(alpha)])
        self.artists["lowest"].set_data([descent.optimum] * 2, [0, top])

    def _alphas(self, descent: experiments.Descent, state: AlphaRun) -> tuple[float, float]:
        """The span of alphas that is shown; the best one is in it where nobody knows it before."""
        return _alpha_limits(state.path, [descent.optimum] if self.data else [])

    def _draw_path(
        self, descent: experiments.Descent, now: Any, state: AlphaRun, forecast: Any
    ) -> None:
        steps, ends = np.arange(now.steps + 1), [0, now.steps]
        low, high = self._alphas(descent, state)
        set_limits(self.axes["path"], y=(low, high))
        self.artists["theory"].set_data(steps, _until_outside(forecast, low, high))
        if not self.data:
            self.artists["aim"].set_data(ends, [now.true_alpha] * 2)
        self.artists["goal"].set_data(ends, [descent.optimum] * 2)
        self.artists["walked"].set_data(steps[: len(state.path)], state.path)
        self.artists["end"].set_data([state.step.step], [state.step.alpha])


def _alpha_limits(*paths: Sequence[float]) -> tuple[float, float]:
    """From -1.5 to 2.5, either side doubled until all paths are inside."""
    path = np.concatenate(paths) - 0.5
    low, high = (2 * max(1, 2 ** np.ceil(np.log2(reach / 2))) for reach in _reaches(path))
    return 0.5 - low, 0.5 + high


def _reaches(path: np.ndarray) -> tuple[float, float]:
    """How far below 0 and above it a path goes."""
    return max(-path.min(), 1e-9), max(path.max(), 1e-9)


def _data_limits(heights: np.ndarray) -> tuple[float, float]:
    """The ends of the data's upright axis: one of a few, so that they change seldom."""
    low = next((end for end in (-1.2, -2.4) if end <= heights.min()), -4.8)
    return low, 2.6 if heights.max() <= 2.6 else 5.2


def _until_outside(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """`values` to the first one outside, then NaN: a swing that grows would fill the frame."""
    outside = (values < low) | (values > high)
    return np.where(np.cumsum(outside) - outside > 0, np.nan, values)


def _words(descent: experiments.Descent, now: experiments.AlphaStep) -> str:
    rate, edge, goal = descent.learning_rate, descent.edge, descent.optimum
    state = f"Step {now.step}: alpha = {now.alpha:z.3f}"
    if abs(now.alpha - goal) >= experiments.FAR:
        state = f"Diverged at step {now.step}: alpha = {now.alpha:.3g} and would not come back."
    elif abs(now.alpha - goal) < GOAL:
        state += f" has reached its goal, {goal:z.3f}."
    else:
        state += f", the loss is lowest at {goal:z.3f}."
    share = f"Learning rate {rate:.4g} = {rate / edge:.2f} of the edge {edge:.2f}"
    all_seen = descent.batch in (None, len(descent.x))
    condition = "" if all_seen else ", if each step saw all examples"
    return f"{state} {share}: {SAID[experiments.regime(descent)]}{condition}."


class SignRun(NamedTuple):
    """Both runs so far: alpha from the start on, with the gradient subtracted and added."""

    subtracted: np.ndarray
    added: np.ndarray


class SignExplorer(Explorer):
    """The same run twice: the gradient subtracted, and added."""

    settings = {
        "learning_rate": Number("learning rate", 0.1, 0.01, 1, 0.01),
        "start_alpha": Number("starting alpha", 1.0, -1, 2, 0.05, restarts=True),
        "steps": Fixed(40, length),
    }
    scenes = {"from the right": {}, "from the left": {"start_alpha": -0.5}}
    hands = {"subtracted_ball": Hand("loss", "x", "alpha: start from here")}
    inches, speed = 3.8, 5
    panels = {"mosaic": [["loss", "path"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_signs(axes, self.now.steps)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"start_alpha": x}

    def run(self, settings: Callable[[], Any]) -> Iterator[SignRun]:
        start, steps = settings().start_alpha, settings().steps
        down = experiments.descend_alpha(start, lambda: _signed_descent(settings().learning_rate))
        up = experiments.descend_alpha(start, lambda: _signed_descent(-settings().learning_rate))
        state = SignRun(np.empty(0), np.empty(0))
        for pair in islice(zip(down, up, strict=False), steps + 1):
            moved = (np.append(path, now.alpha) for path, now in zip(state, pair, strict=True))
            state = SignRun(*moved)
            yield state

    def update(self, now: Any, state: SignRun) -> str:
        descent = _signed_descent(now.learning_rate)
        low, high = _alpha_limits(*state)
        alphas = np.linspace(low, high, 201)
        losses = descent.objective(alphas)
        set_limits(self.axes["loss"], (low, high), (0, round_up(losses.max())))
        set_limits(self.axes["path"], y=(low, high))
        self.artists["parabola"].set_data(alphas, losses)
        self.artists["goal"].set_data([0, now.steps], [descent.optimum] * 2)
        for name, path in state._asdict().items():
            self.artists[name].set_data(range(len(path)), path)
            self.artists[f"{name}_ball"].set_data(path[-1:], descent.objective(path[-1:]))
        return _sign_words(descent, state)


@lru_cache(maxsize=16)
def _signed_descent(learning_rate: float) -> experiments.Descent:
    return experiments.Descent(*prelu_data(true_alpha=0.25, noise=0.1), learning_rate)


def _sign_words(descent: experiments.Descent, state: SignRun) -> str:
    right, wrong, step = state.subtracted[-1], state.added[-1], len(state.added) - 1
    if step == 0:
        return (
            f"Both runs start at alpha = {right:z.3f}, where the loss has the slope "
            f"{descent.gradient(right):z.3f}. Which of the two goes down?"
        )
    return (
        f"Step {step}: subtracting took alpha to {right:z.3f} and the loss to "
        f"{descent.objective(right):.3g}; adding took alpha to {wrong:z.3f} and the loss to "
        f"{descent.objective(wrong):.3g}."
    )


class DecayExplorer(Explorer):
    """Weight decay on alpha: the loss it adds, and where it pulls the best alpha."""

    settings = {
        "weight_decay": Number("weight decay", 0.7, 0, 10, 0.1),
        "true_alpha": Number("true alpha", 0.5, -1, 2, 0.05),
    }
    scenes = {
        "no decay": {"weight_decay": 0.0},
        "as large as c": {"weight_decay": 1.4},
        "nearly ReLU": {"weight_decay": 10.0},
    }
    hands = {
        "run": Hand("goal", "x", "the weight decay"),
        "lowest": Hand("loss", "x", "the best alpha: pull it with weight decay"),
    }
    inches = 3.8
    panels = {"mosaic": [["loss", "goal"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_decay(axes)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        if hand == "run":
            return {"weight_decay": x}
        plain = experiments.Descent(*prelu_data(now.true_alpha, noise=0.1))
        share = x / plain.optimum if plain.optimum else np.nan
        return {"weight_decay": plain.curvature * (1 / max(share, 1e-9) - 1)}

    def update(self, now: Any, state: None = None) -> str:
        x, y = prelu_data(now.true_alpha, noise=0.1)
        plain, decay = experiments.Descent(x, y), now.weight_decay
        descent = experiments.Descent(
            x, y, learning_rate=0.5 / (plain.curvature + decay), weight_decay=decay
        )
        run = experiments.run_alpha(1.0, descent, steps=50)
        self._draw_losses(plain, descent)
        self._draw_goal(plain)
        self.artists["run"].set_data([decay], run[-1:])
        return (
            f"Weight decay {decay:.4g}: the closed form puts the best alpha at "
            f"{descent.optimum:z.4f}, a run of {len(run) - 1} steps ended at "
            f"{run[-1]:z.4f}. That is {descent.optimum / plain.optimum:.0%} of the "
            f"{plain.optimum:z.4f} without decay."
        )

    def _draw_goal(self, plain: experiments.Descent) -> None:
        decays = np.linspace(0, 10, 101)
        pull = plain.optimum * plain.curvature / (plain.curvature + decays)
        top = round_up(max(abs(plain.optimum), 0.1))
        ends = (-0.05 * top, 1.1 * top)
        set_limits(self.axes["goal"], y=ends if plain.optimum >= 0 else (-ends[1], -ends[0]))
        self.artists["pull"].set_data(decays, pull)

    def _draw_losses(self, plain: experiments.Descent, descent: experiments.Descent) -> None:
        alphas = np.linspace(-1.5, 2.5, 201)
        data, both = plain.objective(alphas), descent.objective(alphas)
        for name, losses in {"data": data, "penalty": both - data, "sum": both}.items():
            self.artists[name].set_data(alphas, losses)
        self.artists["lowest"].set_data([descent.optimum], [descent.objective(descent.optimum)])
