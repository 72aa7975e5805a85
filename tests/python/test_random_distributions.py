# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Samplers: the law of what they draw, by SciPy; under jit, vmap and grad; their messages."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats as st

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, random
from wengert.config import threefry_partitionable

COUNT = 20000
# A sampler and SciPy's distribution of what it draws.
LAWS = {
    "uniform": (lambda k, s: random.uniform(k, s, minval=-1.0, maxval=3.0), st.uniform(-1, 4)),
    "normal": (lambda k, s: random.normal(k, s), st.norm()),
    "truncated_normal": (lambda k, s: random.truncated_normal(k, -1.0, 2.5, s), st.truncnorm(-1, 2.5)),
    "exponential": (lambda k, s: random.exponential(k, s), st.expon()),
    "gumbel": (lambda k, s: random.gumbel(k, s), st.gumbel_r()),
    "gumbel high": (lambda k, s: random.gumbel(k, s, mode="high"), st.gumbel_r()),
    "gumbel highest": (lambda k, s: random.gumbel(k, s, mode="highest"), st.gumbel_r()),
    "laplace": (lambda k, s: random.laplace(k, s), st.laplace()),
    "logistic": (lambda k, s: random.logistic(k, s), st.logistic()),
    "cauchy": (lambda k, s: random.cauchy(k, s), st.cauchy()),
    "lognormal": (lambda k, s: random.lognormal(k, 0.5, s), st.lognorm(0.5)),
    "rayleigh": (lambda k, s: random.rayleigh(k, 2.0, s), st.rayleigh(scale=2)),
    "pareto": (lambda k, s: random.pareto(k, 4.5, s), st.pareto(4.5)),
    "weibull_min": (lambda k, s: random.weibull_min(k, 2.0, 1.5, s), st.weibull_min(1.5, scale=2)),
    "maxwell": (lambda k, s: random.maxwell(k, s), st.maxwell()),
    "triangular": (lambda k, s: random.triangular(k, 0.0, 1.0, 4.0, s), st.triang(0.25, scale=4)),
    "wald": (lambda k, s: random.wald(k, 2.0, s), st.invgauss(2.0)),
    "gamma": (lambda k, s: random.gamma(k, 2.5, s), st.gamma(2.5)),
    "gamma below 1": (lambda k, s: random.gamma(k, 0.3, s), st.gamma(0.3)),
    "loggamma": (lambda k, s: random.loggamma(k, 0.7, s), st.loggamma(0.7)),
    "beta": (lambda k, s: random.beta(k, 0.7, 2.0, s), st.beta(0.7, 2)),
    "chisquare": (lambda k, s: random.chisquare(k, 3.0, s), st.chi2(3)),
    "f": (lambda k, s: random.f(k, 5.0, 12.0, s), st.f(5, 12)),
    "t": (lambda k, s: random.t(k, 6.0, s), st.t(6)),
    "generalized_normal": (lambda k, s: random.generalized_normal(k, 1.5, s), st.gennorm(1.5)),
}
COUNTS = {
    "bernoulli": (lambda k, s: random.bernoulli(k, 0.3, s), st.bernoulli(0.3)),
    "bernoulli high": (lambda k, s: random.bernoulli(k, 0.3, s, mode="high"), st.bernoulli(0.3)),
    "geometric": (lambda k, s: random.geometric(k, 0.3, s), st.geom(0.3)),
    "randint": (lambda k, s: random.randint(k, s, 2, 9), st.randint(2, 9)),
    "poisson 3": (lambda k, s: random.poisson(k, 3.0, s), st.poisson(3)),
    "poisson 40": (lambda k, s: random.poisson(k, 40.0, s), st.poisson(40)),
    "binomial few": (lambda k, s: random.binomial(k, 12, 0.3, s), st.binom(12, 0.3)),
    "binomial many": (lambda k, s: random.binomial(k, 100, 0.7, s), st.binom(100, 0.7)),
}


@pytest.mark.parametrize("name", LAWS)
def test_law(name):
    draw, law = LAWS[name]
    x = np.asarray(draw(random.key(3), (COUNT,)), np.float64)
    assert st.kstest(x, law.cdf).pvalue > 1e-3
    mean, variance = law.stats("mv")
    if np.isfinite(variance) and variance > 0:
        assert abs(x.mean() - mean) < 5 * math.sqrt(variance / COUNT)
        fourth = law.stats("k")
        if np.isfinite(fourth) and name not in ("pareto", "f"):  # the variance of their variance is great
            assert abs(x.var() - variance) < 6 * variance * math.sqrt((fourth + 2) / COUNT)


