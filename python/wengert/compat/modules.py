# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which modules of jax there are, and where the names of each are found.

The names of `jax.a.b` are those of `wengert.a.b`, if that exists; the table has what is more or different.
"""

from __future__ import annotations

import functools

from wengert.compat.missing import module_of

_EXTRA = "wengert.compat.names"

# The public modules of JAX that are found in wengert under the same name, when wengert has them.
_SAME = """
    jax.ad_checkpoint jax.custom_batching jax.custom_derivatives jax.debug jax.dlpack jax.dtypes jax.errors
    jax.experimental jax.experimental.checkify jax.experimental.jet jax.flatten_util jax.image jax.lax
    jax.lax.linalg jax.nn jax.nn.initializers jax.numpy jax.numpy.fft jax.numpy.linalg jax.ops jax.random jax.scipy
    jax.scipy.cluster jax.scipy.cluster.vq jax.scipy.fft jax.scipy.integrate jax.scipy.interpolate jax.scipy.linalg
    jax.scipy.ndimage jax.scipy.optimize jax.scipy.signal jax.scipy.sparse jax.scipy.sparse.linalg jax.scipy.spatial
    jax.scipy.spatial.transform jax.scipy.special jax.scipy.stats jax.sharding jax.stages jax.test_util jax.tree
    jax.tree_util jax.typing
"""
_STATS = """
    bernoulli beta betabinom binom cauchy chi2 dirichlet expon gamma gennorm geom gumbel_l gumbel_r laplace logistic
    multinomial multivariate_normal nbinom norm pareto poisson t truncnorm uniform vonmises wrapcauchy
"""
SAME = frozenset((*_SAME.split(), *[f"jax.scipy.stats.{name}" for name in _STATS.split()]))

# What is found elsewhere, or in more than one place; the first that has a name gives it.
SOURCES = {
    "jax": (f"{_EXTRA}.toplevel", "wengert"),
    "jax._src": (f"{_EXTRA}.private",),
    "jax._src.ad_util": (f"{_EXTRA}.ad", f"{_EXTRA}.primitives"),
    "jax._src.checkify": (f"{_EXTRA}.private_checkify", "wengert.checkify"),
    "jax._src.compiler": (f"{_EXTRA}.private",),
    "jax._src.core": (f"{_EXTRA}.core",),
    "jax._src.dispatch": (f"{_EXTRA}.tracing",),
    "jax._src.dtypes": (f"{_EXTRA}.private_dtypes",),
    "jax._src.flatten_util": ("wengert.flatten_util",),
    "jax._src.state": (f"{_EXTRA}.private",),
    "jax._src.state.types": (f"{_EXTRA}.references",),
    "jax._src.traceback_util": (f"{_EXTRA}.tracing",),
    "jax._src.tree_util": (f"{_EXTRA}.private_trees", "wengert.tree_util"),
    "jax._src.xla_bridge": (f"{_EXTRA}.private_backends",),
    "jax.ad_checkpoint": (f"{_EXTRA}.checkpoints", "wengert.ad_checkpoint"),
    "jax.api_util": (f"{_EXTRA}.api_util",),
    "jax.checkpoint_policies": ("wengert.ad_checkpoint.checkpoint_policies",),
    "jax.config": ("wengert.compat.config",),
    "jax.core": (f"{_EXTRA}.core",),
    "jax.custom_derivatives": (f"{_EXTRA}.derivatives", "wengert.custom_derivatives"),
    "jax.debug": (f"{_EXTRA}.debug", "wengert.debug"),
    "jax.distributed": (f"{_EXTRA}.distributed",),
    "jax.dlpack": (f"{_EXTRA}.dlpack",),
    "jax.dtypes": (f"{_EXTRA}.dtypes", "wengert.dtypes"),
    "jax.errors": (f"{_EXTRA}.errors", "wengert.errors"),
    "jax.example_libraries": (f"{_EXTRA}.example_libraries",),
    "jax.example_libraries.optimizers": (f"{_EXTRA}.optimizers",),
    "jax.example_libraries.stax": (f"{_EXTRA}.stax",),
    "jax.experimental": (f"{_EXTRA}.experimental", "wengert.experimental"),
    "jax.experimental.hijax": (f"{_EXTRA}.hijax",),
    "jax.experimental.layout": (f"{_EXTRA}.layout",),
    "jax.experimental.mesh_utils": (f"{_EXTRA}.devices",),
    "jax.experimental.ode": ("wengert.ode",),
    "jax.experimental.optimizers": (f"{_EXTRA}.optimizers",),  # where they were before JAX 0.2.25
    "jax.experimental.pjit": (f"{_EXTRA}.experimental",),
    "jax.experimental.shard_map": (f"{_EXTRA}.devices",),
    "jax.experimental.sparse": (f"{_EXTRA}.sparse",),
    "jax.experimental.stax": (f"{_EXTRA}.stax",),
    "jax.export": (f"{_EXTRA}.export",),
    "jax.extend": (f"{_EXTRA}.extend",),
    "jax.extend.core": (f"{_EXTRA}.extend_core", f"{_EXTRA}.core"),
    "jax.extend.core.primitives": (f"{_EXTRA}.primitives",),
    "jax.extend.linear_util": (f"{_EXTRA}.linear_util",),
    "jax.extend.random": ("wengert.random",),
    "jax.extend.source_info_util": (f"{_EXTRA}.tracing",),
    "jax.interpreters": (f"{_EXTRA}.private",),
    "jax.interpreters.ad": (f"{_EXTRA}.ad",),
    "jax.interpreters.batching": (f"{_EXTRA}.batching",),
    "jax.interpreters.mlir": (f"{_EXTRA}.mlir",),
    "jax.interpreters.partial_eval": (f"{_EXTRA}.partial_eval",),
    "jax.interpreters.xla": (f"{_EXTRA}.private",),
    "jax.lax": (f"{_EXTRA}.lax", "wengert.lax", f"{_EXTRA}.primitives"),
    "jax.lax.linalg": ("wengert.lax.linalg", f"{_EXTRA}.primitives"),
    "jax.linear_util": (f"{_EXTRA}.linear_util",),
    "jax.monitoring": (f"{_EXTRA}.monitoring",),
    "jax.nn": (f"{_EXTRA}.nn", "wengert.nn"),
    "jax.profiler": (f"{_EXTRA}.profiler",),
    "jax.random": (f"{_EXTRA}.random", "wengert.random"),
    "jax.ref": (f"{_EXTRA}.references",),
    "jax.sharding": (f"{_EXTRA}.devices", "wengert.sharding"),
    "jax.stages": (f"{_EXTRA}.stages", "wengert.stages"),
    "jax.util": (f"{_EXTRA}.extend",),
    "jax.version": (f"{_EXTRA}.version",),
    "jaxlib": (f"{_EXTRA}.version",),
    "jaxlib.version": (f"{_EXTRA}.version",),
}


@functools.cache
def sources(name: str) -> tuple[str, ...]:
    """Where the names of the module `name` of jax are found, () if wengert has no counterpart."""
    if name in SOURCES:
        return SOURCES[name]
    own = "wengert" + name.removeprefix("jax")
    return (own,) if name in SAME and module_of(own) is not None else ()


def known() -> list[str]:
    """All modules that can be imported."""
    return sorted({*SOURCES, *[name for name in SAME if sources(name)]})
