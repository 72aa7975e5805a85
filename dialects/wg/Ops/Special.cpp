// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Special.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/ElementwiseFunctions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Special.cpp.inc"

void WgDialect::registerSpecialOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Special.cpp.inc"
      >();
}
