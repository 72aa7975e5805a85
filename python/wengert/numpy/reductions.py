# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that reduce axes: sums, products, extremes, moments, cumulative sums, norms of agreement.

Every one takes `axis` (an int, a tuple, or None for all) and `keepdims`. Sums of bools and of integers of less than
32 bits are computed in the default integer.
"""

from __future__ import annotations

import builtins
import math
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import (
    apply,
    as_array,
    axis_index,
    axis_tuple,
    convert,
    in_trace_of,
    is_eager,
    promote,
)
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.arguments import refuse_out
from wengert.numpy.complex_parts import conjugate, real

__all__ = [
    "all", "allclose", "amax", "amin", "any", "argmax", "argmin", "array_equal", "array_equiv", "average",
    "count_nonzero", "cummax", "cummin", "cumprod", "cumsum", "cumulative_prod", "cumulative_sum", "max",
    "mean", "min", "prod", "ptp", "std", "sum", "var",
]  # fmt: skip


def _keep(x: Any, axes: tuple[int, ...], shape: tuple[int, ...], keepdims: bool) -> Any:
    return lax.reshape(x, [1 if d in axes else n for d, n in enumerate(shape)]) if keepdims else x


def check_where(function: str, where: Any) -> None:
    """`where` says which elements count, so it is bools or None."""
    if where is not None and (kind := as_array(function, where).dtype) != dtypes.bool_:
        raise errors.make(
            errors.DtypeError, function, f"expected bools, or None, as `where` but got {kind}",
            remedy="compare, or convert it with astype(bool)",
        )  # fmt: skip


def _masked(function: str, x: Any, keep: Any, neutral: Any) -> Any:
    if keep is None:
        return x
    check_where(function, keep)
    return logic.where(keep, x, lax.full_like(x, neutral))


def _initial(function: str, value: Any, dtype: Any) -> Any:
    start = as_array(function, value)
    if start.shape:
        raise errors.make(errors.ShapeError, function, f"expected one number as `initial` but got shape {start.shape}")
    return convert(start, dtype, True)


def _upcast(x: Any, dtype: Any) -> Any:
    if dtype is not None:
        return convert(x, dtypes.canonical(dtype))
    if x.dtype.kind in "bi":
        return convert(x, dtypes.default_int())
    return convert(x, dtypes.canonical(dtypes.uint64)) if x.dtype.kind == "u" else x


def _additive(function: str, op: str, summary: str, neutral: int, example: str) -> Any:
    def f(
        a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False, initial: Any = None,
        where: Any = None, promote_integers: bool = True,
    ) -> Any:  # fmt: skip
        if out is not None:
            refuse_out(function, out)
        a = as_array(function, a)
        if dtype is not None or (a.dtype.kind in "biu" and (promote_integers or a.dtype == dtypes.bool_)):
            a = _upcast(a, dtype)
        if where is not None:
            a = _masked(function, a, where, neutral)
        axes = axis_tuple(function, axis, len(a.shape))
        of_type = op if a.dtype != dtypes.bool_ else "reduce_and" if neutral else "reduce_or"  # for dtype=bool
        result = apply(of_type, (a,), axes=axes) if axes else a
        if keepdims:
            result = _keep(result, axes, a.shape, True)
        if initial is not None:
            start = _initial(function, initial, result.dtype)
            result = ew.add(result, start) if neutral == 0 else ew.multiply(result, start)
        return result

    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""{summary} of the elements over `axis`.

    Args:
      a: an array.
      axis: an int, several, or None for all.
      dtype: the type to compute in.
      out: must be None.
      keepdims: keep the reduced axes with size 1.
      initial: {"added to" if neutral == 0 else "multiplied with"} the result.
      where: bools; only elements where it is true count.
      promote_integers: compute narrow integers in the default integer.

    Raises:
      ShapeError: there is no such axis.

    >>> import wengert.numpy as wnp
    >>> {function}(wnp.array([1.0, 2.0, 3.0]))
    Array({example}, dtype=float32)
    """
    return f


sum = _additive("sum", "reduce_sum", "The sum", 0, "6.")
prod = _additive("prod", "reduce_prod", "The product", 1, "6.")


