// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Window.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Window.cpp.inc"

void WgDialect::registerWindowOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Window.cpp.inc"
      >();
}
