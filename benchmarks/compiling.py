# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From Python function to executable, without caches."""

from __future__ import annotations

from benchmarks.harness import Case, fresh, optional
from benchmarks.training import Task


def compile_ours():
    import wengert as wg
    import wengert.numpy as wnp

    c = float(next(fresh)) + 0.125
    return wg.jit(lambda x: wnp.sin(x) * c).lower(wnp.ones(100)).compile()


def compile_theirs():
    import jax
    import jax.numpy as jnp

    c = float(next(fresh)) + 0.125
    return jax.jit(lambda x: jnp.sin(x) * c).lower(jnp.ones(100)).compile()


def step_ours():
    import wengert as wg

    task = Task(wg, scale=1.0 + next(fresh) / 1e5)
    return wg.jit(task.step).lower(*task.arguments()).compile()


def step_theirs():
    import jax

    task = Task(jax, scale=1.0 + next(fresh) / 1e5)
    return jax.jit(task.step).lower(*task.arguments()).compile()


def cases() -> list[Case]:
    small, step = {"wengert": compile_ours}, {"wengert": step_ours}
    if optional("jax"):
        small["jax"], step["jax"] = compile_theirs, step_theirs
    return [
        Case("a function of two operations", small, unit="ms", rounds=3, seconds=0),
        Case("the demo's training step", step, unit="ms", rounds=3, seconds=0),
    ]
