# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A tree as one vector and back: `ravel_pytree`. Names of `jax.flatten_util`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert import numpy as wnp
from wengert.trace import aval_of
from wengert.tree_util import register_static, tree_flatten, tree_unflatten

__all__ = ["ravel_pytree"]


def ravel_pytree(pytree: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The leaves of a tree one after the other in a vector, and the function that makes a tree of such a vector.

    The vector has the type that the leaves promote to; each leaf of the tree that is made gets its own type back, or,
    if all leaves are of one type, that of the vector given.
    Both directions can be traced, differentiated, batched and compiled.

    Args:
      pytree: arrays and numbers in any tree.

    Returns:
      An array of shape `(n,)` for `n` elements, and a function of an array of that shape and type.

    Raises:
      ShapeError: the function is called with an array of another shape.
      DtypeError: the leaves have several types and the function is called with an array of another type.

    >>> import wengert.numpy as wnp
    >>> vector, unravel = ravel_pytree({"w": wnp.ones((2, 2)), "b": 3})
    >>> vector
    Array([3., 1., 1., 1., 1.], dtype=float32)
    >>> unravel(vector * 2)["b"]
    Array(6, dtype=int32)
    """
    leaves, treedef = tree_flatten(pytree)
    if not leaves:
        return wnp.zeros(0), _Unravel(treedef, (), (), dtypes.default_float())
    avals = [aval_of(x) for x in leaves]
    dtype = dtypes.result_type(*(a.dtype for a in avals))  # a Python number counts as an array of its type
    vector = wnp.concatenate([wnp.ravel(wnp.asarray(x)).astype(dtype) for x in leaves])
    shapes, types = tuple(a.shape for a in avals), tuple(np.dtype(a.dtype) for a in avals)
    return vector, _Unravel(treedef, shapes, types, dtype)


@register_static
class _Unravel:
    """Makes a tree of a vector. Two are equal if they make the same trees, so that compiled functions take them."""

    def __init__(
        self, treedef: Any, shapes: Sequence[tuple[int, ...]], types: Sequence[np.dtype], dtype: np.dtype
    ) -> None:
        self.key = treedef, tuple(shapes), tuple(types), dtype

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Unravel) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __call__(self, vector: Any) -> Any:
        treedef, shapes, types, dtype = self.key
        sizes = [math.prod(s) for s in shapes]
        got = aval_of(vector)
        if got.shape != (sum(sizes),):
            raise errors.make(
                errors.ShapeError, "unravel", f"expected an array of shape ({sum(sizes)},) but got {got.shape}",
                remedy="pass a vector like the one that ravel_pytree gave",
            )  # fmt: skip
        # Of leaves of one type the vector may be of another, which the leaves then are as well: gradients, masks.
        types = tuple(got.dtype for _ in types) if all(kind == dtype for kind in types) else types
        if got.dtype != dtype and any(kind != got.dtype for kind in types):
            raise errors.make(
                errors.DtypeError, "unravel", f"expected an array of {dtype} but got {got.dtype}",
                remedy=f"convert it with .astype({dtype.name!r})",
            )  # fmt: skip
        vector, start, leaves = wnp.asarray(vector), 0, []
        for shape, kind, size in zip(shapes, types, sizes, strict=True):
            part = vector[start : start + size].reshape(shape)
            if got.dtype.kind == "c" and kind.kind != "c":
                part = part.real
            leaves.append(part.astype(kind))
            start += size
        return tree_unflatten(treedef, leaves)
