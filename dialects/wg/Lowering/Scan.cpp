// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scans as scf.for.

#include "wg/Lowering/Computation.h"
#include "wg/Lowering/Loops.h"
#include "wg/Lowering/TinyLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace wg::lowering {

Value loopStorage(Lowerer &lower, RankedTensorType type, Value length) {
  if (llvm::is_contained(type.getShape(), 0)) {
    if (type.hasStaticShape())
      return lower.full(type, 0.0);
    return tensor::EmptyOp::create(lower.b, type, length);
  }
  // Unlike tensor.empty, each of these is memory of its own.
  OperationState state(lower.b.getLoc(), "flow.tensor.alloca");
  if (length)
    state.addOperands(length);
  state.addTypes(type);
  return lower.b.create(state)->getResult(0);
}

/// A scalar that no simplification knows.
static Value unknown(Lowerer &lower, Value scalar) {
  OperationState state(lower.b.getLoc(), "util.optimization_barrier");
  state.addOperands(scalar);
  state.addTypes(scalar.getType());
  return lower.b.create(state)->getResult(0);
}

void keepInOrder(Lowerer &lower) { unknown(lower, lower.index(0)); }

/// A copy that no simplification finds out to be one. The scalar is no boolean: IREE 3.13 may save it when the program
/// is loaded, and gives a boolean too little memory.
static Value copied(Lowerer &lower, Value v) {
  ImplicitLocOpBuilder &b = lower.b;
  Value one = unknown(lower, lower.scalar(b.getI32IntegerAttr(1)));
  RankedTensorType type = tensorType(v);
  return lower.elementwise({{v, lower.identity(type.getRank()), {}}}, type, [&](ArrayRef<Scalar> x) {
    Value zero = lower.scalar(b.getI32IntegerAttr(0));
    Scalar yes(b, arith::CmpIOp::create(b, arith::CmpIPredicate::ne, one, zero));
    return select(yes, x[0], Scalar(b, lower.scalar(numberAttr(type.getElementType(), 0))));
  });
}

Values distinctStarts(Lowerer &lower, ValueRange starts) {
  Values distinct;
  for (auto [i, v] : llvm::enumerate(starts)) {
    // IREE gives every reader of a constant its own.
    bool isCopy = tensorType(v).getNumElements() && !v.getDefiningOp<arith::ConstantOp>() &&
                  llvm::is_contained(starts.take_front(i), v);
    distinct.push_back(isCopy ? copied(lower, v) : v);
  }
  return distinct;
}

namespace {
/// The offsets, sizes and strides of one entry of the leading dimension.
struct EntryOf {
  EntryOf(OpBuilder &b, RankedTensorType stack, Value place)
      : offsets(stack.getRank(), b.getIndexAttr(0)), strides(stack.getRank(), b.getIndexAttr(1)) {
    offsets[0] = place;
    for (int64_t size : stack.getShape())
      sizes.push_back(b.getIndexAttr(size));
    sizes[0] = b.getIndexAttr(1);
  }
  SmallVector<OpFoldResult> offsets, sizes, strides;
};

/// A scan whose steps are lowered where they stand: in the body of a loop, or after it.
class ScanLowering {
public:
  ScanLowering(Lowerer &lower, Operation *op, func::FuncOp body)
      : lower(lower), b(lower.b), body(body), numConsts(intAttr(op, "num_consts")), numCarry(intAttr(op, "num_carry")),
        length(intAttr(op, "length")), unroll(std::min(intAttr(op, "unroll"), std::max<int64_t>(length, 1))),
        reverse(boolAttr(op, "reverse")) {
    for (Value v : op->getOperands())
      inputs.push_back(lower.get(v));
    state = distinctStarts(lower, ArrayRef<Value>(inputs).slice(numConsts, numCarry));
    for (Type type : TypeRange(op->getResultTypes()).drop_front(numCarry))
      state.push_back(loopStorage(lower, cast<RankedTensorType>(signless(type))));
  }

  FailureOr<Values> run() {
    int64_t inLoop = length / unroll * unroll;
    // What is left over is straight-line code, as is a loop of one iteration.
    if (inLoop > unroll && failed(emitLoop(inLoop)))
      return failure();
    for (int64_t i = inLoop > unroll ? inLoop : 0; i < length; ++i)
      if (failed(emitStep(lower.index(i))))
        return failure();
    return state;
  }

private:
  LogicalResult emitLoop(int64_t end) {
    auto loop = scf::ForOp::create(b, lower.index(0), lower.index(end), lower.index(unroll), state);
    OpBuilder::InsertionGuard guard(b);
    if (state.empty() && loop.getBody()->mightHaveTerminator())
      b.setInsertionPoint(loop.getBody()->getTerminator());
    else
      b.setInsertionPointToEnd(loop.getBody());
    keepInOrder(lower);
    state.assign(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
    for (int64_t k = 0; k < unroll; ++k) {
      Value step = loop.getInductionVar();
      if (failed(emitStep(k ? arith::AddIOp::create(b, step, lower.index(k)).getResult() : step)))
        return failure();
    }
    if (!state.empty())
      scf::YieldOp::create(b, state);
    state.assign(loop.getResults().begin(), loop.getResults().end());
    return success();
  }

  /// The body on the current state, which it replaces.
  LogicalResult emitStep(Value step) {
    Value place = reverse ? arith::SubIOp::create(b, lower.index(length - 1), step).getResult() : step;
    Values operands(inputs.begin(), inputs.begin() + numConsts);
    operands.append(state.begin(), state.begin() + numCarry);
    for (Value xs : ArrayRef<Value>(inputs).drop_front(numConsts + numCarry)) {
      RankedTensorType type = tensorType(xs);
      EntryOf entry(b, type, place);
      auto element = RankedTensorType::get(type.getShape().drop_front(), type.getElementType());
      operands.push_back(tensor::ExtractSliceOp::create(b, element, xs, entry.offsets, entry.sizes, entry.strides));
    }
    FailureOr<Values> results = lowerBody(lower, body, operands);
    if (failed(results))
      return failure();
    for (auto [into, v] :
         llvm::zip_equal(MutableArrayRef(state).drop_front(numCarry), ArrayRef<Value>(*results).drop_front(numCarry))) {
      EntryOf entry(b, tensorType(into), place);
      into = tensor::InsertSliceOp::create(b, v, into, entry.offsets, entry.sizes, entry.strides);
    }
    std::copy_n(results->begin(), numCarry, state.begin());
    return success();
  }

  Lowerer &lower;
  ImplicitLocOpBuilder &b;
  func::FuncOp body;
  int64_t numConsts, numCarry, length, unroll;
  bool reverse;
  Values inputs;
  /// The carries, then the stacks.
  Values state;
};
} // namespace

FailureOr<Values> lowerScan(Lowerer &lower, Operation *op) {
  FailureOr<func::FuncOp> body = computationOf(op, "callee");
  if (failed(body))
    return failure();
  if (std::optional<Values> results = tinyScan(lower, op, *body))
    return *results;
  return ScanLowering(lower, op, *body).run();
}

} // namespace wg::lowering
