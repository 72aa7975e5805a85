// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What outlives Python objects: modules with their symbols, and functions under construction.

#include "Native.h"

#include "wg/CAPI/Build.h"

namespace wengert {

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

void ModuleState::findSymbols() {
  symbols.clear();
  for (MlirOperation op = mlirBlockGetFirstOperation(mlirModuleGetBody(module)); !mlirOperationIsNull(op);
       op = mlirOperationGetNextInBlock(op)) {
    MlirAttribute name = mlirOperationGetAttributeByName(op, toRef("sym_name"));
    if (!mlirAttributeIsNull(name) && mlirAttributeIsAString(name))
      symbols[std::string(view(mlirStringAttrGetValue(name)))] = op;
  }
  symbolsKnown = true;
}

MlirOperation ModuleState::lookup(std::string_view name) {
  if (!symbolsKnown)
    findSymbols();
  auto entry = symbols.find(std::string(name));
  return entry == symbols.end() ? MlirOperation{nullptr} : entry->second;
}

std::string ModuleState::reserve(std::string_view wanted) {
  std::string base(wanted.empty() ? std::string_view("f") : wanted), name = base;
  unsigned &suffix = suffixes[base];
  while (isTaken(name))
    name = base + "_" + std::to_string(++suffix);
  reserved.insert(name);
  return name;
}

void ModuleState::invalidate() {
  forgetSymbols();
  finished.clear();
  for (FunctionState *function : functions)
    if (function->phase == FunctionState::Finished)
      function->phase = FunctionState::Gone;
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

FunctionState::FunctionState(Ref<ModuleState> owner, std::string givenName, bool isPrivate)
    : module(std::move(owner)), name(std::move(givenName)),
      op(wgFunctionCreate(userLocation(), toRef(name), isPrivate)),
      block(mlirRegionGetFirstBlock(mlirOperationGetRegion(op, 0))), number(module->nextNumber++) {
  module->functions.insert(this);
}

FunctionState::~FunctionState() {
  if (phase == Open) {
    module->reserved.erase(name);
    mlirOperationDestroy(op);
  }
  module->functions.erase(this);
}

void FunctionState::join() {
  MlirBlock body = mlirModuleGetBody(module->module);
  auto &finished = module->finished;
  auto next = finished.begin();
  while (next != finished.end() && next->first < number)
    ++next;
  if (next == finished.end())
    mlirBlockAppendOwnedOperation(body, op);
  else
    mlirBlockInsertOwnedOperationBefore(body, next->second, op);
  finished.insert(next, {number, op});
  module->reserved.erase(name);
  module->addSymbol(name, op);
  phase = Finished;
}

} // namespace wengert
