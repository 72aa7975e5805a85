# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ordinary differential equations: `odeint`, a Runge-Kutta method with steps of its own choice and an adjoint.

The method of order 5 is Dormand and Prince, A family of embedded Runge-Kutta formulae (1980); the estimate of its error
and the quartic between steps are Shampine's, Some practical Runge-Kutta formulas (1986); the first step is chosen as in
Hairer, Norsett and Wanner, Solving ordinary differential equations I, section II.4; the adjoint is in appendix C of
Chen, Rubanova, Bettencourt and Duvenaud, Neural ordinary differential equations (2018).
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from wengert import autodiff, control, dtypes, errors
from wengert import numpy as wnp
from wengert.custom import closure_convert, custom_vjp
from wengert.frames import api_boundary
from wengert.lax._operands import as_array, convert
from wengert.scipy.vectors import Layout
from wengert.tree_util import tree_flatten, tree_map, tree_unflatten

__all__ = ["odeint"]

# The tableau: the times of the stages, their weights, and the weights of the error estimate and of the middle.
_TIMES = (1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0, 1.0)
_STAGES = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
    (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84),
)
_FOURTH = (1951 / 21600, 0, 22642 / 50085, 451 / 720, -12231 / 42400, 649 / 6300, 1 / 60)
_ERROR = tuple(a - b for a, b in zip((*_STAGES[-1], 0), _FOURTH, strict=True))
_MIDDLE = (
    6025192743 / 30085553152 / 2, 0, 51252292925 / 65400821598 / 2, -2691868925 / 45128329728 / 2,
    187940372067 / 1594534317056 / 2, -1776094331 / 19743644256 / 2, 11237099 / 235043384 / 2,
)  # fmt: skip


class _Options(NamedTuple):
    rtol: float
    atol: float
    mxstep: float
    hmax: float


class _State(NamedTuple):
    """What a step hands to the next one; `begin`, `slope` and `middle` are those of the last accepted step."""

    y: Any
    f: Any
    t: Any
    h: Any
    begin: Any
    slope: Any
    middle: Any
    t_begin: Any


