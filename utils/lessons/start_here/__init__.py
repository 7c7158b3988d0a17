"""Lesson 00: is this machine ready, and how a lesson works."""

from utils import ready
from utils.compare import Compare
from utils.guide import Predict, ReadyCheck, Tally
from utils.judge import solution
from utils.lessons.start_here.checks import check_relu
from utils.lessons.start_here.plots import draw_colours
from utils.lessons.start_here.questions import QUESTIONS
from utils.style import lesson_style
