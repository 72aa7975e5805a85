// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The regularised incomplete gamma and beta functions and their densities.

#include "wg/Lowering/MathExpansion.h"
#include "wg/Lowering/Special.h"
#include "wg/Lowering/SpecialCoefficients.h"

using namespace mlir;

namespace wg::lowering {

using namespace coefficients;

constexpr double twoPi = 6.28318530717958647693, halfLog2Pi = 0.91893853320467274178;
// Loops end when their terms no longer count; this ends those that never get there.
constexpr double mostTerms = 20000;

//===----------------------------------------------------------------------===//
// Gamma
//===----------------------------------------------------------------------===//

namespace {
/// a and x inside the domain, and what several methods need of them.
struct GammaOperands {
  Scalar a, x, excess, logarithm; // x / a - 1, log1pMinus of it
  bool isFine;
};
} // namespace

static GammaOperands gammaOperands(const Scalar &a, const Scalar &x, bool isFine) {
  Scalar excess = (x - a) / a;
  return {a, x, excess, log1pMinus(excess, x / a), isFine};
}

// x^a e^-x / gamma(a + 1), for large a without the cancellation in its logarithm (by 5.11.3).
static Scalar gammaPower(const GammaOperands &g) {
  Scalar isLarge = g.a >= lgammaTail, large = select(isLarge, g.a, g.a.like(lgammaTail));
  Scalar small = select(isLarge, g.a.like(1), g.a);
  Scalar logLarge = large * g.logarithm - stirlingRemainder(large, g.isFine) - (0.5 * log(large) + halfLog2Pi);
  Scalar logSmall = small * log(g.x) - g.x - lgamma1p(small, g.isFine);
  return exp(select(isLarge, logLarge, logSmall));
}

// 8.11.4: P = x^a e^-x / gamma(a + 1) (1 + x / (a + 1) + ...).
static Scalar lowerSeries(const GammaOperands &g) {
  double epsilon = roundOff(g.x, g.isFine);
  // state: term, sum, denominator
  ScalarList state = whileLoop(
      {g.x.like(1), g.x.like(1), g.a},
      [&](ArrayRef<Scalar> v) { return (v[0] > v[1] * epsilon) & (v[2] < g.a + mostTerms); },
      [&](ArrayRef<Scalar> v) {
        Scalar next = v[2] + 1.0, term = v[0] * (g.x / next);
        return ScalarList{term, v[1] + term, next};
      });
  return gammaPower(g) * state[1];
}

// 8.9.2 for x > a. With the denominator d and the reciprocal c of the numerator of Lentz's method (Numerical Recipes,
// section 5.2) a step is one division.
static Scalar upperFraction(const GammaOperands &g) {
  double epsilon = 4 * roundOff(g.x, g.isFine);
  Scalar b = g.x + 1.0 - g.a, d = 1.0 / b, one = g.x.like(1);
  // state: i, b, c, d, value, factor
  ScalarList state = whileLoop(
      {one, b, g.x.like(0), d, d, one + one},
      [&](ArrayRef<Scalar> v) { return (abs(v[5] - 1.0) > epsilon) & (v[0] < mostTerms); },
      [&](ArrayRef<Scalar> v) {
        Scalar numerator = v[0] * (g.a - v[0]), next = v[1] + 2.0;
        Scalar over = next + numerator * v[2], under = next + numerator * v[3], w = 1.0 / (over * under);
        Scalar d = over * w, factor = over * d;
        return ScalarList{v[0] + 1.0, next, under * w, d, v[4] * factor, factor};
      });
  return gammaPower(g) * g.a * state[4];
}

// 8.7.1 for Q with small x: 1 - x^a / gamma(a + 1) (1 + a sum_n (-x)^n / (n! (a + n))), without its cancellations.
static Scalar upperSeries(const GammaOperands &g) {
  double epsilon = roundOff(g.x, g.isFine);
  // state: (-x)^n / n!, sum, n
  ScalarList state = whileLoop(
      {-g.x, -g.x / (g.a + 1.0), g.x.like(1)},
      [&](ArrayRef<Scalar> v) { return (abs(v[0]) > abs(v[1]) * epsilon) & (v[2] < 100.0); },
      [&](ArrayRef<Scalar> v) {
        Scalar n = v[2] + 1.0, power = -(v[0] * (g.x / n));
        return ScalarList{power, v[1] + power / (g.a + n), n};
      });
  Scalar exponent = g.a * log(g.x) - lgamma1p(g.a, g.isFine);
  return -expm1(exponent) - exp(exponent) * (g.a * state[1]);
}

// 8.12.3 and 8.12.7: Temme's expansion for large a. Q for sign 1, P for sign -1.
static Scalar temme(const GammaOperands &g, double sign) {
  static const ArrayRef<double> fine[] = {temme0, temme1, temme2, temme3, temme4, temme5, temme6, temme7};
  Scalar distance = sqrt(-2.0 * g.logarithm), eta = copySign(distance, g.excess);
  Scalar half = 0.5 * erfc(sign * eta * sqrt(g.a * 0.5), g.isFine), u = 1.0 / g.a, sum = g.a.like(0);
  for (ArrayRef<double> c : llvm::reverse(ArrayRef(fine).take_front(g.isFine ? 8 : 4)))
    sum = sum * u + polynomial(eta, c);
  return half + sign * exp(g.a * g.logarithm) / sqrt(twoPi * g.a) * sum;
}

// P and Q by the method for the place: each computes the one that is not close to 1, but for Q at small x.
static Scalar incompleteGamma(const GammaOperands &g, bool isUpper) {
  Scalar isTemme = (g.a >= 200.0) & (abs(g.excess) < 0.35), isFraction = (g.x > 1.1) & (g.x > g.a);
  auto value = [&](const Scalar &p, bool isOfUpper) { return ScalarList{isOfUpper == isUpper ? p : 1.0 - p}; };
  auto bySeries = [&] { return value(lowerSeries(g), false); };
  auto below = [&] {
    if (!isUpper)
      return bySeries();
    // where P is above 1/2, about
    Scalar isSmall = (g.x <= 1.1) & (g.a < select(g.x < 0.5, -0.4 / log(g.x), 1.1 * g.x));
    return ifElse(isSmall, [&] { return value(upperSeries(g), true); }, bySeries);
  };
  auto direct = [&] { return ifElse(isFraction, [&] { return value(upperFraction(g), true); }, below); };
  return ifElse(isTemme, [&] { return ScalarList{temme(g, isUpper ? 1 : -1)}; }, direct).front();
}

static Scalar igamma(const SpecialOperands &e, bool isUpper) {
  Scalar a = e[0], x = e[1], inf = x.inf();
  Scalar isInside = (a > 0.0) & (a < inf) & (x > 0.0) & (x < inf), one = x.like(1);
  Scalar value = incompleteGamma(gammaOperands(select(isInside, a, one), select(isInside, x, one), e.isFine), isUpper);
  Scalar isBad = (a < 0.0) | (x < 0.0) | isNan(a) | isNan(x) | ((a == 0.0) & (x == 0.0)) | ((a == inf) & (x == inf));
  Scalar isAbove = (a == 0.0) | (x == inf); // all of the distribution is below x
  Scalar edge = select(isAbove, x.like(isUpper ? 0 : 1), x.like(isUpper ? 1 : 0));
  return select(isInside, value, select(isBad, x.nan(), edge));
}
Scalar codeIgamma(const SpecialOperands &e) { return igamma(e, false); }
Scalar codeIgammac(const SpecialOperands &e) { return igamma(e, true); }

Scalar codeGammaDensity(const SpecialOperands &e) {
  Scalar a = e[0], x = e[1], inf = x.inf(), one = x.like(1);
  Scalar isInside = (a > 0.0) & (a < inf) & (x > 0.0) & (x < inf);
  GammaOperands g = gammaOperands(select(isInside, a, one), select(isInside, x, one), e.isFine);
  Scalar value = gammaPower(g) * (g.a / g.x);
  Scalar isBad = (a <= 0.0) | (x < 0.0) | isNan(a) | isNan(x);
  return select(isInside, value, select(isBad, x.nan(), select((x == 0.0) & (a == 1.0), one, x.like(0))));
}

//===----------------------------------------------------------------------===//
// Beta
//===----------------------------------------------------------------------===//

// x^a (1 - x)^b / B(a, b), y = 1 - x, by 5.11.1 without the cancellation in its logarithm: the linear terms of the two
// logarithms are each other's opposites.
static Scalar betaPower(const Scalar &a, const Scalar &b, const Scalar &x, const Scalar &y, bool isFine) {
  Scalar sum = a + b, delta = x * b - y * a;
  Scalar exponent = a * log1pMinus(delta / a, x * (sum / a)) + b * log1pMinus(-delta / b, y * (sum / b));
  Scalar rest = stirlingRemainder(sum, isFine) - stirlingRemainder(a, isFine) - stirlingRemainder(b, isFine);
  return sqrt(a / twoPi * (b / sum)) * exp(exponent + rest);
}

// 8.17.22 for x below about a / (a + b), as above. Numerators and denominators are scaled by 1 / (1 + a)^2.
static Scalar betaFraction(const Scalar &a, const Scalar &b, const Scalar &x, bool isFine) {
  double epsilon = 4 * roundOff(x, isFine);
  Scalar sum = a + b, one = x.like(1), d = 1.0 / (1.0 - sum * x / (a + 1.0));
  Scalar root = 1.0 / (a + 1.0), scale = root * root, scaledX = x * scale;
  auto step = [](const Scalar &numerator, const Scalar &denominator, Scalar &c, Scalar &d) {
    Scalar over = denominator + numerator * c, under = denominator + numerator * d, w = 1.0 / (over * under);
    c = denominator * under * w;
    d = denominator * over * w;
    return over * over * w;
  };
  // state: m, c, d, value, factor
  ScalarList state = whileLoop(
      {one, one, d, d, one + one}, [&](ArrayRef<Scalar> v) { return (abs(v[4] - 1.0) > epsilon) & (v[0] < mostTerms); },
      [&](ArrayRef<Scalar> v) {
        Scalar m = v[0], am = a + (m + m), c = v[1], d = v[2], size = am * scale;
        Scalar first = step(m * (b - m) * scaledX, (am - 1.0) * size, c, d);
        Scalar second = step(-((a + m) * (sum + m) * scaledX), (am + 1.0) * size, c, d);
        return ScalarList{m + 1.0, c, d, v[3] * first * second, second};
      });
  return state[3];
}

Scalar codeBetainc(const SpecialOperands &e) {
  Scalar a = e[0], b = e[1], x = e[2], inf = x.inf(), one = x.like(1), zero = x.like(0);
  Scalar isInside = (a > 0.0) & (a < inf) & (b > 0.0) & (b < inf) & (x > 0.0) & (x < 1.0);
  Scalar p = select(isInside, a, one), q = select(isInside, b, one), t = select(isInside, x, x.like(0.5));
  // I_x(a, b) = 1 - I_(1-x)(b, a): 8.17.4
  Scalar swaps = t > (p + 1.0) / (p + q + 2.0), first = select(swaps, q, p), second = select(swaps, p, q);
  Scalar rest = 1.0 - t, low = select(swaps, rest, t), high = select(swaps, t, rest);
  Scalar part = betaPower(first, second, low, high, e.isFine) * betaFraction(first, second, low, e.isFine) / first;
  Scalar value = select(swaps, 1.0 - part, part);
  Scalar isBad = (a < 0.0) | (b < 0.0) | (x < 0.0) | (x > 1.0) | isNan(a) | isNan(b) | isNan(x) |
                 ((a == 0.0) & (b == 0.0)) | ((a == inf) & (b == inf));
  // All of the distribution is at 0, or at 1.
  Scalar isAtZero = (a == 0.0) | (b == inf);
  Scalar edge = select(x == 0.0, zero, select((x == 1.0) | isAtZero, one, zero));
  return select(isInside, value, select(isBad, x.nan(), edge));
}

Scalar codeBetaDensity(const SpecialOperands &e) {
  Scalar a = e[0], b = e[1], x = e[2], inf = x.inf(), one = x.like(1), zero = x.like(0);
  Scalar areParameters = (a > 0.0) & (a < inf) & (b > 0.0) & (b < inf);
  Scalar isInside = areParameters & (x > 0.0) & (x < 1.0);
  Scalar p = select(isInside, a, one), q = select(isInside, b, one), t = select(isInside, x, x.like(0.5));
  Scalar rest = 1.0 - t, value = betaPower(p, q, t, rest, e.isFine) / t / rest;
  Scalar edge = select((x == 0.0) & (a == 1.0), b, select((x == 1.0) & (b == 1.0), a, zero));
  Scalar isEdge = areParameters & ((x == 0.0) | (x == 1.0));
  return select(isInside, value, select(isEdge, edge, x.nan()));
}

} // namespace wg::lowering