@api_boundary
def odeint(
    func: Callable[..., Any],
    y0: Any,
    t: Any,
    *args: Any,
    rtol: float = 1.4e-8,
    atol: float = 1.4e-8,
    mxstep: float = math.inf,
    hmax: float = math.inf,
) -> Any:
    """The solution of `dy/dt = func(y, t, *args)` from y0 at the times t, by Dormand and Prince's method of order 5.

    In reverse mode the derivatives with respect to y0, t, args and what `func` closes over come from a second equation
    that is solved backwards in time, with memory that does not grow with the number of steps. There is no forward mode.

    Args:
      func: a function of y, a time and `args` that returns the rate of change, of the structure and shapes of y.
      y0: the value at t[0]: an array or a pytree of them, real or complex; integers become floats.
      t: times, shape (n,), of a float type, strictly increasing.
      args: further arguments of `func`: arrays, numbers or pytrees of them.
      rtol, atol: the error of a step that is accepted, relative to and beside the size of y: the root of the mean of
        the squares of error / (atol + rtol |y|) is at most 1.
      mxstep: the most steps from one time to the next; after them the value is extrapolated.
      hmax: the longest step.

    Returns:
      The pytree of y0 with a leading dimension of size n.

    Raises:
      UnsupportedTypeError: something in `args` or y0 is no array and no number.
      DtypeError: t is not of a float type.
      ShapeError: t is no vector, or `func` returns something of another size than y.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> times = wnp.array([0.0, 0.5, 1.0])
    >>> odeint(lambda y, t: -y, 1.0, times, rtol=1e-5).round(3)
    Array([1.   , 0.607, 0.368], dtype=float32)
    >>> end = lambda rate: odeint(lambda y, t, rate: -rate * y, 1.0, times, rate, rtol=1e-5)[-1]
    >>> wg.grad(end)(1.0).round(3)
    Array(-0.368, dtype=float32, weak_type=True)
    """
    t = as_array("odeint", t)
    if not dtypes.is_float(t.dtype):
        raise errors.make(
            errors.DtypeError, "odeint", f"expected times of a float type but got {t.dtype}",
            remedy="convert them with t.astype(float)",
        )  # fmt: skip
    if t.ndim != 1 or not t.shape[0]:
        raise errors.make(errors.ShapeError, "odeint", f"expected times of shape (n,), n > 0, but got {t.shape}")
    args = tree_map(lambda x: as_array("odeint", x), args)
    layout = Layout("odeint", y0)
    y0 = layout.typed(y0)
    blocks = _Blocks(layout)
    converted, captured = closure_convert(func, y0, t[0], *args)
    leaves, structure = tree_flatten((args, tuple(captured)))

    def rate(y: Any, time: Any, *leaves: Any) -> Any:
        given, captures = tree_unflatten(structure, leaves)
        out = blocks.join(converted(blocks.split(y), time, *given, *captures))
        if [x.shape for x in out] != [x.shape for x in y]:
            have, want = (sum(x.size for x in v) for v in (out, y))
            raise errors.make(
                errors.ShapeError, "odeint",
                f"expected a rate of change of {want} numbers, as many as y has, but got {have}",
            )  # fmt: skip
        return tuple(convert(x, like.dtype) for x, like in zip(out, y, strict=True))

    options, start = _Options(rtol, atol, mxstep, hmax), blocks.join(y0)
    first = tuple(x[None] for x in start)
    if t.shape[0] == 1:
        return blocks.split(first)
    if t.shape[0] == 2:
        rest = tuple(x[None] for x in _solve(rate, options, start, t[0], t[1], *leaves))
    else:
        rest = _solve(rate, options, start, t[0], t[1:], *leaves)
    return blocks.split(tuple(wnp.concatenate([a, b]) for a, b in zip(first, rest, strict=True)))


class _Blocks:
    """A pytree as a tuple of blocks: of one vector, or of a few numbers, which need no array in a compiled loop."""

    def __init__(self, layout: Layout):
        self.layout = layout
        self.apart = len(layout.shapes) <= 8 and not any(layout.shapes)

    def join(self, tree: Any) -> tuple[Any, ...]:
        if not self.apart:
            return (self.layout.join(tree),)
        leaves, structure = tree_flatten(tree)
        if structure != self.layout.structure or any(np.ndim(x) for x in leaves):
            vector = self.layout.join(tree)  # a rate that is a vector for numbers in a list, or of another size
            return tuple(tree_flatten(self.layout.split(vector))[0]) if vector.size == self.layout.size else (vector,)
        return tuple(tree_flatten(self.layout.typed(tree))[0])

    def split(self, blocks: tuple[Any, ...]) -> Any:
        return tree_unflatten(self.layout.structure, list(blocks)) if self.apart else self.layout.split(blocks[0])


def _combine(h: Any, weights: Sequence[float], slopes: Sequence[Any]) -> Any:
    """h times the sum of the slopes with these weights."""
    used = [(w, k) for w, k in zip(weights, slopes, strict=True) if w]

    def block(*parts: Any) -> Any:
        terms = [w * k for (w, _), k in zip(used, parts, strict=True)]
        return _scaled(h, functools.reduce(operator.add, terms))

    return tree_map(block, *(k for _, k in used))


def _scaled(h: Any, x: Any) -> Any:
    return convert(h, x.dtype) * x


def _sum(x: Any, y: Any) -> Any:
    return tree_map(operator.add, x, y)


def _square(x: Any) -> Any:
    return x.real**2 + x.imag**2 if x.dtype.kind == "c" else x * x


def _squares(x: Any) -> Any:
    """The sum of the squares of all numbers."""
    return functools.reduce(operator.add, [wnp.sum(_square(v)) for v in x])


