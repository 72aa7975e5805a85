# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pytrees of arrays as one vector, for algorithms that speak of vectors."""

from __future__ import annotations

import math
from typing import Any

from wengert import dtypes
from wengert import numpy as wnp
from wengert.lax._operands import as_array, convert, promote
from wengert.tree_util import tree_flatten, tree_unflatten

__all__ = ["Layout"]


class Layout:
    """How the leaves of a pytree lie in one vector of the type that they promote to.

    Attributes:
      size: of the vector.
      structure: of the pytree.
      shapes, dtypes: of its leaves; integers become floats.

    >>> layout = Layout("f", {"a": wnp.ones(2), "b": wnp.zeros((1, 1))})
    >>> layout.join({"a": wnp.ones(2), "b": wnp.zeros((1, 1))})
    Array([1., 1., 0.], dtype=float32)
    """

    def __init__(self, function: str, tree: Any):
        self.function = function
        leaves, self.structure = tree_flatten(tree)
        arrays = [as_array(function, x) for x in leaves]
        self.shapes = [x.shape for x in arrays]
        self.dtypes = [dtypes.to_inexact(x.dtype) for x in arrays]
        self.size = sum(map(math.prod, self.shapes))

    def typed(self, tree: Any) -> Any:
        """The pytree with leaves of the types of this layout."""
        leaves = [as_array(self.function, x) for x in tree_flatten(tree)[0]]
        return tree_unflatten(self.structure, [convert(x, d) for x, d in zip(leaves, self.dtypes, strict=True)])

    def join(self, tree: Any) -> Any:
        """The vector of a pytree of this structure."""
        leaves = promote(self.function, [as_array(self.function, x) for x in tree_flatten(tree)[0]], inexact=True)
        if not leaves:
            return wnp.zeros(0)
        parts = [x if x.ndim == 1 else wnp.ravel(x) for x in leaves]
        return parts[0] if len(parts) == 1 else wnp.concatenate(parts)

    def split(self, vectors: Any) -> Any:
        """The pytree of a vector; leading dimensions stay those of the leaves."""
        batch, at, leaves = vectors.shape[:-1], 0, []
        for shape, dtype in zip(self.shapes, self.dtypes, strict=True):
            size = math.prod(shape)
            part = vectors if size == self.size else vectors[..., at : at + size]
            at += size
            part = part.real if part.dtype.kind == "c" and dtype.kind != "c" else part
            part = part if part.shape == (*batch, *shape) else wnp.reshape(part, (*batch, *shape))
            leaves.append(convert(part, dtype))
        return tree_unflatten(self.structure, leaves)
