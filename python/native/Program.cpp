// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Functions as flat lists for Python's interpreter.

#include "Native.h"

#include "wg/CAPI/Module.h"

#include <algorithm>

namespace wengert {

namespace {
class Lister {
public:
  nb::list addArguments(MlirBlock block) {
    nb::list ids;
    for (intptr_t i = 0, n = mlirBlockGetNumArguments(block); i < n; ++i)
      ids.append(add(mlirBlockGetArgument(block, i)));
    return ids;
  }
  void addInstruction(MlirOperation op);
  nb::int_ idOf(MlirValue value) const { return nb::int_(ids.at(value.ptr)); }

  nb::list instructions;

private:
  nb::int_ add(MlirValue value) {
    int64_t id = static_cast<int64_t>(ids.size());
    ids[value.ptr] = id;
    return nb::int_(id);
  }
  nb::object attributesOf(MlirOperation op);

  std::unordered_map<const void *, int64_t> ids;
};
} // namespace

nb::object Lister::attributesOf(MlirOperation op) {
  nb::dict attrs;
  MlirAttribute all = wgOperationGetAttributes(op);
  for (intptr_t i = 0, n = mlirDictionaryAttrGetNumElements(all); i < n; ++i) {
    MlirNamedAttribute entry = mlirDictionaryAttrGetElement(all, i);
    MlirStringRef name = mlirIdentifierStr(entry.name);
    attrs[nb::str(name.data, name.length)] = attributeToPython(entry.attribute);
  }
  return attrs;
}

void Lister::addInstruction(MlirOperation op) {
  std::string_view name = view(mlirIdentifierStr(mlirOperationGetName(op)));
  if (mlirOperationGetNumRegions(op))
    raiseNative("expected ops without regions but got " + std::string(name));
  if (name.substr(0, 3) == "wg.")
    name.remove_prefix(3);
  intptr_t numOperands = mlirOperationGetNumOperands(op), numResults = mlirOperationGetNumResults(op);
  nb::list operands, results;
  for (intptr_t i = 0; i < numOperands; ++i)
    operands.append(idOf(mlirOperationGetOperand(op, i)));
  for (intptr_t i = 0; i < numResults; ++i)
    results.append(add(mlirOperationGetResult(op, i)));
  instructions.append(nb::make_tuple(nb::str(name.data(), name.size()), operands, results, attributesOf(op),
                                     locationToPython(mlirOperationGetLocation(op))));
}

nb::tuple programOf(MlirOperation function) {
  MlirBlock block = wgFunctionGetBody(function);
  if (mlirBlockIsNull(block))
    raiseNative("expected a function with one block");
  Lister lister;
  nb::list arguments = lister.addArguments(block), results;
  MlirOperation terminator = mlirBlockGetTerminator(block);
  if (mlirOperationIsNull(terminator))
    raiseNative("expected a function that returns");
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationEqual(op, terminator);
       op = mlirOperationGetNextInBlock(op))
    lister.addInstruction(op);
  for (intptr_t i = 0, n = mlirOperationGetNumOperands(terminator); i < n; ++i)
    results.append(lister.idOf(mlirOperationGetOperand(terminator, i)));
  return nb::make_tuple(lister.instructions, arguments, results);
}

nb::list typesOf(MlirOperation function) {
  MlirBlock block = wgFunctionGetBody(function);
  if (mlirBlockIsNull(block))
    raiseNative("expected a function with one block");
  nb::list types;
  auto add = [&](MlirValue value) { types.append(nb::borrow(avalOf(mlirValueGetType(value)))); };
  for (intptr_t i = 0, n = mlirBlockGetNumArguments(block); i < n; ++i)
    add(mlirBlockGetArgument(block, i));
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationIsNull(op);
       op = mlirOperationGetNextInBlock(op))
    for (intptr_t i = 0, n = mlirOperationGetNumResults(op); i < n; ++i)
      add(mlirOperationGetResult(op, i));
  return types;
}

nb::list scopesOf(MlirOperation function) {
  MlirBlock block = wgFunctionGetBody(function);
  if (mlirBlockIsNull(block))
    raiseNative("expected a function with one block");
  nb::list scopes;
  MlirOperation terminator = mlirBlockGetTerminator(block);
  for (MlirOperation op = mlirBlockGetFirstOperation(block); !mlirOperationEqual(op, terminator);
       op = mlirOperationGetNextInBlock(op))
    scopes.append(locationNames(mlirOperationGetLocation(op)));
  return scopes;
}

nb::tuple programOfValue(MlirBlock block, MlirValue value) {
  std::unordered_set<const void *> needed;
  std::vector<MlirValue> todo{value};
  while (!todo.empty()) {
    MlirValue next = todo.back();
    todo.pop_back();
    if (!mlirValueIsAOpResult(next))
      continue;
    MlirOperation op = mlirOpResultGetOwner(next);
    if (!needed.insert(op.ptr).second)
      continue;
    for (intptr_t i = 0, n = mlirOperationGetNumOperands(op); i < n; ++i)
      todo.push_back(mlirOperationGetOperand(op, i));
  }
  Lister lister;
  nb::list arguments = lister.addArguments(block), results;
  size_t left = needed.size();
  for (MlirOperation op = mlirBlockGetFirstOperation(block); left; op = mlirOperationGetNextInBlock(op))
    if (needed.count(op.ptr)) {
      lister.addInstruction(op);
      --left;
    }
  results.append(lister.idOf(value));
  return nb::make_tuple(lister.instructions, arguments, results);
}

} // namespace wengert
