# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolutions, in the calling convention of `jax.lax`."""

from __future__ import annotations

import enum
import math
import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

from wengert import dtypes, errors
from wengert.lax._operands import apply, as_array, convert
from wengert.lax.contraction import check_precision, dot_general, result_dtype
from wengert.lax.functions import broadcasted_iota, reshape, rev, transpose

__all__ = [
    "ConvDimensionNumbers", "PaddingType", "conv", "conv_dimension_numbers", "conv_general_dilated",
    "conv_general_dilated_local", "conv_general_dilated_patches", "conv_general_permutations",
    "conv_general_shape_tuple", "conv_shape_tuple", "conv_transpose", "conv_transpose_shape_tuple",
    "conv_with_general_padding", "padtype_to_pads",
]  # fmt: skip


class ConvDimensionNumbers(NamedTuple):
    """Which dimension of an array plays which part in a convolution.

    Attributes:
      lhs_spec: the dimensions of lhs that are batch, feature, spatial...
      rhs_spec: those of the kernel that are output feature, input feature, spatial...
      out_spec: those of the result that are batch, feature, spatial...
    """

    lhs_spec: Sequence[int]
    rhs_spec: Sequence[int]
    out_spec: Sequence[int]


class PaddingType(enum.Enum):
    """The paddings that have a name."""

    VALID = 1
    SAME = 2
    SAME_LOWER = 3


def _error(function: str, problem: str, remedy: str = "") -> errors.WengertError:
    return errors.make(errors.ShapeError, function, problem, remedy=remedy)


def _padding_type(function: str, padding: Any) -> PaddingType:
    if isinstance(padding, PaddingType):
        return padding
    if not isinstance(padding, str) or padding.upper() not in PaddingType.__members__:
        raise _error(function, f"expected the padding 'VALID', 'SAME', 'SAME_LOWER' or pairs but got {padding!r}")
    return PaddingType[padding.upper()]


