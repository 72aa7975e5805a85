# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Initialisers of weights: functions that make functions (key, shape, dtype) -> array, with the names of `jax.nn`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax, random
from wengert import numpy as wnp
from wengert.lax._operands import as_array, convert

__all__ = [
    "constant", "delta_orthogonal", "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "kaiming_normal",
    "kaiming_uniform", "lecun_normal", "lecun_uniform", "normal", "ones", "orthogonal", "truncated_normal", "uniform",
    "variance_scaling", "xavier_normal", "xavier_uniform", "zeros",
]  # fmt: skip

Initializer = Callable[..., Any]


def _kind(dtype: Any) -> Any:
    return dtypes.canonical(float if dtype is None else dtype)


def _scaled(x: Any, factor: Any) -> Any:
    """The product in the type of x: a factor that is a float32 array does not widen half floats."""
    return x * convert(as_array("initializers", factor), x.dtype)


def zeros(key: Any, shape: Sequence[int], dtype: Any = None) -> Any:
    """Zeros.

    >>> zeros(None, (2,))
    Array([0., 0.], dtype=float32)
    """
    return wnp.zeros(shape, _kind(dtype))


def ones(key: Any, shape: Sequence[int], dtype: Any = None) -> Any:
    """Ones.

    >>> ones(None, (2,))
    Array([1., 1.], dtype=float32)
    """
    return wnp.ones(shape, _kind(dtype))


def constant(value: Any, dtype: Any = None) -> Initializer:
    """One value everywhere.

    >>> constant(3.0)(None, (2,))
    Array([3., 3.], dtype=float32)
    """
    return lambda key, shape, dtype=dtype: wnp.full(shape, value, _kind(dtype))


def normal(stddev: Any = 1e-2, dtype: Any = None) -> Initializer:
    """Normal numbers with this standard deviation.

    >>> normal(1.0)(random.PRNGKey(0), (2, 3)).shape
    (2, 3)
    """
    return lambda key, shape, dtype=dtype: _scaled(random.normal(key, shape, dtype), stddev)


def uniform(scale: Any = 1e-2, dtype: Any = None) -> Initializer:
    """Uniform numbers from 0 to `scale`.

    >>> uniform(1.0)(random.PRNGKey(0), (2, 3)).shape
    (2, 3)
    """
    return lambda key, shape, dtype=dtype: _scaled(random.uniform(key, shape, dtype), scale)


def truncated_normal(stddev: Any = 1e-2, dtype: Any = None, lower: float = -2.0, upper: float = 2.0) -> Initializer:
    """Normal numbers cut at `lower` and `upper`, times `stddev`.

    >>> truncated_normal(1.0)(random.PRNGKey(0), (2, 3)).shape
    (2, 3)
    """
    return lambda key, shape, dtype=dtype: _scaled(random.truncated_normal(key, lower, upper, shape, dtype), stddev)


def _extent(shape: Sequence[int], axis: int | Sequence[int]) -> int:
    return math.prod(shape[d] for d in ((axis,) if isinstance(axis, int) else axis))


def _fans(shape: Sequence[int], in_axis: Any, out_axis: Any, batch_axis: Any) -> dict[str, float]:
    """The divisor of the variance under each mode."""
    rank = len(shape)
    axes = [d for a in (in_axis, out_axis, batch_axis) for d in ((a,) if isinstance(a, int) else a)]
    if any(not -rank <= d < rank for d in axes):
        raise errors.make(
            errors.ShapeError,
            "variance_scaling",
            f"expected a shape of rank 2 or more, or other axes of the inputs and outputs than {in_axis} and "
            f"{out_axis}, but got shape {tuple(shape)}",
            remedy="give in_axis and out_axis, () for none",
        )
    inputs, outputs, batch = (_extent(shape, a) for a in (in_axis, out_axis, batch_axis))
    field = math.prod(shape) / max(inputs * outputs * batch, 1)
    inner, outer = inputs * field, outputs * field
    mean = {"fan_avg": (inner + outer) / 2, "fan_geo_avg": math.sqrt(inner * outer)}
    return {"fan_in": inner, "fan_out": outer, **mean}


