# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reductions and cumulative sums that leave out nan. For quantiles without nan see `quantiles`."""

from __future__ import annotations

import math
from typing import Any

from wengert import dtypes
from wengert.lax._operands import as_array, broadcast, convert
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy import reductions as red
from wengert.numpy.arguments import refuse_out

__all__ = [
    "nanargmax", "nanargmin", "nancumprod", "nancumsum", "nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum",
    "nanvar",
]  # fmt: skip


def _without_nan(x: Any, value: Any) -> Any:
    """x with `value` in place of nan."""
    if not dtypes.is_inexact(x.dtype):
        return x
    return logic.where(logic.isnan(x), convert(as_array("nan", value), x.dtype, True), x)


def _both(function: str, where: Any, kept: Any) -> Any:
    red.check_where(function, where)
    return kept if where is None else logic.logical_and(where, kept)


def _additive(function: str, example: str) -> Any:
    neutral = 0 if function == "sum" else 1

    def f(
        a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False, initial: Any = None,
        where: Any = None,
    ) -> Any:  # fmt: skip
        x = _without_nan(as_array("nan" + function, a), neutral)
        return getattr(red, function)(x, axis, dtype, out, keepdims, initial, where)

    f.__name__ = f.__qualname__ = "nan" + function
    f.__doc__ = f"""`{function}` of the elements that are not nan; its arguments.

    >>> import wengert.numpy as wnp
    >>> nan{function}(wnp.array([2.0, wnp.nan]))
    Array({example}, dtype=float32)
    """
    return f


nansum, nanprod = _additive("sum", "2."), _additive("prod", "2.")


def _extreme(function: str) -> Any:
    least = -math.inf if function == "max" else math.inf

    def f(
        a: Any, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = None, where: Any = None
    ) -> Any:
        x = as_array("nan" + function, a)
        result = getattr(red, function)(_without_nan(x, least), axis, out, keepdims, initial, where)
        if not dtypes.is_inexact(x.dtype):
            return result
        nothing = red.all(logic.isnan(x), axis, keepdims=keepdims, where=where)
        if initial is not None:
            nothing = logic.logical_and(nothing, logic.isnan(as_array("nan" + function, initial)))
        return logic.where(nothing, convert(as_array("nan", math.nan), x.dtype, True), result)

    f.__name__ = f.__qualname__ = "nan" + function
    f.__doc__ = f"""`{function}` of the elements that are not nan; nan if there is none.

    Args:
      a: an array.
      axis: an int, several, or None for all.
      out: must be None.
      keepdims: keep the reduced axes with size 1.
      initial: an element that takes part besides.
      where: bools; only elements where it is true take part (with `initial`).

    >>> import wengert.numpy as wnp
    >>> nan{function}(wnp.array([2.0, wnp.nan]))
    Array(2., dtype=float32)
    """
    return f


nanmax, nanmin = _extreme("max"), _extreme("min")


def nanmean(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False, where: Any = None
) -> Any:
    """The mean of the elements that are not nan; nan if there is none. Arguments as of `mean`.

    >>> import wengert.numpy as wnp
    >>> nanmean(wnp.array([2.0, wnp.nan]))
    Array(2., dtype=float32)
    """
    x = as_array("nanmean", a)
    if not dtypes.is_inexact(x.dtype):
        return red.mean(x, axis, dtype, out, keepdims, where=where)
    return red.mean(x, axis, dtype, out, keepdims, where=_both("nanmean", where, logic.logical_not(logic.isnan(x))))


def nanvar(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, ddof: int = 0, keepdims: bool = False,
    where: Any = None, mean: Any = None,
) -> Any:  # fmt: skip
    """The variance of the elements that are not nan; nan if `ddof` leaves none. Arguments as of `var`.

    >>> import wengert.numpy as wnp
    >>> nanvar(wnp.array([1.0, 3.0, wnp.nan]))
    Array(1., dtype=float32)
    """
    x = as_array("nanvar", a)
    kept = _both("nanvar", where, logic.logical_not(logic.isnan(x)))
    result = red.var(x, axis, dtype, out, ddof, keepdims, where=kept, mean=mean)
    enough = red.sum(broadcast(kept, x.shape), axis, keepdims=keepdims) > ddof
    return logic.where(enough, result, convert(as_array("nanvar", math.nan), result.dtype, True))


def nanstd(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, ddof: int = 0, keepdims: bool = False,
    where: Any = None, mean: Any = None,
) -> Any:  # fmt: skip
    """The square root of `nanvar`.

    >>> import wengert.numpy as wnp
    >>> nanstd(wnp.array([1.0, 3.0, wnp.nan]))
    Array(1., dtype=float32)
    """
    return ew.sqrt(nanvar(a, axis, dtype, out, ddof, keepdims, where, mean))


def _cumulative(function: str, example: str) -> Any:
    neutral = 0 if function == "cumsum" else 1

    def f(a: Any, axis: int | None = None, dtype: Any = None, out: None = None) -> Any:
        return getattr(red, function)(_without_nan(as_array("nan" + function, a), neutral), axis, dtype, out)

    f.__name__ = f.__qualname__ = "nan" + function
    f.__doc__ = f"""`{function}` with {neutral} in place of nan; its arguments.

    >>> import wengert.numpy as wnp
    >>> nan{function}(wnp.array([2.0, wnp.nan, 3.0]))
    Array({example}, dtype=float32)
    """
    return f


nancumsum, nancumprod = _cumulative("cumsum", "[2., 2., 5.]"), _cumulative("cumprod", "[2., 2., 6.]")


def _position(function: str) -> Any:
    least = -math.inf if function == "argmax" else math.inf

    def f(a: Any, axis: int | None = None, out: None = None, keepdims: bool | None = None) -> Any:
        refuse_out("nan" + function, out)
        x = as_array("nan" + function, a)
        place = getattr(red, function)(_without_nan(x, least), axis, None, keepdims)
        if not dtypes.is_inexact(x.dtype):
            return place
        return logic.where(
            red.all(logic.isnan(x), axis, keepdims=bool(keepdims)), convert(as_array("nan", -1), place.dtype), place
        )

    f.__name__ = f.__qualname__ = "nan" + function
    f.__doc__ = f"""`{function}` of the elements that are not nan; -1 if there is none. Its arguments.

    >>> import wengert.numpy as wnp
    >>> nan{function}(wnp.array([wnp.nan, 2.0]))
    Array(1, dtype=int32)
    """
    return f


nanargmax, nanargmin = _position("argmax"), _position("argmin")
