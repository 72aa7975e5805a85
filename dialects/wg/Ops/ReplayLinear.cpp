// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg.replay in reverse: its linear part, as a replay of twice as many passes, and the transpose of that.

#include "wg/Ops/Functions.h"
#include "wg/Ops/Loops.h"

#include "mlir/IR/IRMapping.h"

#include <vector>

using namespace mlir;
using namespace wg;

static void appendTypes(Types &types, TypeRange more, ArrayRef<bool> wanted) {
  for (auto [type, isWanted] : llvm::zip_equal(more, wanted))
    if (isWanted)
      types.push_back(type);
}

//===----------------------------------------------------------------------===//
// Linear part
//===----------------------------------------------------------------------===//

namespace {
/// Where a pass of the linear part finds what the derivative of a step needs: a const, or a stream of the passes that
/// compute the primal values.
struct Source {
  bool isConst;
  unsigned index;
};

/// What linearizing one pass gave.
struct LinearizedPass {
  LinearizeResult parts;
  SmallVector<Source> residuals;
  /// Residuals (by their number) that its forward function returns as streams, after those of the pass itself.
  SmallVector<unsigned> saved;
  /// The active consts that its linear function uses.
  Mask consts;
  bool isActive = false;
};

class LinearPart {
public:
  LinearPart(const Replay &replay, Derivations &derivations, OpBuilder &builder, ArrayRef<Value> consts,
             ArrayRef<Values> carries)
      : replay(replay), derivations(derivations), builder(builder), constTangents(consts), carryTangents(carries),
        result(replay), activity(consts, carries) {}

  FailureOr<SmallVector<Values>> run();

private:
  LogicalResult linearizePass(unsigned k);
  void findResiduals(unsigned k);
  Value hoisted(Value v, IRMapping &map);
  LogicalResult addForwardPass(unsigned k);
  LogicalResult addLinearPass(unsigned k);
  Values linearOperands(unsigned k, ValueRange consts, ValueRange streams, ValueRange moving, ValueRange movingStreams);

  unsigned numCarry(unsigned k) const { return replay.passes[k].carry.size(); }

  const Replay &replay;
  Derivations &derivations;
  OpBuilder &builder;
  ArrayRef<Value> constTangents;
  ArrayRef<Values> carryTangents;

  Replay result;
  Activity activity;
  std::vector<LinearizedPass> passes;
  /// For each stream of the replay its number among the streams of the forward passes.
  SmallVector<unsigned> placeOfStream;
  unsigned numStreams = 0;
};
} // namespace

LogicalResult LinearPart::linearizePass(unsigned k) {
  LinearizedPass &pass = passes[k];
  func::FuncOp f = replay.passes[k].fn;
  do {
    SmallVector<int64_t> wrt = positionsIn(activity.ofArguments(k));
    pass.isActive = !wrt.empty();
    if (!pass.isActive) {
      (void)activity.grow(k, Mask(f.getNumResults()));
      return success();
    }
    FailureOr<LinearizeResult> parts = derivations.linearize(f, wrt);
    if (failed(parts))
      return failure();
    pass.parts = *parts;
  } while (activity.grow(k, pass.parts.active));
  pass.isActive = llvm::is_contained(activity.carries[k], true) || llvm::is_contained(activity.streams[k], true);
  pass.consts.assign(activity.consts.size(), false);
  func::FuncOp lin = pass.parts.lin;
  for (auto [n, i] : llvm::enumerate(positionsIn(activity.consts)))
    pass.consts[i] = !lin.getArgument(pass.parts.numResiduals + n).use_empty();
  return success();
}

/// Computes `v`, which depends on consts only, before the loop; null if it depends on something else.
Value LinearPart::hoisted(Value v, IRMapping &map) {
  if (Value known = map.lookupOrNull(v))
    return known;
  Operation *op = v.getDefiningOp();
  if (!op || !isMemoryEffectFree(op))
    return {};
  for (Value operand : op->getOperands())
    if (!hoisted(operand, map))
      return {};
  return builder.clone(*op, map)->getResult(cast<OpResult>(v).getResultNumber());
}

