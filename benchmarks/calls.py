# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a call costs beside the arithmetic: small arguments, jitted and eager."""

from __future__ import annotations

import numpy as np

from benchmarks.harness import Case, optional


def cases() -> list[Case]:
    import wengert as wg
    import wengert.numpy as wnp

    small = np.arange(10, dtype=np.float32)
    large = np.ones(1_000_000, np.float32)
    scalar, vector, big = wnp.asarray(np.float32(1.5)), wnp.asarray(small), wnp.asarray(large)
    f = wg.jit(lambda x: x * x + 1)
    tree = {"a": (scalar, vector), "b": [vector, scalar]}
    g = wg.jit(lambda t: t["a"][1] * t["a"][0] + t["b"][0] * t["b"][1])
    jitted_scalar = {"wengert": lambda: f(scalar)}
    jitted_tree = {"wengert": lambda: g(tree)}
    jitted_big = {"wengert": lambda: f(big)}
    add = {"wengert": lambda: vector + vector, "numpy": lambda: small + small}
    jax = optional("jax")
    if jax:
        import jax.numpy as jnp

        jscalar, jvector, jbig = jnp.asarray(1.5, jnp.float32), jnp.asarray(small), jnp.asarray(large)
        jf = jax.jit(lambda x: x * x + 1)
        jg = jax.jit(lambda t: t["a"][1] * t["a"][0] + t["b"][0] * t["b"][1])
        jtree = {"a": (jscalar, jvector), "b": [jvector, jscalar]}
        jitted_scalar["jax"] = lambda: jf(jscalar).block_until_ready()
        jitted_tree["jax"] = lambda: jg(jtree).block_until_ready()
        jitted_big["jax"] = lambda: jf(jbig).block_until_ready()
        add["jax"] = lambda: (jvector + jvector).block_until_ready()
    torch = optional("torch")
    if torch:
        tvector = torch.from_numpy(small)
        add["torch"] = lambda: tvector + tvector
    return [
        Case("jitted function of a scalar", jitted_scalar, goal="below JAX"),
        Case("jitted function of a tree of 4 leaves", jitted_tree),
        Case("jitted x*x+1 of 1e6 floats", jitted_big),
        Case("eager add of 10 numbers", add, goal="below JAX"),
    ]
