# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Corners of the NumPy functions where a small mistake is not seen elsewhere: empty operands, zeros, masks, scalars."""

import array

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.config import config

X = np.arange(30, dtype=np.float32).reshape(2, 3, 5)
T = np.array([1, 2])


def test_the_limits_of_a_type_are_found_by_its_class():
    for kind in (np.float32, np.float16, "bfloat16", wnp.zeros(1)):
        assert wnp.finfo(kind).bits in (16, 32)
    assert wnp.iinfo(np.int8).max == 127 and wnp.iinfo(wnp.zeros(1, "uint8")).max == 255


def test_the_remainder_of_an_integer_and_zero_is_zero():
    x, zero = np.array([5, -5, 0], np.int32), np.zeros(3, np.int32)
    remainders = lambda x, y: (wnp.mod(x, y), wnp.fmod(x, y), x % y, wnp.divmod(x, y)[1])
    for results in (remainders(wnp.array(x), wnp.array(zero)), wg.jit(remainders)(x, zero)):
        assert all(not np.asarray(r).any() for r in results)
    assert "select" not in str(wg.make_jaxpr(lambda x: wnp.fmod(x, 3))(x))  # nothing to choose


def test_the_derivatives_of_i0_at_zero():
    assert wg.grad(wnp.i0)(0.0) == 0 and abs(wg.grad(wg.grad(wnp.i0))(0.0) - 0.5) < 1e-6


def test_einsum_of_bools_is_their_disjunction():
    a, b = np.array([[True, False], [False, False]]), np.array([False, True])
    for formula, operands in (("ab->a", (a,)), ("ab->", (a,)), ("ab,b->", (a, b)), ("aa", (a,))):
        got = wnp.einsum(formula, *map(wnp.array, operands))
        assert got.dtype == bool and np.array_equal(got, np.einsum(formula, *operands))


def test_einsum_along_a_path_that_joins_three_operands():
    a, b, c = np.ones((2, 3)), np.full((2, 4), 2.0), np.arange(10.0).reshape(2, 5)
    got = wnp.einsum("ij,ik,il->jkl", *map(wnp.array, (a, b, c)), optimize=[(0, 1, 2)])
    assert np.allclose(got, np.einsum("ij,ik,il->jkl", a, b, c))


def test_vectorize_passes_none_and_refuses_it_in_a_signature():
    f = lambda x, y: x if y is None else x + y
    assert wnp.vectorize(f)(wnp.arange(3), None).tolist() == [0, 1, 2]
    with pytest.raises(errors.ShapeError, match=r"expected arrays for '\(k\),\(k\)->\(k\)' but got None at \[1\]"):
        wnp.vectorize(f, signature="(k),(k)->(k)")(wnp.arange(3), None)
    with pytest.raises(errors.ShapeError, match="but got shape"):
        wnp.vectorize(wnp.dot, signature="(n,m),(m,k)->(n)")(wnp.zeros((2, 2)), wnp.zeros((2, 2)))


def test_a_ufunc_has_a_value():
    f = lambda x, y: x - y
    one, two = wnp.frompyfunc(f, 2, 1), wnp.frompyfunc(f, 2, 1)
    assert one == two and hash(one) == hash(two) and one != wnp.frompyfunc(f, 2, 1, identity=0) and wnp.add != one
    for name in ("nin", "nout", "nargs", "identity"):
        with pytest.raises(AttributeError):
            setattr(wnp.add, name, 1)
    assert wnp.add.reduceat(wnp.zeros((4, 3)), wnp.zeros(0, int), axis=1).shape == (4, 0)
    assert wnp.subtract.reduceat(wnp.zeros((4, 3)), wnp.zeros(0, int)).shape == (0, 3)


# ---------------------------------------------------------------------------------------------------------------------
# Indexing


