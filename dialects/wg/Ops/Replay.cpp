// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg.replay: its text, its types, and its rules but the derivative in reverse (ReplayLinear.cpp).

#include "wg/Ops/Functions.h"
#include "wg/Ops/Loops.h"

using namespace mlir;
using namespace wg;

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

ParseResult wg::parsePasses(OpAsmParser &parser, ArrayAttr &passes,
                            SmallVectorImpl<OpAsmParser::UnresolvedOperand> &inputs, IntegerAttr &numConsts,
                            DenseI64ArrayAttr &numCarry, DenseI64ArrayAttr &reverse) {
  Builder &b = parser.getBuilder();
  if (parser.parseKeyword("consts") || parser.parseOperandList(inputs, OpAsmParser::Delimiter::Paren))
    return failure();
  numConsts = b.getI64IntegerAttr(inputs.size());
  SmallVector<Attribute> symbols;
  SmallVector<int64_t> counts, reversed;
  auto parsePass = [&]() -> ParseResult {
    reversed.push_back(succeeded(parser.parseOptionalKeyword("reverse")));
    StringAttr name;
    size_t before = inputs.size();
    if (parser.parseSymbolName(name) || parser.parseOperandList(inputs, OpAsmParser::Delimiter::Paren))
      return failure();
    symbols.push_back(FlatSymbolRefAttr::get(name));
    counts.push_back(inputs.size() - before);
    return success();
  };
  if (parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Square, parsePass))
    return failure();
  passes = b.getArrayAttr(symbols);
  numCarry = b.getDenseI64ArrayAttr(counts);
  reverse = b.getDenseI64ArrayAttr(reversed);
  return success();
}

