// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exponentials, logarithms, hyperbolic functions and their inverses; the table of expansions.

#include "wg/Lowering/MathExpansion.h"
#include "wg/Lowering/MathCoefficients.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace wg::lowering {

using namespace coefficients;

bool isF32(const Scalar &x) { return x.type().isF32(); }
Scalar toF64(const Scalar &x) { return x.to(x.builder().getF64Type()); }

Scalar keepBits(const Scalar &x, int bits) {
  int mantissa = x.isF64() ? 52 : 23;
  Scalar b = x.bits();
  return (b & b.likeInt(-1LL << (mantissa + 1 - bits))).asFloat(x.type());
}

//===----------------------------------------------------------------------===//
// exp
//===----------------------------------------------------------------------===//

namespace {
/// x = k log(2) + r; p = e^r - 1. `k` is the integer as a float; `kBits` has it in its low bits.
struct ExpParts {
  Scalar k, kBits, p;
};
} // namespace

// Adding and subtracting this rounds to an integer, which then stands in the low bits.
static double magic(const Scalar &x) { return x.isF64() ? 0x1.8p52 : 0x1.8p23; }

// 2^k for |k| within the exponents of the type, k as the low bits of `kBits` (a float to which `magic` was added).
static Scalar powerOfTwo(const Scalar &kBits) {
  int mantissa = kBits.isF64() ? 52 : 23, bias = kBits.isF64() ? 1023 : 127;
  Scalar b = kBits.bits();
  return shiftLeft(b + b.likeInt(bias), mantissa).asFloat(kBits.type());
}

// x * 2^(k + shift), in two factors: k may exceed the exponents of the type by a factor of two.
static Scalar scale(const Scalar &x, const Scalar &k, int shift) {
  double m = magic(x);
  Scalar total = shift ? k + shift : k;
  Scalar half = (total * 0.5 + m), rest = (total - (half - m)) + m;
  return x * powerOfTwo(half) * powerOfTwo(rest);
}

static ExpParts reduceExp(const Scalar &x) {
  const double *ln2 = x.isF64() ? ln2Parts64 : ln2Parts32;
  double m = magic(x);
  Scalar kBits = x * 1.44269504088896340736 + m, k = kBits - m;
  Scalar r = (x - k * ln2[0]) - k * ln2[1];
  Scalar p = r + r * r * (x.isF64() ? polynomial(r, exp64) : polynomial(r, exp32));
  return {k, kBits, p};
}

// Keeps k within twice the exponents of the type; nan stays.
static Scalar clampExponent(const Scalar &x) {
  double limit = x.isF64() ? 1400 : 170;
  Scalar below = select(x > limit, x.like(limit), x);
  return select(below < -limit, x.like(-limit), below);
}

// e^x * 2^shift
static Scalar expScaled(const Scalar &x, int shift) {
  ExpParts e = reduceExp(clampExponent(x));
  return scale(1.0 + e.p, e.k, shift);
}
Scalar expTimes(const Scalar &x, const Scalar &factor, int shift) {
  ExpParts e = reduceExp(clampExponent(x));
  return scale((1.0 + e.p) * factor, e.k, shift);
}

Scalar exp(const Scalar &x) { return x.isF64() ? expScaled(x, 0) : create("math.exp", {x}); }
Scalar log(const Scalar &x) { return create("math.log", {x}); }

// e^x - 1 = 2 (2^(k-1) p + (2^(k-1) - 1/2)), exact in k = 0 and without overflow before the result's; for x so that k -
// 1 is an exponent. 0 for -0.
static Scalar expm1Inside(const Scalar &x) {
  ExpParts e = reduceExp(x);
  Scalar power = powerOfTwo(e.kBits - 1.0);
  Scalar value = power * e.p + (power - 0.5);
  return value + value;
}
// Here x + x^2 / 2 rounds to x, and halves of x may be denormal numbers, which count as 0.
static Scalar isTiny(const Scalar &x) { return abs(x) < (x.isF64() ? 0x1p-60 : 0x1p-30); }
Scalar expm1(const Scalar &x) {
  double limit = x.isF64() ? 710 : 89;
  Scalar clamped = select(x > limit, x.like(limit), x);
  return select(isTiny(x), x, expm1Inside(select(clamped < -limit * 0.5, x.like(-limit * 0.5), clamped)));
}

Scalar log1p(const Scalar &x) {
  // The rounding error of 1 + x, divided by it, corrects the logarithm.
  Scalar u = 1.0 + x, error = (x - (u - 1.0)) / u;
  Scalar corrected = log(u) + select((u > 0.0) & (u < u.inf()), error, x.like(0));
  return select(u == 1.0, x, corrected);
}

//===----------------------------------------------------------------------===//
// Hyperbolic functions
//===----------------------------------------------------------------------===//

static Scalar expandExp(ArrayRef<Scalar> x, bool) { return exp(x[0]); }
static Scalar expandExpm1(ArrayRef<Scalar> x, bool) { return expm1(x[0]); }
static Scalar expandLog1p(ArrayRef<Scalar> x, bool) { return log1p(x[0]); }

