// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rules that a program gives for batches of its own functions.

#include "wg/Ops/ControlFlow.h"
#include "wg/Transforms/CustomRules.h"

using namespace mlir;
using namespace wg;

static VmapRuleSource &ruleSource() {
  static VmapRuleSource source;
  return source;
}

void wg::setVmapRuleSource(VmapRuleSource source) { ruleSource() = std::move(source); }

namespace {
/// One entry of wg.custom_vmap.
struct VmapRule {
  func::FuncOp fn;
  int64_t size;
  Mask batched, outs;
};
} // namespace

static FailureOr<Mask> maskOf(DictionaryAttr entry, StringRef key, unsigned count) {
  auto positions = dyn_cast_or_null<DenseI64ArrayAttr>(entry.get(key));
  Mask mask(count);
  if (!positions)
    return failure();
  for (int64_t i : positions.asArrayRef()) {
    if (i < 0 || i >= static_cast<int64_t>(count))
      return failure();
    mask[i] = true;
  }
  return mask;
}

/// That the rule takes and returns the types of the function, with the dimension where the masks say so.
static LogicalResult checkTypes(func::FuncOp f, const VmapRule &rule) {
  auto types = [&](TypeRange given, ArrayRef<bool> mask) {
    Types all(given);
    for (auto [type, isBatched] : llvm::zip(all, mask))
      type = isBatched ? batchedType(type, rule.size) : type;
    return all;
  };
  auto want = FunctionType::get(f.getContext(), types(f.getArgumentTypes(), rule.batched),
                                types(f.getResultTypes(), rule.outs));
  func::FuncOp fn = rule.fn;
  if (fn.getFunctionType() == want)
    return success();
  return f.emitError() << kCustomVmapAttr << " of @" << f.getName() << ": expected @" << fn.getName() << " of type "
                       << want << " but got " << fn.getFunctionType();
}

static FailureOr<VmapRule> readRule(TransformCache &cache, func::FuncOp f, Attribute attribute) {
  auto entry = dyn_cast<DictionaryAttr>(attribute);
  auto symbol = entry ? entry.getAs<FlatSymbolRefAttr>("rule") : FlatSymbolRefAttr();
  auto size = entry ? entry.getAs<IntegerAttr>("size") : IntegerAttr();
  FailureOr<Mask> batched = failure(), outs = failure();
  if (symbol && size) {
    batched = maskOf(entry, "batched", f.getNumArguments());
    outs = maskOf(entry, "outs", f.getNumResults());
  }
  if (failed(batched) || failed(outs) || size.getInt() < 0)
    return f.emitError()
           << kCustomVmapAttr << " of @" << f.getName()
           << ": expected {rule = @rule, size = n, batched = array<i64: ...>, outs = array<i64: ...>} with "
           << "positions of arguments and results but got " << attribute;
  FailureOr<func::FuncOp> fn = cache.lookup(symbol.getValue(), f.getLoc());
  if (failed(fn))
    return failure();
  VmapRule rule{*fn, size.getInt(), *batched, *outs};
  if (failed(checkTypes(f, rule)))
    return failure();
  return rule;
}

/// The rule for this batch from the process that made the program, added to the attribute.
static FailureOr<VmapRule> askForRule(TransformCache &cache, func::FuncOp f, SmallVector<Attribute> entries,
                                      ArrayRef<bool> batched, int64_t size) {
  auto number = f->getAttrOfType<IntegerAttr>(kCustomVmapSourceAttr);
  auto positions = [](ArrayRef<bool> mask) {
    SmallVector<int64_t> at;
    for (auto [i, bit] : llvm::enumerate(mask))
      if (bit)
        at.push_back(i);
    return at;
  };
  FailureOr<std::pair<std::string, Mask>> made = failure();
  if (number && ruleSource())
    made = ruleSource()(cache.module(), number.getInt(), batched, size);
  if (failed(made)) {
    auto error = f.emitError() << "custom_vmap of @" << f.getName() << ": expected a rule for a batch of " << size
                               << " over the arguments [";
    llvm::interleaveComma(positions(batched), error);
    return error << "] but there is none; the program that defines the function makes its rules";
  }
  for (auto fn : cache.module().getOps<func::FuncOp>())
    if (!cache.symbols().lookup(fn.getName()))
      cache.symbols().insert(fn);
  FailureOr<func::FuncOp> fn = cache.lookup(made->first, f.getLoc());
  if (failed(fn))
    return failure();
  VmapRule rule{*fn, size, Mask(batched), made->second};
  if (failed(checkTypes(f, rule)))
    return failure();
  Builder b(f.getContext());
  entries.push_back(b.getDictionaryAttr({b.getNamedAttr("rule", FlatSymbolRefAttr::get(*fn)),
                                         b.getNamedAttr("size", b.getI64IntegerAttr(size)),
                                         b.getNamedAttr("batched", b.getDenseI64ArrayAttr(positions(batched))),
                                         b.getNamedAttr("outs", b.getDenseI64ArrayAttr(positions(rule.outs)))}));
  f->setAttr(kCustomVmapAttr, b.getArrayAttr(entries));
  return rule;
}

