"""PReLU: what the views draw, and what each scene promises."""

import numpy as np
import pytest
from house import xy

from utils.activations import prelu, prelu_grad_alpha, prelu_grad_x
from utils.lessons.prelu import ParameterExplorer, PReLUExplorer


@pytest.mark.parametrize("alpha", [-1.0, -0.3, 0.0, 0.01, 0.25, 1.0, 2.0])
def test_prelu_explorer_shows_the_three_functions(alpha):
    view = PReLUExplorer(alpha=alpha)
    for x in (-3.0, -0.05, 0.0, 1.5):
        view.set(x=x)
        holds_the_three_functions(view, alpha, x)


def holds_the_three_functions(view, alpha, x):
    wanted = {
        "f": lambda x: prelu(x, alpha),
        "dx": lambda x: prelu_grad_x(x, alpha),
        "dalpha": prelu_grad_alpha,
    }
    for name, function in wanted.items():
        across, up = xy(view, name)
        off_zero = across != 0
        np.testing.assert_array_equal(up[off_zero], function(across[off_zero]))
        assert [part.item() for part in xy(view, f"{name}_point")] == [x, function(x)]
        assert f"{function(x) + 0.0:.4g}" in view.artists[f"{name}_value"].get_text()
    assert xy(view, "filled")[1] == alpha
    assert view.artists["marker"].get_xdata() == [alpha]


@pytest.mark.parametrize(
    ("alpha", "name"), [(-1, "absolute value"), (0, "ReLU"), (0.01, "leaky"), (1, "identity")]
)
def test_prelu_explorer_names_the_special_cases(alpha, name):
    view = PReLUExplorer()
    view.set(alpha=alpha)
    assert name in view.text
    view.set(alpha=alpha + 0.004)
    assert "which is" not in view.text


def test_prelu_explorer_says_that_the_kink_has_no_derivative():
    assert "no derivative" in PReLUExplorer(x=0).text
    assert "no derivative" not in PReLUExplorer(alpha=1, x=0).text


def test_parameter_explorer_counts():
    view = ParameterExplorer(channels=3, height=4, width=5)
    bars = [view.artists[f"bar {row}"] for row in range(4)]
    assert [bar.get_x() + bar.get_width() for bar in bars] == [1, 3, 60, 81]
    assert "element-wise 60" in view.text


X = np.array([-2.0, -0.5, 0.5, 2.0])
CURVES = {
    "ReLU": np.maximum(X, 0),
    "leaky ReLU": np.where(X > 0, X, 0.01 * X),
    "the identity": X,
    "the absolute value": np.abs(X),
}


@pytest.mark.parametrize("scene", CURVES)
def test_a_scene_of_a_special_case_draws_that_function(scene):
    view = PReLUExplorer(alpha=0.4)
    view.show(scene)
    across, up = xy(view, "f")
    np.testing.assert_allclose(np.interp(X, across, up), CURVES[scene])
    assert f"which is {scene}" in view.text


def test_on_the_right_alpha_has_no_effect():
    view = PReLUExplorer()
    view.show("on the right")
    shown = []
    for alpha in (-1, 0.25, 2):
        view.set(alpha=alpha)
        shown.append([xy(view, f"{name}_point") for name in ("f", "dx", "dalpha")])
    np.testing.assert_array_equal(shown[0], shown[1])
    np.testing.assert_array_equal(shown[0], shown[2])
    assert xy(view, "dalpha_point")[1] == 0


def test_at_the_kink_the_filled_circle_is_the_value_that_is_used():
    view = PReLUExplorer()
    view.show("at the kink")
    assert xy(view, "filled") == xy(view, "dx_point") == [0, 0.25]
    assert "no derivative" in view.text


def test_scenes_of_the_counts():
    view = ParameterExplorer()
    view.show("one channel")
    assert counted(view) == [1, 1, 784, 9]
    view.show("as large as can be")
    shared, channel_wise, element_wise, weights = counted(view)
    assert shared < channel_wise < weights / 1000
    assert 0.8 < element_wise / weights < 1
    assert element_wise == 512 * 64 * 64


def counted(view):
    """What the bars say, from the top down."""
    bars = (view.artists[f"bar {row}"] for row in range(4))
    return [round(bar.get_x() + bar.get_width()) for bar in bars]
