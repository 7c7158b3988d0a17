"""The views of a function of the reader's: each takes f and its slope, and calls them with care."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from utils.activations import relu, relu_grad
from utils.arguments import quiet
from utils.explorer import Explorer
from utils.hand import Hand
from utils.lessons.your_own_activation import experiments, plots
from utils.lessons.your_own_activation.experiments import Function, Slopes, UnitStep, function
from utils.settings import Choice, Fixed, Number, Values, Whole, length
from utils.shelf import SHELF, silu, silu_grad, swish, swish_grad_beta
from utils.style import Artists, Panels, round_up, set_limits

# What a view shows that is given nothing.
YOURS = {
    "f": Fixed(Function(silu, "silu"), function),
    "df": Fixed(Function(silu_grad, "silu_grad"), function),
}
SHOWN = {"ReLU": (relu, relu_grad)} | {name: known[:2] for name, known in SHELF.items()}
PLACES = experiments.PLACES
SIGNS = {"left": 1, "right": -1}  # of the place at the other end
DEEP = 20  # further out an exact 0 is a matter of rounding, as tanh's slope is
KINK = 0.01  # two slopes that differ by more make a kink


class OwnSlopeExplorer(Explorer):
    """Your function f, and your df over the slope that is measured: where they part most."""

    settings = {
        **YOURS,
        "beside": Choice("beside it", "nothing", ("nothing", *SHOWN)),
        "x": Number("point x", -1.0, -experiments.WIDE, experiments.WIDE, 0.05),
    }
    scenes = {
        "beside ReLU": {"beside": "ReLU"},
        "beside GELU": {"beside": "GELU"},
        "far left": {"x": -experiments.WIDE},
    }
    hands = {
        "point": Hand("f", "x", "the point x"),
        "slope_point": Hand("slope", "x", "the point x"),
    }
    panels = {"mosaic": [["f", "slope"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_slopes(axes, experiments.WIDE)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"x": x}

    @quiet
    def update(self, now: Any, state: None = None) -> str:
        found = experiments.slopes(now.f, now.df)
        f, df = SHOWN.get(now.beside, (_nothing, _nothing))
        place = int(np.abs(PLACES - now.x).argmin())
        set_limits(self.axes["f"], y=_limits(found.f, -3, 6))
        slopes = np.append(found.given, found.measured)
        set_limits(self.axes["slope"], y=_limits(slopes, -1.5, 2.5))
        heights = {"f": found.f, "given": found.given, "measured": found.measured}
        for name, line in (heights | {"beside": f(PLACES), "beside_slope": df(PLACES)}).items():
            self._put(name, line)
        self._put("point", found.f, [place])
        self._put("slope_point", found.given, [place])
        self._put("worst", found.given, [_worst(found)] if found.wrong.any() else [])
        said = experiments.said(now.f, now.df)
        beside = "" if now.beside == "nothing" else f"Beside it: {now.beside}."
        words = (_read(found, place), _verdict(found), _flat(now.df), _turns(found), beside, said)
        return " ".join(filter(None, words))

    def _put(self, name: str, heights: np.ndarray, places: Any = slice(None)) -> None:
        """An artist to these heights at these of `PLACES`."""
        artist = self.artists[name]
        artist.set_data(PLACES[places], _inside(artist.axes, heights[places]))


def _nothing(x: np.ndarray) -> np.ndarray:
    return np.full(x.shape, np.nan)


def _limits(heights: np.ndarray, low: float, high: float) -> tuple[float, float]:
    """The ends of an upright axis: `low` and `high`, or further out if the heights need it."""
    reach = np.nan_to_num(np.abs(heights[np.isfinite(heights)]).max(initial=0))
    inside = low <= heights[np.isfinite(heights)].min(initial=0) and reach <= high * 1.05
    if inside:
        return low - 0.05 * (high - low), high + 0.05 * (high - low)
    end = float(min(round_up(max(reach, 1e-9)), 1e9))
    return -1.05 * end, 1.05 * end


def _top(loss: float) -> float:
    """Where a loss's axis ends: one of a few, so that it changes seldom."""
    return float(round_up(np.clip(np.nan_to_num(loss), 0.1, 1e9)))


