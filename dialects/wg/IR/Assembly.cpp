// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/IR/Assembly.h"

using namespace mlir;

namespace wg {

ParseResult parseTypes(OpAsmParser &parser, ArrayRef<Type *> types) {
  if (failed(parser.parseOptionalLParen())) {
    Type type;
    if (parser.parseType(type))
      return failure();
    for (Type *t : types)
      *t = type;
    return success();
  }
  for (auto [i, t] : llvm::enumerate(types))
    if ((i && parser.parseComma()) || parser.parseType(*t))
      return failure();
  return parser.parseRParen();
}

void printTypes(OpAsmPrinter &printer, ArrayRef<Type> types) {
  if (llvm::all_equal(types)) {
    printer << types.front();
    return;
  }
  printer << '(';
  llvm::interleaveComma(types, printer);
  printer << ')';
}

} // namespace wg
