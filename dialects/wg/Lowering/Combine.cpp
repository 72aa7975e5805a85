// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Lowering/Combine.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace wg::lowering {

Combiner combinerOf(StringRef op) {
  auto endsWith = [&](StringRef word) { return op.ends_with(word); };
  if (endsWith("sum"))
    return Combiner::Sum;
  if (endsWith("prod"))
    return Combiner::Prod;
  if (endsWith("max"))
    return Combiner::Max;
  if (endsWith("min"))
    return Combiner::Min;
  if (endsWith("and"))
    return Combiner::And;
  return endsWith("xor") ? Combiner::Xor : Combiner::Or;
}

template <typename FloatOp, typename SignedOp, typename UnsignedOp>
static Scalar combineAs(const Scalar &x, const Scalar &y, bool isUnsignedType) {
  auto &b = x.builder();
  if (x.isFloat())
    return Scalar(b, FloatOp::create(b, x.get(), y.get()));
  if (isUnsignedType)
    return Scalar(b, UnsignedOp::create(b, x.get(), y.get()));
  return Scalar(b, SignedOp::create(b, x.get(), y.get()));
}

Scalar combine(Combiner kind, const Scalar &x, const Scalar &y, Type element) {
  bool isUnsignedType = isUnsigned(element);
  switch (kind) {
  case Combiner::Sum:
    return x + y;
  case Combiner::Prod:
    return x * y;
  case Combiner::Max:
    return combineAs<arith::MaximumFOp, arith::MaxSIOp, arith::MaxUIOp>(x, y, isUnsignedType);
  case Combiner::Min:
    return combineAs<arith::MinimumFOp, arith::MinSIOp, arith::MinUIOp>(x, y, isUnsignedType);
  case Combiner::And:
    return x & y;
  case Combiner::Or:
    return x | y;
  case Combiner::Xor:
    return x ^ y;
  }
  llvm_unreachable("all kinds are listed");
}

TypedAttr identityOf(Combiner kind, Type element) {
  Type type = signless(computeType(element));
  if (kind == Combiner::Max || kind == Combiner::Min)
    return extreme(isa<FloatType>(element) ? type : element, /*lowest=*/kind == Combiner::Max);
  int64_t value = kind == Combiner::Prod ? 1 : kind == Combiner::And ? -1 : 0;
  if (isa<FloatType>(type))
    return FloatAttr::get(type, static_cast<double>(value));
  return IntegerAttr::get(type, APInt(type.getIntOrFloatBitWidth(), value, /*isSigned=*/true, /*implicitTrunc=*/true));
}

Operation *buildExt(Lowerer &lower, StringRef name, ValueRange operands, TypeRange results,
                    ArrayRef<NamedAttribute> attributes, TypeRange elements,
                    llvm::function_ref<Scalar(ArrayRef<Scalar>)> body) {
  ImplicitLocOpBuilder &b = lower.b;
  OperationState state(b.getLoc(), ("iree_linalg_ext." + name).str());
  state.addOperands(operands);
  state.addTypes(results);
  state.addAttributes(attributes);
  Region *region = state.addRegion();
  {
    OpBuilder::InsertionGuard guard(b);
    Block *block = b.createBlock(region, {}, elements, SmallVector<Location>(elements.size(), b.getLoc()));
    Scalars scalars;
    for (Value v : block->getArguments())
      scalars.emplace_back(b, v);
    OperationState yield(b.getLoc(), "iree_linalg_ext.yield");
    yield.addOperands(body(scalars).get());
    b.create(yield);
  }
  return b.create(state);
}

} // namespace wg::lowering
