"""Alpha learned by gradient descent on a squared error."""

from utils.guide import Predict, Tally
from utils.judge import solution
from utils.lessons.learning_alpha.checks import (
    check_alpha_step,
    check_hidden_decay,
    check_one_step_rate,
)
from utils.lessons.learning_alpha.experiments import Descent, alpha_loss, regime, run_alpha
from utils.lessons.learning_alpha.explorers import AlphaExplorer, DecayExplorer, SignExplorer
from utils.lessons.learning_alpha.questions import QUESTIONS
from utils.style import lesson_style
