# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Samplers in lanes: every element has a key of its own and draws until it has accepted a number.

The key of a lane is a pair of arrays of words. Each lane gets the numbers that `vmap` of a sampler of one number would
give it, but the code is that of whole arrays, and eager code goes on with those lanes only that still draw.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import lax
from wengert import numpy as wnp
from wengert.array import Array
from wengert.config import _threefry_partitionable
from wengert.lax._operands import apply, is_eager
from wengert.random.keys import _block, _joined, _words, split
from wengert.trees import tree_leaves

Lanes = tuple[Any, Any]


def lanes_of(key: Any, count: int) -> Lanes:
    """The keys of `count` lanes, split from one key."""
    words = _words("split", split(key, count))
    return words[:, 0], words[:, 1]


def split_lanes(keys: Lanes, count: int) -> list[Lanes]:
    """New keys of each lane: the keys that `split` makes."""
    word = lambda x: lax.full_like(keys[0], x)
    if _threefry_partitionable.get():
        return [_block(keys, word(0), word(i)) for i in range(count)]
    blocks = [_block(keys, word(i), word(count + i)) for i in range(count)]
    words = [b[0] for b in blocks] + [b[1] for b in blocks]
    return list(zip(words[::2], words[1::2], strict=True))


def lane_bits(function: str, keys: Lanes, width: int, _: tuple[int, ...]) -> Any:
    """One number of `width` bits for each lane, as `bits` gives it for shape ()."""
    word = lambda x: lax.full_like(keys[0], x)
    if _threefry_partitionable.get():
        high, low = _block(keys, word(0), word(0))
        if width == 64:
            return _joined(high, low)
        mixed = apply("bitwise_xor", (high, low))
    elif width == 64:
        return _joined(*_block(keys, word(0), word(1)))
    else:
        mixed = _block(keys, word(0), word(0))[0]
    return mixed if width == 32 else apply("bitwise_and", (mixed, word((1 << width) - 1)))


def loop(go_on: Callable[[Any], Any], step: Callable[[Any], Any], state: tuple[Any, ...], *inputs: Any) -> Any:
    """`lax.while_loop`; eager code, on the arrays of `state` and `inputs`, runs the steps at once."""
    if not is_eager(*inputs, *tree_leaves(state)):
        return lax.while_loop(go_on, step, state)
    while bool(go_on(state)):
        state = step(state)
    return state


def until_accepted(
    active: Callable[..., Any],
    draw: Callable[..., tuple[Any, ...]],
    state: tuple[Any, ...],
    parameters: tuple[Any, ...],
) -> tuple[Any, ...]:
    """Draw anew in every lane in which `active(*state, *parameters)` holds.

    Args:
      draw: a function of the state and the parameters that returns the next state.
      state, parameters: vectors, one element a lane.
    """
    if is_eager(*state, *parameters):
        return _compressed(active, draw, state, parameters)

    def step(values: tuple[Any, ...]) -> tuple[Any, ...]:
        goes_on = active(*values, *parameters)
        drawn = draw(*values, *parameters)
        return tuple(wnp.where(goes_on, new, old) for new, old in zip(drawn, values, strict=True))

    return lax.while_loop(lambda values: wnp.any(active(*values, *parameters)), step, state)


def _compressed(
    active: Callable[..., Any],
    draw: Callable[..., tuple[Any, ...]],
    state: tuple[Any, ...],
    parameters: tuple[Any, ...],
) -> tuple[Any, ...]:
    """The same at once, on fewer and fewer lanes."""
    data = operator.attrgetter("_data")
    results = [np.array(data(x)) for x in state]
    parts = [data(x) for x in (*state, *parameters)]
    lanes: Any = slice(None)
    kept = np.flatnonzero(data(active(*state, *parameters)))
    while kept.size:
        lanes = kept if isinstance(lanes, slice) else lanes[kept]
        parts = [x[kept] for x in parts]
        wrapped = [Array._wrap(x) for x in parts]
        drawn = draw(*wrapped)
        for result, new in zip(results, drawn, strict=True):
            result[lanes] = data(new)
        parts = [data(x) for x in drawn] + parts[len(state) :]
        kept = np.flatnonzero(data(active(*map(Array._wrap, parts))))
    return tuple(map(Array._wrap, results))
