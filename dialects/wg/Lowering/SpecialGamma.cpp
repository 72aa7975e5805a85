// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The logarithm of the gamma function and its first derivative.

#include "wg/Lowering/MathExpansion.h"
#include "wg/Lowering/Special.h"
#include "wg/Lowering/SpecialCoefficients.h"

using namespace mlir;

namespace wg::lowering {

using namespace coefficients;

constexpr double halfLog2Pi = 0.91893853320467274178;

static Scalar lgammaAt2(const Scalar &t, bool isFine) {
  return t * (isFine ? polynomial(t, lgammaAt2_64) : polynomial(t, lgammaAt2_32));
}
// For a >= lgammaTail: 5.11.1.
static Scalar stirlingTail(const Scalar &a, bool isFine) {
  Scalar u = 1.0 / a, z = u * u;
  return u * (isFine ? polynomial(z, stirling64) : polynomial(z, stirling32));
}

// Below the tail the recurrence 5.5.1 leads to lgamma(2 + t) with -3/4 < t <= 1/2, and one logarithm:
// of x (x + 1) from below 1/2, of x from below 5/4, of the factors from above 5/2. Near the zeros 1 and 2 it is exact.
Scalar lgammaOfPositive(const Scalar &x, bool isFine) {
  Scalar isTail = x >= lgammaTail, near = select(isTail, x.like(2), x);
  Scalar low = near < 0.5, middle = near < 1.25;
  Scalar t = select(low, near, select(middle, near - 1.0, near - 2.0));
  Scalar product = near.like(1);
  for (int i = 0; i < 6; ++i) {
    Scalar isLarge = t > 0.5;
    isLarge = isLarge & (near > 2.5);
    Scalar down = t - 1.0;
    product = select(isLarge, product * (down + 2.0), product);
    t = select(isLarge, down, t);
  }
  Scalar factor = select(low, near * (near + 1.0), select(middle, near, product));
  Scalar logarithm = log(select(isTail, x, factor));
  Scalar value = lgammaAt2(t, isFine) + select(middle, -logarithm, logarithm);
  Scalar safe = select(isTail, x, x.like(lgammaTail));
  Scalar tail = (safe - 0.5) * (logarithm - 1.0) + (stirlingTail(safe, isFine) + (halfLog2Pi - 0.5));
  return select(isTail, tail, value);
}

Scalar lgamma1p(const Scalar &a, bool isFine) {
  Scalar isSmall = a < 0.25, t = select(isSmall, a, a.like(0));
  return select(isSmall, lgammaAt2(t, isFine) - log1p(t), lgammaOfPositive(a + 1.0, isFine));
}

Scalar stirlingRemainder(const Scalar &a, bool isFine) {
  Scalar isTail = a >= lgammaTail, safe = select(isTail, a, a.like(lgammaTail));
  Scalar near = lgammaOfPositive(a, isFine) - (a - 0.5) * log(a) + (a - halfLog2Pi);
  return select(isTail, stirlingTail(safe, isFine), near);
}

// x modulo 1, in [-1/2, 1/2]
static Scalar fromInteger(const Scalar &x) { return x - rint(x); }

Scalar codeLgamma(const SpecialOperands &e) {
  Scalar x = e[0], a = abs(x), inf = x.inf();
  Scalar isOutside = (a == 0.0) | (a == inf) | isNan(x), safe = select(isOutside, x.like(1), a);
  Scalar positive = lgammaOfPositive(safe, e.isFine);
  // gamma(x) gamma(-x) = -pi / (x sin(pi x)): 5.5.3; far below 1 both are 1 / |x|.
  Scalar r = abs(fromInteger(safe)), z = r * r;
  Scalar sine = r + r * z * (e.isFine ? polynomial(z, sinPi64) : polynomial(z, sinPi32));
  Scalar isTiny = safe < 0x1p-60;
  Scalar reflected = -log(select(isTiny, safe, safe * sine)) - select(isTiny, x.like(0), positive);
  Scalar value = select(x < 0.0, select(r == 0.0, inf, reflected), positive);
  return select(isNan(x), x, select(isOutside, inf, value));
}

//===----------------------------------------------------------------------===//
// digamma
//===----------------------------------------------------------------------===//

// Below the tail the recurrence 5.5.2 leads to [1, 2], where the zero is a factor of the polynomial.
Scalar digammaOfPositive(const Scalar &x, bool isFine) {
  Scalar isTail = x >= digammaTail, t = select(isTail, x.like(1.5), x);
  // The terms 1 / t of the recurrence as one fraction.
  Scalar isLow = t < 1.0, numerator = select(isLow, t.like(-1), t.like(0)), denominator = select(isLow, t, t.like(1));
  t = select(isLow, t + 1.0, t);
  for (int i = 0; i < 4; ++i) {
    Scalar isLarge = t > 2.0, down = t - 1.0;
    numerator = select(isLarge, numerator * down + denominator, numerator);
    denominator = select(isLarge, denominator * down, denominator);
    t = select(isLarge, down, t);
  }
  Scalar s = t - 1.5;
  Scalar p = isFine ? polynomial(s, digammaCentre64) : polynomial(s, digammaCentre32);
  Scalar near = ((t - digammaRoot[0]) - digammaRoot[1]) * p + numerator / denominator;
  Scalar safe = select(isTail, x, x.like(digammaTail)), u = 1.0 / safe, z = u * u;
  Scalar rest = z * (isFine ? polynomial(z, digammaTail64) : polynomial(z, digammaTail32));
  return select(isTail, log(safe) - (0.5 * u + rest), near);
}

// 5.5.4: digamma(x) = digamma(1 - x) - pi cot(pi x), with 1 - x = |x| + 1 by the recurrence.
Scalar codeDigamma(const SpecialOperands &e) {
  Scalar x = e[0], a = abs(x), inf = x.inf();
  Scalar isOutside = (a == 0.0) | (a == inf) | isNan(x), safe = select(isOutside, x.like(1), a);
  Scalar positive = digammaOfPositive(safe, e.isFine);
  Scalar r = fromInteger(safe), z = r * r;
  // pi cot(pi |x|) + 1 / |x|; the two poles do not meet
  Scalar cotangent = (1.0 + z * (e.isFine ? polynomial(z, cotPi64) : polynomial(z, cotPi32))) / r;
  Scalar reflected = positive + (cotangent + 1.0 / safe);
  Scalar value = select(x < 0.0, select(r == 0.0, x.nan(), reflected), positive);
  Scalar special = select(a == 0.0, copySign(inf, -x), select(x == inf, inf, x.nan()));
  return select(isOutside, special, value);
}

} // namespace wg::lowering
