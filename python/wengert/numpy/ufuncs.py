# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of elements as objects: `add.reduce`, `multiply.outer`, `maximum.accumulate`, and `frompyfunc`."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from wengert import errors, lax
from wengert.lax._operands import as_array, axis_index, broadcast, broadcast_shapes, convert, in_trace_of
from wengert.numpy import elementwise as ew
from wengert.numpy import logic, reductions
from wengert.numpy.arguments import refuse_inplace, refuse_out
from wengert.numpy.functional import vectorize
from wengert.numpy.joining import append
from wengert.numpy.manipulation import moveaxis, ravel
from wengert.numpy.picking import take
from wengert.numpy.updates import AtIndex

__all__ = ["add", "bitwise_and", "bitwise_or", "bitwise_xor", "frompyfunc", "logaddexp", "logaddexp2", "logical_and",
           "logical_or", "logical_xor", "maximum", "minimum", "multiply", "negative", "subtract", "ufunc"]  # fmt: skip


class ufunc:
    """A function of elements, with the methods of NumPy's class of this name.

    `wengert.numpy.add`, `subtract`, `multiply`, `maximum`, `minimum`, `logaddexp`, `logaddexp2`, `negative` and the
    logical and bitwise functions are of this class; `frompyfunc` makes more.

    Attributes:
      nin, nargs, nout: how many arguments and results it has; there is no argument `out` that NumPy's nargs counts.
      identity: what a reduction of nothing gives, None if there is no such element.

    >>> import wengert.numpy as wnp
    >>> wnp.add.reduce(wnp.arange(4)), wnp.multiply.accumulate(wnp.arange(1, 4))
    (Array(6, dtype=int32), Array([1, 2, 6], dtype=int32))
    """

    def __init__(
        self, func: Callable[..., Any], /, nin: int, nout: int, *, identity: Any = None, call: Any = None,
        reduce: Any = None, accumulate: Any = None, at: str | None = None,
    ) -> None:  # fmt: skip
        """Args:
        func: the function of scalars.
        nin, nout: how many arguments and results it has.
        identity: the neutral element.
        call: the function on arrays that broadcast, by default `func` vectorized.
        reduce, accumulate: functions that do these better than by applying `func` over and over.
        at: the method of `x.at[...]` that does the same.
        """
        self._func_, self._counts, self._identity = func, (operator.index(nin), operator.index(nout)), identity
        self._call = call or vectorize(func)
        self._reduce, self._accumulate, self._at = reduce, accumulate, at
        self.__name__ = self.__qualname__ = getattr(func, "__name__", "ufunc")
        self.__doc__ = func.__doc__

    @property
    def _func(self) -> Callable[..., Any]:
        return self._func_

    @property
    def nin(self) -> int:
        return self._counts[0]

    nargs = nin

    @property
    def nout(self) -> int:
        return self._counts[1]

    @property
    def identity(self) -> Any:
        return self._identity

    def _key(self) -> tuple[Any, ...]:
        return type(self), self._func_, self._counts, self._identity, self._reduce, self._accumulate, self._at

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ufunc) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash((self._func_, self._counts))

    def __call__(self, *args: Any, out: None = None, where: None = None) -> Any:
        if out is not None or where is not None:
            refuse_out(self.__name__, out)
            raise errors.make(
                errors.UnsupportedTypeError, self.__name__, "expected where=None but got a mask",
                remedy="choose between results with wengert.numpy.where",
            )  # fmt: skip
        if len(args) != self.nin:
            raise TypeError(f"{self.__name__}: expected {self.nin} arguments but got {len(args)}")
        return self._call(*args)

    def __repr__(self) -> str:
        return f"<ufunc '{self.__name__}'>"

    def _binary(self, method: str) -> str:
        if (self.nin, self.nout) != (2, 1):
            raise ValueError(
                f"{self.__name__}.{method}: expected a function of two arguments and one result "
                f"but got one of {self.nin} and {self.nout}"
            )
        return f"{self.__name__}.{method}"

    def reduce(
        self, a: Any, axis: Any = 0, dtype: Any = None, out: None = None, keepdims: bool = False,
        initial: Any = None, where: Any = None,
    ) -> Any:  # fmt: skip
        """The function applied to all elements along `axis`, one after the other.

        Args:
          a: an array.
          axis: an int, or None for all.
          dtype: the type to compute in.
          keepdims: keep the axis with size 1.
          initial: what to start with, by default the first element.
          where: bools; only elements where it is true take part; needs an identity or `initial`.

        Raises:
          ValueError: not a function of two arguments, or nothing to start with.

        >>> import wengert.numpy as wnp
        >>> wnp.bitwise_or.reduce(wnp.array([[1, 2], [4, 2]]), axis=1)
        Array([3, 6], dtype=int32)
        """
        name = self._binary("reduce")
        refuse_out(name, out)
        start = self.identity if initial is None else initial
        if where is not None and start is None:
            raise ValueError(f"{name}: expected `initial` together with `where`, as there is no identity, but got none")
        x = as_array(name, a)
        if self._reduce is not None:
            return self._reduce(
                x, axis, dtype, keepdims, initial if initial is not None or where is None else start, where
            )
        if isinstance(axis, tuple) and len(axis) != 1:
            raise errors.make(errors.ShapeError, name, f"expected one axis or None but got {axis}")
        rank = x.ndim
        mask = None if where is None else broadcast(as_array(name, where), x.shape)
        if axis is None:
            x, mask, d = ravel(x), None if mask is None else ravel(mask), 0
        else:
            d = axis_index(name, axis[0] if isinstance(axis, tuple) else axis, rank)
        result = self._folded(name, x, d, dtype, start, mask)
        if keepdims:
            return lax.reshape(result, (1,) * rank) if axis is None else lax.expand_dims(result, (d,))
        return result

    def _folded(self, name: str, x: Any, axis: int, dtype: Any, start: Any, mask: Any) -> Any:
        from wengert.control.scans import fori_loop

        kind = self._result_type(x) if dtype is None else lax.convert_element_type(0, dtype).dtype
        rows = moveaxis(x, axis, 0)
        chosen = None if mask is None else moveaxis(mask, axis, 0)
        n = rows.shape[0]
        if start is None and not n:
            raise ValueError(f"{name}: expected at least one element, as there is no identity, but got {x.shape}")
        first = rows[0] if start is None else in_trace_of(as_array(name, start), rows)
        first = broadcast(convert(first, kind), rows.shape[1:])

        def step(i: Any, value: Any) -> Any:
            new = convert(self(value, convert(rows[i], kind)), kind)
            return new if chosen is None else logic.where(chosen[i], new, value)

        begin = 1 if start is None else 0
        return fori_loop(begin, n, step, first) if n > begin else first

    def _result_type(self, x: Any) -> Any:
        one = lax.full((), 1, x.dtype)
        return self(one, one).dtype

    def accumulate(self, a: Any, axis: int = 0, dtype: Any = None, out: None = None) -> Any:
        """The reductions of the first element, the first two, and so on, along `axis`.

        Raises:
          ValueError: not a function of two arguments.
          ShapeError: there is no such axis.

        >>> import wengert.numpy as wnp
        >>> wnp.bitwise_or.accumulate(wnp.array([1, 2, 4]))
        Array([1, 3, 7], dtype=int32)
        """
        from wengert.control.scans import scan

        name = self._binary("accumulate")
        refuse_out(name, out)
        x = as_array(name, a)
        d = axis_index(name, axis, x.ndim)
        if self._accumulate is not None:
            return self._accumulate(x, d, dtype)
        kind = self._result_type(x) if dtype is None else lax.convert_element_type(0, dtype).dtype
        rows = convert(moveaxis(x, d, 0), kind)
        if rows.shape[0] < 2:
            return moveaxis(rows, 0, d)

        def step(value: Any, row: Any) -> tuple[Any, Any]:
            value = convert(self(value, row), kind)
            return value, value

        _, rest = scan(step, rows[0], rows[1:])
        return moveaxis(lax.concatenate([lax.expand_dims(rows[0], (0,)), rest], 0), 0, d)

    def at(self, a: Any, indices: Any, b: Any = None, /, *, inplace: bool = True) -> Any:
        """`a` with the function applied to the elements at `indices`, with `b` as second argument: a new array.

        Args:
          a: an array.
          indices: an index, or a tuple of them; an element that is named twice is changed twice.
          b: values that broadcast with `a[indices]`.
          inplace: must be False, as arrays do not change.

        Raises:
          ValueError: inplace is True.

        >>> import wengert.numpy as wnp
        >>> wnp.add.at(wnp.zeros(3), wnp.array([0, 0]), 1.0, inplace=False)
        Array([2., 0., 0.], dtype=float32)
        """
        refuse_inplace(f"{self.__name__}.at", inplace)
        x = as_array(f"{self.__name__}.at", a)
        place = AtIndex(x, indices)
        if self.nin == 1:
            return place.apply(self)
        if b is None:
            raise TypeError(f"{self.__name__}.at: expected values as third argument but got none")
        if self._at is not None:
            return getattr(place, self._at)(b)
        return self._one_after_another(x, indices, b)

    def _one_after_another(self, x: Any, indices: Any, b: Any) -> Any:
        from wengert.control.scans import fori_loop

        name = f"{self.__name__}.at"
        kind = self._result_type(x)
        x, b = convert(x, kind), convert(as_array(name, b), kind)
        given = indices if isinstance(indices, tuple) else (indices,)
        arrays = {k: as_array(name, i) for k, i in enumerate(given) if not isinstance(i, slice | None | type(...))}
        shape = broadcast_shapes(name, *(i.shape for i in arrays.values())) if arrays else ()
        if not shape or any(not isinstance(i, slice) for k, i in enumerate(given) if k not in arrays):
            return x.at[indices].set(self(x[indices], b))
        flat = {k: ravel(broadcast(i, shape)) for k, i in arrays.items()}
        values = broadcast(b, (*shape, *b.shape[len(shape) :])) if b.ndim > len(shape) else broadcast(b, shape)
        values = lax.reshape(values, (math.prod(shape), *values.shape[len(shape) :]))

        def step(i: Any, x: Any) -> Any:
            where = tuple(flat[k][i] if k in flat else entry for k, entry in enumerate(given))
            return x.at[where].set(self(x[where], values[i]))

        return fori_loop(0, next(iter(flat.values())).size, step, x)

    def reduceat(self, a: Any, indices: Any, axis: int = 0, dtype: Any = None, out: None = None) -> Any:
        """The reductions of the pieces of `a` along `axis` that begin at `indices` and end where the next one begins.

        Raises:
          ValueError: not a function of two arguments.
          ShapeError: `indices` is no vector, or there is no such axis.

        >>> import wengert.numpy as wnp
        >>> wnp.add.reduceat(wnp.arange(5), wnp.array([0, 2]))
        Array([1, 9], dtype=int32)
        """
        from wengert.control.scans import fori_loop

        name = self._binary("reduceat")
        refuse_out(name, out)
        x, starts = as_array(name, a), as_array(name, indices)
        if starts.ndim != 1:
            raise errors.make(errors.ShapeError, name, f"expected a vector of indices but got shape {starts.shape}")
        d = axis_index(name, axis, x.ndim)
        x = x if dtype is None else lax.convert_element_type(x, dtype)
        n = x.shape[d]
        if not starts.size:
            return take(x, starts, d)
        ends = append(starts[1:], convert(as_array(name, n), starts.dtype))
        column = (starts.size,) + (1,) * (x.ndim - 1 - d)
        starts_, ends_ = lax.reshape(starts, column), lax.reshape(ends, column)

        def step(i: Any, value: Any) -> Any:
            part = lax.dynamic_slice_in_dim(x, i, 1, d)
            return logic.where((i > starts_) & (i < ends_), convert(self(value, part), x.dtype), value)

        return fori_loop(0, n, step, take(x, starts, d))

    def outer(self, A: Any, B: Any, /) -> Any:
        """The function of every element of A with every element of B, of shape `A.shape + B.shape`.

        Raises:
          ValueError: not a function of two arguments.

        >>> import wengert.numpy as wnp
        >>> wnp.subtract.outer(wnp.array([5, 6]), wnp.array([1, 2]))
        Array([[4, 3],
               [5, 4]], dtype=int32)
        """
        name = self._binary("outer")
        x, y = as_array(name, A), as_array(name, B)
        return self(lax.reshape(x, x.shape + (1,) * y.ndim), y)


