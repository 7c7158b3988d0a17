"""One alpha under squared error, where everything has a closed form.

The loss L(alpha) = mean((prelu(x, alpha) - y)^2) is a parabola, so
what gradient descent does on it can be said in advance, and a run can be held against it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from utils.activations import prelu, prelu_grad_alpha
from utils.arguments import finite_row, one_number, own_rows, quiet, whole_number

MOST_POINTS = 200  # that a view draws
MOST_OWN = 2000  # that a reader may hand in
SIZE = (0.1, 50.0)  # of what they hand in: how far from 0 its farthest may be
FAR = 100.0  # an alpha this far from its optimum has diverged: no run comes back from there


def alpha_loss(alpha: ArrayLike, x: np.ndarray, y: np.ndarray) -> Any:
    """mean((prelu(x, alpha) - y)^2) over the examples, for each alpha: shape of `alpha`."""
    each = np.asarray(alpha, dtype=float)[..., np.newaxis]
    return np.mean((np.where(x > 0, x, each * x) - y) ** 2, axis=-1)


def alpha_loss_grad(alpha: float, x: np.ndarray, y: np.ndarray) -> float:
    """dL/dalpha by the chain rule: mean(2 * (f - y) * df/dalpha)."""
    return float(np.mean(2 * (prelu(x, alpha) - y) * prelu_grad_alpha(x)))


def dragged_points(moved: Any, name: str) -> tuple[tuple[int, float], ...]:
    """The rule for data points that were moved up or down: their y, by their place in the data."""
    try:
        pairs = sorted(dict(moved).items()) if isinstance(moved, dict | tuple) else None
    except (TypeError, ValueError):
        pairs = None
    if pairs is None:
        raise ValueError(f"{name} must give a y for each place, as {{3: 0.5}}, got {moved!r:.60}")
    place = f"a place of {name}"
    return tuple(
        (whole_number(which, place, 0, MOST_POINTS - 1), one_number(height, name, -FAR, FAR))
        for which, height in pairs
    )


@dataclass(frozen=True)
class Descent:
    """Gradient descent on one alpha: the data, the settings, and the closed forms of both.

    x and y have shape (examples,). `batch` examples are drawn for each step; None takes all.
    `weight_decay` adds (weight_decay / 2) * alpha^2 to the loss. A negative `learning_rate`
    ADDS the gradient, which climbs. Raises ValueError where alpha has no effect or no meaning.
    """

    x: np.ndarray
    y: np.ndarray
    learning_rate: float = 0.1
    momentum: float = 0.0
    weight_decay: float = 0.0
    batch: int | None = None

    def __post_init__(self) -> None:
        for name in "xy":  # a reader's own rows may be lists
            object.__setattr__(self, name, finite_row(getattr(self, name), name))
        if len(self.x) != len(self.y):
            raise ValueError(f"x and y must be equally long, got {len(self.x)} and {len(self.y)}")
        if not self.data_curvature > 0:
            raise ValueError(
                "x must hold a number below 0, else alpha has no effect on the loss: "
                f"got {self.x.min()} to {self.x.max()}"
            )

    @property
    @quiet
    def data_curvature(self) -> float:
        """c, the second derivative of the data's loss: mean(2 x^2) over all, x > 0 counting 0."""
        return float(np.mean(2 * prelu_grad_alpha(self.x) ** 2))

    @property
    def curvature(self) -> float:
        """The second derivative of what is descended: c + weight_decay."""
        return self.data_curvature + self.weight_decay

    @property
    @quiet
    def optimum(self) -> float:
        """Where the loss is lowest: least squares, pulled towards 0 by c / (c + weight_decay)."""
        left = prelu_grad_alpha(self.x)
        least_squares = float(left @ self.y / (left @ left))
        return least_squares * self.data_curvature / self.curvature

    @property
    def edge(self) -> float:
        """The learning rate beyond which descent diverges: 2 (1 + momentum) / curvature."""
        return 2 * (1 + self.momentum) / self.curvature

    def gradient(self, alpha: float, rows: Any = slice(None)) -> float:
        """The slope of the loss at `alpha`, on the examples `rows`, decay included."""
        return alpha_loss_grad(alpha, self.x[rows], self.y[rows]) + self.weight_decay * alpha

    @quiet
    def objective(self, alpha: ArrayLike) -> Any:
        """The loss at each `alpha`, decay included."""
        alpha = np.asarray(alpha, dtype=float)
        return alpha_loss(alpha, self.x, self.y) + self.weight_decay / 2 * alpha**2

    def rows(self, rng: np.random.Generator) -> Any:
        """The examples of one step: all of them, or `batch` drawn without repeats."""
        if self.batch in (None, len(self.x)):
            return slice(None)
        return rng.choice(len(self.x), size=self.batch, replace=False)


