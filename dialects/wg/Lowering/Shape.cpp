// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rearranging: reshapes and slices without a copy where IREE can, otherwise one loop over the result.

#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace wg::lowering {

static RankedTensorType resultType(Operation *op) {
  return cast<RankedTensorType>(signless(op->getResult(0).getType()));
}

static FailureOr<Values> lowerReshape(Lowerer &lower, Operation *op) {
  return Values{lower.reshape(lower.get(op->getOperand(0)), resultType(op).getShape())};
}

static FailureOr<Values> lowerTranspose(Lowerer &lower, Operation *op) {
  return Values{lower.transpose(lower.get(op->getOperand(0)), intsAttr(op, "permutation"))};
}

static FailureOr<Values> lowerBroadcast(Lowerer &lower, Operation *op) {
  RankedTensorType result = resultType(op);
  // Sizes of 1 that are repeated are dropped first, so that the map is a projection.
  Ints dims = intsAttr(op, "broadcast_dimensions"), kept, at, from(tensorType(op->getOperand(0)).getShape());
  for (size_t i = 0; i < dims.size(); ++i)
    if (from[i] == result.getDimSize(dims[i])) {
      kept.push_back(from[i]);
      at.push_back(dims[i]);
    }
  Input input = lower.read(op->getOperand(0));
  if (input.constant)
    return Values{lower.full(result, input.constant)};
  Value x = lower.reshape(lower.get(op->getOperand(0)), kept);
  if (x.getType() == result)
    return Values{x};
  return Values{lower.elementwise({{x, lower.project(result.getRank(), at), {}}}, result,
                                  [](ArrayRef<Scalar> v) { return v[0]; })};
}

static FailureOr<Values> lowerSlice(Lowerer &lower, Operation *op) {
  return Values{lower.slice(lower.get(op->getOperand(0)), intsAttr(op, "start"), resultType(op).getShape(),
                            intsAttr(op, "strides"))};
}

//===----------------------------------------------------------------------===//
// pad
//===----------------------------------------------------------------------===//

// Values between neighbours: each index of the result finds its element, if it has one.
static Value padInterior(Lowerer &lower, Value x, Input value, RankedTensorType result, const Ints &low,
                         const Ints &interior) {
  ImplicitLocOpBuilder &b = lower.b;
  RankedTensorType type = tensorType(x);
  return lower.elementwise({value}, result, [&](ArrayRef<Scalar> v) {
    Scalar inside;
    Values at;
    for (int64_t d = 0; d < result.getRank(); ++d) {
      Scalar i(b, lower.loopIndex(d)), zero(b, lower.index(0)), step(b, lower.index(interior[d] + 1));
      Scalar shifted = i - Scalar(b, lower.index(low[d]));
      Scalar last(b, lower.index((type.getDimSize(d) - 1) * (interior[d] + 1)));
      Scalar ok = (shifted >= zero) & (shifted <= last);
      if (interior[d])
        ok = ok & (Scalar(b, arith::RemSIOp::create(b, shifted.get(), step.get())) == zero);
      inside = inside.get() ? inside & ok : ok;
      Scalar safe = select(ok, shifted, zero);
      at.push_back(interior[d] ? arith::DivSIOp::create(b, safe.get(), step.get()).getResult() : safe.get());
    }
    return select(inside, lower.at(x, at), v[0]);
  });
}

Value padTensor(Lowerer &lower, Value x, Input value, const Ints &low, const Ints &high, const Ints &interior) {
  ImplicitLocOpBuilder &b = lower.b;
  RankedTensorType type = tensorType(x);
  SmallVector<int64_t> shape;
  for (int64_t d = 0; d < type.getRank(); ++d) {
    int64_t n = type.getDimSize(d);
    shape.push_back(low[d] + (n ? (n - 1) * (interior[d] + 1) + 1 : 0) + high[d]);
  }
  RankedTensorType result = type.clone(shape);
  if (value.value)
    value.map = lower.project(result.getRank(), {});
  if (type.getNumElements() == 0 || result.getRank() == 0) {
    if (result.getRank() == 0)
      return x;
    return lower.elementwise({value}, result, [](ArrayRef<Scalar> v) { return v[0]; });
  }
  // The padding of complex numbers would be a fill.
  if (llvm::any_of(interior, [](int64_t n) { return n != 0; }) || isa<ComplexType>(type.getElementType()))
    return padInterior(lower, x, value, result, low, interior);
  // Negative amounts cut.
  Ints offsets, sizes, padLow, padHigh;
  bool nothingLeft = false;
  for (int64_t d = 0; d < type.getRank(); ++d) {
    offsets.push_back(std::max<int64_t>(0, -low[d]));
    sizes.push_back(type.getDimSize(d) - offsets[d] - std::max<int64_t>(0, -high[d]));
    nothingLeft |= sizes[d] <= 0;
    padLow.push_back(std::max<int64_t>(0, low[d]));
    padHigh.push_back(std::max<int64_t>(0, high[d]));
  }
  if (nothingLeft)
    return padInterior(lower, x, value, result, low, interior);
  x = lower.slice(x, offsets, sizes);
  if (x.getType() == result)
    return x;
  Value fill = value.value ? lower.at(value.value, {}).get() : lower.scalar(value.constant);
  auto amounts = [&](const Ints &v) { return getAsIndexOpFoldResult(b.getContext(), ArrayRef<int64_t>(v)); };
  return tensor::PadOp::create(b, result, x, amounts(padLow), amounts(padHigh), fill);
}

