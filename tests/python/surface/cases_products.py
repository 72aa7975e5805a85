# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy: products, polynomials, statistics of tables, histograms, interpolation."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from hypothesis import strategies as st

from surface.cases_reductions import rising
from surface.records import FLOATS, JIT, VALUES, Call, Draw, Operand, register
from surface.rules import promoted
from surface.strategies import beside, calls, kind_of, plain, shapes
from wengert import dtypes

KINDS = (*FLOATS, "complex64", "int32", "int8")
SIZE = st.sampled_from([2, 3, 1, 4, 0])


def pair(draw: Draw, a: Any, b: Any, kinds: Any = KINDS) -> tuple[Operand, Operand]:
    kind = kind_of(draw, kinds)
    other = kind_of(draw, kinds) if draw(st.integers(0, 3)) == 0 else kind
    return Operand(tuple(a), kind), Operand(tuple(b), other)


@calls
def matrices(draw: Draw) -> Call:
    m, k, n = draw(SIZE), draw(SIZE), draw(SIZE)
    batch = draw(shapes(most=2, limit=6))
    a, b = (*beside(draw, batch), m, k), (*beside(draw, batch), k, n)
    a = (k,) if draw(st.integers(0, 4)) == 0 else a
    b = (k,) if draw(st.integers(0, 4)) == 0 else b
    return Call(pair(draw, a, b))


@calls
def dots(draw: Draw, last: bool = False) -> Call:
    k = draw(SIZE)
    a = (*draw(shapes(most=2, limit=6)), k)
    b = (*draw(shapes(most=2, limit=6)), k)
    b = b if last or len(b) == 1 else (*b[:-2], k, b[-2])
    if draw(st.integers(0, 4)) == 0:
        a = ()
    return Call(pair(draw, a, b))


@calls
def vectors(draw: Draw, batch: str = "", kinds: Any = KINDS) -> Call:
    """vecdot (v v), matvec (m v), vecmat (v m): batches broadcast."""
    k, n = draw(SIZE), draw(SIZE)
    whole = draw(shapes(most=2, limit=6))
    core = {"v": (k,), "m": (n, k), "w": (k, n)}
    a, b = ((*beside(draw, whole), *core[c]) for c in batch)
    return Call(pair(draw, a, b, kinds))


@calls
def same_size(draw: Draw, flat: bool = False) -> Call:
    shape = draw(shapes())
    return Call(pair(draw, shape, shape))


@calls
def any_two(draw: Draw, most: int = 2) -> Call:
    return Call(pair(draw, draw(shapes(most=most, limit=12)), draw(shapes(most=most, limit=12))))


@calls
def tensordots(draw: Draw) -> Call:
    common = draw(shapes(most=2, limit=9))
    a, b = (*draw(shapes(most=2, limit=6)), *common), (*common, *draw(shapes(most=2, limit=6)))
    n = len(common)
    axes = n if draw(st.booleans()) else (tuple(range(len(a) - n, len(a))), tuple(range(n)))
    return Call(pair(draw, a, b), {"axes": axes})


EINSUMS = [
    ("ij,jk->ik", "ij", "jk"),
    ("ij,ij->", "ij", "ij"),
    ("ii->i", "ii"),
    ("ii", "ii"),
    ("bij,bjk->bik", "bij", "bjk"),
    ("i,j->ij", "i", "j"),
    ("ij->ji", "ij"),
    ("ij,jk,kl", "ij", "jk", "kl"),
    ("ij,j->i", "ij", "j"),
    ("ijk->j", "ijk"),
    ("...ij,...jk->...ik", "bij", "bjk"),
    ("i...->...", "ijk"),
    ("ij,ji->j", "ij", "ji"),
    (",ij->i", "", "ij"),
]


@calls
def einsums(draw: Draw) -> Call:
    subscripts, *terms = draw(st.sampled_from(EINSUMS))
    sizes = {c: draw(SIZE) for c in "bijkl"}
    kind = kind_of(draw, KINDS)
    return Call((subscripts, *(Operand(tuple(sizes[c] for c in t), kind) for t in terms)))


@calls
def crosses(draw: Draw) -> Call:
    shape = draw(shapes(most=2, limit=12))
    n, m = draw(st.sampled_from([(3, 3), (2, 3), (3, 2), (2, 2)]))
    a, b = (*beside(draw, shape), n), (*beside(draw, shape), m)
    return Call(pair(draw, a, b, ("float32", "float64", "int32", "float16")))