void LinearPart::findResiduals(unsigned k) {
  LinearizedPass &pass = passes[k];
  unsigned own = replay.passes[k].numStreams(), first = numStreams;
  for (unsigned i = 0; i < own; ++i)
    placeOfStream.push_back(first + i);
  numStreams += own;
  if (!pass.isActive)
    return;
  func::FuncOp fwd = pass.parts.fwd, f = replay.passes[k].fn;
  unsigned numConsts = replay.consts.size(), numOuts = f.getNumResults();
  IRMapping outside;
  for (auto [argument, value] : llvm::zip(fwd.getArguments(), replay.consts))
    outside.map(argument, value);
  DenseMap<Value, Source> known;
  for (auto [i, argument] : llvm::enumerate(fwd.getArguments())) {
    if (i < numConsts)
      known[argument] = {true, unsigned(i)};
    else if (i >= numConsts + numCarry(k))
      known[argument] = {false, placeOfStream[i - numConsts - numCarry(k)]};
  }
  OperandRange returned = fwd.getBody().front().getTerminator()->getOperands();
  for (auto [i, v] : llvm::enumerate(returned.slice(numCarry(k), own)))
    known.try_emplace(v, Source{false, first + unsigned(i)});
  for (auto [i, v] : llvm::enumerate(returned.drop_front(numOuts))) {
    auto [it, isNew] = known.try_emplace(v);
    if (isNew) {
      if (Value before = hoisted(v, outside)) {
        it->second = {true, unsigned(result.consts.size())};
        result.consts.push_back(before);
      } else {
        it->second = {false, numStreams++};
        pass.saved.push_back(i);
      }
    }
    pass.residuals.push_back(it->second);
  }
}

/// The pass itself, which also saves residuals.
LogicalResult LinearPart::addForwardPass(unsigned k) {
  const LinearizedPass &pass = passes[k];
  func::FuncOp f = replay.passes[k].fn, fwd = pass.isActive ? pass.parts.fwd : f;
  unsigned numConsts = replay.consts.size(), numOuts = f.getNumResults();
  Types types(ValueRange(result.consts).getTypes());
  llvm::append_range(types, TypeRange(f.getArgumentTypes()).slice(numConsts, numCarry(k)));
  llvm::append_range(types, result.streamTypes(k));
  FailureOr<func::FuncOp> fn =
      derivations.define(fwd, fwd.getName(), types, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        ValueRange rest = arguments.drop_front(result.consts.size());
        Values operands(arguments.take_front(numConsts));
        llvm::append_range(operands, rest.take_front(numCarry(k)));
        rest = rest.drop_front(numCarry(k));
        for (unsigned i = 0; operands.size() < f.getNumArguments(); ++i)
          operands.push_back(rest[placeOfStream[i]]);
        Values results = derivations.apply(b, fwd, operands);
        Values outs(results.begin(), results.begin() + numOuts);
        for (unsigned i : pass.saved)
          outs.push_back(results[numOuts + i]);
        return outs;
      });
  if (failed(fn))
    return failure();
  result.passes[k].fn = *fn;
  return success();
}

/// The operands of the linear function of pass `k`, from what its pass has.
Values LinearPart::linearOperands(unsigned k, ValueRange consts, ValueRange streams, ValueRange moving,
                                  ValueRange movingStreams) {
  const LinearizedPass &pass = passes[k];
  func::FuncOp f = replay.passes[k].fn;
  Values operands;
  for (Source source : pass.residuals)
    operands.push_back(source.isConst ? consts[source.index] : streams[source.index]);
  for (int64_t i : positionsIn(activity.consts)) {
    if (!pass.consts[i]) {
      operands.push_back(zeroOf(builder, replay.loc, f.getArgumentTypes()[i]));
      continue;
    }
    operands.push_back(moving.front());
    moving = moving.drop_front();
  }
  llvm::append_range(operands, moving);
  llvm::append_range(operands, movingStreams);
  return operands;
}

