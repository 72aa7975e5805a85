// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Host.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Host.cpp.inc"

void WgDialect::registerHostOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Host.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

LogicalResult CallbackOp::inferReturnTypes(MLIRContext *, std::optional<Location> location, Adaptor adaptor,
                                           SmallVectorImpl<Type> &results) {
  TypeRules t(getOperationName(), location);
  ArrayAttr types = adaptor.getTypesAttr();
  if (!types)
    return t.missing("types");
  SmallVector<Type> found;
  for (Attribute entry : types) {
    auto type = dyn_cast<TypeAttr>(entry);
    auto tensor = type ? dyn_cast<RankedTensorType>(type.getValue()) : RankedTensorType();
    if (!tensor || !tensor.hasStaticShape()) {
      std::string got;
      llvm::raw_string_ostream(got) << entry;
      t.error("expected tensors with static shapes as types but got " + got);
      return failure();
    }
    found.push_back(tensor);
  }
  return t.infer(found, results);
}

static bool startsWith(ArrayRef<int64_t> shape, ArrayRef<int64_t> sizes) {
  return shape.size() >= sizes.size() && shape.take_front(sizes.size()) == sizes;
}

/// The sizes of the loops over whose dimensions an operand goes.
static Ints loopsOf(CallbackOp op, unsigned operand) {
  Ints sizes;
  for (auto [i, size] : llvm::enumerate(op.loopSizes()))
    if (op.loopMasks()[i * op.getInputs().size() + operand])
      sizes.push_back(size);
  return sizes;
}

LogicalResult CallbackOp::verify() {
  if (!llvm::is_contained({"pure", "unordered", "ordered"}, getEffect()))
    return emitOpError("expected an effect of pure, unordered, ordered but got '") << getEffect() << "'";
  if (std::optional<StringRef> method = getVmapMethod())
    if (!llvm::is_contained({"sequential", "expand_dims", "broadcast_all", "legacy_vectorized"}, *method))
      return emitOpError(
                 "expected a vmap_method of sequential, expand_dims, broadcast_all, legacy_vectorized but got '")
             << *method << "'";
  size_t numOperands = getInputs().size();
  if (loopMasks().size() != loopSizes().size() * numOperands ||
      llvm::any_of(loopMasks(), [](int64_t m) { return m != 0 && m != 1; }))
    return emitOpError("expected a 0 or a 1 in 'batched' for each of ")
           << loopSizes().size() << " loops and each of " << numOperands << " operands";
  for (unsigned i = 0; i < numOperands; ++i)
    if (!startsWith(cast<RankedTensorType>(getInputs()[i].getType()).getShape(), loopsOf(*this, i)))
      return emitOpError("expected operand ") << i << " to begin with the dimensions " << str(loopsOf(*this, i))
                                              << " of the loops but got " << getInputs()[i].getType();
  for (Type type : getOuts().getTypes())
    if (!startsWith(cast<RankedTensorType>(type).getShape(), loopSizes()))
      return emitOpError("expected results that begin with the dimensions ")
             << str(Ints(loopSizes())) << " of the loops but got " << type;
  return success();
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

void CallbackOp::getEffects(SmallVectorImpl<MemoryEffects::EffectInstance> &effects) {
  if (!isPure())
    effects.emplace_back(MemoryEffects::Write::get());
}

Exprs CallbackOp::jvpRule(RuleBuilder &b, const Exprs &) {
  b.fail((isPure() ? "pure_callback" : "io_callback") +
         Twine(": has no derivative, but its result depends on an argument that is differentiated: give the function "
               "that calls it a rule with custom_jvp or custom_vjp, or stop_gradient its arguments"));
  return {};
}

static ArrayAttr batchedTypes(CallbackOp op, int64_t size) {
  SmallVector<Attribute> types;
  for (Type type : op.getOuts().getTypes()) {
    auto tensor = cast<RankedTensorType>(type);
    types.push_back(TypeAttr::get(tensor.clone(prepend(size, Ints(tensor.getShape())))));
  }
  return ArrayAttr::get(op.getContext(), types);
}

/// One call for all examples: what has no batch dimension gets one as the method says.
static Exprs callOnce(CallbackOp op, RuleBuilder &b, StringRef method) {
  Exprs operands;
  for (auto [i, v] : llvm::enumerate(op.getInputs())) {
    Expr x = b.bind(v);
    if (!b.isBatched(i) && method == "broadcast_all")
      x = b.addBatch(x);
    else if (!b.isBatched(i) && method == "expand_dims")
      x = reshape(x, prepend(1, x.shape()));
    operands.push_back(x);
  }
  return b.create("wg.callback", operands,
                  {{"id", op.getIdAttr()},
                   {"effect", op.getEffectAttr()},
                   {"types", batchedTypes(op, b.batchSize())},
                   {"vmap_method", op.getVmapMethodAttr()}});
}

Exprs CallbackOp::batchRule(RuleBuilder &b) {
  StringRef method = getVmapMethod().value_or("");
  if (getEffect() == "ordered" || (isPure() && method.empty())) {
    b.fail(isPure()
               ? "pure_callback: expected a vmap_method under vmap: pass 'sequential' to call the function for each "
                 "example, or 'expand_dims' or 'broadcast_all' if it takes all of them at once"
               : "callback: an ordered callback cannot be batched: pass ordered=False, or call it outside of vmap");
    return {};
  }
  if (isPure() && method != "sequential")
    return callOnce(*this, b, method);
  Ints masks;
  for (unsigned i = 0; i < getInputs().size(); ++i)
    masks.push_back(b.isBatched(i));
  SmallVector<std::pair<StringRef, RuleBuilder::Attr>> attributes = {
      {"id", getIdAttr()},
      {"effect", getEffectAttr()},
      {"types", batchedTypes(*this, b.batchSize())},
      {"loops", prepend(b.batchSize(), Ints(loopSizes()))},
      {"batched", concat(masks, Ints(loopMasks()))}};
  if (getVmapMethodAttr())
    attributes.push_back({"vmap_method", getVmapMethodAttr()});
  return b.create("wg.callback", b.bind(ValueRange(getInputs())), attributes);
}