def _extremum(op: str, a: Any, axes: tuple[int, ...]) -> Any:
    """Complex numbers are ordered by their real parts, then by their imaginary parts; a nan wins."""
    if a.dtype.kind != "c":
        return apply(op, (a,), axes=axes)
    from wengert import numpy as wnp

    kept = [d for d in range(a.ndim) if d not in axes]
    shape = (*[a.shape[d] for d in kept], math.prod(a.shape[d] for d in axes))
    a = lax.reshape(lax.transpose(a, (*kept, *axes)), shape)
    last = (a.ndim - 1,)
    first = apply(op, (lax.real(a),), axes=last)
    is_first = logic.equal(lax.real(a), first[..., None])
    none = np.asarray(-np.inf if op == "reduce_max" else np.inf, first.dtype)
    second = apply(op, (logic.where(is_first, lax.imag(a), none),), axes=last)
    wanted = logic.logical_or(logic.logical_and(is_first, logic.equal(lax.imag(a), second[..., None])), logic.isnan(a))
    # nan equals nothing, so where there is one only it is wanted.
    return wnp.take_along_axis(a, argmax(wanted, axis=-1, keepdims=True), axis=-1)[..., 0]


def _extreme(function: str, op: str, summary: str, example: str) -> Any:
    greatest = op == "reduce_max"

    def f(
        a: Any, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = None, where: Any = None
    ) -> Any:
        if out is not None:
            refuse_out(function, out)
        a = as_array(function, a)
        axes = axis_tuple(function, axis, a.ndim)
        if where is not None and initial is None:
            raise errors.make(errors.ShapeError, function, "expected `initial` together with `where` but got none")
        if initial is None and builtins.any(a.shape[d] == 0 for d in axes):
            raise errors.make(
                errors.ShapeError,
                function,
                f"expected at least one element but got shape {a.shape}",
                remedy="give initial",
            )
        if where is not None:
            check_where(function, where)
            a = logic.where(where, a, _initial(function, initial, a.dtype))
        if a.dtype.kind == "c" and builtins.any(a.shape[d] == 0 for d in axes):  # the initial value alone
            a = lax.full([1 if d in axes else n for d, n in enumerate(a.shape)], _initial(function, initial, a.dtype))
        result = _keep(_extremum(op, a, axes) if axes else a, axes, a.shape, keepdims)
        if initial is not None:
            start = _initial(function, initial, result.dtype)
            result = (ew.maximum if greatest else ew.minimum)(result, start)
        return result

    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""{summary} over `axis`; nan if there is one.

    Args:
      a: an array.
      axis: an int, several, or None for all.
      keepdims: keep the reduced axes with size 1.
      initial: an element that takes part besides.
      where: bools; only elements where it is true take part (with `initial`).

    Raises:
      ShapeError: there is no element.

    >>> import wengert.numpy as wnp
    >>> {function}(wnp.array([1.0, 2.0, 3.0]))
    Array({example}, dtype=float32)
    """
    return f


max = amax = _extreme("max", "reduce_max", "The maximum", "3.")
min = amin = _extreme("min", "reduce_min", "The minimum", "1.")


def _logical(function: str, op: str, summary: str, example: str) -> Any:
    def f(a: Any, axis: Any = None, out: None = None, keepdims: bool = False, *, where: Any = None) -> Any:
        if out is not None:
            refuse_out(function, out)
        a = convert(as_array(function, a), dtypes.bool_)
        a = _masked(function, a, where, op == "reduce_and")
        axes = axis_tuple(function, axis, a.ndim)
        return _keep(apply(op, (a,), axes=axes) if axes else a, axes, a.shape, keepdims)

    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""Whether {summary} over `axis` is true (not 0).

    >>> import wengert.numpy as wnp
    >>> {function}(wnp.array([True, False]))
    Array({example}, dtype=bool)
    """
    return f


all = _logical("all", "reduce_and", "every element", "False")
any = _logical("any", "reduce_or", "some element", "True")


