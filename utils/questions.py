"""A question: what is asked, and choices, each with the reason why it is right or wrong."""

from collections.abc import Mapping
from typing import NamedTuple


class Choice(NamedTuple):
    """One answer. A wrong one is what a reader may well believe, and `reason` takes that up."""

    text: str
    reason: str
    right: bool = False


class Question(NamedTuple):
    """What is asked, and its choices, of which exactly one is right."""

    stem: str
    choices: tuple[Choice, ...]
    lead: str = "Predict first."


QUESTIONS: dict[str, Question] = {}  # all questions of the lessons imported so far


def register(questions: Mapping[str, Question]) -> None:
    """Make a lesson's questions known: each can then be asked by its name."""
    QUESTIONS.update(questions)


def ask(stem: str, *choices: Choice, lead: str = "Predict first.") -> Question:
    """A question with these choices; `lead` says what it asks for if not a guess in advance."""
    return Question(stem, choices, lead)


def right(text: str, reason: str) -> Choice:
    """The right choice."""
    return Choice(text, reason, right=True)


def wrong(text: str, reason: str) -> Choice:
    """A wrong choice."""
    return Choice(text, reason)
