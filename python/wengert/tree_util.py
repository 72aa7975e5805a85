# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pytrees: nested tuples, lists, dicts, dataclasses and own classes whose leaves are arrays. Names of `jax.tree_util`.

The work is optree's. As in JAX, None is a tree without leaves and dicts are walked in the order of their sorted keys.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, cast

import optree
from optree import PyTreeSpec as PyTreeDef

from wengert import errors

__all__ = [
    "DictKey", "FlattenedIndexKey", "GetAttrKey", "Partial", "PyTreeDef", "SequenceKey", "all_leaves", "build_tree",
    "keystr", "register_dataclass", "register_pytree_node", "register_pytree_node_class", "register_pytree_with_keys",
    "register_pytree_with_keys_class", "register_static", "tree_all", "tree_flatten", "tree_flatten_with_path",
    "tree_leaves", "tree_leaves_with_path", "tree_map", "tree_map_with_path", "tree_reduce", "tree_structure",
    "tree_transpose", "tree_unflatten", "treedef_children", "treedef_is_leaf", "treedef_tuple",
]  # fmt: skip

_NAMESPACE = "wengert"
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


def tree_reduce(function: Callable[[Any, Any], Any], tree: Any, *initializer: Any, is_leaf: Any = None) -> Any:
    """The leaves combined from left to right.

    >>> tree_reduce(lambda a, b: a + b, [1, (2, 3)])
    6
    """
    return functools.reduce(function, tree_leaves(tree, is_leaf), *initializer)


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


@dataclasses.dataclass(frozen=True)
class SequenceKey:
    """The place of a child in a tuple or list."""

    idx: int

    def __str__(self) -> str:
        return f"[{self.idx}]"


@dataclasses.dataclass(frozen=True)
class DictKey:
    """The key of a child in a dict."""

    key: Hashable

    def __str__(self) -> str:
        return f"[{self.key!r}]"


@dataclasses.dataclass(frozen=True)
class GetAttrKey:
    """The attribute that holds a child."""

    name: str

    def __str__(self) -> str:
        return f".{self.name}"


@dataclasses.dataclass(frozen=True)
class FlattenedIndexKey:
    """The place of a child among the children of a class of its own."""

    key: int

    def __str__(self) -> str:
        return f"[<flat index {self.key}>]"


def _key(accessor_entry: Any) -> Any:
    entry = accessor_entry.entry
    own = _KEYS.get(accessor_entry.type)
    if own is not None and isinstance(entry, int):
        return own[entry] if entry < len(own) else FlattenedIndexKey(entry)
    if isinstance(accessor_entry, (optree.GetAttrEntry,)):
        return GetAttrKey(entry)
    if isinstance(accessor_entry, optree.NamedTupleEntry):
        return GetAttrKey(accessor_entry.field)
    if isinstance(accessor_entry, optree.MappingEntry):
        return DictKey(entry)
    if isinstance(accessor_entry, optree.SequenceEntry):
        return SequenceKey(entry)
    return entry if isinstance(entry, (SequenceKey, DictKey, GetAttrKey)) else FlattenedIndexKey(entry)


def tree_flatten_with_path(
    tree: Any, is_leaf: Callable[[Any], bool] | None = None
) -> tuple[list[tuple[tuple[Any, ...], Any]], PyTreeDef]:
    """The leaves with their paths, and the structure.

    >>> [(keystr(path), leaf) for path, leaf in tree_flatten_with_path({"a": [1, 2]})[0]]
    [("['a'][0]", 1), ("['a'][1]", 2)]
    """
    accessors, leaves, treedef = optree.tree_flatten_with_accessor(tree, is_leaf, **_options)
    paths = [(tuple(map(_key, a)), leaf) for a, leaf in zip(accessors, leaves, strict=True)]
    return paths, _with_sorted_dicts(treedef)


def tree_leaves_with_path(tree: Any, is_leaf: Callable[[Any], bool] | None = None) -> list[tuple[tuple[Any, ...], Any]]:
    """The leaves with their paths.

    >>> tree_leaves_with_path((7,))
    [((SequenceKey(idx=0),), 7)]
    """
    return tree_flatten_with_path(tree, is_leaf)[0]


def tree_map_with_path(f: Callable[..., Any], tree: Any, *rest: Any, is_leaf: Any = None) -> Any:
    """`f` of the path and the leaf (and of the parts of the other trees at its place).

    >>> tree_map_with_path(lambda path, x: keystr(path), {"a": 1})
    {'a': "['a']"}
    """
    pairs, treedef = tree_flatten_with_path(tree, is_leaf)
    try:
        others = [treedef.flatten_up_to(r) for r in rest]
    except (ValueError, TypeError) as error:
        raise _mismatch("tree_map_with_path", error) from None
    columns = [[p for p, _ in pairs], [leaf for _, leaf in pairs], *others]
    return optree.tree_unflatten(treedef, map(f, *columns))


def keystr(keys: Sequence[Any], *, simple: bool = False, separator: str = "") -> str:
    """A path as text, e.g. "['params'][0].weight".

    >>> keystr((DictKey("a"), SequenceKey(0), GetAttrKey("w")))
    "['a'][0].w"
    >>> keystr((DictKey("a"), SequenceKey(0)), simple=True, separator="/")
    'a/0'
    """
    if simple:
        return separator.join(str(next(iter(vars(k).values()))) for k in keys)
    return separator.join(map(str, keys))


# ---------------------------------------------------------------------------------------------------------------------
# Own classes

_KEYS: dict[type, tuple[Any, ...]] = {}


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
        if flatten_with_keys_func is not None and nodetype not in _KEYS:
            _KEYS[nodetype] = tuple(k for k, _ in flatten_with_keys_func(x)[0])
        return tuple(children), aux, None

    optree.register_pytree_node(nodetype, flatten, unflatten_func, namespace=_NAMESPACE)


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
    nodetype: type, data_fields: Sequence[str] | None = None, meta_fields: Sequence[str] = (), drop_fields: Any = ()
) -> type:
    """Make a dataclass a kind of tree node.

    Args:
      data_fields: the fields that are children; by default all but those declared with
        `field(metadata={"static": True})`.
      meta_fields: the fields that belong to the structure (hashable).

    >>> @register_dataclass
    ... @dataclasses.dataclass
    ... class Layer:
    ...     weight: float
    ...     name: str = dataclasses.field(default="", metadata={"static": True})
    >>> tree_map(lambda x: 2 * x, Layer(1.5, "a"))
    Layer(weight=3.0, name='a')
    """
    if data_fields is None:
        fields = [f for f in dataclasses.fields(nodetype) if f.init]
        data_fields = [f.name for f in fields if not f.metadata.get("static", False)]
        meta_fields = [f.name for f in fields if f.metadata.get("static", False)]
    data, meta = tuple(data_fields), tuple(meta_fields)

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
