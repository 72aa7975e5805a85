# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Indices as arrays: of diagonals and triangles, and flat indices to indices of every dimension and back."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, convert, is_tracer
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.counting import concrete, nonzero

__all__ = [
    "diag_indices", "diag_indices_from", "mask_indices", "ravel_multi_index", "tril_indices", "tril_indices_from",
    "triu_indices", "triu_indices_from", "unravel_index",
]  # fmt: skip


def _integers(data: np.ndarray) -> Array:
    return Array._wrap(np.ascontiguousarray(data, dtypes.default_int()))


def diag_indices(n: int, ndim: int = 2) -> tuple[Array, ...]:
    """The indices of the main diagonal of an array with `ndim` dimensions of size n.

    Raises:
      ValueError: n or ndim is negative.

    >>> diag_indices(2)
    (Array([0, 1], dtype=int32), Array([0, 1], dtype=int32))
    """
    if n < 0 or ndim < 0:
        raise ValueError(f"diag_indices: expected n and ndim of at least 0 but got {n} and {ndim}")
    return (_integers(np.arange(n)),) * ndim


def diag_indices_from(arr: Any) -> tuple[Array, ...]:
    """The indices of the main diagonal of `arr`, whose sizes are equal.

    Raises:
      ShapeError: less than two dimensions, or sizes that differ.

    >>> import wengert.numpy as wnp
    >>> diag_indices_from(wnp.zeros((2, 2)))
    (Array([0, 1], dtype=int32), Array([0, 1], dtype=int32))
    """
    shape = as_array("diag_indices_from", arr).shape
    if len(shape) < 2 or len(set(shape)) > 1:
        raise errors.make(
            errors.ShapeError, "diag_indices_from", f"expected two or more equal sizes but got shape {shape}"
        )
    return diag_indices(shape[0], len(shape))


def _matrix_shape(function: str, arr: Any) -> tuple[int, int]:
    shape = arr.shape if hasattr(arr, "shape") else as_array(function, arr).shape
    if len(shape) != 2:
        raise errors.make(errors.ShapeError, function, f"expected a matrix but got shape {tuple(shape)}")
    return shape


def tril_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Array, Array]:
    """The indices of the elements on and below the k-th diagonal of an n by m matrix, a square one without m.

    >>> tril_indices(2)
    (Array([0, 1, 1], dtype=int32), Array([0, 0, 1], dtype=int32))
    """
    rows, columns = np.tril_indices(n, k, m)
    return _integers(rows), _integers(columns)


def triu_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Array, Array]:
    """The indices of the elements on and above the k-th diagonal of an n by m matrix, a square one without m.

    >>> triu_indices(2)
    (Array([0, 0, 1], dtype=int32), Array([0, 1, 1], dtype=int32))
    """
    rows, columns = np.triu_indices(n, k, m)
    return _integers(rows), _integers(columns)


def tril_indices_from(arr: Any, k: int = 0) -> tuple[Array, Array]:
    """`tril_indices` of the shape of a matrix.

    Raises:
      ShapeError: `arr` is no matrix.

    >>> import wengert.numpy as wnp
    >>> tril_indices_from(wnp.zeros((1, 2)), 1)
    (Array([0, 0], dtype=int32), Array([0, 1], dtype=int32))
    """
    n, m = _matrix_shape("tril_indices_from", arr)
    return tril_indices(n, k, m)


def triu_indices_from(arr: Any, k: int = 0) -> tuple[Array, Array]:
    """`triu_indices` of the shape of a matrix.

    Raises:
      ShapeError: `arr` is no matrix.

    >>> import wengert.numpy as wnp
    >>> triu_indices_from(wnp.zeros((2, 1)))
    (Array([0], dtype=int32), Array([0], dtype=int32))
    """
    n, m = _matrix_shape("triu_indices_from", arr)
    return triu_indices(n, k, m)


def mask_indices(n: int, mask_func: Callable[..., Any], k: int = 0, *, size: int | None = None) -> tuple[Any, Any]:
    """The indices where `mask_func(ones((n, n)), k)` is not 0, e.g. of `triu` or `tril`.

    Args:
      n: the size.
      mask_func: a function of a matrix and a number.
      k: its second argument.
      size: how many to return, needed in traced functions.

    >>> import wengert.numpy as wnp
    >>> mask_indices(2, wnp.triu, 1)
    (Array([0], dtype=int32), Array([1], dtype=int32))
    """
    rows, columns = nonzero(mask_func(lax.full((n, n), 1, dtypes.default_int()), k), size=size)
    return rows, columns


