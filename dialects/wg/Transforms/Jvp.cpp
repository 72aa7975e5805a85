// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Forward mode: the program with the tangent of every value that depends on an active argument.

#include "wg/Interfaces/ControlFlowInterface.h"
#include "wg/Ops/Transform.h"
#include "wg/Transforms/Checkpoint.h"
#include "wg/Transforms/Custom.h"
#include "wg/Transforms/Derive.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace wg;

namespace {
class JvpEmitter {
public:
  JvpEmitter(TransformCache &cache, OpBuilder &builder, Location loc, JvpMode mode)
      : cache(cache), builder(builder), b(builder, loc), mode(mode) {}

  void bindArgument(Value argument, Value primal, Value tangent) {
    primals.map(argument, primal);
    setTangent(argument, tangent);
  }
  LogicalResult visit(Operation *op);

  Value primalOf(Value v) const { return primals.lookup(v); }
  Value tangentOf(Value v) const { return tangents.lookup(v); }

private:
  bool isActive(Operation *op) const {
    return llvm::any_of(op->getOperands(), [&](Value v) { return tangents.contains(v); }) &&
           llvm::any_of(op->getResultTypes(), hasTangent);
  }
  void setTangent(Value of, Value tangent) {
    if (tangent)
      tangents[of] = tangent;
  }
  LogicalResult applyRule(JvpOpInterface op);
  LogicalResult visitDefinition(Operation *op);
  LogicalResult visitInside(Operation *op, Definition &definition);
  LogicalResult visitCall(func::CallOp call);
  LogicalResult visitControlFlow(ControlFlowOpInterface op);
  LogicalResult emitJvpCall(func::CallOp call, func::FuncOp callee, ArrayRef<int64_t> wrt);
  LogicalResult emitSplitCall(func::CallOp call, func::FuncOp callee, ArrayRef<int64_t> wrt);
  void setCallResults(func::CallOp call, ValueRange outs, ValueRange outTangents, ArrayRef<bool> active);

  TransformCache &cache;
  OpBuilder &builder;
  RuleBuilder b;
  JvpMode mode;
  // Both by value of the original program.
  IRMapping primals;
  DenseMap<Value, Value> tangents;
  // Their values are keys of the maps, so they live as long.
  std::list<Definition> definitions;
};
} // namespace

LogicalResult JvpEmitter::visit(Operation *op) {
  if (!isActive(op)) {
    builder.clone(*op, primals);
    return success();
  }
  if (auto call = dyn_cast<func::CallOp>(op))
    return visitCall(call);
  if (auto controlFlow = dyn_cast<ControlFlowOpInterface>(op))
    return visitControlFlow(controlFlow);
  if (auto rule = dyn_cast<JvpOpInterface>(op))
    return applyRule(rule);
  if (hasDefinition(op))
    return visitDefinition(op);
  return op->emitError() << op->getName() << ": has no derivative rule, but its result depends on an argument that is "
                         << "differentiated";
}

LogicalResult JvpEmitter::applyRule(JvpOpInterface op) {
  auto clone = cast<JvpOpInterface>(builder.clone(*op, primals));
  Exprs given;
  SmallVector<bool, 4> wanted;
  for (Value v : op->getOperands()) {
    Value tangent = tangentOf(v);
    given.push_back(tangent ? Expr(b, tangent) : Expr());
    wanted.push_back(bool(tangent));
  }
  b.loc = op->getLoc();
  b.setWanted(wanted);
  Exprs out = clone.jvpRule(b, given);
  for (auto [i, result] : llvm::enumerate(op->getResults())) {
    if (!hasTangent(result.getType()))
      continue;
    FailureOr<Expr> checked = checkRule(b, op, "derivative", i < out.size() ? out[i] : Expr(), result.getType());
    if (failed(checked))
      return failure();
    if (!checked->isNone())
      setTangent(result, checked->get());
  }
  return success();
}

LogicalResult JvpEmitter::visitDefinition(Operation *op) {
  Definition &definition = definitions.emplace_back();
  if (failed(definition.build(op, &cache)))
    return failure();
  return visitInside(op, definition);
}

LogicalResult JvpEmitter::visitInside(Operation *op, Definition &definition) {
  for (Operation &inner : definition.block)
    if (failed(visit(&inner)))
      return failure();
  for (auto [result, value] : llvm::zip(op->getResults(), definition.results)) {
    primals.map(result, primalOf(value));
    setTangent(result, tangentOf(value));
  }
  return success();
}

LogicalResult JvpEmitter::visitControlFlow(ControlFlowOpInterface op) {
  SmallVector<Value> operands, given;
  for (Value v : op->getOperands()) {
    operands.push_back(primalOf(v));
    given.push_back(tangentOf(v));
  }
  FailureOr<WithTangents> results = op.jvpRule(cache, builder, operands, given, mode != JvpMode::Together);
  if (failed(results))
    return failure();
  for (auto [i, result] : llvm::enumerate(op->getResults())) {
    primals.map(result, results->outs[i]);
    setTangent(result, results->tangents[i]);
  }
  return success();
}

LogicalResult JvpEmitter::visitCall(func::CallOp call) {
  FailureOr<func::FuncOp> callee = cache.lookup(call.getCallee(), call.getLoc());
  if (failed(callee))
    return failure();
  SmallVector<int64_t> wrt;
  for (auto [i, v] : llvm::enumerate(call.getOperands()))
    if (tangents.contains(v))
      wrt.push_back(i);
  if (mode == JvpMode::Together) {
    if (isReverseOnly(*callee))
      return refuseForward(call.getLoc(), call.getCallee());
    return emitJvpCall(call, *callee, wrt);
  }
  if (mode == JvpMode::Split || (*callee)->hasAttr(kCheckpointAttr) || hasCustomRules(*callee))
    return emitSplitCall(call, *callee, wrt);
  Definition &body = definitions.emplace_back();
  OpBuilder inside(call.getContext());
  inside.setInsertionPointToEnd(&body.block);
  body.results = cache.apply(inside, *callee, call.getOperands());
  return visitInside(call, body);
}

