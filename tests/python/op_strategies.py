# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Hypothesis strategies for calls of ops: shapes of rank 0 to 6 with sizes 0 and 1 among them, and attributes that fit.

`STRATEGIES[op]` draws the shapes of the operands and the attributes; elementwise ops need no entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from op_cases import Case, np_dtype

from wengert.lax._records import RECORDS

Draw = Callable[[Any], Any]
Drawn = tuple[list[tuple[int, ...]], dict[str, Any]]
LIMIT = 600  # elements of an operand


def shapes(min_rank: int = 0, max_rank: int = 6, smallest: int = 0) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes of at most LIMIT elements; zeros are rare enough that most shapes hold something."""
    size = st.sampled_from([n for n in (1, 2, 3, 1, 4, 2, 5, 0) if n >= smallest])
    return st.lists(size, min_size=min_rank, max_size=max_rank).map(tuple).filter(lambda s: math.prod(s) <= LIMIT)


def some_axes(draw: Draw, rank: int) -> tuple[int, ...]:
    return tuple(sorted(draw(st.sets(st.integers(0, rank - 1))))) if rank else ()


def permutation(draw: Draw, rank: int) -> tuple[int, ...]:
    return tuple(draw(st.permutations(range(rank))))


def reshape(draw: Draw) -> Drawn:
    shape = draw(shapes())
    target = [n for n in draw(st.permutations(shape)) if n != 1]
    if len(target) > 1 and draw(st.booleans()):
        target = [target[0] * target[1], *target[2:]]
    for _ in range(draw(st.integers(0, 6 - len(target)))):
        target.insert(draw(st.integers(0, len(target))), 1)
    return [shape], {"shape": tuple(target)}


def transpose(draw: Draw) -> Drawn:
    shape = draw(shapes())
    return [shape], {"permutation": permutation(draw, len(shape))}


def broadcast_in_dim(draw: Draw) -> Drawn:
    shape = draw(shapes())
    dims = some_axes(draw, len(shape))
    return [tuple(draw(st.sampled_from([1, shape[d]])) for d in dims)], {"shape": shape, "broadcast_dimensions": dims}


def slice_(draw: Draw) -> Drawn:
    shape = draw(shapes())
    start = tuple(draw(st.integers(0, n)) for n in shape)
    limit = tuple(draw(st.integers(s, n)) for s, n in zip(start, shape, strict=True))
    return [shape], {"start": start, "limit": limit, "strides": tuple(draw(st.integers(1, 3)) for _ in shape)}


def pad(draw: Draw) -> Drawn:
    shape = draw(shapes(max_rank=4))
    interior = tuple(draw(st.integers(0, 2)) for _ in shape)
    spread = [max(n + (n - 1) * i, 0) if n else 0 for n, i in zip(shape, interior, strict=True)]
    low = tuple(draw(st.integers(-n, 2)) for n in spread)
    high = tuple(draw(st.integers(-(n + a), 2)) for n, a in zip(spread, low, strict=True))
    return [shape, ()], {"low": low, "high": high, "interior": interior}


def concatenate(draw: Draw) -> Drawn:
    shape = draw(shapes(min_rank=1))
    d = draw(st.integers(0, len(shape) - 1))
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    return [(*shape[:d], n, *shape[d + 1 :]) for n in sizes], {"dimension": d}


def reverse(draw: Draw) -> Drawn:
    shape = draw(shapes())
    return [shape], {"dimensions": some_axes(draw, len(shape))}


def iota(draw: Draw) -> Drawn:
    shape = draw(shapes(min_rank=1))
    dtype = np_dtype(draw(st.sampled_from(["int32", "uint32", "float32", "float64"])))
    return [], {"shape": shape, "dimension": draw(st.integers(0, len(shape) - 1)), "dtype": dtype}


def dot_general(draw: Draw) -> Drawn:
    batch, contracting = draw(shapes(max_rank=2)), draw(shapes(max_rank=2))
    operands, attributes = [], {}
    for side in ("lhs", "rhs"):
        # The dimensions in an order of their own: where[i] is the place of the i-th of batch + contracting + free.
        sizes = (*batch, *contracting, *draw(shapes(max_rank=2)))
        where = permutation(draw, len(sizes))
        operands.append(tuple(sizes[where.index(i)] for i in range(len(sizes))))
        attributes[f"{side}_batch"] = where[: len(batch)]
        attributes[f"{side}_contracting"] = where[len(batch) : len(batch) + len(contracting)]
    return operands, attributes


def conv_general_dilated(draw: Draw) -> Drawn:
    n = draw(st.integers(0, 3))
    some = lambda low, high: tuple(draw(st.integers(low, high)) for _ in range(n))
    features, batches = draw(st.sampled_from([(1, 1), (1, 1), (2, 1), (3, 1), (1, 2)]))
    batch, c, o = (draw(st.sampled_from([1, 2, 3, 0])) for _ in range(3))
    sizes, kernel = tuple(draw(st.sampled_from([1, 3, 4, 0])) for _ in range(n)), some(1, 3)
    spread = some(1, 2)
    wide = [d * (m - 1) + 1 if m else 0 for m, d in zip(sizes, spread, strict=True)]
    low = tuple(draw(st.integers(-(m // 2), 2)) for m in wide)
    high = tuple(draw(st.integers(-(m // 2), 2)) for m in wide)
    specs = [permutation(draw, n + 2) for _ in range(3)]
    place = lambda shape, spec: tuple(shape[spec.index(d)] for d in range(n + 2))
    lhs, rhs = (batch * batches, c * features, *sizes), (o * features * batches, c, *kernel)
    return [place(lhs, specs[0]), place(rhs, specs[1])], {
        "window_strides": some(1, 3), "padding_low": low, "padding_high": high, "lhs_dilation": spread,
        "rhs_dilation": some(1, 2), "lhs_spec": specs[0], "rhs_spec": specs[1], "out_spec": specs[2],
        "feature_group_count": features, "batch_group_count": batches,
    }  # fmt: skip


def reduce_(draw: Draw) -> Drawn:
    shape = draw(shapes())
    return [shape], {"axes": some_axes(draw, len(shape))}


def along_axis(draw: Draw) -> Drawn:
    shape = draw(shapes(min_rank=1, smallest=1))
    return [shape], {"axis": draw(st.integers(0, len(shape) - 1))}


def position(draw: Draw) -> Drawn:
    shapes_, attributes = along_axis(draw)
    return shapes_, attributes | {"dtype": np_dtype(draw(st.sampled_from(["int32", "int64", "uint8"])))}


def dynamic_slice(draw: Draw) -> Drawn:
    shape = draw(shapes(max_rank=4))
    return [shape, *[()] * len(shape)], {"sizes": tuple(draw(st.integers(0, n)) for n in shape)}


def dynamic_update_slice(draw: Draw) -> Drawn:
    shape = draw(shapes(max_rank=4))
    return [shape, tuple(draw(st.integers(0, n)) for n in shape), *[()] * len(shape)], {}


def take(draw: Draw) -> Drawn:
    shape = draw(shapes(min_rank=1, max_rank=4, smallest=1))
    return [shape, draw(shapes(max_rank=2))], {"axis": draw(st.integers(0, len(shape) - 1))}


def windows(draw: Draw) -> tuple[Any, ...]:
    """Shapes of an array, of indices and of windows, and dimension numbers in the order of GatherDimensionNumbers."""
    shape = draw(shapes(max_rank=4, smallest=1).filter(lambda s: math.prod(s) <= 60))
    roles = [draw(st.sampled_from(["window", "dropped", "batching"])) for _ in shape]
    kept, dropped, batching = (
        tuple(d for d, r in enumerate(roles) if r == role) for role in ("window", "dropped", "batching")
    )
    mapped = tuple(draw(st.permutations([d for d in (*kept, *dropped) if draw(st.booleans())])))
    counts = [*(shape[d] for d in batching), *draw(shapes(max_rank=2).filter(lambda s: math.prod(s) <= 6))]
    order = draw(st.permutations(range(len(counts))))  # the counts in an order of their own
    counted = [counts[i] for i in order]
    by = tuple(order.index(k) for k in range(len(batching)))
    sizes = [1 if r != "window" else draw(st.integers(0, n)) for n, r in zip(shape, roles, strict=True)]
    rank = len(counted) + len(kept)
    window = tuple(sorted(draw(st.permutations(range(rank)))[: len(kept)]))
    numbers, places = iter(counted), iter([sizes[d] for d in kept])
    whole = tuple(next(places) if d in window else next(numbers) for d in range(rank))
    return shape, (*counted, len(mapped)), sizes, whole, (window, dropped, mapped, batching, by)


def flags(draw: Draw) -> dict[str, Any]:
    mode = draw(st.sampled_from(["clip", "fill_or_drop", "promise_in_bounds"]))
    return {"mode": mode, "unique_indices": False, "indices_are_sorted": False}


def gather(draw: Draw) -> Drawn:
    shape, indices, sizes, _, dims = windows(draw)
    names = ("offset_dims", "collapsed_slice_dims", "start_index_map", "operand_batching_dims")
    attrs = dict(zip((*names, "start_indices_batching_dims"), dims, strict=True))
    return [shape, indices], {"slice_sizes": tuple(sizes), **attrs, **flags(draw)}


def scatter(draw: Draw) -> Drawn:
    shape, indices, _, updates, dims = windows(draw)
    names = ("update_window_dims", "inserted_window_dims", "scatter_dims_to_operand_dims", "operand_batching_dims")
    attrs = dict(zip((*names, "scatter_indices_batching_dims"), dims, strict=True))
    return [shape, indices, updates], {**attrs, **flags(draw)}


def sort(draw: Draw) -> Drawn:
    shape = draw(shapes(min_rank=1))
    count = draw(st.integers(1, 3))
    keys = draw(st.integers(1, count))
    return [shape] * count, {"dimension": draw(st.integers(0, len(shape) - 1)), "num_keys": keys, "stable": True}


def batch_and_sizes(draw: Draw, count: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Leading dimensions of a batch of matrices, and sizes of these."""
    return draw(shapes(max_rank=2)), tuple(draw(st.integers(0, 4)) for _ in range(count))


