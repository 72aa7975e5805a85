// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transforms as call-like ops on symbols.

#ifndef WG_OPS_TRANSFORM_H
#define WG_OPS_TRANSFORM_H

#include "wg/IR/WgDialect.h"
#include "wg/Interfaces/RuleInterfaces.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include <limits>

namespace wg {

/// Whether values of this type have tangents: tensors of floats and complex numbers.
bool hasTangent(mlir::Type type);

/// Checks that `wrt` lists distinct positions of arguments that have tangents. `error` starts a diagnostic.
llvm::LogicalResult checkWrt(mlir::TypeRange arguments, llvm::ArrayRef<int64_t> wrt,
                             llvm::function_ref<mlir::InFlightDiagnostic()> error);

/// The argument and result types of a function of type `callee` under wg.vmap.
mlir::FailureOr<mlir::FunctionType> inferVmapType(mlir::FunctionType callee, llvm::ArrayRef<int64_t> inAxes,
                                                  llvm::ArrayRef<int64_t> outAxes, int64_t size,
                                                  llvm::function_ref<mlir::InFlightDiagnostic()> error);

/// The result types of a transform op (its name, attributes and operand types) on a function of type `callee`. Serves
/// the verifier and whoever builds such ops without knowing the result types. `error` starts a diagnostic; the message
/// names op and callee.
mlir::FailureOr<llvm::SmallVector<mlir::Type>>
inferTransformTypes(llvm::StringRef op, mlir::DictionaryAttr attributes, mlir::TypeRange operands,
                    mlir::FunctionType callee, llvm::function_ref<mlir::InFlightDiagnostic()> error);

} // namespace wg

#define GET_OP_CLASSES
#include "wg/Ops/Transform.h.inc"

#endif // WG_OPS_TRANSFORM_H
