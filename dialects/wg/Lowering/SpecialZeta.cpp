// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Hurwitz's zeta function by the formula of Euler and Maclaurin (25.11.7 with its sum), and what it gives: the
// derivatives of digamma, and its own derivative in x.

#include "wg/Lowering/MathExpansion.h"
#include "wg/Lowering/Series.h"
#include "wg/Lowering/Special.h"
#include "wg/Lowering/SpecialCoefficients.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace wg::lowering {

using namespace coefficients;

namespace {
/// How many terms are summed, and how many Bernoulli numbers correct the rest.
struct EulerMaclaurin {
  int terms, corrections;
};
} // namespace

static EulerMaclaurin sizes(bool isFine) { return isFine ? EulerMaclaurin{10, 10} : EulerMaclaurin{6, 6}; }

static Scalar toInteger(const Scalar &n, const Scalar &like) {
  auto &b = n.builder();
  return Scalar(b, arith::SIToFPOp::create(b, like.type(), n.get()));
}
// Not by floor: LLVM makes a call of trunc of that, which no library has here.
static Scalar isWhole(const Scalar &x) { return x == rint(x); }
// -1 or 1 as a float that is a whole number is odd or even.
static Scalar signOfPower(const Scalar &x) { return select(isWhole(x * 0.5), x.like(1), x.like(-1)); }

//===----------------------------------------------------------------------===//
// zeta
//===----------------------------------------------------------------------===//

// q^-s
static Scalar inversePower(const Scalar &q, const Scalar &s, bool isFine) {
  return isFine || !q.isF64() ? expandPow({q, -s}, q.isF64()) : exp(-(s * log(q)));
}

// For s > 1 and q > 0.
static Scalar zetaOfPositive(const Scalar &s, const Scalar &q, bool isFine) {
  EulerMaclaurin n = sizes(isFine);
  double negligible = q.isF64() ? 1e-80 : 1e-30;
  Scalar end = q + (n.terms - 0.5);
  auto counted = [&](const Scalar &term, const Scalar &sum) { return term > sum * negligible; };
  // state: sum, a, a^-s
  ScalarList state = whileLoop(
      {q.like(0), q, inversePower(q, s, isFine)},
      [&](ArrayRef<Scalar> v) { return (v[1] < end) & counted(v[2], v[0]); },
      [&](ArrayRef<Scalar> v) {
        Scalar next = v[1] + 1.0;
        return ScalarList{v[0] + v[2], next, inversePower(next, s, isFine)};
      });
  Scalar sum = state[0], u = 1.0 / state[1], term = state[2];
  Scalar factor = s * u, rest = state[1] / (s - 1.0) + 0.5;
  for (int j = 0; j < n.corrections; ++j) {
    rest = rest + factor * bernoulli[j];
    factor = factor * (s + (2 * j + 1)) * (s + (2 * j + 2)) * (u * u);
  }
  return sum + select(counted(term, sum), term * rest, sum.like(0));
}

// For negative q, which needs a whole s: with -q = i + f the terms up to f on the one side and from 1 - f on the other
// are (-1)^s (zeta(s, f) - zeta(s, -q + 1)) + zeta(s, 1 - f).
static Scalar zetaInside(const Scalar &s, const Scalar &q, bool isFine) {
  Scalar isNegative = q < 0.0, p = -q, f = p - floor(p), sign = signOfPower(s), zero = q.like(0);
  Scalar last = select(isNegative, q.like(2.5), q.like(0.5));
  // state: which part, total
  ScalarList state = whileLoop(
      {zero, zero}, [&](ArrayRef<Scalar> v) { return v[0] < last; },
      [&](ArrayRef<Scalar> v) {
        Scalar isFirst = v[0] == 0.0, isSecond = v[0] == 1.0;
        Scalar at = select(isFirst, select(isNegative, 1.0 - f, q), select(isSecond, f, p + 1.0));
        Scalar weight = select(isFirst, q.like(1), select(isSecond, sign, -sign));
        return ScalarList{v[0] + 1.0, v[1] + weight * zetaOfPositive(s, at, isFine)};
      });
  return state[1];
}

