# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.scipy.linalg: special matrices exactly, factorisations by what they rebuild, solutions, functions."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as np
import scipy.linalg as sl
from hypothesis import strategies as st

from surface.cases_creation import numbers
from surface.cases_linalg import dagger, dominant, of_positive, positive, rebuilt, shuffled, square, wnp_of
from surface.records import JIT, NO_SLOPE, Call, Draw, Operand, register
from surface.strategies import calls, kind_of, maybe, plain, with_options

KINDS = ("float32", "float64", "complex64")
LOOSE = {"tolerance": 100.0, "slope": 50.0}
ONE = st.just(())  # one matrix
N = st.integers(1, 5)


def with_reference(name: str, strategy: Any, use: Any, **options: Any) -> None:
    f = getattr(sl, name.partition(":")[0])
    register("scipy.linalg", name, strategy, lambda *a, **k: use(f, *a, **k), function=use, **LOOSE | options)


def vector(kinds: Any = ("float32", "float64", "complex64", "int32"), least: int = 1) -> Any:
    return plain(kinds, 1, 4, least=1, most=1, smallest=least)


# --- special matrices -------------------------------------------------------------------------------------------------

register(
    "scipy.linalg",
    "toeplitz hankel",
    st.tuples(vector(), st.none() | N).map(
        lambda c: Call((*c[0].args, *(() if c[1] is None else (Operand((c[1],), c[0].args[0].dtype),))))
    ),
)
register("scipy.linalg", "circulant", vector())
register("scipy.linalg", "companion fiedler_companion", vector(("float32", "float64"), 3), tolerance=3.0)
register("scipy.linalg", "fiedler", vector(("float32", "float64")))
register("scipy.linalg", "leslie", N.map(lambda n: Call((Operand((n + 1,), "float32"), Operand((n,), "float32")))))
register(
    "scipy.linalg",
    "convolution_matrix",
    st.tuples(vector(), N, st.sampled_from(["full", "same", "valid"]))
    .filter(lambda c: c[0].args[0].shape[0] <= c[1])
    .map(lambda c: Call((*c[0].args, c[1], c[2]))),
)
register(
    "scipy.linalg",
    "block_diag",
    st.lists(st.tuples(N, N), min_size=1, max_size=3).map(
        lambda sizes: Call(tuple(Operand(s, "float32") for s in sizes))
    ),
)
ALONE = {"ways": (JIT,)}
register("scipy.linalg", "dft", numbers(N, st.sampled_from([None, "sqrtn", "n"])), result="complex64", **ALONE)
register("scipy.linalg", "hadamard", numbers(st.sampled_from([1, 2, 4, 8])), result="int32", **ALONE)
register("scipy.linalg", "helmert", numbers(st.integers(2, 5), full=maybe(True)), result="float32", **ALONE)
register("scipy.linalg", "hilbert", numbers(N), result="float32", **ALONE)
register("scipy.linalg", "invhilbert", numbers(N), result="float32", **ALONE)
register(
    "scipy.linalg",
    "pascal invpascal",
    numbers(N, st.sampled_from(["symmetric", "upper", "lower"])),
    result="float32",
    **ALONE,
)

# --- solutions --------------------------------------------------------------------------------------------------------


@calls
def systems(draw: Draw, make: Any = shuffled) -> Call:
    n, kind = draw(st.integers(1, 4)), kind_of(draw, KINDS)
    b = (n,) if draw(st.booleans()) else (n, draw(st.integers(1, 3)))
    return Call((Operand((n, n), kind, make=make), Operand(b, kind)))


def factored(name: str) -> Any:
    def use(f: Any, a: Any, b: Any) -> Any:
        factor = getattr(
            sl
            if wnp_of(f) is np
            else importlib.import_module(
                "wengert.scipy.linalg" if f.__module__.startswith("wengert") else "jax.scipy.linalg"
            ),
            name,
        )
        return f(factor(positive(a, wnp_of(f)) if name == "cho_factor" else a), b)

    return use


register("scipy.linalg", "solve", systems(), **LOOSE)
with_reference("cho_solve", systems(), factored("cho_factor"))
with_reference("lu_solve", systems(), factored("lu_factor"))
register(
    "scipy.linalg",
    "solve_triangular",
    with_options(systems(dominant), lower=maybe(True), trans=maybe(0, 1, 2), unit_diagonal=maybe(True)),
    **LOOSE,
)
register("scipy.linalg", "det inv", square(shuffled, ONE, least=1), **LOOSE)
register(
    "scipy.linalg",
    "solve_sylvester",
    st.tuples(N, N, st.sampled_from(("float32", "float64"))).map(
        lambda c: Call(
            (
                Operand((c[0], c[0]), c[2], make=dominant),
                Operand((c[1], c[1]), c[2], make=dominant),
                Operand((c[0], c[1]), c[2]),
            )
        )
    ),
    **LOOSE,
)

# --- factorisations ---------------------------------------------------------------------------------------------------


