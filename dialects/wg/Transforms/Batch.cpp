// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Batching: the program over one more dimension, which batched values have in front. What does not depend on a batched
// argument is computed once.

#include "wg/Interfaces/NamedAxisInterface.h"
#include "wg/Ops/ControlFlow.h"
#include "wg/Transforms/Custom.h"

#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;
using namespace wg;

namespace {
class Batcher {
public:
  Batcher(TransformCache &cache, OpBuilder &builder, Location loc, int64_t size)
      : cache(cache), builder(builder), b(builder, loc), size(size) {
    b.bindThrough(&bindings);
    b.setBatch(size, {});
  }

  void bindArgument(Value argument, Value value, bool isArgumentBatched) {
    bindings[argument] = Expr(b, value);
    if (isArgumentBatched)
      batched.insert(argument);
  }
  /// x with dimension `from` moved to `to`.
  Expr moveAxis(const Expr &x, int64_t from, int64_t to);
  LogicalResult visit(Operation *op);
  bool isBatched(Value v) const { return batched.contains(v); }
  Expr valueOf(Value v) const { return bindings.lookup(v); }
  /// With the batch dimension, broadcast if `v` does not depend on a batched argument.
  Expr batchedValueOf(Value v);

  RuleBuilder &rules() { return b; }

private:
  LogicalResult applyRule(BatchOpInterface op);
  LogicalResult resolve(NamedAxisOpInterface op);
  LogicalResult visitDefinition(Operation *op);
  LogicalResult visitCall(func::CallOp call);
  LogicalResult visitControlFlow(ControlFlowOpInterface op);
  void copy(Operation *op);

  TransformCache &cache;
  OpBuilder &builder;
  RuleBuilder b;
  int64_t size;
  // All by value of the original program.
  DenseMap<Value, Expr> bindings;
  DenseMap<Value, Expr> broadcasts;
  DenseSet<Value> batched;
  std::list<Definition> definitions;
};
} // namespace

LogicalResult Batcher::visit(Operation *op) {
  StringRef axis = cache.axisInWork();
  if (auto named = dyn_cast<NamedAxisOpInterface>(op); named && !axis.empty() && named.axisName() == axis)
    return resolve(named);
  // What runs on the axis may differ from example to example whatever its operands are.
  if (llvm::none_of(op->getOperands(), [&](Value v) { return isBatched(v); }) && !cache.runsOnAxis(op, axis)) {
    copy(op);
    return success();
  }
  if (auto call = dyn_cast<func::CallOp>(op))
    return visitCall(call);
  if (auto controlFlow = dyn_cast<ControlFlowOpInterface>(op))
    return visitControlFlow(controlFlow);
  if (auto rule = dyn_cast<BatchOpInterface>(op))
    return applyRule(rule);
  if (hasDefinition(op))
    return visitDefinition(op);
  return op->emitError() << op->getName() << ": has no batching rule";
}

void Batcher::copy(Operation *op) {
  Operation *clone = op->clone();
  for (OpOperand &operand : clone->getOpOperands())
    operand.set(valueOf(operand.get()).get());
  builder.insert(clone);
  for (auto [old, now] : llvm::zip(op->getResults(), clone->getResults()))
    bindings[old] = Expr(b, now);
}

Expr Batcher::batchedValueOf(Value v) {
  if (isBatched(v))
    return valueOf(v);
  Expr &broadcast = broadcasts[v];
  if (broadcast.isNone())
    broadcast = b.addBatch(valueOf(v));
  return broadcast;
}

Expr Batcher::moveAxis(const Expr &x, int64_t from, int64_t to) {
  if (from == to)
    return x;
  auto permutation = llvm::to_vector(llvm::seq<int64_t>(x.rank()));
  permutation.erase(permutation.begin() + from);
  permutation.insert(permutation.begin() + to, from);
  return b.create("wg.transpose", {x}, {{"permutation", Ints(permutation)}}).front();
}