@pytest.mark.parametrize("name", COUNTS)
def test_law_of_counts(name):
    draw, law = COUNTS[name]
    x = np.asarray(draw(random.key(5), (COUNT,)), np.int64)
    low, high = int(law.ppf(1e-3)), int(law.ppf(1 - 1e-3))
    observed = np.bincount(np.clip(x, low, high) - low, minlength=high - low + 1)
    expected = law.pmf(np.arange(low, high + 1))
    expected[0], expected[-1] = law.cdf(low), law.sf(high - 1)
    assert st.chisquare(observed, COUNT * expected).pvalue > 1e-3
    assert abs(x.mean() - law.mean()) < 5 * law.std() / math.sqrt(COUNT)


def test_laws_of_vectors():
    mean, cov = np.array([1.0, -2.0]), np.array([[2.0, 0.6], [0.6, 1.0]])
    for method in ("cholesky", "eigh", "svd"):
        x = np.asarray(random.multivariate_normal(random.key(0), mean, cov, (COUNT,), method=method))
        np.testing.assert_allclose(x.mean(0), mean, atol=0.05)
        np.testing.assert_allclose(np.cov(x.T), cov, atol=0.08)
    alpha = np.array([0.5, 1.0, 3.0])
    shares = np.asarray(random.dirichlet(random.key(1), alpha, (COUNT,)), np.float64)
    np.testing.assert_allclose(shares.sum(-1), 1, rtol=1e-5)
    for i in range(3):
        assert st.kstest(shares[:, i], st.beta(alpha[i], alpha.sum() - alpha[i]).cdf).pvalue > 1e-3
    counts = np.asarray(random.multinomial(random.key(2), 30, np.tile([0.2, 0.3, 0.5], (COUNT, 1))))
    assert (counts.sum(-1) == 30).all()
    np.testing.assert_allclose(counts.mean(0), [6, 9, 15], atol=0.1)
    np.testing.assert_allclose(np.cov(counts.T), st.multinomial.cov(30, [0.2, 0.3, 0.5]), atol=0.25)
    radius = np.linalg.norm(random.ball(random.key(3), 3, 2, (COUNT,)), axis=-1).astype(np.float64)
    assert st.kstest(radius**3, st.uniform().cdf).pvalue > 1e-3
    sides = np.asarray(random.double_sided_maxwell(random.key(4), 1.0, 2.0, (COUNT,)), np.float64)
    assert st.kstest(np.abs(sides - 1) / 2, st.maxwell().cdf).pvalue > 1e-3 and abs((sides > 1).mean() - 0.5) < 0.02
    assert abs(np.asarray(random.rademacher(random.key(5), (COUNT,))).mean()) < 0.03
    for n, m in ((3, None), (2, 4), (4, 2)):
        q = np.asarray(random.orthogonal(random.key(6), n, (5,), m=m))
        assert q.shape == (5, n, m or n)
        gram = q @ q.swapaxes(-1, -2) if n <= (m or n) else q.swapaxes(-1, -2) @ q
        np.testing.assert_allclose(gram, np.tile(np.eye(min(n, m or n)), (5, 1, 1)), atol=1e-5)


def test_draws_without_replacement():
    drawn = np.asarray(random.categorical(random.key(0), wnp.zeros((4, 6)), shape=(3, 4), replace=False))
    assert drawn.shape == (3, 4) and all(len(set(column)) == 3 for column in drawn.T)
    with pytest.raises(errors.ShapeError, match="at most 6 draws without replacement but got 7"):
        random.categorical(random.key(0), wnp.zeros(6), shape=(7,), replace=False)


def test_numbers_of_narrow_types():
    for name in ("normal", "gumbel", "exponential", "maxwell", "laplace", "logistic", "cauchy"):
        for kind in ("float16", "bfloat16"):
            x = getattr(random, name)(random.key(0), (500,), kind)
            assert x.dtype == kind and np.isfinite(np.asarray(x, np.float32)).all()
    x = np.asarray(random.gamma(random.key(0), 2.0, (2000,), "float16"), np.float64)
    assert abs(x.mean() - 2) < 0.15
    assert random.gamma(random.key(0), np.ones((0, 2))).shape == (0, 2)
    assert random.poisson(random.key(0), np.ones((0, 2))).shape == (0, 2)