def frompyfunc(func: Callable[..., Any], /, nin: int, nout: int, *, identity: Any = None) -> ufunc:
    """The `ufunc` of a function of scalars that is written with functions that can be traced.

    Args:
      func: takes `nin` scalars and returns `nout` of them.
      nin, nout: their numbers.
      identity: the neutral element, if there is one.

    >>> import wengert.numpy as wnp
    >>> add = frompyfunc(lambda x, y: x + y, 2, 1, identity=0)
    >>> add.reduce(wnp.arange(4)), add(wnp.arange(2), 10)
    (Array(6, dtype=int32), Array([10, 11], dtype=int32))
    """
    return ufunc(func, nin, nout, identity=identity)


def _by_reduction(reduce: Callable[..., Any]) -> Any:
    return lambda x, axis, dtype, keepdims, initial, where: reduce(
        x, axis, dtype, keepdims=keepdims, initial=initial, where=where
    )


def _by_extreme(reduce: Callable[..., Any]) -> Any:
    def f(x: Any, axis: Any, dtype: Any, keepdims: bool, initial: Any, where: Any) -> Any:
        x = x if dtype is None else lax.convert_element_type(x, dtype)
        return reduce(x, axis, keepdims=keepdims, initial=initial, where=where)

    return f


def _cumulative(function: Callable[..., Any]) -> Any:
    return lambda x, axis, dtype: function(x, axis, dtype)


