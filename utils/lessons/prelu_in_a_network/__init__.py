"""ReLU, leaky ReLU and PReLU learn handwritten digits."""

from utils.compare import Compare
from utils.guide import Predict, Tally
from utils.judge import solution
from utils.lessons.prelu_in_a_network.checks import (
    check_alpha_grad,
    check_decayed_step,
    check_prelu_std,
    check_smallest_slope,
)
from utils.lessons.prelu_in_a_network.experiments import (
    PUBLISHED,
    Plan,
    compare,
    digits_network,
    ranges,
    run,
    spread,
    train,
)
from utils.lessons.prelu_in_a_network.explorers import (
    AlphaDecayExplorer,
    DigitsExplorer,
    SignalExplorer,
)
from utils.lessons.prelu_in_a_network.plots import draw_digits, draw_learned_alphas
from utils.lessons.prelu_in_a_network.questions import QUESTIONS
from utils.style import lesson_style
