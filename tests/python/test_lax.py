# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The ops with JAX's calling convention: names, strictness, indices that are traced."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax
from wengert.lax._ops import OPS


def test_every_op_has_a_name():
    for name in OPS:
        assert callable(getattr(lax, name)) and name in dir(lax)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        lax.nothing


def test_scalars_take_the_type_of_arrays():
    assert lax.add(wnp.ones(2, "float16"), 1.0).dtype == np.float16
    assert lax.max(wnp.array([1, 5]), 3).tolist() == [3, 5]
    assert lax.select(wnp.array([True, False]), wnp.zeros(2), wnp.ones(2)).tolist() == [0, 1]


def test_shapes():
    x = wnp.arange(6.0).reshape(2, 3)
    assert lax.reshape(x, (3, 2), (1, 0)).tolist() == np.asarray(x).T.reshape(3, 2).tolist()
    assert lax.collapse(x, 0).shape == (6,) and lax.expand_dims(x, (0, 3)).shape == (1, 2, 3, 1)
    assert lax.slice(x, (0, 1), (2, 3), (1, 2)).tolist() == [[1], [4]]
    assert lax.pad(x, 0, [(1, -1, 0), (0, 0, 1)]).shape == (2, 5)
    assert lax.pad(x, 0, [(0, 0, 0), (0, 0, 0)]) is x and lax.transpose(x, (0, 1)) is x and lax.rev(x, ()) is x
    assert lax.broadcast(wnp.ones(3), (2, 4)).shape == (2, 4, 3) and lax.broadcast_shapes((2, 1), (3,)) == (2, 3)
    assert [p.shape for p in lax.split(x, (1, 2), 1)] == [(2, 1), (2, 2)]
    assert lax.index_in_dim(x, -1, 1).tolist() == [[2], [5]]


def test_contractions_and_reductions():
    x = wnp.arange(6.0).reshape(2, 3)
    assert lax.dot(x, wnp.ones(3)).tolist() == [3, 12]
    assert lax.dot_general(x, x, (((1,), (1,)), ((0,), (0,))), preferred_element_type="float16").dtype == np.float16
    assert lax.reduce_max(x, (0,)).tolist() == [3, 4, 5] and lax.reduce_sum(x, ()) is x
    assert lax.argmin(x, 1).tolist() == [0, 0]
    assert lax.clamp(1, x, 4).tolist() == [[1, 1, 2], [3, 4, 4]]
    assert lax.select_n(wnp.array([0, 2, 1]), wnp.ones(3), 2 * wnp.ones(3), 3 * wnp.ones(3)).tolist() == [1, 3, 2]


def test_sorting():
    keys, values = lax.sort((wnp.array([2, 1, 2]), wnp.arange(3)))
    assert keys.tolist() == [1, 2, 2] and values.tolist() == [1, 0, 2]
    values, places = lax.top_k(wnp.array([[1.0, 3.0, 3.0], [9.0, 7.0, 8.0]]), 2)
    assert values.tolist() == [[3, 3], [9, 8]] and places.tolist() == [[1, 2], [0, 2]]
    assert lax.top_k(wnp.array([-(2**31), 5], "int32"), 1)[0].tolist() == [5]


def test_traced_starts():
    x = wnp.arange(10.0)
    program = wg.make_jaxpr(
        lambda x, i: (lax.dynamic_slice_in_dim(x, i, 3), lax.dynamic_update_slice_in_dim(x, x[:2], i, 0))
    )(x, 2)
    part, updated = program(x, 7)
    assert part.tolist() == [7, 8, 9] and updated.tolist() == [0, 1, 2, 3, 4, 5, 6, 0, 1, 9]
    assert lax.dynamic_index_in_dim(x, -1, keepdims=False) == 9
    assert wg.grad(lambda x: lax.dynamic_slice(x, (1,), (2,)).sum())(wnp.ones(4)).tolist() == [0, 1, 1, 0]
    assert wg.vmap(lambda i: lax.dynamic_slice(x, (i,), (2,)))(wnp.array([0, 5])).tolist() == [[0, 1], [5, 6]]


def test_stop_gradient():
    f = lambda x: wnp.sum(x * lax.stop_gradient(x))
    for dtype in ("float32", "float16", "bfloat16"):
        x = wnp.array([1.0, 2.0], dtype)
        gradient = wg.grad(f)(x)
        assert gradient.tolist() == [1, 2] and gradient.dtype == x.dtype
    assert wg.grad(lambda t: lax.stop_gradient({"a": t})["a"] * t)(3.0) == 3


def test_dimensions_in_any_order():
    x = wnp.arange(6.0).reshape(3, 2)
    got = lax.broadcast_in_dim(x, (2, 4, 3), (2, 0))
    assert got.tolist() == np.broadcast_to(np.asarray(x).T[:, None], (2, 4, 3)).tolist()


def test_iota_of_narrow_types():
    types = ("int8", "uint8", "int16", "uint16", "int32", "float16")
    made = wg.jit(lambda: [lax.broadcasted_iota(t, (2, 5), 1) for t in types])()
    for name, x in zip(types, made, strict=True):
        assert x.dtype == name and x.tolist() == [[0, 1, 2, 3, 4]] * 2


