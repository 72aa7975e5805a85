# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of wengert.numpy by hypothesis over types, axes and shapes; ufuncs, files, grids; and what they refuse."""

from __future__ import annotations

import io
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import wengert as wg
import wengert.numpy as wnp
from wengert import errors

quick = settings(max_examples=50, deadline=None)
SHAPE, DTYPE, REFUSED = errors.ShapeError, errors.DtypeError, errors.UnsupportedTypeError
X = np.array([[3.0, 1.0, 2.0], [0.5, 4.0, 1.5]], np.float32)


def close(got, expected, tolerance=1e-5):
    got = np.asarray(got)
    assert got.shape == np.shape(expected)
    np.testing.assert_allclose(got.astype(np.result_type(expected)), expected, rtol=tolerance, atol=tolerance)


@st.composite
def with_axis(draw, nans=True):
    """A float array, with nan here and there, and an axis, several of them, or None."""
    shape = draw(array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4))
    values = st.sampled_from([-2.5, -1.0, 0.25, 1.0, 3.0, *([math.nan] if nans else [])])
    x = draw(arrays(np.float32, shape, elements=values))
    one = st.integers(-len(shape), len(shape) - 1)
    several = st.sets(st.integers(0, len(shape) - 1), min_size=1).map(tuple)
    return x, draw(st.one_of(st.none(), one, several))


@pytest.mark.filterwarnings("ignore")
@quick
@given(with_axis(), st.booleans())
def test_without_nan(given_, keepdims):
    x, axis = given_
    for name in ("nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmin", "nanmax", "nanmedian"):
        expected = getattr(np, name)(x, axis=axis, keepdims=keepdims)
        close(getattr(wnp, name)(wnp.asarray(x), axis=axis, keepdims=keepdims), expected, 1e-4)
    for q in (0.3, [0.0, 0.5, 1.0]):
        expected = np.nanquantile(x, q, axis=axis, keepdims=keepdims)
        close(wnp.nanquantile(wnp.asarray(x), wnp.asarray(q), axis=axis, keepdims=keepdims), expected, 1e-4)
    if axis is None or isinstance(axis, int):
        close(wnp.nancumsum(wnp.asarray(x), axis), np.nancumsum(x, axis), 1e-4)
        close(wnp.nancumprod(wnp.asarray(x), axis), np.nancumprod(x, axis), 1e-4)
        empty = np.isnan(x).all(axis)
        expected = np.where(empty, -1, np.argmax(np.where(np.isnan(x), -np.inf, x), axis))
        close(wnp.nanargmax(wnp.asarray(x), axis), expected)


METHODS = [
    "linear", "lower", "higher", "nearest", "midpoint", "inverted_cdf", "averaged_inverted_cdf", "closest_observation",
    "interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased", "normal_unbiased",
]  # fmt: skip


@quick
@given(with_axis(nans=False), st.sampled_from(METHODS), st.sampled_from([0.0, 0.125, 0.4, 0.5, 0.77, 1.0]))
def test_quantile_methods(given_, method, q):
    x, axis = given_
    expected = np.quantile(x.astype(np.float64), q, axis=axis, method=method)
    close(wnp.quantile(wnp.asarray(x), q, axis=axis, method=method), expected)


@quick
@given(with_axis(nans=False), st.sampled_from(["sum", "prod", "min", "max", "mean", "var", "any", "all"]), st.data())
def test_where_and_initial(given_, name, data):
    x, axis = given_
    where = data.draw(arrays(np.bool_, x.shape))
    options = {"where": where}
    if name in ("sum", "prod", "min", "max"):
        options["initial"] = 2.0
    elif name in ("mean", "var"):
        where[...] = where | (np.arange(x.size).reshape(x.shape) >= 0)
    expected = getattr(np, name)(x, axis=axis, **options)
    close(getattr(wnp, name)(wnp.asarray(x), axis=axis, **options), expected, 1e-4)


@quick
@given(arrays(np.float32, 4, elements=st.floats(width=32, allow_subnormal=True)), st.integers(-320, 320))
def test_parts_of_floats(x, e):
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(np.asarray(wnp.ldexp(x, e)), np.ldexp(x, e))
        for got, expected in zip(wnp.frexp(x), np.frexp(x), strict=True):
            ok = np.isfinite(x)
            np.testing.assert_array_equal(np.asarray(got)[ok], expected[ok])
        np.testing.assert_array_equal(np.asarray(wnp.spacing(x)), np.spacing(x))
    assert np.isfinite(float(wg.grad(lambda v: wnp.frexp(v)[0])(0.0)))
    assert float(wg.grad(lambda v: wnp.ldexp(v, 3))(1.5)) == 8.0


