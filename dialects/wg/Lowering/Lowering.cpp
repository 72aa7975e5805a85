// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace wg::lowering {

//===----------------------------------------------------------------------===//
// Types and attributes
//===----------------------------------------------------------------------===//

Type signless(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.clone(signless(tensor.getElementType()));
  if (auto integer = dyn_cast<IntegerType>(type))
    return IntegerType::get(type.getContext(), integer.getWidth());
  if (auto function = dyn_cast<FunctionType>(type)) {
    auto each = [](TypeRange types) { return llvm::map_to_vector(types, [](Type t) { return signless(t); }); };
    return FunctionType::get(type.getContext(), each(function.getInputs()), each(function.getResults()));
  }
  return type;
}

DenseElementsAttr signless(DenseElementsAttr value) {
  auto type = cast<ShapedType>(signless(value.getType()));
  if (type == value.getType())
    return value;
  return DenseElementsAttr::getFromRawBuffer(type, value.getRawData());
}

Type computeType(Type element) {
  return element.isF16() || element.isBF16() ? Float32Type::get(element.getContext()) : element;
}

Ints intsAttr(Operation *op, StringRef name) { return Ints(cast<DenseI64ArrayAttr>(op->getAttr(name)).asArrayRef()); }
int64_t intAttr(Operation *op, StringRef name) { return cast<IntegerAttr>(op->getAttr(name)).getInt(); }
bool boolAttr(Operation *op, StringRef name) {
  auto attr = op->getAttrOfType<BoolAttr>(name);
  return attr && attr.getValue();
}
RankedTensorType tensorType(Value v) { return cast<RankedTensorType>(v.getType()); }
Type elementType(Value v) { return tensorType(v).getElementType(); }

TypedAttr numberAttr(Type element, double v) {
  if (auto complex = dyn_cast<ComplexType>(element))
    return complex::NumberAttr::get(complex, v, 0);
  if (isa<FloatType>(element))
    return FloatAttr::get(element, v);
  return IntegerAttr::get(element, APInt(element.getIntOrFloatBitWidth(), static_cast<int64_t>(v), /*isSigned=*/true,
                                         /*implicitTrunc=*/true));
}
TypedAttr splatAttr(DenseElementsAttr value) {
  if (!isa<ComplexType>(value.getElementType()))
    return cast<TypedAttr>(value.getSplatValue<Attribute>());
  auto number = value.getSplatValue<std::complex<APFloat>>();
  auto toDouble = [](APFloat v) {
    bool losesInfo;
    v.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
    return v.convertToDouble();
  };
  return complex::NumberAttr::get(cast<ComplexType>(value.getElementType()), toDouble(number.real()),
                                  toDouble(number.imag()));
}

TypedAttr extreme(Type element, bool lowest) {
  if (auto f = dyn_cast<FloatType>(element))
    return FloatAttr::get(element, APFloat::getInf(f.getFloatSemantics(), /*Negative=*/lowest));
  unsigned width = element.getIntOrFloatBitWidth();
  bool isSigned = !isUnsigned(element);
  APInt least = isSigned ? APInt::getSignedMinValue(width) : APInt::getMinValue(width);
  APInt most = isSigned ? APInt::getSignedMaxValue(width) : APInt::getMaxValue(width);
  return IntegerAttr::get(signless(element), lowest ? least : most);
}

//===----------------------------------------------------------------------===//
// Reading operands
//===----------------------------------------------------------------------===//

// Follows broadcasts and transposes; returns the map from the indices of the value to those of the source.
AffineMap Lowerer::throughMaps(Value &original) {
  int64_t rank = tensorType(original).getRank();
  SmallVector<int64_t> dims = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  while (Operation *op = original.getDefiningOp()) {
    Value x = op->getNumOperands() == 1 ? op->getOperand(0) : Value();
    SmallVector<int64_t> inner;
    if (op->getName().getStringRef() == "wg.broadcast_in_dim") {
      Ints at = intsAttr(op, "broadcast_dimensions"), shape(tensorType(original).getShape());
      if (!(pick(shape, at) == Ints(tensorType(x).getShape())))
        break; // repeats sizes of 1: a reshape, not a map
      for (int64_t d : at)
        inner.push_back(dims[d]);
    } else if (op->getName().getStringRef() == "wg.transpose") {
      Ints inverse = invert(intsAttr(op, "permutation"));
      for (int64_t d : inverse)
        inner.push_back(dims[d]);
    } else {
      break;
    }
    dims = inner;
    original = x;
  }
  return project(rank, dims);
}

