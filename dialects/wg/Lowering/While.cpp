// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops of unknown length: wg.while as scf.while, the passes of wg.replay as scf.for over stacks of as many entries as
// there are steps.

#include "wg/Lowering/Loops.h"
#include "wg/Lowering/TinyLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace wg::lowering {

static std::optional<int64_t> optionalInt(Operation *op, StringRef name) {
  auto attr = op->getAttrOfType<IntegerAttr>(name);
  return attr ? std::optional(attr.getInt()) : std::nullopt;
}

static StringRef symbolAttr(Operation *op, StringRef name) {
  return op->getAttrOfType<FlatSymbolRefAttr>(name).getValue();
}

/// Which of the carries, the arguments of a function from `first` on, it returns as they are.
static SmallVector<bool> unchanged(func::FuncOp f, unsigned first, unsigned count) {
  SmallVector<bool> same;
  for (unsigned i = 0; i < count; ++i)
    same.push_back(f.getBody().front().getTerminator()->getOperand(i) == f.getArgument(first + i));
  return same;
}

/// The entries that change, and all of them again from these.
static Values changing(ArrayRef<Value> values, ArrayRef<bool> same) {
  Values some;
  for (auto [v, isSame] : llvm::zip_equal(values, same))
    if (!isSame)
      some.push_back(v);
  return some;
}
static Values completed(ValueRange some, ArrayRef<Value> initial, ArrayRef<bool> same) {
  Values all;
  for (auto [v, isSame] : llvm::zip_equal(initial, same)) {
    all.push_back(isSame ? v : some.front());
    some = some.drop_front(!isSame);
  }
  return all;
}

/// The first values where the condition holds, else the second ones.
static Values choose(Lowerer &lower, Value condition, ValueRange first, ValueRange second) {
  ImplicitLocOpBuilder &b = lower.b;
  auto choice = scf::IfOp::create(b, first.getTypes(), condition, /*withElseRegion=*/true);
  for (bool isThen : {true, false}) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(isThen ? choice.thenBlock() : choice.elseBlock());
    scf::YieldOp::create(b, isThen ? first : second);
  }
  return Values(choice.getResults());
}

//===----------------------------------------------------------------------===//
// wg.while
//===----------------------------------------------------------------------===//

namespace {
class WhileLowering {
public:
  WhileLowering(Lowerer &lower, Operation *op, func::FuncOp cond, func::FuncOp body)
      : lower(lower), b(lower.b), cond(cond), body(body), maxSteps(optionalInt(op, "max_steps")),
        numConsts(intAttr(op, "num_consts")) {
    for (Value v : op->getOperands())
      inputs.push_back(lower.get(v));
    same = unchanged(body, numConsts, inputs.size() - numConsts);
  }

  FailureOr<Values> run() {
    ArrayRef<Value> carry = ArrayRef<Value>(inputs).drop_front(numConsts);
    if (auto results = tinyWhile(lower, cond, body, ArrayRef<Value>(inputs).take_front(numConsts), carry, maxSteps))
      return *results;
    Values starts = distinctStarts(lower, changing(carry, same));
    numChanging = starts.size();
    starts.push_back(lower.index(0));
    // A condition of several examples rides along: IREE 3.13 ends the process unless both regions of a loop have
    // arguments of the same types.
    isMasked = conditionRank() != 0;
    if (isMasked) {
      FailureOr<Value> first = condition(carry);
      if (failed(first))
        return failure();
      starts.push_back(*first);
    }
    SmallVector<Type> types(ValueRange(starts).getTypes());
    auto loop = scf::WhileOp::create(b, types, starts);
    {
      OpBuilder::InsertionGuard guard(b);
      Block *block = addBlock(loop.getBefore(), types);
      if (failed(emitCondition(block->getArguments())))
        return failure();
    }
    {
      OpBuilder::InsertionGuard guard(b);
      Block *block = addBlock(loop.getAfter(), types);
      if (failed(emitStep(block->getArguments())))
        return failure();
    }
    ValueRange results = loop.getResults();
    return completed(results.take_front(numChanging), carry, same);
  }

private:
  int64_t conditionRank() { return cast<RankedTensorType>(cond.getResultTypes().front()).getRank(); }

