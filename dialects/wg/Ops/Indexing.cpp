// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Indexing.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Indexing.cpp.inc"

void WgDialect::registerIndexingOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Indexing.cpp.inc"
      >();
}

static Type i32(const Expr &x) { return IntegerType::get(x.dtype().getContext(), 32); }

static int64_t product(const Ints &shape) {
  int64_t n = 1;
  for (int64_t d : shape)
    n *= d;
  return n;
}

//===----------------------------------------------------------------------===//
// gather and scatter
//===----------------------------------------------------------------------===//

static Expr scatterInto(StringRef op, const Expr &x, const Expr &indices, const Expr &updates, const WindowDims &dims,
                        StringRef mode, bool unique, bool sorted = false) {
  return wg::detail::build(op, {x, indices, updates},
                           {{"update_window_dims", dims.window},
                            {"inserted_window_dims", dims.dropped},
                            {"scatter_dims_to_operand_dims", dims.mapped},
                            {"operand_batching_dims", dims.operandBatching},
                            {"scatter_indices_batching_dims", dims.indicesBatching},
                            {"mode", mode},
                            {"unique_indices", unique},
                            {"indices_are_sorted", sorted}});
}
static Expr gatherFrom(const Expr &x, const Expr &indices, const Ints &sizes, const WindowDims &dims, StringRef mode,
                       bool unique, bool sorted = false) {
  return gather(x, indices, sizes, dims.window, dims.dropped, dims.mapped, dims.operandBatching, dims.indicesBatching,
                mode, unique, sorted);
}

Expr wg::gather_windows(const Expr &x, const Expr &indices, const Ints &updates, const WindowDims &dims, StringRef mode,
                        bool unique) {
  return gatherFrom(x, indices, windowSizes(dims, x.shape(), updates), dims, mode, unique);
}

// Every window leaves its number where it writes; what still finds it there was the last.
Expr wg::last_writes(const Expr &ct, const Expr &indices, const Ints &updates, const WindowDims &dims, StringRef mode,
                     bool unique) {
  Expr all = gather_windows(ct, indices, updates, dims, mode, unique);
  if (unique)
    return all;
  Ints counted = dims.counted(updates.size()), windows = pick(updates, counted);
  Expr numbers = iota_like(indices, ints(product(windows)), 0, i32(indices)) + 1;
  numbers = spread(reshape(numbers, windows), updates, counted);
  Expr nobody = full(*ct.builder(), RankedTensorType::get(ct.shape(), i32(ct)), 0);
  Expr written = scatterInto("wg.scatter", nobody, indices, numbers, dims, mode, false);
  return select(gather_windows(written, indices, updates, dims, mode, false) == numbers, all, 0);
}

// The partial of one update is the product of x and all others. Sorted by the element that they meet, the others are
// those before and those behind: two recurrences that start again with each element. Nothing is divided, so that
// derivatives of any order are right at zeros.
static Expr productOfOthers(const Expr &x, const Expr &indices, const Expr &updates, const WindowDims &dims,
                            StringRef mode) {
  Ints shape = updates.shape(), flat = ints(product(shape)), column{flat[0], 1};
  if (!flat[0])
    return updates;
  auto numbers = [&](const Ints &of) { return iota_like(x, ints(product(of)), 0, i32(x)); };
  Expr met = gather_windows(reshape(numbers(x.shape()) + 1, x.shape()), indices, shape, dims, mode, false);
  Exprs sorted = sort({reshape(met, flat), numbers(flat)}, 0, 1, true);
  Expr order = reshape(sorted[1], column);
  WindowDims entries{{}, ints(0), ints(0), {}, {}};
  Expr terms = gatherFrom(reshape(updates, flat), order, ints(1), entries, "promise_in_bounds", true);
  auto productUpTo = [&](bool reverse) {
    Ints low = ints(reverse ? -1 : 1), high = ints(reverse ? 1 : -1);
    auto neighbour = [&](const Expr &e) { return pad(e, 0, low, high, ints(0)); };
    Expr isFirst = sorted[0] != neighbour(sorted[0]);
    return linear_recurrence(select(isFirst, 0, neighbour(terms)), converted(isFirst, x.dtype()), 0, reverse);
  };
  Expr others = productUpTo(false) * productUpTo(true);
  others = scatterInto("wg.scatter", like(others, 0), order, others, entries, "promise_in_bounds", true);
  return gather_windows(x, indices, shape, dims, mode, false) * reshape(others, shape);
}

Expr wg::scatter_mul_jvp(const Expr &x, const Expr &indices, const Expr &updates, const Expr &dx, const Expr &dupdates,
                         const WindowDims &dims, StringRef mode, bool unique) {
  Expr sum;
  if (!dx.isNone())
    sum = scatterInto("wg.scatter_mul", dx, indices, updates, dims, mode, unique);
  if (dupdates.isNone())
    return sum;
  Expr partial = unique ? gather_windows(x, indices, updates.shape(), dims, mode, unique)
                        : productOfOthers(x, indices, updates, dims, mode);
  return scatterInto("wg.scatter_add", sum.isNone() ? like(x, 0) : sum, indices, partial * dupdates, dims, mode,
                     unique);
}

