// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Transforms/CheckConditions.h"
#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/WgOps.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace wg;

static constexpr std::pair<CheckKind, StringLiteral> kKinds[] = {
    {kUserCheck, "user"}, {kNanCheck, "nan"}, {kDivCheck, "div"}, {kIndexCheck, "index"}};

StringRef wg::nameOf(CheckKind kind) {
  return llvm::find_if(kKinds, [&](auto &entry) { return entry.first == kind; })->second;
}

std::optional<CheckKind> wg::checkKindNamed(StringRef name) {
  for (auto &[kind, text] : kKinds)
    if (text == name)
      return kind;
  return std::nullopt;
}

namespace {
class Conditions {
public:
  Conditions(RuleBuilder &b, Operation *op) : b(b), op(op) {}

  void divisor();
  void index();
  void nan();

  SmallVector<Condition> found;

private:
  void add(CheckKind kind, const Expr &fails, std::string message, const Exprs &values = {}) {
    found.push_back({kind, fails, std::move(message), values});
  }
  void addOutside(const Expr &fails, const Ints &shape, const Exprs &values);
  Expr i32(int64_t v) { return full(b, RankedTensorType::get({}, b.builder.getI32Type()), static_cast<double>(v)); }
  Expr i32s(const Ints &values);
  void starts(const Ints &shape, const Ints &sizes, ValueRange given);
  void positions(Value x, const Expr &indices, const Ints &mapped, const Ints &sizes);
  template <typename Scatter>
  void scatter(Scatter scatter) {
    WindowDims dims{scatter.getUpdateWindowDims(), scatter.getInsertedWindowDims(),
                    scatter.getScatterDimsToOperandDims(), scatter.getOperandBatchingDims(),
                    scatter.getScatterIndicesBatchingDims()};
    Ints sizes = windowSizes(dims, shapeOf(scatter.getX()), shapeOf(scatter.getUpdates()));
    positions(scatter.getX(), Expr(b, scatter.getIndices()), dims.mapped, sizes);
  }
  static Ints shapeOf(Value v) { return Ints(cast<RankedTensorType>(v.getType()).getShape()); }

  RuleBuilder &b;
  Operation *op;
};
} // namespace

static bool hasElements(Value v) { return cast<RankedTensorType>(v.getType()).getNumElements() > 0; }

static Expr anyOf(const Expr &mask) { return mask.rank() ? reduce_or(mask, range(mask.rank())) : mask; }

/// As Python prints a tuple.
static std::string tupleText(const Ints &shape) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "(";
  llvm::interleaveComma(shape, out);
  out << (shape.size() == 1 ? ",)" : ")");
  return text;
}

//===----------------------------------------------------------------------===//
// Division
//===----------------------------------------------------------------------===//

void Conditions::divisor() {
  // A remainder of floats is a nan, one of integers is as little defined as a quotient.
  auto rem = dyn_cast<RemOp>(op);
  if (!isa<DivOp>(op) && !(rem && isa<IntegerType>(getElementTypeOrSelf(rem.getY()))))
    return;
  Value y = op->getOperand(1);
  if (hasElements(y))
    add(kDivCheck, anyOf(Expr(b, y) == 0), "division by zero");
}

//===----------------------------------------------------------------------===//
// Indices
//===----------------------------------------------------------------------===//

void Conditions::addOutside(const Expr &fails, const Ints &shape, const Exprs &values) {
  add(kIndexCheck, fails,
      "out-of-bounds indexing for array of shape " + tupleText(shape) +
          ": index {0} is out of bounds for axis {1} with size {2}",
      values);
}

Expr Conditions::i32s(const Ints &values) {
  SmallVector<int32_t> data(values.begin(), values.end());
  auto type = RankedTensorType::get({static_cast<int64_t>(data.size())}, b.builder.getI32Type());
  auto constant = ConstantOp::create(b.builder, b.loc, DenseElementsAttr::get(type, ArrayRef<int32_t>(data)));
  return Expr(b, constant.getResult());
}

/// A block of these sizes at scalar starts.
void Conditions::starts(const Ints &shape, const Ints &sizes, ValueRange given) {
  Expr fails, index, axis, size;
  for (int64_t d = static_cast<int64_t>(given.size()) - 1; d >= 0; --d) {
    Expr start(b, given[d]);
    Expr outside = bitwise_or(lt(start, i32(0)), gt(start, i32(shape[d] - sizes[d])));
    // The first dimension in which it is outside is told.
    index = fails.isNone() ? start : select(outside, start, index);
    axis = fails.isNone() ? i32(d) : select(outside, i32(d), axis);
    size = fails.isNone() ? i32(shape[d]) : select(outside, i32(shape[d]), size);
    fails = fails.isNone() ? outside : bitwise_or(outside, fails);
  }
  if (!fails.isNone())
    addOutside(fails, shape, {index, axis, size});
}