  Block *addBlock(Region &region, ArrayRef<Type> types) {
    return b.createBlock(&region, {}, types, SmallVector<Location>(types.size(), b.getLoc()));
  }

  /// All carries, of the arguments of a region.
  Values carryOf(ValueRange arguments) {
    return completed(arguments, ArrayRef<Value>(inputs).drop_front(numConsts), same);
  }

  /// Whether the loop goes on from these carries, all of them.
  FailureOr<Value> condition(ValueRange carry) {
    Values operands(inputs.begin(), inputs.begin() + numConsts);
    llvm::append_range(operands, carry);
    FailureOr<Values> results = lowerBody(lower, cond, operands);
    if (failed(results))
      return failure();
    return results->front();
  }

  LogicalResult emitCondition(ValueRange arguments) {
    FailureOr<Value> any = isMasked ? FailureOr<Value>(anyOf(arguments.back())) : condition(carryOf(arguments));
    if (failed(any))
      return failure();
    Value goesOn = lower.at(*any, {}).get();
    if (maxSteps) {
      Value isBelow =
          arith::CmpIOp::create(b, arith::CmpIPredicate::slt, arguments[numChanging], lower.index(*maxSteps));
      goesOn = arith::AndIOp::create(b, goesOn, isBelow);
    }
    scf::ConditionOp::create(b, goesOn, arguments);
    return success();
  }

  Value anyOf(Value mask) {
    Ints shape(tensorType(mask).getShape());
    Value no = lower.full(lower.tensor({}, b.getI1Type()), 0.0);
    return lower
        .reduce({{mask, lower.identity(shape.size()), {}}}, shape, range(shape.size()), no,
                [](ArrayRef<Scalar> v) { return Scalars{v[1] | v[0]}; })
        .front();
  }

  /// x where the condition holds, else y.
  Value selected(Value condition, Value x, Value y) {
    RankedTensorType type = tensorType(x);
    AffineMap all = lower.identity(type.getRank());
    AffineMap front = lower.project(type.getRank(), range(tensorType(condition).getRank()));
    return lower.elementwise({{condition, front, {}}, {x, all, {}}, {y, all, {}}}, type, [&](ArrayRef<Scalar> v) {
      return Scalar(b, arith::SelectOp::create(b, v[0].get(), v[1].get(), v[2].get()));
    });
  }

  /// The next values. IREE 3.13 fails on a loop that carries what no step reads: such a value is read where the number
  /// of steps is negative.
  Values readingAll(ValueRange arguments, const Values &next) {
    Values unread, replaced;
    for (auto [before, now] : llvm::zip(arguments, next))
      if (before.use_empty()) {
        unread.push_back(before);
        replaced.push_back(now);
      }
    if (unread.empty())
      return next;
    Value isNever = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, arguments[next.size()], lower.index(0));
    Values read = choose(lower, isNever, unread, replaced), all;
    for (auto [before, now] : llvm::zip(arguments, next)) {
      auto place = llvm::find(unread, before);
      all.push_back(place == unread.end() ? now : read[place - unread.begin()]);
    }
    return all;
  }

  LogicalResult emitStep(ValueRange arguments) {
    keepInOrder(lower);
    Values operands(inputs.begin(), inputs.begin() + numConsts);
    operands.append(carryOf(arguments));
    FailureOr<Values> results = lowerBody(lower, body, operands);
    if (failed(results))
      return failure();
    Values next = changing(*results, same);
    if (isMasked)
      for (auto [now, before] : llvm::zip(next, arguments))
        now = selected(arguments.back(), now, before);
    FailureOr<Value> mask = isMasked ? condition(carryOf(next)) : FailureOr<Value>(Value());
    if (failed(mask))
      return failure();
    next = readingAll(arguments, next);
    next.push_back(arith::AddIOp::create(b, arguments[numChanging], lower.index(1)));
    if (isMasked)
      next.push_back(*mask);
    scf::YieldOp::create(b, next);
    return success();
  }

