// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/CAPI/Module.h"
#include "wg/Pipeline/SourceCheck.h"

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

bool wgTextIsSafe(MlirContext context, MlirStringRef text, MlirStringRef filename) {
  auto problem = wg::checkSource(unwrap(text));
  if (problem)
    emitError(FileLineColLoc::get(unwrap(context), unwrap(filename), problem->line, problem->column))
        << problem->message;
  return !problem;
}

MlirModule wgModuleParse(MlirContext context, MlirStringRef text, MlirStringRef filename) {
  if (!wgTextIsSafe(context, text, filename))
    return {nullptr};
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(unwrap(text), ParserConfig(unwrap(context)), unwrap(filename));
  return wrap(module.release());
}

/// The top-level symbols that `name` needs, itself first.
static FailureOr<llvm::MapVector<StringAttr, Operation *>> findNeeded(ModuleOp from, StringAttr name) {
  SymbolTable table(from);
  llvm::MapVector<StringAttr, Operation *> needed;
  SmallVector<StringAttr> todo{name};
  while (!todo.empty()) {
    StringAttr next = todo.pop_back_val();
    if (needed.contains(next))
      continue;
    Operation *op = table.lookup(next);
    if (!op) {
      emitError(from.getLoc()) << "expected a function @" << next.getValue() << " in the module but it has none";
      return failure();
    }
    needed.insert({next, op});
    if (auto uses = SymbolTable::getSymbolUses(op))
      for (SymbolTable::SymbolUse use : *uses)
        todo.push_back(use.getSymbolRef().getRootReference());
  }
  return needed;
}

MlirAttribute wgModuleMerge(MlirModule to, MlirModule from, MlirStringRef name, bool (*taken)(MlirStringRef, void *),
                            void *userData) {
  ModuleOp target = unwrap(to);
  MLIRContext *context = target.getContext();
  auto needed = findNeeded(unwrap(from), StringAttr::get(context, unwrap(name)));
  if (failed(needed))
    return {nullptr};

  SymbolTable table(target);
  llvm::DenseMap<StringAttr, StringAttr> renamed;
  llvm::DenseSet<StringAttr> chosen;
  auto isFree = [&](StringAttr candidate) {
    return !table.lookup(candidate) && !chosen.contains(candidate) && !taken(wrap(candidate.getValue()), userData);
  };
  for (auto &[old, op] : *needed) {
    StringAttr candidate = old;
    for (unsigned i = 1; !isFree(candidate); ++i)
      candidate = StringAttr::get(context, old.getValue() + "_" + Twine(i));
    chosen.insert(candidate);
    renamed[old] = candidate;
  }

  AttrTypeReplacer replacer;
  replacer.addReplacement([&](SymbolRefAttr ref) -> std::pair<Attribute, WalkResult> {
    auto entry = renamed.find(ref.getRootReference());
    if (entry == renamed.end())
      return {ref, WalkResult::skip()};
    return {SymbolRefAttr::get(entry->second, ref.getNestedReferences()), WalkResult::skip()};
  });
  for (auto &[old, op] : *needed) {
    Operation *copy = op->clone();
    replacer.recursivelyReplaceElementsIn(copy);
    SymbolTable::setSymbolName(copy, renamed[old]);
    target.push_back(copy);
  }
  return wrap(static_cast<Attribute>(renamed[StringAttr::get(context, unwrap(name))]));
}

//===----------------------------------------------------------------------===//
// Fingerprints
//===----------------------------------------------------------------------===//

namespace {
/// Names, attributes and types are unique in their context and live as long as it, so their addresses stand for them.
class Fingerprint {
public:
  explicit Fingerprint(ModuleOp module) : module(module) {}

  bool add(StringAttr name) {
    SmallVector<StringAttr> todo{name};
    seen.insert(name);
    for (size_t i = 0; i < todo.size(); ++i) {
      auto function = module.lookupSymbol<func::FuncOp>(todo[i]);
      if (!function || !function.getBody().hasOneBlock() || !addFunction(function))
        return false;
      todo.append(found.begin(), found.end());
      found.clear();
    }
    return true;
  }
  StringRef bytes() const { return {reinterpret_cast<const char *>(words.data()), words.size() * sizeof(words[0])}; }

private:
  void put(const void *pointer) { words.push_back(reinterpret_cast<uintptr_t>(pointer)); }
  void putAttributes(Operation *op) {
    DictionaryAttr attributes = op->getAttrDictionary();
    put(attributes.getAsOpaquePointer());
    for (NamedAttribute entry : attributes)
      findSymbols(entry.getValue());
  }
  void findSymbols(Attribute attribute) {
    if (auto symbol = dyn_cast<SymbolRefAttr>(attribute)) {
      if (seen.insert(symbol.getRootReference()).second)
        found.push_back(symbol.getRootReference());
    } else if (auto array = dyn_cast<ArrayAttr>(attribute)) {
      for (Attribute entry : array)
        findSymbols(entry);
    } else if (auto dictionary = dyn_cast<DictionaryAttr>(attribute)) {
      for (NamedAttribute entry : dictionary)
        findSymbols(entry.getValue());
    }
  }
  bool addFunction(func::FuncOp function) {
    putAttributes(function);
    llvm::DenseMap<Value, uintptr_t> numbers;
    auto number = [&](Value value) { numbers.try_emplace(value, numbers.size()); };
    Block &block = function.front();
    for (Value argument : block.getArguments())
      number(argument);
    for (Operation &op : block) {
      if (op.getNumRegions())
        return false;
      put(op.getName().getAsOpaquePointer());
      putAttributes(&op);
      words.push_back(op.getNumOperands());
      for (Value operand : op.getOperands())
        words.push_back(numbers.lookup(operand));
      for (Value result : op.getResults()) {
        put(result.getType().getAsOpaquePointer());
        number(result);
      }
    }
    return true;
  }

  ModuleOp module;
  SmallVector<uintptr_t> words;
  llvm::DenseSet<StringAttr> seen;
  SmallVector<StringAttr> found;
};
} // namespace

bool wgModuleFingerprint(MlirModule module, MlirStringRef name, MlirStringCallback callback, void *userData) {
  ModuleOp op = unwrap(module);
  Fingerprint fingerprint(op);
  if (!fingerprint.add(StringAttr::get(op.getContext(), unwrap(name))))
    return false;
  callback(wrap(fingerprint.bytes()), userData);
  return true;
}

MlirAttribute wgOperationGetAttributes(MlirOperation op) {
  return wrap(static_cast<Attribute>(unwrap(op)->getAttrDictionary()));
}

MlirAttribute wgFunctionGetType(MlirOperation op) {
  auto function = dyn_cast<func::FuncOp>(unwrap(op));
  return function ? wrap(static_cast<Attribute>(TypeAttr::get(function.getFunctionType()))) : MlirAttribute{nullptr};
}

MlirBlock wgFunctionGetBody(MlirOperation op) {
  auto function = dyn_cast<func::FuncOp>(unwrap(op));
  return function && function.getBody().hasOneBlock() ? wrap(&function.front()) : MlirBlock{nullptr};
}