def _position(function: str, summary: str, example: str) -> Any:
    def f(a: Any, axis: int | None = None, out: None = None, keepdims: bool | None = None) -> Any:
        if out is not None:
            refuse_out(function, out)
        a = as_array(function, a)
        rank = a.ndim
        if axis is None:
            a = lax.reshape(a, (a.size,))
        d = axis_index(function, 0 if axis is None else axis, a.ndim)
        if not a.shape[d]:
            raise errors.make(errors.ShapeError, function, f"expected at least one element but got shape {a.shape}")
        if a.dtype == dtypes.bool_:
            a = convert(a, dtypes.int32)
        result = apply(function, (a,), axis=d, dtype=dtypes.default_int())
        if keepdims:
            result = lax.reshape(result, (1,) * rank) if axis is None else lax.expand_dims(result, (d,))
        return result

    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""The index of {summary} along `axis`, or in the flattened array; nan counts as it.

    Raises:
      ShapeError: there is no element.

    >>> import wengert.numpy as wnp
    >>> {function}(wnp.array([2.0, 3.0, 1.0]))
    Array({example}, dtype=int32)
    """
    return f


argmax = _position("argmax", "the first maximum", "1")
argmin = _position("argmin", "the first minimum", "2")


def _count(x: Any, axes: tuple[int, ...], keep: Any) -> Any:
    if keep is None:
        return math.prod(x.shape[d] for d in axes)
    from wengert.numpy.manipulation import broadcast_to

    return sum(broadcast_to(keep, x.shape), axes, keepdims=True)


_SINGLES = frozenset((dtypes.float32, dtypes.float64))  # summed as they are


def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False, *, where: Any = None
) -> Any:
    """The mean of the elements over `axis`; of integers a float.

    >>> import wengert.numpy as wnp
    >>> mean(wnp.array([1, 2, 4, 5]))
    Array(3., dtype=float32)
    """
    refuse_out("mean", out)
    check_where("mean", where)
    a = as_array("mean", a)
    if axis is None and dtype is None and where is None and not keepdims and is_eager(a) and a.dtype in _SINGLES:
        return sum(a) / a.size
    kind = dtypes.to_inexact(a.dtype) if dtype is None else dtypes.canonical(dtype)
    wide = _half_to_single(convert(a, kind, a.weak_type and dtype is None))
    axes = axis_tuple("mean", axis, a.ndim)
    count = _count(a, axes, where)
    result = sum(wide, axes, keepdims=keepdims or where is not None, where=where) / count
    if where is not None and not keepdims:
        result = lax.squeeze(result, axes)
    return convert(result, kind, result.weak_type)


_mean = mean  # where an argument has its name


def _half_to_single(x: Any) -> Any:
    return convert(x, dtypes.float32, x.weak_type) if x.dtype in (dtypes.float16, dtypes.bfloat16) else x


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, keepdims: bool = False) -> Any:
    """The mean over `axis` with weights.

    Args:
      a: an array.
      axis: an int, several, or None for all.
      weights: an array of the shape of `a`, or of the sizes of the axes; None for equal ones.
      returned: return the sums of the weights too.
      keepdims: keep the reduced axes with size 1.

    Raises:
      ShapeError: weights of another shape.

    >>> import wengert.numpy as wnp
    >>> average(wnp.array([1.0, 3.0]), weights=wnp.array([3.0, 1.0]))
    Array(1.5, dtype=float32)
    """
    a = as_array("average", a)
    if weights is None:
        result = mean(a, axis, keepdims=keepdims)
        total = lax.full_like(result, a.size // result.size if result.size else 0)
        return (result, total) if returned else result
    w = as_array("average", weights)
    a, w = promote("average", (a, w), inexact=True)
    if w.shape != a.shape:
        given = axis if isinstance(axis, (tuple, list)) else range(a.ndim) if axis is None else (axis,)
        axes = [axis_index("average", d, a.ndim) for d in given]  # in the order of the dimensions of the weights
        if axis is None or w.shape != tuple(a.shape[d] for d in axes):
            sizes = "" if axis is None else f" or {tuple(a.shape[d] for d in axes)}, its sizes along {axis}"
            raise errors.make(
                errors.ShapeError, "average", f"expected weights of the shape {a.shape} of a{sizes}, but got {w.shape}",
                remedy="give the axis that they belong to" if axis is None else "transpose or reshape them",
            )  # fmt: skip
        in_order = lax.transpose(w, sorted(range(len(axes)), key=axes.__getitem__))
        w = lax.broadcast_in_dim(in_order, a.shape, sorted(axes))
    total = sum(w * lax.full_like(a, 1), axis, keepdims=keepdims)
    result = sum(a * w, axis, keepdims=keepdims) / total
    return (result, total) if returned else result


def var(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, ddof: int = 0, keepdims: bool = False, *,
    where: Any = None, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    """The mean squared distance from the mean; the divisor is the number of elements less `ddof`, nan if it is not > 0.

    Args:
      a: an array.
      axis: an int, several, or None for all.
      dtype: the type to compute in.
      out: must be None.
      ddof: what is subtracted from the divisor; `correction` is the array API's name for it.
      keepdims: keep the reduced axes with size 1.
      where: bools; only elements where it is true count.
      mean: the mean, if it is known, with the reduced axes of size 1.

    Raises:
      DtypeError: a real `dtype` for complex numbers, or a mask that is no bools.

    >>> import wengert.numpy as wnp
    >>> var(wnp.array([1.0, 3.0]))
    Array(1., dtype=float32)
    """
    refuse_out("var", out)
    if correction is not None and ddof:
        raise ValueError(f"var: expected ddof or correction but got {ddof!r} and {correction!r}")
    check_where("var", where)
    a = as_array("var", a)
    kind = dtypes.to_inexact(a.dtype) if dtype is None else dtypes.canonical(dtype)
    if a.dtype.kind == "c" and kind.kind != "c":
        raise errors.make(
            errors.DtypeError, "var", f"expected a complex dtype for complex numbers but got {kind}",
            remedy="leave dtype out: the result is real",
        )  # fmt: skip
    wide = _half_to_single(convert(a, kind, a.weak_type and dtype is None))
    axes = axis_tuple("var", axis, a.ndim)
    middle = _mean(wide, axes, keepdims=True, where=where) if mean is None else as_array("var", mean)
    centred = wide - middle
    count = _count(a, axes, where) - (ddof if correction is None else correction)
    squares = real(centred * conjugate(centred)) if centred.dtype.kind == "c" else centred * centred
    kind = squares.dtype if kind.kind == "c" and dtype is None else kind
    total = sum(squares, axes, keepdims=keepdims or where is not None, where=where)
    if isinstance(count, (int, float)):
        result = total / count if count > 0 else lax.full_like(total, math.nan)
    else:
        result = logic.where(count > 0, total / count, math.nan)
    if where is not None and not keepdims:
        result = lax.squeeze(result, axes)
    return convert(result, kind, result.weak_type)


def std(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, ddof: int = 0, keepdims: bool = False, *,
    where: Any = None, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    """The square root of `var`.

    >>> import wengert.numpy as wnp
    >>> std(wnp.array([1.0, 3.0]))
    Array(1., dtype=float32)
    """
    return ew.sqrt(var(a, axis, dtype, out, ddof, keepdims, where=where, mean=mean, correction=correction))


def ptp(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Any:
    """Maximum less minimum.

    >>> import wengert.numpy as wnp
    >>> ptp(wnp.array([1.0, 4.0]))
    Array(3., dtype=float32)
    """
    refuse_out("ptp", out)
    return max(a, axis, keepdims=keepdims) - min(a, axis, keepdims=keepdims)


def count_nonzero(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """How many elements are not 0.

    >>> import wengert.numpy as wnp
    >>> count_nonzero(wnp.array([1, 0, 2]))
    Array(2, dtype=int32)
    """
    return sum(logic.not_equal(as_array("count_nonzero", a), 0), axis, keepdims=keepdims)


# ---------------------------------------------------------------------------------------------------------------------
# Cumulative


def _cumulative(function: str, example: str) -> Any:
    def f(a: Any, axis: int | None = None, dtype: Any = None, out: None = None) -> Any:
        if out is not None:
            refuse_out(function, out)
        a = as_array(function, a)
        if a.dtype == dtypes.bool_ or (dtype is not None and function in ("cumsum", "cumprod")):
            a = _upcast(a, dtype)
        if axis is None:
            a, axis = lax.reshape(a, (a.size,)), 0
        axis = axis_index(function, axis, a.ndim)
        if a.dtype == dtypes.bool_:  # for dtype=bool: whether any, or all, so far are true
            op = "cummax" if function == "cumsum" else "cummin"
            return convert(apply(op, (convert(a, dtypes.int8),), axis=axis, reverse=False), dtypes.bool_)
        return apply(function, (a,), axis=axis, reverse=False)

    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""The running {example.split(" -> ")[0]} along `axis`, or of the flattened array.

    >>> import wengert.numpy as wnp
    >>> {function}(wnp.array([1, 3, 2]))
    Array({example.split(" -> ")[1]}, dtype=int32)
    """
    return f


