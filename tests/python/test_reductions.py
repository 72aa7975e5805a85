# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cumulative ops, windows and computations through `lax` and `numpy`, against NumPy and by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


# ---------------------------------------------------------------------------------------------------------------------
# Cumulative


@pytest.mark.parametrize("name", ["cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"])
@pytest.mark.parametrize("reverse", [False, True])
def test_cumulative(name, reverse):
    ufunc = {"cumsum": np.add, "cumprod": np.multiply, "cummax": np.maximum, "cummin": np.minimum}.get(
        name, np.logaddexp
    )
    x = rng().normal(size=(3, 5)).astype(np.float32)
    for axis in (0, 1, -1):
        flipped = np.flip(x, axis) if reverse else x
        expected = ufunc.accumulate(flipped, axis)
        expected = np.flip(expected, axis) if reverse else expected
        for f in (
            lambda v: getattr(lax, name)(v, axis, reverse),
            wg.jit(lambda v: getattr(lax, name)(v, axis, reverse)),
        ):
            np.testing.assert_allclose(f(x), expected, rtol=2e-6, atol=1e-6)


def test_cumulative_infinities():
    """What comes later does not reach back: no product of zero and infinity."""
    x = np.array([1, np.inf, 2, -np.inf, 0], np.float32)
    for name, ufunc in (("cumsum", np.add), ("cummax", np.maximum), ("cummin", np.minimum), ("cumprod", np.multiply)):
        with np.errstate(invalid="ignore"):
            np.testing.assert_array_equal(wg.jit(getattr(lax, name))(x), ufunc.accumulate(x), err_msg=name)
    low = np.array([-np.inf, -np.inf, 1, np.inf, 3], np.float32)
    np.testing.assert_allclose(wg.jit(lax.cumlogsumexp)(low), [-np.inf, -np.inf, 1, np.inf, np.inf])
    np.testing.assert_array_equal(wg.jit(lax.cummax)(np.array([1, np.nan, 2], np.float32)), [1, np.nan, np.nan])


def test_cumulative_gradients():
    """Right at zeros and at infinities in the exponent; ties share."""
    weights = np.array([1.0, 2, 3, 4], np.float32)
    gradient = lambda f, x: wg.grad(lambda x: (f(x) * weights).sum())(np.asarray(x, np.float32)).tolist()
    assert gradient(lax.cumprod, [2, 0, 3, 0]) == [1, 22, 0, 0]
    assert gradient(lax.cumprod, [0, 0, 1, 1]) == [1, 0, 0, 0]
    assert gradient(lax.cummax, [1, 3, 2, 4]) == [1, 5, 0, 4]
    np.testing.assert_allclose(gradient(lax.cummax, [1, 1, 1, 0]), [1 + 1 + 7 / 3, 1 + 7 / 3, 7 / 3, 0], rtol=1e-6)
    assert gradient(lambda x: lax.cummin(x, reverse=True), [1, 3, 2, 4]) == [1, 0, 5, 4]
    both = gradient(lax.cumlogsumexp, [-np.inf, 0, 0, -np.inf])
    np.testing.assert_allclose(both, [0, 2 + 1.5 + 2, 1.5 + 2, 0], rtol=1e-6)
    hessian = wg.hessian(lambda x: lax.cumprod(x)[-1])(np.array([0.0, 2, 0], np.float32))
    np.testing.assert_allclose(hessian, [[0, 0, 2], [0, 0, 0], [2, 0, 0]])


