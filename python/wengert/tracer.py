# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tracers: what stands for an array while a function is being traced, and the operands of ops in general.

A tracer remembers the op and the operands it came from. Its value is computed from these when Python asks for it
(`if x > 0:`, `float(x)`), and kept. Only the arguments of staging traces and of `vmap` have no value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from wengert import dtypes, errors
from wengert.array import Array, ArrayMethods, start_quiet, stop_quiet
from wengert.avals import ShapedArray
from wengert.failures import leaked, no_value

if TYPE_CHECKING:
    from wengert.trace import Trace

ENDED = 1 << 30  # the level of a trace that has ended: deeper than any other, so that `bind` meets it
_ndarray = np.ndarray
_wrap = Array._wrap


class Tracer(ArrayMethods):
    """An array that is being traced: it has a type, and a value only when Python asks for it and it is known."""

    __slots__ = ("_trace", "_value", "aval", "_source", "_known")

    def __init__(self, trace: Trace, value: Any, aval: ShapedArray, source: Any):
        self._trace = trace
        self._value = value
        self.aval = aval
        # Where the value comes from: None (an unknown argument), the operand that an argument stands for, or
        # (op, operands, attrs, position of the result or None if it is the only one).
        self._source = source
        self._known: _ndarray | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return self.aval.shape

    @property
    def dtype(self) -> np.dtype:
        return self.aval.dtype

    @property
    def weak_type(self) -> bool:
        return self.aval.weak_type

    @property
    def ndim(self) -> int:
        return len(self.aval.shape)

    @property
    def size(self) -> int:
        return self.aval.size

    @property
    def nbytes(self) -> int:
        return self.aval.size * self.aval.dtype.itemsize

    @property
    def sharding(self) -> Any:
        """How the array is laid out over devices: nothing is split."""
        return self.aval.sharding

    def __repr__(self) -> str:
        return f"Traced<{self.aval}>with<{self._trace.label}>"

    __str__ = __repr__

    def __array__(self, dtype: Any = None, copy: Any = None) -> NoReturn:
        raise no_value(
            self,
            "a NumPy array",
            "use the function of wengert.numpy instead of NumPy's, or return the value and convert the result",
        )

    def _value_for(self, wanted: str) -> _ndarray:
        return concrete_value(self, wanted)

    def __dlpack__(self, **_: Any) -> NoReturn:
        raise no_value(self, "memory to share", "return the value and share the result")

    def unsafe_buffer_pointer(self) -> NoReturn:
        """Refused: what is traced has no memory."""
        raise no_value(self, "memory with an address", "return the value and take the address of the result")

    def delete(self) -> NoReturn:
        """Refused: what is traced has no memory."""
        raise no_value(self, "memory to give back", "delete the argument after the call, or leave it to Python")


def is_tracer(x: Any) -> bool:
    """Whether `x` is being traced."""
    return type(x) is Tracer


# ---------------------------------------------------------------------------------------------------------------------
# Operands


def aval_of(x: Any) -> ShapedArray:
    """The type of an array, a tracer, a NumPy array or a Python scalar."""
    if type(x) is Tracer:
        return x.aval
    if type(x) is not Array:
        if isinstance(x, ShapedArray):
            return x
        x = operand(x)
    return ShapedArray(x.shape, x.dtype, x.weak_type)


def operand(x: Any) -> Any:
    """`x` as something that an op applies to: an Array or a Tracer.

    Raises:
      UnsupportedTypeError: `x` is no array and no number.
    """
    if type(x) is Tracer or type(x) is Array:
        return x
    scalar = dtypes.of_scalar(x)
    if scalar is not None:
        return _wrap(np.asarray(x, scalar), scalar.kind != "b")
    if not isinstance(x, (np.ndarray, np.generic)):
        convert = getattr(x, "__wengert_array__", None) or getattr(x, "__jax_array__", None)
        if convert is not None:
            return operand(convert())
        if hasattr(type(x), "wrap_words"):
            raise errors.make(
                errors.DtypeError,
                "array",
                f"expected an array of numbers but got {x.dtype}[{','.join(map(str, x.shape))}]",
                remedy="draw numbers from a key with wengert.random, or take its words with random.key_data",
            )
        if not hasattr(x, "__array__"):
            numbers: tuple[Any, ...] = (int, float, complex)
            for number in numbers:
                if isinstance(x, number):  # a class of numbers that a program has made, e.g. an IntEnum
                    return operand(number(x))
            raise errors.make(
                errors.UnsupportedTypeError,
                "array",
                f"expected an array or a number but got {type(x).__name__} {str(x)[:60]!r}",
                remedy="convert it with wengert.numpy.asarray, or make the argument static",
            )
        x = np.asarray(x)
    if isinstance(x, np.ma.MaskedArray):
        raise errors.make(
            errors.DtypeError, "array", "expected an array without a mask but got a masked array",
            remedy="x.filled(value) gives one",
        )  # fmt: skip
    return _wrap(np.array(x, dtypes.canonical(x.dtype), order="C"), False)  # a copy: NumPy arrays can change


# ---------------------------------------------------------------------------------------------------------------------
# Values on demand


def concrete_value(x: Any, wanted: str = "its value") -> _ndarray:
    """The value of a tracer, computed from what was recorded.

    Raises:
      ConcretizationError: it depends on an argument of a staging trace or of vmap.
    """
    if type(x) is not Tracer:
        return operand(x)._data
    if x._known is not None:
        return x._known
    if x._trace.level == ENDED:
        leaked(x)
    todo = [x]
    while todo:
        current = todo[-1]
        if current._known is not None:
            todo.pop()
            continue
        source = current._source
        if source is None:
            raise no_value(x, wanted)
        needed = source[1] if type(source) is tuple else (source,)
        pending = [y for y in needed if type(y) is Tracer and y._known is None]
        if pending:
            todo.extend(pending)
            continue
        data: list[Any] = [y._known if type(y) is Tracer else operand(y)._data for y in needed]
        current._known = data[0] if type(source) is not tuple else _evaluate(source, data)
        todo.pop()
    assert x._known is not None
    return x._known


def _evaluate(source: tuple[Any, ...], data: list[_ndarray]) -> _ndarray:
    op, _, attrs, place = source
    if place is not None and place[1]:
        return place[1][place[0]]
    token = start_quiet()
    try:
        result = op.kernel(*data, **attrs)
    finally:
        stop_quiet(token)
    if place is None:
        return np.asarray(result)
    place[1].extend(np.asarray(r) for r in result)
    return place[1][place[0]]
