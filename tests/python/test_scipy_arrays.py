# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Interpolation, images, segments, quantisation, integrals: against SciPy and definitions; transforms; messages."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.cluster.vq
import scipy.integrate
import scipy.interpolate
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, image, ops
from wengert.scipy.cluster.vq import vq
from wengert.scipy.integrate import trapezoid
from wengert.scipy.interpolate import RegularGridInterpolator
from wengert.scipy.ndimage import map_coordinates

RNG = np.random.default_rng(0)
IMAGE = RNG.normal(size=(5, 7)).astype(np.float32)
GRID = (np.array([0.0, 1.0, 2.5, 3.0, 7.0]), np.linspace(-1.0, 1.0, 7))
SCIPY_MODES = {"constant": "grid-constant", "wrap": "grid-wrap"}
MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
METHODS = ("linear", "cubic", "lanczos3", "lanczos5", "cubic-pytorch", "area")


def close(got, expected, tolerance=1e-5):
    np.testing.assert_allclose(np.asarray(got), expected, rtol=tolerance, atol=tolerance)


def slope(f, x, v, step=1e-6):
    return (f(wnp.array(x + step * v)) - f(wnp.array(x - step * v))) / (2 * step)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=3), st.sampled_from(MODES), st.sampled_from((0, 1)), st.booleans(),
    st.integers(0, 10**6),
)  # fmt: skip
def test_map_coordinates(shape, mode, order, whole, seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(-99, 99, shape) if whole else rng.normal(size=shape)
    at = rng.uniform(-9, 9, (len(shape), 6))
    with wg.enable_x64():
        got = map_coordinates(values, list(at), order, mode, 3)
    assert got.dtype == values.dtype
    if whole and order:
        return  # SciPy cuts off what is here rounded, as in JAX
    if mode == "mirror" and 1 in shape:
        return  # SciPy has its own answer for a dimension of one
    close(got, scipy.ndimage.map_coordinates(values, at, order=order, mode=SCIPY_MODES.get(mode, mode), cval=3), 1e-9)


def test_coordinates_under_transforms():
    at = RNG.uniform(-1, 7, (4, 2, 3))
    v = RNG.normal(size=(2, 3))
    for mode in MODES:
        with wg.enable_x64():
            f = lambda c, mode=mode: wnp.sum(map_coordinates(IMAGE.astype(float), [c[0], c[1]], 1, mode) ** 2)
            close(wg.vmap(f)(at), [f(c) for c in at], 1e-9)
            np.testing.assert_allclose(wnp.sum(wg.grad(f)(wnp.array(at[0])) * v), slope(f, at[0], v), rtol=1e-4)
    assert map_coordinates(np.float32(3), [], 1) == 3
    close(map_coordinates(IMAGE, [np.array([1]), np.array([-1])], 1, "nearest"), IMAGE[1:2, 0])


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(("linear", "nearest")), st.sampled_from((None, 0.5, np.nan)), st.integers(0, 10**6))
def test_grid_interpolator(method, fill, seed):
    at = np.random.default_rng(seed).uniform(-2, 8, (2, 3, 2))
    for values in (IMAGE, np.stack([IMAGE, 2 * IMAGE], -1)):
        expected = scipy.interpolate.RegularGridInterpolator(
            GRID, values.astype(float), method, bounds_error=False, fill_value=fill
        )
        with wg.enable_x64():
            got = RegularGridInterpolator(GRID, values.astype(float), method, fill_value=fill)
            close(got(at), expected(at), 1e-9)
            close(got((at[..., 0], at[..., 1])), expected((at[..., 0], at[..., 1])), 1e-9)
            close(got(at[0, 0]), expected(at[0, 0]), 1e-9)
            close(got(at, method="nearest"), expected(at, method="nearest"), 1e-9)
    line = RegularGridInterpolator((np.arange(3.0),), np.arange(3), fill_value=None)
    close(line(np.array([0.5, 1.5, 4.0])), [0.5, 1.5, 4.0])