  Lowerer &lower;
  ImplicitLocOpBuilder &b;
  func::FuncOp cond, body;
  std::optional<int64_t> maxSteps;
  unsigned numConsts;
  Values inputs;
  SmallVector<bool> same;
  size_t numChanging = 0;
  bool isMasked = false;
};
} // namespace

static FailureOr<Values> lowerWhile(Lowerer &lower, Operation *op) {
  FailureOr<func::FuncOp> cond = functionNamed(op, symbolAttr(op, "cond"));
  FailureOr<func::FuncOp> body = failed(cond) ? cond : functionNamed(op, symbolAttr(op, "body"));
  if (failed(body))
    return failure();
  return WhileLowering(lower, op, *cond, *body).run();
}

//===----------------------------------------------------------------------===//
// Stacks
//===----------------------------------------------------------------------===//

namespace {
/// Tensors of one type, one a step; the number of steps may be known only when the program runs.
struct Stack {
  /// Room for `length` entries.
  static Value empty(Lowerer &lower, Type entry, OpFoldResult length) {
    auto type = cast<RankedTensorType>(entry);
    std::optional<int64_t> known = getConstantIntValue(length);
    SmallVector<int64_t> shape(type.getShape());
    shape.insert(shape.begin(), known.value_or(ShapedType::kDynamic));
    return loopStorage(lower, RankedTensorType::get(shape, type.getElementType()),
                       known ? Value() : cast<Value>(length));
  }

  Stack(Lowerer &lower, Value stack, Value place) : b(lower.b), stack(stack) {
    RankedTensorType type = tensorType(stack);
    entry = RankedTensorType::get(type.getShape().drop_front(), type.getElementType());
    offsets.assign(type.getRank(), b.getIndexAttr(0));
    offsets[0] = place;
    sizes = getAsIndexOpFoldResult(b.getContext(), entry.getShape());
    sizes.insert(sizes.begin(), b.getIndexAttr(1));
    strides.assign(type.getRank(), b.getIndexAttr(1));
  }
  Value read() { return tensor::ExtractSliceOp::create(b, entry, stack, offsets, sizes, strides); }
  Value write(Value v) { return tensor::InsertSliceOp::create(b, v, stack, offsets, sizes, strides); }

  ImplicitLocOpBuilder &b;
  Value stack;
  RankedTensorType entry;
  SmallVector<OpFoldResult> offsets, sizes, strides;
};
} // namespace

//===----------------------------------------------------------------------===//
// wg.replay
//===----------------------------------------------------------------------===//

namespace {
struct PassToLower {
  func::FuncOp fn;
  Values carry;
  bool reverse;
  /// Carries that no step changes.
  SmallVector<bool> same;
  /// The numbers of its first stream and of what follows its last one.
  unsigned firstStream, endStream;
  /// Whether anything depends on it.
  bool isNeeded = false;
  /// Its final carries.
  Values last;
};

class ReplayLowering {
public:
  ReplayLowering(Lowerer &lower, Operation *op)
      : lower(lower), b(lower.b), op(op), maxSteps(optionalInt(op, "max_steps")),
        every(optionalInt(op, "checkpoint_every")) {}

  FailureOr<Values> run();

private:
  using Stacks = SmallVector<Value>; // one a stream, null where nobody reads it

