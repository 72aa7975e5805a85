// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The attributes of Custom.h, read.

#ifndef WG_TRANSFORMS_CUSTOMRULES_H
#define WG_TRANSFORMS_CUSTOMRULES_H

#include "wg/Transforms/Custom.h"

namespace wg {

using Positions = llvm::SmallVector<int64_t>;

/// One entry of an attribute.
struct CustomRule {
  /// `fwd` of wg.custom_vjp, null for the others.
  mlir::func::FuncOp forward;
  mlir::func::FuncOp fn;
  /// The arguments that have a tangent or cotangent, and the results that have a cotangent.
  Positions wrt, cts;
};

/// The rules of `f` under one of the attributes, their types checked; none if it is not there.
mlir::FailureOr<llvm::SmallVector<CustomRule>> rulesOf(mlir::func::FuncOp f, llvm::StringRef attribute,
                                                       mlir::SymbolTable &table);

} // namespace wg

#endif // WG_TRANSFORMS_CUSTOMRULES_H