@quick
@given(arrays(np.int32, 4, elements=st.integers(-(2**31) + 1, 2**31 - 1)), st.sampled_from(["big", "little"]))
def test_integers(x, order):
    y = x[::-1].copy()
    np.testing.assert_array_equal(np.asarray(wnp.gcd(x, y)), np.gcd(x, y))
    np.testing.assert_array_equal(np.asarray(wg.make_jaxpr(wnp.gcd)(x, y)(x, y)), np.gcd(x, y))
    np.testing.assert_array_equal(np.asarray(wnp.bitwise_count(x)), np.bitwise_count(x))
    packed = wnp.packbits(x > 0, bitorder=order)
    np.testing.assert_array_equal(np.asarray(packed), np.packbits(x > 0, bitorder=order))
    np.testing.assert_array_equal(np.asarray(wnp.unpackbits(packed, count=4, bitorder=order)), x > 0)


@quick
@given(st.data())
def test_pad_modes(data):
    x = data.draw(arrays(np.float32, array_shapes(max_dims=2, min_side=1, max_side=4), elements=st.integers(-3, 3)))
    width = [(data.draw(st.integers(0, 5)), data.draw(st.integers(0, 5))) for _ in range(x.ndim)]
    for mode, options in (
        ("edge", {}), ("reflect", {}), ("symmetric", {}), ("wrap", {}), ("mean", {}), ("minimum", {"stat_length": 2}),
        ("constant", {"constant_values": (1, 2)}), ("linear_ramp", {"end_values": (3, -4)}),
        ("symmetric", {"reflect_type": "odd"}),
    ):  # fmt: skip
        close(wnp.pad(wnp.asarray(x), width, mode, **options), np.pad(x, width, mode, **options))


def test_pad_by_a_function():
    def fill(vector, pair, axis, options):
        return vector.at[: pair[0]].set(options.get("value", 7)) if pair[0] else vector

    assert wnp.pad(wnp.ones(2), (2, 0), fill, value=5).tolist() == [5, 5, 1, 1]


def test_ufuncs():
    add = wnp.frompyfunc(lambda x, y: x + y, 2, 1, identity=0)
    x = wnp.asarray(X)
    assert isinstance(wnp.add, wnp.ufunc) and isinstance(add, wnp.ufunc) and (add.nin, add.nout, add.nargs) == (2, 1, 2)
    for run in (lambda f: f(x), lambda f: wg.jit(f)(x)):
        close(run(add.reduce), X.sum(0))
        close(run(lambda v: add.reduce(v, axis=None, keepdims=True)), X.sum(None, keepdims=True))
        close(run(lambda v: add.reduce(v, axis=1, where=v > 1)), X.sum(1, where=X > 1))
        close(run(lambda v: add.accumulate(v, 1)), X.cumsum(1))
        close(run(lambda v: add.outer(v, v[0])), np.add.outer(X, X[0]))
        close(run(lambda v: add.reduceat(v, wnp.array([0, 2]), 1)), np.add.reduceat(X, [0, 2], 1))
        close(run(lambda v: add.at(v[0], wnp.array([0, 0, 1]), 1.0, inplace=False)), X[0] + [2, 1, 0])
    close(wg.grad(lambda v: wnp.sum(add.reduce(v) ** 2))(x), np.broadcast_to(2 * X.sum(0), X.shape))
    close(wg.vmap(add.reduce)(x), X.sum(1))
    close(wnp.negative.at(x, 0, inplace=False), np.concatenate([-X[:1], X[1:]]))
    close(wnp.frompyfunc(lambda a: (a, -a), 1, 2)(x)[1], -X)


def test_vectorize():
    f = wnp.vectorize(lambda m, v, scale=1.0: m @ v * scale, signature="(n,m),(m)->(n)")
    m = np.ones((2, 1, 3, 4), np.float32)
    assert f(m, np.ones((5, 4), np.float32), scale=2.0).shape == (2, 5, 3)
    pair = wnp.vectorize(lambda a, b: (a + b, a * b), excluded={1})
    assert [p.shape for p in pair(np.ones(3, np.float32), 2.0)] == [(3,), (3,)]
    close(wnp.apply_over_axes(wnp.sum, X, [0, 1]), np.apply_over_axes(np.sum, X, [0, 1]))


