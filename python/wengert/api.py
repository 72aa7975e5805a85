# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The rest of the top-level names: evaluation of shapes, devices, and the transforms re-exported in one place."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any

from wengert import misses, trace, tracer
from wengert.array import Array
from wengert.autodiff import grad, jvp, linear_transpose, linearize, value_and_grad, vjp
from wengert.batching import vmap
from wengert.config import _explain_misses, checking_leaks, debug_infs, debug_nans
from wengert.frames import api_boundary
from wengert.functions import name_of, transform
from wengert.jacobians import hessian, jacfwd, jacobian, jacrev
from wengert.jaxpr import make_jaxpr
from wengert.key_arrays import is_keys
from wengert.places import CPU, Device, check_device
from wengert.stages import JitFunction, ShapeDtypeStruct, jit
from wengert.trees import tree_map

__all__ = [
    "ShapeDtypeStruct", "block_until_ready", "checking_leaks", "debug_infs", "debug_nans", "default_backend",
    "device_count", "device_get", "device_put", "devices", "ensure_compile_time_eval", "eval_shape",
    "explain_cache_misses", "grad", "hessian", "jacfwd", "jacobian", "jacrev", "jit", "jvp",
    "linear_transpose", "linearize", "local_device_count", "local_devices", "make_jaxpr", "named_call", "named_scope",
    "typeof", "value_and_grad", "vjp", "vmap",
]  # fmt: skip


@api_boundary
def eval_shape(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Shapes and types of the results of `fun`, which is traced but not run; arguments, and what it returns, may be
    ShapeDtypeStructs.

    >>> import wengert as wg
    >>> wg.eval_shape(wg.numpy.dot, wg.ShapeDtypeStruct((2, 3), "float32"), wg.ShapeDtypeStruct((3,), "float32"))
    ShapeDtypeStruct(shape=(2,), dtype=float32)
    """

    @functools.wraps(fun)
    def with_arrays(*args: Any, **kwargs: Any) -> Any:
        return tree_map(_array_of, fun(*args, **kwargs))

    return JitFunction(with_arrays).eval_shape(*args, **kwargs)


def _array_of(x: Any) -> Any:
    if not isinstance(x, ShapeDtypeStruct):
        return x
    from wengert import numpy as wnp

    return wnp.zeros(x.shape, x.dtype)


def typeof(x: Any) -> trace.ShapedArray:
    """Shape, dtype and weakness of an array, a tracer or a number.

    >>> typeof(1.0)
    ShapedArray(float32[], weak_type=True)
    """
    return trace.ShapedArray(x.shape, x.dtype) if is_keys(x) else trace.aval_of(x)


def block_until_ready(x: Any) -> Any:
    """`x`: arrays are ready when a function returns them."""
    return x


def device_put(
    x: Any, device: Any = None, src: Any = None, *, donate: bool = False, may_alias: bool | None = None
) -> Any:
    """The leaves of `x` as arrays.

    Args:
      device, src: accepted if they are the CPU's.
      donate: accepted; arrays are never invalidated.
      may_alias: False asks for arrays of their own; otherwise arrays are handed back as they are.

    Raises:
      DeviceError: `device` is not the CPU's.
      ValueError: both `donate` and `may_alias` are true.

    >>> import numpy as np
    >>> device_put(np.ones(2, np.float32))
    Array([1., 1.], dtype=float32)
    """
    check_device("device_put", device)
    if donate and may_alias:
        raise ValueError("device_put: expected one of donate and may_alias but got both")
    if may_alias is False:
        return tree_map(_own, x)
    return tree_map(trace.operand, x)


def _own(x: Any) -> Any:
    x = trace.operand(x)
    return x if tracer.is_tracer(x) else Array._wrap(x.__array__().copy(), x.weak_type)


def device_get(x: Any) -> Any:
    """The leaves of `x` as NumPy arrays."""
    return tree_map(lambda leaf: leaf if tracer.is_tracer(leaf) else trace.operand(leaf).__array__(), x)


def devices(backend: str | None = None) -> list[Device]:
    """The devices that arrays live on.

    >>> devices()
    [CpuDevice(id=0)]
    """
    if backend not in (None, "cpu"):
        raise RuntimeError(f"devices: expected the backend 'cpu' but got {backend!r}")
    return [CPU]


local_devices = devices


def device_count(backend: str | None = None) -> int:
    """The number of devices."""
    return len(devices(backend))


local_device_count = device_count


def default_backend() -> str:
    """The platform that arrays live on."""
    return "cpu"


class named_scope(contextlib.ContextDecorator):
    """A name for a part of a program, as a context or a decorator.

    The name stands in the locations of the ops that are recorded inside, where the IR is printed with them
    (`as_text(debug_info=True)`, `--mlir-print-debuginfo`), in `make_jaxpr(f)(x).eqns[i].source_info.name_stack`, and
    among the transforms that error messages list. Names of nested scopes are joined by slashes.

    >>> import wengert as wg
    >>> def f(x):
    ...     with wg.named_scope("encoder"):
    ...         return wg.numpy.sin(x)
    >>> wg.make_jaxpr(f)(1.0).eqns[0].source_info.name_stack
    'encoder'
    """

    def __init__(self, name: str):
        if not isinstance(name, str) or not name:
            raise TypeError(f"named_scope: expected a name of type str but got {name!r}")
        self.name = name

    def __enter__(self) -> str:
        trace.enter_scope(self.name)
        return self.name

    def __exit__(self, *_: Any) -> None:
        trace.leave_scope()


@transform
def named_call(fun: Callable[..., Any], *, name: str | None = None) -> Callable[..., Any]:
    """`fun` in a named scope, by default of its own name.

    >>> import wengert as wg
    >>> f = wg.named_call(lambda x: wg.numpy.sin(x), name="wave")
    >>> wg.make_jaxpr(f)(1.0).eqns[0].source_info.name_stack
    'wave'
    """
    return named_scope(name or name_of(fun))(fun)


def explain_cache_misses(fun: Any = True) -> Any:
    """Why a jitted function was traced again: a report of its misses, or with a bool a context that prints them.

    Each miss is explained by the difference from the most similar signature before it: types of leaves, static values,
    the structure of the arguments, settings. A new function object of known code is compared by its program. The
    setting `explain_cache_misses` prints misses on standard error as they happen; for the compile cache on disk there
    is `wengert cache explain`.

    >>> import wengert as wg
    >>> f = wg.jit(lambda x, n: x * n, static_argnums=1)
    >>> y = f(1.0, 2), f(wg.numpy.ones(3), 2), f(wg.numpy.ones(3), 5)
    >>> report = wg.explain_cache_misses(f)
    >>> [line.strip() for line in report.splitlines() if "->" in line]
    ['x: float32[] (weak) -> float32[3]', 'static argument n: 2 -> 5']
    """
    if isinstance(fun, JitFunction):
        return misses.report(fun.label, fun.cache_misses)
    if isinstance(fun, bool):
        return _explain_misses.override(fun)
    raise TypeError(f"explain_cache_misses: expected a jitted function or a bool but got {type(fun).__name__}")


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
