# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.extend.core.primitives`, and the names `add_p` of `jax.lax`: the op that an equation of a program applies.

A primitive here is equal to another of the same name, and says nothing but its name.

>>> import wengert as wg
>>> wg.make_jaxpr(wg.numpy.sin)(1.0).eqns[0].primitive == primitive("sin")
True
"""

from __future__ import annotations

import functools
from typing import Any

from wengert.jaxpr import Primitive

# JAX's names of ops that go by another one here.
_RENAMED = {
    "and": "bitwise_and", "bitcast_convert_type": "bitcast_convert", "call": "jit", "closed_call": "jit",
    "convert_element_type": "convert", "igamma_grad_a": "igamma_sensitivity", "name": "checkpoint_name",
    "not": "bitwise_not", "or": "bitwise_or", "regularized_incomplete_beta": "betainc", "remat": "checkpoint",
    "rev": "reverse", "select_n": "select", "xor": "bitwise_xor",
}  # fmt: skip

# What has no record of its own: calls and structured ops.
_STRUCTURED = frozenset(("checkpoint", "cond", "jit", "scan", "while"))


# Primitives of JAX of which no program here has an equation: programs are compared with them in vain.
_NAMES = """
    add_jaxvals after_all all_gather all_to_all approx_top_k axis_index copy create_token custom_jvp_call custom_lin
    custom_vjp_call device_put empty2 eq_to get le_to linear_solve lt_to pmax pmin ppermute psum ragged_all_to_all
    random_bits random_fold_in random_gamma random_seed random_split reduce_window rng_bit_generator rng_uniform
    select_and_scatter sharding_constraint squeeze stop_gradient swap top_k xla_pmap
"""
_FOREIGN = frozenset(_NAMES.split())


@functools.cache
def _ops() -> frozenset[str]:
    from wengert.lax import _ops

    return _STRUCTURED | {op.name for name, op in vars(_ops).items() if name.isupper() and hasattr(op, "name")}


def primitive(name: str) -> Primitive | None:
    """The primitive that JAX calls `<name>_p`, None if JAX has none."""
    ours = _RENAMED.get(name, name)
    return Primitive(ours) if ours in _ops() or ours in _FOREIGN else None


def __dir__() -> list[str]:
    return sorted(f"{name}_p" for name in {*_ops(), *_RENAMED, *_FOREIGN})


def __getattr__(name: str) -> Any:
    found = primitive(name.removesuffix("_p")) if name.endswith("_p") and not name.startswith("_") else None
    if found is None:
        raise AttributeError(name)
    return found
