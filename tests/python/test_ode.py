# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""odeint against SciPy's solve_ivp and closed forms; its adjoint against differences; transforms; messages."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.ode import odeint

TIMES = np.array([0.0, 0.3, 1.0, 2.5], np.float32)


def lotka(y, t, a, b):
    return wnp.stack([a * y[0] - b * y[0] * y[1], b * y[0] * y[1] - y[1]])


def test_against_scipy():
    expected = scipy.integrate.solve_ivp(
        lambda t, y: [1.1 * y[0] - 0.4 * y[0] * y[1], 0.4 * y[0] * y[1] - y[1]],
        (0, 2.5), [2.0, 1.0], "DOP853", TIMES, rtol=1e-10, atol=1e-10,
    ).y.T  # fmt: skip
    got = odeint(lotka, wnp.array([2.0, 1.0]), TIMES, 1.1, 0.4, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(got, expected, rtol=2e-5)
    with wg.enable_x64():
        got = odeint(lotka, wnp.array([2.0, 1.0]), wnp.array(TIMES, float), 1.1, 0.4, rtol=1e-10, atol=1e-10)
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, expected, rtol=1e-8)


def test_structures_and_types():
    """A pytree with a complex leaf and an integer keeps its structure; leaves have their own types."""
    start = {"z": wnp.array([1.0 + 0j, 2.0]), "n": 3}
    out = odeint(lambda y, t: {"z": 1j * y["z"], "n": -y["n"]}, start, TIMES, rtol=1e-6, atol=1e-6)
    assert out["z"].shape == (4, 2) and out["z"].dtype == np.complex64 and out["n"].dtype == np.float32
    np.testing.assert_allclose(out["z"], np.exp(1j * TIMES)[:, None] * [1, 2], rtol=1e-5)
    np.testing.assert_allclose(out["n"], 3 * np.exp(-TIMES), rtol=1e-5)
    assert odeint(lambda y, t: y, 1.0, TIMES[:1]).shape == (1,)
    swing = odeint(lambda y, t: wnp.array([y[1], -y[0]]), [1.0, 0], TIMES, rtol=1e-6, atol=1e-6)  # a list and a vector
    np.testing.assert_allclose(swing[0], np.cos(TIMES), atol=1e-5)


@pytest.mark.parametrize("count", [2, 4])
def test_the_adjoint(count):
    """By the start, the times, an argument and what the function closes over; integers have no cotangent."""
    with wg.enable_x64():
        t = wnp.array(TIMES[:count], float)
        weights = wnp.array([[1.0, -2.0]])

        def loss(y, t, a, b, n=2):
            f = lambda y, t, a, n: lotka(y, t, a, b) * (1 + 0.1 * t) / n * 2
            return wnp.sum(odeint(f, y, t, a, n, rtol=1e-9, atol=1e-9) * weights)

        point = (wnp.array([2.0, 1.0]), t, 1.1, 0.4)
        gradients = wg.grad(loss, argnums=(0, 1, 2, 3))(*point)
        for i, gradient in enumerate(gradients):
            for j in np.ndindex(gradient.shape):
                moved = []
                for step in (1e-4, -1e-4):
                    x = np.array(point[i], float)
                    x[j] += step
                    moved.append(loss(*point[:i], wnp.array(x), *point[i + 1 :]))
                np.testing.assert_allclose(gradient[j], (moved[0] - moved[1]) / 2e-4, rtol=1e-5, atol=1e-6)


def test_transforms():
    decay = lambda y, t, k: -k * y
    last = lambda k: odeint(decay, 1.0, TIMES, k, rtol=1e-5, atol=1e-5)[-1]
    k = np.array([0.5, 2.0], np.float32)
    np.testing.assert_allclose(wg.vmap(last)(k), np.exp(-2.5 * k), rtol=1e-3)
    np.testing.assert_allclose(wg.vmap(wg.grad(last))(k), -2.5 * np.exp(-2.5 * k), rtol=1e-3)
    np.testing.assert_allclose(wg.grad(wg.grad(last))(0.5), 6.25 * np.exp(-1.25), rtol=1e-3)
    with pytest.raises(errors.WengertError, match=r"odeint|custom_vjp"):
        wg.jvp(last, (0.5,), (1.0,))