def square_matrix(draw: Draw) -> Drawn:
    batch, (n,) = batch_and_sizes(draw, 1)
    return [(*batch, n, n)], {}


def any_matrix(draw: Draw) -> Drawn:
    batch, (m, n) = batch_and_sizes(draw, 2)
    return [(*batch, m, n)], {}


def qr(draw: Draw) -> Drawn:
    batch, (m, n) = batch_and_sizes(draw, 2)
    # The columns that full_matrices adds have a derivative if m > n only through solve, far from singular by chance.
    return [(*batch, m, n)], {"full_matrices": m <= n and draw(st.booleans())}


def triangular_solve(draw: Draw) -> Drawn:
    batch, (m, n) = batch_and_sizes(draw, 2)
    left = draw(st.booleans())
    words = ("lower", "transpose_a", "conjugate_a", "unit_diagonal")
    attributes = {"left_side": left, **{w: draw(st.booleans()) for w in words}}
    return [(*batch, m, m), (*batch, m, n) if left else (*batch, n, m)], attributes


def solve(draw: Draw) -> Drawn:
    batch, (m, n) = batch_and_sizes(draw, 2)
    return [(*batch, m, m), (*batch, m, n)], {}


def lu_pivots_to_permutation(draw: Draw) -> Drawn:
    batch, (k, more) = batch_and_sizes(draw, 2)
    return [(*batch, k)], {"permutation_size": k + more}


