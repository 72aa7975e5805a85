# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of one result with several implementations, and functions with a name: both compile to what they call."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from wengert.config import config
from wengert.frames import api_boundary
from wengert.functions import name_of

__all__ = ["after_all", "composite", "create_token", "platform_dependent"]

_PLATFORMS = {"llvm-cpu": ("cpu",), "cuda": ("cuda", "gpu"), "vulkan-spirv": ("vulkan", "gpu")}


@api_boundary
def platform_dependent(
    *args: Any, default: Callable[..., Any] | None = None, **per_platform: Callable[..., Any]
) -> Any:
    """The function for the platform that `jit` compiles for (`config.target`), applied to `args`.

    Args:
      default: the function for every platform without its own.
      per_platform: functions by platform: cpu, cuda, vulkan, or gpu for both of these.

    Raises:
      NotImplementedError: there is none for the platform.

    >>> platform_dependent(2.0, cpu=lambda x: x + 1, default=lambda x: x)
    3.0
    """
    names = _PLATFORMS.get(config.target, (config.target,))
    found = next((per_platform[n] for n in names if n in per_platform), default)
    if found is None:
        raise NotImplementedError(
            f"platform_dependent: expected a function for {names[0]} or a default but got {sorted(per_platform)}"
        )
    return found(*args)


def composite(decomposition: Callable[..., Any], name: str, version: int = 0) -> Callable[..., Any]:
    """A function with a name of its own, which its locations and messages show; keyword arguments are static.

    Args:
      decomposition: what it computes.
      name: for example "my.sin".
      version: kept as an attribute, for programs that tell them apart.

    >>> import wengert.numpy as wnp
    >>> composite(lambda x, *, n: x * n, "my.times")(wnp.ones(2), n=3)
    Array([3., 3.], dtype=float32)
    """
    from wengert.api import named_scope

    @api_boundary
    @functools.wraps(decomposition, updated=())
    def named(*args: Any, **attributes: Any) -> Any:
        with named_scope(name):
            return decomposition(*args, **attributes)

    named.__name__ = name or name_of(decomposition)
    named.version = version  # type: ignore[attr-defined]
    return named


def create_token(_: Any = None) -> Any:
    """A token: a value without elements, for programs that order effects by hand. Here effects keep their order.

    >>> create_token().shape
    (0,)
    """
    import wengert.numpy as wnp

    return wnp.zeros((0,), bool)


def after_all(*operands: Any) -> Any:
    """A token that comes after these.

    >>> after_all(create_token(), create_token()).shape
    (0,)
    """
    from wengert.control.barrier import optimization_barrier

    return optimization_barrier(operands)[0] if operands else create_token()