def _complex_disk(key: Any, shape: Sequence[int], kind: Any, square: Callable[[Any], Any]) -> Any:
    """Complex numbers of uniform angle; `square` makes the square of the radius of uniform numbers from 0 to 1."""
    radius, angle = random.split(key)
    real = np.empty((), kind).real.dtype
    modulus = wnp.sqrt(square(random.uniform(radius, shape, real)))
    turn = 2 * math.pi * random.uniform(angle, shape, real)
    return lax.complex(modulus * wnp.cos(turn), modulus * wnp.sin(turn))


def _drawn(distribution: str, key: Any, shape: Sequence[int], kind: Any) -> tuple[Any, float]:
    """Numbers of mean 0, and their standard deviation."""
    if distribution == "normal":
        return random.normal(key, shape, kind), 1.0
    if distribution == "uniform":
        if kind.kind == "c":
            return _complex_disk(key, shape, kind, lambda u: 2 * u), 1.0
        return random.uniform(key, shape, kind, -1.0), 1 / math.sqrt(3)
    if kind.kind == "c":  # the modulus is cut at 2
        return _complex_disk(key, shape, kind, lambda u: -wnp.log1p(u * math.expm1(-4.0))), 0.95311164380491208
    return random.truncated_normal(key, -2.0, 2.0, shape, kind), 0.87962566103423978


def variance_scaling(
    scale: Any,
    mode: str,
    distribution: str,
    in_axis: int | Sequence[int] = -2,
    out_axis: int | Sequence[int] = -1,
    batch_axis: int | Sequence[int] = (),
    dtype: Any = None,
) -> Initializer:
    """Numbers whose variance is `scale` divided by the number of inputs, outputs, or a mean of both.

    Args:
      mode: "fan_in", "fan_out", "fan_avg" or "fan_geo_avg" (the geometric mean).
      distribution: "normal", "uniform" or "truncated_normal"; for a complex type the uniform one is that on a disk, and
        the modulus is what is cut.
      in_axis, out_axis: the axis, or axes, of the inputs and outputs; what stands in none of the three is the field of
        a convolution.
      batch_axis: axes that are neither: each index has weights of its own.
      dtype: a floating or complex type, float32 by default.

    Raises:
      ShapeError: the shape has no such axis.
      ValueError: no such mode or distribution.

    >>> variance_scaling(1.0, "fan_in", "uniform")(random.PRNGKey(0), (2, 3)).shape
    (2, 3)
    """

    def init(key: Any, shape: Sequence[int], dtype: Any = dtype) -> Any:
        fans = _fans(shape, in_axis, out_axis, batch_axis)
        if mode not in fans or distribution not in ("normal", "uniform", "truncated_normal"):
            raise errors.make(
                errors.ShapeError,
                "variance_scaling",
                f"expected a known mode and distribution but got {mode}, {distribution}",
                remedy="modes are fan_in, fan_out, fan_avg and fan_geo_avg, distributions normal, uniform and "
                "truncated_normal",
            )
        kind = _kind(dtype)
        out, deviation = _drawn(distribution, key, shape, kind)
        return _scaled(out, wnp.sqrt(scale / max(fans[mode], 1.0)) / deviation)

    return init


def _named(name: str, scale: float, mode: str, distribution: str) -> Any:
    def make(
        in_axis: int | Sequence[int] = -2,
        out_axis: int | Sequence[int] = -1,
        batch_axis: int | Sequence[int] = (),
        dtype: Any = None,
    ) -> Initializer:
        return variance_scaling(scale, mode, distribution, in_axis, out_axis, batch_axis, dtype)

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


def orthogonal(scale: Any = 1.0, column_axis: int = -1, dtype: Any = None) -> Initializer:
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
            return wnp.zeros(shape, _kind(dtype))
        axis = column_axis % len(shape)
        rest = [n for d, n in enumerate(shape) if d != axis]
        q = random.orthogonal(key, math.prod(rest), (), dtype, shape[axis])
        return wnp.moveaxis(wnp.reshape(q, (*rest, shape[axis])), -1, axis) * scale

    return init


def delta_orthogonal(scale: Any = 1.0, column_axis: int = -1, dtype: Any = None) -> Initializer:
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
