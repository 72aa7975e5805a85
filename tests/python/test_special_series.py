# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The functions of wengert.scipy.special made of series and recurrences, against SciPy: values, edges, gradients."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.scipy import special

quick = settings(max_examples=40, deadline=None)
REAL = np.append(np.linspace(-20, 20, 161), [1e-8, -1e-3, 100.0])
POSITIVE = np.append(np.linspace(0, 20, 81), [1e-8, 1e-3, 100.0, 1e5])
EXPONENTS = np.array([-2, -0.5, -1e-10, 0, 1e-9, 0.3, 2.0])[:, None]
N, K = np.meshgrid(np.arange(-2, 20.0), np.arange(-2, 20.0))

# The function, operands, and the relative error that is allowed in double precision.
CASES: dict[str, tuple[Any, ...]] = {
    "erfcx": (REAL,), "dawsn": (REAL,), "fresnel": (np.append(REAL[:-1], [np.inf, -np.inf]),), "spence": (POSITIVE,),
    "sici": (np.append(REAL, [0.0, np.inf, -np.inf]),), "boxcox": (POSITIVE, EXPONENTS), "comb": (N, K),
    "boxcox1p": (POSITIVE - 1, EXPONENTS), "loggamma": (POSITIVE,),
    "wofz": (REAL[:, None] + 1j * np.linspace(-2, 9, 23),),
    "owens_t": (np.linspace(-8, 8, 17)[:, None], np.append(np.linspace(-4, 4, 17), [0.99, 1.01, 50, np.inf])),
}  # fmt: skip
COMPLEX = np.linspace(-9.3, 9.1, 40)[:, None] + 1j * np.append(np.linspace(-30, 30, 21), [0.01, -0.01])


def close(got, expected, rtol, context):
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(np.asarray(got), expected, rtol=rtol, atol=rtol * 1e-2, err_msg=context)


@pytest.mark.parametrize("name", CASES)
def test_values(name):
    with wg.enable_x64():
        got, expected = getattr(special, name)(*CASES[name]), getattr(scipy.special, name)(*CASES[name])
        for g, e in zip(*([x] if not isinstance(x, tuple) else x for x in (got, expected)), strict=True):
            close(g, e, 1e-12, name)


@pytest.mark.parametrize("name", [n for n in CASES if n not in ("comb", "fresnel")])
def test_single_precision(name):
    operands = [x.astype(np.complex64 if x.dtype.kind == "c" else np.float32) for x in CASES[name]]
    got, expected = (
        getattr(special, name)(*operands),
        getattr(scipy.special, name)(*[x.astype(x.dtype.str[0:2] + str(2 * x.itemsize)) for x in operands]),
    )
    for g, e in zip(*([x] if not isinstance(x, tuple) else x for x in (got, expected)), strict=True):
        g = np.asarray(g)
        assert g.dtype == (np.complex64 if name == "wofz" else np.float32), name
        small = np.abs(e) < 1e30
        np.testing.assert_allclose(g[small], e[small], rtol=3e-4, atol=3e-5, err_msg=name)


def test_loggamma_of_complex_numbers():
    with wg.enable_x64():
        close(special.loggamma(COMPLEX), scipy.special.loggamma(COMPLEX), 1e-12, "loggamma")


@quick
@given(arrays(np.float64, 3, elements=st.floats(-30, 30)), st.integers(0, 6))
def test_bessel_jn(z, v):
    with wg.enable_x64():
        expected = np.stack([scipy.special.jv(k, z) for k in range(v + 1)])
        np.testing.assert_allclose(np.asarray(special.bessel_jn(z, v=v, n_iter=60)), expected, atol=1e-13)


@quick
@given(st.integers(0, 7), st.integers(-8, 8), st.floats(0, math.pi), st.floats(-7, 7))
def test_spherical_harmonics(n, m, theta, phi):
    with wg.enable_x64():
        got = special.sph_harm_y(np.array([n]), np.array([m]), theta, phi)
        expected = scipy.special.sph_harm_y(n, m, theta, phi) if abs(m) <= n else 0
        mirrored = special.sph_harm_y(np.array([n]), np.array([m]), -theta, phi)
        np.testing.assert_allclose(np.asarray(mirrored), np.asarray(got), atol=1e-13)
        np.testing.assert_allclose(np.asarray(got)[0], expected, atol=1e-13)


def test_bernoulli():
    with wg.enable_x64():
        np.testing.assert_allclose(np.asarray(special.bernoulli(20)), scipy.special.bernoulli(20), rtol=1e-11)


A, B, X = np.meshgrid(
    [-3, -0.7, 0.3, 1, 2.5], [0.4, 1, 2.3, 5, -1.5], [-90, -60, -30, -8, -0.1, 0, 0.3, 5, 45, 55, 120]
)
P, Q, R, Y = np.meshgrid(
    [-2, -0.7, 0.3, 1], [-1.2, 0.4, 1, 2.3], [0.7, 1.5, 3, 4.2], [-20, -3, -0.2, 0, 0.3, 0.85, 0.95, 1]
)


