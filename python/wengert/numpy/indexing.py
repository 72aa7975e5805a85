# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Indexing: `x[index]` and the functional updates `x.at[index].set(value)`.

Ints, slices of any step, `...` and `None` become slice, reverse and reshape; an integer that is traced becomes a
dynamic slice; integer arrays become `take`, several of them after merging their axes. Bool arrays need concrete
values. As in JAX an index outside is moved to the nearest element when reading, and an update outside is dropped
where that can be known.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import array, dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, broadcast, broadcast_shapes, convert, in_trace_of, is_eager, is_tracer
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.manipulation import moveaxis

_BASIC = (int, builtins.slice, type(None), type(Ellipsis))


def getitem(x: Any, index: Any) -> Any:
    """`x[index]`.

    Raises:
      IndexingError: more indices than dimensions, or a bool array of another shape than what it selects.
      DtypeError: an index that is no integer, bool, slice, None or ... .

    >>> import wengert.numpy as wnp
    >>> getitem(wnp.array([1, 2, 3]), slice(None, None, -1))
    Array([3, 2, 1], dtype=int32)
    """
    if type(x) is Array and not array._staging and _is_basic(index):
        try:
            return Array._wrap(np.asarray(x._data[index], order="C"), x.weak_type)
        except (IndexError, TypeError, ValueError):
            pass  # an index outside, too many, or no ints in a slice: the long way decides
    entries = _entries(x, index)
    x = _numbers_inside(x, entries)
    block = _Block(x, _numbers_as_arrays(entries))
    out = block.read(x)
    return _gather(out, block.entries) if block.advanced else out


def _is_basic(index: Any) -> bool:
    if type(index) is tuple:
        return all(type(i) in _BASIC for i in index)
    return type(index) in _BASIC


def _entries(x: Any, index: Any) -> list[Any]:
    """The index as one entry a dimension of x (int, slice, array), with None for new dimensions."""
    if isinstance(index, list):
        raise errors.make(
            errors.DtypeError, "index", "expected a tuple or an array but got a list", remedy="use x[wnp.array(index)]"
        )
    given = [_entry(i) for i in (index if isinstance(index, tuple) else (index,))]
    used = sum(i.ndim if _is_mask(i) else i is not None and i is not Ellipsis for i in given)
    dots = [k for k, i in enumerate(given) if i is Ellipsis]
    if len(dots) > 1:
        raise errors.make(errors.IndexingError, "index", "expected at most one ... but got several")
    if used > x.ndim:
        raise errors.make(
            errors.IndexingError, "index", f"expected at most {x.ndim} indices for shape {x.shape} but got {used}"
        )
    at = dots[0] if dots else len(given)
    given[at : at + 1] = [builtins.slice(None)] * (x.ndim - used)
    entries: list[Any] = []
    d = 0
    for i in given:
        if _is_mask(i):
            entries += _from_mask(i, x.shape[d : d + i.ndim])
            d += i.ndim
        else:
            entries.append(i)
            d += i is not None
    return entries


def _entry(i: Any) -> Any:
    if type(i) in _BASIC:
        return i
    if isinstance(i, (list, range)) or (isinstance(i, tuple) and not any(isinstance(j, tuple) for j in i)):
        i = Array._wrap(np.asarray(i)) if len(i) else Array._wrap(np.zeros((0,), np.int32))
    if isinstance(i, (bool, np.bool_)):
        return Array._wrap(np.asarray(i))
    if isinstance(i, np.integer):
        return int(i)
    if isinstance(i, (float, complex, str)) or not (hasattr(i, "dtype") or hasattr(i, "__array__")):
        raise errors.make(
            errors.DtypeError,
            "index",
            f"expected integers, slices, None, ... or arrays of integers or bools but got {type(i).__name__} {i!r}",
        )
    i = as_array("index", i)
    if i.dtype.kind not in "biu":
        raise errors.make(errors.DtypeError, "index", f"expected an index of integer or bool type but got {i.dtype}")
    if type(i) is Array and not i.ndim and i.dtype != dtypes.bool_:
        return int(i._data)
    return i


def _is_mask(i: Any) -> bool:
    return hasattr(i, "dtype") and i.dtype == dtypes.bool_


