# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Differences of neighbours, and what is made of them: slopes, integrals, angles without jumps, interpolation."""

from __future__ import annotations

import math
from typing import Any

from wengert import dtypes, errors, lax
from wengert.lax._operands import as_array, axis_index, axis_tuple, broadcast, convert, promote
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.creation import asarray
from wengert.numpy.joining import concatenate
from wengert.numpy.manipulation import ravel
from wengert.numpy.reductions import cumsum
from wengert.numpy.reductions import sum as _sum
from wengert.numpy.sorting import argsort, searchsorted

__all__ = ["diff", "ediff1d", "gradient", "interp", "trapezoid", "unwrap"]


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """The n-th differences of neighbours along `axis`; of bools, whether they differ.

    Args:
      a: an array.
      n: how often, an int from 0 on.
      axis: along which.
      prepend, append: what stands before and behind, a number or an array.

    Raises:
      ShapeError: there is no such axis, or n is negative.

    >>> import wengert.numpy as wnp
    >>> diff(wnp.array([1, 3, 6]))
    Array([2, 3], dtype=int32)
    """
    x = as_array("diff", a)
    if n < 0:
        raise errors.make(errors.ShapeError, "diff", f"expected an int from 0 on as order but got {n}")
    axis = axis_index("diff", axis, x.ndim)
    if n == 0:  # as NumPy: nothing is put before or behind
        return x
    for extra, before in ((prepend, True), (append, False)):
        if extra is not None:
            extra, x = promote("diff", (as_array("diff", extra), x))
            if not extra.ndim:
                extra = broadcast(extra, (*x.shape[:axis], 1, *x.shape[axis + 1 :]))
            x = lax.concatenate([extra, x] if before else [x, extra], axis)
    for _ in range(n):
        later, earlier = (
            lax.slice_in_dim(x, 1, None, 1, axis),
            lax.slice_in_dim(x, 0, max(x.shape[axis] - 1, 0), 1, axis),
        )
        x = logic.not_equal(later, earlier) if x.dtype == dtypes.bool_ else later - earlier
    return x


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours of the flattened array, with values put behind and in front.

    Args:
      ary: an array.
      to_end, to_begin: arrays or numbers, converted to the type of `ary`.

    >>> import wengert.numpy as wnp
    >>> ediff1d(wnp.array([1, 3, 6]), to_begin=0)
    Array([0, 2, 3], dtype=int32)
    """
    x = ravel(as_array("ediff1d", ary))
    parts = [diff(x)]
    if to_begin is not None:
        parts.insert(0, convert(ravel(as_array("ediff1d", to_begin)), x.dtype))
    if to_end is not None:
        parts.append(convert(ravel(as_array("ediff1d", to_end)), x.dtype))
    return concatenate(parts) if len(parts) > 1 else parts[0]


def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int | None = None) -> Any:
    """The slope at every sample: central differences, at the ends one-sided.

    Args:
      f: an array of at least 2 samples (3 for edge_order=2) along each axis.
      varargs: the distance of samples, or a vector of their places: one for all axes, or one for each.
      axis: along which, an int or several; None for all.
      edge_order: of the differences at the ends, 1 (also for None) or 2.

    Returns:
      An array of the shape of f, or a list with one for each axis if there are several.

    Raises:
      ShapeError: too few samples, or distances that do not fit.

    >>> import wengert.numpy as wnp
    >>> gradient(wnp.array([1.0, 2.0, 4.0]))
    Array([1. , 1.5, 2. ], dtype=float32)
    """
    order = 1 if edge_order is None else edge_order
    if order not in (1, 2):
        raise ValueError(f"gradient: expected edge_order 1 or 2 but got {edge_order!r}")
    x, *spacing = promote("gradient", [as_array("gradient", v) for v in (f, *varargs)], inexact=True)
    axes = [axis_index("gradient", d, x.ndim) for d in axis] if isinstance(axis, tuple | list) else None
    if axes is None:
        axes = list(axis_tuple("gradient", axis, x.ndim))
    if any(x.shape[d] <= order for d in axes):
        raise errors.make(
            errors.ShapeError, "gradient", f"expected at least {order + 1} samples along axes {axes} but got {x.shape}"
        )
    if len(spacing) not in (0, 1, len(axes)):
        raise errors.make(errors.ShapeError, "gradient", f"expected 1 or {len(axes)} distances but got {len(spacing)}")
    steps: list[Any] = spacing * len(axes) if len(spacing) == 1 else spacing or [1.0] * len(axes)
    slopes = [_slope(x, h, d, order) for h, d in zip(steps, axes, strict=True)]
    return slopes[0] if len(slopes) == 1 else slopes


def _slope(x: Any, h: Any, axis: int, order: int) -> Any:
    part = lambda a, b: lax.slice_in_dim(x, a, b, 1, axis)
    if getattr(h, "ndim", 0):
        if h.ndim != 1 or h.shape[0] != x.shape[axis]:
            raise errors.make(
                errors.ShapeError, "gradient", f"expected {x.shape[axis]} places along axis {axis} but got {h.shape}"
            )
        h = lax.expand_dims(diff(h), [d for d in range(x.ndim) if d != axis])
        near, far = lax.slice_in_dim(h, 0, -1, 1, axis), lax.slice_in_dim(h, 1, None, 1, axis)
        both = near + far
        inner = (
            part(2, None) * (near / (far * both)) + part(1, -1) * ((far - near) / (near * far))
            - part(0, -2) * (far / (near * both))
        )  # fmt: skip
        width = lambda k: lax.slice_in_dim(h, k, k + 1 or None, 1, axis)
    else:
        inner = (part(2, None) - part(0, -2)) / 2 / h
        width = lambda k: h
    if order == 1:
        first, last = (part(1, 2) - part(0, 1)) / width(0), (part(-1, None) - part(-2, -1)) / width(-1)
    else:
        first = _end(part(0, 1), part(1, 2), part(2, 3), width(0), width(1))
        last = -_end(part(-1, None), part(-2, -1), part(-3, -2), width(-1), width(-2))
    return lax.concatenate([first, inner, last] if x.shape[axis] > 2 else [first, last], axis)


def _end(y0: Any, y1: Any, y2: Any, h1: Any, h2: Any) -> Any:
    """The slope at y0 of the parabola through three samples."""
    return -(2 * h1 + h2) / (h1 * (h1 + h2)) * y0 + (h1 + h2) / (h1 * h2) * y1 - h1 / (h2 * (h1 + h2)) * y2


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral along `axis` by the trapezoidal rule.

    Args:
      y: samples.
      x: their places, a vector or an array that broadcasts with y.
      dx: their distance, if x is not given.
      axis: along which.

    Raises:
      ShapeError: there is no such axis.

    >>> import wengert.numpy as wnp
    >>> trapezoid(wnp.array([1.0, 3.0]))
    Array(2., dtype=float32)
    """
    if x is None:
        y, width = promote("trapezoid", (as_array("trapezoid", y), as_array("trapezoid", dx)), inexact=True)
    else:
        y, x = promote("trapezoid", (as_array("trapezoid", y), as_array("trapezoid", x)), inexact=True)
    own, axis = axis, axis_index("trapezoid", axis, y.ndim)
    if x is not None:
        width = diff(x) if x.ndim == 1 else diff(x, axis=own)
        if width.ndim == 1:
            width = lax.expand_dims(width, [d for d in range(y.ndim) if d != axis])
    mid = (lax.slice_in_dim(y, 1, None, 1, axis) + lax.slice_in_dim(y, 0, -1, 1, axis)) / 2
    return _sum(mid * width, axis)


