// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What reductions, cumulative ops and windows combine their elements by, and what their lowerings share.

#ifndef WG_LOWERING_COMBINE_H
#define WG_LOWERING_COMBINE_H

#include "wg/Lowering/Lowering.h"

namespace wg::lowering {

enum class Combiner { Sum, Prod, Max, Min, And, Or, Xor };

/// From the last word of the name of an op: reduce_sum, cummax, argmin.
Combiner combinerOf(llvm::StringRef op);
/// x and y combined; `element` is the original type, which tells signed from unsigned. A nan wins over numbers.
Scalar combine(Combiner kind, const Scalar &x, const Scalar &y, mlir::Type element);
/// What changes nothing, in the compute type of the original element type.
mlir::TypedAttr identityOf(Combiner kind, mlir::Type element);

/// An op of iree_linalg_ext with a body over scalars, in generic form; its block gets the types `elements`.
mlir::Operation *buildExt(Lowerer &lower, llvm::StringRef name, mlir::ValueRange operands, mlir::TypeRange results,
                          llvm::ArrayRef<mlir::NamedAttribute> attributes, mlir::TypeRange elements,
                          llvm::function_ref<Scalar(llvm::ArrayRef<Scalar>)> body);

} // namespace wg::lowering

#endif // WG_LOWERING_COMBINE_H
