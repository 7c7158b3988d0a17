"""Lesson 02, parts 5 and 6: networks that are dead before their first step."""

from utils.guide import Predict, Tally
from utils.judge import solution
from utils.lessons.born_dead.experiments import (
    TUTORIAL_SHARES,
    dead_shares,
    default_layer,
    draw_dead,
    he_layer,
    stand_in_pictures,
    unbiased_layer,
)
from utils.lessons.born_dead.explorers import BornDeadExplorer, RaceExplorer
from utils.lessons.born_dead.questions import QUESTIONS
from utils.lessons.born_dead.race import run_race, stored_race
from utils.style import lesson_style
