# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolutions against their definition as a loop, their derivatives, and what they refuse."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax


def loop(x, w, strides, pads, spread, apart, features=1, batches=1):
    """The definition, in the layouts NC..., OI..., NC...: for every position and tap a product of slices."""
    n, rank = x.shape[0] // batches, x.ndim - 2
    size = [d * (m - 1) + 1 if m else 0 for m, d in zip(x.shape[2:], spread, strict=True)]
    wide = np.zeros((*x.shape[:2], *size), x.dtype)
    wide[(..., *(slice(None, None, d) for d in spread))] = x
    for axis, (low, high) in enumerate(pads, 2):
        wide = np.pad(wide, [(max(low, 0), max(high, 0)) if a == axis else (0, 0) for a in range(rank + 2)])
        wide = wide.take(range(max(-low, 0), wide.shape[axis] - max(-high, 0)), axis)
    kernel = [d * (k - 1) + 1 if k else 0 for k, d in zip(w.shape[2:], apart, strict=True)]
    counts = [max(0, (m - k) // s + 1) for m, k, s in zip(wide.shape[2:], kernel, strides, strict=True)]
    groups = features * batches
    c, o = w.shape[1], w.shape[0] // groups
    out = np.zeros((n, w.shape[0], *counts), x.dtype)
    for g in range(groups):
        part = wide[g * n : (g + 1) * n] if batches > 1 else wide[:, g * c : (g + 1) * c]
        rows = w[g * o : (g + 1) * o]
        for at in itertools.product(*map(range, counts)):
            for k in itertools.product(*map(range, w.shape[2:])):
                where = tuple(a * s + b * d for a, s, b, d in zip(at, strides, k, apart, strict=True))
                out[(slice(None), slice(g * o, (g + 1) * o), *at)] += np.einsum(
                    "nc,oc->no", part[(slice(None), slice(None), *where)], rows[(slice(None), slice(None), *k)]
                )
    return out


def drawn(seed):
    """A convolution with everything drawn: shapes, strides, padding, dilation, groups, layouts."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 4))
    features, batches = [(1, 1), (1, 1), (int(rng.integers(2, 4)), 1), (1, int(rng.integers(2, 4)))][seed % 4]
    some = lambda low, high: tuple(int(v) for v in rng.integers(low, high, n))
    batch, c, o = (int(v) for v in rng.integers(1, 3, 3))
    size, kernel = some(1, 6), some(1, 4)
    strides, spread, apart = some(1, 4), some(1, 3), some(1, 3)
    pads = [(max(a, -1), max(b, -1) if m > 2 else max(b, 0)) for a, b, m in zip(some(-1, 3), some(-1, 3), size)]
    pads = [(a if m > 2 else max(a, 0), b) for (a, b), m in zip(pads, size, strict=True)]
    x = rng.normal(size=(batch * batches, c * features, *size))
    w = rng.normal(size=(o * features * batches, c, *kernel))
    specs = lax.ConvDimensionNumbers(*(tuple(int(d) for d in rng.permutation(n + 2)) for _ in range(3)))
    return x, w, strides, pads, spread, apart, specs, features, batches


def laid_out(x, spec):
    return np.ascontiguousarray(x.transpose(np.argsort(spec)))


@pytest.mark.parametrize("seed", range(40))
def test_is_its_definition(seed):
    x, w, strides, pads, spread, apart, specs, features, batches = drawn(seed)
    with wg.enable_x64():
        given = laid_out(x, specs.lhs_spec), laid_out(w, specs.rhs_spec)
        out = lax.conv_general_dilated(*given, strides, pads, spread, apart, specs, features, batches)
    expected = loop(x, w, strides, pads, spread, apart, features, batches)
    np.testing.assert_allclose(np.asarray(out).transpose(specs.out_spec), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.slow
def test_compiled_is_its_definition():
    """Many of them in one module."""
    cases = [drawn(seed) for seed in range(100, 140)]
    inputs = [(laid_out(c[0], c[6].lhs_spec), laid_out(c[1], c[6].rhs_spec)) for c in cases]

    @wg.jit
    def together(inputs):
        return [lax.conv_general_dilated(*given, *c[2:6], c[6], *c[7:]) for given, c in zip(inputs, cases, strict=True)]

    with wg.enable_x64():
        for out, (x, w, *rest) in zip(together(inputs), cases, strict=True):
            specs = rest.pop(4)
            expected = loop(x, w, *rest)
            np.testing.assert_allclose(np.asarray(out).transpose(specs.out_spec), expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("seed", range(20))
def test_gradients_are_those_of_the_definition(seed):
    """In a bilinear function the gradient along one operand is the function of its unit arrays."""
    x, w, strides, pads, spread, apart, specs, features, batches = drawn(1000 + seed)
    rest = strides, pads, spread, apart, specs, features, batches
    with wg.enable_x64():
        given = laid_out(x, specs.lhs_spec), laid_out(w, specs.rhs_spec)
        f = lambda x, w: lax.conv_general_dilated(x, w, *rest)
        out, pull = wg.vjp(f, *given)
        ct = np.random.default_rng(seed).normal(size=out.shape)
        dx, dw = (np.asarray(d) for d in pull(ct))
        for i, (d, value) in enumerate(zip((dx, dw), given, strict=True)):
            direction = np.random.default_rng(seed + 1).normal(size=value.shape)
            moved = [*given]
            moved[i] = direction
            np.testing.assert_allclose(
                np.vdot(d, direction), np.vdot(ct, np.asarray(f(*moved))), rtol=1e-10, atol=1e-10
            )


@pytest.mark.slow
def test_large_gradients_compiled():
    """Large enough for all forms that compiled modules take: matmuls for taps, of windows, a nest for each group."""
    rng = np.random.default_rng(0)
    normal = lambda *shape: rng.normal(size=shape).astype(np.float32)
    cases = [
        (normal(4, 16, 16, 8), normal(3, 3, 8, 16), (1, 1), "SAME", ("NHWC", "HWIO", "NHWC"), 1),
        (normal(4, 16, 16, 16), normal(3, 3, 16, 16), (1, 1), "SAME", ("NHWC", "HWIO", "NHWC"), 1),
        (normal(4, 24, 24, 3), normal(3, 3, 3, 32), (1, 1), "SAME", ("NHWC", "HWIO", "NHWC"), 1),
        (normal(4, 24, 24, 16), normal(3, 3, 8, 32), (1, 1), "SAME", ("NHWC", "HWIO", "NHWC"), 2),
        (normal(4, 8, 16, 16), normal(16, 8, 3, 3), (2, 2), "SAME", ("NCHW", "OIHW", "NCHW"), 1),
        (normal(4, 16, 16, 8), normal(3, 3, 2, 16), (1, 1), "VALID", ("NHWC", "HWIO", "NHWC"), 4),
        (normal(8, 64, 16), normal(5, 16, 16), (1,), "SAME", ("NWC", "WIO", "NWC"), 1),
        (normal(4, 16, 16, 8), normal(1, 1, 8, 16), (1, 1), "SAME", ("NHWC", "HWIO", "NHWC"), 1),
        (normal(4, 16, 16, 8), normal(3, 3, 1, 8), (1, 1), "SAME", ("NHWC", "HWIO", "NHWC"), 8),
    ]

    def gradients(inputs):
        results = []
        for (x, w), (_, _, strides, padding, layout, groups) in zip(inputs, cases, strict=True):
            f = lambda x, w, s=strides, p=padding, n=layout, g=groups: lax.conv_general_dilated(
                x, w, s, p, dimension_numbers=n, feature_group_count=g
            )
            out, pull = wg.vjp(f, x, w)
            results.append((out, *pull(wnp.cos(out))))
        return results

    inputs = [c[:2] for c in cases]
    for got, expected in zip(wg.jit(gradients)(inputs), gradients(inputs), strict=True):
        for g, e in zip(got, expected, strict=True):
            scale = np.abs(np.asarray(e)).max()
            np.testing.assert_allclose(np.asarray(g) / scale, np.asarray(e) / scale, atol=2e-5)


def test_few_features_and_small_images_compiled():
    """Sizes that are lowered in forms of their own: one matmul with all taps, or of all windows."""
    rng = np.random.default_rng(0)
    x, narrow, wide = (rng.normal(size=s).astype("f") for s in ((16, 4, 5, 32), (3, 3, 32, 1), (3, 3, 32, 16)))
    line, taps = (rng.normal(size=s).astype("f") for s in ((8, 40, 16), (3, 16, 2)))

    def conv(x, w, spread=(1, 1), apart=(1, 1), pads=((1, 2), (2, -1)), out="NHWC"):
        layouts = ("NHWC", "HWIO", out)
        return lax.conv_general_dilated(x, w, (1, 1), pads, spread, apart, dimension_numbers=layouts)

    calls = [
        (lambda x, w: conv(x, w), narrow),
        (lambda x, w: conv(x, w, spread=(2, 2)), narrow),
        (lambda x, w: conv(x, w, spread=(2, 3), apart=(2, 1), out="NCHW"), narrow),
        (lambda x, w: conv(x, w, pads="SAME"), wide),
        (lambda x, w: conv(x, w, spread=(2, 2), pads=((1, 2), (1, 2))), wide),
    ]
    programs = [(f, x, w) for f, w in calls]
    programs.append((lambda x, w: lax.conv_general_dilated(
        x, w, (1,), "SAME", dimension_numbers=("NHC", "HIO", "NHC")), line, taps))  # fmt: skip

    def every(programs):
        return [(f(x, w), *wg.grad(lambda x, w: wnp.sum(f(x, w) ** 2), (0, 1))(x, w)) for f, x, w in programs]

    compiled = wg.jit(lambda: every(programs))()
    for found, expected in zip(wg.tree.leaves(compiled), wg.tree.leaves(every(programs)), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


def test_types():
    x, w = np.full((1, 1, 8), 100, np.int8), np.full((1, 1, 4), 100, np.int8)
    half, kernel = wnp.ones((1, 4, 8), "bfloat16") * 3.01, wnp.ones((2, 4, 3), "bfloat16")
    out = lax.conv(half, kernel, (1,), "VALID", preferred_element_type="float32")
    assert out.dtype == np.float32
    np.testing.assert_allclose(out, np.full((1, 2, 6), 12 * float(half[0, 0, 0])), rtol=1e-6)
    assert lax.conv(half, kernel, (1,), "VALID").dtype == half.dtype
    grads = wg.grad(lambda x, w: lax.conv(x, w, (1,), "VALID", preferred_element_type="float32").sum(), (0, 1))(
        half, kernel
    )
    assert [g.dtype for g in grads] == [half.dtype] * 2
    ints = lax.conv(x.astype(np.int32), w.astype(np.int32), (2,), "VALID", preferred_element_type="float32")
    np.testing.assert_array_equal(ints, np.full((1, 1, 3), 40000, np.float32))
    assert lax.conv(x, w, (2,), "VALID", preferred_element_type="int32").tolist() == [[[40000] * 3]]


def test_named_padding_and_layouts():
    x, w = np.ones((1, 5, 6, 1), np.float32), np.ones((4, 3, 1, 1), np.float32)
    layout = ("NHWC", "HWIO", "NHWC")
    for padding, shape in (("VALID", (1, 4)), ("SAME", (3, 6)), ("same_lower", (3, 6))):
        out = lax.conv_general_dilated(x, w, (2, 1), padding, dimension_numbers=layout)
        assert out.shape == (1, *shape, 1)
    assert lax.padtype_to_pads((5, 6), (4, 3), (2, 1), "SAME") == [(1, 2), (1, 1)]
    assert lax.padtype_to_pads((5, 6), (4, 3), (2, 1), "SAME_LOWER") == [(2, 1), (1, 1)]
    assert lax.padtype_to_pads((5,), (4,), (1,), lax.PaddingType.VALID) == [(0, 0)]
    named = lax.conv_dimension_numbers(x.shape, w.shape, layout)
    by_specs = lax.conv_general_dilated(x, w, (2, 1), "SAME", dimension_numbers=named)
    np.testing.assert_array_equal(by_specs, lax.conv_general_dilated(x, w, (2, 1), "SAME", dimension_numbers=layout))
    shapes = (1, 5, 6, 1), (4, 3, 1, 1)
    assert lax.conv_general_shape_tuple(*shapes, (2, 1), "SAME", layout) == (1, 3, 6, 1)


def test_transposed_is_the_gradient():
    """With `transpose_kernel`, conv_transpose is the gradient of the convolution that it undoes."""
    rng = np.random.default_rng(3)
    layout = ("NHWC", "HWIO", "NHWC")
    for padding, strides in itertools.product(("SAME", "VALID"), ((1, 1), (2, 3))):
        x, w = rng.normal(size=(2, 7, 9, 3)).astype(np.float32), rng.normal(size=(3, 4, 3, 5)).astype(np.float32)
        out, pull = wg.vjp(lambda x: lax.conv_general_dilated(x, w, strides, padding, dimension_numbers=layout), x)
        ct = rng.normal(size=out.shape).astype(np.float32)
        back = lax.conv_transpose(ct, w, strides, padding, transpose_kernel=True)
        (expected,) = pull(ct)
        # The size of what was convolved is not known from the result: compare where both are.
        a, b = (min(m, n) for m, n in zip(back.shape[1:3], x.shape[1:3], strict=True))
        if padding == "VALID":
            np.testing.assert_allclose(back[:, :a, :b], expected[:, :a, :b], rtol=2e-5, atol=2e-5)
        assert back.shape == lax.conv_transpose_shape_tuple(
            ct.shape, (3, 4, 5, 3), strides, padding, ("NHWC", "HWIO", "NHWC")
        )
    pads = [(1, 0), (2, 1)]
    out, pull = wg.vjp(lambda x: lax.conv_general_dilated(x, w, (1, 1), pads, dimension_numbers=layout), x)
    ct = rng.normal(size=out.shape).astype(np.float32)
    back = lax.conv_transpose(ct, w, (1, 1), pads, transpose_kernel=True, use_consistent_padding=True)
    np.testing.assert_allclose(back, pull(ct)[0], rtol=2e-5, atol=2e-5)


def test_patches_and_local():
    x = np.random.default_rng(1).normal(size=(2, 3, 6, 5)).astype(np.float32)
    patches = np.asarray(lax.conv_general_dilated_patches(x, (2, 3), (2, 1), "VALID"))
    windows = np.lib.stride_tricks.sliding_window_view(x, (2, 3), (2, 3))[:, :, ::2]
    np.testing.assert_allclose(patches, windows.transpose(0, 1, 4, 5, 2, 3).reshape(2, 18, 3, 3))
    kernels = np.random.default_rng(2).normal(size=(4, 18, 3, 3)).astype(np.float32)
    local = lax.conv_general_dilated_local(x, kernels, (2, 1), "VALID", (2, 3))
    np.testing.assert_allclose(local, np.einsum("ncij,ocij->noij", patches, kernels), rtol=1e-5, atol=1e-5)
    layout = ("NHWC", "HWIO", "NHWC")
    last = lax.conv_general_dilated_local(
        x.transpose(0, 2, 3, 1), kernels.transpose(2, 3, 1, 0), (2, 1), "VALID", (2, 3), dimension_numbers=layout
    )
    np.testing.assert_allclose(np.asarray(last).transpose(0, 3, 1, 2), local, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("x", "w"), [((0, 2, 5), (3, 2, 2)), ((2, 0, 5), (3, 0, 2)), ((2, 2, 1), (3, 2, 2)), ((2, 2, 5), (0, 2, 2))]
)
def test_empty(x, w):
    """Arrays without elements, and windows that fit nowhere: empty results, or sums of nothing."""
    f = lambda x, w: lax.conv_general_dilated(x, w, (1,), [(0, 0)])
    given = np.ones(x, np.float32), np.ones(w, np.float32)
    out = f(*given)
    assert out.shape == (x[0], w[0], max(0, x[2] - w[2] + 1))
    assert not np.asarray(out).any()
    grads = wg.grad(lambda x, w: f(x, w).sum(), (0, 1))(*given)
    assert [g.shape for g in grads] == [x, w]
    assert not any(np.asarray(g).any() for g in grads)
    assert wg.vmap(f)(np.ones((3, *x), np.float32), np.ones((3, *w), np.float32)).shape == (3, *out.shape)
    np.testing.assert_array_equal(wg.jit(f)(*given), out)


ONES = np.ones((1, 2, 4, 4), np.float32), np.ones((2, 2, 3, 3), np.float32)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rhs": np.ones((2, 2, 3), np.float32)}, "expected two operands of one rank from 2 but got shapes"),
        ({"rhs": np.ones((2, 3, 3, 3), np.float32)}, "expected 2 input features of rhs"),
        (
            {"rhs": np.ones((2, 2, 3, 3), np.int32)},
            "expected operands of one type of numbers but got float32 and int32",
        ),
        (
            {"lhs": np.ones((1, 2, 4, 4), bool), "rhs": np.ones((2, 2, 3, 3), bool)},
            "expected operands of one type of numbers",
        ),
        ({"window_strides": (1,)}, "expected window_strides as 2 ints from 1"),
        ({"window_strides": (0, 1)}, "expected window_strides as 2 ints from 1"),
        ({"window_strides": 2}, "expected window_strides as 2 ints from 1"),
        ({"lhs_dilation": (1, 0)}, "expected lhs_dilation as 2 ints from 1"),
        ({"rhs_dilation": (1, 1, 1)}, "expected rhs_dilation as 2 ints from 1"),
        ({"padding": "FULL"}, "expected the padding 'VALID', 'SAME', 'SAME_LOWER' or pairs but got 'FULL'"),
        ({"padding": [(0, 0)]}, "or 2 pairs (low, high) but got"),
        ({"padding": 1}, "or 2 pairs (low, high) but got 1"),
        ({"padding": [(-3, -3), (0, 0)]}, "expected padding that leaves no negative size"),
        ({"padding": "SAME", "lhs_dilation": (2, 2)}, "in pairs (low, high) together with lhs_dilation"),
        ({"dimension_numbers": ("NHWC", "HWIO")}, "expected three strings of 4 letters"),
        ({"dimension_numbers": ("NHWC", "HWIO", "NHC")}, "expected three strings of 4 letters"),
        ({"dimension_numbers": ("NHWW", "HWIO", "NHWC")}, "to have the letters N, C and no letter twice"),
        ({"dimension_numbers": ("NHWC", "HWIO", "NHXC")}, "the same letters for spatial dimensions"),
        (
            {"dimension_numbers": lax.ConvDimensionNumbers((0, 1, 2, 2), (0, 1, 2, 3), (0, 1, 2, 3))},
            "permute 4 dimensions",
        ),
        ({"feature_group_count": 0}, "expected positive group counts"),
        ({"feature_group_count": 2, "batch_group_count": 2}, "at most one of them above 1"),
        ({"feature_group_count": 3}, "feature_group_count 3 its features"),
        ({"batch_group_count": 2}, "expected batch_group_count 2 to divide the batch of lhs"),
        ({"precision": "exact"}, "expected a precision"),
        ({"preferred_element_type": "int32"}, "expected preferred_element_type to hold sums of float32 but got int32"),
    ],
)
def test_refusals(change, message):
    arguments = {"lhs": ONES[0], "rhs": ONES[1], "window_strides": (1, 1), "padding": "VALID", **change}
    with pytest.raises(errors.WengertError, match=re.escape(message)):
        lax.conv_general_dilated(**arguments)


def test_refusals_of_conv_transpose():
    x = np.ones((1, 4, 4, 2), np.float32), np.ones((3, 3, 2, 2), np.float32)
    with pytest.raises(errors.ShapeError, match="expected the padding 'SAME', 'VALID' or pairs"):
        lax.conv_transpose(*x, (2, 2), "FULL")
    with pytest.raises(errors.ShapeError, match="expected strides as 2 ints from 1"):
        lax.conv_transpose(*x, (2,), "SAME")
    with pytest.raises(errors.ShapeError, match="expected operands of ranks 2 to 5"):
        lax.conv_transpose(np.ones((1,) * 6), np.ones((1,) * 6), (1,) * 4, "SAME")
