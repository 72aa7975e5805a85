# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random bits from a state that the program holds, and random numbers from one of the process.

`wengert.random` is what programs should use.
"""

from __future__ import annotations

import enum
import itertools
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert.array import Array
from wengert.avals import ShapedArray
from wengert.lax._operands import apply, as_array, convert
from wengert.lax.functions import concatenate, full_like, slice_in_dim

__all__ = ["RandomAlgorithm", "rng_bit_generator", "rng_uniform"]


class RandomAlgorithm(enum.IntEnum):
    """How `rng_bit_generator` makes bits.

    >>> RandomAlgorithm.RNG_THREE_FRY.value
    1
    """

    RNG_DEFAULT = 0
    RNG_THREE_FRY = 1
    RNG_PHILOX = 2


def rng_bit_generator(
    key: Any, shape: Sequence[int], dtype: Any = "uint32", algorithm: Any = RandomAlgorithm.RNG_DEFAULT
) -> tuple[Any, Any]:
    """Random bits of a state, and the state after them.

    They come from threefry, and are the same on every machine; JAX's depend on the platform.

    Args:
      key: the state, four words of uint32.
      dtype: the unsigned type of the bits.

    Raises:
      ShapeError, DtypeError: another state, or a type that is not unsigned; ValueError: the algorithm is Philox.

    >>> import wengert.numpy as wnp
    >>> state, bits = rng_bit_generator(wnp.arange(4, dtype="uint32"), (2,))
    >>> state, bits.dtype
    (Array([0, 1, 2, 4], dtype=uint32), dtype('uint32'))
    """
    from wengert import random

    state = as_array("rng_bit_generator", key)
    if state.shape != (4,) or state.dtype != dtypes.uint32:
        given = ShapedArray(state.shape, state.dtype)
        raise errors.make(
            errors.ShapeError if state.dtype == dtypes.uint32 else errors.DtypeError,
            "rng_bit_generator",
            f"expected a state of type uint32[4] but got {given}",
        )
    if RandomAlgorithm(algorithm) is RandomAlgorithm.RNG_PHILOX:
        raise ValueError("rng_bit_generator: expected RNG_DEFAULT or RNG_THREE_FRY but got RNG_PHILOX")
    words, count = slice_in_dim(state, 0, 2), slice_in_dim(state, 2, 4)
    seeds = apply("threefry2x32", tuple(slice_in_dim(x, i, i + 1) for x in (words, count) for i in (0, 1)))
    bits = random.bits(concatenate(list(seeds), 0), tuple(shape), dtype)
    if not bits.size:  # nothing was drawn
        return state, bits
    low = slice_in_dim(count, 1, 2)
    next_low = apply("add", (low, full_like(low, 1)))
    carried = convert(apply("eq", (next_low, full_like(low, 0))), dtypes.uint32)
    return concatenate([words, apply("add", (slice_in_dim(count, 0, 1), carried)), next_low], 0), bits


_calls = itertools.count(np.random.SeedSequence().entropy % (1 << 31))  # type: ignore[operator]
_counting = threading.Lock()


def rng_uniform(a: Any, b: Any, shape: Sequence[int]) -> Any:
    """Random numbers from a to b, others at every call and in every run of the process, in compiled code too.

    Args:
      a, b: scalars of one floating or integer type.

    Raises:
      DtypeError: a and b differ in type.

    >>> x = rng_uniform(1.0, 2.0, (3,))
    >>> x.shape, bool((x >= 1).all() & (x < 2).all())
    ((3,), True)
    """
    from wengert import random
    from wengert.callbacks import io_callback

    low, high = as_array("rng_uniform", a), as_array("rng_uniform", b)
    if low.dtype != high.dtype or low.dtype.kind not in "fiuV":
        raise errors.make(
            errors.DtypeError, "rng_uniform", f"expected bounds of one type but got {low.dtype} and {high.dtype}"
        )

    def fresh() -> np.ndarray:
        with _counting:
            number = next(_calls)
        return np.array([number >> 32 & 0xFFFFFFFF, number & 0xFFFFFFFF], np.uint32)

    key = io_callback(fresh, ShapedArray((2,), np.dtype(np.uint32)))
    if isinstance(key, np.ndarray):
        key = Array._wrap(key)
    if dtypes.is_integer(low.dtype):
        return random.randint(key, tuple(shape), low, high, low.dtype)
    return random.uniform(key, tuple(shape), low.dtype, low, high)
