// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions: one loop for small ones; large ones in two stages, which IREE vectorises and spreads over threads, and
// which round less. argmax and argmin: the extreme first, then the least index that has it.

#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace wg::lowering {

namespace {
enum class Kind { Sum, Prod, Max, Min, And, Or };
} // namespace

static Kind kindOf(Operation *op) {
  return llvm::StringSwitch<Kind>(op->getName().stripDialect())
      .Case("reduce_sum", Kind::Sum)
      .Case("reduce_prod", Kind::Prod)
      .Cases({"reduce_max", "argmax"}, Kind::Max)
      .Cases({"reduce_min", "argmin"}, Kind::Min)
      .Case("reduce_and", Kind::And)
      .Default(Kind::Or);
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

static Scalar combine(Kind kind, const Scalar &x, const Scalar &y, Type element) {
  bool isUnsignedType = isUnsigned(element);
  switch (kind) {
  case Kind::Sum:
    return x + y;
  case Kind::Prod:
    return x * y;
  case Kind::Max:
    return combineAs<arith::MaximumFOp, arith::MaxSIOp, arith::MaxUIOp>(x, y, isUnsignedType);
  case Kind::Min:
    return combineAs<arith::MinimumFOp, arith::MinSIOp, arith::MinUIOp>(x, y, isUnsignedType);
  case Kind::And:
    return x & y;
  case Kind::Or:
    return x | y;
  }
  llvm_unreachable("all kinds are listed");
}

// In the compute type of the original element type.
static TypedAttr identityOf(Kind kind, Type element) {
  Type type = signless(computeType(element));
  if (kind == Kind::Max || kind == Kind::Min)
    return extreme(isa<FloatType>(element) ? type : element, /*lowest=*/kind == Kind::Max);
  int64_t value = kind == Kind::Prod ? 1 : kind == Kind::And ? -1 : 0;
  return numberAttr(type, value);
}

// One loop; the result is in the compute type.
static Value reduceOnce(Lowerer &lower, Kind kind, Value x, const Ints &axes, Type element) {
  RankedTensorType type = tensorType(x);
  Ints shape(type.getShape());
  RankedTensorType result = lower.tensor(pick(shape, complement(axes, type.getRank())), signless(computeType(element)));
  Value init = lower.full(result, identityOf(kind, element));
  return lower
      .reduce({{x, lower.identity(type.getRank()), {}}}, shape, axes, init,
              [&](ArrayRef<Scalar> v) {
                Scalar value = v[0].isFloat() ? v[0].to(v[1].type()) : v[0];
                return Scalars{combine(kind, v[1], value, element)};
              })
      .front();
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
static Value reduceIn(Lowerer &lower, Kind kind, Value original, const Ints &axes, Type element) {
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
  Kind kind = kindOf(op);
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
  Type element = elementType(op->getOperand(0));
  RankedTensorType type = tensorType(x);
  if (type.getNumElements() == 0)
    return Values{lower.full(result, 0.0)};
  Ints shape(type.getShape()), kept = complement(ints(axis), type.getRank());
  Value best = reduceOnce(lower, kindOf(op), x, ints(axis), element);
  Value init = lower.full(result, cast<TypedAttr>(b.getI32IntegerAttr(std::numeric_limits<int32_t>::max())));
  return lower.reduce({{x, lower.identity(type.getRank()), {}}, {best, lower.project(type.getRank(), kept), {}}}, shape,
                      {axis}, init, [&](ArrayRef<Scalar> v) {
                        Scalar value = v[0].isFloat() ? v[0].to(v[1].type()) : v[0], least = v[2];
                        Scalar index = lower.indexToInteger(lower.loopIndex(axis), b.getI32Type());
                        Scalar hit = value == v[1];
                        if (value.isFloat())
                          hit = hit | isNan(value);
                        Scalar candidate = select(hit, index, index.likeInt(std::numeric_limits<int32_t>::max()));
                        return Scalars{combine(Kind::Min, least, candidate, b.getI32Type())};
                      });
}

void addReduction(OpLowerings &table) {
  for (const char *name :
       {"wg.reduce_sum", "wg.reduce_prod", "wg.reduce_max", "wg.reduce_min", "wg.reduce_and", "wg.reduce_or"})
    table[name] = lowerReduce;
  table["wg.argmax"] = lowerArgExtreme;
  table["wg.argmin"] = lowerArgExtreme;
}

} // namespace wg::lowering
