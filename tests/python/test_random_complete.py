# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every sampler of wengert.random: numbers of JAX, a law, slopes by its parameters; or a reason for none."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.stats as st
from random_cases import CLOSE, EXACT, WIDE

import wengert as wg
import wengert.numpy as wnp
from wengert import random

KEYS = set("PRNGKey PRNGKeyArray clone fold_in key key_data key_dtype key_impl split wrap_key_data".split())
SAMPLERS = sorted(set(random.__all__) - KEYS)

# --- numbers of JAX ---------------------------------------------------------------------------------------------------

NOT_OF_JAX = {"shuffle": "JAX has it no more: it is permutation, which has cases"}
COUNT = 12000


def test_every_sampler_has_numbers_of_jax() -> None:
    """random_cases.py holds calls whose numbers JAX gives too; test_random.py compares."""
    tried = set(re.findall(r"R\.(\w+)\(", " ".join(EXACT + CLOSE + WIDE)))
    assert set(SAMPLERS) - tried == set(NOT_OF_JAX)
    assert {"PRNGKey", "split", "fold_in", "key", "key_data"} <= tried


# --- laws of what is discrete -----------------------------------------------------------------------------------------


def shares(drawn: np.ndarray, expected: list[float]) -> None:
    observed = np.bincount(np.asarray(drawn).ravel(), minlength=len(expected))
    assert st.chisquare(observed, np.array(expected) * drawn.size / np.sum(expected)).pvalue > 1e-3


def test_choice() -> None:
    shares(random.choice(random.key(1), 5, (COUNT,)), [1] * 5)
    p = wnp.array([0.1, 0.2, 0.3, 0.4])
    shares(random.choice(random.key(2), 4, (COUNT,), p=p), [1, 2, 3, 4])
    first = wg.vmap(lambda k: random.choice(k, 4, (2,), replace=False, p=p)[0])(random.split(random.key(3), COUNT))
    shares(first, [1, 2, 3, 4])


def test_categorical() -> None:
    logits = wnp.log(wnp.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]]))
    drawn = np.asarray(random.categorical(random.key(1), logits, shape=(COUNT, 2)))
    shares(drawn[:, 0], [1, 2, 7])
    shares(drawn[:, 1], [2, 1, 1])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["permutation", "shuffle"])
def test_permutations(name: str) -> None:
    """Each of the six orders of three as often as the others."""
    draw = getattr(random, name)
    x = wnp.arange(3)
    drawn = np.asarray(wg.vmap(lambda k: draw(k, x))(random.split(random.key(1), COUNT)))
    orders = {order: i for i, order in enumerate(itertools.permutations(range(3)))}
    shares(np.array([orders[tuple(row)] for row in drawn.tolist()]), [1] * 6)


@pytest.mark.parametrize(("kind", "width"), [("uint8", 8), ("uint16", 16), ("uint32", 32)])
def test_bits(kind: str, width: int) -> None:
    drawn = np.asarray(random.bits(random.key(1), (COUNT,), kind)).astype(np.uint64)
    for i in range(width):
        assert abs(((drawn >> np.uint64(i)) & np.uint64(1)).mean() - 0.5) < 4.5 * 0.5 / np.sqrt(COUNT)


def test_orthogonal_matrices_have_no_direction() -> None:
    """The first column is anywhere on the sphere: each coordinate of one in three dimensions is uniform."""
    q = np.asarray(random.orthogonal(random.key(1), 3, (2000,)), np.float64)
    for i, j in itertools.product(range(3), range(3)):
        assert st.kstest(q[:, i, j], st.uniform(-1, 2).cdf).pvalue > 1e-4


OF_LAWS = "test_random_distributions.py"
HERE = {"choice", "categorical", "permutation", "shuffle", "bits"}


def test_every_sampler_has_a_law() -> None:
    text = (Path(__file__).parent / OF_LAWS).read_text()
    tested = set(re.findall(r"random\.(\w+)\(", text[: text.index("def test_draws_without_replacement")]))
    assert set(SAMPLERS) - tested == HERE


# --- slopes by the parameters -----------------------------------------------------------------------------------------