void wg::setVmapRuleOfJvp(func::FuncOp jvp, func::FuncOp f, ArrayRef<int64_t> wrt) {
  Builder b(f.getContext());
  jvp->setAttr(kCustomVmapJvpAttr, b.getDictionaryAttr({b.getNamedAttr("of", FlatSymbolRefAttr::get(f)),
                                                        b.getNamedAttr("wrt", b.getDenseI64ArrayAttr(wrt))}));
}

/// The derivative of a function with a rule: that of the rule, for all arguments that have the dimension themselves or
/// in their tangents.
static FailureOr<BatchResult> batchJvpByRule(TransformCache &cache, func::FuncOp f, DictionaryAttr entry,
                                             ArrayRef<bool> batched, int64_t size) {
  auto symbol = entry.getAs<FlatSymbolRefAttr>("of");
  auto positions = entry.getAs<DenseI64ArrayAttr>("wrt");
  if (!symbol || !positions || positions.empty())
    return f.emitError() << kCustomVmapJvpAttr << " of @" << f.getName()
                         << ": expected {of = @function, wrt = array<i64: ...>} but got " << entry;
  FailureOr<func::FuncOp> of = cache.lookup(symbol.getValue(), f.getLoc());
  if (failed(of))
    return failure();
  ArrayRef<int64_t> wrt = positions.asArrayRef();
  auto error = [&] { return f.emitError() << kCustomVmapJvpAttr << " of @" << f.getName() << ": "; };
  if (failed(checkWrt(of->getArgumentTypes(), wrt, error)))
    return failure();
  Types results(of->getResultTypes());
  llvm::copy_if(of->getResultTypes(), std::back_inserter(results), hasTangent);
  if (f.getArgumentTypes() != ArrayRef<Type>(jvpInputs(*of, wrt)) || f.getResultTypes() != ArrayRef<Type>(results))
    return error() << "expected the arguments and results of @" << of->getName() << " and their tangents";
  unsigned count = of->getNumArguments();
  Mask wanted(batched.take_front(count));
  for (auto [i, isBatched] : llvm::zip_equal(wrt, batched.drop_front(count)))
    wanted[i] = wanted[i] || isBatched;
  FailureOr<BatchResult> rule = cache.batch(*of, wanted, size);
  FailureOr<JvpResult> jvp = failed(rule) ? FailureOr<JvpResult>() : cache.jvp(rule->fn, wrt);
  if (failed(jvp))
    return failure();
  for (int64_t i : wrt)
    wanted.push_back(wanted[i]);
  Types inputs(f.getArgumentTypes());
  for (auto [type, isBatched] : llvm::zip_equal(inputs, batched))
    type = isBatched ? batchedType(type, size) : type;
  FailureOr<func::FuncOp> fn =
      cache.define(jvp->fn, f.getName() + ".vmap", inputs, [&](OpBuilder &builder, ValueRange given) {
        SmallVector<Value> operands(given);
        for (auto [v, isBatched, isWanted] : llvm::zip_equal(operands, batched, wanted))
          v = isWanted && !isBatched ? repeated(builder, f.getLoc(), v, size) : v;
        return FailureOr<SmallVector<Value>>(cache.apply(builder, jvp->fn, operands));
      });
  if (failed(fn))
    return failure();
  BatchResult result{*fn, rule->batched};
  for (auto [type, isBatched] : llvm::zip_equal(of->getResultTypes(), rule->batched))
    if (hasTangent(type))
      result.batched.push_back(isBatched);
  return result;
}

FailureOr<BatchResult> wg::batchByRule(TransformCache &cache, func::FuncOp f, ArrayRef<bool> batched, int64_t size) {
  if (auto entry = f->getAttrOfType<DictionaryAttr>(kCustomVmapJvpAttr))
    return batchJvpByRule(cache, f, entry, batched, size);
  SmallVector<Attribute> entries;
  if (Attribute given = f->getAttr(kCustomVmapAttr)) {
    if (auto list = dyn_cast<ArrayAttr>(given))
      entries.assign(list.begin(), list.end());
    else
      entries.push_back(given);
  }
  for (Attribute entry : entries) {
    FailureOr<VmapRule> rule = readRule(cache, f, entry);
    if (failed(rule))
      return failure();
    if (rule->size == size && rule->batched == batched) {
      if (failed(cache.expand(rule->fn)))
        return failure();
      return BatchResult{rule->fn, rule->outs};
    }
  }
  FailureOr<VmapRule> rule = askForRule(cache, f, entries, batched, size);
  if (failed(rule) || failed(cache.expand(rule->fn)))
    return failure();
  return BatchResult{rule->fn, rule->outs};
}
