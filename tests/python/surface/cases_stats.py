# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.scipy.stats: every function of every distribution inside of its support, with its parameters as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.stats
from hypothesis import strategies as st

from surface.records import NO_SLOPE, Call, Draw, Operand, register
from surface.strategies import beside, calls, kind_of, shapes

KINDS = ("float32", "float64")
DENSITY, MASS, TAILS = "logpdf pdf", "logpmf pmf", "cdf logcdf sf logsf"
Interval = tuple[float, float]
Q: Interval = (0.05, 0.95)
LOC, SCALE = (-0.3, 0.1), (1.2, 2.0)
# Functions, the interval of x, those of the shape parameters; loc and scale follow where the distribution has them.
LAWS: list[tuple[str, str, Interval, tuple[Interval, ...], str]] = [
    ("beta", f"{DENSITY} {TAILS}", (0.2, 0.8), ((0.6, 3), (0.6, 3)), "loc scale"),
    ("cauchy", f"{DENSITY} {TAILS}", (-3, 3), (), "loc scale"),
    ("cauchy", "ppf isf", Q, (), "loc scale"),
    ("chi2", f"{DENSITY} {TAILS}", (0.5, 4), ((1, 5),), "loc scale"),
    ("expon", f"{DENSITY} {TAILS}", (0.3, 4), (), "loc scale"),
    ("expon", "ppf", Q, (), "loc scale"),
    ("gamma", f"{DENSITY} {TAILS}", (0.5, 4), ((0.7, 4),), "loc scale"),
    ("gennorm", f"{DENSITY} cdf", (-2, 2), ((0.8, 2.5),), ""),
    ("gumbel_l", f"{DENSITY} {TAILS}", (-2, 1), (), "loc scale"),
    ("gumbel_l", "ppf", Q, (), "loc scale"),
    ("gumbel_r", f"{DENSITY} {TAILS}", (-1, 3), (), "loc scale"),
    ("gumbel_r", "ppf", Q, (), "loc scale"),
    ("laplace", f"{DENSITY} cdf", (-3, 3), (), "loc scale"),
    ("logistic", f"{DENSITY} cdf sf", (-3, 3), (), "loc scale"),
    ("logistic", "ppf isf", Q, (), "loc scale"),
    ("norm", f"{DENSITY} {TAILS}", (-3, 3), (), "loc scale"),
    ("norm", "ppf isf", Q, (), "loc scale"),
    ("pareto", f"{DENSITY} {TAILS}", (2.5, 6), ((0.7, 3),), "loc scale"),
    ("pareto", "ppf", Q, ((0.7, 3),), "loc scale"),
    ("t", DENSITY, (-3, 3), ((1, 9),), "loc scale"),
    ("truncnorm", f"{DENSITY} {TAILS}", (-1, 1), ((-3, -2), (2, 3)), ""),
    ("uniform", f"{DENSITY} cdf", (0.2, 0.8), (), "loc scale"),
    ("uniform", "ppf", Q, (), "loc scale"),
    ("vonmises", DENSITY, (-3, 3), ((0.4, 3),), ""),
    ("wrapcauchy", DENSITY, (0.2, 6), ((0.2, 0.8),), ""),
    ("bernoulli", "ppf", Q, ((0.2, 0.8),), ""),
]
# Of counts: k is an integer, and so are these parameters.
COUNTS: list[tuple[str, str, Interval, tuple[tuple[str, Interval], ...]]] = [
    ("bernoulli", f"{MASS} cdf", (0, 1), (("float", (0.2, 0.8)),)),
    ("betabinom", MASS, (0, 5), (("int", (5, 8)), ("float", (0.5, 3)), ("float", (0.5, 3)))),
    ("binom", MASS, (0, 5), (("int", (5, 8)), ("float", (0.2, 0.8)))),
    ("geom", MASS, (1, 6), (("float", (0.2, 0.8)),)),
    ("nbinom", MASS, (0, 6), (("int", (2, 5)), ("float", (0.2, 0.8)))),
    ("poisson", f"{MASS} cdf", (0, 6), (("float", (0.5, 4)),)),
]
LOOSE = {"tolerance": 40.0, "slope": 20.0, "result": "inexact"}


@calls
def of_law(draw: Draw, x: Interval, parameters: tuple[Interval, ...], more: str) -> Call:
    shape, kind = draw(shapes(most=2)), kind_of(draw, KINDS)
    operand = lambda interval: Operand(beside(draw, shape), kind, *interval)
    kwargs = {n: operand(LOC if n == "loc" else SCALE) for n in more.split() if draw(st.booleans())}
    return Call((Operand(shape, kind, *x), *map(operand, parameters)), kwargs)


