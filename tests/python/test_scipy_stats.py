# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.scipy.stats against SciPy: values inside and outside of the support, transforms, gradients, messages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, random
from wengert.scipy import stats

X = np.array([-2.5, -0.7, 0.0, 0.3, 0.5, 0.9, 1.0, 2.2, 7.5])
K = np.array([-1.0, 0.0, 1.0, 2.0, 2.5, 3.0, 5.0, 9.0])
Q = np.array([0.001, 0.2, 0.5, 0.75, 0.999, -0.1, 1.2])
DENSITY, MASS = "logpdf pdf", "logpmf pmf"
TAILS = "cdf logcdf sf logsf"
# Functions, first operand, parameters (loc and scale last, where there are two more than SciPy's shape parameters).
CASES: list[tuple[str, str, np.ndarray, tuple[Any, ...]]] = [
    ("bernoulli", MASS, K, (0.3,)),
    ("bernoulli", MASS, K, (np.array([[0.2], [0.9]]), 1)),
    ("bernoulli", "cdf", X, (0.3,)),
    ("bernoulli", "ppf", Q, (0.3,)),
    ("beta", f"{DENSITY} {TAILS}", X, (2.0, 3.5)),
    ("beta", f"{DENSITY} {TAILS}", X, (0.5, np.array([[0.5], [4.0]]), -1.0, 3.0)),
    ("betabinom", MASS, K, (5, 1.5, 2.0)),
    ("betabinom", MASS, K, (5, 0.5, np.array([[2.0], [0.7]]), 1)),
    ("binom", MASS, K, (5, 0.3)),
    ("binom", MASS, K, (np.array([[5], [9]]), 0.3, 1)),
    ("cauchy", f"{DENSITY} {TAILS}", X, ()),
    ("cauchy", f"{DENSITY} {TAILS}", X, (0.5, 2.0)),
    ("cauchy", "ppf isf", Q[:5], (0.5, 2.0)),
    ("chi2", f"{DENSITY} {TAILS}", X, (3.0,)),
    ("chi2", f"{DENSITY} {TAILS}", X, (2.5, -1.0, 2.0)),
    ("expon", f"{DENSITY} {TAILS}", X, ()),
    ("expon", f"{DENSITY} {TAILS}", X, (0.5, 2.0)),
    ("expon", "ppf", Q, (0.5, 2.0)),
    ("gamma", f"{DENSITY} {TAILS}", X, (3.0,)),
    ("gamma", f"{DENSITY} {TAILS}", X, (np.array([[0.7], [2.5]]), -1.0, 2.0)),
    ("gennorm", f"{DENSITY} cdf", X, (1.5,)),
    ("geom", MASS, K, (0.3,)),
    ("geom", MASS, K, (0.3, 1)),
    ("gumbel_l", f"{DENSITY} {TAILS}", X[:-1], (0.5, 2.0)),
    ("gumbel_l", "ppf", Q, (0.5, 2.0)),
    ("gumbel_r", f"{DENSITY} {TAILS}", X, (0.5, 2.0)),
    ("gumbel_r", "ppf", Q, (0.5, 2.0)),
    ("laplace", f"{DENSITY} cdf", X, (0.5, 2.0)),
    ("logistic", f"{DENSITY} cdf sf", X, (0.5, 2.0)),
    ("logistic", "ppf isf", Q, (0.5, 2.0)),
    ("nbinom", MASS, K, (5, 0.3)),
    ("nbinom", MASS, K, (2.5, 0.3, 1)),
    ("norm", f"{DENSITY} {TAILS}", X, ()),
    ("norm", f"{DENSITY} {TAILS}", X * 4, (0.5, np.array([[2.0], [0.5]]))),
    ("norm", "ppf isf", Q, (0.5, 2.0)),
    ("pareto", f"{DENSITY} {TAILS}", X, (2.0,)),
    ("pareto", f"{DENSITY} {TAILS}", X, (2.0, -1.0, 1.5)),
    ("pareto", "ppf", Q, (2.0, -1.0, 1.5)),
    ("poisson", f"{MASS} cdf", K, (1.5,)),
    ("poisson", f"{MASS} cdf", K, (np.array([[0.5], [4.0]]), 1)),
    ("poisson", "entropy", np.array([0.0, 0.3, 5.0, 50.0, 99.0, 150.0, 1000.0]), ()),
    ("t", DENSITY, X, (3.0,)),
    ("t", DENSITY, X, (np.array([[0.7], [30.0]]), 0.5, 2.0)),
    ("truncnorm", f"{DENSITY} {TAILS}", X, (-1.0, 2.0)),
    ("truncnorm", f"{DENSITY} {TAILS}", X, (np.array([[1.0], [-9.0]]), 3.0, 0.5, 0.7)),
    ("truncnorm", f"{DENSITY} {TAILS}", X, (-np.inf, -0.5)),
    ("uniform", f"{DENSITY} cdf", X, (0.25, 2.0)),
    ("uniform", "ppf", Q, (0.25, 2.0)),
    ("vonmises", DENSITY, X, (np.array([[0.4], [3.0]]),)),
    ("wrapcauchy", DENSITY, X[2:-1], (0.4,)),
]
FLAT = [(name, f, x, p) for name, functions, x, p in CASES for f in functions.split()]
IDS = [f"{name}.{f}-{i}" for i, (name, f, _, _) in enumerate(FLAT)]


