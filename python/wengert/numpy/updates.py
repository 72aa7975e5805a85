# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functional updates: `x.at[index].set(value)` and its like.

Static positions become a dynamic_update_slice (steps a mask), integer arrays a scatter, a traced bool array a `where`.
As in JAX an update outside is dropped; several updates of one element are applied in the order of the index, so that
the last one set stays.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import array, checks, dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, broadcast, broadcast_shapes, convert, in_trace_of, is_eager, is_tracer
from wengert.lax.gather_scatter import apply_repeatedly
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.indexing import (
    BASIC,
    Block,
    Windows,
    arrays_first,
    entries_of,
    from_zero,
    getitem,
    has_false,
    is_slice,
    numbers_inside,
)


class At:
    """`x.at`: index it, then call a method."""

    __slots__ = ("_array",)

    def __init__(self, x: Any):
        self._array = x

    def __getitem__(self, index: Any) -> AtIndex:
        return AtIndex(self._array, index)


class AtIndex:
    """`x.at[index]`: each method gives a new array.

    >>> import wengert.numpy as wnp
    >>> x = wnp.array([1.0, 2.0, 3.0])
    >>> x.at[0].set(9), x.at[::2].add(1), x.at[-1].get()
    (Array([9., 2., 3.], dtype=float32), Array([2., 2., 4.], dtype=float32), Array(3., dtype=float32))
    """

    __slots__ = ("_array", "_index")

    def __init__(self, x: Any, index: Any):
        self._array, self._index = x, index

    def get(
        self,
        *,
        mode: str | None = None,
        fill_value: Any = None,
        indices_are_sorted: bool = False,
        unique_indices: bool = False,
        wrap_negative_indices: bool = True,
    ) -> Any:
        """The elements at the index.

        Args:
          mode: what an index outside gives: with "fill" `fill_value`, else the nearest element.
          fill_value: by default nan, for integers the least number, for unsigned ones the greatest.
          indices_are_sorted, unique_indices: promises, which are not needed.
          wrap_negative_indices: False if a negative index is outside instead of counting from the end.

        >>> import wengert.numpy as wnp
        >>> wnp.array([1.0, 2.0]).at[wnp.array([1, 2])].get(mode="fill", fill_value=0)
        Array([2., 0.], dtype=float32)
        """
        _check_mode("get", mode)
        x, at = as_array("at", self._array), self._index
        if (turned := arrays_first(x, at)) is not None:
            x, at, _ = turned
        if not wrap_negative_indices and not has_false(at):
            return AtIndex(x, tuple(_unwrapped(x, entries_of(x, at), mode != "fill"))).get(
                mode=mode, fill_value=fill_value
            )
        if mode != "fill" or has_false(at):
            return getitem(x, at)
        entries = entries_of(x, at)
        fill = dtypes.fill_value(x.dtype) if fill_value is None else fill_value
        if is_eager(x, *entries):
            spare, moved = _spare(x, entries, fill)
            return getitem(spare, tuple(moved))
        if _misses(x.shape, entries):
            windows = Windows(x.shape, [0 if type(i) is int else i for i in entries])
            return in_trace_of(lax.full(windows.shape, fill, x.dtype), x)
        return Windows(x.shape, entries).read(x, "fill", fill)

    def set(self, value: Any, *, mode: str | None = None, **promises: bool) -> Any:
        """The array with `value` at the index."""
        return self._update("set", value, None, lambda old, new: new, mode, promises)

    def add(self, value: Any, *, mode: str | None = None, **promises: bool) -> Any:
        """The array with `value` added at the index; an element that occurs twice gets both."""
        return self._update("add", value, np.add, ew.add, mode, promises)

    def subtract(self, value: Any, *, mode: str | None = None, **promises: bool) -> Any:
        """The array with `value` subtracted at the index."""
        return self._update("subtract", value, np.subtract, ew.subtract, mode, promises)

    def multiply(self, value: Any, *, mode: str | None = None, **promises: bool) -> Any:
        """The array multiplied with `value` at the index."""
        return self._update("multiply", value, np.multiply, ew.multiply, mode, promises)

    mul = multiply

    def divide(self, value: Any, *, mode: str | None = None, **promises: bool) -> Any:
        """The array divided by `value` at the index."""
        return self._update("divide", value, np.true_divide, ew.true_divide, mode, promises)

    def power(self, value: Any, *, mode: str | None = None, **promises: bool) -> Any:
        """The array to the power `value` at the index."""
        return self._update("power", value, np.power, ew.power, mode, promises)

    def min(self, value: Any, *, mode: str | None = None, **promises: bool) -> Any:
        """The lesser of the array and `value` at the index."""
        return self._update("min", value, np.minimum, ew.minimum, mode, promises)

    def max(self, value: Any, *, mode: str | None = None, **promises: bool) -> Any:
        """The greater of the array and `value` at the index."""
        return self._update("max", value, np.maximum, ew.maximum, mode, promises)

    def apply(self, function: Callable[[Any], Any], *, mode: str | None = None, **promises: bool) -> Any:
        """The array with `function` of the elements at the index in their place, as often as the index names them."""
        _check_promises("apply", mode, promises)
        x = as_array("at", self._array)
        if has_false(self._index):
            return x
        if (turned := arrays_first(x, self._index)) is not None:
            x, index, turn = turned
            new = AtIndex(x, index).apply(function, mode=mode, **promises)
            return lax.transpose(new, sorted(range(new.ndim), key=turn.__getitem__))
        if not promises.pop("wrap_negative_indices", True):
            index = tuple(_unwrapped(x, entries_of(x, self._index), mode == "clip"))
            return AtIndex(x, index).apply(function, mode=mode, **promises)
        arrays = [i.shape for i in entries_of(x, self._index) if getattr(i, "ndim", 0)]
        if arrays and not promises.get("unique_indices"):
            times = AtIndex(Array._wrap(np.zeros(x.shape, np.int32)), self._index).add(1, mode=mode)
            return apply_repeatedly("at[].apply", x, function, times, math.prod(broadcast_shapes("at", *arrays)))
        return self.set(function(getitem(x, self._index)), mode=mode, **promises)

    def _update(
        self, name: str, value: Any, ufunc: Any, combine: Callable[[Any, Any], Any], mode: str | None, promises: Any
    ) -> Any:
        _check_promises(name, mode, promises)
        x = as_array("at", self._array)
        if (turned := arrays_first(x, self._index)) is not None:
            x, index, turn = turned
            new = AtIndex(x, index)._update(name, value, ufunc, combine, mode, promises)
            return lax.transpose(new, sorted(range(new.ndim), key=turn.__getitem__))
        value = _value(name, value, x.dtype)
        if name in ("divide", "power") and dtypes.is_integer(x.dtype):
            value = convert(value, dtypes.join((x.dtype, False), (value.dtype, value.weak_type))[0])
        if (mask := _traced_mask(self._index)) is not None:
            return _where(name, x, mask, value, combine)
        if has_false(self._index):
            return x
        entries = entries_of(x, self._index)
        if not promises.get("wrap_negative_indices", True):
            entries = _unwrapped(x, entries, mode == "clip")
        if mode == "clip":
            entries = _clipped(x, entries)
        if is_eager(x, value, *entries):
            return self._eager(name, x, value, entries, ufunc)
        if _misses(x.shape, entries):  # an update at a static index outside is dropped
            return x
        numbers_inside(x, entries)
        fit = lambda shape: broadcast(in_trace_of(_trimmed(name, convert(value, x.dtype, True), shape), x), shape)
        if any(getattr(i, "ndim", 0) for i in entries) or not (block := Block(x, entries)).is_dense:
            windows = Windows(x.shape, entries)
            return _scatter(name, x, windows, fit(windows.shape), mode, bool(promises.get("unique_indices")))
        drops = block.dynamic and mode not in _INSIDE
        old = block.read(x) if name != "set" or drops else None
        new = fit(block.shape) if name == "set" else convert(combine(old, fit(block.shape)), x.dtype, x.weak_type)
        return block.write(x, logic.where(block.inside(), new, old) if drops else new)

    def _eager(self, name: str, x: Array, value: Array, entries: list[Any], ufunc: Any) -> Array:
        # what lies outside is written to a spare element at the end of its dimension, which is cut off again
        spare, moved = _spare(x, entries, 0)
        result = np.array(spare._data)
        index = tuple(i._data if type(i) is Array else i for i in moved)
        shape = result[index].shape
        new = np.broadcast_to(_trimmed(name, value, shape)._data.astype(x.dtype), shape)
        token = array.start_quiet()
        try:
            if ufunc is None:
                result[index] = new
            elif all(isinstance(i, BASIC) for i in index):
                result[index] = ufunc(result[index], new).astype(x.dtype)
            else:
                ufunc.at(result, index, new)
        finally:
            array.stop_quiet(token)
        kept = result[tuple(builtins.slice(n) for n in x.shape)]
        return Array._wrap(np.ascontiguousarray(kept).reshape(x.shape), x.weak_type)


