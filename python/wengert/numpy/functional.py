# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of functions: vectorize, apply_along_axis, piecewise."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from wengert import errors, lax
from wengert.lax._operands import as_array, axis_index, broadcast, broadcast_shapes
from wengert.numpy import logic
from wengert.numpy.manipulation import moveaxis

__all__ = ["apply_along_axis", "piecewise", "vectorize"]


def _core(signature: str) -> tuple[list[list[str]], list[list[str]]]:
    def group(text: str) -> list[list[str]]:
        inner = text.replace(" ", "").strip("()")
        return [[n for n in names.split(",") if n] for names in inner.split("),(")]

    given, arrow, result = signature.partition("->")
    if not arrow:
        raise errors.make(
            errors.ShapeError, "vectorize", f"expected a signature such as (n),(n)->() but got {signature!r}"
        )
    return group(given), group(result)


def vectorize(pyfunc: Callable[..., Any], *, excluded: Any = frozenset(), signature: str | None = None) -> Any:
    """`pyfunc`, written for single elements (or the arrays of `signature`), on arrays that broadcast.

    >>> import wengert.numpy as wnp
    >>> vectorize(lambda a, b: a + b)(wnp.ones((2, 1)), wnp.ones(3)).shape
    (2, 3)
    """

    @functools.wraps(pyfunc)
    def function(*args: Any) -> Any:
        from wengert.batching import vmap

        inputs = _core(signature)[0] if signature else [[] for _ in args]
        mapped = [k for k in range(len(args)) if k not in excluded]
        xs = {k: as_array("vectorize", args[k]) for k in mapped}
        ranks = {k: len(inputs[k]) for k in mapped}
        loop = broadcast_shapes("vectorize", (), *(x.shape[: x.ndim - ranks[k]] for k, x in xs.items()))

        def call(*values: Any) -> Any:
            given = iter(values)
            return pyfunc(*(next(given) if k in xs else a for k, a in enumerate(args)))

        values = [broadcast(x, loop + x.shape[x.ndim - ranks[k] :]) for k, x in xs.items()]
        for _ in loop:
            call = vmap(call)
        return call(*values)

    return function


def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """`func1d` of every vector along `axis`.

    >>> import wengert.numpy as wnp
    >>> apply_along_axis(wnp.sum, 0, wnp.ones((2, 3)))
    Array([2., 2., 2.], dtype=float32)
    """
    from wengert.batching import vmap

    arr = as_array("apply_along_axis", arr)
    axis = axis_index("apply_along_axis", axis, arr.ndim)
    call = lambda v: func1d(v, *args, **kwargs)
    for _ in range(arr.ndim - 1):
        call = vmap(call)
    out = call(moveaxis(arr, axis, -1))
    return moveaxis(out, -1, axis) if out.ndim == arr.ndim else out


def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kwargs: Any) -> Any:
    """The function (or number) of the last true condition at each element; one more function is the default.

    >>> import wengert.numpy as wnp
    >>> x = wnp.array([-1.0, 2.0])
    >>> piecewise(x, [x < 0, x >= 0], [lambda v: -v, 10.0])
    Array([ 1., 10.], dtype=float32)
    """
    x = as_array("piecewise", x)
    functions = list(funclist)
    if len(functions) not in (len(condlist), len(condlist) + 1):
        raise errors.make(
            errors.ShapeError, "piecewise", f"expected {len(condlist)} functions or one more but got {len(functions)}"
        )
    value = lambda f: f(x, *args, **kwargs) if callable(f) else f
    result = value(functions.pop()) if len(functions) > len(condlist) else lax.full_like(x, 0)
    for condition, f in zip(condlist, functions, strict=True):
        result = logic.where(condition, value(f), result)
    return result.astype(x.dtype)
