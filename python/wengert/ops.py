# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reductions over segments: `segment_sum`, `segment_prod`, `segment_min`, `segment_max`, as in `jax.ops`.

Row i of the data belongs to the segment of its number; rows of a number that is negative or too large belong to none.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert import numpy as wnp
from wengert.lax._operands import as_array, check_kind, is_eager, refuse_complex

__all__ = ["segment_max", "segment_min", "segment_prod", "segment_sum"]


def segment_sum(
    data: Any,
    segment_ids: Any,
    num_segments: int | None = None,
    indices_are_sorted: bool = False,
    unique_indices: bool = False,
    bucket_size: int | None = None,
    mode: str | None = None,
    out_sharding: None = None,
) -> Any:
    """The sum of the rows of each segment.

    Args:
      data: shape (n, ...).
      segment_ids: the segment of each row, integers of shape (n,).
      num_segments: how many segments there are; by default the largest number and one, which must be known: under
        `jit` it has to be given.
      indices_are_sorted, unique_indices: promises, which are not used.
      bucket_size: reduce this many rows at a time, and then the results: the rounding errors of long sums are smaller.
      mode: what becomes of a number that is no segment: "drop" (the default) or "clip" to the nearest one.
      out_sharding: None.

    Returns:
      The type of the data, shape (num_segments, ...); 0 for a segment without rows.

    Raises:
      DtypeError: segment_ids are no integers.
      ShapeError: they are no vector, or not as many as rows.
      ConcretizationError: num_segments is not given and segment_ids are traced.
      ValueError: num_segments is negative, bucket_size is less than 1, or another mode.

    >>> segment_sum(wnp.array([1.0, 2.0, 3.0, 4.0]), wnp.array([0, 0, 2, -1]), num_segments=3)
    Array([3., 0., 3.], dtype=float32)
    """
    return _segments("segment_sum", data, segment_ids, num_segments, bucket_size, mode)


def segment_prod(
    data: Any,
    segment_ids: Any,
    num_segments: int | None = None,
    indices_are_sorted: bool = False,
    unique_indices: bool = False,
    bucket_size: int | None = None,
    mode: str | None = None,
    out_sharding: None = None,
) -> Any:
    """The product of the rows of each segment; see `segment_sum`. 1 for a segment without rows.

    >>> segment_prod(wnp.array([1.0, 2.0, 3.0]), wnp.array([0, 1, 1]))
    Array([1., 6.], dtype=float32)
    """
    return _segments("segment_prod", data, segment_ids, num_segments, bucket_size, mode)


def segment_max(
    data: Any,
    segment_ids: Any,
    num_segments: int | None = None,
    indices_are_sorted: bool = False,
    unique_indices: bool = False,
    bucket_size: int | None = None,
    mode: str | None = None,
    out_sharding: None = None,
) -> Any:
    """The largest of the rows of each segment; see `segment_sum`. The least number of the type for one without rows.

    Raises:
      DtypeError: complex data.

    >>> segment_max(wnp.array([1.0, 2.0, 3.0]), wnp.array([0, 0, 2]))
    Array([  2., -inf,   3.], dtype=float32)
    """
    return _segments("segment_max", data, segment_ids, num_segments, bucket_size, mode)


def segment_min(
    data: Any,
    segment_ids: Any,
    num_segments: int | None = None,
    indices_are_sorted: bool = False,
    unique_indices: bool = False,
    bucket_size: int | None = None,
    mode: str | None = None,
    out_sharding: None = None,
) -> Any:
    """The least of the rows of each segment; see `segment_sum`. The largest number of the type for one without rows.

    Raises:
      DtypeError: complex data.

    >>> segment_min(wnp.array([4, 2, 3]), wnp.array([0, 0, 1]))
    Array([2, 3], dtype=int32)
    """
    return _segments("segment_min", data, segment_ids, num_segments, bucket_size, mode)


_METHODS = {"segment_sum": "add", "segment_prod": "multiply", "segment_max": "max", "segment_min": "min"}
_REDUCTIONS = {"segment_sum": wnp.sum, "segment_prod": wnp.prod, "segment_max": wnp.max, "segment_min": wnp.min}


def _neutral(function: str, dtype: np.dtype) -> Any:
    """What reducing with it does not change."""
    if function in ("segment_sum", "segment_prod"):
        return int(function == "segment_prod")
    least = function == "segment_max"
    if dtype == dtypes.bool_:
        return not least
    if dtypes.is_inexact(dtype):
        return -np.inf if least else np.inf
    return dtypes.iinfo(dtype).min if least else dtypes.iinfo(dtype).max


def _count(function: str, ids: Any, num_segments: int | None) -> int:
    if num_segments is None:
        if not is_eager(ids):
            raise errors.make(
                errors.ConcretizationError, function,
                "expected num_segments, because the numbers of the segments are traced, but got None",
                remedy="pass num_segments",
            )  # fmt: skip
        return max(0, int(wnp.max(ids, initial=-1)) + 1)
    if num_segments < 0:
        raise ValueError(f"{function}: expected num_segments of at least 0 but got {num_segments}")
    return int(num_segments)


def _segments(function: str, data: Any, ids: Any, num_segments: Any, bucket_size: int | None, mode: Any) -> Any:
    data, ids = as_array(function, data), as_array(function, ids)
    check_kind(function, "iu", "integer", ids)
    if _METHODS[function] in ("max", "min"):
        refuse_complex(function, data)
    if ids.ndim != 1 or data.shape[:1] != ids.shape:
        raise errors.make(
            errors.ShapeError, function,
            f"expected data of shape (n, ...) and segment_ids of shape (n,) but got {data.shape} and {ids.shape}",
        )  # fmt: skip
    mode = str(getattr(mode, "name", mode)).lower() if mode is not None else "drop"
    modes = {"drop": "drop", "fill": "drop", "fill_or_drop": "drop", "clip": "clip", "promise_in_bounds": "drop"}
    if mode not in modes:
        raise ValueError(f"{function}: expected a mode of 'drop' or 'clip' but got {mode!r}")
    if bucket_size is not None and bucket_size < 1:
        raise ValueError(f"{function}: expected a bucket_size of at least 1 but got {bucket_size}")
    count = _count(function, ids, num_segments)
    # Numbers below zero would count from the end.
    ids = wnp.clip(ids, 0, max(count - 1, 0)) if modes[mode] == "clip" else wnp.where(ids < 0, count, ids)
    shape = (count, *data.shape[1:])
    if bucket_size is None:
        out = wnp.full(shape, _neutral(function, data.dtype), data.dtype)
        return getattr(out.at[ids], _METHODS[function])(data, mode="drop")
    n = data.shape[0]
    out = wnp.full((max(1, -(-n // bucket_size)), *shape), _neutral(function, data.dtype), data.dtype)
    buckets = np.arange(n, dtype=np.int32) // bucket_size
    parts = getattr(out.at[buckets, ids], _METHODS[function])(data, mode="drop")
    return _REDUCTIONS[function](parts, 0).astype(data.dtype)
