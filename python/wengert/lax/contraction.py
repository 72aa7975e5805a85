# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sums of products over shared dimensions, in the calling convention of `jax.lax`."""

from __future__ import annotations

import enum
import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from wengert import dtypes, errors
from wengert.kernels import product_dtype
from wengert.lax._operands import apply, as_array, convert, in_trace_of
from wengert.lax.functions import broadcast_in_dim, broadcasted_iota, full_like, reduce_sum, select, transpose

__all__ = [
    "DotAlgorithm", "DotAlgorithmPreset", "DotDimensionNumbers", "Precision", "PrecisionLike", "batch_matmul", "dot",
    "dot_general", "ragged_dot",
]  # fmt: skip

DotDimensionNumbers = tuple[tuple[Sequence[int], Sequence[int]], tuple[Sequence[int], Sequence[int]]]


class Precision(enum.Enum):
    """How exactly products are computed: accepted for programs written for JAX.

    Here they always have the precision of their type, which is what HIGHEST asks for.

    >>> Precision.HIGHEST.name
    'HIGHEST'
    """

    DEFAULT = 0
    HIGH = 1
    HIGHEST = 2


class DotAlgorithm(NamedTuple):
    """The types in which a product is computed: accepted as a precision, which here is never less.

    >>> DotAlgorithm("float16", "float16", "float32").accumulation_type
    'float32'
    """

    lhs_precision_type: Any
    rhs_precision_type: Any
    accumulation_type: Any
    lhs_component_count: int = 1
    rhs_component_count: int = 1
    num_primitive_operations: int = 1
    allow_imprecise_accumulation: bool = False


class DotAlgorithmPreset(enum.Enum):
    """Usual algorithms by name: accepted as a precision, which here is never less.

    >>> DotAlgorithmPreset["BF16_BF16_F32_X3"].name
    'BF16_BF16_F32_X3'
    """

    DEFAULT = 0
    ANY_F8_ANY_F8_F32 = 1
    ANY_F8_ANY_F8_F32_FAST_ACCUM = 2
    ANY_F8_ANY_F8_ANY = 3
    ANY_F8_ANY_F8_ANY_FAST_ACCUM = 4
    F16_F16_F16 = 5
    F16_F16_F32 = 6
    BF16_BF16_BF16 = 7
    BF16_BF16_F32 = 8
    BF16_BF16_F32_X3 = 9
    BF16_BF16_F32_X6 = 10
    BF16_BF16_F32_X9 = 11
    TF32_TF32_F32 = 12
    TF32_TF32_F32_X3 = 13
    F32_F32_F32 = 14
    F64_F64_F64 = 15


_Algorithm = DotAlgorithm | DotAlgorithmPreset
PrecisionLike = None | str | Precision | tuple[str, str] | tuple[Precision, Precision] | _Algorithm
_PRECISIONS = frozenset(
    tuple(name.lower() for name in DotAlgorithmPreset.__members__)
    + ("default", "fastest", "high", "highest", "bfloat16", "tensorfloat32", "float32", "bfloat16_3x", "bf16_bf16_f32")
)


def check_precision(function: str, precision: Any) -> None:
    """Refuse what is no precision: None, a `Precision`, an algorithm, a name of one, or a pair of them.

    Raises:
      DtypeError: `precision` is anything else.
    """
    one = precision if type(precision) in (tuple, list) and len(precision) == 2 else (precision,)
    for p in one:
        if (
            p is not None
            and not isinstance(p, Precision | _Algorithm)
            and not (isinstance(p, str) and p.lower() in _PRECISIONS)
        ):
            raise errors.make(
                errors.DtypeError,
                function,
                f"expected a precision (None, a lax.Precision, its name, or a pair of them) but got {precision!r}",
            )


def result_dtype(function: str, lhs: Any, rhs: Any, preferred: Any) -> tuple[np.dtype, np.dtype | None]:
    """The type of the result, and `preferred_element_type` for the op: None where it is that type anyway.

    Raises:
      DtypeError: the type asked for cannot hold the sums.
    """
    natural = product_dtype(lhs.dtype, rhs.dtype)
    if preferred is None:
        return natural, None
    wanted = dtypes.canonical(preferred)
    if wanted == natural:
        return natural, None
    ranks = [(d.kind == "c", dtypes.is_inexact(d)) for d in (natural, wanted)]
    narrow = not dtypes.is_float(natural) and wanted.itemsize < natural.itemsize
    if wanted == dtypes.bool_ or ranks[1][0] < ranks[0][0] or ranks[1][1] < ranks[0][1] or narrow:
        raise errors.make(
            errors.DtypeError,
            function,
            f"expected preferred_element_type to hold sums of {natural} but got {wanted}",
            remedy="convert the result with astype",
        )
    return wanted, wanted


