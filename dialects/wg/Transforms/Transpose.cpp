// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transposition: a program that is linear in some of its arguments, run backwards. Cotangents that are zero stay
// symbolic until a value is needed.

#include "wg/Interfaces/ControlFlowInterface.h"
#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Transform.h"
#include "wg/Transforms/Checkpoint.h"
#include "wg/Transforms/Custom.h"

using namespace mlir;
using namespace wg;

namespace {
class Transposer {
public:
  Transposer(TransformCache &cache, OpBuilder &builder, Location loc)
      : cache(cache), builder(builder), b(builder, loc) {
    b.bindThrough(&bindings);
  }

  /// Arguments of `f` become linear ones, or arguments of `body`, which also has a cotangent for each of the results
  /// that `areGiven` marks.
  void bindArguments(func::FuncOp f, Block &body, ArrayRef<bool> linearArguments, ArrayRef<bool> areGiven);
  /// Copies what does not depend on a linear argument, notes the other ops.
  LogicalResult sweepForward(Block &block);
  LogicalResult sweepBackward();
  bool isLinear(Value v) const { return linear.contains(v); }
  /// The cotangent of `v` as a value; `isZero` tells if it is a zero that had to be built.
  Value materialize(Value v, bool &isZero);

private:
  LogicalResult collect(Operation *op);
  void collectBarrier(OptimizationBarrierOp op);
  LogicalResult collectDefinition(Operation *op);
  LogicalResult transpose(Operation *op);
  LogicalResult transposeCall(func::CallOp call);
  LogicalResult transposeControlFlow(ControlFlowOpInterface op);
  Expr cotangentOf(Value v) const { return cts.lookup(v); }
  void addCotangent(Value of, Expr ct) {
    Expr &sum = cts[of];
    sum = sum + ct;
  }
  LogicalResult checkLinearity(TransposeOpInterface op, ArrayRef<bool> wanted);

  TransformCache &cache;
  OpBuilder &builder;
  RuleBuilder b;
  // All by value of the original program.
  DenseMap<Value, Expr> bindings;
  DenseSet<Value> linear;
  DenseMap<Value, Expr> cts;
  SmallVector<Operation *> order;
  /// Results and their cotangents as given.
  SmallVector<std::pair<Value, Value>> given;
  /// Whether what is computed again waits for the cotangents, so that its values do not live before they are needed.
  bool waitsForCotangents = false;
  // For a composite its result and the value of its definition, which take its place in `order` after its ops.
  DenseMap<Operation *, Definition *> definitionOf;
  std::list<Definition> definitions;
};
} // namespace

void Transposer::bindArguments(func::FuncOp f, Block &body, ArrayRef<bool> linearArguments, ArrayRef<bool> areGiven) {
  unsigned next = 0;
  for (auto [argument, isLinearArgument] : llvm::zip(f.getArguments(), linearArguments)) {
    if (isLinearArgument)
      linear.insert(argument);
    else
      bindings[argument] = Expr(b, body.getArgument(next++));
  }
  for (auto [v, isGiven] : llvm::zip(f.getBody().front().getTerminator()->getOperands(), areGiven))
    if (isGiven)
      given.emplace_back(v, body.getArgument(next++));
  waitsForCotangents = f->hasAttr(kCheckpointAttr);
}

Value Transposer::materialize(Value v, bool &isZero) {
  Expr ct = cotangentOf(v);
  isZero = ct.isNone();
  return isZero ? zeros(b, v.getType()) : ct.get();
}

LogicalResult Transposer::sweepForward(Block &block) {
  for (Operation &op : block.without_terminator())
    if (failed(collect(&op)))
      return failure();
  return success();
}

