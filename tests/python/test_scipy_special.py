# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.scipy.special against SciPy: values on a grid, at special places, gradients that are finite."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.special

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.scipy import special

INF, NAN = math.inf, math.nan
REAL = np.array([-7.3, -2.5, -1.2, -0.4, 0.0, 0.1, 0.9, 1.0, 1.7, 3.0, 8.5, 25.0])
POSITIVE = np.array([0.05, 0.4, 1.0, 1.6, 3.0, 7.5, 30.0])
UNIT = np.array([1e-12, 1e-4, 0.01, 0.3, 0.5, 0.8, 0.99, 0.9999])
EDGES = np.array([0.0, -0.0, 1.0, -1.0, INF, -INF, NAN])


@pytest.fixture(autouse=True)
def x64():
    with wg.enable_x64():
        yield


ONE: dict[str, np.ndarray] = {
    **dict.fromkeys(["gammaln", "gamma", "gammasgn", "digamma", "psi", "erf", "erfc", "i0", "i0e", "i1", "i1e"], REAL),
    **dict.fromkeys(["expit", "ndtr", "entr"], REAL),
    "log_ndtr": np.append(REAL, [-19.9, -20.1, -50.0, 5.5]),
    "erfinv": np.append(UNIT, -UNIT),
    "logit": UNIT,
    "ndtri": UNIT,
    "factorial": np.append(POSITIVE, -1.5),
    "exp1": np.append(POSITIVE, [200.0, 1e-5]),
    "expi": np.append(REAL, [39.0, 41.0, 300.0, -0.1]),
    "zeta": np.append(POSITIVE + 1, [0, -2, -4, 0.3, 0.999, -0.2, -1, -3.7, -9.5, -20.25, 1]),
}
TWO: dict[str, tuple[np.ndarray, np.ndarray]] = {
    "gammainc": (POSITIVE, POSITIVE[::-1]),
    "gammaincc": (POSITIVE, POSITIVE),
    "betaln": (POSITIVE, POSITIVE[::-1]),
    "beta": (POSITIVE, POSITIVE[::-1]),
    "binom": (POSITIVE + 3, POSITIVE[:1]),
    "poch": (POSITIVE, POSITIVE[::-1]),
    "xlogy": (np.append(POSITIVE, 0), np.append(POSITIVE, 0)),
    "xlog1py": (np.append(POSITIVE, 0), np.append(POSITIVE, -1)),
    "rel_entr": (REAL, POSITIVE[:1]),
    "kl_div": (REAL, POSITIVE[2:3]),
    "zeta": (POSITIVE + 1.1, POSITIVE),
}


def close(got: Any, expected: Any, rtol: float, context: str) -> None:
    got = np.asarray(got)
    np.testing.assert_allclose(got, expected.astype(got.dtype), rtol=rtol, atol=rtol * 1e-2, err_msg=context)


def test_one_operand():
    for name, x in ONE.items():
        close(getattr(special, name)(x), getattr(scipy.special, name)(x), 2e-11, name)


def test_two_operands_broadcast():
    for name, (x, y) in TWO.items():
        x = x[:, None] if x.shape != y.shape else x
        close(getattr(special, name)(x, y), getattr(scipy.special, name)(x, y), 1e-11, name)


def test_single_precision_keeps_its_type():
    for name, x in ONE.items():
        x = x.astype(np.float32)
        got = getattr(special, name)(x)
        assert got.dtype == np.float32, name
        close(got, getattr(scipy.special, name)(x.astype(np.float64)), 2e-4 if name == "gamma" else 3e-5, name)


@pytest.mark.parametrize("name", ["gammaln", "digamma", "erf", "erfc", "i0e", "i1e", "expit", "ndtr", "entr", "gamma"])
def test_edges(name):
    edges = EDGES[EDGES != -INF] if name == "gammaln" else EDGES  # SciPy's gammaln(-inf) is -inf, C's is inf
    np.testing.assert_allclose(getattr(special, name)(edges), getattr(scipy.special, name)(edges), rtol=1e-12)


def test_edges_of_compositions():
    np.testing.assert_allclose(special.ndtri(np.array([0.0, 1.0, -0.1, 1.1])), [-INF, INF, NAN, NAN])
    np.testing.assert_allclose(special.expi(np.array([0.0, INF, -INF])), [-INF, INF, 0])
    np.testing.assert_allclose(special.exp1(np.array([0.0, INF])), [INF, 0])
    np.testing.assert_allclose(
        special.rel_entr(np.array([0.0, 0.0, 1.0, -1.0]), np.array([0.0, 1, 0, 1])), [0, 0, INF, INF]
    )
    np.testing.assert_allclose(special.zeta(np.array([INF, -INF, NAN])), [1, NAN, NAN])
    np.testing.assert_allclose(special.log_ndtr(np.array([-INF, INF])), [-INF, 0])


@pytest.mark.slow
def test_compiled_is_eager():
    def f(one, two):
        first = {n: getattr(special, n)(x) for n, x in one.items()}
        return first, {n: getattr(special, n)(x, y) for n, (x, y) in two.items() if x.shape == y.shape}

    for got, expected in zip(wg.jit(f)(ONE, TWO), f(ONE, TWO), strict=True):
        for name, y in expected.items():
            np.testing.assert_allclose(np.asarray(got[name]), np.asarray(y), rtol=1e-11, atol=1e-13, err_msg=name)


