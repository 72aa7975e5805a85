// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Derivatives of the incomplete gamma and beta functions in their parameters, divided by the density: the series and
// fractions of SpecialIncomplete.cpp over Taylor series in the parameters.

#include "wg/Lowering/MathExpansion.h"
#include "wg/Lowering/Series.h"
#include "wg/Lowering/Special.h"

using namespace mlir;

namespace wg::lowering {

constexpr double mostTerms = 20000;

static unsigned orderOf(const SpecialOperands &e, StringRef name) {
  return static_cast<unsigned>(cast<IntegerAttr>(e.op->getAttr(name)).getInt());
}
static double factorial(unsigned n) {
  double value = 1;
  for (unsigned k = 2; k <= n; ++k)
    value *= k;
  return value;
}
// The derivative of order n of lgamma, divided by n!.
static Scalar lgammaTaylor(unsigned n, const Scalar &a, bool isFine) {
  return n == 1 ? digammaOfPositive(a, isFine) : polygammaOfPositive(n - 1, a, isFine) * (1.0 / factorial(n));
}

/// The state of a loop over series and scalars as one list of Scalars.
namespace {
struct Packed {
  unsigned series;
  size_t size;
  ScalarList operator()(ArrayRef<Series> s, ArrayRef<Scalar> rest, const Scalar &like) const {
    ScalarList list;
    for (const Series &one : s)
      list.append(one.list(like));
    list.append(rest.begin(), rest.end());
    return list;
  }
  Series get(const Series &like, ArrayRef<Scalar> list, unsigned i) const {
    return like.with(list.slice(i * size, size));
  }
  Scalar scalar(ArrayRef<Scalar> list, unsigned i) const { return list[series * size + i]; }
};
} // namespace

//===----------------------------------------------------------------------===//
// Gamma
//===----------------------------------------------------------------------===//

// The sum of 8.11.4: P = x^a e^-x / gamma(a + 1) times it.
static Series lowerSum(const Series &a, const Scalar &x, bool isFine) {
  double epsilon = roundOff(x, isFine);
  Series one = a.of(x.like(1));
  Packed pack{2, static_cast<size_t>(a.orderS()) + 1};
  // state: term, sum; n
  ScalarList state = whileLoop(
      pack({one, one}, {x.like(1)}, x),
      [&](ArrayRef<Scalar> v) {
        return counts(pack.get(a, v, 0), pack.get(a, v, 1), epsilon) & (pack.scalar(v, 0) < mostTerms);
      },
      [&](ArrayRef<Scalar> v) {
        Scalar n = pack.scalar(v, 0);
        Series term = pack.get(a, v, 0) * x / (a + n);
        return pack({term, pack.get(a, v, 1) + term}, {n + 1.0}, x);
      });
  return pack.get(a, state, 1);
}

// The fraction 8.9.2 times a: Q = x^a e^-x / gamma(a + 1) times it.
static Series upperFraction(const Series &a, const Scalar &x, bool isFine) {
  double epsilon = 4 * roundOff(x, isFine);
  Series one = a.of(x.like(1)), b = one * (x + 1.0) - a, d = one / b;
  Packed pack{4, static_cast<size_t>(a.orderS()) + 1};
  // state: c, d, value, change; i
  ScalarList state = whileLoop(
      pack({one * (x.isF64() ? 1e100 : 1e15), d, d, d}, {x.like(1)}, x),
      [&](ArrayRef<Scalar> v) {
        return counts(pack.get(a, v, 3), pack.get(a, v, 2), epsilon) & (pack.scalar(v, 0) < mostTerms);
      },
      [&](ArrayRef<Scalar> v) {
        Scalar i = pack.scalar(v, 0);
        Series numerator = (a + -i) * i, denominator = b + (i + i);
        Series d = one / (numerator * pack.get(a, v, 1) + denominator);
        Series c = denominator + numerator / pack.get(a, v, 0);
        Series value = pack.get(a, v, 2), next = value * (c * d);
        return pack({c, d, next, next - value}, {i + 1.0}, x);
      });
  return a * pack.get(a, state, 2);
}

// The derivative of x^a e^-x / gamma(a + 1) times a series, divided by x^(a - 1) e^-x / gamma(a). With gamma(a) in the
// first there would be poles at a = 0 that cancel.
static Scalar sensitivityOfGamma(unsigned order, const Scalar &a, const Scalar &x, bool isFine) {
  Series parameter(order, 0, a), exponent(order, 0);
  parameter.at(1, 0) = a.like(1);
  for (unsigned k = 1; k <= order; ++k)
    exponent.at(k, 0) = k == 1 ? log(x) - lgammaTaylor(1, a + 1.0, isFine) : -lgammaTaylor(k, a + 1.0, isFine);
  ScalarList sum = ifElse((x > 1.1) & (x > a), [&] { return (-upperFraction(parameter, x, isFine)).list(x); },
                          [&] { return lowerSum(parameter, x, isFine).list(x); });
  Series value = parameter.with(sum) * expOfNilpotent(exponent, x.like(1));
  return value.last() * (x / a) * factorial(order);
}

Scalar codeIgammaSensitivity(const SpecialOperands &e) {
  Scalar a = e[0], x = e[1], inf = x.inf(), one = x.like(1);
  Scalar isInside = (a > 0.0) & (a < inf) & (x > 0.0) & (x < inf);
  Scalar value = sensitivityOfGamma(orderOf(e, "order"), select(isInside, a, one), select(isInside, x, one), e.isFine);
  Scalar isEdge = (a > 0.0) & (a < inf) & ((x == 0.0) | (x == inf));
  return select(isInside, value, select(isEdge, x.like(0), x.nan()));
}

//===----------------------------------------------------------------------===//
// Beta
//===----------------------------------------------------------------------===//

// The fraction 8.17.22: I = x^a (1 - x)^b / (a B(a, b)) times it.
static Series betaFraction(const Series &a, const Series &b, const Scalar &x, bool isFine) {
  double epsilon = 4 * roundOff(x, isFine);
  Series one = a.of(x.like(1)), sum = a + b, d = one / (one - sum * x / (a + 1.0));
  Packed pack{4, static_cast<size_t>(a.orderS() + 1) * (a.orderT() + 1)};
  // state: c, d, value, change; m
  ScalarList state = whileLoop(
      pack({one, d, d, d}, {x.like(1)}, x),
      [&](ArrayRef<Scalar> v) {
        return counts(pack.get(a, v, 3), pack.get(a, v, 2), epsilon) & (pack.scalar(v, 0) < mostTerms);
      },
      [&](ArrayRef<Scalar> v) {
        Scalar m = pack.scalar(v, 0);
        Series am = a + (m + m);
        Series even = (b + -m) * (m * x) / ((am + -1.0) * am), odd = -((a + m) * (sum + m) * x / (am * (am + 1.0)));
        Series d = one / (even * pack.get(a, v, 1) + 1.0), c = even / pack.get(a, v, 0) + 1.0, middle = c * d;
        d = one / (odd * d + 1.0);
        c = odd / c + 1.0;
        Series value = pack.get(a, v, 2), next = value * (middle * (c * d));
        return pack({c, d, next, next - value}, {m + 1.0}, x);
      });
  return pack.get(a, state, 2);
}

// With gamma(a + 1), gamma(b + 1) and gamma(a + b + 1) in the power, whose poles would cancel otherwise.
static Scalar sensitivityOfBeta(unsigned orderA, unsigned orderB, const Scalar &a, const Scalar &b, const Scalar &x,
                                bool isFine) {
  Series p(orderA, orderB, a), q(orderA, orderB, b), exponent(orderA, orderB);
  if (orderA)
    p.at(1, 0) = a.like(1);
  if (orderB)
    q.at(0, 1) = a.like(1);
  Scalar rest = 1.0 - x, logX = log(x), logRest = log1p(-x), sum = a + b;
  for (unsigned i = 0; i <= orderA; ++i)
    for (unsigned j = i ? 0 : 1; j <= orderB; ++j) {
      // (a + b + s + t)^k has binomial coefficients; logarithms count in first order
      Scalar c = lgammaTaylor(i + j, sum + 1.0, isFine) * (factorial(i + j) / factorial(i) / factorial(j));
      if (i == 0 || j == 0)
        c = c - lgammaTaylor(i + j, (i ? a : b) + 1.0, isFine);
      if (i + j == 1)
        c = c + (i ? logX : logRest);
      exponent.at(i, j) = c;
    }
  Scalar swaps = x > (a + 1.0) / (sum + 2.0), low = select(swaps, rest, x);
  Series first = select(swaps, q, p), second = select(swaps, p, q);
  Series fraction = betaFraction(first, second, low, isFine) * second / (p + q);
  Series value = fraction * expOfNilpotent(exponent, x.like(1));
  Scalar last = value.last() * (x / a * rest) * (sum / b) * (factorial(orderA) * factorial(orderB));
  return select(swaps, -last, last);
}

Scalar codeBetaincSensitivity(const SpecialOperands &e) {
  Scalar a = e[0], b = e[1], x = e[2], inf = x.inf(), one = x.like(1);
  Scalar areParameters = (a > 0.0) & (a < inf) & (b > 0.0) & (b < inf);
  Scalar isInside = areParameters & (x > 0.0) & (x < 1.0), isEdge = areParameters & ((x == 0.0) | (x == 1.0));
  Scalar value = sensitivityOfBeta(orderOf(e, "order_p"), orderOf(e, "order_q"), select(isInside, a, one),
                                   select(isInside, b, one), select(isInside, x, x.like(0.5)), e.isFine);
  return select(isInside, value, select(isEdge, x.like(0), x.nan()));
}

} // namespace wg::lowering
