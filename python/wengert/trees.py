# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trees as the package itself sees them: down to arrays. `wengert.tree_util` is how programs see them.

The one difference: a typed key is a leaf to programs and a node to the package, with the array of its words as child.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Hashable, Iterable
from typing import Any, cast

import optree
from optree import PyTreeSpec as PyTreeDef

from wengert import errors
from wengert.tree_keys import DictKey, FlattenedIndexKey, GetAttrKey, KeyEntry, KeyPath, SequenceKey, keystr

__all__ = [
    "KEYS", "LEAVES", "OPTIONS", "OWN", "Partial", "PyTreeDef", "keystr", "mismatch", "register_pytree_node",
    "tree_flatten", "tree_flatten_with_path", "tree_leaves", "tree_map", "tree_structure", "tree_unflatten",
    "with_sorted_dicts",
]  # fmt: skip

_NAMESPACE = "wengert"
OPTIONS: dict[str, Any] = {"none_is_leaf": False, "namespace": _NAMESPACE}

# Classes of their own, and those whose children have keys: the same for all objects, or () where each has its own.
OWN: set[type] = set()
KEYS: dict[type, tuple[KeyEntry, ...]] = {}
# Classes that are nodes to the package and leaves to programs.
LEAVES: set[type] = set()


@functools.lru_cache(maxsize=4096)
def with_sorted_dicts(treedef: PyTreeDef) -> PyTreeDef:
    """The structure that makes dicts in the order of their sorted keys: optree keeps that of the first dict."""

    def node(spec: PyTreeDef) -> PyTreeDef:
        if spec.type is not dict:
            return spec
        return optree.treespec_dict(dict(zip(spec.entries(), spec.children(), strict=True)), **OPTIONS)

    return optree.treespec_transform(treedef, node)