def padtype_to_pads(
    in_shape: Sequence[int], window_shape: Sequence[int], window_strides: Sequence[int], padding: str | PaddingType
) -> list[tuple[int, int]]:
    """The padding (low, high) of each dimension that a name stands for.

    'VALID' is none. 'SAME' gives a result of size ceil(size / stride); an odd number has the larger part at the high
    end, with 'SAME_LOWER' at the low one.

    Raises:
      ShapeError: no such name.

    >>> padtype_to_pads((5,), (4,), (1,), "SAME")
    [(1, 2)]
    """
    kind = _padding_type("padtype_to_pads", padding)
    pads = []
    for size, window, stride in zip(in_shape, window_shape, window_strides, strict=True):
        total = max((-(-size // stride) - 1) * stride + window - size, 0) if kind != PaddingType.VALID else 0
        low = total // 2 if kind == PaddingType.SAME else total - total // 2
        pads.append((int(low), int(total - low)))
    return pads


def conv_general_permutations(dimension_numbers: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The specs for strings of letters: N and C, O and I, N and C, and any letters for the spatial dimensions.

    Raises:
      ShapeError: a letter is missing, there twice, or not in all of them.

    >>> conv_general_permutations(("NHWC", "HWIO", "NHWC"))
    ((0, 3, 1, 2), (3, 2, 0, 1), (0, 3, 1, 2))
    """
    pairs = ("NC", "OI", "NC")
    for i, (spec, pair) in enumerate(zip(dimension_numbers, pairs, strict=True)):
        if len(set(spec)) != len(spec) or not set(pair) <= set(spec):
            raise _error(
                "conv_dimension_numbers",
                f"expected dimension_numbers[{i}] to have the letters {pair[0]}, {pair[1]} and no letter twice but "
                f"got {spec!r}",
            )
    spatial = [set(spec) - set(pair) for spec, pair in zip(dimension_numbers, pairs, strict=True)]
    if not spatial[0] == spatial[1] == spatial[2]:
        raise _error(
            "conv_dimension_numbers",
            f"expected the same letters for spatial dimensions in all dimension_numbers but got {dimension_numbers}",
        )
    order = [c for c in dimension_numbers[1] if c not in "OI"]
    return tuple(
        tuple(spec.index(c) for c in (*pair, *order)) for spec, pair in zip(dimension_numbers, pairs, strict=True)
    )


def conv_dimension_numbers(
    lhs_shape: Sequence[int], rhs_shape: Sequence[int], dimension_numbers: Any
) -> ConvDimensionNumbers:
    """`dimension_numbers` as specs: None for NC..., OI..., NC..., three strings, or specs already.

    Raises:
      ShapeError: they do not fit the ranks, or each other.

    >>> conv_dimension_numbers((1, 8, 8, 3), (3, 3, 3, 4), ("NHWC", "HWIO", "NHWC")).rhs_spec
    (3, 2, 0, 1)
    """
    rank = len(lhs_shape)
    if rank < 2 or len(rhs_shape) != rank:
        raise _error(
            "conv_dimension_numbers",
            f"expected two operands of one rank from 2 but got shapes {tuple(lhs_shape)} and {tuple(rhs_shape)}",
        )
    if dimension_numbers is None:
        return ConvDimensionNumbers(*(tuple(range(rank)),) * 3)
    if isinstance(dimension_numbers, ConvDimensionNumbers):
        for spec in dimension_numbers:
            if sorted(spec) != list(range(rank)):
                raise _error(
                    "conv_dimension_numbers", f"expected each spec to permute {rank} dimensions but got {spec}"
                )
        return dimension_numbers
    given = tuple(dimension_numbers) if isinstance(dimension_numbers, (tuple, list)) else ()
    if len(given) != 3 or not all(isinstance(spec, str) and len(spec) == rank for spec in given):
        raise _error(
            "conv_dimension_numbers",
            f"expected three strings of {rank} letters, or ConvDimensionNumbers, but got {dimension_numbers!r}",
        )
    return ConvDimensionNumbers(*conv_general_permutations(given))


def _pick(shape: Sequence[int], spec: Sequence[int]) -> tuple[int, ...]:
    return tuple(shape[d] for d in spec)


def _place(shape: Sequence[int], spec: Sequence[int]) -> tuple[int, ...]:
    placed = [0] * len(shape)
    for n, d in zip(shape, spec, strict=True):
        placed[d] = n
    return tuple(placed)


def _dilate(n: int, dilation: int) -> int:
    return dilation * (n - 1) + 1 if n else 0


def _counts(function: str, name: str, values: Any, rank: int, least: int = 1) -> tuple[int, ...]:
    if values is None:
        return (1,) * rank
    try:
        result = tuple(operator.index(v) for v in values)
    except TypeError:
        result = ()
    if len(result) != rank or any(v < least for v in result):
        raise _error(
            function, f"expected {name} as {rank} ints from {least}, one a spatial dimension, but got {values!r}"
        )
    return result


def _pairs(function: str, padding: Any, rank: int) -> list[tuple[int, int]]:
    try:
        pads = [(operator.index(low), operator.index(high)) for low, high in padding]
    except (TypeError, ValueError):
        pads = None
    if pads is None or len(pads) != rank:
        raise _error(
            function,
            f"expected padding as 'VALID', 'SAME', 'SAME_LOWER' or {rank} pairs (low, high) but got {padding!r}",
        )
    return pads


def conv_shape_tuple(
    lhs_shape: Sequence[int],
    rhs_shape: Sequence[int],
    strides: Sequence[int],
    pads: Any,
    batch_group_count: int = 1,
) -> tuple[int, ...]:
    """The shape of a convolution of shapes in the order (batch, feature, spatial...), already dilated.

    Raises:
      ShapeError: negative padding takes more than there is.

    >>> conv_shape_tuple((1, 3, 8), (4, 3, 3), (1,), "VALID")
    (1, 4, 6)
    """
    if isinstance(pads, (str, PaddingType)):
        pads = padtype_to_pads(lhs_shape[2:], rhs_shape[2:], strides, pads)
    pads = _pairs("conv_shape_tuple", pads, len(lhs_shape) - 2)
    padded = [n + low + high for n, (low, high) in zip(lhs_shape[2:], pads, strict=True)]
    if any(n < 0 for n in padded):
        raise _error(
            "conv_general_dilated",
            f"expected padding that leaves no negative size but got {pads} for spatial sizes {tuple(lhs_shape[2:])}",
        )
    spatial = (max(0, (n - k) // s + 1) for n, k, s in zip(padded, rhs_shape[2:], strides, strict=True))
    return (lhs_shape[0] // batch_group_count, rhs_shape[0], *spatial)


def conv_general_shape_tuple(
    lhs_shape: Sequence[int],
    rhs_shape: Sequence[int],
    window_strides: Sequence[int],
    padding: Any,
    dimension_numbers: Any,
) -> tuple[int, ...]:
    """The shape of a convolution without dilation.

    >>> conv_general_shape_tuple((1, 8, 3), (3, 3, 4), (2,), "SAME", ("NWC", "WIO", "NWC"))
    (1, 4, 4)
    """
    lhs, rhs, out = conv_dimension_numbers(lhs_shape, rhs_shape, dimension_numbers)
    return _place(conv_shape_tuple(_pick(lhs_shape, lhs), _pick(rhs_shape, rhs), window_strides, padding), out)


def conv_transpose_shape_tuple(
    lhs_shape: Sequence[int],
    rhs_shape: Sequence[int],
    window_strides: Sequence[int],
    padding: Any,
    dimension_numbers: Any,
) -> tuple[int, ...]:
    """The shape of a transposed convolution.

    >>> conv_transpose_shape_tuple((1, 4, 3), (3, 3, 4), (2,), "SAME", ("NWC", "WIO", "NWC"))
    (1, 8, 4)
    """
    specs = conv_dimension_numbers(lhs_shape, rhs_shape, dimension_numbers)
    lhs, rhs = _pick(lhs_shape, specs.lhs_spec), _pick(rhs_shape, specs.rhs_spec)
    if isinstance(padding, str):
        padding = [_transpose_padding(k, s, padding) for k, s in zip(rhs[2:], window_strides, strict=True)]
    sizes = zip(lhs[2:], rhs[2:], window_strides, padding, strict=True)
    return _place((lhs[0], rhs[0], *((n - 1) * s - k + 2 + sum(p) for n, k, s, p in sizes)), specs.out_spec)


def _groups(x: Any, y: Any, specs: ConvDimensionNumbers, features: Any, batches: Any) -> None:
    function = "conv_general_dilated"
    if not all(isinstance(g, int) and g > 0 for g in (features, batches)) or (features > 1 and batches > 1):
        raise _error(
            function,
            "expected positive group counts, at most one of them above 1, but got feature_group_count "
            f"{features} and batch_group_count {batches}",
        )
    n, c, *_ = _pick(x.shape, specs.lhs_spec)
    o, i, *_ = _pick(y.shape, specs.rhs_spec)
    if c % features or o % features or n % batches or o % batches:
        raise _error(
            function,
            f"expected batch_group_count {batches} to divide the batch of lhs, feature_group_count {features} its "
            f"features, and both the output features of rhs, but these are {n}, {c} and {o} for shapes {x.shape} "
            f"and {y.shape}",
        )
    if c // features != i:
        raise _error(
            function,
            f"expected {c // features} input features of rhs, as many as lhs has for each of {features} feature "
            f"groups, but got {i} for shapes {x.shape} and {y.shape}",
            remedy="give dimension_numbers for the layouts of lhs and rhs",
        )


def conv_general_dilated(
    lhs: Any,
    rhs: Any,
    window_strides: Sequence[int],
    padding: str | Sequence[tuple[int, int]],
    lhs_dilation: Sequence[int] | None = None,
    rhs_dilation: Sequence[int] | None = None,
    dimension_numbers: Any = None,
    feature_group_count: int = 1,
    batch_group_count: int = 1,
    precision: Any = None,
    preferred_element_type: Any = None,
    out_sharding: None = None,
) -> Any:
    """The convolution of `lhs` with the kernel `rhs` (not flipped), in any number of spatial dimensions.

    Args:
      lhs: rank n + 2: batch, features and n spatial dimensions.
      rhs: the kernel, rank n + 2: output features, input features and n spatial dimensions.
      window_strides: n ints: how far the window moves.
      padding: 'VALID', 'SAME', 'SAME_LOWER' (see `padtype_to_pads`), or n pairs (low, high); negative ones cut.
      lhs_dilation: n ints: lhs is spread by this factor, zeros in between.
      rhs_dilation: n ints: the taps of the kernel are this far apart.
      dimension_numbers: the layouts of lhs, rhs and the result: None for ("NCHW", "OIHW", "NCHW") and its like,
        three strings, or `ConvDimensionNumbers`.
      feature_group_count: g: features of lhs and output features fall into g groups, each a convolution of its own.
      batch_group_count: g: the batch falls into g groups, each with its part of the output features.
      preferred_element_type: the type that is summed in and returned.

    Raises:
      ShapeError: ranks, sizes, counts or layouts do not fit.
      DtypeError: operands of two types or of bools, or a preferred type that cannot hold the sums.

    >>> import wengert.numpy as wnp
    >>> image, kernel = wnp.ones((1, 1, 3, 3)), wnp.ones((1, 1, 2, 2))
    >>> conv_general_dilated(image, kernel, (1, 1), "SAME")[0, 0]
    Array([[4., 4., 2.],
           [4., 4., 2.],
           [2., 2., 1.]], dtype=float32)
    """
    function = "conv_general_dilated"
    check_precision(function, precision)
    x, y = as_array(function, lhs), as_array(function, rhs)
    specs = conv_dimension_numbers(x.shape, y.shape, dimension_numbers)
    rank = x.ndim - 2
    if x.dtype != y.dtype or x.dtype == dtypes.bool_:
        raise errors.make(
            errors.DtypeError,
            function,
            f"expected operands of one type of numbers but got {x.dtype} and {y.dtype}",
            remedy="convert one of them with astype",
        )
    strides = _counts(function, "window_strides", window_strides, rank)
    spread = _counts(function, "lhs_dilation", lhs_dilation, rank)
    apart = _counts(function, "rhs_dilation", rhs_dilation, rank)
    _groups(x, y, specs, feature_group_count, batch_group_count)
    sizes = _pick(x.shape, specs.lhs_spec)
    kernel = tuple(map(_dilate, _pick(y.shape, specs.rhs_spec[2:]), apart))
    if isinstance(padding, (str, PaddingType)):
        if any(d != 1 for d in spread):
            raise _error(
                function,
                f"expected padding in pairs (low, high) together with lhs_dilation but got {padding!r}",
                remedy="conv_transpose takes the names",
            )
        pads = padtype_to_pads(sizes[2:], kernel, strides, _padding_type(function, padding))
    else:
        pads = _pairs(function, padding, rank)
    conv_shape_tuple((*sizes[:2], *map(_dilate, sizes[2:], spread)), (1, 1, *kernel), strides, pads)
    attributes = {
        "window_strides": strides,
        "padding_low": tuple(low for low, _ in pads),
        "padding_high": tuple(high for _, high in pads),
        "lhs_dilation": spread,
        "rhs_dilation": apart,
        **{name: tuple(int(d) for d in spec) for name, spec in specs._asdict().items()},
        "feature_group_count": feature_group_count,
        "batch_group_count": batch_group_count,
    }
    _, wanted = result_dtype(function, x, y, preferred_element_type)
    if wanted is not None:
        attributes["preferred_element_type"] = wanted
    out = apply(function, (x, y), **attributes)
    return out if preferred_element_type is None else convert(out, out.dtype)


def conv(
    lhs: Any,
    rhs: Any,
    window_strides: Sequence[int],
    padding: str,
    precision: Any = None,
    preferred_element_type: Any = None,
) -> Any:
    """`conv_general_dilated` without dilation, in the layouts NC..., OI..., NC....

    >>> import wengert.numpy as wnp
    >>> conv(wnp.ones((1, 3, 8, 8)), wnp.ones((4, 3, 3, 3)), (2, 2), "SAME").shape
    (1, 4, 4, 4)
    """
    return conv_general_dilated(
        lhs, rhs, window_strides, padding, precision=precision, preferred_element_type=preferred_element_type
    )


def conv_with_general_padding(
    lhs: Any,
    rhs: Any,
    window_strides: Sequence[int],
    padding: str | Sequence[tuple[int, int]],
    lhs_dilation: Sequence[int] | None,
    rhs_dilation: Sequence[int] | None,
    precision: Any = None,
    preferred_element_type: Any = None,
) -> Any:
    """`conv_general_dilated` in the layouts NC..., OI..., NC....

    >>> import wengert.numpy as wnp
    >>> conv_with_general_padding(wnp.ones((1, 1, 4)), wnp.ones((1, 1, 2)), (1,), [(1, 0)], None, None)
    Array([[[1., 2., 2., 2.]]], dtype=float32)
    """
    return conv_general_dilated(
        lhs,
        rhs,
        window_strides,
        padding,
        lhs_dilation,
        rhs_dilation,
        precision=precision,
        preferred_element_type=preferred_element_type,
    )


def _transpose_padding(k: int, s: int, padding: Any) -> tuple[int, int]:
    """The padding of a convolution over a spread operand that undoes the shape of one with `padding` and stride s."""
    if padding == "SAME":
        total = k + s - 2
        low = k - 1 if s > k - 1 else -(-total // 2)
    elif padding == "VALID":
        total = k + s - 2 + max(k - s, 0)
        low = k - 1
    elif isinstance(padding, (tuple, list)) and len(padding) == 2:
        low = k - 1 - padding[0]
        total = low + k - 1 - padding[1]
    else:
        raise _error("conv_transpose", f"expected the padding 'SAME', 'VALID' or pairs (low, high) but got {padding!r}")
    return low, total - low


_TRANSPOSE_LAYOUTS = {
    2: ("NC", "IO", "NC"),
    3: ("NHC", "HIO", "NHC"),
    4: ("NHWC", "HWIO", "NHWC"),
    5: ("NHWDC", "HWDIO", "NHWDC"),
}


def conv_transpose(
    lhs: Any,
    rhs: Any,
    strides: Sequence[int],
    padding: str | Sequence[tuple[int, int]],
    rhs_dilation: Sequence[int] | None = None,
    dimension_numbers: Any = None,
    transpose_kernel: bool = False,
    precision: Any = None,
    preferred_element_type: Any = None,
    use_consistent_padding: bool = False,
) -> Any:
    """The convolution with a fractional stride: the shape of a convolution with `strides`, undone.

    Args:
      strides: n ints: by how much the spatial dimensions grow.
      padding: 'SAME' or 'VALID' of the convolution that is undone, or pairs (low, high): of the spread operand, or
        with `use_consistent_padding` of the convolution that is undone.
      dimension_numbers: by default channels last: ("NHWC", "HWIO", "NHWC") and its like.
      transpose_kernel: flip the kernel and exchange its input and output features, so that the result is the gradient
        of a convolution with this kernel.

    Raises:
      ShapeError: as in `conv_general_dilated`, or no layout is the default for this rank.

    >>> import wengert.numpy as wnp
    >>> conv_transpose(wnp.ones((1, 4, 4, 3)), wnp.ones((3, 3, 3, 2)), (2, 2), "SAME").shape
    (1, 8, 8, 2)
    """
    function = "conv_transpose"
    x, y = as_array(function, lhs), as_array(function, rhs)
    rank = x.ndim - 2
    if dimension_numbers is None and x.ndim not in _TRANSPOSE_LAYOUTS:
        raise _error(
            function,
            f"expected operands of ranks 2 to 5 but got {x.shape}",
            remedy="give dimension_numbers for other ranks",
        )
    specs = conv_dimension_numbers(
        x.shape, y.shape, _TRANSPOSE_LAYOUTS[x.ndim] if dimension_numbers is None else dimension_numbers
    )
    steps = _counts(function, "strides", strides, rank)
    apart = _counts(function, "rhs_dilation", rhs_dilation, rank)
    pads: Any = padding
    if isinstance(padding, str) or use_consistent_padding:
        kernel = map(_dilate, _pick(y.shape, specs.rhs_spec[2:]), apart)
        each = [padding] * rank if isinstance(padding, str) else _pairs(function, padding, rank)
        pads = [_transpose_padding(k, s, p) for k, s, p in zip(kernel, steps, each, strict=True)]
    if transpose_kernel:
        y = rev(y, specs.rhs_spec[2:])
        order = list(range(y.ndim))
        a, b = specs.rhs_spec[:2]
        order[a], order[b] = order[b], order[a]
        y = transpose(y, order)
    return conv_general_dilated(
        x,
        y,
        (1,) * rank,
        pads,
        steps,
        apart,
        specs,
        precision=precision,
        preferred_element_type=preferred_element_type,
    )


def conv_general_dilated_patches(
    lhs: Any,
    filter_shape: Sequence[int],
    window_strides: Sequence[int],
    padding: str | Sequence[tuple[int, int]],
    lhs_dilation: Sequence[int] | None = None,
    rhs_dilation: Sequence[int] | None = None,
    dimension_numbers: Any = None,
    precision: Any = None,
    preferred_element_type: Any = None,
) -> Any:
    """The windows that a convolution with kernels of `filter_shape` sees, in the feature dimension of the result.

    A window has its features outermost, then its spatial dimensions in the order of the kernel's layout.

    >>> import wengert.numpy as wnp
    >>> conv_general_dilated_patches(wnp.arange(4.0).reshape(1, 1, 4), (2,), (1,), "VALID")
    Array([[[0., 1., 2.],
            [1., 2., 3.]]], dtype=float32)
    """
    function = "conv_general_dilated_patches"
    x = as_array(function, lhs)
    window = tuple(int(n) for n in filter_shape)
    specs = conv_dimension_numbers(x.shape, (1, 1, *window), dimension_numbers)
    size, channels = math.prod(window), x.shape[specs.lhs_spec[1]]
    # One kernel a tap, the same for every feature.
    row, tap = (broadcasted_iota("int32", (channels, size, size), d) for d in (1, 2))
    one_hot = reshape(convert(apply("eq", (row, tap)), x.dtype), (channels * size, 1, *window))
    kernel = transpose(one_hot, _inverse(specs.rhs_spec))
    return conv_general_dilated(
        x,
        kernel,
        window_strides,
        padding,
        lhs_dilation,
        rhs_dilation,
        specs,
        feature_group_count=channels,
        precision=precision,
        preferred_element_type=preferred_element_type,
    )


def _inverse(permutation: Sequence[int]) -> tuple[int, ...]:
    return _place(range(len(permutation)), permutation)


def conv_general_dilated_local(
    lhs: Any,
    rhs: Any,
    window_strides: Sequence[int],
    padding: str | Sequence[tuple[int, int]],
    filter_shape: Sequence[int],
    lhs_dilation: Sequence[int] | None = None,
    rhs_dilation: Sequence[int] | None = None,
    dimension_numbers: Any = None,
    precision: Any = None,
) -> Any:
    """A convolution with a kernel of its own at every position.

    Args:
      rhs: its spatial dimensions are those of the result; its input features are a window of `filter_shape`, as
        `conv_general_dilated_patches` lays it out.

    >>> import wengert.numpy as wnp
    >>> x, kernels = wnp.arange(4.0).reshape(1, 1, 4), wnp.arange(6.0).reshape(1, 2, 3)
    >>> conv_general_dilated_local(x, kernels, (1,), "VALID", (2,))
    Array([[[ 3.,  9., 19.]]], dtype=float32)
    """
    x, y = as_array("conv_general_dilated_local", lhs), as_array("conv_general_dilated_local", rhs)
    specs = conv_dimension_numbers(x.shape, (1, 1, *filter_shape), dimension_numbers)
    patches = conv_general_dilated_patches(
        x, filter_shape, window_strides, padding, lhs_dilation, rhs_dilation, specs, precision
    )
    lhs_spec, rhs_spec = specs.out_spec, specs.rhs_spec
    numbers = (((lhs_spec[1],), (rhs_spec[1],)), (tuple(lhs_spec[2:]), tuple(rhs_spec[2:])))
    out = dot_general(patches, y, numbers, precision)  # spatial dimensions, batch, features
    rank = x.ndim
    return transpose(out, _inverse([specs.out_spec[i] for i in (*range(2, rank), 0, 1)]))
