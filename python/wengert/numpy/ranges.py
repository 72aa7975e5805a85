# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays of evenly spaced numbers, of indices, and matrices made of them."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, broadcast, convert, is_tracer, promote
from wengert.numpy.arguments import check_place
from wengert.numpy.creation import _shape, astype, ones_like, zeros
from wengert.numpy.elementwise import power

__all__ = [
    "arange", "eye", "fromfunction", "geomspace", "identity", "indices", "linspace", "logspace", "meshgrid", "tri",
    "vander",
]  # fmt: skip


def arange(
    start: Any, stop: Any = None, step: Any = None, dtype: Any = None, *, device: Any = None, out_sharding: None = None
) -> Any:
    """Evenly spaced numbers from `start` (0 if only one bound is given) up to and without `stop`.

    Raises:
      DtypeError: complex bounds.

    >>> arange(3), arange(0.0, 1.0, 0.5)
    (Array([0, 1, 2], dtype=int32), Array([0. , 0.5], dtype=float32))
    """
    if device is not None or out_sharding is not None:
        check_place("arange", device, out_sharding)
    bounds = [b for b in (start, stop, step) if b is not None]
    kind = dtypes.result_type(*bounds) if dtype is None else dtypes.canonical(dtype)
    if any(dtypes.dtype_and_weak(b)[0].kind == "c" for b in bounds):
        raise errors.make(errors.DtypeError, "arange", f"expected real bounds but got {', '.join(map(str, bounds))}")
    bounds = [b.item() if type(b) is Array else _concrete(b) for b in bounds]
    if stop is None and step is None and isinstance(bounds[0], int) and kind.kind in "iu":
        return lax.iota(kind, max(0, bounds[0]))
    if step is not None and len(bounds) == 2:  # stop=None, step given
        bounds = [0, bounds[0], bounds[1]]
    return Array._wrap(np.arange(*bounds).astype(kind))


def _concrete(bound: Any) -> Any:
    if is_tracer(bound):
        return bound.item()  # the tracer's own error says what to do if it has no value
    return bound


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None,
    axis: int = 0, *, device: Any = None,
) -> Any:  # fmt: skip
    """`num` evenly spaced numbers from `start` to `stop`.

    >>> linspace(0, 1, 5)
    Array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    check_place("linspace", device)
    a, b = promote("linspace", (start, stop), inexact=True)
    num = operator.index(num)
    steps = max(num - 1, 1) if endpoint else max(num, 1)
    rank = max(a.ndim, b.ndim)
    position = lax.reshape(lax.iota(a.dtype, num), (num,) + (1,) * rank)
    fraction = position / steps
    out = a * (1 - fraction) + b * fraction
    if endpoint and num > 1:  # the end exactly
        last = broadcast(convert(b, b.dtype), out.shape[1:])
        out = lax.concatenate([lax.slice_in_dim(out, 0, num - 1), lax.expand_dims(last, (0,))], 0)
    if axis:
        from wengert.numpy.manipulation import moveaxis

        out = moveaxis(out, 0, axis)
    kind = out.dtype if dtype is None else dtypes.canonical(dtype)
    if dtypes.is_integer(kind):
        from wengert.numpy.elementwise import floor

        out = floor(out)
    out = convert(out, kind)
    return (out, (b - a) / steps if num > endpoint else lax.full((), math.nan, (b - a).dtype)) if retstep else out


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Any:
    """`base` to the power of evenly spaced numbers.

    Args:
      start, stop: the exponents at the ends, numbers or arrays.
      num: how many.
      endpoint: whether the last is `stop`.
      base: what is raised.
      dtype: the type of the result.
      axis: the dimension that numbers them.

    >>> logspace(0, 2, 3)
    Array([  1.,  10., 100.], dtype=float32)
    """
    out = power(base, linspace(start, stop, num, endpoint, axis=axis))
    return out if dtype is None else astype(out, dtype)


def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Any:
    """Numbers of even ratio from `start` to `stop`, which are of one sign or complex, and not 0.

    Args:
      start, stop: the ends, numbers or arrays.
      num: how many.
      endpoint: whether the last is `stop`.
      dtype: the type of the result.
      axis: the dimension that numbers them.

    >>> geomspace(1, 4, 3)
    Array([1., 2., 4.], dtype=float32)
    """
    from wengert.numpy.elementwise import exp, log
    from wengert.numpy.manipulation import moveaxis

    a, b = promote("geomspace", (start, stop), inexact=True)
    # from 1 to the ratio of the ends, which is positive where both are negative
    ratio = log(b / a)
    steps = max(num - 1, 1) if endpoint else max(num, 1)
    kind = "float64" if a.dtype in (dtypes.float64, dtypes.complex128) else "float32"  # no narrower than the result
    fraction = lax.reshape(lax.iota(kind, num), (num,) + (1,) * max(a.ndim, b.ndim)) / steps
    out = a * exp(convert(fraction, a.dtype) * ratio)
    if endpoint and num > 1:  # the end exactly
        last = broadcast(convert(b, b.dtype), out.shape[1:])
        out = lax.concatenate([lax.slice_in_dim(out, 0, num - 1), lax.expand_dims(last, (0,))], 0)
    out = convert(moveaxis(out, 0, axis) if axis else out, out.dtype)
    return out if dtype is None else astype(out, dtype)


def near_diagonal(k: Any, shape: tuple[int, ...]) -> Any:
    """The number of a diagonal, or of the nearest outside of a matrix of this shape: it fits any integer type.

    >>> near_diagonal(2**40, (3, 4)), near_diagonal(-1, (3, 4))
    (4, -1)
    """
    if not is_tracer(k):
        return max(-shape[-2], min(operator.index(k), shape[-1]))
    if k.dtype != dtypes.int64:
        return k
    least, most = (as_array("diagonal", np.asarray(n, k.dtype)) for n in (-shape[-2], shape[-1]))
    return convert(lax.clamp(least, k, most), dtypes.int32)


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None, *, device: Any = None) -> Any:
    """Ones on the k-th diagonal of an `N` by `M` matrix.

    >>> eye(2)
    Array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    check_place("eye", device)
    shape = _shape("eye", (N, N if M is None else M))
    rows, columns = lax.broadcasted_iota("int32", shape, 0), lax.broadcasted_iota("int32", shape, 1)
    return convert(rows + near_diagonal(k, shape) == columns, dtypes.canonical(float if dtype is None else dtype))