/// Its operands are independent of each other; with them the cotangents can go through.
void Transposer::collectBarrier(OptimizationBarrierOp op) {
  SmallVector<Value> operands, results;
  for (auto [operand, result] : llvm::zip_equal(op.getInputs(), op.getOuts())) {
    if (isLinear(operand)) {
      linear.insert(result);
      continue;
    }
    operands.push_back(bindings.lookup(operand).get());
    results.push_back(result);
  }
  if (operands.size() < op.getNumOperands())
    order.push_back(op);
  if (operands.empty())
    return;
  if (waitsForCotangents)
    for (auto &[result, ct] : given)
      operands.push_back(ct);
  auto barrier = OptimizationBarrierOp::create(builder, op.getLoc(), TypeRange(ValueRange(operands)), operands);
  for (auto [result, now] : llvm::zip(results, barrier.getOuts()))
    bindings[result] = Expr(b, now);
  if (waitsForCotangents)
    for (auto [entry, now] : llvm::zip_equal(given, barrier.getOuts().drop_front(results.size())))
      entry.second = now;
}

LogicalResult Transposer::collect(Operation *op) {
  if (auto barrier = dyn_cast<OptimizationBarrierOp>(op)) {
    collectBarrier(barrier);
    return success();
  }
  if (llvm::any_of(op->getOperands(), [&](Value v) { return isLinear(v); })) {
    if (!isa<TransposeOpInterface, func::CallOp, ControlFlowOpInterface>(op) && hasDefinition(op))
      return collectDefinition(op);
    linear.insert_range(op->getResults());
    order.push_back(op);
    return success();
  }
  Operation *copy = op->clone();
  for (OpOperand &operand : copy->getOpOperands())
    operand.set(bindings.lookup(operand.get()).get());
  builder.insert(copy);
  for (auto [old, now] : llvm::zip(op->getResults(), copy->getResults()))
    bindings[old] = Expr(b, now);
  return success();
}

LogicalResult Transposer::collectDefinition(Operation *op) {
  Definition &definition = definitions.emplace_back();
  if (failed(definition.build(op, &cache)))
    return failure();
  for (Operation &inner : definition.block)
    if (failed(collect(&inner)))
      return failure();
  linear.insert_range(op->getResults());
  definitionOf[op] = &definition;
  order.push_back(op);
  return success();
}

LogicalResult Transposer::sweepBackward() {
  for (auto [result, ct] : given)
    addCotangent(result, Expr(b, ct));
  for (Operation *op : llvm::reverse(order)) {
    if (llvm::none_of(op->getResults(), [&](Value v) { return cts.contains(v); }))
      continue;
    if (Definition *definition = definitionOf.lookup(op)) {
      for (auto [result, value] : llvm::zip(op->getResults(), definition->results))
        if (Expr ct = cotangentOf(result); !ct.isNone())
          addCotangent(value, ct);
    } else if (failed(transpose(op))) {
      return failure();
    }
  }
  return failure(b.failed());
}

LogicalResult Transposer::checkLinearity(TransposeOpInterface op, ArrayRef<bool> wanted) {
  for (auto [i, want] : llvm::enumerate(wanted))
    if (want && !op.isLinearIn(i))
      return op->emitError() << op->getName() << ": cannot be transposed: it is not linear in operand " << i
                             << ", which depends on a linear argument";
  return success();
}

LogicalResult Transposer::transpose(Operation *op) {
  b.loc = op->getLoc();
  if (auto call = dyn_cast<func::CallOp>(op))
    return transposeCall(call);
  if (auto controlFlow = dyn_cast<ControlFlowOpInterface>(op))
    return transposeControlFlow(controlFlow);
  auto rule = dyn_cast<TransposeOpInterface>(op);
  if (!rule)
    return op->emitError() << op->getName() << ": cannot be transposed: it has no transpose rule, but depends on a "
                           << "linear argument";
  Exprs given;
  for (Value v : op->getResults())
    given.push_back(cotangentOf(v));
  SmallVector<bool, 4> wanted;
  for (Value v : op->getOperands())
    wanted.push_back(isLinear(v));
  if (failed(checkLinearity(rule, wanted)))
    return failure();
  b.setWanted(wanted);
  Exprs out;
  {
    // A rule that asks for the value of a linear operand says so of itself; what matters is said below.
    ScopedDiagnosticHandler quiet(op->getContext(), [](Diagnostic &) { return success(); });
    out = rule.transposeRule(b, given);
  }
  if (b.failed())
    return op->emitError() << op->getName()
                           << ": cannot be transposed: it is not linear in its operands that depend on "
                           << "a linear argument";
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    if (!wanted[i] || i >= out.size())
      continue;
    FailureOr<Expr> ct = checkRule(b, op, "transpose", out[i], operand.getType());
    if (failed(ct))
      return failure();
    if (!ct->isNone())
      addCotangent(operand, *ct);
  }
  return success();
}

