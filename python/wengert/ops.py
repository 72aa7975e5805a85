# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reductions of rows by segment. Names of `jax.ops`."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert import numpy as wnp
from wengert.tracer import is_tracer

__all__ = ["segment_max", "segment_min", "segment_prod", "segment_sum"]


def _count(function: str, segment_ids: Any, num_segments: int | None) -> int:
    if num_segments is not None:
        if num_segments < 0:
            raise errors.make(
                errors.ShapeError, function, f"expected num_segments of at least 0 but got {num_segments}"
            )
        return int(num_segments)
    if is_tracer(segment_ids):
        raise errors.make(
            errors.ConcretizationError, function, "expected num_segments but the ids have no value under a trace",
            remedy="give num_segments as a Python int",
        )  # fmt: skip
    return int(np.max(np.asarray(segment_ids), initial=-1)) + 1


def _segments(
    function: str, update: str, start: Any, data: Any, segment_ids: Any, num_segments: int | None, mode: Any
) -> Any:
    data, ids = wnp.asarray(data), wnp.asarray(segment_ids)
    if not dtypes.is_integer(ids.dtype):
        raise errors.make(errors.DtypeError, function, f"expected segment_ids of integers but got {ids.dtype}")
    if data.shape[: ids.ndim] != ids.shape:
        raise errors.make(
            errors.ShapeError, function,
            f"expected segment_ids for the leading dimensions of data {data.shape} but got {ids.shape}",
            remedy="give an id for each row",
        )  # fmt: skip
    count = _count(function, segment_ids, num_segments)
    empty = wnp.full((count, *data.shape[ids.ndim :]), start(data.dtype), data.dtype)
    # Ids below 0 count from the end elsewhere; here they belong to no segment.
    ids = wnp.where(ids < 0, count, ids)
    return getattr(empty.at[ids], update)(data, mode=mode or "drop")


def _least(dtype: np.dtype) -> Any:
    if dtype.kind == "b":
        return False
    return -np.inf if dtypes.is_inexact(dtype) else dtypes.iinfo(dtype).min


def _greatest(dtype: np.dtype) -> Any:
    if dtype.kind == "b":
        return True
    return np.inf if dtypes.is_inexact(dtype) else dtypes.iinfo(dtype).max


def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, indices_are_sorted: bool = False,
    unique_indices: bool = False, bucket_size: int | None = None, mode: Any = None,
) -> Any:  # fmt: skip
    """The sums of the rows with one id, by id.

    Args:
      data: rows, an array of shape `ids.shape + rest`.
      segment_ids: ints; rows whose id is negative or too great belong to no segment.
      num_segments: how many segments there are; by default one more than the greatest id. Needed under a trace.
      indices_are_sorted, unique_indices, bucket_size: accepted; they promise what is not made use of.
      mode: what happens to rows outside, as in `x.at[index].add`.

    Returns:
      An array of shape `(num_segments,) + rest` of the type of data.

    Raises:
      ShapeError: the ids do not fit the data.
      DtypeError: the ids are no integers.
      ConcretizationError: no num_segments under a trace.

    >>> import wengert.numpy as wnp
    >>> segment_sum(wnp.array([1.0, 2.0, 4.0]), wnp.array([0, 2, 0]))
    Array([5., 0., 2.], dtype=float32)
    """
    return _segments("segment_sum", "add", lambda _: 0, data, segment_ids, num_segments, mode)


def segment_prod(
    data: Any, segment_ids: Any, num_segments: int | None = None, indices_are_sorted: bool = False,
    unique_indices: bool = False, bucket_size: int | None = None, mode: Any = None,
) -> Any:  # fmt: skip
    """The products of the rows with one id; 1 where there is none. The arguments are those of `segment_sum`.

    >>> import wengert.numpy as wnp
    >>> segment_prod(wnp.array([3.0, 2.0, 4.0]), wnp.array([0, 2, 0]))
    Array([12.,  1.,  2.], dtype=float32)
    """
    return _segments("segment_prod", "multiply", lambda _: 1, data, segment_ids, num_segments, mode)


def segment_max(
    data: Any, segment_ids: Any, num_segments: int | None = None, indices_are_sorted: bool = False,
    unique_indices: bool = False, bucket_size: int | None = None, mode: Any = None,
) -> Any:  # fmt: skip
    """The maxima of the rows with one id; the least number where there is none. The arguments are those of
    `segment_sum`.

    >>> import wengert.numpy as wnp
    >>> segment_max(wnp.array([3, 2, 4]), wnp.array([0, 1, 0]))
    Array([4, 2], dtype=int32)
    """
    return _segments("segment_max", "max", _least, data, segment_ids, num_segments, mode)


def segment_min(
    data: Any, segment_ids: Any, num_segments: int | None = None, indices_are_sorted: bool = False,
    unique_indices: bool = False, bucket_size: int | None = None, mode: Any = None,
) -> Any:  # fmt: skip
    """The minima of the rows with one id; the greatest number where there is none. The arguments are those of
    `segment_sum`.

    >>> import wengert.numpy as wnp
    >>> segment_min(wnp.array([3, 2, 4]), wnp.array([0, 1, 0]))
    Array([3, 2], dtype=int32)
    """
    return _segments("segment_min", "min", _greatest, data, segment_ids, num_segments, mode)
