// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rules that a program gives for its own functions: what the engines make of them.

#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/Transform.h"
#include "wg/Transforms/CustomRules.h"

using namespace mlir;
using namespace wg;

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

func::FuncOp wg::declare(TransformCache &cache, func::FuncOp near, const Twine &name, FunctionType type) {
  auto fn = func::FuncOp::create(near.getLoc(), name.str(), type);
  fn.setPrivate();
  cache.add(fn, near);
  return fn;
}

SmallVector<Value> wg::callOrApply(TransformCache &cache, OpBuilder &builder, Location loc, func::FuncOp f,
                                   func::FuncOp derived, ValueRange operands) {
  if (hasCustomRules(f) && !keepsCalls(derived))
    return cache.apply(builder, derived, operands);
  return SmallVector<Value>(func::CallOp::create(builder, loc, derived, operands).getResults());
}

static bool isCovered(ArrayRef<int64_t> positions, ArrayRef<int64_t> by) {
  return llvm::all_of(positions, [&](int64_t i) { return llvm::is_contained(by, i); });
}

/// The rule with the fewest tangents that has those of `wrt`.
static FailureOr<CustomRule> chooseRule(func::FuncOp f, ArrayRef<CustomRule> rules, ArrayRef<int64_t> wrt) {
  const CustomRule *best = nullptr;
  for (const CustomRule &rule : rules)
    if (isCovered(wrt, rule.wrt) && (!best || rule.wrt.size() < best->wrt.size()))
      best = &rule;
  if (best)
    return *best;
  if (rules.empty())
    return f.emitError() << "custom derivative of @" << f.getName()
                         << ": its rule is not known to this order; rules in "
                         << "rules are traced for the derivatives that the transforms around them take";
  Positions covered;
  for (const CustomRule &rule : rules)
    llvm::append_range(covered, rule.wrt);
  int64_t missing = *llvm::find_if(wrt, [&](int64_t i) { return !llvm::is_contained(covered, i); });
  return f.emitError() << "custom derivative of @" << f.getName() << ": its rule has no tangent for argument "
                       << missing
                       << ", by which it is differentiated; pass what the function closes over as an argument, and "
                       << "leave the argument out of nondiff_argnums";
}

LogicalResult wg::inlineCalls(TransformCache &cache, Block &block, bool inlineJit) {
  constexpr size_t kMaxInlined = 300000;
  size_t inlined = 0;
  SmallVector<func::CallOp> work = llvm::to_vector(block.getOps<func::CallOp>());
  while (!work.empty()) {
    func::CallOp call = work.pop_back_val();
    auto callee = cache.symbols().lookup<func::FuncOp>(call.getCallee());
    auto isOurs = [&](NamedAttribute a) {
      return a.getName().getValue().starts_with("wg.") && !(inlineJit && a.getName() == kJitAttr);
    };
    if (!callee || callee.isExternal() || !callee.getBody().hasOneBlock() ||
        llvm::any_of(callee->getDiscardableAttrs(), isOurs))
      continue;
    if ((inlined += callee.getBody().front().getOperations().size()) > kMaxInlined)
      return call.emitError() << "inlining its calls makes a derivative larger than " << kMaxInlined << " operations";
    Operation *before = call->getPrevNode();
    Operation *after = call->getNextNode();
    inlineCall(cache, call, callee);
    for (Operation *op = before ? before->getNextNode() : &block.front(); op != after; op = op->getNextNode())
      if (auto inner = dyn_cast<func::CallOp>(op))
        work.push_back(inner);
  }
  return success();
}

/// The results of `fn` on these operands, its body in place and free of transforms.
static FailureOr<Values> applyRule(TransformCache &cache, Draft &draft, func::FuncOp fn, ValueRange operands) {
  if (failed(cache.lookup(fn.getName(), fn.getLoc())) || failed(cache.expand(fn)))
    return failure();
  return Values(cache.apply(draft.builder, fn, operands));
}

namespace {
/// Which results depend on which arguments.
class Dependence {
public:
  explicit Dependence(TransformCache &cache) : cache(cache) {}