@pytest.mark.parametrize("reverse", [False, True])
def test_products_of_complex_numbers(reverse):
    """In every size of the steps of the compiled recurrence, with zeros among the operands."""
    numbers = rng()
    draw = lambda n: numbers.normal(size=(2, n)) + 1j * numbers.normal(size=(2, n))
    with wg.enable_x64():
        for n in (1, 2, 5, 8):
            x, dx, ct = (draw(n) for _ in range(3))
            x[0, n // 3] = x[1, 0] = x[1, n - 1] = 0
            f = lambda x: lax.cumprod(x, 1, reverse)
            slope = lambda x, f=f, dx=dx: wg.jvp(f, (x,), (dx,))[1]
            expected = np.flip(np.cumprod(np.flip(x, 1), 1), 1) if reverse else np.cumprod(x, 1)
            np.testing.assert_allclose(wg.jit(f)(x), expected, rtol=1e-13)
            for function, derivative in ((f, slope), (slope, lambda x: wg.jvp(slope, (x,), (dx,))[1])):
                step = 1e-6 * dx
                difference = (np.asarray(function(x + step)) - np.asarray(function(x - step))) / 2e-6
                for run in (derivative, wg.jit(derivative)):
                    np.testing.assert_allclose(run(x), difference, rtol=1e-6, atol=1e-8)
            pulled = wg.jit(lambda x, ct, f=f: wg.vjp(f, x)[1](ct)[0])(x, ct)
            np.testing.assert_allclose(np.sum(pulled * dx), np.sum(ct * slope(x)), rtol=1e-12)


def test_cumulative_numpy():
    x = rng().integers(-3, 4, (3, 4))
    assert wnp.cumsum(x).tolist() == np.cumsum(x).tolist()
    assert wnp.cumprod(x, 1, dtype="float32").dtype == np.float32
    assert wnp.cumsum(np.ones(3, bool)).tolist() == [1, 2, 3]
    assert wnp.cumulative_sum(x, axis=1, include_initial=True).tolist() == np.insert(np.cumsum(x, 1), 0, 0, 1).tolist()
    assert wnp.cumulative_prod(x[0]).tolist() == np.cumprod(x[0]).tolist()
    with pytest.raises(errors.ShapeError, match="cumulative_sum: expected an axis for an array of rank 2"):
        wnp.cumulative_sum(x)
    with pytest.raises(errors.ShapeError, match="cumsum: expected an axis from -2 to 1"):
        lax.cumsum(x, 2)
    assert lax.cumsum(wnp.zeros((0, 2))).shape == (0, 2)


# ---------------------------------------------------------------------------------------------------------------------
# Positions


def test_index_types():
    x = rng().normal(size=(4, 3)).astype(np.float32)
    for dtype in ("int8", "uint8", "int16", "int32", "uint32"):
        out = wg.jit(lambda v, dtype=dtype: lax.argmax(v, 0, dtype))(x)
        assert out.dtype == dtype and out.tolist() == x.argmax(0).tolist()
    with wg.enable_x64():
        assert wg.jit(lambda v: lax.argmin(v, 1, np.int64))(x).dtype == np.int64
    with pytest.raises(errors.DtypeError, match="argmax: expected an index_dtype that counts to 200 but got int8"):
        lax.argmax(wnp.zeros(200), 0, "int8")
    with pytest.raises(errors.DtypeError, match="argmin: expected an index_dtype that counts to 2 but got float32"):
        lax.argmin(wnp.zeros(2), 0, "float32")
    with pytest.raises(errors.ShapeError, match="argmin: expected an axis with elements"):
        lax.argmin(wnp.zeros((0, 2)), 0)


def test_reduce_xor():
    x = rng().integers(0, 100, (3, 4)).astype(np.int32)
    assert wg.jit(lambda v: lax.reduce_xor(v, (0,)))(x).tolist() == np.bitwise_xor.reduce(x, 0).tolist()


# ---------------------------------------------------------------------------------------------------------------------
# Windows


def windows_of(x, window, strides, pads, fill):
    """The windows of a padded array as one array: places, then elements."""
    padded = np.pad(x, pads, constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(padded, window)
    return view[tuple(slice(None, None, s) for s in strides)].reshape(
        *[(n - k) // s + 1 for n, k, s in zip(padded.shape, window, strides, strict=True)], -1
    )


@pytest.mark.parametrize("window, strides, pads", [
    ((2, 2), (2, 2), ((0, 0), (0, 0))), ((3, 3), (2, 1), ((1, 1), (0, 2))), ((5, 4), (1, 1), ((2, 2), (3, 0))),
    ((1, 18), (1, 1), ((0, 0), (9, 9))), ((6, 1), (3, 2), ((0, 0), (0, 0))),
])  # fmt: skip
def test_windows(window, strides, pads):
    x = rng().normal(size=(6, 8)).astype(np.float32)
    for init, op, reduce in (
        (0.0, lax.add, np.sum),
        (-np.inf, lax.max, np.max),
        (np.inf, lax.min, np.min),
        (1.0, lax.mul, np.prod),
    ):
        f = lambda v, init=init, op=op: lax.reduce_window(v, init, op, window, strides, pads)
        expected = reduce(windows_of(x, window, strides, pads, init), -1)
        for run in (f, wg.jit(f)):
            np.testing.assert_allclose(run(x), expected, rtol=1e-5, atol=1e-5)
        # Each element gets the derivatives of the windows that hold it.
        gradient = wg.jit(wg.grad(lambda v, f=f: (f(v) ** 2).sum()))(x)
        h = 1e-5
        for i, j in itertools.product((0, 2, 5), (0, 3, 7)):
            up, down = x.astype(np.float64), x.astype(np.float64)
            up[i, j] += h
            down[i, j] -= h
            square = lambda v, init=init, reduce=reduce: (
                reduce(windows_of(v, window, strides, pads, init), -1) ** 2
            ).sum()
            slope = (square(up) - square(down)) / (2 * h)
            np.testing.assert_allclose(gradient[i, j], slope, rtol=1e-3, atol=1e-3, err_msg=f"{op} {window} {i} {j}")


def test_window_of_any_function():
    """A computation that is no monoid, and one of two operands: the first extreme and its place."""
    x = rng().normal(size=7).astype(np.float32)
    smooth = lambda a, b: lax.log(lax.exp(a) + lax.exp(b))
    f = lambda v: lax.reduce_window(v, -np.inf, smooth, (3,), (2,), "SAME")
    expected = [np.log(np.exp(x[max(i - 1, 0) : i + 2]).sum()) for i in (0, 2, 4, 6)]
    np.testing.assert_allclose(f(x), expected, rtol=1e-5)
    np.testing.assert_allclose(wg.jit(f)(x), expected, rtol=1e-5)
    np.testing.assert_allclose(wg.vmap(f)(np.stack([x, x + 1]))[1], np.asarray(expected) + 1, rtol=1e-5)
    np.testing.assert_allclose(wg.grad(lambda v: f(v)[0])(x)[:3], [*np.exp(x[:2] - expected[0]), 0], rtol=1e-4)

    def best(a, b):
        better = b[0] > a[0]
        return lax.select(better, b[0], a[0]), lax.select(better, b[1], a[1])

    place = np.arange(7, dtype=np.int32)
    values, places = wg.jit(lambda v: lax.reduce_window((v, place), (-np.inf, -1), best, (3,)))(x)
    assert places.tolist() == [i + int(np.argmax(x[i : i + 3])) for i in range(5)]
    assert values.tolist() == [x[i : i + 3].max() for i in range(5)]


def test_window_dilation():
    x = np.arange(1, 8, dtype=np.float32)
    dilated = lambda v: lax.reduce_window(v, 0.0, lax.add, (3,), (1,), "VALID", (2,), (2,))
    assert dilated(x).tolist() == wg.jit(dilated)(x).tolist() == [6, 0, 9, 0, 12, 0, 15, 0, 18]
    assert lax.reduce_window(x, 10.0, lax.add, (2,), (2,), [(1, 0)]).tolist() == [21, 15, 19, 23]
    assert lax.reduce_window(x, 0.0, lax.add, (2,), (2,), [(-1, -2)]).tolist() == [5, 9]
    assert lax.reduce_window(wnp.zeros((0, 3)), -np.inf, lax.max, (1, 2), (1, 1), "VALID").shape == (0, 2)
    assert lax.reduce_window(wnp.float32(2), 0.0, lax.add, (), ()).item() == 2
    assert lax.reduce_window(np.array([True, False, False]), False, lax.bitwise_or, (2,)).tolist() == [True, False]
    assert lax.padtype_to_pads((10, 7), (3, 2), (2, 2), "SAME_LOWER") == [(1, 0), (1, 0)]
    assert lax.reduce_window_shape_tuple((9,), (3,), (2,), "VALID", (2,), (3,)) == (6,)


def test_pooling_gradients():
    """Maximum pooling gives its derivative to the first maximum, average pooling to all; second order too."""
    x = np.array([[1, 2, 2, 0], [4, 3, 0, 2]], np.float32)
    pool = lambda v: lax.reduce_window(v, -np.inf, lax.max, (2, 2), (2, 2), "VALID")
    assert wg.grad(lambda v: pool(v).sum())(x).tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]
    assert wg.jit(wg.grad(lambda v: (pool(v) ** 2).sum()))(x).tolist() == [[0, 0, 4, 0], [8, 0, 0, 0]]
    hessian = wg.hessian(lambda v: (pool(v) ** 2).sum())(x)
    assert np.asarray(hessian)[1, 0, 1, 0] == 2 and np.asarray(hessian).sum() == 4
    mean = lambda v: lax.reduce_window(v, 0.0, lax.add, (2, 2), (1, 1), "SAME") / 4
    assert wg.jit(wg.grad(lambda v: mean(v).sum()))(x).tolist() == [[0.25, 0.5, 0.5, 0.5], [0.5, 1, 1, 1]]


# ---------------------------------------------------------------------------------------------------------------------
# Computations


def test_reduce_recognises():
    x = rng().normal(size=(3, 4)).astype(np.float32)
    for f, init, expected in (
        (lambda a, b: a + b, 0.0, x.sum(1)), (lax.mul, 1.0, x.prod(1)), (wnp.maximum, -np.inf, x.max(1)),
        (lax.min, np.inf, x.min(1)), (lax.add, 3.0, x.sum(1) + 3), (lax.max, 0.5, np.maximum(x.max(1), 0.5)),
    ):  # fmt: skip
        run = lambda v, f=f, init=init: lax.reduce(v, init, f, (1,))
        np.testing.assert_allclose(wg.jit(run)(x), expected, rtol=1e-5)
        assert "wg.reduce " not in str(wg.make_jaxpr(run)(x).module)
    bits = rng().integers(0, 255, (3, 4)).astype(np.int32)
    for f, init, ufunc in (
        (lax.bitwise_and, -1, np.bitwise_and),
        (lax.bitwise_or, 0, np.bitwise_or),
        (lax.bitwise_xor, 0, np.bitwise_xor),
    ):
        assert lax.reduce(bits, init, f, (0,)).tolist() == ufunc.reduce(bits, 0).tolist()


def logsumexp(a, b):
    most = lax.max(a, b)
    return most + lax.log(lax.exp(a - most) + lax.exp(b - most))


def test_reduce_any_function():
    x = rng().normal(size=(3, 5)).astype(np.float32)
    f = lambda v: lax.reduce(v, -1e30, logsumexp, (1,))
    expected = np.log(np.exp(x).sum(1))
    for run in (f, wg.jit(f), wg.vmap(lambda row: lax.reduce(row, -1e30, logsumexp, (0,)))):
        np.testing.assert_allclose(run(x), expected, rtol=1e-5)
    softmax = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    for gradient in (wg.grad(lambda v: f(v).sum())(x), wg.jit(wg.grad(lambda v: f(v).sum()))(x)):
        np.testing.assert_allclose(gradient, softmax, rtol=1e-4)
    tangent = wg.jvp(f, (x,), (np.ones_like(x),))[1]
    np.testing.assert_allclose(tangent, np.ones(3), rtol=1e-5)
    row = softmax[0]
    hessian = wg.hessian(lambda v: lax.reduce(v, -1e30, logsumexp, (0,)))(x[0])
    np.testing.assert_allclose(hessian, np.diag(row) - np.outer(row, row), atol=1e-5)


def test_reduce_several_operands():
    """The mean and variance by pairwise combination, over a dictionary; in eager mode, compiled and batched."""

    def combine(a, b):
        n = a["n"] + b["n"]
        shift = b["mean"] - a["mean"]
        safe = wnp.where(n > 0, n, 1.0)
        squares = a["sq"] + b["sq"] + shift**2 * a["n"] * b["n"] / safe
        return {
            "n": n, "mean": a["mean"] + shift * b["n"] / safe, "sq": squares,
        }  # fmt: skip

    def moments(v):
        start = {"n": 0.0, "mean": 0.0, "sq": 0.0}
        out = lax.reduce({"n": wnp.ones_like(v), "mean": v, "sq": wnp.zeros_like(v)}, start, combine, (0,))
        return out["mean"], out["sq"] / out["n"]

    x = rng().normal(size=(6, 2)).astype(np.float32)
    for run in (moments, wg.jit(moments), wg.vmap(moments, 1)):
        mean, var = run(x)
        np.testing.assert_allclose(mean, x.mean(0), atol=1e-5)
        np.testing.assert_allclose(var, x.var(0), atol=1e-5)
    gradient = wg.jit(wg.grad(lambda v: moments(v)[1].sum()))(x)
    np.testing.assert_allclose(gradient, 2 * (x - x.mean(0)) / 6, atol=1e-5)


def test_reduce_inits():
    """Init values that are traced, differentiated and batched; nothing to reduce."""
    affine = lambda a, b: a * b + a + b
    x = np.array([1.0, 2, 3], np.float32)
    f = lambda v, s: lax.reduce(v, s, affine, (0,))
    assert f(x, np.float32(0)) == 23 and wg.jit(f)(x, np.float32(1)) == 47
    assert wg.grad(f, 1)(x, np.float32(1)) == 24
    assert wg.vmap(f, (None, 0))(x, np.array([0, 1], np.float32)).tolist() == [23, 47]
    assert lax.reduce(wnp.zeros((0, 2)), 7.0, affine, (0,)).tolist() == [7, 7]
    assert wg.jit(lambda v: lax.reduce(v, 7.0, affine, (0,)))(wnp.zeros((0, 2))).tolist() == [7, 7]
    assert lax.reduce(wnp.float32(2), 1.0, affine, ()).item() == 5


def test_reduce_in_the_ir():
    """The computation is a private function of the module; the text parses back to the same program."""
    x = np.ones((2, 3), np.float32)
    module = wg.make_jaxpr(lambda v: lax.reduce(v, 0.0, logsumexp, (0,)))(x).module
    text = module.to_text()
    assert "wg.reduce %arg0" in text and "by @reduce.computation axes [0]" in text
    assert wg.from_text(text)(x).shape == (3,)


WINDOW = lax.reduce_window
REFUSED = [
    (lambda x: lax.reduce(x, (0.0,), logsumexp, (0,)), errors.TreeError, "operands and init values of one structure"),
    (lambda x: lax.reduce((x, x[:1]), (0.0, 0.0), lambda a, b: a, (0,)), errors.ShapeError, "operands of one shape"),
    (lambda x: lax.reduce(x, x, logsumexp, (0,)), errors.ShapeError, "expected scalars as init values but got shape"),
    (
        lambda x: lax.reduce(x, np.int32(0), logsumexp, (0,)),
        errors.DtypeError,
        "init values of the types of the operands",
    ),
    (lambda x: lax.reduce(x, 0.0, lambda a, b: a > b, (0,)), errors.DtypeError, "computation that returns float32"),
    (lambda x: lax.reduce(x, 0.0, lambda a, b: (a, b), (0,)), errors.ShapeError, "computation that returns float32"),
    (lambda x: lax.reduce(x, 0.0, logsumexp, (1,)), errors.ShapeError, "reduce: expected an axis from -1 to 0"),
    (
        lambda x: wg.grad(lambda s: lax.reduce(x, 0.0, lambda a, b: a * b + s, (0,)))(1.0),
        errors.UnsupportedTypeError,
        "expected a computation of its arguments",
    ),
    (lambda x: WINDOW(x, 0.0, lax.add, (2, 2)), errors.ShapeError, "expected window_dimensions to have 1 entries"),
    (lambda x: WINDOW(x, 0.0, lax.add, (2,), (0,)), errors.ShapeError, "window_strides to have 1 entries of 1 or more"),
    (
        lambda x: WINDOW(x, 0.0, lax.add, (2,), (1,), "NONE"),
        errors.ShapeError,
        "expected the padding .VALID., .SAME., .SAME_LOWER.",
    ),
    (lambda x: WINDOW(x, 0.0, lax.add, (2,), (1,), [(-2, -2)]), errors.ShapeError, "expected padding that leaves"),
    (lambda x: WINDOW(x, 0.0, lax.add, (2,), (1,), [(0, 0)] * 2), errors.ShapeError, "expected padding of 1 pairs"),
]


@pytest.mark.parametrize(("call", "error", "words"), REFUSED)
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call(wnp.ones(3))


def test_extrema_of_complex_numbers():
    x = np.array([[1 + 2j, 3 - 1j, 3 + 1j], [0, -1j, 2]], np.complex64)
    for axis in (None, 0, 1, (0, 1)):
        for mine, theirs in ((wnp.max, np.max), (wnp.min, np.min)):
            np.testing.assert_array_equal(mine(x, axis=axis, keepdims=True), theirs(x, axis=axis, keepdims=True))
    np.testing.assert_array_equal(wg.jit(wg.vmap(wnp.min))(x), np.min(x, axis=1))
    assert wnp.max(x, initial=5) == 5 and np.isnan(wnp.max(np.array([1, np.nan * 1j], np.complex64)))
    gradient = wg.grad(lambda x: wnp.max(x).real)(wnp.asarray(x))
    np.testing.assert_array_equal(gradient, x == 3 + 1j)
