# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that move elements around take arrays of keys as well: each is mapped over the words of the keys."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from wengert.tree_util import tree_flatten, tree_map, tree_unflatten

MOVERS = (
    "append", "atleast_1d", "broadcast_to", "concatenate", "copy", "expand_dims", "flip", "hstack", "moveaxis",
    "ravel", "repeat", "reshape", "roll", "split", "squeeze", "stack", "swapaxes", "take", "tile", "transpose",
    "vstack", "where",
)  # fmt: skip


def is_keys(x: Any) -> bool:
    """Whether `x` is an array of keys (`wengert.random.PRNGKeyArray`)."""
    return hasattr(type(x), "wrap_words")


def accepting_keys(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which does nothing but move elements, on keys too."""

    @functools.wraps(function)
    def mover(*args: Any, **kwargs: Any) -> Any:
        for x in args:
            if is_keys(x) or (type(x) in (list, tuple) and x and is_keys(x[0])):
                return _on_words(function, args, kwargs)
        return function(*args, **kwargs)

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
