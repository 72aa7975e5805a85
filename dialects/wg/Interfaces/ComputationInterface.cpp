// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Interfaces/ComputationInterface.h"
#include "wg/IR/Expr.h"

#include "mlir/Interfaces/FunctionInterfaces.h"

#include "wg/Interfaces/ComputationInterface.cpp.inc"

using namespace mlir;

LogicalResult wg::verifyComputation(Operation *op, FlatSymbolRefAttr symbol, SymbolTableCollection &tables,
                                    TypeRange inputs, TypeRange results) {
  auto fn = tables.lookupNearestSymbolFrom<FunctionOpInterface>(op, symbol);
  if (!fn)
    return op->emitOpError() << "expected a function but @" << symbol.getValue() << " names none";
  auto type = dyn_cast<FunctionType>(fn.getFunctionType());
  auto wanted = FunctionType::get(op->getContext(), inputs, results);
  if (type != wanted)
    return op->emitOpError() << "expected a computation of type " << wanted << " but @" << symbol.getValue() << " is "
                             << fn.getFunctionType();
  if (fn.isExternal())
    return op->emitOpError() << "expected a computation with a body but @" << symbol.getValue() << " has none";
  if (fn->isProperAncestor(op))
    return op->emitOpError() << "is part of @" << symbol.getValue() << ", its own computation";
  return success();
}

wg::Exprs wg::applyElementwise(RuleBuilder &b, FlatSymbolRefAttr function, const Exprs &operands,
                               ArrayRef<Type> elements) {
  Exprs results(elements.size());
  if (b.failed() || operands.empty())
    return results;
  Ints shape = operands.front().shape();
  int64_t size = operands.front().tensorType().getNumElements();
  if (size == 0) {
    for (auto [i, element] : llvm::enumerate(elements))
      results[i] = full(b, RankedTensorType::get(shape, element), 0);
    return results;
  }
  auto reshaped = [&](const Expr &x, const Ints &to) { return b.create("wg.reshape", {x}, {{"shape", to}}).front(); };
  OperationState state(b.loc, "wg.vmap");
  for (const Expr &x : operands)
    state.addOperands(reshaped(x, ints(size)).get());
  for (Type element : elements)
    state.addTypes(RankedTensorType::get({size}, element));
  state.addAttribute("callee", function);
  state.addAttribute("in_axes", b.builder.getDenseI64ArrayAttr(repeat(0, operands.size())));
  state.addAttribute("out_axes", b.builder.getDenseI64ArrayAttr(repeat(0, elements.size())));
  state.addAttribute("size", b.builder.getI64IntegerAttr(size));
  if (b.failed())
    return results;
  for (auto [i, v] : llvm::enumerate(b.builder.create(state)->getResults()))
    results[i] = reshaped(Expr(b, v), shape);
  return results;
}
