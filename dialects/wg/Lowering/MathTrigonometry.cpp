// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Trigonometric functions and their inverses.

#include "wg/Lowering/MathCoefficients.h"
#include "wg/Lowering/MathExpansion.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/SmallVector.h"

using namespace wg::lowering;
using namespace wg::lowering::coefficients;
using llvm::ArrayRef;
namespace arith = mlir::arith;

//===----------------------------------------------------------------------===//
// sin, cos, tan
//===----------------------------------------------------------------------===//

namespace {
/// x = (4 n + quadrant) * pi/2 + r with |r| <= pi/4; quadrant is a float 0, 1, 2, 3 or a number equal to it modulo 4.
struct Reduced {
  Scalar r, quadrant;
};
} // namespace

// To a nearest integer; which of two does not matter here.
static Scalar nearest(const Scalar &x) { return floor(x + 0.5); }

// f32 in f64, exact over the whole range: x / (2 pi) as a sum of exact products with 28 digits of 1 / (2 pi) each, of
// which only the fractional parts count. Its head is exact before it cancels, so r has all bits that the result needs.
static Reduced reduceF32(const Scalar &x) {
  Scalar wide = toF64(x), turns;
  for (double digits : invTwoPi28) {
    Scalar t = wide * digits;
    Scalar fraction = t - floor(t);
    Scalar sum = turns.get() ? turns + fraction : fraction;
    turns = sum - nearest(sum);
  }
  Scalar quarters = turns * 4.0, n = nearest(quarters); // n is 0 below pi/4, where x itself has more bits
  return {select(abs(wide) < 0.75, wide, (quarters - n) * 1.5707963267948966), n};
}

// f64 for |x| < 2^50: Cody and Waite's subtraction with n = high + low of 26 bits each and pi/2 in parts of 26 bits, so
// that every product is exact; the largest products go first.
static Reduced reduceF64(const Scalar &x) {
  Scalar n = nearest(x * 0.63661977236758134308);
  Scalar high = nearest(n * 0x1p-26) * 0x1p26, low = n - high, r = x;
  for (int i = 0; i < 5; ++i) {
    r = r - high * halfPi26[i];
    if (i > 0)
      r = r - low * halfPi26[i - 1];
  }
  return {r - low * halfPi26[4], n};
}

// f32 in integers, for targets without f64 (Payne and Hanek): |x| = m 2^e times the 96 digits of 2/pi from the weight
// 2^(1 - e) on; those before give multiples of 4. The top 64 bits of the product are 2 of the quadrant and 62 of the
// fraction.
static Reduced reduceInIntegers(const Scalar &x) {
  Scalar bits = x.bits(), m = (bits & bits.likeInt(0x7FFFFF)) | bits.likeInt(0x800000);
  Scalar position = (shiftRight(bits, 23) & bits.likeInt(0xFF)) - bits.likeInt(120); // from the first of twoOverPi
  position = select(position < 0.0, position.likeInt(0), position);
  Scalar word = shiftRight(position, 5), shift = position & position.likeInt(31);
  Scalar digits[4];
  for (int i = 0; i < 4; ++i) {
    digits[i] = bits.likeInt(twoOverPi[i]);
    for (int k = 1; k <= 4; ++k)
      digits[i] = select(word == double(k), bits.likeInt(twoOverPi[std::min(i + k, 7)]), digits[i]);
  }
  Scalar factors[3];
  for (int i = 0; i < 3; ++i) // shifting by 32 is undefined
    factors[i] = shiftLeft(digits[i], shift) | shiftRight(shiftRight(digits[i + 1], 1), shift.likeInt(31) - shift);
  Scalar wide = m.resize(64);
  Scalar product = shiftLeft((m * factors[0]).resize(64), 32) + wide * factors[1].resize(64) +
                   shiftRight(wide * factors[2].resize(64), 32);
  Scalar n = shiftRight(product + product.likeInt(int64_t(1) << 61), 62);
  Scalar rest = product - shiftLeft(n, 62);
  auto &b = x.builder();
  auto toFloat = [&](const Scalar &v) { return Scalar(b, arith::SIToFPOp::create(b, x.type(), v.get())); };
  Scalar r = toFloat(rest) * (1.5707963267948966 * 0x1p-62), quadrant = toFloat(n), isNegative = x < 0.0;
  Scalar isSmall = abs(x) < 0.78, isFinite = abs(x) < x.inf();
  r = select(isFinite, select(isNegative, -r, r), x.nan());
  return {select(isSmall, x, r), select(isSmall, x.like(0), select(isNegative, -quadrant, quadrant))};
}