  LogicalResult readOp();
  void findNeeds();
  bool reads(const PassToLower &pass, unsigned stream) {
    return !func::FuncOp(pass.fn).getArgument(consts.size() + pass.carry.size() + stream).use_empty();
  }
  Value signedMin(Value x, Value y) {
    Value isLess = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, x, y);
    return arith::SelectOp::create(b, isLess, x, y);
  }
  /// IREE has no storage for nothing.
  Value atLeastOne(Value x) {
    Value one = lower.index(1);
    Value isMore = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, x, one);
    return arith::SelectOp::create(b, isMore, x, one);
  }
  Value place(const PassToLower &pass, Value step, Value length) {
    if (!pass.reverse)
      return step;
    Value last = arith::SubIOp::create(b, length, lower.index(1));
    return arith::SubIOp::create(b, last, step);
  }
  Type streamType(unsigned stream) { return signless(streams[stream]); }

  /// All passes over all steps at once, each in the body of one op; nothing if they do not compute with scalars.
  std::optional<Values> runTiny();
  /// All passes over all steps at once.
  FailureOr<Values> runWhole();
  /// Every pass segment by segment, what earlier passes gave for a segment computed anew.
  FailureOr<Values> runSegments();
  LogicalResult runSegmented(unsigned k, Value numSegments, OpFoldResult capacity, SmallVectorImpl<Values> &saved);
  SmallVector<bool> readThrough(unsigned k);
  /// Whether one of these streams is of pass `j`.
  bool gives(unsigned j, ArrayRef<bool> wanted);
  /// One pass over `length` steps with the streams of these, from `carry`, which it replaces; fills its own streams
  /// where there is a stack for them.
  LogicalResult runPass(unsigned k, Value length, Values &carry, Stacks &stacks);

  Lowerer &lower;
  ImplicitLocOpBuilder &b;
  Operation *op;
  std::optional<int64_t> maxSteps, every;

  Value count;
  Values consts;
  SmallVector<PassToLower> passes;
  SmallVector<Type> streams;
  SmallVector<bool> isRead;
};
} // namespace

LogicalResult ReplayLowering::readOp() {
  SmallVector<Value> values;
  for (Value v : op->getOperands())
    values.push_back(lower.get(v));
  ArrayRef<Value> rest = values;
  auto take = [&](size_t n) {
    Values taken(rest.take_front(n));
    rest = rest.drop_front(n);
    return taken;
  };
  Value number = lower.at(take(1).front(), {}).get();
  count = arith::IndexCastOp::create(b, b.getIndexType(), number);
  if (maxSteps)
    count = signedMin(count, lower.index(*maxSteps));
  consts = take(intAttr(op, "num_consts"));
  Ints numCarry = intsAttr(op, "num_carry"), reverse = intsAttr(op, "reverse");
  for (auto [k, symbol] : llvm::enumerate(op->getAttrOfType<ArrayAttr>("passes").getAsRange<FlatSymbolRefAttr>())) {
    FailureOr<func::FuncOp> f = functionNamed(op, symbol.getValue());
    if (failed(f))
      return failure();
    unsigned first = streams.size();
    llvm::append_range(streams, TypeRange(f->getResultTypes()).drop_front(numCarry[k]));
    passes.push_back({*f, take(numCarry[k]), reverse[k] != 0, unchanged(*f, consts.size(), numCarry[k]), first,
                      unsigned(streams.size())});
  }
  findNeeds();
  return success();
}

void ReplayLowering::findNeeds() {
  isRead.assign(streams.size(), false);
  unsigned end = op->getNumResults();
  for (unsigned k = passes.size(); k-- > 0;) {
    PassToLower &pass = passes[k];
    end -= pass.carry.size();
    for (Value v : op->getResults().slice(end, pass.carry.size()))
      pass.isNeeded |= !v.use_empty();
    for (unsigned s = pass.firstStream; s < pass.endStream; ++s)
      pass.isNeeded |= isRead[s];
    for (unsigned s = 0; pass.isNeeded && s < pass.firstStream; ++s)
      isRead[s] = isRead[s] || reads(pass, s);
  }
}