LogicalResult Transposer::transposeCall(func::CallOp call) {
  FailureOr<func::FuncOp> callee = cache.lookup(call.getCallee(), call.getLoc());
  if (failed(callee))
    return failure();
  SmallVector<bool> mask, given;
  SmallVector<Value> operands;
  for (Value v : call.getOperands()) {
    mask.push_back(isLinear(v));
    if (!mask.back())
      operands.push_back(b.bind(v).get());
  }
  for (Value v : call.getResults()) {
    Expr ct = cotangentOf(v);
    given.push_back(!ct.isNone());
    if (given.back())
      operands.push_back(ct.get());
  }
  FailureOr<TransposeResult> transposed = cache.transpose(*callee, mask, given);
  if (failed(transposed))
    return failure();
  SmallVector<Value> results = callOrApply(cache, builder, call.getLoc(), *callee, transposed->fn, operands);
  unsigned next = 0;
  for (auto [i, v] : llvm::enumerate(call.getOperands())) {
    if (!mask[i])
      continue;
    if (transposed->active[next])
      addCotangent(v, Expr(b, results[next]));
    ++next;
  }
  return success();
}

LogicalResult Transposer::transposeControlFlow(ControlFlowOpInterface op) {
  SmallVector<Value> operands, given;
  for (Value v : op->getOperands())
    operands.push_back(isLinear(v) ? Value() : b.bind(v).get());
  for (Value v : op->getResults()) {
    Expr ct = cotangentOf(v);
    given.push_back(ct.isNone() ? Value() : ct.get());
  }
  FailureOr<SmallVector<Value>> results = op.transposeRule(cache, builder, operands, given);
  if (failed(results))
    return failure();
  for (auto [v, ct] : llvm::zip_equal(op->getOperands(), *results))
    if (ct && isLinear(v))
      addCotangent(v, Expr(b, ct));
  return success();
}

/// f.lin becomes f.pullback, f.lin_0 f.pullback, anything else f.transpose.
static std::string transposedName(StringRef name) {
  size_t at = name.rfind(".lin");
  if (at == StringRef::npos)
    return (name + ".transpose").str();
  StringRef rest = name.drop_front(at + 4);
  bool isLin = rest.empty() ||
               (rest.consume_front("_") && !rest.empty() && rest.find_first_not_of("0123456789") == StringRef::npos);
  return (isLin ? name.take_front(at) + ".pullback" : name + ".transpose").str();
}

/// The arguments of the transposed function.
static FailureOr<SmallVector<Type>> transposedInputs(func::FuncOp f, ArrayRef<bool> linear, ArrayRef<bool> cts) {
  SmallVector<Type> inputs;
  for (auto [i, type] : llvm::enumerate(f.getArgumentTypes())) {
    if (!linear[i])
      inputs.push_back(type);
    else if (!hasTangent(type))
      return f.emitError() << "wg-transpose of @" << f.getName()
                           << ": expected linear arguments of float or complex type "
                           << "but argument " << i << " has type " << type;
  }
  for (auto [i, type] : llvm::enumerate(f.getResultTypes())) {
    if (cts[i] && !hasTangent(type))
      return f.emitError() << "wg-transpose of @" << f.getName() << ": expected results of float or complex type but "
                           << "result " << i << " has type " << type;
    if (cts[i])
      inputs.push_back(type);
  }
  return inputs;
}

