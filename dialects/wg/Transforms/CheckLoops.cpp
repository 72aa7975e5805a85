// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops whose steps are checked: the first error is carried from step to step.

#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"
#include "wg/Transforms/Checkify.h"

using namespace mlir;
using namespace wg;

namespace {
/// The error as values of a function that carries it. Where a loop goes over examples of which each has a condition,
/// all that it carries has their dimensions in front, and so has the error.
class CarriedError {
public:
  CarriedError(Checkifier &checks, ArrayRef<unsigned> places, const Ints &examples)
      : places(places), examples(examples) {
    for (Type type : checks.errorTypes(places)) {
      auto tensor = cast<RankedTensorType>(type);
      types.push_back(tensor.clone(concat(examples, Ints(tensor.getShape()))));
    }
  }

  unsigned size() const { return types.size(); }
  SmallVector<Value> none(OpBuilder &builder, Location loc) const {
    return llvm::map_to_vector(types, [&](Type type) { return zeroOf(builder, loc, type); });
  }
  /// `held`, or the error of a checked function where there is none yet.
  SmallVector<Value> merged(RuleBuilder &b, ValueRange held, const Checked &checked, ValueRange found) const;
  /// Of the errors of all examples the first.
  SmallVector<Value> first(RuleBuilder &b, ValueRange held) const;

  SmallVector<unsigned> places;
  SmallVector<Type> types;

private:
  Ints examples;
};
} // namespace

SmallVector<Value> CarriedError::merged(RuleBuilder &b, ValueRange held, const Checked &checked,
                                        ValueRange found) const {
  auto repeated = [&](Value v) {
    Expr x(b, v);
    int64_t more = examples.size();
    return more ? spread(x, concat(examples, x.shape()), range(more, more + x.rank())) : x;
  };
  Expr isFree = Expr(b, held.front()) == 0;
  SmallVector<Value> results{select(isFree, repeated(found.front()), Expr(b, held.front())).get()};
  for (auto [i, place] : llvm::enumerate(places)) {
    Expr old(b, held[i + 1]);
    auto it = llvm::find(checked.places, place);
    if (it == checked.places.end()) {
      results.push_back(old.get());
      continue;
    }
    Expr here = old.rank() > isFree.rank() ? spread(isFree, old.shape(), range(isFree.rank())) : isFree;
    results.push_back(select(here, repeated(found[1 + (it - checked.places.begin())]), old).get());
  }
  return results;
}

SmallVector<Value> CarriedError::first(RuleBuilder &b, ValueRange held) const {
  if (examples.empty())
    return SmallVector<Value>(held);
  int64_t count = 1;
  for (int64_t n : examples)
    count *= n;
  Expr codes = reshape(Expr(b, held.front()), ints(count));
  Expr which = argmax(codes != 0, 0, b.builder.getI32Type());
  SmallVector<Value> results;
  for (Value v : held) {
    Expr x(b, v);
    Ints shape = prepend(count, Ints(ArrayRef<int64_t>(x.shape()).drop_front(examples.size())));
    results.push_back(take(reshape(x, shape), which, 0).get());
  }
  return results;
}

/// The op with other functions, operands and results.
static ValueRange rebuilt(OpBuilder &builder, Operation *op, ArrayRef<NamedAttribute> changes, ValueRange operands,
                          TypeRange types) {
  NamedAttrList attributes(op->getAttrDictionary());
  for (NamedAttribute change : changes)
    attributes.set(change.getName(), change.getValue());
  OperationState state(op->getLoc(), op->getName());
  state.addOperands(operands);
  state.addTypes(types);
  state.addAttributes(attributes);
  return builder.create(state)->getResults();
}

/// The values with others behind the first `at`.
static SmallVector<Value> inserted(ValueRange values, unsigned at, ValueRange more) {
  SmallVector<Value> all(values.take_front(at));
  llvm::append_range(all, more);
  llvm::append_range(all, values.drop_front(at));
  return all;
}

static SmallVector<Type> inserted(TypeRange types, unsigned at, TypeRange more) {
  SmallVector<Type> all(types.take_front(at));
  llvm::append_range(all, more);
  llvm::append_range(all, types.drop_front(at));
  return all;
}

