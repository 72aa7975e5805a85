# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What Python programs do with traced values: control flow, data structures, classes, closures."""

from __future__ import annotations

import collections
import copy
import dataclasses
import functools
import threading

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.tree_util import Partial, register_dataclass, register_pytree_node_class, tree_leaves


def close(a, b, rtol=1e-5):
    np.testing.assert_allclose(np.asarray(a), b, rtol=rtol, atol=1e-6)


# Each is a function of one float that Python steers by its value, with a point; the derivative there is that of
# finite differences in float64.
def halving(x):
    return x if x < 1 else halving(x / 2) * 1.5


def squaring(x):
    n = 0
    while x < 100:
        x = x * x
        n += 1
    return x * n


def newton(a):
    x = a
    for _ in range(50):
        new = 0.5 * (x + a / x)
        if abs(new - x) < 1e-6:
            break
        x = new
    return x


def powers(x):
    total = 0.0
    for i in range(int(x)):
        total = total + x**i
    return total


def matched(x):
    match int(x):
        case 1:
            return x
        case 2:
            return x * x
    return x**3


def raised(x):
    try:
        raise ValueError(x * 2)
    except ValueError as error:
        return error.args[0] * x


def tables(x):
    rows = {"a": [x, x * 2], "b": (x**2,)}
    rows["c"] = [v for v in rows["a"] if v > x]
    return sum(sum(column) for column in rows.values())


def generated(x):
    def terms():
        for i in range(4):
            yield x**i / (i + 1)

    return sum(terms())


def chosen(x):
    return min([x, x * x, x**3]) + max(x, 2.0) + sorted([x * 2, x])[0] + [x, x * x, x**3][int(x)]


def walrus(x):
    return y * y if (y := x + 1) > 2 and not y == 5 else x


class Counter:
    """An object whose state changes while it is traced."""

    def __init__(self):
        self.total = 0.0
        self.calls = 0

    def add(self, x):
        self.total = self.total + x
        self.calls += 1
        return self


def stateful(x):
    counter = Counter()
    while counter.total < 10:
        counter.add(x * x)
    return counter.total * counter.calls