def _trimmed(name: str, value: Any, shape: tuple[int, ...]) -> Any:
    """NumPy lets a value have leading dimensions of size 1 that the target lacks."""
    while value.ndim > len(shape) and value.shape[0] == 1:
        value = lax.reshape(value, value.shape[1:])
    pairs = zip(value.shape[::-1], shape[::-1], strict=False)
    if value.ndim > len(shape) or any(m not in (1, n) for m, n in pairs):
        raise errors.make(
            errors.ShapeError, f"at[].{name}", f"expected a value that broadcasts to {shape} but got {value.shape}"
        )
    return value


def _check_mode(name: str, mode: str | None) -> None:
    modes = (None, "clip", "drop", "fill", "promise_in_bounds")
    if mode not in modes:
        raise ValueError(f"at[].{name}: expected a mode of {', '.join(map(str, modes))} but got {mode!r}")


def _spare(x: Array, entries: list[Any], value: Any) -> tuple[Array, list[Any]]:
    """x with one more element, `value`, in each dimension that is indexed outside, and the entries that lead to it."""
    moved, d = list(entries), 0
    config = [(0, 0, 0)] * x.ndim
    for k, i in enumerate(entries):
        if i is None:
            continue
        n = x.shape[d]
        outside = False
        if type(i) is int:
            outside = not -n <= i < n
            moved[k] = n if outside else i % n
        elif type(i) is Array:
            at = from_zero(i, n)
            inside = (at >= 0) & (at < n)
            outside = not inside.all()
            moved[k] = Array._wrap(np.where(inside, at, n).astype(np.int32))
        if outside:
            config[d] = (0, 1, 0)
        d += 1
    if not any(high for _, high, _ in config):
        return x, moved
    return lax.pad(x, convert(as_array("at", value), x.dtype), config), moved


