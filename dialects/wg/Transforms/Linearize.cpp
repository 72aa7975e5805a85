// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Linearization: the derivative program cut in two. What depends on a tangent is the linear function; the rest is the
// forward function, which returns what the linear one needs of it (the residuals).

#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Shape.h"
#include "wg/Ops/Transform.h"
#include "wg/Transforms/CheckpointLoops.h"
#include "wg/Transforms/Custom.h"
#include "wg/Transforms/Derive.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace wg;

namespace {
/// Moves the ops of `forward` that depend on its tangent arguments into a function of their own.
class Partition {
public:
  Partition(TransformCache &cache, func::FuncOp f, Draft &forward, unsigned numOuts,
            const std::optional<SavePolicy> &policy)
      : cache(cache), forward(forward), numPrimals(f.getNumArguments()), numOuts(numOuts), policy(policy),
        lin(f, TypeRange(forward.body().getArgumentTypes()).drop_front(numPrimals)) {}

  /// What the policy saves in loops and branches becomes results of these.
  LogicalResult saveInside();
  void buildLinear();
  void dropUnusedResiduals();
  void setBarrier();
  void trimForward();
  unsigned numResiduals() const { return residuals.size(); }

private:
  bool isComputedAgain(Operation *op);
  void computeAgain(Operation *op);
  Value inLinear(Value v);
  Value saved(Value v);

  TransformCache &cache;
  Draft &forward;
  unsigned numPrimals, numOuts;
  const std::optional<SavePolicy> &policy;

public:
  Draft lin;

private:
  IRMapping map;
  SmallVector<Operation *> linearOps;
  /// Values of `forward` that `lin` takes, in the order of its first arguments.
  SmallVector<Value> residuals;
  DenseMap<Operation *, SavedInside> inside;
};
} // namespace

// Saving is dearer than doing these again: constants, and repetitions of something smaller.
static bool isRematerialized(Operation *op) {
  if (!op)
    return false;
  if (op->hasTrait<OpTrait::ConstantLike>())
    return true;
  auto size = [](Type type) { return cast<RankedTensorType>(type).getNumElements(); };
  if (auto broadcast = dyn_cast<BroadcastInDimOp>(op))
    return size(broadcast.getX().getType()) < size(broadcast.getType());
  StringRef name = op->getName().getStringRef();
  return name == "wg.iota" || name == "wg.axis_index";
}

bool Partition::isComputedAgain(Operation *op) {
  return isRematerialized(op) || (op && policy && !policy->saves(op) && isPure(cache, op));
}

LogicalResult Partition::saveInside() {
  if (!policy || policy->savesNothing())
    return success();
  auto arguments = forward.body().getArguments().drop_front(numPrimals);
  DenseSet<Value> tangents(arguments.begin(), arguments.end());
  for (Operation &op : llvm::make_early_inc_range(forward.body().without_terminator())) {
    if (llvm::any_of(op.getOperands(), [&](Value v) { return tangents.contains(v); })) {
      tangents.insert_range(op.getResults());
      continue;
    }
    if (!isa<ControlFlowOpInterface>(op) || !isComputedAgain(&op))
      continue;
    OpBuilder builder(&op);
    FailureOr<SavedInside> parts = splitBySaved(cache, builder, &op, *policy);
    if (failed(parts))
      return failure();
    if (!parts->op)
      continue;
    op.replaceAllUsesWith(parts->op->getResults().drop_back(parts->numSaved));
    op.erase();
    inside[parts->op] = *parts;
  }
  return success();
}

void Partition::computeAgain(Operation *op) {
  auto parts = inside.find(op);
  if (parts == inside.end()) {
    lin.builder.clone(*op, map);
    return;
  }
  auto mapped = [&](ValueRange values) { return llvm::map_to_vector(values, [&](Value v) { return map.lookup(v); }); };
  unsigned numSaved = parts->second.numSaved;
  for (Value v : op->getResults().take_back(numSaved))
    saved(v);
  SmallVector<Value> results =
      parts->second.again(lin.builder, mapped(op->getOperands()), mapped(op->getResults().take_back(numSaved)));
  map.map(op->getResults().drop_back(numSaved), results);
}

/// The value of `forward` as a value of `lin`. Without recursion: what is computed again can be a long chain.
Value Partition::inLinear(Value v) {
  SmallVector<Value> pending{v};
  while (!pending.empty()) {
    Value next = pending.back();
    Operation *op = next.getDefiningOp();
    if (map.contains(next)) {
      pending.pop_back();
    } else if (!isComputedAgain(op)) {
      saved(next);
    } else {
      size_t before = pending.size();
      for (Value operand : llvm::reverse(op->getOperands()))
        if (!map.contains(operand))
          pending.push_back(operand);
      if (pending.size() == before)
        computeAgain(op);
    }
  }
  return map.lookup(v);
}

Value Partition::saved(Value v) {
  Value argument = lin.body().insertArgument(residuals.size(), v.getType(), v.getLoc());
  residuals.push_back(v);
  map.map(v, argument);
  return argument;
}

void Partition::buildLinear() {
  DenseSet<Value> tangents;
  for (auto [from, to] : llvm::zip(forward.body().getArguments().drop_front(numPrimals), lin.body().getArguments())) {
    tangents.insert(from);
    map.map(from, to);
  }
  for (Operation &op : forward.body().without_terminator()) {
    if (llvm::none_of(op.getOperands(), [&](Value v) { return tangents.contains(v); }))
      continue;
    tangents.insert_range(op.getResults());
    linearOps.push_back(&op);
    for (Value operand : op.getOperands())
      inLinear(operand);
    lin.builder.clone(op, map);
  }
  SmallVector<Value> outTangents;
  for (Value v : forward.body().getTerminator()->getOperands().drop_front(numOuts))
    outTangents.push_back(inLinear(v));
  lin.setResults(outTangents);
  // All of it was simplified in `forward`, but for loops which take only some of what was saved for them.
  if (!inside.empty())
    cache.simplify(lin.function());
  eraseDeadOps(cache, lin.body());
}

