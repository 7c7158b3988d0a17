"""What teachers rely on: minutes, plans, words and where they are explained, goals, two tests."""

import re
from functools import cache
from itertools import pairwise, product
from math import ceil
from pathlib import Path
from urllib.parse import unquote

import nbformat
import numpy as np
import pytest
from house import VIEWS, lesson_of
from minutes import LESSONS, minutes, sections
from test_notebooks import whole

from utils.activations import prelu, prelu_grad_alpha, relu
from utils.lessons.dying_relu import experiments as dying
from utils.lessons.learning_alpha.experiments import Descent, run_alpha
from utils.questions import QUESTIONS
from utils.scenes import named

ROOT = Path(__file__).parents[1]
START = LESSONS[0]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def cells(lesson):
    return nbformat.read(lesson, as_version=4).cells


def rows(text):
    """The rows of every table in a text, cell by cell."""
    lines = re.findall(r"^\|(.+)\|$", text, re.MULTILINE)
    return [[part.strip() for part in re.split(r"(?<!\\)\|", line)] for line in lines]


# Minutes

each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)


@each_lesson
def test_head_and_tables_give_the_minutes_of_the_rule(lesson):
    main, further, exercises = minutes(lesson)
    more = f", going further {further}" if further else ""
    assert f"**Time:** {main} minutes{more}; the exercises {exercises}." in whole(lesson)
    found = [row for row in rows(read("TEACHING.md")) if row[0].endswith(f"({LINK}{lesson.name})")]
    assert found[0][1:] == [str(main), str(further or ""), str(exercises)]
    if lesson != START:
        assert f"]({lesson.name}) | {main} + {exercises} |" in whole(START)
    assert f"](notebooks/{lesson.name}) | {main} + {exercises} |" in read("README.md")


@each_lesson
def test_the_main_way_fits_a_lesson_in_class(lesson):
    assert minutes(lesson).main <= 45


LINK = "notebooks/"
PLAN = re.compile(r"^\| (\d+) \| .* \| (?:\[[^\]]*\]\(notebooks/([^)#]+)#?([^)]*)\) )?\|$")


def plans():
    """The tables of TEACHING.md whose rows begin with minutes."""
    for table in re.findall(r"(?:^\|.*\n)+", read("TEACHING.md"), re.MULTILINE):
        if table.startswith("| minutes |"):
            yield [PLAN.match(line).groups() for line in table.splitlines()[2:]]


@pytest.mark.parametrize(("place", "whole"), enumerate((40, 90, 90)))
def test_a_plan_takes_its_minutes_from_the_rule_and_fits(place, whole):
    plan = list(plans())[place]
    assert sum(int(time) for time, *_ in plan) <= whole
    for time, name, anchor in plan:
        if not name or anchor == "Your-turn":
            continue
        lesson = ROOT / "notebooks" / name
        wanted = minutes(lesson).main
        if anchor:
            found = {heading.replace(" ", "-"): time for heading, time in sections(lesson).items()}
            wanted = ceil(found[unquote(anchor)])
        assert int(time) == wanted, anchor or name


# Scenes: what the text says in bold is what stands on the buttons

BOLD = re.compile(r"\*\*([^*]+)\*\*")
STEP = re.compile(r"^\d+\. (.+)$", re.MULTILINE)
# A step that begins so is for the hand.
HAND = ["Choose", "Drag", "Lower", "Move", "Press", "Set", "Try", "Type"]
KEYS = {"Play", "Step"}  # buttons that every run has

each_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)


def buttons(view):
    return {named(scene) for scene in view.scenes}


def beside(lesson):
    """Each step that a lesson's lists give, with the view that it is about: the one above."""
    views, view = {view.__name__: view for view in VIEWS}, None
    for cell in cells(lesson):
        if cell.source.startswith("## "):
            view = None
        if cell.cell_type == "code":
            shown = re.search(r"^(\w+Explorer)\(", cell.source, re.MULTILINE)
            view = views[shown[1]] if shown else view
        elif view:
            yield from ((view, step) for step in STEP.findall(cell.source))


