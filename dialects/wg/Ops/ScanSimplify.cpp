// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Simplification of wg.scan: what no step changes leaves the loop, and what nothing uses is dropped.

#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/ScanRules.h"
#include "wg/Ops/Shape.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace wg;

namespace {
/// Rewrites one scan; `changed` says whether the new one is any different.
class ScanSimplifier {
public:
  ScanSimplifier(ScanOp op, func::FuncOp body, Derivations &derivations, OpBuilder &builder)
      : op(op), body(body), block(body.getBody().front()), derivations(derivations), builder(builder),
        numConsts(op.getNumConsts()), numCarry(op.getNumCarry()), places(body.getNumArguments()) {}

  std::optional<Values> run();

private:
  /// Where the new body finds an argument of the old one.
  struct Place {
    enum Kind { Const, Carry, Xs, Sunk, Dropped } kind = Dropped;
    size_t index = 0;
  };

  ValueRange returned() { return block.getTerminator()->getOperands(); }
  bool isCarry(size_t i) const { return i >= numConsts && i < numConsts + numCarry; }
  Values inLine();

  void findInvariants();
  void findLive();
  void placeArguments();
  void placeConst(size_t i, Value v);
  void hoist(Value v);
  void collectHoisted();
  Value outside(Value v);
  FailureOr<func::FuncOp> newBody();
  Value stackOutside(size_t result);
  std::optional<Values> rebuild();

  ScanOp op;
  func::FuncOp body;
  Block &block;
  Derivations &derivations;
  OpBuilder &builder;
  size_t numConsts, numCarry;
  bool changed = false;

  /// Values of the body that are the same in every step, and can be computed outside.
  DenseSet<Value> invariant;
  /// What computes needed results.
  DenseSet<Value> live;
  SmallVector<Place> places;
  /// The values outside of arguments that are the same in every step, and of what was computed there.
  IRMapping outsideOf;
  SmallVector<Value> hoisted;
  SmallVector<bool> isKept; // by result of the body
  ScanLoop loop{op};
};
} // namespace

/// x[0] for x of the leading size 1, and back.
static Value reshaped(OpBuilder &builder, Location loc, Value x, Type type) {
  RuleBuilder b(builder, loc);
  return b.create("wg.reshape", {Expr(b, x)}, {{"shape", Ints(cast<RankedTensorType>(type).getShape())}}).front().get();
}

/// Every entry of the leading dimension, if all are this value.
static Value repeatedEntry(OpBuilder &builder, Value xs) {
  RuleBuilder b(builder, xs.getLoc());
  Type type = elementOf(xs.getType());
  DenseElementsAttr constant;
  if (matchPattern(xs, m_Constant(&constant)) && constant.isSplat() && constant.getNumElements())
    return b.create("wg.constant", {}, {{"value", constant.resizeSplat(cast<ShapedType>(type))}}).front().get();
  auto broadcast = xs.getDefiningOp<BroadcastInDimOp>();
  if (!broadcast || llvm::is_contained(broadcast.getBroadcastDimensions(), 0))
    return Value();
  if (broadcast.getX().getType() == type)
    return broadcast.getX();
  return spread(Expr(b, broadcast.getX()), Ints(cast<RankedTensorType>(type).getShape()),
                shift(Ints(broadcast.getBroadcastDimensions()), -1))
      .get();
}

Values ScanSimplifier::inLine() {
  Location loc = op.getLoc();
  Values operands(op.getInputs());
  for (Value &v : MutableArrayRef(operands).drop_front(numConsts + numCarry))
    v = reshaped(builder, loc, v, elementOf(v.getType()));
  Values results = derivations.apply(builder, body, operands);
  for (auto [v, type] : llvm::drop_begin(llvm::zip_equal(results, op.getResultTypes()), numCarry))
    v = reshaped(builder, loc, v, type);
  return results;
}

void ScanSimplifier::findInvariants() {
  ValueRange inputs = op.getInputs();
  for (auto [i, argument] : llvm::enumerate(block.getArguments())) {
    Value same;
    if (i < numConsts || (isCarry(i) && returned()[i - numConsts] == argument))
      same = inputs[i];
    else if (!isCarry(i))
      same = repeatedEntry(builder, inputs[i]);
    if (!same)
      continue;
    changed |= i >= numConsts;
    invariant.insert(argument);
    outsideOf.map(argument, same);
  }
  for (Operation &inner : block.without_terminator())
    if (!isa<func::CallOp>(inner) && isMemoryEffectFree(&inner) &&
        llvm::all_of(inner.getOperands(), [&](Value v) { return invariant.contains(v); }))
      invariant.insert_range(inner.getResults());
}