static Scalar zeta(const Scalar &x, const Scalar &q, bool isFine) {
  Scalar inf = x.inf(), isPole = (q <= 0.0) & isWhole(q), isSum = (x > 1.0) & (x < inf);
  Scalar isDefined = isSum & (q < inf) & ((q > 0.0) | (isWhole(x) & (q < 0.0))) & !isPole;
  Scalar value = zetaInside(select(isDefined, x, x.like(2)), select(isDefined, q, q.like(1)), isFine);
  // At infinity only the first term is left, or none.
  Scalar limit = select(q < 1.0, inf, select(q == 1.0, x.like(1), x.like(0)));
  Scalar special = select((x == inf) & (q > 0.0), limit, select(isSum & (q == inf), x.like(0), x.nan()));
  special = select((x == 1.0) | ((x > 1.0) & isPole), inf, special);
  special = select(isNan(q) & (x > 1.0), q, special);
  return select(isDefined, value, special);
}
Scalar codeZeta(const SpecialOperands &e) { return zeta(e[0], e[1], e.isFine); }

//===----------------------------------------------------------------------===//
// The derivative in x
//===----------------------------------------------------------------------===//

// a^-(s + e) as a series in e: a^-s times the powers of -log a.
static Series powerSeries(const Series &like, const Scalar &a, const Scalar &s) {
  Scalar logarithm = log(a), term = exp(-(s * logarithm));
  Series result = like.of(term);
  for (unsigned k = 1; k <= like.orderS(); ++k) {
    term = term * -(logarithm * (1.0 / k));
    result.at(k, 0) = term;
  }
  return result;
}

static Scalar zetaPartialOfPositive(unsigned order, const Scalar &x, const Scalar &q, bool isFine) {
  EulerMaclaurin n = sizes(isFine);
  Series zero(order, 0, q.like(0)), s(order, 0, x);
  s.at(1, 0) = q.like(1);
  Scalar end = q + (n.terms - 0.5);
  ScalarList start = zero.list(q);
  start.push_back(q);
  ScalarList state = whileLoop(
      start, [&](ArrayRef<Scalar> v) { return v.back() < end; },
      [&](ArrayRef<Scalar> v) {
        ScalarList next = (zero.with(v.drop_back()) + powerSeries(zero, v.back(), x)).list(q);
        next.push_back(v.back() + 1.0);
        return next;
      });
  Scalar a = state.back(), u = 1.0 / a;
  Series sum = zero.with(ArrayRef<Scalar>(state).drop_back());
  Series factor = s * u, rest = zero.of(a) / (s + -1.0) + 0.5;
  for (int j = 0; j < n.corrections; ++j) {
    rest = rest + factor * bernoulli[j];
    factor = factor * (s + (2 * j + 1.0)) * (s + (2 * j + 2.0)) * (u * u);
  }
  double factorial = 1;
  for (unsigned k = 2; k <= order; ++k)
    factorial *= k;
  return (sum + powerSeries(zero, a, x) * rest).last() * factorial;
}

Scalar codeZetaPartial(const SpecialOperands &e) {
  Scalar x = e[0], q = e[1], isDefined = (x > 1.0) & (x < x.inf()) & (q > 0.0) & (q < q.inf());
  auto order = static_cast<unsigned>(cast<IntegerAttr>(e.op->getAttr("order")).getInt());
  Scalar value =
      zetaPartialOfPositive(order, select(isDefined, x, x.like(2)), select(isDefined, q, q.like(1)), e.isFine);
  return select(isDefined, value, select((x > 1.0) & (q == q.inf()), x.like(0), x.nan()));
}

//===----------------------------------------------------------------------===//
// polygamma
//===----------------------------------------------------------------------===//

