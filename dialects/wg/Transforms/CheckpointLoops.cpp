// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Policies in the bodies of scans and in branches: what a policy saves there becomes results of the op (a scan stacks
// them), from which the op that runs again takes them.

#include "wg/Transforms/CheckpointLoops.h"
#include "wg/Ops/ControlFlow.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace wg;

namespace {
/// A function that returns what is saved in it after its results, and one that takes this after its arguments.
struct SplitFunction {
  func::FuncOp saving, again;
  Types saved;
};

class Splitter {
public:
  Splitter(TransformCache &cache, const SavePolicy &policy) : cache(cache), policy(policy) {}

  FailureOr<SplitFunction> split(func::FuncOp f);
  FailureOr<SavedInside> split(OpBuilder &builder, Operation *op);

private:
  bool isSaved(Operation *op) { return op->getNumResults() && !isSplit(op) && policy.saves(op); }
  static bool isSplit(Operation *op) { return isa<ScanOp, CondOp>(op); }
  FailureOr<SavedInside> splitScan(OpBuilder &builder, ScanOp op);
  FailureOr<SavedInside> splitCond(OpBuilder &builder, CondOp op);

  TransformCache &cache;
  const SavePolicy &policy;
};
} // namespace

FailureOr<SplitFunction> Splitter::split(func::FuncOp given) {
  FailureOr<func::FuncOp> flat = cache.flatten(given);
  if (failed(flat))
    return failure();
  func::FuncOp f = *flat;
  Block &block = f.getBody().front();
  SplitFunction result;
  DenseMap<Operation *, SavedInside> inside;
  auto mapped = [](IRMapping &map, ValueRange values) {
    return Values(llvm::map_range(values, [&](Value v) { return map.lookup(v); }));
  };
  auto saving = [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
    IRMapping map;
    map.map(block.getArguments(), arguments);
    Values saved;
    for (Operation &op : block.without_terminator()) {
      Operation *copy = b.clone(op, map);
      if (isSaved(&op))
        llvm::append_range(saved, copy->getResults());
      if (!isSplit(&op))
        continue;
      FailureOr<SavedInside> parts = split(b, copy);
      if (failed(parts))
        return failure();
      if (!parts->op)
        continue;
      map.map(op.getResults(), parts->op->getResults().drop_back(parts->numSaved));
      llvm::append_range(saved, parts->op->getResults().take_back(parts->numSaved));
      copy->erase();
      inside.try_emplace(&op, *parts);
    }
    result.saved = Types(ValueRange(saved).getTypes());
    return join({mapped(map, block.getTerminator()->getOperands()), saved});
  };
  FailureOr<func::FuncOp> first = cache.define(f, f.getName() + ".saving", f.getArgumentTypes(), saving);
  if (failed(first))
    return failure();
  result.saving = *first;
  Types inputs(f.getArgumentTypes());
  llvm::append_range(inputs, result.saved);
  auto again = [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
    IRMapping map;
    map.map(block.getArguments(), arguments.take_front(f.getNumArguments()));
    ValueRange saved = arguments.drop_front(f.getNumArguments());
    auto take = [&](size_t count) {
      ValueRange taken = saved.take_front(count);
      saved = saved.drop_front(count);
      return taken;
    };
    for (Operation &op : block.without_terminator()) {
      auto parts = inside.find(&op);
      if (isSaved(&op))
        map.map(op.getResults(), take(op.getNumResults()));
      else if (parts != inside.end())
        map.map(op.getResults(), parts->second.again(b, mapped(map, op.getOperands()), take(parts->second.numSaved)));
      else
        b.clone(op, map);
    }
    return mapped(map, block.getTerminator()->getOperands());
  };
  FailureOr<func::FuncOp> second = cache.define(f, f.getName() + ".again", inputs, again);
  if (failed(second))
    return failure();
  result.again = *second;
  return result;
}

