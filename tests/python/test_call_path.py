# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The native call path: what is a hit, what is a miss, and that hits give the right values in the right structure."""

import collections
import gc
import threading
import weakref

import numpy as np
import optree
import pytest

from wengert import array, runtime
from wengert._native import CallPath, memory_pool
from wengert.array import Array
from wengert.config import config, enable_x64
from wengert.runtime import Spec, aligned_empty, executable_from_text


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory):
    before = config.cache_dir
    config.update("cache_dir", str(tmp_path_factory.mktemp("cache")))
    yield
    config.update("cache_dir", before)


def spec(*shape, dtype=np.float32):
    return Spec(shape, np.dtype(dtype))


def wrap(x, weak=False):
    return Array._wrap(np.asarray(x, np.float32), weak)


def doubling(*specs):
    """The program that doubles each of its arguments."""
    types = [s.mlir_type for s in specs]
    add = ["arith.addf" if s.dtype.kind == "f" else "arith.addi" for s in specs]
    body = "\n".join(f"  %r{i} = {add[i]} %a{i}, %a{i} : {t}" for i, t in enumerate(types))
    params = ", ".join(f"%a{i}: {t}" for i, t in enumerate(types))
    results = ", ".join(f"%r{i}" for i in range(len(types)))
    kinds = ", ".join(types)
    text = f"func.func @main({params}) -> ({kinds}) {{\n{body}\n  return {results} : {kinds}\n}}"
    return executable_from_text(text, "main", specs, specs)


class Doubler(CallPath):
    """A jit whose results have the structure of its arguments, and whose misses are counted."""

    def __init__(self, executable, captured=(), weak=False, static_argnums=(), static_argnames=()):
        self.executable, self.captured, self.weak, self.log = executable, list(captured), weak, []
        self.static_argnums, self.static_argnames = static_argnums, static_argnames
        super().__init__(self.miss, optree.tree_flatten, optree.tree_unflatten, static_argnums, static_argnames)

    def miss(self, args, kwargs):
        self.log.append((args, kwargs))
        n = len(args)
        static = {i % n for i in self.static_argnums if -n <= i < n}
        args = tuple(None if i in static else x for i, x in enumerate(args))
        kwargs = {k: v for k, v in kwargs.items() if k not in self.static_argnames}
        leaves, tree = optree.tree_flatten((args, kwargs))
        data = [x._data if type(x) is Array else np.asarray(x) for x in leaves] + self.captured
        inputs = self.executable.inputs
        results = self.executable([d.astype(s.dtype) for d, s in zip(data, inputs, strict=True)])
        weak = [self.weak] * len(results)
        if len(results) > len(leaves):
            tree = optree.tree_structure([0] * len(results))
        self.installed = self.install(self.executable.launcher, self.captured, weak, tree)
        return optree.tree_unflatten(tree, [Array._wrap(r, self.weak) for r in results])

    @property
    def misses(self):
        return len(self.log)


SCALAR, VECTOR, LARGE = spec(), spec(3), spec(300, 400)


def test_second_call_with_one_signature_hits():
    f = Doubler(doubling(SCALAR))
    for x in (1.5, 2.5, 3.5):
        ((y,), kwargs) = f(wrap(x))
        assert y.dtype == np.float32 and y.shape == () and float(y) == 2 * x and kwargs == {}
    assert f.misses == 1
    assert f.statistics() == {"entries": 1, "hits": 2, "misses": 1}


def test_kinds_of_scalars_and_arrays_have_their_own_signatures():
    f = Doubler(doubling(SCALAR))
    values = [wrap(1.0), wrap(2.0, weak=True), 3.0, 4, np.float32(5), np.array(6, np.float32), np.array(7.0), True]
    for expected_misses in (len(values), len(values)):
        for x in values:
            assert float(f(x)[0][0]) == 2 * float(x)
        assert f.misses == expected_misses


def test_weak_types_of_results():
    strong, weak = Doubler(doubling(SCALAR)), Doubler(doubling(SCALAR), weak=True)
    for _ in range(2):
        assert strong(wrap(1))[0][0].weak_type is False
        assert weak(wrap(1))[0][0].weak_type is True


def test_results_are_read_only_and_own_their_memory():
    f = Doubler(doubling(VECTOR, LARGE))
    args = wrap([1, 2, 3]), wrap(np.ones((300, 400)))
    f(*args)
    small, large = f(*args)[0]
    for _ in range(3):
        f(wrap([7, 7, 7]), wrap(np.full((300, 400), 7)))
    for x in (small, large):
        assert not np.asarray(x).flags.writeable
    np.testing.assert_array_equal(small, [2, 4, 6])
    np.testing.assert_array_equal(large, np.full((300, 400), 2))