/// A function with the error behind its first arguments and its first results.
static FailureOr<func::FuncOp> carrying(Checkifier &checks, const CarriedError &error, const Checked &step,
                                        unsigned before, unsigned numOuts, unsigned numCarry,
                                        function_ref<void(OpBuilder &, ValueRange, SmallVector<Value> &)> atEnd) {
  func::FuncOp fn = step.fn;
  return checks.cache.define(
      fn, fn.getName(), inserted(fn.getArgumentTypes(), before, error.types),
      [&](OpBuilder &builder, ValueRange arguments) -> FailureOr<SmallVector<Value>> {
        RuleBuilder b(builder, fn.getLoc());
        ValueRange rest = arguments.drop_front(before + error.size());
        SmallVector<Value> given = inserted(arguments.take_front(before), before, rest);
        SmallVector<Value> all = checks.cache.apply(builder, fn, given);
        ValueRange results(all);
        SmallVector<Value> held(arguments.slice(before, error.size()));
        if (step.canFail)
          held = error.merged(b, held, step, results.drop_front(numOuts));
        if (atEnd)
          atEnd(builder,
                inserted(arguments.take_front(before - numCarry), before - numCarry, results.take_front(numCarry)),
                held);
        return inserted(results.take_front(numOuts), numCarry, held);
      });
}

FailureOr<CheckedResults> wg::checkedScan(Checkifier &checks, OpBuilder &builder, Operation *op, ValueRange operands) {
  auto scan = cast<ScanOp>(op);
  FailureOr<Checked> step = checks.check(scan.getCallee(), op->getLoc());
  if (failed(step))
    return failure();
  unsigned numCarry = scan.getNumCarry(), before = scan.getNumConsts() + numCarry;
  CarriedError error(checks, step->places, {});
  FailureOr<func::FuncOp> fn = carrying(checks, error, *step, before, op->getNumResults(), numCarry, nullptr);
  if (failed(fn))
    return failure();
  NamedAttribute callee(builder.getStringAttr("callee"), FlatSymbolRefAttr::get(*fn));
  NamedAttribute carry(builder.getStringAttr("num_carry"), builder.getI64IntegerAttr(numCarry + error.size()));
  ValueRange results =
      rebuilt(builder, op, {callee, carry}, inserted(operands, before, error.none(builder, op->getLoc())),
              inserted(op->getResultTypes(), numCarry, error.types));
  SmallVector<Value> rest(results.drop_front(numCarry + error.size()));
  SmallVector<Value> values = inserted(results.take_front(numCarry), numCarry, rest);
  llvm::append_range(values, results.slice(numCarry, error.size()));
  return CheckedResults{values, error.places};
}