Input Lowerer::read(Value original) {
  AffineMap indices = throughMaps(original);
  if (auto it = uniform.find(original); it != uniform.end())
    return {Value(), AffineMap(), it->second};
  DenseElementsAttr constant;
  if (matchPattern(original, m_Constant(&constant)) && constant.isSplat())
    return {Value(), AffineMap(), splatAttr(signless(constant))};
  return {get(original), indices, TypedAttr()};
}

TypedAttr foldBody(Value genericResult) {
  auto generic = genericResult.getDefiningOp<linalg::GenericOp>();
  if (!generic || generic.getNumDpsInputs() || generic->getNumResults() != 1)
    return nullptr;
  DenseMap<Value, Attribute> known;
  for (Operation &op : generic.getBody()->without_terminator()) {
    SmallVector<Attribute> operands;
    SmallVector<OpFoldResult> results;
    for (Value v : op.getOperands())
      operands.push_back(known.lookup(v));
    if (failed(op.fold(operands, results)) || results.size() != 1)
      return nullptr;
    auto value = dyn_cast<Value>(results.front());
    known[op.getResult(0)] = value ? known.lookup(value) : cast<Attribute>(results.front());
  }
  Value yielded = generic.getBody()->getTerminator()->getOperand(0);
  return dyn_cast_or_null<TypedAttr>(known.lookup(yielded));
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

Value Lowerer::empty(RankedTensorType type) {
  return tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
}
Value Lowerer::full(RankedTensorType type, double v) { return full(type, numberAttr(type.getElementType(), v)); }
Value Lowerer::full(RankedTensorType type, TypedAttr v) {
  if (type.getNumElements() == 0)
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, ArrayRef<Attribute>()));
  // IREE has no pattern of 128 bits to fill memory with: a loop.
  if (auto complex = dyn_cast<ComplexType>(type.getElementType()); complex && complex.getElementType().isF64())
    return elementwise({{Value(), AffineMap(), v}}, type, [](ArrayRef<Scalar> x) { return x[0]; });
  return linalg::FillOp::create(b, scalar(v), empty(type)).getResult(0);
}
Value Lowerer::scalar(TypedAttr v) {
  auto number = dyn_cast<complex::NumberAttr>(v);
  if (!number)
    return arith::ConstantOp::create(b, v);
  auto type = cast<ComplexType>(number.getType());
  auto part = [&](const APFloat &x) -> Value {
    return arith::ConstantOp::create(b, FloatAttr::get(type.getElementType(), x));
  };
  Value re = part(number.getReal()), im = part(number.getImag());
  return complex::CreateOp::create(b, type, re, im);
}
Value Lowerer::index(int64_t v) { return arith::ConstantIndexOp::create(b, v); }

AffineMap Lowerer::project(int64_t rank, ArrayRef<int64_t> dims) {
  SmallVector<AffineExpr> exprs;
  for (int64_t d : dims)
    exprs.push_back(b.getAffineDimExpr(d));
  return AffineMap::get(rank, 0, exprs, b.getContext());
}

static Values buildGeneric(Lowerer &lower, ArrayRef<Input> inputs, ValueRange inits, ArrayRef<AffineMap> outMaps,
                           ArrayRef<utils::IteratorType> iterators, Lowerer::Body body) {
  ImplicitLocOpBuilder &b = lower.b;
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  for (const Input &input : inputs)
    if (input.value) {
      operands.push_back(input.value);
      maps.push_back(input.map);
    }
  maps.append(outMaps.begin(), outMaps.end());
  auto build = [&](OpBuilder &, Location, ValueRange args) {
    Scalars scalars;
    size_t next = 0;
    for (const Input &input : inputs)
      scalars.emplace_back(b, input.value ? args[next++] : lower.scalar(input.constant));
    for (; next < args.size(); ++next)
      scalars.emplace_back(b, args[next]);
    Values results;
    for (const Scalar &s : body(scalars))
      results.push_back(s.get());
    linalg::YieldOp::create(b, results);
  };
  // The body is built with the lowerer's own builder, which stands where linalg puts it.
  OpBuilder::InsertionGuard guard(b);
  auto generic = linalg::GenericOp::create(b, ValueRange(inits).getTypes(), operands, inits, maps, iterators);
  Block *block = b.createBlock(&generic.getRegion());
  for (Value v : operands)
    block->addArgument(elementType(v), b.getLoc());
  for (Value v : inits)
    block->addArgument(elementType(v), b.getLoc());
  build(b, b.getLoc(), block->getArguments());
  return Values(generic->getResults());
}

