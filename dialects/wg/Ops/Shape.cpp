// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Shape.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Shape.cpp.inc"

void WgDialect::registerShapeOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Shape.cpp.inc"
      >();
}

Expr wg::unspread(const Expr &ct, const Ints &shape, const Ints &dims) {
  Ints axes = complement(dims, ct.rank());
  for (size_t i = 0; i < dims.size(); ++i)
    if (shape[i] == 1 && ct.dim(dims[i]) != 1)
      axes.push_back(dims[i]);
  llvm::SmallVector<int64_t> sorted(axes.begin(), axes.end());
  llvm::sort(sorted);
  Expr sum = sorted.empty() ? ct : reduce_sum(ct, Ints(sorted));
  return sum.shape() == shape ? sum : reshape(sum, shape);
}

Expr wg::iota_like(const Expr &x, const Ints &shape, int64_t dimension, Type dtype) {
  return x.builder()->create("wg.iota", {}, {{"shape", shape}, {"dimension", dimension}, {"dtype", dtype}}).front();
}

Expr wg::unslice(const Expr &ct, const Ints &shape, const Ints &start, const Ints &strides) {
  Ints high, interior;
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t count = ct.dim(i);
    interior.push_back(strides[i] - 1);
    high.push_back(shape[i] - start[i] - (count ? (count - 1) * strides[i] + 1 : 0));
  }
  return pad(ct, 0, start, high, interior);
}

static Ints negated(const Ints &v) {
  Ints r = v;
  for (size_t i = 0; i < r.size(); ++i)
    r[i] = -r[i];
  return r;
}
Expr wg::unpad(const Expr &ct, const Ints &shape, const Ints &low, const Ints &high, const Ints &interior) {
  Ints none = repeat(0, shape.size());
  Expr dilated = low == none && high == none ? ct : pad(ct, 0, negated(low), negated(high), none);
  return interior == none ? dilated : slice(dilated, none, dilated.shape(), shift(interior, 1));
}

/// Where pad(x of `shape`, ...) has its value and not an element of x.
static Expr isPadding(const Expr &any, const Ints &shape, const Ints &low, const Ints &high, const Ints &interior) {
  Type boolean = IntegerType::get(any.dtype().getContext(), 1);
  Expr inside = full(*any.builder(), RankedTensorType::get(shape, boolean), 0);
  return pad(inside, 1, low, high, interior);
}
Expr wg::padding_sum(const Expr &ct, const Ints &shape, const Ints &low, const Ints &high, const Ints &interior) {
  return reduce_sum(select(isPadding(ct, shape, low, high, interior), ct, 0), range(ct.rank()));
}

Exprs PadOp::batchRule(RuleBuilder &b) {
  Expr x = b.bindBatched(0, getX()), value = b.bind(getValue());
  Ints low = prepend(0, getLow()), high = prepend(0, getHigh()), interior = prepend(0, getInterior());
  if (!b.isBatched(1))
    return {pad(x, value, low, high, interior)};
  Expr padded = pad(x, 0, low, high, interior);
  return {select(isPadding(x, x.shape(), low, high, interior), spread(value, padded.shape(), ints(0)), padded)};
}

bool ConcatenateOp::isLinearIn(unsigned) { return true; }
Exprs ConcatenateOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  return b.applyLinear(*this, tangents, isLinearIn);
}
Exprs ConcatenateOp::transposeRule(RuleBuilder &b, const Exprs &cts) {
  Expr ct = cts.front();
  Exprs parts;
  int64_t at = 0, d = getDimension();
  for (auto [i, x] : llvm::enumerate(getXs())) {
    int64_t size = cast<RankedTensorType>(x.getType()).getDimSize(d);
    Ints start = repeat(0, ct.rank()), limit = ct.shape();
    start[d] = at;
    limit[d] = at += size;
    parts.push_back(b.wants(i) ? slice(ct, start, limit, repeat(1, ct.rank())) : Expr());
  }
  return parts;
}
Exprs ConcatenateOp::batchRule(RuleBuilder &b) {
  return {concatenate(b.bindBatched(0, getXs()), static_cast<int64_t>(getDimension()) + 1)};
}
