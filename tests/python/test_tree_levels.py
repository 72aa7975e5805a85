# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Pytrees: one level, paths of own classes, broadcasting, fields of dataclasses; trees as vectors."""

from __future__ import annotations

import collections
import dataclasses
import functools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, tree, tree_util
from wengert.flatten_util import ravel_pytree

Point = collections.namedtuple("Point", "x y")


@tree_util.register_pytree_with_keys_class
class Bag:
    """A dict of its own: each object has its own keys."""

    def __init__(self, **items):
        self.items = items

    def tree_flatten_with_keys(self):
        keys = sorted(self.items)
        return [(tree_util.DictKey(k), self.items[k]) for k in keys], tuple(keys)

    @classmethod
    def tree_unflatten(cls, keys, children):
        return cls(**dict(zip(keys, children, strict=True)))


def text(paths):
    return [tree_util.keystr(p) for p, _ in paths]


def test_keys_of_each_object():
    assert text(tree.leaves_with_path([Bag(a=1, b=2), Bag(c=3)])) == ["[0]['a']", "[0]['b']", "[1]['c']"]
    assert tree.map(lambda x: -x, Bag(c=3)).items == {"c": -3}

    class Anything:
        def __str__(self):
            return "<any>"

    tree_util.register_pytree_with_keys(Anything, lambda _: (((Anything(), 1),), None), lambda _, c: Anything())
    ((path, leaf),) = tree.leaves_with_path(Anything())
    assert leaf == 1 and tree_util.keystr(path) == tree_util.keystr(path, simple=True) == "<any>"


def test_is_leaf_takes_path():
    data = {"a": [1, (2, 3)], "b": (4,)}
    below_a = lambda path, _: len(path) == 1 and path[0].key == "a"
    pairs, treedef = tree.flatten_with_path(data, is_leaf=below_a, is_leaf_takes_path=True)
    assert text(pairs) == ["['a']", "['b'][0]"] and pairs[0][1] == [1, (2, 3)]
    assert tree.unflatten(treedef, [0, 1]) == {"a": 0, "b": (1,)}
    mapped = tree.map_with_path(lambda p, x: len(p), data, is_leaf=below_a, is_leaf_takes_path=True)
    assert mapped == {"a": 1, "b": (2,)}
    assert tree.leaves_with_path(data, below_a, True) == pairs


def test_one_level():
    assert tree_util.flatten_one_level({"b": [1], "a": 2}) == ((2, [1]), ("a", "b"))
    assert tree_util.flatten_one_level(None) == ((), None)
    assert tree_util.flatten_one_level(Bag(a=1))[0] == (1,)
    pairs, _ = tree_util.flatten_one_level_with_keys(Point([1], 2))
    assert pairs == ((tree_util.GetAttrKey("x"), [1]), (tree_util.GetAttrKey("y"), 2))
    with pytest.raises(errors.TreeError, match="expected a node but got a leaf of type int"):
        tree_util.flatten_one_level(3)
    registry = tree_util.default_registry
    assert registry.flatten_one_level(3) is None and registry.flatten_one_level_with_keys(3) is None
    assert registry.flatten_one_level_with_keys([5])[0] == ((tree_util.SequenceKey(0), 5),)
    assert registry.flatten([1, 2])[0] == [1, 2] and registry.is_node(list)
    kinds = (list, tuple, dict, type(None), Point, Bag, collections.OrderedDict, tree_util.Partial)
    assert all(map(tree_util.is_tree_node, kinds))
    assert not any(map(tree_util.is_tree_node, (int, str, np.ndarray, wg.Array, object)))


def test_reductions():
    assert tree.reduce(lambda a, b: a + b, [1, 2], initializer=10) == 13
    assert tree.reduce_associative(lambda a, b: a + b, {"a": 1, "b": (2, 3)}) == 6
    assert tree.reduce_associative(max, [], identity=-1) == -1
    with pytest.raises(errors.TreeError, match="expected a tree with leaves but got one without"):
        tree.reduce_associative(max, [None])


def test_broadcast():
    assert tree.broadcast(1, {"a": 2, "b": (3, None)}) == {"a": 1, "b": (1, None)}
    assert tree.broadcast([1, None], [(2, 3), None]) == [(1, 1), None]
    with pytest.raises(errors.TreeError, match="tree_broadcast: expected trees of one structure"):
        tree.broadcast([1, 2], [3])


def test_fields():
    @dataclasses.dataclass
    class Three:
        a: object
        b: object = 0
        c: object = 0

    tree_util.register_dataclass(Three, data_fields=["a"], drop_fields=["c"])
    assert tree.leaves(Three(1, 2, 3)) == [1] and tree.map(lambda x: x, Three(1, 2, 3)) == Three(1, 2, 0)
    assert text(tree.leaves_with_path(Three(1))) == [".a"]

    @dataclasses.dataclass
    class Two:
        a: object
        b: object

    with pytest.raises(errors.TreeError, match=r"expected the fields \['a', 'b'\] of Two but got \['a'\]"):
        tree_util.register_dataclass(Two, data_fields=["a"], meta_fields=[])
    with pytest.raises(errors.TreeError, match="expected a dataclass but got int"):
        tree_util.register_dataclass(int)

    class Plain:
        def __init__(self, a, b):
            self.a, self.b = a, b

    tree_util.register_dataclass(Plain, ["a"], ["b"])
    assert tree.map(lambda x: 2 * x, Plain(1, 2)).a == 2
    with pytest.raises(errors.TreeError, match=r"each field of Plain in one of .* but got \['a'\] in both"):
        tree_util.register_dataclass(Plain, ["a", "b"], ["a"])
    assert not tree.static(metadata={"static": False}).metadata["static"]