def householder_product(draw: Draw) -> Drawn:
    batch, (n, more, less) = batch_and_sizes(draw, 3)
    return [(*batch, n + more, n), (*batch, max(n - less, 0))], {}


def tridiagonal_solve(draw: Draw) -> Drawn:
    batch, (m, n) = batch_and_sizes(draw, 2)
    return [(*batch, m), (*batch, m), (*batch, m), (*batch, m, n)], {}


def eigh(draw: Draw) -> Drawn:
    return square_matrix(draw)[0], {"lower": draw(st.booleans())}


def eig(draw: Draw) -> Drawn:
    words = ("compute_left_eigenvectors", "compute_right_eigenvectors")
    return square_matrix(draw)[0], {w: draw(st.booleans()) for w in words}


def svd(draw: Draw) -> Drawn:
    shapes, _ = any_matrix(draw)
    # Other columns than those of singular values have no derivative.
    return shapes, {"full_matrices": False, "compute_uv": draw(st.booleans())}


def schur(draw: Draw) -> Drawn:
    return square_matrix(draw)[0], {"compute_schur_vectors": draw(st.booleans())}


def hessenberg(draw: Draw) -> Drawn:
    batch, n = draw(shapes(max_rank=2)), draw(st.integers(1, 4))
    return [(*batch, n, n)], {}


