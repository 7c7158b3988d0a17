"""What speaks with the reader: a question, the tally of exercises, and whether widgets work here.

Each is a VBox with a `text` that says in words what it shows; that is also what is shown where no
widget can be.
"""

from collections.abc import Callable
from functools import partial
from html import escape
from textwrap import fill

import ipywidgets as widgets

from utils import judge, ready
from utils.canvas import drawing
from utils.cells import close_inside, replace_earlier
from utils.page import Page, looks, script
from utils.player import button
from utils.questions import QUESTIONS, Choice

LINE = 88  # letters of a stored line


class Guide(Page):
    """The base: a box with words for whoever cannot see widgets."""

    text = ""

    def __init__(self, children: list[widgets.Widget]) -> None:
        super().__init__([looks(), *script(), *children])
        self.add_class("lesson-guide")
        replace_earlier(self)

    def close(self) -> None:
        """Close what is in it, too: ipywidgets keeps all that is open."""
        if self.comm is not None:
            close_inside(self)
        super().close()

    def stored(self) -> dict[str, str]:
        """The words."""
        # Exports and GitHub show it as it stands, and would break it inside a word or not at all.
        return {"text/plain": "\n".join(fill(line, LINE) for line in self.text.splitlines())}


class Predict(Guide):
    """A question to be answered before looking: the reader guesses, then reads why.

    Args:
        name: which of `utils.questions.QUESTIONS`.

    Its controls are the choices, "A", "B" and so on, and "again", which takes the guess back.
    """

    def __init__(self, name: str) -> None:
        if name not in QUESTIONS:
            raise ValueError(f"no question {name!r}; there are {', '.join(QUESTIONS)}")
        question = QUESTIONS[name]
        self.choices = dict(zip("ABCDE", question.choices, strict=False))
        self.controls: dict[str, widgets.Button] = {
            letter: _choice_button(f"{letter}.  {choice.text}", partial(self.guess, letter))
            for letter, choice in self.choices.items()
        }
        self.controls["again"] = button("Ask again", "undo", self.ask)
        self._reasons = {letter: widgets.HTML() for letter in self.choices}
        self._line = widgets.HTML()
        stem = f'<div class="stem"><b>{question.lead}</b> {escape(question.stem)}</div>'
        rows = [part for letter in self.choices for part in self._row(letter)]
        super().__init__(
            [widgets.HTML(stem), *rows, widgets.HBox([self._line, self.controls["again"]])]
        )
        lines = (f"{letter}. {choice.text}" for letter, choice in self.choices.items())
        self._question = "\n".join([f"{question.lead} {question.stem}", *lines])
        self.ask()

    def ask(self) -> None:
        """Take the guess back."""
        for reason in self._reasons.values():
            reason.value = ""
        self.controls["again"].layout.visibility = "hidden"
        self._say("Choose one.")
        self.text = self._question

    def guess(self, letter: str) -> None:
        """Answer with the choice of this letter; then each choice says why it is right or wrong."""
        with drawing:  # two clicks may come on two threads
            for other, choice in self.choices.items():
                self._reasons[other].value = _reason(choice, other == letter)
            verdict = "Right." if self.choices[letter].right else f"Not {letter}. Read why, above."
            self._say(verdict)
            reasons = (f"{k}. {_verdict(c)}: {c.reason}" for k, c in self.choices.items())
            self.text = "\n".join([self._question, f"You said {letter}. {verdict}", *reasons])
            self.controls["again"].layout.visibility = "visible"

    def _row(self, letter: str) -> tuple[widgets.Widget, widgets.Widget]:
        return self.controls[letter], self._reasons[letter]

    def _say(self, words: str) -> None:
        self._line.value = f'<div role="status">{escape(words)}</div>'


def _choice_button(words: str, action: Callable[[], None]) -> widgets.Button:
    made = button(words, "", action)
    made.add_class("choice")
    return made


def _verdict(choice: Choice) -> str:
    return "Right" if choice.right else "Wrong"


def _reason(choice: Choice, guessed: bool) -> str:
    kinds = f"reason{' right' if choice.right else ''}{' guess' if guessed else ''}"
    yours = "Your guess. " if guessed else ""
    mark = "✓" if choice.right else "✗"
    return f'<div class="{kinds}">{yours}{mark} {_verdict(choice)}: {escape(choice.reason)}</div>'


class Tally(Guide):
    """Which of these exercises have been answered right; it follows the checks by itself.

    Nothing is stored: it is forgotten when the kernel ends, and nothing leaves this machine.
    """

    def __init__(self, *exercises: str) -> None:
        unknown = [name for name in exercises if name not in judge.EXERCISES]
        if unknown or not exercises:
            raise ValueError(f"exercises must be names of checks, got {unknown or 'none'}")
        self.exercises = exercises
        self._line = widgets.HTML()
        super().__init__([self._line])
        judge.watchers.add(self)
        self.refresh()

    def refresh(self) -> None:
        """Look again at what has passed."""
        done = [name in judge.passed for name in self.exercises]
        marks = " ".join("●" if passed else "○" for passed in done)
        words = f"Your turn: {sum(done)} of {len(done)} exercises right."
        if all(done):
            words += " That is all of them."
        self.text = f"{words} {marks}"
        self._line.value = f'<div role="status"><b>{words}</b> {marks}</div>'


class ReadyCheck(Guide):
    """A slider that the reader moves, so that both see whether widgets are alive in this page."""

    def __init__(self) -> None:
        self.slider = widgets.IntSlider(0, min=0, max=10, layout={"width": "300px"})
        self.slider._view_count = 0  # so that the front end counts how often it shows the slider
        self.controls = {"slider": self.slider}
        self._line = widgets.HTML()
        name = widgets.HTML("<label>Move this slider:</label>")
        super().__init__([widgets.HBox([name, self.slider]), self._line])
        self.slider.observe(lambda _: self.refresh(), "value")
        self.refresh()
        # What a front end shows that cannot show widgets.
        self.text = f"No slider here?\n{ready.remedy()}"

    @property
    def shown(self) -> bool:
        """Whether a front end says that it shows the slider."""
        return bool(self.slider._view_count)

    def refresh(self) -> None:
        """Say what the slider says."""
        words = "The lessons wait for you to move it."
        if self.slider.value:
            words = f"The lessons hear you: the slider stands at {self.slider.value}. All is ready."
        self._line.value = f'<div role="status">{words}</div>'

    def report(self) -> str:
        """Whether widgets work here, in words, and what to do if not."""
        if self.slider.value:
            return f"Ready. The slider stands at {self.slider.value}: this page and Python talk."
        if self.shown:
            return "The slider is shown. Move it, then run this cell again."
        return (
            "No page has shown the slider so far. If you see it above, move it and run this cell "
            f"again. If not:\n{ready.remedy()}"
        )
