// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rules that a program gives for its own functions: how they are read.

#include "wg/Transforms/CustomRules.h"
#include "wg/Ops/Transform.h"

using namespace mlir;
using namespace wg;

namespace {
/// Reads the rules of one attribute and checks their types.
class RuleReader {
public:
  RuleReader(func::FuncOp f, StringRef attribute, SymbolTable &table)
      : f(f), attribute(attribute), table(table), isVjp(attribute == kCustomVjpAttr),
        isTranspose(attribute == kCustomTransposeAttr) {}

  FailureOr<SmallVector<CustomRule>> read() {
    SmallVector<CustomRule> rules;
    Attribute given = f->getAttr(attribute);
    if (!given || isa<StringAttr>(given))
      return rules;
    SmallVector<Attribute> entries{given};
    if (auto list = dyn_cast<ArrayAttr>(given); list && !isPair(list))
      entries.assign(list.begin(), list.end());
    for (Attribute entry : entries) {
      FailureOr<CustomRule> rule = readEntry(entry);
      if (failed(rule) || failed(check(*rule)))
        return failure();
      rules.push_back(*rule);
    }
    return rules;
  }

private:
  InFlightDiagnostic error() { return f.emitError() << attribute << " of @" << f.getName() << ": "; }

  bool isPair(ArrayAttr list) const {
    return isVjp && list.size() == 2 && isa<FlatSymbolRefAttr>(list[0]) && isa<FlatSymbolRefAttr>(list[1]);
  }

  FailureOr<CustomRule> readEntry(Attribute entry) {
    auto list = dyn_cast<ArrayAttr>(entry);
    auto dictionary = dyn_cast<DictionaryAttr>(entry);
    bool isShort = isVjp ? list && isPair(list) : isa<FlatSymbolRefAttr>(entry);
    if (!isShort && !dictionary)
      return error() << "expected " << (isVjp ? "[@fwd, @bwd]" : "@rule")
                     << ", a dictionary or an array of dictionaries but got " << entry;
    auto named = [&](StringRef key, Attribute value) -> FailureOr<func::FuncOp> {
      auto symbol = dyn_cast_or_null<FlatSymbolRefAttr>(isShort ? value : dictionary.get(key));
      if (!symbol)
        return error() << "expected the name of a function as '" << key << "'";
      auto fn = table.lookup<func::FuncOp>(symbol.getValue());
      if (!fn)
        return error() << "expected a function but @" << symbol.getValue() << " names none";
      return fn;
    };
    FailureOr<func::FuncOp> forward = isVjp ? named("fwd", isShort ? list[0] : entry) : func::FuncOp();
    if (failed(forward))
      return failure();
    FailureOr<func::FuncOp> fn = named(isVjp ? "bwd" : "rule", isVjp && isShort ? list[1] : entry);
    if (failed(fn))
      return failure();
    auto wrt = positions(dictionary, isTranspose ? "linear" : "wrt", f.getArgumentTypes(), "argument");
    auto cts = positions(dictionary, "cts", f.getResultTypes(), "result");
    if (failed(wrt) || failed(cts))
      return failure();
    return CustomRule{*forward, *fn, *wrt, *cts};
  }

  /// The positions under `key`; without it all that have tangents.
  FailureOr<Positions> positions(DictionaryAttr dictionary, StringRef key, TypeRange types, StringRef noun) {
    Positions found;
    if (Attribute given = dictionary ? dictionary.get(key) : Attribute()) {
      auto numbers = dyn_cast<DenseI64ArrayAttr>(given);
      if (!numbers)
        return error() << "expected array<i64: ...> as '" << key << "' but got " << given;
      for (int64_t i : numbers.asArrayRef())
        if (i < 0 || i >= static_cast<int64_t>(types.size()) || !hasTangent(types[i]) || llvm::is_contained(found, i))
          return error() << "expected distinct positions of " << noun << "s of float or complex type as '" << key
                         << "' but got " << i;
        else
          found.push_back(i);
      return found;
    }
    for (auto [i, type] : llvm::enumerate(types))
      if (hasTangent(type))
        found.push_back(i);
    return found;
  }

  LogicalResult checkTypes(func::FuncOp fn, StringRef what, TypeRange got, ArrayRef<Type> want, bool isPrefix = false) {
    size_t count = isPrefix ? std::min(got.size(), want.size()) : got.size();
    if (count == want.size() && TypeRange(want) == got.take_front(count))
      return success();
    return error() << "expected @" << fn.getName() << " with " << what << " (" << want << (isPrefix ? ", ..." : "")
                   << ") but got (" << got << ")";
  }