void ScanSimplifier::findLive() {
  // A y that is the same in every step, an x, or another y is no result of the loop.
  SmallVector<Value> work;
  auto need = [&](Value v) {
    if (live.insert(v).second)
      work.push_back(v);
  };
  isKept.assign(body.getNumResults(), false);
  DenseSet<Value> stacked;
  for (auto [i, v] : llvm::enumerate(returned())) {
    auto argument = dyn_cast<BlockArgument>(v);
    bool isX = argument && argument.getArgNumber() >= numConsts + numCarry;
    bool isOutside = invariant.contains(v) || (i >= numCarry && (isX || stacked.contains(v)));
    isKept[i] = !op.getResult(i).use_empty() && !isOutside;
    if (isKept[i]) {
      need(v);
      if (i >= numCarry)
        stacked.insert(v);
    }
  }
  for (Operation &inner : block.without_terminator())
    if (!isMemoryEffectFree(&inner))
      for (Value v : inner.getOperands())
        need(v);
  while (!work.empty()) {
    Value v = work.pop_back_val();
    auto argument = dyn_cast<BlockArgument>(v);
    if (!argument) {
      for (Value operand : v.getDefiningOp()->getOperands())
        need(operand);
    } else if (size_t i = argument.getArgNumber(); isCarry(i) && !invariant.contains(v)) {
      isKept[i - numConsts] = true;
      need(returned()[i - numConsts]);
    }
  }
  changed |= !llvm::all_of(isKept, [](bool b) { return b; });
}

void ScanSimplifier::placeConst(size_t i, Value v) {
  DenseElementsAttr constant;
  if (matchPattern(v, m_Constant(&constant)) && constant.isSplat()) {
    places[i] = {Place::Sunk, 0};
    changed = true;
    return;
  }
  auto known = llvm::find(loop.consts, v);
  changed |= known != loop.consts.end();
  places[i] = {Place::Const, static_cast<size_t>(known - loop.consts.begin())};
  if (known == loop.consts.end())
    loop.consts.push_back(v);
}

void ScanSimplifier::hoist(Value v) {
  Operation *definition = v.getDefiningOp();
  if (!definition || !invariant.contains(v) || llvm::is_contained(hoisted, v))
    return;
  if (!isMadeAgain(definition)) {
    hoisted.push_back(v);
    return;
  }
  for (Value operand : definition->getOperands())
    hoist(operand);
}

void ScanSimplifier::collectHoisted() {
  for (Operation &inner : block.without_terminator()) {
    bool isInvariant = inner.getNumResults() && invariant.contains(inner.getResult(0));
    bool isNeeded =
        !isMemoryEffectFree(&inner) || llvm::any_of(inner.getResults(), [&](Value v) { return live.contains(v); });
    if (isInvariant || !isNeeded)
      continue;
    for (Value v : inner.getOperands())
      hoist(v);
  }
  // A carry that takes an invariant value: it is not one from the start.
  for (auto [i, v] : llvm::enumerate(returned().take_front(numCarry)))
    if (isKept[i])
      hoist(v);
  changed |= !hoisted.empty();
}

void ScanSimplifier::placeArguments() {
  ValueRange inputs = op.getInputs();
  DenseSet<Value> needed;
  // What the new body still reads: live values that are not hoisted.
  SmallVector<Value> work;
  for (auto [i, v] : llvm::enumerate(returned()))
    if (isKept[i])
      work.push_back(v);
  for (Operation &inner : block.without_terminator())
    if (!isMemoryEffectFree(&inner))
      work.append(inner.operand_begin(), inner.operand_end());
  while (!work.empty()) {
    Value v = work.pop_back_val();
    if (!needed.insert(v).second || llvm::is_contained(hoisted, v))
      continue;
    if (Operation *definition = v.getDefiningOp())
      work.append(definition->operand_begin(), definition->operand_end());
    else if (size_t i = cast<BlockArgument>(v).getArgNumber(); isCarry(i) && !invariant.contains(v))
      work.push_back(returned()[i - numConsts]);
  }
  for (auto [i, argument] : llvm::enumerate(block.getArguments())) {
    bool isCarried = isCarry(i) && isKept[i - numConsts];
    if (isCarried) {
      places[i] = {Place::Carry, loop.carry.size()};
      loop.carry.push_back(inputs[i]);
    } else if (!needed.contains(argument)) {
      changed = true;
    } else if (invariant.contains(argument)) {
      placeConst(i, outsideOf.lookup(argument));
    } else {
      auto known = llvm::find(loop.xs, inputs[i]);
      changed |= known != loop.xs.end();
      places[i] = {Place::Xs, static_cast<size_t>(known - loop.xs.begin())};
      if (known == loop.xs.end())
        loop.xs.push_back(inputs[i]);
    }
  }
}

