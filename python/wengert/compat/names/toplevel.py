# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax` itself: what it has beside `wengert`."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import api, housekeeping, stages
from wengert.compat.config import config
from wengert.compat.errors import CompatError
from wengert.compat.names.devices import (
    make_array_from_callback,
    make_array_from_process_local_data,
    make_array_from_single_device_arrays,
    reshard,
    shard_map,
)
from wengert.compat.names.references import Ref, empty_ref, free_ref, freeze, new_ref
from wengert.compat.names.version import __version__, __version_info__
from wengert.config import checking_leaks, debug_key_reuse, disable_jit, threefry_partitionable
from wengert.custom import closure_convert
from wengert.dtypes import float0
from wengert.errors import make
from wengert.places import Shard
from wengert.sharding import Mesh, NamedSharding, PartitionSpec, make_mesh, set_mesh

P = PartitionSpec
Device = api.Device
check_tracer_leaks = checking_leaks

__all__ = [
    "Device", "Mesh", "NamedSharding", "P", "Ref", "Shard", "__version__", "__version_info__",
    "array_garbage_collection_guard", "check_tracer_leaks", "clear_caches", "closure_convert", "config",
    "copy_to_host_async", "debug_key_reuse", "default_device", "default_matmul_precision", "default_prng_impl",
    "disable_jit", "effects_barrier", "empty_ref", "enable_checks", "enable_custom_prng", "float0", "free_ref",
    "freeze", "host_count", "host_id", "host_ids", "jit", "legacy_prng_key", "live_arrays", "local_device_count",
    "log_compiles", "make_array_from_callback", "make_array_from_process_local_data",
    "make_array_from_single_device_arrays", "make_mesh", "new_ref", "numpy_dtype_promotion", "numpy_rank_promotion",
    "pmap", "print_environment_info", "process_count", "process_index", "process_indices", "reshard", "set_mesh",
    "shard_map", "softmax_custom_jvp", "threefry_partitionable", "transfer_guard",
    "transfer_guard_device_to_device", "transfer_guard_device_to_host", "transfer_guard_host_to_device",
]  # fmt: skip

local_device_count = api.local_device_count


def jit(fun: Callable[..., Any] | None = None, /, **options: Any) -> Any:
    """`wengert.jit`; shardings and compiler options of one device have nothing to change and are left out.

    >>> import numpy as np
    >>> jit(lambda x: x + 1, in_shardings=None)(np.float32(1))
    Array(2., dtype=float32)
    """
    kept = {k: v for k, v in options.items() if k not in ("in_shardings", "out_shardings", "compiler_options")}
    if fun is None:
        return lambda f: stages.jit(f, **kept)
    return stages.jit(fun, **kept)


def pmap(
    fun: Callable[..., Any],
    axis_name: Any = None,
    *,
    in_axes: Any = 0,
    out_axes: Any = 0,
    static_broadcasted_argnums: Any = (),
    **options: Any,
) -> Callable[..., Any]:
    """The function on each device: on one, `jit(vmap(fun))` over an axis of size 1.

    Raises:
      CompatError: the axis is of another size.

    >>> pmap(lambda x: 2 * x)(np.ones((1, 2), np.float32))
    Array([[2., 2.]], dtype=float32)
    """
    unsupported = sorted(set(options) - {"axis_size", "backend", "devices", "donate_argnums", "global_arg_shapes"})
    if unsupported:
        raise make(
            CompatError, "pmap", f"expected no {', '.join(unsupported)} but got them",
            remedy="use jax.jit and jax.vmap",
        )  # fmt: skip
    name = axis_name if axis_name is not None else "_devices"
    one = static_broadcasted_argnums
    static = (one,) if isinstance(one, int) else tuple(one)

    @functools.wraps(fun)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        fixed = {i % len(args): args[i] for i in static if -len(args) <= i < len(args)}
        places = [i for i in range(len(args)) if i not in fixed]

        def call(*rest: Any, **kwargs: Any) -> Any:
            given = {**fixed, **dict(zip(places, rest, strict=True))}
            return _one(fun, name)(*[given[i] for i in range(len(args))], **kwargs)

        axes = tuple(in_axes[i] for i in places) if isinstance(in_axes, (tuple, list)) else in_axes
        return api.vmap(call, in_axes=axes, out_axes=out_axes, axis_name=name)(*[args[i] for i in places], **kwargs)

    return jit(mapped, static_argnums=static or None)