def test_integers_beside_arrays_compile():
    """A gather from what a slice has picked from the last dimension is what IREE cannot compile."""
    s_ = np.s_
    indices = [s_[:, T, 3], s_[0, T, 3], s_[T - 1, :, 3], s_[:, T, 3:4], s_[:, T, -4], s_[1, ::2, T],
               s_[:, T - 1, ::-2], s_[None, :, T, 1], s_[T - 1, 0], s_[::-1, T, 2:4]]  # fmt: skip
    got = wg.jit(lambda x: [x[i] for i in indices])(X)
    for i, value in zip(indices, got, strict=True):
        assert value.shape == X[i].shape and np.array_equal(value, X[i]), i


def test_elements_of_a_column_compile():
    i = np.array([1, 0, 2, 1])
    forms = lambda x, i: (
        x[0, :, 3][i], wnp.take(x[:, :, 3], i, axis=1), x[:, ::2, 3][:, i], x[:, :, 3].T[i], x.T[3][i],
        x[..., ::2][0, 1][i], wnp.take_along_axis(x[:, :, 3], i[None], 1), wnp.moveaxis(x, 2, 0)[2, 1][i],
    )  # fmt: skip
    for got, wanted in zip(wg.jit(forms)(X, i), forms(wnp.array(X), wnp.array(i)), strict=True):
        assert np.array_equal(got, wanted)


def test_true_among_integers_takes_part_in_the_index():
    for i in (
        np.s_[T - 1, :, True],
        np.s_[True, 0],
        np.s_[0, :, True],
        np.s_[True, :, True],
        np.s_[..., True],
        np.s_[True],
    ):
        assert np.array_equal(wnp.array(X)[i], X[i]) and wnp.array(X)[i].shape == X[i].shape, i


def test_a_list_of_traced_integers_is_an_index():
    assert np.array_equal(wg.jit(lambda x, i, j: x[[i, j], 0])(X, 1, 0), X[[1, 0], 0])


def test_negative_indices_that_do_not_count_from_the_end():
    x, i = np.arange(5.0, dtype=np.float32), np.array([-1, 0, 4, 5], np.int8)
    get = lambda x, i: (
        x.at[i].get(mode="fill", wrap_negative_indices=False), x.at[i].get(mode="clip", wrap_negative_indices=False),
        x.at[i].set(9, mode="drop", wrap_negative_indices=False), x.at[-1].add(1, wrap_negative_indices=False),
        x.at[i].apply(wnp.negative, wrap_negative_indices=False),
    )  # fmt: skip
    for filled, clipped, dropped, kept, negated in (get(wnp.array(x), wnp.array(i)), wg.jit(get)(x, i)):
        assert np.array_equal(filled, [np.nan, 0, 4, np.nan], equal_nan=True) and clipped.tolist() == [0, 0, 4, 4]
        assert (
            dropped.tolist() == [9, 1, 2, 3, 9] and kept.tolist() == x.tolist() and negated.tolist() == [0, 1, 2, 3, -4]
        )


def test_a_static_index_outside_is_an_error_where_that_is_asked_for():
    x = wnp.array(X)
    assert np.array_equal(x[:, 7], X[:, 2])
    with config.options["check_static_indices"].override(True):
        for f in (lambda x: x[2], lambda x: x[..., -6], lambda x: x[:, T, 5], lambda x: x.at[4].get()):
            for call in (f, wg.jit(f)):
                with pytest.raises(IndexError, match="expected an index from"):
                    call(x)
        assert x[-2, -3, -5] == 0


def test_an_index_into_nothing():
    empty = wnp.zeros((1, 0))
    for call in (lambda i: empty[0, i], wg.jit(lambda i: empty[0, i])):
        with pytest.raises(IndexError, match="not empty"):
            call(0)


def test_an_int_beyond_int32_is_set_into_unsigned_integers():
    assert wnp.zeros(2, "uint32").at[0].set(2**32 - 1).tolist() == [2**32 - 1, 0]