def test_files(tmp_path):
    for kind in ("int8", "float16", "bfloat16", "complex64", "bool"):
        x = wnp.asarray(X).astype(kind)
        wnp.save(tmp_path / "x.npy", x)
        back = wnp.load(tmp_path / "x.npy")
        assert back.dtype == x.dtype and back.tolist() == x.tolist()
    file = io.BytesIO()
    wnp.savez(file, X, b=wnp.arange(2))
    file.seek(0)
    assert {name: x.shape for name, x in wnp.load(file).items()} == {"arr_0": (2, 3), "b": (2,)}
    assert wnp.load(tmp_path / "x.npy", allow_pickle=True).shape == wnp.load(tmp_path / "x.npy").shape
    np.save(tmp_path / "o.npy", np.array([{}], object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        wnp.load(tmp_path / "o.npy")
    with pytest.raises(errors.UnsupportedTypeError):
        wnp.save(tmp_path / "o.npy", ["a"])


def test_types_by_name():
    assert wnp.bool is wnp.bool_ and wnp.cdouble is wnp.complex128 and wnp.csingle == wnp.complex64
    assert wnp.array([1.0], wnp.float8_e4m3fn).dtype == wnp.float8_e4m3fn and wnp.int4(3).dtype == wnp.int4
    assert wnp.issubdtype(wnp.float8_e5m2, wnp.floating) and wnp.issubdtype(wnp.uint4, wnp.unsignedinteger)
    assert not wnp.issubdtype(wnp.int4, wnp.floating) and issubclass(wnp.ComplexWarning, Warning)
    with pytest.raises(errors.UnsupportedTypeError):
        wnp.zeros(2, wnp.float4_e2m1fn)


def test_gradients_without_nan():
    """Where JAX gives finite gradients, and where values are finite."""
    for f, x in (
        (lambda v: wnp.nanmean(v), [1.0, math.nan]), (lambda v: wnp.nanvar(v), [1.0, math.nan, 3.0]),
        (lambda v: wnp.nanmedian(v), [1.0, math.nan, 3.0]), (lambda v: wnp.nanmax(v), [1.0, math.nan]),
        (lambda v: wnp.interp(1.0, wnp.array([0.0, 1.0, 1.0]), v), [1.0, 2.0, 3.0]),
        (lambda v: wnp.quantile(v, 0.5), [1.0, math.inf, math.inf]), (lambda v: wnp.i0(v).sum(), [0.0, 1.0]),
    ):  # fmt: skip
        gradient = np.asarray(wg.grad(f)(wnp.array(x)))
        assert np.isfinite(gradient).all(), gradient


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: wnp.sum(X, out=X), REFUSED, "sum: expected out=None but got ndarray"),
        (lambda: wnp.add(X, X, where=X), REFUSED, "add: expected where=None but got a mask"),
        (lambda: wnp.negative(X, X), TypeError, "negative: expected 1 arguments but got 2"),
        (lambda: wnp.negative.reduce(X), ValueError, "negative.reduce: expected a function of two arguments"),
        (lambda: wnp.maximum.reduce(X, where=X > 1), ValueError, "maximum.reduce: expected `initial` together"),
        (lambda: wnp.subtract.reduce(X, (0, 1)), SHAPE, "subtract.reduce: expected one axis or None"),
        (lambda: wnp.subtract.reduce(X[:0]), ValueError, "subtract.reduce: expected at least one element"),
        (lambda: wnp.add.at(X, 0, 1), ValueError, "add.at: expected inplace=False"),
        (lambda: wnp.add.at(X, 0, inplace=False), TypeError, "add.at: expected values as third argument"),
        (lambda: wnp.add.reduceat(X, X.astype(int)), SHAPE, "add.reduceat: expected a vector of indices"),
        (lambda: wnp.zeros(2, device="gpu"), errors.DeviceError, "zeros: expected the device"),
        (lambda: wnp.var(X, ddof=1, correction=1), ValueError, "var: expected ddof or correction"),
        (lambda: wnp.quantile(X, 0.5, weights=X), ValueError, "quantile: expected the method 'inverted_cdf'"),
        (lambda: wnp.quantile(X[:0], 0.5), SHAPE, "quantile: expected at least one element"),
        (lambda: wnp.quantile(X, 0.5, 0, method="inverted_cdf", weights=X[0]), SHAPE, "expected weights of shape"),
        (lambda: wnp.cov(X[None]), SHAPE, "cov: expected a vector or a matrix"),
        (lambda: wnp.cov(X, ddof=0.5), ValueError, "cov: expected an int as ddof"),
        (lambda: wnp.cov(X, fweights=X[0]), SHAPE, "cov: expected 3 whole numbers as fweights"),
        (lambda: wnp.diff(X, -1), SHAPE, "diff: expected an int from 0 on as order"),
        (lambda: wnp.gradient(X[:1]), SHAPE, "gradient: expected at least 2 samples"),
        (lambda: wnp.gradient(X, edge_order=3), ValueError, "gradient: expected edge_order 1 or 2"),
        (lambda: wnp.gradient(X, 1.0, 2.0, 3.0), SHAPE, "gradient: expected 1 or 2 distances"),
        (lambda: wnp.gradient(X, X[0], axis=0), SHAPE, "gradient: expected 2 places along axis 0"),
        (lambda: wnp.interp(1.0, X[0], X), SHAPE, "interp: expected vectors of one size"),
        (lambda: wnp.interp(1.0, X[0], X[0], left="x"), ValueError, "interp: expected numbers or 'extrapolate'"),
        (lambda: wnp.interp(1.0, X[0], X[0], period=0), ValueError, "interp: expected a period that is not 0"),
        (lambda: wnp.polyval(1.0, 2.0), SHAPE, "polyval: expected a vector of coefficients"),
        (lambda: wnp.polyadd(X, X), SHAPE, "polyadd: expected vectors of coefficients"),
        (lambda: wnp.polyder(X[0], -1), SHAPE, "polyder: expected an int from 0 on as order"),
        (lambda: wnp.polyint(X[0], 2, X[0]), SHAPE, "polyint: expected 1 or 2 constants"),
        (lambda: wnp.polydiv(X[0], X[0, :0]), SHAPE, "polydiv: expected a divisor"),
        (lambda: wnp.poly(X), SHAPE, "poly: expected a vector or a square matrix"),
        (lambda: wg.jit(wnp.roots)(X[0]), errors.ConcretizationError, "roots with strip_zeros=True"),
        (lambda: wnp.polyfit(X, X, 1), SHAPE, "polyfit: expected n places and n values"),
        (lambda: wnp.polyfit(X[0], X[0], 1, w=X), SHAPE, "polyfit: expected weights of shape"),
        (lambda: wnp.polyfit(X[0], X[0], 2, cov=True), SHAPE, "polyfit: expected more than 3 points"),
        (lambda: wnp.bincount(X), DTYPE, "bincount: expected operands of integer or bool type"),
        (lambda: wnp.bincount(X.astype(int)), SHAPE, "bincount: expected a vector"),
        (lambda: wnp.bincount(np.arange(3), X), SHAPE, "bincount: expected weights of shape"),
        (lambda: wnp.histogram(X, weights=X[0]), SHAPE, "histogram: expected weights of shape"),
        (lambda: wnp.histogramdd(X[0]), SHAPE, "histogramdd: expected points as rows"),
        (lambda: wnp.histogramdd(X, [2, 2]), SHAPE, "histogramdd: expected bins and ranges for 3 dimensions"),
        (lambda: wnp.hanning(2.5), SHAPE, "hanning: expected an int as length"),
        (lambda: wnp.gcd(X, 1), DTYPE, "gcd: expected operands of integer type"),
        (lambda: wnp.bitwise_count(X), DTYPE, "bitwise_count: expected operands of integer or bool type"),
        (lambda: wnp.packbits(np.arange(3), bitorder="x"), ValueError, "packbits: expected bitorder 'big' or 'little'"),
        (lambda: wnp.unpackbits(np.arange(3)), DTYPE, "unpackbits: expected uint8"),
        (lambda: wnp.ldexp(X, X), DTYPE, "ldexp: expected operands of integer type"),
        (lambda: wnp.block([[X], X]), SHAPE, "block: expected lists of blocks of one depth"),
        (lambda: wnp.pad(X, 1, "edge", value=1), ValueError, "pad: expected the options"),
        (lambda: wnp.pad(X, (1, 2, 3)), SHAPE, "pad: expected widths for 2 dimensions"),
        (lambda: wnp.pad(X, -1), SHAPE, "pad: expected ints of at least 0 as widths"),
        (lambda: wnp.reshape(X, 6, order="A"), ValueError, "reshape: expected the order C or F"),
        (lambda: wnp.array(X, order="x"), ValueError, "array: expected the order K, A, C or F"),
        (lambda: wnp.where(X > 1, X, X, size=2), ValueError, "where: expected size and fill_value with the condition"),
        (lambda: wnp.select([X > 1], []), SHAPE, "select: expected conditions and as many choices"),
        (lambda: wnp.matvec(X, X[:, 0]), SHAPE, "matvec: expected a matrix and a vector"),
        (lambda: wnp.vectorize(abs, signature="(n->(n)"), SHAPE, "vectorize: expected a signature such as"),
        (lambda: wnp.vectorize(abs, signature="(3)->(3)")(X[0, :2]), SHAPE, "vectorize: expected arrays that end as"),
        (lambda: wnp.vectorize(abs, signature="(n)->(n)")(X, X), SHAPE, "vectorize: expected 1 arrays"),
        (lambda: wnp.vectorize(abs, excluded={-1}), ValueError, "vectorize: expected positions and names to exclude"),
        (lambda: wnp.apply_over_axes(lambda a, d: a[0, 0], X, 0), SHAPE, "apply_over_axes: expected 2 dimensions"),
    ],
)  # fmt: skip
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call()
