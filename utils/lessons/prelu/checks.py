"""The exercises on PReLU, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x
from utils.judge import POINT, WIDE, X, exercise, judge_function, seen_over
from utils.settings import Number

# First below 0, so that the sign of the output differs from that of the input.
SLOPES = [(X, -0.5), *((WIDE, alpha) for alpha in (0.25, 1.5, 0.0, 1.0, -2.0, 6.0))]
ALPHAS = [(np.array([-2.0, -1.0, 0.0, 0.25, 1.0, 1.5, 2.0]),), (WIDE,)]


@exercise
def check_prelu_grad(attempt: Callable[[np.ndarray, float], Any]) -> None:
    """Say whether `attempt(x, alpha)` is df/dx of PReLU."""
    judge_function("prelu_grad", attempt, _slopes, SLOPES)


@seen_over("prelu_grad", x=POINT, alpha=Number("alpha", 0.25, -1, 2, 0.05))
def _slopes(x: np.ndarray, alpha: float) -> tuple[Any, dict[str, Any]]:
    output = prelu(x, alpha)
    return prelu_grad_x(x, alpha), {
        "the test is x >= 0; at exactly 0 PyTorch takes alpha": np.where(x >= 0, 1, alpha),
        "the test looks at the output f(x); look at the input x": np.where(output > 0, 1, alpha),
        "this is the slope of max(alpha x, x): above 1 that is not PReLU": (
            np.where(x > alpha * x, 1, alpha)
        ),
        "the two sides are swapped": np.where(x > 0, alpha, 1),
        "this is ReLU's slope, 0 on the left": np.where(x > 0, 1, 0),
        "this is f itself, not its slope": output,
    }


@exercise
def check_prelu_grad_alpha(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is df/dalpha of PReLU."""
    judge_function("prelu_grad_alpha", attempt, _slopes_in_alpha, [(X,), (WIDE,)])


@seen_over("prelu_grad_alpha", x=POINT)
def _slopes_in_alpha(x: np.ndarray) -> tuple[Any, dict[str, Any]]:
    return prelu_grad_alpha(x), {
        "the sign is turned": -prelu_grad_alpha(x),
        "the two sides are swapped": np.maximum(x, 0),
        "the right side should be 0: f = x does not contain alpha there": x,
        "this is ReLU's slope in x, not PReLU's in alpha": np.where(x > 0, 1, 0),
        "the left side should be x: the derivative of alpha * x in alpha": np.where(x > 0, 0, 1),
    }


@exercise
def check_max_differs(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(alphas)` tells for which alphas max(alpha x, x) is not PReLU."""
    judge_function("max_differs", attempt, _differ, ALPHAS)


@seen_over("max_differs", alphas=Number("alpha", 0.5, -2, 3, 0.05))
def _differ(alphas: np.ndarray) -> tuple[Any, dict[str, Any]]:
    return alphas > 1, {
        "at alpha = 1 both are x, the identity": alphas >= 1,
        "below 0 the two agree: try alpha = -2 at x = -1 and x = 1": np.abs(alphas) > 1,
        "the answer is turned around: this says where they agree": alphas <= 1,
        "between 0 and 1 the two agree: try alpha = 0.25 at x = -1 and x = 1": alphas != 1,
        "below 0 the two agree, and above 1 they do not: try both at x = -1 and x = 1": alphas < 0,
    }
