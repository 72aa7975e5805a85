// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Composite.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/ElementwiseFunctions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Composite.cpp.inc"

void WgDialect::registerCompositeOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Composite.cpp.inc"
      >();
}
