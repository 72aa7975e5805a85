# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that move or compare elements take arrays of keys as well: each is mapped over the words of the keys."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from wengert import errors
from wengert.tree_util import tree_flatten, tree_leaves, tree_map, tree_unflatten

OF_NUMPY = (
    "append", "array", "asarray", "atleast_1d", "broadcast_to", "concatenate", "copy", "empty_like", "expand_dims",
    "flip", "full_like", "hstack", "moveaxis", "ravel", "repeat", "reshape", "roll", "split", "squeeze", "stack",
    "swapaxes", "take", "tile", "transpose", "vstack", "where", "zeros_like",
)  # fmt: skip
OF_LAX = (
    "broadcast", "broadcast_in_dim", "collapse", "concatenate", "dynamic_index_in_dim", "dynamic_slice",
    "dynamic_slice_in_dim", "dynamic_update_index_in_dim", "dynamic_update_slice", "dynamic_update_slice_in_dim",
    "expand_dims", "full_like", "gather", "index_in_dim", "index_take", "reshape", "rev", "scatter", "select",
    "select_n", "slice", "slice_in_dim", "split", "squeeze", "tile", "transpose",
)  # fmt: skip


# Comparisons, with what joins those of the words.
COMPARISONS = {"eq": "all", "equal": "all", "ne": "any", "not_equal": "any"}


def is_keys(x: Any) -> bool:
    """Whether `x` is an array of keys (`wengert.random.PRNGKeyArray`)."""
    return hasattr(type(x), "wrap_words")


def accepting_keys(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, which moves elements or compares two arrays of them, on keys too."""
    joined = COMPARISONS.get(getattr(function, "__name__", ""))

    @functools.wraps(function)
    def on_keys_too(*args: Any, **kwargs: Any) -> Any:
        try:  # numbers come more often, and should not wait for a look at all arguments
            return function(*args, **kwargs)
        except (errors.WengertError, TypeError):
            if not any(map(is_keys, tree_leaves((args, kwargs), is_leaf=is_keys))):
                raise
        return _on_words(function, args, kwargs, joined)

    return on_keys_too


def _on_words(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], joined: str | None) -> Any:
    from wengert import numpy as wnp
    from wengert.batching import vmap

    leaves, tree = tree_flatten((args, kwargs), is_leaf=lambda x: x is None or is_keys(x))
    at = [i for i, x in enumerate(leaves) if is_keys(x)]
    if joined and len(at) != len(leaves):
        name = getattr(function, "__name__", "comparison")
        others = [x for x in leaves if not is_keys(x)]
        got = ", ".join(type(x).__name__ for x in others)
        raise errors.make(
            errors.DtypeError,
            name,
            f"expected keys on both sides but got {got}",
            remedy="compare random.key_data(keys)",
        )
    wrap = leaves[at[0]].wrap_words

    def on_word(*words: Any) -> Any:
        given = list(leaves)
        for i, word in zip(at, words, strict=True):
            given[i] = word
        positional, named = tree_unflatten(tree, given)
        return function(*positional, **named)

    out = vmap(on_word, in_axes=-1, out_axes=-1)(*[leaves[i].words for i in at])
    return getattr(wnp, joined)(out, -1) if joined else tree_map(wrap, out)


class KeysAt:
    """`keys.at`: index it, then `get()` the keys there, or `set(keys)`."""

    __slots__ = ("_keys", "_index")

    def __init__(self, keys: Any, index: Any = None):
        self._keys, self._index = keys, index

    def __getitem__(self, index: Any) -> KeysAt:
        return KeysAt(self._keys, index_of_words(index))

    def get(self, **modes: Any) -> Any:
        """The keys at the index."""
        return self._keys.wrap_words(self._keys.words.at[self._index].get(**modes))

    def set(self, keys: Any, **modes: Any) -> Any:
        """The array with `keys` at the index."""
        if not is_keys(keys):
            raise errors.make(errors.DtypeError, "at[].set", f"expected keys but got {type(keys).__name__}")
        return self._keys.wrap_words(self._keys.words.at[self._index].set(keys.words, **modes))


def index_of_words(index: Any) -> tuple[Any, ...]:
    """The index of the words of the keys at `index`."""
    index = index if isinstance(index, tuple) else (index,)
    if not any(i is Ellipsis for i in index):
        index = (*index, Ellipsis)
    return (*index, slice(None))
