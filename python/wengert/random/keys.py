# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Keys and the bits that they give."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax, trees
from wengert import numpy as wnp
from wengert.array import Array
from wengert.config import _debug_key_reuse, _threefry_partitionable
from wengert.key_arrays import KeysAt, index_of_words
from wengert.lax._operands import (
    apply,
    as_array,
    broadcast,
    convert,
    in_trace_of,
    is_eager,
)

__all__ = [
    "PRNGKey", "PRNGKeyArray", "bits", "clone", "fold_in", "key", "key_data", "key_dtype", "key_impl",
    "split", "wrap_key_data",
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

    __slots__ = ("_words", "_spent")

    def __init__(self, words: Any, spent: list[bool] | None = None):
        self._words = words
        self._spent = [False] if spent is None else spent  # shared by the same keys in another shape

    dtype = KEY_TYPE
    element_rank = 1  # the leaf has one more dimension than the array: the words of a key

    @property
    def words(self) -> Any:
        """The words of the keys, in a dimension at the end."""
        return self._words

    @staticmethod
    def wrap_words(words: Any) -> PRNGKeyArray:
        """Keys of words."""
        return PRNGKeyArray(words)

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
        return PRNGKeyArray(self._words[index_of_words(index)], [self._spent[0]])

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
        return PRNGKeyArray(self._words.reshape((*shape, 2)), self._spent)

    def squeeze(self, axis: Any = None) -> PRNGKeyArray:
        """The keys without dimensions of size 1."""
        return wnp.squeeze(self, axis)

    def transpose(self, *axes: Any) -> PRNGKeyArray:
        """The keys with their dimensions in another order."""
        return wnp.transpose(self, axes[0] if len(axes) == 1 else axes or None)

    @property
    def T(self) -> PRNGKeyArray:
        """The keys with their dimensions reversed."""
        return wnp.transpose(self)

    def ravel(self) -> PRNGKeyArray:
        """The keys in one dimension."""
        return self.reshape(self.size)

    flatten = ravel

    def copy(self) -> PRNGKeyArray:
        """The keys, in memory of their own."""
        return PRNGKeyArray(self._words.copy(), self._spent)

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise TypeError("key: expected an array of numbers to convert to NumPy but got keys; convert key_data(keys)")

    def block_until_ready(self) -> PRNGKeyArray:
        """The keys themselves, once they are computed."""
        self._words.block_until_ready()
        return self

    @property
    def device(self) -> Any:
        """Where the keys are."""
        return self._words.device

    def devices(self) -> set[Any]:
        """Where the keys are, in a set."""
        return self._words.devices()

    @property
    def at(self) -> KeysAt:
        """Updates: `keys.at[index].set(others)`, and `keys.at[index].get()`."""
        return KeysAt(self)

    def __eq__(self, other: object) -> Any:
        return wnp.equal(self, other) if isinstance(other, PRNGKeyArray) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return wnp.not_equal(self, other) if isinstance(other, PRNGKeyArray) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Array({self.shape}, dtype={self.dtype}) overlaying:\n{self._words}"


def _no_arithmetic(symbol: str) -> Any:
    def refuse(self: Any, *_: Any) -> Any:
        raise errors.make(
            errors.DtypeError,
            symbol,
            f"expected numbers but got {KEY_TYPE}[{','.join(map(str, self.shape))}]",
            remedy="keys have no arithmetic: draw numbers from them, or take their words with random.key_data",
        )

    return refuse


for _names, _symbol in (
    ("add radd", "+"), ("sub rsub neg pos", "-"), ("mul rmul", "*"), ("truediv rtruediv", "/"), ("mod rmod", "%"),
    ("floordiv rfloordiv", "//"), ("pow rpow", "**"), ("matmul rmatmul", "@"), ("and rand", "&"), ("or ror", "|"),
    ("xor rxor", "^"), ("lshift rlshift", "<<"), ("rshift rrshift", ">>"), ("lt", "<"), ("le", "<="), ("gt", ">"),
    ("ge", ">="), ("invert", "~"), ("abs", "abs"), ("float", "float"), ("int", "int"), ("bool", "bool"),
):  # fmt: skip
    for _name in _names.split():
        setattr(PRNGKeyArray, f"__{_name}__", _no_arithmetic(_symbol))

trees.register_pytree_node(PRNGKeyArray, lambda k: ((k._words,), None), lambda _, c: PRNGKeyArray(*c))
trees.LEAVES.add(PRNGKeyArray)


def _seed_words(seed: Any) -> Any:
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool):
        seed = int(seed)
        if not -(1 << 63) <= seed < 1 << 64:
            raise errors.make(errors.DtypeError, "PRNGKey", f"expected a seed of at most 64 bits but got {seed}")
        # unless 64-bit types are allowed the upper word does not count, as in JAX
        high = 0 if dtypes.default_int() == dtypes.int32 else (seed >> 32) & 0xFFFFFFFF
        return Array._wrap(np.array([high, seed & 0xFFFFFFFF], _U32))
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
      seed: an integer, which may be traced. Only its lower 32 bits count unless `enable_x64` is set.
      impl: "threefry2x32", the only one.

    Raises:
      DtypeError: the seed is no integer.

    >>> PRNGKey(42)
    Array([ 0, 42], dtype=uint32)
    """
    _check_impl(impl)
    return _seed_words(seed)


def key(seed: Any, *, impl: Any = None, dtype: Any = None) -> PRNGKeyArray:
    """A key.

    Args:
      seed: an integer, as `PRNGKey` takes it.
      impl, dtype: "threefry2x32" or the type of keys; one of the two at most.

    >>> key(42)
    Array((), dtype=key<fry>) overlaying:
    [ 0 42]
    """
    _check_impl(impl, dtype)
    return PRNGKeyArray(_seed_words(seed))


def _check_impl(impl: Any, dtype: Any = None) -> None:
    if impl is not None and dtype is not None:
        raise ValueError("key: expected one of impl and dtype but got both")
    impl = dtype if impl is None else impl
    if impl not in (None, "threefry2x32", "fry", KEY_TYPE):
        raise errors.make(errors.DtypeError, "key", f"expected the implementation threefry2x32 but got {impl!r}")


def key_data(keys: Any) -> Any:
    """The words of keys: uint32 of shape (..., 2).

    >>> key_data(key(1))
    Array([0, 1], dtype=uint32)
    """
    return keys._words if isinstance(keys, PRNGKeyArray) else _words("key_data", keys)


def wrap_key_data(key_bits_array: Any, *, impl: Any = None, dtype: Any = None) -> PRNGKeyArray:
    """Keys of words; `impl` and `dtype` as in `key`.

    >>> wrap_key_data(PRNGKey(1)).shape
    ()
    """
    _check_impl(impl, dtype)
    return PRNGKeyArray(_words("wrap_key_data", key_bits_array))


def key_impl(keys: Any) -> str:
    """The name of the generator.

    >>> key_impl(key(0))
    'threefry2x32'
    """
    return "threefry2x32"


def key_dtype(impl: Any = None) -> Any:
    """The type of arrays of keys.

    >>> key_dtype() == key(0).dtype
    True
    """
    _check_impl(impl)
    return KEY_TYPE


def clone(key: Any) -> Any:
    """The same key, not used yet in the eyes of `config.debug_key_reuse`.

    >>> clone(PRNGKey(1))
    Array([0, 1], dtype=uint32)
    """
    return PRNGKeyArray(key._words) if isinstance(key, PRNGKeyArray) else key


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


def spend(function: str, key: Any) -> Any:
    """The words of one key, which is used by this.

    Raises:
      KeyReuseError: it has been used before, and `config.debug_key_reuse` is on.
    """
    if isinstance(key, PRNGKeyArray) and _debug_key_reuse.get():
        if key._spent[0]:
            raise errors.make(
                errors.KeyReuseError,
                function,
                f"expected a key that has not been used but got one that has, {key!r}",
                remedy="split it before the first use, or use wengert.random.clone(key) for the same numbers",
            )
        key._spent[0] = True
    return _words(function, key)


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
    if is_eager(words[0]):
        counts = np.arange(2 * half, dtype=np.uint32)
        if n % 2:
            counts[-1] = 0
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
    words = _single("split", spend("split", key))
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
    words = _single(function, spend(function, key))
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
