# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Histograms in one dimension and more, and numbers counted."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.lax._operands import as_array, check_kind, convert, in_trace_of, is_tracer, promote
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.counting import concrete
from wengert.numpy.creation import array, asarray
from wengert.numpy.differences import diff
from wengert.numpy.joining import stack
from wengert.numpy.manipulation import ravel
from wengert.numpy.ranges import linspace
from wengert.numpy.reductions import max as _max
from wengert.numpy.reductions import min as _min
from wengert.numpy.reductions import sum as _sum
from wengert.numpy.sorting import searchsorted

__all__ = ["bincount", "histogram", "histogram2d", "histogram_bin_edges", "histogramdd"]


def _added_up(places: Any, weights: Any, size: int) -> Any:
    """The sums of the weights at each place from 0; a place outside is dropped."""
    start = in_trace_of(in_trace_of(lax.full((size,), 0, weights.dtype), weights), places)
    places = logic.where(places < 0, size, places)
    return start.at[places].add(weights, mode="drop") if size else start


def bincount(
    x: Any, weights: Any = None, minlength: int = 0, *, length: int | None = None, out_sharding: None = None
) -> Any:
    """How often each integer from 0 occurs, or the sums of its weights.

    Args:
      x: a vector of integers; negative ones count as 0.
      weights: a vector of the same size.
      minlength: the least number of bins.
      length: the number of bins, needed if x is traced: greater numbers are not counted.
      out_sharding: must be None.

    Returns:
      The default integer, or the type of the weights.

    Raises:
      ConcretizationError: x is traced and no length is given.
      ShapeError: x is no vector, or the weights have another shape.
      DtypeError: x is a float.

    >>> import wengert.numpy as wnp
    >>> bincount(wnp.array([0, 2, 2]))
    Array([1, 0, 2], dtype=int32)
    """
    check_kind("bincount", "biu", "integer or bool", x)
    x = as_array("bincount", x)
    if x.ndim != 1:
        raise errors.make(errors.ShapeError, "bincount", f"expected a vector but got shape {x.shape}")
    x = convert(x, dtypes.int32) if x.dtype.itemsize < 4 else x
    x = ew.maximum(x, 0) if x.dtype.kind == "i" else x
    if length is None:
        values = concrete("bincount", x)
        length = max(minlength, int(values.max()) + 1 if values.size else 0)
    if weights is None:
        return _added_up(x, lax.full_like(x, 1, dtypes.default_int()), length)
    w = as_array("bincount", weights)
    if w.shape != x.shape:
        raise errors.make(errors.ShapeError, "bincount", f"expected weights of shape {x.shape} but got {w.shape}")
    return _added_up(x, w, length)


def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    """The edges of the bins of `histogram`.

    Args:
      a: an array.
      bins: how many, or the edges themselves, or the name of one of NumPy's estimates, which needs values.
      range: the least and the greatest edge, by default those of a.
      weights: not used.

    >>> import wengert.numpy as wnp
    >>> histogram_bin_edges(wnp.array([0.0, 0.4, 1.0]), 2)
    Array([0. , 0.5, 1. ], dtype=float32)
    """
    x = promote("histogram_bin_edges", (as_array("histogram_bin_edges", a),), inexact=True)[0]
    if isinstance(bins, str):
        limits = None if range is None else (float(range[0]), float(range[1]))
        return array(np.histogram_bin_edges(concrete("histogram_bin_edges", x), bins, limits), x.dtype)
    if np.ndim(bins):
        return asarray(bins, x.dtype)
    if is_tracer(bins):
        bins = concrete("histogram_bin_edges", bins)
    if range is None:
        low, high = (_min(x), _max(x)) if x.size else (array(0.0, x.dtype), array(1.0, x.dtype))
    else:
        low, high = (lax.convert_element_type(r, x.dtype) for r in range)
    flat = low == high
    return convert(
        linspace(logic.where(flat, low - 0.5, low), logic.where(flat, high + 0.5, high), operator.index(bins) + 1),
        x.dtype,
    )


def _bins(x: Any, edges: Any) -> Any:
    """The bin of each element; -1 below the first edge, the number of bins above the last one, which belongs inside."""
    place = searchsorted(edges, x, "right") - 1
    return logic.where(x == lax.index_in_dim(edges, -1, 0, False), edges.size - 2, place)


def _weighted(function: str, x: Any, weights: Any, shape: tuple[int, ...]) -> tuple[Any, Any]:
    if weights is None:
        x = promote(function, (as_array(function, x),), inexact=True)[0]
        return x, in_trace_of(lax.full(shape, 1, x.dtype), x)
    x, w = promote(function, (as_array(function, x), as_array(function, weights)), inexact=True)
    if w.shape != shape:
        raise errors.make(errors.ShapeError, function, f"expected weights of shape {shape} but got {w.shape}")
    return x, w


