# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reading and updating at indices, beside NumPy; what lies outside; the refusals."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors

X = np.arange(24).reshape(2, 3, 4)
MASK = np.array([True, False, True])


@pytest.mark.parametrize(
    "index",
    [
        np.s_[1], np.s_[-1, ..., 0], np.s_[None, :, 1], np.s_[..., None], np.s_[:, ::-2], np.s_[()], np.s_[True],
        np.s_[:, MASK], np.s_[..., MASK, :], np.s_[X % 5 == 0], np.s_[X[..., 0] > 3], np.s_[:, np.array([2, -1, 0])],
        np.s_[np.array([0, 1]), :, np.array([1, 3])], np.s_[np.array([[0], [1]]), np.array([0, 2])],
        np.s_[1, :, [0, 2]],
    ],
)  # fmt: skip
def test_reads_as_numpy(index):
    x = wnp.array(X)
    np.testing.assert_array_equal(x[index], X[index])
    np.testing.assert_array_equal(wg.jit(lambda x: x[index])(x), X[index])


@pytest.mark.parametrize(
    "index", [np.s_[1], np.s_[:, MASK], np.s_[np.array([0, 1]), :, np.array([1, 3])], np.s_[X > 7]]
)
def test_updates_as_numpy(index):
    expected = X.copy()
    expected[index] += 100
    np.testing.assert_array_equal(wnp.array(X).at[index].add(100), expected)


METHODS = ("set", "add", "subtract", "multiply", "divide", "power", "min", "max")
I, J = np.array([2, -1, 0, 7, 2, -9]), np.array([0, 3, 3, 1, -4, 5])
INDICES = [
    np.s_[0, I], np.s_[:, I], np.s_[..., J], np.s_[I, J[:, None], 0], np.s_[I, :, J], np.s_[:, I, ::-1],
    np.s_[1, None, I, 1:3], np.s_[::2, :, J], np.s_[:, ::2, J], np.s_[I[:, None], None, :, J],
    np.s_[:, I.astype("uint8")], np.s_[1, ::2], np.s_[-1, 0], np.s_[5], np.s_[1:, ::-1, ...], np.s_[None, 1],
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    "method, constant", [*((m, True) for m in ("set", "add", "power")), ("set", False), ("min", False)]
)
def test_updates_of_tracers_are_those_of_arrays(method, constant):
    """All indices and modes, repeated and outside elements among them, with the index known or traced."""
    rng = np.random.default_rng(0)
    with wg.enable_x64():
        x = wnp.array(rng.uniform(0.5, 2, (2, 3, 4)))
        runs, arguments = [], []
        for index in INDICES:
            shape = np.broadcast_shapes(wnp.zeros((2, 3, 4)).at[index].get().shape)
            for mode in (None, "clip"):
                value = rng.uniform(0.5, 2, shape[1:] if len(shape) > 1 and shape[0] != 1 else shape)
                parts = index if isinstance(index, tuple) else (index,)
                arrays = [p for p in parts if isinstance(p, np.ndarray) or (isinstance(p, int) and not constant)]
                runs.append((parts, mode))
                arguments.append((value, [] if constant else [np.asarray(a) for a in arrays]))

        def together(x, arguments):
            results = []
            for (parts, mode), (value, arrays) in zip(runs, arguments, strict=True):
                rest = iter(arrays)
                is_array = lambda p: isinstance(p, np.ndarray) or isinstance(p, int)
                index = tuple(next(rest) if arrays and is_array(p) else p for p in parts)
                results.append(getattr(x.at[index], method)(value, mode=mode))
            return results

        for got, expected, run in zip(wg.jit(together)(x, arguments), together(x, arguments), runs, strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-12, err_msg=f"{method} {run}")


def test_updates_of_tracers_have_gradients():
    x, v = wnp.arange(1.0, 5.0), wnp.array([2.0, 3.0, 4.0])
    i = wnp.array([1, 9, 1])
    for method in METHODS:
        f = lambda x, v, i, method=method: (getattr(x.at[i], method)(v) ** 2).sum()
        for got, expected in zip(wg.jit(wg.grad(f, (0, 1)))(x, v, i), wg.grad(f, (0, 1))(x, v, i), strict=True):
            np.testing.assert_allclose(got, expected, rtol=1e-5)
    np.testing.assert_array_equal(wg.grad(lambda v: x.at[i].set(v).sum())(v), [0, 0, 1])
    np.testing.assert_array_equal(wg.grad(lambda x: x.at[i].set(v).sum())(x), [1, 0, 1, 1])


