# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Elementary functions of complex numbers against mpmath: errors in ulp of the absolute value, and special values."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import lax

mpmath = pytest.importorskip("mpmath")

FUNCTIONS = {
    "exp": mpmath.exp, "expm1": mpmath.expm1, "exp2": lambda z: mpmath.mpf(2) ** z, "log": mpmath.log,
    "log1p": mpmath.log1p, "sqrt": mpmath.sqrt, "rsqrt": lambda z: 1 / mpmath.sqrt(z),
    "logistic": lambda z: 1 / (1 + mpmath.exp(-z)), "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan,
    "asin": mpmath.asin, "acos": mpmath.acos, "atan": mpmath.atan, "sinh": mpmath.sinh, "cosh": mpmath.cosh,
    "tanh": mpmath.tanh, "asinh": mpmath.asinh, "acosh": mpmath.acosh, "atanh": mpmath.atanh,
}  # fmt: skip
MOST_ULP = 8


def points(dtype) -> np.ndarray:
    """Numbers of many sizes, in all quadrants, and near the points where formulas cancel."""
    rng = np.random.default_rng(0)
    n = 60
    sizes = np.concatenate([10.0 ** rng.uniform(-6, 1.2, n), 10.0 ** rng.uniform(-3, 0.5, n)])
    z = [sizes * np.exp(1j * rng.uniform(-np.pi, np.pi, 2 * n))]
    z.append(10.0 ** rng.uniform(-6, 1, n) * rng.choice([-1, 1], n) + 1j * 10.0 ** rng.uniform(-6, 1, n))
    around = 10.0 ** rng.uniform(-5, -1, n) * np.exp(1j * rng.uniform(-np.pi, np.pi, n))
    z += [centre + around for centre in (1, -1, 1j, -1j)]
    return np.concatenate(z).astype(dtype)


def compiled(names, dtype, z):
    with wg.enable_x64():
        run = wg.jit(lambda z: [getattr(lax, name)(z) for name in names])
        return [np.asarray(y) for y in run(z.astype(dtype))]


def error_in_ulp(function, z, got) -> tuple[float, complex]:
    eps = float(np.finfo(got.dtype).eps)
    worst, where = 0.0, 0j
    with mpmath.workprec(250):
        for x, y in zip(z.tolist(), got.tolist(), strict=True):
            exact = function(mpmath.mpc(x))
            if exact != 0:
                error = float(abs(mpmath.mpc(y) - exact) / abs(exact)) / eps
                if not error <= worst:
                    worst, where = error, x
    return worst, where


@functools.cache
def results(dtype):
    z = points(dtype)
    return z, dict(zip(FUNCTIONS, compiled(list(FUNCTIONS), dtype, z), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128], ids=["c64", "c128"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_accuracy(name, dtype):
    z, values = results(dtype)
    worst, where = error_in_ulp(FUNCTIONS[name], z, values[name])
    assert worst <= MOST_ULP, f"{name}: {worst:.1f} ulp at {where}"


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128], ids=["c64", "c128"])
def test_far_and_near(dtype):
    """Nothing overflows or vanishes before its result does."""
    info = np.finfo(dtype)
    big, tiny = float(info.max) / 4, float(info.tiny) * 8
    z = np.array([big + 1j * big, -big + 1j, big - 1j * big, tiny + 1j * tiny, -tiny + 1j * big, 1 - 1j * big], dtype)
    names = ["sqrt", "rsqrt", "log", "asinh", "acosh", "asin", "acos", "atan", "atanh", "abs", "square_root_of_div"]
    with wg.enable_x64():
        run = wg.jit(lambda z: [getattr(lax, n)(z) for n in names[:-1]] + [z / z, z / z[::-1]])
        values = [np.asarray(v) for v in run(z)]
    exact = {**FUNCTIONS, "abs": abs}
    for name, got in zip(names[:-1], values, strict=False):
        worst, where = error_in_ulp(exact[name], z, got)
        assert worst <= MOST_ULP, f"{name}: {worst:.1f} ulp at {where}"
    np.testing.assert_allclose(values[-2], np.ones(len(z)), rtol=4 * info.eps)
    with mpmath.workprec(200):
        for x, y, q in zip(z.tolist(), z[::-1].tolist(), values[-1].tolist(), strict=True):
            true = mpmath.mpc(x) / mpmath.mpc(y)
            if tiny < abs(true) < big:
                assert abs(mpmath.mpc(q) - true) <= 8 * float(info.eps) * abs(true)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128], ids=["c64", "c128"])
