# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""gather and scatter against loops over their definition: modes, repeated and outside indices, derivatives, errors."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax

MODES = ("clip", "fill_or_drop", "promise_in_bounds")
COMBINE = {
    "scatter": lambda old, new: new,
    "scatter_add": np.add,
    "scatter_sub": np.subtract,
    "scatter_mul": np.multiply,
    "scatter_min": np.minimum,
    "scatter_max": np.maximum,
}
# shape, indices, slice sizes, (window, dropped, mapped, operand batching, indices batching) dimensions
LAYOUTS = [
    ((5, 3), (4, 1), (1, 3), ((1,), (0,), (0,), (), ())),
    ((5, 3), (4, 1), (2, 2), ((0, 1), (), (0,), (), ())),
    ((4, 5), (2, 3, 2), (1, 1), ((), (0, 1), (1, 0), (), ())),
    ((4, 5, 3), (6, 1), (2, 3, 1), ((0, 2), (2,), (1,), (), ())),
    ((2, 5, 3), (4, 2, 1), (1, 1, 3), ((2,), (1,), (1,), (0,), (1,))),
    ((5,), (1,), (2,), ((0,), (), (0,), (), ())),
    ((3, 2), (4, 0), (1, 2), ((1,), (0,), (), (), ())),
]


@pytest.fixture(autouse=True)
def x64():
    with wg.enable_x64():
        yield


def places(shape, indices, sizes, dims, mode):
    """For each element of the result of a gather: its place in the array, None if it is outside."""
    window, dropped, mapped, batching, by = dims
    kept = [d for d in range(len(shape)) if d not in dropped and d not in batching]
    rank = indices.ndim - 1 + len(kept)
    counted = [d for d in range(rank) if d not in window]
    for number in np.ndindex(*indices.shape[:-1]):
        start = [0] * len(shape)
        for k, d in enumerate(mapped):
            start[d] = int(indices[(*number, k)])
        outside = any(not 0 <= start[d] <= shape[d] - sizes[d] for d in mapped)
        start = [min(max(s, 0), n - m) for s, n, m in zip(start, shape, sizes, strict=True)]
        for d, at in zip(batching, by, strict=True):
            start[d] = number[at]
        for offset in np.ndindex(*(sizes[d] for d in kept)):
            here = [0] * rank
            for d, i in zip(counted, number, strict=True):
                here[d] = i
            for d, i in zip(window, offset, strict=True):
                here[d] = i
            there = list(start)
            for d, i in zip(kept, offset, strict=True):
                there[d] += i
            yield tuple(here), None if outside and mode == "fill_or_drop" else tuple(there)


def drawn(layout, dtype, index_dtype, seed=0):
    shape, index_shape, sizes, dims = layout
    rng = np.random.default_rng(seed)
    low = 0 if index_dtype.startswith("u") else -3
    indices = rng.integers(low, 8, index_shape).astype(index_dtype)
    x = (rng.normal(size=shape) * 3).astype(dtype)
    kept = [d for d in range(len(shape)) if d not in dims[1] and d not in dims[3]]
    numbers, inner = iter(index_shape[:-1]), iter([sizes[d] for d in kept])
    rank = len(index_shape) - 1 + len(kept)
    whole = [next(inner) if d in dims[0] else next(numbers) for d in range(rank)]
    return x, indices, (rng.normal(size=whole) * 3).astype(dtype)


def calls(dtype, index_dtype):
    for layout, mode in itertools.product(LAYOUTS, MODES):
        x, indices, updates = drawn(layout, dtype, index_dtype)
        yield layout[2], layout[3], mode, x, indices, updates


