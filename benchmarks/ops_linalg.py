# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Factorisations at 16 and at 512: jitted, beside JAX and NumPy; and what compiling one costs."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.harness import Case, optional

# Over `np`, the library's NumPy; x is positive definite, y a vector.
PROGRAMS = {
    "cholesky": "np.linalg.cholesky(x)",
    "solve": "np.linalg.solve(x, y)",
    "qr": "np.linalg.qr(x)",
    "svd": "np.linalg.svd(x)",
    "eigh": "np.linalg.eigh(x)",
}
SIZES = (16, 512)

fresh = itertools.count(time.time_ns() % 10**5)  # constants that no cache has seen


def operands(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, n)).astype(np.float32)
    return x @ x.T + n * np.eye(n, dtype=np.float32), rng.standard_normal(n).astype(np.float32)


def program(text: str, numpy: Any) -> Callable[..., Any]:
    return eval(f"lambda x, y: {text}", {"np": numpy})


def compiling(lib: Any, f: Callable[..., Any]) -> Callable[[], Any]:
    def once() -> Any:
        shift = float(next(fresh))
        return lib.jit(lambda a, b: f(a + shift, b)).lower(*operands(16)).compile()

    return once


def first(out: Any) -> Any:
    return out[0] if isinstance(out, tuple) else out


def cases() -> list[Case]:
    import wengert as wg
    import wengert.numpy as wnp

    libraries: dict[str, tuple[Any, Any]] = {"wengert": (wg, wnp)}
    jax = optional("jax")
    if jax:
        import jax.numpy as jnp

        libraries["jax"] = (jax, jnp)
    found = []
    for name, text in PROGRAMS.items():
        for n in SIZES:
            x, y = operands(n)
            runs: dict[str, Callable[[], Any]] = {"numpy": lambda f=program(text, np), x=x, y=y: f(x, y)}
            for library, (lib, numpy) in libraries.items():
                jitted, given = lib.jit(program(text, numpy)), (numpy.asarray(x), numpy.asarray(y))
                runs[library] = lambda f=jitted, given=given: first(f(*given)).block_until_ready()
            found.append(Case(f"{name} of {n} x {n}", runs))
        compiles = {}
        for library, (lib, numpy) in libraries.items():
            compiles[library] = compiling(lib, program(text, numpy))
        found.append(Case(f"{name}: compile", compiles, unit="ms", rounds=2, seconds=0))
    return found