  LogicalResult check(CustomRule &rule) {
    auto picked = [](TypeRange types, ArrayRef<int64_t> at) {
      return llvm::map_to_vector(at, [&](int64_t i) { return types[i]; });
    };
    for (func::FuncOp fn : {rule.forward, rule.fn})
      if (fn && (fn.isExternal() || fn == f))
        return error() << "expected @" << fn.getName() << " to be "
                       << (fn == f ? "another function" : "a function with a body");
    SmallVector<Type> inputs, results = picked(f.getArgumentTypes(), rule.wrt);
    if (isVjp) {
      if (failed(checkTypes(rule.forward, "arguments", rule.forward.getArgumentTypes(),
                            llvm::to_vector(f.getArgumentTypes()))) ||
          failed(checkTypes(rule.forward, "results", rule.forward.getResultTypes(), llvm::to_vector(f.getResultTypes()),
                            /*isPrefix=*/true)))
        return failure();
      llvm::append_range(inputs, rule.forward.getResultTypes().drop_front(f.getNumResults()));
      llvm::append_range(inputs, picked(f.getResultTypes(), rule.cts));
    } else if (isTranspose) {
      for (auto [i, type] : llvm::enumerate(f.getArgumentTypes()))
        if (!llvm::is_contained(rule.wrt, i))
          inputs.push_back(type);
      llvm::append_range(inputs, picked(f.getResultTypes(), rule.cts));
    } else {
      llvm::append_range(inputs, f.getArgumentTypes());
      llvm::append_range(inputs, results);
      results.assign(f.getResultTypes().begin(), f.getResultTypes().end());
      llvm::append_range(results, picked(f.getResultTypes(), rule.cts));
    }
    return failure(failed(checkTypes(rule.fn, "arguments", rule.fn.getArgumentTypes(), inputs)) ||
                   failed(checkTypes(rule.fn, "results", rule.fn.getResultTypes(), results)));
  }

  func::FuncOp f;
  StringRef attribute;
  SymbolTable &table;
  bool isVjp, isTranspose;
};
} // namespace

FailureOr<SmallVector<CustomRule>> wg::rulesOf(func::FuncOp f, StringRef attribute, SymbolTable &table) {
  return RuleReader(f, attribute, table).read();
}

bool wg::hasVmapRule(func::FuncOp f) {
  return f->hasAttr(kCustomVmapAttr) || f->hasAttr(kCustomVmapSourceAttr) || f->hasAttr(kCustomVmapJvpAttr);
}

bool wg::batchesByRule(func::FuncOp f, ArrayRef<bool> batched) {
  if (!hasVmapRule(f))
    return false;
  // Where no primal has the dimension the function is not batched, and its derivative is linear in the tangents.
  auto jvp = f->getAttrOfType<DictionaryAttr>(kCustomVmapJvpAttr);
  auto wrt = jvp ? jvp.getAs<DenseI64ArrayAttr>("wrt") : DenseI64ArrayAttr();
  size_t numTangents = wrt && size_t(wrt.size()) < batched.size() ? wrt.size() : 0;
  return llvm::is_contained(batched.drop_back(numTangents), true);
}

bool wg::hasCustomRules(func::FuncOp f) {
  return hasVmapRule(f) || f->hasAttr(kCustomJvpAttr) || f->hasAttr(kCustomVjpAttr) || f->hasAttr(kCustomTransposeAttr);
}

bool wg::isTransposeOnly(func::FuncOp f) { return f.isExternal() && f->hasAttr(kCustomTransposeAttr); }

bool wg::isReverseOnly(func::FuncOp f) { return f->hasAttr(kCustomVjpAttr) && !f->hasAttr(kCustomJvpAttr); }

InFlightDiagnostic wg::refuseForward(Location loc, StringRef name) {
  StringRef f = name;
  f = f.take_front(f.find(".tangents"));
  return emitError(loc) << "custom_vjp function @" << f << ": cannot be differentiated in forward mode (jvp, jacfwd, "
                        << "linearize): it has a rule for reverse mode only; use vjp, grad or jacrev, or give a rule "
                        << "with custom_jvp";
}

LogicalResult wg::verifyCustomRules(ModuleOp module) {
  SymbolTable table(module);
  for (auto f : module.getOps<func::FuncOp>())
    for (StringRef attribute : {kCustomJvpAttr, kCustomVjpAttr, kCustomTransposeAttr})
      if (failed(rulesOf(f, attribute, table)))
        return failure();
  return success();
}

void wg::dropCustomRules(ModuleOp module) {
  for (auto f : module.getOps<func::FuncOp>())
    for (StringRef attribute : {kCustomJvpAttr, kCustomVjpAttr, kCustomTransposeAttr, kCustomVmapAttr,
                                kCustomVmapSourceAttr, kCustomVmapJvpAttr})
      if (!isTransposeOnly(f))
        f->removeAttr(attribute);
}
