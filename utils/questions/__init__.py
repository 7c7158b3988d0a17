"""What a lesson asks before it shows: questions with choices, one module a lesson."""

from utils.questions import digits, dying, learning_alpha, prelu, relu, start
from utils.questions.base import Choice, Question

QUESTIONS: dict[str, Question] = {
    name: question
    for lesson in (start, relu, dying, prelu, learning_alpha, digits)
    for name, question in lesson.QUESTIONS.items()
}

__all__ = ["QUESTIONS", "Choice", "Question"]
