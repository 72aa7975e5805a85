# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""L-BFGS, and the line searches that find the length of its steps."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

from wengert import autodiff, lax, tree
from wengert import numpy as wnp
from wengert.optim.base import (
    GradientTransformation,
    GradientTransformationExtraArgs,
    chain,
    identity,
    required,
    safe_increment,
    squared_norm,
    tree_vdot,
    tree_where,
    zero_count,
    zeros_like,
)
from wengert.optim.transforms import scale, scale_by_learning_rate

__all__ = [
    "BacktrackingLinesearchInfo", "ScaleByBacktrackingLinesearchState", "ScaleByLBFGSState",
    "ScaleByZoomLinesearchState", "ZoomLinesearchInfo", "lbfgs", "scale_by_backtracking_linesearch", "scale_by_lbfgs",
    "scale_by_zoom_linesearch", "value_and_grad_from_state",
]  # fmt: skip


class ScaleByLBFGSState(NamedTuple):
    """The state of `scale_by_lbfgs`; the memories hold the last differences, the latest last."""

    count: Any
    params: Any
    updates: Any
    diff_params_memory: Any
    diff_updates_memory: Any
    weights_memory: Any


def _dot(x: Any, y: Any) -> Any:
    return wnp.real(tree_vdot(x, y))


def _plus(x: Any, factor: Any, y: Any) -> Any:
    """x + factor y in the types of x."""
    return tree.map(lambda a, b: a + wnp.asarray(factor, b.dtype) * b, x, y)


def scale_by_lbfgs(memory_size: int = 10, scale_init_precond: bool = True) -> GradientTransformation:
    """Times an estimate of the inverse Hessian, from the last changes of parameters and gradients.

    Args:
      memory_size: how many changes are remembered.
      scale_init_precond: begin from the latest curvature in place of the identity.

    Raises:
      ValueError: the size is less than 1.

    >>> tx = scale_by_lbfgs()
    >>> tx.update(wnp.array([0.5, 0.0]), tx.init(wnp.ones(2)), wnp.ones(2))[0].tolist()
    [0.5, 0.0]
    """
    if memory_size < 1:
        raise ValueError(f"scale_by_lbfgs: expected a memory_size of 1 or more but got {memory_size}")

    def init(params: Any) -> ScaleByLBFGSState:
        memory = tree.map(lambda p: wnp.zeros((memory_size, *p.shape), p.dtype), params)
        zeros = zeros_like(params)
        return ScaleByLBFGSState(zero_count(), zeros, zeros, memory, memory, wnp.zeros(memory_size))

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        required("scale_by_lbfgs", params)
        later = state.count > 0
        of_params = tree.map(lambda a, b: wnp.where(later, a - b, 0), params, state.params)
        of_updates = tree.map(lambda a, b: wnp.where(later, a - b, 0), updates, state.updates)
        curvature, squares = _dot(of_updates, of_params), squared_norm(of_updates)
        weight = wnp.where(curvature == 0, 0.0, 1.0 / wnp.where(curvature == 0, 1.0, curvature))
        push = lambda memory, new: wnp.concatenate([memory[1:], wnp.asarray(new, memory.dtype)[None]])
        memory_p = tree.map(push, state.diff_params_memory, of_params)
        memory_u = tree.map(push, state.diff_updates_memory, of_updates)
        weights = push(state.weights_memory, weight)
        start: Any = 1.0
        if scale_init_precond:
            # Before there is a curvature: a step no longer than 1.
            first = wnp.minimum(1.0, 1.0 / wnp.sqrt(wnp.maximum(squared_norm(updates), 1e-30)))
            start = wnp.where(squares > 0, curvature / wnp.where(squares > 0, squares, 1.0), 1.0)
            start = wnp.where(later, start, first)
        new = _inverse_hessian_times(updates, memory_p, memory_u, weights, start)
        return new, ScaleByLBFGSState(safe_increment(state.count), params, updates, memory_p, memory_u, weights)

    return GradientTransformation(init, update)


