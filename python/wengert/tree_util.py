# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pytrees: nested tuples, lists, dicts, dataclasses and own classes whose leaves are arrays. Names of `jax.tree_util`.

The work is optree's. As in JAX, None is a tree without leaves and dicts are walked in the order of their sorted keys.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, cast

import optree
from optree import PyTreeSpec as PyTreeDef

from wengert import errors
from wengert.tree_fields import fields_of, static
from wengert.tree_keys import DictKey, FlattenedIndexKey, GetAttrKey, KeyEntry, KeyPath, SequenceKey, keystr

__all__ = [
    "DictKey", "FlattenedIndexKey", "GetAttrKey", "KeyEntry", "KeyPath", "Partial", "PyTreeDef", "SequenceKey",
    "all_leaves", "build_tree", "default_registry", "flatten_one_level", "flatten_one_level_with_keys",
    "is_tree_node", "keystr", "register_dataclass", "register_pytree_node", "register_pytree_node_class",
    "register_pytree_with_keys", "register_pytree_with_keys_class", "register_static", "static", "tree_all",
    "tree_broadcast", "tree_flatten", "tree_flatten_with_path", "tree_leaves", "tree_leaves_with_path", "tree_map",
    "tree_map_with_path", "tree_reduce", "tree_reduce_associative", "tree_structure", "tree_transpose",
    "tree_unflatten", "treedef_children", "treedef_is_leaf", "treedef_tuple",
]  # fmt: skip

_NAMESPACE = "wengert"
_NOTHING: Any = object()
_options: dict[str, Any] = {"none_is_leaf": False, "namespace": _NAMESPACE}


@functools.lru_cache(maxsize=4096)
def _with_sorted_dicts(treedef: PyTreeDef) -> PyTreeDef:
    """The structure that makes dicts in the order of their sorted keys: optree keeps that of the first dict."""

    def node(spec: PyTreeDef) -> PyTreeDef:
        if spec.type is not dict:
            return spec
        return optree.treespec_dict(dict(zip(spec.entries(), spec.children(), strict=True)), **_options)

    return optree.treespec_transform(treedef, node)