// An integer below 2^52 as a float64, without a conversion, which not every processor has for vectors.
static Scalar smallToF64(const Scalar &integer) {
  Scalar offset = integer.likeInt(0x4330000000000000);
  return (integer | offset).asFloat(integer.builder().getF64Type()) - 0x1p52;
}

// 192 of the digits of 2/pi from the bit `position` on, in limbs of 32 bits, the most significant first. Choosing words
// by the bits of the position takes fewer selections than comparing it, and no table in memory.
static void digitsFrom(const Scalar &position, Scalar (&limbs)[6]) {
  llvm::SmallVector<Scalar, 20> words;
  for (unsigned long long word : twoOverPiLong)
    words.push_back(position.likeInt(static_cast<int64_t>(word)));
  for (int step = 8; step > 0; step /= 2) { // words 0 to 3 are wanted in the end
    Scalar skips = (position & position.likeInt(step * 64)) != 0.0;
    for (int i = 0; i < 3 + step; ++i)
      words[i] = select(skips, words[i + step], words[i]);
  }
  Scalar shift = position & position.likeInt(63), back = shift.likeInt(63) - shift;
  for (int i = 0; i < 3; ++i) { // shifting by 64 is undefined
    Scalar word = shiftLeft(words[i], shift) | shiftRight(shiftRight(words[i + 1], 1), back);
    limbs[2 * i] = shiftRight(word, 32);
    limbs[2 * i + 1] = word & word.likeInt(0xFFFFFFFF);
  }
}

// f64 of 2^50 and more (Payne and Hanek): |x| = m 2^e times the 192 digits of 2/pi from the weight 2^(1 - e) on; those
// before give multiples of 4. The top 2 of the 192 bits are the quadrant.
static Reduced reduceHuge(const Scalar &x) {
  Scalar bits = x.bits(), mask = bits.likeInt(0xFFFFFFFF);
  Scalar m = (bits & bits.likeInt(0xFFFFFFFFFFFFF)) | bits.likeInt(0x10000000000000);
  Scalar position = (shiftRight(bits, 52) & bits.likeInt(0x7FF)) - bits.likeInt(1045);
  position = select(position < 0.0, position.likeInt(0), position);
  Scalar digits[6], product[6];
  digitsFrom(position, digits);
  Scalar factors[] = {m & mask, shiftRight(m, 32)};
  for (int f = 0; f < 2; ++f) {
    Scalar carry = bits.likeInt(0);
    for (int at = 5 - f; at >= 0; --at) {
      Scalar t = factors[f] * digits[at + f] + carry;
      t = f ? t + product[at] : t;
      product[at] = t & mask;
      carry = shiftRight(t, 32);
    }
  }
  // To the nearest quadrant: 2 bits above 30 of the first limb. What is left is negative if it is more than half.
  Scalar first = product[0];
  Scalar n = shiftRight(first + first.likeInt(1 << 29), 30);
  Scalar rest = (first + first.likeInt(int64_t(1) << 40)) - shiftLeft(n, 30);
  Scalar turns = (smallToF64(rest) - 0x1p40) * 0x1p-30;
  Scalar tail = smallToF64(product[3]) * 0x1p-126 + smallToF64(product[4]) * 0x1p-158;
  Scalar middle = smallToF64(product[1]) * 0x1p-62;
  Scalar lower = smallToF64(product[2]) * 0x1p-94 + tail;
  // turns and middle have few bits: their sum is exact or far above `lower`.
  Scalar head = turns + middle, error = (turns - head) + middle + lower;
  Scalar r = head * 1.5707963267948966 + (error * 1.5707963267948966 + head * 6.123233995736766e-17);
  Scalar isNegative = x < 0.0, quadrant = smallToF64(n);
  return {select(isNegative, -r, r), select(isNegative, -quadrant, quadrant)};
}

