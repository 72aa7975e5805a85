# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.lax`: what it has beside `wengert.lax`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import dtypes
from wengert import numpy as wnp

__all__ = [
    "dtype", "empty", "platform_dependent", "reciprocal", "stack", "unstack", "with_sharding_constraint",
]  # fmt: skip

stack, reciprocal = wnp.stack, wnp.reciprocal


def unstack(x: Any, axis: int = 0) -> tuple[Any, ...]:
    """The parts along an axis, without it.

    >>> [part.tolist() for part in unstack(wnp.array([[1, 2], [3, 4]]))]
    [[1, 2], [3, 4]]
    """
    return tuple(wnp.moveaxis(x, axis, 0))


def dtype(x: Any) -> Any:
    """The type of an array or a number.

    >>> dtype(1.0)
    dtype('float32')
    """
    return dtypes.dtype_and_weak(x)[0]


def empty(shape: Any, dtype: Any, **_: Any) -> Any:
    """An array of some numbers: zeros.

    >>> empty((2,), "int32")
    Array([0, 0], dtype=int32)
    """
    return wnp.zeros(shape, dtype)


def with_sharding_constraint(x: Any, shardings: Any, **_: Any) -> Any:
    """`x`: over one device there is one way to lay it out.

    >>> with_sharding_constraint(3, None)
    3
    """
    return x


def platform_dependent(*args: Any, default: Callable[..., Any] | None = None, **per_platform: Any) -> Any:
    """The result of the function for the CPU, or of `default`.

    Raises:
      NotImplementedError: neither is given.

    >>> platform_dependent(2, cpu=lambda x: x + 1, default=lambda x: x)
    3
    """
    function = per_platform.get("cpu", default)
    if function is None:
        raise NotImplementedError(
            f"platform_dependent: expected a function for cpu or a default but got {sorted(per_platform)}"
        )
    return function(*args)