LogicalResult ReplayLowering::runPass(unsigned k, Value length, Values &carry, Stacks &stacks) {
  PassToLower &pass = passes[k];
  Values starts = distinctStarts(lower, changing(carry, pass.same));
  SmallVector<unsigned> written;
  for (unsigned s = pass.firstStream; s < pass.endStream; ++s)
    if (stacks[s]) {
      written.push_back(s);
      starts.push_back(stacks[s]);
    }
  auto loop = scf::ForOp::create(b, lower.index(0), length, lower.index(1), starts);
  {
    OpBuilder::InsertionGuard guard(b);
    if (starts.empty())
      b.setInsertionPoint(loop.getBody()->getTerminator());
    else
      b.setInsertionPointToEnd(loop.getBody());
    keepInOrder(lower);
    ValueRange state = loop.getRegionIterArgs();
    Value at = place(pass, loop.getInductionVar(), length);
    Values operands = consts;
    operands.append(completed(state.drop_back(written.size()), carry, pass.same));
    for (unsigned s = 0; s < pass.firstStream; ++s)
      operands.push_back(reads(pass, s) ? Stack(lower, stacks[s], at).read() : Value());
    FailureOr<Values> results = lowerBody(lower, pass.fn, operands);
    if (failed(results))
      return failure();
    Values next = changing(ArrayRef<Value>(*results).take_front(carry.size()), pass.same);
    for (auto [s, stack] : llvm::zip_equal(written, state.take_back(written.size())))
      next.push_back(Stack(lower, stack, at).write((*results)[carry.size() + s - pass.firstStream]));
    if (!starts.empty())
      scf::YieldOp::create(b, next);
  }
  ValueRange results = loop.getResults();
  carry = completed(results.drop_back(written.size()), carry, pass.same);
  for (auto [s, v] : llvm::zip_equal(written, results.take_back(written.size())))
    stacks[s] = v;
  return success();
}

std::optional<Values> ReplayLowering::runTiny() {
  for (PassToLower &pass : passes)
    if (pass.isNeeded && !computesScalars(pass.fn))
      return std::nullopt;
  Value length = atLeastOne(count);
  Values out;
  SmallVector<TinyStream> found;
  for (PassToLower &pass : passes) {
    TinyPassInputs given{pass.fn, consts, pass.carry, found, pass.reverse};
    for (auto [s, stream] : llvm::enumerate(given.streams))
      if (!reads(pass, s))
        stream.values = {};
    if (!pass.isNeeded) {
      llvm::append_range(out, pass.carry);
      found.resize(pass.endStream);
      continue;
    }
    std::optional<TinyPassResults> results = tinyPass(lower, given, count, length);
    if (!results)
      return std::nullopt;
    llvm::append_range(out, results->carry);
    llvm::append_range(found, results->streams);
  }
  return out;
}

FailureOr<Values> ReplayLowering::runWhole() {
  if (auto results = runTiny())
    return *results;
  OpFoldResult length = maxSteps ? OpFoldResult(b.getIndexAttr(*maxSteps)) : OpFoldResult(atLeastOne(count));
  Stacks stacks(streams.size());
  for (unsigned s = 0; s < streams.size(); ++s)
    if (isRead[s])
      stacks[s] = Stack::empty(lower, streamType(s), length);
  Values out;
  for (auto [k, pass] : llvm::enumerate(passes)) {
    Values carry = pass.carry;
    if (pass.isNeeded && failed(runPass(k, count, carry, stacks)))
      return failure();
    llvm::append_range(out, carry);
  }
  return out;
}

/// For each stream whether pass `k` or a pass that it reads from reads it.
SmallVector<bool> ReplayLowering::readThrough(unsigned k) {
  SmallVector<bool> wanted(streams.size());
  for (unsigned s = 0; s < passes[k].firstStream; ++s)
    wanted[s] = reads(passes[k], s);
  for (unsigned j = k; j-- > 0;) {
    if (!gives(j, wanted))
      continue;
    for (unsigned s = 0; s < passes[j].firstStream; ++s)
      wanted[s] = wanted[s] || reads(passes[j], s);
  }
  return wanted;
}

bool ReplayLowering::gives(unsigned j, ArrayRef<bool> wanted) {
  return llvm::is_contained(wanted.slice(passes[j].firstStream, passes[j].endStream - passes[j].firstStream), true);
}

