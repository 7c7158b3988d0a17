"""Lesson 00: is this machine ready, and how a lesson works."""

from utils.guide import Predict, ReadyCheck, Tally
from utils.lessons.start_here.checks import (
    check_relu,
)
from utils.lessons.start_here.questions import QUESTIONS

__all__ = [
    "Predict",
    "QUESTIONS",
    "ReadyCheck",
    "Tally",
    "check_relu",
]