def test_sizes_of_one_fit():
    a, b = wnp.arange(3.0).reshape(3, 1), wnp.arange(4.0).reshape(1, 4)
    for f in (lax.add, wg.jit(lax.add)):
        assert f(a, b).tolist() == (np.arange(3.0)[:, None] + np.arange(4.0)).tolist()
        assert f(a, wnp.ones(())).tolist() == [[1], [2], [3]]
    assert wg.grad(lambda a: lax.mul(a, b).sum())(a).tolist() == [[6], [6], [6]]
    assert lax.pow(a, wnp.full((1, 4), 2)).dtype == "float32"
    assert wg.jacrev(lax.pow)(2.0, 3) == 12
    with pytest.raises(errors.ShapeError, match="expected operands of one shape"):
        lax.add(a, wnp.ones(3))  # ranks are not made equal
    with pytest.raises(errors.ShapeError, match="expected operands of one shape"):
        lax.add(wnp.ones((2, 3)), wnp.ones((2, 0)))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x: lax.add(x, wnp.ones(2)), errors.ShapeError, r"add: expected operands of one shape"),
        (lambda x: lax.mul(x, wnp.arange(3)), errors.DtypeError, "mul: expected operands of one type"),
        (lambda x: lax.sin([1.0]), errors.UnsupportedTypeError, "sin: expected arrays or numbers but got list"),
        (lambda x: lax.select(x > 0, x, 1), errors.DtypeError, "select: expected two arrays of one type and shape"),
        (lambda x: lax.transpose(x, (1,)), errors.ShapeError, "transpose: expected a permutation of"),
        (lambda x: lax.slice(x, (2,), (1,)), errors.ShapeError, "slice: expected 0 <= start <= limit <= size"),
        (lambda x: lax.broadcast_in_dim(x, (2, 4), (1,)), errors.ShapeError, "broadcast_in_dim: expected distinct"),
        (lambda x: lax.split(x, (1, 1)), errors.ShapeError, r"split: expected sizes that add up to 3 but got \(1, 1\)"),
        (lambda x: lax.broadcast_shapes((2,), (-1,)), errors.ShapeError, r"of integers from 0 but got \(-1,\)"),
        (lambda x: lax.broadcast_shapes("ab"), errors.ShapeError, "of integers from 0 but got 'ab'"),
        (lambda x: lax.split(x, (4, -1)), errors.ShapeError, "split: expected sizes that add up to 3"),
        (lambda x: lax.split(x, (3,), 1), errors.AxisError, "split: expected an axis from -1 to 0"),
        (lambda x: lax.concatenate([], 0), errors.ShapeError, "concatenate: expected at least one operand"),
        (lambda x: lax.pad(x, 0, [(0, 0, -1)]), errors.ShapeError, "pad: expected 1 entries"),
        (lambda x: lax.pad(x, x, [(0, 0, 0)]), errors.ShapeError, r"pad: expected a scalar .* of shape \(3,\)"),
        (lambda x: lax.pad(x, 0, [(-6, 0, 1)]), errors.ShapeError, r"at least 0 in dimension 0 .*\(-6, 0, 1\)"),
        (lambda x: lax.dot(x, wnp.ones((2, 2, 2))), errors.ShapeError, "dot: expected ranks 1 or 2"),
        (lambda x: lax.dot(x, wnp.ones(2)), errors.ShapeError, "dot: expected ranks 1 or 2 and equal sizes"),
        (lambda x: lax.top_k(x, 5), errors.ShapeError, "top_k: expected k within axis 0"),
        (lambda x: lax.dynamic_slice(x, (0,), (5,)), errors.ShapeError, "dynamic_slice: expected sizes within shape"),
        (lambda x: lax.dynamic_slice(x, (1.5,), (1,)), errors.DtypeError, "dynamic_slice: expected integer scalars"),
        (lambda x: lax.dynamic_update_slice(x, wnp.ones(9), (0,)), errors.ShapeError, "expected an update within"),
        (lambda x: lax.bitcast_convert_type(x, bool), errors.DtypeError, "expected integers or floats on both sides"),
        (lambda x: lax.reduce_sum(x, (3,)), errors.ShapeError, "reduce_sum: expected an axis from -1 to 0"),
        (lambda x: lax.squeeze(x, (0,)), errors.ShapeError, "squeeze: expected dimensions of size 1"),
        (lambda x: lax.expand_dims(x, (5,)), errors.ShapeError, "expand_dims: expected an axis"),
    ],
)
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call(wnp.ones(3))


def test_keywords_of_jax():
    x = wnp.array([0.5, 2.0])
    for name in ("exp", "sqrt", "tanh", "cbrt"):
        assert getattr(lax, name)(x, accuracy=None).tolist() == getattr(lax, name)(x).tolist()
    wide = lax.mul(x.astype("float16"), x.astype("bfloat16"), out_dtype="float32")
    assert wide.dtype == "float32" and wide.tolist() == [0.25, 4.0]