FailureOr<SavedInside> Splitter::splitScan(OpBuilder &builder, ScanOp op) {
  FailureOr<func::FuncOp> body = cache.lookup(op.getCallee(), op.getLoc());
  FailureOr<SplitFunction> parts = failed(body) ? FailureOr<SplitFunction>() : split(*body);
  if (failed(parts))
    return failure();
  if (parts->saved.empty())
    return SavedInside();
  ScanLoop loop(op);
  loop.consts = Values(op.getConsts());
  loop.carry = Values(op.getCarry());
  loop.xs = Values(op.getXs());
  loop.body = parts->saving;
  loop.run(builder);
  SavedInside result{&*std::prev(builder.getInsertionPoint()), static_cast<unsigned>(parts->saved.size()), {}};
  size_t numConsts = op.getNumConsts(), numCarry = op.getNumCarry(), numXs = op.getXs().size();
  loop.body = parts->again;
  result.again = [loop, numConsts, numCarry, numXs](OpBuilder &b, ValueRange operands, ValueRange saved) {
    ScanLoop second = loop;
    auto p = cut(operands, {numConsts, numCarry, numXs});
    second.consts = Values(p[0]);
    second.carry = Values(p[1]);
    second.xs = join({p[2], saved});
    return join(second.run(b));
  };
  return result;
}

/// Of values of types that are added branch by branch: places of these types, which the branches share.
static SmallVector<unsigned> placesFor(ArrayRef<Type> wanted, Types &places) {
  SmallVector<unsigned> found;
  for (Type type : wanted) {
    unsigned place = 0;
    while (place < places.size() && (places[place] != type || llvm::is_contained(found, place)))
      ++place;
    if (place == places.size())
      places.push_back(type);
    found.push_back(place);
  }
  return found;
}

FailureOr<SavedInside> Splitter::splitCond(OpBuilder &builder, CondOp op) {
  SmallVector<SplitFunction> parts;
  SmallVector<SmallVector<unsigned>> placesOf;
  Types saved;
  for (auto symbol : op.getBranches().getAsRange<FlatSymbolRefAttr>()) {
    FailureOr<func::FuncOp> branch = cache.lookup(symbol.getValue(), op.getLoc());
    FailureOr<SplitFunction> split = failed(branch) ? FailureOr<SplitFunction>() : this->split(*branch);
    if (failed(split))
      return failure();
    parts.push_back(*split);
    placesOf.push_back(placesFor(split->saved, saved));
  }
  if (saved.empty())
    return SavedInside();
  SmallVector<func::FuncOp> saving, again;
  size_t numOuts = op.getNumResults(), numInputs = op.getInputs().size();
  Types inputs(op.getInputs().getTypes());
  llvm::append_range(inputs, saved);
  for (auto [part, places] : llvm::zip_equal(parts, placesOf)) {
    auto first =
        cache.define(part.saving, part.saving.getName(), part.saving.getArgumentTypes(),
                     [&, part = part, &places = places](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                       Values outs = cache.apply(b, part.saving, arguments), all(saved.size());
                       for (auto [k, place] : llvm::enumerate(places))
                         all[place] = outs[numOuts + k];
                       outs.truncate(numOuts);
                       for (auto [v, type] : llvm::zip_equal(all, saved))
                         outs.push_back(v ? v : zeroOf(b, op.getLoc(), type));
                       return outs;
                     });
    auto second =
        cache.define(part.again, part.again.getName(), inputs,
                     [&, part = part, &places = places](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                       Values operands(arguments.take_front(numInputs));
                       for (unsigned place : places)
                         operands.push_back(arguments[numInputs + place]);
                       return cache.apply(b, part.again, operands);
                     });
    if (failed(first) || failed(second))
      return failure();
    saving.push_back(*first);
    again.push_back(*second);
  }
  auto run = [sequential = op.getSequential(), loc = op.getLoc()](OpBuilder &b, Value index,
                                                                  ArrayRef<func::FuncOp> branches, ValueRange inputs) {
    func::FuncOp first = branches.front();
    return CondOp::create(b, loc, first.getResultTypes(), index, symbolsAttr(b, branches), inputs, sequential);
  };
  Operation *forward = run(builder, op.getIndex(), saving, op.getInputs());
  SavedInside result{forward, static_cast<unsigned>(saved.size()), {}};
  result.again = [run, again](OpBuilder &b, ValueRange operands, ValueRange saved) {
    return Values(run(b, operands.front(), again, join({operands.drop_front(), saved})).getOuts());
  };
  return result;
}

FailureOr<SavedInside> Splitter::split(OpBuilder &builder, Operation *op) {
  if (auto scan = dyn_cast<ScanOp>(op))
    return splitScan(builder, scan);
  return splitCond(builder, cast<CondOp>(op));
}

FailureOr<SavedInside> wg::splitBySaved(TransformCache &cache, OpBuilder &builder, Operation *op,
                                        const SavePolicy &policy) {
  if (!isa<ScanOp, CondOp>(op))
    return SavedInside();
  return Splitter(cache, policy).split(builder, op);
}