  Mask ofFunction(func::FuncOp f, ArrayRef<bool> arguments) {
    if (!f || f.isExternal() || !f.getBody().hasOneBlock())
      return Mask(f ? f.getNumResults() : 0, true);
    DenseSet<Value> moving;
    for (auto [argument, moves] : llvm::zip(f.getArguments(), arguments))
      if (moves)
        moving.insert(argument);
    Block &block = f.getBody().front();
    for (Operation &op : block.without_terminator())
      add(&op, moving);
    return llvm::map_to_vector(block.getTerminator()->getOperands(), [&](Value v) { return moving.contains(v); });
  }

  /// What a loop carries from step to step depends on what its body makes of it.
  Mask ofLoop(Operation *op, Mask inputs) {
    auto named = [&](StringRef key) {
      auto symbol = op->getAttrOfType<FlatSymbolRefAttr>(key);
      return symbol ? cache.symbols().lookup<func::FuncOp>(symbol.getValue()) : func::FuncOp();
    };
    bool isScan = op->hasAttr("callee");
    unsigned first = op->getAttrOfType<IntegerAttr>("num_consts").getInt();
    unsigned count = isScan ? op->getAttrOfType<IntegerAttr>("num_carry").getInt() : inputs.size() - first;
    Mask results;
    for (bool changed = true; changed;) {
      changed = false;
      if (!isScan && llvm::is_contained(ofFunction(named("cond"), inputs), true))
        return Mask(op->getNumResults(), true);
      results = ofFunction(named(isScan ? "callee" : "body"), inputs);
      for (unsigned i = 0; i < count; ++i) {
        changed |= results[i] && !inputs[first + i];
        inputs[first + i] = inputs[first + i] || results[i];
        results[i] = inputs[first + i];
      }
    }
    return results;
  }

  /// Adds the results of `op` that depend on `moving` values.
  void add(Operation *op, DenseSet<Value> &moving) {
    Mask mask = llvm::map_to_vector(op->getOperands(), [&](Value v) { return moving.contains(v); });
    if (!llvm::is_contained(mask, true))
      return;
    Mask results(op->getNumResults(), true);
    auto named = [&](StringRef name) { return cache.symbols().lookup<func::FuncOp>(name); };
    if (auto call = dyn_cast<func::CallOp>(op)) {
      results = ofFunction(named(call.getCallee()), mask);
    } else if (auto cond = dyn_cast<CondOp>(op); cond && !mask.front()) {
      results.assign(results.size(), false);
      for (StringRef name : functionsOf(op))
        for (auto [bit, more] : llvm::zip(results, ofFunction(named(name), ArrayRef(mask).drop_front())))
          bit |= more;
    } else if (op->getName().getStringRef() == "wg.scan" || op->getName().getStringRef() == "wg.while") {
      results = ofLoop(op, mask);
    }
    for (auto [v, moves] : llvm::zip(op->getResults(), results))
      if (moves)
        moving.insert(v);
  }

private:
  TransformCache &cache;
};
} // namespace

/// An op that computes values and tangents at once becomes two, so that what does not depend on a tangent stays behind
/// when the tangents are cut off. Returns what depends on a tangent.
static DenseSet<Value> separateTangents(TransformCache &cache, Block &block, unsigned numPrimals) {
  Dependence dependence(cache);
  DenseSet<Value> moving;
  moving.insert_range(block.getArguments().drop_front(numPrimals));
  for (Operation &op : llvm::make_early_inc_range(block.without_terminator())) {
    dependence.add(&op, moving);
    auto moves = [&](Value v) { return moving.contains(v); };
    if (llvm::none_of(op.getOperands(), moves) || llvm::all_of(op.getResults(), moves))
      continue;
    OpBuilder builder(&op);
    Operation *still = builder.clone(op);
    builder.setInsertionPoint(still);
    for (OpOperand &operand : still->getOpOperands())
      if (moves(operand.get()))
        operand.set(zeroOf(builder, op.getLoc(), operand.get().getType()));
    for (auto [old, now] : llvm::zip(op.getResults(), still->getResults()))
      if (!moves(old))
        old.replaceAllUsesWith(now);
  }
  return moving;
}

