# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Special functions: accuracy against mpmath, special values, derivatives in parameters, what is refused."""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import aot, errors, lax
from wengert.compiler import Target
from wengert.lax import _ops as ops

RNG = np.random.default_rng(11)


@pytest.fixture(autouse=True)
def x64():
    with wg.enable_x64():
        yield


def spread(low: float, high: float, n: int = 80) -> np.ndarray:
    """Numbers spread evenly in magnitude."""
    return np.exp(RNG.uniform(np.log(low), np.log(high), n))


def both_signs(low: float, high: float, n: int = 80) -> np.ndarray:
    return spread(low, high, n) * RNG.choice([-1, 1], n)


def scaled_bessel(order: int) -> Callable[[Any], Any]:
    return lambda x: mpmath.besseli(order, x) * mpmath.exp(-abs(x))


def lower_gamma(a: Any, x: Any) -> Any:
    return mpmath.gammainc(a, 0, x, regularized=True)


def upper_gamma(a: Any, x: Any) -> Any:
    return mpmath.gammainc(a, x, mpmath.inf, regularized=True)


def lower_beta(a: Any, b: Any, x: Any) -> Any:
    return mpmath.betainc(a, b, 0, x, regularized=True)


def log_gamma(x: Any) -> Any:
    return mpmath.log(abs(mpmath.gamma(x)))


def worst(got: np.ndarray, expected: list[Any], conditioned: float = 0.0) -> float:
    """The greatest error in ulp; results smaller than `conditioned` count as if they were as large as that."""
    found, tiny = 0.0, float(np.finfo(got.dtype).tiny)
    for g, e in zip(got, expected, strict=True):
        if abs(e) > tiny and abs(e) < float(np.finfo(got.dtype).max):
            ulp = float(np.spacing(max(abs(got.dtype.type(float(e))), got.dtype.type(conditioned))))
            found = max(found, float(abs(mpmath.mpf(float(g)) - e)) / ulp)
    return found


# name -> (mpmath's, operands, ulp, size below which the error is absolute: there is a zero)
ONE_OPERAND: dict[str, tuple[Callable[[Any], Any], np.ndarray, float, float]] = {
    "erfc": (mpmath.erfc, np.append(both_signs(1e-4, 9), RNG.uniform(-3, 9, 60)), 4, 0),
    "erf_inv": (mpmath.erfinv, np.append(both_signs(1e-6, 1 - 1e-6), 1 - spread(1e-6, 0.5, 40)), 4, 0),
    "lgamma": (log_gamma, np.append(spread(1e-6, 1e6, 200), RNG.uniform(0.5, 3, 100)), 4, 0),
    "digamma": (mpmath.digamma, np.append(spread(1e-6, 1e6, 200), RNG.uniform(0.5, 3, 100)), 4, 0.25),
    "bessel_i0e": (scaled_bessel(0), both_signs(1e-4, 700), 4, 0),
    "bessel_i1e": (scaled_bessel(1), both_signs(1e-4, 700), 4, 0),
}
NEGATIVE = {
    "lgamma": (log_gamma, -spread(1e-3, 100, 150), 4, 2.0),
    "digamma": (mpmath.digamma, -spread(1e-3, 100, 150), 8, 2.0),
}


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_accuracy_of_one_operand(dtype):
    """At most 4 ulp for positive operands."""
    cases = [(n, *rest) for table in (ONE_OPERAND, NEGATIVE) for n, rest in table.items()]
    inputs = [case[2].astype(dtype) for case in cases]
    results = wg.jit(lambda xs: [getattr(ops, c[0])(x) for c, x in zip(cases, xs, strict=True)])(inputs)
    with mpmath.workprec(200):
        for (name, reference, _, limit, conditioned), x, got in zip(cases, inputs, results, strict=True):
            expected = [reference(mpmath.mpf(float(v))) for v in x]
            assert worst(np.asarray(got), expected, conditioned) <= limit, name


def test_zeros_of_the_logarithm_are_exact():
    """Near 1 and 2 lgamma has a small relative error."""
    x = np.concatenate([1 + both_signs(1e-12, 1e-2, 40), 2 + both_signs(1e-12, 1e-2, 40), [1, 2]])
    got = np.asarray(wg.jit(ops.lgamma)(x))
    with mpmath.workprec(200):
        assert worst(got, [mpmath.loggamma(mpmath.mpf(float(v))) for v in x]) <= 4
    assert got[-1] == got[-2] == 0


