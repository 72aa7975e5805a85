// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the rules of ops that run functions ask of the engines: the functions derived from a function.

#ifndef WG_INTERFACES_DERIVATIONS_H
#define WG_INTERFACES_DERIVATIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace wg {

/// `fn(primals..., tangents of wrt...) -> (outs..., tangents of the inexact outs...)`.
struct JvpResult {
  mlir::func::FuncOp fn;
  /// For each result of the original function: whether its tangent can be other than zero.
  llvm::SmallVector<bool> active;
};

/// `fwd(primals...) -> (outs..., residuals...)`, `lin(residuals..., tangents of wrt...) -> tangents of the inexact
/// outs...`.
struct LinearizeResult {
  mlir::func::FuncOp fwd, lin;
  unsigned numResiduals = 0;
  /// As in JvpResult.
  llvm::SmallVector<bool> active;
};

/// `fn(nonlinear arguments..., cotangents of the results...) -> cotangents of the linear arguments...`.
struct TransposeResult {
  mlir::func::FuncOp fn;
  /// For each linear argument: whether its cotangent can be other than zero.
  llvm::SmallVector<bool> active;
};

/// `fn` takes every batched argument with the batch dimension in front.
struct BatchResult {
  mlir::func::FuncOp fn;
  /// For each result: whether it has the batch dimension (in front).
  llvm::SmallVector<bool> batched;
};

/// The engines, as rules see them. Everything is memoised.
class Derivations {
public:
  virtual ~Derivations() = default;

  /// The function of this name; an error at `loc` if there is none or it has no body of one block.
  virtual mlir::FailureOr<mlir::func::FuncOp> lookup(llvm::StringRef name, mlir::Location loc) = 0;

  /// The same function with the calls in it written in place, but for those of functions that have rules of their own.
  virtual mlir::FailureOr<mlir::func::FuncOp> flatten(mlir::func::FuncOp f) = 0;

  // `wrt`: distinct positions of arguments, in the order of the tangents.
  virtual mlir::FailureOr<JvpResult> jvp(mlir::func::FuncOp f, llvm::ArrayRef<int64_t> wrt) = 0;
  virtual mlir::FailureOr<LinearizeResult> linearize(mlir::func::FuncOp f, llvm::ArrayRef<int64_t> wrt) = 0;
  /// `linear`: which arguments; `cts`: which results have a cotangent argument (the others' cotangents are zero).
  virtual mlir::FailureOr<TransposeResult> transpose(mlir::func::FuncOp f, llvm::ArrayRef<bool> linear,
                                                     llvm::ArrayRef<bool> cts) = 0;
  /// Batch dimensions all in front; results as they come.
  virtual mlir::FailureOr<BatchResult> batch(mlir::func::FuncOp f, llvm::ArrayRef<bool> batched, int64_t size) = 0;

  /// The body of a function that a rule writes; it returns the results.
  using Body = llvm::function_ref<mlir::FailureOr<llvm::SmallVector<mlir::Value>>(mlir::OpBuilder &, mlir::ValueRange)>;
  /// A new private function behind `near`, its name made unique, simplified.
  virtual mlir::FailureOr<mlir::func::FuncOp> define(mlir::func::FuncOp near, const llvm::Twine &name,
                                                     mlir::TypeRange inputs, Body body) = 0;
  /// The results of `f` on these operands, its body written in place.
  virtual llvm::SmallVector<mlir::Value> apply(mlir::OpBuilder &builder, mlir::func::FuncOp f,
                                               mlir::ValueRange operands) = 0;
};

} // namespace wg

#endif // WG_INTERFACES_DERIVATIONS_H