@pytest.mark.parametrize(("name", "function", "x", "parameters"), FLAT, ids=IDS)
def test_as_in_scipy(name, function, x, parameters):
    with np.errstate(all="ignore"):
        expected = getattr(getattr(scipy.stats, name), function)(x, *parameters)
    f = getattr(getattr(stats, name), function)
    with wg.enable_x64():
        np.testing.assert_allclose(f(x, *parameters), expected, rtol=2e-9, atol=1e-14)
    narrow = [np.asarray(v, np.float32) for v in (x, *parameters)]
    single = f(*narrow)
    assert single.dtype == np.float32 and single.shape == np.shape(expected)
    np.testing.assert_allclose(single, expected, rtol=3e-3 if name == "truncnorm" else 1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({name for name, *_ in FLAT}))
def test_jit_and_vmap(name):
    first = {case[1]: case for case in reversed(FLAT) if case[0] == name}
    # the logarithms of normal tails are long programs, and all are made of `logcdf`
    cases = [first["logcdf"]] if name == "truncnorm" else list(first.values())

    def values(xs: Any) -> list[Any]:
        return [getattr(getattr(stats, n), f)(x, *p) for (n, f, _, p), x in zip(cases, xs, strict=True)]

    with wg.enable_x64():
        xs = [wnp.array(x) for _, _, x, _ in cases]
        expected, compiled = values(xs), wg.jit(values)(xs)
        for (_, f, x, p), whole, got in zip(cases, expected, compiled, strict=True):
            np.testing.assert_allclose(got, whole, rtol=1e-9, atol=1e-13, err_msg=f)
            each = wg.vmap(lambda v, f=f, p=p: getattr(getattr(stats, name), f)(v, *p), out_axes=-1)(x)
            np.testing.assert_allclose(np.reshape(each, np.shape(whole)), whole, rtol=1e-9, atol=1e-13, err_msg=f)


