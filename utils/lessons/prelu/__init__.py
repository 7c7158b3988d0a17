"""Lesson 03: PReLU, its two derivatives, and what its slopes cost."""

from utils.guide import Predict, Tally
from utils.lessons.prelu.checks import (
    check_max_differs,
    check_prelu_grad,
    check_prelu_grad_alpha,
)
from utils.lessons.prelu.explorers import (
    ParameterExplorer,
    PReLUExplorer,
)
from utils.lessons.prelu.questions import QUESTIONS

__all__ = [
    "PReLUExplorer",
    "ParameterExplorer",
    "Predict",
    "QUESTIONS",
    "Tally",
    "check_max_differs",
    "check_prelu_grad",
    "check_prelu_grad_alpha",
]
