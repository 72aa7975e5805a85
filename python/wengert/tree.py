# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pytrees under the short names of `jax.tree`: `tree.map`, `tree.leaves`, ... See `wengert.tree_util`.

>>> import wengert.tree as tree
>>> tree.map(lambda x: x + 1, {"a": 1, "b": (2, 3)})
{'a': 2, 'b': (3, 4)}
"""

from wengert.tree_util import static
from wengert.tree_util import tree_all as all
from wengert.tree_util import tree_broadcast as broadcast
from wengert.tree_util import tree_flatten as flatten
from wengert.tree_util import tree_flatten_with_path as flatten_with_path
from wengert.tree_util import tree_leaves as leaves
from wengert.tree_util import tree_leaves_with_path as leaves_with_path
from wengert.tree_util import tree_map as map
from wengert.tree_util import tree_map_with_path as map_with_path
from wengert.tree_util import tree_reduce as reduce
from wengert.tree_util import tree_reduce_associative as reduce_associative
from wengert.tree_util import tree_structure as structure
from wengert.tree_util import tree_transpose as transpose
from wengert.tree_util import tree_unflatten as unflatten

__all__ = [
    "all", "broadcast", "flatten", "flatten_with_path", "leaves", "leaves_with_path", "map", "map_with_path", "reduce",
    "reduce_associative", "static", "structure", "transpose", "unflatten",
]  # fmt: skip
