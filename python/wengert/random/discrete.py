# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Integers, bools and choices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import apply, as_array, axis_index, broadcast_shapes, convert, is_tracer, promote
from wengert.random.distributions import _check_mode, gumbel, uniform
from wengert.random.keys import _bits, _shape, split
from wengert.random.parameters import beside, integer_type, parameters

__all__ = [
    "bernoulli", "categorical", "choice", "geometric", "permutation", "rademacher", "randint", "shuffle",
]  # fmt: skip


def randint(key: Any, shape: Any, minval: Any, maxval: Any, dtype: Any = None) -> Any:
    """Uniform integers from `minval` up to and without `maxval`.

    Raises:
      DtypeError: the type is no integer.

    >>> from wengert import random
    >>> random.randint(random.PRNGKey(0), (3,), 0, 10).shape
    (3,)
    """
    kind, shape = integer_type("randint", dtype), _shape("randint", shape)
    info, width = dtypes.iinfo(kind), max(32, 8 * kind.itemsize)  # narrow types are drawn with 32 bits too
    above = isinstance(maxval, (int, np.integer)) and int(maxval) > info.max
    bounds = [min(max(int(b), info.min), info.max) if isinstance(b, (int, np.integer)) else b for b in (minval, maxval)]
    k1, k2 = split(key)
    high, low = _bits("randint", k1, width, shape), _bits("randint", k2, width, shape)
    unsigned = high.dtype
    a, b = beside("randint", bounds, kind, shape, high)
    wide = lambda x: convert(convert(x, np.dtype(f"i{width // 8}")), unsigned)
    span = apply("sub", (wide(b), wide(a))) if kind.itemsize < 4 else convert(apply("sub", (b, a)), unsigned)
    if above:  # up to and with the greatest integer: one more, 0 then stands for all
        span = wnp.where(b > a, span + 1, lax.full_like(span, 1))
    else:
        span = wnp.where(b <= a, lax.full_like(span, 1), span)
    rem = lambda x, y: apply("rem", (x, y))
    # 2**width modulo span, by squaring its root
    factor = rem(lax.full_like(span, 1 << (width // 2)), span)
    factor = rem(apply("mul", (factor, factor)), span)
    offset = apply("add", (apply("mul", (rem(high, span), factor)), rem(low, span)))
    return apply("add", (a, convert(rem(offset, span), kind)))


def _shuffled(key: Any, x: Any, axis: int) -> Any:
    """x sorted by random numbers, so often that equal numbers do not matter."""
    rounds = math.ceil(3 * math.log(max(1, x.size)) / math.log(2**32 - 1))
    for _ in range(rounds):
        key, subkey = split(key)
        _, x = lax.sort((_bits("permutation", subkey, 32, x.shape), x), axis, True)
    return x


def permutation(key: Any, x: Any, axis: int = 0, independent: bool = False) -> Any:
    """The numbers below an int x, or the parts of an array x along `axis`, in random order.

    Args:
      independent: shuffle every vector along `axis` by itself.

    Raises:
      AxisError: there is no such axis.
      DtypeError: x is a number but no int.

    >>> from wengert import random
    >>> sorted(random.permutation(random.PRNGKey(0), 4).tolist())
    [0, 1, 2, 3]
    """
    x = as_array("permutation", x)
    if not x.ndim:
        if is_tracer(x) or not dtypes.is_integer(x.dtype):
            raise errors.make(errors.DtypeError, "permutation", f"expected an int or an array but got {x!r}")
        axis_index("permutation", axis, 1)
        return _shuffled(key, wnp.arange(int(x), dtype=x.dtype), 0)
    axis = axis_index("permutation", axis, x.ndim)
    if independent or x.ndim == 1:
        return _shuffled(key, x, axis)
    return lax.take(x, _shuffled(key, wnp.arange(x.shape[axis]), 0), axis)


def shuffle(key: Any, x: Any, axis: int = 0) -> Any:
    """Every vector of x along `axis` in random order.

    >>> from wengert import random
    >>> sorted(random.shuffle(random.PRNGKey(0), wnp.arange(3)).tolist())
    [0, 1, 2]
    """
    return _shuffled(key, as_array("shuffle", x), axis)


def choice(
    key: Any, a: Any, shape: Any = (), replace: bool = True, p: Any = None, axis: int = 0, mode: str | None = None
) -> Any:
    """Random elements of an array a, or of the numbers below an int a.

    Args:
      key: a key.
      a: an array, or an int.
      shape: of the draws.
      replace: whether an element may come twice.
      p: the probability of each element; all equal by default.
      axis: the dimension of a from which elements are taken.
      mode: as of `gumbel`, for draws without replacement of given probabilities.

    Raises:
      ShapeError: more elements than there are are asked for without replacement.

    >>> from wengert import random
    >>> random.choice(random.PRNGKey(0), 5, (3,)).shape
    (3,)
    """
    shape = _shape("choice", shape)
    a = as_array("choice", a if not isinstance(a, (list, tuple)) else wnp.array(a))
    n = int(a) if not a.ndim else a.shape[axis]
    draws = math.prod(shape)
    if (n <= 0 and draws) or (not replace and draws > n):
        raise errors.make(
            errors.ShapeError, "choice", f"expected at most {n} draws without replacement but got {draws}"
        )
    axis = axis + a.ndim if axis < 0 else axis
    if p is None and not replace:
        order = permutation(key, n if not a.ndim else a, axis)
        part = lax.slice_in_dim(order, 0, draws, 1, axis)
        return lax.reshape(part, (*part.shape[:axis], *shape, *part.shape[axis + 1 :]))
    if p is None:
        index = randint(key, shape, 0, n)
    else:
        p = promote("choice", (p,), inexact=True)[0]
        if p.shape != (n,):
            raise errors.make(errors.ShapeError, "choice", f"expected {n} probabilities but got shape {p.shape}")
        if replace:
            total = wnp.cumsum(p)
            r = total[-1] * (1 - uniform(key, shape, total.dtype))
            index = wnp.searchsorted(total, r)
        else:
            g = gumbel(key, (n,), p.dtype, mode) + wnp.log(p)
            index = lax.reshape(lax.top_k(g, draws)[1], shape)
    return index if not a.ndim else lax.take(a, index, axis)


def bernoulli(key: Any, p: Any = 0.5, shape: Any = None, mode: str = "low") -> Any:
    """True with probability p.

    Args:
      key: a key.
      p: the probability.
      shape: of the result, by default that of `p`.
      mode: with "high" twice as many bits are used, so that probabilities below 1e-7 are exact too.

    Raises:
      ShapeError: p does not broadcast to the shape.
      ValueError: the mode is neither "low" nor "high".

    >>> from wengert import random
    >>> random.bernoulli(random.PRNGKey(0), 1.0)
    Array(True, dtype=bool)
    """
    _check_mode("bernoulli", mode, ("low", "high"))
    shape, p = parameters("bernoulli", shape, None, p)
    if mode == "high":
        u, rest = uniform(key, (2, *shape), p.dtype)
        return rest * 2.0 ** -dtypes.finfo(p.dtype).nmant < p - u
    u = uniform(key, shape, p.dtype)
    return u < beside("bernoulli", (p,), p.dtype, shape, u)[0]


def rademacher(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """-1 or 1 with equal probability.

    >>> from wengert import random
    >>> abs(random.rademacher(random.PRNGKey(0)).item())
    1
    """
    sign = 2 * convert(bernoulli(key, 0.5, _shape("rademacher", shape)), dtypes.int32) - 1
    return convert(sign, dtypes.canonical(int if dtype is None else dtype))


def categorical(
    key: Any, logits: Any, axis: int = -1, shape: Any = None, replace: bool = True, mode: str | None = None
) -> Any:
    """Indices along `axis` with probabilities proportional to exp(logits).

    Args:
      key: a key.
      logits: logarithms of probabilities, up to a constant.
      axis: the dimension of `logits` along which the choices lie.
      shape: of the result; its last dimensions are those of the logits without `axis`, which is the default.
      replace: whether an index may come twice; without, the dimensions of `shape` before those of the logits count
        the draws.
      mode: as of `gumbel`: "high" is exact for probabilities down to 1e-14, "low" to 1e-7.

    Raises:
      ShapeError: the shape does not end in that of the logits, or more draws than there are choices are asked for.

    >>> from wengert import random
    >>> random.categorical(random.PRNGKey(0), wnp.array([0.0, 100.0]))
    Array(1, dtype=int32)
    """
    logits = promote("categorical", (logits,), inexact=True)[0]
    axis = axis if axis < 0 else axis - logits.ndim
    batch = tuple(n for d, n in enumerate(logits.shape) if d != axis % logits.ndim)
    shape = batch if shape is None else _shape("categorical", shape)
    if broadcast_shapes("categorical", shape, batch) != shape:
        raise errors.make(errors.ShapeError, "categorical", f"expected a shape that ends in {batch} but got {shape}")
    extra = shape[: len(shape) - len(batch)]
    if replace:
        tail = list(shape[len(extra) :])
        tail.insert(len(tail) + 1 + axis, logits.shape[axis])
        noise = gumbel(key, (*extra, *tail), logits.dtype, mode)
        return wnp.argmax(noise + logits, axis)
    draws, choices = math.prod(extra), logits.shape[axis]
    if draws > choices:
        raise errors.make(
            errors.ShapeError, "categorical", f"expected at most {choices} draws without replacement but got {draws}"
        )
    noisy = wnp.moveaxis(logits + gumbel(key, logits.shape, logits.dtype, mode), axis, -1)
    return lax.reshape(wnp.moveaxis(lax.top_k(noisy, draws)[1], -1, 0), shape)


def geometric(key: Any, p: Any, shape: Any = None, dtype: Any = None) -> Any:
    """The number of trials, each of which succeeds with probability p, up to and with the first success.

    Args:
      key: a key.
      p: the probability, above 0 and below 1.
      shape: of the result, by default that of `p`.
      dtype: an integer type, int32 by default.

    >>> from wengert import random
    >>> random.geometric(random.PRNGKey(0), 0.5).item() >= 1
    True
    """
    kind = integer_type("geometric", dtype)
    shape, p = parameters("geometric", shape, None, p)
    u = uniform(key, shape, p.dtype)
    u = wnp.where(u == 0, 1, u)
    return convert(wnp.floor(wnp.log(u) / wnp.log1p(-p)) + 1, kind)