def test_vmap_of_updates():
    x = np.arange(12.0).reshape(3, 4)
    i = np.array([[0, 1], [3, 3], [2, -1]])
    v = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    got = wg.vmap(lambda x, i, v: x.at[i].set(v))(x, i, v)
    expected = x.copy()
    for k in range(3):
        expected[k, i[k]] = v[k]
    np.testing.assert_array_equal(got, expected)
    np.testing.assert_array_equal(wg.vmap(lambda i: wnp.array(x[0])[i])(i), x[0][i])


def test_traced_masks_choose():
    x, mask = wnp.arange(6.0).reshape(2, 3), wnp.array([True, False])
    for method in METHODS:
        for value in (2.0, wnp.array([2.0, 3.0, 4.0])):
            f = lambda x, m, value=value, method=method: getattr(x.at[m], method)(value)
            np.testing.assert_allclose(wg.jit(f)(x, mask), f(x, mask))
    np.testing.assert_array_equal(wg.jit(lambda x: x.at[x > 2].set(0))(x), [[0, 1, 2], [0, 0, 0]])
    with pytest.raises(errors.ConcretizationError, match=r"at\[\].set: expected one value for all elements"):
        wg.jit(lambda x, m: x.at[m].set(wnp.ones((2, 3))))(x, mask)
    with pytest.raises(errors.IndexingError, match=r"expected a bool array of the shape \(2,\)"):
        wg.jit(lambda x, m: x.at[m].set(1))(x, wnp.array([True]))


def test_bools_and_integers_update_under_a_trace():
    b, i = wnp.array([True, False, True]), wnp.array([0, 1])
    for method in ("set", "add", "multiply", "min", "max"):
        f = lambda b, i, method=method: getattr(b.at[i], method)(wnp.array([False, True]))
        np.testing.assert_array_equal(wg.jit(f)(b, i), f(b, i))
    big = wnp.array([2**30 + 1, 7, -7])
    f = lambda x, i: x.at[i].divide(2)
    np.testing.assert_array_equal(wg.jit(f)(big, wnp.array([1, 2])), f(big, wnp.array([1, 2])))


def test_apply_as_often_as_named():
    x, i = wnp.arange(4.0), wnp.array([1, 1, 3])
    np.testing.assert_array_equal(x.at[i].apply(lambda x: 10 * x), [0, 100, 2, 30])
    np.testing.assert_array_equal(wg.jit(lambda x: x.at[i].apply(lambda x: 10 * x))(x), [0, 100, 2, 30])
    np.testing.assert_array_equal(wg.jit(lambda x, i: x.at[i].apply(lambda x: 10 * x))(x, 2), [0, 1, 20, 3])
    once = wg.jit(lambda x, i: x.at[i].apply(lambda x: 10 * x, unique_indices=True))
    np.testing.assert_array_equal(once(x, i[1:]), [0, 10, 2, 30])
    traced = wg.jit(lambda x, i: x.at[i].apply(lambda x: 10 * x))
    np.testing.assert_array_equal(traced(x, i), [0, 100, 2, 30])
    np.testing.assert_array_equal(wg.vmap(traced, (None, 0))(x, i[None, ::-1]), [[0, 100, 2, 30]])
    many = wg.jit(lambda x, i: x.at[i].apply(lambda x: x + 1))
    np.testing.assert_array_equal(many(x, wnp.zeros(65, "int32")), [65, 1, 2, 3])


@pytest.mark.parametrize("transform", [lambda f: f, wg.jit])
def test_reads_outside(transform):
    x, i = wnp.arange(3.0), wnp.array([1, 7, -1, -9])
    np.testing.assert_array_equal(transform(lambda x, i: x[i])(x, i), [1, 2, 2, 0])
    np.testing.assert_array_equal(transform(lambda x, i: x.at[i].get(mode="fill"))(x, i), [1, np.nan, 2, np.nan])
    np.testing.assert_array_equal(transform(lambda x, i: x.at[i].get(mode="fill", fill_value=5))(x, i), [1, 5, 2, 5])
    assert np.isnan(transform(lambda x: x.at[4].get(mode="fill"))(x))


def test_fill_values_of_the_types():
    get = lambda dtype: wnp.ones(1, dtype).at[3].get(mode="fill").item()
    assert (get("int32"), get("uint32"), get("bool")) == (-(2**31), 2**32 - 1, True)


