// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions of complex numbers by real ones, with the branch cuts and signed zeros of C99's Annex G. The
// error counts against the absolute value of the result. f(x + iy) of a circular function is the hyperbolic one's at y
// + ix with its parts exchanged.

#include "wg/Lowering/ComplexMath.h"
#include "wg/Lowering/MathExpansion.h"

using namespace mlir;

namespace wg::lowering {

namespace {
/// What the functions of this file take and give.
struct Z {
  Scalar re, im;
  Z swapped() const { return {im, re}; }
};
} // namespace

static Z partsOf(const Scalar &x) { return {x.re(), x.im()}; }
static Scalar whole(const Z &z) { return complex(z.re, z.im); }

static Scalar call(StringRef op, ArrayRef<Scalar> x) {
  if (Expansion expansion = findExpansion(op, x.front().type()))
    return expansion(x, /*hasF64=*/true);
  return create(op, x);
}
static Scalar larger(const Scalar &x, const Scalar &y) { return select(x > y, x, y); }
static Scalar sin(const Scalar &x) { return call("math.sin", {x}); }
static Scalar cos(const Scalar &x) { return call("math.cos", {x}); }
static Scalar atan2(const Scalar &y, const Scalar &x) { return call("math.atan2", {y, x}); }
static Scalar isInfinite(const Scalar &x) { return abs(x) == x.inf(); }

//===----------------------------------------------------------------------===//
// Exponentials
//===----------------------------------------------------------------------===//

// e^x (cos y + i sin y): the power of two comes last, so that a small cosine keeps a large exponential finite.
static Z expOf(const Z &z) {
  Scalar re = expTimes(z.re, cos(z.im), 0), im = expTimes(z.re, sin(z.im), 0);
  Scalar zero = z.re.like(0), vanishes = z.re == -z.re.inf();
  return {select(vanishes, zero, re), select(z.im == 0.0, z.im, select(vanishes, zero, im))};
}

// e^x - 1 = (e^x - 1) cos y - 2 sin(y/2)^2 for the real part
static Z expm1Of(const Z &z) {
  Scalar half = z.im * 0.5, s = sin(half), c = cos(half), versed = s * s * 2.0, isLarge = z.re > 30.0;
  Z power = expOf(z);
  Scalar re = expm1(select(isLarge, z.re.like(0), z.re)) * (1.0 - versed) - versed;
  Scalar im = expTimes(z.re, s * c * 2.0, 0);
  return {select(isLarge, power.re, re), select(isLarge | (z.im == 0.0), power.im, im)};
}

// 2^z = 2^x e^(i y log 2), the angle in two parts
static Z exp2Of(const Z &z) {
  const double high = z.re.isF64() ? 0x1.62e42fefa3800p-1 : 0x1.62ep-1;
  const double low = z.re.isF64() ? 0x1.ef35793c76730p-45 : 0x1.0bfbe8p-15;
  Scalar kept = keepBits(z.im, z.re.isF64() ? 26 : 12), rest = z.im - kept;
  Scalar angle = kept * high, more = rest * high + z.im * low, s = sin(angle), c = cos(angle);
  Scalar ds = sin(more), dc = cos(more);
  Scalar power = call("math.exp2", {z.re}), im = power * (s * dc + c * ds);
  return {power * (c * dc - s * ds), select(z.im == 0.0, z.im, im)};
}

// 1 / (1 + e^-z), through e^z left of the axis: the exponential is never large.
static Z logisticOf(const Z &z) {
  Scalar isLeft = z.re < 0.0;
  Z e = expOf({-abs(z.re), select(isLeft, z.im, -z.im)});
  Scalar power = whole(e), one = power.like(1);
  return partsOf(select(isLeft, power, one) / (one + power));
}

//===----------------------------------------------------------------------===//
// Logarithms
//===----------------------------------------------------------------------===//

// log |x + iy|: near the unit circle from |z|^2 - 1, elsewhere the larger part counts most.
static Scalar logAbs(const Scalar &x, const Scalar &y) {
  Scalar a = larger(abs(x), abs(y)), b = select(abs(x) > abs(y), abs(y), abs(x));
  Scalar isMiddle = (a > 0.5) & (a < 2.0), ratio = b / a;
  Scalar safe = select((a == 0.0) | isInfinite(a), a.like(0), ratio * ratio);
  Scalar u = select(isMiddle, (a - 1.0) * (a + 1.0) + b * b, safe);
  Scalar first = log(select(isMiddle, a.like(1), a));
  Scalar result = first + log1p(u) * 0.5;
  return select(isInfinite(x) | isInfinite(y), a.inf(), select(isNan(x) | isNan(y), a.nan(), result));
}
static Z logOf(const Z &z) { return {logAbs(z.re, z.im), atan2(z.im, z.re)}; }

// Near 0: |1 + z|^2 - 1 = x (2 + x) + y^2
static Z log1pOf(const Z &z) {
  Scalar isNear = (abs(z.re) < 0.5) & (abs(z.im) < 0.5), x1 = z.re + 1.0;
  Scalar near = log1p(select(isNear, z.re * (z.re + 2.0) + z.im * z.im, z.re.like(0))) * 0.5;
  return {select(isNear, near, logAbs(x1, z.im)), atan2(z.im, x1)};
}

//===----------------------------------------------------------------------===//
// Roots and powers
//===----------------------------------------------------------------------===//

// The parts are scaled by powers of four where |z| would overflow or lose bits.
static Z sqrtOf(const Z &z) {
  Scalar x = z.re, y = z.im, size = larger(abs(x), abs(y)), one = x.like(1);
  bool wide = x.isF64();
  Scalar isHuge = size > (wide ? 0x1p1000 : 0x1p120), isTiny = size < (wide ? 0x1p-900 : 0x1p-90);
  Scalar down = select(isHuge, x.like(0x1p-4), select(isTiny, x.like(wide ? 0x1p120 : 0x1p60), one));
  Scalar up = select(isHuge, x.like(0x1p2), select(isTiny, x.like(wide ? 0x1p-60 : 0x1p-30), one));
  Scalar a = abs(x) * down, b = abs(y) * down;
  Scalar t = sqrt(a * 0.5 + hypotenuse(a, b) * 0.5), u = b / (t + t), isLeft = x < 0.0;
  Scalar re = select(isLeft, u, t) * up, im = copySign(select(isLeft, t, u) * up, y);
  Scalar isZero = size == 0.0;
  re = select(isZero, x.like(0), re);
  im = select(isZero, y, im);
  Scalar yInfinite = isInfinite(y);
  return {select(yInfinite, x.inf(), re), select(yInfinite, y, im)};
}

// In f64 for f32, so that the product with the logarithm, which the exponential magnifies, is exact enough.
static Z powOf(const Z &x, const Z &y, bool hasF64) {
  Type part = x.re.type();
  Type wide = hasF64 ? x.re.builder().getF64Type() : part;
  Z base{x.re.to(wide), x.im.to(wide)}, exponent{y.re.to(wide), y.im.to(wide)};
  Z power = expOf(partsOf(whole(exponent) * whole(logOf(base))));
  Scalar zero = base.re.like(0), one = base.re.like(1);
  Scalar ofZero = (base.re == 0.0) & (base.im == 0.0), toZero = (exponent.re == 0.0) & (exponent.im == 0.0);
  Scalar re = select(ofZero, select(exponent.re > 0.0, zero, zero.nan()), power.re);
  Scalar im = select(ofZero, select(exponent.re > 0.0, zero, zero.nan()), power.im);
  return {select(toZero, one, re).to(part), select(toZero, zero, im).to(part)};
}

//===----------------------------------------------------------------------===//
// Hyperbolic functions
//===----------------------------------------------------------------------===//

// cosh(x) f and sinh(x) f, finite where the product is.
static Scalar coshTimes(const Scalar &x, const Scalar &f) {
  Scalar a = abs(x);
  return expTimes(a, f, -1) + f * (0.25 / expTimes(a, a.like(1), -1));
}
static Scalar sinhTimes(const Scalar &x, const Scalar &f) {
  Scalar a = abs(x), isLarge = a > 20.0, signedF = select(x < 0.0, -f, f);
  return select(isLarge, expTimes(a, signedF, -1), call("math.sinh", {select(isLarge, a.like(0), x)}) * f);
}
// 0 times an infinity is 0 here: a part vanishes with the sine of a zero.
static Scalar keepZero(const Scalar &zero, const Scalar &value) { return select(zero == 0.0, zero, value); }

static Z sinhOf(const Z &z) {
  Scalar s = sin(z.im), c = cos(z.im);
  return {keepZero(z.re, sinhTimes(z.re, c)), keepZero(z.im, coshTimes(z.re, s))};
}
static Z coshOf(const Z &z) {
  Scalar s = sin(z.im), c = cos(z.im);
  Scalar im = sinhTimes(z.re, s), none = (z.re == 0.0) | (z.im == 0.0);
  return {coshTimes(z.re, c), select(none, copySign(z.re.like(0), z.re) * copySign(z.im.like(1), z.im), im)};
}
// By Kahan: with t = tan y, s = sinh x and b = 1 + t^2 it is (b cosh(x) s + i t) / (1 + b s^2).
static Z tanhOf(const Z &z) {
  double limit = z.re.isF64() ? 22 : 10;
  Scalar a = abs(z.re), isLarge = a > limit, t = call("math.tan", {z.im});
  Scalar s = call("math.sinh", {select(isLarge, a.like(0), z.re)}), b = 1.0 + t * t, d = 1.0 + b * s * s;
  Scalar re = b * sqrt(1.0 + s * s) * s / d, im = t / d;
  Scalar far = sin(z.im) * cos(z.im) * exp(-(a + a)) * 4.0;
  far = select(isInfinite(a), copySign(a.like(0), t), far);
  return {select(isLarge, copySign(a.like(1), z.re), re), keepZero(z.im, select(isLarge, far, im))};
}

//===----------------------------------------------------------------------===//
// Inverse functions
//===----------------------------------------------------------------------===//

constexpr double log2 = 0.69314718055994530942;

// From here on 1 + z is z: the functions are logarithms of 2 z.
static Scalar isFar(const Z &z) { return larger(abs(z.re), abs(z.im)) > (z.re.isF64() ? 0x1p60 : 0x1p30); }
static Scalar ifNan(const Z &z, const Scalar &value) { return select(isNan(z.re) | isNan(z.im), value.nan(), value); }

namespace {
/// sqrt(1 - z) and sqrt(1 + z)
struct Roots {
  Z minus, plus;
};
} // namespace
static Roots rootsOf(const Z &z) {
  // A far z stays out: its product of roots would overflow.
  Scalar far = isFar(z), zero = z.re.like(0);
  Scalar x = select(far, zero, z.re), y = select(far, zero, z.im);
  return {sqrtOf({1.0 - x, -y}), sqrtOf({1.0 + x, y})};
}

// Kahan: Branch cuts for complex elementary functions (1987)
static Z asinOf(const Z &z) {
  auto [m, p] = rootsOf(z);
  Scalar far = isFar(z), logarithm = logAbs(z.re, z.im) + log2;
  Scalar re = atan2(z.re, m.re * p.re - m.im * p.im), im = call("math.asinh", {m.re * p.im - m.im * p.re});
  Z near{re, select(z.im == 0.0, copySign(im, z.im), im)};
  Z distant{atan2(z.re, abs(z.im)), copySign(logarithm, z.im)};
  return {ifNan(z, select(far, distant.re, near.re)), ifNan(z, select(far, distant.im, near.im))};
}
static Z acosOf(const Z &z) {
  auto [m, p] = rootsOf(z);
  Scalar far = isFar(z), logarithm = logAbs(z.re, z.im) + log2;
  Scalar re = atan2(m.re, p.re) * 2.0, im = call("math.asinh", {p.re * m.im - p.im * m.re});
  Z near{re, select(z.im == 0.0, copySign(im, -z.im), im)};
  Z distant{atan2(abs(z.im), z.re), copySign(logarithm, -z.im)};
  return {ifNan(z, select(far, distant.re, near.re)), ifNan(z, select(far, distant.im, near.im))};
}
static Z acoshOf(const Z &z) {
  Z a = acosOf(z);
  return {abs(a.im), copySign(a.re, z.im)};
}
// (log1p(4 x / ((1 - x)^2 + y^2)) / 4, atan2(2 y, (1 - x) (1 + x) - y^2) / 2) for x >= 0; odd in x
static Z atanhOf(const Z &z) {
  bool wide = z.re.isF64();
  Scalar most = z.re.like(wide ? 0x1p500 : 0x1p60), least = z.re.like(wide ? 0x1p-500 : 0x1p-60);
  auto bounded = [&](const Scalar &v) { return select(v > most, most, v); };
  Scalar x = bounded(abs(z.re)), y = copySign(bounded(abs(z.im)), z.im);
  Scalar seen = select(y == 0.0, abs(y), larger(abs(y), least)), gap = 1.0 - x;
  Scalar re = log1p(x * 4.0 / (gap * gap + seen * seen)) * 0.25;
  Scalar im = atan2(y + y, gap * (1.0 + x) - y * y) * 0.5;
  Scalar isAtInfinity = isInfinite(z.re) | isInfinite(z.im);
  re = copySign(select(isAtInfinity, x.like(0), re), z.re);
  return {select(isNan(z.re), z.re.nan(), re), ifNan(z, im)};
}

//===----------------------------------------------------------------------===//
// By name
//===----------------------------------------------------------------------===//

template <Z (*function)(const Z &)>
static Scalar onParts(ArrayRef<Scalar> x, bool) {
  return whole(function(partsOf(x[0])));
}
// sin z = -i sinh(iz), and so on for tan, asin, atan and their inverses.
template <Z (*function)(const Z &)>
static Scalar onSwapped(ArrayRef<Scalar> x, bool) {
  return whole(function(partsOf(x[0]).swapped()).swapped());
}
static Z cosOf(const Z &z) { return coshOf({-z.im, z.re}); }
static Scalar rsqrtCode(ArrayRef<Scalar> x, bool) { return x[0].like(1) / whole(sqrtOf(partsOf(x[0]))); }
static Scalar powCode(ArrayRef<Scalar> x, bool hasF64) { return whole(powOf(partsOf(x[0]), partsOf(x[1]), hasF64)); }

Expansion findComplexFunction(StringRef op) {
  static const llvm::StringMap<Expansion> table = {
      {"exp", onParts<expOf>},      {"expm1", onParts<expm1Of>}, {"exp2", onParts<exp2Of>},
      {"log", onParts<logOf>},      {"log1p", onParts<log1pOf>}, {"logistic", onParts<logisticOf>},
      {"sqrt", onParts<sqrtOf>},    {"rsqrt", rsqrtCode},        {"pow", powCode},
      {"sinh", onParts<sinhOf>},    {"cosh", onParts<coshOf>},   {"tanh", onParts<tanhOf>},
      {"sin", onSwapped<sinhOf>},   {"cos", onParts<cosOf>},     {"tan", onSwapped<tanhOf>},
      {"asin", onParts<asinOf>},    {"acos", onParts<acosOf>},   {"atan", onSwapped<atanhOf>},
      {"asinh", onSwapped<asinOf>}, {"acosh", onParts<acoshOf>}, {"atanh", onParts<atanhOf>},
  };
  return table.lookup(op);
}

} // namespace wg::lowering
