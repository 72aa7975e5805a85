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

// The dimensions of x in the order that takes dimension `from` to `to`.
static Expr moveDimension(const Expr &x, int64_t from, int64_t to) {
  Ints order = complement(ints(from), x.rank());
  Ints moved = concat(concat(pick(order, range(to)), ints(from)), pick(order, range(to, order.size())));
  return moved == range(x.rank()) ? x : transpose(x, moved);
}
static int64_t product(const Ints &shape) {
  int64_t n = 1;
  for (int64_t d : shape)
    n *= d;
  return n;
}

Expr wg::untake(const Expr &ct, const Ints &shape, const Expr &indices, int64_t axis) {
  int64_t m = product(indices.shape()), n = shape[axis], rank = shape.size();
  Ints before = pick(shape, range(axis)), after = pick(shape, range(axis + 1, rank));
  if (m == 0)
    return full(*ct.builder(), RankedTensorType::get(shape, ct.dtype()), 0);
  Expr at = spread(reshape(clamp(0, indices, n - 1), ints(m)), ints(m, n), ints(0));
  Expr oneHot = convert(at == iota_like(at, ints(m, n), 1, i32(at)), ct.dtype());
  Expr flat = reshape(ct, concat(concat(before, ints(m)), after));
  return moveDimension(dot_general(flat, oneHot, ints(axis), ints(0), {}, {}), rank - 1, axis);
}

Exprs TakeOp::batchRule(RuleBuilder &b) {
  Expr x = b.bind(getX()), indices = b.bind(getIndices());
  int64_t axis = getAxis(), rank = indices.rank();
  if (!b.isBatched(1))
    return {take(x, indices, axis + 1)};
  if (!b.isBatched(0))
    return {moveDimension(take(x, indices, axis), axis, 0)};
  // Both: one long axis of the rows of all examples.
  int64_t n = x.dim(axis + 1), size = b.batchSize();
  if (n == 0)
    return {full(b, RankedTensorType::get(prepend(size, getType().getShape()), x.dtype()), 0)};
  Expr rows = moveDimension(x, axis + 1, 1);
  rows = reshape(rows, prepend(size * n, pick(rows.shape(), range(2, rows.rank()))));
  Expr at = clamp(0, indices, n - 1) + iota_like(indices, indices.shape(), 0, i32(indices)) * n;
  Expr out = take(rows, at, 0); // batch, indices, dimensions before the axis, dimensions after it
  Ints order = concat(prepend(0, range(rank, rank + axis)), range(1, rank));
  return {transpose(out, concat(order, range(rank + axis, out.rank())))};
}

/// The starts of a block for each example, moved inside: one vector over the batch for each dimension.
static Exprs batchedStarts(RuleBuilder &b, ValueRange starts, unsigned first, const Ints &shape, const Ints &sizes) {
  Exprs vectors = b.bindBatched(first, starts);
  for (size_t d = 0; d < vectors.size(); ++d)
    vectors[d] = clamp(0, vectors[d], shape[d] - sizes[d]);
  return vectors;
}
static bool anyBatched(RuleBuilder &b, unsigned first, unsigned count) {
  return llvm::any_of(range(first, first + count), [&](int64_t i) { return b.isBatched(i); });
}
static Exprs withZeroStart(RuleBuilder &b, ValueRange starts) {
  Exprs all = b.bind(starts);
  all.insert(all.begin(), full(b, RankedTensorType::get({}, b.builder.getI32Type()), 0));
  return all;
}

/// For each example and each index of `grid`: where it is in a row-major array of `shape`, the examples one after the
/// other if `stacked`. `index(d)` gives the index of dimension d over (batch, grid).
static Expr flatIndex(const Expr &any, const Ints &grid, const Ints &shape, bool stacked,
                      llvm::function_ref<Expr(int64_t)> index) {
  Expr sum = stacked ? iota_like(any, grid, 0, i32(any)) * product(shape) : Expr();
  int64_t stride = 1;
  for (int64_t d = shape.size() - 1; d >= 0; stride *= shape[d--])
    sum = sum + index(d) * stride;
  return sum;
}

Exprs DynamicSliceOp::batchRule(RuleBuilder &b) {
  Expr x = b.bind(getX());
  Ints shape(getX().getType().getShape()), sizes(getSizes());
  if (!anyBatched(b, 1, shape.size()))
    return {dynamic_slice(x, withZeroStart(b, getStarts()), prepend(b.batchSize(), sizes))};
  Exprs starts = batchedStarts(b, getStarts(), 1, shape, sizes);
  Ints grid = prepend(b.batchSize(), sizes);
  Expr at = flatIndex(x, grid, shape, b.isBatched(0), [&](int64_t d) {
    return spread(starts[d], grid, ints(0)) + iota_like(x, grid, d + 1, i32(starts[d]));
  });
  return {take(reshape(x, ints(product(x.shape()))), at, 0)};
}

// With a start for each example no block can be written as one: read the update at every position and choose.
Exprs DynamicUpdateSliceOp::batchRule(RuleBuilder &b) {
  Expr x = b.bindBatched(0, getX()), update = b.bindBatched(1, getUpdate());
  Ints shape(getX().getType().getShape()), sizes(getUpdate().getType().getShape());
  if (!anyBatched(b, 2, shape.size()))
    return {dynamic_update_slice(x, update, withZeroStart(b, getStarts()))};
  if (product(sizes) == 0)
    return {x};
  Exprs starts = batchedStarts(b, getStarts(), 2, shape, sizes);
  Ints grid = x.shape();
  Expr inside;
  auto offset = [&](int64_t d) { return iota_like(x, grid, d + 1, i32(starts[d])) - spread(starts[d], grid, ints(0)); };
  for (int64_t d = 0; d < static_cast<int64_t>(shape.size()); ++d) {
    Expr here = bitwise_and(offset(d) >= 0, offset(d) < sizes[d]);
    inside = inside.isNone() ? here : bitwise_and(inside, here);
  }
  Expr at = flatIndex(x, grid, sizes, true, [&](int64_t d) { return clamp(0, offset(d), sizes[d] - 1); });
  return {select(inside, take(reshape(update, ints(product(update.shape()))), at, 0), x)};
}
