// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Simplification: inlining, folding and canonicalisation, common subexpressions, dead code, unused functions.

#include "wg/IR/WgDialect.h"
#include "wg/Interfaces/ControlFlowInterface.h"
#include "wg/Ops/Transform.h"
#include "wg/Transforms/Custom.h"
#include "wg/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
using namespace wg;

bool wg::isPure(TransformCache &cache, Operation *op) {
  if (isa<ControlFlowOpInterface>(op))
    return llvm::none_of(functionsOf(op), [&](StringRef name) { return cache.hasEffects(name); });
  if (isa<func::CallOp, JvpOp, VjpOp, VmapOp>(op))
    return !cache.hasEffects(op->getAttrOfType<FlatSymbolRefAttr>("callee").getValue());
  return isMemoryEffectFree(op);
}

bool TransformCache::hasEffects(StringRef function) {
  auto fn = table.lookup<func::FuncOp>(function);
  if (!fn || fn.isExternal())
    return false;
  auto [it, isNew] = memo->effects.try_emplace(fn, false);
  if (!isNew)
    return it->second;
  auto visit = [&](Operation *op) {
    bool isWg = isa<func::CallOp>(op) || isa_and_nonnull<WgDialect>(op->getDialect());
    return isWg && !isPure(*this, op) ? WalkResult::interrupt() : WalkResult::advance();
  };
  bool has = fn.getBody().walk(visit).wasInterrupted();
  return memo->effects[fn] = has;
}

void wg::eraseDeadOps(TransformCache &cache, Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (!op.hasTrait<OpTrait::IsTerminator>() && op.use_empty() && isPure(cache, &op))
      op.erase();
}

namespace {
/// Ops that compute the same: one name, attributes, types, and operands up to commutation.
struct SameOperation : DenseMapInfo<Operation *> {
  static unsigned getHashValue(Operation *op) {
    uint64_t hash = reinterpret_cast<uintptr_t>(op->getName().getAsOpaquePointer());
    auto mix = [](uint64_t h) { return (h ^ h >> 29) * 0x9e3779b97f4a7c15; };
    auto number = [&](Value v) { return mix(reinterpret_cast<uintptr_t>(v.getAsOpaquePointer())); };
    // Two operands hash alike in both orders; whether the op commutes is asked only of candidates.
    if (op->getNumOperands() == 2)
      hash = mix(hash) + number(op->getOperand(0)) + number(op->getOperand(1));
    else
      for (Value v : op->getOperands())
        hash = mix(hash) + number(v);
    if (op->getPropertiesStorageSize())
      hash = mix(hash) + static_cast<size_t>(op->hashProperties());
    return static_cast<unsigned>(mix(hash) >> 32);
  }

  static bool isEqual(Operation *a, Operation *b) {
    if (a == b || a == getEmptyKey() || a == getTombstoneKey() || b == getEmptyKey() || b == getTombstoneKey())
      return a == b;
    if (a->getName() != b->getName() || a->getNumOperands() != b->getNumOperands() ||
        a->getRawDictionaryAttrs() != b->getRawDictionaryAttrs() || a->getResultTypes() != b->getResultTypes())
      return false;
    bool same = llvm::equal(a->getOperands(), b->getOperands());
    if (!same && a->getNumOperands() == 2 && a->getOperand(0) == b->getOperand(1) &&
        a->getOperand(1) == b->getOperand(0))
      same = a->hasTrait<OpTrait::IsCommutative>();
    return same && (!a->getPropertiesStorageSize() ||
                    a->getName().compareOpProperties(a->getPropertiesStorage(), b->getPropertiesStorage()));
  }
};
} // namespace

/// Common subexpressions of straight-line code; a third of the time of MLIR's pass, which knows nothing of calls.
static void mergeCommonOps(TransformCache &cache, Block &block) {
  DenseSet<Operation *, SameOperation> seen;
  seen.reserve(block.getOperations().size());
  for (Operation &op : llvm::make_early_inc_range(block.without_terminator())) {
    if (op.getNumRegions() || op.getNumResults() == 0)
      continue;
    auto [known, isNew] = seen.insert(&op);
    if (isNew || !isPure(cache, &op))
      continue;
    op.replaceAllUsesWith(*known);
    op.erase();
  }
}

