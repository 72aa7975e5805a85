# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls of `lax` (and `numpy`) as text, evaluated once with wengert's and once with JAX's: names and signatures agree.

Elementwise ops need no entry: their calls follow from their records.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FLOATS = ("float32", "float64")
INEXACT = (*FLOATS, "complex64", "complex128")


@dataclass(frozen=True)
class Call:
    """`text` with `operands`: the shape of each name in it, or (shape, dtype, low, high) where the type is fixed."""

    text: str
    operands: dict[str, Any] = field(hash=False)
    dtypes: tuple[str, ...] = ("float32", "float64", "int32")
    differentiable: bool = True
    interval: tuple[float, float] = (-3, 3)

    def __str__(self) -> str:
        return self.text


def call(text: str, dtypes: Any = None, differentiable: bool = True, interval: Any = (-3, 3), **operands: Any) -> Call:
    return Call(text, operands, tuple(dtypes or ("float32", "float64", "int32")), differentiable, tuple(interval))


def ints(*shape: int, low: int = 0, high: int = 5, dtype: str = "int32") -> tuple:
    """An operand of integers in [low, high), whatever the type of the call."""
    return (shape, dtype, low, high)


_GATHER, _SCATTER = "lax.GatherDimensionNumbers", "lax.ScatterDimensionNumbers"
PARAMETER = ((2, 3), None, 0.5, 4)

