// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading and writing at computed positions: one loop over the result, the positions read inside (on the device:
// reading them on the host would wait for what computes them). Rows by index are IREE's gather, which is 2.5 times
// faster.

#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace wg::lowering {

// max(0, min(start, last)) as an index; a start of an unsigned type is never negative.
static Scalar clampedStart(Lowerer &lower, const Scalar &start, int64_t last, Type element) {
  ImplicitLocOpBuilder &b = lower.b;
  Scalar most = start.likeInt(last), zero = start.likeInt(0), moved;
  if (isUnsigned(element))
    moved = Scalar(b, arith::MinUIOp::create(b, start.get(), most.get()));
  else
    moved = select(start < zero, zero, select(start > most, most, start));
  return Scalar(b, lower.integerToIndex(moved));
}

static SmallVector<Input> readScalars(Lowerer &lower, OperandRange values, int64_t rank) {
  SmallVector<Input> inputs;
  for (Value v : values) {
    Input input = lower.read(v);
    if (input.value)
      input.map = lower.project(rank, {});
    inputs.push_back(input);
  }
  return inputs;
}

static FailureOr<Values> lowerDynamicSlice(Lowerer &lower, Operation *op) {
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  int64_t rank = result.getRank();
  Value x = lower.get(op->getOperand(0));
  if (rank == 0)
    return Values{x};
  OperandRange starts = op->getOperands().drop_front();
  return Values{lower.elementwise(readScalars(lower, starts, rank), result, [&](ArrayRef<Scalar> v) {
    Values at;
    for (int64_t d = 0; d < rank; ++d) {
      int64_t last = tensorType(x).getDimSize(d) - result.getDimSize(d);
      Scalar start = clampedStart(lower, v[d], last, elementType(starts[d]));
      at.push_back((start + Scalar(lower.b, lower.loopIndex(d))).get());
    }
    return lower.at(x, at);
  })};
}

static FailureOr<Values> lowerDynamicUpdateSlice(Lowerer &lower, Operation *op) {
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  int64_t rank = result.getRank();
  Value update = lower.get(op->getOperand(1));
  RankedTensorType updateType = tensorType(update);
  if (rank == 0)
    return Values{update};
  if (updateType.getNumElements() == 0)
    return Values{lower.get(op->getOperand(0))};
  OperandRange starts = op->getOperands().drop_front(2);
  SmallVector<Input> inputs = readScalars(lower, starts, rank);
  inputs.push_back(lower.read(op->getOperand(0)));
  return Values{lower.elementwise(inputs, result, [&](ArrayRef<Scalar> v) {
    Values at;
    Scalar inside, zero(lower.b, lower.index(0));
    for (int64_t d = 0; d < rank; ++d) {
      int64_t size = updateType.getDimSize(d);
      Scalar start = clampedStart(lower, v[d], result.getDimSize(d) - size, elementType(starts[d]));
      Scalar offset = Scalar(lower.b, lower.loopIndex(d)) - start;
      Scalar ok = (offset >= zero) & (offset < Scalar(lower.b, lower.index(size)));
      inside = inside.get() ? inside & ok : ok;
      at.push_back(select(ok, offset, zero).get());
    }
    return select(inside, lower.at(update, at), v[rank]);
  })};
}

// Rows of x by number: iree_linalg_ext.gather in generic form, on flat indices.
static Value gatherRows(Lowerer &lower, Value x, Value indices, RankedTensorType result) {
  ImplicitLocOpBuilder &b = lower.b;
  int64_t count = tensorType(indices).getNumElements();
  SmallVector<int64_t> shape{count};
  llvm::append_range(shape, tensorType(x).getShape().drop_front());
  RankedTensorType flat = result.clone(shape);
  OperationState state(b.getLoc(), "iree_linalg_ext.gather");
  state.addOperands({x, lower.reshape(indices, {count}), lower.empty(flat)});
  state.addTypes(flat);
  state.addAttribute("dimension_map", b.getDenseI64ArrayAttr({0}));
  return lower.reshape(b.create(state)->getResult(0), result.getShape());
}

static FailureOr<Values> lowerTake(Lowerer &lower, Operation *op) {
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  int64_t axis = intAttr(op, "axis"), rank = result.getRank();
  Value x = lower.get(op->getOperand(0)), indices = op->getOperand(1);
  RankedTensorType type = tensorType(x), indexType = tensorType(indices);
  if (type.getNumElements() == 0)
    return Values{lower.full(result, 0.0)};
  int64_t last = type.getDimSize(axis) - 1, indexRank = indexType.getRank();
  auto clampIndex = [&](const Scalar &i) { return clampedStart(lower, i, last, indexType.getElementType()); };
  constexpr int64_t rowsPay = int64_t(1) << 12; // elements; a small gather rather fuses with its neighbours
  if (axis == 0 && type.getRank() > 1 && indexRank && result.getNumElements() >= rowsPay && lower.target.isCpu()) {
    auto i32 = cast<RankedTensorType>(indexType.clone(lower.b.getI32Type()));
    Value clipped = lower.elementwise({lower.read(indices)}, i32, [&](ArrayRef<Scalar> v) {
      return lower.indexToInteger(clampIndex(v[0]).get(), lower.b.getI32Type());
    });
    return Values{gatherRows(lower, x, clipped, result)};
  }
  Ints loops = range(axis, axis + indexRank);
  Input input = lower.read(indices);
  if (input.value) { // read's map is from the indices' own dimensions
    input.value = lower.get(indices);
    input.map = lower.project(rank, loops);
  }
  return Values{lower.elementwise({input}, result, [&](ArrayRef<Scalar> v) {
    Values at;
    for (int64_t d = 0; d < type.getRank(); ++d)
      at.push_back(d == axis ? clampIndex(v[0]).get() : lower.loopIndex(d < axis ? d : d + indexRank - 1));
    return lower.at(x, at);
  })};
}

void addIndexing(OpLowerings &table) {
  table["wg.dynamic_slice"] = lowerDynamicSlice;
  table["wg.dynamic_update_slice"] = lowerDynamicUpdateSlice;
  table["wg.take"] = lowerTake;
}

} // namespace wg::lowering