/// Fills `draft` with the transpose of the body of `f`.
static LogicalResult emitTranspose(TransformCache &cache, func::FuncOp f, ArrayRef<bool> linear, ArrayRef<bool> cts,
                                   Draft &draft, SmallVector<bool> &active) {
  Transposer transposer(cache, draft.builder, f.getLoc());
  transposer.bindArguments(f, draft.body(), linear, cts);
  if (failed(transposer.sweepForward(f.getBody().front())) || failed(transposer.sweepBackward()))
    return failure();
  SmallVector<Value> outs;
  for (auto [argument, isLinear] : llvm::zip(f.getArguments(), linear)) {
    if (!isLinear)
      continue;
    bool isZero;
    outs.push_back(transposer.materialize(argument, isZero));
    active.push_back(!isZero);
  }
  draft.setResults(outs);
  return success();
}

FailureOr<TransposeResult> TransformCache::transpose(func::FuncOp f, ArrayRef<bool> linear, ArrayRef<bool> cts) {
  SmallVector<bool> mask(linear);
  llvm::append_range(mask, cts);
  std::string key = Memo::key("transpose", f, ArrayRef<bool>(mask));
  if (auto it = memo->transposed.find(key); it != memo->transposed.end())
    return it->second;
  FailureOr<SmallVector<Type>> inputs = transposedInputs(f, linear, cts);
  if (failed(inputs) || failed(expand(f)))
    return failure();
  Draft draft(f, *inputs);
  TransposeResult result;
  FailureOr<bool> isCustom = emitCustomTranspose(*this, f, linear, cts, draft, result.active);
  if (failed(isCustom) || (!*isCustom && failed(emitTranspose(*this, f, linear, cts, draft, result.active))))
    return failure();
  simplify(draft.function());
  result.fn = draft.finish(*this, transposedName(f.getName()));
  memo->transposed[key] = result;
  return result;
}

FailureOr<TransposeResult> TransformCache::pullback(const LinearizeResult &linearized) {
  func::FuncOp lin = linearized.lin;
  SmallVector<bool> linear(lin.getNumArguments(), true);
  std::fill_n(linear.begin(), linearized.numResiduals, false);
  return transpose(lin, linear, SmallVector<bool>(lin.getNumResults(), true));
}

FailureOr<func::FuncOp> TransformCache::vjp(func::FuncOp f, ArrayRef<int64_t> wrt) {
  std::string key = Memo::key("vjp", f, wrt);
  if (auto it = memo->functions.find(key); it != memo->functions.end())
    return it->second;
  FailureOr<LinearizeResult> parts = linearize(f, wrt);
  if (failed(parts))
    return failure();
  FailureOr<TransposeResult> back = pullback(*parts);
  if (failed(back))
    return failure();
  SmallVector<Type> inputs(f.getArgumentTypes());
  llvm::append_range(inputs, back->fn.getArgumentTypes().drop_front(parts->numResiduals));
  Draft draft(f, inputs);
  ValueRange arguments = draft.body().getArguments();
  auto forward = func::CallOp::create(draft.builder, f.getLoc(), parts->fwd, arguments.take_front(f.getNumArguments()));
  SmallVector<Value> operands(forward.getResults().drop_front(f.getNumResults()));
  llvm::append_range(operands, arguments.drop_front(f.getNumArguments()));
  auto backward = func::CallOp::create(draft.builder, f.getLoc(), back->fn, operands);
  SmallVector<Value> outs(forward.getResults().take_front(f.getNumResults()));
  llvm::append_range(outs, backward.getResults());
  draft.setResults(outs);
  // One function to compile: its own body, not two calls.
  inlineCall(*this, forward, parts->fwd);
  inlineCall(*this, backward, back->fn);
  simplify(draft.function());
  func::FuncOp fn = draft.finish(*this, f.getName() + ".vjp");
  memo->functions[key] = fn;
  return fn;
}
