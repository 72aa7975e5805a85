// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Branches as scf.if around the bodies of their functions.

#include "wg/Interfaces/ControlFlowInterface.h"
#include "wg/Lowering/Loops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace wg::lowering {

FailureOr<func::FuncOp> functionNamed(Operation *op, StringRef name) {
  auto f = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, FlatSymbolRefAttr::get(op->getContext(), name));
  if (!f || f.isExternal() || !f.getBody().hasOneBlock())
    return op->emitOpError("expected @") << name << " to be a function of one block";
  return f;
}

/// The first of the branches if the index is at most 0, otherwise one of the rest with the index less 1.
static FailureOr<Values> lowerBranches(Lowerer &lower, Operation *op, ArrayRef<func::FuncOp> branches, int64_t first,
                                       Value index, ValueRange inputs) {
  ImplicitLocOpBuilder &b = lower.b;
  if (branches.size() == 1)
    return lowerBody(lower, branches.front(), inputs);
  Value bound = arith::ConstantOp::create(b, b.getIntegerAttr(index.getType(), first));
  Value isHere = arith::CmpIOp::create(b, arith::CmpIPredicate::sle, index, bound);
  SmallVector<Type> types = llvm::map_to_vector(op->getResultTypes(), [](Type t) { return signless(t); });
  auto branch = scf::IfOp::create(b, types, isHere, /*withElseRegion=*/true);
  for (bool isThen : {true, false}) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(isThen ? branch.thenBlock() : branch.elseBlock());
    if (isThen)
      keepInOrder(lower);
    FailureOr<Values> results = isThen ? lowerBody(lower, branches.front(), inputs)
                                       : lowerBranches(lower, op, branches.drop_front(), first + 1, index, inputs);
    if (failed(results))
      return failure();
    // A block without results has its terminator already.
    if (!types.empty())
      scf::YieldOp::create(b, *results);
  }
  return Values(branch.getResults());
}

static FailureOr<Values> lowerCond(Lowerer &lower, Operation *op) {
  SmallVector<func::FuncOp> branches;
  for (StringRef name : functionsOf(op)) {
    FailureOr<func::FuncOp> f = functionNamed(op, name);
    if (failed(f))
      return failure();
    branches.push_back(*f);
  }
  Values inputs;
  for (Value v : op->getOperands())
    inputs.push_back(lower.get(v));
  Value index = lower.at(inputs.front(), {}).get();
  return lowerBranches(lower, op, branches, 0, index, ArrayRef<Value>(inputs).drop_front());
}

/// Inside a branch or a loop nothing meets the first computation, which stands in another one. One barrier an operand:
/// IREE fails on barriers of several operands that share some of them.
static FailureOr<Values> lowerBarrier(Lowerer &lower, Operation *op) {
  bool isNeeded = isa<func::FuncOp>(lower.b.getInsertionBlock()->getParentOp());
  Values outs;
  for (Value v : op->getOperands()) {
    Value input = lower.get(v);
    if (isNeeded) {
      OperationState state(lower.b.getLoc(), "util.optimization_barrier");
      state.addOperands(input);
      state.addTypes(input.getType());
      input = lower.b.create(state)->getResult(0);
    }
    outs.push_back(input);
  }
  return outs;
}

void addControlFlow(OpLowerings &table) {
  table["wg.cond"] = lowerCond;
  table["wg.scan"] = lowerScan;
  table["wg.optimization_barrier"] = lowerBarrier;
}

} // namespace wg::lowering
