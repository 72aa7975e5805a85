// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pow, cbrt, the remainder of division, the error function.

#include "wg/Lowering/MathCoefficients.h"
#include "wg/Lowering/MathExpansion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace wg::lowering {

using namespace coefficients;

//===----------------------------------------------------------------------===//
// pow
//===----------------------------------------------------------------------===//

namespace {
/// An unevaluated sum: twice the precision.
struct Pair {
  Scalar high, low;
};
} // namespace

static Pair quickSum(const Scalar &x, const Scalar &y) {
  Scalar sum = x + y;
  return {sum, y - (sum - x)};
}
static Pair exactSum(const Scalar &x, const Scalar &y) {
  Scalar sum = x + y, t = sum - x;
  return {sum, (x - (sum - t)) + (y - t)};
}
// Products of the halves of the mantissas are exact (with or without fused multiply-add).
static Pair exactProduct(const Scalar &x, const Scalar &y) {
  int half = x.isF64() ? 26 : 12;
  Scalar product = x * y, xh = keepBits(x, half), yh = keepBits(y, half), xl = x - xh, yl = y - yh;
  return {product, ((xh * yh - product) + xh * yl + xl * yh) + xl * yl};
}
static Pair times(const Pair &x, const Scalar &y) {
  Pair p = exactProduct(x.high, y);
  return quickSum(p.high, p.low + x.low * y);
}
static Pair times(const Pair &x, const Pair &y) {
  Pair p = exactProduct(x.high, y.high);
  return quickSum(p.high, p.low + (x.high * y.low + x.low * y.high));
}

namespace {
/// x = 2^exponent * mantissa with the mantissa in [sqrt(1/2), sqrt(2)], for positive normal x.
struct Binary {
  Scalar exponent, mantissa;
};
} // namespace

static Binary splitBinary(const Scalar &x) {
  bool wide = x.isF64();
  int mantissaBits = wide ? 52 : 23;
  // Subtracting the bits of sqrt(1/2) makes the exponent count from there.
  Scalar bits = x.bits(), offset = bits.likeInt(wide ? 0x3FE6A09E667F3BCDLL : 0x3F3504F3LL);
  Scalar k = shiftRightSigned(bits - offset, bits.likeInt(mantissaBits));
  Scalar mantissa = (bits - shiftLeft(k, mantissaBits)).asFloat(x.type());
  return {Scalar(x.builder(), arith::SIToFPOp::create(x.builder(), x.type(), k.get())), mantissa};
}

// log(x) for positive normal x, to about 45 bits: enough for results in float32.
static Scalar logShortOf(const Scalar &x) {
  Binary b = splitBinary(x);
  Scalar s = (b.mantissa - 1.0) / (b.mantissa + 1.0), z = s * s;
  Scalar p = s + s + s * z * (0.66666666666666666667 + z * polynomial(z, logShort));
  return b.exponent * 0.69314718055994530942 + p;
}

// log(x) for positive normal x with about 12 bits more than the type has.
static Pair logPair(const Scalar &x) {
  Binary b = splitBinary(x);
  Scalar f = b.mantissa - 1.0; // exact
  Pair d = exactSum(b.mantissa, x.like(1));
  // s = f / d
  Scalar q = f / d.high;
  Pair back = exactProduct(q, d.high);
  Pair s = quickSum(q, ((f - back.high) - back.low - q * d.low) / d.high);
  Pair z = times(s, s);
  // 2 s + s z (2/3 + z p(z))
  double third = 0.66666666666666666667, thirdHigh = x.isF64() ? third : static_cast<float>(third);
  double thirdLow = x.isF64() ? 0x1.5555555555555p-55 : third - thirdHigh;
  Pair inner = quickSum(x.like(thirdHigh), z.high * polynomial(z.high, log64) + thirdLow);
  Pair cubic = times(times(s, z), inner);
  Pair m = exactSum(s.high + s.high, cubic.high);
  m.low = m.low + (s.low + s.low + cubic.low);
  const double *ln2 = x.isF64() ? ln2Parts64 : ln2Parts32;
  Pair sum = exactSum(b.exponent * ln2[0], m.high);
  return quickSum(sum.high, sum.low + (m.low + b.exponent * ln2[1]));
}

