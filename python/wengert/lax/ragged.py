# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products of which one dimension is split into consecutive groups, along any dimension."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from wengert import dtypes, errors
from wengert.lax._operands import as_array
from wengert.lax.contraction import check_precision, dot_general

__all__ = ["RaggedDotDimensionNumbers", "ragged_dot_general"]


class RaggedDotDimensionNumbers(NamedTuple):
    """Which dimensions are multiplied, which one is split into groups, and which of `rhs` counts the groups.

    Attributes:
      dot_dimension_numbers: as of `dot_general`.
      lhs_ragged_dimensions: one dimension of `lhs`.
      rhs_group_dimensions: one dimension of `rhs` if the ragged one is neither summed over nor of the batch, else none.
    """

    dot_dimension_numbers: Any
    lhs_ragged_dimensions: Sequence[int]
    rhs_group_dimensions: Sequence[int]


def ragged_dot_general(
    lhs: Any,
    rhs: Any,
    group_sizes: Any,
    ragged_dot_dimension_numbers: RaggedDotDimensionNumbers,
    precision: Any = None,
    preferred_element_type: Any = None,
    group_offset: None = None,
    out_sharding: None = None,
) -> Any:
    """`dot_general` with one dimension of `lhs` in consecutive groups.

    Every group is computed for the whole dimension with zeros outside of it: the cost is that of a product for each.

    - A dimension that stays: each group has its own `rhs`; what comes after the last group becomes zeros.
    - One that is summed over: the sums of each group, along a new leading dimension.
    - One of the batch: the groups make no difference.

    Args:
      group_sizes: integers, of shape (groups,).
      ragged_dot_dimension_numbers: see `RaggedDotDimensionNumbers`.

    Raises:
      ShapeError: the sizes have another shape, or the groups of `rhs` are others.
      DtypeError: they are no integers.
      TypeError: group_offset or out_sharding are given.

    >>> import wengert.numpy as wnp
    >>> sums = RaggedDotDimensionNumbers((((0,), (0,)), ((), ())), [0], [])
    >>> ragged_dot_general(wnp.arange(4.0), wnp.ones(4), wnp.array([1, 3]), sums).tolist()
    [0.0, 6.0]
    """
    from wengert import numpy as wnp

    function = "ragged_dot_general"
    check_precision(function, precision)
    if group_offset is not None or out_sharding is not None:
        raise TypeError("ragged_dot_general: expected no group_offset and no out_sharding")
    x, y, sizes = (as_array(function, v) for v in (lhs, rhs, group_sizes))
    ((lhs_sum, rhs_sum), (lhs_batch, rhs_batch)), ragged, groups = ragged_dot_dimension_numbers
    (at,) = ragged
    if not dtypes.is_integer(sizes.dtype):
        raise errors.make(errors.DtypeError, function, f"expected sizes of an integer type but got {sizes.dtype}")
    stays = at not in lhs_sum and at not in lhs_batch
    if sizes.ndim != 1 or len(groups) != stays or (stays and y.shape[groups[0]] != sizes.shape[0]):
        raise errors.make(
            errors.ShapeError, function,
            f"expected sizes of shape (groups,), and a dimension of rhs for the groups where the ragged one stays, but "
            f"got {sizes.shape}, {tuple(groups)} and rhs of {y.shape}",
            remedy="map over further dimensions of the sizes with vmap",
        )  # fmt: skip
    if at in lhs_batch:
        return dot_general(x, y, ((lhs_sum, rhs_sum), (lhs_batch, rhs_batch)), None, preferred_element_type)
    ends = wnp.cumsum(sizes)[:, None]
    row = wnp.arange(x.shape[at])
    own = wnp.logical_and(row >= ends - sizes[:, None], row < ends)
    own = own.reshape((sizes.shape[0], *[-1 if i == at else 1 for i in range(x.ndim)]))
    each = wnp.where(own, x, wnp.zeros((), x.dtype))  # groups first
    moved = lambda dims: tuple(i + 1 for i in dims)
    batch = (moved(lhs_batch), tuple(rhs_batch))
    if stays:
        sums = ((0, *moved(lhs_sum)), (groups[0], *rhs_sum))
        return dot_general(each, y, (sums, batch), None, preferred_element_type)
    out = dot_general(each, y, ((moved(lhs_sum), tuple(rhs_sum)), batch), None, preferred_element_type)
    return wnp.moveaxis(out, len(lhs_batch), 0)