# What is drawn is a smooth function of these parameters, of the same bits: the slope is a difference quotient.
SMOOTH = {
    "uniform": (lambda k, a, b: random.uniform(k, (5,), float, a, b), (-1.0, 2.0)),
    "truncated_normal": (lambda k, a, b: random.truncated_normal(k, a, b, (5,)), (-1.0, 2.0)),
    "lognormal": (lambda k, s: random.lognormal(k, s, (5,)), (0.7,)),
    "rayleigh": (lambda k, s: random.rayleigh(k, s, (5,)), (1.5,)),
    "pareto": (lambda k, b: random.pareto(k, b, (5,)), (2.5,)),
    "weibull_min": (lambda k, s, c: random.weibull_min(k, s, c, (5,)), (2.0, 1.5)),
    "double_sided_maxwell": (lambda k, m, s: random.double_sided_maxwell(k, m, s, (5,)), (1.0, 2.0)),
    "triangular": (lambda k, a, b, c: random.triangular(k, a, b, c, (5,)), (0.0, 1.0, 4.0)),
    "multivariate_normal": (
        lambda k, m, c: random.multivariate_normal(k, m * wnp.ones(2), wnp.eye(2) * c + 0.3, (3,)), (0.5, 1.5),
    ),
}  # fmt: skip
# Drawn until a number is accepted, or by a choice: a mean of what is drawn, the parameters, its slope by them.
BY_MEANS = {
    "f": (lambda k, a, b: random.f(k, a, b, (COUNT,)), (6.0, 12.0), (0.0, -0.02)),
    "generalized_normal": (lambda k, p: random.generalized_normal(k, p, (COUNT,)) ** 2, (2.0,), (-0.2591,)),
    "ball": (lambda k, p: random.ball(k, 1, p, (1000,)) ** 2, (2.0,), (0.0,)),
}
# In test_random_distributions.py, from IMPLICIT on.
ELSEWHERE = {
    "gamma",
    "loggamma",
    "beta",
    "chisquare",
    "dirichlet",
    "t",
    "wald",
}  # test_random_distributions.py, from IMPLICIT on
WITHOUT = {
    **dict.fromkeys("normal exponential gumbel laplace logistic cauchy maxwell orthogonal".split(), "no parameters"),
    **dict.fromkeys(
        ["bernoulli", "binomial", "bits", "categorical", "choice", "geometric", "multinomial", "permutation", "poisson",
         "rademacher", "randint", "shuffle"],
        "integers, or elements of what is given",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
def test_slope_of_each_number(name: str) -> None:
    draw, parameters = SMOOTH[name]
    with wg.enable_x64():
        key = random.key(11)
        for i in range(len(parameters)):
            f = lambda p, i=i: draw(key, *parameters[:i], p, *parameters[i + 1 :])
            slope = wg.jvp(f, (wnp.asarray(parameters[i]),), (wnp.asarray(1.0),))[1]
            quotient = (np.asarray(f(parameters[i] + 1e-6)) - np.asarray(f(parameters[i] - 1e-6))) / 2e-6
            np.testing.assert_allclose(slope, quotient, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", BY_MEANS)
def test_slope_of_a_mean(name: str) -> None:
    draw, parameters, expected = BY_MEANS[name]
    where = tuple(range(1, 1 + len(parameters)))
    got = wg.grad(lambda *args: wnp.mean(draw(*args)), argnums=where)(random.key(0), *parameters)
    np.testing.assert_allclose(got, expected, rtol=0.06, atol=0.02)


def test_every_sampler_has_slopes_or_a_reason() -> None:
    text = (Path(__file__).parent / OF_LAWS).read_text()
    assert set(re.findall(r"random\.(\w+)\(", text[text.index("IMPLICIT = {") :])) >= ELSEWHERE
    tables = [set(SMOOTH), set(BY_MEANS), ELSEWHERE, set(WITHOUT)]
    assert set.union(*tables) == set(SAMPLERS)
    assert sum(map(len, tables)) == len(SAMPLERS)


def test_one_bound_of_two_is_traced() -> None:
    """Bounds of which only one is traced, beside a key that is not."""
    key = random.key(2)
    for draw in (
        lambda a: random.uniform(key, (5,), float, a, 9.0),
        lambda a: random.uniform(key, (5,), float, -9.0, a),
        lambda a: random.truncated_normal(key, a, 9.0, (5,)),
        lambda a: random.randint(key, (5,), 0, wnp.asarray(a, int)),
        lambda a: random.randint(key, (5,), wnp.asarray(a, int), 9),
    ):
        a = wnp.asarray(3.0)
        np.testing.assert_allclose(wg.make_jaxpr(draw)(a)(a), draw(a), rtol=1e-6)
