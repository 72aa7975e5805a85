# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of functions: vectorize, apply_along_axis, piecewise."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from wengert import errors, lax
from wengert.lax._operands import as_array, axis_index, broadcast, broadcast_shapes
from wengert.numpy import logic
from wengert.numpy.manipulation import moveaxis

__all__ = ["apply_along_axis", "apply_over_axes", "piecewise", "vectorize"]


_NAMES = r"\(\s*(?:\w+\s*(?:,\s*\w+\s*)*)?\)"
_SIGNATURE = re.compile(rf"^\s*(?:{_NAMES}\s*(?:,\s*{_NAMES}\s*)*)?->\s*{_NAMES}\s*(?:,\s*{_NAMES}\s*)*$")


def _core(signature: str) -> tuple[list[list[str]], list[list[str]]]:
    """The names of the dimensions of each argument and each result."""
    if not _SIGNATURE.match(signature):
        raise errors.make(
            errors.ShapeError, "vectorize", f"expected a signature such as (n),(n)->() but got {signature!r}"
        )
    given, _, result = signature.partition("->")
    groups = lambda text: [re.findall(r"\w+", names) for names in re.findall(_NAMES, text)]
    return groups(given), groups(result)


def _check_sizes(
    names: list[list[str]],
    shapes: list[tuple[int, ...]],
    sizes: dict[str, int],
    signature: Any,
    is_result: bool = False,
) -> None:
    """Each name of the signature, or digit, stands for one size; results have no dimensions beside these."""
    if len(names) != len(shapes):
        raise errors.make(
            errors.ShapeError, "vectorize", f"expected {len(names)} arrays for {signature!r} but got {len(shapes)}"
        )
    for core, shape in zip(names, shapes, strict=True):
        own = shape[len(shape) - len(core) :]
        wanted = [int(n) if n.isdigit() else sizes.setdefault(n, m) for n, m in zip(core, own, strict=False)]
        if len(shape) < len(core) or list(own) != wanted or (is_result and len(shape) > len(core)):
            raise errors.make(
                errors.ShapeError, "vectorize",
                f"expected arrays that end as {signature!r} says, with {sizes}, but got shape {shape}",
            )  # fmt: skip


def vectorize(pyfunc: Callable[..., Any], *, excluded: Any = frozenset(), signature: str | None = None) -> Any:
    """`pyfunc`, written for single elements (or the arrays of `signature`), on arrays that broadcast.

    Args:
      pyfunc: a function of arrays that can be traced; it returns one array or a tuple.
      excluded: positions and names of arguments that are passed as they are, as None is if there is no signature.
      signature: the last dimensions of each argument and result, such as "(n,m),(m)->(n)".

    Returns:
      A function. Arguments given by name are passed as they are.

    Raises:
      ShapeError: a signature that cannot be read, or that arguments or results do not fit.

    >>> import wengert.numpy as wnp
    >>> vectorize(lambda a, b: a + b)(wnp.ones((2, 1)), wnp.ones(3)).shape
    (2, 3)
    """
    groups = None if signature is None else _core(signature)
    if not all(isinstance(e, int | str) and (isinstance(e, str) or e >= 0) for e in excluded):
        kind = ValueError if all(isinstance(e, int | str) for e in excluded) else TypeError
        raise kind(f"vectorize: expected positions and names to exclude but got {excluded!r}")

    @functools.wraps(pyfunc)
    def function(*args: Any, **kwargs: Any) -> Any:
        from wengert.batching import vmap

        absent = {k for k, a in enumerate(args) if a is None}
        if groups is not None and absent - set(excluded):
            raise errors.make(
                errors.ShapeError, "vectorize", f"expected arrays for {signature!r} but got None at {sorted(absent)}",
                remedy="exclude the argument, or leave the signature out: None is then passed as it is",
            )  # fmt: skip
        mapped = [k for k in range(len(args)) if k not in excluded and k not in absent]
        xs = {k: as_array("vectorize", args[k]) for k in mapped}
        cores = [[] for _ in mapped] if groups is None else groups[0]
        sizes: dict[str, int] = {}
        _check_sizes(cores, [xs[k].shape for k in mapped], sizes, signature)
        ranks = {k: len(core) for k, core in zip(mapped, cores, strict=True)}
        loop = broadcast_shapes("vectorize", (), *(x.shape[: x.ndim - ranks[k]] for k, x in xs.items()))

        def call(*values: Any) -> Any:
            given = iter(values)
            out = pyfunc(*(next(given) if k in xs else a for k, a in enumerate(args)), **kwargs)
            if groups is not None:
                outs = out if isinstance(out, tuple) else (out,)
                _check_sizes(groups[1], [as_array("vectorize", o).shape for o in outs], sizes, signature, True)
            return out

        values = [broadcast(x, loop + x.shape[x.ndim - ranks[k] :]) for k, x in xs.items()]
        for _ in loop:
            call = vmap(call)
        return call(*values)

    return function


def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """`func1d` of every vector along `axis`; the dimensions of its results are where the vector was.

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
    new = out.ndim - arr.ndim + 1
    return moveaxis(out, tuple(range(-new, 0)), tuple(range(axis, axis + new))) if new else out


def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Any:
    """`func(a, axis)`, such as `sum`, for one axis after the other; axes that it removes stay with size 1.

    Args:
      func: a function of an array and an axis, whose result has as many dimensions or one less.
      a: an array.
      axes: an int or several.

    Raises:
      ShapeError: the result has another number of dimensions.

    >>> import wengert.numpy as wnp
    >>> apply_over_axes(wnp.sum, wnp.ones((2, 3, 4)), (0, 2)).tolist()
    [[[8.0], [8.0], [8.0]]]
    """
    x = as_array("apply_over_axes", a)
    for axis in axes if isinstance(axes, (tuple, list)) else (axes,):
        d = axis_index("apply_over_axes", axis, x.ndim)
        out = as_array("apply_over_axes", func(x, d))
        out = lax.expand_dims(out, (d,)) if out.ndim == x.ndim - 1 else out
        if out.ndim != x.ndim:
            raise errors.make(
                errors.ShapeError, "apply_over_axes", f"expected {x.ndim} dimensions, or one less, but got {out.shape}"
            )
        x = out
    return x


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
