# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.export` over `wengert.aot`: a function as bytes that another process calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wengert import aot
from wengert.stages import JitFunction, jit

__all__ = ["Exported", "deserialize", "export"]


class Exported:
    """An exported function.

    Attributes:
      fun_name: its name.
      platforms: what it was compiled for.
    """

    def __init__(self, data: bytes, fun_name: str = "main"):
        self._data, self.fun_name = bytes(data), fun_name
        self._loaded: aot.Exported | None = None
        self.platforms = ("cpu",)

    def serialize(self, vjp_order: int = 0) -> bytearray:
        """The module's bytes; `deserialize` reads them.

        Raises:
          NotImplementedError: derivatives are asked for: export the derivative itself.
        """
        if vjp_order:
            raise NotImplementedError(
                f"serialize: expected vjp_order=0 but got {vjp_order}; remedy: export jax.grad of the function too"
            )
        return bytearray(self._data)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """The function's results."""
        if self._loaded is None:
            self._loaded = aot.Exported(self._data)
        return self._loaded(*args, **kwargs)


def export(fun_jit: Callable[..., Any], *, platforms: Sequence[str] | None = None, **_: Any) -> Callable[..., Exported]:
    """A function that exports `fun_jit` for arguments of the types that it is called with.

    >>> import wengert as wg
    >>> import numpy as np
    >>> exported = export(wg.jit(lambda x: 2 * x))(wg.ShapeDtypeStruct((2,), "float32"))
    >>> deserialize(exported.serialize()).call(np.ones(2, np.float32))
    Array([2., 2.], dtype=float32)
    """
    if platforms is not None and tuple(platforms) != ("cpu",):
        raise NotImplementedError(
            f"export: expected platforms=('cpu',) but got {tuple(platforms)}; remedy: wengert.aot.export takes a target"
        )
    fun = fun_jit if isinstance(fun_jit, JitFunction) else jit(fun_jit)
    return lambda *args, **kwargs: Exported(aot.export(fun, *args, **kwargs), getattr(fun, "__name__", "main"))


def deserialize(blob: bytes | bytearray) -> Exported:
    """The exported function of some bytes."""
    return Exported(bytes(blob))
