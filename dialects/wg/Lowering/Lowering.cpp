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
  if (isStorage(type))
    return IntegerType::get(type.getContext(), 8);
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
  APInt value = lowest ? least : most;
  Type stored = signless(element);
  return IntegerAttr::get(stored, isSigned ? value.sext(stored.getIntOrFloatBitWidth())
                                           : value.zext(stored.getIntOrFloatBitWidth()));
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
  // IREE has no pattern of 128 bits to fill memory with: a loop. It reads an array, which no simplification knows: of
  // a loop that reads none IREE keeps one for all readers, and lets two of them overwrite it.
  if (auto number = dyn_cast<complex::NumberAttr>(v);
      number && cast<ComplexType>(number.getType()).getElementType().isF64()) {
    Value real = full(tensor({}, b.getF64Type()), b.getF64FloatAttr(number.getReal().convertToDouble()));
    OperationState state(b.getLoc(), "util.optimization_barrier");
    state.addOperands(real);
    state.addTypes(real.getType());
    Input inputs[] = {{b.create(state)->getResult(0), project(type.getRank(), {}), {}}, {Value(), AffineMap(), v}};
    return elementwise(inputs, type, [](ArrayRef<Scalar> x) { return wg::lowering::complex(x[0], x[1].im()); });
  }
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

Value Lowerer::reduceFrom(TypedAttr first, RankedTensorType type, ArrayRef<Input> inputs, ArrayRef<int64_t> shape,
                          ArrayRef<int64_t> axes, llvm::function_ref<Scalar(ArrayRef<Scalar>)> next) {
  auto number = dyn_cast<complex::NumberAttr>(first);
  if (!number || !cast<ComplexType>(type.getElementType()).getElementType().isF64())
    return reduce(inputs, shape, axes, full(type, first), [&](ArrayRef<Scalar> v) { return Scalars{next(v)}; }).front();
  RankedTensorType part = type.clone(b.getF64Type());
  Values inits{full(part, b.getF64FloatAttr(number.getReal().convertToDouble())),
               full(part, b.getF64FloatAttr(number.getImag().convertToDouble()))};
  Values sums = reduce(inputs, shape, axes, inits, [&](ArrayRef<Scalar> v) {
    SmallVector<Scalar> whole(v.drop_back(2));
    whole.push_back(complex(v[v.size() - 2], v.back()));
    Scalar out = next(whole);
    return Scalars{out.re(), out.im()};
  });
  AffineMap same = identity(type.getRank());
  return elementwise({{sums[0], same, {}}, {sums[1], same, {}}}, type,
                     [](ArrayRef<Scalar> v) { return complex(v[0], v[1]); });
}

Value Lowerer::loopIndex(int64_t dimension) { return linalg::IndexOp::create(b, dimension); }
Scalar Lowerer::indexToInteger(Value index, Type integer) {
  return Scalar(b, arith::IndexCastOp::create(b, integer, index));
}
Value Lowerer::integerToIndex(const Scalar &integer) {
  return arith::IndexCastOp::create(b, b.getIndexType(), integer.get());
}

namespace {
// The value of an integer in the body of a generic, if it is known now or by folding: a loop of size 1 is at 0.
class KnownIndices {
public:
  std::optional<int64_t> of(Value v) {
    auto found = known.find(v);
    if (found != known.end())
      return found->second;
    std::optional<int64_t> value = fold(v);
    known[v] = value;
    return value;
  }

private:
  std::optional<int64_t> fold(Value v);

  DenseMap<Value, std::optional<int64_t>> known; // what several values are computed from is looked at once
};
} // namespace

std::optional<int64_t> KnownIndices::fold(Value v) {
  Operation *op = v.getDefiningOp();
  if (!op || op->getNumResults() != 1)
    return std::nullopt;
  auto integer = [](Attribute a) -> std::optional<int64_t> {
    auto number = dyn_cast_or_null<IntegerAttr>(a);
    return number ? std::optional(number.getValue().getSExtValue()) : std::nullopt;
  };
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    auto generic = cast<linalg::GenericOp>(op->getParentOp());
    return generic.getStaticLoopRanges()[index.getDim()] == 1 ? std::optional<int64_t>(0) : std::nullopt;
  }
  SmallVector<Attribute> operands;
  bool anyKnown = op->getNumOperands() == 0;
  for (Value operand : op->getOperands()) {
    std::optional<int64_t> value = of(operand);
    operands.push_back(value ? Builder(op->getContext()).getIntegerAttr(operand.getType(), *value) : Attribute());
    anyKnown |= value.has_value();
  }
  // Between 0 and 0.
  if (isa<arith::MinSIOp>(op) && operands[1] && integer(operands[1]) == 0)
    if (auto notBelow = op->getOperand(0).getDefiningOp<arith::MaxSIOp>(); notBelow && of(notBelow.getRhs()) == 0)
      return 0;
  SmallVector<OpFoldResult> results;
  Operation *copy = op->clone(); // a fold may change its op
  bool folds = anyKnown && succeeded(copy->fold(operands, results)) && results.size() == 1;
  std::optional<int64_t> value;
  if (folds) {
    auto inner = dyn_cast<Value>(results.front());
    value = inner ? of(inner) : integer(cast<Attribute>(results.front()));
  }
  copy->destroy();
  return value;
}

Scalar Lowerer::at(Value tensor, ValueRange indices) {
  SmallVector<Value> places(indices);
  if (isa<linalg::GenericOp>(b.getInsertionBlock()->getParentOp())) {
    tensor = sourceOfSteps(tensor, places);
    tensor = cutAtKnown(tensor, places);
  }
  return Scalar(b, tensor::ExtractOp::create(b, tensor, places));
}

// IREE 3.13 does not compile a loop that reads a slice with steps by computed indices: read what it is a slice of.
Value Lowerer::sourceOfSteps(Value tensor, MutableArrayRef<Value> places) {
  auto slice = tensor.getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice || llvm::all_of(slice.getStaticStrides(), [](int64_t n) { return n == 1; }))
    return tensor;
  for (auto [d, place] : llvm::enumerate(places))
    place = (Scalar(b, place) * Scalar(b, index(slice.getStaticStrides()[d])) +
             Scalar(b, index(slice.getStaticOffsets()[d])))
                .get();
  return slice.getSource();
}

// IREE 3.13 makes an element at index 0 that a loop reads an operand of the loop, fuses what computes the tensor, and
// then computes only that element of it, whoever else reads the tensor: give the loop a slice instead.
Value Lowerer::cutAtKnown(Value tensor, MutableArrayRef<Value> places) {
  Operation *producer = tensor.getDefiningOp();
  if (!producer || isa<arith::ConstantOp, tensor::EmptyOp>(producer))
    return tensor;
  RankedTensorType type = tensorType(tensor);
  Ints offsets = repeat(0, type.getRank()), sizes(type.getShape());
  KnownIndices known;
  for (auto [d, place] : llvm::enumerate(places))
    if (std::optional<int64_t> at = sizes[d] > 1 ? known.of(place) : std::nullopt) {
      offsets[d] = std::clamp<int64_t>(*at, 0, sizes[d] - 1);
      sizes[d] = 1;
      place = index(0);
    }
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointAfterValue(tensor);
  return slice(tensor, offsets, sizes);
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