//===----------------------------------------------------------------------===//
// Derivatives
//===----------------------------------------------------------------------===//

namespace {
/// Fills the draft of a derivative (see emitJvp).
class CustomJvp {
public:
  CustomJvp(TransformCache &cache, func::FuncOp f, ArrayRef<int64_t> wrt, JvpMode mode, Draft &draft)
      : cache(cache), f(f), wrt(wrt), split(mode != JvpMode::Together), draft(draft),
        primals(draft.body().getArguments().take_front(f.getNumArguments())),
        given(draft.body().getArguments().drop_front(f.getNumArguments())) {}

  /// By wg.custom_jvp.
  FailureOr<Mask> byJvp(ArrayRef<CustomRule> rules) {
    FailureOr<CustomRule> rule = chooseRule(f, rules, wrt);
    if (failed(rule))
      return failure();
    Values operands(primals);
    llvm::append_range(operands, tangentsOf(rule->wrt));
    FailureOr<Values> results = applyRule(cache, draft, rule->fn, operands);
    if (failed(results))
      return failure();
    FailureOr<Mask> active = finish(*results);
    if (failed(active) || !split)
      return active;
    return failed(separate(*rule)) ? FailureOr<Mask>(failure()) : active;
  }

  /// By wg.custom_vjp: the tangents are a function of which only the transpose is known.
  FailureOr<Mask> byVjp(ArrayRef<CustomRule> rules) {
    FailureOr<CustomRule> rule = chooseRule(f, rules, wrt);
    if (failed(rule))
      return failure();
    FailureOr<Values> forward = applyRule(cache, draft, rule->forward, primals);
    if (failed(forward))
      return failure();
    Values operands(llvm::drop_begin(*forward, f.getNumResults()));
    unsigned numResiduals = operands.size();
    llvm::append_range(operands, tangentsOf(rule->wrt));
    func::FuncOp lin = tangentFunction(rules, *rule, operands, numResiduals);
    forward->truncate(f.getNumResults());
    llvm::append_range(*forward, func::CallOp::create(draft.builder, f.getLoc(), lin, operands).getResults());
    return finish(*forward);
  }

  /// By wg.custom_transpose, if what moves is linear: the function on the tangents.
  FailureOr<Mask> byLinearity() {
    Values still, moving(primals);
    if (!isTransposeOnly(f))
      still = Values(func::CallOp::create(draft.builder, f.getLoc(), f, primals).getResults());
    else
      for (Type type : f.getResultTypes())
        still.push_back(zeroOf(draft.builder, f.getLoc(), type));
    for (auto [i, tangent] : llvm::zip(wrt, given))
      moving[i] = tangent;
    FailureOr<SmallVector<CustomRule>> rules = rulesOf(f, kCustomTransposeAttr, cache.symbols());
    if (failed(rules))
      return failure();
    for (int64_t i : rules->front().wrt)
      if (!llvm::is_contained(wrt, i))
        moving[i] = zeroOf(draft.builder, f.getLoc(), moving[i].getType());
    auto results = func::CallOp::create(draft.builder, f.getLoc(), f, moving).getResults();
    for (Value v : results)
      if (hasTangent(v.getType()))
        still.push_back(v);
    return finish(still);
  }

private:
  Values tangentsOf(ArrayRef<int64_t> positions) {
    return llvm::map_to_vector(positions, [&](int64_t i) -> Value {
      const int64_t *at = llvm::find(wrt, i);
      return at != wrt.end() ? given[at - wrt.begin()] : zeroOf(draft.builder, f.getLoc(), f.getArgumentTypes()[i]);
    });
  }

  FailureOr<Mask> finish(ArrayRef<Value> results) {
    draft.setResults(results);
    if (failed(inlineCalls(cache, draft.body(), /*inlineJit=*/true)))
      return failure();
    return Mask(llvm::map_to_vector(f.getResultTypes(), [](Type t) { return hasTangent(t); }));
  }

