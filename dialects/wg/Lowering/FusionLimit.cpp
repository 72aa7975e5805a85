// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What IREE must not fuse: sums of dozens of arrays, as its runtime gives a dispatch 32 buffers; and what IREE 3.13
// cannot translate: a gather with the column that it reads (a vector of reads at a distance), a number picked by an
// index with a sum.

#include "wg/Lowering/FusionLimit.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace wg::lowering {

namespace {
/// A value that is computed before what reads it.
Value computed(OpBuilder &b, Location loc, Value v) {
  OperationState state(loc, "util.optimization_barrier");
  state.addOperands(v);
  state.addTypes(v.getType());
  return b.create(state)->getResult(0);
}

/// Whether an op gives the elements of its operand in another order or shape and does nothing else.
bool onlyMoves(Operation *op) {
  if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp, linalg::TransposeOp>(op))
    return true;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return generic && generic.getNumDpsInputs() == 1 && generic.getNumDpsInits() == 1 &&
         generic.getNumReductionLoops() == 0 && llvm::hasSingleElement(generic.getRegion().front()) &&
         generic.getRegion().front().getTerminator()->getOperand(0) == generic.getRegion().front().getArgument(0);
}

/// Whether the neighbours in a value, of whatever shape, are no neighbours in the array that it is a part of: it has
/// one position of the last dimension, or every n-th, or its dimensions are in another order.
bool isStrided(Value v) {
  bool isPart = false, isTransposed = false;
  while (Operation *op = v.getDefiningOp()) {
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
      ArrayRef<int64_t> sizes = slice.getStaticSizes(), whole = slice.getSourceType().getShape();
      bool isColumn = !sizes.empty() && sizes.back() == 1 && whole.back() != 1 && !llvm::all_equal(sizes);
      if (isColumn || (!sizes.empty() && slice.getStaticStrides().back() != 1))
        return true;
      isPart = true;
    } else if (!onlyMoves(op)) {
      return false;
    }
    isTransposed |= isa<linalg::LinalgOp>(op);
    if (isPart && isTransposed)
      return true;
    v = op->getOperand(0);
  }
  return false;
}

/// Elements that a body picks by computed indices are picked from an array of its own. One copy an array is enough.
void computeColumns(func::FuncOp function) {
  llvm::MapVector<Value, SmallVector<OpOperand *>> columns;
  function.walk([&](tensor::ExtractOp op) {
    if (op->getParentOfType<linalg::GenericOp>() && isStrided(op.getTensor()))
      columns[op.getTensor()].push_back(&op.getTensorMutable());
  });
  for (auto &[column, reads] : columns) {
    OpBuilder b(column.getContext());
    b.setInsertionPointAfterValue(column);
    Value own = computed(b, column.getLoc(), column);
    for (OpOperand *read : reads)
      read->set(own);
  }
}

/// A number that is picked by a computed index is computed before an op that also reads a sum: in one dispatch IREE
/// makes a vector of the one and not of the other. Both count through ops on single numbers.
class PickedNumbers {
public:
  void run(func::FuncOp function) {
    function.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op)) {
        note(op, ofSums.contains(op->getOperand(0)), picked.contains(op->getOperand(0)));
        return WalkResult::advance();
      }
      auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
      if (!linalgOp)
        return WalkResult::advance();
      bool isNumber = linalgOp.getNumLoops() == 0;
      if (isNumber && readsAny(linalgOp, ofSums))
        computePicked(linalgOp);
      note(op, linalgOp.getNumReductionLoops() > 0 || (isNumber && readsAny(linalgOp, ofSums)),
           picks(linalgOp) || (isNumber && readsAny(linalgOp, picked)));
      return WalkResult::skip();
    });
  }

private:
  using Values = DenseSet<Value>;

  static bool picks(linalg::LinalgOp op) {
    return llvm::all_of(op.getStaticLoopRanges(), [](int64_t range) { return range == 1; }) &&
           !op->getRegion(0).getOps<tensor::ExtractOp>().empty();
  }

  static bool readsAny(linalg::LinalgOp op, const Values &values) {
    return llvm::any_of(op.getDpsInputs(), [&](Value v) { return values.contains(v); });
  }

  void computePicked(linalg::LinalgOp op) {
    for (OpOperand *input : op.getDpsInputOperands())
      if (picked.contains(input->get())) {
        OpBuilder b(op);
        input->set(computed(b, op.getLoc(), input->get()));
      }
  }

  void note(Operation *op, bool isOfSum, bool isPicked) {
    for (Value result : op->getResults()) {
      if (isOfSum)
        ofSums.insert(result);
      if (isPicked)
        picked.insert(result);
    }
  }

  Values ofSums, picked;
};

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
      OpBuilder b(op);
      most->set(computed(b, op->getLoc(), most->get()));
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

  DenseMap<Operation *, Inputs> known;
};
} // namespace

void limitFusion(func::FuncOp function) {
  computeColumns(function);
  PickedNumbers().run(function);
  FusionLimit().run(function);
}

} // namespace wg::lowering
