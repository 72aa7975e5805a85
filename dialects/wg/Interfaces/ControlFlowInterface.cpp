// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Interfaces/ControlFlowInterface.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "wg/Interfaces/ControlFlowInterface.cpp.inc"

using namespace mlir;

SmallVector<StringRef> wg::functionsOf(Operation *op) {
  SmallVector<StringRef> names;
  op->getAttrDictionary().walk<WalkOrder::PreOrder>(
      [&](FlatSymbolRefAttr symbol) { names.push_back(symbol.getValue()); });
  return names;
}

bool wg::runsEffects(Operation *op) {
  // A function that is being made stands in no module yet: what it runs is not known there.
  if (!SymbolTable::getNearestSymbolTable(op))
    return true;
  DenseSet<Operation *> seen;
  SmallVector<Operation *> work{op};
  bool found = false;
  auto visit = [&](Operation *inner) {
    if (inner->getName().getDialectNamespace() != "wg" && !isa<func::CallOp>(inner))
      return WalkResult::advance();
    if (isa<ControlFlowOpInterface, func::CallOp>(inner))
      work.push_back(inner);
    else if (!isMemoryEffectFree(inner))
      found = true;
    return found ? WalkResult::interrupt() : WalkResult::advance();
  };
  while (!work.empty() && !found) {
    Operation *user = work.pop_back_val();
    for (StringRef name : functionsOf(user)) {
      auto symbol = FlatSymbolRefAttr::get(op->getContext(), name);
      auto fn = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(user, symbol);
      if (fn && seen.insert(fn).second)
        fn.walk(visit);
    }
  }
  return found;
}
