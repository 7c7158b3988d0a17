"""The figures that a lesson's cells draw themselves, run from the lesson and looked into.

nbval compares text and no pixels, so what such a figure holds is compared here with what it must.
"""

import io
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from house import pixels

from utils.data import digits, prelu_data
from utils.lessons.learning_alpha.experiments import alpha_loss
from utils.lessons.prelu_in_a_network.experiments import PUBLISHED
from utils.lessons.start_here.plots import MEANINGS
from utils.style import COLOURS

IMPORTS = "import matplotlib.pyplot"
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
FIGURES = (
    "draw_colours(ax",
    "draw_prelu_family(ax",
    "ax.plot(alphas",
    "draw_digits(axes",
    "draw_learned_alphas(axes",
)


def code(lesson):
    notebook = nbformat.read(lesson, as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def figure(monkeypatch):
    """Runs the first cells of a lesson that have these words, and returns the figure they draw."""
    monkeypatch.setattr(plt, "show", lambda: None)  # as it is; the test may want another

    def run(stem, *words, **names):
        cells = code(NOTEBOOKS / f"{stem}.ipynb")
        exec(cells[0], names)
        for word in words:
            exec(next(source for source in cells if word in source), names)
        return plt.gcf()

    yield run
    plt.close("all")


def data(ax):
    """The curves and dots of an axis, each of shape (2, points), without the lines x = 0, y = 0."""
    lines = [line for line in ax.lines if line.get_transform() is ax.transData]
    return [np.array(line.get_data()) for line in lines]


def test_every_figure_of_every_lesson_is_looked_into_here():
    cells = [source for lesson in sorted(NOTEBOOKS.glob("[0-9]*.ipynb")) for source in code(lesson)]
    drawing = [source for source in cells if "plt.show()" in source]
    assert [[part for part in FIGURES if part in source] for source in drawing] == [
        [part] for part in FIGURES
    ]


CELLS = {
    "00_start_here": ["start_here import", FIGURES[0]],
    "04_prelu": [IMPORTS, FIGURES[1]],
    "05_learning_alpha": [IMPORTS, "= prelu_data(", FIGURES[2]],
    "06_prelu_in_a_network": [IMPORTS, FIGURES[3]],
}


@pytest.mark.parametrize("lesson", CELLS)
def test_a_figure_stays_readable_whatever_style_the_reader_has_set(
    lesson, figure, monkeypatch, sample
):
    shown = {}

    def show():
        file = io.BytesIO()
        plt.gcf().savefig(file, dpi=40)
        shown[style] = pixels(file.getvalue())

    monkeypatch.setattr(plt, "show", show)
    for style in ("default", *sample(plt.style.available, 10)):
        with plt.style.context(style):
            figure(lesson, *CELLS[lesson])
        plt.close("all")
    for style, picture in shown.items():
        assert (picture != shown["default"]).any(axis=-1).mean() < 0.002, style


def test_colours_are_those_of_the_views(figure):
    (ax,) = figure("00_start_here", "start_here import", FIGURES[0]).axes
    shown = {line.get_label(): line.get_color() for line in ax.lines}
    assert [text.get_text() for text in ax.texts] == list(shown)
    assert shown == {meaning: COLOURS[role] for role, (_, meaning) in MEANINGS.items()}
    for line, words in zip(ax.lines, ax.texts, strict=True):
        assert line.get_ydata()[0] == words.get_position()[1]


def test_family_of_three_slopes(figure):
    (ax,) = figure("04_prelu", IMPORTS, FIGURES[1]).axes
    x = np.linspace(-5, 5, 1000)
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["alpha = 0.1", "alpha = 0.5", "alpha = 1"]
    for curve, alpha in zip(data(ax), (0.1, 0.5, 1.0), strict=True):
        np.testing.assert_allclose(curve, [x, np.where(x > 0, x, alpha * x)])


def test_loss_of_alpha_and_its_parabola(figure):
    (ax,) = figure("05_learning_alpha", IMPORTS, "= prelu_data(", FIGURES[2]).axes
    x, y = prelu_data(true_alpha=0.25, noise=0.1)
    dots, parabola = data(ax)
    np.testing.assert_allclose(dots[0], np.linspace(-1.5, 2.5, 9))
    for alphas, losses in (dots, parabola):
        np.testing.assert_allclose(losses, alpha_loss(alphas, x, y))


def test_ten_digits_and_their_labels(figure):
    axes = figure("06_prelu_in_a_network", IMPORTS, FIGURES[3]).axes
    train = digits()
    assert len(axes) == 10
    for ax, image, label in zip(axes, train.train_x, train.train_y, strict=False):
        np.testing.assert_array_equal(ax.images[0].get_array(), image.reshape(8, 8))
        assert ax.get_title(loc="left") == str(label)


def test_learned_slopes_and_the_published_ones(figure):
    shared, means = np.arange(12.0).reshape(2, 6) / 12, np.full((2, 6), 0.25)
    names = {"shared": shared, "means": means}
    left, right = figure("06_prelu_in_a_network", IMPORTS, FIGURES[4], **names).axes
    wanted = [*shared, shared.mean(axis=0), *means, means[0]]
    np.testing.assert_allclose([heights for _, heights in data(left)], wanted)
    theirs = np.transpose(list(PUBLISHED.values()))
    wanted = [theirs[0], theirs[0], theirs[1], theirs[1]]
    np.testing.assert_array_equal([heights for _, heights in data(right)], wanted)
