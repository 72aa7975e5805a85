// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of products as loops, which contractions and convolutions share.

#ifndef WG_LOWERING_EINSUM_H
#define WG_LOWERING_EINSUM_H

#include "wg/Lowering/Lowering.h"

namespace wg::lowering {

/// A contraction as an einsum: each dimension of an operand belongs to one loop.
struct Einsum {
  mlir::Value lhs, rhs;
  mlir::Type lhsElement, rhsElement;             // of the original operands, which tell signed from unsigned
  llvm::SmallVector<int64_t> lhsLoops, rhsLoops; // loop of each dimension
  llvm::SmallVector<int64_t> sizes;              // of the loops: batch, lhs free, rhs free, contracting
  int64_t batch = 0, lhsFree = 0, rhsFree = 0, contracting = 0;
  bool isTiled = false; // packed into tiles whatever its size
  int64_t numParallel() const { return batch + lhsFree + rhsFree; }
};

/// The sum, taken in the type `wide`, as a tensor of `element`; at least one loop is contracting. The dimensions of the
/// result are the other loops.
mlir::Value sumOfProducts(Lowerer &lower, Einsum e, mlir::Type wide, mlir::Type element);

/// The operand before it was transposed; dims[i], a dimension of `original`, becomes that of the operand.
mlir::Value throughTransposes(mlir::Value original, llvm::SmallVectorImpl<int64_t> &dims);
/// The type that products of two operands' elements are summed in, if the sum has type `result`.
mlir::Type accumulatorType(mlir::Value lhs, mlir::Value rhs, mlir::Type result);

} // namespace wg::lowering

#endif // WG_LOWERING_EINSUM_H