PROGRAMS = [
    (halving, 5.0), (squaring, 3.0), (newton, 2.0), (powers, 3.5), (matched, 2.2), (matched, 1.5), (matched, 4.5),
    (raised, 2.0), (tables, 1.5), (generated, 0.7), (chosen, 2.2), (walrus, 1.5), (walrus, 0.5), (stateful, 1.3),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x"), PROGRAMS, ids=[f"{f.__name__}-{x}" for f, x in PROGRAMS])
def test_values_steer_python(f, x):
    with wg.enable_x64():
        step = 1e-6
        slope = (float(f(x + step)) - float(f(x - step))) / (2 * step)
        close(wg.grad(f)(x), slope, 1e-5)
        close(wg.value_and_grad(f)(x)[0], float(f(x)))
        value, tangent = wg.jvp(f, (x,), (2.0,))
        close(value, float(f(x)))
        close(tangent, 2 * slope, 1e-5)
        close(wg.jacfwd(f)(x), slope, 1e-5)
        close(wg.jacrev(f)(x), slope, 1e-5)
        close(wg.linearize(f, x)[1](3.0), 3 * slope, 1e-5)
        bend = (float(wg.grad(f)(x + step)) - float(wg.grad(f)(x - step))) / (2 * step)
        close(wg.grad(wg.grad(f))(x), bend, 1e-4)
        close(wg.hessian(f)(x), bend, 1e-4)
        # What is not mapped has a value under vmap too.
        ones = wnp.ones(3)
        close(wg.vmap(lambda y, z: y * wg.grad(f)(z), in_axes=(0, None))(ones, x), [slope] * 3, 1e-5)


def test_under_jit_and_vmap_values_are_refused_with_the_remedy():
    for transformed in (wg.jit(halving), lambda x: wg.vmap(halving)(wnp.ones(2) * x)):
        with pytest.raises(errors.ConcretizationError, match=r"numpy\.where") as caught:
            transformed(5.0)
        assert "test_python_programs.py" in str(caught.value)


def test_iteration_and_unpacking():
    close(wg.grad(lambda x: sum(v * i for i, v in enumerate(x)))(wnp.ones(3)), [0, 1, 2])

    def unpacked(x):
        a, b, *rest = x
        return a * b + rest[0]

    close(wg.grad(unpacked)(wnp.arange(3.0)), [1, 0, 1])


def test_copies_and_other_libraries_on_the_left():
    close(wg.grad(lambda p: copy.deepcopy(p)["a"] ** 2)({"a": 3.0})["a"], 6)
    close(wg.grad(lambda x: copy.copy(x) ** 2)(3.0), 6)
    close(wg.grad(lambda x: (np.ones(3, np.float32) * x).sum())(2.0), 3)
    close(wg.grad(lambda x: np.float32(2) * x)(2.0), 2)


def test_closures_over_traced_values():
    close(wg.grad(lambda x: x * wg.grad(lambda y: x * y * y)(x))(2.0), 24)
    close(wg.jit(wg.grad(lambda x: wg.jit(lambda y: x * y)(x)))(3.0), 6)


def test_threads_trace_on_their_own():
    found = {}

    def work(i):
        found[i] = float(wg.grad(lambda x: x**i)(2.0))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(1, 5)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == {1: 1.0, 2: 4.0, 3: 12.0, 4: 32.0}


class TestTrees:
    def test_named_tuples_ordered_and_default_dicts(self):
        Pair = collections.namedtuple("Pair", "a b")
        for transform in (lambda f: f, wg.jit):
            g = transform(wg.grad(lambda p: p.a * p.b))(Pair(2.0, 3.0))
            assert type(g) is Pair
            close(g.a, 3)
            g = transform(wg.grad(lambda d: d["a"] * d["b"]))(collections.OrderedDict(b=2.0, a=3.0))
            assert type(g) is collections.OrderedDict
            assert list(g) == ["b", "a"]
            g = transform(wg.grad(lambda d: d["a"] * d["b"]))(collections.defaultdict(float, b=2.0, a=3.0))
            assert type(g) is collections.defaultdict
            assert g["c"] == 0.0

    def test_none_is_no_leaf(self):
        g = wg.grad(lambda p: p["a"] * p["b"][1])({"a": 2.0, "b": (None, 3.0)})
        assert g["b"][0] is None
        close(g["a"], 3)
        assert wg.grad(lambda x, m: m * 1.0)(None, 3.0) is None
        close(wg.grad(lambda x, m: x if m is None else x * m)(2.0, None), 1)
        tangent = wg.jvp(lambda p: p[0] * 2, ((2.0, None),), ((1.0, None),))[1]
        close(tangent, 2)
        batched = wg.vmap(lambda p, x: p["w"] * x if p["b"] is None else x, in_axes=({"w": None, "b": None}, 0))
        close(batched({"w": 2.0, "b": None}, wnp.arange(3.0)), [0, 2, 4])
        assert wg.jit(lambda x: (x, None))(1.0)[1] is None

    def test_registered_class_with_jitted_method(self):
        @register_pytree_node_class
        class Model:
            def __init__(self, w):
                self.w = w

            def tree_flatten(self):
                return (self.w,), None

            @classmethod
            def tree_unflatten(cls, aux, children):
                return cls(*children)

            @wg.jit
            def loss(self, x):
                return (self.w * x).sum()

        model = Model(wnp.ones(2))
        close(model.loss(2.0), 4)
        close(wg.grad(Model.loss)(model, 2.0).w, [2, 2])
        close(wg.grad(lambda m: m.loss(3.0))(model).w, [3, 3])
        close(wg.vmap(Model.loss, in_axes=(None, 0))(model, wnp.arange(2.0)), [0, 2])

    def test_registered_dataclass_keeps_its_static_fields(self):
        @register_dataclass
        @dataclasses.dataclass
        class Layer:
            w: object
            name: str = dataclasses.field(metadata={"static": True}, default="dense")

        for transform in (lambda f: f, wg.jit):
            g = transform(wg.grad(lambda layer: wnp.sum(layer.w**2)))(Layer(wnp.ones(2), "out"))
            assert (type(g), g.name) == (Layer, "out")
            close(g.w, [2, 2])

    def test_methods_with_a_static_self(self):
        class Model:
            w = 3.0

            @functools.partial(wg.jit, static_argnums=0)
            def scale(self, x):
                return self.w * x

            def square(self, x):
                return self.w * x * x

        model = Model()
        close(model.scale(2.0), 6)
        close(wg.grad(model.scale)(2.0), 3)
        close(wg.grad(model.square)(2.0), 12)
        close(wg.jit(model.square)(2.0), 12)

    def test_callable_objects_and_partials(self):
        class Square:
            def __call__(self, x):
                return x**2

        close(wg.grad(Square())(2.0), 4)
        close(wg.jit(Square())(2.0), 4)
        close(wg.vmap(Square())(wnp.arange(3.0)), [0, 1, 4])
        cube = functools.partial(lambda x, p: x**p, p=3)
        close(wg.grad(cube)(2.0), 12)
        close(wg.jit(cube)(2.0), 8)
        close(wg.jvp(functools.partial(lambda x, k: x * k, k=3.0), (2.0,), (1.0,))[1], 3)


class TestArguments:
    def test_keywords(self):
        f = lambda x, *, k: x ** k["p"]
        close(wg.grad(f)(2.0, k={"p": 3.0}), 12)
        close(wg.jit(wg.grad(f))(2.0, k={"p": 3.0}), 12)
        close(wg.vmap(lambda x, y: x + y)(wnp.ones(2), y=wnp.arange(2.0)), [1, 2])

    def test_argnums(self):
        f = lambda x, y, z: x * y + z
        assert isinstance(wg.grad(f, argnums=[0, 2])(2.0, 3.0, 4.0), tuple)
        close(wg.grad(f, argnums=(2, 0))(2.0, 3.0, 4.0), [1, 3])
        close(wg.grad(f, argnums=-2)(2.0, 3.0, 4.0), 2)
        jacobian, aux = wg.jacfwd(lambda x, y: (x * y["b"], x), (0, 1), has_aux=True)(2.0, {"b": 3.0})
        close([jacobian[0], jacobian[1]["b"], aux], [3, 2, 2])
        second = wg.hessian(lambda x, y: x * y["b"], argnums=(0, 1))(2.0, {"b": 3.0})
        close([second[0][0], second[0][1]["b"], second[1]["b"][0], second[1]["b"][1]["b"]], [0, 1, 1, 0])

    def test_repeated_argnums_are_refused(self):
        with pytest.raises(ValueError, match=r"grad: expected each argument once in argnums but got \(0, -2\)"):
            wg.grad(lambda x, y: x * y, argnums=(0, -2))(2.0, 3.0)

    def test_aux_may_hold_anything_outside_of_jit(self):
        f = lambda x: (x * x, {"y": x + 1, "name": "a", "n": None, 3: [1]})
        value, _ = wg.value_and_grad(f, has_aux=True)(2.0)
        assert (value[1]["name"], value[1]["n"], value[1][3]) == ("a", None, [1])
        close(value[1]["y"], 3)
        close(wg.hessian(lambda x: (x**3, "aux"), has_aux=True)(2.0)[0], 12)


class TestPartial:
    def test_its_arguments_are_leaves(self):
        close(wg.jit(lambda f, x: f(x))(Partial(lambda a, b: a * b, 3.0), 2.0), 6)
        g = wg.grad(lambda f: f(2.0) * 1.0)(Partial(wnp.multiply, wnp.array(3.0)))
        assert isinstance(g, Partial)
        close(g.args[0], 2)
        close(wg.vmap(lambda f, x: f(x))(Partial(wnp.multiply, wnp.arange(3.0)), wnp.arange(3.0)), [0, 1, 4])
        inner = Partial(Partial(lambda a, b, c: a + b + c, 1.0), 2.0)
        assert tree_leaves(inner) == [1.0, 2.0]
        close(inner(3.0), 6)

    def test_pullbacks_and_linear_functions_cross_jit(self):
        pullback = wg.jit(lambda x: wg.vjp(wnp.sin, x))(2.0)[1]
        close(pullback(1.0)[0], np.cos(2))
        close(wg.jit(lambda p, ct: p(ct))(pullback, 3.0)[0], 3 * np.cos(2))
        f_jvp = wg.jit(lambda x: wg.linearize(lambda x: x * wnp.sin(x), x))(2.0)[1]
        close(f_jvp(1.0), np.sin(2) + 2 * np.cos(2))
        assert [x.shape for x in tree_leaves(pullback)] == [()]

    def test_pullbacks_are_batched_as_arguments(self):
        pullbacks = wg.vmap(lambda x: wg.vjp(wnp.sin, x)[1])(wnp.arange(3.0))
        close(wg.vmap(lambda p, ct: p(ct)[0])(pullbacks, wnp.ones(3)), np.cos(np.arange(3)))


def test_eval_shape():
    out = wg.eval_shape(
        lambda x, *, y: {"a": x @ y, "n": None},
        wg.ShapeDtypeStruct((2, 3), np.float32),
        y=wg.ShapeDtypeStruct((3,), np.float32),
    )
    assert (out["a"].shape, out["a"].dtype, out["n"]) == ((2,), np.float32, None)
    gradient = wg.eval_shape(wg.grad(lambda x: (x**2).sum()), wg.ShapeDtypeStruct((2, 3), np.float32))
    assert gradient.shape == (2, 3)
    big = wg.eval_shape(lambda n: wnp.zeros((1 << 20, 1 << 20)) + n, 1.0)  # nothing runs
    assert big.shape == (1 << 20, 1 << 20)
    with pytest.raises(errors.ShapeError, match="add: expected shapes that broadcast"):
        wg.eval_shape(lambda x: x + wnp.ones(2), wg.ShapeDtypeStruct((3,), np.float32))