def _inverse_hessian_times(vector: Any, memory_p: Any, memory_u: Any, weights: Any, start: Any) -> Any:
    """The two loops of L-BFGS: from the latest change to the first, and back."""
    size = weights.shape[0]
    changes = [tree.map(lambda m, i=i: m[i], (memory_p, memory_u)) for i in range(size)]
    alphas: dict[int, Any] = {}
    for i in reversed(range(size)):
        of_params, of_updates = changes[i]
        alphas[i] = weights[i] * _dot(of_params, vector)
        vector = _plus(vector, -alphas[i], of_updates)
    vector = tree.map(lambda v: wnp.asarray(start, v.dtype) * v, vector)
    for i, (of_params, of_updates) in enumerate(changes):
        beta = weights[i] * _dot(of_updates, vector)
        vector = _plus(vector, alphas[i] - beta, of_params)
    return vector


def _value_fn_arguments(name: str, value_fn: Callable[..., Any], extra: dict[str, Any]) -> dict[str, Any]:
    known = inspect.signature(value_fn).parameters
    unknown = sorted(set(extra) - set(known))
    if unknown and not any(p.kind is p.VAR_KEYWORD for p in known.values()):
        raise TypeError(f"{name}: expected extra arguments that value_fn takes but got {unknown}")
    return extra


def _real_type(params: Any) -> Any:
    return wnp.real(wnp.zeros((), tree.leaves(params)[0].dtype)).dtype


class BacktrackingLinesearchInfo(NamedTuple):
    """How a search went: its steps, and by how much the decrease is missed."""

    num_linesearch_steps: Any
    decrease_error: Any


class ScaleByBacktrackingLinesearchState(NamedTuple):
    """The state of `scale_by_backtracking_linesearch`."""

    learning_rate: Any
    value: Any
    grad: Any
    info: BacktrackingLinesearchInfo


def scale_by_backtracking_linesearch(
    max_backtracking_steps: int,
    slope_rtol: float = 1e-4,
    decrease_factor: float = 0.8,
    increase_factor: float = 1.5,
    max_learning_rate: float = 1.0,
    atol: float = 0.0,
    rtol: float = 0.0,
    store_grad: bool = False,
) -> GradientTransformationExtraArgs:
    """Times the first of ever smaller factors with which the function decreases enough (Armijo).

    `update` takes `value`, `grad` and `value_fn` by name, and what value_fn takes besides the parameters.

    Args:
      max_backtracking_steps: how many factors are tried after the first.
      slope_rtol: the part of the decrease that the slope promises.
      decrease_factor, increase_factor: from factor to factor, and from the last search to the next.
      max_learning_rate: the greatest factor.
      atol, rtol: by how much the condition may be missed, absolutely and relative to the value.
      store_grad: keep value and gradient at the new parameters for `value_and_grad_from_state`.

    >>> f = lambda x: wnp.sum(x**2)
    >>> tx = scale_by_backtracking_linesearch(20)
    >>> x = wnp.ones(1)
    >>> updates, state = tx.update(-4 * x, tx.init(x), x, value=f(x), grad=2 * x, value_fn=f)
    >>> updates.round(3).tolist()
    [-1.6380000114440918]
    """
    name = "scale_by_backtracking_linesearch"

    def init(params: Any) -> ScaleByBacktrackingLinesearchState:
        kind = _real_type(params)
        info = BacktrackingLinesearchInfo(zero_count(), wnp.asarray(wnp.inf, kind))
        grad = zeros_like(params) if store_grad else None
        return ScaleByBacktrackingLinesearchState(wnp.asarray(1.0, kind), wnp.asarray(wnp.inf, kind), grad, info)

    def update(
        updates: Any, state: Any, params: Any = None, *, value: Any, grad: Any, value_fn: Any, **extra: Any
    ) -> Any:
        required(name, params)
        options = _value_fn_arguments(name, value_fn, extra)
        kind = state.value.dtype
        value = wnp.asarray(value, kind)
        slope = wnp.asarray(_dot(updates, tree.map(wnp.conj, grad)), kind)

        def body(carry: Any) -> Any:
            count, rate, _, _ = carry
            rate = wnp.where(count > 0, decrease_factor * rate, rate)
            new = wnp.asarray(value_fn(_plus(params, rate, updates), **options), kind)
            missed = new - (1.0 + rtol) * value - rate * slope_rtol * slope
            missed = wnp.where(wnp.isnan(missed), wnp.inf, wnp.maximum(missed, 0.0))
            return count + 1, rate, new, missed

        first = wnp.asarray(wnp.minimum(increase_factor * state.learning_rate, max_learning_rate), kind)
        count, rate, new_value, missed = lax.while_loop(
            lambda carry: wnp.logical_and(~(carry[3] <= atol), carry[0] <= max_backtracking_steps),
            body,
            (zero_count(), first, value, wnp.asarray(wnp.inf, kind)),
        )
        rate = wnp.where(wnp.isinf(missed), wnp.zeros((), kind), rate)  # no step into where the function is infinite
        out = tree.map(lambda u: wnp.asarray(rate, u.dtype) * u, updates)
        new_grad = None
        if store_grad:
            new_value, new_grad = autodiff.value_and_grad(value_fn)(_plus(params, rate, updates), **options)
            new_value = wnp.asarray(new_value, kind)
        info = BacktrackingLinesearchInfo(count, missed)
        return out, ScaleByBacktrackingLinesearchState(rate, new_value, new_grad, info)

    return GradientTransformationExtraArgs(init, update)


