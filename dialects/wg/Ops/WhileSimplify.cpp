// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Simplification of wg.while: what no step changes leaves the loop, and what nothing uses is dropped.

#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace wg;

namespace {
/// The condition or the body, as the simplifier sees it.
struct LoopPart {
  explicit LoopPart(func::FuncOp f) : f(f), block(f.getBody().front()) {}

  ValueRange returned() { return block.getTerminator()->getOperands(); }
  bool isHoisted(Value v) const { return llvm::is_contained(hoisted, v); }

  func::FuncOp f;
  Block &block;
  /// The same in every step, and computable outside.
  DenseSet<Value> invariant;
  DenseSet<Value> needed;
  SmallVector<Value> hoisted;
  /// Arguments that are the same in every step, and what was computed of them, as values outside.
  IRMapping outside;
};

/// Rewrites one loop; `changed` says whether the new one is any different.
class WhileSimplifier {
public:
  WhileSimplifier(WhileOp op, func::FuncOp cond, func::FuncOp body, Derivations &derivations, OpBuilder &builder)
      : op(op), cond(cond), body(body), derivations(derivations), builder(builder), numConsts(op.getNumConsts()),
        isCarried(op.getInputs().size() - numConsts, true), isSunk(op.getInputs().size()) {}

  std::optional<Values> run();

private:
  bool isConst(unsigned argument) const { return argument < numConsts || !isCarried[argument - numConsts]; }

  void findInvariants();
  void findNeeded();
  void need(LoopPart &part, Value v);
  void findHoisted();
  void hoist(LoopPart &part, Value v);
  void chooseConsts();
  void addConst(Value outside);
  Value outside(LoopPart &part, Value v);
  FailureOr<func::FuncOp> define(LoopPart &part, TypeRange types);
  std::optional<Values> rebuild();

  WhileOp op;
  LoopPart cond, body;
  Derivations &derivations;
  OpBuilder &builder;
  unsigned numConsts;
  bool changed = false;
  /// Of the carries: whether steps change it. Then whether the loop still has it.
  SmallVector<bool> isCarried, isKept;
  /// Of the inputs: whether the functions make the constant that it is.
  SmallVector<bool> isSunk;
  SmallVector<std::pair<LoopPart *, Value>> work;
  Values consts;
};
} // namespace

void WhileSimplifier::findInvariants() {
  for (unsigned i = 0; i < isCarried.size(); ++i)
    if (body.returned()[i] == body.f.getArgument(numConsts + i)) {
      isCarried[i] = false;
      changed = true;
    }
  for (LoopPart *part : {&cond, &body}) {
    for (BlockArgument argument : part->block.getArguments())
      if (isConst(argument.getArgNumber())) {
        part->invariant.insert(argument);
        part->outside.map(argument, op.getInputs()[argument.getArgNumber()]);
      }
    for (Operation &inner : part->block.without_terminator())
      if (!isa<func::CallOp>(inner) && isMemoryEffectFree(&inner) &&
          llvm::all_of(inner.getOperands(), [&](Value v) { return part->invariant.contains(v); }))
        part->invariant.insert_range(inner.getResults());
  }
}

void WhileSimplifier::need(LoopPart &part, Value v) {
  if (part.needed.insert(v).second)
    work.push_back({&part, v});
}

/// What the condition and the results that are used depend on.
void WhileSimplifier::findNeeded() {
  isKept.assign(isCarried.size(), false);
  auto keep = [&](unsigned carry) {
    if (!isCarried[carry] || isKept[carry])
      return;
    isKept[carry] = true;
    need(body, body.returned()[carry]);
  };
  for (LoopPart *part : {&cond, &body})
    for (Operation &inner : part->block.without_terminator())
      if (!isMemoryEffectFree(&inner))
        for (Value v : inner.getOperands())
          need(*part, v);
  need(cond, cond.returned().front());
  for (unsigned i = 0; i < isCarried.size(); ++i)
    if (!op.getResult(i).use_empty())
      keep(i);
  while (!work.empty()) {
    auto [part, v] = work.pop_back_val();
    if (Operation *definition = v.getDefiningOp()) {
      for (Value operand : definition->getOperands())
        need(*part, operand);
    } else if (unsigned i = cast<BlockArgument>(v).getArgNumber(); !isConst(i)) {
      keep(i - numConsts);
    }
  }
  changed |= isKept != isCarried;
}

void WhileSimplifier::hoist(LoopPart &part, Value v) {
  Operation *definition = v.getDefiningOp();
  if (!definition || !part.invariant.contains(v) || part.isHoisted(v))
    return;
  if (!isMadeAgain(definition)) {
    part.hoisted.push_back(v);
    changed = true;
    return;
  }
  for (Value operand : definition->getOperands())
    hoist(part, operand);
}

void WhileSimplifier::findHoisted() {
  for (LoopPart *part : {&cond, &body})
    for (Operation &inner : part->block.without_terminator()) {
      bool isInvariant = inner.getNumResults() && part->invariant.contains(inner.getResult(0));
      bool isNeeded = !isMemoryEffectFree(&inner) ||
                      llvm::any_of(inner.getResults(), [&](Value v) { return part->needed.contains(v); });
      if (!isInvariant && isNeeded)
        for (Value v : inner.getOperands())
          hoist(*part, v);
    }
  // A carry that takes a value which is the same in every step: it is not one from the start.
  for (auto [i, v] : llvm::enumerate(body.returned()))
    if (isKept[i])
      hoist(body, v);
}