  /// Values that a rule computes from tangents are computed from zeros.
  LogicalResult separate(CustomRule &rule) {
    Block &body = draft.body();
    DenseSet<Value> moving = separateTangents(cache, body, f.getNumArguments());
    MutableArrayRef<OpOperand> outs = body.getTerminator()->getOpOperands().take_front(f.getNumResults());
    if (llvm::none_of(outs, [&](OpOperand &v) { return moving.contains(v.get()); }))
      return success();
    draft.builder.setInsertionPoint(body.getTerminator());
    Values operands(primals);
    for (int64_t i : rule.wrt)
      operands.push_back(zeroOf(draft.builder, f.getLoc(), f.getArgumentTypes()[i]));
    for (auto [out, v] : llvm::zip(outs, cache.apply(draft.builder, rule.fn, operands)))
      if (moving.contains(out.get()))
        out.set(v);
    return inlineCalls(cache, body, /*inlineJit=*/true);
  }

  /// `(residuals..., tangents of wrt...) -> tangents of the results`, without a body.
  func::FuncOp tangentFunction(ArrayRef<CustomRule> rules, const CustomRule &chosen, ValueRange operands,
                               unsigned numResiduals) {
    Builder &b = draft.builder;
    SmallVector<Type> results;
    SmallVector<int64_t> place(f.getNumResults(), -1);
    for (auto [i, type] : llvm::enumerate(f.getResultTypes()))
      if (hasTangent(type)) {
        place[i] = results.size();
        results.push_back(type);
      }
    SmallVector<int64_t> linear = llvm::to_vector(llvm::seq<int64_t>(numResiduals, operands.size()));
    SmallVector<Attribute> entries;
    for (const CustomRule &rule : rules) {
      if (rule.forward != chosen.forward || rule.wrt != chosen.wrt)
        continue;
      Positions cts = llvm::map_to_vector(rule.cts, [&](int64_t i) { return place[i]; });
      entries.push_back(b.getDictionaryAttr({b.getNamedAttr("rule", FlatSymbolRefAttr::get(rule.fn)),
                                             b.getNamedAttr("linear", b.getDenseI64ArrayAttr(linear)),
                                             b.getNamedAttr("cts", b.getDenseI64ArrayAttr(cts))}));
    }
    func::FuncOp lin = declare(cache, f, f.getName() + ".tangents", b.getFunctionType(operands.getTypes(), results));
    lin->setAttr(kCustomTransposeAttr, entries.size() == 1 ? entries.front() : b.getArrayAttr(entries));
    return lin;
  }

  TransformCache &cache;
  func::FuncOp f;
  ArrayRef<int64_t> wrt;
  bool split;
  Draft &draft;
  ValueRange primals, given;
};
} // namespace

FailureOr<SmallVector<bool>> wg::emitDerivative(TransformCache &cache, func::FuncOp f, ArrayRef<int64_t> wrt,
                                                JvpMode mode, Draft &draft) {
  if (!hasCustomRules(f))
    return emitJvp(cache, f, wrt, mode, draft);
  CustomJvp custom(cache, f, wrt, mode, draft);
  FailureOr<SmallVector<CustomRule>> jvps = rulesOf(f, kCustomJvpAttr, cache.symbols());
  FailureOr<SmallVector<CustomRule>> vjps = rulesOf(f, kCustomVjpAttr, cache.symbols());
  FailureOr<SmallVector<CustomRule>> transposes = rulesOf(f, kCustomTransposeAttr, cache.symbols());
  if (failed(jvps) || failed(vjps) || failed(transposes))
    return failure();
  bool split = mode != JvpMode::Together;
  if (!split && isReverseOnly(f))
    return refuseForward(f.getLoc(), f.getName());
  if (split && f->hasAttr(kCustomVjpAttr))
    return custom.byVjp(*vjps);
  if (f->hasAttr(kCustomJvpAttr))
    return custom.byJvp(*jvps);
  if (!transposes->empty() && isCovered(wrt, transposes->front().wrt))
    return custom.byLinearity();
  if (isTransposeOnly(f))
    return refuseForward(f.getLoc(), f.getName());
  return emitJvp(cache, f, wrt, mode, draft);
}

