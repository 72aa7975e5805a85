// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg.check: its types and its batching.

#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/Host.h"

using namespace mlir;
using namespace wg;

LogicalResult CheckOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, Adaptor adaptor,
                                        SmallVectorImpl<Type> &) {
  TypeRules t(getOperationName(), location);
  if (!t.counted(adaptor.getOperands().size(), 1, /*isList=*/true))
    return failure();
  return success();
}

LogicalResult CheckOp::verify() {
  if (!llvm::is_contained({"user", "nan", "div", "index"}, getKind()))
    return emitOpError("expected a kind of user, nan, div, index but got '") << getKind() << "'";
  auto shape = cast<RankedTensorType>(getPred().getType()).getShape();
  for (auto [i, type] : llvm::enumerate(getInputs().getTypes()))
    if (cast<RankedTensorType>(type).getShape().take_front(shape.size()) != shape)
      return emitOpError("expected input ")
             << i << " to begin with the dimensions " << str(Ints(shape)) << " of the condition but got " << type;
  return success();
}

void CheckOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  effects.emplace_back(MemoryEffects::Write::get());
}

Exprs CheckOp::batchRule(RuleBuilder &b) {
  Exprs operands = {b.bindBatched(0, getPred())};
  for (auto [i, v] : llvm::enumerate(getInputs()))
    operands.push_back(b.bindBatched(i + 1, v));
  SmallVector<std::pair<StringRef, RuleBuilder::Attr>> attributes = {
      {"kind", getKindAttr()}, {"message", getMessageAttr()}, {"debug", getDebugAttr()}};
  if (getAtAttr())
    attributes.push_back({"at", getAtAttr()});
  return b.create("wg.check", operands, attributes);
}