def test_updates_outside():
    x = wnp.zeros(3)
    np.testing.assert_array_equal(x.at[7].set(1), [0, 0, 0])
    np.testing.assert_array_equal(x.at[7].set(1, mode="clip"), [0, 0, 1])
    np.testing.assert_array_equal(x.at[wnp.array([0, 5, -1])].add(1), [1, 0, 1])
    np.testing.assert_array_equal(x.at[wnp.array([9, 1])].set(wnp.array([4, 5]), mode="clip"), [0, 5, 4])
    traced = wg.jit(lambda x, i, mode: x.at[i].set(1, mode=mode), static_argnums=2)
    np.testing.assert_array_equal(traced(x, 7, None), [0, 0, 0])
    np.testing.assert_array_equal(traced(x, 7, "clip"), [0, 0, 1])
    np.testing.assert_array_equal(traced(x, -1, None), [0, 0, 1])
    pairs = wnp.zeros((2, 2)).at[wnp.array([0, 5]), wnp.array([1, 1])].set(wnp.array([7, 8]))
    np.testing.assert_array_equal(pairs, [[0, 7], [0, 0]])


def test_false_selects_nothing_and_true_everything():
    indices = [
        np.s_[False],
        np.s_[0, False],
        np.s_[..., False, 1],
        np.s_[False, MASK[:2]],
        np.s_[:, False],
        np.s_[True, 1],
    ]
    got = wg.jit(lambda x: [x[i] for i in indices])(wnp.array(X))
    for index, compiled in zip(indices, got, strict=True):
        np.testing.assert_array_equal(wnp.array(X)[index], X[index])
        np.testing.assert_array_equal(compiled, X[index])
    x = wnp.array(X)
    np.testing.assert_array_equal(x.at[False].set(1), X)
    np.testing.assert_array_equal(x.at[0, False].apply(wnp.sin), X)
    assert x.at[False].get(mode="fill").shape == (0, 2, 3, 4)
    assert wnp.array(True)[wnp.array(False)].shape == (0,)


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (np.s_[0, 0, 0, 0], "index: expected at most 3 indices for shape (2, 3, 4) but got 4"),
        (np.s_[..., ...], "index: expected at most one ... but got several"),
        (np.s_[MASK], "index: expected a bool array of the shape (2,) that it selects but got (3,)"),
        (np.s_[..., MASK], "index: expected a bool array of the shape (4,) that it selects but got (3,)"),
    ],
)
def test_refuses_what_does_not_fit(index, message):
    for f in (lambda x: x[index], wg.jit(lambda x: x[index]), lambda x: x.at[index].set(0)):
        with pytest.raises(IndexError) as raised:
            f(wnp.array(X))
        assert isinstance(raised.value, errors.IndexingError) and str(raised.value).startswith(message)


def test_refuses_an_empty_dimension():
    with pytest.raises(errors.IndexingError, match="expected a dimension that is not empty but got"):
        wnp.zeros((0, 3))[0]


def test_refuses_options_of_updates():
    with pytest.raises(ValueError, match=r"at\[\].set: expected a mode of None, clip, drop, .* but got 'near'"):
        wnp.zeros(2).at[0].set(1, mode="near")
    with pytest.raises(TypeError, match=r"at\[\].add: expected the options mode, .* but got {'wrap'}"):
        wnp.zeros(2).at[0].add(1, wrap=True)


@pytest.mark.parametrize("dtype", ["int8", "int32"])
def test_traced_integers_far_outside(dtype):
    """What is below the first element even when it is counted from the end is at the first, not counted twice."""
    x = wnp.arange(120.0)
    read, write = wg.jit(lambda i: x[i]), wg.jit(lambda i: x.at[i].set(-1.0))
    for i in (-128, -121, -120, -1, 0, 119, 120, 127):
        eager = wnp.asarray(i, dtype)
        assert float(read(eager)) == float(x[i]) == np.clip(i + 120 * (i < 0), 0, 119)
        np.testing.assert_array_equal(write(eager), x.at[i].set(-1.0))


def test_traced_indices_inside_of_tuples():
    x = wnp.arange(24.0).reshape(2, 3, 4)
    got = wg.jit(lambda x, i: x[i])(x, ((1, 0), (1, 2)))
    assert got.tolist() == x[np.array([1, 0]), np.array([1, 2])].tolist()
