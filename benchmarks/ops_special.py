# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Special functions of float32 arrays, jitted, beside JAX's and SciPy's (in the column of NumPy); compile time."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.harness import Case, optional

# name in lax, name in SciPy, how the operands are drawn
FUNCTIONS = (
    ("lgamma", "gammaln", "x"),
    ("digamma", "psi", "x"),
    ("igamma", "gammainc", "ax"),
    ("betainc", "betainc", "abu"),
    ("random_gamma_grad", "", "ax"),
)
fresh = itertools.count(time.time_ns() % 10**5)  # constants that no cache has seen


def operands(kinds: str, size: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    draw = {"u": lambda: rng.uniform(0, 1, size)}
    return [draw.get(k, lambda: rng.uniform(0.1, 10, size))().astype(np.float32) for k in kinds]


def compiling(lib: Any, name: str, arrays: list[np.ndarray]) -> Callable[[], Any]:
    def f(x: Any, *rest: Any) -> Any:
        return getattr(lib.lax, name)(x + np.float32(next(fresh)), *rest)

    return lambda: lib.jit(lambda *xs: f(*xs)).lower(*arrays).compile()


def cases() -> list[Case]:
    import scipy.special

    import wengert as wg
    import wengert.numpy as wnp

    jax = optional("jax")
    found = []
    for name, scipy_name, kinds in FUNCTIONS:
        for size in (100, 100_000):
            arrays = operands(kinds, size)
            f, ours = wg.jit(getattr(wg.lax, name)), [wnp.asarray(x) for x in arrays]
            runs = {"wengert": lambda f=f, xs=ours: f(*xs).block_until_ready()}
            if jax:
                g, theirs = jax.jit(getattr(jax.lax, name)), [jax.numpy.asarray(x) for x in arrays]
                runs["jax"] = lambda g=g, xs=theirs: g(*xs).block_until_ready()
            if scipy_name:
                runs["numpy"] = lambda h=getattr(scipy.special, scipy_name), xs=arrays: h(*xs)
            found.append(Case(f"{name} of {size} floats", runs, rounds=5))
        libs = {"wengert": wg} | ({"jax": jax} if jax else {})
        compiles = {n: compiling(lib, name, arrays) for n, lib in libs.items()}
        found.append(Case(f"{name}: compile", compiles, unit="ms", rounds=2, seconds=0))
    return found