def _dimensions(which: str, dims: Any, rank: int) -> tuple[int, ...]:
    try:
        result = tuple(operator.index(d) for d in dims)
    except TypeError:
        raise errors.make(
            errors.DtypeError, "dot_general", f"expected {which} dimensions as a sequence of ints but got {dims!r}"
        ) from None
    if len(set(result)) != len(result) or not all(0 <= d < rank for d in result):
        raise errors.make(
            errors.ShapeError,
            "dot_general",
            f"expected distinct {which} dimensions from 0 to {rank - 1} but got {result}",
        )
    return result


def _numbers(dimension_numbers: Any, lhs: Any, rhs: Any) -> dict[str, tuple[int, ...]]:
    try:
        (lc, rc), (lb, rb) = dimension_numbers
        lists = [tuple(d) for d in (lc, rc, lb, rb)]
    except (TypeError, ValueError):
        raise errors.make(
            errors.ShapeError,
            "dot_general",
            "expected dimension_numbers as ((lhs contracting, rhs contracting), (lhs batch, rhs batch)) but got "
            f"{dimension_numbers!r}",
        ) from None
    left = _dimensions("lhs batch and contracting", (*lists[2], *lists[0]), lhs.ndim)
    right = _dimensions("rhs batch and contracting", (*lists[3], *lists[1]), rhs.ndim)
    n = len(lists[2])
    same = n == len(lists[3]) and [lhs.shape[d] for d in left] == [rhs.shape[d] for d in right]
    if not same:
        raise errors.make(
            errors.ShapeError,
            "dot_general",
            f"expected equal sizes in contracting dimensions {left[n:]} and {tuple(lists[1])} and batch dimensions "
            f"{left[:n]} and {tuple(lists[3])} but got {lhs.shape} and {rhs.shape}",
        )
    return {
        "lhs_contracting": left[n:],
        "rhs_contracting": right[n:],
        "lhs_batch": left[:n],
        "rhs_batch": right[:n],
    }


def dot_general(
    lhs: Any,
    rhs: Any,
    dimension_numbers: Any,
    precision: Any = None,
    preferred_element_type: Any = None,
    *,
    out_sharding: None = None,
) -> Any:
    """The sum of products over contracting dimensions, separately for each index of the batch dimensions.

    Args:
      dimension_numbers: ((lhs contracting, rhs contracting), (lhs batch, rhs batch)).
      preferred_element_type: the type that is summed in and returned; by default the type of the operands, the
        higher one if they differ. Derivatives keep the types of the operands.

    Raises:
      ShapeError: dimensions do not exist, or their sizes differ.
      DtypeError: the type asked for is narrower than integers that are summed, or drops their fraction.

    >>> import wengert.numpy as wnp
    >>> bytes = wnp.full((2, 3), 100, "int8")
    >>> dot_general(bytes, bytes, (((1,), (1,)), ((), ())), preferred_element_type="int32")
    Array([[30000, 30000],
           [30000, 30000]], dtype=int32)
    """
    check_precision("dot_general", precision)
    x, y = as_array("dot_general", lhs), as_array("dot_general", rhs)
    attributes: dict[str, Any] = _numbers(dimension_numbers, x, y)
    return contract("dot_general", x, y, attributes, preferred_element_type)


def contract(function: str, x: Any, y: Any, attributes: dict[str, Any], preferred: Any = None) -> Any:
    """The op on arrays, bools as or of ands; `attributes` are its dimension lists."""
    if x.dtype == dtypes.bool_ or y.dtype == dtypes.bool_:
        both = x.dtype == y.dtype
        x, y = (convert(z, dtypes.int32) if z.dtype == dtypes.bool_ else z for z in (x, y))
        out = contract(function, x, y, attributes, None if both else preferred)
        wanted = dtypes.bool_ if both and preferred is None else dtypes.canonical(preferred) if both else out.dtype
        return convert(out, wanted)
    _, wanted = result_dtype(function, x, y, preferred)
    if wanted is not None:
        attributes = {**attributes, "preferred_element_type": wanted}
    out = apply("dot_general", (x, y), **attributes)
    return out if preferred is None else convert(out, out.dtype)


