// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Type rules of factorisations and solves, one function an op.

#ifndef WG_IR_TYPERULESLINALG_H
#define WG_IR_TYPERULESLINALG_H

#include "wg/IR/TypeRules.h"

namespace wg {

TensorType squareMatrixType(TypeRules &t, TensorType x);
TensorType triangularSolveType(TypeRules &t, TensorType a, TensorType b, bool leftSide);
TensorType solveType(TypeRules &t, TensorType a, TensorType b);
llvm::SmallVector<mlir::Type> luTypes(TypeRules &t, TensorType x);
TensorType permutationType(TypeRules &t, TensorType pivots, int64_t permutationSize);
llvm::SmallVector<mlir::Type> geqrfTypes(TypeRules &t, TensorType x);
TensorType householderProductType(TypeRules &t, TensorType a, TensorType taus);
llvm::SmallVector<mlir::Type> qrTypes(TypeRules &t, TensorType x, bool fullMatrices);
TensorType tridiagonalSolveType(TypeRules &t, TensorType dl, TensorType d, TensorType du, TensorType b);
llvm::SmallVector<mlir::Type> eighTypes(TypeRules &t, TensorType x);
llvm::SmallVector<mlir::Type> eigTypes(TypeRules &t, TensorType x, bool computeLeft, bool computeRight);
llvm::SmallVector<mlir::Type> svdTypes(TypeRules &t, TensorType x, bool fullMatrices, bool computeUv);
llvm::SmallVector<mlir::Type> schurTypes(TypeRules &t, TensorType x, bool computeVectors);
llvm::SmallVector<mlir::Type> hessenbergTypes(TypeRules &t, TensorType x);
llvm::SmallVector<mlir::Type> tridiagonalTypes(TypeRules &t, TensorType x);
TensorType perMatrixType(TypeRules &t, TensorType x);
llvm::SmallVector<mlir::Type> slogdetTypes(TypeRules &t, TensorType x);
TensorType pinvType(TypeRules &t, TensorType x);

} // namespace wg

#endif // WG_IR_TYPERULESLINALG_H