// |x|^y for finite positive normal x, without the special cases.
static Scalar powOfPositive(const Scalar &x, const Scalar &y) {
  Pair l = logPair(x);
  Pair product = times(l, y);
  // A product beyond the exponents would meet inf - inf in its low part.
  double limit = x.isF64() ? 1000 : 120;
  Scalar isLarge = abs(l.high * y) > limit;
  Scalar correction = select(isLarge & (abs(l.high * y) > 2 * limit), x.like(0), product.low);
  Scalar e = exp(select(isLarge & (abs(l.high * y) > 2 * limit), l.high * y, product.high));
  // e^(high + low); e may be 0 or inf
  Scalar scaled = e + e * correction;
  return select(e == x.inf(), e, scaled);
}

static Scalar isOddInteger(const Scalar &y) {
  Scalar half = y * 0.5;
  return (rint(y) == y) & (rint(half) != half);
}

Scalar expandPow(ArrayRef<Scalar> operands, bool hasF64) {
  Scalar x = operands[0], y = operands[1], a = abs(x), one = x.like(1), zero = x.like(0);
  Scalar isZero = a == 0.0, isInfinite = a == x.inf(), isSpecial = isZero | isInfinite;
  Scalar base = select(isSpecial | isNan(x), one, a), value;
  if (isF32(x) && hasF64) {
    Scalar exponent = toF64(y) * logShortOf(toF64(base));
    value = exp(exponent).to(x.type());
  } else {
    value = powOfPositive(base, y);
  }
  // 0^y and inf^y: 0 or inf
  value = select(isSpecial, select((y > 0.0) ^ isZero, x.inf(), zero), value);
  Scalar isNegative = copySign(one, x) < 0.0, yIsInfinite = abs(y) == y.inf();
  value = select(isNegative & isOddInteger(y), -value, value);
  value = select((x < 0.0) & !isInfinite & (rint(y) != y), x.nan(), value);
  value = select(isNan(x) | isNan(y), x.nan(), value);
  Scalar isOne = (y == 0.0) | (x == 1.0) | ((a == 1.0) & yIsInfinite);
  return select(isOne, one, value);
}

//===----------------------------------------------------------------------===//
// cbrt
//===----------------------------------------------------------------------===//

// A third of the exponent, to 5 bits; the constant centres the error (Kahan).
static Scalar cbrtGuess(const Scalar &x) {
  double centre = 0.03306235651;
  if (x.isF64()) {
    Scalar high = shiftRight(x.bits(), 32).resize(32);
    auto &b = x.builder();
    Scalar third(b, arith::DivUIOp::create(b, high.get(), high.likeInt(3).get()));
    Scalar bias = high.likeInt(static_cast<int64_t>((1023 - 1023 / 3.0 - centre) * (1 << 20)));
    return shiftLeft((third + bias).resize(64), 32).asFloat(x.type());
  }
  auto &b = x.builder();
  Scalar bits = x.bits(), third(b, arith::DivUIOp::create(b, bits.get(), bits.likeInt(3).get()));
  return (third + bits.likeInt(static_cast<int64_t>((127 - 127 / 3.0 - centre) * (1 << 23)))).asFloat(x.type());
}

Scalar expandCbrt(ArrayRef<Scalar> operands, bool hasF64) {
  Scalar x = operands[0], a = abs(x), value;
  auto halley = [](const Scalar &t, const Scalar &v) {
    Scalar cube = t * t * t;
    return t * ((cube + (v + v)) / ((cube + cube) + v));
  };
  // Scaled by a cube, so that twice the greatest number does not overflow.
  Scalar isHuge = a > (x.isF64() ? 0x1p1000 : 0x1p120);
  Scalar v = select(isHuge, a * 0x1p-30, a);
  if (isF32(x) && hasF64) {
    Scalar wide = toF64(v), t = toF64(cbrtGuess(v));
    value = halley(halley(t, wide), wide).to(x.type());
  } else {
    // t^2 is exact for a t of half the bits; the last step is Halley's, in a form with a small correction.
    Scalar t = keepBits(halley(halley(cbrtGuess(v), v), v), x.isF64() ? 26 : 12);
    Scalar r = v / (t * t);
    value = t + t * ((r - t) / (t + t + r));
  }
  value = select(isHuge, value * 0x1p10, value);
  return select((a == 0.0) | (a == x.inf()) | isNan(x), x, copySign(value, x));
}