DRAWS = {
    "short": lambda k: (
        random.triangular(k, 0.0, 1.0, 4.0, (3,)),
        random.wald(k, 2.0, (3,)),
        random.geometric(k, 0.3, (3,)),
        random.maxwell(k, (3,)),
        random.double_sided_maxwell(k, 0.0, 1.0, (3,)),
        random.gumbel(k, (3,), mode="high"),
        random.gumbel(k, (3,), mode="highest"),
        random.bernoulli(k, 0.4, (3,), mode="high"),
        random.lognormal(k, 0.5, (3,)),
        random.rayleigh(k, 0.5, (3,)),
        random.pareto(k, 0.5, (3,)),
        random.categorical(k, wnp.arange(4.0), shape=(2,), replace=False),
        random.multivariate_normal(k, wnp.zeros(2), wnp.eye(2)),
        random.orthogonal(k, 2),
    ),
    "gamma": lambda k: (random.gamma(k, wnp.array([0.3, 1.0, 9.0])), random.loggamma(k, 0.3)),
    "of gamma": lambda k: (random.beta(k, 0.3, 2.0), random.t(k, 3.0, (2,)), random.ball(k, 3)),
    "of gamma 2": lambda k: (random.dirichlet(k, wnp.ones(2)), random.f(k, 2.0, 3.0), random.chisquare(k, 2.0)),
    "poisson": lambda k: (random.poisson(k, wnp.array([0.5, 9.0, 30.0])),),
    "binomial": lambda k: (random.binomial(k, wnp.array([5, 90]), 0.4),),
    "multinomial": lambda k: (random.multinomial(k, 50, wnp.array([0.2, 0.3, 0.5])),),
}


def test_impossible_shapes_of_gamma_numbers_are_nan():
    a = wnp.array([np.nan, 2.0, 0.0, -1.0, -0.8])
    drawn = np.asarray(random.gamma(random.key(0), a))
    assert np.isnan(drawn).tolist() == [True, False, False, True, True] and drawn[2] == 0
    np.testing.assert_allclose(wg.jit(random.gamma)(random.key(0), a), drawn, rtol=1e-5)
    for f in (random.loggamma, random.chisquare, random.t):
        assert np.isnan(f(random.key(0), np.nan))


@pytest.mark.parametrize("few", [True, False])
def test_counts_of_constant_parameters_are_compiled(few):
    """One of the two methods counts for nothing: the compiled program must do without."""

    def draw(k):
        n = wnp.full((6,), 5 if few else 90)
        return random.poisson(k, 2.0 if few else 30.0, (6,)), random.binomial(k, n, 0.3, (6,))

    for compiled, drawn in zip(wg.jit(draw)(random.key(3)), draw(random.key(3)), strict=True):
        np.testing.assert_array_equal(compiled, drawn)