static FailureOr<Values> lowerPad(Lowerer &lower, Operation *op) {
  return Values{padTensor(lower, lower.get(op->getOperand(0)), lower.read(op->getOperand(1)), intsAttr(op, "low"),
                          intsAttr(op, "high"), intsAttr(op, "interior"))};
}

//===----------------------------------------------------------------------===//
// concatenate, reverse, iota
//===----------------------------------------------------------------------===//

// Pieces of size 1 (a stack of scalars or rows): one loop that selects, which fuses with what makes the pieces.
static Value stackPieces(Lowerer &lower, ArrayRef<Value> pieces, RankedTensorType result, int64_t dimension) {
  ImplicitLocOpBuilder &b = lower.b;
  SmallVector<Input> inputs;
  Ints others = complement(ints(dimension), result.getRank());
  for (Value piece : pieces)
    inputs.push_back(
        {lower.reshape(piece, pick(Ints(result.getShape()), others)), lower.project(result.getRank(), others), {}});
  return lower.elementwise(inputs, result, [&](ArrayRef<Scalar> x) {
    Scalar i(b, lower.loopIndex(dimension)), value = x.back();
    for (size_t n = x.size() - 1; n-- > 0;)
      value = select(i == Scalar(b, lower.index(n)), x[n], value);
    return value;
  });
}

static FailureOr<Values> lowerConcatenate(Lowerer &lower, Operation *op) {
  RankedTensorType result = resultType(op);
  int64_t dimension = intAttr(op, "dimension");
  Values pieces;
  bool areThin = true;
  for (Value v : op->getOperands())
    if (tensorType(v).getNumElements()) {
      pieces.push_back(lower.get(v));
      areThin &= tensorType(v).getDimSize(dimension) == 1;
    }
  if (pieces.size() == 1)
    return pieces;
  constexpr size_t mostSelected = 16; // beyond, the chain of selections costs more than copies
  if (areThin && pieces.size() <= mostSelected)
    return Values{stackPieces(lower, pieces, result, dimension)};
  Value whole = lower.empty(result);
  Ints offsets = repeat(0, result.getRank());
  for (Value piece : pieces) {
    whole = lower.insert(piece, whole, offsets);
    offsets[dimension] += tensorType(piece).getDimSize(dimension);
  }
  return Values{whole};
}

static FailureOr<Values> lowerReverse(Lowerer &lower, Operation *op) {
  RankedTensorType result = resultType(op);
  Ints dimensions = intsAttr(op, "dimensions");
  Value x = lower.get(op->getOperand(0));
  if (dimensions.empty())
    return Values{x};
  ImplicitLocOpBuilder &b = lower.b;
  return Values{lower.elementwise({}, result, [&](ArrayRef<Scalar>) {
    Values at;
    for (int64_t d = 0; d < result.getRank(); ++d) {
      Scalar i(b, lower.loopIndex(d)), last(b, lower.index(result.getDimSize(d) - 1));
      at.push_back(llvm::is_contained(dimensions, d) ? (last - i).get() : i.get());
    }
    return lower.at(x, at);
  })};
}

static FailureOr<Values> lowerIota(Lowerer &lower, Operation *op) {
  RankedTensorType result = resultType(op);
  Type element = result.getElementType();
  int64_t dimension = intAttr(op, "dimension");
  return Values{lower.elementwise({}, result, [&](ArrayRef<Scalar>) {
    ImplicitLocOpBuilder &b = lower.b;
    auto complexType = dyn_cast<ComplexType>(element);
    Type part = complexType ? complexType.getElementType() : element;
    // bools are compared, floats converted: from an integer with room for the index
    bool direct = part.isInteger() && !part.isInteger(1);
    Type integer = direct ? part : b.getIntegerType(part.getIntOrFloatBitWidth() == 64 ? 64 : 32);
    Scalar i = lower.indexToInteger(lower.loopIndex(dimension), integer);
    if (!isa<FloatType>(part))
      return element.isInteger(1) ? i != 0.0 : i.resize(part.getIntOrFloatBitWidth());
    Scalar number = Scalar(b, arith::SIToFPOp::create(b, computeType(part), i.get())).to(part);
    return complexType ? complex(number, number.like(0)) : number;
  })};
}

void addShape(OpLowerings &table) {
  table["wg.reshape"] = lowerReshape;
  table["wg.transpose"] = lowerTranspose;
  table["wg.broadcast_in_dim"] = lowerBroadcast;
  table["wg.slice"] = lowerSlice;
  table["wg.pad"] = lowerPad;
  table["wg.concatenate"] = lowerConcatenate;
  table["wg.reverse"] = lowerReverse;
  table["wg.iota"] = lowerIota;
}

} // namespace wg::lowering