def test_compiled():
    decay = lambda y, t, k: -k * y
    last = lambda k: odeint(decay, 1.0, TIMES, k, rtol=1e-5, atol=1e-5)[-1]
    value, gradient = wg.jit(wg.value_and_grad(last))(0.5)
    np.testing.assert_allclose([value, gradient], [np.exp(-1.25), -2.5 * np.exp(-1.25)], rtol=1e-4)


@pytest.mark.slow
def test_compiled_transforms():
    def end(k):
        start = {"a": wnp.ones(3), "b": wnp.zeros(3)}
        rate = lambda y, t, k: {"a": -k * y["a"], "b": y["a"]}
        return odeint(rate, start, TIMES, k, rtol=1e-5, atol=1e-5)["b"][-1].sum()

    k = np.array([0.5, 1.0, 2.0], np.float32)
    for f, x in (
        (wg.vmap(end), k), (wg.vmap(wg.grad(end)), k), (wg.grad(lambda k: wg.vmap(end)(k).sum()), k),
        (wg.grad(wg.grad(end)), k[0]),
    ):  # fmt: skip
        np.testing.assert_allclose(wg.jit(f)(x), f(x), rtol=1e-3, atol=1e-4)


def test_limits():
    """Steps of at most hmax; after mxstep steps what was reached is extrapolated."""
    late = lambda y, t: wnp.where((t > 0.9) & (t < 1.0), 1.0, 0.0) + 0 * y
    t = wnp.array([0.0, 2.0])
    assert odeint(late, 0.0, t, rtol=1e-3, atol=1e-3)[-1] == 0  # a long step does not see it
    np.testing.assert_allclose(odeint(late, 0.0, t, rtol=1e-3, atol=1e-3, hmax=0.02)[-1], 0.1, atol=0.03)
    few = odeint(lambda y, t: -y, 1.0, t, mxstep=3)[-1]
    assert np.isfinite(few) and abs(few - np.exp(-2)) > 1e-3


def test_messages():
    with pytest.raises(errors.DtypeError, match="odeint: expected times of a float type but got int32"):
        odeint(lambda y, t: y, 1.0, np.arange(3))
    with pytest.raises(errors.ShapeError, match=r"odeint: expected times of shape \(n,\), n > 0, but got \(2, 1\)"):
        odeint(lambda y, t: y, 1.0, np.ones((2, 1), np.float32))
    with pytest.raises(errors.ShapeError, match="expected a rate of change of 2 numbers, as many as y has, but got 1"):
        odeint(lambda y, t: y[:1], wnp.ones(2), TIMES)
    with pytest.raises(errors.UnsupportedTypeError):
        odeint(lambda y, t, name: y, 1.0, TIMES, "name")
    with pytest.raises(errors.UnsupportedTypeError):
        odeint(lambda y, t: y, [object()], TIMES)


def test_the_door_of_jax():
    from wengert.experimental import ode

    assert ode.odeint is odeint and wg.ode.odeint is odeint


def test_numbers_stay_apart():
    """A state of numbers is no vector: compiled, its loops need no arrays."""
    swing = lambda y, t: {"x": y["v"], "v": -y["x"]}
    start = {"x": 1.0, "v": wnp.array(0.0)}
    out = odeint(swing, start, TIMES, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(out["x"], np.cos(TIMES), atol=1e-5)
    f = lambda x: odeint(swing, {"x": x, "v": 0.0}, TIMES, rtol=1e-6, atol=1e-6)["v"][-1]
    np.testing.assert_allclose(wg.grad(f)(1.0), -np.sin(2.5), atol=1e-5)
    assert "concatenate" not in str(wg.make_jaxpr(lambda y: odeint(swing, y, TIMES[:2]))(start)).split("while")[1]
