"""How units and layers of ReLU die, and what brings them back."""

from utils.guide import Predict, Tally
from utils.judge import solution
from utils.lessons.dying_relu import experiments as dying
from utils.lessons.dying_relu.checks import (
    check_dead_share,
    check_deadly_bias,
    check_deadly_rate,
    check_unit_move,
)
from utils.lessons.dying_relu.explorers import (
    FiringExplorer,
    LayerExplorer,
    PlateauExplorer,
    RescueExplorer,
    SleepExplorer,
)
from utils.lessons.dying_relu.questions import QUESTIONS
from utils.style import lesson_style