def _from_mask(i: Any, shape: tuple[int, ...]) -> list[Any]:
    """A bool array over dimensions of these sizes, as the integer arrays of where it is true."""
    from wengert.numpy.counting import concrete

    if i.shape != shape:
        raise errors.make(
            errors.IndexingError,
            "index",
            f"expected a bool array of the shape {shape} that it selects but got {i.shape}",
        )
    data = concrete("index by a bool array", i)
    if not data.ndim:
        if not data:
            raise errors.make(
                errors.IndexingError,
                "index",
                "expected no False as an index, which selects nothing",
                remedy="use x[None][:0]",
            )
        return [None]
    return [Array._wrap(part.astype(np.int32)) for part in np.nonzero(data)]


def _numbers_inside(x: Any, entries: list[Any]) -> Any:
    """Replace static ints by ints from 0, moved inside."""
    d = 0
    for k, i in enumerate(entries):
        if i is None:
            continue
        n = x.shape[d]
        if type(i) is int:
            if not n:
                raise errors.make(
                    errors.IndexingError, "index", f"expected a dimension that is not empty but got {x.shape}"
                )
            entries[k] = min(max(i + n if i < 0 else i, 0), n - 1)
        d += 1
    return x


def _numbers_as_arrays(entries: list[Any]) -> list[Any]:
    """NumPy counts ints among the integer arrays: if they stand apart, their common dimensions go to the front."""
    if not any(getattr(i, "ndim", 0) for i in entries):
        return entries
    places = [k for k, i in enumerate(entries) if i is not None and not isinstance(i, builtins.slice)]
    if places == list(range(places[0], places[-1] + 1)):
        return entries
    return [
        Array._wrap(np.asarray([i], np.int32)) if type(i) is int else lax.reshape(i, (1,)) if _is_scalar(i) else i
        for i in entries
    ]


def _is_scalar(i: Any) -> bool:
    return getattr(i, "ndim", None) == 0


class _Block:
    """The part of an array that basic entries select, as operations that read and write it.

    Attributes:
      entries: the entries that remain for integer arrays: `slice(None)`, None, or an array.
      shape: the shape of what `read` gives.
    """

    def __init__(self, x: Any, entries: list[Any]):
        self.size = x.shape
        self.start: list[Any] = []
        self.count, self.step, self.reversed, self.dropped = [], [], [], []
        self.entries: list[Any] = []
        self.outer = x
        for i in entries:
            if i is None:
                self.entries.append(None)
                continue
            d = len(self.start)
            n = x.shape[d]
            first, count, step = 0, n, 1
            if isinstance(i, builtins.slice):
                first, count, step = _slice_of(i, n)
                self.entries.append(builtins.slice(None))
            elif type(i) is int:
                first, count = i, 1
                self.dropped.append(d)
            elif not i.ndim:  # a traced integer
                first, count = logic.where(i < 0, i + n, i) if i.dtype.kind == "i" else i, 1
                self.dropped.append(d)
            else:
                self.entries.append(i)
            if step < 0:
                first, step = first + (count - 1) * step if count else 0, -step
                self.reversed.append(d)
            self.start.append(first)
            self.count.append(count)
            self.step.append(step)
        self.dynamic = [d for d, s in enumerate(self.start) if not isinstance(s, int)]
        self.advanced = any(i is not None and not isinstance(i, builtins.slice) for i in self.entries)
        kept = iter([c for d, c in enumerate(self.count) if d not in self.dropped])
        # new dimensions are put in at once, unless integer arrays follow, which place them themselves
        self.shape = tuple(
            [next(kept) for i in self.entries if i is not None]
            if self.advanced
            else [1 if i is None else next(kept) for i in self.entries]
        )

    def read(self, x: Any) -> Any:
        """The selected part."""
        start = [0 if d in self.dynamic else s for d, s in enumerate(self.start)]
        limit = [
            self.size[d] if d in self.dynamic else s + (c - 1) * t + 1 if c else s
            for d, (s, c, t) in enumerate(zip(start, self.count, self.step, strict=True))
        ]
        # A reversed dimension is reversed before every step-th element is taken: IREE 3.13 cannot compile the other
        # order.
        strides = [1 if d in self.reversed else t for d, t in enumerate(self.step)]
        out = lax.slice(x, start, limit, strides)
        if self.dynamic:
            starts = [s if d in self.dynamic else 0 for d, s in enumerate(self.start)]
            out = lax.dynamic_slice(out, starts, [1 if d in self.dynamic else n for d, n in enumerate(out.shape)])
        out = lax.rev(out, self.reversed)
        strides = [t if d in self.reversed else 1 for d, t in enumerate(self.step)]
        return lax.reshape(lax.slice(out, [0] * out.ndim, out.shape, strides), self.shape)

    def write(self, x: Any, value: Any) -> Any:
        """x with the selected part replaced by `value`, which has the shape of what `read` gives."""
        value = lax.rev(lax.reshape(value, self.count), self.reversed)
        if all(t == 1 for t in self.step):
            if tuple(self.count) == self.size:
                return value
            return lax.dynamic_update_slice(x, value, self.start)
        # The updated elements are spread to their distances, and chosen by a mask of the same make.
        config = [
            (s, n - (s + (c - 1) * t + 1), t - 1) if c else (0, n, 0)
            for s, c, t, n in zip(self.start, self.count, self.step, self.size, strict=True)
        ]
        if self.dynamic:
            raise errors.make(
                errors.ConcretizationError,
                "at",
                "expected static indices together with a step but got a traced integer",
                remedy="index with x.at[i] first, then with the step",
            )
        mask = lax.pad(lax.full(self.count, True), False, config)
        spread = lax.pad(value, 0, config)
        return logic.where(mask, spread, x)