/// Pass `k` over all segments; it leaves what it came to each segment with in `saved[k]` if a later pass wants that.
LogicalResult ReplayLowering::runSegmented(unsigned k, Value numSegments, OpFoldResult capacity,
                                           SmallVectorImpl<Values> &saved) {
  PassToLower &pass = passes[k];
  SmallVector<bool> wanted = readThrough(k);
  Values starts = distinctStarts(lower, changing(pass.carry, pass.same));
  size_t numCarry = starts.size();
  bool isSaved = false;
  for (unsigned s = pass.firstStream; s < pass.endStream; ++s)
    isSaved |= isRead[s];
  for (size_t i = 0; isSaved && i < numCarry; ++i)
    starts.push_back(Stack::empty(lower, starts[i].getType(), capacity));
  auto loop = scf::ForOp::create(b, lower.index(0), numSegments, lower.index(1), starts);
  {
    OpBuilder::InsertionGuard guard(b);
    if (starts.empty())
      b.setInsertionPoint(loop.getBody()->getTerminator());
    else
      b.setInsertionPointToEnd(loop.getBody());
    keepInOrder(lower);
    ValueRange state = loop.getRegionIterArgs();
    Value segment = place(pass, loop.getInductionVar(), numSegments), size = lower.index(*every);
    Value left = arith::SubIOp::create(b, count, arith::MulIOp::create(b, segment, size));
    Value length = signedMin(left, size);
    Stacks stacks(streams.size());
    for (unsigned s = 0; s < pass.firstStream; ++s)
      if (wanted[s])
        stacks[s] = Stack::empty(lower, streamType(s), b.getIndexAttr(*every));
    for (unsigned j = 0; j < k; ++j) {
      if (!gives(j, wanted))
        continue;
      Values carry;
      for (Value stack : saved[j])
        carry.push_back(Stack(lower, stack, segment).read());
      carry = completed(carry, passes[j].carry, passes[j].same);
      if (failed(runPass(j, length, carry, stacks)))
        return failure();
    }
    Values next = completed(state.take_front(numCarry), pass.carry, pass.same), after;
    if (failed(runPass(k, length, next, stacks)))
      return failure();
    after = changing(next, pass.same);
    for (auto [stack, v] : llvm::zip(state.drop_front(numCarry), state))
      after.push_back(Stack(lower, stack, segment).write(v));
    if (!starts.empty())
      scf::YieldOp::create(b, after);
  }
  ValueRange results = loop.getResults();
  pass.last = completed(results.take_front(numCarry), pass.carry, pass.same);
  saved[k] = Values(results.drop_front(numCarry));
  return success();
}

FailureOr<Values> ReplayLowering::runSegments() {
  Value size = lower.index(*every), rounded = arith::AddIOp::create(b, count, lower.index(*every - 1));
  Value numSegments = arith::DivSIOp::create(b, rounded, size);
  OpFoldResult capacity = maxSteps ? OpFoldResult(b.getIndexAttr((*maxSteps + *every - 1) / *every))
                                   : OpFoldResult(atLeastOne(numSegments));
  SmallVector<Values> saved(passes.size());
  Values out;
  for (auto [k, pass] : llvm::enumerate(passes)) {
    pass.last = pass.carry;
    if (pass.isNeeded && failed(runSegmented(k, numSegments, capacity, saved)))
      return failure();
    llvm::append_range(out, pass.last);
  }
  return out;
}

FailureOr<Values> ReplayLowering::run() {
  if (failed(readOp()))
    return failure();
  return every ? runSegments() : runWhole();
}

static FailureOr<Values> lowerReplay(Lowerer &lower, Operation *op) { return ReplayLowering(lower, op).run(); }

void addLoops(OpLowerings &table) {
  table["wg.while"] = lowerWhile;
  table["wg.replay"] = lowerReplay;
}

} // namespace wg::lowering