/// The derivative of a pass: its carry is the tangents of the consts, which stay the same, and of the carry.
LogicalResult LinearPart::addLinearPass(unsigned k) {
  const LinearizedPass &pass = passes[k];
  if (!pass.isActive)
    return success();
  func::FuncOp f = replay.passes[k].fn, lin = pass.parts.lin;
  unsigned numConsts = replay.consts.size();
  Pass linear{lin, {}, replay.passes[k].reverse};
  for (int64_t i : positionsIn(pass.consts))
    linear.carry.push_back(constTangents[i]);
  for (int64_t i : positionsIn(activity.carries[k])) {
    Value t = carryTangents[k][i];
    linear.carry.push_back(t ? t : zeroOf(builder, replay.loc, f.getArgumentTypes()[numConsts + i]));
  }
  Types types(ValueRange(result.consts).getTypes());
  llvm::append_range(types, ValueRange(linear.carry).getTypes());
  llvm::append_range(types, result.streamTypes(result.passes.size()));
  unsigned movingConsts = llvm::count(pass.consts, true);
  // What linearOperands builds belongs into the function.
  FailureOr<func::FuncOp> fn =
      derivations.define(lin, lin.getName(), types, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        ValueRange consts = arguments.take_front(result.consts.size()),
                   moving = arguments.slice(consts.size(), linear.carry.size()),
                   streams = arguments.drop_front(consts.size() + moving.size());
        OpBuilder::InsertionGuard guard(builder);
        builder.setInsertionPoint(b.getInsertionBlock(), b.getInsertionPoint());
        Values operands =
            linearOperands(k, consts, streams.take_front(numStreams), moving, streams.drop_front(numStreams));
        Values tangents = spreadTangents(derivations.apply(b, lin, operands), f.getResultTypes(), pass.parts.active);
        Values outs(moving.take_front(movingConsts));
        Mask wanted = activity.carries[k];
        llvm::append_range(wanted, activity.streams[k]);
        for (int64_t i : positionsIn(wanted))
          outs.push_back(tangents[i] ? tangents[i] : zeroOf(b, replay.loc, f.getResultTypes()[i]));
        return outs;
      });
  if (failed(fn))
    return failure();
  linear.fn = *fn;
  result.passes.push_back(linear);
  return success();
}

FailureOr<SmallVector<Values>> LinearPart::run() {
  unsigned count = replay.passes.size();
  passes.resize(count);
  for (unsigned k = 0; k < count; ++k) {
    if (failed(linearizePass(k)))
      return failure();
    findResiduals(k);
  }
  for (unsigned k = 0; k < count; ++k)
    if (failed(addForwardPass(k)))
      return failure();
  for (unsigned k = 0; k < count; ++k)
    if (failed(addLinearPass(k)))
      return failure();
  SmallVector<Values> results = result.create(builder), tangents;
  unsigned next = count;
  for (unsigned k = 0; k < count; ++k) {
    Values &out = tangents.emplace_back(numCarry(k));
    if (!passes[k].isActive)
      continue;
    ArrayRef<Value> moving = ArrayRef<Value>(results[next++]).drop_front(llvm::count(passes[k].consts, true));
    for (auto [n, i] : llvm::enumerate(positionsIn(activity.carries[k])))
      out[i] = moving[n];
  }
  return tangents;
}

FailureOr<SmallVector<Values>> wg::linearPartOf(const Replay &replay, Derivations &derivations, OpBuilder &builder,
                                                ArrayRef<Value> consts, ArrayRef<Values> carries) {
  return LinearPart(replay, derivations, builder, consts, carries).run();
}

//===----------------------------------------------------------------------===//
// Transpose
//===----------------------------------------------------------------------===//