// Every rule copes with operands that are not batched: elementwise ones broadcast them, others do better where they
// can.
LogicalResult Batcher::applyRule(BatchOpInterface op) {
  b.loc = op->getLoc();
  SmallVector<bool, 4> mask;
  for (Value v : op->getOperands())
    mask.push_back(isBatched(v));
  b.setBatch(size, mask);
  Exprs out = op.batchRule(b);
  for (auto [i, result] : llvm::enumerate(op->getResults())) {
    auto type = cast<RankedTensorType>(result.getType());
    auto want = RankedTensorType::get(prepend(size, Ints(type.getShape())), type.getElementType());
    Expr value = i < out.size() ? out[i] : Expr();
    FailureOr<Expr> checked = checkRule(b, op, "batching", value, want);
    if (failed(checked))
      return failure();
    bindings[result] = checked->isNone() ? full(b, want, 0) : *checked;
    batched.insert(result);
  }
  return success();
}

LogicalResult Batcher::resolve(NamedAxisOpInterface op) {
  b.loc = op->getLoc();
  SmallVector<bool, 4> mask;
  for (Value v : op->getOperands())
    mask.push_back(isBatched(v));
  b.setBatch(size, mask);
  OnAxis out = op.resolveRule(b);
  if (b.failed())
    return failure();
  auto want = cast<RankedTensorType>(op->getResult(0).getType());
  if (out.isBatched)
    want = RankedTensorType::get(prepend(size, Ints(want.getShape())), want.getElementType());
  FailureOr<Expr> checked = checkRule(b, op, "axis", out.out, want);
  if (failed(checked))
    return failure();
  bindings[op->getResult(0)] = checked->isNone() ? full(b, want, 0) : *checked;
  if (out.isBatched)
    batched.insert(op->getResult(0));
  return success();
}

LogicalResult Batcher::visitDefinition(Operation *op) {
  Definition &definition = definitions.emplace_back();
  if (failed(definition.build(op, &cache)))
    return failure();
  for (Operation &inner : definition.block)
    if (failed(visit(&inner)))
      return failure();
  for (auto [result, value] : llvm::zip(op->getResults(), definition.results)) {
    bindings[result] = valueOf(value);
    if (isBatched(value))
      batched.insert(result);
  }
  return success();
}

LogicalResult Batcher::visitCall(func::CallOp call) {
  FailureOr<func::FuncOp> callee = cache.lookup(call.getCallee(), call.getLoc());
  if (failed(callee))
    return failure();
  SmallVector<bool> mask;
  SmallVector<Value> operands;
  for (Value v : call.getOperands()) {
    mask.push_back(isBatched(v));
    operands.push_back(valueOf(v).get());
  }
  FailureOr<BatchResult> result = cache.batch(*callee, mask, size);
  if (failed(result))
    return failure();
  auto outs = func::CallOp::create(builder, call.getLoc(), result->fn, operands).getResults();
  for (auto [i, v] : llvm::enumerate(call.getResults())) {
    bindings[v] = Expr(b, outs[i]);
    if (result->batched[i])
      batched.insert(v);
  }
  return success();
}

LogicalResult Batcher::visitControlFlow(ControlFlowOpInterface op) {
  SmallVector<bool> mask;
  SmallVector<Value> operands;
  for (Value v : op->getOperands()) {
    mask.push_back(isBatched(v));
    operands.push_back(valueOf(v).get());
  }
  FailureOr<WithBatch> results = op.batchRule(cache, builder, operands, mask, size);
  if (failed(results))
    return failure();
  for (auto [i, v] : llvm::enumerate(op->getResults())) {
    bindings[v] = Expr(b, results->outs[i]);
    if (results->batched[i])
      batched.insert(v);
  }
  return success();
}

bool TransformCache::runsOnAxis(Operation *op, StringRef axis) {
  if (axis.empty() || !isa<func::CallOp, ControlFlowOpInterface>(op))
    return false;
  return llvm::any_of(functionsOf(op), [&](StringRef name) { return isOnAxis(name, axis); });
}