void wg::printPasses(OpAsmPrinter &printer, Operation *, ArrayAttr passes, OperandRange inputs, IntegerAttr numConsts,
                     DenseI64ArrayAttr numCarry, DenseI64ArrayAttr reverse) {
  auto take = [&](int64_t count) {
    size_t n = std::clamp<int64_t>(count, 0, inputs.size());
    OperandRange taken = inputs.take_front(n);
    inputs = inputs.drop_front(n);
    return taken;
  };
  printer << "consts(" << take(numConsts.getInt()) << ") [";
  for (auto [i, symbol] : llvm::enumerate(passes)) {
    printer << (i ? ", " : "") << (i < size_t(reverse.size()) && reverse[i] ? "reverse " : "") << symbol << "("
            << take(i < size_t(numCarry.size()) ? numCarry[i] : 0) << ")";
  }
  printer << "]";
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// The numbers of operands in the attributes, which text or a program may have wrong.
static LogicalResult checkCounts(DictionaryAttr attributes, TypeRange operands, DiagnosticMaker error) {
  auto passes = attributes.getAs<ArrayAttr>("passes");
  auto numConsts = attributes.getAs<IntegerAttr>("num_consts");
  auto numCarry = attributes.getAs<DenseI64ArrayAttr>("num_carry"),
       reverse = attributes.getAs<DenseI64ArrayAttr>("reverse");
  if (!passes || passes.empty() || !numConsts || !numCarry || !reverse || operands.empty())
    return error() << "expected a count, at least one pass, num_consts, num_carry and reverse";
  if (numCarry.size() != int64_t(passes.size()) || reverse.size() != int64_t(passes.size()))
    return error() << "expected num_carry and reverse for each of " << passes.size() << " passes but got "
                   << numCarry.size() << " and " << reverse.size();
  int64_t left = static_cast<int64_t>(operands.size()) - 1;
  auto take = [&](int64_t count) {
    bool fits = count >= 0 && count <= left;
    left -= count;
    return fits;
  };
  bool fits = take(numConsts.getInt());
  for (int64_t count : numCarry.asArrayRef())
    fits = fits && take(count);
  if (!fits || left)
    return error() << "expected num_consts and num_carry that add up to " << operands.size() - 1 << " operands";
  return success();
}

FailureOr<SmallVector<Type>> ReplayOp::inferResultTypes(DictionaryAttr attributes, TypeRange operands,
                                                        function_ref<FunctionType(StringRef)> types,
                                                        DiagnosticMaker error) {
  if (failed(checkCounts(attributes, operands, error)))
    return failure();
  if (auto count = dyn_cast<RankedTensorType>(operands.front());
      !count || count.getRank() || !count.getElementType().isSignlessInteger(32))
    return error() << "expected the count to be a tensor<i32> but got " << operands.front();
  int64_t numConsts = attributes.getAs<IntegerAttr>("num_consts").getInt();
  TypeRange consts = operands.drop_front().take_front(numConsts), rest = operands.drop_front(1 + numConsts);
  Types results, streams;
  for (auto [symbol, numCarry] : llvm::zip(attributes.getAs<ArrayAttr>("passes").getAsRange<FlatSymbolRefAttr>(),
                                           attributes.getAs<DenseI64ArrayAttr>("num_carry").asArrayRef())) {
    FunctionType type = types(symbol.getValue());
    if (!type)
      return error() << "expected a function but @" << symbol.getValue() << " names none";
    TypeRange carry = rest.take_front(numCarry);
    rest = rest.drop_front(numCarry);
    Types inputs(consts);
    llvm::append_range(inputs, carry);
    llvm::append_range(inputs, streams);
    if (failed(checkArguments(symbol.getValue(), type.getInputs(), inputs, error)))
      return failure();
    TypeRange returned = type.getResults();
    if (returned.size() < size_t(numCarry) || returned.take_front(numCarry) != carry)
      return error() << "expected @" << symbol.getValue() << " to return the types of its carry (" << carry
                     << ") first but it returns (" << returned << ")";
    llvm::append_range(results, carry);
    llvm::append_range(streams, returned.drop_front(numCarry));
  }
  return results;
}

LogicalResult ReplayOp::verify() {
  for (auto [name, value] :
       {std::pair("max_steps", getMaxSteps()), std::pair("checkpoint_every", getCheckpointEvery())})
    if (value && static_cast<int64_t>(*value) < 1)
      return emitOpError() << "expected " << name << " of at least 1 but got " << static_cast<int64_t>(*value);
  return success();
}

//===----------------------------------------------------------------------===//
// Replays as values
//===----------------------------------------------------------------------===//

Types Replay::streamTypes(unsigned count) const {
  Types types;
  for (const Pass &pass : ArrayRef(passes).take_front(count))
    llvm::append_range(types, pass.streamTypes());
  return types;
}

SmallVector<Values> Replay::create(OpBuilder &builder) const {
  SmallVector<func::FuncOp> functions;
  SmallVector<int64_t> numCarry, reverse;
  Values inputs = consts;
  Types types;
  for (const Pass &pass : passes) {
    functions.push_back(pass.fn);
    numCarry.push_back(pass.carry.size());
    reverse.push_back(pass.reverse);
    llvm::append_range(inputs, pass.carry);
    llvm::append_range(types, ValueRange(pass.carry).getTypes());
  }
  ValueRange results =
      ReplayOp::create(builder, loc, types, count, symbolsAttr(builder, functions),
                       builder.getI64IntegerAttr(consts.size()), builder.getDenseI64ArrayAttr(numCarry),
                       builder.getDenseI64ArrayAttr(reverse), maxSteps, checkpointEvery, inputs)
          .getOuts();
  SmallVector<Values> outs;
  for (const Pass &pass : passes) {
    outs.emplace_back(results.take_front(pass.carry.size()));
    results = results.drop_front(pass.carry.size());
  }
  return outs;
}

/// The parts of a list with an entry for each operand but the count.
template <typename T>
static SmallVector<SmallVector<T>> partsOf(ReplayOp op, ArrayRef<T> entries) {
  SmallVector<SmallVector<T>> parts;
  auto take = [&](size_t count) {
    parts.emplace_back(entries.take_front(count));
    entries = entries.drop_front(count);
  };
  take(op.getNumConsts());
  for (int64_t count : op.getNumCarry())
    take(count);
  return parts;
}

static FailureOr<Replay> replayOf(ReplayOp op, Derivations &derivations, ArrayRef<Value> operands) {
  SmallVector<Values> parts = partsOf(op, operands.drop_front());
  Replay replay{op.getLoc(), operands.front(), parts.front(), {}, op.getMaxStepsAttr(), op.getCheckpointEveryAttr()};
  for (auto [i, symbol] : llvm::enumerate(op.getPasses().getAsRange<FlatSymbolRefAttr>())) {
    FailureOr<func::FuncOp> f = derivations.lookup(symbol.getValue(), op.getLoc());
    if (failed(f))
      return failure();
    replay.passes.push_back({*f, parts[1 + i], op.getReverse()[i] != 0});
  }
  return replay;
}

static Values joined(ArrayRef<Values> parts) {
  Values all;
  for (const Values &part : parts)
    llvm::append_range(all, part);
  return all;
}

//===----------------------------------------------------------------------===//
// Which arguments are active
//===----------------------------------------------------------------------===//

Mask Activity::ofArguments(unsigned pass) const {
  Mask mask = consts;
  llvm::append_range(mask, carries[pass]);
  for (const Mask &entry : ArrayRef(streams).take_front(pass))
    llvm::append_range(mask, entry);
  return mask;
}

SmallVector<Mask> Activity::groups(unsigned pass) const {
  SmallVector<Mask> list{consts, carries[pass]};
  llvm::append_range(list, ArrayRef(streams).take_front(pass));
  return list;
}

bool Activity::grow(unsigned pass, ArrayRef<bool> results) {
  Mask &carry = carries[pass];
  bool grows = false;
  for (auto [before, now] : llvm::zip(carry, results)) {
    grows |= now && !before;
    before |= now;
  }
  streams.resize(std::max<size_t>(streams.size(), pass + 1));
  streams[pass] = Mask(results.drop_front(carry.size()));
  return grows;
}

Types wg::withTangents(TypeRange types, ArrayRef<Mask> groups) {
  Types all;
  for (const Mask &group : groups) {
    llvm::append_range(all, types.take_front(group.size()));
    for (int64_t i : positionsIn(group))
      all.push_back(types[i]);
    types = types.drop_front(group.size());
  }
  return all;
}

Values wg::primalsFirst(ValueRange arguments, ArrayRef<Mask> groups) {
  Values primals, tangents;
  for (const Mask &group : groups) {
    unsigned active = llvm::count(group, true);
    llvm::append_range(primals, arguments.take_front(group.size()));
    llvm::append_range(tangents, arguments.slice(group.size(), active));
    arguments = arguments.drop_front(group.size() + active);
  }
  llvm::append_range(primals, tangents);
  return primals;
}

//===----------------------------------------------------------------------===//
// Derivative
//===----------------------------------------------------------------------===//

/// The function of one pass with tangents: the derivative, its arguments and results regrouped.
static FailureOr<func::FuncOp> derivedPass(const Replay &replay, unsigned k, const Activity &activity,
                                           const JvpResult &jvp, Derivations &derivations) {
  func::FuncOp f = replay.passes[k].fn, derived = jvp.fn;
  SmallVector<Mask> groups = activity.groups(k);
  return derivations.define(
      derived, derived.getName(), withTangents(f.getArgumentTypes(), groups),
      [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        Values results = derivations.apply(b, derived, primalsFirst(arguments, groups));
        unsigned numOuts = f.getNumResults();
        Values moving = spreadTangents(ArrayRef<Value>(results).drop_front(numOuts), f.getResultTypes(), jvp.active);
        Values outs;
        unsigned first = 0;
        for (const Mask &mask : {activity.carries[k], activity.streams[k]}) {
          outs.append(results.begin() + first, results.begin() + first + mask.size());
          for (int64_t i : positionsIn(mask))
            outs.push_back(moving[first + i] ? moving[first + i]
                                             : zeroOf(b, f.getLoc(), f.getResultTypes()[first + i]));
          first += mask.size();
        }
        return outs;
      });
}

FailureOr<ReplayTangents> wg::jvpOf(const Replay &replay, Derivations &derivations, OpBuilder &builder,
                                    ArrayRef<Value> consts, ArrayRef<Values> carries) {
  Activity activity(consts, carries);
  Replay derived = replay;
  llvm::append_range(derived.consts, presentIn(consts));
  for (auto [k, pass] : llvm::enumerate(derived.passes)) {
    FailureOr<JvpResult> jvp;
    do {
      jvp = derivations.jvp(pass.fn, positionsIn(activity.ofArguments(k)));
      if (failed(jvp))
        return failure();
    } while (activity.grow(k, jvp->active));
    FailureOr<func::FuncOp> f = derivedPass(replay, k, activity, *jvp, derivations);
    if (failed(f))
      return failure();
    pass.fn = *f;
    for (int64_t i : positionsIn(activity.carries[k])) {
      Value t = carries[k][i];
      pass.carry.push_back(t ? t : zeroOf(builder, replay.loc, pass.carry[i].getType()));
    }
  }
  ReplayTangents out;
  for (auto [k, results] : llvm::enumerate(derived.create(builder))) {
    size_t count = replay.passes[k].carry.size();
    out.outs.emplace_back(results.begin(), results.begin() + count);
    Values &tangents = out.tangents.emplace_back(count);
    for (auto [n, i] : llvm::enumerate(positionsIn(activity.carries[k])))
      tangents[i] = results[count + n];
  }
  return out;
}

FailureOr<WithTangents> ReplayOp::jvpRule(Derivations &derivations, OpBuilder &builder, ValueRange operands,
                                          ArrayRef<Value> tangents, bool split) {
  FailureOr<Replay> replay = replayOf(*this, derivations, Values(operands));
  if (failed(replay))
    return failure();
  SmallVector<Values> parts = partsOf(*this, tangents.drop_front());
  ArrayRef<Values> carries = ArrayRef(parts).drop_front();
  if (!split) {
    FailureOr<ReplayTangents> out = jvpOf(*replay, derivations, builder, parts.front(), carries);
    if (failed(out))
      return failure();
    return WithTangents{joined(out->outs), joined(out->tangents)};
  }
  Values outs = joined(replay->create(builder));
  FailureOr<SmallVector<Values>> moving = linearPartOf(*replay, derivations, builder, parts.front(), carries);
  if (failed(moving))
    return failure();
  return WithTangents{outs, joined(*moving)};
}

FailureOr<SmallVector<Value>> ReplayOp::transposeRule(Derivations &derivations, OpBuilder &builder,
                                                      ArrayRef<Value> operands, ArrayRef<Value> cts) {
  if (!operands.front())
    return emitOpError() << "cannot be transposed: it is not linear in its count";
  FailureOr<Replay> replay = replayOf(*this, derivations, operands);
  if (failed(replay))
    return failure();
  SmallVector<Values> given;
  for (int64_t count : getNumCarry()) {
    given.emplace_back(cts.take_front(count));
    cts = cts.drop_front(count);
  }
  FailureOr<ReplayCotangents> back = transposeOf(*replay, derivations, builder, given);
  if (failed(back))
    return failure();
  Values out{Value()};
  llvm::append_range(out, back->consts);
  llvm::append_range(out, joined(back->carries));
  return out;
}

//===----------------------------------------------------------------------===//
// Batching
//===----------------------------------------------------------------------===//

Value wg::selectExamples(OpBuilder &builder, Location loc, Value condition, Value x, Value y) {
  RuleBuilder b(builder, loc);
  Expr c(b, condition), a(b, x);
  return select(spread(c, a.shape(), range(c.rank())), a, Expr(b, y)).get();
}

namespace {
/// A replay under way to one with a number of steps for each example.
struct Masking {
  const Replay &replay;
  /// Of the new replay; the numbers of steps come after the old consts, then what all passes start with.
  Types consts;
  Type mask;
  Derivations &derivations;

  FailureOr<func::FuncOp> countingPass(Type count) const;
  FailureOr<func::FuncOp> pass(unsigned k, unsigned firstStart) const;
};
} // namespace

/// The pass that tells in every step which examples go on: `step < counts`.
FailureOr<func::FuncOp> Masking::countingPass(Type count) const {
  func::FuncOp near = replay.passes.front().fn;
  Types types = consts;
  types.push_back(count);
  return derivations.define(near, near.getName() + ".steps", types,
                            [&](OpBuilder &builder, ValueRange arguments) -> FailureOr<Values> {
                              RuleBuilder b(builder, replay.loc);
                              Expr step(b, arguments.back()), counts(b, arguments[replay.consts.size()]);
                              return Values{(step + 1).get(), (spread(step, counts.shape(), {}) < counts).get()};
                            });
}

/// A pass in which only the examples go on whose steps are not done. The others compute with what the pass started
/// with, so that no derivative is taken where no step was made.
FailureOr<func::FuncOp> Masking::pass(unsigned k, unsigned firstStart) const {
  func::FuncOp f = replay.passes[k].fn;
  unsigned numConsts = replay.consts.size(), numCarry = replay.passes[k].carry.size();
  Types types = consts;
  llvm::append_range(types, TypeRange(f.getArgumentTypes()).slice(numConsts, numCarry));
  types.push_back(mask);
  llvm::append_range(types, replay.streamTypes(k));
  return derivations.define(f, f.getName(), types, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
    ValueRange carry = arguments.slice(consts.size(), numCarry),
               streams = arguments.drop_front(consts.size() + numCarry);
    Value goesOn = streams.front();
    Values operands(arguments.take_front(numConsts));
    for (auto [x, start] : llvm::zip(carry, arguments.slice(firstStart, numCarry)))
      operands.push_back(selectExamples(b, replay.loc, goesOn, x, start));
    llvm::append_range(operands, streams.drop_front());
    Values results = derivations.apply(b, f, operands);
    for (auto [now, before] : llvm::zip(results, carry))
      now = selectExamples(b, replay.loc, goesOn, now, before);
    return results;
  });
}

