// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the rules of wg.scan share.

#ifndef WG_OPS_SCANRULES_H
#define WG_OPS_SCANRULES_H

#include "wg/Ops/ControlFlow.h"

namespace wg {

/// The body of the op, without plain calls.
mlir::FailureOr<mlir::func::FuncOp> bodyOf(ScanOp op, Derivations &derivations);
/// The values where the mask is set; zeros in the places of those that are not there.
Values filled(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<mlir::Value> values,
              llvm::ArrayRef<bool> mask, mlir::TypeRange types);

/// The results of the op by one that does not carry sums of products: they are computed after it. Nothing if there are
/// none.
std::optional<Values> sumsAfter(ScanOp op, mlir::func::FuncOp body, Derivations &derivations, mlir::OpBuilder &builder);

/// What a rule knows of the op: sizes of the parts of the arguments and results of its body.
struct ScanSizes {
  explicit ScanSizes(ScanOp op)
      : consts(op.getNumConsts()), carry(op.getNumCarry()), xs(op.getXs().size()), ys(op.getNumResults() - carry) {}
  size_t consts, carry, xs, ys;

  template <typename T>
  llvm::ArrayRef<T> ofConsts(llvm::ArrayRef<T> all) const {
    return all.take_front(consts);
  }
  template <typename T>
  llvm::ArrayRef<T> ofCarry(llvm::ArrayRef<T> all) const {
    return all.slice(consts, carry);
  }
  template <typename T>
  llvm::ArrayRef<T> ofXs(llvm::ArrayRef<T> all) const {
    return all.take_back(xs);
  }
};

} // namespace wg

#endif // WG_OPS_SCANRULES_H