class ZoomLinesearchInfo(NamedTuple):
    """How a search went: its steps, and by how much decrease and curvature are missed."""

    num_linesearch_steps: Any
    decrease_error: Any
    curvature_error: Any


class ScaleByZoomLinesearchState(NamedTuple):
    """The state of `scale_by_zoom_linesearch`."""

    learning_rate: Any
    value: Any
    grad: Any
    info: ZoomLinesearchInfo


class _Point(NamedTuple):
    """A point of the line: factor, value and slope there."""

    at: Any
    value: Any
    slope: Any


class _Search(NamedTuple):
    """What the loop of a zoom search carries: the trial that comes next, the interval, and the best step so far."""

    count: Any
    next: Any
    low: _Point
    high: _Point
    bracketed: Any
    done: Any
    rate: Any
    value: Any
    grad: Any
    safe: Any
    decrease_error: Any
    curvature_error: Any


def _between(low: _Point, high: _Point) -> Any:
    """The minimum of the cubic through two points with slopes; the middle if that is at an end or no number."""
    width = high.at - low.at
    chord = low.slope + high.slope - 3 * (low.value - high.value) / wnp.where(width == 0, -1.0, -width)
    root = wnp.sign(width) * wnp.sqrt(chord**2 - low.slope * high.slope)
    part = 1 - (high.slope + root - chord) / (high.slope - low.slope + 2 * root)
    inside = wnp.logical_and(part > 0.1, part < 0.9)  # false of NaN
    return low.at + width * wnp.where(inside, part, 0.5)


