// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Directives of the custom assembly: one type stands for several equal ones.

#ifndef WG_IR_ASSEMBLY_H
#define WG_IR_ASSEMBLY_H

#include "mlir/IR/OpImplementation.h"

namespace wg {

/// tensor<4xf32> for operands of one type, (tensor<4xf32>, tensor<5xf32>) otherwise (which the verifier refuses).
mlir::ParseResult parseTypes(mlir::OpAsmParser &parser, llvm::ArrayRef<mlir::Type *> types);
void printTypes(mlir::OpAsmPrinter &printer, llvm::ArrayRef<mlir::Type> types);

template <typename... T>
mlir::ParseResult parseSameTypes(mlir::OpAsmParser &parser, T &...types) {
  return parseTypes(parser, {&types...});
}
template <typename... T>
void printSameTypes(mlir::OpAsmPrinter &printer, mlir::Operation *, T... types) {
  printTypes(printer, {types...});
}

} // namespace wg

#endif // WG_IR_ASSEMBLY_H
