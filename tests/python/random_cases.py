# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls of wengert.random whose numbers JAX gives too.

`python random_cases.py`, with JAX installed, stores JAX's answers. A case is an expression over `R`
(the random module), `m` (the numpy module) and `k` (a key).
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

STORE = Path(__file__).with_name("random_values.json")
SHAPES = ["()", "(1,)", "(5,)", "(2, 3)"]

EXACT = [f"R.PRNGKey({s})" for s in (0, -1, 42, 2**31 - 1, 2**32 - 1)]
EXACT += ["R.split(k)", "R.split(k, 3)", "R.split(k, (2, 3))", "R.key_data(R.split(R.key(0), 3))", "R.fold_in(k, 7)"]
EXACT += [
    "R.fold_in(k, 2**32 - 1)",
    "R.permutation(k, 10)",
    "R.permutation(k, 2000)[:20]",
    "R.choice(k, 7, (5,), False)",
]
EXACT += [
    "R.permutation(k, m.arange(12).reshape(3, 4), axis=1)",
    "R.permutation(k, m.arange(12).reshape(3, 4), axis=1, independent=True)",
    "R.choice(k, 4, (6,), p=m.array([0.1, 0.2, 0.3, 0.4]))",
    "R.choice(k, 7, (4,), False, p=m.arange(7.0) / 21)",
    "R.choice(k, m.arange(12.0).reshape(4, 3), (2,), axis=1)",
    "R.choice(k, m.arange(24.0).reshape(4, 6), (3,), False, axis=1)",
    "R.categorical(k, m.array([[0.1, 0.2, 0.5], [3.0, 2.0, 1.0]]))",
    "R.categorical(k, m.array([[0.1, 0.2, 0.5], [3.0, 2.0, 1.0]]), axis=0)",
    "R.categorical(k, m.array([0.1, 0.2, 0.5]), shape=(6,))",
    "R.categorical(k, m.array([0.1, 0.2, 0.5]), shape=(6,), mode='high')",
    "R.categorical(k, m.array([[0.1, 0.2, 0.5], [3.0, 2.0, 1.0]]), shape=(2, 2), replace=False)",
    "R.categorical(k, m.array([[0.1, 0.2, 0.5], [3.0, 2.0, 1.0]]), shape=(2, 3), axis=0, replace=False)",
    "R.bernoulli(k, m.array([0.2, 0.7]), (5, 2), mode='high')",
    "R.geometric(k, m.array([0.2, 0.7]), (5, 2))",
    "R.geometric(k, 0.01)",
]
for shape in SHAPES:
    EXACT += [f"R.bits(k, {shape}, '{t}')" for t in ("uint8", "uint16", "uint32")]
    EXACT += [f"R.uniform(k, {shape}, '{t}')" for t in ("float16", "bfloat16", "float32")]
    EXACT += [
        f"R.randint(k, {shape}, {bounds})"
        for bounds in ("0, 10", "-1000, 100000", "5, 5", "0, 256, 'uint8'", "-100, 100, 'int8'")
    ]
    EXACT += [f"R.bernoulli(k, 0.3, {shape})", f"R.rademacher(k, {shape}, 'int32')", f"R.choice(k, 7, {shape})"]

# Rounded differently in the last digit, because compilers fuse multiplications and additions.
CLOSE = ["R.normal(k, (300,))", "R.normal(k, (4,), 'float16')", "R.normal(k, (4,), 'bfloat16')"]
for shape in SHAPES:
    CLOSE += [f"R.normal(k, {shape})", f"R.uniform(k, {shape}, 'float32', -2.0, 3.0)", f"R.gumbel(k, {shape})"]
    CLOSE += [f"R.exponential(k, {shape})", f"R.truncated_normal(k, -2.0, 1.0, {shape})", f"R.laplace(k, {shape})"]
    CLOSE += [f"R.logistic(k, {shape})", f"R.cauchy(k, {shape})"]