def _norm(x: Any, scale: Any) -> Any:
    return wnp.sqrt(_squares(tree_map(operator.truediv, x, scale)))


def _first_step(rate: Callable[..., Any], t: Any, y: Any, f: Any, options: _Options) -> Any:
    """A length for which the explicit Euler step is small beside y (Hairer, Norsett and Wanner)."""
    scale = tree_map(lambda y: options.atol + wnp.abs(y) * options.rtol, y)
    d0, d1 = _norm(y, scale), _norm(f, scale)
    small = (d0 < 1e-5) | (d1 < 1e-5)
    h0 = wnp.where(small, 1e-6, 0.01 * d0 / wnp.where(small, 1, d1))
    f1 = rate(_sum(y, tree_map(lambda f: _scaled(h0, f), f)), t + convert(h0, t.dtype))
    d2 = _norm(tree_map(operator.sub, f1, f), scale) / h0
    flat = (d1 <= 1e-15) & (d2 <= 1e-15)
    h1 = wnp.where(flat, wnp.maximum(1e-6, h0 * 1e-3), (0.01 / wnp.where(flat, 1, wnp.maximum(d1, d2))) ** 0.2)
    return wnp.clip(convert(wnp.minimum(100 * h0, h1), t.dtype), 0, options.hmax)


def _step(rate: Callable[..., Any], state: _State, options: _Options) -> _State:
    """One step, taken if its error is small enough, and the length of the next one."""
    y, f, t, h = state[:4]
    slopes, end = [f], y
    for time, weights in zip(_TIMES, _STAGES, strict=True):
        end = _sum(y, _combine(h, weights, slopes))
        slopes.append(rate(end, t + h * time))
    error = _combine(h, _ERROR, slopes)
    allowed = tree_map(lambda a, b: options.atol + options.rtol * wnp.maximum(wnp.abs(a), wnp.abs(b)), y, end)
    ratio = _norm(error, allowed) / max(1, sum(x.size for x in y)) ** 0.5
    taken = ratio <= 1
    exact = ratio == 0
    factor = 0.9 * wnp.where(exact, 1, ratio) ** -0.2
    factor = wnp.where(exact, 10, wnp.minimum(10, wnp.maximum(factor, wnp.where(ratio < 1, 1, 0.2))))
    longer = wnp.clip(h * convert(factor, h.dtype), 0, options.hmax)
    after = _State(end, slopes[-1], t + h, longer, y, f, _sum(y, _combine(h, _MIDDLE, slopes)), t)
    before = state._replace(h=longer)
    return tree_map(lambda a, b: wnp.where(taken, a, b), after, before)


def _between(state: _State, time: Any) -> Any:
    """The value at a time within the last step, by the quartic through both ends, their slopes and the middle."""
    h = state.t - state.t_begin
    place = (time - state.t_begin) / h

    def block(y0: Any, f0: Any, middle: Any, y1: Any, f1: Any) -> Any:
        s, f0, f1 = convert(place, y0.dtype), _scaled(h, f0), _scaled(h, f1)
        a = 2 * (f1 - f0) - 8 * (y0 + y1) + 16 * middle
        b = 5 * f0 - 3 * f1 + 18 * y0 + 14 * y1 - 32 * middle
        c = f1 - 4 * f0 - 11 * y0 - 5 * y1 + 16 * middle
        return (((a * s + b) * s + c) * s + f0) * s + y0

    return tree_map(block, state.begin, state.slope, state.middle, state.y, state.f)