namespace {
class TransposedReplay {
public:
  TransposedReplay(const Replay &replay, Derivations &derivations, OpBuilder &builder, ArrayRef<Values> cts)
      : replay(replay), derivations(derivations), builder(builder), cts(cts), result(replay),
        linear(complement(replay)) {}

  FailureOr<ReplayCotangents> run();

private:
  static Activity complement(const Replay &replay) {
    Mask consts = llvm::map_to_vector(replay.consts, [](Value v) { return !v; });
    SmallVector<Mask> carries;
    for (const Pass &pass : replay.passes)
      carries.push_back(llvm::map_to_vector(pass.carry, [](Value v) { return !v; }));
    return Activity(consts, carries);
  }
  bool isLinear(unsigned k) const {
    return llvm::is_contained(linear.carries[k], true) || llvm::is_contained(linear.streams[k], true);
  }
  void findLinear();
  LogicalResult addKeptPass(unsigned k);
  FailureOr<func::FuncOp> linearFunction(unsigned k);
  LogicalResult addTransposedPass(unsigned k);
  Values keptOperands(unsigned k, ValueRange consts, ValueRange streams);

  const Replay &replay;
  Derivations &derivations;
  OpBuilder &builder;
  ArrayRef<Values> cts;

  Replay result;
  Activity linear;
  /// Numbers of streams of the kept passes: for each stream of the replay (where it is not linear), and for each carry
  /// of each pass (the same).
  SmallVector<unsigned> placeOfStream;
  SmallVector<SmallVector<unsigned>> placeOfCarry;
  unsigned numStreams = 0;
  /// For each stream of the transposed passes: whose cotangent it is, by the number of the stream in the replay.
  SmallVector<unsigned> targets;
  SmallVector<unsigned> firstStream;
  /// For each pass its number in `result`, and the consts whose cotangents it adds up.
  DenseMap<unsigned, unsigned> passOf;
  DenseMap<unsigned, Mask> constsOf;
};
} // namespace

void TransposedReplay::findLinear() {
  unsigned total = 0;
  for (auto [k, pass] : llvm::enumerate(replay.passes)) {
    func::FuncOp f = pass.fn;
    Mask reached;
    do {
      reached = reachedIn(f, linear.ofArguments(k));
      for (auto [bit, type] : llvm::zip_equal(reached, f.getResultTypes()))
        bit = bit && hasTangent(type);
    } while (linear.grow(k, reached));
    firstStream.push_back(total);
    total += pass.numStreams();
  }
}

/// What of pass `k` is not linear; it hands its carry on if the linear rest needs it.
LogicalResult TransposedReplay::addKeptPass(unsigned k) {
  const Pass &pass = replay.passes[k];
  func::FuncOp f = pass.fn;
  const Mask &carry = linear.carries[k], &streams = linear.streams[k];
  placeOfCarry.emplace_back(carry.size());
  bool hasKept = llvm::is_contained(carry, false) || llvm::is_contained(streams, false);
  placeOfStream.resize(placeOfStream.size() + streams.size());
  if (!hasKept)
    return success();
  Pass kept{f, {}, pass.reverse};
  Types types(ValueRange(result.consts).getTypes());
  for (auto [i, isOut] : llvm::enumerate(carry))
    if (!isOut) {
      kept.carry.push_back(pass.carry[i]);
      types.push_back(f.getArgumentTypes()[replay.consts.size() + i]);
    }
  llvm::append_range(types, result.streamTypes(result.passes.size()));
  for (auto [i, isOut] : llvm::enumerate(streams))
    if (!isOut)
      placeOfStream[firstStream[k] + i] = numStreams++;
  if (isLinear(k))
    for (auto [i, isOut] : llvm::enumerate(carry))
      if (!isOut)
        placeOfCarry[k][i] = numStreams++;
  Mask mask = linear.ofArguments(k);
  FailureOr<func::FuncOp> fn =
      derivations.define(f, f.getName(), types, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        ValueRange consts = arguments.take_front(result.consts.size()),
                   own = arguments.slice(consts.size(), kept.carry.size()),
                   earlier = arguments.drop_front(consts.size() + own.size());
        Values operands;
        for (auto [i, type] : llvm::enumerate(f.getArgumentTypes())) {
          unsigned inCarry = i - replay.consts.size(), inStreams = inCarry - carry.size();
          if (mask[i]) {
            operands.push_back(zeroOf(b, replay.loc, type));
          } else if (i < replay.consts.size()) {
            operands.push_back(consts.front());
            consts = consts.drop_front();
          } else if (inCarry < carry.size()) {
            operands.push_back(own[llvm::count(ArrayRef(carry).take_front(inCarry), false)]);
          } else {
            operands.push_back(earlier[placeOfStream[inStreams]]);
          }
        }
        Values results = derivations.apply(b, f, operands), outs;
        for (auto [i, v] : llvm::enumerate(results))
          if (!(i < carry.size() ? carry[i] : streams[i - carry.size()]))
            outs.push_back(v);
        if (isLinear(k))
          llvm::append_range(outs, own);
        return outs;
      });
  if (failed(fn))
    return failure();
  kept.fn = *fn;
  result.passes.push_back(kept);
  return success();
}