def test_hypergeometric_functions():
    with wg.enable_x64():
        close(special.hyp1f1(A, B, X), scipy.special.hyp1f1(A, B, X), 1e-10, "hyp1f1")
        expected = scipy.special.hyp2f1(P, Q, R, Y)
        diverges = (Y == 1) & (R - P - Q <= 0)
        polynomial = (P == -2) | (Q == -2)
        expected = np.where(diverges & ~polynomial, np.inf, expected)
        close(special.hyp2f1(P, Q, R, Y), expected, 1e-11, "hyp2f1")
        edges = np.array([[1, 1, 2, 1.5], [0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [-2, 3, 4, 2.5]]).T
        np.testing.assert_allclose(special.hyp2f1(*edges), scipy.special.hyp2f1(*edges), rtol=1e-12)
    for f, at in ((special.hyp1f1, (0.7, 1.6, 2.0)), (special.hyp2f1, (0.7, 1.6, 2.2, -0.6))):
        value = float(f(*at))
        assert float(wg.jit(f)(*at)) == pytest.approx(value, rel=1e-5)
        x = len(at) - 1  # the derivative is the function of greater parameters
        factor = at[0] / at[1] if x == 2 else at[0] * at[1] / at[2]
        expected = factor * float(f(*(p + 1 for p in at[:x]), at[x]))
        assert float(wg.jacfwd(f, argnums=x)(*at)) == pytest.approx(expected, rel=1e-4)
        assert float(wg.grad(f, argnums=x)(*at)) == pytest.approx(expected, rel=1e-4)


def test_compiled_and_batched():
    def f(x, z):
        return (
            special.erfcx(x), special.dawsn(x), special.fresnel(x), special.sici(x), special.spence(x),
            special.boxcox(x, 0.5), special.owens_t(x, 0.7), special.bessel_jn(x, v=2), wnp.abs(special.wofz(z)),
            wnp.real(special.loggamma(z)), wnp.abs(special.sph_harm_y(wnp.array(2), wnp.array(1), x, x)),
            special.comb(5, x),
        )  # fmt: skip

    x, z = np.array([0.3, 1.7, 6.0], np.float32), np.array([0.3 + 1j, -2.0 - 0.5j, 4.0 + 0j], np.complex64)
    expected = wg.tree.leaves(f(wnp.asarray(x), wnp.asarray(z)))
    for run, of_one in ((wg.jit(f), lambda g: g), (wg.vmap(f), lambda g: g.T)):
        for g, e in zip(wg.tree.leaves(run(x, z)), expected, strict=True):
            np.testing.assert_allclose(of_one(np.asarray(g)), np.asarray(e), rtol=2e-4, atol=2e-5)


def test_derivatives_by_differences():
    inside: dict[str, tuple[Callable[..., Any], tuple[float, ...]]] = {
        "erfcx": (special.erfcx, (1.3,)), "erfcx below 0": (special.erfcx, (-0.7,)), "dawsn": (special.dawsn, (0.3,)),
        "dawsn far": (special.dawsn, (3.0,)), "sine": (lambda x: special.fresnel(x)[0], (2.1,)),
        "Si": (lambda x: special.sici(x)[0], (2.0,)), "Ci": (lambda x: special.sici(x)[1], (7.0,)),
        "spence": (special.spence, (0.3,)), "spence far": (special.spence, (5.0,)),
        "spence at 1": (special.spence, (1.0,)), "boxcox": (special.boxcox, (2.0, 0.4)),
        "boxcox1p": (special.boxcox1p, (2.0, -0.4)), "owens_t": (special.owens_t, (0.6, 0.4)),
        "owens_t steep": (special.owens_t, (0.6, 2.4)), "loggamma": (special.loggamma, (2.4,)),
        "bessel": (lambda x: special.bessel_jn(x, v=3)[3], (2.5,)), "comb": (special.comb, (6.3, 2.2)),
        "harmonic": (lambda t: wnp.real(special.sph_harm_y(wnp.array(3), wnp.array(1), t, 0.3)), (0.7,)),
    }  # fmt: skip
    with wg.enable_x64():
        for name, (f, at) in inside.items():
            for i, x in enumerate(at):
                h = 1e-6
                moved = [[*at[:i], x + s * h, *at[i + 1 :]] for s in (1, -1)]
                expected = (float(f(*moved[0])) - float(f(*moved[1]))) / (2 * h)
                assert np.isclose(float(wg.grad(f, argnums=i)(*at)), expected, rtol=1e-5), name


def test_gradients_are_finite_where_values_are():
    for f, at in (
        (special.dawsn, 0.0), (special.erfcx, 0.0), (special.spence, 1.0), (lambda x: special.fresnel(x)[1], 0.0),
        (lambda x: special.sici(x)[0], 0.0), (lambda a: special.boxcox(2.0, a), 0.0),
        (lambda a: special.owens_t(0.0, a), 3.0),
        (lambda h: special.owens_t(h, 0.0), 1.0), (lambda x: special.bessel_jn(x, v=1)[1], 0.0),
    ):  # fmt: skip
        assert np.isfinite(float(wg.grad(f)(at))), at
    assert float(wg.grad(lambda a: special.boxcox(2.0, a))(0.0)) == pytest.approx(math.log(2) ** 2 / 2, rel=1e-5)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: special.bernoulli(-1), errors.ShapeError, "bernoulli: expected an int from 0 on as order but got -1"),
        (lambda: special.bessel_jn(1.0, v=1.5), errors.ShapeError, "bessel_jn: expected an int from 0 on"),
        (lambda: special.dawsn(1j), errors.DtypeError, "dawsn: expected a real array but got complex64"),
        (lambda: special.sph_harm_y(1.0, 0, 0.0, 0.0), errors.DtypeError, "sph_harm_y: expected integers n and m"),
        (lambda: special.sph_harm_y(1, 0, 0.0, 0.0, diff_n=1), errors.UnsupportedTypeError, "expected diff_n=None"),
        (
            lambda: wg.jit(lambda n: special.sph_harm_y(n, 0, 0.0, 0.0))(1),
            errors.ConcretizationError,
            "values for sph_harm_y, or the argument n_max,",
        ),
    ],
)
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call()
