# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What to say of a name of jax that is not there: why, what is nearest, what to do."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from typing import Any

from wengert.errors import make

# Where a name that is missing in one module is looked for.
_HOMES = (
    "jax", "jax.numpy", "jax.lax", "jax.nn", "jax.random", "jax.scipy.special", "jax.numpy.linalg", "jax.tree_util",
    "jax.nn.initializers", "jax.experimental",
)  # fmt: skip

# Families of names, by the longest prefix, with what to do instead.
REASONS = {
    "jax._src": "it is JAX's implementation, which wengert does not share; use the public module of that name",
    "jax.core": "take it from wengert.jaxpr if it is about jaxprs; JAX's implementation is not shared",
    "jax.distributed": "wengert runs on one device of one process; leave jax.distributed.initialize() out",
    "jax.experimental.jax2tf": "export with wengert.aot.export and call the module from its own runtime",
    "jax.experimental.mesh_utils": "wengert runs on one device: jax.make_mesh((1,), (name,)) makes its mesh",
    "jax.experimental.multihost_utils": "wengert runs on one device of one process",
    "jax.experimental.pallas": "write the kernel with jax.numpy or jax.lax: wengert's compiler makes the loops",
    "jax.experimental.sparse": "use dense arrays, or scipy.sparse outside of the traced program",
    "jax.ffi": "call Python from a compiled program with jax.pure_callback, or add an op (CONTRIBUTING.md)",
    "jax.interpreters": "a program walks the ops with wengert.make_jaxpr(f)(x).eqns, or the IR with wengert.mlir",
    "jax.lib": "XLA is not below wengert; jax.devices() and jax.default_backend() say what is",
    "jax.numpy.frompyfunc": "use jax.pure_callback with vmap_method, or jax.numpy.vectorize",
    "jax.ops.index_add": "use x.at[index].add(y)",
    "jax.ops.index_update": "use x.at[index].set(y)",
    "jax.profiler": "a trace has the annotations of the program only; for more use Python's cProfile",
    "jax.random.rand": "use jax.random.uniform(key, shape)",
    "jax.random.randn": "use jax.random.normal(key, shape)",
    "jax.sharding": "wengert runs on one device: SingleDeviceSharding, NamedSharding and Mesh over it are there",
    "jax.tree_multimap": "use jax.tree.map, which takes several trees",
    "jax.tools": "wengert-opt and make_jaxpr print programs; the command `wengert` has the other tools",
}  # fmt: skip


def _reason(full: str) -> str:
    words = full.split(".")
    for length in range(len(words), 1, -1):
        reason = REASONS.get(".".join(words[:length]))
        if reason:
            return reason
    return ""


def _elsewhere(module: str, name: str) -> list[str]:
    from wengert.compat.facade import lookup  # at the time of an error only

    found = []
    for home in _HOMES:
        if home == module:
            continue
        try:
            lookup(home, name)
        except (AttributeError, ImportError):
            continue
        found.append(f"{home}.{name}")
    return found


def nearest(module: str, name: str, names: Iterable[str]) -> list[str]:
    """Up to three names of jax that are there: the same name elsewhere, then names that are spelled alike."""
    close = difflib.get_close_matches(name, sorted(names), n=3, cutoff=0.75)
    return [*_elsewhere(module, name), *[f"{module}.{n}" for n in close]][:3]


def refuse(cls: Any, module: str, name: str, names: Iterable[str]) -> Any:
    """The exception that says that `module` has no `name`."""
    full = f"{module}.{name}"
    advice = _reason(full)
    if not advice:
        near = nearest(module, name, names)
        advice = (
            f"the nearest that wengert has: {', '.join(near)}" if near
            else f"dir({module}) lists what wengert has; write it with those, or run this program under JAX"
        )  # fmt: skip
    return make(cls, full, f"expected a name of jax that wengert has but got {name!r}", remedy=advice)


def module_of(source: str) -> Any:
    """The module of a dotted name, or the object of that name in a module, None if there is neither."""
    try:
        return importlib.import_module(source)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{source}.".startswith(f"{error.name}."):
            raise
    parent, _, last = source.rpartition(".")
    found = module_of(parent) if parent else None
    return getattr(found, last, None) if found is not None else None