def _one(fun: Callable[..., Any], name: Any) -> Callable[..., Any]:
    from wengert.collectives import axis_size

    if axis_size(name) != 1:
        raise make(
            CompatError, "pmap", f"expected an axis of size 1 for the one device but got {axis_size(name)}",
            remedy="use jax.vmap with axis_name, whose collectives work",
        )  # fmt: skip
    return fun


def process_count(backend: Any = None) -> int:
    """1.

    >>> process_count(), process_index(), process_indices()
    (1, 0, [0])
    """
    return 1


def process_index(backend: Any = None) -> int:
    """0: the only process."""
    return 0


def process_indices(backend: Any = None) -> list[int]:
    """[0]: the only process."""
    return [0]


host_count, host_id, host_ids = process_count, process_index, process_indices


def clear_caches() -> None:
    """Forget what functions have traced and compiled."""
    housekeeping.clear_caches()


def effects_barrier() -> None:
    """Nothing: effects have happened when a call returns."""


def copy_to_host_async(x: Any) -> Any:
    """`x`: arrays are in the host's memory."""
    return housekeeping.copy_to_host_async(x)


def live_arrays(platform: str | None = None) -> list[Any]:
    """The arrays that are alive.

    >>> isinstance(live_arrays(), list)
    True
    """
    import gc

    from wengert.array import Array

    return [x for x in gc.get_objects() if type(x) is Array]


def print_environment_info(return_string: bool = False) -> str | None:
    """The versions that matter, as text or printed."""
    import wengert

    text = (
        f"wengert: {wengert.__version__} (names of jax {__version__})\nnumpy: {np.__version__}\npython: {sys.version}"
    )
    if return_string:
        return text
    print(text)
    return None


def default_device(device: Any = None) -> contextlib.AbstractContextManager[None]:
    """A context that changes nothing: there is one device.

    Raises:
      CompatError: another device.

    >>> with default_device(api.devices("cpu")[0]):
    ...     print("inside")
    inside
    """
    platform = getattr(device, "platform", device)
    if platform not in (None, "cpu"):
        raise make(
            CompatError, "default_device", f"expected {api.devices()[0]} but got {device!r}",
            remedy="arrays live in the CPU's memory; compile for another target with config.update('target', ...)",
        )  # fmt: skip
    return contextlib.nullcontext()


def _setting(name: str, default: Any = True) -> Callable[..., contextlib.AbstractContextManager[None]]:
    def context(value: Any = default) -> contextlib.AbstractContextManager[None]:
        return config.override(name, value)

    context.__name__ = context.__qualname__ = name
    context.__doc__ = f"The setting {name} has a value inside; see `wengert.compat.config`."
    return context


array_garbage_collection_guard = _setting("array_garbage_collection_guard")
default_matmul_precision = _setting("default_matmul_precision")
enable_checks = _setting("enable_checks")
enable_custom_prng = _setting("enable_custom_prng")
legacy_prng_key = _setting("legacy_prng_key")
log_compiles = _setting("log_compiles")
softmax_custom_jvp = _setting("softmax_custom_jvp")
default_prng_impl = _setting("default_prng_impl")
numpy_dtype_promotion = _setting("numpy_dtype_promotion")
numpy_rank_promotion = _setting("numpy_rank_promotion")
transfer_guard = _setting("transfer_guard")
transfer_guard_device_to_host = _setting("transfer_guard_device_to_host")
transfer_guard_host_to_device = _setting("transfer_guard_host_to_device")
transfer_guard_device_to_device = _setting("transfer_guard_device_to_device")
