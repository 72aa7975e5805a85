# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arguments of a jitted function that are named by position or by name, and static ones as part of a key."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from wengert import errors


class Static:
    """A static argument as part of a key: values of different types are different."""

    __slots__ = ("value", "_hash")

    def __init__(self, value: Any, hash_: int):
        self.value = value
        self._hash = hash_

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Static) and type(self.value) is type(other.value) and self.value == other.value


def hashable(label: str, where: int | str, value: Any) -> Static:
    try:
        return Static(value, hash(value))
    except TypeError:
        raise errors.make(
            errors.UnsupportedTypeError,
            label,
            f"expected a hashable static argument {where} but got {type(value).__name__}",
            remedy="pass a tuple for a list, or do not make the argument static",
        ) from None


def _tuple(x: Any) -> tuple[Any, ...]:
    return () if x is None else (x,) if isinstance(x, (int, str)) else tuple(x)


def named(
    fun: Callable[..., Any], argnums: Any, argnames: Any, which: str = "static", exact: bool = False
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Positions and names of arguments: each is found under the other when the signature allows, unless `exact`."""
    positions, names = _tuple(argnums), _tuple(argnames)
    for x, kind in ((positions, int), (names, str)):
        if bad := [y for y in x if not isinstance(y, kind)]:
            raise TypeError(f"jit: expected {which} arguments given by {kind.__name__} but got {bad[0]!r}")
    if not positions and not names:
        return (), ()
    try:
        parameters = list(inspect.signature(fun).parameters.values())
    except (ValueError, TypeError):
        return positions, names
    by_position = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    variadic = any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters)
    known = {p.name for p in parameters}
    never = {p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.VAR_POSITIONAL)}
    for name in names:
        if name in never:
            raise ValueError(f"jit: expected {which}_argnames that can be given by name but got {name!r}")
    if not variadic:
        for name in names:
            if name not in known:
                raise ValueError(f"jit: expected {which}_argnames among {sorted(known)} but got {name!r}")
        for i in positions:
            if not -len(by_position) <= i < len(by_position):
                raise ValueError(f"jit: expected {which}_argnums below {len(by_position)} but got {i}")
    n = len(by_position)
    if not variadic:
        positions = tuple(i % n for i in positions)
    if exact:
        return positions, names
    all_positions = dict.fromkeys((*positions, *[by_position.index(k) for k in names if k in by_position]))
    keywords = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    all_names = dict.fromkeys(
        (*names, *[by_position[i] for i in positions if 0 <= i < n and by_position[i] in keywords])
    )
    return tuple(all_positions), tuple(all_names)
