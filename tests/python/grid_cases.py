# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The grid of constructs and transforms: functions of three numbers to three numbers, so that everything composes.

A construct is a program and the same in plain NumPy; a transform is one of wengert's and what it does to a plain
function, by finite differences and loops.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import wengert as wg
import wengert.numpy as wnp
from wengert import lax

F = Callable[..., np.ndarray]
W = np.array([0.5, -0.25, 0.75])
V = np.array([0.3, -0.7, 0.2])
SCALES = np.array([0.5, -1.0, 1.25])

# ---------------------------------------------------------------------------------------------------------------------
# Constructs


def straight(x):
    return wnp.sin(x) * W + x[::-1] * x


def plain_straight(x):
    return np.sin(x) * W + x[::-1] * x


def branch(x):
    return lax.cond(x[0] > 0, lambda x: wnp.sin(x) * W, lambda x: wnp.exp(x) * x[::-1], x)


def plain_branch(x):
    return np.sin(x) * W if x[0] > 0 else np.exp(x) * x[::-1]


def switched(x):
    index = wnp.floor(2 * x[1] + 1).astype(np.int32)
    return lax.switch(index, [lambda x: x * W, lambda x: wnp.cos(x * W), lambda x: x * x[0]], x)


def plain_switched(x):
    index = min(max(int(np.floor(2 * x[1] + 1)), 0), 2)
    return (x * W, np.cos(x * W), x * x[0])[index]


def scanned(x):
    def step(h, t):
        h = wnp.sin(h * W + t * x)
        return h, h * t

    h, ys = lax.scan(step, x, wnp.array([0.5, 1.0, -0.5, 0.25]))
    return h + ys.sum(0)


def plain_scanned(x):
    h, total = x, 0.0
    for t in (0.5, 1.0, -0.5, 0.25):
        h = np.sin(h * W + t * x)
        total = total + h * t
    return h + total


def counted(x):
    return lax.fori_loop(0, 3, lambda i, h: h * W + wnp.cos(h) * x[0] + i, x)


def plain_counted(x):
    h = x
    for i in range(3):
        h = h * W + np.cos(h) * x[0] + i
    return h


def looped(x):
    """As many steps as the first number decides."""
    n = wnp.clip(wnp.floor(1.7 * x[0] + 1.35), 0, 5)
    return lax.while_loop(lambda s: s[0] < n, lambda s: (s[0] + 1, wnp.sin(s[1] * W) + x * 0.5), (0.0 * n, x))[1]


def plain_looped(x):
    h = x
    for _ in range(int(np.clip(np.floor(1.7 * x[0] + 1.35), 0, 5))):
        h = np.sin(h * W) + x * 0.5
    return h


def newton(x):
    """The roots of y**3 + y = x, to convergence."""

    def far(s):
        return wnp.max(wnp.abs(s[0] - s[1])) > 1e-13

    def step(s):
        y = s[0]
        return y - (y**3 + y - x) / (3 * y**2 + 1), y

    return lax.while_loop(far, step, (x, x + 1.0))[0]


def plain_newton(x):
    y, last = x, x + 1.0
    while np.max(np.abs(y - last)) > 1e-13:
        y, last = y - (y**3 + y - x) / (3 * y**2 + 1), y
    return y


@wg.jit
def inner(x):
    return wnp.tanh(x) * x[1]


def called(x):
    return inner(inner(x) + W)


def plain_called(x):
    g = lambda x: np.tanh(x) * x[1]
    return g(g(x) + W)


def mapped(x):
    return wg.vmap(lambda a, w: a * w + wnp.sin(a) * x[2])(x, W)


def plain_mapped(x):
    return np.array([a * w + np.sin(a) * x[2] for a, w in zip(x, W, strict=True)])


def mapped_over(x):
    return lax.map(lambda a: wnp.exp(a) * x[0], x)


def plain_mapped_over(x):
    return np.exp(x) * x[0]


@wg.custom_jvp
def softened(x):
    return wnp.log1p(wnp.exp(x))


@softened.defjvp
def _(primals, tangents):
    (x,), (dx,) = primals, tangents
    return softened(x), dx / (1 + wnp.exp(-x))


def custom_forward(x):
    return softened(x * W) * x[::-1]


def plain_custom(x):
    return np.log1p(np.exp(x * W)) * x[::-1]


@wg.custom_vjp
def powered(x, y):
    return wnp.sin(x) * y


def _powered_fwd(x, y):
    return powered(x, y), (x, y)


def _powered_bwd(saved, ct):
    x, y = saved
    return ct * wnp.cos(x) * y, ct * wnp.sin(x)


