# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy: functions that move elements: shapes, joins, splits, flips, pads, triangles, diagonals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st

from surface.records import ANY, NO_SLOPE, NUMERIC, REAL, Call, Draw, Number, Operand, register
from surface.strategies import (
    axes_of,
    axis_of,
    beside,
    calls,
    kind_of,
    one_axis_or_none,
    plain,
    shapes,
    with_options,
)
from wengert import dtypes


def array(draw: Draw, shape: tuple[int, ...], kinds: Any = ANY) -> Operand:
    return Operand(shape, kind_of(draw, kinds))


@calls
def reshapes(draw: Draw) -> Call:
    shape = draw(shapes())
    target = [n for n in draw(st.permutations(shape)) if n != 1]
    if len(target) > 1 and draw(st.booleans()):
        target = [target[0] * target[1], *target[2:]]
    target.insert(draw(st.integers(0, len(target))), 1)
    if 0 not in target and draw(st.booleans()):
        target[draw(st.integers(0, len(target) - 1))] = -1
    return Call((array(draw, shape), tuple(target)), {"order": draw(st.sampled_from("CF"))})


@calls
def with_permutation(draw: Draw, given: bool = False) -> Call:
    shape = draw(shapes())
    axes = tuple(draw(st.permutations(range(len(shape)))))
    return Call((array(draw, shape), *([axes] if given or draw(st.booleans()) else [])))


@calls
def with_axes(draw: Draw, name: str = "axis", several: bool = True, none: bool = True, least: int = 0) -> Call:
    shape = draw(shapes(least))
    axis = axes_of(draw, len(shape)) if several else one_axis_or_none(draw, len(shape))
    return Call((array(draw, shape),), {name: axis} if axis is not None or none else {})


@calls
def two_axes(draw: Draw) -> Call:
    shape = draw(shapes(1))
    return Call((array(draw, shape), axis_of(draw, len(shape)), axis_of(draw, len(shape))))


@calls
def moved_axes(draw: Draw) -> Call:
    shape = draw(shapes(1))
    count = draw(st.integers(1, len(shape)))
    sides = [tuple(draw(st.permutations(range(len(shape)))))[:count] for _ in range(2)]
    return Call((array(draw, shape), *sides))


@calls
def rolled_axis(draw: Draw) -> Call:
    shape = draw(shapes(1))
    return Call((array(draw, shape), axis_of(draw, len(shape)), draw(st.integers(-len(shape), len(shape)))))


@calls
def new_axes(draw: Draw) -> Call:
    shape = draw(shapes())
    count = draw(st.integers(1, 2))
    rank = len(shape) + count
    axes = tuple(draw(st.permutations(range(rank))))[:count]
    return Call((array(draw, shape), axes if draw(st.booleans()) or count > 1 else axes[0] - rank))


@calls
def squeezed(draw: Draw) -> Call:
    shape = draw(shapes())
    ones = [d for d, n in enumerate(shape) if n == 1]
    some = tuple(d for d in ones if draw(st.booleans()))
    return Call((array(draw, shape),), {} if draw(st.booleans()) else {"axis": some})


@calls
def broadcast_targets(draw: Draw) -> Call:
    shape = draw(shapes())
    return Call((array(draw, beside(draw, shape)), shape))


@calls
def lists_of_arrays(draw: Draw, unpacked: bool = True) -> Call:
    shape = draw(shapes())
    parts = [array(draw, beside(draw, shape)) for _ in range(draw(st.integers(1, 3)))]
    return Call(tuple(parts) if unpacked else (parts,))


@calls
def joined(draw: Draw, least: int = 1, axis: bool = True, mixed: bool = True, ragged: bool = True) -> Call:
    """Arrays of one shape but for one axis."""
    shape = draw(shapes(least))
    d = draw(st.integers(0, len(shape) - 1)) if shape else 0
    kind = kind_of(draw, ANY)
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        n = draw(st.integers(0, 3)) if ragged and shape else None
        own = shape if n is None else (*shape[:d], n, *shape[d + 1 :])
        parts.append(Operand(own, kind_of(draw, ANY) if mixed and draw(st.booleans()) else kind))
    return Call((parts,), {"axis": draw(st.sampled_from([d, d - len(shape)]))} if axis else {})


@calls
def stacked(draw: Draw) -> Call:
    shape = draw(shapes())
    parts = [array(draw, shape) for _ in range(draw(st.integers(1, 3)))]
    return Call((parts,), {"axis": draw(st.integers(-len(shape) - 1, len(shape)))})


def joined_along(d: int) -> st.SearchStrategy[Call]:
    """Arrays that differ along a fixed axis, for hstack and its family."""

    @calls
    def strategy(draw: Draw) -> Call:
        shape = draw(shapes(d + 1))
        count = draw(st.integers(1, 3))
        return Call(([array(draw, (*shape[:d], draw(st.integers(0, 3)), *shape[d + 1 :])) for _ in range(count)],))

    return strategy()


@calls
def appended(draw: Draw) -> Call:
    shape = draw(shapes(1))
    axis = one_axis_or_none(draw, len(shape))
    return Call((array(draw, shape), array(draw, shape)), {} if axis is None else {"axis": axis})