Value ScanSimplifier::outside(Value v) {
  if (Value known = outsideOf.lookupOrNull(v))
    return known;
  Operation *definition = v.getDefiningOp();
  for (Value operand : definition->getOperands())
    outside(operand);
  builder.clone(*definition, outsideOf);
  return outsideOf.lookup(v);
}

FailureOr<func::FuncOp> ScanSimplifier::newBody() {
  size_t firstHoisted = loop.consts.size();
  for (Value v : hoisted)
    loop.consts.push_back(outside(v));
  return derivations.define(body, body.getName(), loop.bodyTypes(),
                            [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                              IRMapping map;
                              size_t starts[] = {0, loop.consts.size(), loop.consts.size() + loop.carry.size()};
                              for (auto [i, argument] : llvm::enumerate(block.getArguments())) {
                                Place place = places[i];
                                if (place.kind == Place::Sunk)
                                  map.map(argument, b.clone(*outsideOf.lookup(argument).getDefiningOp())->getResult(0));
                                else if (place.kind == Place::Dropped)
                                  map.map(argument, zeroOf(b, op.getLoc(), argument.getType()));
                                else
                                  map.map(argument, arguments[starts[place.kind] + place.index]);
                              }
                              for (auto [k, v] : llvm::enumerate(hoisted))
                                map.map(v, arguments[firstHoisted + k]);
                              for (Operation &inner : block.without_terminator())
                                if (inner.getNumResults() != 1 || !map.contains(inner.getResult(0)))
                                  b.clone(inner, map);
                              Values results;
                              for (auto [v, isWanted] : llvm::zip_equal(returned(), isKept))
                                if (isWanted)
                                  results.push_back(map.lookup(v));
                              return results;
                            });
}

/// A stacked result that the loop does not give: its value outside in every entry, or an operand.
Value ScanSimplifier::stackOutside(size_t result) {
  Value v = returned()[result];
  if (!invariant.contains(v))
    return op.getInputs()[cast<BlockArgument>(v).getArgNumber()];
  RuleBuilder b(builder, op.getLoc());
  b.setBatch(op.getLength(), {});
  return b.addBatch(Expr(b, outside(v))).get();
}

std::optional<Values> ScanSimplifier::rebuild() {
  FailureOr<func::FuncOp> simpler = newBody();
  if (failed(simpler))
    return std::nullopt;
  loop.body = *simpler;
  auto outs = loop.run(builder);
  Values all = join({outs[0], outs[1]}), results;
  DenseMap<Value, Value> stackOf;
  size_t next = 0;
  for (auto [i, v] : llvm::enumerate(returned())) {
    Value &result = results.emplace_back();
    if (isKept[i]) {
      result = all[next++];
      if (i >= numCarry)
        stackOf.try_emplace(v, result);
    } else if (op.getResult(i).use_empty()) {
      continue;
    } else if (i < numCarry) {
      // Unchanged, or the same after every step.
      result = outside(v);
    } else if (Value known = stackOf.lookup(v)) {
      result = known;
    } else {
      result = stackOutside(i);
    }
  }
  return results;
}

std::optional<Values> ScanSimplifier::run() {
  if (op.getLength() == 0) {
    Values results(op.getCarry());
    for (Type type : TypeRange(op.getResultTypes()).drop_front(numCarry))
      results.push_back(zeroOf(builder, op.getLoc(), type));
    return results;
  }
  if (op.getLength() == 1)
    return inLine();
  changed = body.getName() != op.getCallee();
  findInvariants();
  findLive();
  collectHoisted();
  placeArguments();
  return changed ? rebuild() : std::nullopt;
}

std::optional<SmallVector<Value>> ScanOp::simplifyRule(Derivations &derivations, OpBuilder &builder) {
  FailureOr<func::FuncOp> body = derivations.lookup(getCallee(), getLoc());
  if (succeeded(body))
    body = derivations.flatten(*body);
  if (failed(body))
    return std::nullopt;
  if (std::optional<Values> simpler = ScanSimplifier(*this, *body, derivations, builder).run())
    return simpler;
  return sumsAfter(*this, *body, derivations, builder);
}