def _sizes(function: str, shape: Any) -> tuple[int, ...]:
    try:
        return tuple(operator.index(n) for n in (shape if isinstance(shape, tuple | list | np.ndarray) else (shape,)))
    except TypeError:
        raise errors.make(errors.ShapeError, function, f"expected a shape of ints but got {shape!r}") from None


def ravel_multi_index(
    multi_index: Sequence[Any], dims: Sequence[int], mode: str = "raise", order: str = "C", *, dtype: Any = None
) -> Any:
    """The indices in the flattened array of elements that are given by an index for each dimension.

    Args:
      multi_index: an array of integers for each dimension; they broadcast.
      dims: the shape.
      mode: for indices outside: "raise" (which needs values), "clip", "wrap", or "ignore".
      order: "C" for row-major, "F" for column-major.
      dtype: the integer type of the result.

    Raises:
      ShapeError: not as many indices as dimensions.
      IndexingError: an index outside with mode "raise".
      ConcretizationError: an index is traced and the mode is "raise".
      DtypeError: an index or `dtype` is no integer.
      ValueError: another mode or order.

    >>> import wengert.numpy as wnp
    >>> ravel_multi_index((wnp.array([0, 1]), wnp.array([2, 0])), (2, 3))
    Array([2, 3], dtype=int32)
    """
    sizes = _sizes("ravel_multi_index", dims)
    indices = [as_array("ravel_multi_index", i) for i in multi_index]
    if len(indices) != len(sizes):
        raise errors.make(
            errors.ShapeError, "ravel_multi_index", f"expected {len(sizes)} indices for {sizes} but got {len(indices)}"
        )
    kind = dtypes.result_type(int, *indices) if dtype is None else dtypes.canonical(dtype)
    for x in (*indices, np.empty(0, kind)):
        if not dtypes.is_integer(x.dtype):
            raise errors.make(errors.DtypeError, "ravel_multi_index", f"expected integers but got {x.dtype}")
    if mode not in ("raise", "clip", "wrap", "ignore") or order not in ("C", "F"):
        raise ValueError(
            f"ravel_multi_index: expected the mode raise, clip, wrap or ignore and the order C or F but got {mode!r} "
            f"and {order!r}"
        )
    if mode == "raise":
        for x, n in zip(indices, sizes, strict=True):
            values = concrete("ravel_multi_index", x, " with mode='raise'")
            if ((values < 0) | (values >= n)).any():
                raise errors.make(
                    errors.IndexingError, "ravel_multi_index", f"expected indices within {sizes} but got others",
                    remedy="choose mode='clip' or mode='wrap'",
                )  # fmt: skip
    elif mode == "clip":
        indices = [ew.clip(x, 0, n - 1) for x, n in zip(indices, sizes, strict=True)]
    elif mode == "wrap":
        indices = [ew.remainder(x, n) for x, n in zip(indices, sizes, strict=True)]
    result: Any = convert(as_array("ravel_multi_index", 0), kind)
    for d, x in enumerate(indices):
        stride = math.prod(sizes[:d]) if order == "F" else math.prod(sizes[d + 1 :])
        result = result + convert(x, kind) * stride
    return result


def unravel_index(indices: Any, shape: Any) -> tuple[Any, ...]:
    """The index for each dimension of the elements at these places of the flattened array.

    Args:
      indices: integers; negative ones count from the end, those outside lead to the nearest end.
      shape: the shape, an int or several.

    Raises:
      DtypeError: the indices are no integers.

    >>> import wengert.numpy as wnp
    >>> unravel_index(wnp.array([2, 3]), (2, 3))
    (Array([0, 1], dtype=int32), Array([2, 0], dtype=int32))
    """
    parts = shape if isinstance(shape, (tuple, list)) else (shape,)
    sizes: Any = parts if any(map(is_tracer, parts)) else _sizes("unravel_index", shape)
    x = as_array("unravel_index", indices)
    if not dtypes.is_integer(x.dtype):
        raise errors.make(errors.DtypeError, "unravel_index", f"expected integers but got {x.dtype}")
    total = math.prod(sizes)
    if x.dtype.kind == "i":
        x = logic.where(x < 0, x + total, x)
    x = ew.clip(x, 0, ew.maximum(total - 1, 0))
    out = []
    for d, n in enumerate(sizes):
        stride = math.prod(sizes[d + 1 :])
        stride, n = (m if is_tracer(m) else max(m, 1) for m in (stride, n))
        out.append(ew.remainder(ew.floor_divide(x, stride), n))
    return tuple(out)
