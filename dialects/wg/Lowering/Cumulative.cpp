// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cumulative ops: IREE's scan, a loop along the axis over all rows in parallel (0.13 to 0.45 of JAX's time). It has one
// operand; a recurrence with two packs them into complex numbers. Two complex ones find no room: their recurrence is
// log2(n) loops over all elements.

#include "wg/Lowering/Combine.h"
#include "wg/Lowering/Lowering.h"
#include "wg/Lowering/MathExpansion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"

using namespace mlir;

namespace wg::lowering {

using Step = llvm::function_ref<Scalar(const Scalar &before, const Scalar &x)>;

// IREE's scan starts with the first element itself: the initial value has no influence.
static Value scan(Lowerer &lower, Value x, int64_t axis, Step step) {
  ImplicitLocOpBuilder &b = lower.b;
  RankedTensorType type = tensorType(x);
  Type element = type.getElementType();
  RankedTensorType others = lower.tensor(pick(Ints(type.getShape()), complement(ints(axis), type.getRank())), element);
  NamedAttribute attributes[] = {b.getNamedAttr("dimension", b.getI64IntegerAttr(axis)),
                                 b.getNamedAttr("inclusive", b.getBoolAttr(true))};
  return buildExt(lower, "scan", {x, lower.empty(type), lower.empty(others)}, {type, others}, attributes,
                  {element, element}, [&](ArrayRef<Scalar> v) { return step(v[0], v[1]); })
      ->getResult(0);
}

static Value flip(Lowerer &lower, Value x, int64_t axis) {
  ImplicitLocOpBuilder &b = lower.b;
  RankedTensorType type = tensorType(x);
  return lower.elementwise({}, type, [&](ArrayRef<Scalar>) {
    Values at;
    for (int64_t d = 0; d < type.getRank(); ++d) {
      Scalar i(b, lower.loopIndex(d)), last(b, lower.index(type.getDimSize(d) - 1));
      at.push_back(d == axis ? (last - i).get() : i.get());
    }
    return lower.at(x, at);
  });
}

// A scan in either direction.
static Value scanEither(Lowerer &lower, Operation *op, Value x, Step step) {
  int64_t axis = intAttr(op, "axis");
  bool reverse = boolAttr(op, "reverse");
  Value out = scan(lower, reverse ? flip(lower, x, axis) : x, axis, step);
  return reverse ? flip(lower, out, axis) : out;
}

static Scalar logAddExp(const Scalar &x, const Scalar &y) {
  auto &b = x.builder();
  Scalar larger(b, arith::MaximumFOp::create(b, x.get(), y.get()));
  // Equal infinities have no difference.
  return larger + log1p(exp(-select(x == y, x.like(0), abs(x - y))));
}

static FailureOr<Values> lowerCumulative(Lowerer &lower, Operation *op) {
  Type element = elementType(op->getOperand(0));
  Value x = lower.castFloat(lower.get(op->getOperand(0)), signless(computeType(element)));
  StringRef name = op->getName().stripDialect();
  Value out = scanEither(lower, op, x, [&](const Scalar &before, const Scalar &next) {
    return name == "cumlogsumexp" ? logAddExp(before, next) : combine(combinerOf(name), before, next, element);
  });
  return Values{isa<FloatType>(element) ? lower.castFloat(out, element) : out};
}

// a * h + b, where an a of zero forgets h, be it inf or nan.
static Scalar follow(const Scalar &a, const Scalar &h, const Scalar &b) { return select(a == 0.0, b, a * h + b); }

// After every step an element's (a, h) stand for the last `reach` elements up to it: together with what stands `reach`
// before it they are (a a', a h' + h).
static FailureOr<Values> lowerComplexRecurrence(Lowerer &lower, Operation *op) {
  ImplicitLocOpBuilder &b = lower.b;
  Values pair{lower.get(op->getOperand(0)), lower.get(op->getOperand(1))};
  RankedTensorType type = tensorType(pair[1]);
  int64_t axis = intAttr(op, "axis"), size = type.getDimSize(axis);
  AffineMap same = lower.identity(type.getRank());
  for (int64_t reach = 1; reach < size; reach *= 2)
    pair = lower.map_({{pair[0], same, {}}, {pair[1], same, {}}}, {type, type}, [&](ArrayRef<Scalar> v) {
      Scalar isThere;
      Values places;
      for (int64_t d = 0; d < type.getRank(); ++d) {
        Scalar i(b, lower.loopIndex(d)), step(b, lower.index(reach)), end(b, lower.index(size - reach));
        if (d == axis) {
          bool reverse = boolAttr(op, "reverse");
          isThere = reverse ? i < end : i >= step;
          i = select(isThere, reverse ? i + step : i - step, i);
        }
        places.push_back(i.get());
      }
      Scalar a = lower.at(pair[0], places), h = lower.at(pair[1], places);
      return Scalars{select(isThere, follow(v[0], a, v[0].like(0)), v[0]),
                     select(isThere, follow(v[0], h, v[1]), v[1])};
    });
  return Values{pair[1]};
}

// The pair (a, b) meets (_, h) and becomes (_, a * h + b).
static FailureOr<Values> lowerRecurrence(Lowerer &lower, Operation *op) {
  ImplicitLocOpBuilder &b = lower.b;
  Type element = elementType(op->getOperand(0)), real = computeType(element);
  if (isa<ComplexType>(element))
    return lowerComplexRecurrence(lower, op);
  Type pair = ComplexType::get(real);
  RankedTensorType type = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  AffineMap same = lower.identity(type.getRank());
  auto part = [&](const Scalar &x, bool second) {
    return second ? Scalar(b, complex::ImOp::create(b, real, x.get()))
                  : Scalar(b, complex::ReOp::create(b, real, x.get()));
  };
  auto packed = [&](const Scalar &re, const Scalar &im) {
    return Scalar(b, complex::CreateOp::create(b, pair, re.get(), im.get()));
  };
  Value pairs = lower.elementwise({lower.read(op->getOperand(0)), lower.read(op->getOperand(1))}, type.clone(pair),
                                  [&](ArrayRef<Scalar> v) { return packed(v[0].to(real), v[1].to(real)); });
  Value out = scanEither(lower, op, pairs, [&](const Scalar &before, const Scalar &x) {
    Scalar a = part(x, false);
    return packed(a, follow(a, part(before, true), part(x, true)));
  });
  return Values{
      lower.elementwise({{out, same, {}}}, type, [&](ArrayRef<Scalar> v) { return part(v[0], true).to(element); })};
}

void addCumulative(OpLowerings &table) {
  for (const char *name : {"wg.cumsum", "wg.cumprod", "wg.cummax", "wg.cummin", "wg.cumlogsumexp"})
    table[name] = lowerCumulative;
  table["wg.linear_recurrence"] = lowerRecurrence;
}

} // namespace wg::lowering
