# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.optimize`: minima of functions by BFGS and, in little memory, L-BFGS.

Algorithms 6.1 (BFGS), 7.4 (L-BFGS), 3.5 (line search) and 3.6 (zoom) of Nocedal and Wright, Numerical optimization,
2006.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from wengert import autodiff, control, dtypes, errors, lax
from wengert import numpy as wnp
from wengert.frames import api_boundary
from wengert.lax._operands import convert, promote, refuse_complex
from wengert.tree_util import tree_map

__all__ = ["OptimizeResults", "minimize"]


class OptimizeResults(NamedTuple):
    """What `minimize` gives.

    Attributes:
      x: the last point.
      success: whether the gradient is small there.
      status: 0 for success, 1 for too many steps, 3 if a line search found no better point, 5 if it took
        too many steps; 4 if a step brought no more than `ftol`.
      fun, jac: the value and the gradient at x.
      hess_inv: an estimate of the inverse of the Hessian; None of L-BFGS.
      nfev, njev, nit: how many values, gradients and steps were computed.
    """

    x: Any
    success: Any
    status: Any
    fun: Any
    jac: Any
    hess_inv: Any
    nfev: Any
    njev: Any
    nit: Any


class _Point(NamedTuple):
    """A point on the line: the length of the step, the value and the slope there."""

    a: Any
    value: Any
    slope: Any


class _Search(NamedTuple):
    """A line search under way: from `low`, the best point, to `high`; `last` is what one of them was before.

    Steps are doubled, `tries` times, until the interval holds a minimum; then it is narrowed, `cuts` times.
    """

    low: _Point
    high: _Point
    last: _Point
    narrowing: Any
    tries: Any
    cuts: Any


class _Estimate(NamedTuple):
    """How a method knows the inverse of the Hessian: what it begins with, its product with a vector, and what becomes
    of it after a step s that changed the gradient by y."""

    start: Callable[[Any], Any]
    times: Callable[[Any, Any], Any]
    updated: Callable[..., Any]


class _Memory(NamedTuple):
    """The last steps, the newest one last, the changes of the gradient, and 1 / (s . y): 0 where there is none yet."""

    s: Any
    y: Any
    rho: Any


class _State(NamedTuple):
    """The present point of the descent, what is searched from there, and counts; `status` is what `minimize` gives."""

    x: Any
    value: Any
    gradient: Any
    inverse: Any
    direction: Any
    first: Any
    search: _Search
    steps: Any
    evaluations: Any
    status: Any


_RUNNING = -1


@api_boundary
def minimize(
    fun: Callable[..., Any],
    x0: Any,
    args: tuple[Any, ...] = (),
    *,
    method: str,
    tol: float | None = None,
    options: Mapping[str, Any] | None = None,
) -> OptimizeResults:
    """A minimum of a function of a vector, by its gradients.

    It can be compiled and batched. Its steps may differ from SciPy's, whose line search is another.

    Args:
      fun: a differentiable function of an array of shape (n,) and of `args` that returns a real scalar.
      x0: where to start, shape (n,), real, for L-BFGS also complex; integers become floats.
      args: further arguments of `fun`.
      method: "BFGS"; "L-BFGS", which keeps a few vectors in place of a matrix (also under its name in JAX,
        "l-bfgs-experimental-do-not-rely-on-this").
      tol: the same as the option `gtol`.
      options: `gtol` (1e-5): stop when the norm of the gradient is less; `norm` (inf): which norm; `maxiter` (200 n):
        the most steps; `line_search_maxiter` (10): how often a step is doubled. Of L-BFGS also `maxcor` (10): how many
        steps are remembered; `ftol` (0): stop when a step brings no more; `maxls`: the same as `line_search_maxiter`.

    Raises:
      ValueError: another method or option.
      TypeError: args is no tuple.
      ShapeError: x0 is no vector.
      DtypeError: x0 is complex.
      NonScalarGradError: fun returns no scalar.

    >>> result = minimize(lambda x: wnp.sum((x - wnp.array([1.0, 2.0])) ** 2), wnp.zeros(2), method="BFGS")
    >>> result.x, result.success
    (Array([1., 2.], dtype=float32), Array(True, dtype=bool))
    """
    if not isinstance(args, tuple):
        raise TypeError(f"minimize: expected a tuple of args but got {type(args).__name__}")
    is_limited = str(method).lower() in _LIMITED
    if not is_limited and str(method).lower() != "bfgs":
        raise ValueError(f"minimize: expected the method 'BFGS' or 'L-BFGS' but got {method!r}")
    given = dict(options or {})
    if tol is not None:
        given.setdefault("gtol", tol)
    known = ["gtol", "norm", "maxiter", "line_search_maxiter"] + ["maxcor", "ftol", "maxls"] * is_limited
    if unknown := sorted(set(given) - set(known)):
        raise ValueError(f"minimize: expected options of {', '.join(known)} but got {', '.join(unknown)}")
    (x0,) = promote("minimize", (x0,), inexact=True)
    x0 = wnp.asarray(x0)
    if not is_limited:
        refuse_complex("minimize", x0)
    if x0.ndim != 1:
        raise errors.make(
            errors.ShapeError, "minimize", f"expected x0 of shape (n,) but got {x0.shape}",
            remedy="flatten it, and reshape it within the function",
        )  # fmt: skip
    if not is_limited:
        return _descent(lambda x: fun(x, *args), x0, _MATRIX, **given)
    if "maxls" in given:
        given["line_search_maxiter"] = given.pop("maxls")
    estimate = _limited(given.pop("maxcor", 10))
    if x0.dtype.kind != "c":
        return _descent(lambda x: fun(x, *args), x0, estimate, **given)._replace(hess_inv=None)
    n = x0.shape[0]
    joined = lambda x: lax.complex(x[:n], x[n:])
    result = _descent(lambda x: fun(joined(x), *args), wnp.concatenate([x0.real, x0.imag]), estimate, **given)
    return result._replace(x=joined(result.x), jac=wnp.conj(joined(result.jac)), hess_inv=None)