def tridiagonal(draw: Draw) -> Drawn:
    return hessenberg(draw)[0], {"lower": draw(st.booleans())}


STRATEGIES: dict[str, Callable[[Draw], Drawn]] = {
    "reshape": reshape,
    "transpose": transpose,
    "broadcast_in_dim": broadcast_in_dim,
    "slice": slice_,
    "pad": pad,
    "concatenate": concatenate,
    "reverse": reverse,
    "iota": iota,
    "dot_general": dot_general,
    "conv_general_dilated": conv_general_dilated,
    **dict.fromkeys(["reduce_sum", "reduce_prod", "reduce_max", "reduce_min", "reduce_and", "reduce_or"], reduce_),
    "argmax": position,
    "argmin": position,
    "dynamic_slice": dynamic_slice,
    "dynamic_update_slice": dynamic_update_slice,
    "take": take,
    "gather": gather,
    **dict.fromkeys(["scatter", *(f"scatter_{c}" for c in ("add", "sub", "mul", "min", "max"))], scatter),
    "sort": sort,
    "cholesky": square_matrix,
    "triangular_solve": triangular_solve,
    "lu": any_matrix,
    "lu_pivots_to_permutation": lu_pivots_to_permutation,
    "solve": solve,
    "geqrf": any_matrix,
    "householder_product": householder_product,
    "qr": qr,
    "tridiagonal_solve": tridiagonal_solve,
    "eig": eig,
    "eigh": eigh,
    "svd": svd,
    "schur": schur,
    "hessenberg": hessenberg,
    "tridiagonal": tridiagonal,
    "det": square_matrix,
    "slogdet": square_matrix,
}


def is_elementwise(op: str) -> bool:
    """All operands of one shape, attributes (if any) from the samples."""
    return RECORDS[op].kind == "elementwise" or RECORDS[op].same


@st.composite
def calls(draw: Draw, op: str, dtype: str) -> Case:
    """A call of the op whose operands have `dtype` wherever their record allows it."""
    record = RECORDS[op]
    if op in STRATEGIES:
        operands, attributes = STRATEGIES[op](draw)
    else:
        operands = [draw(shapes())] * len(record.operands)
        sample = draw(st.sampled_from(record.samples)) if record.samples else {}
        attributes = {k: v for k, v in sample.items() if k not in ("shapes", "dtypes")}
        if "dtype" in attributes:
            attributes["dtype"] = np_dtype(attributes["dtype"])
    slots = []
    for a in record.operands:
        slots += [a] * (len(operands) - len(record.operands) + 1 if a.variadic else 1)
    dtypes = tuple(dtype if dtype in a.dtypes else a.dtypes[0] for a in slots)
    return Case(op, dtypes, tuple(operands), tuple(attributes.items()))