def _value(name: str, value: Any, kind: np.dtype) -> Any:
    """The value of an update; a Python int takes the type of the array, which may hold what int32 cannot."""
    if name == "set" and type(value) is int and kind.kind in "iu":
        return Array._wrap(np.asarray(value & (1 << 8 * kind.itemsize) - 1, f"u{kind.itemsize}").astype(kind))
    return as_array("at", value)


def _unwrapped(x: Any, entries: list[Any], clips: bool) -> list[Any]:
    """Entries in which no integer is negative: these are outside, or 0 if what is outside is moved inside."""
    moved, d = list(entries), 0
    for k, i in enumerate(entries):
        if i is None:
            continue
        beyond = 0 if clips else x.shape[d]
        if type(i) is int:
            moved[k] = beyond if i < 0 else i
        elif not is_slice(i):
            wide = convert(i, dtypes.int32) if i.dtype.kind == "i" and i.dtype.itemsize < 4 else i
            moved[k] = wide if i.dtype.kind == "u" else logic.where(wide < 0, beyond, wide)
        d += 1
    return moved


def _clipped(x: Any, entries: list[Any]) -> list[Any]:
    """Integers and integer arrays that have values moved inside; a scatter moves the others."""
    clipped, d = list(entries), 0
    for k, i in enumerate(entries):
        if i is None:
            continue
        n = x.shape[d]
        if type(i) is int and n:
            clipped[k] = min(max(i, -n), n - 1)
        elif type(i) is Array and n:
            clipped[k] = Array._wrap(np.clip(from_zero(i, n), 0, n - 1))
        d += 1
    return clipped