static Scalar integerPower(const Scalar &x, unsigned n) {
  Scalar half = n > 1 ? integerPower(x, n / 2) : x;
  return n == 1 ? x : n % 2 ? half * half * x : half * half;
}

// (-1)^(n+1) n! zeta(n + 1, x): 5.15.1, with powers by multiplication.
Scalar polygammaOfPositive(unsigned n, const Scalar &x, bool isFine) {
  int terms = isFine ? 8 : 4, corrections = isFine ? 12 : 6;
  Scalar sum, a = x;
  for (int k = 0; k < terms; ++k) {
    Scalar term = integerPower(1.0 / a, n + 1);
    sum = k ? sum + term : term;
    a = a + 1.0;
  }
  Scalar u = 1.0 / a, z = u * u;
  SmallVector<double> series;
  double rising = n + 1, factorial = 1;
  for (int j = 0; j < corrections; ++j) {
    series.insert(series.begin(), bernoulli[j] * rising);
    rising *= (n + 2.0 + 2 * j) * (n + 3.0 + 2 * j);
  }
  for (unsigned k = 2; k <= n; ++k)
    factorial *= k;
  // the first term of the rest, a^-n / n, has one power less
  Scalar rest = integerPower(u, n) * ((1.0 / n) + u * (0.5 + u * polynomial(z, series)));
  return (sum + rest) * (n % 2 ? factorial : -factorial);
}

// The derivative of order n of pi cot(pi x), where that is c: each one times -(pi^2 + c^2) is the next.
static Scalar cotangentDerivative(unsigned n, const Scalar &c) {
  constexpr double piSquared = 9.8696044010893586188;
  SmallVector<double> p = {0, 1}; // lowest first
  for (unsigned k = 0; k < n; ++k) {
    SmallVector<double> next(p.size() + 1);
    for (size_t i = 1; i < p.size(); ++i) {
      next[i - 1] -= piSquared * i * p[i];
      next[i + 1] -= i * p[i];
    }
    p = next;
  }
  return polynomial(c, SmallVector<double>(llvm::reverse(p)));
}

// 5.15.6: psi_n(x) = (-1)^n psi_n(1 - x) - (pi cot(pi x))^(n) for negative x.
static Scalar polygammaOfOrder(unsigned n, const Scalar &x, bool isFine) {
  Scalar a = abs(x), isOutside = (a == 0.0) | (a == x.inf()) | isNan(x), safe = select(isOutside, x.like(1), x);
  Scalar isNegative = safe < 0.0, value = polygammaOfPositive(n, select(isNegative, 1.0 - safe, safe), isFine);
  Scalar r = safe - rint(safe), z = r * r;
  Scalar cotangent = (1.0 + z * (isFine ? polynomial(z, cotPi64) : polynomial(z, cotPi32))) / r;
  Scalar reflected = (n % 2 ? -value : value) - cotangentDerivative(n, cotangent);
  Scalar pole = n % 2 ? x.inf() : -x.inf();
  Scalar result = select(isNegative, select(r == 0.0, pole, reflected), value);
  return select(isOutside, select(isNan(x), x, select(x == x.inf(), x.like(0), pole)), result);
}

Scalar codePolygamma(const SpecialOperands &e) {
  Scalar n = e[0], x = e[1];
  APInt constant;
  if (matchPattern(n.get(), m_ConstantInt(&constant)) && constant.sge(0) && constant.sle(12)) {
    unsigned order = constant.getZExtValue();
    return order ? polygammaOfOrder(order, x, e.isFine) : codeDigamma({x, e.isFine, e.op});
  }
  Scalar isHigher = n > 0.0, order = toInteger(select(isHigher, n, n.likeInt(1)), x), s = order + 1.0;
  Scalar size = exp(lgammaOfPositive(s, e.isFine)) * zeta(s, x, e.isFine);
  Scalar higher = size * -signOfPower(order);
  return select(n < 0.0, x.nan(), select(isHigher, higher, codeDigamma({x, e.isFine, e.op})));
}

} // namespace wg::lowering