def test_grid_interpolator_is_a_tree():
    f = RegularGridInterpolator(GRID, IMAGE)
    at = np.array([[0.5, 0.2], [2.7, -0.9]], np.float32)
    doubled = wg.tree_map(lambda x: x, RegularGridInterpolator(GRID, 2 * IMAGE))
    close(doubled(at), 2 * f(at))
    value, gradient = wg.value_and_grad(lambda f: f(at).sum())(f)
    close(wnp.sum(gradient.values * IMAGE), value)  # it is linear in the values
    close(wg.vmap(f)(at)[:, 0], f(at))
    close(wg.jit(lambda f, at: f(at))(f, at), f(at))


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(METHODS), st.booleans(), st.integers(1, 12), st.integers(1, 12))
def test_resize(method, antialias, rows, columns):
    out = np.asarray(image.resize(IMAGE, (rows, columns), method, antialias))
    assert out.shape == (rows, columns) and out.dtype == np.float32
    twice = image.resize(image.resize(IMAGE, (rows, 7), method, antialias), (rows, columns), method, antialias)
    close(twice, out)  # one dimension after the other
    close(image.resize(np.ones((5, 7), np.float32), (rows, columns), method, antialias), 1)
    if (rows, columns) == (5, 7):
        close(out, IMAGE)
    if method == "linear" and not antialias:  # coordinates of pixels have their centres at whole numbers
        at = [(np.arange(n) + 0.5) * m / n - 0.5 for m, n in ((5, rows), (7, columns))]
        close(out, scipy.ndimage.map_coordinates(IMAGE, np.meshgrid(*at, indexing="ij"), order=1, mode="nearest"))


def test_resize_by_definition():
    close(image.resize(np.arange(6.0), (3,), "area"), [0.5, 2.5, 4.5])
    close(image.resize(np.array([0.0, 4.0]), (4,), "area"), [0, 0, 4, 4])
    close(image.resize(np.array([0.0, 4.0]), (8,), "linear"), np.clip(np.arange(8) - 1.5, 0, 4))
    close(
        image.resize(np.arange(4.0), (2,), "linear"), [5 / 7, 16 / 7]
    )  # a triangle of radius 2 around 0.5: 3 3 1 over 7
    whole = image.resize(np.arange(12).reshape(3, 4), (6, 2), "nearest")
    np.testing.assert_array_equal(whole, np.arange(12).reshape(3, 4)[[0, 0, 1, 1, 2, 2]][:, [1, 3]])
    assert whole.dtype == np.int32 and image.resize(np.arange(4), (2,), "linear").dtype == np.float32
    for name, method in (("triangle", "LINEAR"), ("bicubic", "CUBIC"), ("bicubic-pytorch", "CUBIC_PYTORCH")):
        assert image.ResizeMethod.from_string(name) is image.ResizeMethod[method]
    by_enum = image.resize(IMAGE, (3, 3), image.ResizeMethod.LANCZOS3)
    close(by_enum, image.resize(IMAGE, (3, 3), "lanczos3"))


def test_scale_and_translate():
    scale, shift = np.array([2.0, 0.5]), np.array([1.0, 0.25])
    for method in METHODS:
        same = image.scale_and_translate(IMAGE, (5, 7), (0, 1), np.ones(2), np.zeros(2), method)
        close(same, IMAGE)
        moved = image.scale_and_translate(IMAGE, (5, 7), (1,), np.ones(1), np.ones(1), method)
        close(moved[:, 1:], IMAGE[:, :-1])
        assert (moved[:, 0] == 0).all()  # from outside
        with wg.enable_x64():
            x = IMAGE.astype(float)
            for antialias in (True, False):
                f = lambda s, antialias=antialias, method=method: wnp.sum(
                    image.scale_and_translate(x, (6, 4), (0, 1), s[0], s[1], method, antialias) ** 2
                )
                at, v = np.stack([scale, shift + 0.0123]), np.array([[0.3, -0.2], [0.5, 0.1]])
                np.testing.assert_allclose(wnp.sum(wg.grad(f)(wnp.array(at)) * v), slope(f, at, v), rtol=1e-4)
    batch = np.stack([IMAGE, 2 * IMAGE])
    f = lambda x: image.resize(x, (3, 9), "cubic") + image.resize(x, (3, 9), "nearest")
    close(wg.vmap(f)(batch), [f(x) for x in batch])
    value, gradient = wg.jit(wg.value_and_grad(lambda x: f(x).sum()))(IMAGE)
    close(value, f(IMAGE).sum(), 1e-4)
    close((gradient * IMAGE).sum(), value, 1e-4)  # it is linear