bool TransformCache::isOnAxis(StringRef function, StringRef axis) {
  std::string key = (function + " " + axis).str();
  auto [it, isNew] = memo->axes.try_emplace(key, false);
  auto f = table.lookup<func::FuncOp>(function);
  if (!isNew || !f)
    return it->second;
  // Its attributes name functions that belong to it.
  bool found = llvm::any_of(functionsOf(f), [&](StringRef name) { return isOnAxis(name, axis); });
  found = found || f.walk([&](Operation *op) {
                      auto named = dyn_cast<NamedAxisOpInterface>(op);
                      bool isOn = (named && named.axisName() == axis) || runsOnAxis(op, axis);
                      return isOn ? WalkResult::interrupt() : WalkResult::advance();
                    }).wasInterrupted();
  return memo->axes[key] = found;
}

FailureOr<BatchResult> TransformCache::batch(func::FuncOp f, ArrayRef<bool> batched, int64_t size) {
  if (!f.isExternal() && failed(expand(f)))
    return failure();
  SmallVector<int64_t> numbers(batched.begin(), batched.end());
  numbers.push_back(size);
  std::string key = Memo::key("batch", f, ArrayRef<int64_t>(numbers));
  if (!axisName.empty() && isOnAxis(f.getName(), axisName))
    key += " " + axisName;
  if (auto it = memo->batched.find(key); it != memo->batched.end())
    return it->second;
  if (batchesByRule(f, batched)) {
    FailureOr<BatchResult> result = batchByRule(*this, f, batched, size);
    if (succeeded(result))
      memo->batched[key] = *result;
    return result;
  }
  if (hasCustomRules(f))
    return batchCustom(f, batched, size, key);
  FailureOr<BatchResult> result = batchBody(f, batched, size);
  if (succeeded(result))
    memo->batched[key] = *result;
  return result;
}

// Its rules have to know which results have the dimension, and may call it: all have, and it is known before the rules
// are.
FailureOr<BatchResult> TransformCache::batchCustom(func::FuncOp f, ArrayRef<bool> batched, int64_t size,
                                                   const std::string &key) {
  BatchResult result;
  result.batched.assign(f.getNumResults(), true);
  if (f.isExternal()) {
    auto types = [&](TypeRange given, ArrayRef<bool> mask) {
      SmallVector<Type> all(given);
      for (auto [type, isBatched] : llvm::zip(all, mask))
        type = isBatched ? batchedType(type, size) : type;
      return all;
    };
    auto type = FunctionType::get(f.getContext(), types(f.getArgumentTypes(), batched),
                                  types(f.getResultTypes(), result.batched));
    result.fn = declare(*this, f, f.getName() + ".vmap", type);
  } else {
    FailureOr<BatchResult> body = batchBody(f, batched, size);
    if (failed(body))
      return failure();
    FailureOr<func::FuncOp> fn = define(body->fn, f.getName() + ".vmap", body->fn.getArgumentTypes(),
                                        [&](OpBuilder &builder, ValueRange operands) {
                                          SmallVector<Value> outs = apply(builder, body->fn, operands);
                                          for (auto [v, isBatched] : llvm::zip(outs, body->batched))
                                            v = isBatched ? v : repeated(builder, f.getLoc(), v, size);
                                          return FailureOr<SmallVector<Value>>(outs);
                                        });
    if (failed(fn))
      return failure();
    result.fn = *fn;
  }
  memo->batched[key] = result;
  if (failed(batchCustomRules(*this, f, batched, size, result.fn)))
    return failure();
  return result;
}

FailureOr<BatchResult> TransformCache::batchBody(func::FuncOp f, ArrayRef<bool> batched, int64_t size) {
  SmallVector<Type> inputs(f.getArgumentTypes());
  for (auto [type, isBatched] : llvm::zip(inputs, batched))
    if (auto tensor = dyn_cast<RankedTensorType>(type); tensor && isBatched)
      type = RankedTensorType::get(prepend(size, Ints(tensor.getShape())), tensor.getElementType());
  Draft draft(f, inputs);
  Batcher batcher(*this, draft.builder, f.getLoc(), size);
  for (auto [i, argument] : llvm::enumerate(f.getArguments()))
    batcher.bindArgument(argument, draft.body().getArgument(i), batched[i]);
  Block &block = f.getBody().front();
  for (Operation &op : block.without_terminator())
    if (failed(batcher.visit(&op)))
      return failure();
  BatchResult result;
  SmallVector<Value> outs;
  for (Value v : block.getTerminator()->getOperands()) {
    result.batched.push_back(batcher.isBatched(v));
    outs.push_back(batcher.valueOf(v).get());
  }
  draft.setResults(outs);
  if (failed(expandIn(draft.body())))
    return failure();
  simplify(draft.function());
  result.fn = draft.finish(*this, f.getName() + ".vmap");
  return result;
}

