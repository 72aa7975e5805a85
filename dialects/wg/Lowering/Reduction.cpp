// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions: one loop for small ones; large ones in two stages, which IREE vectorises and spreads over threads, and
// which round less. argmax and argmin: the extreme first, then the least index that has it.

#include "wg/Lowering/Combine.h"
#include "wg/Lowering/Lowering.h"

using namespace mlir;

namespace wg::lowering {

// One loop; the result is in the compute type.
static Value reduceOnce(Lowerer &lower, Combiner kind, Value x, const Ints &axes, Type element) {
  RankedTensorType type = tensorType(x);
  Ints shape(type.getShape());
  RankedTensorType result = lower.tensor(pick(shape, complement(axes, type.getRank())), signless(computeType(element)));
  return lower.reduceFrom(identityOf(kind, element), result, {{x, lower.identity(type.getRank()), {}}}, shape, axes,
                          [&](ArrayRef<Scalar> v) {
                            Scalar value = v[0].isFloat() ? v[0].to(v[1].type()) : v[0];
                            return combine(kind, v[1], value, element);
                          });
}

// The greatest divisor of n up to `most`, 1 if there is none of at least 8.
static int64_t divisor(int64_t n, int64_t most) {
  for (int64_t d = most; d >= 8; --d)
    if (n % d == 0)
      return d;
  return 1;
}

constexpr int64_t twoStages = int64_t(1) << 15; // elements from which two stages pay
constexpr int64_t fewRows = 16;                 // below, rows are too few to share among threads

// Whether IREE will fuse what makes the operand, or its other readers, into the loop over rows (softmax, layer norm):
// two stages would be in the way.
static bool isFused(Value original) {
  Operation *op = original.getDefiningOp();
  return !original.hasOneUse() || (op && isa<ElementwiseOpInterface>(op));
}

// Trailing axes (to one number, or one a row): lanes of the last dimension first. Leading axes: 64 blocks first. IREE's
// own form of a large one-loop sum adds up in one register.
static Value reduceIn(Lowerer &lower, Combiner kind, Value original, const Ints &axes, Type element) {
  Value x = lower.get(original);
  RankedTensorType type = tensorType(x);
  int64_t rank = type.getRank(), count = axes.size();
  Ints shape(type.getShape()), kept = pick(shape, complement(axes, rank));
  int64_t rows = ShapedType::getNumElements(kept), n = rows ? type.getNumElements() / rows : 0;
  auto again = [&](Value partial, const Ints &over) { return reduceOnce(lower, kind, partial, over, element); };
  bool isLarge = type.getNumElements() >= twoStages;
  bool isTrailing = axes == range(rank - count, rank), fused = isFused(original);
  if (isLarge && isTrailing && rows < fewRows && fused && count > 1) {
    // A reshape would keep the producer out: rows first, as they are.
    Value sums = again(x, ints(rank - 1));
    return again(sums, range(rank - count, rank - 1));
  }
  if (isLarge && isTrailing && (rows < fewRows || !fused)) {
    int64_t lanes = divisor(n, 128), blocks = rows == 1 ? divisor(n / lanes, 64) : 1;
    if (lanes >= 16 && n >= 4 * lanes) {
      Value split = lower.reshape(x, ints(rows * blocks, n / lanes / blocks, lanes));
      Value partial = again(split, ints(1));
      if (blocks == 1)
        return lower.reshape(again(partial, ints(1)), kept);
      return lower.reshape(again(partial, ints(0, 1)), kept);
    }
  }
  if (isLarge && axes == range(count)) {
    int64_t blocks = divisor(n, 64);
    if (blocks > 1 && n >= 4 * blocks) {
      Value split = lower.reshape(x, concat(ints(blocks, n / blocks), kept));
      return again(again(split, ints(1)), ints(0));
    }
  }
  return reduceOnce(lower, kind, x, axes, element);
}

static FailureOr<Values> lowerReduce(Lowerer &lower, Operation *op) {
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  Ints axes = intsAttr(op, "axes");
  llvm::SmallVector<int64_t> sorted(axes.begin(), axes.end());
  llvm::sort(sorted);
  Value x = lower.get(op->getOperand(0));
  Type element = elementType(op->getOperand(0));
  Combiner kind = combinerOf(op->getName().stripDialect());
  if (axes.empty())
    return Values{x};
  Value out = tensorType(x).getNumElements()
                  ? reduceIn(lower, kind, op->getOperand(0), Ints(sorted), element)
                  : lower.full(result.clone(signless(computeType(element))), identityOf(kind, element));
  return Values{isa<FloatType>(element) ? lower.castFloat(out, element) : out};
}

// The extreme of each row, then the least index where x has it (or is nan, if the extreme is nan).
static FailureOr<Values> lowerArgExtreme(Lowerer &lower, Operation *op) {
  ImplicitLocOpBuilder &b = lower.b;
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  int64_t axis = intAttr(op, "axis");
  Value x = lower.get(op->getOperand(0));
  Type element = elementType(op->getOperand(0)), dtype = elementType(op->getResult(0));
  RankedTensorType type = tensorType(x);
  if (type.getNumElements() == 0)
    return Values{lower.full(result, 0.0)};
  Ints shape(type.getShape()), kept = complement(ints(axis), type.getRank());
  Type integer = dtype.getIntOrFloatBitWidth() == 64 ? b.getI64Type() : b.getI32Type();
  TypedAttr most = extreme(integer, /*lowest=*/false);
  Value best = reduceOnce(lower, combinerOf(op->getName().stripDialect()), x, ints(axis), element);
  Value init = lower.full(result.clone(integer), most);
  Input inputs[] = {{x, lower.identity(type.getRank()), {}}, {best, lower.project(type.getRank(), kept), {}}};
  Value index = lower
                    .reduce(inputs, shape, {axis}, init,
                            [&](ArrayRef<Scalar> v) {
                              Scalar value = v[0].isFloat() ? v[0].to(v[1].type()) : v[0], least = v[2];
                              Scalar at = lower.indexToInteger(lower.loopIndex(axis), integer), hit = value == v[1];
                              if (value.isFloat())
                                hit = hit | isNan(value);
                              Scalar candidate = select(hit, at, Scalar(b, lower.scalar(most)));
                              return Scalars{combine(Combiner::Min, least, candidate, integer)};
                            })
                    .front();
  if (integer == result.getElementType())
    return Values{index};
  return Values{lower.elementwise({{index, lower.identity(result.getRank()), {}}}, result, [&](ArrayRef<Scalar> v) {
    return v[0].resize(result.getElementType().getIntOrFloatBitWidth());
  })};
}

void addReduction(OpLowerings &table) {
  for (const char *name : {"wg.reduce_sum", "wg.reduce_prod", "wg.reduce_max", "wg.reduce_min", "wg.reduce_and",
                           "wg.reduce_or", "wg.reduce_xor"})
    table[name] = lowerReduce;
  table["wg.argmax"] = lowerArgExtreme;
  table["wg.argmin"] = lowerArgExtreme;
}

} // namespace wg::lowering
