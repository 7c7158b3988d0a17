"""Networks that are dead before their first step, and a race of them."""

from utils.compare import Compare
from utils.guide import Predict, Tally
from utils.judge import solution
from utils.lessons.born_dead import race
from utils.lessons.born_dead.checks import check_flat_share, check_networks_needed, check_safe_width
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
