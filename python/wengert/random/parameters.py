# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Types, shapes and parameters of samplers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert.lax._operands import as_array, broadcast, broadcast_shapes, convert, in_trace_of, is_eager, promote
from wengert.random.keys import _shape


def float_type(function: str, dtype: Any) -> np.dtype:
    """The type of the samples: the default float, or a floating `dtype`.

    Raises:
      DtypeError: it is another type.
    """
    kind = dtypes.canonical(float if dtype is None else dtype)
    if not dtypes.is_float(kind):
        raise errors.make(errors.DtypeError, function, f"expected a floating type but got {kind}")
    return kind


def integer_type(function: str, dtype: Any) -> np.dtype:
    """The type of the samples: the default int, or an integer `dtype`.

    Raises:
      DtypeError: it is another type.
    """
    kind = dtypes.canonical(int if dtype is None else dtype)
    if not dtypes.is_integer(kind):
        raise errors.make(errors.DtypeError, function, f"expected an integer type but got {kind}")
    return kind


def check_fits(function: str, shape: tuple[int, ...], given: tuple[int, ...]) -> None:
    """Refuse a parameter of shape `given` that does not broadcast to `shape`.

    Raises:
      ShapeError: it does not.
    """
    if broadcast_shapes(function, given, shape) != shape:
        raise errors.make(
            errors.ShapeError,
            function,
            f"expected a parameter that broadcasts to {shape} but got shape {given}",
            remedy=f"give shape={broadcast_shapes(function, given, shape)}, or leave it out",
        )


def beside(function: str, xs: Sequence[Any], kind: np.dtype, shape: tuple[int, ...], like: Any) -> list[Any]:
    """Parameters beside the samples `like`: of their shape, unless all are eager, where NumPy broadcasts."""
    found = [in_trace_of(convert(as_array(function, x), kind), like) for x in xs]
    for x in found:
        check_fits(function, shape, x.shape)
    return found if is_eager(*found, like) else [broadcast(x, shape) for x in found]


def parameters(function: str, shape: Any, kind: np.dtype | None, *xs: Any) -> tuple[Any, ...]:
    """The shape of the samples, that of the parameters together unless given, and the parameters in the type `kind`.

    Raises:
      ShapeError: a parameter does not broadcast to the shape.
    """
    if kind is None:
        xs = tuple(promote(function, xs, inexact=True))
        kind = xs[0].dtype
    xs = tuple(convert(as_array(function, x), kind) for x in xs)
    if shape is None:
        return (broadcast_shapes(function, *(x.shape for x in xs)), *xs)
    shape = _shape(function, shape)
    for x in xs:
        check_fits(function, shape, x.shape)
    return (shape, *xs)
