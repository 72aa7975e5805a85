// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The transpose of wg.scan: the steps backwards.

#include "wg/Ops/ScanRules.h"

using namespace mlir;
using namespace wg;

namespace {
/// A scan that is linear in some operands, run backwards.
class ScanTranspose {
public:
  ScanTranspose(ScanOp op, func::FuncOp body, Derivations &derivations, OpBuilder &builder, ArrayRef<Value> operands,
                ArrayRef<Value> cts)
      : op(op), body(body), derivations(derivations), builder(builder), sizes(op), operands(operands), cts(cts),
        linear(llvm::map_to_vector(operands, [](Value v) { return !v; })) {}

  FailureOr<Values> run();

private:
  void findLinearCarries();
  LogicalResult runForward();
  FailureOr<TransposeResult> transposeBody();
  FailureOr<func::FuncOp> backwardBody(const TransposeResult &transposed, const ScanLoop &loop);

  Values nonlinear(ArrayRef<Value> values, ArrayRef<bool> mask) {
    Values some;
    for (auto [v, isLinear] : llvm::zip_equal(values, mask))
      if (!isLinear)
        some.push_back(v);
    return some;
  }

  ScanOp op;
  func::FuncOp body;
  Derivations &derivations;
  OpBuilder &builder;
  ScanSizes sizes;
  ArrayRef<Value> operands, cts;
  Mask linear;
  /// The carries that are not linear, as they were before each step.
  Values stackedCarries;
  /// For each carry, each y, each linear const: whether there is a cotangent.
  Mask carryGiven, ysGiven, constActive, xsActive;
};
} // namespace

void ScanTranspose::findLinearCarries() {
  for (bool isNew = true; isNew;) {
    isNew = false;
    Mask results = reachedIn(body, linear);
    for (size_t i = 0; i < sizes.carry; ++i)
      if (results[i] && !linear[sizes.consts + i])
        linear[sizes.consts + i] = isNew = true;
  }
}

/// Counters and the like: a scan of their own, in the direction of the op.
LogicalResult ScanTranspose::runForward() {
  ArrayRef<bool> carryMask = sizes.ofCarry(ArrayRef<bool>(linear));
  ScanLoop loop(op);
  loop.consts = nonlinear(sizes.ofConsts(operands), sizes.ofConsts(ArrayRef<bool>(linear)));
  loop.carry = nonlinear(sizes.ofCarry(operands), carryMask);
  loop.xs = nonlinear(sizes.ofXs(operands), sizes.ofXs(ArrayRef<bool>(linear)));
  if (loop.carry.empty())
    return success();
  auto forward = derivations.define(body, body.getName() + ".state", loop.bodyTypes(),
                                    [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                                      Values all;
                                      auto next = arguments.begin();
                                      for (auto [type, isLinear] : llvm::zip_equal(body.getArgumentTypes(), linear))
                                        all.push_back(isLinear ? zeroOf(b, op.getLoc(), type) : *next++);
                                      Values results = derivations.apply(b, body, all), outs;
                                      for (auto [i, isLinear] : llvm::enumerate(carryMask))
                                        if (!isLinear)
                                          outs.push_back(results[i]);
                                      llvm::append_range(outs, arguments.slice(loop.consts.size(), loop.carry.size()));
                                      return outs;
                                    });
  if (failed(forward))
    return failure();
  loop.body = *forward;
  stackedCarries = Values(loop.run(builder)[1]);
  return success();
}

/// The body transposed for the cotangents that there are, and those of carries that come up on the way.
FailureOr<TransposeResult> ScanTranspose::transposeBody() {
  while (true) {
    Mask given(carryGiven);
    llvm::append_range(given, ysGiven);
    FailureOr<TransposeResult> transposed = derivations.transpose(body, linear, given);
    if (failed(transposed))
      return failure();
    constActive.clear();
    xsActive.clear();
    bool isNew = false;
    size_t next = 0;
    for (auto [i, isLinear] : llvm::enumerate(linear)) {
      if (!isLinear)
        continue;
      bool isActive = transposed->active[next++];
      if (i < sizes.consts) {
        constActive.push_back(isActive);
      } else if (i >= sizes.consts + sizes.carry) {
        xsActive.push_back(isActive);
      } else if (isActive && !carryGiven[i - sizes.consts]) {
        carryGiven[i - sizes.consts] = isNew = true;
      }
    }
    if (!isNew)
      return transposed;
  }
}