//===----------------------------------------------------------------------===//
// rem
//===----------------------------------------------------------------------===//

// One step of long division: r modulo d, for a quotient below 2^28 whose product with d is exact.
static Scalar remainderStep(const Scalar &r, const Scalar &d) {
  Scalar q = floor(r / d), rest = r - q * d;
  return select(rest < 0.0, rest + d, rest); // the quotient may have been rounded up
}

// f32 in f64: the quotient has at most 2^277, 28 bits a step.
static Scalar remF32(const Scalar &x, const Scalar &y) {
  Scalar r = toF64(abs(x)), d = toF64(abs(y));
  for (int shift = 252; shift >= 0; shift -= 28)
    r = remainderStep(r, shift ? d * std::ldexp(1.0, shift) : d);
  return r.to(x.type());
}

// 25 bits of the quotient a step, while r >= d; d is split so that products with the quotient are exact.
static Scalar remLoop(const Scalar &x, const Scalar &y) {
  auto &b = x.builder();
  Scalar d = abs(y), start = abs(x);
  int mantissaBits = x.isF64() ? 52 : 23, step = x.isF64() ? 24 : 9, half = x.isF64() ? 27 : 13;
  Scalar exponentMask = d.bits().likeInt(x.isF64() ? 0x7FF0000000000000LL : 0x7F800000LL);
  auto loop = scf::WhileOp::create(
      b, TypeRange{x.type()}, ValueRange{start.get()},
      [&](OpBuilder &inner, Location loc, ValueRange args) {
        ImplicitLocOpBuilder ib(loc, inner);
        Scalar r(ib, args[0]), bound(ib, d.get());
        scf::ConditionOp::create(ib, (r >= bound).get(), args);
      },
      [&](OpBuilder &inner, Location loc, ValueRange args) {
        ImplicitLocOpBuilder ib(loc, inner);
        Scalar r(ib, args[0]), dd(ib, d.get()), mask(ib, exponentMask.get());
        // d times 2^(difference of exponents - step), but at least d
        Scalar gap = (r.bits() & mask) - (dd.bits() & mask);
        Scalar more = gap - gap.likeInt(int64_t(step) << mantissaBits);
        Scalar shifted = (dd.bits() + more).asFloat(dd.type());
        Scalar divisor = select(more > 0.0, shifted, dd);
        Scalar q = floor(r / divisor), high = keepBits(divisor, half), low = divisor - high;
        Scalar rest = (r - q * high) - q * low;
        scf::YieldOp::create(ib, select(rest < 0.0, rest + divisor, rest).get());
      });
  return Scalar(b, loop.getResult(0));
}

Scalar expandRem(ArrayRef<Scalar> operands, bool hasF64) {
  Scalar x = operands[0], y = operands[1], one = x.like(1);
  Scalar yIsInfinite = abs(y) == y.inf();
  Scalar isInvalid = isNan(x) | isNan(y) | (abs(x) == x.inf()) | (y == 0.0);
  Scalar safeX = select(isInvalid, one, x), safeY = select(isInvalid | yIsInfinite, one, y);
  Scalar r = isF32(x) && hasF64 ? remF32(safeX, safeY) : remLoop(safeX, safeY);
  return select(isInvalid, x.nan(), select(yIsInfinite, x, copySign(r, x)));
}

//===----------------------------------------------------------------------===//
// erf
//===----------------------------------------------------------------------===//

Scalar expandErf(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], a = abs(x), z = x * x;
  bool wide = x.isF64();
  Scalar small = x + x * (wide ? polynomial(z, erf64) : polynomial(z, erf32));
  // 1 - erfc(a); from the limit on that rounds to 1
  double limit = wide ? 6.25 : 4.25;
  Scalar c = select(a > limit, a.like(limit), a), t = (c - 3.75) / (c + 3.75);
  Scalar erfc = exp(-(c * c)) * (wide ? polynomial(t, erfc64) : polynomial(t, erfc32)) / (1.0 + (c + c));
  return select(a < 1.0, small, copySign(1.0 - erfc, x));
}

} // namespace wg::lowering
