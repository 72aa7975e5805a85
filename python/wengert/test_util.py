# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks of derivatives against finite differences. Names of `jax.test_util`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import dtypes
from wengert.autodiff import jvp, vjp
from wengert.tree_util import tree_flatten, tree_leaves, tree_map, tree_unflatten

__all__ = ["check_grads", "check_jvp", "check_vjp"]

# Steps and tolerances of central differences by the size of the real part of an element.
_STEPS = {2: 1e-1, 4: 1e-2, 8: 1e-6}
_TOLERANCES = {2: 1e-1, 4: 5e-3, 8: 1e-5}


def _dtype(x: Any) -> np.dtype:
    own = getattr(x, "dtype", None)
    return dtypes.float0 if own == dtypes.float0 else dtypes.dtype_and_weak(x)[0]


def _inexact(tree: Any) -> list[Any]:
    return [x for x in tree_leaves(tree) if dtypes.is_inexact(_dtype(x))]


def _width(tree: Any) -> int:
    """The bytes of the real part of the narrowest element."""
    found = [_dtype(x) for x in tree_leaves(tree)]
    return min((d.itemsize // (2 if d.kind == "c" else 1) for d in found if dtypes.is_inexact(d)), default=4)


def _direction(rng: np.random.Generator, x: Any) -> Any:
    array = np.asarray(x)
    dtype = _dtype(x)
    if not dtypes.is_inexact(dtype):
        return np.zeros(array.shape, dtypes.float0)
    drawn = rng.standard_normal(array.shape)
    if dtype.kind == "c":
        drawn = drawn + 1j * rng.standard_normal(array.shape)
    return np.asarray(drawn).astype(dtype)


def _moved(tree: Any, direction: Any, step: float) -> Any:
    def move(x: Any, d: Any) -> Any:
        return x if d.dtype == dtypes.float0 else (np.asarray(x) + step * d.astype(np.asarray(x).dtype)).astype(d.dtype)

    return tree_map(move, tree, direction)


def _differences(f: Callable[..., Any], args: Any, direction: Any, step: float) -> Any:
    def difference(a: Any, b: Any) -> Any:
        a, b = np.asarray(a), np.asarray(b)
        return a if a.dtype == dtypes.float0 else (a - b) / (2 * step)

    return tree_map(difference, f(*_moved(args, direction, step)), f(*_moved(args, direction, -step)))


def _close(where: str, got: Any, wanted: Any, atol: float, rtol: float) -> None:
    for g, w in zip(tree_leaves(got), tree_leaves(wanted), strict=True):
        if np.asarray(g).dtype != dtypes.float0:
            np.testing.assert_allclose(
                np.asarray(g), np.asarray(w), atol=atol, rtol=rtol,
                err_msg=f"{where}: the derivative and finite differences disagree",
            )  # fmt: skip


def _limits(args: Any, atol: Any, rtol: Any, eps: Any) -> tuple[float, float, float]:
    width = _width(args)
    default = _TOLERANCES[width]
    return default if atol is None else atol, default if rtol is None else rtol, eps or _STEPS[width]


def check_jvp(
    f: Callable[..., Any], f_jvp: Callable[..., Any], args: Sequence[Any], atol: Any = None, rtol: Any = None,
    eps: Any = None, err_msg: str = "",
) -> None:  # fmt: skip
    """Compare `f_jvp(primals, tangents)` with central differences of `f` in a random direction.

    Raises:
      AssertionError: they disagree.

    >>> import wengert as wg
    >>> check_jvp(wg.numpy.sin, lambda p, t: wg.jvp(wg.numpy.sin, p, t), (0.5,))
    """
    atol, rtol, eps = _limits(args, atol, rtol, eps)
    rng = np.random.default_rng(0)
    direction = tree_map(lambda x: _direction(rng, x), tuple(args))
    value, tangent = f_jvp(tuple(args), direction)
    _close(f"{err_msg} value of the jvp", value, f(*args), atol, rtol)
    _close(f"{err_msg} jvp", tangent, _differences(f, tuple(args), direction, eps), atol, rtol)


def check_vjp(
    f: Callable[..., Any], f_vjp: Callable[..., Any], args: Sequence[Any], atol: Any = None, rtol: Any = None,
    eps: Any = None, err_msg: str = "",
) -> None:  # fmt: skip
    """Compare the products of cotangents from `f_vjp(*args)` with central differences of `f`.

    Raises:
      AssertionError: they disagree.

    >>> import wengert as wg
    >>> check_vjp(wg.numpy.sin, lambda x: wg.vjp(wg.numpy.sin, x), (0.5,))
    """
    atol, rtol, eps = _limits(args, atol, rtol, eps)
    rng = np.random.default_rng(0)
    value, pullback = f_vjp(*args)
    _close(f"{err_msg} value of the vjp", value, f(*args), atol, rtol)
    direction = tree_map(lambda x: _direction(rng, x), tuple(args))
    cotangent = tree_map(lambda x: _direction(rng, x), value)
    forward = _inner(cotangent, _differences(f, tuple(args), direction, eps))
    _close(f"{err_msg} vjp", _inner(pullback(cotangent), direction), forward, atol, rtol)


def _inner(a: Any, b: Any) -> Any:
    pairs = zip(tree_leaves(a), tree_leaves(b), strict=True)
    return sum(
        np.sum(np.real(np.asarray(x, np.result_type(x, np.float64)) * np.asarray(y)))
        for x, y in pairs
        if np.asarray(x).dtype != dtypes.float0 and np.asarray(y).dtype != dtypes.float0
    )


def check_grads(
    f: Callable[..., Any], args: Sequence[Any], order: int, modes: Sequence[str] = ("fwd", "rev"), atol: Any = None,
    rtol: Any = None, eps: Any = None,
) -> None:  # fmt: skip
    """Compare the derivatives of `f` up to an order, in both modes and their mixtures, with finite differences.

    Args:
      args: where.
      order: the highest derivative.
      modes: "fwd", "rev" or both.
      atol, rtol, eps: tolerances and step; by default what central differences can give in the type of `args`.

    Raises:
      AssertionError: they disagree.

    >>> import wengert.numpy as wnp
    >>> check_grads(lambda x: wnp.sin(x) * x, (0.5,), order=2)
    """
    args = tuple(args)
    unknown = set(modes) - {"fwd", "rev"}
    if unknown:
        raise ValueError(f"check_grads: expected the modes 'fwd' and 'rev' but got {sorted(unknown)}")
    if "fwd" in modes:
        check_jvp(f, lambda p, t: jvp(f, p, t), args, atol, rtol, eps)
        if order > 1:
            rng = np.random.default_rng(1)
            direction = tree_map(lambda x: _direction(rng, x), args)
            check_grads(lambda *a: _inexact(jvp(f, a, direction)), args, order - 1, modes, atol, rtol, eps)
    if "rev" in modes:
        check_vjp(f, lambda *a: vjp(f, *a), args, atol, rtol, eps)
        if order > 1:
            leaves, structure = tree_flatten(f(*args))
            rng = np.random.default_rng(2)
            cotangent = tree_unflatten(structure, [_direction(rng, x) for x in leaves])

            def pulled(*a: Any) -> Any:
                value, pullback = vjp(f, *a)
                return _inexact((value, pullback(cotangent)))

            check_grads(pulled, args, order - 1, modes, atol, rtol, eps)
