"""Lesson 01: ReLU, its kink, what sums of hinges can draw, and how fast it learns."""

from utils.guide import Predict, Tally
from utils.lessons.relu.checks import (
    check_hinge_power,
    check_roof,
    check_unit_grad,
)
from utils.lessons.relu.explorers import (
    GradientExplorer,
    HandFitExplorer,
    HingeExplorer,
    KinkExplorer,
    SpeedExplorer,
    StackExplorer,
    UnitExplorer,
)
from utils.lessons.relu.questions import QUESTIONS

__all__ = [
    "GradientExplorer",
    "HandFitExplorer",
    "HingeExplorer",
    "KinkExplorer",
    "Predict",
    "QUESTIONS",
    "SpeedExplorer",
    "StackExplorer",
    "Tally",
    "UnitExplorer",
    "check_hinge_power",
    "check_roof",
    "check_unit_grad",
]
