// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WG_LOWERING_FUSIONLIMIT_H
#define WG_LOWERING_FUSIONLIMIT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace wg::lowering {

/// Has something computed on its own wherever one dispatch would read more arrays than IREE's runtime gives it, or
/// would pick elements from a column of an array, or a number beside a sum.
void limitFusion(mlir::func::FuncOp function);

} // namespace wg::lowering

#endif // WG_LOWERING_FUSIONLIMIT_H
