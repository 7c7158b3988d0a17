"""The exercises on PReLU, each with the mistakes that its check knows."""

from collections.abc import Callable
from typing import Any

import numpy as np

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x
from utils.judge import X, exercise, judge_function

ALPHA = -0.5  # below 0, so that the sign of the output differs from that of the input
ALPHAS = np.array([-2.0, -1.0, 0.0, 0.25, 1.0, 1.5, 2.0])


@exercise
def check_prelu_grad(attempt: Callable[[np.ndarray, float], Any]) -> None:
    """Say whether `attempt(x, alpha)` is df/dx of PReLU."""
    output = prelu(X, ALPHA)
    mistakes = {
        "the test is x >= 0; at exactly 0 PyTorch takes alpha": np.where(X >= 0, 1, ALPHA),
        "the test looks at the output f(x); look at the input x": np.where(output > 0, 1, ALPHA),
        "the two sides are swapped": np.where(X > 0, ALPHA, 1),
        "this is ReLU's slope, 0 on the left": np.where(X > 0, 1, 0),
        "this is f itself, not its slope": output,
    }
    judge_function(
        "prelu_grad", attempt, {"x": X, "alpha": ALPHA}, prelu_grad_x(X, ALPHA), mistakes
    )


@exercise
def check_prelu_grad_alpha(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(x)` is df/dalpha of PReLU."""
    mistakes = {
        "the sign is turned": -prelu_grad_alpha(X),
        "the two sides are swapped": np.maximum(X, 0),
        "the right side should be 0: f = x does not contain alpha there": X,
        "this is ReLU's slope in x, not PReLU's in alpha": np.where(X > 0, 1, 0),
        "the left side should be x: the derivative of alpha * x in alpha": np.where(X > 0, 0, 1),
    }
    judge_function("prelu_grad_alpha", attempt, {"x": X}, prelu_grad_alpha(X), mistakes)


@exercise
def check_max_differs(attempt: Callable[[np.ndarray], Any]) -> None:
    """Say whether `attempt(alphas)` tells for which alphas max(alpha x, x) is not PReLU."""
    mistakes = {
        "at alpha = 1 both are x, the identity": ALPHAS >= 1,
        "below 0 the two agree: try alpha = -2 at x = -1 and x = 1": np.abs(ALPHAS) > 1,
        "the answer is turned around: this says where they agree": ALPHAS <= 1,
        "between 0 and 1 the two agree: try alpha = 0.25 at x = -1 and x = 1": ALPHAS != 1,
        "below 0 the two agree, and above 1 they do not: try both at x = -1 and x = 1": ALPHAS < 0,
    }
    judge_function("max_differs", attempt, {"alphas": ALPHAS}, ALPHAS > 1, mistakes)
