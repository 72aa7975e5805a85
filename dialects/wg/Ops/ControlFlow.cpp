// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the rules of branches and loops share.

#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/ControlFlow.cpp.inc"

void WgDialect::registerControlFlowOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/ControlFlow.cpp.inc"
      >();
}

Value wg::zeroOf(OpBuilder &builder, Location loc, Type type) {
  RuleBuilder b(builder, loc);
  return full(b, cast<RankedTensorType>(type), 0).get();
}

Type wg::batchedType(Type type, int64_t size) {
  auto tensor = cast<RankedTensorType>(type);
  return RankedTensorType::get(prepend(size, Ints(tensor.getShape())), tensor.getElementType());
}

Value wg::repeated(OpBuilder &builder, Location loc, Value x, int64_t size) {
  RuleBuilder b(builder, loc);
  b.setBatch(size, {});
  return b.addBatch(Expr(b, x)).get();
}

Values wg::spreadTangents(ValueRange tangents, TypeRange types, ArrayRef<bool> active) {
  Values spread;
  unsigned next = 0;
  for (auto [type, isActive] : llvm::zip_equal(types, active)) {
    bool moves = hasTangent(type);
    spread.push_back(moves && isActive ? tangents[next] : Value());
    next += moves;
  }
  return spread;
}

SmallVector<int64_t> wg::positionsOf(ArrayRef<Value> values) {
  SmallVector<int64_t> positions;
  for (auto [i, v] : llvm::enumerate(values))
    if (v)
      positions.push_back(i);
  return positions;
}

Values wg::presentIn(ArrayRef<Value> values) {
  return llvm::to_vector(llvm::make_filter_range(values, [](Value v) { return bool(v); }));
}

LogicalResult wg::checkArguments(StringRef function, TypeRange expected, TypeRange operands, DiagnosticMaker error) {
  if (expected.size() != operands.size())
    return error() << "expected @" << function << " to take " << operands.size() << " arguments but it takes "
                   << expected.size();
  for (auto [i, want, got] : llvm::enumerate(operands, expected))
    if (want != got)
      return error() << "expected @" << function << " to take " << want << " as argument " << i << " but it takes "
                     << got;
  return success();
}

LogicalResult wg::verifyControlFlow(ControlFlowOpInterface op, SymbolTableCollection &tables) {
  for (StringRef name : functionsOf(op)) {
    auto fn = tables.lookupNearestSymbolFrom<func::FuncOp>(op, FlatSymbolRefAttr::get(op->getContext(), name));
    if (!fn)
      return op->emitOpError() << "expected a function but @" << name << " names none";
    if (fn.isExternal())
      return op->emitOpError() << "expected a function with a body but @" << name << " has none";
    if (fn->isProperAncestor(op))
      return op->emitOpError() << "is part of @" << name << ", which it runs";
  }
  auto typeOf = [&](StringRef name) {
    auto symbol = FlatSymbolRefAttr::get(op->getContext(), name);
    return tables.lookupNearestSymbolFrom<func::FuncOp>(op, symbol).getFunctionType();
  };
  auto types =
      op.inferResultTypes(op->getAttrDictionary(), op->getOperandTypes(), typeOf, [&] { return op->emitOpError(); });
  if (failed(types))
    return failure();
  if (TypeRange(*types) != TypeRange(op->getResultTypes()))
    return op->emitOpError() << "expected results of types (" << *types << ") but got (" << op->getResultTypes() << ")";
  return success();
}

ArrayAttr wg::symbolsAttr(OpBuilder &builder, ArrayRef<func::FuncOp> functions) {
  return builder.getArrayAttr(
      llvm::map_to_vector(functions, [](func::FuncOp f) -> Attribute { return FlatSymbolRefAttr::get(f); }));
}
