// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sort: a bitonic network in a function-level loop over one kernel (PERFORMANCE: 0.3 of JAX's time), the dimension in
// front and filled up to a power of two. Everything is ordered by keys and then by original position, which makes it
// stable.

#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace wg::lowering {

namespace {
/// The arrays that move together: [N, batch], the keys first, the original positions (i32) last.
struct Columns {
  SmallVector<Type> elements; // original element types
  int64_t numKeys, size, batch;
};
} // namespace

// x < y in the order of NumPy: nan last. Equal keys decide nothing.
static Scalar keyLess(const Scalar &x, const Scalar &y, Type element) {
  auto &b = x.builder();
  if (x.isFloat())
    return (x < y) | (isNan(y) & (x == x));
  auto predicate = isUnsigned(element) ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt;
  return Scalar(b, arith::CmpIOp::create(b, predicate, x.get(), y.get()));
}

// Whether row x comes before row y: filled-up rows (position >= size) last, then keys, then position. A total order.
static Scalar rowLess(ArrayRef<Scalar> x, ArrayRef<Scalar> y, const Columns &columns) {
  Scalar px = x.back(), py = y.back(), less = px < py;
  for (int64_t k = columns.numKeys; k-- > 0;) {
    Scalar before = keyLess(x[k], y[k], columns.elements[k]), after = keyLess(y[k], x[k], columns.elements[k]);
    less = before | (!after & less);
  }
  Scalar size = px.likeInt(columns.size), xFill = px >= size, yFill = py >= size;
  return (yFill & !xFill) | (!(xFill ^ yFill) & less);
}

// One stage: the row at i meets the row at i xor distance; `span` tells which half of the network sorts upwards.
static Values exchange(Lowerer &lower, ValueRange arrays, Value span, Value distance, const Columns &columns) {
  ImplicitLocOpBuilder &b = lower.b;
  SmallVector<Input> inputs;
  SmallVector<RankedTensorType> types;
  for (Value v : arrays) {
    inputs.push_back({v, lower.identity(2), {}});
    types.push_back(tensorType(v));
  }
  return lower.map_(inputs, types, [&](ArrayRef<Scalar> own) {
    Scalar i(b, lower.loopIndex(0)), k(b, span), j(b, distance), zero(b, lower.index(0));
    Value partner = (i ^ j).get(), column = lower.loopIndex(1);
    Scalars other, result;
    for (Value v : arrays)
      other.push_back(lower.at(v, {partner, column}));
    Scalar wantsLess = ((i & k) == zero) ^ ((i & j) != zero);
    Scalar keeps = rowLess(own, other, columns) ^ !wantsLess;
    for (auto [mine, theirs] : llvm::zip_equal(own, other))
      result.push_back(select(keeps, mine, theirs));
    return result;
  });
}

static Values bitonicSort(Lowerer &lower, ValueRange arrays, int64_t power, const Columns &columns) {
  ImplicitLocOpBuilder &b = lower.b;
  Value zero = lower.index(0), one = lower.index(1), stages = lower.index(llvm::Log2_64(power));
  auto withBody = [&](Value upper, ValueRange carried, llvm::function_ref<Values(Value, ValueRange)> body) {
    auto loop = scf::ForOp::create(b, zero, upper, one, carried);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    Values results = body(loop.getInductionVar(), loop.getRegionIterArgs());
    scf::YieldOp::create(b, results);
    return Values(loop.getResults());
  };
  return withBody(stages, arrays, [&](Value stage, ValueRange outer) {
    Scalar next = Scalar(b, stage) + Scalar(b, one), unit(b, one);
    Value span = shiftLeft(unit, next).get();
    return withBody(next.get(), outer, [&](Value step, ValueRange inner) {
      Value distance = shiftLeft(unit, Scalar(b, stage) - Scalar(b, step)).get();
      return exchange(lower, inner, span, distance, columns);
    });
  });
}

// x with the sorted dimension in front, the others flat, filled up to `power` rows.
static Value toColumns(Lowerer &lower, Value x, int64_t dimension, int64_t power, const Columns &columns) {
  int64_t rank = tensorType(x).getRank();
  x = lower.transpose(x, prepend(dimension, complement(ints(dimension), rank)));
  x = lower.reshape(x, {columns.size, columns.batch});
  if (power == columns.size)
    return x;
  return lower.insert(x, lower.full(lower.tensor({power, columns.batch}, elementType(x)), 0.0), {0, 0});
}

static Value fromColumns(Lowerer &lower, Value x, int64_t dimension, RankedTensorType result, const Columns &columns) {
  x = lower.slice(x, {0, 0}, {columns.size, columns.batch});
  Ints order = prepend(dimension, complement(ints(dimension), result.getRank()));
  x = lower.reshape(x, pick(Ints(result.getShape()), order));
  return lower.transpose(x, invert(order));
}

static FailureOr<Values> lowerSort(Lowerer &lower, Operation *op) {
  int64_t dimension = intAttr(op, "dimension");
  RankedTensorType type = tensorType(op->getOperand(0));
  Columns columns;
  columns.numKeys = intAttr(op, "num_keys");
  columns.size = type.getDimSize(dimension);
  columns.batch = type.getNumElements() / columns.size;
  Values arrays;
  for (Value v : op->getOperands()) {
    columns.elements.push_back(elementType(v));
    arrays.push_back(lower.get(v));
  }
  if (columns.size == 1)
    return arrays;
  int64_t power = llvm::PowerOf2Ceil(columns.size);
  for (Value &v : arrays)
    v = toColumns(lower, v, dimension, power, columns);
  Type i32 = lower.b.getI32Type();
  arrays.push_back(lower.elementwise({}, lower.tensor({power, columns.batch}, i32),
                                     [&](ArrayRef<Scalar>) { return lower.indexToInteger(lower.loopIndex(0), i32); }));
  Values sorted = bitonicSort(lower, arrays, power, columns), results;
  for (auto [original, v] : llvm::zip(op->getResults(), sorted))
    results.push_back(fromColumns(lower, v, dimension, cast<RankedTensorType>(signless(original.getType())), columns));
  return results;
}

void addSorting(OpLowerings &table) { table["wg.sort"] = lowerSort; }

} // namespace wg::lowering