/// The results of `f`, whose ops the batcher has visited, with the batch dimension where `axes` wants it.
static FailureOr<SmallVector<Value>> placeResults(Batcher &batcher, func::FuncOp f, ArrayRef<int64_t> axes,
                                                  Location loc) {
  SmallVector<Value> outs;
  batcher.rules().loc = loc;
  for (auto [i, v] : llvm::enumerate(f.getBody().front().getTerminator()->getOperands())) {
    if (axes[i] != VmapOp::kUnbatched)
      outs.push_back(batcher.moveAxis(batcher.batchedValueOf(v), 0, axes[i]).get());
    else if (!batcher.isBatched(v))
      outs.push_back(batcher.valueOf(v).get());
    else
      return emitError(loc) << "wg.vmap of @" << f.getName() << ": entry " << i << " of out_axes is - but result " << i
                            << " depends on a batched argument; give it an axis";
  }
  return outs;
}

FailureOr<func::FuncOp> TransformCache::vmap(func::FuncOp f, ArrayRef<int64_t> inAxes, ArrayRef<int64_t> outAxes,
                                             int64_t size, StringRef name, Location loc) {
  SmallVector<int64_t> numbers(inAxes);
  llvm::append_range(numbers, outAxes);
  numbers.push_back(size);
  std::string key = Memo::key("vmap", f, ArrayRef<int64_t>(numbers)) + " " + name.str();
  if (auto it = memo->functions.find(key); it != memo->functions.end())
    return it->second;
  auto error = [&] { return emitError(loc) << "wg.vmap of @" << f.getName() << ": "; };
  FailureOr<FunctionType> type = inferVmapType(f.getFunctionType(), inAxes, outAxes, size, error);
  if (failed(type) || failed(expand(f)))
    return failure();
  if (hasCustomRules(f)) {
    // A function that calls it, since a function with rules has the dimension in front.
    FailureOr<func::FuncOp> caller = define(f, f.getName(), f.getArgumentTypes(), [&](OpBuilder &b, ValueRange given) {
      auto call = func::CallOp::create(b, f.getLoc(), f, given);
      return FailureOr<SmallVector<Value>>(SmallVector<Value>(call.getResults()));
    });
    FailureOr<func::FuncOp> fn = failed(caller) ? caller : vmap(*caller, inAxes, outAxes, size, name, loc);
    if (succeeded(fn))
      memo->functions[key] = *fn;
    return fn;
  }
  // A vmap inside has been expanded: from here on the innermost axis of this name is the new one.
  llvm::SaveAndRestore<std::string> scope(axisName, name.str());
  Draft draft(f, type->getInputs());
  Batcher batcher(*this, draft.builder, f.getLoc(), size);
  for (auto [i, argument] : llvm::enumerate(f.getArguments())) {
    Expr value(batcher.rules(), draft.body().getArgument(i));
    bool isBatched = inAxes[i] != VmapOp::kUnbatched;
    batcher.bindArgument(argument, (isBatched ? batcher.moveAxis(value, inAxes[i], 0) : value).get(), isBatched);
  }
  for (Operation &op : f.getBody().front().without_terminator())
    if (failed(batcher.visit(&op)))
      return failure();
  FailureOr<SmallVector<Value>> outs = placeResults(batcher, f, outAxes, loc);
  if (failed(outs) || batcher.rules().failed())
    return failure();
  draft.setResults(*outs);
  if (failed(expandIn(draft.body())))
    return failure();
  simplify(draft.function());
  func::FuncOp fn = draft.finish(*this, f.getName() + ".vmap");
  memo->functions[key] = fn;
  return fn;
}
