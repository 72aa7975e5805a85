// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/IR/TypeRules.h"

#include "llvm/Support/CheckedArithmetic.h"
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

std::optional<int64_t> countElements(ArrayRef<int64_t> shape) {
  std::optional<int64_t> count = 1;
  for (int64_t d : shape)
    if (d < 0 || !(count = llvm::checkedMul(*count, d)))
      return std::nullopt;
  return count;
}

TensorType TypeRules::error(const Twine &message) {
  hasFailed = true;
  (void)emitOptionalError(loc, op, ": ", message);
  return {};
}
bool TypeRules::counted(size_t operands, size_t expected, bool isList) {
  if (isList ? operands >= expected : operands == expected)
    return true;
  error("expected " + Twine(isList ? "at least " : "") + Twine(expected) + " operands but got " + Twine(operands));
  return false;
}
LogicalResult TypeRules::missing(StringRef attribute) {
  error("expected the attribute '" + attribute + "' but got none");
  return failure();
}
LogicalResult TypeRules::infer(ArrayRef<Type> types, SmallVectorImpl<Type> &results) {
  if (hasFailed || llvm::is_contained(types, Type()))
    return failure();
  for (Type type : types)
    if (!countElements(cast<RankedTensorType>(type).getShape())) {
      error("expected a result with fewer than 2^63 elements but got " + str(type));
      return failure();
    }
  results.append(types.begin(), types.end());
  return success();
}

