// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions as attributes of ops: the interface of such ops, and what they check.

#ifndef WG_INTERFACES_COMPUTATIONINTERFACE_H
#define WG_INTERFACES_COMPUTATIONINTERFACE_H

#include "wg/Interfaces/RuleInterfaces.h"

#include "mlir/IR/SymbolTable.h"

#include "wg/Interfaces/ComputationInterface.h.inc"

namespace wg {

/// That `symbol` names a function with a body, from `inputs` to `results`; an error of `op` if not.
llvm::LogicalResult verifyComputation(mlir::Operation *op, mlir::FlatSymbolRefAttr symbol,
                                      mlir::SymbolTableCollection &tables, mlir::TypeRange inputs,
                                      mlir::TypeRange results);
/// A function of scalars applied to each element of operands of one shape; its results have these element types.
Exprs applyElementwise(RuleBuilder &b, mlir::FlatSymbolRefAttr function, const Exprs &operands,
                       llvm::ArrayRef<mlir::Type> elements);

} // namespace wg

#endif // WG_INTERFACES_COMPUTATIONINTERFACE_H
