// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums of dozens of arrays: IREE fuses elementwise ops without limit, but its runtime gives a dispatch 32 buffers.

#include "wg/Lowering/FusionLimit.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace wg::lowering {

namespace {
/// Of the 32 buffers some are for results: an op that others need too is one.
constexpr size_t kMostInputs = 24;

using Inputs = llvm::SmallSetVector<Value, 8>;

class FusionLimit {
public:
  void run(func::FuncOp function) {
    function.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<linalg::LinalgOp, tensor::PadOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op)) {
        limit(op);
        return WalkResult::skip();
      }
      return WalkResult::advance();
    });
  }

private:
  void limit(Operation *op) {
    Inputs all = inputsOf(op);
    while (all.size() > kMostInputs) {
      OpOperand *most = nullptr;
      for (OpOperand &operand : op->getOpOperands())
        if (!most || inputsThrough(op, operand.get()).size() > inputsThrough(op, most->get()).size())
          most = &operand;
      if (inputsThrough(op, most->get()).size() < 2)
        break;
      compute(*most);
      all = inputsOf(op);
    }
    known[op] = std::move(all);
  }

  /// The arrays that a dispatch with this op may read: IREE computes elementwise ops where they are read, unless a
  /// reduction reads them.
  Inputs inputsOf(Operation *op) {
    auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
    bool reduces = linalgOp && linalgOp.getNumReductionLoops() > 0;
    Inputs all;
    for (Value v : op->getOperands()) {
      if (!isa<RankedTensorType>(v.getType()) || v.getDefiningOp<tensor::EmptyOp>())
        continue;
      if (reduces)
        all.insert(v);
      else
        all.insert_range(inputsThrough(op, v));
    }
    return all;
  }

  Inputs inputsThrough(Operation *reader, Value v) {
    Operation *op = v.getDefiningOp();
    auto found = known.find(op);
    if (op && found != known.end() && op->getBlock() == reader->getBlock())
      return found->second;
    Inputs self;
    self.insert(v);
    return self;
  }

  /// Has an operand computed before the op that reads it.
  static void compute(OpOperand &operand) {
    OpBuilder b(operand.getOwner());
    OperationState state(operand.getOwner()->getLoc(), "util.optimization_barrier");
    state.addOperands(operand.get());
    state.addTypes(operand.get().getType());
    operand.set(b.create(state)->getResult(0));
  }

  DenseMap<Operation *, Inputs> known;
};
} // namespace

void limitFusion(func::FuncOp function) { FusionLimit().run(function); }

} // namespace wg::lowering