def triangle(f: Any, x: Any, **kwargs: Any) -> Any:
    """The triangle that counts of what cho_factor gives."""
    m = wnp_of(f)
    c, lower = f(positive(x, m), **kwargs)
    return m.tril(c) if lower else m.triu(c)


def product_of_three(f: Any, x: Any) -> Any:
    m = wnp_of(f)
    p, l, u = f(x)
    return l, u, m.matmul(m.matmul(m.asarray(p, dtype=l.dtype), l), u)


def whole_qr(f: Any, x: Any, **kwargs: Any) -> Any:
    m = wnp_of(f)
    q, r = f(x, mode="economic", **kwargs)
    return m.abs(r), m.matmul(q, r)


def svd_product(f: Any, x: Any) -> Any:
    m = wnp_of(f)
    u, s, vh = f(x, full_matrices=False)
    return s, m.matmul(u * s[..., None, :], vh)


def similar(f: Any, x: Any, **kwargs: Any) -> Any:
    """T and Z of x = Z T Z*: |T| may differ in signs, the product not."""
    m = wnp_of(f)
    t, z = f(x, **kwargs)
    return m.matmul(m.matmul(z, t), dagger(m, z)), m.matmul(z, dagger(m, z))


def hessenberg_product(f: Any, x: Any) -> Any:
    m = wnp_of(f)
    h, q = f(x, calc_q=True)
    return m.abs(h), m.matmul(m.matmul(q, h), dagger(m, q))


with_reference("cholesky", with_options(square(batch=ONE, least=1), lower=maybe(True, False)), of_positive)
with_reference("cho_factor", with_options(square(batch=ONE, least=1), lower=maybe(True, False)), triangle)
with_reference("lu", square(shuffled, ONE, least=1), product_of_three)
register("scipy.linalg", "lu_factor", square(shuffled, ONE, least=1), result=("same", "int32"), **LOOSE)
with_reference("qr", square(batch=ONE, least=1), whole_qr, result=("magnitude", "same"))
with_reference("svd", square(batch=ONE, least=1), svd_product, result=("magnitude", "same"))
with_reference("eigh", square(batch=ONE, least=1), rebuilt, result=("magnitude", "same"))
with_reference("schur", square(batch=ONE, least=1, kinds=("float32", "float64")), similar, ways=NO_SLOPE)
with_reference(
    "hessenberg", square(batch=ONE, least=1), hessenberg_product, result=("magnitude", "same"), ways=NO_SLOPE
)


def complex_schur(f: Any, x: Any) -> Any:
    """rsf2csf of the real form."""
    m = wnp_of(f)
    library = sl if m is np else sys.modules[f.__module__.split(".")[0] + ".scipy.linalg"]
    t, z = f(*library.schur(x))
    return m.matmul(m.matmul(z, t), dagger(m, z))


with_reference(
    "rsf2csf", square(batch=ONE, least=1, kinds=("float32", "float64")), complex_schur, result="complex", ways=NO_SLOPE
)


@calls
def tridiagonals(draw: Draw) -> Call:
    n, kind = draw(st.integers(2, 5)), kind_of(draw, ("float32", "float64"))
    return Call((Operand((n,), kind, 1, 9), Operand((n - 1,), kind, 0.2, 1)), {"eigvals_only": True})


register("scipy.linalg", "eigh_tridiagonal", tridiagonals(), **LOOSE, ways=NO_SLOPE)
with_reference("polar", square(batch=ONE, least=1), lambda f, x: f(x), ways=NO_SLOPE)


@calls
def multiplied(draw: Draw) -> Call:
    m, n = draw(st.integers(2, 4)), draw(st.integers(1, 2))
    kind = kind_of(draw, ("float32", "float64"))
    return Call((Operand((m, n), kind, make=dominant), Operand((3, m), kind)))


def product_and_r(f: Any, a: Any, c: Any) -> Any:
    m = wnp_of(f)
    cq, r = f(a, c)
    return m.abs(cq), m.abs(r)


with_reference("qr_multiply", multiplied(), product_and_r)

# --- functions of matrices --------------------------------------------------------------------------------------------

register("scipy.linalg", "expm", square(batch=ONE, least=1), **LOOSE | {"tolerance": 400.0})
register(
    "scipy.linalg",
    "expm_frechet",
    st.tuples(N, st.sampled_from(("float32", "float64"))).map(
        lambda c: Call((Operand((c[0],) * 2, c[1], -0.5, 0.5), Operand((c[0],) * 2, c[1], -0.5, 0.5)))
    ),
    **LOOSE,
)
register("scipy.linalg", "sqrtm", square(batch=ONE, least=1), result="complex", ways=NO_SLOPE, **LOOSE)


def sine_of(f: Any, x: Any) -> Any:
    return wnp_of(f).real(f(x, lambda v: v * v))


with_reference(
    "funm", square(batch=ONE, least=1, kinds=("float32", "float64")), sine_of, result="magnitude", ways=(JIT,)
)
