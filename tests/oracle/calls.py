# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls of `lax` (and `numpy`) as text, evaluated once with wengert's and once with JAX's: names and signatures agree.

Elementwise ops need no entry: their calls follow from their records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FLOATS = ("float32", "float64")


@dataclass(frozen=True)
class Call:
    """`text` with `operands`: the shape of each name in it, or (shape, dtype, low, high) where the type is fixed."""

    text: str
    operands: dict[str, Any] = field(hash=False)
    dtypes: tuple[str, ...] = ("float32", "float64", "int32")
    differentiable: bool = True
    interval: tuple[float, float] = (-3, 3)

    def __str__(self) -> str:
        return self.text


def call(text: str, dtypes: Any = None, differentiable: bool = True, interval: Any = (-3, 3), **operands: Any) -> Call:
    return Call(text, operands, tuple(dtypes or ("float32", "float64", "int32")), differentiable, tuple(interval))


def ints(*shape: int, low: int = 0, high: int = 5, dtype: str = "int32") -> tuple:
    """An operand of integers in [low, high), whatever the type of the call."""
    return (shape, dtype, low, high)


_GATHER, _SCATTER = "lax.GatherDimensionNumbers", "lax.ScatterDimensionNumbers"

CALLS = [
    # Shape
    call("lax.reshape(x, (3, 4))", x=(2, 6)),
    call("lax.transpose(x, (2, 0, 1))", x=(2, 3, 4)),
    call("lax.broadcast_in_dim(x, (4, 2, 3), (1, 2))", x=(2, 1)),
    call("lax.slice(x, (1, 0), (4, 3), (2, 1))", x=(5, 3)),
    call("lax.pad(x, y, ((1, -1, 2), (0, 2, 0)))", x=(3, 2), y=()),
    call("lax.concatenate((x, y), 1)", x=(2, 3), y=(2, 1)),
    call("lax.rev(x, (0, 2))", x=(2, 3, 2)),
    call("lax.squeeze(x, (0,))", x=(1, 3)),
    call("lax.expand_dims(x, (1,))", x=(3, 2)),
    call("lax.broadcasted_iota('int32', (2, 3), 1)"),
    # Contraction
    call("lax.dot_general(x, y, (((2,), (1,)), ((0,), (0,))))", x=(2, 3, 4), y=(2, 4, 5)),
    call("lax.dot(x, y)", x=(3, 4), y=(4, 2)),
    # Reduction
    call("lax.reduce_sum(x, (0, 2))", x=(2, 3, 4)),
    call("lax.reduce_prod(x, (1,))", x=(2, 3)),
    call("lax.reduce_max(x, (1,))", x=(2, 5)),
    call("lax.reduce_min(x, (0,))", x=(2, 5)),
    call("lax.reduce_and(x, (0,))", ("int32", "bool"), x=(3, 2)),
    call("lax.reduce_or(x, (0,))", ("int32", "bool"), x=(3, 2)),
    call("lax.argmax(x, 1, 'int32')", x=(2, 5)),
    call("lax.argmin(x, 0, 'int32')", x=(4, 2)),
    # Indexing
    call("lax.dynamic_slice(x, (i, j), (2, 2))", x=(4, 5), i=ints(low=-2, high=6), j=ints()),
    call("lax.dynamic_update_slice(x, y, (i, j))", x=(4, 5), y=(2, 3), i=ints(low=-2, high=6), j=ints()),
    *(
        call(
            f"lax.gather(x, i, {dims}, {sizes}, mode={mode!r})",
            ("float32", "float64", "int32", "bool"),
            mode is not None,
            x=x,
            i=i,
        )  # JAX leaves open what a promise that is broken gives in a derivative; ours is that of what is read
        for mode in (None, "clip", "fill")
        for dims, sizes, x, i in (
            (f"{_GATHER}((1,), (0,), (0,))", (1, 3), (5, 3), ints(4, 1, low=-2, high=7, dtype="int16")),
            (f"{_GATHER}((), (0, 1), (1, 0))", (1, 1), (4, 5), ints(2, 3, 2, low=-2, high=7)),
            (f"{_GATHER}((0, 2), (2,), (1,))", (2, 3, 1), (4, 5, 3), ints(6, 1, low=-2, high=7, dtype="uint8")),
            (f"{_GATHER}((2,), (1,), (1,), (0,), (1,))", (1, 1, 3), (2, 5, 3), ints(4, 2, 1, low=-2, high=7)),
        )
    ),
    *(
        call(
            f"lax.{op}(x, i, y, {dims}, mode={mode!r})",
            x=x,
            i=i,
            y=y,
            differentiable=mode in differentiable.get(op, ()),
        )
        # JAX differentiates no scatter_mul of indices that may repeat, leaves open which set of several stays, and its
        # rule of the extrema does not move windows inside (finite differences agree with ours).
        for differentiable in [
            {
                "scatter_add": ("clip", "drop"),
                "scatter_sub": ("clip", "drop"),
                "scatter_min": ("drop",),
                "scatter_max": ("drop",),
            }
        ]
        for op in ("scatter", "scatter_add", "scatter_sub", "scatter_mul", "scatter_min", "scatter_max")
        for mode in ("clip", "drop")
        for dims, x, i, y in (
            (f"{_SCATTER}((1,), (0,), (0,))", (5, 3), ints(4, 1, low=-2, high=7), (4, 3)),
            (f"{_SCATTER}((), (0, 1), (1, 0))", (3, 4), ints(2, 4, 2, low=-2, high=6), (2, 4)),
            (f"{_SCATTER}((0, 2), (2,), (1,))", (4, 5, 3), ints(6, 1, low=-2, high=7), (2, 6, 3)),
            (f"{_SCATTER}((2,), (1,), (1,), (0,), (1,))", (2, 5, 3), ints(4, 2, 1, low=-2, high=7), (4, 2, 3)),
        )
    ),
    call("lax.index_take(x, (i, j), (0, 2))", x=(3, 2, 4), i=ints(5, low=-3, high=6), j=ints(5, low=-3, high=6)),
    # Sorting
    call("lax.tile(x, (2, 0, 3))", x=(2, 3, 1)),
    call("lax.tile(x, (2, 3))", x=(2, 3)),
    call("lax.sort(x, dimension=0)", x=(5, 2)),
    call("lax.sort_key_val(x, y, 0)", x=(5, 2), y=(5, 2)),
    call("lax.top_k(x, 3)", x=(2, 5)),
    call("lax.top_k(x, 2, axis=0)", x=(4, 3)),
    call("lax.approx_max_k(x, 2, reduction_dimension=0)", FLOATS, x=(4, 3)),
    call("lax.approx_min_k(x, 2)", FLOATS, x=(4, 3)),
    call("numpy.take_along_axis(x, i, 1)", x=(2, 5), i=ints(2, 3, low=-7, high=7)),
    call("numpy.take_along_axis(x, i, 0, mode='clip')", x=(4, 1), i=ints(2, 3, low=0, high=7)),
    call(
        "numpy.put_along_axis(x, i, y, 1, inplace=False)",
        differentiable=False,
        x=(2, 5),
        i=ints(2, 1, low=-6, high=7),
        y=(2, 1),
    ),
    call("lax.sort((x, y), num_keys=1)", x=(2, 5), y=(2, 5)),
    call("lax.select(p, x, y)", p=((2, 3), "bool", 0, 2), x=(2, 3), y=(2, 3)),
    call("lax.clamp(lo, x, hi)", FLOATS, x=(2, 3), lo=((2, 3), None, -2, -1), hi=((2, 3), None, 1, 2)),
    call("numpy.logaddexp(x, y)", FLOATS, x=(2, 3), y=(2, 3)),
    call("lax.integer_pow(x, 3)", x=(2, 3)),
    call("lax.convert_element_type(x, 'float16')", x=(2, 3)),
    call("lax.bitcast_convert_type(x, 'int32')", ("float32", "uint32"), differentiable=False, x=(2, 3)),
]

# Ops that no function of JAX's lax computes alone, with what covers them instead.
WITHOUT = {
    "constant": "a literal",
    "iota": "lax.broadcasted_iota",
    "threefry2x32": "tests/python/test_random.py compares stored values of JAX's random functions",
    "take": "the gather that wengert.numpy.take makes; compared with NumPy",
}

# Types that JAX refuses and we accept.
JAX_REFUSES = {
    ("abs", "uint8"),
    ("abs", "uint32"),
    ("pow", "int32"),
    ("pow", "uint32"),
    ("pow", "int16"),
    ("pow", "uint8"),
}
