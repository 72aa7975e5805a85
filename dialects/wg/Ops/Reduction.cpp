// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Reduction.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/ReductionTypes.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Reduction.cpp.inc"

void WgDialect::registerReductionOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Reduction.cpp.inc"
      >();
}

// Entries [begin, end) of the last dimension.
static Expr lastPart(const Expr &x, int64_t begin, int64_t end) {
  Ints start = repeat(0, x.rank()), limit = x.shape();
  start[x.rank() - 1] = begin;
  limit[x.rank() - 1] = end;
  return slice(x, start, limit, repeat(1, x.rank()));
}

// The product rule on pairs of halves: log2(n) steps, no division.
Expr wg::product_jvp(const Expr &x, const Expr &dx, const Ints &axes) {
  Ints kept = complement(axes, x.rank()), order = concat(kept, axes), shape = pick(x.shape(), kept);
  int64_t n = 1;
  for (int64_t a : axes)
    n *= x.dim(a);
  if (dx.isNone() || n == 0)
    return Expr();
  Ints flat = concat(shape, ints(n));
  Expr p = reshape(transpose(x, order), flat), dp = reshape(transpose(dx, order), flat);
  for (; n > 1; n = (n + 1) / 2) {
    int64_t half = n / 2;
    Expr a = lastPart(p, 0, half), b = lastPart(p, half, 2 * half);
    Expr da = lastPart(dp, 0, half), db = lastPart(dp, half, 2 * half);
    Expr product = a * b, tangent = a * db + b * da;
    if (n % 2) {
      product = concatenate({product, lastPart(p, n - 1, n)}, shape.size());
      tangent = concatenate({tangent, lastPart(dp, n - 1, n)}, shape.size());
    }
    p = product;
    dp = tangent;
  }
  return reshape(dp, shape);
}

Expr wg::extremum_jvp(const Expr &x, const Expr &dx, const Expr &out, const Ints &axes) {
  // The extremum of nothing is a constant.
  if (dx.isNone() || llvm::is_contained(pick(x.shape(), axes), 0))
    return Expr();
  Expr isExtremum = x == spread(out, x.shape(), complement(axes, x.rank()));
  Expr count = reduce_sum(converted(isExtremum, x.dtype()), axes);
  return reduce_sum(select(isExtremum, dx, 0), axes) / count;
}
