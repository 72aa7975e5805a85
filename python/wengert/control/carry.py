# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What loops carry from step to step: its types have to come out of a step as they went in."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import errors, lax
from wengert.functions import name_of
from wengert.trace import ShapedArray


def settled(avals: Sequence[ShapedArray], outs: Sequence[ShapedArray]) -> list[ShapedArray]:
    """The types to start with: a weak one gives way to what comes out."""
    return [_settled(given, out) for given, out in zip(avals, outs, strict=False)]


def _settled(given: ShapedArray, out: ShapedArray) -> ShapedArray:
    gives_way = given.weak_type and given.shape == out.shape and np.can_cast(given.dtype, out.dtype, "same_kind")
    return out if gives_way else given


def integer(which: str, words: str, value: Any) -> int:
    """`value` as an int; what it should be, in words, is for the message."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{which}: expected {words} but got {type(value).__name__}") from None


def as_types(carry: Sequence[Any], avals: Sequence[ShapedArray]) -> list[Any]:
    """The first carry, converted to these types."""
    return [
        x if x.dtype == a.dtype else lax.convert_element_type(x, a.dtype) for x, a in zip(carry, avals, strict=True)
    ]


def check_types(
    which: str,
    fun: Callable[..., Any],
    noun: str,
    names: Sequence[str],
    avals: Sequence[ShapedArray],
    outs: Sequence[ShapedArray],
) -> None:
    """That every carried value keeps its type.

    Args:
      which: the function that the user called; `fun` is the step, `noun` what its argument is called there.
      names: the path of each value in that argument.
    """
    wrong = [
        (name, given, out)
        for name, given, out in zip(names, avals, outs, strict=True)
        if given.shape != out.shape or given.dtype != out.dtype
    ]
    if not wrong:
        return
    words = "; ".join(f"{noun}{name} comes in as {given} and goes out as {out}" for name, given, out in wrong)
    raise errors.make(
        errors.ShapeError if any(given.shape != out.shape for _, given, out in wrong) else errors.DtypeError,
        which,
        f"expected {name_of(fun)} to return values of the types that they came with but {words}",
        remedy="convert with astype or reshape, or start with values of the types that come out",
    )


def check_structure(which: str, fun: Callable[..., Any], noun: str, wanted: Any, got: Any) -> None:
    """That what comes out has the structure of what went in."""
    if got != wanted:
        raise errors.make(
            errors.TreeError,
            which,
            f"expected {name_of(fun)} to return {noun} of the structure {wanted} but it returns {got}",
            remedy="return the values in the structure that they came in",
        )