_LIMITED = ("l-bfgs", "l-bfgs-experimental-do-not-rely-on-this")


def _descent(
    fun: Callable[[Any], Any],
    x0: Any,
    estimate: _Estimate,
    gtol: Any = 1e-5,
    norm: Any = np.inf,
    maxiter: Any = None,
    line_search_maxiter: int = 10,
    ftol: Any = None,
) -> OptimizeResults:
    """One loop in which a step is one evaluation, of the search or of its end: loops in it would wait for each other in
    batches, and hold the function twice more."""
    limit = 200 * x0.shape[0] if maxiter is None else maxiter
    evaluate = _evaluation(fun, x0)

    def settled(gradient: Any, steps: Any, won: Any = None) -> Any:
        small = wnp.linalg.norm(gradient, norm) < gtol
        status = wnp.where(steps >= limit, 1, _RUNNING)
        if ftol is not None and won is not None:
            status = wnp.where(won <= ftol, 4, status)
        return convert(wnp.where(small, 0, status), dtypes.int32)

    def step(state: _State) -> _State:
        here, gradient, search, good, failure = _searched(evaluate, state, line_search_maxiter)
        going_on = state._replace(search=search, status=failure)
        s = here.a * state.direction
        inverse = estimate.updated(state.inverse, s, gradient - state.gradient, state.steps == 0)
        steps = state.steps + 1
        moved = _begun(state.x + s, here.value, gradient, inverse, state.value, estimate)
        moved = moved._replace(steps=steps, status=settled(gradient, steps, state.value - here.value))
        return _choose(good, moved, going_on)._replace(evaluations=state.evaluations + 1)

    value, gradient = evaluate(x0)
    before = value + convert(wnp.linalg.norm(gradient) / 2, value.dtype)
    start = _begun(x0, value, gradient, estimate.start(x0), before, estimate)
    start = start._replace(evaluations=start.evaluations + 1, status=settled(gradient, start.steps))
    end = control.while_loop(lambda state: state.status == _RUNNING, step, start)
    return OptimizeResults(
        end.x, end.status == 0, end.status, end.value, end.gradient, end.inverse, end.evaluations, end.evaluations,
        end.steps,
    )  # fmt: skip


def _evaluation(fun: Callable[[Any], Any], x0: Any) -> Callable[[Any], tuple[Any, Any]]:
    both = autodiff.value_and_grad(fun)

    def evaluate(x: Any) -> tuple[Any, Any]:
        value, gradient = both(x)
        return convert(value, dtypes.promote_types(value.dtype, x0.dtype)), convert(gradient, x0.dtype)

    return evaluate


def _choose(condition: Any, a: Any, b: Any) -> Any:
    return tree_map(lambda x, y: wnp.where(condition, x, y), a, b)


def _updated(inverse: Any, s: Any, y: Any, is_first: Any) -> Any:
    """The estimate of the inverse after a step s that changed the gradient by y; it stays positive definite.

    Before the first update the identity is scaled to the curvature along s (6.20), which may be far from 1.
    """
    curvature = wnp.vdot(y, s)
    curved = curvature > 0
    inverse = wnp.where(is_first & curved, curvature / wnp.vdot(y, y), 1) * inverse
    step = s / wnp.where(curved, curvature, 1)
    # One factor after the other: what rounding leaves of the old estimate along s is squared, not as large as itself.
    half = inverse - wnp.outer(step, y @ inverse)
    return wnp.where(curved, half - wnp.outer(half @ y, step) + wnp.outer(step, s), inverse)


_MATRIX = _Estimate(lambda x: wnp.eye(x.shape[0], dtype=x.dtype), lambda inverse, x: inverse @ x, _updated)