def _slice_of(i: builtins.slice, n: int) -> tuple[int, int, int]:
    try:
        start, stop, step = i.indices(n)
    except (TypeError, ValueError) as error:
        if isinstance(error, errors.WengertError):
            raise
        raise errors.make(
            errors.DtypeError, "index",
            f"expected ints in a slice, and a step that is not 0, but got {i.start}, {i.stop}, {i.step}",
            remedy="use lax.dynamic_slice for a traced start",
        ) from None  # fmt: skip
    return start, len(range(start, stop, step)), step


# ---------------------------------------------------------------------------------------------------------------------
# Integer arrays


def _gather(x: Any, entries: list[Any]) -> Any:
    """x indexed by integer arrays, `slice(None)` and None: NumPy's rules for where the new dimensions go."""
    if None in [i for i in entries if i is None]:
        # insert the new dimensions as real ones first
        x = lax.expand_dims(x, [k for k, i in enumerate(entries) if i is None])
        entries = [builtins.slice(None) if i is None else i for i in entries]
    axes = [k for k, i in enumerate(entries) if not isinstance(i, builtins.slice)]
    shape = broadcast_shapes("index", *(entries[k].shape for k in axes))
    together = axes == list(range(axes[0], axes[0] + len(axes)))
    if not together:
        x = moveaxis(x, axes, list(range(len(axes))))
    first = axes[0] if together else 0
    sizes = x.shape[first : first + len(axes)]
    flat: Any = None
    for k, n in zip(axes, sizes, strict=True):
        i = _inside(entries[k], n, x)
        i = broadcast(in_trace_of(i, x), shape) if len(axes) > 1 else i
        flat = i if flat is None else flat * n + i
    x = lax.reshape(x, (*x.shape[:first], math.prod(sizes), *x.shape[first + len(axes) :]))
    return lax.take(x, flat, first)


def _inside(i: Any, n: int, like: Any) -> Any:
    """Integer indices as int32 from 0 to n - 1."""
    i = convert(i, dtypes.int32) if i.dtype.itemsize <= 4 else ew.clip(i, -n, n - 1)
    if type(i) is Array:
        return Array._wrap(np.clip(np.where(i._data < 0, i._data + n, i._data), 0, max(n - 1, 0)).astype(np.int32))
    return convert(ew.clip(logic.where(i < 0, i + n, i), 0, max(n - 1, 0)), dtypes.int32)