/// The canonicalisation patterns of all ops that occur in programs.
static FrozenRewritePatternSet collectPatterns(MLIRContext *context) {
  RewritePatternSet patterns(context);
  for (RegisteredOperationName op : context->getRegisteredOperations())
    if (isa_and_nonnull<WgDialect, func::FuncDialect>(&op.getDialect()))
      op.getCanonicalizationPatterns(patterns, context);
  context->getLoadedDialect<WgDialect>()->getCanonicalizationPatterns(patterns);
  return FrozenRewritePatternSet(std::move(patterns));
}

void TransformCache::simplify(func::FuncOp f) {
  if (!memo->patterns)
    memo->patterns = std::make_unique<FrozenRewritePatternSet>(collectPatterns(root.getContext()));
  auto reduce = [&] {
    for (Block &block : f.getBody()) {
      eraseDeadOps(*this, block);
      mergeCommonOps(*this, block);
    }
  };
  auto rewrite = [&] {
    reduce();
    GreedyRewriteConfig config;
    config.setUseTopDownTraversal(true).setRegionSimplificationLevel(GreedySimplifyRegionLevel::Disabled);
    bool changed = false;
    // Not converging within the limits leaves correct code that could be simpler.
    (void)applyPatternsGreedily(f, *memo->patterns, config, &changed);
    if (changed)
      reduce();
  };
  rewrite();
  constexpr unsigned kMaxRounds = 8;
  for (unsigned i = 0; i < kMaxRounds && simplifyControlFlow(f); ++i)
    rewrite();
}

bool TransformCache::simplifyControlFlow(func::FuncOp f) {
  SmallVector<ControlFlowOpInterface> ops;
  f.walk([&](ControlFlowOpInterface op) { ops.push_back(op); });
  bool changed = false;
  for (ControlFlowOpInterface op : llvm::reverse(ops)) {
    OpBuilder builder(op);
    std::optional<SmallVector<Value>> values = op.simplifyRule(*this, builder);
    if (!values)
      continue;
    for (auto [result, value] : llvm::zip_equal(op->getResults(), *values))
      if (value)
        result.replaceAllUsesWith(value);
    op->erase();
    changed = true;
  }
  return changed;
}

SmallVector<Value> TransformCache::apply(OpBuilder &builder, func::FuncOp f, ValueRange operands) {
  IRMapping map;
  map.map(f.getArguments(), operands);
  Block &block = f.getBody().front();
  for (Operation &op : block.without_terminator())
    builder.clone(op, map);
  return llvm::map_to_vector(block.getTerminator()->getOperands(), [&](Value v) { return map.lookup(v); });
}

SmallVector<Value> wg::inlineCall(TransformCache &cache, func::CallOp call, func::FuncOp callee) {
  OpBuilder builder(call);
  SmallVector<Value> values = cache.apply(builder, callee, call.getOperands());
  call->replaceAllUsesWith(values);
  call.erase();
  return values;
}

/// Whether calls of a function may be replaced by its body before derivatives are taken.
static bool isPlain(func::FuncOp f) {
  return !f.isExternal() && f.getBody().hasOneBlock() && llvm::all_of(f->getDiscardableAttrs(), [](NamedAttribute a) {
    return !a.getName().getValue().starts_with("wg.") || a.getName() == kJitAttr;
  });
}

FailureOr<func::FuncOp> TransformCache::flatten(func::FuncOp f) {
  auto plainCalls = [&](func::FuncOp in) {
    SmallVector<func::CallOp> calls;
    in.walk([&](func::CallOp call) {
      if (auto callee = table.lookup<func::FuncOp>(call.getCallee()); callee && isPlain(callee))
        calls.push_back(call);
    });
    return calls;
  };
  if (plainCalls(f).empty())
    return f;
  std::string key = ("flat " + f.getName()).str();
  if (auto it = memo->functions.find(key); it != memo->functions.end())
    return it->second;
  if (failed(expand(f)))
    return failure();
  Draft draft(f, f.getArgumentTypes());
  draft.setResults(apply(draft.builder, f, draft.body().getArguments()));
  for (func::CallOp call : plainCalls(draft.function())) {
    FailureOr<func::FuncOp> callee = flatten(table.lookup<func::FuncOp>(call.getCallee()));
    if (failed(callee))
      return failure();
    inlineCall(*this, call, *callee);
  }
  simplify(draft.function());
  func::FuncOp flat = draft.finish(*this, f.getName());
  memo->functions[key] = flat;
  return flat;
}