def scale_by_zoom_linesearch(
    max_linesearch_steps: int,
    max_learning_rate: float | None = None,
    tol: float = 0.0,
    increase_factor: float = 2.0,
    slope_rtol: float = 1e-4,
    curv_rtol: float = 0.9,
    approx_dec_rtol: float | None = 1e-6,
    stepsize_precision: float = 1e-5,
    initial_guess_strategy: str = "keep",
) -> GradientTransformationExtraArgs:
    """Times a factor with which the function decreases enough and its slope is flat enough (strong Wolfe conditions).

    The factor grows until an interval holds such a one, and the interval shrinks around the minimum of a cubic (Nocedal
    and Wright, algorithms 3.5 and 3.6). `update` takes `value`, `grad` and `value_fn` by name, and what value_fn takes
    besides the parameters.

    Args:
      max_linesearch_steps: how many factors are tried.
      max_learning_rate: the greatest factor.
      tol: by how much the conditions may be missed.
      increase_factor: from factor to factor while the interval grows.
      slope_rtol, curv_rtol: the part of the decrease that the slope promises, and of the slope that may be left.
      approx_dec_rtol: relative to the value, how much it may grow where it is too flat for its digits to tell; or None.
      stepsize_precision: the length of the interval at which the search ends.
      initial_guess_strategy: "keep" for the factor of the last search, "one" for 1.

    Raises:
      ValueError: the strategy is none of these.

    >>> f = lambda x: wnp.sum(x**2)
    >>> tx = scale_by_zoom_linesearch(20)
    >>> x = wnp.ones(1)
    >>> updates, state = tx.update(-8 * x, tx.init(x), x, value=f(x), grad=2 * x, value_fn=f)
    >>> updates.round(3).tolist()
    [-1.0]
    """
    name = "scale_by_zoom_linesearch"
    if initial_guess_strategy not in ("keep", "one"):
        raise ValueError(f"{name}: expected the strategy 'keep' or 'one' but got {initial_guess_strategy!r}")

    def init(params: Any) -> ScaleByZoomLinesearchState:
        kind = _real_type(params)
        most = wnp.asarray(wnp.inf, kind)
        info = ZoomLinesearchInfo(zero_count(), most, most)
        return ScaleByZoomLinesearchState(wnp.asarray(1.0, kind), most, zeros_like(params), info)

    def errors_of(point: _Point, start: _Point) -> tuple[Any, Any]:
        """By how much a point misses the two conditions."""
        decrease = point.value - start.value - slope_rtol * point.at * start.slope
        if approx_dec_rtol is not None:
            flat = point.slope - (2 * slope_rtol - 1.0) * start.slope
            grown = point.value - start.value - approx_dec_rtol * wnp.abs(start.value)
            decrease = wnp.minimum(wnp.maximum(flat, grown), decrease)
        curvature = wnp.abs(point.slope) - curv_rtol * wnp.abs(start.slope)
        missed = lambda x: wnp.where(wnp.isnan(x), wnp.inf, wnp.maximum(x, 0.0))
        return missed(decrease), missed(curvature)

    def narrowed(s: _Search, new: _Point, decrease: Any) -> tuple[_Point, _Point, Any]:
        """The interval with a new point: low is the lowest end that decreases enough."""
        beyond = wnp.logical_or(decrease > 0, wnp.logical_and(new.value >= s.low.value, s.count > 0))
        rises = wnp.where(s.bracketed, new.slope * (s.high.at - s.low.at) >= 0, new.slope >= 0)
        high = tree_where(beyond, new, tree_where(rises, s.low, s.high))
        low = tree_where(beyond, s.low, new)
        return low, high, s.bracketed | beyond | rises

    def update(
        updates: Any, state: Any, params: Any = None, *, value: Any, grad: Any, value_fn: Any, **extra: Any
    ) -> Any:
        required(name, params)
        options = _value_fn_arguments(name, value_fn, extra)
        kind = state.value.dtype
        slope_at = lambda g: wnp.asarray(_dot(tree.map(wnp.conj, g), updates), kind)
        zero, none = wnp.zeros((), kind), wnp.asarray(wnp.inf, kind)
        start = _Point(zero, wnp.asarray(value, kind), slope_at(grad))
        first = wnp.ones((), kind) if initial_guess_strategy == "one" else state.learning_rate
        first = first if max_learning_rate is None else wnp.minimum(first, wnp.asarray(max_learning_rate, kind))

        def body(s: _Search) -> _Search:
            there, slopes = autodiff.value_and_grad(value_fn)(_plus(params, s.next, updates), **options)
            new = _Point(s.next, wnp.asarray(there, kind), slope_at(slopes))
            decrease, curvature = errors_of(new, start)
            done = wnp.logical_and(decrease <= tol, curvature <= tol)
            # What is returned if the conditions cannot be met: the lowest that decreases enough, else the last one.
            safe = decrease <= tol
            take = done | (safe & (~s.safe | (new.value < s.value))) | (~safe & ~s.safe)
            low, high, bracketed = narrowed(s, new, decrease)
            larger = increase_factor * new.at
            if max_learning_rate is not None:
                done = done | (~bracketed & (new.at >= max_learning_rate))
                larger = wnp.minimum(larger, max_learning_rate)
            short = bracketed & (wnp.abs(high.at - low.at) <= stepsize_precision) & (s.safe | safe)
            rate, best, best_grad, missed, bent = tree_where(
                take,
                (new.at, new.value, slopes, decrease, curvature),
                (s.rate, s.value, s.grad, s.decrease_error, s.curvature_error),
            )
            following = wnp.asarray(wnp.where(bracketed, _between(low, high), larger), kind)
            return _Search(
                s.count + 1, following, low, high, bracketed, done | short, rate, best, best_grad, s.safe | safe,
                missed, bent,
            )  # fmt: skip

        false = wnp.asarray(False)
        search = _Search(
            zero_count(),
            wnp.asarray(first, kind),
            start,
            start,
            false,
            false,
            zero,
            start.value,
            grad,
            false,
            none,
            none,
        )
        found = lax.while_loop(lambda s: wnp.logical_and(~s.done, s.count < max_linesearch_steps), body, search)
        # No step at all where nothing finite was found.
        finite = ~wnp.isinf(found.decrease_error)
        rate, new_value, new_grad = tree_where(finite, (found.rate, found.value, found.grad), (zero, start.value, grad))
        out = tree.map(lambda u: wnp.asarray(rate, u.dtype) * u, updates)
        info = ZoomLinesearchInfo(found.count, found.decrease_error, found.curvature_error)
        kept = wnp.where(rate > 0, rate, wnp.ones((), kind)) if initial_guess_strategy == "keep" else rate
        return out, ScaleByZoomLinesearchState(kept, new_value, new_grad, info)

    return GradientTransformationExtraArgs(init, update)