@calls
def blocks(draw: Draw) -> Call:
    heights, widths = (draw(st.lists(st.integers(0, 3), min_size=1, max_size=2)) for _ in range(2))
    return Call(([[array(draw, (m, n)) for n in widths] for m in heights],))


@calls
def splits(draw: Draw, even: bool = True, d: int | None = None, least: int = 1) -> Call:
    shape = draw(shapes(least))
    axis = draw(st.integers(0, len(shape) - 1)) if d is None else d
    n = shape[axis]
    places: Any = tuple(sorted(draw(st.lists(st.integers(-1, n + 1), max_size=3))))
    if draw(st.booleans()):
        counts = [k for k in range(1, 5) if not even or n % k == 0]
        places = draw(st.sampled_from(counts))
    return Call((array(draw, shape), places), {"axis": axis} if d is None else {})


register("numpy", "reshape", reshapes(), result="first")
register("numpy", "ravel", with_options(plain(ANY), order=st.sampled_from("CF")))
register("numpy", "transpose", with_permutation())
register("numpy", "permute_dims", with_permutation(True))
register("numpy", "matrix_transpose", plain(ANY, least=2))
register("numpy.linalg", "matrix_transpose", plain(ANY, least=2))
register("numpy", "moveaxis", moved_axes())
register("numpy", "swapaxes", two_axes())
register("numpy", "rollaxis", rolled_axis())
register("numpy", "expand_dims", new_axes())
register("numpy", "squeeze", squeezed())
register("numpy", "broadcast_to", broadcast_targets())
register(
    "numpy",
    "broadcast_arrays",
    lists_of_arrays(),
    lambda *a: np.broadcast_arrays(*a)[-1],
    function=lambda f, *a: f(*a)[-1],
    result=lambda c: dtypes.named(c.leaves[-1].dtype),
)
register("numpy", "atleast_1d atleast_2d atleast_3d", plain(ANY))
register("numpy", "flip", with_axes())
register("numpy", "fliplr", plain(ANY, least=2))
register("numpy", "flipud", plain(ANY, least=1))
register("numpy", "concatenate concat", joined())
register("numpy", "concatenate:flat", joined(axis=False).map(lambda c: Call(c.args, {"axis": None})))
register("numpy", "stack", stacked())
register("numpy", "hstack", joined_along(1))
register("numpy", "hstack:vectors", joined_along(0).filter(lambda c: all(len(x.shape) == 1 for x in c.leaves)))
register(
    "numpy", "vstack row_stack", joined_along(0).filter(lambda c: all(len(x.shape) > 1 for x in c.leaves)), np.vstack
)
register("numpy", "dstack", joined_along(2))
register("numpy", "column_stack", joined_along(1))
register("numpy", "append", appended())
register("numpy", "block", blocks())
register("numpy", "split", splits())
register("numpy", "array_split", splits(False))
register("numpy", "vsplit", splits(d=0, least=2))
register("numpy", "hsplit", splits(d=1, least=2))
register("numpy", "dsplit", splits(d=2, least=3))
register("numpy", "unstack", with_axes(several=False, none=False, least=1))
register("numpy", "copy", plain(ANY))


@calls
def quarter_turns(draw: Draw) -> Call:
    shape = draw(shapes(2))
    axes = tuple(draw(st.permutations(range(len(shape)))))[:2]
    return Call((array(draw, shape), draw(st.integers(-5, 5))), {"axes": axes})


@calls
def rolls(draw: Draw) -> Call:
    shape = draw(shapes())
    axis = axes_of(draw, len(shape))
    shift = tuple(draw(st.integers(-4, 4)) for _ in axis) if isinstance(axis, tuple) else draw(st.integers(-4, 4))
    return Call((array(draw, shape), shift), {"axis": axis})


@calls
def tiles(draw: Draw) -> Call:
    reps = draw(st.integers(0, 3) | st.lists(st.integers(0, 2), max_size=3).map(tuple))
    return Call((array(draw, draw(shapes())), reps))


