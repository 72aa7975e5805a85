# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax._src.tree_util`: the registry of the classes that are nodes of trees, of which flax asks what is in it."""

from wengert.tree_util import is_tree_node

__all__ = ["_registry"]


class _Registry:
    def __contains__(self, cls: object) -> bool:
        return isinstance(cls, type) and is_tree_node(cls)


_registry = _Registry()