def lbfgs(
    learning_rate: Any = None,
    memory_size: int = 10,
    scale_init_precond: bool = True,
    linesearch: Any = "zoom",
) -> GradientTransformationExtraArgs:
    """L-BFGS: `scale_by_lbfgs`, a learning rate if there is one, and a line search.

    Args:
      linesearch: a transformation; by default `scale_by_zoom_linesearch` of 20 steps that starts from 1. None for none.

    >>> import wengert as wg
    >>> f = lambda x: wnp.sum((x - 3.0) ** 2)
    >>> tx = lbfgs()
    >>> x = wnp.zeros(2)
    >>> state = tx.init(x)
    >>> for _ in range(3):
    ...     value, grad = wg.value_and_grad(f)(x)
    ...     updates, state = tx.update(grad, state, x, value=value, grad=grad, value_fn=f)
    ...     x = x + updates
    >>> x.round(3).tolist()
    [3.0, 3.0]
    """
    if isinstance(linesearch, str) and linesearch == "zoom":
        linesearch = scale_by_zoom_linesearch(20, initial_guess_strategy="one")
    step = scale(-1.0) if learning_rate is None else scale_by_learning_rate(learning_rate)
    return chain(scale_by_lbfgs(memory_size, scale_init_precond), step, linesearch or identity())


def _kept(state: Any) -> Any:
    """The innermost state that keeps a value and a gradient, None if there is none."""
    if hasattr(state, "value") and getattr(state, "grad", None) is not None:
        return state
    parts = state.values() if isinstance(state, dict) else state if isinstance(state, (tuple, list)) else ()
    return next((found for found in map(_kept, parts) if found is not None), None)


def value_and_grad_from_state(value_fn: Callable[..., Any]) -> Callable[..., Any]:
    """As `value_and_grad`, but what a line search has computed and kept in its state is not computed again.

    Returns:
      A function of what value_fn takes, and of the state by name, that gives value and gradient.

    Raises:
      ValueError: the state keeps no value and gradient.

    >>> f = lambda x: wnp.sum(x**2)
    >>> tx = lbfgs()
    >>> value, grad = value_and_grad_from_state(f)(wnp.ones(2), state=tx.init(wnp.ones(2)))
    >>> float(value), grad.tolist()
    (2.0, [2.0, 2.0])
    """

    def value_and_grad(params: Any, *args: Any, state: Any, **options: Any) -> Any:
        kept = _kept(state)
        if kept is None:
            raise ValueError(
                "value_and_grad_from_state: expected a state that keeps value and grad but got none; "
                "scale_by_zoom_linesearch keeps them, scale_by_backtracking_linesearch if store_grad=True"
            )

        def compute() -> Any:
            value, grad = autodiff.value_and_grad(value_fn)(params, *args, **options)
            return wnp.asarray(value, kept.value.dtype), grad

        return lax.cond(wnp.isfinite(kept.value), lambda: (kept.value, kept.grad), compute)

    return value_and_grad
