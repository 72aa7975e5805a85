# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.api_util`: functions of trees as functions of their leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from wengert.avals import ShapedArray
from wengert.compat.names.extend import safe_map
from wengert.compat.names.linear_util import WrappedFun
from wengert.stages import type_like
from wengert.tree_util import tree_flatten, tree_unflatten

__all__ = [
    "DebugInfo", "debug_info", "flatten_fun", "flatten_fun_nokwargs", "safe_map", "shaped_abstractify",
]  # fmt: skip


class DebugInfo(NamedTuple):
    """Which function is traced, and for which transformation."""

    traced_for: str
    func_name: str


def debug_info(traced_for: str, fun: Callable[..., Any], *_: Any, **__: Any) -> DebugInfo:
    """The names of a function and of what it is traced for.

    >>> debug_info("jit", abs, (1,), {}).func_name
    'abs'
    """
    return DebugInfo(traced_for, str(getattr(fun, "__name__", fun)))


def _flat(fun: WrappedFun, in_tree: Any, keywords: bool) -> tuple[WrappedFun, Callable[[], Any]]:
    trees: list[Any] = []

    def called(*leaves: Any) -> list[Any]:
        given = tree_unflatten(in_tree, leaves)
        args, kwargs = given if keywords else (given, {})
        flat, tree = tree_flatten(fun.call_wrapped(*args, **kwargs))
        trees[:] = [tree]
        return flat

    called.__name__ = fun.__name__
    return WrappedFun(called, debug_info=fun.debug_info), lambda: trees[0]


def flatten_fun(fun: WrappedFun, in_tree: Any) -> tuple[WrappedFun, Callable[[], Any]]:
    """A function of leaves for one of trees, and a function that gives the tree of the result after a call.

    Args:
      in_tree: the structure of (args, kwargs).
    """
    return _flat(fun, in_tree, True)


def flatten_fun_nokwargs(fun: WrappedFun, in_tree: Any) -> tuple[WrappedFun, Callable[[], Any]]:
    """As `flatten_fun`, for the structure of the positional arguments alone.

    >>> leaves, tree = tree_flatten(((1, 2), {"a": 3}))
    >>> flat, out_tree = flatten_fun_nokwargs(WrappedFun(lambda t, d: [t[0] + t[1], d["a"]]), tree)
    >>> flat.call_wrapped(*leaves), tree_unflatten(out_tree(), "xy")
    ([3, 3], ['x', 'y'])
    """
    return _flat(fun, in_tree, False)


def shaped_abstractify(x: Any) -> ShapedArray:
    """The type of an array, a number or a ShapeDtypeStruct.

    >>> shaped_abstractify(1.0)
    ShapedArray(float32[], weak_type=True)
    """
    like = type_like(x)
    return ShapedArray(like.shape, like.dtype, bool(getattr(like, "weak_type", False)))
