# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""MLIR's Python bindings, with the wg dialect.

`wengert.mlir.ir`, `wengert.mlir.passmanager` and `wengert.mlir.dialects.*` are MLIR's own modules (`mlir.ir`, ...)
under another name; every context knows `wg` and its passes. They are for looking at programs and rewriting them.

    >>> from wengert.mlir import ir
    >>> text = "func.func @f(%x: tensor<f32>) -> tensor<f32> { %y = wg.sin %x : tensor<f32>  return %y : tensor<f32> }"
    >>> with ir.Context():
    ...     module = ir.Module.parse(text)
    ...     [op.operation.name for op in module.body.operations[0].regions[0].blocks[0].operations]
    ['wg.sin', 'func.return']

The tracer builds IR through `wengert._native`, which is faster, in a context of its own. `context()` is that context;
`from_native` and `to_native` copy modules between both, without text.
"""

from __future__ import annotations

import ctypes
import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wengert import _native
    from wengert.mlir import ir

__all__ = ["context", "from_native", "to_native"]


@functools.cache
def context() -> ir.Context:
    """The context of the tracer."""
    from wengert import _native
    from wengert.mlir import ir

    shared = ir.Context._CAPICreate(_native.context_capsule())
    # A Context object destroys its context at its end; this one belongs to the process.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(shared))
    return shared


def from_native(module: _native.Module) -> ir.Module:
    """A copy of a traced module, in `context()`."""
    from wengert.mlir import ir

    context()
    return ir.Module._CAPICreate(module.to_capsule())


def to_native(module: ir.Module) -> _native.Module:
    """A copy of a module for the tracer; it must be of `context()`."""
    from wengert import _native

    if module.context != context():
        raise ValueError(
            "to_native: expected a module of wengert.mlir.context() but got one of another context: parse it there, "
            "or pass text to wengert._native.parse"
        )
    return _native.Module.from_capsule(module._CAPIPtr)