@pytest.mark.parametrize("partitionable", [False, True])
@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if "gamma" in n else n for n in DRAWS])
def test_traced_equals_eager(name, partitionable):
    draw = DRAWS[name]
    with threefry_partitionable(partitionable):
        keys = random.split(random.key(1), 3)
        expected = [draw(k) for k in keys]
        compiled, batched = wg.jit(draw)(keys[0]), wg.vmap(draw)(keys)
        both = wg.jit(wg.vmap(draw))(keys)
    for i in range(len(expected[0])):
        for got in (batched[i], both[i]):
            np.testing.assert_allclose(got, np.stack([e[i] for e in expected]), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(compiled[i], expected[0][i], rtol=1e-5, atol=1e-5)


# The derivative of the number drawn by a parameter: minus that of the distribution function, over the density.
IMPLICIT = {
    "gamma": (lambda k, a: random.gamma(k, a), lambda a: st.gamma(a), 2.5),
    "gamma below 1": (lambda k, a: random.gamma(k, a), lambda a: st.gamma(a), 0.4),
    "loggamma": (lambda k, a: random.loggamma(k, a), lambda a: st.loggamma(a), 0.7),
    "chisquare": (lambda k, a: random.chisquare(k, a), lambda a: st.chi2(a), 3.0),
}


@pytest.mark.parametrize("name", IMPLICIT)
def test_implicit_gradients(name):
    draw, law, a = IMPLICIT[name]
    with wg.enable_x64():
        for seed in range(5):
            x, slope = wg.value_and_grad(lambda a, seed=seed: draw(random.key(seed), a))(a)
            by_parameter = (law(a + 1e-6).cdf(float(x)) - law(a - 1e-6).cdf(float(x))) / 2e-6
            np.testing.assert_allclose(slope, -by_parameter / law(a).pdf(float(x)), rtol=1e-5)
        keys = random.split(random.key(0), 4)
        slopes = [wg.grad(draw, argnums=1)(k, a) for k in keys]
        mapped = wg.jit(wg.vmap(wg.grad(draw, argnums=1), (0, None)))(keys, a)
        np.testing.assert_allclose(mapped, slopes, rtol=1e-9)


@pytest.mark.parametrize(
    ("mean", "parameters", "expected"),
    [
        (lambda k, a, b: random.beta(k, a, b, (9000,)), (2.0, 3.0), (3 / 25, -2 / 25)),
        (lambda k, a: random.dirichlet(k, wnp.stack([a, 2.0]), (9000,))[:, 0], (1.5,), (2 / 3.5**2,)),
        (lambda k, df: random.t(k, df, (9000,)) ** 2, (9.0,), (-2 / 49,)),
        (lambda k, low, high: random.uniform(k, (9000,), float, low, high), (1.0, 3.0), (0.5, 0.5)),
        (lambda k, s: random.lognormal(k, s, (9000,)), (0.5,), (0.5 * math.exp(0.125),)),
        (lambda k, s: random.rayleigh(k, s, (9000,)), (2.0,), (math.sqrt(math.pi / 2),)),
        (lambda k, b: random.pareto(k, b, (9000,)), (5.0,), (-1 / 16,)),
        (lambda k, c: random.wald(k, c, (9000,)), (2.0,), (1.0,)),
        (lambda k, a, b, c: random.triangular(k, a, b, c, (9000,)), (0.0, 1.0, 3.0), (1 / 3, 1 / 3, 1 / 3)),
        (lambda k, s: random.weibull_min(k, s, 1.0, (9000,)), (2.0,), (1.0,)),
        (lambda k, a, b: random.truncated_normal(k, a, b, (9000,)), (-1.0, 1.0), None),
        (lambda k, m: random.multivariate_normal(k, m * wnp.ones(2), wnp.eye(2), (9000,)), (2.0,), (1.0,)),
    ],
)
def test_gradients_of_means(mean, parameters, expected):
    where = tuple(range(1, 1 + len(parameters)))
    got = wg.grad(lambda *args: wnp.mean(mean(*args)), argnums=where)(random.key(0), *parameters)
    if expected is None:  # by symmetry, and from the variance of the numbers
        low, high = st.truncnorm(-1, 1).pdf(1.0) * np.array([1, 1])
        expected = (low, high)
    np.testing.assert_allclose(got, expected, rtol=0.05, atol=0.01)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda k: random.gamma(k, wnp.ones(3), (2,)), errors.ShapeError, "gamma: expected"),
        (lambda k: random.gamma(k, wnp.ones(3), (3, 1)), errors.ShapeError, r"gamma: expected a parameter .* \(3, 1\)"),
        (lambda k: random.gamma(k, 1.0, (), int), errors.DtypeError, "gamma: expected a floating type but got int32"),
        (lambda k: random.gamma(3, 1.0), errors.DtypeError, "split: expected a key"),
        (lambda k: random.poisson(k, 1.0, (), float), errors.DtypeError, "poisson: expected an integer type"),
        (lambda k: random.geometric(k, 0.5, (), float), errors.DtypeError, "geometric: expected an integer type"),
        (lambda k: random.binomial(k, 1, 0.5, (), int), errors.DtypeError, "binomial: expected a floating type"),
        (lambda k: random.multinomial(k, 1, 0.5), errors.ShapeError, r"multinomial: expected p of shape \(..., k\)"),
        (lambda k: random.dirichlet(k, 0.5), errors.ShapeError, r"dirichlet: expected alpha of shape \(..., n\)"),
        (lambda k: random.gumbel(k, (), mode="x"), ValueError, "gumbel: expected a mode of low, high, highest"),
        (lambda k: random.bernoulli(k, 0.5, mode="highest"), ValueError, "bernoulli: expected a mode of low, high"),
        (
            lambda k: random.multivariate_normal(k, wnp.ones(2), wnp.eye(3)),
            errors.ShapeError,
            r"multivariate_normal: expected a mean .* but got \(2,\) and \(3, 3\)",
        ),
        (
            lambda k: random.multivariate_normal(k, wnp.ones(2), wnp.eye(2), method="lu"),
            ValueError,
            "multivariate_normal: expected the method cholesky, eigh or svd but got 'lu'",
        ),
    ],
)
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call(random.key(0))