def _inside(ax: Any, heights: np.ndarray) -> np.ndarray:
    """What lies far out is as good at twice the edge of what a picture can hold."""
    low, high = ax.get_ylim()
    return np.where(np.isnan(heights), np.nan, np.clip(heights, 2 * low - high, 2 * high - low))


def _worst(found: Slopes) -> int:
    """The first place where what is wrong is as good as furthest from what was measured."""
    gaps = np.where(found.wrong, found.gap, 0)
    return int((gaps >= 0.999 * gaps.max()).argmax())


def _number(value: float, digits: int) -> str:
    """A number in so many digits; words for what is none, or infinite."""
    return f"{value + 0.0:.{digits}g}" if np.isfinite(value) else "no number"


def _read(found: Slopes, place: int) -> str:
    """All at one place."""
    values = found.f[place], found.given[place], found.measured[place]
    said = [_number(value, 4) for value in values]
    return f"At x = {PLACES[place]:.4g}: f = {said[0]}, your slope {said[1]}, measured {said[2]}."


def _verdict(found: Slopes) -> str:
    """Whether the slope is right, and where it is wrong; kinks and jumps."""
    judged = np.isfinite(found.gap)
    if not judged.any():
        return "There is nothing to measure."
    words, worst = f"Your slope is right at {judged.sum()} places.", _worst(found)
    if found.wrong.any():
        words = (
            f"Your slope is wrong at {found.wrong.sum()} of {judged.sum()} places, worst at x = "
            f"{PLACES[worst]:.4g}: it says {found.given[worst]:.4g}, measured is "
            f"{found.measured[worst]:.4g}."
        )
    return words + _corner(found)


def _corner(found: Slopes) -> str:
    """The first place where f has no one slope: a kink, or a jump."""
    apart = np.abs(found.right - found.left) > KINK * np.maximum(1, np.abs(found.measured))
    places = np.flatnonzero(apart | found.jumps)[:1]
    if not len(places):
        return ""
    (place,) = places
    if found.jumps[place]:
        return f" At {_about(PLACES[place])} f jumps: it has no slope there."
    low, high = sorted((found.left[place], found.right[place]))
    return f" {_about(PLACES[place])} is a kink: every slope from {low:.4g} to {high:.4g} will do."


def _flat(df: Function) -> str:
    """Where the slope is 0 for good, and where it saturates."""
    words, last = [], experiments.FAR[-1]
    for side, end in zip(("left", "right"), experiments.ends(df), strict=True):
        if None not in end and abs(end.zero) == last and np.sign(end.zero) == SIGNS[side]:
            return "The slope is exactly 0 everywhere."
        if end.zero is not None and abs(end.zero) < DEEP:
            words.append(f"exactly 0 {side} of {_about(end.zero)}")
        elif end.flat is not None:
            words.append(f"below {experiments.FLAT} in size {side} of {_about(end.flat)}")
    return f"The slope is {' and '.join(words)}." if words else "f is flat on neither side."


def _turns(found: Slopes) -> str:
    """Where f first turns from falling to rising, or back."""
    moving = np.flatnonzero(np.abs(found.measured) > experiments.CLOSE)
    signs = np.sign(found.measured[moving])
    turn = np.flatnonzero(np.diff(signs))[:1]
    if not len(turn):
        return ""
    ends = moving[turn[0]], moving[turn[0] + 1]
    slopes = found.measured[list(ends)]
    place = np.interp(0, np.sort(slopes), PLACES[list(ends)][np.argsort(slopes)])
    return f"f turns near x = {place:.2f}."


def _about(place: float) -> str:
    return f"x = {place + 0.0:.4g}"


