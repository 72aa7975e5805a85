# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays repeated, turned round, moved round, and with a border put round them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, axis_index, axis_tuple, broadcast, convert, is_tracer
from wengert.numpy.arguments import check_place
from wengert.numpy.creation import _shape, array
from wengert.numpy.manipulation import ravel, swapaxes

__all__ = ["flip", "fliplr", "flipud", "pad", "repeat", "resize", "roll", "rot90", "tile"]


def tile(A: Any, reps: Any) -> Any:
    """`A` repeated as a whole along every dimension.

    >>> import wengert.numpy as wnp
    >>> tile(wnp.array([1, 2]), 2)
    Array([1, 2, 1, 2], dtype=int32)
    """
    A, reps = as_array("tile", A), _shape("tile", reps)
    rank = max(A.ndim, len(reps))
    reps = (1,) * (rank - len(reps)) + reps
    shape = (1,) * (rank - A.ndim) + A.shape
    doubled = tuple(m for r, n in zip(reps, shape, strict=True) for m in (r, n))
    dims = tuple(2 * i + 1 for i in range(rank - A.ndim, rank))
    out = lax.broadcast_in_dim(A, doubled, dims)
    return lax.reshape(out, [r * n for r, n in zip(reps, shape, strict=True)])


def repeat(
    a: Any, repeats: Any, axis: int | None = None, *, total_repeat_length: int | None = None, out_sharding: None = None
) -> Any:
    """Every element repeated, along `axis` or of the flattened array.

    Args:
      a: an array.
      repeats: how often, an int or one for each element.
      axis: along which; None flattens.
      total_repeat_length: the length of the result, needed if the counts are traced: more is cut off, less is filled up
        with the last element.
      out_sharding: must be None.

    Raises:
      ShapeError: counts that do not fit the axis.
      ConcretizationError: the counts are traced and no length is given.

    >>> import wengert.numpy as wnp
    >>> repeat(wnp.array([1, 2]), 2)
    Array([1, 1, 2, 2], dtype=int32)
    """
    check_place("repeat", None, out_sharding)
    x = as_array("repeat", a)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_index("repeat", axis, x.ndim)
    n = x.shape[axis]
    if isinstance(repeats, (int, np.integer)) and total_repeat_length is None:
        times = max(int(repeats), 0)
        wide = lax.broadcast_in_dim(
            x, (*x.shape[: axis + 1], times, *x.shape[axis + 1 :]), [d + (d > axis) for d in range(x.ndim)]
        )
        return lax.reshape(wide, (*x.shape[:axis], n * times, *x.shape[axis + 1 :]))
    counts = as_array("repeat", np.asarray(repeats) if isinstance(repeats, (list, tuple)) else repeats)
    if counts.size not in (1, n) or counts.ndim > 1:
        raise errors.make(errors.ShapeError, "repeat", f"expected 1 or {n} counts but got shape {counts.shape}")
    if is_tracer(counts) and total_repeat_length is None:
        from wengert.numpy.counting import concrete

        counts = Array._wrap(concrete("repeat", counts, ", or the argument total_repeat_length,"))
    if not is_tracer(counts):
        source = np.repeat(np.arange(n), np.asarray(counts))
        if total_repeat_length is not None:
            source = np.pad(
                source[:total_repeat_length],
                (0, max(total_repeat_length - source.size, 0)),
                mode="edge" if source.size else "constant",
            )
        return lax.take(x, Array._wrap(source.astype(np.int32)), axis)
    from wengert.numpy.reductions import cumsum
    from wengert.numpy.sorting import searchsorted

    ends = cumsum(convert(broadcast(lax.reshape(counts, (counts.size,)), (n,)), dtypes.int32))
    places = searchsorted(ends, lax.iota("int32", cast(int, total_repeat_length)), "right")
    return lax.take(x, places, axis)


def flip(m: Any, axis: Any = None) -> Any:
    """`m` with the order along `axis` (all by default) reversed.

    >>> import wengert.numpy as wnp
    >>> flip(wnp.array([1, 2, 3]))
    Array([3, 2, 1], dtype=int32)
    """
    m = as_array("flip", m)
    return lax.rev(m, axis_tuple("flip", axis, m.ndim))