powered.defvjp(_powered_fwd, _powered_bwd)


def custom_reverse(x):
    return powered(x, x[::-1] * W)


def plain_custom_reverse(x):
    return np.sin(x) * x[::-1] * W


def saved_little(x):
    @wg.checkpoint
    def block(h):
        return wnp.sin(wnp.cos(h) * W) + x[0]

    return block(block(x))


def plain_saved_little(x):
    block = lambda h: np.sin(np.cos(h) * W) + x[0]
    return block(block(x))


def nested(x):
    """A scan over branches, one of which loops."""

    def step(h, t):
        many = lambda h: lax.fori_loop(0, 2, lambda i, h: wnp.sin(h) * W + x, h)
        return lax.cond(t * h[0] > 0, many, lambda h: h * x, h), None

    return lax.scan(step, x, wnp.array([1.0, -1.0, 1.0]))[0]


def plain_nested(x):
    h = x
    for t in (1.0, -1.0, 1.0):
        if t * h[0] > 0:
            for _ in range(2):
                h = np.sin(h) * W + x
        else:
            h = h * x
    return h


CONSTRUCTS: dict[str, tuple[Callable, F]] = {
    "straight": (straight, plain_straight),
    "cond": (branch, plain_branch),
    "switch": (switched, plain_switched),
    "scan": (scanned, plain_scanned),
    "fori_loop": (counted, plain_counted),
    "while_loop": (looped, plain_looped),
    "newton": (newton, plain_newton),
    "jit": (called, plain_called),
    "vmap": (mapped, plain_mapped),
    "map": (mapped_over, plain_mapped_over),
    "custom_jvp": (custom_forward, plain_custom),
    "custom_vjp": (custom_reverse, plain_custom_reverse),
    "checkpoint": (saved_little, plain_saved_little),
    "nested": (nested, plain_nested),
}

# ---------------------------------------------------------------------------------------------------------------------
# Transforms

# Weights of f(x + k h) - f(x - k h), k = 1..4: an error of h**8.
_STENCIL = (4 / 5, -1 / 5, 4 / 105, -1 / 280)


def slope(f: F, x: np.ndarray, v: np.ndarray, h: float = 2e-2) -> np.ndarray:
    return sum(w * (f(x + k * h * v) - f(x - k * h * v)) for k, w in enumerate(_STENCIL, 1)) / h


def jacobian(f: F, x: np.ndarray) -> np.ndarray:
    return np.stack([slope(f, x, e) for e in np.eye(3)], 1)


TRANSFORMS: dict[str, tuple[Callable[[Callable], Callable], Callable[[F], F]]] = {
    "grad": (
        lambda f: wg.grad(lambda x: (f(x) * V).sum()),
        lambda p: lambda x: V @ jacobian(p, x),
    ),
    "jvp": (lambda f: lambda x: wg.jvp(f, (x,), (x * V,))[1], lambda p: lambda x: slope(p, x, x * V)),
    "vjp": (lambda f: lambda x: wg.vjp(f, x)[1](V + x)[0], lambda p: lambda x: (V + x) @ jacobian(p, x)),
    "linearize": (lambda f: lambda x: wg.linearize(f, x)[1](V), lambda p: lambda x: slope(p, x, V)),
    "vmap": (
        lambda f: lambda x: wg.vmap(lambda s: f(x * s))(SCALES).sum(0),
        lambda p: lambda x: sum(p(x * s) for s in SCALES),
    ),
    "jit": (lambda f: wg.jit(f), lambda p: p),
    "checkpoint": (lambda f: wg.checkpoint(f), lambda p: p),
    "jacfwd": (lambda f: lambda x: wg.jacfwd(f)(x) @ V, lambda p: lambda x: jacobian(p, x) @ V),
    "jacrev": (lambda f: lambda x: V @ wg.jacrev(f)(x), lambda p: lambda x: V @ jacobian(p, x)),
    "scan": (
        lambda f: lambda x: lax.scan(lambda h, s: (h + 0.1 * f(h * s), h), x, SCALES)[0],
        lambda p: lambda x: _scan(p, x),
    ),
    "cond": (
        lambda f: lambda x: lax.cond(x[1] > 0.0, lambda x: f(x), lambda x: f(-x), x),
        lambda p: lambda x: p(x) if x[1] > 0.0 else p(-x),
    ),
}


def _scan(p: F, h: np.ndarray) -> np.ndarray:
    for s in SCALES:
        h = h + 0.1 * p(h * s)
    return h
