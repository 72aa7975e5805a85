# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Indexing: `x[index]`.

Ints, slices of any step, `...` and `None` become slice, reverse and reshape; an integer that is traced becomes a
dynamic slice; integer arrays become a gather. Bool arrays need concrete values. As in JAX an index outside is moved to
the nearest element.
"""

from __future__ import annotations

import builtins
import math
from typing import Any

import numpy as np

from wengert import array, checks, dtypes, errors, lax
from wengert.array import Array
from wengert.config import _check_static_indices
from wengert.lax._operands import as_array, broadcast, broadcast_shapes, convert, in_trace_of, is_eager, is_tracer
from wengert.numpy import elementwise as ew
from wengert.numpy import logic

BASIC = (int, builtins.slice, type(None), type(Ellipsis))


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
    if (turned := arrays_first(x, index)) is not None:
        x, index, _ = turned
    if has_flag(index):
        x, index = _dimensions_for_flags(x, index)
    entries = entries_of(x, index)
    numbers_inside(x, entries)
    if is_eager(x, *entries):
        return _read(x, entries)
    entries = numbers_as_arrays(entries)
    if not any(getattr(i, "ndim", 0) for i in entries):
        return Block(x, entries).read(x)
    # Only steps are taken first: IREE 3.13 cannot compile a gather from one position of the last dimension.
    steps = [i if is_slice(i) and i.step not in (None, 1) else builtins.slice(None) for i in _dims(entries)]
    if any(i.step for i in steps):
        x = Block(x, steps).read(x)
        entries = [builtins.slice(None) if is_slice(i) and i.step not in (None, 1) else i for i in entries]
    return Windows(x.shape, entries).read(x, "clip")


def _read(x: Array, entries: list[Any]) -> Array:
    """`x[entries]` where everything has a value."""
    axis = _only_array(entries)
    if axis is not None and x.shape[axis]:
        try:
            return Array._wrap(np.asarray(x._data.take(entries[axis]._data, axis)), x.weak_type)
        except IndexError:
            pass  # some are outside: they are moved below
    moved, d = list(entries), 0
    for k, i in enumerate(entries):
        if type(i) is Array:
            _not_empty(x.shape, d, i)
            moved[k] = np.clip(from_zero(i, x.shape[d]), 0, max(x.shape[d] - 1, 0))
        elif is_slice(i):
            slice_of(i, x.shape[d])
        d += i is not None
    return Array._wrap(np.asarray(x._data[tuple(moved)], order="C"), x.weak_type)


def _only_array(entries: list[Any]) -> int | None:
    """The place of the one array, of integers that NumPy takes as they are, where the others are `:`; else None."""
    found = None
    for k, i in enumerate(entries):
        if type(i) is Array and found is None and i._data.dtype.kind == "i":
            found = k
        elif not is_slice(i) or not (i.start is i.stop is i.step is None):
            return None
    return found


def _not_empty(shape: tuple[int, ...], d: int, i: Any) -> None:
    if not shape[d] and math.prod(i.shape):
        raise errors.make(errors.IndexingError, "index", f"expected a dimension that is not empty but got {shape}")


def _is_basic(index: Any) -> bool:
    if type(index) is tuple:
        return all(type(i) in BASIC for i in index)
    return type(index) in BASIC


def entries_of(x: Any, index: Any) -> list[Any]:
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


def _is_false(i: Any) -> bool:
    if type(i) is Array:
        return not i.ndim and i.dtype == dtypes.bool_ and not i._data
    return isinstance(i, (bool, np.bool_)) and not i


def has_false(index: Any) -> bool:
    """Whether the index selects nothing because False is among its entries."""
    return any(map(_is_false, index)) if isinstance(index, tuple) else _is_false(index)


def _is_flag(i: Any) -> bool:
    if type(i) is Array:
        return not i.ndim and i.dtype == dtypes.bool_
    return isinstance(i, (bool, np.bool_))


def arrays_first(x: Any, index: Any) -> tuple[Any, Any, list[int]] | None:
    """x with the dimensions of integers and arrays in front, the index of that, and the order of the dimensions.

    For an index whose arrays `...` keeps apart although it stands for no dimension: as in NumPy their common dimensions
    are then in front.
    """
    if not isinstance(index, tuple) or not any(i is Ellipsis for i in index):
        return None
    if any(map(_is_flag, index)):
        return None
    given = [_entry(i) for i in index]
    used = [i.ndim if _is_mask(i) else int(i is not None and i is not Ellipsis) for i in given]
    picks = [not (i is None or i is Ellipsis or is_slice(i)) for i in given]
    at = next(k for k, i in enumerate(given) if i is Ellipsis)
    apart = any(picks[:at]) and any(picks[at:]) and any(getattr(i, "ndim", 0) for i in given)
    if not apart or builtins.sum(used) != x.ndim:
        return None
    dims = [list(range(builtins.sum(used[:k]), builtins.sum(used[: k + 1]))) for k in range(len(given))]
    order = [k for k in range(len(given)) if picks[k]] + [k for k in range(len(given)) if not picks[k] and k != at]
    turn = [d for k in order for d in dims[k]]
    return lax.transpose(x, turn), tuple(given[k] for k in order), turn


def has_flag(index: Any) -> bool:
    """Whether single bools of the index take part in its arithmetic: False, or True beside other integers or arrays."""
    if not isinstance(index, tuple):
        return _is_false(index)
    others = builtins.sum(not (i is None or i is Ellipsis or is_slice(i)) for i in index)
    return any(_is_flag(i) and (others > 1 or _is_false(i)) for i in index)


def _dimensions_for_flags(x: Any, index: Any) -> tuple[Any, Any]:
    """As in NumPy: a single bool is an array of integers, empty for False, as the index of a new dimension."""
    used = lambda i: i.ndim if _is_mask(i) else int(i is not None and i is not Ellipsis)
    given = [i if _is_flag(i) else _entry(i) for i in (index if isinstance(index, tuple) else (index,))]
    for k, i in enumerate(given):
        if _is_flag(i):
            before, after = given[:k], [0 if _is_flag(j) else used(j) for j in given[k + 1 :]]
            dots = any(j is Ellipsis for j in before)
            x = lax.expand_dims(x, (x.ndim - builtins.sum(after) if dots else builtins.sum(map(used, before)),))
            given[k] = Array._wrap(np.zeros((0,) if _is_false(i) else (1,), np.int32))
    return x, tuple(given)


def _entry(i: Any) -> Any:
    if type(i) in BASIC:
        return i
    if isinstance(i, (list, tuple)) and _has_tracer(i):
        from wengert.numpy.creation import array as stacked

        i = stacked(i)
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


def _has_tracer(i: Any) -> bool:
    return any(map(_has_tracer, i)) if isinstance(i, (list, tuple)) else is_tracer(i)


def _is_mask(i: Any) -> bool:
    return hasattr(i, "dtype") and i.dtype == dtypes.bool_


def _from_mask(i: Any, shape: tuple[int, ...]) -> list[Any]:
    """A bool array over dimensions of these sizes, as the integer arrays of where it is true."""
    from wengert.numpy.counting import concrete

    if len(i.shape) != len(shape) or any(m not in (n, 0) for m, n in zip(i.shape, shape, strict=True)):
        raise errors.make(
            errors.IndexingError,
            "index",
            f"expected a bool array of the shape {shape} that it selects but got {i.shape}",
        )
    data = concrete("index by a bool array", i)
    if not data.ndim:  # True: False has been dealt with before
        return [None]
    return [Array._wrap(part.astype(np.int32)) for part in np.nonzero(data)]


def refuse_outside(shape: tuple[int, ...], d: int, i: int) -> None:
    """An error for an integer that is known to be outside, if the setting `check_static_indices` asks for it.

    Raises:
      IndexingError: the setting is on.
    """
    if _check_static_indices.get():
        raise errors.make(
            errors.IndexingError, "index",
            f"expected an index from {-shape[d]} to {shape[d] - 1} for dimension {d} of shape {shape} but got {i}",
            remedy="config.check_static_indices is on; without it the nearest element is taken",
        )  # fmt: skip


def numbers_inside(x: Any, entries: list[Any]) -> Any:
    """Replace static ints by ints from 0, moved inside."""
    d = 0
    for k, i in enumerate(entries):
        if i is None:
            continue
        n = x.shape[d]
        if type(i) is int or (not n and _is_scalar(i)):
            if not n:
                raise errors.make(
                    errors.IndexingError, "index", f"expected a dimension that is not empty but got {x.shape}"
                )
            if not -n <= i < n:
                refuse_outside(x.shape, d, i)
                checks.index_outside(x.shape, d, i + n if i < 0 else i)
            entries[k] = min(max(i + n if i < 0 else i, 0), n - 1)
        d += 1
    return x


def numbers_as_arrays(entries: list[Any]) -> list[Any]:
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


class Block:
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
                first, count, step = slice_of(i, n)
                self.entries.append(builtins.slice(None))
            elif type(i) is int:
                first, count = i, 1
                self.dropped.append(d)
            elif not i.ndim:  # a traced integer
                first, count = i, 1  # lax counts negative ones from the end
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
        mask = lax.pad(lax.full(self.count, True), False, config)
        spread = lax.pad(value, 0, config)
        return logic.where(mask, spread, x)

    @property
    def is_dense(self) -> bool:
        """Whether `write` can write: no integer arrays, and no step together with a traced integer."""
        return not self.advanced and (not self.dynamic or all(t == 1 for t in self.step))

    def inside(self) -> Any:
        """Whether the traced integers are inside."""
        ok: Any = True
        for d in self.dynamic:
            i = from_zero(self.start[d], self.size[d])
            ok = logic.logical_and(ok, logic.logical_and(i >= 0, i < self.size[d]))
        return ok


def slice_of(i: builtins.slice, n: int) -> tuple[int, int, int]:
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


class Windows:
    """Entries of an index, one a dimension and None for new ones, as the arguments of lax.gather and lax.scatter.

    Attributes:
      indices: the positions, an array whose last dimension holds their components.
      shape, whole: the shape of `x[entries]`, with new dimensions and without.
      window, dropped, mapped: dimension numbers (see lax.GatherDimensionNumbers).
      sizes: the size of a window in each dimension of the array.
      inside, unique: whether all positions are known to be inside, and to differ.
    """

    def __init__(self, size: tuple[int, ...], entries: list[Any]):
        slices = {d: slice_of(i, n) for d, (i, n) in enumerate(zip(_dims(entries), size, strict=True)) if is_slice(i)}
        arrays = {d: from_zero(i, size[d]) for d, i in enumerate(_dims(entries)) if not is_slice(i)}
        common = broadcast_shapes("index", *(i.shape for i in arrays.values())) if arrays else ()
        places = [k for k, i in enumerate(entries) if i is not None and not is_slice(i)]
        front = bool(places) and places != list(range(places[0], places[-1] + 1))
        self.sizes = [slices[d][1] if d in slices and slices[d][2] == 1 else 1 for d in range(len(size))]
        self.dropped = [d for d in range(len(size)) if d in arrays or slices[d][2] != 1]
        # The result's dimensions in order: those that number windows (by what they run through) or run through one.
        order: list[Any] = []
        d = 0
        for k, i in enumerate(entries):
            if places and k == (0 if front else places[0]):
                order += [("common", n) for n in range(len(common))]
            if i is None:
                order.append(None)
                continue
            if d in slices:
                order.append(d)
            d += 1
        counted = [o for o in order if o is not None and (type(o) is tuple or o in self.dropped)]
        lengths = [common[o[1]] if type(o) is tuple else slices[o][1] for o in counted]
        kept = [o for o in order if o is not None]
        self.window = [k for k, o in enumerate(kept) if o not in counted]
        self.whole = tuple(lengths[counted.index(o)] if o in counted else slices[o][1] for o in kept)
        flat = iter(self.whole)
        self.shape = tuple(1 if o is None else next(flat) for o in order)
        columns: dict[int, Any] = {}
        for d, (start, count, step) in slices.items():
            if step != 1:
                along = [1] * len(counted)
                along[counted.index(d)] = count
                columns[d] = (start + step * np.arange(count, dtype=np.int32)).reshape(along)
            elif count != size[d]:
                columns[d] = np.full((1,) * len(counted), start, np.int32)
        first = counted.index(("common", 0)) if common else 0
        after = len(counted) - first - len(common)
        for d, i in arrays.items():
            aligned = (1,) * (len(common) - i.ndim) + i.shape + (1,) * after
            columns[d] = i.reshape(aligned) if isinstance(i, np.ndarray) else lax.reshape(i, aligned)
        self.mapped = sorted(columns)
        self._join([columns[d] for d in self.mapped], tuple(lengths), [size[d] - self.sizes[d] for d in self.mapped])

    def _join(self, columns: list[Any], shape: tuple[int, ...], last: list[int]) -> None:
        """The components side by side."""
        self.inside = self.unique = False
        if all(isinstance(c, np.ndarray) for c in columns):
            parts = [np.broadcast_to(c, shape)[..., None] for c in columns]
            joined = np.concatenate(parts, -1) if parts else np.zeros((*shape, 0), np.int32)
            self.inside = bool(((joined >= 0) & (joined <= last)).all())
            if self.inside and joined.size <= 1 << 16:  # beyond, finding out costs more than it gives
                strides = np.cumprod([1, *(n + 1 for n in last[:-1])])
                self.unique = len(np.unique((joined * strides[: len(last)]).sum(-1))) == math.prod(shape)
            self.indices: Any = Array._wrap(np.ascontiguousarray(joined))
            return
        kind = dtypes.int64 if any(c.dtype.itemsize == 8 for c in columns) else dtypes.int32
        like = next(c for c in columns if not isinstance(c, np.ndarray))
        arrays = [Array._wrap(c) if isinstance(c, np.ndarray) else c for c in columns]
        parts = [lax.expand_dims(broadcast(in_trace_of(convert(c, kind), like), shape), (len(shape),)) for c in arrays]
        self.indices = lax.concatenate(parts, len(shape))

    def read(self, x: Any, mode: str | None, fill: Any = None) -> Any:
        """`x[entries]`."""
        for d in self.dropped:
            _not_empty(x.shape, d, self.indices)
        numbers = lax.GatherDimensionNumbers(tuple(self.window), tuple(self.dropped), tuple(self.mapped))
        out = lax.gather(
            x, self.indices, numbers, self.sizes, mode="promise_in_bounds" if self.inside else mode or "clip",
            unique_indices=self.unique, fill_value=fill,
        )  # fmt: skip
        return lax.reshape(out, self.shape)

    def write(self, op: str, x: Any, value: Any, mode: str | None, unique: bool) -> Any:
        """`x` with `value`, of the shape of `x[entries]`, scattered by `op`."""
        numbers = lax.ScatterDimensionNumbers(tuple(self.window), tuple(self.dropped), tuple(self.mapped))
        return getattr(lax, op)(
            x, self.indices, lax.reshape(value, self.whole), numbers,
            mode="promise_in_bounds" if self.inside else mode, unique_indices=unique or self.unique,
        )  # fmt: skip


def _dims(entries: list[Any]) -> list[Any]:
    return [i for i in entries if i is not None]


def is_slice(i: Any) -> bool:
    return isinstance(i, builtins.slice)


def from_zero(i: Any, n: int) -> Any:
    """Integers counted from 0, negative ones from the end: a NumPy array of int32, or a tracer."""
    if type(i) is int:
        return np.asarray(i + n if i < 0 else i, np.int32)
    if type(i) is Array:
        data = i._data if i._data.dtype != np.uint64 else np.minimum(i._data, np.uint64(2**31))
        wide = np.clip(data.astype(np.int64), -(2**31), 2**31 - 1).astype(np.int32)  # what is beyond stays outside
        return np.where((wide < 0) & (wide >= -n), wide + n, wide)
    if i.dtype.kind == "u":
        limit = np.iinfo(np.int32).max
        return convert(i if i.dtype.itemsize < 4 else ew.minimum(i, np.asarray(limit, i.dtype)), dtypes.int32)
    i = i if i.dtype.itemsize == 8 else convert(i, dtypes.int32)
    return logic.where(i < 0, i + n, i)