void WhileSimplifier::addConst(Value outside) {
  if (!llvm::is_contained(consts, outside))
    consts.push_back(outside);
}

/// The inputs that the functions still read and do not make themselves, each once.
void WhileSimplifier::chooseConsts() {
  DenseSet<unsigned> read;
  for (LoopPart *part : {&cond, &body}) {
    DenseSet<Value> seen;
    SmallVector<Value> pending;
    auto visit = [&](Value v) {
      if (seen.insert(v).second && !part->isHoisted(v))
        pending.push_back(v);
    };
    for (auto [i, v] : llvm::enumerate(part->returned()))
      if (part == &cond || isKept[i])
        visit(v);
    for (Operation &inner : part->block.without_terminator())
      if (!isMemoryEffectFree(&inner))
        llvm::for_each(inner.getOperands(), visit);
    while (!pending.empty()) {
      Value v = pending.pop_back_val();
      if (Operation *definition = v.getDefiningOp())
        llvm::for_each(definition->getOperands(), visit);
      else
        read.insert(cast<BlockArgument>(v).getArgNumber());
    }
  }
  for (auto [i, v] : llvm::enumerate(op.getInputs())) {
    if (!isConst(i))
      continue;
    DenseElementsAttr constant;
    if (!read.contains(i)) {
      changed = true;
    } else if (matchPattern(v, m_Constant(&constant)) && constant.isSplat()) {
      isSunk[i] = changed = true;
    } else {
      changed |= llvm::is_contained(consts, v);
      addConst(v);
    }
  }
}

Value WhileSimplifier::outside(LoopPart &part, Value v) {
  if (Value known = part.outside.lookupOrNull(v))
    return known;
  Operation *definition = v.getDefiningOp();
  for (Value operand : definition->getOperands())
    outside(part, operand);
  builder.clone(*definition, part.outside);
  return part.outside.lookup(v);
}

FailureOr<func::FuncOp> WhileSimplifier::define(LoopPart &part, TypeRange types) {
  auto write = [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
    IRMapping map;
    ValueRange carry = arguments.drop_front(consts.size());
    auto constAt = [&](Value outside) { return arguments[llvm::find(consts, outside) - consts.begin()]; };
    for (auto [i, argument] : llvm::enumerate(part.block.getArguments())) {
      Value input = op.getInputs()[i];
      if (!isConst(i) && isKept[i - numConsts]) {
        map.map(argument, carry.front());
        carry = carry.drop_front();
      } else if (isSunk[i]) {
        map.map(argument, b.clone(*input.getDefiningOp())->getResult(0));
      } else if (isConst(i) && llvm::is_contained(consts, input)) {
        map.map(argument, constAt(input));
      } else {
        map.map(argument, zeroOf(b, op.getLoc(), argument.getType()));
      }
    }
    for (Value v : part.hoisted)
      map.map(v, constAt(part.outside.lookup(v)));
    for (Operation &inner : part.block.without_terminator())
      if (inner.getNumResults() != 1 || !map.contains(inner.getResult(0)))
        b.clone(inner, map);
    Values results;
    for (auto [i, v] : llvm::enumerate(part.returned()))
      if (&part == &cond || isKept[i])
        results.push_back(map.lookup(v));
    return results;
  };
  return derivations.define(part.f, part.f.getName(), types, write);
}

std::optional<Values> WhileSimplifier::rebuild() {
  for (LoopPart *part : {&cond, &body})
    for (Value v : part->hoisted)
      addConst(outside(*part, v));
  Values inputs = consts;
  for (auto [i, v] : llvm::enumerate(op.getInputs().drop_front(numConsts)))
    if (isKept[i])
      inputs.push_back(v);
  Types types = llvm::map_to_vector(inputs, [](Value v) { return v.getType(); });
  FailureOr<func::FuncOp> newCond = define(cond, types);
  FailureOr<func::FuncOp> newBody = failed(newCond) ? newCond : define(body, types);
  if (failed(newBody))
    return std::nullopt;
  func::FuncOp step = *newBody;
  ValueRange outs = WhileOp::create(builder, op.getLoc(), step.getResultTypes(), FlatSymbolRefAttr::get(*newCond),
                                    FlatSymbolRefAttr::get(step), builder.getI64IntegerAttr(consts.size()),
                                    op.getMaxStepsAttr(), op.getCheckpointEveryAttr(), inputs)
                        .getOuts();
  Values results;
  for (unsigned i = 0; i < isCarried.size(); ++i) {
    if (isKept[i]) {
      results.push_back(outs.front());
      outs = outs.drop_front();
    } else {
      results.push_back(isCarried[i] ? Value() : op.getInputs()[numConsts + i]);
    }
  }
  return results;
}

std::optional<Values> WhileSimplifier::run() {
  findInvariants();
  findNeeded();
  // A loop that carries nothing ends at once or never.
  if (!llvm::is_contained(isKept, true))
    return std::nullopt;
  findHoisted();
  chooseConsts();
  return changed ? rebuild() : std::nullopt;
}

std::optional<Values> WhileOp::simplifyRule(Derivations &derivations, OpBuilder &builder) {
  FailureOr<func::FuncOp> cond = derivations.lookup(getCond(), getLoc());
  FailureOr<func::FuncOp> body = failed(cond) ? cond : derivations.lookup(getBody(), getLoc());
  if (failed(body))
    return std::nullopt;
  return WhileSimplifier(*this, *cond, *body, derivations, builder).run();
}
