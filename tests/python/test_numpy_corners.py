# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Corners of the NumPy functions where a small mistake is not seen elsewhere: empty operands, zeros, masks, scalars."""

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


@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "any", "all", "mean", "var", "std"])
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