def test_partial_keeps_the_arguments_of_another_apart():
    inner = functools.partial(pow, 2)
    outer = tree_util.Partial(inner, 3)
    assert outer.args == (3,) and outer() == 8 and outer.func == inner and hash(outer.func) == hash(inner)
    assert tree.map(lambda x: x + 1, outer)() == 16
    assert tree.leaves(tree_util.Partial(tree_util.Partial(pow, 2), 3)) == [2, 3]


@pytest.mark.parametrize("out", ["hello", (2, 3, 4), (7, 7)])
def test_what_a_flattening_function_gives_is_checked(out):
    class Wrong:
        pass

    tree_util.register_pytree_node(Wrong, lambda _: out, lambda _, c: Wrong())
    message = r"tree_flatten: expected a pair \(children, .* of the flattening function of Wrong but got"
    with pytest.raises(errors.TreeError, match=message):
        tree.leaves([Wrong()])


def test_a_namedtuple_may_have_a_rule_of_its_own(recwarn):
    Pair = collections.namedtuple("Pair", "a b")
    tree_util.register_pytree_node(Pair, lambda p: ((p.a,), p.b), lambda b, c: Pair(*c, b))
    assert tree.leaves(Pair(1, 2)) == [1] and not recwarn.list


def test_ravel_and_unravel():
    data = {"i": wnp.arange(2), "h": wnp.ones((1, 2), wnp.bfloat16), "n": 3, "none": None}
    vector, unravel = ravel_pytree(data)
    assert ravel_pytree([np.ones(2, np.float16), 1.5])[0].dtype == "float32"
    assert vector.dtype == "bfloat16" and vector.tolist() == [1, 1, 0, 1, 3]
    back = unravel(vector)
    assert tree.map(lambda x: (x.shape, str(x.dtype)), back) == {
        "i": ((2,), "int32"), "h": ((1, 2), "bfloat16"), "n": ((), "int32"), "none": None
    }  # fmt: skip
    mixed, unravel_mixed = ravel_pytree((1.5, 2j))
    assert mixed.dtype == "complex64" and unravel_mixed(mixed)[0] == 1.5 and unravel_mixed(mixed)[0].dtype == "float32"
    empty, unravel_empty = ravel_pytree([None])
    assert empty.shape == (0,) and unravel_empty(empty) == [None]
    with pytest.raises(errors.ShapeError, match=r"unravel: expected an array of shape \(5,\) but got \(4,\)"):
        unravel(vector[:4])
    with pytest.raises(errors.DtypeError, match="unravel: expected an array of bfloat16 but got float32"):
        unravel(vector.astype("float32"))
    vector, unravel = ravel_pytree([wnp.zeros(2)])
    assert unravel(vector < 1)[0].dtype == "bool" and unravel(vector + 1j)[0].tolist() == [1j, 1j]
    assert hash(unravel) == hash(ravel_pytree([wnp.ones(2)])[1])


def test_ravel_under_transforms():
    data = {"w": wnp.arange(4.0).reshape(2, 2), "b": wnp.ones(2)}
    vector, unravel = ravel_pytree(data)
    f = lambda v: wnp.sum(wnp.sin(unravel(v)["w"]) @ unravel(v)["b"])
    gradient = wg.grad(f)(vector)
    again = ravel_pytree(wg.grad(lambda d: wnp.sum(wnp.sin(d["w"]) @ d["b"]))(data))[0]
    np.testing.assert_allclose(gradient, again, rtol=1e-6)
    np.testing.assert_allclose(wg.jit(wg.grad(f))(vector), again, rtol=1e-6)
    rows = wg.vmap(lambda x: ravel_pytree((x, x.sum()))[0])(wnp.ones((2, 3)))
    assert rows.tolist() == [[1, 1, 1, 3]] * 2
    packed, unpack = wg.jit(lambda d: ravel_pytree(d))(data)
    assert tree.map(lambda a, b: bool((a == b).all()), unpack(packed), data) == {"w": True, "b": True}
    assert wg.jit(lambda u, v: u(v)["b"])(unravel, vector).tolist() == [1, 1]


def test_keys_are_leaves():
    key = wg.random.key(1)
    state = {"key": key, "w": wnp.ones(2)}
    assert tree.leaves(state)[0] is key and tree.structure(state) == tree.structure({"key": 0, "w": 0})
    assert tree.map(lambda x: x.shape, {"k": wg.random.split(key, 3)}) == {"k": (3,)}
    assert text(tree.leaves_with_path(state)) == ["['key']", "['w']"]
    assert not tree_util.is_tree_node(type(key)) and tree_util.all_leaves([key])
    assert tree.leaves([key, (1,)], is_leaf=lambda x: isinstance(x, tuple)) == [key, (1,)]
    # The package sees the words of a key: keys go through every transform.
    draw = lambda s: wg.random.normal(s["key"], (2,)) * s["w"]
    assert wg.jit(draw)(state).tolist() == draw(state).tolist()
    assert wnp.astype(key, key.dtype) is key
    again = wg.jit(lambda s: s)(state)
    assert tree.structure(again) == tree.structure(state) and type(again["key"]) is type(key)
    assert wg.vmap(lambda k: wg.random.bits(k))(wg.random.split(key, 3)).shape == (3,)
