# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Continuous distributions whose numbers are short compositions of random bits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import dtypes, lax
from wengert import numpy as wnp
from wengert.array import Array
from wengert.lax._operands import apply, convert, is_eager
from wengert.random.keys import _bits, _like, _shape, split
from wengert.random.parameters import beside, float_type, parameters

__all__ = [
    "cauchy", "double_sided_maxwell", "exponential", "gumbel", "laplace", "logistic", "lognormal", "maxwell",
    "normal", "pareto", "rayleigh", "triangular", "truncated_normal", "uniform", "wald", "weibull_min",
]  # fmt: skip


def uniform(key: Any, shape: Any = (), dtype: Any = None, minval: Any = 0.0, maxval: Any = 1.0) -> Any:
    """Uniform numbers from `minval` up to and without `maxval`.

    Args:
      key: a key.
      shape: of the result.
      dtype: a floating type, float32 by default.

    Raises:
      DtypeError: the type is no floating type.
      ShapeError: `minval` or `maxval` do not broadcast to the shape.

    >>> from wengert import random
    >>> random.uniform(random.PRNGKey(0), (2,))
    Array([0.21629536, 0.8041241 ], dtype=float32)
    """
    kind, shape = float_type("uniform", dtype), _shape("uniform", shape)
    return uniform_of(lambda width, shape: _bits("uniform", key, width, shape), shape, kind, minval, maxval)


def uniform_of(
    bits: Callable[[int, tuple[int, ...]], Any],
    shape: tuple[int, ...],
    kind: np.dtype,
    minval: Any = 0.0,
    maxval: Any = 1.0,
) -> Any:
    """Uniform numbers of the bits that `bits(width, shape)` gives."""
    info = dtypes.finfo(kind)
    width = 8 if info.nmant < 8 else info.bits
    raw = bits(width, shape)
    mantissa = apply("shift_right_logical", (raw, _like(raw, width - info.nmant)))
    if info.bits >= 32:  # the mantissa of a number from 1 to 2
        ones = apply("bitwise_or", (mantissa, _like(mantissa, int(np.ones((), kind).view(raw.dtype)))))
        floats = lax.bitcast_convert_type(ones, kind)
        floats = apply("sub", (floats, _like(floats, 1)))
    else:
        floats = convert(mantissa, kind)
        floats = apply("mul", (floats, _like(floats, 2.0**-info.nmant)))
    if type(minval) is float and type(maxval) is float and minval == 0.0 and maxval == 1.0:
        return floats
    low, high = beside("uniform", (minval, maxval), kind, floats.shape, floats)
    scaled = apply("add", (apply("mul", (floats, apply("sub", (high, low)))), low))
    return apply("max", (low, scaled))


def _positive_uniform(key: Any, shape: tuple[int, ...], kind: np.dtype) -> Any:
    """Uniform numbers greater than 0."""
    return uniform(key, shape, kind, Array._wrap(np.asarray(dtypes.finfo(kind).tiny, kind)), 1.0)