@functools.partial(custom_vjp, nondiff_argnums=(0, 1))
def _solve(func: Callable[..., Any], options: _Options, y0: Any, t0: Any, ts: Any, *leaves: Any) -> Any:
    """The blocks at the times `ts` after t0, with a leading dimension; without it if `ts` is one time."""

    def rate(y: Any, t: Any) -> Any:
        return func(y, t, *leaves)

    def advance(state: _State, target: Any) -> tuple[_State, Any]:
        def unfinished(carry: tuple[Any, _State]) -> Any:
            i, state = carry
            more = (state.t < target) & (state.h > 0)
            return more if math.isinf(options.mxstep) else more & (i < options.mxstep)

        def step(carry: tuple[Any, _State]) -> tuple[Any, _State]:
            return carry[0] + 1, _step(rate, carry[1], options)

        _, state = control.while_loop(unfinished, step, (wnp.zeros((), "int32"), state))
        return state, _between(state, target)

    f0 = rate(y0, t0)
    h = _first_step(rate, t0, y0, f0, options)
    first = _State(y0, f0, t0, h, y0, f0, y0, t0)
    return control.scan(advance, first, ts)[1] if ts.ndim else advance(first, ts)[1]


def _solve_fwd(func: Any, options: _Options, y0: Any, t0: Any, ts: Any, *leaves: Any) -> tuple[Any, Any]:
    ys = _solve(func, options, y0, t0, ts, *leaves)
    return ys, (y0, ys, t0, ts, leaves)


class _Adjoint:
    """The equation of the cotangents, backwards in time.

    The state is (the blocks of y, their cotangents, those of the first time and of the leaves of float type) as blocks;
    the time is negative.
    """

    def __init__(self, func: Callable[..., Any], y: Any, t: Any, leaves: Sequence[Any]):
        self.func = func
        self.moving = [i for i, x in enumerate(leaves) if dtypes.is_inexact(x.dtype)]
        self.blocks = _Blocks(Layout("odeint", (y, y, t, [leaves[i] for i in self.moving])))

    def __call__(self, state: Any, time: Any, *leaves: Any) -> Any:
        def func(y: Any, t: Any, *values: Any) -> Any:
            given = list(leaves)
            for i, x in zip(self.moving, values, strict=True):
                given[i] = x
            return self.func(y, t, *given)

        y, y_bar, *_ = self.blocks.split(state)
        out, pullback = autodiff.vjp(func, y, -time, *(leaves[i] for i in self.moving))
        y_bar, t_bar, *bars = pullback(y_bar)
        return self.blocks.join((tree_map(operator.neg, out), y_bar, t_bar, bars))


def _solve_bwd(func: Any, options: _Options, residuals: Any, ct: Any) -> tuple[Any, ...]:
    """The cotangents of y0, the times and the leaves, from the last time to the first."""
    y0, ys, t0, ts, leaves = residuals
    adjoint = _Adjoint(func, y0, t0, leaves)

    def back(carry: Any, x: Any) -> tuple[Any, Any]:
        y_bar, t_bar, bars = carry
        y, time, ct, time_before = x
        y_bar = _sum(y_bar, ct)
        # Moving this time moves the value along its slope.
        slope = func(y, time, *leaves)
        moved = functools.reduce(operator.add, [wnp.sum(f * c).real for f, c in zip(slope, ct, strict=True)])
        moved = convert(moved, ts.dtype)
        start = adjoint.blocks.join((y, y_bar, t_bar - moved, bars))
        end = _solve(adjoint, options, start, -time, -time_before, *leaves)
        _, y_bar, t_bar, bars = adjoint.blocks.split(end)
        return (y_bar, t_bar, bars), moved

    carry = (tree_map(wnp.zeros_like, y0), wnp.zeros_like(t0), [wnp.zeros_like(leaves[i]) for i in adjoint.moving])
    if ts.ndim:
        before = wnp.concatenate([t0[None], ts[:-1]])
        (y_bar, t0_bar, bars), ts_bar = control.scan(back, carry, (ys, ts, ct, before), reverse=True)
    else:
        (y_bar, t0_bar, bars), ts_bar = back(carry, (ys, ts, ct, t0))
    results: list[Any] = [None] * len(leaves)
    for i, bar in zip(adjoint.moving, bars, strict=True):
        results[i] = bar
    return (y_bar, t0_bar, ts_bar, *results)


_solve.defvjp(_solve_fwd, _solve_bwd)