class Descent(NamedTuple):
    """Where the unit stands, and the biases so far."""

    now: UnitStep
    path: np.ndarray


class OwnUnitExplorer(Explorer):
    """One unit with your function, thrown off its place: does gradient descent bring it back?"""

    settings = {
        **YOURS,
        "bias": Number("starting bias", -6.0, -9, 9, 0.1, restarts=True),
        "learning_rate": Number("learning rate", 0.5, 0.05, 3, 0.05),
        "steps": Fixed(100, length),
    }
    scenes = {
        "from far left": {},
        "from close by": {"bias": -1.0},
        "from the right": {"bias": 6.0},
        "one step too long": {"bias": 6.0, "learning_rate": 1.0},
    }
    hands = {"ball": Hand("loss", "x", "the bias: start from here")}
    inches, speed = 3.8, 20
    panels = {"mosaic": [["unit", "loss", "gradient"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_unit(axes, experiments.BIASES[-1])

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"bias": x}

    def run(self, settings: Callable[[], Any]) -> Iterator[Descent]:
        start, path = settings(), np.empty(0)
        run = experiments.descend(start.f, start.df, start.bias, lambda: settings().learning_rate)
        for step in islice(run, start.steps + 1):
            path = np.append(path, step.bias)
            yield Descent(step, path)

    @quiet
    def update(self, now: Any, state: Descent) -> str:
        found = experiments.landscape(now.f, now.df)
        self._draw_unit(now.f, state.now.bias)
        top = _top(2 * found.loss[[0, -1]].min())
        set_limits(self.axes["loss"], y=(-0.05 * top, 1.05 * top))
        places, size = experiments.BIASES, np.abs(found.gradient)
        self.artists["loss"].set_data(places, found.loss.clip(0, 2 * top))
        self.artists["dead"].set_data(places, np.where(found.dead_places, found.loss, np.nan))
        self.artists["goal"].set_data([0, 0], [0, top])
        self.artists["gradient"].set_data(places, size.clip(*plots.GRADIENTS))
        path = state.path.clip(places[0], places[-1])
        self.artists["trail"].set_data(path, np.interp(path, places, found.loss))
        self.artists["ball"].set_data(path[-1:], [min(state.now.loss, 2 * top)])
        here = np.clip(abs(state.now.gradient), *plots.GRADIENTS)
        self.artists["gradient_ball"].set_data(path[-1:], [here])
        words = (_unit_words(state.now), _plateau(found), experiments.said(now.f, now.df))
        return " ".join(filter(None, words))

    def _draw_unit(self, f: Function, bias: float) -> None:
        curve = experiments.curve(f)
        set_limits(self.axes["unit"], y=_limits(curve, -3, 12))
        self.artists["f"].set_data(experiments.CURVE, _inside(self.axes["unit"], curve))
        inputs = (experiments.UNIT_X + bias).clip(*experiments.CURVE[[0, -1]])
        heights = np.interp(inputs, experiments.CURVE, curve)
        self.artists["inputs"].set_data(inputs, _inside(self.axes["unit"], heights))


def _unit_words(now: UnitStep) -> str:
    words = f"Step {now.step}: bias {now.bias:z.3f}, loss {now.loss:.3g}, "
    if not np.isfinite([now.loss, now.gradient]).all():
        return f"Step {now.step}: bias {now.bias:z.3f}. There is no loss to go down."
    if abs(now.bias) < 0.05:
        return words + "back at its goal, 0."
    if now.gradient == 0:
        return words + "gradient exactly 0: it stays here for ever."
    towards = "towards" if now.gradient * now.bias > 0 else "AWAY from"
    return words + f"gradient {now.gradient:.3g}: the step leads {towards} the goal, 0."


def _plateau(found: experiments.Landscape) -> str:
    share, last = found.dead_places.mean(), experiments.BIASES[-1]
    if not np.isfinite(found.gradient).any():
        return ""
    if not share:
        return f"No bias from {-last:g} to {last:g} is a plateau: this unit cannot die there."
    return f"On {share:.0%} of the biases from {-last:g} to {last:g} it is dead."


class OwnSignalExplorer(Explorer):
    """A signal through up to 30 layers of your function, and the gradient on its way back."""

    settings = {
        **YOURS,
        "factor": Number("factor", 1.0, 0.5, 2.5, 0.05),
        "layers": Whole("layers", 30, 2, 30),
        "width": Whole("width", 64, 8, 128, rare=True),
    }
    scenes = {
        "without a factor": {},
        "ReLU's factor": {"factor": 1.4142},
        "a factor too large": {"factor": 2.5},
    }
    panels = {"mosaic": [["forward", "backward"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_signals(axes, self.settings["layers"].high)

    @quiet
    def update(self, now: Any, state: None = None) -> str:
        factors = {"he": experiments.he_factor(now.f), "moved": now.factor}
        places, ends = np.arange(1, now.layers + 1), {}
        for name, factor in factors.items():
            found = experiments.signal(now.f, now.df, factor, now.layers, now.width)
            for panel, values in found._asdict().items():
                self.artists[f"{panel}_{name}"].set_data(places, values.clip(*plots.SIGNALS))
            ends[name] = found.forward[-1], found.backward[0]
        words = experiments.said(now.f, now.df)
        return f"{_signal_words(now, factors['he'], ends)} {words}".strip()


def _signal_words(now: Any, he: float, ends: dict[str, tuple[float, float]]) -> str:
    square = experiments.mean_square(now.f)
    if not (np.isfinite([he, *ends["he"]]).all() and he > 0):
        return "No factor keeps this signal: E[f(z)²] must be a number above 0, in every layer."
    forward, backward = (
        "; ".join(
            f"{_number(ends[name][way], 3)} with factor {factor:.4g}"
            for name, factor in {"he": he, "moved": now.factor}.items()
        )
        for way in (0, 1)
    )
    return (
        f"E[f(z)²] = {square:.4f}, so its own factor is {he:.4f}. Variance in layer {now.layers}: "
        f"{forward}. Variance of the gradient that reaches layer 1: {backward}."
    )


class OwnRaceExplorer(Explorer):
    """ReLU, leaky ReLU, PReLU and your function learn the digits: three seeds each."""

    settings = {
        **YOURS,
        "bias": Number("initial bias", 0.0, -3, 1, 0.1, restarts=True),
        "learning_rate": Number("learning rate", 0.02, 0.005, 0.2, 0.005, restarts=True),
        "epochs": Fixed(5, length),
    }
    scenes = {"good settings": {}, "all units start low": {"bias": -1.0}}
    panels = {"mosaic": [["path", "ends"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_race(axes, self.now.epochs)

    def run(self, settings: Callable[[], Any]) -> Iterator[dict[str, np.ndarray]]:
        now = settings()
        return experiments.race(now.f, now.df, now.learning_rate, now.bias, now.epochs)

    @quiet
    def update(self, now: Any, state: dict[str, np.ndarray]) -> str:
        for column, (kind, scores) in enumerate(state.items()):
            kept = [row[np.isfinite(row)] for row in scores]
            middle = [np.median(row) if len(row) else np.nan for row in kept]
            self.artists[kind].set_data(range(len(scores)), middle)
            beside = column + plots.SIDE * (np.arange(len(kept[-1])) - (len(kept[-1]) - 1) / 2)
            self.artists[f"{kind}_seeds"].set_data(beside, kept[-1])
            self.artists[f"{kind}_middle"].set_data([column - 0.35, column + 0.35], middle[-1:] * 2)
        lowest = min(np.nanmin(np.append(scores[-1], 1)) for scores in state.values())
        set_limits(self.axes["ends"], y=(0.8 if lowest >= 0.82 else 0, 1.01))
        ends = ", ".join(
            f"{plots.LOOKS[kind][0]} {experiments.spread(scores[-1])}"
            for kind, scores in state.items()
        )
        epoch, words = len(state["yours"]) - 1, experiments.said(now.f, now.df)
        what = "test accuracy, middle seed (lowest to highest)"
        return f"Epoch {epoch}, {what}: {ends}. {words}".strip()


class ParameterRun(NamedTuple):
    """Where p stands, and p so far."""

    now: experiments.ParameterStep
    path: np.ndarray


class OwnParameterExplorer(Explorer):
    """One number p of your function, learned from data that were made with a true p."""

    settings = {
        "f": Fixed(Function(swish, "swish"), function),
        "in_p": Fixed(Function(swish_grad_beta, "swish_grad_beta"), function),
        "learning_rate": Number("learning rate", 0.5, 0.05, 3, 0.05),
        "start": Number("starting p", 0.0, -1, 3, 0.05, restarts=True),
        "true": Number("true p", 1.0, -1, 3, 0.05),
        "steps": Fixed(60, length),
    }
    scenes = {
        "it is found": {},
        "hardly a slope": {"true": 3.0},
        "too long a step": {"learning_rate": 3.0},
    }
    hands = {"ball": Hand("loss", "x", "p: start from here")}
    inches = 3.8
    panels = {"mosaic": [["data", "loss", "path"]]}

    def draw(self, axes: Panels) -> Artists:
        return plots.draw_parameter(axes, *experiments.PARAMETERS[[0, -1]], self.now.steps)

    def pointed(self, now: Any, hand: str, x: float, y: float, which: int = 0) -> Values:
        return {"start": x}

    def run(self, settings: Callable[[], Any]) -> Iterator[ParameterRun]:
        now, path = settings(), np.empty(0)
        run = experiments.learn(
            now.f, now.in_p, lambda: settings().true, now.start, lambda: settings().learning_rate
        )
        for step in islice(run, now.steps + 1):
            path = np.append(path, step.p)
            yield ParameterRun(step, path)

    @quiet
    def update(self, now: Any, state: ParameterRun) -> str:
        data, fit = (now.f(experiments.PARAMETER_X, p).values for p in (now.true, state.now.p))
        set_limits(self.axes["data"], y=_limits(np.append(data, fit), -1, 3))
        for name, heights in {"points": data, "now": fit}.items():
            inside = _inside(self.axes["data"], heights)
            self.artists[name].set_data(experiments.PARAMETER_X, inside)
        path = state.path.clip(*experiments.PARAMETERS[[0, -1]])
        loss = float(np.mean((fit - data) ** 2))
        self._draw_loss(experiments.parameter_losses(now.f, now.true), path, loss)
        self.artists["true"].set_data([0, now.steps], [now.true] * 2)
        self.artists["walked"].set_data(range(len(path)), path)
        self.artists["end"].set_data([len(path) - 1], path[-1:])
        said = experiments.said(now.f, now.in_p)
        return f"{_parameter_words(now, state.now, loss)} {said}".strip()

    def _draw_loss(self, losses: np.ndarray, path: np.ndarray, loss: float) -> None:
        """The loss over p, and where p has been on it."""
        top = _top(losses[np.isfinite(losses)].max(initial=0))
        set_limits(self.axes["loss"], y=(-0.05 * top, 1.05 * top))
        places, losses = experiments.PARAMETERS, losses.clip(0, 2 * top)
        self.artists["curve"].set_data(places, losses)
        self.artists["trail"].set_data(path, np.interp(path, places, losses))
        self.artists["ball"].set_data(path[-1:], [min(loss, 2 * top)])


def _parameter_words(now: Any, step: experiments.ParameterStep, loss: float) -> str:
    words = f"Step {step.step}: p = {step.p:z.3f}; the data were made with {now.true:.4g}."
    if not np.isfinite(loss):
        return f"{words} There is no loss to go down."
    if abs(step.p - now.true) < 0.01:
        return f"{words} Found. The loss is {loss:.3g}."
    return f"{words} The loss is {loss:.3g}."
