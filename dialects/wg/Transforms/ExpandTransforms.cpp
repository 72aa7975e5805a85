// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transform ops become calls of derived functions, innermost first: a function is free of transform ops before it is
// transformed.

#include "wg/Interfaces/ControlFlowInterface.h"
#include "wg/Ops/Shape.h"
#include "wg/Ops/Transform.h"
#include "wg/Transforms/Custom.h"
#include "wg/Transforms/Passes.h"

#include "mlir/IR/Matchers.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace wg;

static bool isZeroConstant(Value v) {
  if (auto broadcast = v.getDefiningOp<BroadcastInDimOp>())
    v = broadcast.getX();
  return matchPattern(v, m_AnyZeroFloat());
}

namespace {
/// Replaces one transform op by calls.
class Expansion {
public:
  Expansion(TransformCache &cache, Operation *op) : cache(cache), op(op), builder(op) {}

  LogicalResult run() {
    return llvm::TypeSwitch<Operation *, LogicalResult>(op)
        .Case<JvpOp, VjpOp, VmapOp>([&](auto transform) {
          FailureOr<func::FuncOp> f = cache.lookup(transform.getCallee(), op->getLoc());
          return failed(f) ? failure() : expand(transform, *f);
        })
        .Default([](Operation *) { return success(); });
  }

private:
  LogicalResult expand(JvpOp jvp, func::FuncOp f) {
    FailureOr<JvpResult> derived = cache.jvp(f, jvp.getWrt());
    if (failed(derived))
      return failure();
    return replace(call(derived->fn, jvp.getInputs()));
  }

  LogicalResult expand(VjpOp vjp, func::FuncOp f) {
    FailureOr<LinearizeResult> parts = cache.linearize(f, vjp.getWrt());
    if (failed(parts))
      return failure();
    // Results whose cotangent is the constant 0 (auxiliary ones of grad) are left out of the backward pass.
    SmallVector<bool> linear(parts->lin.getNumArguments(), true), given;
    std::fill_n(linear.begin(), parts->numResiduals, false);
    SmallVector<Value> cotangents;
    for (Value ct : vjp.getCotangents()) {
      given.push_back(!isZeroConstant(ct));
      if (given.back())
        cotangents.push_back(ct);
    }
    FailureOr<TransposeResult> back = cache.transpose(parts->lin, linear, given);
    if (failed(back))
      return failure();
    SmallVector<Value> forward = call(parts->fwd, vjp.getPrimals());
    SmallVector<Value> operands(llvm::drop_begin(forward, f.getNumResults()));
    llvm::append_range(operands, cotangents);
    forward.truncate(f.getNumResults());
    llvm::append_range(forward, call(back->fn, operands));
    return replace(forward);
  }

  LogicalResult expand(VmapOp vmap, func::FuncOp f) {
    FailureOr<func::FuncOp> derived = cache.vmap(f, vmap.getInAxes(), vmap.getOutAxes(), vmap.getSize(), op->getLoc());
    if (failed(derived))
      return failure();
    return replace(call(*derived, vmap.getInputs()));
  }

  /// The results of a call, inlined where it may be.
  SmallVector<Value> call(func::FuncOp callee, ValueRange operands) {
    auto call = func::CallOp::create(builder, op->getLoc(), callee, operands);
    if (keepsCalls(callee))
      return SmallVector<Value>(call.getResults());
    return inlineCall(cache, call, callee);
  }

  LogicalResult replace(ValueRange values) {
    op->replaceAllUsesWith(values);
    op->erase();
    return success();
  }

  TransformCache &cache;
  Operation *op;
  OpBuilder builder;
};
} // namespace

LogicalResult TransformCache::expand(func::FuncOp f) {
  auto [it, isNew] = memo->expanded.try_emplace(f, 0);
  if (!isNew)
    return it->second ? success() : f.emitError() << "recursion: @" << f.getName() << " calls or transforms itself";
  SmallVector<Operation *> calls;
  f.walk([&](Operation *op) {
    if (isa<func::CallOp, JvpOp, VjpOp, VmapOp, ControlFlowOpInterface>(op))
      calls.push_back(op);
  });
  unsigned height = 1;
  ++memo->depth;
  bool hasTransforms = false;
  for (Operation *op : calls) {
    // Callees of calls first as well, so that the engines meet no transform op.
    for (StringRef name : functionsOf(op)) {
      auto callee = table.lookup<func::FuncOp>(name);
      if (!callee || callee.isExternal())
        continue;
      if (memo->depth > kMaxCallDepth)
        return op->emitError() << "calls are nested more than " << kMaxCallDepth << " deep";
      if (failed(expand(callee)))
        return failure();
      height = std::max(height, memo->expanded[callee] + 1);
    }
    if (height > kMaxCallDepth)
      return op->emitError() << "calls are nested more than " << kMaxCallDepth << " deep";
    if (isa<func::CallOp, ControlFlowOpInterface>(op))
      continue;
    hasTransforms = true;
    if (failed(Expansion(*this, op).run()))
      return failure();
  }
  if (hasTransforms)
    simplify(f);
  memo->expanded[f] = height;
  --memo->depth;
  return success();
}

LogicalResult TransformCache::expandIn(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block))
    if (isa<JvpOp, VjpOp, VmapOp>(op) && failed(Expansion(*this, &op).run()))
      return failure();
  return success();
}

