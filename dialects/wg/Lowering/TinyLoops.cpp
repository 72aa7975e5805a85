// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Loops over scalars, each in the body of one linalg.generic: a loop outside of it costs a dispatch for every step.

#include "wg/Lowering/TinyLoops.h"
#include "wg/Lowering/Computation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;

namespace wg::lowering {

static bool isScalar(Type type) { return cast<RankedTensorType>(type).getRank() == 0; }

bool computesScalars(func::FuncOp f) {
  return llvm::all_of(f.getArguments(), [](Value v) { return v.use_empty() || isScalar(v.getType()); }) &&
         llvm::all_of(f.getResultTypes(), isScalar);
}

FailureOr<Scalars> tryInline(Lowerer &lower, func::FuncOp f, ArrayRef<Scalar> arguments) {
  // What cannot be a scalar computation is lowered as a loop over tensors instead: no reason for a message.
  ScopedDiagnosticHandler quiet(f.getContext(), [](Diagnostic &) { return success(); });
  return inlineComputation(lower, f, arguments);
}

namespace {
/// A loop in the body of a generic without loops.
class TinyWhile {
public:
  TinyWhile(Lowerer &lower, func::FuncOp cond, func::FuncOp body, ArrayRef<Scalar> consts,
            std::optional<int64_t> maxSteps)
      : lower(lower), b(lower.b), cond(cond), body(body), consts(consts), maxSteps(maxSteps) {}

  FailureOr<Scalars> run(ArrayRef<Scalar> carry) {
    Values starts = valuesOf(carry);
    if (maxSteps)
      starts.push_back(lower.index(0));
    SmallVector<Type> types(ValueRange(starts).getTypes());
    SmallVector<Location> locs(types.size(), b.getLoc());
    OpBuilder::InsertionGuard guard(b);
    auto loop = scf::WhileOp::create(b, types, starts);
    Block *before = b.createBlock(&loop.getBefore(), {}, types, locs);
    if (failed(emitCondition(before->getArguments(), carry.size())))
      return failure();
    Block *after = b.createBlock(&loop.getAfter(), {}, types, locs);
    FailureOr<Scalars> next = tryInline(lower, body, operands(after->getArguments().take_front(carry.size())));
    if (failed(next))
      return failure();
    Values yielded = valuesOf(*next);
    if (maxSteps)
      yielded.push_back(arith::AddIOp::create(b, after->getArguments().back(), lower.index(1)));
    scf::YieldOp::create(b, yielded);
    return scalars(loop.getResults().take_front(carry.size()));
  }

private:
  Values valuesOf(ArrayRef<Scalar> x) {
    return llvm::map_to_vector<2>(x, [](const Scalar &s) { return s.get(); });
  }
  Scalars scalars(ValueRange values) {
    return llvm::map_to_vector<2>(values, [&](Value v) { return Scalar(b, v); });
  }
  Scalars operands(ValueRange carry) {
    Scalars all(consts);
    all.append(scalars(carry));
    return all;
  }
  LogicalResult emitCondition(ValueRange arguments, size_t count) {
    FailureOr<Scalars> holds = tryInline(lower, cond, operands(arguments.take_front(count)));
    if (failed(holds))
      return failure();
    Value goesOn = holds->front().get();
    if (maxSteps) {
      Value isBelow = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, arguments.back(), lower.index(*maxSteps));
      goesOn = arith::AndIOp::create(b, goesOn, isBelow);
    }
    scf::ConditionOp::create(b, goesOn, arguments);
    return success();
  }

  Lowerer &lower;
  ImplicitLocOpBuilder &b;
  func::FuncOp cond, body;
  ArrayRef<Scalar> consts;
  std::optional<int64_t> maxSteps;
};
} // namespace

std::optional<Values> tinyWhile(Lowerer &lower, func::FuncOp cond, func::FuncOp body, ArrayRef<Value> consts,
                                ArrayRef<Value> carry, std::optional<int64_t> maxSteps) {
  if (!computesScalars(cond) || !computesScalars(body) || carry.empty())
    return std::nullopt;
  SmallVector<Input> inputs;
  SmallVector<RankedTensorType> types;
  for (Value v : consts)
    if (isScalar(v.getType()))
      inputs.push_back({v, lower.identity(0), {}});
  for (Value v : carry) {
    inputs.push_back({v, lower.identity(0), {}});
    types.push_back(tensorType(v));
  }
  bool fits = true;
  Values results = lower.map_(inputs, types, [&](ArrayRef<Scalar> x) {
    Scalars starts(x.take_back(carry.size())), known;
    for (Value v : consts) {
      known.push_back(isScalar(v.getType()) ? x.front() : Scalar());
      x = x.drop_front(isScalar(v.getType()));
    }
    FailureOr<Scalars> out = TinyWhile(lower, cond, body, known, maxSteps).run(starts);
    fits = succeeded(out);
    return fits ? *out : starts;
  });
  if (fits)
    return results;
  results.front().getDefiningOp()->erase();
  return std::nullopt;
}

