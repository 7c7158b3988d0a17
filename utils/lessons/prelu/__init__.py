"""PReLU, its two derivatives, and what its slopes cost."""

from utils.compare import Compare
from utils.guide import Predict, Tally
from utils.judge import solution
from utils.lessons.prelu.checks import check_max_differs, check_prelu_grad, check_prelu_grad_alpha
from utils.lessons.prelu.explorers import ParameterExplorer, PReLUExplorer
from utils.lessons.prelu.plots import draw_prelu_family
from utils.lessons.prelu.questions import QUESTIONS
from utils.style import lesson_style
