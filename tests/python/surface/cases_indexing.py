# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy: taking, putting, choosing, sorting, searching, counting, sets, index arrays."""

from __future__ import annotations

import functools
import math
import sys
from typing import Any

import numpy as np
from hypothesis import strategies as st

from surface.cases_shapes import in_place
from surface.records import (
    ANY,
    JIT,
    NO_SLOPE,
    NUMERIC,
    REAL,
    VALUES,
    Call,
    Draw,
    Operand,
    Static,
    register,
)
from surface.strategies import axis_of, calls, kind_of, maybe, one_axis_or_none, plain, shapes, with_options

INDEX = ("int32", "int8", "uint8")


def counted(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Whole numbers that occur several times."""
    return rng.integers(0, 4, shape).astype(float)


def permuted(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Whole numbers, each once: a sort has one answer."""
    return rng.permutation(int(np.prod(shape))).reshape(shape).astype(float)


@calls
def taken(draw: Draw, mode: Any = ..., outside: int = 0) -> Call:
    shape = draw(shapes(1, smallest=1))
    axis = one_axis_or_none(draw, len(shape))
    n = math.prod(shape) if axis is None else shape[axis]
    low = -n - outside
    indices = Operand(draw(shapes(most=2)), "int32", low, n - 1 + outside)
    kwargs = {"axis": axis} | ({} if mode is ... else {"mode": mode})
    return Call((Operand(shape, kind_of(draw, ANY)), indices), kwargs)


@calls
def along_an_axis(draw: Draw, values: bool = False) -> Call:
    shape = draw(shapes(1, smallest=1))
    axis = axis_of(draw, len(shape))
    count = draw(st.integers(0, 4)) if not values else draw(st.integers(1, shape[axis]))
    own = tuple(count if d == axis % len(shape) else n for d, n in enumerate(shape))
    indices = Operand(own, "int32", -shape[axis], shape[axis] - 1)
    kind = kind_of(draw, NUMERIC)
    if values:  # each place once: NumPy says nothing about the order of writes
        indices = Operand(
            own, "int32", make=lambda rng, s: np.argsort(rng.random(shape), axis).take(range(count), axis)
        )
        return Call((Operand(shape, kind), indices, Operand(own, kind), axis), {"inplace": False})
    return Call((Operand(shape, kind), indices), {"axis": axis})


@calls
def put_calls(draw: Draw) -> Call:
    shape = draw(shapes(1, smallest=1))
    n = math.prod(shape)
    count = draw(st.integers(1, min(n, 4)))
    places = Operand((count,), "int32", make=lambda rng, s: rng.permutation(n)[:count])
    kind = kind_of(draw, NUMERIC)
    return Call((Operand(shape, kind), places, Operand((draw(st.integers(1, 4)),), kind)), {"inplace": False})


@calls
def place_calls(draw: Draw) -> Call:
    shape, kind = draw(shapes(1)), kind_of(draw, NUMERIC)
    return Call((Operand(shape, kind), Operand(shape, "bool"), Operand((60,), kind)), {"inplace": False})


@calls
def chosen(draw: Draw) -> Call:
    shape, count = draw(shapes()), draw(st.integers(1, 3))
    kind = kind_of(draw, NUMERIC)
    mode = draw(st.sampled_from(["clip", "wrap"]))
    return Call((Operand(shape, "int32", -4, 4), [Operand(shape, kind) for _ in range(count)]), {"mode": mode})


@calls
def masked(draw: Draw, axis: bool = True) -> Call:
    shape = draw(shapes(1, smallest=1))
    if not axis:
        return Call((Operand(shape, "bool"), Operand(shape, kind_of(draw, ANY))))
    d = one_axis_or_none(draw, len(shape))
    n = math.prod(shape) if d is None else shape[d]
    return Call((Operand((n,), "bool"), Operand(shape, kind_of(draw, ANY))), {"axis": d})


register("numpy", "take", taken(), result="first")
register(
    "numpy",
    "take:clip",
    taken("clip", 3).map(lambda c: c),
    lambda x, i, axis, mode: np.take(x, i, axis, mode=mode),
    result="first",
)
register("numpy", "take:wrap", taken("wrap", 3), result="first")
register("numpy", "take_along_axis", along_an_axis(), result="first")
register("numpy", "put_along_axis", along_an_axis(True), in_place(np.put_along_axis), result="first")
register("numpy", "put", put_calls(), in_place(np.put), result="first")
register("numpy", "place", place_calls(), in_place(np.place), result="first")
register("numpy", "choose", chosen(), result=lambda c: c.leaves[-1].dtype)
register("numpy", "compress", masked(), result=lambda c: c.leaves[1].dtype, ways=VALUES)
register("numpy", "extract", masked(False), result=lambda c: c.leaves[1].dtype, ways=VALUES)


# --- order ----------------------------------------------------------------------------------------------------------


@calls
def sorts(draw: Draw, kinds: Any = ANY, make: Any = None, **more: Any) -> Call:
    shape = draw(shapes(1))
    axis = draw(st.none() | st.integers(-len(shape), len(shape) - 1))
    kwargs = {k: v for k, v in ((k, draw(s)) for k, s in more.items()) if v is not ...}
    return Call((Operand(shape, kind_of(draw, kinds), make=make),), {"axis": axis, **kwargs})


@calls
def partitions(draw: Draw) -> Call:
    shape = draw(shapes(1, smallest=1))
    axis = axis_of(draw, len(shape))
    kth = draw(st.integers(-shape[axis], shape[axis] - 1))
    return Call((Operand(shape, kind_of(draw, REAL[:1] + REAL[3:5]), make=permuted), kth), {"axis": axis})


def parts_in_order(f: Any, x: Any, kth: int, axis: int = -1) -> Any:
    """What partition leaves open, the order within the parts, put into order."""
    m = library_of(f)
    out = f(x, kth, axis)
    values = m.take_along_axis(x, out, axis) if f.__name__ == "argpartition" else out
    k = kth % x.shape[axis]
    return m.concatenate([m.sort(part, axis) for part in m.split(values, [k, k + 1], axis)], axis)


def library_of(f: Any) -> Any:
    """The array library that a function comes from."""
    return sys.modules[f.__module__.split(".")[0] + ".numpy"] if f.__module__.split(".")[0] != "numpy" else np


@calls
def lexical(draw: Draw) -> Call:
    shape = draw(shapes(1))
    keys = [
        Operand(shape, kind_of(draw, ("float32", "int32", "bool")), make=counted)
        for _ in range(draw(st.integers(1, 3)))
    ]
    return Call((keys,), {"axis": axis_of(draw, len(shape))})


register("numpy", "sort", sorts(stable=maybe(True)))
register(
    "numpy",
    "sort:descending",
    sorts(REAL, descending=st.just(True)),
    lambda x, axis, descending: np.flip(np.sort(x, axis), -1 if axis is None else axis),
)
register(
    "numpy",
    "argsort",
    sorts(make=counted),
    lambda x, axis: np.argsort(x, axis, stable=True),
    result="int",
    ways=NO_SLOPE,
)
register("numpy", "lexsort", lexical(), result="int", ways=NO_SLOPE)
for name in ("partition", "argpartition"):
    register(
        "numpy",
        name,
        partitions(),
        functools.partial(parts_in_order, getattr(np, name)),
        function=parts_in_order,
        result="first",
    )
register("numpy", "sort_complex", plain(("complex64", "float32", "int32"), least=1, most=1), result="complex")


def in_order(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.sort(rng.integers(-4, 5, shape).astype(float), -1)


@calls
def searches(draw: Draw) -> Call:
    kind = kind_of(draw, ("float32", "int32", "float16", "float64"))
    edges = Operand((draw(st.integers(0, 6)),), kind, make=in_order)
    values = Operand(draw(shapes()), kind, -5, 5, make=draw(st.sampled_from([None, counted])))
    return Call((edges, values), {"side": draw(st.sampled_from(["left", "right"]))})


register("numpy", "searchsorted", searches(), result="int", ways=NO_SLOPE)
register(
    "numpy",
    "digitize",
    searches().map(lambda c: Call(c.args[::-1], {"right": c.kwargs["side"] == "left"})),
    result="int",
    ways=NO_SLOPE,
)

# --- values decide on the shape ---------------------------------------------------------------------------------------

register("numpy", "nonzero", plain(ANY, -1, 1, least=1), result="int", ways=VALUES)
register("numpy", "where:places", plain(ANY, -1, 1, least=1), result="int", ways=VALUES)
register("numpy", "argwhere flatnonzero", plain(ANY, -1, 1), result="int", ways=VALUES)
SIZED = with_options(plain(("bool", "int32", "float32"), -1, 1, least=1), size=st.integers(0, 7), fill_value=maybe(9))


def cut(f: Any) -> Any:
    """Cut off and filled up to a size."""

    def reference(x: np.ndarray, size: int, fill_value: int = 0) -> Any:
        found = f(x)
        parts = found if isinstance(found, tuple) else (found,)
        pad = lambda p: np.concatenate([p[:size], np.full((max(size - len(p), 0), *p.shape[1:]), fill_value, p.dtype)])
        out = tuple(pad(p) for p in parts)
        return out if isinstance(found, tuple) else out[0]

    return reference


for name in ("nonzero", "argwhere", "flatnonzero"):
    register("numpy", f"{name}:sized", SIZED, cut(getattr(np, name)), result="int", ways=NO_SLOPE)


@calls
def few_values(draw: Draw, axis: bool = False, **more: Any) -> Call:
    shape = draw(shapes(1, 2))
    kwargs = {k: v for k, v in ((k, draw(s)) for k, s in more.items()) if v is not ...}
    if axis and math.prod(shape) and draw(st.booleans()):
        kwargs["axis"] = axis_of(draw, len(shape))
    return Call(
        (Operand(shape, kind_of(draw, ("float32", "int32", "uint8", "float16", "complex64")), make=counted),), kwargs
    )


@calls
def two_sets(draw: Draw, flat: bool = True, **more: Any) -> Call:
    kind = kind_of(draw, ("float32", "int32", "uint8", "float16"))
    a, b = (Operand(draw(shapes(1, 1 if flat else 2)), kind, make=counted) for _ in range(2))
    return Call((a, b), {k: v for k, v in ((k, draw(s)) for k, s in more.items()) if v is not ...})


register("numpy", "unique", few_values(True), ways=VALUES, result="first")
MANY = {n: st.just(True) for n in ("return_index", "return_inverse", "return_counts")}
register("numpy", "unique:all", few_values(**MANY), ways=VALUES, result=("first", "int", "int", "int"))
register("numpy", "unique_values", few_values(), np.unique, ways=VALUES, result="first")
register("numpy", "unique_counts unique_inverse", few_values(), ways=VALUES, result=("first", "int"))
register("numpy", "unique_all", few_values(), ways=VALUES, result=("first", "int", "int", "int"))
register("numpy", "union1d intersect1d setxor1d setdiff1d", two_sets(False), ways=VALUES, result="same")
register("numpy", "isin", two_sets(False, invert=maybe(True)), result="bool", ways=NO_SLOPE)


@calls
def counts(draw: Draw) -> Call:
    n = draw(st.integers(0, 6))
    kind = kind_of(draw, ("float32", "float16"))
    kwargs: dict[str, Any] = {"minlength": draw(st.sampled_from([0, 3, 6]))}
    if draw(st.booleans()):
        kwargs["weights"] = Operand((n,), kind)
    return Call((Operand((n,), kind_of(draw, INDEX), 0, 5),), kwargs)


def weights_or_int(call: Call) -> Any:
    from wengert import dtypes

    return call.leaves[1].dtype if len(call.leaves) > 1 else dtypes.canonical(int)


register("numpy", "bincount", counts(), result=weights_or_int, ways=VALUES)
register(
    "numpy",
    "bincount:length",
    counts().map(lambda c: Call(c.args, {**c.kwargs, "length": 7})),
    lambda x, minlength, length, weights=None: np.resize(np.bincount(x, weights, 7), 7),
    result=weights_or_int,
)


@calls
def trimmed(draw: Draw) -> Call:
    return Call(
        (
            Operand((draw(st.integers(0, 6)),), kind_of(draw, ("int32", "float32")), make=ends_of_zero),
            draw(st.sampled_from(["fb", "f", "b"])),
        )
    )


def ends_of_zero(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return rng.integers(0, 2, shape) * 1.0


register("numpy", "trim_zeros", trimmed(), result="first", ways=VALUES)


# --- index arrays -----------------------------------------------------------------------------------------------------

SIZES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


@calls
def flat_indices(draw: Draw) -> Call:
    dims = draw(SIZES)
    return Call((Operand(draw(shapes(most=2)), kind_of(draw, ("int32",)), 0, math.prod(dims) - 1), dims))


@calls
def multi_indices(draw: Draw) -> Call:
    dims, shape = draw(SIZES), draw(shapes(most=2))
    mode = draw(st.sampled_from(["clip", "wrap"]))
    parts = tuple(Operand(shape, "int32", -4, 6) for _ in dims)
    return Call((parts, dims), {"mode": mode, "order": draw(st.sampled_from("CF"))})


register("numpy", "unravel_index", flat_indices(), result="int", ways=NO_SLOPE)
register("numpy", "ravel_multi_index", multi_indices(), result="int", ways=NO_SLOPE)
register(
    "numpy",
    "ix_",
    st.lists(st.integers(0, 3), min_size=1, max_size=3).map(
        lambda sizes: Call(tuple(Operand((n,), "int32", 0, 9) for n in sizes))
    ),
    result="int",
    ways=NO_SLOPE,
)

N, K = st.integers(0, 4), st.integers(-2, 2)


def numbers(*parts: Any, **kwargs: Any) -> st.SearchStrategy[Call]:
    """Calls of Python numbers alone."""
    return st.tuples(st.tuples(*parts), st.fixed_dictionaries(kwargs)).map(
        lambda c: Call(c[0], {k: v for k, v in c[1].items() if v is not ...})
    )


register("numpy", "diag_indices", numbers(N, ndim=st.integers(1, 3)), result="int", ways=(JIT,))
register("numpy", "tril_indices triu_indices", numbers(N, K, maybe_m := st.none() | N), result="int", ways=(JIT,))
register(
    "numpy",
    "tril_indices_from triu_indices_from",
    st.tuples(plain(("float32",), least=2, most=2), K).map(lambda c: Call((*c[0].args, c[1]))),
    result="int",
    ways=NO_SLOPE,
)
register(
    "numpy",
    "diag_indices_from",
    st.integers(1, 4).flatmap(lambda n: st.integers(2, 3).map(lambda d: Call((Operand((n,) * d, "float32"),)))),
    result="int",
    ways=NO_SLOPE,
)
register(
    "numpy",
    "mask_indices",
    numbers(N, st.just(Static("triu")), K),
    lambda n, f, k: np.mask_indices(n, np.triu, k),
    function=lambda f, n, name, k: f(n, library_of(f).triu, k),
    result="int",
    ways=VALUES,
)
register("numpy", "indices", numbers(SIZES, sparse=st.booleans()), result="int", ways=(JIT,))


# --- bits -------------------------------------------------------------------------------------------------------------


@calls
def packed(draw: Draw, unpack: bool = False) -> Call:
    shape = draw(shapes(1))
    kwargs: dict[str, Any] = {
        "axis": one_axis_or_none(draw, len(shape)),
        "bitorder": draw(st.sampled_from(["big", "little"])),
    }
    if unpack and draw(st.booleans()):
        kwargs["count"] = draw(st.integers(-3, 12))
    return Call(
        (Operand(shape, "uint8" if unpack else kind_of(draw, ("bool", "uint8", "int32")), 0, 200 if unpack else 1),),
        kwargs,
    )


register("numpy", "packbits", packed(), result="uint8", ways=NO_SLOPE)
register(
    "numpy", "unpackbits", packed(True).filter(lambda c: 0 not in c.leaves[0].shape), result="uint8", ways=NO_SLOPE
)


# --- equality of wholes -----------------------------------------------------------------------------------------------


@calls
def equal_or_not(draw: Draw) -> Call:
    shape = draw(shapes())
    other = shape if draw(st.booleans()) else draw(shapes())
    kind = kind_of(draw, ("int32", "float32", "bool"))
    same = lambda rng, s: np.ones(s)
    return Call((Operand(shape, kind, make=same), Operand(other, kind, make=draw(st.sampled_from([same, counted])))))


register("numpy", "array_equal", equal_or_not(), result="bool", ways=NO_SLOPE)
register("numpy", "array_equiv", equal_or_not(), result="bool", ways=NO_SLOPE)
register(
    "numpy",
    "allclose",
    equal_or_not().filter(lambda c: c.leaves[0].shape == c.leaves[1].shape),
    result="bool",
    ways=NO_SLOPE,
)
