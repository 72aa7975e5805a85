// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Special.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/SpecialRules.h"

#include <limits>

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Special.cpp.inc"

void WgDialect::registerSpecialOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Special.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Derivatives
//===----------------------------------------------------------------------===//

// polygamma of one order for all elements.
static Expr polygammaOf(int64_t n, const Expr &x) {
  if (!x.hasType())
    return Expr();
  if (n == 0)
    return digamma(x);
  RuleBuilder *b = x.builder();
  Type i32 = IntegerType::get(x.dtype().getContext(), 32);
  return polygamma(full(*b, RankedTensorType::get(x.shape(), i32), n), x);
}

Expr wg::trigamma(const Expr &x) { return polygammaOf(1, x); }

// zeta(x, q) has the derivative -x zeta(x + 1, q) in q (DLMF 25.11.17); the rest is the product rule.
Expr wg::zeta_partial_q(const Expr &x, const Expr &q, int64_t order) {
  Expr shifted = x + 1, below = order == 1 ? zeta(shifted, q) : zeta_partial(shifted, q, order - 1);
  return -(x * zeta_partial(shifted, q, order)) - order * below;
}

// x where it is between the bounds, 1/2 elsewhere: no infinity arises that a factor 0 would turn into nan.
static Expr inside(const Expr &x, double high) { return select(bitwise_and(x > 0, x < high), x, like(x, 0.5)); }
static constexpr double infinity = std::numeric_limits<double>::infinity();

Expr wg::gamma_score_a(const Expr &a, const Expr &x) { return log(inside(x, infinity)) - digamma(a); }
Expr wg::gamma_score_x(const Expr &a, const Expr &x) { return (a - 1) / inside(x, infinity) - 1; }
Expr wg::beta_score_p(const Expr &a, const Expr &b, const Expr &x) {
  return log(inside(x, 1)) - digamma(a) + digamma(a + b);
}
Expr wg::beta_score_q(const Expr &a, const Expr &b, const Expr &x) {
  return log1p(-inside(x, 1)) - digamma(b) + digamma(a + b);
}
Expr wg::beta_score_x(const Expr &a, const Expr &b, const Expr &x) {
  Expr t = inside(x, 1);
  return (a - 1) / t - (b - 1) / (1 - t);
}

static double binomial(int64_t n, int64_t k) {
  double value = 1;
  for (int64_t i = 1; i <= k; ++i)
    value = value * (n - k + i) / i;
  return value;
}

// Complete Bell polynomials, in two variables: f^(i, j) / f from the derivatives `log(i, j)` of log f.
static Expr bell(int64_t orderA, int64_t orderB, llvm::function_ref<Expr(int64_t, int64_t)> log) {
  SmallVector<SmallVector<Expr>> table(orderA + 1, SmallVector<Expr>(orderB + 1));
  auto term = [&](int64_t i, int64_t j, int64_t p, int64_t q, double weight) {
    Expr rest = table[i - p][j - q], factor = log(p, q);
    return factor.isNone() ? factor : weight * (rest * factor);
  };
  for (int64_t i = 0; i <= orderA; ++i)
    for (int64_t j = 0; j <= orderB; ++j) {
      Expr sum = i + j == 0 ? Expr(1) : Expr(0);
      // One derivative goes to log f, in a if there is one; the others are shared out.
      int64_t least = i > 0 ? 1 : 0;
      for (int64_t p = least; p <= i; ++p)
        for (int64_t q = least ? 0 : 1; q <= j; ++q) {
          double weight = least ? binomial(i - 1, p - 1) * binomial(j, q) : binomial(j - 1, q - 1);
          Expr t = term(i, j, p, q, weight);
          sum = t.isNone() ? sum : sum + t;
        }
      table[i][j] = sum;
    }
  return table[orderA][orderB];
}

Expr wg::gamma_scores(const Expr &a, const Expr &x, int64_t order) {
  return bell(order, 0, [&](int64_t i, int64_t) { return i == 1 ? gamma_score_a(a, x) : -polygammaOf(i - 1, a); });
}

Expr wg::beta_scores(const Expr &a, const Expr &b, const Expr &x, int64_t order_a, int64_t order_b) {
  return bell(order_a, order_b, [&](int64_t i, int64_t j) -> Expr {
    if (i + j == 1)
      return i ? beta_score_p(a, b, x) : beta_score_q(a, b, x);
    Expr both = polygammaOf(i + j - 1, a + b);
    return i && j ? both : both - polygammaOf(i + j - 1, i ? a : b);
  });
}