FailureOr<Replay> wg::maskedBy(const Replay &replay, Derivations &derivations, OpBuilder &builder, Value counts) {
  RuleBuilder b(builder, replay.loc);
  auto type = cast<RankedTensorType>(counts.getType());
  Replay result = replay;
  result.count = reduce_max(Expr(b, counts), range(type.getRank())).get();
  func::FuncOp first = replay.passes.front().fn;
  Masking masking{replay, Types(TypeRange(first.getArgumentTypes()).take_front(replay.consts.size())),
                  RankedTensorType::get(type.getShape(), builder.getI1Type()), derivations};
  auto addConst = [&](Value v) {
    result.consts.push_back(v);
    masking.consts.push_back(v.getType());
  };
  addConst(counts);
  for (const Pass &pass : replay.passes)
    for (auto [i, x] : llvm::enumerate(pass.carry)) {
      Type start = func::FuncOp(pass.fn).getArgumentTypes()[replay.consts.size() + i];
      addConst(x ? x : zeroOf(builder, replay.loc, start));
    }
  FailureOr<func::FuncOp> counting = masking.countingPass(result.count.getType());
  if (failed(counting))
    return failure();
  result.passes.insert(result.passes.begin(), {*counting, {zeroOf(builder, replay.loc, result.count.getType())}});
  unsigned firstStart = replay.consts.size() + 1;
  for (auto [k, pass] : llvm::enumerate(replay.passes)) {
    FailureOr<func::FuncOp> f = masking.pass(k, firstStart);
    if (failed(f))
      return failure();
    result.passes[k + 1].fn = *f;
    firstStart += pass.carry.size();
  }
  return result;
}