// Among equal extrema the tangents are averaged, as in reduce_max.
Expr wg::scatter_extremum_jvp(const Expr &x, const Expr &indices, const Expr &updates, const Expr &out, const Expr &dx,
                              const Expr &dupdates, const WindowDims &dims, StringRef mode, bool unique) {
  if (dx.isNone() && dupdates.isNone())
    return Expr();
  auto add = [&](const Expr &to, const Expr &values) {
    return scatterInto("wg.scatter_add", to, indices, values, dims, mode, unique);
  };
  Expr stays = x == out, wins = updates == gather_windows(out, indices, updates.shape(), dims, mode, unique);
  Expr count = add(converted(stays, x.dtype()), converted(wins, x.dtype()));
  Expr sum = dx.isNone() ? like(x, 0) : select(stays, dx, 0);
  if (!dupdates.isNone())
    sum = add(sum, select(wins, dupdates, 0));
  return sum / select(count == 0, like(count, 1), count); // nan equals nothing
}

Expr wg::take_windows(const Expr &x, const Expr &indices, int64_t axis) {
  Ints sizes = x.shape();
  sizes[axis] = 1;
  int64_t rank = x.rank() + indices.rank() - 1;
  WindowDims dims{complement(range(axis, axis + indices.rank()), rank), ints(axis), ints(axis), {}, {}};
  return gatherFrom(x, reshape(indices, concat(indices.shape(), ints(1))), sizes, dims, "clip", false);
}

Exprs GatherOp::batchRule(RuleBuilder &b) {
  WindowDims dims{getOffsetDims(), getCollapsedSliceDims(), getStartIndexMap(), getOperandBatchingDims(),
                  getStartIndicesBatchingDims()};
  Ints sizes = getSliceSizes();
  if (b.isBatched(0)) {
    dims = dims.batched(b.isBatched(1));
    sizes = prepend(b.isBatched(1) ? std::min<int64_t>(1, b.batchSize()) : b.batchSize(), sizes);
  } else {
    dims.window = shift(dims.window, 1);
    dims.indicesBatching = shift(dims.indicesBatching, 1);
  }
  bool unique = getUniqueIndices() && b.isBatched(0), sorted = getIndicesAreSorted() && !b.isBatched(1);
  return {gatherFrom(b.bind(getX()), b.bind(getIndices()), sizes, dims, getMode(), unique, sorted)};
}

template <typename Op>
static Exprs batchScatter(RuleBuilder &b, Op op) {
  WindowDims dims{op.getUpdateWindowDims(), op.getInsertedWindowDims(), op.getScatterDimsToOperandDims(),
                  op.getOperandBatchingDims(), op.getScatterIndicesBatchingDims()};
  bool each = b.isBatched(1);
  return {scatterInto(op->getName().getStringRef(), b.bindBatched(0, op.getX()), b.bind(op.getIndices()),
                      b.bindBatched(2, op.getUpdates()), dims.batched(each), op.getMode(), op.getUniqueIndices(),
                      op.getIndicesAreSorted() && !each)};
}
Exprs ScatterOp::batchRule(RuleBuilder &b) { return batchScatter(b, *this); }
Exprs ScatterAddOp::batchRule(RuleBuilder &b) { return batchScatter(b, *this); }
Exprs ScatterSubOp::batchRule(RuleBuilder &b) { return batchScatter(b, *this); }
Exprs ScatterMulOp::batchRule(RuleBuilder &b) { return batchScatter(b, *this); }
Exprs ScatterMinOp::batchRule(RuleBuilder &b) { return batchScatter(b, *this); }
Exprs ScatterMaxOp::batchRule(RuleBuilder &b) { return batchScatter(b, *this); }

//===----------------------------------------------------------------------===//
// dynamic_slice and dynamic_update_slice
//===----------------------------------------------------------------------===//

static bool anyBatched(RuleBuilder &b, unsigned first, unsigned count) {
  return llvm::any_of(range(first, first + count), [&](int64_t i) { return b.isBatched(i); });
}
static Exprs withZeroStart(RuleBuilder &b, ValueRange starts) {
  Exprs all = b.bind(starts);
  all.insert(all.begin(), full(b, RankedTensorType::get({}, b.builder.getI32Type()), 0));
  return all;
}

// A block for each example: its starts side by side are the position of its window, the whole of the rest of it.
static Expr positions(const Exprs &starts, int64_t size) {
  Exprs columns;
  for (const Expr &start : starts)
    columns.push_back(reshape(start, ints(size, 1)));
  return concatenate(columns, 1);
}

Exprs DynamicSliceOp::batchRule(RuleBuilder &b) {
  Expr x = b.bind(getX());
  int64_t rank = x.rank() - b.isBatched(0), size = b.batchSize();
  if (!anyBatched(b, 1, rank))
    return {dynamic_slice(x, withZeroStart(b, getStarts()), prepend(size, Ints(getSizes())))};
  Expr at = positions(b.bindBatched(1, getStarts()), size);
  WindowDims dims{range(1, rank + 1), {}, range(rank), {}, {}};
  if (b.isBatched(0))
    dims = {range(1, rank + 1), {}, range(1, rank + 1), ints(0), ints(0)};
  Ints sizes = b.isBatched(0) ? prepend(std::min<int64_t>(1, size), Ints(getSizes())) : Ints(getSizes());
  return {gatherFrom(x, at, sizes, dims, "clip", false)};
}

Exprs DynamicUpdateSliceOp::batchRule(RuleBuilder &b) {
  Expr x = b.bindBatched(0, getX()), update = b.bindBatched(1, getUpdate());
  int64_t rank = x.rank() - 1;
  if (!anyBatched(b, 2, rank))
    return {dynamic_update_slice(x, update, withZeroStart(b, getStarts()))};
  Expr at = positions(b.bindBatched(2, getStarts()), b.batchSize());
  WindowDims dims{range(1, rank + 1), {}, range(1, rank + 1), ints(0), ints(0)};
  return {scatterInto("wg.scatter", x, at, update, dims, "clip", true)};
}