//===----------------------------------------------------------------------===//
// Transpose
//===----------------------------------------------------------------------===//

FailureOr<bool> wg::emitCustomTranspose(TransformCache &cache, func::FuncOp f, ArrayRef<bool> linear,
                                        ArrayRef<bool> cts, Draft &draft, SmallVector<bool> &active) {
  FailureOr<SmallVector<CustomRule>> rules = rulesOf(f, kCustomTransposeAttr, cache.symbols());
  if (failed(rules))
    return failure();
  auto positions = [](ArrayRef<bool> mask) {
    Positions at;
    for (auto [i, bit] : llvm::enumerate(mask))
      if (bit)
        at.push_back(i);
    return at;
  };
  Positions wanted = positions(linear), given = positions(cts);
  const CustomRule *best = nullptr;
  for (const CustomRule &rule : *rules)
    if (isCovered(wanted, rule.wrt) && isCovered(given, rule.cts) &&
        (!best || rule.cts.size() + rule.wrt.size() < best->cts.size() + best->wrt.size()))
      best = &rule;
  if (!best) {
    if (!f.isExternal())
      return false;
    return f.emitError() << "custom_vjp function @" << f.getName()
                         << ": cannot be transposed: it is not linear in its residuals";
  }
  Location loc = f.getLoc();
  Values operands, values(f.getNumArguments());
  unsigned next = 0;
  for (auto [i, isLinear] : llvm::enumerate(linear))
    if (!isLinear)
      values[i] = draft.body().getArgument(next++);
  for (auto [i, v] : llvm::enumerate(values))
    if (!llvm::is_contained(best->wrt, i))
      operands.push_back(v);
  for (int64_t i : best->cts) {
    const int64_t *at = llvm::find(given, i);
    operands.push_back(at == given.end() ? zeroOf(draft.builder, loc, f.getResultTypes()[i])
                                         : draft.body().getArgument(next + (at - given.begin())));
  }
  FailureOr<Values> results = applyRule(cache, draft, best->fn, operands);
  if (failed(results))
    return failure();
  Values outs;
  for (int64_t i : wanted)
    outs.push_back((*results)[llvm::find(best->wrt, i) - best->wrt.begin()]);
  active.assign(outs.size(), true);
  draft.setResults(outs);
  if (failed(inlineCalls(cache, draft.body(), /*inlineJit=*/true)))
    return failure();
  return true;
}

//===----------------------------------------------------------------------===//
// Batching
//===----------------------------------------------------------------------===//

namespace {
/// The rules of a function over one more dimension, which all of its results have and `arguments` of its arguments.
class BatchedRules {
public:
  BatchedRules(TransformCache &cache, func::FuncOp f, ArrayRef<bool> arguments, int64_t size, func::FuncOp batched)
      : cache(cache), f(f), arguments(arguments), size(size), batched(batched), b(f.getContext()) {}