def test_branch_cuts(dtype):
    """On a cut the sign of a zero decides, as in NumPy."""
    x = [-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0]
    z = np.array([complex(a, b) for a in x for b in (0.0, -0.0)] + [complex(b, a) for a in x for b in (0.0, -0.0)])
    z = z.astype(dtype)
    names = ["sqrt", "log", "asin", "acos", "atan", "asinh", "acosh", "atanh"]
    numpy_names = ["sqrt", "log", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh"]
    for name, other, got in zip(names, numpy_names, compiled(names, dtype, z), strict=True):
        with np.errstate(all="ignore"):
            expected = getattr(np, other)(z)
        for part in ("real", "imag"):
            a, b = getattr(got, part), getattr(expected, part)
            np.testing.assert_allclose(a, b, rtol=8 * np.finfo(dtype).eps, atol=1e-7, err_msg=f"{name}, {part}")
            large = abs(b) > 1e-6
            np.testing.assert_array_equal(np.signbit(a[large]), np.signbit(b[large]), err_msg=name)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128], ids=["c64", "c128"])
def test_special_values(dtype):
    inf, nan = np.inf, np.nan
    z = np.array([complex(inf, 1), complex(-inf, 1), complex(1, inf), complex(1, -inf), complex(inf, inf)], dtype)
    names = ["exp", "log", "sqrt", "acosh", "asinh", "atan", "tanh", "abs"]
    numpy_names = ["exp", "log", "sqrt", "arccosh", "arcsinh", "arctan", "tanh", "abs"]
    for name, other, got in zip(names, numpy_names, compiled(names, dtype, z), strict=True):
        with np.errstate(all="ignore"):
            expected = getattr(np, other)(z)
        defined = np.isfinite(expected) | ~np.isnan(expected)
        np.testing.assert_allclose(got[defined], expected[defined], rtol=1e-6, atol=1e-6, err_msg=name)
    holes = np.array([complex(nan, 0), complex(1, nan), complex(nan, nan)], dtype)
    for name, got in zip(FUNCTIONS, compiled(list(FUNCTIONS), dtype, holes), strict=True):
        assert np.isnan(got).all(), name


@pytest.mark.slow
def test_division_by_zero_and_infinity():
    z, zero, inf = np.array([1 + 1j, -1 - 1j], np.complex64), np.complex64(0), np.complex64(np.inf)
    run = wg.jit(lambda z, a, b: (z / a, z / b, a / z))
    by_zero, by_inf, none = map(np.asarray, run(z, np.full(2, zero), np.full(2, inf)))
    np.testing.assert_array_equal(by_zero, np.array([complex(np.inf, np.inf), complex(-np.inf, -np.inf)]))
    np.testing.assert_array_equal(by_inf, np.zeros(2))
    np.testing.assert_array_equal(none, np.zeros(2))


def test_eager_functions_are_accurate_near_zero():
    with wg.enable_x64():
        z = np.array([1e-10 + 1e-10j, -3e-9j])
        for name in ("log1p", "expm1"):
            worst, where = error_in_ulp(FUNCTIONS[name], z, np.asarray(getattr(wnp, name)(z)))
            assert worst <= MOST_ULP, f"{name}: {worst} at {where}"