@pytest.mark.parametrize(("name", "function", "x", "parameters"), FLAT, ids=IDS)
def test_slopes(name, function, x, parameters):
    f, reference = getattr(getattr(stats, name), function), getattr(getattr(scipy.stats, name), function)
    with wg.enable_x64():
        x = x + 0.0123  # off the corners
        slopes = np.asarray(wg.grad(lambda v: wnp.sum(wnp.where(wnp.isfinite(r := f(v, *parameters)), r, 0)))(x))
        undefined = np.isnan(np.asarray(f(x, *parameters))).reshape(-1, len(x)).any(0)
    assert (np.isfinite(slopes) | undefined).all()
    slopes = np.where(undefined, 0, slopes)
    if "pmf" in function or name in ("bernoulli", "poisson"):
        return  # between the integers there is nothing
    with np.errstate(all="ignore"):
        up, down, here = (np.asarray(reference(x + d, *parameters)) for d in (1e-6, -1e-6, 0))
        numeric = np.where(np.isfinite(here), (up - down) / 2e-6, 0)
    np.testing.assert_allclose(slopes, numeric.sum(tuple(range(numeric.ndim - 1))), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "function", "x", "parameters"),
    [
        ("norm", "logpdf", 0.7, (0.3, 1.7)),
        ("gamma", "logpdf", 1.7, (2.3, 0.1, 1.3)),
        ("gamma", "cdf", 1.7, (2.3, 0.1, 1.3)),
        ("beta", "logpdf", 0.6, (2.3, 1.4, 0.1, 1.3)),
        ("beta", "cdf", 0.6, (2.3, 1.4, 0.1, 1.3)),
        ("t", "logpdf", 0.6, (2.3, 0.1, 1.3)),
        ("truncnorm", "logpdf", 0.6, (-1.3, 2.4, 0.1, 1.3)),
        ("vonmises", "logpdf", 0.6, (1.3,)),
        ("binom", "logpmf", 2.0, (5.0, 0.3)),
        ("poisson", "logpmf", 2.0, (1.3,)),
        ("bernoulli", "logpmf", 1.0, (0.3,)),
    ],
)
def test_gradients_by_the_parameters(name, function, x, parameters):
    f, reference = getattr(getattr(stats, name), function), getattr(getattr(scipy.stats, name), function)
    with wg.enable_x64():
        for i in range(len(parameters)):
            if (name, i) == ("binom", 0):
                continue  # the number of trials is whole
            moved = [np.array(parameters, float) for _ in range(2)]
            moved[0][i] += 1e-6
            moved[1][i] -= 1e-6
            numeric = (reference(x, *moved[0]) - reference(x, *moved[1])) / 2e-6
            np.testing.assert_allclose(wg.grad(f, argnums=i + 1)(x, *parameters), numeric, rtol=1e-6, atol=1e-7)


def test_gradients_outside_of_the_support_are_finite():
    for name, x, parameters in (
        ("gamma", -1.0, (2.0,)), ("beta", -0.5, (2.0, 2.0)), ("beta", 1.5, (2.0, 2.0)),
        ("expon", -1.0, ()), ("pareto", 0.0, (2.0,)), ("truncnorm", 5.0, (-1.0, 1.0)), ("uniform", 3.0, ()),
    ):  # fmt: skip
        got = wg.grad(getattr(stats, name).pdf, tuple(range(1 + len(parameters))))(x, *parameters)
        assert np.isfinite(got).all(), name


def test_tails_are_precise():
    with wg.enable_x64():
        np.testing.assert_allclose(stats.norm.logcdf(-40.0), scipy.stats.norm.logcdf(-40.0), rtol=1e-12)
        np.testing.assert_allclose(stats.cauchy.cdf(-1e12), scipy.stats.cauchy.cdf(-1e12), rtol=1e-12)
        np.testing.assert_allclose(stats.expon.logcdf(1e-12), np.log(1e-12), rtol=1e-9)
        np.testing.assert_allclose(stats.gumbel_r.logsf(40.0), -40.0, rtol=1e-12)
        np.testing.assert_allclose(
            stats.truncnorm.logpdf(30.5, 30.0, 31.0), scipy.stats.truncnorm.logpdf(30.5, 30.0, 31.0), rtol=1e-10
        )