void Partition::dropUnusedResiduals() {
  for (unsigned i = residuals.size(); i-- > 0;)
    if (lin.body().getArgument(i).use_empty()) {
      lin.body().eraseArgument(i);
      residuals.erase(residuals.begin() + i);
    }
  lin.updateType();
}

/// What is computed again starts from residuals behind a barrier, or else it would be merged with the first
/// computation.
void Partition::setBarrier() {
  auto arguments = lin.body().getArguments();
  DenseSet<Value> tangents(arguments.begin() + residuals.size(), arguments.end());
  DenseSet<Operation *> again;
  bool isWorthIt = false;
  for (Operation &op : lin.body().without_terminator()) {
    if (llvm::any_of(op.getOperands(), [&](Value v) { return tangents.contains(v); })) {
      tangents.insert_range(op.getResults());
      continue;
    }
    again.insert(&op);
    isWorthIt |= !isRematerialized(&op);
  }
  if (!isWorthIt)
    return;
  auto isAgain = [&](OpOperand &use) { return again.contains(use.getOwner()); };
  SmallVector<Value> from;
  for (Value residual : arguments.take_front(residuals.size()))
    if (llvm::any_of(residual.getUses(), isAgain))
      from.push_back(residual);
  if (from.empty())
    return;
  OpBuilder builder = OpBuilder::atBlockBegin(&lin.body());
  auto barrier = OptimizationBarrierOp::create(builder, from.front().getLoc(), TypeRange(ValueRange(from)), from);
  for (auto [residual, behind] : llvm::zip_equal(from, barrier.getOuts()))
    residual.replaceUsesWithIf(behind, isAgain);
}

void Partition::trimForward() {
  Operation *terminator = forward.body().getTerminator();
  SmallVector<Value> results(terminator->getOperands().take_front(numOuts));
  llvm::append_range(results, residuals);
  terminator->setOperands(results);
  for (Operation *op : llvm::reverse(linearOps))
    op->erase();
  forward.body().eraseArguments(numPrimals, forward.body().getNumArguments() - numPrimals);
  forward.updateType();
  // Loops give only some of what they did.
  if (!inside.empty())
    cache.simplify(forward.function());
  eraseDeadOps(cache, forward.body());
}

FailureOr<LinearizeResult> TransformCache::linearize(func::FuncOp f, ArrayRef<int64_t> wrt) {
  std::string key = Memo::key("linearize", f, wrt);
  if (auto it = memo->linearized.find(key); it != memo->linearized.end())
    return it->second;
  auto error = [&] { return f.emitError() << "wg-linearize of @" << f.getName() << ": "; };
  if (failed(checkWrt(f.getArgumentTypes(), wrt, error)) || failed(expand(f)))
    return failure();
  std::optional<SavePolicy> policy;
  if (f->hasAttr(kCheckpointAttr)) {
    FailureOr<SavePolicy> read = SavePolicy::of(f);
    if (failed(read))
      return failure();
    policy = *read;
  }
  // A policy that saves something chooses among the values of callees, too.
  JvpMode mode = policy && !policy->savesNothing() ? JvpMode::SplitInline : JvpMode::Split;
  Draft forward(f, jvpInputs(f, wrt));
  FailureOr<SmallVector<bool>> active = emitDerivative(*this, f, wrt, mode, forward);
  if (failed(active))
    return failure();
  simplify(forward.function());
  Partition parts(*this, f, forward, f.getNumResults(), policy);
  if (failed(parts.saveInside()))
    return failure();
  parts.buildLinear();
  parts.dropUnusedResiduals();
  if (policy && !policy->mayShare())
    parts.setBarrier();
  if (parts.numResiduals() > kMaxResiduals)
    return error() << "the forward pass has to save " << parts.numResiduals() << " values, more than " << kMaxResiduals
                   << ": calls of calls multiply them";
  parts.trimForward();
  LinearizeResult result;
  result.active = *active;
  result.numResiduals = parts.numResiduals();
  result.lin = parts.lin.finish(*this, f.getName() + ".lin");
  result.fwd = forward.finish(*this, f.getName() + ".fwd");
  memo->linearized[key] = result;
  return result;
}

FailureOr<Linearization> wg::linearizeForPullback(ModuleOp module, StringRef function, ArrayRef<int64_t> wrt) {
  TransformCache cache(module);
  FailureOr<func::FuncOp> f = cache.lookup(function, module.getLoc());
  if (failed(f))
    return failure();
  FailureOr<LinearizeResult> parts = cache.linearize(*f, wrt);
  if (failed(parts))
    return failure();
  FailureOr<TransposeResult> pullback = cache.pullback(*parts);
  if (failed(pullback))
    return failure();
  for (func::FuncOp fn : {parts->fwd, parts->lin, pullback->fn})
    fn.setPublic();
  // They are run as they are: what their callees return and nobody uses should not be computed.
  for (func::FuncOp fn : {parts->fwd, parts->lin, pullback->fn}) {
    if (failed(inlineCalls(cache, fn.getBody().front(), /*inlineJit=*/false)))
      return failure();
    cache.simplify(fn);
  }
  cache.eraseUnused();
  return Linearization{parts->fwd.getName().str(), parts->lin.getName().str(), pullback->fn.getName().str(),
                       parts->numResiduals};
}