cumsum = _cumulative("cumsum", "sum -> [1, 4, 6]")
cumprod = _cumulative("cumprod", "product -> [1, 3, 6]")
cummax = _cumulative("cummax", "maximum -> [1, 3, 3]")
cummin = _cumulative("cummin", "minimum -> [1, 1, 1]")


def _standard_cumulative(function: str, op: Any, neutral: int, example: str) -> Any:
    def f(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Any:
        x = as_array(function, x)
        if axis is None and x.ndim != 1:
            raise errors.make(
                errors.ShapeError, function, f"expected an axis for an array of rank {x.ndim} but got none"
            )
        axis = axis_index(function, 0 if axis is None else axis, x.ndim)
        out = op(_upcast(x, dtype), axis, dtype)
        if include_initial:
            first = lax.full((*out.shape[:axis], 1, *out.shape[axis + 1 :]), neutral, out.dtype)
            out = lax.concatenate([in_trace_of(first, out), out], axis)
        return out

    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""The running {example.split(" -> ")[0]} along `axis`, by the array API standard.

    Args:
      axis: may be left out for rank 1.
      dtype: the type of the result; by default that of `x`, for integers as for `sum`.
      include_initial: whether the result starts with {neutral}, the {example.split(" -> ")[0]} of nothing.

    Raises:
      ShapeError: there is no such axis, or none is given for an array of other rank than 1.

    >>> import wengert.numpy as wnp
    >>> {function}(wnp.array([1, 3, 2]), include_initial=True)
    Array({example.split(" -> ")[1]}, dtype=int32)
    """
    return f


cumulative_sum = _standard_cumulative("cumulative_sum", cumsum, 0, "sum -> [0, 1, 4, 6]")
cumulative_prod = _standard_cumulative("cumulative_prod", cumprod, 1, "product -> [1, 1, 3, 6]")


# ---------------------------------------------------------------------------------------------------------------------
# Agreement


def allclose(a: Any, b: Any, rtol: Any = 1e-5, atol: Any = 1e-8, equal_nan: bool = False) -> Any:
    """Whether all elements are close (see isclose).

    >>> allclose(1.0, 1.000001)
    Array(True, dtype=bool)
    """
    return all(logic.isclose(a, b, rtol, atol, equal_nan))


def array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> Any:
    """Whether shapes and elements are equal.

    >>> import wengert.numpy as wnp
    >>> array_equal(wnp.array([1]), wnp.array([1, 2]))
    Array(False, dtype=bool)
    """
    from wengert.numpy.creation import asarray

    a1, a2 = asarray(a1), asarray(a2)
    if a1.shape != a2.shape:
        return asarray(False)
    same = logic.equal(a1, a2)
    if equal_nan:
        same = logic.bitwise_or(same, logic.bitwise_and(logic.isnan(a1), logic.isnan(a2)))
    return all(same)


def array_equiv(a1: Any, a2: Any) -> Any:
    """Whether the elements are equal after broadcasting.

    >>> import wengert.numpy as wnp
    >>> array_equiv(wnp.array([1, 1]), 1)
    Array(True, dtype=bool)
    """
    from wengert.numpy.creation import asarray

    try:
        return all(logic.equal(asarray(a1), asarray(a2)))
    except errors.ShapeError:
        return Array._wrap(np.asarray(False))
