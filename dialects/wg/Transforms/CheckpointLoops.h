// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a policy saves in the functions that loops and branches run.

#ifndef WG_TRANSFORMS_CHECKPOINTLOOPS_H
#define WG_TRANSFORMS_CHECKPOINTLOOPS_H

#include "wg/Transforms/Checkpoint.h"
#include "wg/Transforms/Engine.h"

#include <functional>

namespace wg {

/// A loop or branch that gives what is saved in it.
struct SavedInside {
  /// Its last results are what is saved; null if that is nothing.
  mlir::Operation *op = nullptr;
  unsigned numSaved = 0;
  /// The other results once more, from the operands of the original op and what was saved.
  std::function<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &, mlir::ValueRange operands, mlir::ValueRange saved)>
      again;
};

/// The op with what the policy saves in its functions as more results, for scans and branches.
mlir::FailureOr<SavedInside> splitBySaved(TransformCache &cache, mlir::OpBuilder &builder, mlir::Operation *op,
                                          const SavePolicy &policy);

} // namespace wg

#endif // WG_TRANSFORMS_CHECKPOINTLOOPS_H
