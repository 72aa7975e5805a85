// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that are computed by the process that loads the module: a call of an imported function, whose name says the op,
// its types and its attributes, so that whoever loads the module can provide it.

#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/Support/JSON.h"

using namespace mlir;

namespace wg::lowering {

static std::string typeText(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

/// An attribute as JSON; null for a kind that cannot travel in a name.
static std::optional<llvm::json::Value> encode(Attribute attr) {
  if (auto v = dyn_cast<BoolAttr>(attr))
    return llvm::json::Value(v.getValue());
  if (auto v = dyn_cast<IntegerAttr>(attr))
    return llvm::json::Value(v.getInt());
  if (auto v = dyn_cast<FloatAttr>(attr)) {
    double number = v.getValueAsDouble();
    if (std::isfinite(number))
      return llvm::json::Value(number);
    return llvm::json::Value(std::isnan(number) ? "nan" : number > 0 ? "inf" : "-inf");
  }
  if (auto v = dyn_cast<StringAttr>(attr))
    return llvm::json::Value(llvm::json::fixUTF8(v.getValue()));
  if (auto v = dyn_cast<TypeAttr>(attr))
    return llvm::json::Value(typeText(v.getValue()));
  if (auto v = dyn_cast<DenseI64ArrayAttr>(attr))
    return llvm::json::Value(llvm::json::Array(v.asArrayRef()));
  if (auto v = dyn_cast<ArrayAttr>(attr)) {
    llvm::json::Array list;
    for (Attribute element : v) {
      std::optional<llvm::json::Value> encoded = encode(element);
      if (!encoded)
        return std::nullopt;
      list.push_back(std::move(*encoded));
    }
    return llvm::json::Value(std::move(list));
  }
  return std::nullopt;
}

/// `sort(tensor<4xf32>) -> (tensor<4xf32>) {"dimension":0}`: the name under which the host provides an op. Types are
/// the original ones: only they tell signed from unsigned integers.
static FailureOr<std::string> hostName(Operation *op) {
  llvm::json::Object attributes;
  for (StringAttr name : op->getName().getAttributeNames()) {
    Attribute attr = op->getAttr(name);
    if (!attr)
      continue;
    std::optional<llvm::json::Value> encoded = encode(attr);
    if (!encoded)
      return op->emitOpError("cannot be called on the host: its attribute '") << name.getValue() << "' is no number, "
                                                                              << "text, type or list of these";
    attributes[name.getValue()] = std::move(*encoded);
  }
  std::string text;
  llvm::raw_string_ostream out(text);
  out << kHostModule << "." << op->getName().stripDialect() << "(";
  llvm::interleaveComma(op->getOperandTypes(), out);
  out << ") -> (";
  llvm::interleaveComma(op->getResultTypes(), out);
  out << ") " << llvm::json::Value(std::move(attributes));
  return text;
}

FailureOr<Values> lowerHostCall(Lowerer &lower, Operation *op) {
  FailureOr<std::string> name = hostName(op);
  if (failed(name))
    return failure();
  auto each = [](TypeRange types) { return llvm::map_to_vector(types, [](Type t) { return signless(t); }); };
  auto type = FunctionType::get(op->getContext(), each(op->getOperandTypes()), each(op->getResultTypes()));
  auto module = op->getParentOfType<ModuleOp>();
  if (!module.lookupSymbol(*name)) {
    auto declaration = func::FuncOp::create(op->getLoc(), *name, type);
    declaration.setPrivate();
    module.push_back(declaration);
  }
  Values operands;
  for (Value v : op->getOperands())
    operands.push_back(lower.get(v));
  auto call = func::CallOp::create(lower.b, *name, type.getResults(), operands);
  return Values(call.getResults());
}

/// A compiled program has no way to raise; what has none in Python either is passed over.
static FailureOr<Values> lowerCheck(Lowerer &, Operation *op) {
  if (op->getAttrOfType<BoolAttr>("debug").getValue())
    return Values();
  return op->emitError()
         << "check: cannot be compiled as it is, since a compiled program cannot raise: wrap the function "
            "that holds it in checkify.checkify, which returns the error as a value, before it is jitted; or "
            "use debug_check";
}

void addHost(OpLowerings &table) { table["wg.check"] = lowerCheck; }

} // namespace wg::lowering