@pytest.mark.parametrize("dtype, index_dtype", [("float64", "int64"), ("int16", "uint8"), ("bool", "int8")])
def test_gather_is_the_loop(dtype, index_dtype):
    for sizes, dims, mode, x, indices, updates in calls(dtype, index_dtype):
        expected = np.zeros_like(updates)
        for here, there in places(x.shape, indices, sizes, dims, mode):
            expected[here] = x[there] if there is not None else 0
        numbers = lax.GatherDimensionNumbers(*dims)
        got = lax.gather(x, indices, numbers, sizes, mode=lax.GatherScatterMode[mode.upper()], fill_value=0)
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("op", COMBINE)
@pytest.mark.parametrize("dtype, index_dtype", [("float64", "int64"), ("int16", "uint8")])
def test_scatter_is_the_loop(op, dtype, index_dtype):
    for sizes, dims, mode, x, indices, updates in calls(dtype, index_dtype):
        expected = x.copy()
        for here, there in places(x.shape, indices, sizes, dims, mode):
            if there is not None:
                expected[there] = COMBINE[op](expected[there], updates[here])
        got = getattr(lax, op)(
            x, indices, updates, lax.ScatterDimensionNumbers(*dims), mode=lax.GatherScatterMode[mode.upper()]
        )
        np.testing.assert_allclose(got, expected, rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("dtype, index_dtype", [("float32", "int64"), ("uint8", "uint16"), ("bool", "int8")])
def test_compiled_is_eager(dtype, index_dtype):
    """All layouts, modes and combiners in one module; repeated indices are resolved in the same way."""
    given = list(calls(dtype, index_dtype))
    ops = list(COMBINE) if dtype != "bool" else ["scatter"]

    def together(arrays):
        results = []
        for (sizes, dims, mode, *_), (x, indices, updates) in zip(given, arrays, strict=True):
            kind = lax.GatherScatterMode[mode.upper()]
            results.append(lax.gather(x, indices, lax.GatherDimensionNumbers(*dims), sizes, mode=kind))
            numbers = lax.ScatterDimensionNumbers(*dims)
            results += [getattr(lax, op)(x, indices, updates, numbers, mode=kind) for op in ops]
        return results

    arrays = [tuple(g[3:]) for g in given]
    for got, expected in zip(wg.jit(together)(arrays), together(arrays), strict=True):
        np.testing.assert_allclose(np.asarray(got), np.asarray(expected), rtol=1e-4, atol=1e-5)


def test_fill_values():
    """nan, the least number, the greatest of an unsigned type, True; or what is given."""
    numbers = lax.GatherDimensionNumbers((), (0,), (0,))
    at = np.array([[0], [5], [-1]])
    expected = {"float32": np.nan, "int32": -(2**31), "uint8": 255, "bool": True}
    for dtype, fill in expected.items():
        got = np.asarray(lax.gather(np.zeros(2, dtype), at, numbers, (1,), mode="fill"))
        np.testing.assert_array_equal(got, np.array([0, fill, fill], dtype))
    got = lax.gather(np.zeros(2), at, numbers, (1,), mode="fill", fill_value=7)
    np.testing.assert_array_equal(got, [0, 7, 7])


def test_huge_indices_stay_outside():
    """No index wraps around when its type is narrowed."""
    numbers = lax.GatherDimensionNumbers((), (0,), (0,))
    into = lax.ScatterDimensionNumbers((), (0,), (0,))
    x = np.arange(300.0)
    for dtype in ("int64", "uint64", "uint32", "int8", "uint8"):
        info = np.iinfo(dtype)
        at = np.array([[info.max], [info.min], [1]], dtype)

        def read(x, at):
            return [
                lax.gather(x, at, numbers, (1,), mode="clip"),
                lax.gather(x, at, numbers, (1,), mode="fill", fill_value=-1),
                lax.scatter_add(x, at, np.ones(3), into, mode="drop"),
                lax.scatter(x, at, np.ones(3), into, mode="drop"),
            ]

        inside = [0 <= int(i) < 300 for i in at.ravel()]
        moved = [min(max(int(i), 0), 299) for i in at.ravel()]
        added, replaced = x.copy(), x.copy()
        for i, ok in zip(moved, inside, strict=True):
            if ok:
                added[i] += 1
                replaced[i] = 1
        for run in (read, wg.jit(read)):
            clipped, filled, sums, sets = run(x, at)
            np.testing.assert_array_equal(clipped, moved)
            np.testing.assert_array_equal(filled, [i if ok else -1 for i, ok in zip(moved, inside, strict=True)])
            np.testing.assert_array_equal(sums, added)
            np.testing.assert_array_equal(sets, replaced)


def test_the_last_of_several_updates_has_the_gradient():
    x, at, updates = np.zeros(3), np.array([[1], [1], [9], [0]]), np.array([1.0, 2.0, 3.0, 4.0])
    numbers = lax.ScatterDimensionNumbers((), (0,), (0,))
    weights = np.array([10.0, 20.0, 30.0])

    def f(x, updates):
        return wnp.sum(weights * lax.scatter(x, at, updates, numbers))

    dx, du = wg.grad(f, (0, 1))(x, updates)
    np.testing.assert_array_equal(dx, [0, 0, 30])
    np.testing.assert_array_equal(du, [0, 20, 0, 10])


def test_gradient_of_products_with_zeros():
    """The product of the others, also where an update is zero."""
    at = np.array([[0], [0], [1], [1], [1]])
    numbers = lax.ScatterDimensionNumbers((), (0,), (0,))
    x, updates = np.array([2.0, 3.0]), np.array([5.0, 0.0, 0.0, 0.0, 7.0])
    _, du = wg.grad(lambda x, u: wnp.sum(lax.scatter_mul(x, at, u, numbers)), (0, 1))(x, updates)
    np.testing.assert_array_equal(du, [0, 10, 0, 0, 0])


def test_higher_derivatives_of_products_with_zeros():
    """As those of the products written out: with no, one and several zeros among the updates of an element."""
    at, weights = np.array([[0], [1], [0], [1], [1], [9]]), np.array([1.0, 2.0])
    numbers = lax.ScatterDimensionNumbers((), (0,), (0,))

    def f(x, u):
        return wnp.sum(weights * wnp.sin(lax.scatter_mul(x, at, u, numbers)))

    def written_out(x, u):
        return wnp.sum(weights * wnp.sin(wnp.stack([x[0] * u[0] * u[2], x[1] * u[1] * u[3] * u[4]])))

    x = np.array([2.0, 3.0])
    for u in ([5.0, 0, 0, 0, 7, 4], [0.0] * 6, [0.5, 2, -1, 3, 1, 0]):
        u = np.array(u)
        for of in (
            lambda f: wg.hessian(f, 1),
            lambda f: wg.jit(wg.hessian(f, 1)),
            lambda f: wg.jacrev(wg.grad(f, 1), 0),
            lambda f: wg.jacfwd(wg.hessian(f, 1), 1),
        ):
            np.testing.assert_allclose(of(f)(x, u), of(written_out)(x, u), atol=1e-12)
    batch = np.stack([u, u + 1])
    got = wg.jit(wg.vmap(wg.grad(f, 1), (None, 0)))(x, batch)
    np.testing.assert_allclose(got, [wg.grad(f, 1)(x, u) for u in batch], rtol=1e-12)


@pytest.mark.parametrize("unit", [1, 1j])
def test_products_that_overflow_do_not_meet_others(unit):
    at, updates = np.array([[0], [0], [0], [1], [1]]), np.array([1e300, 1e300, np.nan, 2, 3]) * unit
    numbers = lax.ScatterDimensionNumbers((), (0,), (0,))
    f = lambda u: wnp.real(lax.scatter_mul(np.array([1.0, 5.0]) * unit, at, u, numbers) * unit).sum()
    for run in (wg.grad(f), wg.jit(wg.grad(f))):
        np.testing.assert_array_equal(run(updates)[3:], np.array([15, 10]) * unit**3)


def test_ties_of_extrema_share_the_gradient():
    at = np.array([[0], [0], [1]])
    numbers = lax.ScatterDimensionNumbers((), (0,), (0,))
    x, updates = np.array([2.0, 3.0]), np.array([2.0, 1.0, 4.0])
    dx, du = wg.grad(lambda x, u: wnp.sum(lax.scatter_max(x, at, u, numbers)), (0, 1))(x, updates)
    np.testing.assert_array_equal(dx, [0.5, 0])
    np.testing.assert_array_equal(du, [0.5, 0, 1])


def test_scatter_apply_repeats():
    numbers = lax.ScatterDimensionNumbers((), (0,), (0,))
    at = np.array([[1], [1], [9]])
    got = lax.scatter_apply(np.array([1.0, 2.0]), at, lambda x: 10 * x, numbers, update_shape=(3,))
    np.testing.assert_array_equal(got, [1, 200])
    traced = wg.jit(lambda x, at: lax.scatter_apply(x, at, wnp.sin, numbers, update_shape=(1,), unique_indices=True))(
        np.array([1.0, 2.0]), at[:1]
    )
    np.testing.assert_allclose(traced, [1, np.sin(2)])
    repeated = wg.jit(lambda x, at: lax.scatter_apply(x, at, wnp.sin, numbers, update_shape=(3,)))
    np.testing.assert_allclose(repeated(np.array([1.0, 2.0]), at), [1, np.sin(np.sin(2))])
    slope = wg.jit(wg.grad(lambda x, at: wnp.sum(repeated(x, at))))(np.array([1.0, 2.0]), at)
    np.testing.assert_allclose(slope, [1, np.cos(np.sin(2)) * np.cos(2)])
    rows = lax.ScatterDimensionNumbers((1,), (0,), (0,))
    both = lambda x, at: lax.scatter_apply(x, at, lambda x: x + 1, rows, update_shape=(3, 2))
    np.testing.assert_array_equal(wg.vmap(both, (None, 0))(np.zeros((2, 2)), at[None])[0], [[0, 0], [2, 2]])
    many = np.zeros((65, 1), np.int32)
    doubled = lambda x, at: lax.scatter_apply(x, at, lambda x: x * 1.5, numbers, update_shape=(65,))
    for run in (wg.jit(doubled), wg.jit(lambda x, at: wg.vmap(doubled, (None, 0))(x, at[None])[0])):
        np.testing.assert_allclose(run(np.ones(2), many), [1.5**65, 1], rtol=1e-5)
    slope = wg.jit(wg.grad(lambda x, at: doubled(x, at).sum()))(np.ones(2), many)
    np.testing.assert_allclose(slope, [1.5**65, 1], rtol=1e-5)


def test_errors():
    """The type rule speaks in eager mode too."""
    x, rows = np.ones((5, 3)), lax.GatherDimensionNumbers((1,), (0,), (0,))
    into = lax.ScatterDimensionNumbers((1,), (0,), (0,))
    at = np.zeros((4, 1), np.int32)
    with pytest.raises(errors.ShapeError, match=r"gather: expected slice_sizes within the shape .* but got \[1, 4\]"):
        lax.gather(x, at, rows, (1, 4))
    with pytest.raises(errors.ShapeError, match="gather: expected one entry of"):
        lax.gather(x, np.zeros((4, 2), np.int32), rows, (1, 3))
    with pytest.raises(errors.DtypeError, match="gather: expected indices of an integer type but got float64"):
        lax.gather(x, np.zeros((4, 1)), rows, (1, 3))
    with pytest.raises(errors.DtypeError, match="gather: expected integers as slice_sizes"):
        lax.gather(x, at, rows, (1, 2.5))
    with pytest.raises(errors.DtypeError, match="scatter_add: expected updates of the type of the operand, float64"):
        lax.scatter_add(x, at, np.ones((4, 3), np.float32), into)
    with pytest.raises(errors.ShapeError, match="scatter: expected a window within the shape"):
        lax.scatter(x, at, np.ones((4, 4)), into)
    with pytest.raises(ValueError, match="GatherScatterMode: expected one of clip, fill, drop, promise_in_bounds"):
        lax.gather(x, at, rows, (1, 3), mode="wrap")