# ---------------------------------------------------------------------------------------------------------------------
# Reductions


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "any", "all", "mean", "var", "std", "nanmean", "nanvar"])
def test_a_mask_of_numbers_is_refused(name):
    options = {"initial": 0} if name in ("max", "min") else {}
    with pytest.raises(errors.DtypeError, match="expected bools, or None, as `where` but got int32"):
        getattr(wnp, name)(wnp.zeros(3), where=wnp.ones(3, int), **options)


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min"])
def test_initial_is_one_number(name):
    with pytest.raises(errors.ShapeError, match="expected one number as `initial` but got shape"):
        getattr(wnp, name)(wnp.ones((2, 3)), axis=-1, initial=wnp.zeros((1, 2)))


def test_weights_along_several_axes():
    w = np.random.default_rng(0).random((5, 2))
    got, total = wnp.average(wnp.array(X), (2, 0), wnp.array(w), returned=True)
    wanted = np.average(X, (2, 0), w, returned=True)
    assert np.allclose(got, wanted[0]) and np.allclose(total, wanted[1]) and total.shape == wanted[1].shape
    for axis, remedy in ((None, "give the axis"), (0, "its sizes along 0")):
        with pytest.raises(errors.ShapeError, match=remedy):
            wnp.average(X, axis, w)


def test_the_variance_of_too_few_elements_is_nan():
    assert np.isnan(wnp.var(wnp.ones(2), ddof=3)) and np.isnan(wg.jit(lambda x: wnp.std(x, ddof=2))(wnp.ones(2)))
    assert np.isnan(wnp.var(wnp.ones(3), ddof=1, where=wnp.array([True, False, False])))


def test_types_of_variances_and_covariances():
    z = wnp.array([1 + 2j, 3 - 1j, 2j])
    assert wnp.var(z).dtype == np.float32 and wnp.var(z, dtype="complex64").dtype == np.complex64
    with pytest.raises(errors.DtypeError, match="expected a complex dtype for complex numbers but got float32"):
        wnp.var(z, dtype="float32")
    with pytest.raises(errors.DtypeError, match="cov: expected a floating or complex dtype but got int32"):
        wnp.cov(wnp.ones((2, 3)), dtype=int)


def test_sums_in_bools():
    x = np.array([[0.0, 0.1], [0.0, 0.0]], np.float32)
    got = wg.jit(lambda x: (
        wnp.cumsum(x, 1, bool), wnp.cumprod(x + 1, 0, bool), wnp.cumulative_sum(x, axis=1, dtype=bool),
        wnp.sum(x, 1, bool), wnp.prod(x, 1, bool)))(x)  # fmt: skip
    wanted = (
        np.cumsum(x, 1, bool),
        np.cumprod(x + 1, 0, bool),
        np.cumsum(x, 1, bool),
        np.sum(x, 1, bool),
        np.prod(x, 1, bool),
    )
    assert all(g.dtype == bool and np.array_equal(g, w) for g, w in zip(got, wanted, strict=True))


# ---------------------------------------------------------------------------------------------------------------------
# Making and joining


def test_what_lends_its_memory_is_data():
    for data in (array.array("f", [1, 2]), bytearray(b"*+"), memoryview(b"*+")):
        assert np.array_equal(wnp.array(data), np.asarray(data)) and wnp.asarray(data).dtype == np.asarray(data).dtype


def test_what_is_no_number():
    with pytest.raises(ValueError, match="expected numbers or bools but got None in a list"):
        wnp.array([0.0, None])
    with pytest.raises(ValueError, match="arange: expected real bounds but got"):
        wnp.arange(0, 5, 1 + 1j)
    for query, x, kind, message in (
        ("abc", wnp.arange(2), TypeError, "expected a number before `in` but got str"),
        (None, wnp.arange(2), TypeError, "expected a number before `in` but got NoneType"),
        (1, wnp.array(1), ValueError, "expected an array with dimensions behind `in`"),
    ):
        with pytest.raises(kind, match=message):
            query in x
    assert not wnp.iscomplexobj(None) and wnp.array_equiv([1, 2], [[1, 2]])


def test_an_object_that_converts_itself_is_an_operand():
    class Three:
        def __jax_array__(self):
            return wnp.array(3.0)

    assert (Three() * wnp.arange(2.0)).tolist() == (wnp.arange(2.0) * Three()).tolist() == [0.0, 3.0]


