# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of branches and loops.

The interpreter gives them the functions of the module that they run as runners: `run(*arrays)` gives the results,
`results` are their types, `cost` is about how many kernels a run calls. `compiled` runs the whole op as compiled code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

MANY = 20_000  # a loop of more calls of kernels is compiled: it takes about as long as compiling


class Runner(Protocol):
    """A function of the module that an op runs."""

    run: Callable[..., Sequence[np.ndarray]]

    @property
    def results(self) -> Sequence[Any]:
        """The types of its results."""

    @property
    def cost(self) -> int:
        """About how many kernels one run calls."""


Compiled = Callable[[Sequence[np.ndarray]], Sequence[np.ndarray]]


def cond(index: Any, *inputs: np.ndarray, branches: Sequence[Runner], **_: Any) -> Sequence[np.ndarray]:
    """The results of the branch that the index names; one out of range names the nearest."""
    return branches[min(max(int(index), 0), len(branches) - 1)].run(*inputs)


def optimization_barrier(*inputs: np.ndarray, **_: Any) -> Sequence[np.ndarray]:
    """The operands: nothing is shared or moved here."""
    return inputs


def scan(
    *inputs: np.ndarray,
    callee: Runner,
    compiled: Compiled,
    num_consts: int,
    num_carry: int,
    length: int,
    reverse: bool,
    **_: Any,
) -> Sequence[np.ndarray]:
    """The last carries and the stacked results of the steps."""
    if length * callee.cost > MANY:
        return compiled(inputs)
    run = callee.run
    consts = inputs[:num_consts]
    carry: Sequence[np.ndarray] = inputs[num_consts : num_consts + num_carry]
    xs = inputs[num_consts + num_carry :]
    ys = [np.empty((length, *a.shape), a.dtype) for a in callee.results[num_carry:]]
    for i in range(length - 1, -1, -1) if reverse else range(length):
        results = run(*consts, *carry, *[x[i, ...] for x in xs])
        carry = results[:num_carry]
        for stack, y in zip(ys, results[num_carry:], strict=True):
            stack[i] = y
    return [*carry, *ys]


def while_(
    *inputs: np.ndarray,
    cond: Runner,
    body: Runner,
    compiled: Compiled,
    num_consts: int,
    max_steps: int | None = None,
    **_: Any,
) -> Sequence[np.ndarray]:
    """The carry after as many steps of `body` as `cond` wants; an example whose condition fails keeps its values."""
    consts, carry = inputs[:num_consts], inputs[num_consts:]
    cost = cond.cost + body.cost
    steps = 0
    while max_steps is None or steps < max_steps:
        holds = np.asarray(cond.run(*consts, *carry)[0])
        if not holds.any():
            break
        if steps * cost > MANY:  # the rest, or all of it where steps are counted
            return compiled([*consts, *carry] if max_steps is None else inputs)
        results = body.run(*consts, *carry)
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

    def __init__(self, runner: Runner, consts: Sequence[np.ndarray], carry: Sequence[np.ndarray], reverse: bool):
        self.runner = runner
        self.consts = consts
        self.carry = carry
        self.reverse = reverse
        self.saved: dict[int, Sequence[np.ndarray]] = {}  # the carry with which it came to a segment

    def over(self, found: dict[int, list[np.ndarray]], carry: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
        """Go over some steps, of which `found` has what earlier passes gave for each; the carry after them."""
        count = len(carry)
        for step in reversed(found) if self.reverse else found:
            results = self.runner.run(*self.consts, *carry, *found[step])
            carry = results[:count]
            found[step] += results[count:]
        return carry


def replay(
    count: Any,
    *inputs: np.ndarray,
    passes: Sequence[Runner],
    compiled: Compiled,
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
    if steps * sum(run.cost for run in passes) > MANY:
        return compiled([count, *inputs])
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


STRUCTURED: dict[str, Callable[..., Sequence[np.ndarray]]] = {
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
