# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Initialisers of weights: functions that make functions (key, shape, dtype) -> array, with the names of `jax.nn`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from wengert import dtypes, errors, random
from wengert import numpy as wnp
from wengert.lax._operands import convert

__all__ = [
    "constant", "delta_orthogonal", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "kaiming_normal",
    "kaiming_uniform", "lecun_normal", "lecun_uniform", "normal", "ones", "orthogonal", "truncated_normal", "uniform",
    "variance_scaling", "xavier_normal", "xavier_uniform", "zeros",
]  # fmt: skip

Initializer = Callable[..., Any]


def zeros(key: Any, shape: Sequence[int], dtype: Any = float) -> Any:
    """Zeros.

    >>> zeros(None, (2,))
    Array([0., 0.], dtype=float32)
    """
    return wnp.zeros(shape, dtype)


def ones(key: Any, shape: Sequence[int], dtype: Any = float) -> Any:
    """Ones.

    >>> ones(None, (2,))
    Array([1., 1.], dtype=float32)
    """
    return wnp.ones(shape, dtype)


def constant(value: Any, dtype: Any = float) -> Initializer:
    """One value everywhere.

    >>> constant(3.0)(None, (2,))
    Array([3., 3.], dtype=float32)
    """
    return lambda key, shape, dtype=dtype: wnp.full(shape, value, dtype)


def normal(stddev: Any = 1e-2, dtype: Any = float) -> Initializer:
    """Normal numbers with this standard deviation.

    >>> normal(1.0)(random.PRNGKey(0), (2, 3)).shape
    (2, 3)
    """
    return lambda key, shape, dtype=dtype: random.normal(key, shape, dtype) * stddev


def uniform(scale: Any = 1e-2, dtype: Any = float) -> Initializer:
    """Uniform numbers from 0 to `scale`.

    >>> uniform(1.0)(random.PRNGKey(0), (2, 3)).shape
    (2, 3)
    """
    return lambda key, shape, dtype=dtype: random.uniform(key, shape, dtype) * scale


def truncated_normal(stddev: Any = 1e-2, dtype: Any = float, lower: float = -2.0, upper: float = 2.0) -> Initializer:
    """Normal numbers cut at `lower` and `upper`, times `stddev`.

    >>> truncated_normal(1.0)(random.PRNGKey(0), (2, 3)).shape
    (2, 3)
    """
    return lambda key, shape, dtype=dtype: random.truncated_normal(key, lower, upper, shape, dtype) * stddev


def variance_scaling(
    scale: float, mode: str, distribution: str, in_axis: int = -2, out_axis: int = -1, dtype: Any = float
) -> Initializer:
    """Numbers whose variance is `scale` divided by the number of inputs, outputs, or their mean.

    Args:
      mode: "fan_in", "fan_out" or "fan_avg".
      distribution: "normal", "uniform" or "truncated_normal".

    >>> variance_scaling(1.0, "fan_in", "uniform")(random.PRNGKey(0), (2, 3)).shape
    (2, 3)
    """

    def init(key: Any, shape: Sequence[int], dtype: Any = dtype) -> Any:
        if len(shape) < 2:
            raise errors.make(
                errors.ShapeError, "variance_scaling", f"expected a shape of rank 2 or more but got {tuple(shape)}"
            )
        inputs, outputs = shape[in_axis], shape[out_axis]
        field = math.prod(shape) / inputs / outputs
        fans = {"fan_in": inputs * field, "fan_out": outputs * field, "fan_avg": (inputs + outputs) * field / 2}
        if mode not in fans or distribution not in ("normal", "uniform", "truncated_normal"):
            raise errors.make(
                errors.ShapeError,
                "variance_scaling",
                f"expected a known mode and distribution but got {mode}, {distribution}",
            )
        kind = dtypes.canonical(dtype)
        variance = scale / fans[mode]
        if distribution == "normal":
            out = random.normal(key, shape, kind) * math.sqrt(variance)
        elif distribution == "uniform":
            out = random.uniform(key, shape, kind, -1.0) * math.sqrt(3 * variance)
        else:  # 0.8796... is the standard deviation of the normal distribution cut at -2 and 2
            out = random.truncated_normal(key, -2.0, 2.0, shape, kind) * (math.sqrt(variance) / 0.87962566103423978)
        return convert(out, kind)

    return init


def _named(name: str, scale: float, mode: str, distribution: str) -> Any:
    def make(in_axis: int = -2, out_axis: int = -1, dtype: Any = float) -> Initializer:
        return variance_scaling(scale, mode, distribution, in_axis, out_axis, dtype)

    make.__name__ = make.__qualname__ = name
    make.__doc__ = f"""variance_scaling({scale}, "{mode}", "{distribution}").

    >>> {name}()(random.PRNGKey(0), (2, 3)).shape
    (2, 3)
    """
    return make


glorot_normal = xavier_normal = _named("glorot_normal", 1.0, "fan_avg", "truncated_normal")
glorot_uniform = xavier_uniform = _named("glorot_uniform", 1.0, "fan_avg", "uniform")
he_normal = kaiming_normal = _named("he_normal", 2.0, "fan_in", "truncated_normal")
he_uniform = kaiming_uniform = _named("he_uniform", 2.0, "fan_in", "uniform")
lecun_normal = _named("lecun_normal", 1.0, "fan_in", "truncated_normal")
lecun_uniform = _named("lecun_uniform", 1.0, "fan_in", "uniform")


def orthogonal(scale: Any = 1.0, column_axis: int = -1, dtype: Any = float) -> Initializer:
    """`scale` times a matrix with orthonormal rows or columns, whichever are fewer; uniform in the sense of Haar.

    Args:
      column_axis: the axis of the columns; the other axes together are the rows.

    >>> w = orthogonal()(random.PRNGKey(0), (4, 3))
    >>> bool(wnp.allclose(w.T @ w, wnp.eye(3), atol=1e-6))
    True
    """

    def init(key: Any, shape: Sequence[int], dtype: Any = dtype) -> Any:
        if len(shape) < 2:
            raise errors.make(
                errors.ShapeError, "orthogonal", f"expected a shape of rank 2 or more but got {tuple(shape)}"
            )
        if 0 in shape:
            return wnp.zeros(shape, dtype)
        axis = column_axis % len(shape)
        rest = [n for d, n in enumerate(shape) if d != axis]
        q = random.orthogonal(key, math.prod(rest), (), dtype, shape[axis])
        return wnp.moveaxis(wnp.reshape(q, (*rest, shape[axis])), -1, axis) * scale

    return init


def delta_orthogonal(scale: Any = 1.0, column_axis: int = -1, dtype: Any = float) -> Initializer:
    """Kernels of convolutions (spatial..., inputs, outputs): an orthogonal matrix at the centre, zeros elsewhere.

    >>> w = delta_orthogonal()(random.PRNGKey(0), (3, 2, 2))
    >>> wnp.any(w != 0, axis=(1, 2)).tolist()
    [False, True, False]
    """

    def init(key: Any, shape: Sequence[int], dtype: Any = dtype) -> Any:
        if not 3 <= len(shape) <= 5 or shape[-1] < shape[-2]:
            raise errors.make(
                errors.ShapeError,
                "delta_orthogonal",
                "expected a shape (spatial..., inputs, outputs) of rank 3 to 5 with no more inputs than outputs "
                f"but got {tuple(shape)}",
            )
        centre = tuple((n - 1) // 2 for n in shape[:-2])
        matrix = orthogonal(scale, column_axis, dtype)(key, shape[-2:])
        return wnp.zeros(shape, matrix.dtype).at[centre].set(matrix)

    return init
