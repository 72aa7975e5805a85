# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The rest of the top-level names: evaluation of shapes, devices, and the transforms re-exported in one place."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from wengert import trace, tracer
from wengert.autodiff import (
    grad,
    hessian,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    linear_transpose,
    linearize,
    value_and_grad,
    vjp,
)
from wengert.batching import vmap
from wengert.frames import api_boundary
from wengert.jaxpr import make_jaxpr
from wengert.stages import JitFunction, ShapeDtypeStruct, jit
from wengert.tree_util import tree_map

__all__ = [
    "ShapeDtypeStruct", "block_until_ready", "default_backend", "device_count", "device_get", "device_put", "devices",
    "ensure_compile_time_eval", "eval_shape", "grad", "hessian", "jacfwd", "jacobian", "jacrev", "jit", "jvp",
    "linear_transpose", "linearize", "local_device_count", "local_devices", "make_jaxpr", "named_call", "named_scope",
    "typeof", "value_and_grad", "vjp", "vmap",
]  # fmt: skip


@api_boundary
def eval_shape(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Shapes and types of the results of `fun`, which is traced but not run; arguments may be ShapeDtypeStructs.

    >>> import wengert as wg
    >>> wg.eval_shape(wg.numpy.dot, wg.ShapeDtypeStruct((2, 3), "float32"), wg.ShapeDtypeStruct((3,), "float32"))
    ShapeDtypeStruct(shape=(2,), dtype=float32)
    """
    return JitFunction(fun).eval_shape(*args, **kwargs)


def typeof(x: Any) -> trace.ShapedArray:
    """Shape, dtype and weakness of an array, a tracer or a number.

    >>> typeof(1.0)
    ShapedArray(float32[], weak_type=True)
    """
    return trace.aval_of(x)


def block_until_ready(x: Any) -> Any:
    """`x`: arrays are ready when a function returns them."""
    return x


def device_put(x: Any, device: Any = None, **_: Any) -> Any:
    """The leaves of `x` as arrays.

    >>> import numpy as np
    >>> device_put(np.ones(2, np.float32))
    Array([1., 1.], dtype=float32)
    """
    return tree_map(trace.operand, x)


def device_get(x: Any) -> Any:
    """The leaves of `x` as NumPy arrays."""
    return tree_map(lambda leaf: leaf if tracer.is_tracer(leaf) else trace.operand(leaf).__array__(), x)


class Device:
    """A device that arrays live on: the CPU's memory."""

    def __init__(self, platform: str = "cpu", id: int = 0):
        self.platform = platform
        self.device_kind = platform
        self.id = id
        self.process_index = 0

    def __repr__(self) -> str:
        return f"{self.platform.capitalize()}Device(id={self.id})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and (self.platform, self.id) == (other.platform, other.id)

    def __hash__(self) -> int:
        return hash((self.platform, self.id))


def devices(backend: str | None = None) -> list[Device]:
    """The devices that arrays live on.

    >>> devices()
    [CpuDevice(id=0)]
    """
    if backend not in (None, "cpu"):
        raise RuntimeError(f"devices: expected the backend 'cpu' but got {backend!r}")
    return [Device()]


local_devices = devices


def device_count(backend: str | None = None) -> int:
    """The number of devices."""
    return len(devices(backend))


local_device_count = device_count


def default_backend() -> str:
    """The platform that arrays live on."""
    return "cpu"


@contextlib.contextmanager
def named_scope(name: str) -> Any:
    """Accepted for programs that use it: locations in the IR are file and line."""
    yield name


def named_call(fun: Callable[..., Any], *, name: str | None = None) -> Callable[..., Any]:
    """`fun`: locations in the IR are file and line."""
    return fun


def ensure_compile_time_eval() -> contextlib.AbstractContextManager[None]:
    """Inside, operations on concrete arrays run at once even under `jit`.

    >>> import wengert as wg
    >>> @wg.jit
    ... def f(x):
    ...     with wg.ensure_compile_time_eval():
    ...         n = int(wg.numpy.arange(3).sum())
    ...     return x * n
    >>> float(f(2.0))
    6.0
    """
    return trace.eager()
