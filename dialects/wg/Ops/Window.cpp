// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Window.h"
#include "wg/IR/Assembly.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/WindowFunctions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Window.cpp.inc"

void WgDialect::registerWindowOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Window.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Cumulative ops: their derivatives are linear recurrences
//===----------------------------------------------------------------------===//

/// For each element the one before it along axis (with `reverse` after it); `first` where there is none.
static Expr previous(const Expr &x, double first, int64_t axis, bool reverse) {
  Ints low = repeat(0, x.rank()), high = low;
  low[axis] = reverse ? -1 : 1;
  high[axis] = -low[axis];
  return pad(x, first, low, high, repeat(0, x.rank()));
}

Expr wg::cumulative_product_jvp(const Expr &x, const Expr &dx, const Expr &out, int64_t axis, bool reverse) {
  if (dx.isNone())
    return Expr();
  return linear_recurrence(x, previous(out, 1, axis, reverse) * dx, axis, reverse);
}

// The mean over those that hold the extreme so far: with each further one it moves by its share.
Expr wg::cumulative_extremum_jvp(const Expr &x, const Expr &dx, const Expr &out, int64_t axis, bool reverse) {
  if (dx.isNone())
    return Expr();
  Expr before = previous(out, 0, axis, reverse);
  Expr isHit = bitwise_or(x == out, x != x), isKept = bitwise_or(out == before, before != before);
  Expr hit = converted(isHit, x.dtype()), kept = converted(isKept, x.dtype());
  Expr count = linear_recurrence(kept, hit, axis, reverse);
  Expr weight = select(isKept, previous(count, 0, axis, reverse) / count, 0);
  return linear_recurrence(weight, select(isHit, dx / count, 0), axis, reverse);
}

Expr wg::cumulative_logsumexp_jvp(const Expr &x, const Expr &dx, const Expr &out, int64_t axis, bool reverse) {
  if (dx.isNone())
    return Expr();
  // Where nothing but -inf came before, no weight is defined: they are zero.
  double infinity = std::numeric_limits<double>::infinity();
  auto weight = [&](const Expr &term) {
    Expr isNothing = term == -infinity;
    return select(isNothing, 0, exp(select(isNothing, 0, term - select(isNothing, 0, out))));
  };
  return linear_recurrence(weight(previous(out, -infinity, axis, reverse)), weight(x) * dx, axis, reverse);
}

bool LinearRecurrenceOp::isLinearIn(unsigned i) { return i == 1; }

Exprs LinearRecurrenceOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr a = b.bind(getA()), out = b.bind(getOut()), source = tangents[1];
  if (!tangents[0].isNone())
    source = source + tangents[0] * previous(out, 0, getAxis(), getReverse());
  if (source.isNone())
    return {Expr()};
  return {linear_recurrence(a, source, getAxis(), getReverse())};
}

Exprs LinearRecurrenceOp::transposeRule(RuleBuilder &b, const Exprs &cts) {
  if (cts.front().isNone() || !b.wants(1))
    return {Expr(), Expr()};
  Expr next = previous(b.bind(getA()), 0, getAxis(), !getReverse());
  return {Expr(), linear_recurrence(next, cts.front(), getAxis(), !getReverse())};
}

Exprs LinearRecurrenceOp::batchRule(RuleBuilder &b) {
  return {linear_recurrence(b.bindBatched(0, getA()), b.bindBatched(1, getB()), static_cast<int64_t>(getAxis()) + 1,
                            getReverse())};
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

// The cotangents, `strides` apart, under windows that stand at every place of x (`baseDilation` apart) and reach from
// the first window that holds it to the last.
Expr wg::window_sum_transpose(const Expr &ct, const Ints &shape, const Ints &window, const Ints &strides,
                              const Ints &low, const Ints &high, const Ints &baseDilation, const Ints &windowDilation) {
  Ints newLow, newHigh;
  for (int64_t d = 0; d < ct.rank(); ++d) {
    if (shape[d] == 0 || ct.dim(d) == 0)
      return full(*ct.builder(), RankedTensorType::get(shape, ct.dtype()), 0);
    int64_t span = (window[d] - 1) * windowDilation[d] + 1, dilated = (ct.dim(d) - 1) * strides[d] + 1;
    newLow.push_back(span - 1 - low[d]);
    newHigh.push_back((shape[d] - 1) * baseDilation[d] + span - dilated - newLow[d]);
  }
  return reduce_window_sum(ct, window, baseDilation, newLow, newHigh, strides, windowDilation);
}