def own_data(x: ArrayLike, y: ArrayLike) -> Descent:
    """The descent on a reader's own points, or ValueError for what no view of it can show."""
    x, y = own_rows({"x": x, "y": y}, size=SIZE, most=MOST_OWN)
    descent = Descent(x, y)
    if -x.min() < SIZE[0]:
        raise ValueError(f"x must reach to {-SIZE[0]:g} or below, got {x.min():.4g}: scale it")
    if abs(descent.optimum) > FAR / 2:
        raise ValueError(
            f"x and y must have a best alpha in [-{FAR / 2:g}, {FAR / 2:g}], "
            f"got {descent.optimum:.4g}: scale one of them"
        )
    return descent


@dataclass(frozen=True)
class AlphaStep:
    """Where a run stands: after `step` updates, with the last update's `velocity`."""

    step: int
    alpha: float
    velocity: float = 0.0


def descend_alpha(
    alpha: float, settings: Callable[[], Descent], seed: int = 0
) -> Iterator[AlphaStep]:
    """Gradient descent on alpha with momentum (He et al. 2015, eq. 4, with its minus sign).

    `settings` is asked anew for each step, so that a slider moved meanwhile takes effect on the
    next. Yields the start, then every step, for ever, or until alpha is `FAR` from its optimum.
    """
    rng, now = np.random.default_rng(seed), AlphaStep(0, alpha)
    yield now
    while True:
        descent = settings()
        gradient = descent.gradient(now.alpha, descent.rows(rng))
        velocity = descent.momentum * now.velocity + descent.learning_rate * gradient
        now = AlphaStep(now.step + 1, now.alpha - velocity, velocity)
        yield now
        if not abs(now.alpha - descent.optimum) < FAR:
            return


def run_alpha(alpha: float, descent: Descent, steps: int, seed: int = 0) -> np.ndarray:
    """A whole run under settings that stay: alpha at the start and after each step.

    Returns shape (steps + 1,), shorter if the run diverged.
    """
    run = descend_alpha(alpha, lambda: descent, seed)
    return np.array([now.alpha for now in islice(run, steps + 1)])


@quiet  # a forecast may well leave the numbers
def forecast_alpha(start: AlphaStep, descent: Descent, steps: int) -> np.ndarray:
    """Where all-example descent takes alpha from `start`, from the curvature and optimum alone.

    Without momentum this is a_t = a* + (1 - learning_rate * curvature)^t (a_0 - a*); momentum
    adds the memory of one step: gap_t+1 = (1 + m - rate) gap_t - m gap_t-1.

    Returns shape (steps + 1,), the start first.
    """
    rate = descent.learning_rate * descent.curvature
    gaps = np.empty(steps + 1)
    gaps[0] = start.alpha - descent.optimum
    before = gaps[0] + start.velocity
    for t in range(steps):
        gaps[t + 1] = (1 + descent.momentum - rate) * gaps[t] - descent.momentum * before
        before = gaps[t]
    return descent.optimum + gaps


def regime(descent: Descent) -> str:
    """The name of what this learning rate does with all examples: one of five.

    "slow" and "ringing" approach the optimum from one side and from both; "one step" lands within
    2% of the way; "divergent" never arrives; "on the edge" swings for ever.
    """
    rate, momentum = descent.learning_rate * descent.curvature, descent.momentum
    if rate < 0 or rate > 2 * (1 + momentum) + 1e-9:
        return "divergent"
    if rate > 2 * (1 + momentum) - 1e-9:
        return "on the edge"
    if momentum == 0 and abs(1 - rate) <= 0.02:
        return "one step"
    return "slow" if rate <= (1 - momentum**0.5) ** 2 else "ringing"