static Reduced reduceDouble(const Scalar &x) {
  Reduced small = reduceF64(x), huge = reduceHuge(x);
  Scalar isHuge = abs(x) >= 0x1p50, isFinite = abs(x) < x.inf();
  return {select(isFinite, select(isHuge, huge.r, small.r), x.nan()), select(isHuge, huge.quadrant, small.quadrant)};
}

static Reduced reduce(const Scalar &x, bool hasF64) {
  if (x.isF64())
    return reduceDouble(x);
  return hasF64 ? reduceF32(x) : reduceInIntegers(x);
}

// On |r| <= pi/4. A float32 reduced in f64 is evaluated there, with the short polynomials.
static Scalar sinOfReduced(const Scalar &r, bool narrow) {
  Scalar z = r * r;
  return r + r * z * (narrow ? polynomial(z, sin32) : polynomial(z, sin64));
}
static Scalar cosOfReduced(const Scalar &r, bool narrow) {
  Scalar z = r * r, half = z * 0.5, w = 1.0 - half;
  // 1 - half loses bits of half: (1 - w) - half gives them back.
  return w + (((1.0 - w) - half) + z * z * (narrow ? polynomial(z, cos32) : polynomial(z, cos64)));
}

// The integer modulo 2^32 as an integer. (Parity by floor would become a call of trunc on processors without one.)
static Scalar lowBits(const Scalar &integer) {
  return (integer + (integer.isF64() ? 0x1.8p52 : 0x1.8p23)).bits().resize(32);
}
static Scalar hasBit(const Scalar &integer, int64_t bit) { return (integer & integer.likeInt(bit)) != 0.0; }

// sin(x + shift * pi/2)
static Scalar sinShifted(const Scalar &x, int shift, bool hasF64) {
  Reduced reduced = reduce(x, hasF64);
  bool narrow = isF32(x);
  Scalar q = lowBits(reduced.quadrant);
  if (shift)
    q = q + q.likeInt(shift);
  Scalar value = select(hasBit(q, 1), cosOfReduced(reduced.r, narrow), sinOfReduced(reduced.r, narrow));
  return select(hasBit(q, 2), -value, value).to(x.type());
}

Scalar wg::lowering::expandSin(ArrayRef<Scalar> operands, bool hasF64) {
  Scalar x = operands[0];
  return select(abs(x) < 0x1p-30, x, sinShifted(x, 0, hasF64)); // keeps -0.0
}
Scalar wg::lowering::expandCos(ArrayRef<Scalar> operands, bool hasF64) { return sinShifted(operands[0], 1, hasF64); }

Scalar wg::lowering::expandTan(ArrayRef<Scalar> operands, bool hasF64) {
  Scalar x = operands[0];
  Reduced reduced = reduce(x, hasF64);
  bool narrow = isF32(x);
  Scalar s = sinOfReduced(reduced.r, narrow), c = cosOfReduced(reduced.r, narrow);
  Scalar isOdd = hasBit(lowBits(reduced.quadrant), 1);
  Scalar value = select(isOdd, -c, s) / select(isOdd, s, c);
  return select(abs(x) < 0x1p-30, x, value.to(x.type()));
}

//===----------------------------------------------------------------------===//
// asin, acos
//===----------------------------------------------------------------------===//

static double piPart(const Scalar &x, int i) { return x.isF64() ? piParts64[i] : piParts32[i]; }

// asin(r) for |r| <= 1/2, z = r^2
static Scalar asinSmall(const Scalar &r, const Scalar &z) {
  return r + r * z * (r.isF64() ? polynomial(z, asin64) : polynomial(z, asin32));
}