def tree_flatten(tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> tuple[list[Any], PyTreeDef]:
    """The leaves, and the structure that puts them together again.

    >>> tree_flatten({"b": 2, "a": (1, None)})[0]
    [1, 2]
    """
    leaves, treedef = optree.tree_flatten(tree, is_leaf, **_options)
    return leaves, _with_sorted_dicts(treedef)


def tree_unflatten(treedef: PyTreeDef, leaves: Iterable[Any]) -> Any:
    """The tree of a structure and its leaves.

    Raises:
      TreeError: another number of leaves.

    >>> leaves, treedef = tree_flatten({"a": 1})
    >>> tree_unflatten(treedef, [5])
    {'a': 5}
    """
    leaves = list(leaves)
    if len(leaves) != treedef.num_leaves:
        raise errors.make(
            errors.TreeError, "tree_unflatten", f"expected {treedef.num_leaves} leaves but got {len(leaves)}"
        )
    return optree.tree_unflatten(treedef, leaves)


def tree_leaves(tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> list[Any]:
    """The leaves.

    >>> tree_leaves([1, (2, None)])
    [1, 2]
    """
    return optree.tree_leaves(tree, is_leaf, **_options)


def tree_structure(tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> PyTreeDef:
    """The structure.

    >>> tree_structure((1, 2)) == tree_structure((3, 4))
    True
    """
    return _with_sorted_dicts(optree.tree_structure(tree, is_leaf, **_options))


def _mismatch(function: str, error: Exception) -> errors.WengertError:
    return errors.make(
        errors.TreeError, function, f"expected trees of one structure but got others: {error}",
        remedy="compare wengert.tree.structure of both",
    )  # fmt: skip


def tree_map(f: Callable[..., Any], tree: Any, *rest: Any, is_leaf: Callable[[Any], bool] | None = None) -> Any:
    """`f` of every leaf (and of the parts of the other trees at its place), in the structure of the first tree.

    Raises:
      TreeError: another tree does not begin with that structure.

    >>> tree_map(lambda a, b: a + b, {"y": 2, "x": 1}, {"x": 10, "y": 20})
    {'x': 11, 'y': 22}
    """
    leaves, treedef = tree_flatten(tree, is_leaf)
    try:
        columns = [leaves] + [treedef.flatten_up_to(r) for r in rest]
    except (ValueError, TypeError) as error:
        raise _mismatch("tree_map", error) from None
    return optree.tree_unflatten(treedef, map(f, *columns))


def tree_reduce(
    function: Callable[[Any, Any], Any], tree: Any, initializer: Any = _NOTHING, is_leaf: Any = None
) -> Any:
    """The leaves combined from left to right, after `initializer` if it is given.

    >>> tree_reduce(lambda a, b: a + b, [1, (2, 3)])
    6
    """
    first = () if initializer is _NOTHING else (initializer,)
    return functools.reduce(function, tree_leaves(tree, is_leaf), *first)


def tree_reduce_associative(
    operation: Callable[[Any, Any], Any], tree: Any, *, identity: Any = _NOTHING, is_leaf: Any = None
) -> Any:
    """The leaves combined in pairs, and the results in pairs, so that few operations wait for each other.

    Args:
      operation: an associative function of two values.
      identity: the result for a tree without leaves.

    Raises:
      TreeError: a tree without leaves and no identity.

    >>> tree_reduce_associative(lambda a, b: f"({a}{b})", list("abcde"))
    '(((ab)(cd))e)'
    """
    values = tree_leaves(tree, is_leaf)
    if not values:
        if identity is _NOTHING:
            problem = "expected a tree with leaves but got one without"
            raise errors.make(errors.TreeError, "tree_reduce_associative", problem, remedy="give an identity")
        return identity
    while len(values) > 1:
        odd = values[-1:] if len(values) % 2 else []
        values = [operation(a, b) for a, b in zip(values[::2], values[1::2], strict=False)] + odd
    return values[0]


def tree_broadcast(prefix_tree: Any, full_tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> Any:
    """A tree of the structure of `full_tree`, in which each leaf of `prefix_tree` stands at every leaf below its place.

    Raises:
      TreeError: `full_tree` does not begin with the structure of `prefix_tree`.

    >>> tree_broadcast({"a": 0, "b": 1}, {"a": [7, 8], "b": 9})
    {'a': [0, 0], 'b': 1}
    """
    leaves, prefix = tree_flatten(prefix_tree, is_leaf)
    try:
        parts = prefix.flatten_up_to(full_tree)
    except (ValueError, TypeError) as error:
        raise _mismatch("tree_broadcast", error) from None
    spread = [
        tree_map(lambda _, leaf=leaf: leaf, part, is_leaf=is_leaf) for leaf, part in zip(leaves, parts, strict=True)
    ]
    return tree_unflatten(prefix, spread)


def tree_all(tree: Any, *, is_leaf: Callable[[Any], bool] | None = None) -> bool:
    """Whether every leaf is true.

    >>> tree_all([True, (True, False)])
    False
    """
    return all(tree_leaves(tree, is_leaf))


def tree_transpose(outer_treedef: PyTreeDef, inner_treedef: PyTreeDef | None, pytree_to_transpose: Any) -> Any:
    """A tree of trees turned inside out.

    >>> tree_transpose(tree_structure([0, 0]), tree_structure({"a": 0}), [{"a": 1}, {"a": 2}])
    {'a': [1, 2]}
    """
    leaves, treedef = tree_flatten(pytree_to_transpose)
    if inner_treedef is None:
        inner_treedef = tree_structure(outer_treedef.flatten_up_to(pytree_to_transpose)[0])
    n, m = outer_treedef.num_leaves, inner_treedef.num_leaves
    if n * m != len(leaves):
        raise errors.make(
            errors.TreeError, "tree_transpose", f"expected {n} times {m} leaves but got {len(leaves)} in {treedef}"
        )
    columns = [tree_unflatten(outer_treedef, leaves[j::m]) for j in range(m)]
    return tree_unflatten(inner_treedef, columns)


def all_leaves(iterable: Iterable[Any], is_leaf: Callable[[Any], bool] | None = None) -> bool:
    """Whether none of the objects is a tree with children.

    >>> all_leaves([1, (2,)])
    False
    """
    return optree.all_leaves(iterable, is_leaf, **_options)


def treedef_children(treedef: PyTreeDef) -> list[PyTreeDef]:
    """The structures of the children.

    >>> len(treedef_children(tree_structure((1, 2))))
    2
    """
    return treedef.children()


def treedef_is_leaf(treedef: PyTreeDef) -> bool:
    """Whether the structure is that of one leaf.

    >>> treedef_is_leaf(tree_structure(1))
    True
    """
    return treedef.is_leaf()


def treedef_tuple(treedefs: Iterable[PyTreeDef]) -> PyTreeDef:
    """The structure of a tuple of trees of the given structures.

    >>> treedef_tuple([tree_structure(1)]) == tree_structure((1,))
    True
    """
    return optree.treespec_tuple(treedefs, **_options)


def build_tree(treedef: PyTreeDef, xs: Any) -> Any:
    """`tree_unflatten` of the leaves of `xs`.

    >>> build_tree(tree_structure((0, 0)), [1, 2])
    (1, 2)
    """
    return tree_unflatten(treedef, tree_leaves(xs))


# ---------------------------------------------------------------------------------------------------------------------
# Paths


def _key(accessor_entry: Any) -> KeyEntry:
    entry = accessor_entry.entry
    own = _KEYS.get(accessor_entry.type)
    if own is not None:
        return own[entry] if own else entry
    if isinstance(accessor_entry, optree.GetAttrEntry):
        return GetAttrKey(entry)
    if isinstance(accessor_entry, optree.NamedTupleEntry):
        return GetAttrKey(accessor_entry.field)
    if accessor_entry.type in _OWN:
        return FlattenedIndexKey(entry)
    if isinstance(accessor_entry, optree.MappingEntry):
        return DictKey(entry)
    if isinstance(accessor_entry, optree.SequenceEntry):
        return SequenceKey(entry)
    return FlattenedIndexKey(entry)


def _leaves_below(tree: Any, is_leaf: Callable[..., Any], path: KeyPath) -> Iterable[tuple[KeyPath, Any]]:
    if is_leaf(path, tree) or not is_tree_node(type(tree)):
        yield path, tree
        return
    for key, child in flatten_one_level_with_keys(tree)[0]:
        yield from _leaves_below(child, is_leaf, (*path, key))


def tree_flatten_with_path(
    tree: Any, is_leaf: Callable[..., bool] | None = None, is_leaf_takes_path: bool = False
) -> tuple[list[tuple[KeyPath, Any]], PyTreeDef]:
    """The leaves with their paths, and the structure.

    Args:
      is_leaf: what else than a leaf counts as one.
      is_leaf_takes_path: `is_leaf` is a function of the path and the node.

    >>> [(keystr(path), leaf) for path, leaf in tree_flatten_with_path({"a": [1, 2]})[0]]
    [("['a'][0]", 1), ("['a'][1]", 2)]
    """
    if is_leaf is not None and is_leaf_takes_path:
        found = list(_leaves_below(tree, is_leaf, ()))
        ends = {id(leaf) for _, leaf in found}
        return found, tree_structure(tree, lambda x: id(x) in ends)
    accessors, leaves, treedef = optree.tree_flatten_with_accessor(tree, is_leaf, **_options)
    paths = [(tuple(map(_key, a)), leaf) for a, leaf in zip(accessors, leaves, strict=True)]
    return paths, _with_sorted_dicts(treedef)


def tree_leaves_with_path(
    tree: Any, is_leaf: Callable[..., bool] | None = None, is_leaf_takes_path: bool = False
) -> list[tuple[KeyPath, Any]]:
    """The leaves with their paths.

    >>> tree_leaves_with_path((7,))
    [((SequenceKey(idx=0),), 7)]
    """
    return tree_flatten_with_path(tree, is_leaf, is_leaf_takes_path)[0]


def tree_map_with_path(
    f: Callable[..., Any], tree: Any, *rest: Any, is_leaf: Any = None, is_leaf_takes_path: bool = False
) -> Any:
    """`f` of the path and the leaf (and of the parts of the other trees at its place).

    >>> tree_map_with_path(lambda path, x: keystr(path), {"a": 1})
    {'a': "['a']"}
    """
    pairs, treedef = tree_flatten_with_path(tree, is_leaf, is_leaf_takes_path)
    try:
        others = [treedef.flatten_up_to(r) for r in rest]
    except (ValueError, TypeError) as error:
        raise _mismatch("tree_map_with_path", error) from None
    columns = [[p for p, _ in pairs], [leaf for _, leaf in pairs], *others]
    return optree.tree_unflatten(treedef, map(f, *columns))


# ---------------------------------------------------------------------------------------------------------------------
# One level


def is_tree_node(typ: type) -> bool:
    """Whether objects of the class have children, or belong to the structure.

    >>> is_tree_node(dict), is_tree_node(int)
    (True, False)
    """
    if typ in _OWN:
        return True
    return typ is type(None) or optree.register_pytree_node.get(typ, namespace=_NAMESPACE) is not None


def flatten_one_level_with_keys(tree: Any) -> tuple[tuple[tuple[KeyEntry, Any], ...], Any]:
    """The children of a node with their keys, and what else belongs to the structure.

    Raises:
      TreeError: a leaf.

    >>> flatten_one_level_with_keys((5,))
    (((SequenceKey(idx=0), 5),), None)
    """
    children, aux = flatten_one_level(tree)
    pairs = tree_flatten_with_path(tree, lambda x: x is not tree)[0]
    return tuple((path[0], child) for (path, _), child in zip(pairs, children, strict=True)), aux


def flatten_one_level(tree: Any) -> tuple[tuple[Any, ...], Any]:
    """The children of a node, and what else belongs to the structure (the keys of a dict).

    Raises:
      TreeError: a leaf.

    >>> flatten_one_level({"b": [1], "a": 2})
    ((2, [1]), ('a', 'b'))
    """
    if not is_tree_node(type(tree)):
        raise errors.make(
            errors.TreeError, "flatten_one_level", f"expected a node but got a leaf of type {type(tree).__name__}",
            remedy="ask is_tree_node(type(x)) first",
        )  # fmt: skip
    children, aux = optree.tree_flatten_one_level(tree, **_options)[:2]
    return tuple(children), tuple(aux) if isinstance(aux, list) else aux


class _Registry:
    """The registry that all functions here use, as an object."""

    def flatten(self, tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> tuple[list[Any], PyTreeDef]:
        """`tree_flatten`."""
        return tree_flatten(tree, is_leaf)

    def flatten_one_level(self, tree: Any) -> tuple[tuple[Any, ...], Any] | None:
        """`flatten_one_level`, None for a leaf."""
        return flatten_one_level(tree) if is_tree_node(type(tree)) else None

    def flatten_one_level_with_keys(self, tree: Any) -> tuple[tuple[tuple[KeyEntry, Any], ...], Any] | None:
        """`flatten_one_level_with_keys`, None for a leaf."""
        return flatten_one_level_with_keys(tree) if is_tree_node(type(tree)) else None

    def is_node(self, typ: type) -> bool:
        """`is_tree_node`."""
        return is_tree_node(typ)


default_registry = _Registry()


# ---------------------------------------------------------------------------------------------------------------------
# Own classes

# Classes of their own, and those whose children have keys: the same for all objects, or () where each has its own.
_OWN: set[type] = set()
_KEYS: dict[type, tuple[KeyEntry, ...]] = {}


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
        children, aux = flatten_func(x)
        return tuple(children), aux, None

    def flatten_with_keys(x: Any) -> tuple[Any, ...]:
        pairs, aux = cast(Any, flatten_with_keys_func)(x)
        pairs = tuple(pairs)
        return tuple(child for _, child in pairs), aux, tuple(key for key, _ in pairs)

    optree.register_pytree_node(
        nodetype, flatten_with_keys if flatten_with_keys_func is not None else flatten, unflatten_func,
        namespace=_NAMESPACE,
    )  # fmt: skip
    _OWN.add(nodetype)
    if flatten_with_keys_func is not None:
        _KEYS[nodetype] = ()


def register_pytree_node_class(cls: type) -> type:
    """Make a class with `tree_flatten` and a classmethod `tree_unflatten(aux, children)` a kind of tree node.

    >>> @register_pytree_node_class
    ... class Pair:
    ...     def __init__(self, a, b): self.a, self.b = a, b
    ...     def tree_flatten(self): return (self.a, self.b), None
    ...     @classmethod
    ...     def tree_unflatten(cls, aux, children): return cls(*children)
    >>> tree_leaves(Pair(1, 2))
    [1, 2]
    """
    register_pytree_node(cls, lambda x: x.tree_flatten(), cls.tree_unflatten)  # type: ignore[attr-defined]
    return cls


def register_pytree_with_keys(
    nodetype: type,
    flatten_with_keys: Callable[[Any], tuple[Iterable[Any], Hashable]],
    unflatten_func: Callable[[Any, Iterable[Any]], Any],
    flatten_func: Callable[[Any], tuple[Iterable[Any], Hashable]] | None = None,
) -> None:
    """`register_pytree_node` with a function that gives pairs (key, child).

    >>> class Box2:
    ...     def __init__(self, value): self.value = value
    >>> register_pytree_with_keys(Box2, lambda b: (((GetAttrKey("value"), b.value),), None), lambda _, c: Box2(*c))
    >>> keystr(tree_leaves_with_path(Box2(1))[0][0])
    '.value'
    """

    def plain(x: Any) -> tuple[Iterable[Any], Hashable]:
        children, aux = flatten_with_keys(x)
        return tuple(c for _, c in children), aux

    register_pytree_node(nodetype, flatten_func or plain, unflatten_func, flatten_with_keys)


def register_pytree_with_keys_class(cls: type) -> type:
    """`register_pytree_node_class` for a class that has `tree_flatten_with_keys`.

    >>> @register_pytree_with_keys_class
    ... class One:
    ...     def __init__(self, a): self.a = a
    ...     def tree_flatten_with_keys(self): return ((GetAttrKey("a"), self.a),), None
    ...     @classmethod
    ...     def tree_unflatten(cls, aux, children): return cls(*children)
    >>> tree_leaves(One(5))
    [5]
    """
    register_pytree_with_keys(cls, lambda x: x.tree_flatten_with_keys(), cls.tree_unflatten)  # type: ignore[attr-defined]
    return cls


def register_dataclass(
    nodetype: type,
    data_fields: Sequence[str] | None = None,
    meta_fields: Sequence[str] | None = None,
    drop_fields: Sequence[str] = (),
) -> type:
    """Make a dataclass a kind of tree node.

    Args:
      data_fields: the fields that are children; by default all but those declared with `static()`, or with
        `field(metadata={"static": True})`.
      meta_fields: the fields that belong to the structure (hashable).
      drop_fields: fields that are neither, and get their default when an object is made again.

    Raises:
      TreeError: the lists leave out a field of the dataclass, or name another.

    >>> import dataclasses
    >>> @register_dataclass
    ... @dataclasses.dataclass
    ... class Layer:
    ...     weight: float
    ...     name: str = static(default="")
    >>> tree_map(lambda x: 2 * x, Layer(1.5, "a"))
    Layer(weight=3.0, name='a')
    """
    data, meta = fields_of(nodetype, data_fields, meta_fields, drop_fields)

    def flatten(x: Any) -> tuple[Any, ...]:
        return tuple(getattr(x, n) for n in data), tuple(getattr(x, n) for n in meta)

    def unflatten(aux: Any, children: Iterable[Any]) -> Any:
        return nodetype(**dict(zip(data, children, strict=True)), **dict(zip(meta, aux, strict=True)))

    register_pytree_node(nodetype, flatten, unflatten)
    _KEYS[nodetype] = tuple(map(GetAttrKey, data))
    return nodetype


def register_static(cls: type) -> type:
    """Make a hashable class a node without leaves: its objects belong to the structure.

    >>> @register_static
    ... class Mode(str): pass
    >>> tree_leaves([Mode("a"), 1])
    [1]
    """
    register_pytree_node(cls, lambda x: ((), x), lambda x, _: x)
    return cls


class Partial(functools.partial):
    """`functools.partial` that is a tree node: its arguments are children, its function belongs to the structure.

    >>> p = Partial(pow, 2)
    >>> tree_leaves(p), p(3)
    ([2], 8)
    """


register_pytree_node(
    Partial,
    lambda p: ((p.args, p.keywords), p.func),
    lambda func, children: (lambda args, keywords: Partial(func, *args, **keywords))(*cast(Any, children)),
)
_KEYS[Partial] = (GetAttrKey("args"), GetAttrKey("keywords"))