  LogicalResult run(StringRef attribute) {
    FailureOr<SmallVector<CustomRule>> rules = rulesOf(f, attribute, cache.symbols());
    if (failed(rules))
      return failure();
    if (auto unknown = f->getAttrOfType<StringAttr>(attribute))
      batched->setAttr(attribute, unknown);
    SmallVector<Attribute> entries;
    for (CustomRule &rule : *rules) {
      FailureOr<Attribute> entry = attribute == kCustomJvpAttr   ? jvp(rule)
                                   : attribute == kCustomVjpAttr ? vjp(rule)
                                                                 : transpose(rule);
      if (failed(entry))
        return failure();
      entries.push_back(*entry);
    }
    if (!entries.empty())
      batched->setAttr(attribute, entries.size() == 1 ? entries.front() : b.getArrayAttr(entries));
    return success();
  }

private:
  /// `fn` over the batch, its first results with the dimension where `wanted` says so: repeated along it or summed over
  /// it if they come otherwise. `more` tells which of the others have it.
  FailureOr<func::FuncOp> fitted(func::FuncOp fn, ArrayRef<bool> inputs, ArrayRef<bool> wanted, Mask *more = nullptr) {
    FailureOr<BatchResult> result = cache.batch(fn, inputs, size);
    if (failed(result))
      return failure();
    if (more)
      more->assign(result->batched.begin() + wanted.size(), result->batched.end());
    func::FuncOp made = result->fn;
    return cache.define(made, made.getName(), made.getArgumentTypes(), [&](OpBuilder &builder, ValueRange operands) {
      Values outs = cache.apply(builder, made, operands);
      RuleBuilder rb(builder, made.getLoc());
      for (auto [i, want] : llvm::enumerate(wanted)) {
        if (want && !result->batched[i])
          outs[i] = repeated(builder, made.getLoc(), outs[i], size);
        else if (!want && result->batched[i])
          outs[i] = reduce_sum(Expr(rb, outs[i]), ints(0)).get();
      }
      return FailureOr<Values>(outs);
    });
  }

  Mask argumentsAt(ArrayRef<int64_t> positions) {
    return llvm::map_to_vector(positions, [&](int64_t i) { return arguments[i]; });
  }
  Attribute entry(ArrayRef<std::pair<StringRef, func::FuncOp>> functions, StringRef key, const CustomRule &rule) {
    SmallVector<NamedAttribute> attributes{b.getNamedAttr(key, b.getDenseI64ArrayAttr(rule.wrt)),
                                           b.getNamedAttr("cts", b.getDenseI64ArrayAttr(rule.cts))};
    for (auto [name, fn] : functions)
      attributes.push_back(b.getNamedAttr(name, FlatSymbolRefAttr::get(fn)));
    return b.getDictionaryAttr(attributes);
  }

  FailureOr<Attribute> jvp(CustomRule &rule) {
    Mask inputs(arguments);
    llvm::append_range(inputs, argumentsAt(rule.wrt));
    FailureOr<func::FuncOp> fn = fitted(rule.fn, inputs, Mask(rule.fn.getNumResults(), true));
    if (failed(fn))
      return failure();
    return entry({{"rule", *fn}}, "wrt", rule);
  }

  FailureOr<Attribute> vjp(CustomRule &rule) {
    Mask inputs;
    FailureOr<func::FuncOp> forward = fitted(rule.forward, arguments, Mask(f.getNumResults(), true), &inputs);
    if (failed(forward))
      return failure();
    inputs.append(rule.cts.size(), true);
    FailureOr<func::FuncOp> fn = fitted(rule.fn, inputs, argumentsAt(rule.wrt));
    if (failed(fn))
      return failure();
    return entry({{"fwd", *forward}, {"bwd", *fn}}, "wrt", rule);
  }

  FailureOr<Attribute> transpose(CustomRule &rule) {
    Mask inputs;
    for (auto [i, isBatched] : llvm::enumerate(arguments))
      if (!llvm::is_contained(rule.wrt, i))
        inputs.push_back(isBatched);
    inputs.append(rule.cts.size(), true);
    FailureOr<func::FuncOp> fn = fitted(rule.fn, inputs, argumentsAt(rule.wrt));
    if (failed(fn))
      return failure();
    return entry({{"rule", *fn}}, "linear", rule);
  }

  TransformCache &cache;
  func::FuncOp f;
  ArrayRef<bool> arguments;
  int64_t size;
  func::FuncOp batched;
  Builder b;
};
} // namespace

LogicalResult wg::batchCustomRules(TransformCache &cache, func::FuncOp f, ArrayRef<bool> arguments, int64_t size,
                                   func::FuncOp batched) {
  BatchedRules rules(cache, f, arguments, size, batched);
  for (StringRef attribute : {kCustomJvpAttr, kCustomVjpAttr, kCustomTransposeAttr})
    if (failed(rules.run(attribute)))
      return failure();
  return success();
}