def normal(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Standard normal numbers; complex ones have variance 1, one half in each part.

    Args:
      key: a key.
      shape: of the result.
      dtype: a floating or complex type, float32 by default.

    >>> from wengert import random
    >>> random.normal(random.PRNGKey(42), (2,))
    Array([..., ...], dtype=float32)
    """
    if dtype is not None and (whole := dtypes.canonical(dtype)).kind == "c":
        part = dtypes.float64 if whole == dtypes.complex128 else dtypes.float32
        parts = [normal(k, shape, part) for k in split(key)]
        return lax.complex(*[apply("div", (x, _like(x, math.sqrt(2)))) for x in parts])
    kind, shape = float_type("normal", dtype), _shape("normal", shape)
    return normal_of(lambda width, shape: _bits("normal", key, width, shape), shape, kind)


def normal_of(bits: Callable[[int, tuple[int, ...]], Any], shape: tuple[int, ...], kind: np.dtype) -> Any:
    """Standard normal numbers of the bits that `bits(width, shape)` gives."""
    low = np.nextafter(np.asarray(-1, kind), np.asarray(0, kind))
    u = uniform_of(bits, shape, kind, Array._wrap(np.asarray(low, kind)), 1.0)
    return apply("mul", (_like(u, math.sqrt(2)), apply("erf_inv_fast", (u,))))


def truncated_normal(key: Any, lower: Any, upper: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Standard normal numbers between `lower` and `upper`, differentiable in both.

    Args:
      key: a key.
      lower, upper: the bounds, which are no results themselves.
      shape: of the result, by default that of the bounds together.

    >>> from wengert import random
    >>> -1 < random.truncated_normal(random.PRNGKey(0), -1.0, 1.0).item() < 1
    True
    """
    kind = float_type("truncated_normal", dtype)
    shape, lower, upper = parameters("truncated_normal", shape, kind, lower, upper)
    root = math.sqrt(2)
    a, b = (apply("erf", (convert(v / root, kind),)) for v in (lower, upper))
    u = uniform(key, shape, kind, a, b)
    out = convert(root * apply("erf_inv_fast", (u,)), kind)
    return wnp.clip(out, _next(lower, math.inf), _next(upper, -math.inf))


def _next(x: Any, towards: float) -> Any:
    """The neighbour of x, a constant to differentiation."""
    wide = lax.stop_gradient(x if x.dtype.itemsize >= 4 else convert(x, dtypes.float32))
    return convert(lax.nextafter(wide, lax.full_like(wide, towards)), x.dtype)


def exponential(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the exponential distribution with rate 1.

    >>> from wengert import random
    >>> random.exponential(random.PRNGKey(0)).item() > 0
    True
    """
    return -wnp.log1p(-uniform(key, shape, float_type("exponential", dtype)))


def gumbel(key: Any, shape: Any = (), dtype: Any = None, mode: str | None = None) -> Any:
    """Numbers of the standard Gumbel distribution.

    Args:
      key: a key.
      shape: of the result.
      dtype: a floating type, float32 by default.
      mode: with "high" twice as many bits are used, so that numbers up to about 32 come, with "low", the default,
        numbers up to about 16; "highest" uses all bits for both tails (float32 only, other types as "high").

    Raises:
      ValueError: the mode is none of these.

    >>> from wengert import random
    >>> random.gumbel(random.PRNGKey(0), (2,)).shape
    (2,)
    """
    kind, shape = float_type("gumbel", dtype), _shape("gumbel", shape)
    _check_mode("gumbel", mode, ("low", "high", "highest"))
    if mode == "highest" and kind == dtypes.float32:
        return _gumbel_of_64_bits(key, shape)
    if mode in ("high", "highest"):
        info = dtypes.finfo(kind)
        high, low = uniform(key, (2, *shape), kind)
        x = wnp.where(high >= 0.5, high, high + 2.0**-info.nmant * low + float(info.tiny))
        return -wnp.log(-wnp.log1p(-x))
    return -wnp.log(-wnp.log(_positive_uniform(key, shape, kind)))


def _check_mode(function: str, mode: Any, modes: tuple[str, ...]) -> None:
    if mode is not None and mode not in modes:
        raise ValueError(f"{function}: expected a mode of {', '.join(modes)} but got {mode!r}")


def _gumbel_of_64_bits(key: Any, shape: tuple[int, ...]) -> Any:
    """Gumbel numbers of a uniform number of 64 bits, taken from the end that it is nearer to."""
    high, low = _bits("gumbel", key, 32, (2, *shape))
    lower_half = high < np.uint32(1 << 31)
    # 1 - x in fixed point: the complement and one more
    from_above = lax.bitwise_not(low) + np.uint32(1)
    carry = convert(low == np.uint32(0), dtypes.uint32)
    x = _fixed_point(wnp.where(lower_half, high, lax.bitwise_not(high) + carry), wnp.where(lower_half, low, from_above))
    return wnp.where(lower_half, -wnp.log(-wnp.log1p(-x)), -wnp.log(-wnp.log(x)))


def _fixed_point(high: Any, low: Any) -> Any:
    """The float32 number (high, low) / 2**64, rounded down, with all bits that its size allows."""
    zeros, more = lax.clz(high), lax.clz(low)
    short = high == np.uint32(0)
    shift = lambda x, by: wnp.where(by >= np.uint32(32), np.uint32(0), x << wnp.minimum(by, np.uint32(31)))
    back = np.uint32(32) - zeros
    joined = shift(high, zeros) | wnp.where(
        zeros == np.uint32(0), np.uint32(0), low >> wnp.minimum(back, np.uint32(31))
    )
    mantissa = wnp.where(short, shift(low, more), joined)
    exponent = wnp.where(short, np.uint32(32) + more, zeros)
    fraction = (mantissa >> np.uint32(8)) & np.uint32((1 << 23) - 1)
    return lax.bitcast_convert_type(((np.uint32(126) - exponent) << np.uint32(23)) | fraction, dtypes.float32)


def laplace(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard Laplace distribution.

    >>> from wengert import random
    >>> random.laplace(random.PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = float_type("laplace", dtype)
    u = uniform(key, shape, kind, -1.0 + float(dtypes.finfo(kind).epsneg), 1.0)
    return wnp.sign(u) * wnp.log1p(-wnp.abs(u))


def logistic(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard logistic distribution.

    >>> from wengert import random
    >>> random.logistic(random.PRNGKey(0), (2,)).shape
    (2,)
    """
    u = _positive_uniform(key, _shape("logistic", shape), float_type("logistic", dtype))
    return wnp.log(u) - wnp.log1p(-u)


def cauchy(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard Cauchy distribution.

    >>> from wengert import random
    >>> random.cauchy(random.PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = float_type("cauchy", dtype)
    u = uniform(key, shape, kind, float(dtypes.finfo(kind).eps), 1.0)
    return wnp.tan(math.pi * (u - 0.5))


def lognormal(key: Any, sigma: Any = 1.0, shape: Any = None, dtype: Any = None) -> Any:
    """exp of normal numbers of standard deviation `sigma`.

    Args:
      key: a key.
      sigma: the standard deviation.
      shape: of the result, by default that of `sigma`.
      dtype: a floating or complex type, float32 by default.

    >>> from wengert import random
    >>> random.lognormal(random.PRNGKey(0)).item() > 0
    True
    """
    kind = dtypes.canonical(float if dtype is None else dtype)
    shape, sigma = parameters("lognormal", shape, kind if kind.kind == "c" else float_type("lognormal", kind), sigma)
    return wnp.exp(normal(key, shape, kind) * sigma)


def rayleigh(key: Any, scale: Any = 1.0, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of the Rayleigh distribution.

    Args:
      key: a key.
      scale: where the density is greatest.
      shape: of the result, by default that of `scale`.

    >>> from wengert import random
    >>> random.rayleigh(random.PRNGKey(0), 1.0).item() > 0
    True
    """
    kind = float_type("rayleigh", dtype)
    shape, scale = parameters("rayleigh", shape, kind, scale)
    return scale * wnp.sqrt(wnp.log(uniform(key, shape, kind)) * -2)


def pareto(key: Any, b: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of the Pareto distribution with exponent `b`, which are 1 or more.

    Args:
      key: a key.
      b: the exponent.
      shape: of the result, by default that of `b`.

    >>> from wengert import random
    >>> random.pareto(random.PRNGKey(0), 2.0).item() >= 1
    True
    """
    kind = float_type("pareto", dtype)
    shape, b = parameters("pareto", shape, kind, b)
    return wnp.exp(exponential(key, shape, kind) / b)


def weibull_min(key: Any, scale: Any, concentration: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the Weibull distribution.

    >>> from wengert import random
    >>> random.weibull_min(random.PRNGKey(0), 1.0, 2.0).item() > 0
    True
    """
    u = uniform(key, shape, float_type("weibull_min", dtype))
    return wnp.power(-wnp.log1p(-u), 1.0 / concentration) * scale


def maxwell(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Lengths of vectors of three standard normal numbers.

    >>> from wengert import random
    >>> random.maxwell(random.PRNGKey(0)).item() > 0
    True
    """
    x = normal(key, (*_shape("maxwell", shape), 3), float_type("maxwell", dtype))
    return wnp.sqrt(wnp.sum(x * x, -1))


def double_sided_maxwell(key: Any, loc: Any, scale: Any, shape: Any = (), dtype: Any = None) -> Any:
    """`loc`, and `scale` times the numbers of `maxwell` with a random sign.

    Args:
      key: a key.
      loc, scale: location and scale.
      shape: of the draws; the shape of the parameters is appended to it (as in JAX, it stands there twice if no shape
        is given).

    >>> from wengert import random
    >>> random.double_sided_maxwell(random.PRNGKey(0), 0.0, 1.0, (3,)).shape
    (3,)
    """
    kind = float_type("double_sided_maxwell", dtype)
    together, loc, scale = parameters("double_sided_maxwell", None, kind, loc, scale)
    shape = (_shape("double_sided_maxwell", shape) or together) + together
    k1, k2 = split(key)
    sign = wnp.where(uniform(k2, shape) < 0.5, 1.0, -1.0)
    return convert(sign, kind) * maxwell(k1, shape, kind) * scale + loc


def triangular(key: Any, left: Any, mode: Any, right: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers from `left` to `right` whose density rises to `mode` and falls from there, linearly.

    Args:
      key: a key.
      left, mode, right: the corners of the density, left <= mode <= right.
      shape: of the result, by default that of the parameters together.

    >>> from wengert import random
    >>> 0 <= random.triangular(random.PRNGKey(0), 0.0, 1.0, 3.0).item() <= 3
    True
    """
    kind = float_type("triangular", dtype)
    shape, left, mode, right = parameters("triangular", shape, kind, left, mode, right)
    u = uniform(key, shape, kind)
    rising = left + wnp.sqrt(u * (right - left) * (mode - left))
    falling = right - wnp.sqrt((1 - u) * (right - left) * (right - mode))
    return wnp.where(u < (mode - left) / (right - left), rising, falling)


def wald(key: Any, mean: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of the Wald (inverse Gaussian) distribution of scale 1, differentiable in `mean`.

    Args:
      key: a key.
      mean: the mean.
      shape: of the result, by default that of `mean`.

    >>> from wengert import random
    >>> random.wald(random.PRNGKey(0), 2.0).item() > 0
    True
    """
    kind = float_type("wald", dtype)
    shape, mean = parameters("wald", shape, kind, mean)
    k1, k2 = split(key)
    v, z = normal(k1, shape, kind), uniform(k2, shape, kind)
    constant = lax.stop_gradient(mean)
    y, square = v * v, constant * constant
    x = constant + square * y / 2 - constant / 2 * wnp.sqrt(4 * constant * y + square * (y * y))
    drawn = wnp.where(z <= constant / (constant + x), x, square / x)
    return drawn if is_eager(drawn, mean) else drawn + _wald_slope(drawn, constant) * (mean - constant)


def _wald_slope(x: Any, mean: Any) -> Any:
    """The derivative of a Wald number by the mean: minus that of the distribution function, over the density.

    The choice between the two roots above jumps, so that the derivative of the formula is not that of the law.
    """
    from wengert.scipy.special import log_ndtr

    b = (x / mean + 1) / wnp.sqrt(x)
    mills = wnp.exp(log_ndtr(-b) + 0.5 * (b * b + math.log(2 * math.pi)))
    return 2 / (mean * mean) * x * wnp.sqrt(x) * mills