FailureOr<CheckedResults> wg::checkedWhile(Checkifier &checks, OpBuilder &builder, Operation *op, ValueRange operands) {
  auto loop = cast<WhileOp>(op);
  FailureOr<Checked> cond = checks.check(loop.getCond(), op->getLoc());
  FailureOr<Checked> body = failed(cond) ? cond : checks.check(loop.getBody(), op->getLoc());
  if (failed(body))
    return failure();
  SmallVector<unsigned> places;
  unite(places, cond->places);
  unite(places, body->places);
  Ints examples(cast<RankedTensorType>(cond->fn.getResultTypes().front()).getShape());
  CarriedError error(checks, places, examples);
  unsigned numCarry = op->getNumResults();
  // What goes wrong in the condition is seen behind each step, and before the first.
  auto checkCondition = [&](OpBuilder &at, ValueRange arguments, SmallVector<Value> &held) {
    RuleBuilder b(at, op->getLoc());
    SmallVector<Value> found = checks.cache.apply(at, cond->fn, arguments);
    held = error.merged(b, held, *cond, ValueRange(found).drop_front());
  };
  function_ref<void(OpBuilder &, ValueRange, SmallVector<Value> &)> atEnd = nullptr;
  SmallVector<Value> held = error.none(builder, op->getLoc());
  if (cond->canFail) {
    atEnd = checkCondition;
    checkCondition(builder, operands, held);
  }
  FailureOr<func::FuncOp> step = carrying(checks, error, *body, operands.size(), numCarry, numCarry, atEnd);
  if (failed(step))
    return failure();
  func::FuncOp plain = cond->fn;
  FailureOr<func::FuncOp> test = checks.cache.define(
      plain, plain.getName(), inserted(plain.getArgumentTypes(), operands.size(), error.types),
      [&](OpBuilder &b, ValueRange arguments) -> FailureOr<SmallVector<Value>> {
        return SmallVector<Value>{checks.cache.apply(b, plain, arguments.take_front(operands.size())).front()};
      });
  if (failed(test))
    return failure();
  NamedAttribute condAttr(builder.getStringAttr("cond"), FlatSymbolRefAttr::get(*test));
  NamedAttribute bodyAttr(builder.getStringAttr("body"), FlatSymbolRefAttr::get(*step));
  ValueRange results = rebuilt(builder, op, {condAttr, bodyAttr}, inserted(operands, operands.size(), held),
                               inserted(op->getResultTypes(), numCarry, error.types));
  RuleBuilder b(builder, op->getLoc());
  SmallVector<Value> values(results.take_front(numCarry));
  llvm::append_range(values, error.first(b, results.drop_front(numCarry)));
  return CheckedResults{values, error.places};
}

/// The passes in their order: what went wrong in an earlier one comes first.
FailureOr<CheckedResults> wg::checkedReplay(Checkifier &checks, OpBuilder &builder, Operation *op,
                                            ValueRange operands) {
  auto replay = cast<ReplayOp>(op);
  unsigned numConsts = replay.getNumConsts(), in = 1 + numConsts, out = 0;
  ArrayRef<int64_t> carries = replay.getNumCarry();
  SmallVector<Value> inputs(operands.take_front(in));
  SmallVector<Type> types;
  SmallVector<func::FuncOp> functions;
  SmallVector<int64_t> counts;
  SmallVector<SmallVector<unsigned>> places;
  for (auto [symbol, numCarry] : llvm::zip_equal(replay.getPasses(), carries)) {
    FailureOr<Checked> pass = checks.check(cast<FlatSymbolRefAttr>(symbol).getValue(), op->getLoc());
    if (failed(pass))
      return failure();
    func::FuncOp fn = pass->fn;
    llvm::append_range(inputs, operands.slice(in, numCarry));
    llvm::append_range(types, TypeRange(op->getResultTypes()).slice(out, numCarry));
    in += numCarry;
    out += numCarry;
    CarriedError error(checks, pass->places, {});
    if (pass->canFail) {
      FailureOr<func::FuncOp> carried =
          carrying(checks, error, *pass, numConsts + numCarry, fn.getNumResults() - error.size(), numCarry, nullptr);
      if (failed(carried))
        return failure();
      fn = *carried;
      llvm::append_range(inputs, error.none(builder, op->getLoc()));
      llvm::append_range(types, error.types);
    }
    functions.push_back(fn);
    counts.push_back(numCarry + (pass->canFail ? error.size() : 0));
    places.push_back(pass->places);
  }
  NamedAttribute passes(builder.getStringAttr("passes"), symbolsAttr(builder, functions));
  NamedAttribute carry(builder.getStringAttr("num_carry"), builder.getDenseI64ArrayAttr(counts));
  ValueRange results = rebuilt(builder, op, {passes, carry}, inputs, types);
  RuleBuilder b(builder, op->getLoc());
  FirstError first;
  CheckedResults found;
  for (auto [i, numCarry] : llvm::enumerate(carries)) {
    llvm::append_range(found.values, results.take_front(numCarry));
    if (counts[i] > numCarry)
      first.merge(Expr(b, results[numCarry]), places[i],
                  expressions(b, results.slice(numCarry + 1, counts[i] - numCarry - 1)));
    results = results.drop_front(counts[i]);
  }
  found.values.push_back(first.code.get());
  for (auto &[place, value] : first.values) {
    found.values.push_back(value.get());
    found.places.push_back(place);
  }
  return found;
}