def identity(n: int, dtype: Any = None) -> Any:
    """The identity matrix.

    >>> identity(1)
    Array([[1.]], dtype=float32)
    """
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """Ones on and below the k-th diagonal.

    >>> tri(2, dtype=int)
    Array([[1, 0],
           [1, 1]], dtype=int32)
    """
    shape = _shape("tri", (N, N if M is None else M))
    rows, columns = lax.broadcasted_iota("int32", shape, 0), lax.broadcasted_iota("int32", shape, 1)
    return convert(rows + near_diagonal(k, shape) >= columns, dtypes.canonical(float if dtype is None else dtype))


def indices(dimensions: Sequence[int], dtype: Any = None, sparse: bool = False) -> Any:
    """The index of every element along every dimension.

    Args:
      dimensions: the shape.
      dtype: the type of the result, by default the default integer.
      sparse: give a tuple of arrays that broadcast to the shape instead.

    >>> indices((1, 2))
    Array([[[0, 0]],
    <BLANKLINE>
           [[0, 1]]], dtype=int32)
    """
    shape = _shape("indices", dimensions)
    kind = dtypes.canonical(int if dtype is None else dtype)
    if sparse:
        own = lambda d: [n if k == d else 1 for k, n in enumerate(shape)]
        return tuple(lax.broadcasted_iota(kind, own(d), d) for d in range(len(shape)))
    parts = [lax.expand_dims(lax.broadcasted_iota(kind, shape, d), (0,)) for d in range(len(shape))]
    return lax.concatenate(parts, 0) if parts else zeros((0,), kind)


def fromfunction(function: Any, shape: Sequence[int], *, dtype: Any = float, **kwargs: Any) -> Any:
    """`function` of the indices of every element.

    >>> fromfunction(lambda i, j: i + j, (1, 2), dtype=int)
    Array([[0, 1]], dtype=int32)
    """
    kind = dtypes.canonical(dtype)
    return function(
        *(lax.broadcasted_iota(kind, _shape("fromfunction", shape), d) for d in range(len(shape))), **kwargs
    )


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of x, one a column.

    >>> import wengert.numpy as wnp
    >>> vander(wnp.array([2.0]), 3)
    Array([[4., 2., 1.]], dtype=float32)
    """
    x = as_array("vander", x)
    n = x.shape[0] if N is None else N
    if not n:
        return lax.full((*x.shape, 0), 0, x.dtype)
    exponents = range(n) if increasing else range(n - 1, -1, -1)
    columns = [lax.expand_dims(power(x, e) if e else ones_like(x), (1,)) for e in exponents]
    return lax.concatenate(columns, 1)


def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> list[Any]:
    """Coordinate matrices of coordinate vectors.

    >>> import wengert.numpy as wnp
    >>> [a.tolist() for a in meshgrid(wnp.array([1, 2]), wnp.array([3]))]
    [[[1, 2]], [[3, 3]]]
    """
    if indexing not in ("xy", "ij"):
        raise errors.make(errors.ShapeError, "meshgrid", f"expected indexing 'xy' or 'ij' but got {indexing!r}")
    vectors = [lax.reshape(x, (x.size,)) for x in (as_array("meshgrid", x) for x in xi)]
    places = list(range(len(vectors)))
    if indexing == "xy" and len(vectors) > 1:
        places[:2] = [1, 0]
    shape = [0] * len(vectors)
    for v, p in zip(vectors, places, strict=True):
        shape[p] = v.size
    out = []
    for v, p in zip(vectors, places, strict=True):
        size = [v.size if d == p else 1 for d in range(len(shape))] if sparse else shape
        out.append(lax.broadcast_in_dim(v, size, (p,)))
    return out