def histogram(
    a: Any, bins: Any = 10, range: Any = None, weights: Any = None, density: bool | None = None
) -> tuple[Any, Any]:
    """How many elements lie in each bin, and the edges of the bins.

    A bin holds its left edge, the last one its right edge too.

    Args:
      a: an array, flattened.
      bins: how many, or their edges, or the name of one of NumPy's estimates.
      range: the least and the greatest edge, by default those of a.
      weights: what each element counts, of the shape of a.
      density: divide by the sum and the widths, so that the integral is 1.

    Returns:
      (counts, edges), both floats.

    Raises:
      ShapeError: weights of another shape.

    >>> import wengert.numpy as wnp
    >>> histogram(wnp.array([0.0, 0.4, 1.0]), 2)
    (Array([2., 1.], dtype=float32), Array([0. , 0.5, 1. ], dtype=float32))
    """
    x, w = _weighted("histogram", a, weights, as_array("histogram", a).shape)
    edges = histogram_bin_edges(x, bins, range)
    counts = _added_up(ravel(_bins(x, edges)), ravel(w), edges.size - 1)
    return (counts / _sum(counts) / diff(edges) if density else counts), edges


def histogram2d(
    x: Any, y: Any, bins: Any = 10, range: Any = None, weights: Any = None, density: bool | None = None
) -> tuple[Any, Any, Any]:
    """How many points (x, y) lie in each cell of a grid, and the edges of the cells in both directions.

    Args:
      x, y: vectors.
      bins: how many for both, or their edges; or a list of two of these.
      range: a list of two pairs (or None) of the least and the greatest edge.
      weights: what each point counts.
      density: divide by the sum and the areas.

    >>> import wengert.numpy as wnp
    >>> histogram2d(wnp.array([0.0, 1.0]), wnp.array([0.0, 1.0]), 2)[0]
    Array([[1, 0],
           [0, 1]], dtype=int32)
    """
    both = isinstance(bins, list | tuple) and len(bins) == 2 and any(np.ndim(b) for b in bins)
    if not both and np.ndim(bins) == 1 and len(bins) not in (1, 2):
        bins = [bins, bins]
    x, y = promote("histogram2d", (as_array("histogram2d", x), as_array("histogram2d", y)))
    counts, (first, second) = histogramdd(stack([ravel(x), ravel(y)], 1), bins, range, weights, density)
    return counts, first, second


def histogramdd(
    sample: Any, bins: Any = 10, range: Any = None, weights: Any = None, density: bool | None = None
) -> tuple[Any, list[Any]]:
    """How many points lie in each cell of a grid of any dimension, and the edges of the cells in each direction.

    Args:
      sample: of shape (n, d), the points as rows.
      bins: how many for all, or a list of d numbers or vectors of edges.
      range: a list of d pairs (or None) of the least and the greatest edge.
      weights: what each point counts, of shape (n,).
      density: divide by the sum and the volumes.

    Returns:
      The counts, of d dimensions (integers without weights and density), and d vectors of edges.

    Raises:
      ShapeError: the sample is no matrix, or has not a bin, a range or a weight for each.

    >>> import wengert.numpy as wnp
    >>> histogramdd(wnp.array([[0.0, 0.0], [1.0, 1.0]]), 2)[0].sum()
    Array(2, dtype=int32)
    """
    shape = as_array("histogramdd", sample).shape
    if len(shape) != 2:
        raise errors.make(errors.ShapeError, "histogramdd", f"expected points as rows but got shape {shape}")
    x, w = _weighted("histogramdd", sample, weights, shape[:1])
    if weights is None and not density:
        w = lax.full_like(w, 1, dtypes.default_int())
    d = shape[1]
    each = list(bins) if isinstance(bins, list | tuple) or np.ndim(bins) else [bins] * d
    limits = [None] * d if range is None else list(range)
    if len(each) != d or len(limits) != d:
        raise errors.make(
            errors.ShapeError, "histogramdd",
            f"expected bins and ranges for {d} dimensions but got {len(each)} and {len(limits)}",
        )  # fmt: skip
    columns = [lax.index_in_dim(x, k, 1, False) for k in np.arange(d).tolist()]
    edges = [histogram_bin_edges(c, b, r) for c, b, r in zip(columns, each, limits, strict=True)]
    sizes = [e.size - 1 for e in edges]
    flat: Any = 0
    outside: Any = False
    for c, e, n in zip(columns, edges, sizes, strict=True):
        place = _bins(c, e)
        outside = logic.logical_or(outside, logic.logical_or(place < 0, place >= n))
        flat = flat * n + place
    counts = lax.reshape(_added_up(logic.where(outside, -1, flat), w, math.prod(sizes)), sizes)
    if density:
        counts = counts / _sum(counts)
        for k, e in enumerate(edges):
            counts = counts / lax.expand_dims(diff(e), [j for j in np.arange(d).tolist() if j != k])
    return counts, edges