def test_vectors():
    rng = np.random.default_rng(0)
    with wg.enable_x64():
        x = rng.dirichlet([1.0, 2.0, 0.5], 4).T
        alpha = np.array([1.5, 2.0, 0.7])
        for f in ("logpdf", "pdf"):
            expected = getattr(scipy.stats.dirichlet, f)(x, alpha)
            for given in (x, x[:-1]):
                np.testing.assert_allclose(getattr(stats.dirichlet, f)(given, alpha), expected, rtol=1e-12)
        assert stats.dirichlet.logpdf(np.array([0.5, 0.5, 0.5]), alpha) == -np.inf
        counts, p = np.array([[1, 2, 3], [0, 0, 6], [1, 1, 1]]), np.array([0.2, 0.3, 0.5])
        for f in ("logpmf", "pmf"):
            expected = getattr(scipy.stats.multinomial, f)(counts, 6, p)
            np.testing.assert_allclose(getattr(stats.multinomial, f)(counts, 6, p), expected, rtol=1e-12)
        a = rng.normal(size=(3, 3))
        cov, mean, points = a @ a.T + np.eye(3), rng.normal(size=3), rng.normal(size=(2, 5, 3))
        reference = scipy.stats.multivariate_normal
        got = stats.multivariate_normal.logpdf(points, mean, cov)
        np.testing.assert_allclose(got, reference.logpdf(points, mean, cov), rtol=1e-11)
        np.testing.assert_allclose(
            stats.multivariate_normal.pdf(points[0, 0], mean, cov), np.exp(got[0, 0]), rtol=1e-11
        )
        covs = np.stack([cov, 2 * cov])[:, None]
        expected = np.stack([reference.logpdf(points[i], mean, covs[i, 0]) for i in range(2)])
        np.testing.assert_allclose(stats.multivariate_normal.logpdf(points, mean, covs), expected, rtol=1e-11)
        np.testing.assert_allclose(stats.multivariate_normal.logpdf(0.3, 0.1, 2.0), reference.logpdf(0.3, 0.1, 2.0))
        np.testing.assert_allclose(
            stats.multivariate_normal.logpdf(points, mean, 2.0), reference.logpdf(points, mean, 2.0), rtol=1e-11
        )
        np.testing.assert_allclose(stats.multivariate_normal.entropy(mean, cov), reference.entropy(mean, cov))
        np.testing.assert_allclose(stats.multivariate_normal.entropy(cov=2.0), reference.entropy(cov=2.0))
        together = wg.jit(wg.vmap(stats.multivariate_normal.logpdf, in_axes=(0, None, None)))(points, mean, cov)
        np.testing.assert_allclose(together, got, rtol=1e-11)
        slope = wg.grad(lambda m: stats.multivariate_normal.logpdf(points[0, 0], m, cov))(mean)
        np.testing.assert_allclose(slope, np.linalg.solve(cov, points[0, 0] - mean), rtol=1e-10)