@each_view
def test_every_scene_stands_in_bold_in_the_text_of_its_lesson(view):
    (lesson,) = (path for path in LESSONS if path.stem[3:] == lesson_of(view))
    text = "\n".join(cell.source for cell in cells(lesson) if cell.cell_type == "markdown")
    assert buttons(view) - set(BOLD.findall(text)) == set()


@each_lesson
def test_a_step_beside_a_view_is_a_scene_of_it_or_one_for_the_hand(lesson):
    for view, step in beside(lesson):
        head = BOLD.match(step)
        assert head[1] in buttons(view) if head else step.split()[0] in HAND, step
        # What else is bold there is a scene, too, a setting (small letters), or a whole sentence.
        others = {bold for bold in BOLD.findall(step) if bold[0].isupper() and bold[-1] != "."}
        assert others <= buttons(view) | KEYS, step


def test_steps_are_found():
    lists = [list(beside(lesson)) for lesson in LESSONS[1:]]
    assert all(len(steps) >= 4 for steps in lists)
    assert len({view for steps in lists for view, _ in steps}) > 12


def test_what_teachers_shall_click_are_scenes():
    for part in re.split(r"^### ", read("TEACHING.md"), flags=re.MULTILINE)[1:]:
        (lesson,) = (path for path in LESSONS if path.stem.startswith(part[:2]))
        scenes = {
            name for view in VIEWS if lesson_of(view) == lesson.stem[3:] for name in buttons(view)
        }
        moves = " ".join(row[3] for row in rows(part.split("\n## ")[0]))
        found = {bold for bold in BOLD.findall(moves) if bold[0].isupper()}
        assert found and found <= scenes | KEYS


def test_what_the_plans_click_are_scenes():
    part = read("TEACHING.md").split("## Two plans")[1].split("\n## ")[0]
    found = {bold for row in rows(part) for bold in BOLD.findall(row[1])}
    assert found and found <= set().union(*map(buttons, VIEWS))


# Words

WORDS = {row[0]: row for row in rows(whole(START)) if re.search(r"^\[0\d, \d\]", row[-1])}
FORMS = {
    "fire": r"fires?|fired|firing",
    "saturate": r"saturat\w+",
    "dead": r"dead|dies|died",
    "channel-wise, shared, element-wise": r"channel-wise|element-wise",
    "edge": r"the edge",  # of the learning rate: the only one that the lessons speak of
    "identity": r"the identity",
    "ReLU": r"(?<!leaky )(?<!parametric )ReLU",
}


def place(word):
    """The lesson in which a word is explained, and the heading of the section."""
    name, anchor = re.search(r"\(([^#]+)#([^)]+)\)", WORDS[word][-1]).groups()
    return ROOT / "notebooks" / name, unquote(anchor)


def passages():
    """Every cell of prose and every question in the order of the lessons, with where it stands.

    Lesson 00 is a map, heads say what is to come, tables and sources are looked up.
    """
    for lesson in LESSONS[1:]:
        heading = ""
        for cell in cells(lesson):
            if cell.source.startswith("## "):
                heading = cell.source.split("\n")[0].removeprefix("## ").replace(" ", "-")
            if not heading or heading == "Sources":
                continue
            if cell.cell_type == "markdown":
                yield lesson, heading, cell.source
            elif asked := re.match(r'Predict\("(.+)"\)', cell.source):
                question = QUESTIONS[asked[1]]
                texts = [part for choice in question.choices for part in choice[:2]]
                yield lesson, heading, "\n".join([question.stem, *texts])


def test_the_list_has_the_words_that_the_lessons_rest_on():
    assert {"ReLU", "leaky ReLU", "PReLU", "loss", "batch", "epoch", "initialisation"} <= set(WORDS)
    assert list(WORDS) == sorted(WORDS, key=str.casefold)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_explained_before_it_is_used(word):
    pattern = FORMS.get(word, re.escape(word) + "s?")
    flags = 0 if word.endswith("LU") else re.IGNORECASE
    uses = re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", flags)
    earlier = []
    for lesson, heading, text in passages():
        if (lesson, heading) == place(word):
            break
        earlier += [text[max(use.start() - 40, 0) : use.end() + 30] for use in uses.finditer(text)]
    assert not earlier


