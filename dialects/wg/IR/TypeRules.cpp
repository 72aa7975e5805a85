// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/IR/TypeRules.h"

#include "llvm/Support/raw_ostream.h"

#include <set>

using namespace mlir;

namespace wg {

std::string str(const Ints &v) {
  std::string s = "[";
  for (size_t i = 0; i < v.size(); ++i)
    s += (i ? ", " : "") + std::to_string(v[i]);
  return s + "]";
}
std::string str(Type type) {
  std::string s;
  llvm::raw_string_ostream(s) << type;
  return s;
}

TensorType TypeRules::error(const Twine &message) {
  hasFailed = true;
  (void)emitOptionalError(loc, op, ": ", message);
  return {};
}
LogicalResult TypeRules::missing(StringRef attribute) {
  error("expected the attribute '" + attribute + "' but got none");
  return failure();
}
LogicalResult TypeRules::infer(ArrayRef<Type> types, SmallVectorImpl<Type> &results) {
  if (hasFailed || llvm::is_contained(types, Type()))
    return failure();
  results.append(types.begin(), types.end());
  return success();
}

TensorType TypeRules::bind(Value operand) {
  auto type = dyn_cast_or_null<RankedTensorType>(operand ? operand.getType() : Type());
  if (!type || !type.hasStaticShape())
    return error("expected tensors with static shapes but got " + (operand ? str(operand.getType()) : "nothing"));
  return type;
}
SmallVector<TensorType> TypeRules::bind(ValueRange operands) {
  return llvm::map_to_vector(operands, [&](Value v) { return bind(v); });
}

bool TypeRules::axesAreValid(StringRef what, const Ints &axes, TensorType x) {
  std::set<int64_t> seen;
  for (int64_t a : axes)
    if (a < 0 || a >= x.getRank() || !seen.insert(a).second) {
      error("expected " + what + " to be distinct dimensions of " + str(x) + " but got " + str(axes));
      return false;
    }
  return true;
}

TensorType TypeRules::same(ArrayRef<TensorType> types) {
  for (TensorType t : types) {
    if (t.getShape() != types[0].getShape())
      return error("expected operands of one shape but got " + str(types[0]) + " and " + str(t) +
                   "; broadcast with broadcast_in_dim first");
    if (t.getElementType() != types[0].getElementType())
      return error("expected operands of one element type but got " + str(types[0]) + " and " + str(t) +
                   "; convert one of them first");
  }
  return RankedTensorType::get(types[0].getShape(), types[0].getElementType());
}
TensorType TypeRules::compare(ArrayRef<TensorType> types) {
  TensorType t = same(types);
  return t ? t.clone(IntegerType::get(t.getContext(), 1)) : t;
}
TensorType TypeRules::select(TensorType pred, TensorType x, TensorType y) {
  TensorType t = same({x, y});
  if (t && pred.getShape() != t.getShape())
    return error("expected a predicate with the shape of " + str(t) + " but got " + str(pred) +
                 "; broadcast it with broadcast_in_dim first");
  return t;
}
TensorType TypeRules::convert(TensorType x, Type dtype) {
  if (!RankedTensorType::isValidElementType(dtype) || isa<RankedTensorType>(dtype))
    return error("expected dtype to be an element type but got " + str(dtype));
  return RankedTensorType::get(x.getShape(), dtype);
}

TensorType TypeRules::reshape(TensorType x, const Ints &shape) {
  int64_t count = 1;
  for (int64_t d : shape) {
    if (d < 0)
      return error("expected a shape without negative sizes but got " + str(shape));
    count *= d;
  }
  if (count != x.getNumElements())
    return error("expected a shape with the " + Twine(x.getNumElements()) + " elements of " + str(x) + " but got " +
                 str(shape) + " with " + Twine(count));
  return RankedTensorType::get(shape, x.getElementType());
}
TensorType TypeRules::transpose(TensorType x, const Ints &permutation) {
  if (static_cast<int64_t>(permutation.size()) != x.getRank())
    return error("expected a permutation of the dimensions of " + str(x) + " but got " + str(permutation));
  if (!axesAreValid("permutation", permutation, x))
    return {};
  return RankedTensorType::get(pick(Ints(x.getShape()), permutation), x.getElementType());
}
TensorType TypeRules::broadcastInDim(TensorType x, const Ints &shape, const Ints &dims) {
  if (static_cast<int64_t>(dims.size()) != x.getRank())
    return error("expected one broadcast dimension for each dimension of " + str(x) + " but got " + str(dims));
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i] < 0 || dims[i] >= static_cast<int64_t>(shape.size()) || (i && dims[i] <= dims[i - 1]))
      return error("expected ascending broadcast dimensions below " + Twine(shape.size()) + " but got " + str(dims));
    if (x.getDimSize(i) != 1 && x.getDimSize(i) != shape[dims[i]])
      return error("expected dimension " + Twine(i) + " of " + str(x) + " to have size 1 or that of dimension " +
                   Twine(dims[i]) + " of the shape " + str(shape));
  }
  for (int64_t d : shape)
    if (d < 0)
      return error("expected a shape without negative sizes but got " + str(shape));
  return RankedTensorType::get(shape, x.getElementType());
}

TensorType TypeRules::dotGeneral(TensorType lhs, TensorType rhs, const Ints &lhsContracting,
                                 const Ints &rhsContracting, const Ints &lhsBatch, const Ints &rhsBatch) {
  if (lhs.getElementType() != rhs.getElementType())
    return error("expected operands of one element type but got " + str(lhs) + " and " + str(rhs));
  if (lhsContracting.size() != rhsContracting.size() || lhsBatch.size() != rhsBatch.size())
    return error("expected as many contracting and batch dimensions on both sides but got contracting " +
                 str(lhsContracting) + " x " + str(rhsContracting) + " and batch " + str(lhsBatch) + " x " +
                 str(rhsBatch));
  Ints lhsBound = concat(lhsBatch, lhsContracting), rhsBound = concat(rhsBatch, rhsContracting);
  if (!axesAreValid("the left contracting and batch dimensions", lhsBound, lhs) ||
      !axesAreValid("the right contracting and batch dimensions", rhsBound, rhs))
    return {};
  for (size_t i = 0; i < lhsBound.size(); ++i)
    if (lhs.getDimSize(lhsBound[i]) != rhs.getDimSize(rhsBound[i]))
      return error("expected dimension " + Twine(lhsBound[i]) + " of " + str(lhs) + " and dimension " +
                   Twine(rhsBound[i]) + " of " + str(rhs) + " to have one size");
  Ints shape = pick(Ints(lhs.getShape()), lhsBatch);
  shape = concat(shape, pick(Ints(lhs.getShape()), complement(lhsBound, lhs.getRank())));
  shape = concat(shape, pick(Ints(rhs.getShape()), complement(rhsBound, rhs.getRank())));
  return RankedTensorType::get(shape, lhs.getElementType());
}

TensorType TypeRules::reduce(TensorType x, const Ints &axes) {
  if (!axesAreValid("axes", axes, x))
    return {};
  return RankedTensorType::get(pick(Ints(x.getShape()), complement(axes, x.getRank())), x.getElementType());
}

} // namespace wg
