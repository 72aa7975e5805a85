// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that apply a function of scalars: one loop whose body is that function.

#include "wg/Lowering/Computation.h"
#include "wg/Interfaces/ComputationInterface.h"
#include "wg/Interfaces/ControlFlowInterface.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace wg::lowering {

FailureOr<func::FuncOp> computationOf(Operation *op, StringRef attribute) {
  auto symbol = op->getAttrOfType<FlatSymbolRefAttr>(attribute);
  auto f = symbol ? SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, symbol) : func::FuncOp();
  if (!f || f.isExternal() || !f.getBody().hasOneBlock())
    return op->emitOpError("expected ") << attribute << " to name a function of one block";
  return f;
}

DenseSet<Operation *> computationsIn(ModuleOp module) {
  DenseSet<Operation *> found;
  SymbolTable symbols(module);
  module.walk([&](Operation *op) {
    if (isa<ComputationOpInterface, ControlFlowOpInterface>(op))
      for (StringRef name : functionsOf(op))
        if (Operation *f = symbols.lookup(name))
          found.insert(f);
  });
  return found;
}

// Ops that rearrange elements have nothing to do where there is one.
static bool movesNothing(Operation *op) {
  StringRef name = op->getName().stripDialect();
  return name == "reshape" || name == "broadcast_in_dim" || name == "transpose";
}

static FailureOr<Scalars> onScalars(Lowerer &lower, Operation *op, ArrayRef<Scalar> x) {
  ImplicitLocOpBuilder &b = lower.b;
  if (auto call = dyn_cast<func::CallOp>(op)) {
    FailureOr<func::FuncOp> callee = computationOf(call, "callee");
    if (failed(callee))
      return failure();
    return inlineComputation(lower, *callee, x);
  }
  DenseElementsAttr constant;
  if (matchPattern(op, m_Constant(&constant)) && constant.getNumElements() == 1) {
    auto value = cast<TypedAttr>(*signless(constant).getValues<Attribute>().begin());
    return Scalars{Scalar(b, lower.scalar(value))};
  }
  if (movesNothing(op) && tensorType(op->getResult(0)).getRank() == 0)
    return Scalars{x[0]};
  bool isScalar = op->getNumResults() == 1 && tensorType(op->getResult(0)).getRank() == 0 && op->getNumOperands();
  Scalar value = isScalar ? lowerScalar(lower, op, x) : Scalar();
  if (!value.get())
    return op->emitOpError("cannot stand in a computation that is compiled: expected ops that compute scalars from "
                           "scalars");
  return Scalars{value};
}

FailureOr<Scalars> inlineComputation(Lowerer &lower, func::FuncOp f, ArrayRef<Scalar> arguments) {
  DenseMap<Value, Scalar> known;
  for (auto [argument, x] : llvm::zip_equal(f.getArguments(), arguments))
    known[argument] = x;
  Block &block = f.getBody().front();
  auto valuesOf = [&](OperandRange operands) {
    Scalars x;
    for (Value v : operands)
      x.push_back(known.lookup(v));
    return x;
  };
  for (Operation &op : block.without_terminator()) {
    FailureOr<Scalars> results = onScalars(lower, &op, valuesOf(op.getOperands()));
    if (failed(results))
      return failure();
    for (auto [result, x] : llvm::zip_equal(op.getResults(), *results))
      known[result] = x;
  }
  return valuesOf(block.getTerminator()->getOperands());
}

static FailureOr<Values> lowerReduce(Lowerer &lower, Operation *op) {
  FailureOr<func::FuncOp> f = computationOf(op, "computation");
  if (failed(f))
    return failure();
  size_t count = op->getNumOperands() / 2;
  Ints axes = intsAttr(op, "axes"), shape(tensorType(op->getOperand(0)).getShape());
  SmallVector<Input> inputs;
  Values starts;
  for (size_t i = 0; i < count; ++i) {
    inputs.push_back({lower.get(op->getOperand(i)), lower.identity(shape.size()), {}});
    auto result = cast<RankedTensorType>(signless(op->getResult(i).getType()));
    Input start = lower.read(op->getOperand(count + i));
    if (start.value)
      start.map = lower.project(result.getRank(), {});
    starts.push_back(lower.elementwise({start}, result, [](ArrayRef<Scalar> v) { return v[0]; }));
  }
  if (ShapedType::getNumElements(shape) == 0)
    return starts;
  bool hasFailed = false;
  Values results = lower.reduce(inputs, shape, axes, starts, [&](ArrayRef<Scalar> v) {
    Scalars arguments(v.drop_front(count));
    arguments.append(v.begin(), v.begin() + count);
    FailureOr<Scalars> combined = inlineComputation(lower, *f, arguments);
    hasFailed = failed(combined);
    return hasFailed ? Scalars(v.drop_front(count)) : *combined;
  });
  return hasFailed ? FailureOr<Values>() : results;
}

void addComputation(OpLowerings &table) { table["wg.reduce"] = lowerReduce; }

} // namespace wg::lowering