Scalar wg::lowering::expandAsin(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], a = abs(x), isLarge = a > 0.5;
  // asin(a) = pi/2 - 2 asin(sqrt((1 - a) / 2))
  Scalar z = select(isLarge, (1.0 - a) * 0.5, x * x);
  Scalar r = select(isLarge, sqrt(z), a), p = asinSmall(r, z);
  Scalar large = (piPart(x, 1) * 0.5 - (p + p)) + piPart(x, 0) * 0.5;
  return copySign(select(isLarge, large, p), x);
}

Scalar wg::lowering::expandAcos(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], a = abs(x), isLarge = a > 0.5;
  Scalar z = select(isLarge, (1.0 - a) * 0.5, x * x);
  Scalar r = select(isLarge, sqrt(z), x), p = asinSmall(r, z), twice = p + p;
  Scalar large = select(x < 0.0, (piPart(x, 1) - twice) + piPart(x, 0), twice);
  return select(isLarge, large, (piPart(x, 1) * 0.5 - p) + piPart(x, 0) * 0.5);
}

//===----------------------------------------------------------------------===//
// atan, atan2
//===----------------------------------------------------------------------===//

static Scalar atanPolynomial(const Scalar &z) { return z.isF64() ? polynomial(z, atan64) : polynomial(z, atan32); }

Scalar wg::lowering::expandAtan(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], a = abs(x);
  Scalar isLarge = a > 2.414213562373095, isMiddle = a > 0.4142135623730950;
  Scalar one = a.like(1), zero = a.like(0);
  Scalar n = select(isLarge, -one, select(isMiddle, a - 1.0, a));
  Scalar d = select(isLarge, a, select(isMiddle, a + 1.0, one));
  Scalar t = n / d, z = t * t, p = t * z * atanPolynomial(z);
  auto base = [&](int part) {
    double pi = piPart(x, part);
    return select(isLarge, a.like(pi * 0.5), select(isMiddle, a.like(pi * 0.25), zero));
  };
  return copySign(base(0) + (t + (base(1) + p)), x);
}

Scalar wg::lowering::expandAtan2(ArrayRef<Scalar> operands, bool) {
  Scalar y = operands[0], x = operands[1];
  Scalar ay = abs(y), ax = abs(x), isSteep = ay > ax, zero = y.like(0), one = y.like(1);
  Scalar n = select(isSteep, ax, ay), d = select(isSteep, ay, ax);
  // Scaled, so that n + d does not overflow and tiny ones do not vanish; two infinities have the quotient 1.
  Scalar huge = y.like(y.isF64() ? 0x1p1000 : 0x1p120), tiny = y.like(y.isF64() ? 0x1p-900 : 0x1p-90);
  Scalar factor = select(d > huge, y.like(y.isF64() ? 0x1p-100 : 0x1p-20),
                         select(d < tiny, y.like(y.isF64() ? 0x1p100 : 0x1p30), one));
  Scalar bothInf = n == y.inf();
  n = select(bothInf, one, n * factor);
  d = select(bothInf | (d == 0.0), one, d * factor);
  // atan(n / d) with the second reduction in the same quotient
  Scalar isMiddle = n > d * 0.4142135623730950;
  Scalar t = select(isMiddle, n - d, n) / select(isMiddle, n + d, d), z = t * t;
  Scalar p = t * z * atanPolynomial(z);
  // The angle is sign * (t + p) + high + low.
  Scalar isLeft = copySign(one, x) < 0.0, flips = isSteep ^ isLeft;
  auto base = [&](int part) {
    double pi = piPart(y, part);
    Scalar steep = select(isMiddle, select(isLeft, y.like(pi * 0.75), y.like(pi * 0.25)), y.like(pi * 0.5));
    Scalar flat =
        select(isLeft, select(isMiddle, y.like(pi * 0.75), y.like(pi)), select(isMiddle, y.like(pi * 0.25), zero));
    return select(isSteep, steep, flat);
  };
  Scalar sum = t + p, signedSum = select(flips, -sum, sum);
  Scalar angle = base(0) + (base(1) + signedSum);
  Scalar isInvalid = isNan(x) | isNan(y);
  return select(isInvalid, y.nan(), copySign(angle, y));
}