def unwrap(p: Any, discont: Any = None, axis: int = -1, period: Any = 2 * math.pi) -> Any:
    """Angles along `axis` with multiples of the period added, so that no step is greater than half of it.

    Args:
      p: angles.
      discont: steps below this stay; by default, and at least, half the period.
      axis: along which.
      period: of the angles; integers stay integers if it is one.

    Raises:
      ShapeError: there is no such axis.

    >>> import wengert.numpy as wnp
    >>> unwrap(wnp.array([0, 3, 1]), period=4)
    Array([ 0, -1, -3], dtype=int32)
    """
    x = promote("unwrap", (as_array("unwrap", p), period))[0]
    axis = axis_index("unwrap", axis, x.ndim)
    steps = diff(x, axis=axis)
    whole = dtypes.is_integer(x.dtype)
    half = period // 2 if whole else period / 2
    turned = ew.remainder(steps + half, period) - half
    # a step of exactly half a period stays what it is, up or down
    ambiguous = logic.bitwise_and(turned == -half, steps > 0) if not whole or period % 2 == 0 else False
    turned = logic.where(ambiguous, half, turned)
    correction = logic.where(ew.abs(steps) < (half if discont is None else discont), 0, turned - steps)
    total = cumsum(convert(correction, x.dtype), axis)
    first = lax.slice_in_dim(x, 0, 1, 1, axis)
    return lax.concatenate([first, lax.slice_in_dim(x, 1, None, 1, axis) + total], axis)


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """The value at x of the polygon through the points (xp, fp), xp increasing.

    Args:
      x: where, of any shape.
      xp, fp: vectors; with a period xp may be in any order.
      left, right: the values outside, by default the first and the last of fp; "extrapolate" goes on straight.
      period: of the function, a number.

    Raises:
      ShapeError: xp and fp are no vectors of one size.
      ValueError: the period is 0.

    >>> import wengert.numpy as wnp
    >>> interp(1.5, wnp.array([1.0, 2.0]), wnp.array([10.0, 20.0]))
    Array(15., dtype=float32)
    """
    x, xp = promote("interp", (x, asarray(xp) if isinstance(xp, list) else xp), inexact=True)
    fp = promote("interp", (asarray(fp) if isinstance(fp, list) else fp,), inexact=True)[0]
    if xp.ndim != 1 or fp.shape != xp.shape or not xp.size:
        raise errors.make(
            errors.ShapeError, "interp", f"expected vectors of one size but got {xp.shape} and {fp.shape}"
        )
    if period is not None:
        if not ew.abs(as_array("interp", period)).ndim and isinstance(period, int | float) and period == 0:
            raise ValueError(f"interp: expected a period that is not 0 but got {period!r}")
        period = ew.abs(as_array("interp", period))
        x, xp = ew.remainder(x, period), ew.remainder(xp, period)
        order = argsort(xp)
        xp, fp = lax.take(xp, order), lax.take(fp, order)
        ends = lambda v, d: concatenate([lax.slice_in_dim(v, -1, None) - d, v, lax.slice_in_dim(v, 0, 1) + d])
        xp, fp = ends(xp, period), ends(fp, 0)
        left = right = None
    n = xp.shape[0]
    i = ew.clip(searchsorted(xp, x, "right"), min(1, n - 1), n - 1)
    before = ew.maximum(i - 1, 0)
    x0, x1, y0, y1 = (lax.take(v, k) for v, k in ((xp, before), (xp, i), (fp, before), (fp, i)))
    width = x1 - x0
    degenerate = ew.abs(width) <= float(dtypes.finfo(width.dtype).tiny)
    out = logic.where(degenerate, y0, y0 + (x - x0) / logic.where(degenerate, 1, width) * (y1 - y0))
    for edge, value, outside in ((0, left, logic.less), (n - 1, right, logic.greater)):
        if isinstance(value, str):
            if value != "extrapolate":
                raise ValueError(f"interp: expected numbers or 'extrapolate' but got {value!r}")
            continue
        value = lax.index_in_dim(fp, edge, 0, False) if value is None else value
        out = logic.where(outside(x, lax.index_in_dim(xp, edge, 0, False)), value, out)
    return out
