// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg-to-linalg: every function anew, op by op, with signless types.

#include "wg/IR/WgDialect.h"
#include "wg/Lowering/Combine.h"
#include "wg/Lowering/Computation.h"
#include "wg/Lowering/Linalg.h"
#include "wg/Lowering/Lowering.h"
#include "wg/Lowering/Passes.h"
#include "wg/Transforms/Derive.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace wg {
#define GEN_PASS_DEF_WGTOLINALG
#include "wg/Lowering/Passes.h.inc"
} // namespace wg

using namespace mlir;
using namespace wg;
using namespace wg::lowering;

static const OpLowerings &lowerings() {
  static const OpLowerings table = [] {
    OpLowerings t;
    addBits(t);
    addElementwise(t);
    addComplex(t);
    addShape(t);
    addContraction(t);
    addConvolution(t);
    addReduction(t);
    addWindow(t);
    addCumulative(t);
    addComputation(t);
    addControlFlow(t);
    addWhileLoops(t);
    addIndexing(t);
    addLinalg(t);
    addSorting(t);
    addRandom(t);
    return t;
  }();
  return table;
}

// IREE has no kernels for nothing: a result without elements is a constant.
static bool hasNoElements(Operation *op) {
  return op->getNumResults() && llvm::all_of(op->getResultTypes(), [](Type t) {
           auto tensor = dyn_cast<RankedTensorType>(t);
           return tensor && tensor.getNumElements() == 0;
         });
}

static bool isHostCall(Lowerer &lower, Operation *op) {
  auto host = dyn_cast<HostOpInterface>(op);
  return host && lower.target.hasHostCalls && host.wantsHostCall();
}

static InFlightDiagnostic refuse(Lowerer &lower, Operation *op) {
  if (isa<DecomposeOpInterface>(op))
    return op->emitOpError("has no lowering to linalg: run wg-decompose before wg-to-linalg");
  if (!isa<HostOpInterface>(op))
    return op->emitOpError("has no lowering to linalg: run wg-expand-transforms before wg-to-linalg");
  InFlightDiagnostic error = op->emitError();
  error << op->getName() << ": the target " << lower.target.backend << (lower.target.isCpu() ? " without Python" : "")
        << " does not support it: it is computed in Python; keep it out of what is exported or runs on another device, "
           "or use jit with the target llvm-cpu";
  return error;
}

// Before anything is lowered, while the op still has the name that the user knows.
static LogicalResult checkTarget(Lowerer &lower, Operation *op) {
  SmallVector<Type> types(op->getOperandTypes());
  llvm::append_range(types, op->getResultTypes());
  for (Type type : types) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (tensor && !lower.target.supports(tensor.getElementType()))
      return op->emitError() << op->getName() << ": the target " << lower.target.backend << " does not support "
                             << tensor.getElementType() << ": " << lower.target.remedyFor(tensor.getElementType());
  }
  return success();
}

static LogicalResult lowerOp(Lowerer &lower, Operation *op) {
  if (failed(checkTarget(lower, op)))
    return failure();
  if (isMemoryEffectFree(op) && hasNoElements(op)) {
    for (Value v : op->getResults())
      lower.map.map(v, lower.full(cast<RankedTensorType>(signless(v.getType())), 0.0));
    return success();
  }
  auto it = lowerings().find(op->getName().getStringRef());
  FailureOr<Values> values = failure();
  if (isHostCall(lower, op))
    values = lowerHostCall(lower, op);
  else if (it != lowerings().end())
    values = it->second(lower, op);
  else if (isa<ElementwiseOpInterface>(op))
    values = lowerElementwise(lower, op);
  else
    return refuse(lower, op);
  if (failed(values))
    return failure();
  for (auto [original, value] : llvm::zip_equal(op->getResults(), *values)) {
    if (value.getType() != signless(original.getType()))
      return op->emitOpError("was lowered to ") << value.getType() << " but has type " << original.getType();
    lower.map.map(original, value);
  }
  return success();
}

