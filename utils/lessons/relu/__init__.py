"""ReLU, its kink, what sums of hinges can draw, and how fast it learns."""

from utils.compare import Compare
from utils.guide import Predict, Tally
from utils.judge import solution
from utils.lessons.relu.checks import check_hinge_power, check_roof, check_unit_grad
from utils.lessons.relu.experiments import (
    best_places,
    collapse,
    descend,
    even_places,
    gradient_left,
    hinge_error,
    kinks,
    median_steps,
    sigmoid,
    speed_network,
    speed_task,
    stack_layers,
    target_points,
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
from utils.style import lesson_style
