# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Strategies that several families of functions share: shapes, axes, operands that broadcast."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from surface.records import ANY, FLOATS, Call, Draw, Number, Operand

LIMIT = 60  # elements of an operand


def shapes(least: int = 0, most: int = 3, smallest: int = 0, limit: int = LIMIT) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes of ranks `least` to `most`: sizes 0 and 1 among them."""
    size = st.sampled_from([n for n in (3, 2, 1, 4, 3, 2, 5, 0) if n >= smallest])
    return st.lists(size, min_size=least, max_size=most).map(tuple).filter(lambda s: math.prod(s) <= limit)


def axis_of(draw: Draw, rank: int) -> int:
    return draw(st.integers(-rank, rank - 1))


def axes_of(draw: Draw, rank: int) -> Any:
    """None, one axis, or several."""
    choices: list[Any] = [st.none()]
    if rank:
        choices += [st.integers(-rank, rank - 1), st.sets(st.integers(0, rank - 1), min_size=1).map(tuple)]
    return draw(st.one_of(*choices))


def one_axis_or_none(draw: Draw, rank: int) -> int | None:
    return draw(st.none() | st.integers(-rank, rank - 1)) if rank else None


def kind_of(draw: Draw, kinds: Sequence[str]) -> str:
    return draw(st.sampled_from(list(kinds)))


def beside(draw: Draw, shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape that broadcasts with this one to no more than it."""
    kept = shape[draw(st.integers(0, len(shape))) :]
    return tuple(draw(st.sampled_from([n, n, 1])) for n in kept)


def calls(f: Callable[..., Call]) -> Callable[..., st.SearchStrategy[Call]]:
    return st.composite(f)


@calls
def plain(draw: Draw, kinds: Sequence[str] = ANY, low: float = -3, high: float = 3, **options: Any) -> Call:
    """One array of any shape."""
    return Call((Operand(draw(shapes(**options)), kind_of(draw, kinds), low, high),))


@calls
def several(
    draw: Draw,
    kinds: Sequence[str] = FLOATS,
    intervals: Sequence[tuple[float, float]] = ((-3, 3),) * 2,
    mixed: bool = True,
    numbers: bool = True,
) -> Call:
    """Operands that broadcast, of types of their own; one may be a Python number."""
    shape = draw(shapes())
    full = draw(st.integers(0, len(intervals) - 1))
    number = draw(st.integers(0, len(intervals) - 1)) if numbers and draw(st.integers(0, 4)) == 0 else None
    kind = kind_of(draw, kinds)
    args: list[Any] = []
    for i, (low, high) in enumerate(intervals):
        if i == number and i != full:
            middle = math.ceil((low + 2 * high) / 3)
            args.append(Number(middle if kind not in FLOATS or draw(st.booleans()) else middle - 0.25))
            continue
        own = kind_of(draw, kinds) if mixed and draw(st.booleans()) else kind
        args.append(Operand(shape if i == full else beside(draw, shape), own, low, high))
    return Call(tuple(args))


def with_options(base: st.SearchStrategy[Call], **options: st.SearchStrategy[Any]) -> st.SearchStrategy[Call]:
    """Calls with keywords: each is drawn, or absent where `...` is drawn."""

    def joined(pair: tuple[Call, dict[str, Any]]) -> Call:
        call, given = pair
        return Call(call.args, {**call.kwargs, **{k: v for k, v in given.items() if v is not ...}})

    return st.tuples(base, st.fixed_dictionaries(options)).map(joined)


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    """A keyword that may be absent."""
    return st.sampled_from([..., *values])
