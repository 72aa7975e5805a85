// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops over scalars, each in the body of one linalg.generic.

#ifndef WG_LOWERING_TINYLOOPS_H
#define WG_LOWERING_TINYLOOPS_H

#include "wg/Lowering/Lowering.h"

#include <optional>

namespace wg::lowering {

/// Whether what a function takes (and uses) and returns is scalars.
bool computesScalars(mlir::func::FuncOp f);
/// `inlineComputation` without a message if the function is no computation of scalars.
mlir::FailureOr<Scalars> tryInline(Lowerer &lower, mlir::func::FuncOp f, llvm::ArrayRef<Scalar> arguments);

/// The results of wg.while on these operands; nothing if it is no loop over scalars.
std::optional<Values> tinyWhile(Lowerer &lower, mlir::func::FuncOp cond, mlir::func::FuncOp body,
                                llvm::ArrayRef<mlir::Value> consts, llvm::ArrayRef<mlir::Value> carry,
                                std::optional<int64_t> maxSteps);

/// The results of wg.scan, one op; nothing if its body does not compute element by element.
std::optional<Values> tinyScan(Lowerer &lower, mlir::Operation *op, mlir::func::FuncOp body);

/// A scalar for each step, from the first to the last or the other way round; null where nobody reads it.
struct TinyStream {
  mlir::Value values;
  bool reverse = false;
};
/// A pass of wg.replay.
struct TinyPassInputs {
  mlir::func::FuncOp fn;
  Values consts, carry;
  /// Of the passes before it.
  llvm::SmallVector<TinyStream> streams;
  bool reverse;
};
struct TinyPassResults {
  Values carry;
  llvm::SmallVector<TinyStream> streams;
};
/// One pass over `count` steps, with streams of `length` entries: the count, but at least 1. Nothing if it does not
/// compute with scalars.
std::optional<TinyPassResults> tinyPass(Lowerer &lower, const TinyPassInputs &pass, mlir::Value count,
                                        mlir::Value length);

} // namespace wg::lowering

#endif // WG_LOWERING_TINYLOOPS_H