def test_derivatives_by_differences():
    inside: dict[str, tuple[Callable[..., Any], tuple[float, ...]]] = {
        "gamma": (special.gamma, (2.3,)),
        "gamma below 0": (special.gamma, (-1.3,)),
        "log_ndtr low": (special.log_ndtr, (-25.0,)),
        "log_ndtr": (special.log_ndtr, (-3.0,)),
        "log_ndtr high": (special.log_ndtr, (4.0,)),
        "ndtri low": (special.ndtri, (1e-3,)),
        "ndtri": (special.ndtri, (0.3,)),
        "exp1": (special.exp1, (0.7,)),
        "expi": (special.expi, (2.0,)),
        "expi far": (special.expi, (50.0,)),
        "beta": (special.beta, (1.2, 3.4)),
        "kl_div": (special.kl_div, (1.2, 0.4)),
        "multigammaln": (lambda a: special.multigammaln(a, 3), (4.2,)),
    }
    for name, (f, at) in inside.items():
        for i, x in enumerate(at):
            h = 1e-6 * x
            moved = [[*at[:i], x + s * h, *at[i + 1 :]] for s in (1, -1)]
            expected = (float(f(*moved[0])) - float(f(*moved[1]))) / (2 * h)
            assert np.isclose(float(wg.grad(f, argnums=i)(*at)), expected, rtol=1e-5), name


def test_gradients_are_finite_where_values_are():
    for f, at in ((special.xlogy, (0.0, 0.0)), (special.xlog1py, (0.0, -1.0)), (special.rel_entr, (0.0, 0.0))):
        assert np.isfinite(np.asarray(wg.grad(f, argnums=(0, 1))(*at))).all(), f.__name__
    assert float(wg.grad(special.xlogy)(0.0, 2.0)) == pytest.approx(math.log(2))
    assert np.isfinite(np.asarray(wg.grad(lambda x: wnp.sum(special.log_ndtr(x)))(np.array([-60.0, 0.0, 30.0])))).all()


def test_other_functions():
    np.testing.assert_allclose(special.multigammaln(4.2, 3), scipy.special.multigammaln(4.2, 3))
    np.testing.assert_allclose(special.polygamma(2, POSITIVE), scipy.special.polygamma(2, POSITIVE), rtol=1e-12)
    np.testing.assert_allclose(special.betainc(2, 3, UNIT), scipy.special.betainc(2, 3, UNIT), rtol=1e-12)
    for n in (0, 1, 2, 5):
        np.testing.assert_allclose(special.expn(n, POSITIVE), scipy.special.expn(n, POSITIVE), rtol=1e-12)
    np.testing.assert_allclose(special.expn(3, 0.0), 0.5)
    orders = np.array([[0], [1], [2], [7], [30]])
    np.testing.assert_allclose(special.expn(orders, POSITIVE), scipy.special.expn(orders, POSITIVE), rtol=1e-12)
    assert np.isnan(special.expn(-1, 2.0)) and special.expn(1, 0.0) == np.inf
    z = np.array([-0.5, -1.5 + 0.2j, 0.5 + 1j, 3 - 4j, -2.5 + 1e-12j, 30 + 2j])
    np.testing.assert_allclose(special.gamma(z), scipy.special.gamma(z), rtol=1e-11, atol=1e-12)
    assert np.isnan(special.gamma(np.array([0, -1, -5 + 0j]))).all()
    np.testing.assert_allclose(special.erfcx(z), scipy.special.erfcx(z), rtol=1e-11)
    wide = np.array([[0.3], [7.9], [8.0], [2e3], [1e12]])
    large = np.array([8.0, 9.5, 1e4, 1e15])
    np.testing.assert_allclose(special.betaln(wide, large), scipy.special.betaln(wide, large), 1e-11)
    with wg.enable_x64(False):
        np.testing.assert_allclose(
            special.betaln(1.0, np.geomspace(1, 1e30, 50)), -np.log(np.geomspace(1, 1e30, 50)), 1e-6, 2e-6
        )
    x = np.array([[1.0, 2.0], [3.0, -4.0]])
    np.testing.assert_allclose(special.logsumexp(x, axis=1), scipy.special.logsumexp(x, axis=1))
    np.testing.assert_allclose(special.softmax(x, axis=0), scipy.special.softmax(x, axis=0))
    np.testing.assert_allclose(special.log_softmax(x, axis=0), scipy.special.log_softmax(x, axis=0))
    np.testing.assert_allclose(special.softmax(x), scipy.special.softmax(x))
    np.testing.assert_allclose(special.log_softmax(x), scipy.special.log_softmax(x))
    assert special.gammaln(np.arange(3)).dtype == np.float64


def test_refusals():
    with pytest.raises(errors.UnsupportedTypeError, match="factorial: expected exact=False but got True"):
        special.factorial(3, exact=True)
    with pytest.raises(errors.ShapeError, match="multigammaln: expected a positive int as dimension but got 0"):
        special.multigammaln(2.0, 0)
    with pytest.raises(errors.DtypeError, match="expn: expected a real array but got complex"):
        special.expn(1, 2j)