def test_structures_of_arguments_and_results():
    f = Doubler(doubling(VECTOR, SCALAR, SCALAR, SCALAR))
    a, b, c, d = wrap([1, 2, 3]), wrap(4), wrap(5), wrap(6)

    def call():
        return f({"z": b, "a": a}, [None, (c,)], last=d)

    first, second = call(), call()
    assert f.misses == 1
    assert optree.tree_structure(first) == optree.tree_structure(second)
    (params, pair), kwargs = second
    np.testing.assert_array_equal(params["a"], [2, 4, 6])
    assert [float(x) for x in (params["z"], pair[1][0], kwargs["last"])] == [8, 10, 12]
    assert pair[0] is None and type(pair) is list
    f({"a": a, "z": b}, [None, (c,)], last=d)  # the order of keys is no difference
    assert f.misses == 1
    f({"a": a, "z": b}, (None, (c,)), last=d)  # a tuple for a list is
    assert f.misses == 2


def test_other_pytrees_are_flattened_by_optree():
    Point = collections.namedtuple("Point", "x y")
    f = Doubler(doubling(VECTOR, SCALAR))
    for _ in range(3):
        ((point,), _) = f(Point(wrap([1, 2, 3]), wrap(4)))
        assert type(point) is Point and float(point.y) == 8
    f(collections.OrderedDict(b=wrap([1, 2, 3]), a=wrap(1)))
    assert f.misses == 2


def test_static_arguments_are_compared_by_type_and_value():
    f = Doubler(doubling(SCALAR), static_argnums=(1,), static_argnames=("mode",))
    x = wrap(1)
    for expected, (position, mode) in enumerate([("a", 1), ("b", 1), ("b", 1.0), ("b", True), ("b", (1, 2))], 1):
        for _ in range(2):
            f(x, position, mode=mode)
        assert f.misses == expected
    last = Doubler(doubling(SCALAR), static_argnums=(-1,))
    last(x, "a"), last(x, "a"), last(x, "b")
    assert last.misses == 2


def test_unhashable_static_argument_is_left_to_the_miss():
    f = Doubler(doubling(SCALAR), static_argnums=(1,))
    for _ in range(2):
        f(wrap(1), [1])
    assert f.misses == 2 and f.installed is False


def test_static_argument_whose_comparison_fails():
    class Strange:
        def __hash__(self):
            return 1

        def __eq__(self, other):
            raise RuntimeError("no")

    f = Doubler(doubling(SCALAR), static_argnums=(1,))
    f(wrap(1), Strange()), f(wrap(1), Strange())
    assert f.misses == 2


def test_shape_dtype_and_number_of_arguments_matter():
    f = Doubler(doubling(VECTOR))
    f(wrap([1, 2, 3]))
    f.executable = doubling(spec(4))
    np.testing.assert_array_equal(f(wrap([1, 2, 3, 4]))[0][0], [2, 4, 6, 8])
    np.testing.assert_array_equal(f(wrap([1, 2, 3]))[0][0], [2, 4, 6])
    assert f.misses == 2
    with pytest.raises(ValueError):
        f(wrap([1, 2, 3]), wrap([1, 2, 3]))


def test_integers_that_do_not_fit_are_left_to_the_miss():
    f = Doubler(doubling(spec(dtype=np.int32)))
    assert int(f(3)[0][0]) == int(f(3)[0][0]) == 6
    assert int(f(-5)[0][0]) == -10
    assert f.misses == 1
    f(2**40)
    assert f.misses == 2


def test_numpy_arrays_are_read_in_any_layout():
    f = Doubler(doubling(spec(4, 6), LARGE))
    small, large = np.arange(24, dtype=np.float32).reshape(4, 6), np.ones((300, 400), np.float32)
    wide = np.zeros((300, 800), np.float32)
    wide[:, ::2] = 3
    for x, y in ((small, large), (np.asfortranarray(small), wide[:, ::2]), (small[::-1], large.T.reshape(300, 400))):
        (a, b), _ = f(x, y)
        np.testing.assert_array_equal(a, 2 * x)
        np.testing.assert_array_equal(b, 2 * y)
    assert f.misses == 1
    swapped = small.astype(">f4")
    np.testing.assert_array_equal(f(swapped, large)[0][0], 2 * small)
    assert f.misses == 2


def test_an_array_at_a_bad_address_is_moved_once():
    memory = aligned_empty((300 * 400 + 1,), np.float32)
    memory[:] = 1
    x = Array._wrap(memory[1:].reshape(300, 400))
    f = Doubler(doubling(LARGE))
    f(x)
    assert not runtime.is_aligned(x._data)
    np.testing.assert_array_equal(f(x)[0][0], 2 * memory[1:].reshape(300, 400))
    assert runtime.is_aligned(x._data)
    moved = x._data
    f(x)
    assert x._data is moved
    np.testing.assert_array_equal(x, np.ones((300, 400)))


def test_an_array_at_a_bad_address_given_twice():
    f = Doubler(doubling(LARGE, LARGE))
    f(*[wrap(np.ones((300, 400), np.float32))] * 2)
    for i in range(10):
        memory = aligned_empty((300 * 400 + 1,), np.float32)
        memory[:] = i
        x = Array._wrap(memory[1:].reshape(300, 400))
        del memory  # only the Array holds it
        for result in f(x, x)[0][:2]:
            np.testing.assert_array_equal(result, np.full((300, 400), 2.0 * i))
        assert runtime.is_aligned(x._data)
    assert f.misses == 1