/// Windows of these sizes at positions whose components are in the last dimension of `indices`.
void Conditions::positions(Value x, const Expr &indices, const Ints &mapped, const Ints &sizes) {
  if (!hasElements(indices.get()))
    return;
  Ints shape = shapeOf(x), last, lengths;
  for (int64_t d : mapped) {
    last.push_back(shape[d] - sizes[d]);
    lengths.push_back(shape[d]);
  }
  // In a type that holds the sizes of x.
  bool isWide = indices.dtype().getIntOrFloatBitWidth() == 64;
  Expr given = convert(indices, isWide ? b.builder.getI64Type() : b.builder.getI32Type());
  int64_t count = mapped.size(), total = indices.tensorType().getNumElements();
  Expr flat = reshape(given, ints(total));
  Expr limit = spread(convert(i32s(last), flat.dtype()), given.shape(), ints(given.rank() - 1));
  Expr outside = bitwise_or(lt(flat, 0), gt(flat, reshape(limit, ints(total))));
  Expr first = argmax(outside, 0, b.builder.getI32Type());
  Expr component = rem(first, i32(count));
  addOutside(anyOf(outside), shape,
             {convert(take(flat, first, 0), b.builder.getI32Type()), take(i32s(mapped), component, 0),
              take(i32s(lengths), component, 0)});
}

void Conditions::index() {
  if (auto slice = dyn_cast<DynamicSliceOp>(op))
    return starts(shapeOf(slice.getX()), slice.getSizes(), slice.getStarts());
  if (auto update = dyn_cast<DynamicUpdateSliceOp>(op))
    return starts(shapeOf(update.getX()), shapeOf(update.getUpdate()), update.getStarts());
  if (auto gather = dyn_cast<GatherOp>(op))
    return positions(gather.getX(), Expr(b, gather.getIndices()), gather.getStartIndexMap(), gather.getSliceSizes());
  if (auto taken = dyn_cast<TakeOp>(op)) {
    Ints ones = repeat(1, shapeOf(taken.getX()).size());
    Expr indices(b, taken.getIndices());
    // Each index is a position of one component.
    Expr column = reshape(indices, concat(indices.shape(), ints(1)));
    return positions(taken.getX(), column, ints(taken.getAxis()), ones);
  }
  llvm::TypeSwitch<Operation *>(op)
      .Case<ScatterOp, ScatterAddOp, ScatterSubOp, ScatterMulOp, ScatterMinOp, ScatterMaxOp>(
          [&](auto op) { scatter(op); });
}

//===----------------------------------------------------------------------===//
// Not a number
//===----------------------------------------------------------------------===//

/// Ops that move, choose or round elements have a nan only if they were given one.
static bool makesNan(Operation *op) {
  return !isa<ConstantOp, NegOp, AbsOp, SignOp, MaxOp, MinOp, ClampOp, SelectOp, FloorOp, CeilOp, RoundOp,
              ReducePrecisionOp, ConvertOp, BitcastConvertOp, RealOp, ImagOp, ComplexOp, ConjOp, ReshapeOp, TransposeOp,
              BroadcastInDimOp, SliceOp, PadOp, ConcatenateOp, ReverseOp, IotaOp, SortOp, ReduceMaxOp, ReduceMinOp,
              DynamicSliceOp, DynamicUpdateSliceOp, GatherOp, TakeOp, ScatterOp, ScatterMinOp, ScatterMaxOp, CallbackOp,
              CheckpointNameOp, OptimizationBarrierOp>(op);
}

void Conditions::nan() {
  if (!makesNan(op))
    return;
  Expr fails;
  for (Value v : op->getResults()) {
    Expr x(b, v);
    if (!x.isInexact() || !hasElements(v))
      continue;
    Expr isNan = anyOf(ne(x, x));
    fails = fails.isNone() ? isNan : bitwise_or(fails, isNan);
  }
  if (!fails.isNone())
    add(kNanCheck, fails, ("nan generated by primitive: " + op->getName().stripDialect()).str());
}

SmallVector<Condition> wg::conditionsOf(RuleBuilder &b, Operation *op, unsigned kinds) {
  Conditions conditions(b, op);
  if (kinds & kDivCheck)
    conditions.divisor();
  if (kinds & kIndexCheck)
    conditions.index();
  if (kinds & kNanCheck)
    conditions.nan();
  return std::move(conditions.found);
}