def fliplr(m: Any) -> Any:
    """`m` with its columns in reverse order.

    >>> import wengert.numpy as wnp
    >>> fliplr(wnp.array([[1, 2]]))
    Array([[2, 1]], dtype=int32)
    """
    return flip(m, 1)


def flipud(m: Any) -> Any:
    """`m` with its rows in reverse order.

    >>> import wengert.numpy as wnp
    >>> flipud(wnp.array([1, 2]))
    Array([2, 1], dtype=int32)
    """
    return flip(m, 0)


def rot90(m: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """`m` turned by k quarter turns in the plane of two axes.

    >>> import wengert.numpy as wnp
    >>> rot90(wnp.array([[1, 2]]))
    Array([[2],
           [1]], dtype=int32)
    """
    m = as_array("rot90", m)
    a, b = (axis_index("rot90", d, m.ndim) for d in axes)
    k %= 4
    if k == 2:
        return flip(m, (a, b))
    if k == 1:
        return swapaxes(flip(m, b), a, b)
    return flip(swapaxes(m, a, b), b) if k == 3 else m


def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """`a` with its elements moved round by `shift`, a traced integer or several, along `axis` or as one row.

    Raises:
      ShapeError: neither one shift nor one for each axis.

    >>> import wengert.numpy as wnp
    >>> roll(wnp.array([1, 2, 3]), 1)
    Array([3, 1, 2], dtype=int32)
    """
    a = as_array("roll", a)
    if axis is None:
        return lax.reshape(roll(ravel(a), shift, 0), a.shape)
    axes = list(axis) if isinstance(axis, (tuple, list)) else [axis]
    shifts = list(shift) if isinstance(shift, (tuple, list)) or np.ndim(shift) else [shift]
    if len(shifts) != len(axes) and 1 not in (len(shifts), len(axes)):
        raise errors.make(errors.ShapeError, "roll", f"expected a shift for each of {axis} but got {len(shifts)}")
    count = max(len(shifts), len(axes))
    axes, shifts = (part * count if len(part) == 1 else part for part in (axes, shifts))
    for s, d in zip(shifts, axes, strict=True):
        d = axis_index("roll", d, a.ndim)
        n = a.shape[d]
        if not n:
            continue
        if isinstance(s, (int, np.integer)):
            k = int(s) % n
            if k:
                parts = [lax.slice_in_dim(a, n - k, n, 1, d), lax.slice_in_dim(a, 0, n - k, 1, d)]
                a = lax.concatenate(parts, d)
        else:
            twice = lax.concatenate([a, a], d)
            a = lax.dynamic_slice_in_dim(twice, (-as_array("roll", s)) % n, n, d)
    return a


_MOVES = ("edge", "reflect", "symmetric", "wrap")
_FROM_EDGES = ("maximum", "mean", "median", "minimum")


def pad(array: Any, pad_width: Any, mode: str | Callable[..., Any] = "constant", **kwargs: Any) -> Any:
    """`array` with values put before and after each dimension.

    Args:
      array: an array.
      pad_width: n, (before, after), or one such pair for each dimension; or a dict from axes to these.
      mode: one of NumPy's: "constant" (with `constant_values`), "empty" (zeros), "edge", "reflect" and "symmetric"
        (with `reflect_type` "even" or "odd"), "wrap", "linear_ramp" (with `end_values`), "maximum", "mean", "median"
        and "minimum" (with `stat_length`); or a function of (vector, pair, axis, options) that returns the vector.
      kwargs: the options of the mode.

    Raises:
      ShapeError: widths that do not fit, or are negative.
      ValueError: another mode, or an option that the mode does not have.

    >>> import wengert.numpy as wnp
    >>> pad(wnp.array([1, 2]), (1, 2))
    Array([0, 1, 2, 0, 0], dtype=int32)
    """
    x = as_array("pad", array)
    width = _pad_widths(x, pad_width)
    if callable(mode):
        return _pad_by_function(x, width, mode, kwargs)
    options = {
        "constant": ("constant_values",), "linear_ramp": ("end_values",), "reflect": ("reflect_type",),
        "symmetric": ("reflect_type",), **dict.fromkeys(_FROM_EDGES, ("stat_length",)),
    }.get(mode, ())  # fmt: skip
    if unknown := kwargs.keys() - set(options):
        raise ValueError(f"pad: expected the options {options} for mode {mode!r} but got {sorted(unknown)}")
    if mode in ("constant", "empty"):
        return _pad_with(x, width, kwargs.get("constant_values", 0))
    if mode == "linear_ramp":
        return _pad_with_ramp(x, width, kwargs.get("end_values", 0))
    if mode in _FROM_EDGES:
        return _pad_with_statistic(x, width, mode, kwargs.get("stat_length"))
    if mode not in _MOVES:
        raise ValueError(
            "pad: expected the mode constant, edge, empty, linear_ramp, maximum, mean, median, minimum, reflect, "
            f"symmetric or wrap but got {mode!r}"
        )
    if kwargs.get("reflect_type", "even") == "odd":
        return _pad_odd(x, width, mode)
    for d, (a, b) in enumerate(width):
        if a or b:
            source = np.pad(np.arange(x.shape[d]), (a, b), cast(Any, mode))
            x = lax.take(x, Array._wrap(source.astype(np.int32)), d)
    return x


def _pad_widths(x: Any, pad_width: Any) -> list[tuple[int, int]]:
    if isinstance(pad_width, dict):
        pairs = [(0, 0)] * x.ndim
        for d, w in pad_width.items():
            pairs[axis_index("pad", d, x.ndim)] = tuple(np.broadcast_to(np.asarray(w), (2,)).tolist())
    else:
        try:
            pairs = [tuple(p) for p in np.broadcast_to(np.asarray(pad_width), (x.ndim, 2)).tolist()]
        except ValueError:
            raise errors.make(
                errors.ShapeError, "pad", f"expected widths for {x.ndim} dimensions but got {pad_width!r}"
            ) from None
    if any(int(n) != n or n < 0 for p in pairs for n in p):
        raise errors.make(errors.ShapeError, "pad", f"expected ints of at least 0 as widths but got {pad_width!r}")
    return [(int(a), int(b)) for a, b in pairs]


def _pairs(values: Any, rank: int) -> list[tuple[Any, Any]]:
    """One pair of numbers for each dimension; the numbers may be traced."""
    x = array(values) if isinstance(values, (list, tuple)) else as_array("pad", values)
    if type(x) is Array:  # not as operations of a trace
        return [(Array._wrap(np.array(u)), Array._wrap(np.array(v))) for u, v in np.broadcast_to(x._data, (rank, 2))]
    wide = broadcast(x, (rank, 2))
    return [(wide[d, 0], wide[d, 1]) for d in range(rank)]


def _pad_with(x: Any, width: list[tuple[int, int]], values: Any) -> Any:
    if not getattr(values, "ndim", 0) and not isinstance(values, (list, tuple)):
        return lax.pad(x, convert(as_array("pad", values), x.dtype, True), [(a, b, 0) for a, b in width])
    of_type = lambda v: Array._wrap(v._data.astype(x.dtype)) if type(v) is Array else convert(v, x.dtype, True)
    for d, ((a, b), ends) in enumerate(zip(width, _pairs(values, x.ndim), strict=True)):
        before, after = [(0, 0, 0)] * x.ndim, [(0, 0, 0)] * x.ndim
        before[d], after[d] = (a, 0, 0), (0, b, 0)
        first, last = map(of_type, ends)
        x = lax.pad(lax.pad(x, first, before), last, after)
    return x


def _edge(x: Any, d: int, last: bool, n: int = 1) -> Any:
    size = x.shape[d]
    return lax.slice_in_dim(x, size - n if last else 0, size if last else n, 1, d)


def _pad_with_ramp(x: Any, width: list[tuple[int, int]], values: Any) -> Any:
    from wengert.numpy.elementwise import floor

    for d, (pair, ends) in enumerate(zip(width, _pairs(values, x.ndim), strict=True)):
        parts = [x]
        for last, (n, end) in enumerate(zip(pair, ends, strict=True)):
            if not n:
                continue
            edge = _edge(x, d, bool(last))
            wide = edge if dtypes.is_inexact(x.dtype) else convert(edge, dtypes.to_inexact(x.dtype))
            steps = np.arange(n, dtype=np.float64) / n  # from the end value up to, and without, the edge
            steps = (
                (steps[::-1] if last else steps)
                .astype(wide.dtype)
                .reshape([-1 if k == d else 1 for k in range(x.ndim)])
            )
            end = convert(end, wide.dtype)
            ramp = end + (wide - end) * steps
            ramp = ramp if dtypes.is_inexact(x.dtype) else floor(ramp)
            parts.insert(len(parts) if last else 0, convert(ramp, x.dtype))
        x = lax.concatenate(parts, d) if len(parts) > 1 else x
    return x


def _pad_with_statistic(x: Any, width: list[tuple[int, int]], mode: str, lengths: Any) -> Any:
    from wengert.numpy import quantiles, reductions
    from wengert.numpy.elementwise import rint

    reduce = quantiles.median if mode == "median" else getattr(reductions, mode[:3] if mode != "mean" else mode)
    limits = np.broadcast_to(np.asarray(np.iinfo(np.int32).max if lengths is None else lengths), (x.ndim, 2)).tolist()
    for d, (pair, length) in enumerate(zip(width, limits, strict=True)):
        parts = [x]
        for last, (n, most) in enumerate(zip(pair, length, strict=True)):
            if not n:
                continue
            value = reduce(_edge(x, d, bool(last), min(most, x.shape[d])), d, keepdims=True)
            value = value if dtypes.is_inexact(x.dtype) or value.dtype == x.dtype else rint(value)
            shape = [n if k == d else m for k, m in enumerate(x.shape)]
            parts.insert(len(parts) if last else 0, broadcast(convert(value, x.dtype), tuple(shape)))
        x = lax.concatenate(parts, d) if len(parts) > 1 else x
    return x


def _pad_odd(x: Any, width: list[tuple[int, int]], mode: str) -> Any:
    """Reflected at the point of the edge: twice the edge less what is reflected."""
    for d, (before, after) in enumerate(width):
        skipped = 1 if mode == "reflect" else 0
        while before or after:
            n = x.shape[d] - skipped
            a, b = (min(before, n), min(after, n)) if n else (before, after)
            parts = [x]
            if a:
                inner = (
                    lax.slice_in_dim(x, skipped, skipped + a, 1, d)
                    if n
                    else broadcast(x, tuple(a if k == d else m for k, m in enumerate(x.shape)))
                )
                parts.insert(0, convert(2 * _edge(x, d, False) - flip(inner, d), x.dtype))
            if b:
                size = x.shape[d]
                inner = (
                    lax.slice_in_dim(x, size - skipped - b, size - skipped, 1, d)
                    if n
                    else broadcast(x, tuple(b if k == d else m for k, m in enumerate(x.shape)))
                )
                parts.append(convert(2 * _edge(x, d, True) - flip(inner, d), x.dtype))
            x = lax.concatenate(parts, d)
            before, after = before - a, after - b
    return x


def _pad_by_function(x: Any, width: list[tuple[int, int]], function: Callable[..., Any], options: Any) -> Any:
    from wengert.numpy.functional import apply_along_axis

    x = _pad_with(x, width, 0)
    for d, pair in enumerate(width):
        x = apply_along_axis(function, d, x, pair, d, options)
    return x


def resize(a: Any, new_shape: Any) -> Any:
    """The elements of `a`, repeated as often as needed, in another shape; zeros if there are none.

    >>> import wengert.numpy as wnp
    >>> resize(wnp.array([1, 2]), (3,))
    Array([1, 2, 1], dtype=int32)
    """
    a, shape = ravel(a), _shape("resize", new_shape)
    size = math.prod(shape)
    if not a.size:
        return lax.full(shape, 0, a.dtype)
    copies = tile(a, -(-size // a.size))
    return lax.reshape(lax.slice_in_dim(copies, 0, size), shape)