def _cumulative_extreme(function: Callable[..., Any]) -> Any:
    return lambda x, axis, dtype: function(x if dtype is None else lax.convert_element_type(x, dtype), axis)


class _Binary(ufunc):
    """A ufunc of two arguments whose call costs as little as can be."""

    def __call__(self, x: Any, y: Any, /, out: None = None, where: None = None) -> Any:  # type: ignore[override]
        if out is None and where is None:
            return self._call(x, y)
        return super().__call__(x, y, out=out, where=where)


def _of(function: Callable[..., Any], identity: Any = None, **better: Any) -> Any:
    return _Binary(function, 2, 1, identity=identity, call=function, **better)


add: Any = _of(ew.add, 0, reduce=_by_reduction(reductions.sum), accumulate=_cumulative(reductions.cumsum), at="add")
multiply: Any = _of(
    ew.multiply, 1, reduce=_by_reduction(reductions.prod), accumulate=_cumulative(reductions.cumprod), at="multiply"
)
subtract: Any = _of(ew.subtract, at="subtract")
maximum: Any = _of(
    ew.maximum, reduce=_by_extreme(reductions.max), accumulate=_cumulative_extreme(reductions.cummax), at="max"
)
minimum: Any = _of(
    ew.minimum, reduce=_by_extreme(reductions.min), accumulate=_cumulative_extreme(reductions.cummin), at="min"
)
logaddexp: Any = _of(ew.logaddexp, -float("inf"))
logaddexp2: Any = _of(ew.logaddexp2, -float("inf"))
bitwise_and: Any = _of(logic.bitwise_and, -1)
bitwise_or: Any = _of(logic.bitwise_or, 0)
bitwise_xor: Any = _of(logic.bitwise_xor, 0)
logical_and: Any = _of(logic.logical_and, True)
logical_or: Any = _of(logic.logical_or, False)
logical_xor: Any = _of(logic.logical_xor, False)
negative: Any = ufunc(ew.negative, 1, 1, call=ew.negative)