CALLS = [
    # Complex numbers and bits
    call("lax.complex(x, y)", FLOATS, x=(2, 3), y=(2, 3)),
    call("lax.conj(lax.complex(x, y))", FLOATS, x=(2, 3), y=(2, 3)),
    call("lax.real(lax.complex(x, y)) * lax.imag(lax.complex(x, y))", FLOATS, x=(2, 3), y=(2, 3)),
    call("lax.fft(lax.complex(x, x), 'FFT', (6,))", ("float32", "float64"), False, x=(2, 6)),
    call("lax.reduce_precision(x, 5, 7)", ("float32", "float64"), False, x=(2, 3)),
    call("lax.nextafter(x, y)", FLOATS, False, x=(2, 3), y=(2, 3)),
    call("lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN)", FLOATS, False, x=(2, 3)),
    call("lax.round(x)", FLOATS, False, x=(2, 3)),
    # Shape
    call("lax.reshape(x, (3, 4))", x=(2, 6)),
    call("lax.transpose(x, (2, 0, 1))", x=(2, 3, 4)),
    call("lax.broadcast_in_dim(x, (4, 2, 3), (1, 2))", x=(2, 1)),
    call("lax.slice(x, (1, 0), (4, 3), (2, 1))", x=(5, 3)),
    call("lax.pad(x, y, ((1, -1, 2), (0, 2, 0)))", x=(3, 2), y=()),
    call("lax.concatenate((x, y), 1)", x=(2, 3), y=(2, 1)),
    call("lax.rev(x, (0, 2))", x=(2, 3, 2)),
    call("lax.squeeze(x, (0,))", x=(1, 3)),
    call("lax.expand_dims(x, (1,))", x=(3, 2)),
    call("lax.broadcasted_iota('int32', (2, 3), 1)"),
    # Contraction
    call("lax.dot_general(x, y, (((2,), (1,)), ((0,), (0,))))", x=(2, 3, 4), y=(2, 4, 5)),
    call("lax.dot(x, y)", x=(3, 4), y=(4, 2)),
    call("lax.dot(x, y, preferred_element_type='float32')", ("bfloat16", "float16", "float32"), x=(3, 4), y=(4, 2)),
    call("lax.dot(x, y, preferred_element_type='int32')", ("int8", "uint8", "int16"), x=(3, 4), y=(4, 2)),
    call("lax.dot_general(x, y, (((1,), (0,)), ((), ())))", x=(3, 4), y=((4, 2), "float32", -2, 2)),
    call(
        "numpy.einsum('bij,bjk->bik', x, y, preferred_element_type='float32')", ("float32",), x=(2, 3, 4), y=(2, 4, 5)
    ),
    # Convolution
    call("lax.conv(x, y, (1, 2), 'SAME')", FLOATS, x=(2, 3, 5, 6), y=(4, 3, 3, 2)),
    call("lax.conv_general_dilated(x, y, (2,), 'SAME_LOWER', feature_group_count=2)", FLOATS, x=(2, 4, 7), y=(6, 2, 3)),
    call(
        "lax.conv_general_dilated(x, y, (1,), [(2, 1)], (2,), (3,), batch_group_count=2)",
        FLOATS,
        x=(4, 2, 7),
        y=(6, 2, 3),
    ),
    call(
        "lax.conv_general_dilated(x, y, (1, 2), [(1, -1), (0, 2)], (1, 2), (2, 1), ('NHWC', 'HWIO', 'CWNH'))",
        FLOATS,
        x=(2, 5, 4, 3),
        y=(2, 3, 3, 4),
    ),
    call(
        "lax.conv_with_general_padding(x, y, (1, 1, 1), 'VALID', None, None)",
        FLOATS,
        x=(1, 2, 3, 4, 3),
        y=(2, 2, 2, 2, 1),
    ),
    call("lax.conv(x, y, (), 'VALID')", FLOATS, x=(2, 3), y=(4, 3)),
    call("lax.conv(x, y, (1,), 'VALID')", ("int32",), x=(2, 3, 5), y=(4, 3, 2)),
    call(
        "lax.conv(x, y, (1,), 'VALID', preferred_element_type='float32')",
        ("bfloat16", "float16"),
        False,
        x=(2, 3, 5),
        y=(4, 3, 2),
    ),
    call("lax.conv_transpose(x, y, (2, 3), 'SAME')", FLOATS, x=(2, 4, 3, 2), y=(3, 2, 2, 5)),
    call(
        "lax.conv_transpose(x, y, (2, 3), 'VALID', (1, 2), transpose_kernel=True)",
        FLOATS,
        x=(2, 4, 3, 5),
        y=(3, 2, 2, 5),
    ),
    call("lax.conv_transpose(x, y, (2,), [(1, 2)], use_consistent_padding=True)", FLOATS, x=(2, 4, 3), y=(3, 3, 2)),
    call("lax.conv_general_dilated_patches(x, (2, 3), (1, 2), 'SAME')", FLOATS, x=(2, 2, 4, 5)),
    call("lax.conv_general_dilated_local(x, y, (1,), 'VALID', (2,))", FLOATS, x=(2, 3, 5), y=(4, 6, 4)),
    call("numpy.convolve(x, y)", FLOATS, x=(5,), y=(3,)),
    call("numpy.correlate(lax.complex(x, y), lax.complex(z, z), 'same')", FLOATS, x=(3,), y=(3,), z=(4,)),
    # Reduction
    call("lax.reduce_sum(x, (0, 2))", x=(2, 3, 4)),
    call("lax.reduce_prod(x, (1,))", x=(2, 3)),
    call("lax.reduce_max(x, (1,))", x=(2, 5)),
    call("lax.reduce_min(x, (0,))", x=(2, 5)),
    call("lax.reduce_and(x, (0,))", ("int32", "bool"), x=(3, 2)),
    call("lax.reduce_or(x, (0,))", ("int32", "bool"), x=(3, 2)),
    call("lax.argmax(x, 1, 'int32')", x=(2, 5)),
    call("lax.argmin(x, 0, 'int32')", x=(4, 2)),
    call("lax.reduce_xor(x, (0,))", ("int32", "bool"), x=(3, 2)),
    call("lax.argmax(x, 0, 'uint8')", x=(4, 2)),
    call("lax.reduce(x, numpy.int32(0), lambda a, b: a + b, (1,))", ("int32",), x=(2, 3)),
    call("lax.reduce(x, numpy.float64(0), lambda a, b: a * b + a + b, (0,))", ("float64",), x=(4, 2)),
    # Window
    call("lax.cumsum(x, 1)", x=(2, 5)),
    call("lax.cumsum(x, 0, reverse=True)", x=(4, 2)),
    call("lax.cumprod(x, 1)", x=(2, 4)),
    call("lax.cumprod(x, 0, reverse=True)", x=(3, 2)),
    call("lax.cumprod(lax.complex(x, y), 1)", FLOATS, x=(2, 5), y=(2, 5)),
    call("lax.cummax(x, 0)", x=(5, 2)),
    call("lax.cummin(x, 1, reverse=True)", x=(2, 5)),
    call("lax.cumlogsumexp(x, 0)", FLOATS, x=(5, 2)),
    call("lax.cumlogsumexp(x, 0, reverse=True)", FLOATS, x=(5,)),
    call("lax.reduce_window(x, 0., lax.add, (2, 3), (1, 2), 'SAME')", FLOATS, x=(4, 7)),
    call("lax.reduce_window(x, 0., lax.add, (2,), (1,), ((1, 2),), (3,), (2,))", FLOATS, x=(5,)),
    call("lax.reduce_window(x, -float('inf'), lax.max, (2, 2), (2, 2), 'VALID')", FLOATS, x=(4, 6)),
    call("lax.reduce_window(x, float('inf'), lax.min, (3, 1), (2, 1), 'SAME_LOWER')", FLOATS, x=(6, 2)),
    call("lax.reduce_window(x, 1., lax.mul, (3,), (1,), 'VALID')", ("float64",), False, x=(6,)),
    # Indexing
    call("lax.dynamic_slice(x, (i, j), (2, 2))", x=(4, 5), i=ints(low=-2, high=6), j=ints()),
    call("lax.dynamic_update_slice(x, y, (i, j))", x=(4, 5), y=(2, 3), i=ints(low=-2, high=6), j=ints()),
    *(
        call(
            f"lax.gather(x, i, {dims}, {sizes}, mode={mode!r})",
            ("float32", "float64", "int32", "bool"),
            mode is not None,
            x=x,
            i=i,
        )  # JAX leaves open what a promise that is broken gives in a derivative; ours is that of what is read
        for mode in (None, "clip", "fill")
        for dims, sizes, x, i in (
            (f"{_GATHER}((1,), (0,), (0,))", (1, 3), (5, 3), ints(4, 1, low=-2, high=7, dtype="int16")),
            (f"{_GATHER}((), (0, 1), (1, 0))", (1, 1), (4, 5), ints(2, 3, 2, low=-2, high=7)),
            (f"{_GATHER}((0, 2), (2,), (1,))", (2, 3, 1), (4, 5, 3), ints(6, 1, low=-2, high=7, dtype="uint8")),
            (f"{_GATHER}((2,), (1,), (1,), (0,), (1,))", (1, 1, 3), (2, 5, 3), ints(4, 2, 1, low=-2, high=7)),
        )
    ),
    *(
        call(
            f"lax.{op}(x, i, y, {dims}, mode={mode!r})",
            x=x,
            i=i,
            y=y,
            differentiable=mode in differentiable.get(op, ()),
        )
        # JAX differentiates no scatter_mul of indices that may repeat, leaves open which set of several stays, and its
        # rule of the extrema does not move windows inside (finite differences agree with ours).
        for differentiable in [
            {
                "scatter_add": ("clip", "drop"),
                "scatter_sub": ("clip", "drop"),
                "scatter_min": ("drop",),
                "scatter_max": ("drop",),
            }
        ]
        for op in ("scatter", "scatter_add", "scatter_sub", "scatter_mul", "scatter_min", "scatter_max")
        for mode in ("clip", "drop")
        for dims, x, i, y in (
            (f"{_SCATTER}((1,), (0,), (0,))", (5, 3), ints(4, 1, low=-2, high=7), (4, 3)),
            (f"{_SCATTER}((), (0, 1), (1, 0))", (3, 4), ints(2, 4, 2, low=-2, high=6), (2, 4)),
            (f"{_SCATTER}((0, 2), (2,), (1,))", (4, 5, 3), ints(6, 1, low=-2, high=7), (2, 6, 3)),
            (f"{_SCATTER}((2,), (1,), (1,), (0,), (1,))", (2, 5, 3), ints(4, 2, 1, low=-2, high=7), (4, 2, 3)),
        )
    ),
    call("lax.index_take(x, (i, j), (0, 2))", x=(3, 2, 4), i=ints(5, low=-3, high=6), j=ints(5, low=-3, high=6)),
    # Linear algebra
    call("lax.linalg.cholesky(x @ numpy.conj(x.mT) + 3 * numpy.eye(3, dtype=x.dtype))", INEXACT, x=(2, 3, 3)),
    call(
        "lax.linalg.triangular_solve(x + 4 * numpy.eye(3, dtype=x.dtype), y, left_side=True, lower=True)",
        INEXACT,
        x=(3, 3),
        y=(3, 2),
    ),
    call(
        "lax.linalg.triangular_solve(x + 4 * numpy.eye(3, dtype=x.dtype), y, transpose_a=True, unit_diagonal=True)",
        INEXACT,
        x=(3, 3),
        y=(2, 3),
    ),
    call(
        "lax.linalg.triangular_solve(x + 4 * numpy.eye(3, dtype=x.dtype), y, lower=True, transpose_a=True, "
        "conjugate_a=True)",
        INEXACT,
        x=(3, 3),
        y=(2, 3),
    ),
    call(
        "lax.linalg.triangular_solve(x + 4 * numpy.eye(3, dtype=x.dtype), y, left_side=True, conjugate_a=True)",
        INEXACT,
        x=(3, 3),
        y=(3, 2),
    ),
    call("lax.linalg.lu(x)", INEXACT, x=(2, 3, 3)),
    call("lax.linalg.lu(x)", INEXACT, x=(4, 2)),
    call("lax.linalg.lu(x)", INEXACT, x=(2, 4)),
    call("lax.linalg.lu_pivots_to_permutation(p, 4)", p=ints(3, low=3, high=4)),
    call("lax.linalg.qr(x)", INEXACT, x=(3, 3)),
    call("lax.linalg.qr(x)", INEXACT, x=(4, 2)),
    call("lax.linalg.qr(x, full_matrices=False)", INEXACT, x=(2, 4, 2)),
    call("lax.linalg.qr(x, full_matrices=False)", INEXACT, x=(2, 4)),
    call("lax.linalg.householder_product(x, y)", INEXACT, False, x=(4, 3), y=(3,)),
    call(
        "lax.linalg.symmetric_product(x, y, alpha=2.0, beta=0.5, symmetrize_output=True)",
        FLOATS,
        False,
        x=(3, 2),
        y=(3, 3),
    ),
    call("lax.linalg.tridiagonal_solve(x, 6 + y, z, b)", INEXACT, x=(4,), y=(4,), z=(4,), b=(4, 2)),
    call("numpy.linalg.solve(x + 4 * numpy.eye(3, dtype=x.dtype), y)", INEXACT, x=(3, 3), y=(3, 2)),
    call("lax.linalg.eigh(x)", INEXACT, x=(2, 3, 3)),
    call("lax.linalg.eigh(x, symmetrize_input=False, lower=False)", INEXACT, False, x=(3, 3)),
    call("lax.linalg.eig(x, enable_eigvec_derivs=True)", INEXACT, x=(2, 4, 4)),
    call("lax.linalg.eig(x, compute_right_eigenvectors=False, enable_eigvec_derivs=True)", INEXACT, x=(3, 3)),
    call("lax.linalg.eig(x, compute_left_eigenvectors=False, enable_eigvec_derivs=True)", INEXACT, x=(3, 3)),
    call("numpy.linalg.eig(x)", INEXACT, False, x=(4, 4)),
    call("numpy.linalg.eigvals(x)", INEXACT, x=(2, 4, 4)),
    call("lax.linalg.svd(x, full_matrices=False)", INEXACT, x=(2, 4, 3)),
    call("lax.linalg.svd(x, full_matrices=False)", INEXACT, x=(2, 3)),
    call("lax.linalg.svd(x, compute_uv=False)", INEXACT, x=(3, 3)),
    call("lax.linalg.schur(x)", INEXACT, False, x=(3, 3)),
    call("lax.linalg.hessenberg(x)", INEXACT, False, x=(4, 4)),
    call("lax.linalg.tridiagonal(x + numpy.conj(x.mT))", INEXACT, False, x=(4, 4)),
    call("numpy.linalg.det(x)", INEXACT, x=(2, 4, 4)),
    call("numpy.linalg.slogdet(x)", INEXACT, x=(4, 4)),
    call("numpy.linalg.pinv(x)", INEXACT, x=(4, 3)),
    call("numpy.linalg.inv(x)", INEXACT, x=(3, 3)),
    call("numpy.linalg.lstsq(x, y)[0]", INEXACT, x=(4, 2), y=(4,)),
    # Sorting
    call("lax.tile(x, (2, 0, 3))", x=(2, 3, 1)),
    call("lax.tile(x, (2, 3))", x=(2, 3)),
    call("lax.sort(x, dimension=0)", x=(5, 2)),
    call("lax.sort_key_val(x, y, 0)", x=(5, 2), y=(5, 2)),
    call("lax.top_k(x, 3)", x=(2, 5)),
    call("lax.top_k(x, 2, axis=0)", x=(4, 3)),
    call("lax.approx_max_k(x, 2, reduction_dimension=0)", FLOATS, x=(4, 3)),
    call("lax.approx_min_k(x, 2)", FLOATS, x=(4, 3)),
    call("numpy.take_along_axis(x, i, 1)", x=(2, 5), i=ints(2, 3, low=-7, high=7)),
    call("numpy.take_along_axis(x, i, 0, mode='clip')", x=(4, 1), i=ints(2, 3, low=0, high=7)),
    call(
        "numpy.put_along_axis(x, i, y, 1, inplace=False)",
        differentiable=False,
        x=(2, 5),
        i=ints(2, 1, low=-6, high=7),
        y=(2, 1),
    ),
    call("lax.sort((x, y), num_keys=1)", x=(2, 5), y=(2, 5)),
    call("lax.select(p, x, y)", p=((2, 3), "bool", 0, 2), x=(2, 3), y=(2, 3)),
    call("lax.clamp(lo, x, hi)", FLOATS, x=(2, 3), lo=((2, 3), None, -2, -1), hi=((2, 3), None, 1, 2)),
    call("numpy.logaddexp(x, y)", FLOATS, x=(2, 3), y=(2, 3)),
    call("lax.integer_pow(x, 3)", x=(2, 3)),
    call("lax.convert_element_type(x, 'float16')", x=(2, 3)),
    call("lax.bitcast_convert_type(x, 'int32')", ("float32", "uint32"), differentiable=False, x=(2, 3)),
    # Special: JAX has no derivative of zeta, in the parameters of betainc, of random_gamma_grad
    call("lax.zeta(x, q)", FLOATS, False, x=((2, 3), None, 1.5, 5), q=((2, 3), None, 0.5, 4)),
    call("lax.polygamma(numpy.full_like(x, 2), x)", FLOATS, x=PARAMETER),
    call("lax.polygamma(numpy.full_like(x, 0), x)", FLOATS, x=PARAMETER),
    call("lax.betainc(p, q, x)", FLOATS, False, p=PARAMETER, q=PARAMETER, x=((2, 3), None, 0.1, 0.9)),
    call("lax.betainc(numpy.full_like(x, 1.5), numpy.full_like(x, 2.5), x)", FLOATS, x=((2, 3), None, 0.1, 0.9)),
    call("lax.random_gamma_grad(a, x)", FLOATS, False, a=PARAMETER, x=PARAMETER),
    call("lax.igamma_grad_a(a, x)", FLOATS, False, a=PARAMETER, x=PARAMETER),
]