@pytest.mark.parametrize("word", WORDS)
def test_a_word_stands_out_where_it_is_explained(word):
    there = [text for *where, text in passages() if tuple(where) == place(word)]
    stressed = re.findall(r"\*\*([^*]+)\*\*", "\n".join(there))
    wanted = [form.casefold().rstrip("s") for form in word.split(", ")]
    found = {form.casefold().rstrip("s").removesuffix("'") for form in stressed}
    assert [form for form in wanted if form not in found] == []


# Goals


def goals(lesson):
    head = cells(lesson)[0].source
    return [goal.rstrip(";.") for goal in re.findall(r"^- (.+)$", head, re.MULTILINE)]


@each_lesson
def test_each_goal_is_asked_by_a_question_and_an_exercise_or_experiment(lesson):
    table = {row[1]: row[2:] for row in rows(read("TEACHING.md")) if row[0] == lesson.stem[:2]}
    assert list(table) == goals(lesson)
    for questions, tried in table.values():
        asked = re.findall(r'"([^"]+)"', questions.replace("\\|", "|"))
        named = re.findall(r"`(\w+)`", tried)
        assert asked and named
        assert all(f'Predict("{name}")' in whole(lesson) for name in asked), asked
        assert all(f"{name}(" in whole(lesson) for name in named), named


# The two tests

ITEM = re.compile(r"^\*\*(\d+)\.\*\* (.+)\n\n((?:- [A-D]\. .+\n)+)", re.MULTILINE)
UNITS = {"A": (0.5, -2, [0, 1, 2, 3]), "B": (-1, -0.5, [0, 1, 2])}  # items 4


def forms():
    """For each form its items, and for each item the choices."""
    text = read("BEFORE_AND_AFTER.md")
    parts = re.findall(r"## Form (\w)\n(.+?)(?=\n## )", text, re.DOTALL)
    return {
        form: {int(n): dict(re.findall(r"- (\w)\. (.+)", c)) for n, _, c in ITEM.findall(part)}
        for form, part in parts
    }


def key():
    return {int(row[0]): row[1:3] for row in rows(read("BEFORE_AND_AFTER.md")) if row[0].isdigit()}


def stems(form):
    text = read("BEFORE_AND_AFTER.md").split(f"## Form {form}")[1]
    return {int(number): stem for number, stem, _ in ITEM.findall(text)[:10]}


def fires(form):
    w, b = {"A": (2, -4), "B": (-2, 6)}[form]
    x = np.arange(-10, 10, 0.5)
    on = x[relu(w * x + b) > 0]
    return (
        f"for x above {on.min() - 0.5:g}"
        if on.max() == x[-1]
        else f"for x below {on.max() + 0.5:g}"
    )


def slope_at_0(form):
    alpha, h = {"A": 0.0, "B": 0.25}[form], 1e-6
    left, right = -prelu(-h, alpha) / h, prelu(h, alpha) / h
    assert abs(left - right) > 0.5
    return "there is none: the slopes to the left and to the right differ"


def shape(form):
    rng, x = np.random.default_rng(0), np.linspace(-3, 3, 61)
    rows = np.stack([x, np.ones_like(x)])
    for _ in range({"A": 3, "B": 10}[form]):
        rows = prelu(rng.standard_normal((2, 2)) @ rows, 1.0)
    assert np.abs(np.diff(rows[0], 2)).max() < 1e-9 * np.abs(rows[0]).max()
    return "a straight line"


def unit_of(form):
    w, b, x = UNITS[form]
    return dying.single_unit(w, b), np.array(x, float)[:, np.newaxis]


def gradient(form):
    unit, x = unit_of(form)
    for targets in (x, -x, x**2 + 3):
        assert (dying.unit_gradients(unit, x, targets) == 0).all()
    return "exactly 0"