def gamma_operands(n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    a = np.concatenate([spread(1e-3, 1e3, n), spread(150, 3e4, n // 2)])
    return a, a * np.exp(RNG.normal(size=a.size) * np.minimum(1, 3 / np.sqrt(a)))


def beta_operands(n: int = 60) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, b = spread(0.05, 300, n), spread(0.05, 300, n)
    return a, b, RNG.beta(a, b).clip(1e-6, 1 - 1e-6)


# name -> (mpmath's, operands, greatest relative errors in float32 and float64)
MANY_OPERANDS: dict[str, tuple[Callable[..., Any], tuple[np.ndarray, ...], float, float]] = {
    "igamma": (lower_gamma, gamma_operands(), 1e-7, 3e-14),
    "igammac": (upper_gamma, gamma_operands(), 1e-7, 3e-14),
    "betainc": (lower_beta, beta_operands(), 1e-7, 3e-14),
    "zeta": (lambda x, q: mpmath.zeta(x, q), (1 + spread(1e-2, 30, 40), spread(1e-2, 50, 40)), 1e-7, 3e-14),
}


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_accuracy_of_many_operands(dtype):
    inputs = {n: [x.astype(dtype) for x in rest[1]] for n, rest in MANY_OPERANDS.items()}
    results = wg.jit(lambda inputs: {n: getattr(ops, n)(*xs) for n, xs in inputs.items()})(inputs)
    with mpmath.workprec(160):
        for name, (reference, _, single, double) in MANY_OPERANDS.items():
            limit = single if dtype is np.float32 else double
            rows = zip(np.asarray(results[name]), *inputs[name], strict=True)
            for got, *xs in rows:
                expected = reference(*[mpmath.mpf(float(x)) for x in xs])
                if np.finfo(dtype).tiny < abs(expected) < np.finfo(dtype).max:
                    assert abs(mpmath.mpf(float(got)) / expected - 1) < limit, f"{name}{xs}: {got}, not {expected}"


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_polygamma_of_every_order(dtype):
    """One order for all elements, which is known when compiling, and an order for each."""
    x = np.append(spread(1e-2, 1e3, 30), -spread(1e-1, 20, 30)).astype(dtype)
    limit = 1e-6 if dtype is np.float32 else 1e-12
    orders = [0, 1, 2, 3, 7, 15]

    def f(x, n):
        return [lax.polygamma(k, x) for k in orders] + [lax.polygamma(k + n, x) for k in orders]

    results = wg.jit(f)(x, np.zeros(x.shape, np.int32))
    with mpmath.workprec(300):
        for k, got in zip(orders * 2, results, strict=True):
            for g, v in zip(np.asarray(got), x, strict=True):
                expected = mpmath.polygamma(k, mpmath.mpf(float(v)))
                if abs(expected) < np.finfo(dtype).max:
                    assert abs(mpmath.mpf(float(g)) - expected) < limit * max(abs(expected), 0.1 * 2**k), (
                        k,
                        v,
                        g,
                        expected,
                    )


# --- special values ------------------------------------------------------------------------------------------------

SPECIAL = [
    0.0,
    -0.0,
    1.0,
    2.0,
    0.5,
    -0.5,
    -1.0,
    -1.5,
    -2.0,
    -2.5,
    3.0,
    20.0,
    300.0,
    np.inf,
    -np.inf,
    np.nan,
    1e-30,
    1e30,
]


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_special_values_compiled(dtype):
    """Poles, infinities, nan and numbers outside the domain: as the kernels, which are SciPy's, have them."""
    with np.errstate(all="ignore"):
        one = np.array(SPECIAL).astype(dtype)
        few = np.array([0.0, 1.0, 0.5, 2.0, 30.0, -1.5, -2.0, np.inf, np.nan]).astype(dtype)
        two = np.array(list(itertools.product(one, one)), dtype).T
        three = np.array(list(itertools.product(few, few, few)), dtype).T
    calls = [(n, (one,), {}) for n in ONE_OPERAND]
    pairs = "igamma igammac zeta gamma_density"
    calls += [(n, tuple(two), {}) for n in pairs.split()]
    moderate = two[
        :, (~((two > 1e20) & np.isfinite(two))).all(0)
    ]  # the sums in parameters as large end after their greatest number of terms
    calls += [(n, tuple(moderate), {"order": 1}) for n in ("igamma_sensitivity", "zeta_partial")]
    calls += [(n, tuple(three), {}) for n in ("betainc", "beta_density")]
    calls += [("betainc_sensitivity", tuple(three), {"order_p": 1, "order_q": 0})]
    calls += [("polygamma", (np.full(one.shape, k, np.int32), one), {}) for k in (-1, 0, 1, 2)]
    together = wg.jit(lambda inputs: [getattr(ops, n)(*xs, **kw) for (n, _, kw), xs in zip(calls, inputs, strict=True)])
    tolerance = {"float16": 2e-3, "float32": 1e-5, "float64": 1e-10}[dtype]
    for (name, xs, kw), got in zip(calls, together([c[1] for c in calls]), strict=True):
        expected = np.asarray(getattr(ops, name)(*xs, **kw))
        for g, e, *given in zip(np.asarray(got), expected, *xs, strict=True):
            same = np.isclose(float(g), float(e), rtol=tolerance, atol=tolerance * 1e-3, equal_nan=True)
            assert same, f"{name}{given}: compiled {g}, eager {e}"


def test_values_at_the_edges():
    """Of the kernels, by hand."""
    inf, nan = math.inf, math.nan
    expected = [
        (lax.lgamma, (0.0, -1.0, inf, -inf, nan), (inf, inf, inf, inf, nan)),
        (lax.digamma, (0.0, -0.0, -1.0, inf, -inf), (-inf, inf, nan, inf, nan)),
        (lax.erfc, (inf, -inf, 0.0, nan), (0, 2, 1, nan)),
        (lax.erf_inv, (1.0, -1.0, 0.0, 1.5), (inf, -inf, 0, nan)),
        (lax.bessel_i1e, (inf, -inf, 0.0), (0, 0, 0)),
        (lambda x: lax.igamma(x, wnp.ones_like(x)), (0.0, inf, -1.0), (1, 0, nan)),
        (lambda x: lax.igammac(wnp.ones_like(x), x), (0.0, inf, -1.0), (1, 0, nan)),
        (lambda x: lax.zeta(wnp.full_like(x, 2), x), (0.0, -1.0, inf), (inf, inf, 0)),
        (lambda x: lax.zeta(x, wnp.full_like(x, 1.5)), (1.0, 0.5, inf), (inf, nan, 0)),
        (lambda x: lax.betainc(wnp.ones_like(x), wnp.ones_like(x), x), (0.0, 1.0, -0.1, 1.1), (0, 1, nan, nan)),
        (lambda x: lax.polygamma(x, wnp.ones_like(x)), (0.5, -1.0), (nan, nan)),
        (lambda x: lax.polygamma(2, x), (0.0, -1.0, inf), (-inf, -inf, 0)),
    ]
    for f, x, y in expected:
        np.testing.assert_array_equal(np.asarray(f(np.array(x))), np.array(y, np.float64))


# --- derivatives ---------------------------------------------------------------------------------------------------


def test_derivatives_in_parameters():
    """First and second, against mpmath's numerical ones: betainc and zeta in what JAX refuses, too."""
    cases: list[tuple[Callable[..., Any], Callable[..., Any], tuple[float, ...]]] = [
        (lax.igamma, lower_gamma, (2.5, 1.3)),
        (lax.igamma, lower_gamma, (0.7, 4.0)),
        (lax.igammac, upper_gamma, (30.0, 28.0)),
        (lax.betainc, lower_beta, (2.0, 3.5, 0.3)),
        (lax.betainc, lower_beta, (0.6, 8.0, 0.9)),
        (lax.zeta, lambda x, q: mpmath.zeta(x, q), (2.5, 0.8)),
    ]
    for f, reference, at in cases:
        n = len(at)
        gradient = wg.grad(f, argnums=tuple(range(n)))(*map(np.float64, at))
        hessian = wg.hessian(f, argnums=tuple(range(n)))(*map(np.float64, at))
        with mpmath.workdps(40):
            for i in range(n):
                order = tuple(int(k == i) for k in range(n))
                assert np.isclose(float(gradient[i]), float(mpmath.diff(reference, at, order)), rtol=1e-9), (at, i)
                for j in range(n):
                    order = tuple(int(k == i) + int(k == j) for k in range(n))
                    expected = float(mpmath.diff(reference, at, order))
                    assert np.isclose(float(hessian[i][j]), expected, rtol=1e-7), (f.__name__, at, i, j)


def test_random_gamma_grad_is_the_implicit_derivative():
    """The quantile of the gamma distribution moves with its parameter as random_gamma_grad says."""
    import scipy.special

    a, u, h = np.array([0.3, 1.0, 5.0, 40.0]), np.array([0.2, 0.5, 0.9, 0.4]), 1e-5
    x = scipy.special.gammaincinv(a, u)
    expected = (scipy.special.gammaincinv(a + h, u) - scipy.special.gammaincinv(a - h, u)) / (2 * h)
    np.testing.assert_allclose(np.asarray(lax.random_gamma_grad(a, x)), expected, rtol=1e-7)
    np.testing.assert_allclose(np.asarray(wg.jit(lax.random_gamma_grad)(a, x)), expected, rtol=1e-7)


def test_derivatives_are_finite_at_the_edges():
    """At 0 and 1, at infinity and where a density is infinite."""
    for a, x in ((1.0, 0.0), (0.5, 0.0), (2.0, 0.0), (2.0, math.inf)):
        assert np.isfinite(np.asarray(wg.grad(lax.igamma, argnums=(0, 1))(a, x))).all(), (a, x)
    for a, b, x in ((1.0, 1.0, 0.0), (0.5, 2.0, 0.0), (2.0, 0.5, 1.0)):
        assert np.isfinite(np.asarray(wg.grad(lax.betainc, argnums=(0, 1, 2))(a, b, x))).all(), (a, b, x)
    assert float(wg.grad(lax.bessel_i1e)(0.0)) == 0.5
    assert float(wg.grad(lambda x: lax.polygamma(1.0, x))(2.0)) == pytest.approx(float(lax.polygamma(2, 2.0)))
    assert float(wg.grad(lax.bessel_i0e)(0.0)) == 0
    assert math.isfinite(float(wg.grad(wg.grad(lax.bessel_i1e))(0.0)))


# --- what is refused ------------------------------------------------------------------------------------------------


def test_refusals():
    with pytest.raises(errors.DtypeError, match="lgamma: expected operands of float type but got int32"):
        lax.lgamma(np.arange(3, dtype=np.int32))
    with pytest.raises(errors.DtypeError, match="igamma: expected operands of one type but got float32, float64"):
        lax.igamma(np.ones(2, np.float32), np.ones(2))
    with pytest.raises(errors.ShapeError, match="betainc: expected operands of one shape"):
        lax.betainc(np.ones(2), np.ones(3), np.ones(2))
    with pytest.raises(errors.DtypeError, match="polygamma: expected operands of numeric type but got bool"):
        lax.polygamma(True, 1.0)
    f = lax.zeta
    for _ in range(8):
        f = wg.grad(f)
    with pytest.raises(Exception, match="expected a derivative of order 1 to 8 in the parameters but got 9"):
        wg.grad(f)(2.0, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_library_is_needed(dtype):
    """IREE links what is compiled for a processor without instructions for floor or trunc, and it computes the same."""
    x, a, n = (np.array(v, t) for v, t in (([0.25, 0.5, 0.75], dtype), ([0.5, 3, 30], dtype), ([0, 1, 2], np.int32)))

    def functions(x, a, n):
        ones = [getattr(ops, name)(x) for name in ONE_OPERAND]
        twos = [getattr(ops, name)(a, x) for name in ("igamma", "igammac", "gamma_density", "random_gamma_grad")]
        zetas = [ops.zeta(a + 1, x), ops.zeta_partial(a + 1, x, order=1), ops.polygamma(n, x), lax.polygamma(1, x)]
        betas = [ops.betainc(a, a, x), ops.beta_density(a, a, x)]
        return [*ones, *twos, *zetas, *betas, ops.betainc_sensitivity(a, a, x, order_p=1, order_q=1)]

    load = aot.load_exported(aot.export(functions, x, a, n, target=Target(cpu="generic")))
    for got, expected in zip(load(x, a, n), functions(x, a, n), strict=True):
        tolerance = 2e-6 if dtype is np.float32 else 1e-12
        np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


def test_import_does_not_load_scipy():
    code = "import sys, wengert.lax, wengert.scipy.special; print([m for m in sys.modules if m.startswith('scipy')])"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
