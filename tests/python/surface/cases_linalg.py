# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy.linalg and scipy.linalg: factorisations by what they mean, solutions, norms, matrix functions."""

from __future__ import annotations

import itertools
import sys
from typing import Any

import numpy as np
from hypothesis import strategies as st

from surface.records import NO_SLOPE, Call, Draw, Operand, register
from surface.strategies import calls, kind_of, maybe, shapes, with_options

KINDS = ("float32", "float64", "complex64")
SIZE = st.sampled_from([2, 3, 1, 4, 0])
BATCH = shapes(most=2, limit=4)


def dominant(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """2, 4, 6, ... on the diagonal, small numbers elsewhere: far from singular, eigenvalues far apart."""
    x = rng.uniform(-0.4, 0.4, shape)
    i = np.arange(min(shape[-2:]))
    x[..., i, i] += 2 * (i + 1)
    return x


def shuffled(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """The same with the rows in the other order."""
    return dominant(rng, shape)[..., ::-1, :]


@calls
def square(draw: Draw, make: Any = dominant, batch: Any = BATCH, kinds: Any = KINDS, least: int = 0) -> Call:
    n = draw(SIZE.filter(lambda n: n >= least))
    return Call((Operand((*draw(batch), n, n), kind_of(draw, kinds), make=make),))


@calls
def oblong(draw: Draw, make: Any = dominant, batch: Any = BATCH, least: int = 0) -> Call:
    m, n = (draw(SIZE.filter(lambda n: n >= least)) for _ in range(2))
    return Call((Operand((*draw(batch), m, n), kind_of(draw, KINDS), make=make),))


@calls
def systems(draw: Draw, vector: bool = True, least: int = 0, batch: Any = BATCH, make: Any = shuffled) -> Call:
    n, k = draw(SIZE.filter(lambda n: n >= least)), draw(SIZE.filter(lambda n: n >= least))
    kind, leading = kind_of(draw, KINDS), draw(batch)
    b: tuple[int, ...] = (*leading, n, k)
    if vector and draw(st.booleans()):
        b = (n,)
    return Call((Operand((*leading, n, n), kind, make=make), Operand(b, kind)))


def positive(x: Any, m: Any = np) -> Any:
    """A positive definite matrix from any."""
    i = m.eye(x.shape[-1], dtype=x.dtype)
    return m.matmul(x, m.conj(m.swapaxes(x, -1, -2))) + i


def dagger(m: Any, x: Any) -> Any:
    return m.conj(m.swapaxes(x, -1, -2))


def wnp_of(f: Any) -> Any:
    """The array library of a function of linalg."""
    name = f.__module__.split(".")[0]
    return np if name in ("numpy", "scipy") else sys.modules[name + ".numpy"]


def of_positive(f: Any, x: Any, **kwargs: Any) -> Any:
    return f(positive(x, wnp_of(f)), **kwargs)


def register_pair(name: str, strategy: Any, use: Any, reference: Any = None, **options: Any) -> None:
    """A function of numpy.linalg through `use(f, ...)`, the same for the reference."""
    f = reference or getattr(np.linalg, name.partition(":")[0])
    register("numpy.linalg", name, strategy, lambda *a, **k: use(f, *a, **k), function=use, **options)


LOOSE = {"tolerance": 60.0, "slope": 30.0}
register_pair("cholesky", with_options(square(), upper=maybe(True, False)), of_positive, result="first", **LOOSE)
register("numpy.linalg", "det", square(shuffled), **LOOSE)
register("numpy.linalg", "slogdet", square(shuffled), result=("same", "magnitude"), **LOOSE)
register("numpy.linalg", "inv", square(shuffled), **LOOSE)
register("numpy.linalg", "solve", systems(), **LOOSE)
register(
    "numpy.linalg",
    "matrix_power",
    st.tuples(square(), st.integers(-3, 4)).map(lambda c: Call((*c[0].args, c[1]))),
    tolerance=200.0,
    slope=300.0,
)
register(
    "numpy",
    "matrix_power",
    st.tuples(square(), st.integers(-3, 4)).map(lambda c: Call((*c[0].args, c[1]))),
    np.linalg.matrix_power,
    tolerance=200.0,
    slope=300.0,
)
register("numpy.linalg", "pinv", oblong(least=1), **LOOSE)
register("numpy.linalg", "matrix_rank", oblong(least=1), result="int", ways=NO_SLOPE)
register("numpy.linalg", "cond", with_options(square(least=1), p=maybe(1, 2, "fro")), result="magnitude", **LOOSE)
register("numpy.linalg", "svdvals", oblong(least=1), result="magnitude", **LOOSE)


def hermitian(f: Any, x: Any, **kwargs: Any) -> Any:
    m = wnp_of(f)
    return f((x + dagger(m, x)) / 2, **kwargs)


def rebuilt(f: Any, x: Any, **kwargs: Any) -> Any:
    """Eigenvalues, and the matrix again: vectors have any phase."""
    m = wnp_of(f)
    values, vectors = hermitian(f, x, **kwargs)
    return values, m.matmul(vectors * values[..., None, :], dagger(m, vectors))


register_pair("eigvalsh", with_options(square(), UPLO=maybe("L", "U")), hermitian, result="magnitude", **LOOSE)
register_pair("eigh", with_options(square(), UPLO=maybe("L", "U")), rebuilt, result=("magnitude", "same"), **LOOSE)


def sorted_values(f: Any, x: Any) -> Any:
    m = wnp_of(f)
    values = f(x)
    return m.sort(m.real(values[0] if isinstance(values, tuple) else values), -1)


register_pair("eigvals", square(least=1), sorted_values, result="magnitude", **LOOSE)
register_pair("eig", square(least=1), sorted_values, result="magnitude", **LOOSE)


def columns_and_product(f: Any, x: Any, **kwargs: Any) -> Any:
    """|R|, which is unique, and the product."""
    m = wnp_of(f)
    q, r = f(x, **kwargs)
    return m.abs(r), m.matmul(q, r)


def values_and_product(f: Any, x: Any, **kwargs: Any) -> Any:
    m = wnp_of(f)
    u, s, vh = f(x, full_matrices=False, **kwargs)
    return s, m.matmul(u * s[..., None, :], vh)


register_pair("qr", oblong(), columns_and_product, result=("magnitude", "same"), **LOOSE)
register_pair("svd", oblong(least=1), values_and_product, result=("magnitude", "same"), **LOOSE)


def solutions(f: Any, a: Any, b: Any) -> Any:
    return f(a, b)[0]


register_pair("lstsq", systems(least=1, batch=st.just(())), solutions, **LOOSE)


@calls
def chains(draw: Draw) -> Call:
    sizes = [draw(st.integers(1, 4)) for _ in range(draw(st.integers(3, 5)))]
    kind = kind_of(draw, KINDS)
    return Call(([Operand((a, b), kind) for a, b in itertools.pairwise(sizes)],))


register("numpy.linalg", "multi_dot", chains(), tolerance=20.0, slope=5.0)


@calls
def norms(draw: Draw, what: str) -> Call:
    least = {"matrix": 2, "vector": 1, "any": 1}[what]
    shape = draw(shapes(least, smallest=1))
    kwargs: dict[str, Any] = {"keepdims": draw(st.booleans())}
    matrix = what == "matrix" or (what == "any" and len(shape) > 1 and draw(st.booleans()))
    if what != "matrix":
        count = 2 if matrix else 1
        axes = tuple(draw(st.permutations(range(len(shape))))[:count])
        kwargs["axis"] = axes if matrix else axes[0]
    kwargs["ord"] = draw(st.sampled_from([1, -1, 2, np.inf, -np.inf] + (["fro", "nuc"] if matrix else [3, 0.5])))
    return Call((Operand(shape, kind_of(draw, (*KINDS, "int32"))),), kwargs)


register("numpy.linalg", "norm", norms("any"), result="real", **LOOSE)
register("numpy.linalg", "matrix_norm", norms("matrix"), result="real", **LOOSE)
register("numpy.linalg", "vector_norm", norms("vector"), result="real", **LOOSE)
register(
    "numpy.linalg",
    "tensorinv",
    st.sampled_from([((2, 3, 6), 2), ((4, 2, 2), 1), ((24, 8, 3), 1)]).map(
        lambda c: Call((Operand(c[0], "float64"), c[1]))
    ),
    tolerance=1e4,
    slope=1e4,
)
register(
    "numpy.linalg",
    "tensorsolve",
    st.sampled_from([((2, 3, 6), (2, 3)), ((4, 2, 2), (4,))]).map(
        lambda c: Call((Operand(c[0], "float64"), Operand(c[1], "float64")))
    ),
    tolerance=1e4,
    slope=1e4,
)
