# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs of equal slices of an array, which `unique` and the functions of sets are made of."""

from __future__ import annotations

from typing import Any

from wengert import dtypes, lax
from wengert.lax._operands import as_array, broadcast, convert, in_trace_of
from wengert.numpy import logic
from wengert.numpy.complex_parts import imag, real
from wengert.numpy.manipulation import moveaxis
from wengert.numpy.reductions import any as _any

__all__ = ["equal_runs", "filled"]


def equal_runs(x: Any, axis: int, equal_nan: bool) -> tuple[Any, Any, Any]:
    """The slices of x along `axis`, sorted, in front; where a new one starts; and where each has come from."""
    rows = moveaxis(x, axis, 0)
    n = rows.shape[0]
    places = lax.iota("int32", n)
    width = rows.size // n if n else 0
    flat = lax.reshape(rows, (n, width))
    keys = []
    for j in range(width):
        column = lax.index_in_dim(flat, j, 1, False)
        keys += [real(column), imag(column)] if column.dtype.kind == "c" else [column]
    order = lax.sort((*keys, places), 0, True, len(keys))[-1] if keys and n else places
    rows = lax.take(rows, order, 0)
    if not width:  # all slices are empty, so they are equal
        return rows, places == 0, order
    later, earlier = lax.slice_in_dim(rows, 1, None), lax.slice_in_dim(rows, 0, max(n - 1, 0))
    differs = logic.not_equal(later, earlier)
    if equal_nan and dtypes.is_inexact(x.dtype):
        differs = logic.bitwise_and(
            differs, logic.logical_not(logic.bitwise_and(logic.isnan(later), logic.isnan(earlier)))
        )
    if differs.ndim > 1:
        differs = _any(differs, tuple(range(1, differs.ndim)))
    first = in_trace_of(lax.full((min(n, 1),), True), differs)
    return rows, lax.concatenate([first, differs], 0), order


def filled(rows: Any, places: Any, valid: Any, fill_value: Any) -> Any:
    """The rows at the places that are valid; else the fill value, by default the row that stands first."""
    if not rows.shape[0]:
        fill = convert(as_array("fill_value", 0 if fill_value is None else fill_value), rows.dtype)
        return broadcast(fill, (places.size, *rows.shape[1:]))
    picked = lax.take(rows, places, 0)
    shape = (places.size,) + (1,) * (rows.ndim - 1)
    fill = lax.slice_in_dim(rows, 0, 1) if fill_value is None else convert(as_array("fill", fill_value), rows.dtype)
    return logic.where(lax.reshape(valid, shape), picked, fill)