# Ops that no function of JAX's lax computes alone, with what covers them instead.
WITHOUT = {
    "constant": "a literal",
    "iota": "lax.broadcasted_iota",
    "checkpoint_name": "tests/oracle/test_transforms_against_jax.py",
    "threefry2x32": "tests/python/test_random.py compares stored values of JAX's random functions",
    "linear_recurrence": "what the derivatives of cumprod, cummax and cumlogsumexp are made of",
    "select_and_gather_add": "the derivative of reduce_window with lax.max",
    "select_and_scatter_add": "the same backwards",
    "geqrf": "no function of jax.lax.linalg; lax.linalg.qr",
    "erf_inv_fast": "tests/python/test_random.py compares stored values of JAX's random functions",
    "beta_density": "the derivative of betainc, which is compared",
    "betainc_sensitivity": "JAX has no derivative in the parameters; compared with mpmath",
    "zeta_partial": "JAX has no derivative in x; compared with mpmath",
    "take": "the gather that wengert.numpy.take makes; compared with NumPy",
}

# Types that JAX refuses and we accept.
JAX_REFUSES = {
    ("abs", "uint8"),
    ("abs", "uint32"),
    ("pow", "int32"),
    ("pow", "uint32"),
    ("pow", "int16"),
    ("pow", "uint8"),
}