@calls
def convolutions(draw: Draw) -> Call:
    a, b = (draw(st.integers(1, 6)) for _ in range(2))
    return Call(
        pair(draw, (a,), (b,), ("float32", "float64", "complex64")),
        {"mode": draw(st.sampled_from(["full", "same", "valid"]))},
    )


register("numpy", "matmul", matrices(), tolerance=6.0)
register("numpy.linalg", "matmul", matrices(), tolerance=6.0)
register("numpy", "dot", dots(), tolerance=6.0)
register("numpy", "inner", dots(True), tolerance=6.0)
register("numpy", "vdot", same_size(), tolerance=6.0)
for module in ("numpy", "numpy.linalg"):
    register(module, "vecdot", vectors("vv"), tolerance=6.0)
register("numpy", "matvec", vectors("mv"), tolerance=6.0)
register("numpy", "vecmat", vectors("vw"), tolerance=6.0)
register("numpy", "outer", any_two())
register("numpy.linalg", "outer", any_two(1).filter(lambda c: all(len(x.shape) == 1 for x in c.leaves)))
register("numpy", "kron", any_two().filter(lambda c: all(x.shape for x in c.leaves)))
for module in ("numpy", "numpy.linalg"):
    register(module, "tensordot", tensordots(), tolerance=6.0)
register("numpy", "einsum", einsums(), tolerance=9.0)
register(
    "numpy",
    "einsum_path",
    einsums().filter(lambda c: len(c.leaves) > 1 and c.args[0][0] != ","),
    lambda *a: len(np.einsum_path(*a)[0]),
    function=lambda f, *a: len(f(*a)[0]),
    result=lambda c: "int64",
    ways=VALUES,
    tolerance=None,
)
register("numpy", "cross", crosses(), tolerance=4.0)
register("numpy.linalg", "cross", crosses().filter(lambda c: all(x.shape[-1] == 3 for x in c.leaves)), tolerance=4.0)
register("numpy", "convolve correlate", convolutions(), tolerance=6.0)

# --- polynomials ------------------------------------------------------------------------------------------------------


@calls
def polynomials(draw: Draw, kinds: Any = ("float32", "float64", "complex64"), least: int = 1) -> Call:
    return Call(pair(draw, (draw(st.integers(least, 4)),), (draw(st.integers(least, 4)),), kinds))


register("numpy", "polyadd polysub polymul", polynomials(), tolerance=4.0)


@calls
def divisions(draw: Draw) -> Call:
    kind = kind_of(draw, ("float32", "float64"))
    return Call((Operand((draw(st.integers(1, 5)),), kind), Operand((draw(st.integers(1, 3)),), kind, 1, 2)))


def untrimmed(u: np.ndarray, v: np.ndarray) -> Any:
    """Remainders as long as JAX's: as u."""
    q, r = np.polydiv(u, v)
    return q, np.concatenate([np.zeros(max(len(u) - len(r), 0)), r])


register("numpy", "polydiv", divisions(), untrimmed, tolerance=30.0, slope=20.0)
register(
    "numpy",
    "polyval",
    st.tuples(plain(("float32", "float64", "complex64"), least=1, most=1), shapes()).map(
        lambda c: Call((*c[0].args, Operand(c[1], c[0].args[0].dtype)))
    ),
    tolerance=20.0,
    slope=20.0,
)
register(
    "numpy",
    "polyder polyint",
    st.tuples(plain(("float32", "float64"), least=1, most=1, smallest=1), st.integers(0, 2)).map(
        lambda c: Call((*c[0].args, c[1]))
    ),
    tolerance=4.0,
)
register("numpy", "poly", plain(("float32", "float64"), least=1, most=1, smallest=1), tolerance=30.0, slope=9.0)


@calls
def fits(draw: Draw) -> Call:
    kind = kind_of(draw, ("float32", "float64"))
    n = draw(st.integers(4, 6))
    kwargs = {"w": Operand((n,), kind, 0.5, 2)} if draw(st.booleans()) else {}
    y = Operand(draw(st.sampled_from([(n,), (n, 2)])), kind)
    return Call((Operand((n,), kind, make=rising), y, draw(st.integers(0, 2))), kwargs)


register("numpy", "polyfit", fits(), tolerance=200.0, slope=200.0)


def ordered_roots(f: Any, p: Any) -> Any:
    m = np if f is np.roots else __import__("wengert.numpy").numpy
    return m.sort(m.abs(f(p)))