def test_captured_arrays_follow_the_leaves():
    f = Doubler(doubling(SCALAR, VECTOR), captured=[np.float32([1, 2, 3])])
    for _ in range(2):
        x, captured = f(wrap(5))
        assert float(x) == 10
        np.testing.assert_array_equal(captured, [2, 4, 6])
    assert f.misses == 1


def test_captured_array_at_a_bad_address_is_copied_once():
    memory = aligned_empty((300 * 400 + 1,), np.float32)
    memory[:] = 1
    f = Doubler(doubling(SCALAR, LARGE), captured=[memory[1:].reshape(300, 400)])
    for _ in range(3):
        np.testing.assert_array_equal(f(wrap(5))[1], np.full((300, 400), 2))
    assert f.misses == 1


def test_settings_are_part_of_the_signature():
    f = Doubler(doubling(SCALAR))
    f(1.0)
    with enable_x64():
        f(1.0), f(1.0)
        assert f.misses == 2
    f(1.0)
    assert f.misses == 2
    config.update("threefry_partitionable", True)
    f(1.0)
    config.update("threefry_partitionable", False)
    assert f.misses == 3


def test_nothing_hits_while_a_staging_trace_is_active():
    f = Doubler(doubling(SCALAR))
    f(1.0)
    array.enter_staging()
    try:
        f(1.0)
        assert f.misses == 2 and f.installed is False
    finally:
        array.leave_staging()
    f(1.0)
    assert f.misses == 2


def test_errors_of_the_miss_come_through_and_nothing_stays_behind():
    def fail(args, kwargs):
        raise KeyError("from the miss")

    f = CallPath(fail, optree.tree_flatten, optree.tree_unflatten)
    for _ in range(2):
        with pytest.raises(KeyError, match="from the miss"):
            f(1.0)
    assert f.install(None, [], [], None) is False  # outside of a miss


def test_install_checks_the_numbers_of_leaves():
    f = Doubler(doubling(SCALAR))

    def miss(args, kwargs):
        return g.install(f.executable.launcher, [np.zeros(())], [False], optree.tree_structure(0))

    g = CallPath(miss, optree.tree_flatten, optree.tree_unflatten)
    with pytest.raises(ValueError, match="expected as many leaves and results"):
        g(1.0)


def test_wrong_construction():
    with pytest.raises(TypeError):
        CallPath()
    with pytest.raises(TypeError, match="static names of type str"):
        CallPath(print, print, print, (), (1,))
    with pytest.raises(TypeError, match="__init__ has not been called"):
        CallPath.__new__(CallPath)()
    f = CallPath(print, print, print)
    with pytest.raises(TypeError, match="called twice"):
        f.__init__(print, print, print)


def test_it_is_a_method_of_classes():
    class Model:
        f = CallPath(lambda args, kwargs: (args, kwargs), optree.tree_flatten, optree.tree_unflatten)

    model = Model()
    assert model.f(1, k=2) == ((model, 1), {"k": 2})
    assert isinstance(Model.f, CallPath)


def test_recursion_through_a_miss():
    inner = Doubler(doubling(SCALAR))
    outer = Doubler(doubling(SCALAR))
    original = outer.miss

    def miss(args, kwargs):
        inner(args[0])
        return original(args, kwargs)

    outer_path = CallPath(miss, optree.tree_flatten, optree.tree_unflatten)
    outer.install = outer_path.install
    for _ in range(2):
        assert float(outer_path(3.0)[0][0]) == 6
    assert outer_path.statistics()["hits"] == 1
    assert inner.statistics() == {"entries": 1, "hits": 0, "misses": 1}


def test_threads_get_their_own_results():
    f = Doubler(doubling(VECTOR, LARGE))
    wrong = []

    def call(i):
        x, y = wrap([i] * 3), wrap(np.full((300, 400), i))
        for _ in range(100):
            (a, b), _ = f(x, y)
            if not (np.asarray(a) == 2 * i).all() or not (np.asarray(b) == 2 * i).all():
                wrong.append(i)

    threads = [threading.Thread(target=call, args=(i,)) for i in range(6)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong
    assert f.statistics()["hits"] >= 594


def test_memory_of_large_results_is_used_again_up_to_a_limit():
    f = Doubler(doubling(LARGE))
    x = wrap(np.ones((300, 400)))
    f(x)
    gc.collect()
    _, limit = memory_pool()
    try:
        memory_pool(0)
        assert memory_pool()[0] == 0
        memory_pool(1 << 20)
        y = f(x)
        address = y[0][0]._data.ctypes.data
        del y
        assert memory_pool()[0] >= 480_000
        assert f(x)[0][0]._data.ctypes.data == address
        many = [f(x) for _ in range(8)]
        del many
        assert memory_pool()[0] <= 1 << 20
    finally:
        memory_pool(limit)


def test_clear_entries_and_garbage():
    f = Doubler(doubling(SCALAR))
    f(1.0)
    f.clear_entries()
    assert f.statistics()["entries"] == 0
    f(1.0)
    assert f.misses == 2
    gone = weakref.ref(f)
    del f  # holds itself through the bound method that it was given
    gc.collect()
    assert gone() is None