/// Pass `k` as a function of what is not linear, then of what is; it returns its linear results.
FailureOr<func::FuncOp> TransposedReplay::linearFunction(unsigned k) {
  func::FuncOp f = replay.passes[k].fn;
  Mask mask = linear.ofArguments(k);
  Types types;
  for (bool isMeant : {false, true})
    for (auto [type, isOut] : llvm::zip_equal(f.getArgumentTypes(), mask))
      if (isOut == isMeant)
        types.push_back(type);
  unsigned numKept = llvm::count(mask, false);
  return derivations.define(f, f.getName(), types, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
    Values operands;
    unsigned kept = 0, moving = numKept;
    for (bool isOut : mask)
      operands.push_back(arguments[isOut ? moving++ : kept++]);
    Values results = derivations.apply(b, f, operands), outs;
    Mask wanted = linear.carries[k];
    llvm::append_range(wanted, linear.streams[k]);
    for (int64_t i : positionsIn(wanted))
      outs.push_back(results[i]);
    return outs;
  });
}

/// What of the operands of pass `k` is not linear.
Values TransposedReplay::keptOperands(unsigned k, ValueRange consts, ValueRange streams) {
  Values operands(consts.take_front(llvm::count(linear.consts, false)));
  for (auto [i, isOut] : llvm::enumerate(linear.carries[k]))
    if (!isOut)
      operands.push_back(streams[placeOfCarry[k][i]]);
  for (unsigned j = 0; j < k; ++j)
    for (auto [i, isOut] : llvm::enumerate(linear.streams[j]))
      if (!isOut)
        operands.push_back(streams[placeOfStream[firstStream[j] + i]]);
  return operands;
}

