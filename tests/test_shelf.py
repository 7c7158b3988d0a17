"""The shelf of known activations, against PyTorch, finite differences and published numbers."""

import numpy as np
import pytest

from utils.shelf import (
    ALPHA,
    SCALE,
    SHELF,
    gelu,
    hard_swish,
    mish,
    selu,
    silu_grad,
    softplus,
    swish,
    swish_grad,
    swish_grad_beta,
)

X = np.linspace(-8.0, 8.0, 1601) + 0.003  # off the kinks
FAR = np.array([-1e308, -1e30, -1e3, -40.0, 40.0, 1e3, 1e30, 1e308])
each = pytest.mark.parametrize("name", SHELF)
TORCH = {
    "tanh": "tanh",
    "softplus": "softplus",
    "ELU": "elu",
    "GELU": "gelu",
    "SiLU": "silu",
    "SELU": "selu",
    "Mish": "mish",
    "hard-swish": "hardswish",
}


@each
def test_it_is_pytorchs_and_so_is_its_derivative(name):
    torch = pytest.importorskip("torch")
    x = torch.tensor(np.concatenate([X, [-1e3, 1e3]]), requires_grad=True)
    out = getattr(torch.nn.functional, TORCH[name])(x)
    out.sum().backward()
    known, ours = SHELF[name], x.detach().numpy()
    # PyTorch's softplus is x itself beyond 20, its Mish as well: 2e-9 away.
    np.testing.assert_allclose(known.f(ours), out.detach().numpy(), rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(known.df(ours), x.grad.numpy(), rtol=1e-8, atol=1e-12)


@each
def test_the_derivative_is_what_finite_differences_measure(name):
    known, h = SHELF[name], 2.0**-14
    measured = (known.f(X + h) - known.f(X - h)) / (2 * h)
    np.testing.assert_allclose(known.df(X), measured, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("beta", [-1.0, 0.0, 0.5, 3.0])
def test_swish_has_its_slopes_in_x_and_in_beta(beta):
    h = 2.0**-14
    in_x = (swish(X + h, beta) - swish(X - h, beta)) / (2 * h)
    in_beta = (swish(X, beta + h) - swish(X, beta - h)) / (2 * h)
    np.testing.assert_allclose(swish_grad(X, beta), in_x, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(swish_grad_beta(X, beta), in_beta, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(swish(X, 1.0), X / (1 + np.exp(-X)))
    far = np.array([-1e3, 1e3])
    assert np.isfinite([swish(far, beta), swish_grad(far, beta), swish_grad_beta(far, beta)]).all()


@each
def test_it_stays_right_as_far_as_floats_reach(name):
    known = SHELF[name]
    ends = {
        "tanh": ([-1, 1], [0, 0]),
        "ELU": ([-1, np.nan], [0, 1]),
        "SELU": ([-SCALE * ALPHA, np.nan], [0, SCALE]),
    }
    values, slopes = ends.get(name, ([0, np.nan], [0, 1]))
    wanted = np.where(np.isnan(np.repeat(values, 4)), FAR, np.repeat(values, 4))
    factor = np.where((name == "SELU") & (FAR > 0), SCALE, 1)
    kept = np.abs(FAR) < 1e308  # SELU of the largest is beyond them all
    np.testing.assert_allclose(known.f(FAR)[kept], (wanted * factor)[kept], atol=1e-15)
    np.testing.assert_allclose(known.df(FAR), np.repeat(slopes, 4), atol=1e-15)


@each
def test_it_keeps_shapes_and_types(name):
    for function in SHELF[name][:2]:
        assert function(np.ones((2, 3), np.float32)).dtype == np.float32
        assert function([[1, 2]]).shape == (1, 2) and function([[1, 2]]).dtype == float
        assert np.ndim(function(0.5)) == 0 and np.isnan(function(np.nan))
        with pytest.raises(ValueError, match="real numbers"):
            function("x")


def test_published_numbers():
    assert gelu(1.0) == pytest.approx(0.8413447460685429, abs=1e-15)
    assert silu_grad(0.0) == 0.5 and softplus(0.0) == pytest.approx(np.log(2))
    assert mish(1.0) == pytest.approx(0.8650983882673103)  # tanh(log(1 + e))
    assert (ALPHA, SCALE) == (1.6732632423543772, 1.0507009873554805)
    assert selu(np.array([-1.0, 2.0])) == pytest.approx([-1.1113307378125625, 2.101401974710961])
    assert hard_swish(np.array([-3.0, -1.5, 0, 1, 3])) == pytest.approx([0, -0.375, 0, 2 / 3, 3])


def test_every_one_names_formula_year_and_source():
    assert list(SHELF) == ["tanh", "softplus", "ELU", "GELU", "SiLU", "SELU", "Mish", "hard-swish"]
    years = [known.year for known in SHELF.values()]
    assert years == sorted(years) == [1998, 2000, 2015, 2016, 2017, 2017, 2019, 2019]
    assert all(known.formula and known.source for known in SHELF.values())