def test_statistics_of_samples():
    rng = np.random.default_rng(1)
    x = rng.integers(0, 4, (5, 7))
    for axis in (0, 1, -1, None):
        for keepdims in (False, True):
            got, expected = (m.mode(x, axis=axis, keepdims=keepdims) for m in (stats, scipy.stats))
            np.testing.assert_array_equal(got.mode, expected.mode)
            np.testing.assert_array_equal(got.count, expected.count)
        for method in ("average", "min", "max", "dense", "ordinal"):
            np.testing.assert_array_equal(
                stats.rankdata(x, method, axis=axis), scipy.stats.rankdata(x, method, axis=axis)
            )
            compiled = wg.jit(lambda v, a=axis, m=method: stats.rankdata(v, m, axis=a))(x)
            np.testing.assert_array_equal(compiled, scipy.stats.rankdata(x, method, axis=axis))
        np.testing.assert_allclose(stats.sem(x, axis=axis), scipy.stats.sem(x, axis=axis), rtol=1e-6)
    y = np.array([1.0, np.nan, 1.0, 3.0], np.float32)
    assert np.isnan(stats.rankdata(y)).all()
    np.testing.assert_allclose(stats.sem(y, nan_policy="omit"), scipy.stats.sem(y, nan_policy="omit"), rtol=1e-6)
    assert stats.mode(y).mode == 1 and stats.mode(y).count == 2
    assert np.isnan(stats.mode(np.zeros(0)).mode) and stats.mode(np.zeros(0)).count == 0
    assert stats.rankdata(np.zeros(0)).shape == (0,)
    each = wg.vmap(lambda v: stats.mode(v).mode)(x)
    np.testing.assert_array_equal(each, scipy.stats.mode(x, axis=1).mode)


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("method", [None, "silverman", 0.7, lambda kde: 0.3 + 0 * kde.neff])
@pytest.mark.parametrize("weighted", [False, True])
def test_gaussian_kde(d, method, weighted):
    rng = np.random.default_rng(2)
    samples, points = rng.normal(size=(d, 20)), rng.normal(size=(d, 6))
    weights = rng.uniform(size=20) if weighted else None
    constant = 0.3 if callable(method) else method
    with wg.enable_x64():
        kde, reference = (
            stats.gaussian_kde(samples, method, weights),
            scipy.stats.gaussian_kde(samples, constant, weights),
        )
        np.testing.assert_allclose(kde(points), reference(points), rtol=1e-10)
        np.testing.assert_allclose(kde.logpdf(points), reference.logpdf(points), rtol=1e-10)
        np.testing.assert_allclose(kde.neff, reference.neff)
        mean, cov = np.zeros(d), 0.5 * np.eye(d)
        np.testing.assert_allclose(kde.integrate_gaussian(mean, cov), reference.integrate_gaussian(mean, cov))
        other = stats.gaussian_kde(points), scipy.stats.gaussian_kde(points)
        np.testing.assert_allclose(kde.integrate_kde(other[0]), reference.integrate_kde(other[1]))
        if d == 1:
            np.testing.assert_allclose(kde.integrate_box_1d(-1, 0.5), reference.integrate_box_1d(-1, 0.5))
        drawn = kde.resample(random.key(0), (500,))
        assert drawn.shape == (d, 500)
        np.testing.assert_allclose(np.mean(drawn, 1), np.average(samples, axis=1, weights=weights), atol=0.2)
        np.testing.assert_allclose(wg.jit(lambda k, p: k.pdf(p))(kde, points), reference(points), rtol=1e-10)
        one = np.asarray(points[:, 0])
        np.testing.assert_allclose(kde.pdf(one), reference(one), rtol=1e-10)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: stats.norm.pdf([1.0]), errors.UnsupportedTypeError, "norm.logpdf: expected arrays or numbers"),
        (lambda: stats.norm.pdf(wnp.ones(2), wnp.ones(3)), errors.ShapeError, "norm.logpdf: expected shapes that"),
        (lambda: stats.dirichlet.pdf(wnp.ones(2), wnp.ones(4)), errors.ShapeError, r"dirichlet.logpdf: .* \(4,\)"),
        (lambda: stats.multinomial.pmf(wnp.ones(2), 2, wnp.ones(2)), errors.DtypeError, "expected integer counts"),
        (
            lambda: stats.multivariate_normal.pdf(wnp.ones(2), wnp.ones(2), wnp.eye(3)),
            errors.ShapeError,
            r"multivariate_normal.logpdf: expected a mean .* \(2,\) and \(3, 3\)",
        ),
        (
            lambda: stats.multivariate_normal.entropy(cov=wnp.ones(2)),
            errors.ShapeError,
            r"multivariate_normal.entropy: expected a covariance .* got \(2,\)",
        ),
        (lambda: stats.mode(wnp.array([wnp.nan]), nan_policy="raise"), ValueError, "mode: expected no NaN with"),
        (
            lambda: wg.vmap(lambda x: stats.rankdata(x, nan_policy="raise"))(wnp.ones((2, 2))),
            errors.ConcretizationError,
            "rankdata: expected a concrete array with the nan_policy 'raise'",
        ),
        (lambda: stats.mode(wnp.ones(2), nan_policy="x"), ValueError, "mode: expected a nan_policy of propagate"),
        (lambda: stats.rankdata(wnp.ones(2), "x"), ValueError, "rankdata: expected a method of average"),
        (lambda: stats.rankdata(wnp.ones(2) * 1j), errors.DtypeError, "rankdata: expected a real array"),
        (lambda: stats.sem(wnp.array([1.0, wnp.nan]), nan_policy="raise"), ValueError, "sem: expected no NaN with"),
        (lambda: stats.gaussian_kde(wnp.ones(1)), errors.ShapeError, "gaussian_kde: expected several samples"),
        (lambda: stats.gaussian_kde(wnp.ones(2) * 1j), errors.DtypeError, "gaussian_kde: expected a real array"),
        (lambda: stats.gaussian_kde(wnp.ones(3), weights=wnp.ones(2)), errors.ShapeError, r"weights of shape \(3,\)"),
        (lambda: stats.gaussian_kde(wnp.arange(3.0), "x"), ValueError, "gaussian_kde: expected a bw_method"),
        (lambda: kde().evaluate(wnp.ones((3, 2))), errors.ShapeError, "evaluate: expected points of 1 dimensions"),
        (lambda: kde().integrate_gaussian(wnp.ones(2), 1.0), errors.ShapeError, "integrate_gaussian: expected a mean"),
        (lambda: kde().integrate_box_1d(wnp.ones(2), 1.0), errors.ShapeError, "integrate_box_1d: expected one dim"),
        (
            lambda: kde().integrate_kde(stats.gaussian_kde(wnp.eye(2, 5))),
            errors.ShapeError,
            "integrate_kde: expected an estimate of 1 dimensions but got 2",
        ),
        (lambda: kde().integrate_box(0, 1), NotImplementedError, "integrate_box_1d"),
        (lambda: kde().set_bandwidth(0.3), NotImplementedError, "bw_method"),
    ],
)
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call()


