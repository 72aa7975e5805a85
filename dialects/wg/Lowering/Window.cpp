// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions over windows. A window of few elements is as many strided slices of the padded operand, combined by one
// elementwise loop, which IREE vectorises in any layout (measured against its pooling ops and JAX: 3x3 maxima take 8
// ms, 39 ms and 69 ms). A larger one is reduced one dimension after the other.

#include "wg/Lowering/Combine.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace wg::lowering {

namespace {
/// Where the windows of an op stand.
struct Windows {
  explicit Windows(Operation *op)
      : size(intsAttr(op, "window_dimensions")), strides(intsAttr(op, "window_strides")), low(intsAttr(op, "low")),
        high(intsAttr(op, "high")), interior(shift(intsAttr(op, "base_dilation"), -1)),
        dilation(intsAttr(op, "window_dilation")) {}

  Ints size, strides, low, high, interior, dilation;
};

/// One pass over some dimensions: its windows as slices, or as a loop where they are many.
struct Pass {
  Ints size, strides, dilation, shape; // 1 for dimensions of other passes
  int64_t count() const { return ShapedType::getNumElements(shape) ? product(size) : 0; }
  static int64_t product(const Ints &v) {
    int64_t n = 1;
    for (int64_t d : v)
      n *= d;
    return n;
  }
};
} // namespace

constexpr int64_t mostSlices = 16;

static Value padWith(Lowerer &lower, Value x, const Windows &w, TypedAttr fill) {
  return padTensor(lower, x, {Value(), AffineMap(), fill}, w.low, w.high, w.interior);
}

// The windows as passes: one if they are small, else one a dimension, the last first, so that of equal elements the
// first in row-major order is met first.
static SmallVector<Pass> passesOf(const Windows &w, ArrayRef<int64_t> shape) {
  int64_t rank = shape.size();
  auto outSize = [&](int64_t d) { return (shape[d] - ((w.size[d] - 1) * w.dilation[d] + 1)) / w.strides[d] + 1; };
  SmallVector<Pass> passes;
  bool isSmall = true;
  int64_t count = 1;
  for (int64_t k : w.size)
    isSmall = isSmall && k <= mostSlices && (count *= k) <= mostSlices;
  if (isSmall) {
    Pass pass{w.size, w.strides, w.dilation, {}};
    for (int64_t d = 0; d < rank; ++d)
      pass.shape.push_back(outSize(d));
    passes.push_back(pass);
    return passes;
  }
  Ints current(shape);
  for (int64_t d = rank; d-- > 0;) {
    if (w.size[d] == 1 && w.strides[d] == 1)
      continue;
    Pass pass{repeat(1, rank), repeat(1, rank), w.dilation, {}};
    pass.size[d] = w.size[d];
    pass.strides[d] = w.strides[d];
    current[d] = outSize(d);
    pass.shape = current;
    passes.push_back(pass);
  }
  return passes;
}

// For each place in the window the elements at that place, in row-major order.
static SmallVector<Input> slicesOf(Lowerer &lower, Value x, const Pass &pass) {
  int64_t rank = pass.size.size();
  SmallVector<Input> inputs;
  Ints place = repeat(0, rank);
  for (int64_t n = Pass::product(pass.size); n-- > 0;) {
    Ints offsets;
    for (int64_t d = 0; d < rank; ++d)
      offsets.push_back(place[d] * pass.dilation[d]);
    inputs.push_back({lower.slice(x, offsets, pass.shape, pass.strides), lower.identity(rank), {}});
    for (int64_t d = rank; d-- > 0 && ++place[d] == pass.size[d];)
      place[d] = 0;
  }
  return inputs;
}

// Inputs of a loop over the places of the windows and then over the one dimension of a window; the last input only says
// how long that is.
static SmallVector<Input> windowInputs(Lowerer &lower, ValueRange xs, const Pass &pass, int64_t dimension) {
  ImplicitLocOpBuilder &b = lower.b;
  int64_t rank = pass.size.size();
  SmallVector<AffineExpr> at;
  for (int64_t d = 0; d < rank; ++d)
    at.push_back(b.getAffineDimExpr(d) * pass.strides[d]);
  at[dimension] = at[dimension] + b.getAffineDimExpr(rank) * pass.dilation[dimension];
  AffineMap map = AffineMap::get(rank + 1, 0, at, b.getContext());
  SmallVector<Input> inputs;
  for (Value x : xs)
    inputs.push_back({x, map, {}});
  Value length = lower.empty(lower.tensor({pass.size[dimension]}, elementType(xs[0])));
  inputs.push_back({length, lower.project(rank + 1, {rank}), {}});
  return inputs;
}
static int64_t onlyDimension(const Pass &pass) {
  for (size_t d = 0; d < pass.size.size(); ++d)
    if (pass.size[d] != 1 || pass.strides[d] != 1)
      return d;
  return 0;
}

//===----------------------------------------------------------------------===//
// Sums and extremes
//===----------------------------------------------------------------------===//

