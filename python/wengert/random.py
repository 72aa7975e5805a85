# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random numbers from keys: the numbers of `jax.random`, bit for bit (threefry2x32).

A key is used once: `split` it for more. Nothing is hidden state, so every function can be traced, batched and compiled.

There are two layouts of the bits. The default is JAX's original one; `config.update("threefry_partitionable", True)`
(or the context manager `wengert.config.threefry_partitionable`) chooses the newer one, in which every number depends
on nothing but the key and its position.

>>> key = key(0)
>>> for k in split(key, 2):
...     print(uniform(k))
0.5572065
0.10536897
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from wengert import dtypes, errors, tree_util
from wengert import numpy as wnp
from wengert.array import Array
from wengert.config import _threefry_partitionable
from wengert.lax import functions as lax
from wengert.lax._operands import (
    apply,
    as_array,
    broadcast,
    broadcast_shapes,
    convert,
    in_trace_of,
    is_eager,
    is_tracer,
    promote,
)

__all__ = [
    "PRNGKey", "PRNGKeyArray", "bernoulli", "bits", "categorical", "cauchy", "choice", "clone", "exponential",
    "fold_in", "gumbel", "key", "key_data", "key_impl", "laplace", "logistic", "lognormal", "normal",
    "permutation", "pareto", "rademacher", "randint", "rayleigh", "shuffle", "split", "truncated_normal",
    "uniform", "weibull_min", "wrap_key_data",
]  # fmt: skip

_U32 = dtypes.uint32

# ---------------------------------------------------------------------------------------------------------------------
# Keys


class _KeyType:
    """The type of a key array."""

    name = "key<fry>"
    itemsize = 8

    def __repr__(self) -> str:
        return self.name

    __str__ = __repr__


KEY_TYPE = _KeyType()


class PRNGKeyArray:
    """An array of keys, as `key` and `split` make it: a tree node around uint32 words of shape (..., 2).

    >>> key(0).shape, split(key(0), 3).shape, split(key(0), 3)[0].shape
    ((), (3,), ())
    """

    __slots__ = ("_words",)

    def __init__(self, words: Any):
        self._words = words

    dtype = KEY_TYPE

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array of keys."""
        return self._words.shape[:-1]

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of keys."""
        return math.prod(self.shape)

    def __getitem__(self, index: Any) -> PRNGKeyArray:
        index = index if isinstance(index, tuple) else (index,)
        if not any(i is Ellipsis for i in index):
            index = (*index, Ellipsis)
        return PRNGKeyArray(self._words[(*index, slice(None))])

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a single key")
        return self.shape[0]

    def __iter__(self) -> Any:
        if not self.shape:
            raise TypeError("iteration over a single key")
        return iter([self[i] for i in range(self.shape[0])])

    def reshape(self, *shape: Any) -> PRNGKeyArray:
        """The keys in another shape."""
        shape = tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
        if -1 in shape:
            rest = -math.prod(shape)
            shape = tuple(self.size // rest if n == -1 else n for n in shape)
        return PRNGKeyArray(self._words.reshape((*shape, 2)))

    def ravel(self) -> PRNGKeyArray:
        """The keys in one dimension."""
        return self.reshape(self.size)

    flatten = ravel

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, PRNGKeyArray):
            return NotImplemented
        return wnp.all(self._words == other._words, -1)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Array({self.shape}, dtype={self.dtype}) overlaying:\n{self._words}"


tree_util.register_pytree_node(PRNGKeyArray, lambda k: ((k._words,), None), lambda _, c: PRNGKeyArray(*c))