@pytest.mark.parametrize("kind", ["int8", "uint8", "int16", "uint16"])
def test_indices_of_narrow_types_compile(kind):
    got = wg.jit(lambda: (wg.lax.iota(kind, 3), *wnp.indices((3, 1), kind, sparse=True)))()
    assert [g.dtype for g in got] == [kind] * 3 and [g.ravel().tolist() for g in got] == [[0, 1, 2], [0, 1, 2], [0]]


def test_padding_of_nothing():
    f = lambda x: wnp.pad(x, ((1, 2),), constant_values=(0, 2))
    wanted = np.pad(np.zeros((0, 4)), ((1, 2),), constant_values=(0, 2))
    assert np.array_equal(wg.jit(f)(wnp.zeros((0, 4))), wanted) and np.array_equal(f(wnp.zeros((0, 4))), wanted)
    assert np.array_equal(wnp.resize(wnp.zeros((0, 4)), (2, 2)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="pad: expected the options"):
        wnp.pad(wnp.ones(2), 1, "edge", constant_values=1)


def test_shifts_in_an_array():
    for shift, axis in ((np.array([1]), (-2,)), (np.array([1, 2]), (0, 1)), (2, (0, 1)), (np.array([1, 2]), 1)):
        wanted = np.roll(X[0], shift, axis)
        assert np.array_equal(wnp.roll(X[0], shift, axis), wanted)
        assert np.array_equal(wg.jit(lambda x, s, axis=axis: wnp.roll(x, s, axis))(X[0], shift), wanted)
    with pytest.raises(errors.ShapeError, match="expected a shift for each of"):
        wnp.roll(X, np.array([1, 2]), (0, 1, 2))


def test_grids_and_ramps_without_an_end():
    assert np.array_equal(wnp.mgrid[3:], np.mgrid[3:]) and wnp.mgrid[:].shape == np.mgrid[:].shape == (0,)
    for num in (0, 1, 2):
        for endpoint in (True, False):
            got = wnp.linspace(0, wnp.ones((2, 2)), num, endpoint, retstep=True)[1]
            wanted = np.linspace(0, np.ones((2, 2)), num, endpoint, retstep=True)[1]
            assert got.shape == np.shape(wanted) and np.array_equal(got, wanted, equal_nan=True)


def test_a_number_of_parts_that_is_traced_but_known():
    assert wg.jvp(lambda k: wnp.concatenate(wnp.split(wnp.ones(6), k)[::2]), (2.0,), (1.0,))[0].shape == (3,)
    with pytest.raises(errors.ConcretizationError, match="values for split, which say how many parts there are"):
        wg.jit(lambda k: wnp.split(wnp.ones(6), k))(2)


def test_the_bits_of_complex_numbers_and_bools():
    z, b = np.array([[1 + 2j, 3 - 1j]], np.complex64), np.array([True, False])
    for x, kind in (
        (z, np.float32),
        (z, np.int32),
        (z.view(np.float32), np.complex64),
        (b, np.int8),
        (b.view(np.uint8), bool),
    ):
        got = wg.jit(lambda x, kind=kind: wnp.asarray(x).view(kind))(x)
        assert got.dtype == kind and np.array_equal(got, x.view(kind)) and np.array_equal(wnp.array(x).view(kind), got)
    with pytest.raises(errors.ShapeError, match="expected pairs to read as complex64"):
        wnp.ones(3).view("complex64")


# ---------------------------------------------------------------------------------------------------------------------
# Counting, differences, integers


def test_negative_numbers_count_as_zero():
    assert wnp.bincount(wnp.array([-1, 0, 2, -5])).tolist() == [3, 0, 1]
    edges = [np.array([0.0, 1, 3]), np.array([0.0, 2, 3, 4])]
    got, wanted = wnp.histogram2d(X[0, 0], X[0, 0], edges), np.histogram2d(X[0, 0], X[0, 0], edges)
    assert all(np.allclose(g, w) for g, w in zip(got, wanted, strict=True))


@pytest.mark.parametrize("right", [False, True])
def test_bins_in_decreasing_order(right):
    x, bins = np.array([0, 1, 2, 3, 4, 5]), np.array([4, 2, 2, 1])
    assert np.array_equal(wnp.digitize(x, bins, right), np.digitize(x, bins, right))


def test_differences():
    assert np.array_equal(wnp.diff(X, 0, prepend=1, append=1), X)
    y, x = X, np.arange(15.0).reshape(3, 5) ** 2
    assert np.allclose(wnp.trapezoid(y, x, axis=-2), (np.diff(x, axis=0) * (y[:, 1:] + y[:, :-1]) / 2).sum(1))


def test_integers_beside_bools():
    a, b = np.array([6, 4], np.uint8), np.array([True, False])
    for name in ("gcd", "lcm", "left_shift", "right_shift"):
        assert np.array_equal(getattr(wnp, name)(wnp.array(a), wnp.array(b)), getattr(np, name)(a, b))
        with pytest.raises(errors.DtypeError, match="got bool"):
            getattr(wnp, name)(wnp.array(b), wnp.array(b))


def test_traced_powers_that_overflow_to_zero():
    x, y = np.array([0, 2, 6, -1, 1, 3], np.int32), np.array([128, 64, 256, 128, 192, 5], np.int32)
    assert np.array_equal(wg.jit(wnp.power)(x, y), x**y)


def test_the_angle_of_a_complex_logaddexp():
    x, y = np.array([1 + 3j, -2 - 3j], np.complex64), np.array([0.5 + 3j, -3 - 2.5j], np.complex64)
    assert np.allclose(wnp.logaddexp(x, y), np.log(np.exp(x) + np.exp(y)), rtol=1e-5)
    assert np.allclose(wnp.logaddexp2(x * 3, y * 3), np.log2(np.exp2(x * 3) + np.exp2(y * 3)), rtol=1e-4)


def test_places_of_elements():
    got = wg.jit(lambda i, m, n: wnp.unravel_index(i, (m, n)))(np.array([5, 2, -1]), 2, 3)
    assert [g.tolist() for g in got] == [[1, 0, 1], [2, 2, 2]]
    i = np.array([[0], [7]])
    assert wnp.take_along_axis(wnp.ones((2, 3)), i, 1, mode="one_hot").tolist() == [[1.0], [0.0]]
    assert wg.jit(lambda x, v: wnp.place(x, x > 1, v, inplace=False))(np.arange(4), np.array([8, 9])).tolist() == [
        0,
        1,
        8,
        9,
    ]


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float32"])
def test_spacing_of_small_numbers(kind):
    x = np.array([0.0, 1, 1.5, 3, 2**-126, 1e-39, 1e-7, 6e4, np.inf, np.nan]).astype(kind)
    x = np.concatenate([x, -x[1:]])  # of -0 NumPy says one thing for float32, another for bfloat16
    got = wg.jit(wnp.spacing)(x)
    assert got.dtype == kind and np.array_equal(got, np.spacing(x), equal_nan=True)
    assert np.array_equal(wnp.spacing(x), got, equal_nan=True)
    assert wg.grad(wnp.spacing)(2.0) == 0


def test_ints_in_a_list_that_the_type_does_not_hold():
    for data in ([0, 2**40], [0, -(2**63) - 1], [2**31]):
        with pytest.raises(OverflowError):
            wnp.array(data)


def test_masked_arrays_are_refused_where_their_mask_would_be_lost():
    x = np.ma.array([1, 2], mask=[True, False])
    assert wnp.array(x).tolist() == [1, 2]
    for f in (wg.jit(wnp.asarray), wnp.sin, wg.jit(lambda x: x + 1)):
        with pytest.raises(ValueError, match="expected an array without a mask but got a masked array"):
            f(x)


def test_an_extreme_of_no_complex_numbers_is_the_initial_one():
    assert wnp.max(wnp.zeros((2, 0), "complex64"), axis=1, initial=3 + 1j).tolist() == [3 + 1j] * 2
    assert wnp.nanmin(wnp.zeros((0,), "complex64"), keepdims=True, initial=1).tolist() == [1]


def test_the_median_of_narrow_integers_is_a_float32():
    with config.options["enable_x64"].override(True):
        assert (
            wnp.median(wnp.arange(4, dtype="int32")).dtype == wnp.mean(wnp.arange(4, dtype="int16")).dtype == "float32"
        )
        assert wnp.median(wnp.arange(4, dtype="int64")).dtype == "float64"


def test_an_ellipsis_for_nothing_keeps_arrays_apart():
    x, a, m = np.arange(24.0).reshape(2, 3, 4), np.array([1, 0]), np.array([[True, False, True], [False, True, False]])
    indices = [np.s_[:, a, ..., a], np.s_[a, ..., a, :], np.s_[..., a, a], np.s_[:, None, a, ..., 2],
               np.s_[:, 0, ..., a], np.s_[..., a], np.s_[m, ..., np.array([0, 1, 2])]]  # fmt: skip
    got = wg.jit(lambda x: [(x[i], x.at[i].set(0), x.at[i].get(mode="fill")) for i in indices])(x)
    for i, (part, without, filled) in zip(indices, got, strict=True):
        wanted = x.copy()
        wanted[i] = 0
        assert part.shape == x[i].shape and np.array_equal(part, x[i]) and np.array_equal(filled, x[i])
        assert np.array_equal(without, wanted) and np.array_equal(wnp.array(x)[i], x[i])
        assert np.array_equal(wnp.array(x).at[i].apply(lambda v: v * 0), wanted)
        assert np.array_equal(wnp.array(x).at[i].set(x[i]), x)


def test_results_of_any_rank_along_an_axis():
    for f in (lambda v: v.sum(), lambda v: v[:2], lambda v: v[:, None] * v[None]):
        for axis in (0, 1, -1):
            assert np.array_equal(wnp.apply_along_axis(f, axis, wnp.array(X)), np.apply_along_axis(f, axis, X))


def test_rint_of_integers_is_a_float():
    assert wnp.rint(wnp.arange(3)).dtype == wnp.rint(wnp.array(True)).dtype == "float32"
    assert wnp.round(wnp.arange(3)).dtype == wnp.round(wnp.arange(3), 1).dtype == "int32"


def test_ratios_in_float64():
    with config.options["enable_x64"].override(True):
        assert np.allclose(wnp.geomspace(1.0, 3.0, 7), np.geomspace(1.0, 3.0, 7), rtol=1e-15)


def test_positions_of_narrow_types_where_promotion_is_strict():
    with config.options["numpy_dtype_promotion"].override("strict"):
        for kind in ("int8", "int64"):
            got = wnp.take_along_axis(wnp.array(X[0]), wnp.array([[-1], [0], [1]], kind), 1)
            assert got.tolist() == [[4.0], [5.0], [11.0]]


def test_shapes_and_axes_in_an_array():
    x = wnp.arange(6.0)
    for shape in (np.array([2, 3]), wnp.array([2, 3]), range(2, 4)):
        assert x.reshape(shape).shape == wnp.reshape(x, shape).shape == (2, 3)
    assert wnp.sum(x.reshape(2, 3), axis=np.array([0, 1])).shape == ()


def test_what_occurs_once():
    x, y = np.array([3, 1, 2]), np.array([1, 4])
    got = wnp.setxor1d(wnp.array(x), wnp.array(y), assume_unique=True)
    assert got.tolist() == np.setxor1d(x, y, True).tolist() == [2, 3, 4]
    assert wg.jit(lambda x, y: wnp.setxor1d(x, y, True, size=4, fill_value=9))(x, y).tolist() == [2, 3, 4, 9]
    assert wnp.setxor1d(wnp.zeros(0), wnp.zeros(0), True).shape == (0,)


def test_a_traced_diagonal_far_outside():
    with config.options["enable_x64"].override(True):
        tri = wg.jit(lambda k: wnp.tri(4, 3, k))
        for k in (-(2**33), -1, 0, 2**33):
            assert np.array_equal(tri(k), np.tri(4, 3, k))
