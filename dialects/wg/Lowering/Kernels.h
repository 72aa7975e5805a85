// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of small steps, each one dispatch.

#ifndef WG_LOWERING_KERNELS_H
#define WG_LOWERING_KERNELS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectRegistry.h"

namespace wg::lowering {

/// What the code of kernels is made with.
void registerKernelDialects(mlir::DialectRegistry &registry);

/// Replaces loops and branches of small arrays, with the small ops around them, by dispatches of executables that it
/// adds to the module. IREE runs a loop on the host, and each op of a step as a dispatch: 2 to 10 microseconds, where
/// an op of a few numbers takes nanoseconds.
void makeKernels(mlir::func::FuncOp function);

/// A function of buffers whose body computes with tensors, as loops over memory, which takes up to `mostBuffers`
/// further buffers to work in. Fails, and leaves something unfinished, if it needs more memory than the stack has, or
/// computes what has no such form.
mlir::LogicalResult toKernelCode(mlir::func::FuncOp kernel, size_t mostBuffers);

} // namespace wg::lowering

#endif // WG_LOWERING_KERNELS_H
