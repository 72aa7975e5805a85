# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Scans: recurrent networks, a recurrence of scalars alone and in a batch, integrations of few values, by fixed
steps and by `odeint`; the run, the gradient, and the time to compile it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy

from benchmarks.harness import Case, fresh
from benchmarks.programs import contenders


def rnn(lib: Any, shift: float = 0.0) -> Callable[..., Any]:
    """100 steps of tanh(h @ w + x)."""
    np, lax = lib.numpy, lib.lax

    def run(w: Any, h: Any, xs: Any) -> Any:
        def step(h: Any, x: Any) -> Any:
            h = np.tanh(h @ w + x + shift)
            return h, h

        return np.sum(lax.scan(step, h, xs)[1])

    return run


def recurrence(lib: Any, shift: float = 0.0) -> Callable[..., Any]:
    """1,000 steps of tanh(a c + x)."""
    np, lax = lib.numpy, lib.lax

    def run(a: Any, c: Any, xs: Any) -> Any:
        def step(c: Any, x: Any) -> Any:
            c = np.tanh(c * a + x + shift)
            return c, c * x

        last, ys = lax.scan(step, c, xs)
        return last + np.sum(ys)

    return run


def recurrences(lib: Any, shift: float = 0.0) -> Callable[..., Any]:
    """The same for a batch."""
    return lambda a, c, xs: lib.numpy.sum(lib.vmap(recurrence(lib, shift), (None, 0, 0))(a, c, xs))


def lorenz(lib: Any, shift: float = 0.0) -> Callable[..., Any]:
    """1,000 steps of Euler's method on three equations."""
    np, lax = lib.numpy, lib.lax

    def run(rho: Any, start: Any) -> Any:
        def step(state: Any, _: Any) -> Any:
            x, y, z = state
            slope = 10.0 * (y - x), x * (rho - z) - y + shift, x * y - 8.0 / 3.0 * z
            return tuple(s + 0.001 * d for s, d in zip(state, slope, strict=True)), x

        last, xs = lax.scan(step, tuple(start), None, length=1000)
        return sum(last) + np.sum(xs)

    return run


def pendulum(lib: Any, shift: float = 0.0) -> Callable[..., Any]:
    """`odeint` of a pendulum at 20 times."""
    np = lib.numpy
    name = "jax.experimental.ode" if lib.__name__ == "jax" else f"{lib.__name__}.ode"
    odeint = importlib.import_module(name).odeint
    times = numpy.linspace(0, 1, 20, dtype="float32")

    def rate(y: Any, t: Any, length: Any) -> Any:
        return np.stack([y[1], -9.8 / length * np.sin(y[0]) + shift])

    return lambda start, length: np.sum(odeint(rate, start, times, length) ** 2)


def _running(f: Callable[..., Any], lib: Any, args: tuple[Any, ...]) -> Callable[[], Any]:
    jitted = lib.jit(f)
    given = lib.tree_util.tree_map(lib.numpy.asarray, args)
    return lambda: lib.block_until_ready(jitted(*given))


def _cases(libs: dict[str, Any], title: str, make: Callable[..., Any], *args: Any) -> list[Case]:
    gradient = lambda lib, shift=0.0: lib.grad(make(lib, shift), tuple(range(len(args))))

    def compiling(lib: Any) -> Callable[[], Any]:
        return lambda: lib.jit(gradient(lib, next(fresh) * 1e-9)).lower(*args).compile()

    runs = {name: _running(make(lib), lib, args) for name, lib in libs.items()}
    slopes = {name: _running(gradient(lib), lib, args) for name, lib in libs.items()}
    compiles = {name: compiling(lib) for name, lib in libs.items()}
    return [
        Case(title, runs, unit="us", rounds=7, seconds=0.05, goal="<= jax"),
        Case(f"{title}: gradient", slopes, unit="us", rounds=7, seconds=0.05, goal="<= jax"),
        Case(f"{title}: compile the gradient", compiles, unit="ms", rounds=2, seconds=0),
    ]


def cases() -> list[Case]:
    libs = contenders()
    rng = numpy.random.default_rng(0)
    normal = lambda *shape: rng.normal(size=shape).astype("float32")
    scalar = numpy.float32(0.9)
    weights = (normal(512, 512) / 30, normal(32, 512), normal(100, 32, 512))
    return [
        *_cases(libs, "RNN: 100 steps, 32 x 512", rnn, *weights),
        *_cases(libs, "RNN: 100 steps, 1 x 64", rnn, normal(64, 64) / 10, normal(1, 64), normal(100, 1, 64)),
        *_cases(libs, "recurrence: 1,000 steps, a scalar", recurrence, scalar, scalar, normal(1000)),
        *_cases(libs, "recurrence: 1,000 steps, 64 scalars", recurrences, scalar, normal(64), normal(64, 1000)),
        *_cases(libs, "Lorenz: 1,000 steps, three scalars", lorenz, numpy.float32(28), (scalar, scalar, scalar)),
        *_cases(libs, "odeint: a pendulum, 20 times", pendulum, numpy.float32([1, 0]), numpy.float32(1.3)),
    ]
