# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert: NumPy-style Python, traced into MLIR, differentiated, batched and compiled.

The names mirror JAX's, so `import wengert as jax; import wengert.numpy as jnp` runs many programs as they are.
Everything is imported on first use: eager programs load neither the compiler nor the runtime.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from wengert.config import config, disable_jit, disable_x64, enable_x64

if TYPE_CHECKING:
    from wengert import (
        ad_checkpoint,
        checkify,
        custom_batching,
        custom_derivatives,
        debug,
        errors,
        experimental,
        flatten_util,
        lax,
        nn,
        numpy,
        random,
        scipy,
        tree,
        tree_util,
    )
    from wengert.ad_checkpoint import checkpoint, checkpoint_policies, remat
    from wengert.api import (
        ShapeDtypeStruct,
        block_until_ready,
        checking_leaks,
        debug_infs,
        debug_nans,
        default_backend,
        device_count,
        device_get,
        device_put,
        devices,
        ensure_compile_time_eval,
        eval_shape,
        explain_cache_misses,
        local_device_count,
        local_devices,
        make_jaxpr,
        named_call,
        named_scope,
        typeof,
    )
    from wengert.array import Array
    from wengert.autodiff import fwd_and_bwd, grad, jvp, linear_transpose, linearize, value_and_grad, vjp
    from wengert.batching import vmap
    from wengert.callbacks import pure_callback
    from wengert.config import (
        check_tracer_leaks,
        debug_key_reuse,
        default_matmul_precision,
        log_compiles,
        numpy_dtype_promotion,
        softmax_custom_jvp,
        threefry_partitionable,
    )
    from wengert.custom import closure_convert, custom_gradient, custom_jvp, custom_vjp
    from wengert.dtypes import float0
    from wengert.housekeeping import (
        clear_caches,
        copy_to_host_async,
        ds,
        effects_barrier,
        host_count,
        host_id,
        host_ids,
        live_arrays,
        print_environment_info,
        process_count,
        process_index,
        process_indices,
    )
    from wengert.jacobians import hessian, jacfwd, jacobian, jacrev
    from wengert.residuals import explain_residuals
    from wengert.stages import jit
    from wengert.text import from_text
    from wengert.tree_util import tree_map
    from wengert.version import __version__

_LISTED = """
    ad_checkpoint aot cache checkify compat compiler custom_batching custom_derivatives debug dtypes errors experimental
    flatten_util interpreter io jaxpr lax mlir nn numpy random runtime scipy sharding stages test_util testing tree
    tree_util typing
"""
_MODULES = frozenset(_LISTED.split())
_HOMES = {
    "ad_checkpoint": "checkpoint checkpoint_policies remat",
    "api": (
        "ShapeDtypeStruct block_until_ready checking_leaks debug_infs debug_nans default_backend device_count "
        "device_get device_put devices ensure_compile_time_eval eval_shape explain_cache_misses local_device_count "
        "local_devices make_jaxpr named_call named_scope typeof"
    ),
    "array": "Array",
    "autodiff": "fwd_and_bwd grad jvp linear_transpose linearize value_and_grad vjp",
    "batching": "vmap",
    "callbacks": "pure_callback",
    "config": (
        "check_tracer_leaks debug_key_reuse default_matmul_precision log_compiles numpy_dtype_promotion "
        "softmax_custom_jvp threefry_partitionable"
    ),
    "custom": "closure_convert custom_gradient custom_jvp custom_vjp",
    "dtypes": "float0",
    "housekeeping": (
        "clear_caches copy_to_host_async ds effects_barrier host_count host_id host_ids live_arrays "
        "print_environment_info process_count process_index process_indices"
    ),
    "jacobians": "hessian jacfwd jacobian jacrev",
    "residuals": "explain_residuals",
    "stages": "jit",
    "text": "from_text",
    "tree_util": "tree_flatten tree_leaves tree_map tree_structure tree_transpose tree_unflatten",
    "version": "__version__",
}
_NAMES = {name: home for home, names in _HOMES.items() for name in names.split()}
_SETTINGS = ("config", "disable_jit", "disable_x64", "enable_x64")
__all__ = [*_SETTINGS, *sorted(_MODULES - {"mlir", "testing"}), *sorted(_NAMES)]


def __getattr__(name: str) -> Any:
    home = _NAMES.get(name)
    if home is not None:
        value = getattr(importlib.import_module(f"wengert.{home}"), name)
    elif name in _MODULES:
        value = importlib.import_module(f"wengert.{name}")
    else:
        raise AttributeError(f"module 'wengert' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(__all__) | set(globals()))