static Scalar expandExp2(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0];
  double limit = x.isF64() ? 2000 : 250, m = magic(x);
  Scalar clamped = select(x > limit, x.like(limit), x);
  clamped = select(clamped < -limit, x.like(-limit), clamped);
  Scalar k = (clamped + m) - m, f = clamped - k;
  // f log(2) in two parts, so that its rounding error does not count
  const double *ln2 = x.isF64() ? ln2Parts64 : ln2Parts32;
  Scalar r = f * (ln2[0] + ln2[1]);
  Scalar fHigh = keepBits(f, x.isF64() ? 21 : 10);
  Scalar tail = ((fHigh * ln2[0] - r) + (f - fHigh) * ln2[0]) + f * ln2[1];
  Scalar p = r + (tail + r * r * (x.isF64() ? polynomial(r, exp64) : polynomial(r, exp32)));
  return scale(1.0 + p, k, 0);
}

static Scalar expandSinh(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], a = abs(x), t = expm1Inside(select(a > 20.0, a.like(20), a));
  Scalar value = select(a > 20.0, expScaled(a, -1), (t + t / (t + 1.0)) * 0.5);
  return select(isTiny(x), x, copySign(value, x));
}

static Scalar expandCosh(ArrayRef<Scalar> operands, bool) {
  Scalar half = expScaled(abs(operands[0]), -1);
  return half + 0.25 / half;
}

static Scalar expandTanh(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], a = abs(x), limit = a.like(20);
  Scalar clamped = select(a > limit, limit, a), t = expm1Inside(clamped + clamped);
  return select(isTiny(x), x, copySign(t / (t + 2.0), x));
}

// From here on 1 + x rounds to x, and x^2 does not overflow before.
static double large(const Scalar &x) { return x.isF64() ? 0x1p60 : 0x1p30; }

static Scalar expandAsinh(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], a = abs(x), isLarge = a > large(a);
  Scalar s = select(isLarge, a.like(1), a), z = s * s;
  Scalar value = log1p(select(isLarge, a, s + z / (1.0 + sqrt(z + 1.0))));
  return copySign(select(isLarge, value + 0.69314718055994530942, value), x);
}

static Scalar expandAcosh(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], t = x - 1.0, isLarge = x > large(x);
  Scalar value = log1p(select(isLarge, x, t + sqrt(t * 2.0 + t * t)));
  return select(x < 1.0, x.nan(), select(isLarge, value + 0.69314718055994530942, value));
}

static Scalar expandAtanh(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], a = abs(x), twice = a + a;
  Scalar argument = select(a < 0.5, twice + twice * a / (1.0 - a), twice / (1.0 - a));
  return select(a > 1.0, x.nan(), copySign(log1p(argument) * 0.5, x));
}

// Through floor: not every processor has an instruction for it, and IREE links no library that has the function.
static Scalar expandCeil(ArrayRef<Scalar> operands, bool) {
  Scalar x = operands[0], down = floor(x);
  return copySign(select(down < x, down + 1.0, down), x);
}

static Scalar expandLogistic(ArrayRef<Scalar> x, bool) { return 1.0 / (1.0 + exp(-x[0])); }

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

Expansion findExpansion(StringRef op, Type element) {
  enum Types { F64 = 1, Both = 3 };
  struct Entry {
    Expansion code;
    Types types;
  };
  // The ops that are not here are within 1.5 ulp in IREE: log, sqrt, rsqrt, floor, ceil, and exp for f32.
  static const llvm::StringMap<Entry> table = {
      {"math.exp", {expandExp, F64}},      {"math.exp2", {expandExp2, Both}},       {"math.expm1", {expandExpm1, Both}},
      {"math.log1p", {expandLog1p, Both}}, {"math.sin", {expandSin, Both}},         {"math.cos", {expandCos, Both}},
      {"math.tan", {expandTan, Both}},     {"math.asin", {expandAsin, Both}},       {"math.acos", {expandAcos, Both}},
      {"math.atan", {expandAtan, Both}},   {"math.atan2", {expandAtan2, Both}},     {"math.sinh", {expandSinh, Both}},
      {"math.cosh", {expandCosh, Both}},   {"math.tanh", {expandTanh, Both}},       {"math.asinh", {expandAsinh, Both}},
      {"math.acosh", {expandAcosh, Both}}, {"math.atanh", {expandAtanh, Both}},     {"math.cbrt", {expandCbrt, Both}},
      {"math.erf", {expandErf, Both}},     {"math.powf", {expandPow, Both}},        {"arith.remf", {expandRem, Both}},
      {"math.ceil", {expandCeil, F64}},    {"wg.logistic", {expandLogistic, Both}},
  };
  auto it = table.find(op);
  if (it == table.end() || !(element.isF64() || (it->second.types == Both && element.isF32())))
    return nullptr;
  return it->second.code;
}

} // namespace wg::lowering
