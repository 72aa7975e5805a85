// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Type rules of Ops/Reduction.td.

#ifndef WG_OPS_REDUCTIONTYPES_H
#define WG_OPS_REDUCTIONTYPES_H

#include "wg/IR/TypeRules.h"

namespace wg {

TensorType argReduceType(TypeRules &t, TensorType x, int64_t axis, mlir::Type dtype);
/// Of n arrays and n scalars of their types: what is left of the arrays.
llvm::SmallVector<mlir::Type> reduceTypes(TypeRules &t, llvm::ArrayRef<TensorType> xs, const Ints &axes);

} // namespace wg

#endif // WG_OPS_REDUCTIONTYPES_H
