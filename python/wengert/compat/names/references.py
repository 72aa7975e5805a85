# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.new_ref` and `jax.ref`: a box that holds an array and can be written to.

It can be used in the trace in which it was made, or outside of any: there reads and writes happen in the order of the
program. A function that is compiled or looped over on its own sees no box from outside.

>>> total = new_ref(wnp.zeros(3))
>>> total[1] = 5.0
>>> total[...] += 1.0
>>> freeze(total).tolist()
[1.0, 6.0, 1.0]
"""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert import trace
from wengert.avals import ShapedArray
from wengert.compat.errors import CompatError
from wengert.errors import make
from wengert.tracer import aval_of

__all__ = ["AbstractRef", "Ref", "addupdate", "empty_ref", "free_ref", "freeze", "get", "new_ref", "set", "swap"]

_GONE = object()


class AbstractRef:
    """The type of a Ref.

    Attributes:
      inner_aval: the type of the array in it.
    """

    def __init__(self, inner_aval: ShapedArray):
        self.inner_aval = inner_aval

    @property
    def shape(self) -> tuple[int, ...]:
        return self.inner_aval.shape

    @property
    def dtype(self) -> Any:
        return self.inner_aval.dtype

    def __repr__(self) -> str:
        return f"Ref{{{self.inner_aval}}}"


def _innermost() -> Any:
    return trace.current() if trace.is_tracing() else None


class Ref:
    """A box with an array: `ref[index]` reads, `ref[index] = x` writes.

    Raises:
      CompatError: it is used after `freeze`, or in another trace than the one in which it was made.
    """

    def __init__(self, value: Any):
        self._value = wnp.asarray(value)
        self._trace = _innermost()
        self.aval = AbstractRef(aval_of(self._value))

    @property
    def shape(self) -> tuple[int, ...]:
        return self.aval.shape

    @property
    def dtype(self) -> Any:
        return self.aval.dtype

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return self.aval.inner_aval.size

    def __len__(self) -> int:
        return self.shape[0]

    def _check(self, verb: str) -> Any:
        if self._value is _GONE:
            raise make(
                CompatError, "Ref", f"expected a reference that is alive but got one that was frozen, to {verb} it",
                remedy="use the array that freeze returned",
            )  # fmt: skip
        if _innermost() is not self._trace:
            where = "outside of any trace" if self._trace is None else self._trace.label
            here = "outside of any trace" if _innermost() is None else _innermost().label
            raise make(
                CompatError, "Ref", f"expected to {verb} a reference where it was made, {where}, but got it in {here}",
                remedy="carry its value through the function: pass ref[...] as an argument and return what is new",
            )  # fmt: skip
        return self._value

    def __getitem__(self, index: Any) -> Any:
        return self._check("read")[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._value = self._check("write to").at[index].set(value)

    def __repr__(self) -> str:
        return "Ref(frozen)" if self._value is _GONE else f"Ref({self._value!r})"


def new_ref(init_val: Any, *, memory_space: Any = None, kind: str | None = None) -> Ref:
    """A box with a value in it.

    >>> new_ref(3)[...]
    Array(3, dtype=int32, weak_type=True)
    """
    return Ref(init_val)


def empty_ref(ty: Any, memory_space: Any = None) -> Ref:
    """A box for a type, with zeros in it.

    >>> empty_ref(ShapedArray((2,), "float32"))
    Ref(Array([0., 0.], dtype=float32))
    """
    return Ref(wnp.zeros(ty.shape, ty.dtype))


def freeze(ref: Ref) -> Any:
    """The array in a box, which cannot be used any more."""
    value = ref._check("freeze")
    ref._value = _GONE
    return value


def free_ref(ref: Ref) -> None:
    """A box that is not used any more."""
    freeze(ref)


def get(ref: Ref, idx: Any = ...) -> Any:
    """`ref[idx]`."""
    return ref[idx]


def set(ref: Ref, idx: Any, value: Any) -> None:
    """`ref[idx] = value`."""
    ref[idx] = value


def swap(ref: Ref, idx: Any, value: Any) -> Any:
    """Write, and return what was there.

    >>> swap(new_ref(wnp.arange(3)), 1, 7)
    Array(1, dtype=int32)
    """
    before = ref[idx]
    ref[idx] = value
    return before


def addupdate(ref: Ref, idx: Any, x: Any) -> None:
    """Add to what is there."""
    ref[idx] = ref[idx] + x