def _limited(size: int) -> _Estimate:
    """The estimate that the last `size` steps give (7.4)."""

    def start(x: Any) -> _Memory:
        past = wnp.zeros((size, x.shape[0]), x.dtype)
        return _Memory(past, past, wnp.zeros(size, x.dtype))

    def times(memory: _Memory, x: Any) -> Any:
        def back(x: Any, step: tuple[Any, ...]) -> tuple[Any, Any]:
            part = step[2] * wnp.vdot(step[0], x)
            return x - part * step[1], part

        def forth(x: Any, step: tuple[Any, ...]) -> tuple[Any, Any]:
            return x + (step[3] - step[2] * wnp.vdot(step[1], x)) * step[0], None

        x, parts = control.scan(back, x, tuple(memory), reverse=True)
        last, exists = memory.y[-1], memory.rho[-1] > 0
        x = x * wnp.where(exists, 1 / (memory.rho[-1] * wnp.vdot(last, last)), 1)
        return control.scan(forth, x, (*memory, parts))[0]

    def updated(memory: _Memory, s: Any, y: Any, is_first: Any) -> _Memory:
        curvature = wnp.vdot(y, s)
        curved = curvature > 0
        rho = 1 / wnp.where(curved, curvature, 1)
        pushed = [wnp.concatenate([old[1:], new[None]]) for old, new in zip(memory, (s, y, rho), strict=True)]
        return _choose(curved, _Memory(*pushed), memory)

    return _Estimate(start, times, updated)


def _begun(x: Any, value: Any, gradient: Any, inverse: Any, value_before: Any, estimate: _Estimate) -> _State:
    """A point from which a new search begins."""
    direction = -estimate.times(inverse, gradient)
    zero = wnp.zeros((), dtypes.int32)
    start = _Point(wnp.zeros((), x.dtype), value, convert(wnp.vdot(gradient, direction), value.dtype))
    # The first step has the decrease of the last one, if the function is a parabola.
    guess = 2.02 * (value - value_before) / start.slope
    first = convert(wnp.where((guess > 0) & (guess < 1), guess, 1), x.dtype)
    search = _Search(start, start, start, zero > 0, zero, zero)
    return _State(x, value, gradient, inverse, direction, first, search, zero, zero, zero)


def _searched(evaluate: Any, state: _State, limit: int) -> tuple[_Point, Any, _Search, Any, Any]:
    """The next point of the search, its gradient, the search after it, whether the point fulfils the strong Wolfe
    conditions, and the status of a search that goes on or has failed."""
    low, high, last, narrowing, tries, cuts = state.search
    doubled = wnp.where(tries == 0, state.first, 2 * low.a)
    a = wnp.where(narrowing, _between(low, high, last, cuts == 0), doubled)
    value, gradient = evaluate(state.x + a * state.direction)
    here = _Point(a, value, convert(wnp.vdot(gradient, state.direction), value.dtype))
    slope = convert(wnp.vdot(state.gradient, state.direction), value.dtype)
    low_enough = here.value <= state.value + 1e-4 * here.a * slope  # not so for nan
    beyond = ~low_enough | ((here.value >= low.value) & (narrowing | (tries > 0)))
    good = ~beyond & (wnp.abs(here.slope) <= -0.9 * slope)
    turned = ~beyond & (here.slope * wnp.where(narrowing, high.a - low.a, 1) >= 0)
    after = _Search(
        _choose(beyond, low, here),
        _choose(beyond, here, _choose(turned, low, high)),
        _choose(beyond | turned, high, low),
        narrowing | beyond | turned,
        tries + 1,
        wnp.where(narrowing, cuts + 1, 0),
    )
    width, reach = wnp.abs(after.high.a - after.low.a), wnp.maximum(wnp.abs(after.high.a), wnp.abs(after.low.a))
    narrow = (width <= 4 * wnp.finfo(a.dtype).eps * reach) | (after.cuts > 30)
    failure = wnp.where(after.narrowing, wnp.where(narrow, 3, _RUNNING), wnp.where(after.tries >= limit, 5, _RUNNING))
    return here, gradient, after, good, convert(failure, dtypes.int32)


def _between(low: _Point, high: _Point, last: _Point, first: Any) -> Any:
    """Where to look next: the minimum of a cubic or a parabola through what is known, or the middle."""
    d, e = high.a - low.a, last.a - low.a
    dv, ev = high.value - low.value - low.slope * d, last.value - low.value - low.slope * e
    scale = (d * e) ** 2 * (d - e)
    a, b = (e**2 * dv - d**2 * ev) / scale, (d**3 * ev - e**3 * dv) / scale
    cubic = low.a + (-b + wnp.sqrt(b * b - 3 * a * low.slope)) / (3 * a)
    parabola = low.a - low.slope * d**2 / (2 * dv)
    least, most, width = wnp.minimum(low.a, high.a), wnp.maximum(low.a, high.a), wnp.abs(d)
    cubic_fits = ~first & (cubic > least + 0.2 * width) & (cubic < most - 0.2 * width)
    parabola_fits = (parabola > least + 0.1 * width) & (parabola < most - 0.1 * width)
    inner = wnp.where(cubic_fits, cubic, wnp.where(parabola_fits, parabola, (low.a + high.a) / 2))
    return convert(inner, low.a.dtype)
