# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reading and updating at indices, sorting: run time at a small and a large size beside JAX, compile time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.harness import Case, optional

# (name, function of the library, operands at a small and a large size)
Program = tuple[str, Callable[[Any], Callable[..., Any]], list[tuple[np.ndarray, ...]]]


def programs() -> list[Program]:
    rng = np.random.default_rng(0)
    table = lambda n, d: rng.standard_normal((n, d)).astype(np.float32)
    ids = lambda n, count: rng.integers(0, n, count).astype(np.int32)
    keys = lambda n: rng.standard_normal(n).astype(np.float32)
    lookup = lambda lib: lambda x, i: x[i]
    gradient = lambda lib: lib.grad(lambda x, i: (x[i] ** 2).sum())
    segments = lambda lib: lambda x, i: lib.numpy.zeros(1000, "float32").at[i].add(x)
    return [
        ("embedding lookup", lookup, [(table(1000, 16), ids(1000, 64)), (table(50_000, 256), ids(50_000, 4096))]),
        ("its gradient", gradient, [(table(1000, 16), ids(1000, 64)), (table(50_000, 256), ids(50_000, 4096))]),
        ("segment_sum", segments, [(keys(1000), ids(1000, 1000)), (keys(100_000), ids(1000, 100_000))]),
        ("set rows", lambda lib: lambda x, i: x.at[i].set(0), [(table(1000, 16), ids(1000, 64))]),
        ("take of a vector", lambda lib: lib.numpy.take, [(keys(1000), ids(1000, 100))]),
        ("sort", lambda lib: lib.numpy.sort, [(keys(1000),), (keys(100_000),)]),
        ("argsort", lambda lib: lib.numpy.argsort, [(keys(1000),), (keys(100_000),)]),
        ("top_k of 10", lambda lib: lambda x: lib.lax.top_k(x, 10)[0], [(keys(1000),), (keys(100_000),)]),
    ]


def run(lib: Any, function: Callable[..., Any], operands: tuple[np.ndarray, ...]) -> Callable[[], Any]:
    jitted, arrays = lib.jit(function(lib)), [lib.numpy.asarray(x) for x in operands]
    return lambda: jitted(*arrays).block_until_ready()


def compilation(lib: Any, function: Callable[..., Any], operands: tuple[np.ndarray, ...]) -> Callable[[], Any]:
    from benchmarks.compiling import fresh

    def compile_one() -> Any:
        shift = 1.0 + next(fresh) / 1e5  # a constant that no cache has seen
        f = function(lib)
        return lib.jit(lambda x, *rest: f(x * shift, *rest)).lower(*operands).compile()

    return compile_one


def cases() -> list[Case]:
    import wengert as wg

    libraries = {"wengert": wg, "jax": optional("jax")}
    if libraries["jax"]:
        import jax.numpy  # noqa: F401
    found = []
    for name, function, sizes in programs():
        for operands in sizes:
            size = "x".join(map(str, operands[0].shape))
            runs = {k: run(lib, function, operands) for k, lib in libraries.items() if lib}
            found.append(Case(f"{name}, {size}", runs, unit="us" if operands[0].size < 10_000 else "ms"))
    for name in ("its gradient", "argsort"):
        _, function, sizes = next(p for p in programs() if p[0] == name)
        runs = {k: compilation(lib, function, sizes[0]) for k, lib in libraries.items() if lib}
        found.append(Case(f"{name}: compile", runs, unit="ms", rounds=2, seconds=0))
    return found
