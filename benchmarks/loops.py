# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loops whose number of steps is known only when they run. JAX has no gradient of them in reverse: beside that of
wengert stands JAX's in forward mode, which is as cheap for one scalar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from benchmarks.harness import Case, fresh
from benchmarks.programs import contenders


def newton(lib: Any, shift: float = 0.0) -> Callable[[Any], Any]:
    """The real root of x^3 + x = a."""
    np, lax = lib.numpy, lib.lax

    def solve(a: Any) -> Any:
        f = lambda x: x * x * x + x - a - shift
        return lax.while_loop(lambda x: np.abs(f(x)) > 1e-4, lambda x: x - f(x) / (3 * x * x + 1), a)

    return solve


def convergence(lib: Any, shift: float = 0.0) -> Callable[[Any], Any]:
    """x = tanh(w x) + 1 for a vector, to convergence."""
    np, lax = lib.numpy, lib.lax

    def solve(w: Any) -> Any:
        start = (np.zeros(w.shape[0], "float32") + shift, np.ones(w.shape[0], "float32"))
        step = lambda s: (np.tanh(w @ s[0]) + 1, s[0])
        return lax.while_loop(lambda s: np.max(np.abs(s[0] - s[1])) > 1e-5, step, start)[0].sum()

    return solve


def _running(f: Callable[..., Any], lib: Any, x: numpy.ndarray) -> Callable[[], Any]:
    jitted, given = lib.jit(f), lib.numpy.asarray(x)
    return lambda: jitted(given).block_until_ready()


def _gradient(name: str, lib: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    if name == "wengert":
        return lib.grad(f)
    return lambda x: lib.jvp(f, (x,), (lib.numpy.ones_like(x),))[1]


def _newtons(lib: Any, shift: float = 0.0) -> Callable[[Any], Any]:
    return lib.vmap(newton(lib, shift))


def _cases(libs: dict[str, Any], title: str, make: Callable[..., Any], x: Any) -> list[Case]:
    def total(lib: Any, shift: float = 0.0) -> Callable[[Any], Any]:
        return lambda x: make(lib, shift)(x).sum()

    def compiling(name: str, lib: Any) -> Callable[[], Any]:
        return lambda: lib.jit(_gradient(name, lib, total(lib, next(fresh) * 1e-3))).lower(x).compile()

    runs = {name: _running(make(lib), lib, x) for name, lib in libs.items()}
    slopes = {name: _running(_gradient(name, lib, total(lib)), lib, x) for name, lib in libs.items()}
    compiles = {name: compiling(name, lib) for name, lib in libs.items()}
    return [
        Case(title, runs, unit="us", rounds=5, seconds=0.02),
        Case(f"{title}: gradient", slopes, unit="us", rounds=5, seconds=0.02),
        Case(f"{title}: compile the gradient", compiles, unit="ms", rounds=2, seconds=0),
    ]


def cases() -> list[Case]:
    libs = contenders()
    rng = numpy.random.default_rng(0)
    return [
        *_cases(libs, "Newton's method, scalar", newton, numpy.float32(30.0)),
        *_cases(libs, "Newton's method, 1000 scalars", _newtons, numpy.linspace(1, 90, 1000, dtype="float32")),
        *_cases(libs, "to convergence, 64 values", convergence, rng.normal(size=(64, 64)).astype("float32") / 20),
    ]
