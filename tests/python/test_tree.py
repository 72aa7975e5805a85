# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pytrees: what is a node, paths, own classes, messages."""

from __future__ import annotations

import collections
import dataclasses

import pytest

from wengert import errors, tree, tree_util

Point = collections.namedtuple("Point", "x y")


def test_nodes():
    data = {"b": [1, None], "a": (2, Point(3, 4)), "c": collections.OrderedDict(z=5, y=6), "d": None}
    assert tree.leaves(data) == [2, 3, 4, 1, 5, 6]
    leaves, treedef = tree.flatten(data)
    assert tree.unflatten(treedef, leaves) == data
    assert tree.map(lambda x: x + 1, Point(1, None)) == Point(2, None)
    assert tree.structure((1, 2)) != tree.structure([1, 2])
    assert tree.leaves([1, (2, 3)], is_leaf=lambda x: isinstance(x, tuple)) == [1, (2, 3)]


def test_several_trees():
    assert tree.map(lambda a, b: (a, b), [1, 2], [(3, 4), 5]) == [(1, (3, 4)), (2, 5)]
    assert tree.reduce(lambda a, b: a + b, {"a": 1, "b": 2}, 10) == 13
    assert tree.transpose(tree.structure([0, 0]), tree.structure((0, 0)), [(1, 2), (3, 4)]) == ([1, 3], [2, 4])
    assert tree_util.tree_transpose(tree.structure([0, 0]), None, [(1, 2), (3, 4)]) == ([1, 3], [2, 4])
    assert tree.all([True, [1]]) and not tree.all([0])


def test_paths():
    data = {"a": [1, Point(2, 3)], "b": tree_util.Partial(pow, 4, mod=None)}
    paths = [tree_util.keystr(p) for p, _ in tree.leaves_with_path(data)]
    assert paths == ["['a'][0]", "['a'][1].x", "['a'][1].y", "['b'].args[0]"]
    named = tree.map_with_path(lambda p, x: (tree_util.keystr(p, simple=True, separator="/"), x), {"a": [1]})
    assert named == {"a": [("a/0", 1)]}
    assert tree.flatten_with_path((7,))[0] == [((tree_util.SequenceKey(0),), 7)]


def test_own_classes():
    class Both:
        def __init__(self, left, right, name):
            self.left, self.right, self.name = left, right, name

    tree_util.register_pytree_node(
        Both, lambda b: ((b.left, b.right), b.name), lambda name, children: Both(*children, name)
    )
    doubled = tree.map(lambda x: 2 * x, Both(1, 2, "n"))
    assert (doubled.left, doubled.right, doubled.name) == (2, 4, "n")
    assert tree_util.keystr(tree.leaves_with_path(Both(1, 2, ""))[1][0]) == "[<flat index 1>]"

    @tree_util.register_dataclass
    @dataclasses.dataclass
    class Layer:
        w: object
        b: object
        size: int = dataclasses.field(default=3, metadata={"static": True})

    layer = Layer(1, 2)
    assert tree.map(lambda x: x + 1, layer) == Layer(2, 3)
    assert tree.structure(layer) != tree.structure(Layer(1, 2, 4))
    assert [tree_util.keystr(p) for p, _ in tree.leaves_with_path(layer)] == [".w", ".b"]


def test_treedef_functions():
    treedef = tree.structure((1, [2, 3]))
    assert [tree_util.treedef_is_leaf(c) for c in tree_util.treedef_children(treedef)] == [True, False]
    assert tree_util.treedef_tuple(tree_util.treedef_children(treedef)) == treedef
    assert tree_util.all_leaves([1, 2]) and not tree_util.all_leaves([[1]])


def test_messages():
    with pytest.raises(errors.TreeError, match="tree_unflatten: expected 2 leaves but got 1"):
        tree.unflatten(tree.structure((1, 2)), [1])
    with pytest.raises(errors.TreeError, match="tree_map: expected trees of one structure"):
        tree.map(lambda a, b: a, {"a": 1}, {"b": 1})
    with pytest.raises(errors.TreeError, match="tree_map_with_path: expected trees of one structure"):
        tree.map_with_path(lambda p, a, b: a, (1,), [1])
    with pytest.raises(errors.TreeError, match="tree_transpose: expected 2 times 2 leaves but got 3"):
        tree.transpose(tree.structure([0, 0]), tree.structure((0, 0)), [(1, 2), (3,)])