@calls
def repeats(draw: Draw) -> Call:
    shape = draw(shapes())
    axis = one_axis_or_none(draw, len(shape))
    n = math.prod(shape) if axis is None else shape[axis]
    counts = tuple(draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    return Call(
        (array(draw, shape), np.array(counts, int) if draw(st.booleans()) else draw(st.integers(0, 3))), {"axis": axis}
    )


@calls
def resizes(draw: Draw) -> Call:
    return Call((array(draw, draw(shapes())), draw(shapes())))


MODES = ["edge", "reflect", "symmetric", "wrap", "mean", "minimum", "maximum", "median", "linear_ramp"]


@calls
def pads(draw: Draw, modes: Any = ("constant",), kinds: Any = ANY) -> Call:
    mode = draw(st.sampled_from(list(modes)))
    shape = draw(shapes(smallest=0 if mode == "constant" else 1, most=2))
    width = [(draw(st.integers(0, 3)), draw(st.integers(0, 3))) for _ in shape]
    if shape and draw(st.booleans()):
        width = width[0]
    kwargs: dict[str, Any] = {}
    if mode == "constant" and draw(st.booleans()):
        kwargs["constant_values"] = draw(st.sampled_from([2, (1, 3)]))
    if mode in ("minimum", "maximum", "mean", "median") and draw(st.booleans()):
        kwargs["stat_length"] = 2
    if mode in ("reflect", "symmetric") and draw(st.booleans()):
        kwargs["reflect_type"] = "odd"
    if mode == "linear_ramp":
        kwargs["end_values"] = draw(st.sampled_from([0, 3]))
    return Call((array(draw, shape, kinds), tuple(width) if shape else 0, mode), kwargs)


register("numpy", "rot90", quarter_turns())
register("numpy", "roll", rolls())
register("numpy", "tile", tiles())
register("numpy", "repeat", repeats())
register("numpy", "resize", resizes())
register("numpy", "pad", pads())
register("numpy", "pad:modes", pads(MODES, ("float32", "float64", "float16")), tolerance=2.0)
register("numpy", "pad:integers", pads(MODES[:4], ("int32", "bool", "uint8", "complex64")))


# --- triangles and diagonals ----------------------------------------------------------------------------------------

K = st.integers(-3, 3)


@calls
def with_k(draw: Draw, least: int, most: int = 3, kinds: Any = ANY) -> Call:
    return Call((array(draw, draw(shapes(least, most)), kinds), draw(K)))


@calls
def diagonals(draw: Draw, kinds: Any = ANY) -> Call:
    shape = draw(shapes(2))
    axes = tuple(draw(st.permutations(range(len(shape)))))[:2]
    return Call((array(draw, shape, kinds), draw(K), *axes))


@calls
def filled_diagonals(draw: Draw) -> Call:
    n = draw(st.integers(1, 4))
    shape = draw(st.sampled_from([(n, n), (n, n, n), (n, 3), (7, 3)]))
    kind = kind_of(draw, NUMERIC)
    value = draw(st.sampled_from([Operand((), kind), Operand((2,), kind)]))
    return Call((Operand(shape, kind), value), {"wrap": draw(st.booleans()), "inplace": False})


def in_place(f: Any) -> Any:
    """What a function that writes into its first argument makes of a copy."""

    def reference(x: np.ndarray, *args: Any, inplace: bool = False, **kwargs: Any) -> np.ndarray:
        x = x.copy()
        f(x, *args, **kwargs)
        return x

    return reference


register("numpy", "tril triu", with_k(2))
register("numpy", "diag", with_k(1, 2))
register("numpy", "diagflat", with_k(0, 2))
register("numpy", "diagonal", diagonals())
register("numpy", "trace", diagonals((*NUMERIC, "bool")), result="first sum")
register("numpy", "fill_diagonal", filled_diagonals(), in_place(np.fill_diagonal), result="first")


@calls
def matrices_with_offset(draw: Draw, kinds: Any = ANY) -> Call:
    return Call((array(draw, draw(shapes(2)), kinds),), {"offset": draw(K)})


register("numpy.linalg", "diagonal", matrices_with_offset())
register("numpy.linalg", "trace", matrices_with_offset((*NUMERIC, "bool")), result="first sum")


# --- edits ----------------------------------------------------------------------------------------------------------


@calls
def deletions(draw: Draw) -> Call:
    shape = draw(shapes(1, smallest=1))
    axis = one_axis_or_none(draw, len(shape))
    n = math.prod(shape) if axis is None else shape[axis]
    one = st.integers(-n, n - 1)
    where = draw(one | st.lists(one, min_size=1, max_size=3).map(np.array) | st.slices(n))
    return Call((array(draw, shape), where), {"axis": axis})


@calls
def insertions(draw: Draw) -> Call:
    shape = draw(shapes(1, smallest=1))
    axis = one_axis_or_none(draw, len(shape))
    n = math.prod(shape) if axis is None else shape[axis]
    kind = kind_of(draw, NUMERIC)
    where: Any = draw(st.integers(-n, n) | st.lists(st.integers(-n, n), min_size=2, max_size=3).map(np.array))
    return Call((Operand(shape, kind), where, draw(st.sampled_from([Number(1), Operand((), kind)]))), {"axis": axis})


register("numpy", "delete", deletions())
register("numpy", "insert", insertions(), result="first")


@calls
def casts(draw: Draw) -> Call:
    kind = kind_of(draw, (*REAL, "bool"))
    target = draw(
        st.sampled_from(["float32", "float16", "int32", "complex64"] if kind != "float64" else ["float64", "int64"])
    )
    return Call((Operand(draw(shapes()), kind, 0, 3), target))


register("numpy", "astype", casts(), lambda x, kind: x.astype(kind), result=lambda c: c.args[1])


@calls
def views(draw: Draw) -> Call:
    pairs = [("float32", "int32"), ("int32", "float32"), ("int16", "float16"), ("uint8", "int8"), ("float64", "int64")]
    source, target = draw(st.sampled_from(pairs))
    return Call((Operand(draw(shapes()), source), target))


register("numpy", "view", views(), lambda x, kind: x.view(kind), exact=True, result=lambda c: c.args[1], ways=NO_SLOPE)
