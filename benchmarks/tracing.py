# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What it costs to record a program and to differentiate it, per operation.

Each run takes a new function, since JAX remembers the traces of those it has seen.
"""

from __future__ import annotations

from benchmarks.harness import Case, optional

OPS = 1000


def chain(numpy):
    """A function of OPS operations on a scalar: alternating sin and mul."""

    def f(x):
        y = x
        for _ in range(OPS // 2):
            y = numpy.sin(y) * x
        return y

    return f


def cases() -> list[Case]:
    import wengert as wg
    import wengert.numpy as wnp

    trace = {"wengert": lambda: wg.make_jaxpr(chain(wnp))(1.0)}
    grad = {"wengert": lambda: wg.make_jaxpr(wg.grad(chain(wnp)))(1.0)}
    eager_grad = {"wengert": lambda: wg.grad(chain(wnp))(1.0)}
    jax = optional("jax")
    if jax:
        import jax.numpy as jnp

        trace["jax"] = lambda: jax.make_jaxpr(chain(jnp))(1.0)
        grad["jax"] = lambda: jax.make_jaxpr(jax.grad(chain(jnp)))(1.0)
        eager_grad["jax"] = lambda: jax.grad(chain(jnp))(1.0)
    torch = optional("torch")
    if torch:
        t = torch.tensor(1.0, requires_grad=True)

        def torch_grad():
            y = t
            for _ in range(OPS // 2):
                y = torch.sin(y) * t
            return torch.autograd.grad(y, t)

        eager_grad["torch"] = torch_grad
    return [
        Case("trace, per operation", trace, work=OPS, goal="< 3 us"),
        Case(f"grad of {OPS} operations: trace and passes, per operation", grad, work=OPS),
        Case(f"grad of {OPS} operations outside jit, per operation", eager_grad, work=OPS),
    ]