/// (nonlinear consts | sums for linear consts, cotangents of carries | nonlinear carries and xs, cotangents of ys).
FailureOr<func::FuncOp> ScanTranspose::backwardBody(const TransposeResult &transposed, const ScanLoop &loop) {
  func::FuncOp fn = transposed.fn;
  size_t numSums = count(constActive), numCarry = count(carryGiven);
  size_t numXs = loop.xs.size() - stackedCarries.size() - count(ysGiven);
  return derivations.define(
      fn, fn.getName(), loop.bodyTypes(), [&](OpBuilder &builder, ValueRange arguments) -> FailureOr<Values> {
        auto p = cut(arguments, {loop.consts.size(), numSums, numCarry, stackedCarries.size(), numXs, count(ysGiven)});
        Values back = derivations.apply(builder, fn, join({p[0], p[3], p[4], p[2], p[5]}));
        RuleBuilder b(builder, op.getLoc());
        Values sums, carries, ctXs;
        size_t next = 0, nextConst = 0, nextXs = 0;
        for (auto [i, isLinear] : llvm::enumerate(linear)) {
          if (!isLinear)
            continue;
          Value ct = back[next++];
          if (i < sizes.consts) {
            if (constActive[nextConst++])
              sums.push_back((Expr(b, p[1][sums.size()]) + Expr(b, ct)).get());
          } else if (i >= sizes.consts + sizes.carry) {
            if (xsActive[nextXs++])
              ctXs.push_back(ct);
          } else if (carryGiven[i - sizes.consts]) {
            carries.push_back(ct);
          }
        }
        return join({sums, carries, ctXs});
      });
}

FailureOr<Values> ScanTranspose::run() {
  findLinearCarries();
  carryGiven = presence(cts.take_front(sizes.carry));
  ysGiven = presence(cts.drop_front(sizes.carry));
  for (size_t i = 0; i < sizes.carry; ++i)
    carryGiven[i] = carryGiven[i] && linear[sizes.consts + i];
  if (failed(runForward()))
    return failure();
  FailureOr<TransposeResult> transposed = transposeBody();
  if (failed(transposed))
    return failure();
  Location loc = op.getLoc();
  ScanLoop loop(op);
  loop.reverse = !loop.reverse;
  loop.consts = nonlinear(sizes.ofConsts(operands), sizes.ofConsts(ArrayRef<bool>(linear)));
  Types types(op.getOperandTypes());
  size_t nextConst = 0;
  for (size_t i = 0; i < sizes.consts; ++i)
    if (linear[i] && constActive[nextConst++])
      loop.carry.push_back(zeroOf(builder, loc, types[i]));
  size_t numSums = loop.carry.size();
  llvm::append_range(loop.carry, filled(builder, loc, cts.take_front(sizes.carry), carryGiven,
                                        ArrayRef(types).slice(sizes.consts, sizes.carry)));
  loop.xs = join({stackedCarries, nonlinear(sizes.ofXs(operands), sizes.ofXs(ArrayRef<bool>(linear))),
                  presentIn(cts.drop_front(sizes.carry))});
  FailureOr<func::FuncOp> back = backwardBody(*transposed, loop);
  if (failed(back))
    return failure();
  loop.body = *back;
  auto outs = loop.run(builder);
  auto ends = cut(outs[0], {numSums, outs[0].size() - numSums});
  Values results(operands.size());
  nextConst = 0;
  size_t nextSum = 0, nextCarry = 0, nextXs = 0, nextStack = 0;
  for (auto [i, isLinear] : llvm::enumerate(linear)) {
    if (i >= sizes.consts && i < sizes.consts + sizes.carry) {
      if (carryGiven[i - sizes.consts])
        results[i] = ends[1][nextCarry++];
    } else if (isLinear && i < sizes.consts) {
      if (constActive[nextConst++])
        results[i] = ends[0][nextSum++];
    } else if (isLinear) {
      if (xsActive[nextXs++])
        results[i] = outs[1][nextStack++];
    }
  }
  return results;
}

FailureOr<SmallVector<Value>> ScanOp::transposeRule(Derivations &derivations, OpBuilder &builder,
                                                    ArrayRef<Value> operands, ArrayRef<Value> cts) {
  FailureOr<func::FuncOp> body = bodyOf(*this, derivations);
  if (failed(body))
    return failure();
  return ScanTranspose(*this, *body, derivations, builder, operands, cts).run();
}