LogicalResult TransposedReplay::addTransposedPass(unsigned k) {
  FailureOr<func::FuncOp> f = linearFunction(k);
  if (failed(f))
    return failure();
  unsigned numLinear = llvm::count(linear.ofArguments(k), true), numKept = f->getNumArguments() - numLinear;
  SmallVector<bool> mask(numKept, false);
  mask.append(numLinear, true);
  FailureOr<TransposeResult> back = derivations.transpose(*f, mask, SmallVector<bool>(f->getNumResults(), true));
  if (failed(back))
    return failure();
  SmallVector<int64_t> linearConsts = positionsIn(linear.consts), linearCarry = positionsIn(linear.carries[k]);
  Pass pass{back->fn, {}, !replay.passes[k].reverse};
  Mask &summed = constsOf[k];
  summed.assign(linear.consts.size(), false);
  for (auto [n, i] : llvm::enumerate(linearConsts))
    if (back->active[n]) {
      summed[i] = true;
      pass.carry.push_back(zeroOf(builder, replay.loc, f->getArgumentTypes()[numKept + n]));
    }
  for (auto [n, i] : llvm::enumerate(linearCarry)) {
    Type type = f->getArgumentTypes()[numKept + linearConsts.size() + n];
    pass.carry.push_back(cts[k][i] ? cts[k][i] : zeroOf(builder, replay.loc, type));
  }
  Types types(ValueRange(result.consts).getTypes());
  llvm::append_range(types, ValueRange(pass.carry).getTypes());
  llvm::append_range(types, result.streamTypes(result.passes.size()));
  unsigned numSummed = llvm::count(summed, true);
  SmallVector<unsigned> given;
  auto body = [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
    RuleBuilder rules(b, replay.loc);
    ValueRange carry = arguments.slice(result.consts.size(), pass.carry.size()),
               streams = arguments.drop_front(result.consts.size() + carry.size());
    Values operands = keptOperands(k, arguments, streams);
    llvm::append_range(operands, carry.drop_front(numSummed));
    for (int64_t i : positionsIn(linear.streams[k])) {
      Expr sum;
      for (auto [n, target] : llvm::enumerate(targets))
        if (target == firstStream[k] + i)
          sum = sum + Expr(rules, streams[numStreams + n]);
      operands.push_back(sum.isNone() ? zeroOf(b, replay.loc, replay.passes[k].streamTypes()[i]) : sum.get());
    }
    ArrayRef<bool> active = back->active;
    Values results = derivations.apply(b, back->fn, operands), outs;
    for (auto [n, i] : llvm::enumerate(linearConsts))
      if (active[n])
        outs.push_back((Expr(rules, carry[outs.size()]) + Expr(rules, results[n])).get());
    unsigned next = linearConsts.size();
    outs.append(results.begin() + next, results.begin() + next + linearCarry.size());
    next += linearCarry.size();
    for (unsigned j = 0; j < k; ++j)
      for (int64_t i : positionsIn(linear.streams[j])) {
        if (active[next]) {
          outs.push_back(results[next]);
          given.push_back(firstStream[j] + i);
        }
        ++next;
      }
    return outs;
  };
  FailureOr<func::FuncOp> fn = derivations.define(back->fn, back->fn.getName(), types, body);
  if (failed(fn))
    return failure();
  llvm::append_range(targets, given);
  pass.fn = *fn;
  passOf[k] = result.passes.size();
  result.passes.push_back(pass);
  return success();
}

FailureOr<ReplayCotangents> TransposedReplay::run() {
  findLinear();
  result.passes.clear();
  result.consts = presentIn(replay.consts);
  unsigned count = replay.passes.size();
  for (unsigned k = 0; k < count; ++k)
    if (failed(addKeptPass(k)))
      return failure();
  for (unsigned k = count; k-- > 0;)
    if (isLinear(k) && failed(addTransposedPass(k)))
      return failure();
  SmallVector<Values> results = result.create(builder);
  ReplayCotangents out{Values(replay.consts.size()), {}};
  RuleBuilder b(builder, replay.loc);
  SmallVector<Expr> sums(replay.consts.size());
  for (unsigned k = 0; k < count; ++k) {
    Values &carry = out.carries.emplace_back(replay.passes[k].carry.size());
    if (!isLinear(k))
      continue;
    ArrayRef<Value> values = results[passOf[k]];
    for (int64_t i : positionsIn(constsOf[k])) {
      sums[i] = sums[i] + Expr(b, values.front());
      values = values.drop_front();
    }
    for (auto [n, i] : llvm::enumerate(positionsIn(linear.carries[k])))
      if (!replay.passes[k].carry[i])
        carry[i] = values[n];
  }
  for (auto [ct, sum] : llvm::zip_equal(out.consts, sums))
    if (!sum.isNone())
      ct = sum.get();
  return out;
}

FailureOr<ReplayCotangents> wg::transposeOf(const Replay &replay, Derivations &derivations, OpBuilder &builder,
                                            ArrayRef<Values> cts) {
  return TransposedReplay(replay, derivations, builder, cts).run();
}