FailureOr<func::FuncOp> wg::spreading(Derivations &derivations, const BatchResult &result, ArrayRef<bool> wanted,
                                      int64_t size) {
  func::FuncOp fn = result.fn;
  return derivations.define(fn, fn.getName(), fn.getArgumentTypes(),
                            [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                              Values outs = derivations.apply(b, fn, arguments);
                              for (auto [i, isWanted] : llvm::enumerate(wanted))
                                if (isWanted && !result.batched[i])
                                  outs[i] = repeated(b, fn.getLoc(), outs[i], size);
                              return outs;
                            });
}

FailureOr<WithBatch> ReplayOp::batchRule(Derivations &derivations, OpBuilder &builder, ValueRange operands,
                                         ArrayRef<bool> batched, int64_t size) {
  FailureOr<Replay> replay = replayOf(*this, derivations, Values(operands));
  if (failed(replay))
    return failure();
  SmallVector<Mask> parts = partsOf(*this, batched.drop_front());
  bool perExample = batched.front();
  Activity activity(parts.front(), ArrayRef(parts).drop_front());
  Mask outs;
  for (auto [k, pass] : llvm::enumerate(replay->passes)) {
    if (perExample)
      activity.carries[k].assign(pass.carry.size(), true);
    FailureOr<BatchResult> result;
    do {
      result = derivations.batch(pass.fn, activity.ofArguments(k), size);
      if (failed(result))
        return failure();
    } while (activity.grow(k, result->batched));
    const Mask &carry = activity.carries[k];
    FailureOr<func::FuncOp> f = spreading(derivations, *result, carry, size);
    if (failed(f))
      return failure();
    pass.fn = *f;
    for (auto [x, isBatched, was] : llvm::zip_equal(pass.carry, carry, parts[1 + k]))
      if (isBatched && !was)
        x = repeated(builder, getLoc(), x, size);
    llvm::append_range(outs, carry);
  }
  if (!perExample)
    return WithBatch{joined(replay->create(builder)), outs};
  FailureOr<Replay> masked = maskedBy(*replay, derivations, builder, operands.front());
  if (failed(masked))
    return failure();
  SmallVector<Values> results = masked->create(builder);
  return WithBatch{joined(ArrayRef(results).drop_front()), outs};
}