def dot(
    lhs: Any,
    rhs: Any,
    *,
    dimension_numbers: Any = None,
    precision: Any = None,
    preferred_element_type: Any = None,
    out_sharding: None = None,
) -> Any:
    """The product of vectors and matrices (ranks 1 and 2), or `dot_general` if `dimension_numbers` are given.

    Raises:
      ShapeError: other ranks, or sizes that differ.

    >>> import wengert.numpy as wnp
    >>> dot(wnp.ones((2, 3)), wnp.full(3, 2.0))
    Array([6., 6.], dtype=float32)
    """
    x, y = as_array("dot", lhs), as_array("dot", rhs)
    if dimension_numbers is None:
        if not 1 <= x.ndim <= 2 or not 1 <= y.ndim <= 2 or x.shape[-1] != y.shape[0]:
            raise errors.make(
                errors.ShapeError,
                "dot",
                f"expected ranks 1 or 2 and equal sizes in the last dimension of the first and the first one of the "
                f"second operand but got {x.shape} and {y.shape}",
            )
        dimension_numbers = (((x.ndim - 1,), (0,)), ((), ()))
    return dot_general(x, y, dimension_numbers, precision, preferred_element_type)


def batch_matmul(lhs: Any, rhs: Any, precision: Any = None) -> Any:
    """The matrix product of the last two dimensions for each index of the others.

    Raises:
      ShapeError: ranks below 2 or that differ, or sizes that differ.

    >>> import wengert.numpy as wnp
    >>> batch_matmul(wnp.ones((5, 2, 3)), wnp.ones((5, 3, 4))).shape
    (5, 2, 4)
    """
    x, y = as_array("batch_matmul", lhs), as_array("batch_matmul", rhs)
    n = x.ndim
    if n < 2 or y.ndim != n:
        raise errors.make(
            errors.ShapeError, "batch_matmul", f"expected two operands of one rank from 2 but got {x.shape}, {y.shape}"
        )
    batch: Sequence[int] = tuple(range(n - 2))
    return dot_general(x, y, (((n - 1,), (n - 2,)), (batch, batch)), precision)


def ragged_dot(
    lhs: Any,
    rhs: Any,
    group_sizes: Any,
    precision: Any = None,
    preferred_element_type: Any = None,
    group_offset: None = None,
    out_sharding: None = None,
) -> Any:
    """Consecutive groups of rows of `lhs`, each times a matrix of its own.

    Every row is multiplied with all matrices: the cost is that of `len(rhs)` products.

    Args:
      lhs: of shape (m, k).
      rhs: of shape (g, k, n), a matrix for each group.
      group_sizes: g integers, how many rows each group has; rows after the last group become zeros.
      preferred_element_type: the type that is summed in and returned; by default the type of the operands, the
        higher one if they differ.

    Raises:
      ShapeError: shapes do not fit.
      DtypeError: the sizes are no integers.
      TypeError: group_offset or out_sharding are given.

    >>> import wengert.numpy as wnp
    >>> rows, matrices = wnp.ones((3, 1)), wnp.array([[[1.0]], [[2.0]]])
    >>> ragged_dot(rows, matrices, wnp.array([1, 2])).ravel()
    Array([1., 2., 2.], dtype=float32)
    """
    function = "ragged_dot"
    check_precision(function, precision)
    if group_offset is not None or out_sharding is not None:
        raise TypeError("ragged_dot: expected no group_offset and no out_sharding")
    x, y, sizes = (as_array(function, v) for v in (lhs, rhs, group_sizes))
    if x.ndim != 2 or y.ndim != 3 or sizes.shape != y.shape[:1] or x.shape[1] != y.shape[1]:
        raise errors.make(
            errors.ShapeError,
            function,
            f"expected the shapes (m, k), (g, k, n) and (g,) but got {x.shape}, {y.shape} and {sizes.shape}",
        )
    if not dtypes.is_integer(sizes.dtype):
        raise errors.make(errors.DtypeError, function, f"expected sizes of an integer type but got {sizes.dtype}")
    products = dot_general(y, x, (((1,), (1,)), ((), ())), None, preferred_element_type)  # group, column, row
    ends = apply("cumsum", (convert(sizes, dtypes.int32),), axis=0, reverse=False)
    starts, shape = apply("sub", (ends, convert(sizes, dtypes.int32))), products.shape
    row = in_trace_of(broadcasted_iota("int32", shape, 2), ends)
    is_past, is_before = (apply("ge", (row, broadcast_in_dim(e, shape, (0,)))) for e in (starts, ends))
    own = apply("bitwise_and", (is_past, apply("bitwise_not", (is_before,))))
    return transpose(reduce_sum(select(own, products, full_like(products, 0)), (0,)), (1, 0))