LogicalResult JvpEmitter::emitJvpCall(func::CallOp call, func::FuncOp callee, ArrayRef<int64_t> wrt) {
  FailureOr<JvpResult> jvp = cache.jvp(callee, wrt);
  if (failed(jvp))
    return failure();
  SmallVector<Value> operands;
  for (Value v : call.getOperands())
    operands.push_back(primalOf(v));
  for (int64_t i : wrt)
    operands.push_back(tangentOf(call.getOperand(i)));
  SmallVector<Value> results = callOrApply(cache, builder, call.getLoc(), callee, jvp->fn, operands);
  ValueRange all(results);
  setCallResults(call, all.take_front(call.getNumResults()), all.drop_front(call.getNumResults()), jvp->active);
  return success();
}

LogicalResult JvpEmitter::emitSplitCall(func::CallOp call, func::FuncOp callee, ArrayRef<int64_t> wrt) {
  FailureOr<LinearizeResult> parts = cache.linearize(callee, wrt);
  if (failed(parts))
    return failure();
  SmallVector<Value> operands;
  for (Value v : call.getOperands())
    operands.push_back(primalOf(v));
  SmallVector<Value> outs = callOrApply(cache, builder, call.getLoc(), callee, parts->fwd, operands);
  // A residual that is an argument is known here: it need not be saved again, nor by every step of a loop.
  SmallVector<Value> primalOperands = std::move(operands);
  operands.clear();
  Operation *terminator = parts->fwd.getBody().front().getTerminator();
  for (auto [residual, result] : llvm::drop_begin(llvm::zip(terminator->getOperands(), outs), call.getNumResults())) {
    auto argument = dyn_cast<BlockArgument>(residual);
    operands.push_back(argument ? primalOperands[argument.getArgNumber()] : result);
  }
  for (int64_t i : wrt)
    operands.push_back(tangentOf(call.getOperand(i)));
  SmallVector<Value> lin = callOrApply(cache, builder, call.getLoc(), callee, parts->lin, operands);
  setCallResults(call, ValueRange(outs).take_front(call.getNumResults()), lin, parts->active);
  return success();
}

void JvpEmitter::setCallResults(func::CallOp call, ValueRange outs, ValueRange outTangents, ArrayRef<bool> active) {
  unsigned next = 0;
  for (auto [i, result] : llvm::enumerate(call.getResults())) {
    primals.map(result, outs[i]);
    if (!hasTangent(result.getType()))
      continue;
    if (active[i])
      setTangent(result, outTangents[next]);
    ++next;
  }
}

SmallVector<Type> wg::jvpInputs(func::FuncOp f, ArrayRef<int64_t> wrt) {
  SmallVector<Type> inputs(f.getArgumentTypes());
  for (int64_t i : wrt)
    inputs.push_back(f.getArgumentTypes()[i]);
  return inputs;
}

FailureOr<SmallVector<bool>> wg::emitJvp(TransformCache &cache, func::FuncOp f, ArrayRef<int64_t> wrt, JvpMode mode,
                                         Draft &draft) {
  JvpEmitter emitter(cache, draft.builder, f.getLoc(), mode);
  unsigned numArguments = f.getNumArguments();
  for (auto [i, argument] : llvm::enumerate(f.getArguments()))
    emitter.bindArgument(argument, draft.body().getArgument(i), {});
  for (auto [k, i] : llvm::enumerate(wrt))
    emitter.bindArgument(f.getArgument(i), draft.body().getArgument(i), draft.body().getArgument(numArguments + k));
  Block &block = f.getBody().front();
  for (Operation &op : block.without_terminator())
    if (failed(emitter.visit(&op)))
      return failure();
  SmallVector<bool> active;
  SmallVector<Value> outs, tangents;
  RuleBuilder b(draft.builder, f.getLoc());
  for (Value v : block.getTerminator()->getOperands()) {
    Value tangent = emitter.tangentOf(v);
    outs.push_back(emitter.primalOf(v));
    active.push_back(bool(tangent));
    if (hasTangent(v.getType()))
      tangents.push_back(tangent ? tangent : zeros(b, v.getType()));
  }
  llvm::append_range(outs, tangents);
  draft.setResults(outs);
  return active;
}

FailureOr<JvpResult> TransformCache::jvp(func::FuncOp f, ArrayRef<int64_t> wrt) {
  std::string key = Memo::key("jvp", f, wrt);
  if (auto it = memo->jvps.find(key); it != memo->jvps.end())
    return it->second;
  auto error = [&] { return f.emitError() << "wg-jvp of @" << f.getName() << ": "; };
  if (failed(checkWrt(f.getArgumentTypes(), wrt, error)) || failed(expand(f)))
    return failure();
  Draft draft(f, jvpInputs(f, wrt));
  FailureOr<SmallVector<bool>> active = emitDerivative(*this, f, wrt, JvpMode::Together, draft);
  if (failed(active))
    return failure();
  simplify(draft.function());
  JvpResult result{draft.finish(*this, f.getName() + ".jvp"), *active};
  if (hasVmapRule(f) && !f->hasAttr(kCustomJvpAttr)) {
    setVmapRuleOfJvp(result.fn, f, wrt);
    llvm::fill(result.active, true); // as the rule may have it
  }
  memo->jvps[key] = result;
  return result;
}