register(
    "numpy",
    "roots",
    plain(("float32", "float64"), 1, 3, least=1, most=1, smallest=2),
    lambda p: np.sort(np.abs(np.roots(p))),
    function=ordered_roots,
    ways=VALUES,
    tolerance=50.0,
)

# --- tables ---------------------------------------------------------------------------------------------------------


@calls
def tables(draw: Draw, weights: bool = True) -> Call:
    kind = kind_of(draw, ("float32", "float64", "complex64"))
    shape = draw(st.sampled_from([(3, 4), (2, 5), (4,), (1, 4)]))
    kwargs: dict[str, Any] = {"rowvar": draw(st.booleans())}
    n = shape[-1] if kwargs["rowvar"] or len(shape) == 1 else shape[0]
    if weights and n > 2:
        kwargs |= draw(st.sampled_from([{}, {"bias": True}, {"ddof": 0}, {"aweights": Operand((n,), "float32", 1, 2)}]))
    if draw(st.booleans()) and shape != (1, 4):
        kwargs["y"] = Operand(shape, kind)
    return Call((Operand(shape, kind),), kwargs)


register(
    "numpy",
    "cov",
    tables().filter(lambda c: c.args[0].shape != (1, 4) or c.kwargs["rowvar"]),
    tolerance=9.0,
    result="first",
)
register(
    "numpy",
    "corrcoef",
    tables(False).filter(lambda c: c.args[0].shape != (1, 4) and (c.kwargs["rowvar"] or len(c.args[0].shape) == 1)),
    tolerance=20.0,
    slope=30.0,
    result="first",
)


@calls
def histograms(draw: Draw, edges: bool = False) -> Call:
    shape = draw(shapes(smallest=1))
    kind = kind_of(draw, ("float32", "float64"))
    bins = draw(st.integers(1, 5) | st.just(Operand((draw(st.integers(2, 5)),), kind, make=rising)))
    kwargs: dict[str, Any] = {}
    if isinstance(bins, int) and draw(st.booleans()):
        kwargs["range"] = (-2.0, 2.5)
    if not edges and draw(st.booleans()):
        kwargs["density"] = isinstance(bins, Operand)
    if not edges and draw(st.booleans()):
        kwargs["weights"] = Operand(shape, kind, 0.5, 2)
    return Call((Operand(shape, kind, -3, 3), bins), kwargs)


register("numpy", "histogram", histograms(), ways=(JIT, "vmap"), tolerance=4.0)
register("numpy", "histogram_bin_edges", histograms(True), tolerance=4.0, ways=(JIT, "vmap"))


@calls
def points(draw: Draw, flat: bool = False) -> Call:
    n, kind = draw(st.integers(1, 6)), kind_of(draw, ("float32", "float64"))
    d = 2 if flat else draw(st.integers(1, 3))
    bins: Any = draw(st.integers(1, 4))
    if draw(st.booleans()):
        bins = [draw(st.integers(1, 3)) for _ in range(d)]
    kwargs = {"density": True} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        kwargs["weights"] = Operand((n,), kind, 0.5, 2)
    args = [Operand((n,), kind), Operand((n,), kind)] if flat else [Operand((n, d), kind)]
    return Call((*args, bins), kwargs)


def counted_or_weighed(call: Call) -> Any:
    """Counts are integers, as JAX has them, unless they are weighed or made a density."""
    return promoted(call) if call.kwargs else dtypes.canonical(int)


def counts_and_edges(f: Any, *args: Any, **kwargs: Any) -> Any:
    """The counts, and the edges along the last dimension."""
    counts, *edges = f(*args, **kwargs)
    while isinstance(edges, (list, tuple)):
        edges = edges[-1]
    return counts, edges


for name, flat in (("histogramdd", False), ("histogram2d", True)):
    register(
        "numpy",
        name,
        points(flat),
        functools.partial(counts_and_edges, getattr(np, name)),
        tolerance=4.0,
        ways=(JIT, "vmap"),
        result=(counted_or_weighed, promoted),
        function=counts_and_edges,
    )


@calls
def interpolations(draw: Draw) -> Call:
    kind, n = kind_of(draw, ("float32", "float64")), draw(st.integers(1, 5))
    kwargs = draw(st.sampled_from([{}, {"left": -1.0}, {"right": 9.0}, {"period": 2.5}]))
    return Call(
        (Operand(draw(shapes()), kind, -1, 4), Operand((n,), kind, make=rising), Operand((n,), kind)), dict(kwargs)
    )


register("numpy", "interp", interpolations(), tolerance=9.0, slope=9.0)
