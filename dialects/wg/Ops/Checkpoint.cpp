// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg.optimization_barrier and wg.checkpoint_name: what decides which values are saved and which are computed again.

#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/Shape.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace wg;

//===----------------------------------------------------------------------===//
// wg.checkpoint_name
//===----------------------------------------------------------------------===//

bool CheckpointNameOp::isLinearIn(unsigned i) { return i == 0; }

Exprs CheckpointNameOp::jvpRule(RuleBuilder &, const Exprs &tangents) { return {tangents.front()}; }

Exprs CheckpointNameOp::transposeRule(RuleBuilder &, const Exprs &cts) { return {cts.front()}; }

Exprs CheckpointNameOp::batchRule(RuleBuilder &b) { return {checkpoint_name(b.bind(getX()), getName())}; }

Exprs CheckpointNameOp::decomposeRule(RuleBuilder &b) { return {b.bind(getX())}; }

//===----------------------------------------------------------------------===//
// wg.optimization_barrier
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Type>> OptimizationBarrierOp::inferResultTypes(DictionaryAttr, TypeRange operands,
                                                                     function_ref<FunctionType(StringRef)>,
                                                                     DiagnosticMaker) {
  return SmallVector<Type>(operands);
}

/// The present ones of `values` behind one barrier, each in its place.
static Values behindBarrier(OpBuilder &builder, Location loc, ArrayRef<Value> values) {
  Values present = presentIn(values), behind;
  if (present.empty())
    return Values(values);
  auto barrier = OptimizationBarrierOp::create(builder, loc, TypeRange(ValueRange(present)), present);
  unsigned next = 0;
  for (Value v : values)
    behind.push_back(v ? barrier.getResult(next++) : Value());
  return behind;
}

FailureOr<WithTangents> OptimizationBarrierOp::jvpRule(Derivations &, OpBuilder &builder, ValueRange operands,
                                                       ArrayRef<Value> tangents, bool) {
  return WithTangents{behindBarrier(builder, getLoc(), Values(operands)), behindBarrier(builder, getLoc(), tangents)};
}

FailureOr<Values> OptimizationBarrierOp::transposeRule(Derivations &, OpBuilder &builder, ArrayRef<Value>,
                                                       ArrayRef<Value> cts) {
  return behindBarrier(builder, getLoc(), cts);
}

FailureOr<WithBatch> OptimizationBarrierOp::batchRule(Derivations &, OpBuilder &builder, ValueRange operands,
                                                      ArrayRef<bool> batched, int64_t) {
  return WithBatch{behindBarrier(builder, getLoc(), Values(operands)), Mask(batched)};
}

/// An operand that stands twice goes through once; a result that nobody uses does not.
LogicalResult OptimizationBarrierOp::canonicalize(OptimizationBarrierOp op, PatternRewriter &rewriter) {
  llvm::MapVector<Value, Values> usedAs;
  for (auto [operand, result] : llvm::zip_equal(op.getInputs(), op.getOuts()))
    if (!result.use_empty())
      usedAs[operand].push_back(result);
  if (usedAs.size() == op.getNumOperands() || usedAs.empty())
    return failure();
  Values operands;
  for (auto &entry : usedAs)
    operands.push_back(entry.first);
  auto smaller = OptimizationBarrierOp::create(rewriter, op.getLoc(), TypeRange(ValueRange(operands)), operands);
  for (auto [entry, now] : llvm::zip_equal(usedAs, smaller.getOuts()))
    for (Value old : entry.second)
      rewriter.replaceAllUsesWith(old, now);
  rewriter.eraseOp(op);
  return success();
}
