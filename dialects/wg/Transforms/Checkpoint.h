// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a function with wg.checkpoint saves for its derivative; everything else is computed again where it is needed.

#ifndef WG_TRANSFORMS_CHECKPOINT_H
#define WG_TRANSFORMS_CHECKPOINT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringSet.h"

namespace wg {

/// The policy of a function that is differentiated by recomputation: a text of terms, separated by semicolons. Derived
/// functions inherit it.
///
///   nothing            no value is saved by this term
///   everything         all values are saved
///   op NAME            the results of wg.NAME
///   dots               the results of wg.dot_general and wg.conv_general_dilated
///   plain dots         the results of wg.dot_general without batch dimensions
///   names              the results of wg.checkpoint_name
///   name NAME          those of this name
///   not NAME           not the values of this name, whatever the terms above say
///   share              the repetition may be shared with the first computation: no wg.optimization_barrier before it
constexpr llvm::StringLiteral kCheckpointAttr = "wg.checkpoint";

class SavePolicy {
public:
  /// The policy of `f`, which has the attribute; an error if it cannot be read.
  static mlir::FailureOr<SavePolicy> of(mlir::func::FuncOp f);

  /// Whether results of this op are saved.
  bool saves(mlir::Operation *op) const;
  bool savesNothing() const { return !everything && !allNames && !plainDots && ops.empty() && names.empty(); }
  bool mayShare() const { return share; }

private:
  bool addTerm(llvm::StringRef term);

  bool everything = false, allNames = false, plainDots = false, share = false;
  llvm::StringSet<> ops, names, excluded;
};

} // namespace wg

#endif // WG_TRANSFORMS_CHECKPOINT_H