TensorType TypeRules::bind(Value operand) {
  auto type = dyn_cast_or_null<RankedTensorType>(operand ? operand.getType() : Type());
  if (!type || !type.hasStaticShape())
    return error("expected tensors with static shapes but got " + (operand ? str(operand.getType()) : "nothing"));
  if (!countElements(type.getShape()))
    return error("expected tensors with fewer than 2^63 elements but got " + str(type));
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

bool TypeRules::lengthsFit(TensorType x, ArrayRef<std::pair<StringRef, Ints>> lists) {
  for (auto &[what, list] : lists)
    if (static_cast<int64_t>(list.size()) != x.getRank()) {
      error("expected " + what + " to have one entry for each dimension of " + str(x) + " but got " + str(list));
      return false;
    }
  return true;
}

bool TypeRules::shapeIsValid(const Ints &shape) {
  if (countElements(shape))
    return true;
  error(llvm::any_of(shape, [](int64_t d) { return d < 0; })
            ? "expected a shape without negative sizes but got " + str(shape)
            : "expected a shape with fewer than 2^63 elements but got " + str(shape));
  return false;
}

bool TypeRules::dtypeIsValid(Type dtype) {
  auto integer = dyn_cast<IntegerType>(dtype);
  unsigned width = dtype.isIntOrFloat() ? dtype.getIntOrFloatBitWidth() : 0;
  auto complex = dyn_cast<ComplexType>(dtype);
  if (complex && isa<Float32Type, Float64Type>(complex.getElementType()))
    return true;
  if (isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(dtype) || dtype.isSignlessInteger(1) ||
      (integer && !integer.isSigned() && llvm::is_contained({8u, 16u, 32u, 64u}, width)))
    return true;
  error("expected dtype to be one of i1, i8, i16, i32, i64, ui8, ui16, ui32, ui64, f16, bf16, f32, f64, "
        "complex<f32>, complex<f64> but got " +
        str(dtype));
  return false;
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
  return dtypeIsValid(dtype) ? RankedTensorType::get(x.getShape(), dtype) : TensorType();
}
TensorType TypeRules::bitcastConvert(TensorType x, Type dtype) {
  if (!dtypeIsValid(dtype))
    return {};
  Type from = x.getElementType();
  if (isa<ComplexType>(dtype))
    return error("expected a dtype of bools, integers or floats but got " + str(dtype) +
                 "; put its parts together with complex");
  if (!from.isIntOrFloat() || from.getIntOrFloatBitWidth() != dtype.getIntOrFloatBitWidth())
    return error("expected dtype to have the width of the element type of " + str(x) + " but got " + str(dtype) +
                 "; convert changes the width");
  return RankedTensorType::get(x.getShape(), dtype);
}
TensorType TypeRules::integerPow(TensorType x, int64_t y) {
  if (y < 0 && !isa<FloatType, ComplexType>(x.getElementType()))
    return error("expected an exponent that is not negative for " + str(x) + " but got " + Twine(y) +
                 "; convert the operand to a float type first");
  return RankedTensorType::get(x.getShape(), x.getElementType());
}
TensorType TypeRules::constant(ElementsAttr value) {
  auto type = dyn_cast<RankedTensorType>(value.getShapedType());
  return type ? type : error("expected a tensor of literals but got " + str(value.getShapedType()));
}

TensorType TypeRules::reshape(TensorType x, const Ints &shape) {
  if (!shapeIsValid(shape))
    return {};
  int64_t count = *countElements(shape);
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
  return shapeIsValid(shape) ? RankedTensorType::get(shape, x.getElementType()) : TensorType();
}

TensorType TypeRules::slice(TensorType x, const Ints &start, const Ints &limit, const Ints &strides) {
  if (!lengthsFit(x, {{"start", start}, {"limit", limit}, {"strides", strides}}))
    return {};
  Ints shape;
  for (int64_t i = 0; i < x.getRank(); ++i) {
    if (start[i] < 0 || start[i] > limit[i] || limit[i] > x.getDimSize(i))
      return error("expected 0 <= start <= limit <= size in dimension " + Twine(i) + " of " + str(x) +
                   " but got start " + Twine(start[i]) + " and limit " + Twine(limit[i]));
    if (strides[i] <= 0)
      return error("expected positive strides but got " + str(strides) + "; reverse the result for a negative step");
    shape.push_back(limit[i] == start[i] ? 0 : (limit[i] - start[i] - 1) / strides[i] + 1);
  }
  return RankedTensorType::get(shape, x.getElementType());
}
TensorType TypeRules::pad(TensorType x, TensorType value, const Ints &low, const Ints &high, const Ints &interior) {
  if (value.getElementType() != x.getElementType())
    return error("expected a value with the element type of " + str(x) + " but got " + str(value));
  if (!lengthsFit(x, {{"low", low}, {"high", high}, {"interior", interior}}))
    return {};
  Ints shape;
  for (int64_t i = 0; i < x.getRank(); ++i) {
    if (interior[i] < 0)
      return error("expected interior padding without negative entries but got " + str(interior));
    int64_t n = x.getDimSize(i);
    std::optional<int64_t> size = llvm::checkedMulAdd(n ? n - 1 : 0, interior[i], n);
    for (int64_t more : {low[i], high[i]})
      size = size ? llvm::checkedAdd(*size, more) : size;
    if (!size || *size < 0)
      return error("expected padding that leaves a size of at least 0 in dimension " + Twine(i) + " of " + str(x) +
                   " but got low " + Twine(low[i]) + ", high " + Twine(high[i]) + ", interior " + Twine(interior[i]));
    shape.push_back(*size);
  }
  return RankedTensorType::get(shape, x.getElementType());
}
TensorType TypeRules::concatenate(ArrayRef<TensorType> xs, int64_t dimension) {
  if (xs.empty())
    return error("expected at least one operand but got none");
  TensorType first = xs[0];
  if (dimension < 0 || dimension >= first.getRank())
    return error("expected dimension to be one of " + str(first) + " but got " + Twine(dimension));
  Ints shape(first.getShape());
  shape[dimension] = 0;
  for (TensorType x : xs) {
    if (x.getElementType() != first.getElementType())
      return error("expected operands of one element type but got " + str(first) + " and " + str(x) +
                   "; convert one of them first");
    bool fits = x.getRank() == first.getRank();
    for (int64_t i = 0; fits && i < x.getRank(); ++i)
      fits = i == dimension || x.getDimSize(i) == first.getDimSize(i);
    if (!fits)
      return error("expected operands that differ only in dimension " + Twine(dimension) + " but got " + str(first) +
                   " and " + str(x));
    std::optional<int64_t> sum = llvm::checkedAdd(shape[dimension], x.getDimSize(dimension));
    if (!sum)
      return error("expected a result with fewer than 2^63 elements");
    shape[dimension] = *sum;
  }
  return RankedTensorType::get(shape, first.getElementType());
}
TensorType TypeRules::reverse(TensorType x, const Ints &dimensions) {
  if (!axesAreValid("dimensions", dimensions, x))
    return {};
  return RankedTensorType::get(x.getShape(), x.getElementType());
}
TensorType TypeRules::iota(const Ints &shape, int64_t dimension, Type dtype) {
  if (!shapeIsValid(shape) || !dtypeIsValid(dtype))
    return {};
  if (dtype.isInteger(1))
    return error("expected a dtype of numbers but got i1; convert the result");
  if (dimension < 0 || dimension >= static_cast<int64_t>(shape.size()))
    return error("expected dimension to be below " + Twine(shape.size()) + ", the rank of the shape " + str(shape) +
                 ", but got " + Twine(dimension));
  return RankedTensorType::get(shape, dtype);
}

TensorType TypeRules::reduce(TensorType x, const Ints &axes) {
  if (!axesAreValid("axes", axes, x))
    return {};
  return RankedTensorType::get(pick(Ints(x.getShape()), complement(axes, x.getRank())), x.getElementType());
}
TensorType TypeRules::argReduce(TensorType x, int64_t axis) {
  if (axis < 0 || axis >= x.getRank())
    return error("expected axis to be a dimension of " + str(x) + " but got " + Twine(axis));
  if (x.getDimSize(axis) == 0)
    return error("expected an axis with elements but got axis " + Twine(axis) + " of " + str(x));
  return RankedTensorType::get(pick(Ints(x.getShape()), complement(ints(axis), x.getRank())),
                               IntegerType::get(x.getContext(), 32));
}

bool TypeRules::startsAreValid(TensorType x, ArrayRef<TensorType> starts) {
  if (static_cast<int64_t>(starts.size()) == x.getRank())
    return true;
  error("expected one start for each dimension of " + str(x) + " but got " + Twine(starts.size()));
  return false;
}
TensorType TypeRules::dynamicSlice(TensorType x, ArrayRef<TensorType> starts, const Ints &sizes) {
  if (!startsAreValid(x, starts) || !lengthsFit(x, {{"sizes", sizes}}))
    return {};
  for (int64_t i = 0; i < x.getRank(); ++i)
    if (sizes[i] < 0 || sizes[i] > x.getDimSize(i))
      return error("expected sizes within the shape of " + str(x) + " but got " + str(sizes));
  return RankedTensorType::get(sizes, x.getElementType());
}
TensorType TypeRules::dynamicUpdateSlice(TensorType x, TensorType update, ArrayRef<TensorType> starts) {
  if (!startsAreValid(x, starts))
    return {};
  if (update.getElementType() != x.getElementType())
    return error("expected an update with the element type of " + str(x) + " but got " + str(update) +
                 "; convert one of them first");
  bool fits = update.getRank() == x.getRank();
  for (int64_t i = 0; fits && i < x.getRank(); ++i)
    fits = update.getDimSize(i) <= x.getDimSize(i);
  if (!fits)
    return error("expected an update within the shape of " + str(x) + " but got " + str(update));
  return RankedTensorType::get(x.getShape(), x.getElementType());
}
TensorType TypeRules::take(TensorType x, TensorType indices, int64_t axis) {
  if (axis < 0 || axis >= x.getRank())
    return error("expected axis to be a dimension of " + str(x) + " but got " + Twine(axis));
  if (x.getDimSize(axis) == 0 && indices.getNumElements() != 0)
    return error("expected an axis with elements to take from but got axis " + Twine(axis) + " of " + str(x));
  Ints shape(x.getShape());
  Ints result = concat(pick(shape, range(axis)), Ints(indices.getShape()));
  return RankedTensorType::get(concat(result, pick(shape, range(axis + 1, x.getRank()))), x.getElementType());
}

SmallVector<Type> TypeRules::sort(ArrayRef<TensorType> xs, int64_t dimension, int64_t numKeys) {
  if (xs.empty()) {
    error("expected at least one operand but got none");
    return {};
  }
  for (TensorType x : xs)
    if (x.getShape() != xs[0].getShape())
      error("expected operands of one shape but got " + str(xs[0]) + " and " + str(x));
  if (dimension < 0 || dimension >= xs[0].getRank())
    error("expected dimension to be one of " + str(xs[0]) + " but got " + Twine(dimension));
  if (numKeys < 1 || numKeys > static_cast<int64_t>(xs.size()))
    error("expected num_keys to be between 1 and the number of operands, " + Twine(xs.size()) + ", but got " +
          Twine(numKeys));
  return SmallVector<Type>(xs.begin(), xs.end());
}

} // namespace wg