# ---------------------------------------------------------------------------------------------------------------------
# Updates


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
    ) -> Any:
        """The elements at the index.

        Args:
          mode: what an index outside gives: with "fill" `fill_value`, else the nearest element.
          fill_value: by default nan, for integers the least number, for unsigned ones the greatest.
          indices_are_sorted, unique_indices: promises, which are not needed.

        >>> import wengert.numpy as wnp
        >>> wnp.array([1.0, 2.0]).at[wnp.array([1, 2])].get(mode="fill", fill_value=0)
        Array([2., 0.], dtype=float32)
        """
        _check_mode("get", mode)
        x = as_array("at", self._array)
        if mode != "fill":
            return getitem(x, self._index)
        entries = _entries(x, self._index)
        spare, moved = _spare(x, entries, dtypes.fill_value(x.dtype) if fill_value is None else fill_value)
        return getitem(spare, tuple(moved))

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
        """The array with `function` of the elements at the index in their place."""
        return self.set(function(self.get()), mode=mode, **promises)

    def _update(
        self, name: str, value: Any, ufunc: Any, combine: Callable[[Any, Any], Any], mode: str | None, promises: Any
    ) -> Any:
        _check_mode(name, mode)
        if wrong := promises.keys() - {"indices_are_sorted", "unique_indices"}:
            raise TypeError(
                f"at[].{name}: expected the options mode, indices_are_sorted, unique_indices but got {wrong}"
            )
        x = as_array("at", self._array)
        value = as_array("at", value)
        if name in ("divide", "power") and dtypes.is_integer(x.dtype):
            value = convert(value, dtypes.join((x.dtype, False), (value.dtype, value.weak_type))[0])
        entries = _entries(x, self._index)
        if mode == "clip":
            entries = _clipped(x, entries)
        has_arrays = any(getattr(i, "ndim", 0) for i in entries)
        concrete = not any(is_tracer(i) for i in entries)
        if is_eager(x, value) and concrete:
            return self._eager(name, x, value, entries, ufunc)
        if has_arrays:
            raise errors.make(
                errors.ConcretizationError,
                f"at[].{name}",
                "expected ints, slices, None or ... in an update that is traced but got an integer array",
                remedy="choose with wengert.numpy.where and a mask, or update one index at a time",
            )
        d = 0
        for i in entries:  # an update at a static index outside is dropped
            if type(i) is int and not -x.shape[d] <= i < x.shape[d]:
                return x
            d += i is not None
        block = _Block(_numbers_inside(x, entries), entries)
        value = broadcast(in_trace_of(_trimmed(name, convert(value, x.dtype, True), block.shape), x), block.shape)
        if name != "set":
            value = convert(combine(block.read(x), value), x.dtype, x.weak_type)
        return block.write(x, value)

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
            elif all(isinstance(i, _BASIC) for i in index):
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


def _spare(x: Any, entries: list[Any], value: Any) -> tuple[Any, list[Any]]:
    """x with one more element, `value`, in each dimension that is indexed outside, and the entries that lead to it."""
    moved, d = list(entries), 0
    config = [(0, 0, 0)] * x.ndim
    for k, i in enumerate(entries):
        if i is None:
            continue
        n = x.shape[d]
        if type(i) is int:
            outside = not -n <= i < n
            moved[k] = n if outside else i % n
        elif isinstance(i, builtins.slice):
            outside = False
        elif type(i) is Array:
            inside = (i._data >= -n) & (i._data < n)
            outside = not inside.all()
            moved[k] = Array._wrap(np.where(inside, np.where(i._data < 0, i._data + n, i._data), n).astype(np.int32))
        else:
            outside = True
            inside = logic.bitwise_and(logic.greater_equal(i, -n), logic.less(i, n))
            moved[k] = logic.where(inside, logic.where(logic.less(i, 0), i + n, i), n)
        if outside:
            config[d] = (0, 1, 0)
        d += 1
    if not any(high for _, high, _ in config):
        return x, moved
    return lax.pad(x, convert(in_trace_of(as_array("at", value), x), x.dtype), config), moved


def _clipped(x: Any, entries: list[Any]) -> list[Any]:
    """Integers and integer arrays moved inside."""
    clipped, d = list(entries), 0
    for k, i in enumerate(entries):
        if i is None:
            continue
        if type(i) is int:
            clipped[k] = min(max(i, -x.shape[d]), x.shape[d] - 1)
        elif not isinstance(i, builtins.slice) and i.ndim:
            clipped[k] = _inside(i, x.shape[d], x)
        d += 1
    return clipped