CLOSE += [
    f"R.{call}"
    for call in (
        "truncated_normal(k, m.array([-1.0, 0.5]), m.array([[1.0], [2.0]]))",
        "gumbel(k, (5,), mode='high')",
        "gumbel(k, (300,), mode='highest')",
        "lognormal(k, 0.5, (3,))",
        "lognormal(k, m.array([0.5, 2.0]))",
        "rayleigh(k, m.array([1.0, 2.0]), (3, 2))",
        "pareto(k, m.array([1.5, 2.0]))",
        "weibull_min(k, 2.0, 1.5, (3,))",
        "maxwell(k, (4,))",
        "double_sided_maxwell(k, 1.0, 2.0, (4,))",
        "double_sided_maxwell(k, m.array([1.0, 3.0]), 2.0)",
        "triangular(k, 0.0, m.array([0.5, 1.0]), 2.0)",
        "wald(k, m.array([0.5, 3.0]), (3, 2))",
        "multivariate_normal(k, m.array([1.0, 2.0]), m.array([[2.0, 0.5], [0.5, 1.0]]), (3,))",
        "multivariate_normal(k, m.zeros((3, 1, 2)), m.array([[2.0, 0.5], [0.5, 1.0]]) * m.ones((4, 1, 1)))",
        "normal(k, (3,), 'complex64').real",
        "orthogonal(k, 3)",
        "orthogonal(k, 2, (2,), m=4)",
    )
]

# Drawn until a number is accepted.
LOOPS = [
    f"R.{call}"
    for call in (
        "gamma(k, 2.5, (6,))",
        "gamma(k, m.array([0.1, 0.9, 1.0, 3.0, 40.0]), (2, 5))",
        "loggamma(k, m.array([0.001, 0.9, 1.0, 3.0, 40.0]))",
        "beta(k, m.array([0.5, 2.0]), 3.0, (3, 2))",
        "dirichlet(k, m.array([0.5, 1.0, 3.0]), (2,))",
        "chisquare(k, m.array([1.0, 5.0]))",
        "f(k, 3.0, 5.0, (3,))",
        "t(k, m.array([1.0, 5.0]), (3, 2))",
        "generalized_normal(k, 1.5, (4,))",
        "ball(k, 3, 2, (2,))",
        "poisson(k, m.array([0.0, 0.5, 4.0, 9.9, 10.0, 50.0, 3000.0]), (3, 7))",
        "binomial(k, 10, m.array([0.0, 0.1, 0.5, 0.9, 1.0]), (3, 5))",
        "binomial(k, m.array([0.0, 50.0, 1000.0, -1.0, m.inf]), 0.4)",
        "multinomial(k, 100, m.array([0.2, 0.3, 0.5]))",
        "multinomial(k, m.array([5.0, 300.0]), m.array([0.2, 0.0, 0.8]), shape=(2, 3))",
    )
]
CLOSE += LOOPS

# With 64-bit types.
WIDE = [
    "R.PRNGKey(-1)",
    "R.PRNGKey(2**40 + 3)",
    "R.PRNGKey(-(2**40))",
    "R.bits(k, (3,), 'uint64')",
    "R.uniform(k, (3,), 'float64')",
]
WIDE += ["R.geometric(k, 0.01, (3,))", "R.gumbel(k, (3,), 'float64', mode='high')", "R.triangular(k, 0.0, 1.0, 3.0)"]
WIDE += ["R.gamma(k, m.array([0.3, 2.5]))", "R.poisson(k, 20.0, (3,))", "R.binomial(k, 100, 0.3, (3,))"]
WIDE += ["R.randint(k, (3,), 0, 10**12)", "R.permutation(k, 6)", "R.normal(k, (3,), 'float64')"]


def plain(x):
    x = np.asarray(x)
    if x.dtype.kind not in "biu":
        x = x.astype(np.float64)
    return x.tolist()


def main():
    import jax
    from jax import numpy, random

    store = {}
    for partitionable in (False, True):
        jax.config.update("jax_threefry_partitionable", partitionable)
        for wide, cases in ((False, EXACT + CLOSE), (True, WIDE)):
            jax.config.update("jax_enable_x64", wide)
            names = {"R": random, "m": numpy, "k": random.PRNGKey(42)}
            for case in cases:
                store[f"{partitionable} {wide} {case}"] = plain(eval(case, names))
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in store.items())
    STORE.write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
