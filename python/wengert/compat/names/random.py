# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.random`: the functions of `wengert.random`, which take `out_sharding`: over one device it chooses nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from wengert import random

_NAMES = """
    ball bernoulli beta binomial bits categorical cauchy chisquare dirichlet double_sided_maxwell exponential f
    gamma generalized_normal geometric gumbel laplace loggamma logistic lognormal maxwell multivariate_normal
    normal orthogonal pareto permutation poisson rademacher randint rayleigh t triangular truncated_normal
    uniform wald weibull_min
"""
_DRAWS = frozenset(_NAMES.split())


def _of_one_device(draw: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(draw)
    def drawn(*args: Any, out_sharding: Any = None, **kwargs: Any) -> Any:
        return draw(*args, **kwargs)

    return drawn


def __dir__() -> list[str]:
    return sorted(_DRAWS)


def __getattr__(name: str) -> Any:
    if name not in _DRAWS:
        raise AttributeError(name)
    return _of_one_device(getattr(random, name))
