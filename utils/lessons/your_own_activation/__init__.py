"""A function of the reader's, put through what the course has taught."""

from utils.compare import Compare
from utils.guide import Predict, Tally
from utils.judge import solution
from utils.lessons.your_own_activation.checks import (
    check_factor,
    check_softplus_grad,
    check_swish_grad_beta,
)
from utils.lessons.your_own_activation.experiments import where_it_ends
from utils.lessons.your_own_activation.explorers import (
    OwnParameterExplorer,
    OwnRaceExplorer,
    OwnSignalExplorer,
    OwnSlopeExplorer,
    OwnUnitExplorer,
)
from utils.lessons.your_own_activation.questions import QUESTIONS
from utils.style import lesson_style
