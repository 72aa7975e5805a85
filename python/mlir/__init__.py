# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""MLIR's Python bindings, with the wg dialect.

`wengert.mlir.ir`, `wengert.mlir.passmanager` and `wengert.mlir.dialects.*` are MLIR's own modules (`mlir.ir`, ...)
under another name; every context knows `wg`. They are for looking at programs and rewriting them; tracing does not use
them.

    >>> from wengert.mlir import ir
    >>> from wengert.mlir.dialects import wg
    >>> with ir.Context():
    ...     module = ir.Module.parse("func.func @f(%x: tensor<f32>) -> tensor<f32> { return %x : tensor<f32> }")
"""