REDUCTIONS = {"sum": (np.add, 0), "prod": (np.multiply, 1), "max": (np.maximum, -np.inf), "min": (np.minimum, np.inf)}


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(tuple(REDUCTIONS)), st.lists(st.integers(-2, 6), max_size=9), st.sampled_from(("f4", "i4", "i1")),
    st.sampled_from((None, 1, 2)), st.integers(0, 5),
)  # fmt: skip
def test_segments(name, ids, dtype, bucket, count):
    data = RNG.integers(0, 5, (len(ids), 2)).astype(dtype)
    ufunc, neutral = REDUCTIONS[name]
    if dtype != "f4" and name in ("max", "min"):
        neutral = np.iinfo(dtype).min if name == "max" else np.iinfo(dtype).max
    expected = np.full((count, 2), neutral, dtype)
    for row, i in zip(data, ids, strict=True):
        if 0 <= i < count:
            expected[i] = ufunc(expected[i], row)
    f = getattr(ops, f"segment_{name}")
    got = f(data, np.array(ids, np.int32), count, bucket_size=bucket)
    assert got.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(got, expected)


def test_segments_under_transforms():
    data, ids = IMAGE, np.array([0, 2, 2, -1, 9])
    for name in REDUCTIONS:
        f = lambda d, name=name: getattr(ops, f"segment_{name}")(d, ids, 3)[wnp.array([0, 2])]
        close(wg.vmap(f)(np.stack([data, 2 * data])), [f(data), f(2 * data)])
        with wg.enable_x64():
            v = RNG.normal(size=data.shape)
            loss = lambda d, f=f: wnp.sum(f(d) ** 2)
            gradient = wg.grad(loss)(wnp.array(data, float))
            np.testing.assert_allclose(wnp.sum(gradient * v), slope(loss, data, v), rtol=1e-5)
    close(ops.segment_sum(data, ids, 3, mode="clip"), [data[0] + data[3], 0 * data[0], data[1] + data[2] + data[4]])
    assert ops.segment_sum(data, np.array([0, 2, 2, -1, 5])).shape == (6, 7)
    assert ops.segment_max(np.array([True, False]), np.array([0, 1])).dtype == bool
    close(wg.jit(lambda d, i: ops.segment_sum(d, i, 3))(data, ids), ops.segment_sum(data, ids, 3))


def test_quantisation_and_integrals():
    codes = IMAGE[1:3] + 0.1
    for got, expected in zip(vq(IMAGE, codes), scipy.cluster.vq.vq(IMAGE, codes), strict=True):
        close(got, expected)
    for got, expected in zip(vq(IMAGE[0], IMAGE[0, :2]), scipy.cluster.vq.vq(IMAGE[0], IMAGE[0, :2]), strict=True):
        close(got, expected)
    gradient = wg.grad(lambda c: vq(IMAGE, c)[1].sum())(codes + 1)
    assert np.isfinite(gradient).all()
    x = np.sort(RNG.normal(size=7))
    for options in ({}, {"x": x}, {"dx": 0.3, "axis": 0}, {"x": IMAGE}):
        close(trapezoid(IMAGE, **options), scipy.integrate.trapezoid(IMAGE, **options), 1e-4)