def kde() -> Any:
    return stats.gaussian_kde(wnp.arange(4.0))


@pytest.mark.filterwarnings("ignore:After omitting NaNs")
def test_policies_for_nan():
    x = np.array([[3, np.nan, 1, 3, np.nan], [np.nan, 2, 2, 5, 5], [np.nan] * 5])
    for axis in (0, 1):
        expected = scipy.stats.mode(x, axis, nan_policy="omit")
        got = stats.mode(x, axis, nan_policy="omit")
        np.testing.assert_array_equal(got.mode, expected.mode)
        np.testing.assert_array_equal(got.count, expected.count)
        for method in ("average", "dense", "max"):
            expected = scipy.stats.rankdata(x, method, axis=axis, nan_policy="omit")
            np.testing.assert_array_equal(stats.rankdata(x, method, axis=axis, nan_policy="omit"), expected)
    assert stats.mode(np.array([2.0, 2.0]), nan_policy="raise").count == 2
    assert np.isfinite(stats.sem(np.arange(3.0), nan_policy="raise"))


def test_singular_covariance():
    x = np.array([[1.0, 1.0], [1.0, 2.0], [0.0, 0.0]])
    for cov in (np.ones((2, 2)), np.diag([2.0, 0.0]), np.array([[2.0, 0.3], [0.3, 1.0]])):
        expected = scipy.stats.multivariate_normal.logpdf(x, np.zeros(2), cov, allow_singular=True)
        got = stats.multivariate_normal.logpdf(x, np.zeros(2), cov, allow_singular=True)
        np.testing.assert_allclose(got, expected, rtol=1e-5)
        each = wg.vmap(lambda x, c: stats.multivariate_normal.logpdf(x, wnp.zeros(2), c, True))(x, np.stack([cov] * 3))
        np.testing.assert_allclose(each, expected, rtol=1e-5)
    gradient = wg.grad(lambda x: stats.multivariate_normal.logpdf(x, wnp.zeros(2), np.ones((2, 2)), True))(x[0])
    np.testing.assert_allclose(gradient, [-0.5, -0.5], rtol=1e-5)
