// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks as values: the program with the first error that happened in it as one more result.

#include "wg/Transforms/Checkify.h"
#include "wg/Ops/ControlFlow.h"
#include "wg/Transforms/Custom.h"
#include "wg/Transforms/Passes.h"

using namespace mlir;
using namespace wg;

RankedTensorType wg::codeType(MLIRContext *context) { return RankedTensorType::get({}, IntegerType::get(context, 32)); }

void wg::unite(SmallVector<unsigned> &all, ArrayRef<unsigned> places) {
  llvm::append_range(all, places);
  llvm::sort(all);
  all.erase(llvm::unique(all), all.end());
}

/// Gives a function of the same type the rules of another.
static void copyRules(func::FuncOp from, func::FuncOp to) {
  for (NamedAttribute attribute : from->getDiscardableAttrs())
    if (attribute.getName().getValue().starts_with("wg.custom_"))
      to->setAttr(attribute.getName(), attribute.getValue());
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

int64_t Checkifier::add(CheckKind kind, StringRef message, StringRef at, ArrayRef<unsigned> places) {
  entries.push_back({kind, message.str(), at.str(), SmallVector<unsigned>(places)});
  return static_cast<int64_t>(entries.size());
}

SmallVector<unsigned> Checkifier::placesFor(const Exprs &values) {
  SmallVector<unsigned> places;
  for (const Expr &value : values) {
    unsigned place = 0;
    while (place < placeTypes.size() && (placeTypes[place] != value.tensorType() || llvm::is_contained(places, place)))
      ++place;
    if (place == placeTypes.size())
      placeTypes.push_back(value.tensorType());
    places.push_back(place);
  }
  return places;
}

SmallVector<Type> Checkifier::errorTypes(ArrayRef<unsigned> places) const {
  SmallVector<Type> types{codeType(cache.module().getContext())};
  for (unsigned place : places)
    types.push_back(placeTypes[place]);
  return types;
}

FailureOr<Checked> Checkifier::check(StringRef name, Location loc) {
  auto known = cache.symbols().lookup<func::FuncOp>(name);
  if (known && known.isExternal()) // it has a rule alone
    return Checked{known, false, {}};
  FailureOr<func::FuncOp> f = cache.lookup(name, loc);
  return failed(f) ? FailureOr<Checked>() : check(*f);
}

FailureOr<Checked> Checkifier::check(func::FuncOp f) {
  if (auto it = done.find(f); it != done.end())
    return it->second;
  if (!started.insert(f).second)
    return f.emitError() << "recursion: @" << f.getName() << " calls or transforms itself";
  if (started.size() - done.size() > kMaxCallDepth)
    return f.emitError() << "calls are nested more than " << kMaxCallDepth << " deep";
  if (failed(cache.expandDerivativesIn(f.getBody().front())))
    return failure();
  Draft draft(f, f.getArgumentTypes());
  FailureOr<CheckedBody> body = emitChecked(*this, f, draft);
  if (failed(body))
    return failure();
  Checked result{f, !body->error.code.isNone(), {}};
  if (body->changed) {
    if (result.canFail)
      body->results.push_back(body->error.code.get());
    for (auto &[place, value] : body->error.values) {
      body->results.push_back(value.get());
      result.places.push_back(place);
    }
    draft.setResults(body->results);
    if (failed(cache.expandIn(draft.body())))
      return failure();
    cache.simplify(draft.function());
    if (!result.canFail)
      copyRules(f, draft.function());
    result.fn = draft.finish(cache, f.getName() + (result.canFail ? ".checked" : ".silent"));
    if (result.canFail && hasCustomRules(f) && failed(keepRules(f, result)))
      return failure();
  }
  done[f] = result;
  return result;
}

/// The results come from the function itself, which keeps its rules; only the errors from the checked one. Once no
/// derivative is taken any more, what both compute is shared.
LogicalResult Checkifier::keepRules(func::FuncOp f, Checked &checked) {
  FailureOr<func::FuncOp> silent = withoutError(f.getName(), f.getLoc(), /*silent=*/true);
  if (failed(silent))
    return failure();
  func::FuncOp fn = checked.fn;
  FailureOr<func::FuncOp> both =
      cache.define(fn, fn.getName(), fn.getArgumentTypes(), [&](OpBuilder &b, ValueRange arguments) {
        SmallVector<Value> results(func::CallOp::create(b, f.getLoc(), *silent, arguments).getResults());
        llvm::append_range(results, llvm::drop_begin(cache.apply(b, fn, arguments), results.size()));
        return FailureOr<SmallVector<Value>>(results);
      });
  if (failed(both))
    return failure();
  checked.fn = *both;
  return success();
}

FailureOr<func::FuncOp> Checkifier::withoutError(StringRef name, Location loc, bool silent) {
  if (silent && !silencer)
    silencer = std::make_unique<Checkifier>(cache, 0);
  FailureOr<Checked> checked = silent ? silencer->check(name, loc) : check(name, loc);
  return failed(checked) ? FailureOr<func::FuncOp>() : checked->fn;
}

FailureOr<func::FuncOp> Checkifier::withPlaces(const Checked &checked, unsigned numOuts, ArrayRef<unsigned> places) {
  func::FuncOp fn = checked.fn;
  StringRef base = fn.getName();
  if (!checked.canFail)
    base.consume_back(".silent");
  std::string name = base.str() + (checked.canFail ? "" : ".checked");
  if (checked.canFail && ArrayRef<unsigned>(checked.places) == places)
    return fn;
  return cache.define(
      fn, name, fn.getArgumentTypes(), [&](OpBuilder &builder, ValueRange arguments) -> FailureOr<SmallVector<Value>> {
        SmallVector<Value> given = cache.apply(builder, fn, arguments);
        SmallVector<Value> results(ArrayRef<Value>(given).take_front(numOuts));
        results.push_back(checked.canFail ? given[numOuts]
                                          : zeroOf(builder, fn.getLoc(), codeType(builder.getContext())));
        for (unsigned place : places) {
          auto it = llvm::find(checked.places, place);
          results.push_back(it == checked.places.end() ? zeroOf(builder, fn.getLoc(), placeTypes[place])
                                                       : given[numOuts + 1 + (it - checked.places.begin())]);
        }
        return results;
      });
}

ArrayAttr Checkifier::tableFor(Builder &builder, ArrayRef<unsigned> places) const {
  SmallVector<Attribute> table;
  for (const Entry &entry : entries) {
    SmallVector<int64_t> positions;
    for (unsigned place : entry.places)
      positions.push_back(llvm::find(places, place) - places.begin());
    table.push_back(
        builder.getArrayAttr({builder.getStringAttr(nameOf(entry.kind)), builder.getStringAttr(entry.message),
                              builder.getStringAttr(entry.at), builder.getDenseI64ArrayAttr(positions)}));
  }
  return builder.getArrayAttr(table);
}

FailureOr<func::FuncOp> Checkifier::run(func::FuncOp f) {
  FailureOr<Checked> checked = check(f);
  if (failed(checked))
    return failure();
  func::FuncOp fn = checked->fn;
  if (!checked->canFail) {
    FailureOr<func::FuncOp> whole = withPlaces(*checked, f.getNumResults(), {});
    if (failed(whole))
      return failure();
    fn = *whole;
  }
  Builder builder(f.getContext());
  fn->setAttr("wg.errors", tableFor(builder, checked->places));
  return fn;
}

//===----------------------------------------------------------------------===//
// Pass
//===----------------------------------------------------------------------===//

namespace wg {
#define GEN_PASS_DEF_WGCHECKIFY
#include "wg/Transforms/Passes.h.inc"

namespace {
struct Checkify : impl::WgCheckifyBase<Checkify> {
  using WgCheckifyBase::WgCheckifyBase;
  void runOnOperation() override {
    unsigned kinds = errors.empty() ? kUserCheck : 0;
    for (const std::string &name : errors) {
      if (name == "none")
        continue;
      std::optional<CheckKind> kind = checkKindNamed(name);
      if (!kind) {
        getOperation().emitError() << "wg-checkify: expected errors of user, nan, div, index but got '" << name << "'";
        return signalPassFailure();
      }
      kinds |= *kind;
    }
    TransformCache cache(getOperation());
    FailureOr<func::FuncOp> f = cache.lookup(fn, getOperation().getLoc());
    FailureOr<func::FuncOp> checked = failed(f) ? f : Checkifier(cache, kinds).run(*f);
    if (failed(checked))
      return signalPassFailure();
    checked->setPublic();
    cache.eraseUnused();
  }
};
} // namespace
} // namespace wg