def _seed_words(seed: Any) -> Any:
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool):
        seed = int(seed)
        if not -(1 << 63) <= seed < 1 << 64:
            raise errors.make(errors.DtypeError, "PRNGKey", f"expected a seed of at most 64 bits but got {seed}")
        # a negative seed of 32 bits has no upper word unless 64-bit types are allowed, as in JAX
        small = -(1 << 31) <= seed < 0 and dtypes.default_int() == dtypes.int32
        return Array._wrap(np.array([0 if small else (seed >> 32) & 0xFFFFFFFF, seed & 0xFFFFFFFF], _U32))
    seed = as_array("PRNGKey", seed)
    if seed.ndim or not dtypes.is_integer(seed.dtype):
        raise errors.make(
            errors.DtypeError, "PRNGKey", f"expected an integer scalar but got {seed.dtype} of shape {seed.shape}"
        )
    if seed.dtype.itemsize == 8:
        wide = convert(seed, dtypes.uint64)
        high = convert(apply("shift_right_logical", (wide, lax.full_like(wide, 32))), _U32)
        return wnp.stack([high, convert(wide, _U32)])
    return wnp.stack([lax.full_like(seed, 0, _U32), convert(seed, _U32)])


def PRNGKey(seed: Any, *, impl: Any = None) -> Any:
    """A key as raw words: uint32[2].

    Args:
      seed: an integer, which may be traced.

    Raises:
      DtypeError: the seed is no integer.

    >>> PRNGKey(42)
    Array([ 0, 42], dtype=uint32)
    """
    _check_impl(impl)
    return _seed_words(seed)


def key(seed: Any, *, impl: Any = None) -> PRNGKeyArray:
    """A key.

    >>> key(42)
    Array((), dtype=key<fry>) overlaying:
    [ 0 42]
    """
    _check_impl(impl)
    return PRNGKeyArray(_seed_words(seed))


def _check_impl(impl: Any) -> None:
    if impl not in (None, "threefry2x32", "fry", KEY_TYPE):
        raise errors.make(errors.DtypeError, "key", f"expected the implementation threefry2x32 but got {impl!r}")


def key_data(keys: Any) -> Any:
    """The words of keys: uint32 of shape (..., 2).

    >>> key_data(key(1))
    Array([0, 1], dtype=uint32)
    """
    return keys._words if isinstance(keys, PRNGKeyArray) else _words("key_data", keys)


def wrap_key_data(key_bits_array: Any, *, impl: Any = None) -> PRNGKeyArray:
    """Keys of words.

    >>> wrap_key_data(PRNGKey(1)).shape
    ()
    """
    _check_impl(impl)
    return PRNGKeyArray(_words("wrap_key_data", key_bits_array))


def key_impl(keys: Any) -> str:
    """The name of the generator.

    >>> key_impl(key(0))
    'threefry2x32'
    """
    return "threefry2x32"


def clone(key: Any) -> Any:
    """The key itself.

    >>> clone(PRNGKey(1))
    Array([0, 1], dtype=uint32)
    """
    return key


def _words(function: str, key: Any) -> Any:
    if isinstance(key, PRNGKeyArray):
        return key._words
    words = as_array(function, key)
    if words.dtype != _U32 or not words.ndim or words.shape[-1] != 2:
        raise errors.make(
            errors.DtypeError,
            function,
            f"expected a key but got an array of {words.dtype} and shape {words.shape}",
            remedy="make one with wengert.random.key(seed)",
        )
    return words


def _single(function: str, key: Any) -> tuple[Any, Any]:
    """The two words of one key."""
    words = _words(function, key)
    if words.ndim != 1:
        raise errors.make(
            errors.ShapeError,
            function,
            f"expected one key but got an array of keys of shape {words.shape[:-1]}",
            remedy="map over the keys with wengert.vmap",
        )
    return words[0], words[1]


def _like(x: Any, value: Any) -> Any:
    """`value` as an operand beside x: a scalar where NumPy's kernels broadcast it."""
    return Array._wrap(np.asarray(value, x.dtype)) if is_eager(x) else lax.full_like(x, value)


def _block(words: tuple[Any, Any], x0: Any, x1: Any) -> tuple[Any, Any]:
    k0, k1 = words
    if is_eager(k0, x0):
        return apply("threefry2x32", (k0, k1, x0, x1))
    shape = x0.shape
    return apply("threefry2x32", (broadcast(k0, shape), broadcast(k1, shape), in_trace_of(x0, k0), in_trace_of(x1, k0)))