@calls
def of_counts(draw: Draw, k: Interval, parameters: Any) -> Call:
    shape, kind = draw(shapes(most=2)), kind_of(draw, KINDS)
    parts = [Operand(beside(draw, shape), kind if what == "float" else "int32", *i) for what, i in parameters]
    return Call((Operand(shape, "int32", *k), *parts))


for law, functions, x, parameters, more in LAWS:
    for name in functions.split():
        register(
            f"scipy.stats.{law}", name, of_law(x, parameters, more), getattr(getattr(scipy.stats, law), name), **LOOSE
        )
for law, functions, x, typed in COUNTS:
    for name in functions.split():
        register(f"scipy.stats.{law}", name, of_counts(x, typed), getattr(getattr(scipy.stats, law), name), **LOOSE)


@calls
def means(draw: Draw) -> Call:
    n, kind = draw(st.integers(1, 5)), kind_of(draw, KINDS)
    return Call((Operand((n,), kind, 0.2, 5),))


register("scipy.stats.poisson", "entropy", means(), scipy.stats.poisson.entropy, **LOOSE)


def simplex(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    x = rng.uniform(0.3, 1, shape)
    return x / x.sum(0)


def covariance(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.eye(shape[0]) * 2 + 0.3


# --- several numbers at once ----------------------------------------------------------------------------------------


@calls
def normals(draw: Draw) -> Call:
    d, kind = draw(st.integers(1, 3)), kind_of(draw, KINDS)
    return Call(
        (Operand((draw(st.integers(1, 3)), d), kind), Operand((d,), kind), Operand((d, d), kind, make=covariance))
    )


def each_row(f: Any) -> Any:
    return lambda x, *parameters: np.array([f(row, *parameters) for row in x])


for name in ("logpdf", "pdf"):
    plain_one = getattr(scipy.stats.multivariate_normal, name)
    register("scipy.stats.multivariate_normal", name, normals(), each_row(plain_one), **LOOSE, ways=("jit", "vmap"))
register(
    "scipy.stats.multivariate_normal",
    "entropy",
    normals().map(lambda c: Call(c.args[1:])),
    scipy.stats.multivariate_normal.entropy,
    **LOOSE,
    ways=("jit", "vmap"),
)


@calls
def shares(draw: Draw) -> Call:
    n, kind = draw(st.integers(2, 4)), kind_of(draw, ("float64",))
    return Call((Operand((n,), kind, make=simplex), Operand((n,), kind, 0.5, 3)))


for name in ("logpdf", "pdf"):
    register(
        "scipy.stats.dirichlet", name, shares(), getattr(scipy.stats.dirichlet, name), **LOOSE, ways=("jit", "vmap")
    )


@calls
def categories(draw: Draw) -> Call:
    n, k = draw(st.integers(2, 4)), draw(st.integers(1, 6))
    counts = lambda rng, shape: rng.multinomial(k, [1 / n] * n).astype(float)
    return Call((Operand((n,), "int32", make=counts), k, Operand((n,), "float64", make=simplex)))


for name in ("logpmf", "pmf"):
    register(
        "scipy.stats.multinomial", name, categories(), getattr(scipy.stats.multinomial, name), **LOOSE, ways=NO_SLOPE
    )

# --- of samples -------------------------------------------------------------------------------------------------------


@calls
def samples(draw: Draw, make: Any = None, axis: bool = True, smallest: int = 1, **more: Any) -> Call:
    shape = draw(shapes(1, 2, smallest=smallest))
    kwargs = {"axis": draw(st.none() | st.integers(-len(shape), len(shape) - 1))} if axis else {}
    return Call((Operand(shape, kind_of(draw, KINDS), make=make),), kwargs | {k: draw(s) for k, s in more.items()})


def repeated(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.integers(0, 3, shape).astype(float)


register("scipy.stats", "mode", samples(repeated, keepdims=st.booleans()), ways=NO_SLOPE, result=("first", "int"))
register(
    "scipy.stats",
    "rankdata",
    samples(repeated, method=st.sampled_from(["average", "min", "max", "dense", "ordinal"])),
    result="first",
    ways=NO_SLOPE,
)
register("scipy.stats", "sem", samples(smallest=3), **LOOSE)
