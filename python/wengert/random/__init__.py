# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random numbers from keys: the numbers of `jax.random`, bit for bit (threefry2x32).

A key is used once: `split` it for more. Nothing is hidden state, so every function can be traced, batched and compiled.

There are two layouts of the bits. The default is JAX's original one; `config.update("threefry_partitionable", True)`
(or the context manager `wengert.config.threefry_partitionable`) chooses the newer one, in which every number depends
on nothing but the key and its position.

>>> key = key(0)
>>> for k in split(key, 2):
...     print(uniform(k))
0.5572065
0.10536897
"""

from __future__ import annotations

from wengert.random.discrete import (
    bernoulli,
    categorical,
    choice,
    geometric,
    permutation,
    rademacher,
    randint,
    shuffle,
)
from wengert.random.distributions import (
    cauchy,
    double_sided_maxwell,
    exponential,
    gumbel,
    laplace,
    logistic,
    lognormal,
    maxwell,
    normal,
    pareto,
    rayleigh,
    triangular,
    truncated_normal,
    uniform,
    wald,
    weibull_min,
)
from wengert.random.keys import (
    PRNGKey,
    PRNGKeyArray,
    bits,
    clone,
    fold_in,
    key,
    key_data,
    key_dtype,
    key_impl,
    split,
    wrap_key_data,
)
from wengert.random.multivariate import multivariate_normal, orthogonal

__all__ = [
    "PRNGKey", "PRNGKeyArray", "bernoulli", "bits", "categorical", "cauchy", "choice", "clone",
    "double_sided_maxwell", "exponential", "fold_in", "geometric", "gumbel", "key", "key_data", "key_dtype",
    "key_impl", "laplace", "logistic", "lognormal", "maxwell", "multivariate_normal", "normal", "orthogonal",
    "pareto", "permutation", "rademacher", "randint", "rayleigh", "shuffle", "split", "triangular",
    "truncated_normal", "uniform", "wald", "weibull_min", "wrap_key_data",
]  # fmt: skip