def _hash(words: tuple[Any, Any], n: int) -> Any:
    """The original layout: n words from counters, the first half of which are the first words of the blocks."""
    half = -(-n // 2)
    counts = np.arange(2 * half, dtype=np.uint32)
    if n % 2:
        counts[-1] = 0
    if is_eager(words[0]):
        y0, y1 = _block(words, Array._wrap(counts[:half]), Array._wrap(counts[half:]))
        return Array._wrap(np.concatenate([y0._data, y1._data])[:n])
    low, high = lax.iota(_U32, half), lax.iota(_U32, half)
    high = apply("add", (high, lax.full_like(high, half)))
    if n % 2:
        high = lax.pad(lax.slice_in_dim(high, 0, half - 1), np.uint32(0), [(0, 1, 0)])
    both = lax.concatenate(_block(words, low, high), 0)
    return lax.slice_in_dim(both, 0, n) if n % 2 else both


def _positions(shape: tuple[int, ...]) -> tuple[Any, Any]:
    """The newer layout: the 64-bit row-major position of every element, as two words."""
    low = lax.reshape(lax.iota(_U32, math.prod(shape)), shape)
    return lax.full(shape, 0, _U32), low


def split(key: Any, num: Any = 2) -> Any:
    """New keys of one key; `num` is their number or shape.

    >>> split(PRNGKey(0))
    Array([[4146024105,  967050713],
           [2718843009, 1272950319]], dtype=uint32)
    """
    shape = (operator.index(num),) if not isinstance(num, (tuple, list)) else tuple(map(operator.index, num))
    words = _single("split", key)
    if _threefry_partitionable.get():
        y0, y1 = _block(words, *_positions(shape))
        out = lax.concatenate([lax.expand_dims(y, (y.ndim,)) for y in (y0, y1)], len(shape))
    else:
        out = lax.reshape(_hash(words, 2 * math.prod(shape)), (*shape, 2))
    return PRNGKeyArray(out) if isinstance(key, PRNGKeyArray) else out


def fold_in(key: Any, data: Any) -> Any:
    """A new key of a key and an integer, which may be traced.

    >>> fold_in(PRNGKey(0), 1)
    Array([ 928981903, 3453687069], dtype=uint32)
    """
    words = _single("fold_in", key)
    if isinstance(data, (int, np.integer)):
        data = Array._wrap(np.asarray(int(data) & 0xFFFFFFFF, _U32))
    data = as_array("fold_in", data)
    if data.ndim or not dtypes.is_integer(data.dtype):
        raise errors.make(
            errors.DtypeError, "fold_in", f"expected an integer scalar but got {data.dtype} of shape {data.shape}"
        )
    low = convert(data, _U32)
    y0, y1 = _block(words, lax.full_like(low, 0, _U32), low)
    out = wnp.stack([y0, y1])
    return PRNGKeyArray(out) if isinstance(key, PRNGKeyArray) else out


# ---------------------------------------------------------------------------------------------------------------------
# Bits


def _shape(function: str, shape: Any) -> tuple[int, ...]:
    if isinstance(shape, (int, np.integer)):
        return (int(shape),)
    try:
        return tuple(map(operator.index, shape))
    except TypeError:
        raise errors.make(errors.ShapeError, function, f"expected a shape of ints but got {shape!r}") from None


def _bits(function: str, key: Any, width: int, shape: tuple[int, ...]) -> Any:
    """Random bits: uint64 for width 64, else uint32 that hold `width` bits each."""
    words = _single(function, key)
    size = math.prod(shape)
    if _threefry_partitionable.get():
        high, low = _block(words, *_positions(shape))
        if width == 64:
            return _joined(high, low)
        mixed = apply("bitwise_xor", (high, low))
        return mixed if width == 32 else apply("bitwise_and", (mixed, lax.full_like(mixed, (1 << width) - 1)))
    if width == 64:
        bits = _hash(words, 2 * size)
        high, low = lax.slice_in_dim(bits, 0, size), lax.slice_in_dim(bits, size, None)
        return lax.reshape(_joined(high, low), shape)
    if width == 32:
        return lax.reshape(_hash(words, size), shape)
    parts = 32 // width
    bits = _hash(words, -(-size // parts))
    wide = lax.broadcast_in_dim(bits, (bits.shape[0], parts), (0,))
    amount = apply("mul", (lax.broadcasted_iota(_U32, wide.shape, 1), lax.full_like(wide, width)))
    pieces = apply("bitwise_and", (apply("shift_right_logical", (wide, amount)), lax.full_like(wide, (1 << width) - 1)))
    return lax.reshape(lax.slice_in_dim(lax.reshape(pieces, (pieces.size,)), 0, size), shape)


def _joined(high: Any, low: Any) -> Any:
    high, low = convert(high, dtypes.uint64), convert(low, dtypes.uint64)
    return apply("bitwise_or", (apply("shift_left", (high, lax.full_like(high, 32))), low))


def bits(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Uniform random bits as unsigned integers, uint32 by default.

    Raises:
      DtypeError: the type is no unsigned integer.

    >>> bits(PRNGKey(0), (2,))
    Array([ 928981903, 3453687069], dtype=uint32)
    """
    kind = _U32 if dtype is None else dtypes.canonical(dtype)
    if kind.kind != "u":
        raise errors.make(errors.DtypeError, "bits", f"expected an unsigned integer type but got {kind}")
    return convert(_bits("bits", key, 8 * kind.itemsize, _shape("bits", shape)), kind)


# ---------------------------------------------------------------------------------------------------------------------
# Distributions


def _float(function: str, dtype: Any) -> np.dtype:
    kind = dtypes.canonical(float if dtype is None else dtype)
    if not dtypes.is_float(kind):
        raise errors.make(errors.DtypeError, function, f"expected a floating type but got {kind}")
    return kind


def _parameter(function: str, x: Any, kind: np.dtype, shape: tuple[int, ...], like: Any) -> Any:
    x = in_trace_of(convert(as_array(function, x), kind), like)
    if broadcast_shapes(function, x.shape, shape) != shape:
        raise errors.make(
            errors.ShapeError, function, f"expected a parameter that broadcasts to {shape} but got shape {x.shape}"
        )
    return x if is_eager(x, like) else broadcast(x, shape)


def uniform(key: Any, shape: Any = (), dtype: Any = None, minval: Any = 0.0, maxval: Any = 1.0) -> Any:
    """Uniform numbers from `minval` up to and without `maxval`.

    Args:
      key: a key.
      shape: of the result.
      dtype: a floating type, float32 by default.

    >>> uniform(PRNGKey(0), (2,))
    Array([0.21629536, 0.8041241 ], dtype=float32)
    """
    kind, shape = _float("uniform", dtype), _shape("uniform", shape)
    info = dtypes.finfo(kind)
    width = 8 if info.nmant < 8 else info.bits
    raw = _bits("uniform", key, width, shape)
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
    low = _parameter("uniform", minval, kind, shape, floats)
    high = _parameter("uniform", maxval, kind, shape, floats)
    scaled = apply("add", (apply("mul", (floats, apply("sub", (high, low)))), low))
    return apply("max", (low, scaled))


def normal(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Standard normal numbers.

    >>> normal(PRNGKey(42), (2,))
    Array([..., ...], dtype=float32)
    """
    kind, shape = _float("normal", dtype), _shape("normal", shape)
    low = np.nextafter(np.asarray(-1, kind), np.asarray(0, kind))
    u = uniform(key, shape, kind, Array._wrap(np.asarray(low, kind)), 1.0)
    return apply("mul", (_like(u, math.sqrt(2)), apply("erf_inv", (u,))))


def randint(key: Any, shape: Any, minval: Any, maxval: Any, dtype: Any = None) -> Any:
    """Uniform integers from `minval` up to and without `maxval`.

    Raises:
      DtypeError: the type is no integer.

    >>> randint(PRNGKey(0), (3,), 0, 10).shape
    (3,)
    """
    kind, shape = dtypes.canonical(int if dtype is None else dtype), _shape("randint", shape)
    if not dtypes.is_integer(kind):
        raise errors.make(errors.DtypeError, "randint", f"expected an integer type but got {kind}")
    info, width = dtypes.iinfo(kind), max(32, 8 * kind.itemsize)  # narrow types are drawn with 32 bits too
    above = isinstance(maxval, (int, np.integer)) and int(maxval) > info.max
    bounds = [min(max(int(b), info.min), info.max) if isinstance(b, (int, np.integer)) else b for b in (minval, maxval)]
    k1, k2 = split(key)
    high, low = _bits("randint", k1, width, shape), _bits("randint", k2, width, shape)
    unsigned = high.dtype
    a, b = (_parameter("randint", v, kind, shape, high) for v in bounds)
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

    >>> sorted(permutation(PRNGKey(0), 4).tolist())
    [0, 1, 2, 3]
    """
    x = as_array("permutation", x)
    if not x.ndim:
        if is_tracer(x) or not dtypes.is_integer(x.dtype):
            raise errors.make(errors.DtypeError, "permutation", f"expected an int or an array but got {x!r}")
        return _shuffled(key, wnp.arange(int(x), dtype=x.dtype), 0)
    axis = axis + x.ndim if axis < 0 else axis
    if independent or x.ndim == 1:
        return _shuffled(key, x, axis)
    return lax.take(x, _shuffled(key, wnp.arange(x.shape[axis]), 0), axis)


def shuffle(key: Any, x: Any, axis: int = 0) -> Any:
    """Every vector of x along `axis` in random order.

    >>> sorted(shuffle(PRNGKey(0), wnp.arange(3)).tolist())
    [0, 1, 2]
    """
    return _shuffled(key, as_array("shuffle", x), axis)


def choice(key: Any, a: Any, shape: Any = (), replace: bool = True, p: Any = None, axis: int = 0) -> Any:
    """Random elements of an array a, or of the numbers below an int a.

    Args:
      replace: whether an element may come twice.
      p: the probability of each element; all equal by default.

    Raises:
      ShapeError: more elements than there are are asked for without replacement.

    >>> choice(PRNGKey(0), 5, (3,)).shape
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
            g = gumbel(key, (n,), p.dtype) + wnp.log(p)
            index = lax.reshape(lax.top_k(g, draws)[1], shape)
    return index if not a.ndim else lax.take(a, index, axis)


def bernoulli(key: Any, p: Any = 0.5, shape: Any = None) -> Any:
    """True with probability p.

    >>> bernoulli(PRNGKey(0), 1.0)
    Array(True, dtype=bool)
    """
    p = as_array("bernoulli", p)
    p = convert(p, dtypes.to_inexact(p.dtype))
    shape = p.shape if shape is None else _shape("bernoulli", shape)
    u = uniform(key, shape, p.dtype)
    return u < _parameter("bernoulli", p, p.dtype, shape, u)


def rademacher(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """-1 or 1 with equal probability.

    >>> abs(rademacher(PRNGKey(0)).item())
    1
    """
    return convert(2 * convert(bernoulli(key, 0.5, _shape("rademacher", shape)), dtypes.int32) - 1,
                   dtypes.canonical(int if dtype is None else dtype))  # fmt: skip


def exponential(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the exponential distribution with rate 1.

    >>> exponential(PRNGKey(0)).item() > 0
    True
    """
    return -wnp.log1p(-uniform(key, shape, dtype))


def gumbel(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard Gumbel distribution.

    >>> gumbel(PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = _float("gumbel", dtype)
    tiny = Array._wrap(np.asarray(dtypes.finfo(kind).tiny, kind))
    return -wnp.log(-wnp.log(uniform(key, shape, kind, tiny, 1.0)))


def categorical(key: Any, logits: Any, axis: int = -1, shape: Any = None, replace: bool = True) -> Any:
    """Indices along `axis` with probabilities proportional to exp(logits).

    Args:
      shape: of the result; its last dimensions are those of the logits without `axis`, which is the default.

    >>> categorical(PRNGKey(0), wnp.array([0.0, 100.0]))
    Array(1, dtype=int32)
    """
    logits = promote("categorical", (logits,), inexact=True)[0]
    axis = axis if axis < 0 else axis - logits.ndim
    batch = tuple(n for d, n in enumerate(logits.shape) if d != axis % logits.ndim)
    shape = batch if shape is None else _shape("categorical", shape)
    if broadcast_shapes("categorical", shape, batch) != shape:
        raise errors.make(errors.ShapeError, "categorical", f"expected a shape that ends in {batch} but got {shape}")
    extra = shape[: len(shape) - len(batch)]
    tail = list(shape[len(extra) :])
    tail.insert(len(tail) + 1 + axis, logits.shape[axis])
    noise = gumbel(key, (*extra, *tail), logits.dtype)
    return wnp.argmax(noise + logits, axis)


def truncated_normal(key: Any, lower: Any, upper: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Standard normal numbers between `lower` and `upper`.

    >>> -1 < truncated_normal(PRNGKey(0), -1.0, 1.0).item() < 1
    True
    """
    kind = _float("truncated_normal", dtype)
    lower, upper = (convert(as_array("truncated_normal", v), kind) for v in (lower, upper))
    shape = broadcast_shapes("truncated_normal", lower.shape, upper.shape) if shape is None else shape
    root = math.sqrt(2)
    a, b = (apply("erf", (convert(v / root, kind),)) for v in (lower, upper))
    u = uniform(key, shape, kind, a, b)
    out = convert(root * apply("erf_inv", (u,)), kind)
    return wnp.clip(out, _next(lower, True), _next(upper, False))


def _next(x: Any, up: bool) -> Any:
    """The neighbour of x: the integer of its bits is one more, or one less for a number of the other sign."""
    wide = x if x.dtype.itemsize >= 4 else convert(x, dtypes.float32)
    bits = lax.bitcast_convert_type(wide, dtypes.int32 if wide.dtype.itemsize == 4 else dtypes.int64)
    away = wide > 0 if up else wide < 0
    moved = wnp.where(
        wide == 0, -(1 << 8 * wide.dtype.itemsize - 1) * (not up) + 1, wnp.where(away, bits + 1, bits - 1)
    )
    out = wnp.where(wnp.isinf(wide), wide, lax.bitcast_convert_type(convert(moved, bits.dtype), wide.dtype))
    return convert(out, x.dtype)


def laplace(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard Laplace distribution.

    >>> laplace(PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = _float("laplace", dtype)
    u = uniform(key, shape, kind, -1.0 + float(dtypes.finfo(kind).epsneg), 1.0)
    return wnp.sign(u) * wnp.log1p(-wnp.abs(u))


def logistic(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard logistic distribution.

    >>> logistic(PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = _float("logistic", dtype)
    u = uniform(key, shape, kind, Array._wrap(np.asarray(dtypes.finfo(kind).tiny, kind)), 1.0)
    return wnp.log(u / (1 - u))


def cauchy(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard Cauchy distribution.

    >>> cauchy(PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = _float("cauchy", dtype)
    u = uniform(key, shape, kind, float(dtypes.finfo(kind).eps), 1.0)
    return wnp.tan(math.pi * (u - 0.5))


def lognormal(key: Any, sigma: Any = 1.0, shape: Any = (), dtype: Any = None) -> Any:
    """exp of normal numbers of standard deviation `sigma`.

    >>> lognormal(PRNGKey(0)).item() > 0
    True
    """
    return wnp.exp(sigma * normal(key, shape, dtype))


def rayleigh(key: Any, scale: Any = 1.0, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the Rayleigh distribution.

    >>> rayleigh(PRNGKey(0)).item() > 0
    True
    """
    return scale * wnp.sqrt(-2 * wnp.log(uniform(key, shape, dtype)))


def pareto(key: Any, b: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the Pareto distribution with exponent b.

    >>> pareto(PRNGKey(0), 2.0).item() >= 1
    True
    """
    return wnp.exp(exponential(key, shape, dtype) / b)


def weibull_min(key: Any, scale: Any, concentration: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the Weibull distribution.

    >>> weibull_min(PRNGKey(0), 1.0, 2.0).item() > 0
    True
    """
    return wnp.power(-wnp.log1p(-uniform(key, shape, dtype)), 1.0 / concentration) * scale