def moved(form):
    unit, x = unit_of(form)
    rate = {"A": 1000.0, "B": 0.1}[form]
    before = [param.copy() for param in unit.params]
    run = dying.descend_unit(unit, x, x, lambda _: rate)
    for now in run:
        if now.step == 100:
            break
    assert all(map(np.array_equal, unit.params, before))
    return "they do not move"


def on_one_input(form):
    count = {"A": 4, "B": 100}[form]
    x = np.linspace(-1, 1, count)[:, np.newaxis]
    w, b = 1.0, -float(x[-2:].mean())
    assert np.sum(relu(w * x + b) > 0) == 1
    assert dying.unit_gradients(dying.single_unit(w, b), x, x).any()
    last = {"A": "the fourth", "B": "the one that is left"}[form]
    return f"it is not dead, and goes on learning from {last}"


def remedy(form):
    alive = {}
    for name in dying.REMEDIES:
        run = dying.rescue_unit(name, 20, 0.8)
        alive[name] = not [next(run) for _ in range(101)][-1].dead
    back = {name for name, lives in alive.items() if lives}
    assert back == {"leaky slope 0.01", "PReLU", "drawn anew"}
    return {"A": "leaky ReLU in the place of ReLU", "B": "a lower learning rate from now on"}[form]


def chance(form):
    layers = {"A": [3], "B": [1, 1]}[form]
    signs = list(product((0, 1), repeat=sum(layers)))  # 1: above 0
    ends = np.cumsum([0, *layers])
    silent = [any(not any(s[a:b]) for a, b in pairwise(ends)) for s in signs]
    return f"{sum(silent)}/{len(signs)}"


def in_alpha(form):
    alpha, x = {"A": (0.5, -3.0), "B": (0.1, -4.0)}[form]
    slope = (prelu(x, alpha + 1e-6) - prelu(x, alpha - 1e-6)) / 2e-6
    assert slope == pytest.approx(prelu_grad_alpha(x))
    return f"{prelu_grad_alpha(x):g}"


def descent(form):
    c, rate = {"A": (4, 0.6), "B": (2, 1.2)}[form]
    x = np.array([-np.sqrt(c / 2)])  # c = mean(2 x^2)
    path = run_alpha(1.0, Descent(x, 0 * x, learning_rate=rate), steps=5)
    assert path[1] < path[0] and (np.diff(np.abs(path)) > 0).all()
    return "alpha shrinks at the first step, and each step ends further from the best alpha"


HELD = [fires, slope_at_0, shape, gradient, moved, on_one_input, remedy, chance, in_alpha, descent]


@pytest.mark.parametrize("form", ["A", "B"])
@pytest.mark.parametrize("item", range(1, 11))
def test_the_key_says_what_is_computed(form, item):
    choices = forms()[form][item]
    right = choices[key()[item]["AB".index(form)]]
    assert right == HELD[item - 1](form)
    assert len(set(choices.values())) == len(choices) == 4


@pytest.mark.parametrize("form", ["A", "B"])
def test_the_stems_have_the_numbers_that_are_computed(form):
    numbers = {
        1: {"A": "relu(2x - 4)", "B": "relu(-2x + 6)"},
        2: {"A": "relu(x)", "B": "alpha = 0.25"},
        4: {"A": "relu(0.5x - 2). The training inputs are 0, 1, 2 and 3.", "B": "relu(-x - 0.5)"},
        8: {"A": "three ReLU units", "B": "two hidden layers of one ReLU unit"},
        9: {"A": "alpha = 0.5 sees x = -3", "B": "alpha = 0.1 sees x = -4"},
        10: {"A": "curvature 4.", "B": "curvature 2."},
    }
    for item, words in numbers.items():
        assert words[form] in stems(form)[item]


def test_both_forms_ask_the_same_ten_things_and_no_letter_gives_the_answer_away():
    assert [len(items) for items in forms().values()] == [10, 10] and len(key()) == 10
    assert all(one != other for one, other in key().values())
    for letters in zip(*key().values(), strict=True):
        assert set(letters) == set("ABCD")
