// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that have a definition by other ops are replaced by it.

#include "wg/IR/WgDialect.h"
#include "wg/Transforms/Derive.h"
#include "wg/Transforms/Passes.h"

using namespace mlir;
using namespace wg;

/// Whether an elementwise op has a scalar op that the target computes well.
static bool hasScalarOp(Operation *op) {
  auto elementwise = dyn_cast<ElementwiseOpInterface>(op);
  if (!elementwise || op->getNumOperands() == 0)
    return false;
  return !elementwise.scalarOp(getElementTypeOrSelf(op->getOperand(0))).empty();
}

static bool wantsHostCall(Operation *op) {
  auto host = dyn_cast<HostOpInterface>(op);
  return host && host.wantsHostCall();
}

static bool isComplex(Operation *op) {
  return op->getNumOperands() && isa<ComplexType>(getElementTypeOrSelf(op->getOperand(0)));
}

LogicalResult wg::decomposeModule(ModuleOp module, bool keepScalar, bool keepHost) {
  SmallVector<Operation *> work;
  module.walk([&](Operation *op) { work.push_back(op); });
  while (!work.empty()) {
    Operation *op = work.pop_back_val();
    // A definition that compares or takes signs is one for real numbers.
    if (!isa<DecomposeOpInterface>(op) || ((keepScalar || isComplex(op)) && hasScalarOp(op)) ||
        (keepHost && wantsHostCall(op)))
      continue;
    Definition definition;
    if (failed(definition.build(op)))
      return failure();
    for (Operation &inner : definition.block)
      work.push_back(&inner);
    op->getBlock()->getOperations().splice(Block::iterator(op), definition.block.getOperations());
    op->replaceAllUsesWith(definition.results);
    op->erase();
  }
  return success();
}

namespace wg {
#define GEN_PASS_DEF_WGDECOMPOSE
#include "wg/Transforms/Passes.h.inc"
namespace {
struct Decompose : impl::WgDecomposeBase<Decompose> {
  using WgDecomposeBase::WgDecomposeBase;
  void runOnOperation() override {
    if (failed(decomposeModule(getOperation(), keepScalar, keepHost)))
      signalPassFailure();
  }
};
} // namespace
} // namespace wg