static Value reducePass(Lowerer &lower, Value x, const Pass &pass, Combiner kind, Type element) {
  RankedTensorType type = tensorType(x).clone(ArrayRef<int64_t>(pass.shape));
  if (pass.count() <= mostSlices)
    return lower.elementwise(slicesOf(lower, x, pass), type, [&](ArrayRef<Scalar> v) {
      Scalar result = v[0];
      for (const Scalar &next : v.drop_front())
        result = combine(kind, result, next, element);
      return result;
    });
  int64_t d = onlyDimension(pass), rank = type.getRank();
  Ints loops = pass.shape;
  loops.push_back(pass.size[d]);
  Value init = lower.full(type, identityOf(kind, element));
  return lower
      .reduce(windowInputs(lower, {x}, pass, d), loops, {rank}, init,
              [&](ArrayRef<Scalar> v) { return Scalars{combine(kind, v[2], v[0], element)}; })
      .front();
}

static FailureOr<Values> lowerReduceWindow(Lowerer &lower, Operation *op) {
  Type element = elementType(op->getOperand(0));
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  Combiner kind = combinerOf(op->getName().stripDialect());
  Value x = lower.castFloat(lower.get(op->getOperand(0)), signless(computeType(element)));
  if (result.getRank() == 0)
    return Values{lower.castFloat(x, result.getElementType())};
  Windows w(op);
  x = padWith(lower, x, w, identityOf(kind, element));
  for (const Pass &pass : passesOf(w, tensorType(x).getShape()))
    x = reducePass(lower, x, pass, kind, element);
  return Values{isa<FloatType>(element) ? lower.castFloat(x, element) : x};
}

//===----------------------------------------------------------------------===//
// Elements by the extreme of another array
//===----------------------------------------------------------------------===//

namespace {
/// Carries the value that is compared and what is wanted of its place.
struct Selection {
  Value compared, payload;
};
} // namespace

// Whether x takes the place of the best so far: beyond it, or the first nan.
static Scalar isBetter(const Scalar &x, const Scalar &best, bool greatest) {
  return (greatest ? x > best : x < best) | (isNan(x) & !isNan(best));
}

static Selection selectPass(Lowerer &lower, Selection s, const Pass &pass, bool greatest) {
  RankedTensorType types[] = {tensorType(s.compared).clone(ArrayRef<int64_t>(pass.shape)),
                              tensorType(s.payload).clone(ArrayRef<int64_t>(pass.shape))};
  if (pass.count() <= mostSlices) {
    SmallVector<Input> inputs = slicesOf(lower, s.compared, pass), payloads = slicesOf(lower, s.payload, pass);
    size_t count = inputs.size();
    inputs.append(payloads);
    Values out = lower.map_(inputs, types, [&](ArrayRef<Scalar> v) {
      Scalar best = v[0], payload = v[count];
      for (size_t i = 1; i < count; ++i) {
        Scalar better = isBetter(v[i], best, greatest);
        best = select(better, v[i], best);
        payload = select(better, v[count + i], payload);
      }
      return Scalars{best, payload};
    });
    return {out[0], out[1]};
  }
  int64_t d = onlyDimension(pass), rank = pass.size.size();
  Ints loops = pass.shape;
  loops.push_back(pass.size[d]);
  SmallVector<Input> inputs = windowInputs(lower, {s.compared, s.payload}, pass, d);
  Value inits[] = {lower.full(types[0], 0.0), lower.full(types[1], 0.0)};
  Values out = lower.reduce(inputs, loops, {rank}, inits, [&](ArrayRef<Scalar> v) {
    Scalar isFirst = Scalar(lower.b, lower.loopIndex(rank)) == Scalar(lower.b, lower.index(0));
    Scalar better = isFirst | isBetter(v[0], v[3], greatest);
    return Scalars{select(better, v[0], v[3]), select(better, v[1], v[4])};
  });
  return {out[0], out[1]};
}

// The payload at the extreme of each window.
static Value selectPayload(Lowerer &lower, Operation *op, Value payload, TypedAttr nothing) {
  Windows w(op);
  Type element = elementType(op->getOperand(1)), type = computeType(element);
  bool greatest = op->getAttrOfType<StringAttr>("order").getValue() == "ge";
  Value compared = lower.castFloat(lower.get(op->getOperand(1)), type);
  Selection s{padWith(lower, compared, w, extreme(type, /*lowest=*/greatest)), padWith(lower, payload, w, nothing)};
  for (const Pass &pass : passesOf(w, tensorType(s.compared).getShape()))
    s = selectPass(lower, s, pass, greatest);
  return s.payload;
}

static FailureOr<Values> lowerSelectAndGather(Lowerer &lower, Operation *op) {
  Value x = lower.get(op->getOperand(0));
  RankedTensorType type = tensorType(x);
  if (type.getRank() == 0)
    return Values{x};
  TypedAttr zero = FloatAttr::get(type.getElementType(), 0.0);
  if (type.getNumElements() == 0)
    return Values{lower.full(cast<RankedTensorType>(op->getResult(0).getType()), zero)};
  return Values{selectPayload(lower, op, x, zero)};
}

