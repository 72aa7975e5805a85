// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions of scalars, named by ops, in the bodies of loops.

#ifndef WG_LOWERING_COMPUTATION_H
#define WG_LOWERING_COMPUTATION_H

#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace wg::lowering {

/// An op of rank 0 on scalars of its signless element types; a null value if it is none that computes elements.
Scalar lowerScalar(Lowerer &lower, mlir::Operation *op, llvm::ArrayRef<Scalar> x);

/// The function that an attribute of the op names, not lowered yet; an error if there is none.
mlir::FailureOr<mlir::func::FuncOp> computationOf(mlir::Operation *op, llvm::StringRef attribute);
/// Its results on these arguments, written into the body that is being built; failure after an error.
mlir::FailureOr<Scalars> inlineComputation(Lowerer &lower, mlir::func::FuncOp f, llvm::ArrayRef<Scalar> arguments);
/// The functions of a module that ops name in the attributes that hold computations: they are lowered in their places.
llvm::DenseSet<mlir::Operation *> computationsIn(mlir::ModuleOp module);

} // namespace wg::lowering

#endif // WG_LOWERING_COMPUTATION_H
