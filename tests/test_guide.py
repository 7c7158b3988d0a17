"""What speaks with the reader: questions, the tally, and whether this machine is ready."""

import asyncio
import os
import sys

import pytest
from house import ROOT  # and with it every lesson, and so every question
from packaging.requirements import Requirement
from packaging.version import Version

from utils import judge, ready
from utils.guide import Predict, ReadyCheck, Tally
from utils.lessons.start_here.checks import check_relu
from utils.questions import QUESTIONS

REQUIREMENTS = ROOT / "requirements.txt"
each_question = pytest.mark.parametrize("name", QUESTIONS)


@pytest.fixture(autouse=True)
def nothing_passed(monkeypatch):
    monkeypatch.setattr(judge, "passed", set())


def html(view):
    """All that a view says in words, with its markup."""
    words = str(getattr(view, "value", ""))
    return words + " ".join(html(child) for child in getattr(view, "children", ()))


@each_question
def test_a_question_has_one_right_choice_and_a_reason_for_each(name):
    question = QUESTIONS[name]
    assert sum(choice.right for choice in question.choices) == 1
    assert 3 <= len(question.choices) <= 4
    assert question.stem.endswith("?")
    assert all(
        len(choice.reason) > 20 and choice.reason[-1] in ".!?" for choice in question.choices
    )
    texts = [choice.text for choice in question.choices]
    reasons = [choice.reason for choice in question.choices]
    assert len(set(texts)) == len(set(reasons)) == len(texts)


def test_the_right_choice_is_not_always_in_the_same_place():
    places = [[c.right for c in question.choices].index(True) for question in QUESTIONS.values()]
    for place in range(3):
        assert 0.15 < places.count(place) / len(places) < 0.6


@each_question
def test_a_question_says_nothing_before_the_guess_and_everything_after(name):
    for letter in Predict(name).choices:
        view = Predict(name)
        reasons = [choice.reason for choice in view.choices.values()]
        assert not any(reason in view.text for reason in reasons)
        assert "Right" not in html(view)
        view.controls[letter].click()
        assert all(reason in view.text for reason in reasons)
        said = f"You said {letter}. " + ("Right." if view.choices[letter].right else "Not ")
        assert said in view.text
        assert html(view).count("Your guess.") == 1
        view.controls["again"].click()
        assert view.text == Predict(name).text
        assert "Right" not in html(view)


def test_a_question_is_stored_with_its_choices_for_those_who_see_no_widget():
    bundle = Predict("two slopes")._repr_mimebundle_()
    assert "\nB. Both go to 0" in bundle["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_another_name_is_answered_with_those_there_are():
    with pytest.raises(ValueError, match="no question 'hinges'; there are .*, first relu"):
        Predict("hinges")


def test_a_question_is_heard_on_another_thread():
    view = Predict("first relu")
    asyncio.run(asyncio.to_thread(view.controls["C"].click))
    assert "You said C. Right." in view.text


def test_the_tally_follows_the_checks(capsys):
    tally = Tally("relu", "roof")
    assert tally.text == "Your turn: 0 of 2 exercises right. ○ ○"
    check_relu(lambda x: -x)
    assert tally.text == "Your turn: 0 of 2 exercises right. ○ ○"
    check_relu(lambda x: x * (x > 0))
    assert tally.text == "Your turn: 1 of 2 exercises right. ● ○"
    assert "1 of 2" in html(tally)
    assert Tally("relu").text == "Your turn: 1 of 1 exercises right. That is all of them. ●"
    assert "Right." in capsys.readouterr().out


@pytest.mark.parametrize("names", [(), ("rolu",), ("relu", "x")])
def test_a_tally_of_what_is_no_exercise_is_refused(names):
    with pytest.raises(ValueError, match="exercises must be names of checks"):
        Tally(*names)


def test_the_ready_check_tells_shown_from_moved_from_neither():
    check = ReadyCheck()
    assert check.slider._view_count == 0
    assert check.report().startswith("No page has shown the slider so far.")
    check.slider._view_count = 1  # what a front end answers when it shows the slider
    assert check.report() == "The slider is shown. Move it, then run this cell again."
    check.slider.value = 3
    assert check.report().startswith("Ready. The slider stands at 3")
    assert "stands at 3" in html(check)


def test_where_no_widget_can_be_the_remedies_are_shown():
    words = ReadyCheck()._repr_mimebundle_()["text/plain"]
    for place in ready.REMEDIES:
        assert f"In {place}: " in words


def test_a_package_that_is_missing_or_old_is_named(monkeypatch):
    assert ready.verdict() == "Python and every package are as the lessons need them."
    assert "numpy 2" in ready.versions()
    monkeypatch.setattr(ready.problems, "__defaults__", (["numpy>=99", "no-such-package>=1"],))
    said = ready.verdict()
    assert "numpy>=99 is needed" in said
    assert "no-such-package is not installed" in said
    assert "python start.py" in said


def test_what_the_lessons_need_is_in_requirements_txt_which_may_ask_for_newer_ones():
    asked = {each.name: each.specifier for each in map(Requirement, ready.listed(REQUIREMENTS))}
    for needed in map(Requirement, ready.NEEDED):
        for bound in asked[needed.name]:
            edge = Version(bound.version)
            assert needed.specifier.contains(edge) or str(bound) in str(needed.specifier)


@pytest.mark.parametrize(
    ("place", "variable"),
    [
        ("a hub or Binder", "JUPYTERHUB_API_URL"),
        ("a hub or Binder", "BINDER_LAUNCH_HOST"),
        ("VS Code", "VSCODE_PID"),
        ("JupyterLab or Notebook", "HOME"),
    ],
)
def test_what_to_do_is_said_for_the_place_that_the_reader_is_in(monkeypatch, place, variable):
    for name in [n for n in os.environ if n.startswith(("VSCODE_", "JUPYTERHUB_", "BINDER_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv(variable, "x")
    assert ready.place() == place


def test_colab_is_known_by_its_module_and_told_what_is_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", sys)
    monkeypatch.setattr(ready.problems, "__defaults__", (["numpy>=99"],))
    said = ready.verdict()
    assert "Runtime" in said and "start.py" not in said


def test_a_browsers_own_python_is_known_by_its_platform(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(ready.problems, "__defaults__", (["numpy>=99"],))
    assert "the cell that installs" in ready.verdict() and ready.place() in ready.REMEDIES


def test_every_place_has_its_words():
    assert list(ready.REMEDIES) == list(ready.CURES)