// Windows side by side from the first element on: each element is in one, and looks whether it was selected.
static bool tiles(const Windows &w, RankedTensorType operand, RankedTensorType windows) {
  for (int64_t d = 0; d < operand.getRank(); ++d)
    if (w.size[d] != w.strides[d] || w.dilation[d] != 1 || w.interior[d] != 0 || w.low[d] != 0 ||
        windows.getDimSize(d) * w.size[d] > operand.getDimSize(d))
      return false;
  return true;
}
static Value scatterTiles(Lowerer &lower, Value source, Value places, const Windows &w, RankedTensorType result) {
  ImplicitLocOpBuilder &b = lower.b;
  int64_t rank = result.getRank();
  Ints split, whole, outer, none = repeat(0, rank), high;
  for (int64_t d = 0; d < rank; ++d) {
    int64_t n = tensorType(source).getDimSize(d);
    outer.push_back(split.size());
    split.push_back(n);
    split.push_back(w.size[d]);
    whole.push_back(n * w.size[d]);
    high.push_back(result.getDimSize(d) - whole[d]);
  }
  AffineMap map = lower.project(split.size(), outer);
  Value out = lower.elementwise(
      {{source, map, {}}, {places, map, {}}}, result.clone(ArrayRef<int64_t>(split)), [&](ArrayRef<Scalar> v) {
        Scalar own(b, lower.index(0));
        for (int64_t d = 0; d < rank; ++d) {
          Scalar i(b, lower.loopIndex(2 * d)), k(b, lower.loopIndex(2 * d + 1));
          own = own * Scalar(b, lower.index(result.getDimSize(d))) + i * Scalar(b, lower.index(w.size[d])) + k;
        }
        return select(v[1] == lower.indexToInteger(own.get(), v[1].type()), v[0], v[0].like(0));
      });
  Input zero{Value(), AffineMap(), FloatAttr::get(result.getElementType(), 0.0)};
  return padTensor(lower, lower.reshape(out, whole), zero, none, high, none);
}

// Anywhere: IREE's scatter on flat places, in the compute type; padding goes to one more place at the end.
static Value scatterFlat(Lowerer &lower, Value source, Value places, RankedTensorType result) {
  ImplicitLocOpBuilder &b = lower.b;
  Type element = computeType(result.getElementType());
  int64_t count = tensorType(source).getNumElements(), size = result.getNumElements();
  Value updates = lower.reshape(lower.castFloat(source, element), {count});
  Value target = lower.full(lower.tensor({size + 1}, element), 0.0);
  NamedAttribute attributes[] = {b.getNamedAttr("dimension_map", b.getDenseI64ArrayAttr({0})),
                                 b.getNamedAttr("unique_indices", b.getBoolAttr(false))};
  Value sums = buildExt(lower, "scatter", {updates, lower.reshape(places, {count, 1}), target}, target.getType(),
                        attributes, {element, element}, [](ArrayRef<Scalar> v) { return v[0] + v[1]; })
                   ->getResult(0);
  return lower.castFloat(lower.reshape(lower.slice(sums, {0}, {size}), result.getShape()), result.getElementType());
}

static FailureOr<Values> lowerSelectAndScatter(Lowerer &lower, Operation *op) {
  ImplicitLocOpBuilder &b = lower.b;
  auto result = cast<RankedTensorType>(op->getResult(0).getType());
  Value source = lower.get(op->getOperand(0));
  if (result.getRank() == 0)
    return Values{source};
  if (tensorType(source).getNumElements() == 0)
    return Values{lower.full(result, 0.0)};
  if (result.getNumElements() > std::numeric_limits<int32_t>::max() - 1)
    return op->emitOpError("expected an operand with fewer than 2^31 elements but got ") << result;
  Type i32 = b.getI32Type();
  Value flat = lower.elementwise({}, result.clone(i32), [&](ArrayRef<Scalar>) {
    Scalar at(b, lower.index(0));
    for (int64_t d = 0; d < result.getRank(); ++d)
      at = at * Scalar(b, lower.index(result.getDimSize(d))) + Scalar(b, lower.loopIndex(d));
    return lower.indexToInteger(at.get(), i32);
  });
  Value places = selectPayload(lower, op, flat, b.getI32IntegerAttr(result.getNumElements()));
  Windows w(op);
  if (tiles(w, result, tensorType(source)))
    return Values{scatterTiles(lower, source, places, w, result)};
  return Values{scatterFlat(lower, source, places, result)};
}

void addWindow(OpLowerings &table) {
  for (const char *name : {"wg.reduce_window_sum", "wg.reduce_window_max", "wg.reduce_window_min"})
    table[name] = lowerReduceWindow;
  table["wg.select_and_gather_add"] = lowerSelectAndGather;
  table["wg.select_and_scatter_add"] = lowerSelectAndScatter;
}

} // namespace wg::lowering
