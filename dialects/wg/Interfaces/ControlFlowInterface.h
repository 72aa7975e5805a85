// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interface of ops that run functions of the module.

#ifndef WG_INTERFACES_CONTROLFLOWINTERFACE_H
#define WG_INTERFACES_CONTROLFLOWINTERFACE_H

#include "wg/Interfaces/Derivations.h"

#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/SymbolTable.h"

namespace wg {

/// Values and their tangents, null where they are zero.
struct WithTangents {
  llvm::SmallVector<mlir::Value> outs, tangents;
};

/// Values, and which of them have the batch dimension, in front.
struct WithBatch {
  llvm::SmallVector<mlir::Value> outs;
  llvm::SmallVector<bool> batched;
};

} // namespace wg

#include "wg/Interfaces/ControlFlowInterface.h.inc"

namespace wg {

/// The functions that an op names in its attributes, in their order.
llvm::SmallVector<llvm::StringRef> functionsOf(mlir::Operation *op);
/// Whether one of these functions, or one that it runs, holds an op of wg with effects.
bool runsEffects(mlir::Operation *op);

} // namespace wg

#endif // WG_INTERFACES_CONTROLFLOWINTERFACE_H