Values Lowerer::map_(ArrayRef<Input> inputs, ArrayRef<RankedTensorType> results, Body body) {
  int64_t rank = results.front().getRank();
  SmallVector<Value> inits;
  for (RankedTensorType type : results)
    inits.push_back(empty(type));
  SmallVector<AffineMap> maps(results.size(), identity(rank));
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  size_t count = inputs.size();
  return buildGeneric(*this, inputs, inits, maps, iterators,
                      [&](ArrayRef<Scalar> all) { return body(all.take_front(count)); });
}

Value Lowerer::elementwise(ArrayRef<Input> inputs, RankedTensorType result,
                           llvm::function_ref<Scalar(ArrayRef<Scalar>)> body) {
  return map_(inputs, {result}, [&](ArrayRef<Scalar> x) { return Scalars{body(x)}; }).front();
}

Values Lowerer::reduce(ArrayRef<Input> inputs, ArrayRef<int64_t> shape, ArrayRef<int64_t> axes, ValueRange inits,
                       Body body) {
  int64_t rank = shape.size();
  SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
  for (int64_t axis : axes)
    iterators[axis] = utils::IteratorType::reduction;
  SmallVector<AffineMap> maps(inits.size(), project(rank, complement(Ints(axes), rank)));
  return buildGeneric(*this, inputs, inits, maps, iterators, body);
}

Value Lowerer::loopIndex(int64_t dimension) { return linalg::IndexOp::create(b, dimension); }
Scalar Lowerer::indexToInteger(Value index, Type integer) {
  return Scalar(b, arith::IndexCastOp::create(b, integer, index));
}
Value Lowerer::integerToIndex(const Scalar &integer) {
  return arith::IndexCastOp::create(b, b.getIndexType(), integer.get());
}
Scalar Lowerer::at(Value tensor, ValueRange indices) {
  return Scalar(b, tensor::ExtractOp::create(b, tensor, indices));
}

//===----------------------------------------------------------------------===//
// Rearranging
//===----------------------------------------------------------------------===//

Value Lowerer::reshape(Value x, ArrayRef<int64_t> shape) {
  RankedTensorType from = tensorType(x), to = from.clone(shape);
  if (from == to)
    return x;
  if (auto groups = getReassociationIndicesForReshape(from, to)) {
    if (from.getRank() > to.getRank())
      return tensor::CollapseShapeOp::create(b, to, x, *groups);
    if (from.getRank() < to.getRank())
      return tensor::ExpandShapeOp::create(b, to, x, *groups);
  }
  // Through one dimension.
  int64_t flat[] = {from.getNumElements()};
  return reshape(reshape(x, flat), shape);
}

Value Lowerer::transpose(Value x, ArrayRef<int64_t> permutation) {
  RankedTensorType type = tensorType(x);
  if (Ints(permutation) == range(type.getRank()))
    return x;
  RankedTensorType result = type.clone(pick(Ints(type.getShape()), Ints(permutation)));
  return linalg::TransposeOp::create(b, x, empty(result), permutation)->getResult(0);
}

static SmallVector<OpFoldResult> indices(Builder &b, ArrayRef<int64_t> values) {
  return getAsIndexOpFoldResult(b.getContext(), values);
}

Value Lowerer::slice(Value x, ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
  RankedTensorType type = tensorType(x);
  Ints ones = repeat(1, type.getRank());
  if (strides.empty())
    strides = ones;
  if (Ints(sizes) == Ints(type.getShape()))
    return x;
  return tensor::ExtractSliceOp::create(b, type.clone(sizes), x, indices(b, offsets), indices(b, sizes),
                                        indices(b, strides));
}

Value Lowerer::insert(Value x, Value into, ArrayRef<int64_t> offsets) {
  RankedTensorType type = tensorType(x);
  if (type.getNumElements() == 0)
    return into;
  return tensor::InsertSliceOp::create(b, x, into, indices(b, offsets), indices(b, type.getShape()),
                                       indices(b, repeat(1, type.getRank())));
}

Value Lowerer::castFloat(Value x, Type element) {
  RankedTensorType type = tensorType(x);
  if (type.getElementType() == element)
    return x;
  return elementwise({{x, identity(type.getRank()), {}}}, type.clone(element),
                     [&](ArrayRef<Scalar> v) { return v[0].to(element); });
}

} // namespace wg::lowering