def tree_flatten(tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> tuple[list[Any], PyTreeDef]:
    """The leaves, and the structure that puts them together again."""
    leaves, treedef = optree.tree_flatten(tree, is_leaf, **OPTIONS)
    return leaves, with_sorted_dicts(treedef)


def tree_unflatten(treedef: PyTreeDef, leaves: Iterable[Any]) -> Any:
    """The tree of a structure and its leaves.

    Raises:
      TreeError: another number of leaves.
    """
    leaves = list(leaves)
    if len(leaves) != treedef.num_leaves:
        raise errors.make(
            errors.TreeError, "tree_unflatten", f"expected {treedef.num_leaves} leaves but got {len(leaves)}"
        )
    return optree.tree_unflatten(treedef, leaves)


def tree_leaves(tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> list[Any]:
    """The leaves."""
    return optree.tree_leaves(tree, is_leaf, **OPTIONS)


def tree_structure(tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> PyTreeDef:
    """The structure."""
    return with_sorted_dicts(optree.tree_structure(tree, is_leaf, **OPTIONS))


def mismatch(function: str, error: Exception) -> errors.WengertError:
    """That trees are not of one structure."""
    return errors.make(
        errors.TreeError, function, f"expected trees of one structure but got others: {error}",
        remedy="compare wengert.tree.structure of both",
    )  # fmt: skip


def tree_map(f: Callable[..., Any], tree: Any, *rest: Any, is_leaf: Callable[[Any], bool] | None = None) -> Any:
    """`f` of every leaf (and of the parts of the other trees at its place), in the structure of the first tree.

    Raises:
      TreeError: another tree does not begin with that structure.
    """
    leaves, treedef = tree_flatten(tree, is_leaf)
    try:
        columns = [leaves] + [treedef.flatten_up_to(r) for r in rest]
    except (ValueError, TypeError) as error:
        raise mismatch("tree_map", error) from None
    return optree.tree_unflatten(treedef, map(f, *columns))


def _key(accessor_entry: Any) -> KeyEntry:
    entry = accessor_entry.entry
    own = KEYS.get(accessor_entry.type)
    if own is not None:
        return own[entry] if own else entry
    if isinstance(accessor_entry, optree.GetAttrEntry):
        return GetAttrKey(entry)
    if isinstance(accessor_entry, optree.NamedTupleEntry):
        return GetAttrKey(accessor_entry.field)
    if accessor_entry.type in OWN:
        return FlattenedIndexKey(entry)
    if isinstance(accessor_entry, optree.MappingEntry):
        return DictKey(entry)
    if isinstance(accessor_entry, optree.SequenceEntry):
        return SequenceKey(entry)
    return FlattenedIndexKey(entry)


def tree_flatten_with_path(
    tree: Any, is_leaf: Callable[[Any], bool] | None = None
) -> tuple[list[tuple[KeyPath, Any]], PyTreeDef]:
    """The leaves with their paths, and the structure."""
    accessors, leaves, treedef = optree.tree_flatten_with_accessor(tree, is_leaf, **OPTIONS)
    paths = [(tuple(map(_key, a)), leaf) for a, leaf in zip(accessors, leaves, strict=True)]
    return paths, with_sorted_dicts(treedef)


def register_pytree_node(
    nodetype: type,
    flatten_func: Callable[[Any], tuple[Iterable[Any], Hashable]],
    unflatten_func: Callable[[Any, Iterable[Any]], Any],
    flatten_with_keys_func: Callable[[Any], tuple[Iterable[Any], Hashable]] | None = None,
) -> None:
    """Make a class a kind of tree node.

    Args:
      nodetype: the class.
      flatten_func: gives the children and what else belongs to the structure (hashable).
      unflatten_func: makes an object of that and the children.
      flatten_with_keys_func: gives pairs (key, child) instead of children, for paths.

    >>> class Box:
    ...     def __init__(self, value): self.value = value
    >>> register_pytree_node(Box, lambda b: ((b.value,), None), lambda _, c: Box(*c))
    >>> tree_map(lambda x: x + 1, Box(1)).value
    2
    """

    def flatten(x: Any) -> tuple[Any, ...]:
        children, aux = _flattened(nodetype, flatten_func(x))
        return children, aux, None

    def flatten_with_keys(x: Any) -> tuple[Any, ...]:
        pairs, aux = _flattened(nodetype, cast(Any, flatten_with_keys_func)(x))
        return tuple(child for _, child in pairs), aux, tuple(key for key, _ in pairs)

    with warnings.catch_warnings():  # that a namedtuple is a node without it
        warnings.simplefilter("ignore", UserWarning)
        optree.register_pytree_node(
            nodetype, flatten_with_keys if flatten_with_keys_func is not None else flatten, unflatten_func,
            namespace=_NAMESPACE,
        )  # fmt: skip
    OWN.add(nodetype)
    if flatten_with_keys_func is not None:
        KEYS[nodetype] = ()


def _flattened(nodetype: type, out: Any) -> tuple[tuple[Any, ...], Any]:
    """What a flattening function gave: the children as a tuple, and the rest."""
    try:
        children, aux = out
        each = iter(children)
    except (TypeError, ValueError):
        raise errors.make(
            errors.TreeError,
            "tree_flatten",
            "expected a pair (children, auxiliary data), the children iterable, of the flattening function of "
            f"{nodetype.__name__} but got {out!r}",
        ) from None
    return tuple(each), aux


class Partial(functools.partial):
    """`functools.partial` that is a tree node: its arguments are children, its function belongs to the structure.

    It does not merge with a `functools.partial` that it is given: the arguments of that one are no children.

    >>> p = Partial(pow, 2)
    >>> tree_leaves(p), p(3)
    ([2], 8)
    """

    def __new__(cls, func: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
        if isinstance(func, functools.partial) and not isinstance(func, Partial):
            func = _Opaque(func)
        return super().__new__(cls, func, *args, **keywords)


class _Opaque:
    """A `functools.partial` behind a function that functools does not merge with another; equal to it."""

    def __init__(self, function: Callable[..., Any]):
        self.function = function
        functools.update_wrapper(self, function)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self.function(*args, **keywords)

    def __hash__(self) -> int:
        return hash(self.function)

    def __eq__(self, other: object) -> bool:
        return self.function == (other.function if isinstance(other, _Opaque) else other)

    def __repr__(self) -> str:
        return repr(self.function)


register_pytree_node(
    Partial,
    lambda p: ((p.args, p.keywords), p.func),
    lambda func, children: (lambda args, keywords: Partial(func, *args, **keywords))(*cast(Any, children)),
)
KEYS[Partial] = (GetAttrKey("args"), GetAttrKey("keywords"))
