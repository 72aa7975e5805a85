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
    // What it was in its own module is no reason to keep it in this one.
    SymbolTable::setSymbolVisibility(copy, SymbolTable::Visibility::Private);
    target.push_back(copy);
  }
  return wrap(static_cast<Attribute>(renamed[StringAttr::get(context, unwrap(name))]));
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