namespace {
/// One pass over all steps as a generic that "reduces" over them: its carries are accumulators, its streams are results
/// with an element for each step, in the order in which it makes them.
class TinyPass {
public:
  TinyPass(Lowerer &lower, const TinyPassInputs &pass, Value count, Value length)
      : lower(lower), b(lower.b), pass(pass), count(count), length(length) {}

  std::optional<TinyPassResults> run();

private:
  LogicalResult emitBody(Block *block);
  /// The element of a stream for this step.
  Value element(const TinyStream &stream, Value step) {
    Value at = stream.reverse == pass.reverse ? step : fromEnd(step);
    return tensor::ExtractOp::create(b, stream.values, at);
  }
  Value fromEnd(Value step) {
    Value last = arith::SubIOp::create(b, length, lower.index(1));
    return arith::SubIOp::create(b, last, step);
  }

  Lowerer &lower;
  ImplicitLocOpBuilder &b;
  const TinyPassInputs &pass;
  Value count, length;
};
} // namespace

LogicalResult TinyPass::emitBody(Block *block) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(block);
  func::FuncOp f = pass.fn;
  ValueRange given = block->getArguments();
  Scalars arguments;
  for (Value v : pass.consts) {
    arguments.emplace_back(isScalar(v.getType()) ? Scalar(b, given.front()) : Scalar());
    given = given.drop_front(isScalar(v.getType()));
  }
  given = given.drop_front(); // what gives the loop its length
  ValueRange carry = given.take_front(pass.carry.size());
  for (Value v : carry)
    arguments.emplace_back(b, v);
  Value step = lower.loopIndex(0);
  for (const TinyStream &stream : pass.streams)
    arguments.emplace_back(stream.values ? Scalar(b, element(stream, step)) : Scalar());
  FailureOr<Scalars> results = tryInline(lower, f, arguments);
  if (failed(results))
    return failure();
  Value isStep = arith::CmpIOp::create(b, arith::CmpIPredicate::slt, step, count);
  Values yielded;
  for (auto [now, before] : llvm::zip(*results, carry))
    yielded.push_back(arith::SelectOp::create(b, isStep, now.get(), before));
  for (const Scalar &x : ArrayRef(*results).drop_front(carry.size()))
    yielded.push_back(x.get());
  linalg::YieldOp::create(b, yielded);
  return success();
}

std::optional<TinyPassResults> TinyPass::run() {
  AffineMap alone = lower.project(1, {}), each = lower.identity(1);
  Values inputs, inits = pass.carry;
  SmallVector<AffineMap> maps;
  for (Value v : pass.consts)
    if (isScalar(v.getType())) {
      inputs.push_back(v);
      maps.push_back(alone);
    }
  inputs.push_back(tensor::EmptyOp::create(b, ArrayRef<OpFoldResult>{length}, b.getI8Type()));
  maps.push_back(each);
  maps.append(pass.carry.size(), alone);
  func::FuncOp f = pass.fn;
  for (Type type : TypeRange(f.getResultTypes()).drop_front(pass.carry.size())) {
    Type element = cast<RankedTensorType>(signless(type)).getElementType();
    inits.push_back(tensor::EmptyOp::create(b, ArrayRef<OpFoldResult>{length}, element));
    maps.push_back(each);
  }
  utils::IteratorType iterators[] = {utils::IteratorType::reduction};
  auto generic = linalg::GenericOp::create(b, ValueRange(inits).getTypes(), inputs, inits, maps, iterators);
  Block *block;
  {
    OpBuilder::InsertionGuard guard(b);
    block = b.createBlock(&generic.getRegion());
  }
  for (Value v : llvm::concat<Value>(inputs, inits))
    block->addArgument(elementType(v), b.getLoc());
  if (failed(emitBody(block))) {
    generic->erase();
    return std::nullopt;
  }
  ValueRange results = generic.getResults();
  TinyPassResults out{Values(results.take_front(pass.carry.size())), {}};
  for (Value v : results.drop_front(pass.carry.size()))
    out.streams.push_back({v, pass.reverse});
  return out;
}

std::optional<TinyPassResults> tinyPass(Lowerer &lower, const TinyPassInputs &pass, Value count, Value length) {
  if (!computesScalars(pass.fn))
    return std::nullopt;
  return TinyPass(lower, pass, count, length).run();
}

} // namespace wg::lowering
