# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the transforms share: names of functions, argnums, and results as trees of which some leaves are traced."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from wengert import trace, tracer
from wengert.tree_util import tree_flatten, tree_unflatten


def name_of(fun: Callable[..., Any]) -> str:
    """The name of a function for symbols and messages; partials and callable objects have one too."""
    while isinstance(fun, functools.partial):
        fun = fun.func
    name = getattr(fun, "__name__", None) or type(fun).__name__
    return name if name.isidentifier() else "lambda" if "lambda" in name else "fun"


def normal_argnums(which: str, argnums: int | Sequence[int], count: int) -> tuple[int, ...]:
    """`argnums` as non-negative positions of `count` arguments."""
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for i in positions:
        if not isinstance(i, int):
            raise TypeError(f"{which}: expected argnums of type int but got {i!r}")
        if not -count <= i < count:
            raise ValueError(
                f"{which}: expected argnums below the number of positional arguments, {count}, but got {i}; "
                "remedy: pass the argument by position, or change argnums"
            )
    return tuple(i % count for i in positions)


def pick(args: Sequence[Any], positions: Sequence[int], single: bool) -> Any:
    """The arguments at `positions`: one of them, or a tuple."""
    return args[positions[0]] if single else tuple(args[i] for i in positions)


def put(args: Sequence[Any], positions: Sequence[int], chosen: Any, single: bool) -> list[Any]:
    """`args` with those at `positions` replaced by what `pick` returned."""
    new = list(args)
    for i, x in zip(positions, (chosen,) if single else chosen, strict=True):
        new[i] = x
    return new


class Outputs:
    """A result as a tree. Of its leaves only those that belong to the current trace need to be results of it.

    Attributes:
      count: the number of leaves that were handed to the trace.
      tree: the structure of the result.
    """

    __slots__ = ("tree", "leaves", "places", "count")

    def __init__(self) -> None:
        self.tree: Any = None
        self.leaves: list[Any] = []
        self.places: list[int] = []
        self.count = 0

    def flatten(self, result: Any, everything: bool = False) -> list[Any]:
        """The leaves that the current trace must return; with `everything`, all of them."""
        self.leaves, self.tree = tree_flatten(result)
        current = trace.current()
        self.places = [
            i
            for i, x in enumerate(self.leaves)
            if everything or (tracer.is_tracer(x) and x._trace.level >= current.level)
        ]
        self.count = len(self.places)
        results = [self.leaves[i] for i in self.places]
        for i in self.places:
            self.leaves[i] = None  # a tracer kept here would keep all of its trace
        return results

    def unflatten(self, results: Sequence[Any]) -> Any:
        """The result with the traced leaves replaced by `results`."""
        leaves = list(self.leaves)
        for i, x in zip(self.places, results, strict=True):
            leaves[i] = x
        return tree_unflatten(self.tree, leaves)