F = np.float32
MESSAGES = [
    (
        lambda: map_coordinates(IMAGE, [F(0)], 1),
        errors.ShapeError,
        "expected as many coordinates as the image has dimensions",
    ),
    (lambda: map_coordinates(IMAGE, [0j, 0j], 1), errors.DtypeError, "expected real coordinates but got complex64"),
    (
        lambda: map_coordinates(IMAGE, [0.0, 0.0], 3),
        NotImplementedError,
        "map_coordinates: expected order 0 or 1 but got 3",
    ),
    (
        lambda: map_coordinates(IMAGE, [0.0, 0.0], 1, "x"),
        NotImplementedError,
        "expected a mode of constant, .* but got 'x'",
    ),
    (
        lambda: RegularGridInterpolator(GRID, IMAGE, "x"),
        ValueError,
        "expected a method of linear or nearest but got 'x'",
    ),
    (
        lambda: RegularGridInterpolator(GRID, IMAGE)(np.ones((1, 2)), "x"),
        ValueError,
        "expected a method of linear or nearest",
    ),
    (
        lambda: RegularGridInterpolator(GRID, IMAGE, bounds_error=True),
        NotImplementedError,
        "expected bounds_error False",
    ),
    (
        lambda: RegularGridInterpolator(GRID[::-1], IMAGE),
        errors.ShapeError,
        r"expected points of shapes \(5,\), \(7,\)",
    ),
    (lambda: RegularGridInterpolator([np.ones(1)], np.ones(1)), errors.ShapeError, "expected at least two points"),
    (
        lambda: RegularGridInterpolator(GRID, IMAGE, fill_value=1j),
        errors.DtypeError,
        "expected a fill_value of type float32",
    ),
    (
        lambda: RegularGridInterpolator(GRID, IMAGE)(np.ones((1, 3))),
        errors.ShapeError,
        r"expected points of shape \(..., 2\)",
    ),
    (
        lambda: image.resize(IMAGE, (3,), "linear"),
        errors.ShapeError,
        "expected a shape of as many dimensions as the image has",
    ),
    (
        lambda: image.resize(IMAGE, (3, 3), "x"),
        ValueError,
        "ResizeMethod: expected one of nearest, linear, .* but got 'x'",
    ),
    (lambda: image.resize(IMAGE, (3, 3), 7), TypeError, "resize: expected a ResizeMethod or its name but got int"),
    (
        lambda: image.scale_and_translate(IMAGE, (3, 3), (0,), [F(1)], [F(0)], "linear"),
        errors.UnsupportedTypeError,
        "list",
    ),
    (
        lambda: image.scale_and_translate(IMAGE, (3, 3), (0,), np.ones(1), np.ones(1), "linear"),
        errors.ShapeError,
        r"expected a shape that differs from \(5, 7\) only in the spatial_dims but got \(3, 3\)",
    ),
    (
        lambda: image.scale_and_translate(IMAGE, (3, 7), (0,), np.ones(2), np.ones(1), "linear"),
        errors.ShapeError,
        r"expected a scale and a translation of shape \(1,\), one for each dimension that changes, but got",
    ),
    (
        lambda: image.scale_and_translate(IMAGE, (3, 7), (0,), np.ones(1), np.ones(1), "nearest"),
        ValueError,
        "scale_and_translate: expected a method other than NEAREST, which only resize has",
    ),
    (lambda: ops.segment_sum(IMAGE, IMAGE[:, 0]), errors.DtypeError, "segment_sum: expected operands of integer type"),
    (
        lambda: ops.segment_sum(IMAGE, np.arange(4)),
        errors.ShapeError,
        r"expected data of shape \(n, ...\) and segment_ids",
    ),
    (lambda: ops.segment_max(IMAGE + 1j, np.arange(5)), errors.DtypeError, "segment_max: expected a real array"),
    (lambda: ops.segment_sum(IMAGE, np.arange(5), -1), ValueError, "expected num_segments of at least 0 but got -1"),
    (
        lambda: ops.segment_sum(IMAGE, np.arange(5), bucket_size=0),
        ValueError,
        "expected a bucket_size of at least 1 but got 0",
    ),
    (
        lambda: ops.segment_sum(IMAGE, np.arange(5), mode="x"),
        ValueError,
        "expected a mode of 'drop' or 'clip' but got 'x'",
    ),
    (
        lambda: wg.jit(lambda i: ops.segment_sum(IMAGE, i))(np.arange(5)),
        errors.ConcretizationError,
        "expected num_segments, because the numbers of the segments are traced, but got None",
    ),
    (
        lambda: vq(IMAGE, IMAGE[:, :2]),
        errors.ShapeError,
        r"vq: expected observations of shape \(m, n\) and codes of shape",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), MESSAGES)
def test_messages(call, error, message):
    with pytest.raises(error, match=message):
        call()