// A call, a return: the same op on lowered operands.
static LogicalResult keepOp(Lowerer &lower, Operation *op) {
  if (op->getNumRegions())
    return op->emitOpError("has no lowering to linalg: expected ops of wg, func.call and func.return");
  Operation *copy = lower.b.clone(*op, lower.map);
  for (Value v : copy->getResults())
    v.setType(signless(v.getType()));
  return success();
}

// Broadcasts and transposes that all readers took into their maps.
static void eraseDead(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
}

FailureOr<Values> lowering::lowerBody(Lowerer &lower, func::FuncOp function, ValueRange operands) {
  lower.map.map(function.getArguments(), operands);
  Block &block = function.getBody().front();
  OpBuilder::InsertionGuard guard(lower.b);
  Location loc = lower.b.getLoc();
  for (Operation &op : block.without_terminator()) {
    lower.b.setLoc(op.getLoc());
    bool isWg = isa_and_nonnull<WgDialect>(op.getDialect());
    if (failed(isWg ? lowerOp(lower, &op) : keepOp(lower, &op)))
      return failure();
  }
  lower.b.setLoc(loc);
  return llvm::map_to_vector<2>(block.getTerminator()->getOperands(), [&](Value v) { return lower.get(v); });
}

// Nothing of wg, no unsigned integer: lowered before.
static bool isLowered(func::FuncOp function) {
  if (FunctionType type = function.getFunctionType(); signless(type) != type)
    return false;
  return !function
              .walk([](Operation *op) {
                return isa_and_nonnull<WgDialect>(op->getDialect()) ? WalkResult::interrupt() : WalkResult::advance();
              })
              .wasInterrupted();
}

static LogicalResult lowerFunction(func::FuncOp function, const Target &target) {
  if (isLowered(function))
    return success();
  auto newType = cast<FunctionType>(signless(function.getFunctionType()));
  if (function.isExternal()) {
    function.setFunctionType(newType);
    return success();
  }
  if (!function.getBody().hasOneBlock())
    return function.emitOpError("expected one block");
  Block &old = function.getBody().front();
  Block *block = new Block();
  ImplicitLocOpBuilder b(function.getLoc(), function.getContext());
  Lowerer lower(b, target);
  for (BlockArgument arg : old.getArguments())
    lower.map.map(arg, block->addArgument(signless(arg.getType()), arg.getLoc()));
  function.getBody().push_back(block);
  b.setInsertionPointToEnd(block);
  for (Operation &op : old) {
    b.setLoc(op.getLoc());
    bool isWg = isa_and_nonnull<WgDialect>(op.getDialect());
    if (failed(isWg ? lowerOp(lower, &op) : keepOp(lower, &op))) {
      block->erase();
      return failure();
    }
  }
  old.erase();
  function.setFunctionType(newType);
  eraseDead(*block);
  return success();
}

namespace {
struct WgToLinalg : wg::impl::WgToLinalgBase<WgToLinalg> {
  using WgToLinalgBase::WgToLinalgBase;

  void runOnOperation() override {
    if (!Target::isKnown(target)) {
      getOperation().emitError() << "wg-to-linalg: expected a target of llvm-cpu, vulkan-spirv, cuda but got "
                                 << target;
      return signalPassFailure();
    }
    Target machine{target, hostCalls};
    // What an op runs or applies is read when the op is lowered: it comes last, if there is still a call of it.
    DenseSet<Operation *> bodies = computationsIn(getOperation());
    if (failed(lowerFunctions(machine, [&](func::FuncOp f) { return !bodies.contains(f); })))
      return signalPassFailure();
    eraseUnusedFunctions(getOperation(), nullptr);
    if (failed(lowerFunctions(machine, [](func::FuncOp) { return true; })))
      return signalPassFailure();
  }

  LogicalResult lowerFunctions(const Target &machine, function_ref<bool(func::FuncOp)> isMeant) {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (isMeant(function) && failed(lowerFunction(function, machine)))
        return failure();
    return success();
  }
};
} // namespace