void wg::eraseUnusedFunctions(ModuleOp module, const DenseSet<Operation *> *among) {
  SymbolTable table(module);
  DenseSet<Operation *> reached;
  SmallVector<Operation *> work;
  auto reach = [&](Operation *fn) {
    if (fn && reached.insert(fn).second)
      work.push_back(fn);
  };
  for (Operation &op : *module.getBody()) {
    auto fn = dyn_cast<func::FuncOp>(op);
    if (!fn || !fn.isPrivate() || (among && !among->contains(fn)))
      reach(&op);
  }
  while (!work.empty()) {
    // Ops that use functions, and functions that have rules of their own.
    work.pop_back_val()->walk([&](Operation *op) {
      if (isa<SymbolUserOpInterface, func::FuncOp>(op))
        op->getAttrDictionary().walk([&](SymbolRefAttr symbol) { reach(table.lookup(symbol.getRootReference())); });
    });
  }
  for (auto fn : llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (!reached.contains(fn))
      fn.erase();
}

void TransformCache::eraseUnused() {
  eraseUnusedFunctions(root, &memo->derived);
  memo->derived.clear();
}

namespace {
/// Inlines bottom-up, so that a body that is inlined has no inlinable calls itself.
class Inliner {
public:
  Inliner(TransformCache &cache, bool inlineJit) : cache(cache), inlineJit(inlineJit) {}

  LogicalResult run(func::FuncOp f) {
    auto [it, isNew] = done.try_emplace(f, false);
    if (!isNew)
      return it->second ? success() : f.emitError() << "recursion: @" << f.getName() << " calls itself";
    if (++depth > kMaxCallDepth)
      return f.emitError() << "calls are nested more than " << kMaxCallDepth << " deep";
    SmallVector<func::CallOp> calls;
    SmallVector<func::FuncOp> bodies;
    f.walk([&](func::CallOp call) { calls.push_back(call); });
    f.walk([&](ControlFlowOpInterface op) {
      for (StringRef name : functionsOf(op))
        if (auto body = cache.symbols().lookup<func::FuncOp>(name); body && !body.isExternal())
          bodies.push_back(body);
    });
    for (func::FuncOp body : bodies)
      if (failed(run(body)))
        return failure();
    for (func::CallOp call : calls)
      if (failed(visit(f, call)))
        return failure();
    cache.simplify(f);
    done[f] = true;
    --depth;
    return success();
  }

private:
  LogicalResult visit(func::FuncOp f, func::CallOp call) {
    auto callee = cache.symbols().lookup<func::FuncOp>(call.getCallee());
    if (!callee || callee.isExternal())
      return success();
    if (failed(run(callee)))
      return failure();
    if (!callee.getBody().hasOneBlock())
      return success();
    if (keepsCalls(callee) && !inlineJit)
      return success();
    size_t size = callee.getBody().front().getOperations().size();
    if ((numInlined[f] += size) > kMaxInlined)
      return f.emitError() << "inlining its calls makes @" << f.getName() << " larger than " << kMaxInlined
                           << " operations; mark functions that are called often with " << kJitAttr;
    inlineCall(cache, call, callee);
    return success();
  }

  static constexpr size_t kMaxInlined = 300000;
  TransformCache &cache;
  bool inlineJit;
  unsigned depth = 0;
  DenseMap<Operation *, size_t> numInlined;
  DenseMap<Operation *, bool> done;
};
} // namespace

LogicalResult wg::simplifyModule(ModuleOp module, bool inlineJit) {
  if (inlineJit) {
    dropCustomRules(module);
    eraseUnusedFunctions(module, nullptr);
  }
  TransformCache cache(module);
  Inliner inliner(cache, inlineJit);
  for (auto fn : module.getOps<func::FuncOp>())
    if (!fn.isExternal() && failed(inliner.run(fn)))
      return failure();
  eraseUnusedFunctions(module, nullptr);
  // What is left of these after dead code is gone is to be run.
  WalkResult walked = module.walk([&](func::CallOp call) {
    auto callee = cache.symbols().lookup<func::FuncOp>(call.getCallee());
    if (!inlineJit || !callee || !isTransposeOnly(callee))
      return WalkResult::advance();
    refuseForward(call.getLoc(), callee.getName());
    return WalkResult::interrupt();
  });
  return failure(walked.wasInterrupted());
}

namespace wg {
#define GEN_PASS_DEF_WGSIMPLIFY
#include "wg/Transforms/Passes.h.inc"
namespace {
struct Simplify : impl::WgSimplifyBase<Simplify> {
  using WgSimplifyBase::WgSimplifyBase;
  void runOnOperation() override {
    if (failed(simplifyModule(getOperation(), inlineJit)))
      signalPassFailure();
  }
};
} // namespace
} // namespace wg
