# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that move elements around take arrays of keys as well: each is mapped over the words of the keys."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from wengert import errors
from wengert.tree_util import tree_flatten, tree_leaves, tree_map, tree_unflatten

OF_NUMPY = (
    "append", "atleast_1d", "broadcast_to", "concatenate", "copy", "expand_dims", "flip", "hstack", "moveaxis",
    "ravel", "repeat", "reshape", "roll", "split", "squeeze", "stack", "swapaxes", "take", "tile", "transpose",
    "vstack", "where",
)  # fmt: skip
OF_LAX = (
    "broadcast", "broadcast_in_dim", "collapse", "concatenate", "dynamic_index_in_dim", "dynamic_slice",
    "dynamic_slice_in_dim", "dynamic_update_index_in_dim", "dynamic_update_slice", "dynamic_update_slice_in_dim",
    "expand_dims", "gather", "index_in_dim", "index_take", "reshape", "rev", "scatter", "select", "select_n", "slice",
    "slice_in_dim", "split", "squeeze", "tile", "transpose",
)  # fmt: skip


def is_keys(x: Any) -> bool:
    """Whether `x` is an array of keys (`wengert.random.PRNGKeyArray`)."""
    return hasattr(type(x), "wrap_words")


def accepting_keys(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which does nothing but move elements, on keys too."""

    @functools.wraps(function)
    def mover(*args: Any, **kwargs: Any) -> Any:
        try:  # numbers come more often, and should not wait for a look at all arguments
            return function(*args, **kwargs)
        except errors.WengertError:
            if not any(map(is_keys, tree_leaves((args, kwargs), is_leaf=is_keys))):
                raise
        return _on_words(function, args, kwargs)

    return mover


def _on_words(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    from wengert.batching import vmap

    leaves, tree = tree_flatten((args, kwargs), is_leaf=lambda x: x is None or is_keys(x))
    at = [i for i, x in enumerate(leaves) if is_keys(x)]
    wrap = leaves[at[0]].wrap_words

    def on_word(*words: Any) -> Any:
        given = list(leaves)
        for i, word in zip(at, words, strict=True):
            given[i] = word
        positional, named = tree_unflatten(tree, given)
        return function(*positional, **named)

    return tree_map(wrap, vmap(on_word, in_axes=-1, out_axes=-1)(*[leaves[i].words for i in at]))
