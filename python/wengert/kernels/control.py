# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of branches and loops: they run functions of the module, which the interpreter gives them as callables
with a method `results`, the types of what they return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Runner = Callable[..., Sequence[np.ndarray]]


def cond(index: Any, *inputs: np.ndarray, branches: Sequence[Runner]) -> Sequence[np.ndarray]:
    """The results of the branch that the index names; one out of range names the nearest."""
    return branches[min(max(int(index), 0), len(branches) - 1)](*inputs)


def optimization_barrier(*inputs: np.ndarray) -> Sequence[np.ndarray]:
    """The operands: nothing is shared or moved here."""
    return inputs


def scan(
    *inputs: np.ndarray,
    callee: Any,
    num_consts: int,
    num_carry: int,
    length: int,
    reverse: bool,
    **_: Any,
) -> Sequence[np.ndarray]:
    """The last carries and the stacked results of the steps."""
    consts = inputs[:num_consts]
    carry: Sequence[np.ndarray] = inputs[num_consts : num_consts + num_carry]
    xs = inputs[num_consts + num_carry :]
    ys = [np.empty((length, *a.shape), a.dtype) for a in callee.results()[num_carry:]]
    for i in range(length - 1, -1, -1) if reverse else range(length):
        results = callee(*consts, *carry, *[x[i, ...] for x in xs])
        carry = results[:num_carry]
        for stack, y in zip(ys, results[num_carry:], strict=True):
            stack[i] = y
    return [*carry, *ys]


def while_(
    *inputs: np.ndarray, cond: Runner, body: Runner, num_consts: int, max_steps: int | None = None, **_: Any
) -> Sequence[np.ndarray]:
    """The carry after as many steps of `body` as `cond` wants; an example whose condition fails keeps its values."""
    consts, carry = inputs[:num_consts], inputs[num_consts:]
    steps = 0
    while max_steps is None or steps < max_steps:
        holds = np.asarray(cond(*consts, *carry)[0])
        if not holds.any():
            break
        results = body(*consts, *carry)
        if holds.ndim:
            results = [
                np.where(holds.reshape(holds.shape + (1,) * (np.ndim(now) - holds.ndim)), now, before)
                for now, before in zip(results, carry, strict=True)
            ]
        carry = tuple(results)
        steps += 1
    return list(carry)


class _Pass:
    """One pass of a replay: its function, its carry, and its direction."""

    def __init__(self, run: Runner, consts: Sequence[np.ndarray], carry: Sequence[np.ndarray], reverse: bool):
        self.run = run
        self.consts = consts
        self.carry = carry
        self.reverse = reverse
        self.saved: dict[int, Sequence[np.ndarray]] = {}  # the carry with which it came to a segment

    def over(self, found: dict[int, list[np.ndarray]], carry: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
        """Go over some steps, of which `found` has what earlier passes gave for each; the carry after them."""
        count = len(carry)
        for step in reversed(found) if self.reverse else found:
            results = self.run(*self.consts, *carry, *found[step])
            carry = results[:count]
            found[step] += results[count:]
        return carry


def replay(
    count: Any,
    *inputs: np.ndarray,
    passes: Sequence[Runner],
    num_consts: int,
    num_carry: Sequence[int],
    reverse: Sequence[int],
    max_steps: int | None = None,
    checkpoint_every: int | None = None,
) -> Sequence[np.ndarray]:
    """The final carries of passes over the same steps; with checkpoints, segment by segment."""
    consts, rest = inputs[:num_consts], inputs[num_consts:]
    todo = []
    for run, size, back in zip(passes, num_carry, reverse, strict=True):
        todo.append(_Pass(run, consts, rest[:size], bool(back)))
        rest = rest[size:]
    steps = int(count) if max_steps is None else min(int(count), max_steps)
    if checkpoint_every is None:
        found: dict[int, list[np.ndarray]] = {i: [] for i in range(steps)}
        for each in todo:
            each.carry = each.over(found, each.carry)
        return [x for each in todo for x in each.carry]
    segments = list(range(0, steps, checkpoint_every))
    for k, each in enumerate(todo):
        for first in reversed(segments) if each.reverse else segments:
            found = {i: [] for i in range(first, min(first + checkpoint_every, steps))}
            for earlier in todo[:k]:
                earlier.over(found, earlier.saved[first])
            each.saved[first] = each.carry
            each.carry = each.over(found, each.carry)
    return [x for each in todo for x in each.carry]


STRUCTURED: dict[str, Runner] = {
    "cond": cond,
    "optimization_barrier": optimization_barrier,
    "replay": replay,
    "scan": scan,
    "while": while_,
}
# The attributes that name functions.
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "cond": ("branches",),
    "optimization_barrier": (),
    "replay": ("passes",),
    "scan": ("callee",),
    "while": ("cond", "body"),
}
