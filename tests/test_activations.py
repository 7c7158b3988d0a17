"""The activations against finite differences, closed forms and what PyTorch returns."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from utils.activations import leaky_relu, prelu, prelu_grad_alpha, prelu_grad_x, relu, relu_grad

ONE_ARGUMENT = [relu, relu_grad, leaky_relu, prelu_grad_alpha]
WITH_ALPHA = [prelu, prelu_grad_x]
ALL = ONE_ARGUMENT + [lambda x, f=f: f(x, 0.25) for f in WITH_ALPHA]
numbers = st.floats(-1e3, 1e3)
off_the_kink = numbers.filter(lambda x: abs(x) > 1e-3)


@given(off_the_kink, st.floats(-3, 3))
def test_derivatives_match_finite_differences(x, alpha):
    h = 1e-5
    slope = (prelu(x + h, alpha) - prelu(x - h, alpha)) / (2 * h)
    in_alpha = (prelu(x, alpha + h) - prelu(x, alpha - h)) / (2 * h)
    assert prelu_grad_x(x, alpha) == pytest.approx(slope, abs=1e-4)
    assert prelu_grad_alpha(x) == pytest.approx(in_alpha, abs=1e-4)
    assert relu_grad(x) == pytest.approx((relu(x + h) - relu(x - h)) / (2 * h), abs=1e-4)


@given(hnp.arrays(np.float64, hnp.array_shapes(), elements=numbers), st.floats(-3, 3))
def test_prelu_is_the_formula_of_the_paper(x, alpha):
    np.testing.assert_allclose(prelu(x, alpha), np.maximum(0, x) + alpha * np.minimum(0, x))


@given(hnp.arrays(np.float64, 7, elements=numbers))
def test_special_alphas(x):
    np.testing.assert_array_equal(prelu(x, 0), relu(x))
    np.testing.assert_array_equal(prelu(x, 0.01), leaky_relu(x))
    np.testing.assert_array_equal(prelu(x, 1), x)
    np.testing.assert_array_equal(prelu(x, -1), np.abs(x))


# What PyTorch 2.13 returns, as bench/frameworks_at_zero.py prints it: at 0, inf and -inf.
@pytest.mark.parametrize(
    ("function", "at_zero", "at_inf", "at_minus_inf"),
    [
        (relu, 0, np.inf, 0),
        (relu_grad, 0, 1, 0),
        (leaky_relu, 0, np.inf, -np.inf),
        (lambda x: prelu(x, 0.25), 0, np.inf, -np.inf),
        (lambda x: prelu(x, 0.0), 0, np.inf, np.nan),  # 0 * -inf
        (lambda x: prelu_grad_x(x, 0.25), 0.25, 1, 0.25),
        (prelu_grad_alpha, 0, 0, -np.inf),
    ],
)
def test_values_at_the_kink_and_at_infinity_are_those_of_pytorch(
    function, at_zero, at_inf, at_minus_inf
):
    wanted = [at_zero, at_zero, at_inf, at_minus_inf]
    np.testing.assert_array_equal(function(np.array([0.0, -0.0, np.inf, -np.inf])), wanted)


@pytest.mark.parametrize("function", ALL)
def test_nan_stays_nan(function):
    assert np.isnan(function(np.nan))
    assert np.isnan(function(np.array([1.0, np.nan]))[1])


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize(
    ("given_type", "wanted"),
    [("float16", "float16"), ("float32", "float32"), ("float64", "float64")]
    + [(whole, "float64") for whole in ("int8", "int64", "uint8", "bool")],
)
def test_dtype(function, given_type, wanted):
    assert function(np.array([0, 1], dtype=given_type)).dtype == wanted


def test_alpha_does_not_widen_float32():
    x = np.ones((2, 3), dtype=np.float32)
    assert prelu(x, np.full(3, 0.25)).dtype == np.float32
    assert prelu_grad_x(-x, np.full(3, 0.25)).dtype == np.float32


@pytest.mark.parametrize("function", ALL)
def test_a_number_gives_a_number_and_an_array_a_new_one(function):
    assert np.ndim(function(-2)) == 0
    x = np.array([-1.0, 0.0, 2.0])
    x.flags.writeable = False
    assert not np.shares_memory(function(x), x)


@pytest.mark.parametrize("function", ALL)
def test_empty_arrays_stay_empty(function):
    assert function(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("function", WITH_ALPHA)
def test_alpha_shared_channel_wise_and_element_wise(function):
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    per_channel = np.array([0.1, 0.2, 0.3])
    by_hand = np.stack([function(x[:, c], per_channel[c]) for c in range(3)], axis=1)
    np.testing.assert_array_equal(function(x, per_channel), by_hand)
    every = np.broadcast_to(per_channel[:, None, None], (3, 4, 5))
    np.testing.assert_array_equal(function(x, every), by_hand)
    np.testing.assert_array_equal(function(x, [0.5]), function(x, 0.5))


@pytest.mark.parametrize("function", WITH_ALPHA)
@pytest.mark.parametrize(
    ("x_shape", "alpha_shape"),
    [
        ((2, 3, 4), (4,)),
        ((2, 3), (2,)),
        ((2, 3), (2, 3)),
        ((5,), (5,)),
        ((2, 3), (3, 1)),
        ((), (2,)),
    ],
)
def test_another_shape_of_alpha_names_both_shapes(function, x_shape, alpha_shape):
    with pytest.raises(ValueError) as error:
        function(np.ones(x_shape), np.ones(alpha_shape))
    assert str(x_shape) in str(error.value)
    assert str(alpha_shape) in str(error.value)


@pytest.mark.parametrize("function", ALL)
@pytest.mark.parametrize("bad", ["a", None, 1j, [[1, 2], [3]], {"x": 1}, ["1"]])
def test_what_is_no_real_number_is_refused(function, bad):
    with pytest.raises(ValueError, match="x must"):
        function(bad)


@pytest.mark.parametrize("at_zero", [-0.1, 1.1, np.nan, [0.5], "a"])
def test_at_zero_must_be_a_subgradient(at_zero):
    with pytest.raises(ValueError, match="at_zero"):
        relu_grad(0, at_zero)


def test_every_subgradient_is_taken_at_zero():
    assert [relu_grad(0.0, g) for g in (0, 0.5, 1)] == [0, 0.5, 1]


def test_leaky_slope_is_one_number():
    with pytest.raises(ValueError, match="slope must be one number"):
        leaky_relu(np.ones((2, 3)), np.ones(3))