LogicalResult TransformCache::expandAll() {
  if (failed(verifyCustomRules(root)))
    return failure();
  // Not the rules of functions that nobody differentiates: what is wrong with them does no harm.
  DenseSet<Operation *> rules;
  for (auto fn : root.getOps<func::FuncOp>())
    if (hasCustomRules(fn))
      for (StringRef name : functionsOf(fn))
        rules.insert(table.lookup(name));
  for (func::FuncOp fn : llvm::to_vector(root.getOps<func::FuncOp>()))
    if (!(fn.isPrivate() && rules.contains(fn)) && failed(expand(fn)))
      return failure();
  eraseUnusedFunctions(root, nullptr);
  return success();
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

namespace wg {
#define GEN_PASS_DEF_WGEXPANDTRANSFORMS
#define GEN_PASS_DEF_WGJVP
#define GEN_PASS_DEF_WGLINEARIZE
#define GEN_PASS_DEF_WGTRANSPOSE
#define GEN_PASS_DEF_WGVJP
#define GEN_PASS_DEF_WGBATCH
#include "wg/Transforms/Passes.h.inc"

namespace {
struct ExpandTransforms : impl::WgExpandTransformsBase<ExpandTransforms> {
  void runOnOperation() override {
    TransformCache cache(getOperation());
    if (failed(cache.expandAll()))
      signalPassFailure();
  }
};

/// Runs an engine on the function that an option names; what it derives stays, helpers without uses go.
template <typename Base>
struct EnginePass : Base {
  using Base::Base;
  void runOnOperation() override {
    TransformCache cache(this->getOperation());
    FailureOr<func::FuncOp> f = cache.lookup(this->fn, this->getOperation().getLoc());
    if (failed(f))
      return this->signalPassFailure();
    FailureOr<SmallVector<func::FuncOp>> derived = derive(cache, *f);
    if (failed(derived))
      return this->signalPassFailure();
    for (func::FuncOp fn : *derived)
      fn.setPublic();
    cache.eraseUnused();
  }
  virtual FailureOr<SmallVector<func::FuncOp>> derive(TransformCache &cache, func::FuncOp f) = 0;
};

struct Jvp : EnginePass<impl::WgJvpBase<Jvp>> {
  using EnginePass::EnginePass;
  FailureOr<SmallVector<func::FuncOp>> derive(TransformCache &cache, func::FuncOp f) override {
    FailureOr<JvpResult> result = cache.jvp(f, llvm::to_vector(wrt));
    if (failed(result))
      return failure();
    return SmallVector<func::FuncOp>{result->fn};
  }
};

struct Linearize : EnginePass<impl::WgLinearizeBase<Linearize>> {
  using EnginePass::EnginePass;
  FailureOr<SmallVector<func::FuncOp>> derive(TransformCache &cache, func::FuncOp f) override {
    FailureOr<LinearizeResult> result = cache.linearize(f, llvm::to_vector(wrt));
    if (failed(result))
      return failure();
    return SmallVector<func::FuncOp>{result->fwd, result->lin};
  }
};

struct Transpose : EnginePass<impl::WgTransposeBase<Transpose>> {
  using EnginePass::EnginePass;
  FailureOr<SmallVector<func::FuncOp>> derive(TransformCache &cache, func::FuncOp f) override {
    if (numResiduals > f.getNumArguments())
      return f.emitError() << "wg-transpose of @" << f.getName() << ": expected at most " << f.getNumArguments()
                           << " residuals but got " << numResiduals.getValue();
    SmallVector<bool> linear(f.getNumArguments(), true);
    std::fill_n(linear.begin(), numResiduals.getValue(), false);
    FailureOr<TransposeResult> result = cache.transpose(f, linear, SmallVector<bool>(f.getNumResults(), true));
    if (failed(result))
      return failure();
    return SmallVector<func::FuncOp>{result->fn};
  }
};

struct Vjp : EnginePass<impl::WgVjpBase<Vjp>> {
  using EnginePass::EnginePass;
  FailureOr<SmallVector<func::FuncOp>> derive(TransformCache &cache, func::FuncOp f) override {
    FailureOr<func::FuncOp> result = cache.vjp(f, llvm::to_vector(wrt));
    if (failed(result))
      return failure();
    return SmallVector<func::FuncOp>{*result};
  }
};

struct Batch : EnginePass<impl::WgBatchBase<Batch>> {
  using EnginePass::EnginePass;
  FailureOr<SmallVector<func::FuncOp>> derive(TransformCache &cache, func::FuncOp f) override {
    auto error = [&] { return f.emitError() << "wg-batch of @" << f.getName() << ": "; };
    auto axes = [&](auto &option, unsigned number) -> FailureOr<SmallVector<int64_t>> {
      SmallVector<int64_t> numbers;
      for (const std::string &text : option) {
        int64_t axis = VmapOp::kUnbatched;
        if (text != "-" && StringRef(text).getAsInteger(10, axis))
          return error() << "expected numbers or - as axes but got '" << text << "'";
        numbers.push_back(axis);
      }
      if (numbers.empty())
        numbers.assign(number, 0);
      return numbers;
    };
    FailureOr<SmallVector<int64_t>> ins = axes(inAxes, f.getNumArguments());
    FailureOr<SmallVector<int64_t>> outs = failed(ins) ? ins : axes(outAxes, f.getNumResults());
    if (failed(outs))
      return failure();
    FailureOr<func::FuncOp> result = cache.vmap(f, *ins, *outs, size, f.getLoc());
    if (failed(result))
      return failure();
    return SmallVector<func::FuncOp>{*result};
  }
};
} // namespace
} // namespace wg
