# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the transforms share: names of functions, argnums, and results as trees of which some leaves are traced."""

from __future__ import annotations

import functools
import types
import weakref
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from wengert import dtypes, errors, trace, tracer
from wengert.trees import register_pytree_node, tree_flatten, tree_unflatten

_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])


def name_of(fun: Callable[..., Any]) -> str:
    """The name of a function for symbols and messages; partials and callable objects have one too."""
    while isinstance(fun, functools.partial):
        fun = fun.func
    name = getattr(fun, "__name__", None) or type(fun).__name__
    return name if name.isidentifier() else "lambda" if "lambda" in name else "fun"


class _Note:
    """What is known about one function, in its `__dict__`, so that both go together.

    Attributes:
      owner: the function; functools.wraps copies the __dict__ to another one.
      base, how: the function that it was derived from, and in which way; None if it is the user's own.
      made: what was made of it.
    """

    __slots__ = ("owner", "base", "how", "made")

    def __init__(self, owner: Any, base: Any = None, how: Any = None):
        self.owner = weakref.ref(owner)
        self.base = base
        self.how = how
        self.made: dict[Any, Any] = {}

    def __reduce__(self) -> Any:  # a copy of the function in another process starts anew
        return _nothing, ()


def _nothing() -> None:
    """What a note becomes where it is copied to."""


_NOTE = "__wengert_note__"


def _note(fun: Any) -> _Note | None:
    note = getattr(fun, "__dict__", {}).get(_NOTE) if type(fun) is types.FunctionType else None
    return note if type(note) is _Note and note.owner() is fun else None


def memo(fun: Callable[..., Any], how: Any, make: Callable[[], _T]) -> _T:
    """What `make` makes, or has made before, of a function object in the way `how`.

    It is kept with the user's function, so `jit(grad(f))` finds again what another `jit(grad(f))` has made. Other
    callables, and ways that are not hashable, are not remembered.
    """
    note = _note(fun)
    while note is not None and note.base is not None:
        fun, how = note.base, (note.how, how)
        note = _note(fun)
    if type(fun) is not types.FunctionType:
        return make()
    if note is None:
        note = fun.__dict__[_NOTE] = _Note(fun)
    try:
        found = note.made.get(how)
    except TypeError:
        return make()
    if found is None:
        found = note.made[how] = make()
    return found


def transform(function: _F) -> _F:
    """A function from functions to functions whose results are known by what they were made of: see `memo`."""

    @functools.wraps(function)
    def transformed(fun: Any, *args: Any, **kwargs: Any) -> Any:
        made = function(fun, *args, **kwargs)
        if type(made) is types.FunctionType:
            made.__dict__[_NOTE] = _Note(made, fun, (function.__name__, args, tuple(sorted(kwargs.items()))))
        return made

    return transformed  # type: ignore[return-value]


def normal_argnums(which: str, argnums: int | Sequence[int], count: int) -> tuple[int, ...]:
    """`argnums` as non-negative positions of `count` arguments."""
    positions = (argnums,) if isinstance(argnums, int) else tuple(argnums)
    for i in positions:
        if not isinstance(i, int):
            raise TypeError(f"{which}: expected argnums of type int but got {i!r}")
        if not -count <= i < count:
            raise errors.make(
                errors.TreeError,
                which,
                f"expected argnums below the number of positional arguments, {count}, but got {i}",
                remedy="pass the argument by position, or change argnums",
            )
    normal = tuple(i % count for i in positions)
    if len(set(normal)) < len(normal):
        raise ValueError(f"{which}: expected each argument once in argnums but got {tuple(positions)}")
    return normal


def pick(args: Sequence[Any], positions: Sequence[int], single: bool) -> Any:
    """The arguments at `positions`: one of them, or a tuple."""
    return args[positions[0]] if single else tuple(args[i] for i in positions)


def put(args: Sequence[Any], positions: Sequence[int], chosen: Any, single: bool) -> list[Any]:
    """`args` with those at `positions` replaced by what `pick` returned."""
    new = list(args)
    for i, x in zip(positions, (chosen,) if single else chosen, strict=True):
        new[i] = x
    return new


# ---------------------------------------------------------------------------------------------------------------------
# float0: arrays without data, which no trace can hold


class _NoTangent:
    """A tree node without leaves, which comes back as an array of type float0."""

    __slots__ = ("shape",)

    def __init__(self, shape: tuple[int, ...]):
        self.shape = shape


register_pytree_node(_NoTangent, lambda x: ((), x.shape), lambda shape, _: np.zeros(shape, dtypes.float0))


def is_float0(x: Any) -> bool:
    """Whether `x` is the tangent of an integer or a bool."""
    return isinstance(x, np.ndarray) and x.dtype == dtypes.float0


def without_float0(leaves: list[Any], tree: Any) -> tuple[list[Any], Any]:
    """A flat tree with its float0 arrays as part of the structure, so that all leaves are arrays with data."""
    if not any(is_float0(x) for x in leaves):
        return leaves, tree
    hidden = [_NoTangent(x.shape) if is_float0(x) else x for x in leaves]
    return tree_flatten(tree_unflatten(tree, hidden))


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
        if everything:
            self.leaves, self.tree = without_float0(self.leaves, self.tree)
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