_INSIDE = ("clip", "promise_in_bounds")
_SCATTERS = {
    "set": "scatter", "add": "scatter_add", "subtract": "scatter_sub", "multiply": "scatter_mul", "min": "scatter_min",
    "max": "scatter_max",
}  # fmt: skip
_OF_BOOLS = {"set": "set", "add": "max", "max": "max", "multiply": "min", "min": "min"}


def _scatter(name: str, x: Any, windows: Windows, value: Any, mode: str | None, unique: bool) -> Any:
    """`x` with `value` combined into what the windows select; several values for an element one after the other."""
    if x.dtype == dtypes.bool_ and name in _OF_BOOLS:
        numbers, value = convert(x, dtypes.int8), convert(value, dtypes.int8)
        return convert(_scatter(_OF_BOOLS[name], numbers, windows, value, mode, unique), dtypes.bool_)
    if name in _SCATTERS:
        return windows.write(_SCATTERS[name], x, value, mode, unique)
    # Dividing by several numbers is dividing by their product, and so are powers.
    ones = in_trace_of(Array._wrap(np.ones(x.shape, value.dtype)), x)
    product = windows.write("scatter_mul", ones, value, mode, unique)
    result = convert((ew.true_divide if name == "divide" else ew.power)(x, product), x.dtype, x.weak_type)
    if dtypes.is_inexact(x.dtype):
        return result
    return logic.where(product == 1, x, result)  # what is not touched does not pass through a float type


def _traced_mask(index: Any) -> Any:
    """The traced bool array that an index consists of, beside `...` and whole slices behind it; else None."""
    index = index if isinstance(index, tuple) else (index,)
    if not index or not is_tracer(index[0]) or index[0].dtype != dtypes.bool_:
        return None
    rest = [i for i in index[1:] if i is not Ellipsis and not (is_slice(i) and i == builtins.slice(None))]
    return None if rest else index[0]


def _where(name: str, x: Any, mask: Any, value: Any, combine: Callable[[Any, Any], Any]) -> Any:
    """An update at a mask whose values are not known: one value for all elements, chosen by the mask."""
    rest = x.shape[mask.ndim :]
    if mask.shape != x.shape[: mask.ndim]:
        raise errors.make(
            errors.IndexingError, f"at[].{name}",
            f"expected a bool array of the shape {x.shape[: mask.ndim]} that it selects but got {mask.shape}",
        )  # fmt: skip
    extra = value.ndim - len(rest)
    if extra > 0 and any(n != 1 for n in value.shape[:extra]):
        raise errors.make(
            errors.ConcretizationError, f"at[].{name}",
            f"expected one value for all elements that a traced mask selects but got the shape {value.shape}",
            remedy="choose with wengert.numpy.where",
        )  # fmt: skip
    value = _trimmed(name, value, rest)
    value = broadcast(in_trace_of(convert(value, x.dtype, True), mask), x.shape)
    new = value if name == "set" else convert(combine(x, value), x.dtype, x.weak_type)
    return logic.where(lax.broadcast_in_dim(mask, x.shape, tuple(range(mask.ndim))), new, x)


def _misses(shape: tuple[int, ...], entries: list[Any]) -> bool:
    """Whether a static integer is outside."""
    dims = [i for i in entries if i is not None]
    for d, (i, n) in enumerate(zip(dims, shape, strict=True)):
        if type(i) is int and not -n <= i < n:
            checks.index_outside(shape, d, i + n if i < 0 else i)
            return True
    return False


def _check_promises(name: str, mode: str | None, promises: dict[str, Any]) -> None:
    _check_mode(name, mode)
    if wrong := promises.keys() - {"indices_are_sorted", "unique_indices", "wrap_negative_indices"}:
        raise TypeError(
            f"at[].{name}: expected the options mode, indices_are_sorted, unique_indices, wrap_negative_indices "
            f"but got {wrong}"
        )
