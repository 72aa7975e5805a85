// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Work on the bits of numbers: types for storage, bitcast_convert, neighbours, precision. In integers throughout, so
// that denormal numbers count even where float arithmetic takes them for zero.

#include "wg/Lowering/Bits.h"
#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace wg::lowering {

//===----------------------------------------------------------------------===//
// Layouts of floats
//===----------------------------------------------------------------------===//

namespace {
/// Where the parts of a float are, and which bits stand for what.
struct Layout {
  unsigned width, mantissa;
  int64_t bias;
  bool hasInf;   // otherwise nan stands for what is too large
  bool signsNan; // fnuz types have one nan, where -0 would be
  int64_t most;  // the greatest finite number
  int64_t nan;

  int64_t infinity() const { return hasInf ? most + 1 : nan; }
};
} // namespace

static Layout layoutOf(FloatType type) {
  const llvm::fltSemantics &s = type.getFloatSemantics();
  auto bitsOf = [](const APFloat &v) { return static_cast<int64_t>(v.bitcastToAPInt().getZExtValue()); };
  int64_t mantissa = APFloat::semanticsPrecision(s) - 1;
  // The exponent of the least normal number is 1 - bias.
  int64_t bias = 1 - APFloat::semanticsMinExponent(s);
  int64_t nan = bitsOf(APFloat::getNaN(s));
  return {APFloat::semanticsSizeInBits(s),
          static_cast<unsigned>(mantissa),
          bias,
          APFloat::semanticsHasInf(s),
          nan != int64_t(1) << (APFloat::semanticsSizeInBits(s) - 1),
          bitsOf(APFloat::getLargest(s)),
          nan};
}

static Scalar unsignedLess(const Scalar &x, const Scalar &y) {
  auto &b = x.builder();
  return Scalar(b, arith::CmpIOp::create(b, arith::CmpIPredicate::ult, x.get(), y.get()));
}
static Scalar signExtend(const Scalar &x, unsigned width) {
  auto &b = x.builder();
  return Scalar(b, arith::ExtSIOp::create(b, b.getIntegerType(width), x.get()));
}

// Integer bits with `drop` bits fewer, to nearest even; a carry into the exponent is what it should be.
static Scalar roundShift(const Scalar &bits, unsigned drop) {
  Scalar odd = shiftRight(bits, drop) & bits.likeInt(1);
  return shiftRight(bits + odd + bits.likeInt((int64_t(1) << (drop - 1)) - 1), drop);
}

//===----------------------------------------------------------------------===//
// Types for storage
//===----------------------------------------------------------------------===//

constexpr unsigned f32Mantissa = 23;
constexpr int64_t f32Bias = 127, f32Infinity = 0x7F800000;

static Scalar unpackFloat(const Scalar &stored, FloatType type) {
  auto &b = stored.builder();
  Type f32 = b.getF32Type();
  Scalar bits = stored.resize(32);
  if (isa<Float8E8M0FNUType>(type)) { // 2 to the power bits - 127; 2^-127 is a denormal number of f32
    Scalar power = select(bits == bits.likeInt(0), bits.likeInt(int64_t(1) << (f32Mantissa - 1)),
                          shiftLeft(bits, static_cast<int>(f32Mantissa)));
    return select(bits == bits.likeInt(0xFF), bits.likeInt(f32Infinity | 1 << 22), power).asFloat(f32);
  }
  Layout l = layoutOf(type);
  Scalar magnitude = bits & bits.likeInt(0x7F), sign = shiftLeft(bits & bits.likeInt(0x80), 24);
  unsigned drop = f32Mantissa - l.mantissa;
  Scalar normal = shiftLeft(magnitude, static_cast<int>(drop)) + bits.likeInt((f32Bias - l.bias) << f32Mantissa);
  Scalar count(b, arith::SIToFPOp::create(b, f32, magnitude.get()));
  Scalar denormal = (count * std::ldexp(1.0, 1 - l.bias - static_cast<int>(l.mantissa))).bits();
  Scalar value = select(unsignedLess(magnitude, bits.likeInt(int64_t(1) << l.mantissa)), denormal, normal);
  if (l.hasInf)
    value = select(magnitude == bits.likeInt(l.infinity()), bits.likeInt(f32Infinity), value);
  Scalar nan = bits.likeInt(f32Infinity | 1 << 22);
  if (!l.signsNan)
    return select(bits == bits.likeInt(0x80), nan, value | sign).asFloat(f32);
  Scalar last = bits.likeInt(l.hasInf ? l.infinity() : l.most);
  return (select(unsignedLess(last, magnitude), nan, value) | sign).asFloat(f32);
}

static Scalar packFloat(const Scalar &value, FloatType type) {
  auto &b = value.builder();
  Scalar bits = value.bits(), magnitude = bits & bits.likeInt(0x7FFFFFFF);
  Scalar isNan = unsignedLess(bits.likeInt(f32Infinity), magnitude);
  if (isa<Float8E8M0FNUType>(type)) { // no sign and no zero
    // Halves go up, as in ml_dtypes; 2^-127, the half of a denormal number, is a number of this type.
    Scalar isDenormal = unsignedLess(bits, bits.likeInt(0x00800000));
    Scalar half = select(isDenormal, bits.likeInt(0x003FFFFF), bits.likeInt(0x00400000));
    Scalar code = shiftRight(bits + half, static_cast<int>(f32Mantissa));
    Scalar isBad = !unsignedLess(bits - bits.likeInt(1), bits.likeInt(f32Infinity - 1));
    return select(isBad, bits.likeInt(0xFF), code).resize(8);
  }
  Layout l = layoutOf(type);
  unsigned drop = f32Mantissa - l.mantissa;
  Scalar normal = roundShift(magnitude, drop) - bits.likeInt((f32Bias - l.bias) << l.mantissa);
  // A sum with this number has the multiples of the least denormal number in its last bits.
  double step =
      std::ldexp(1.0, static_cast<int>(f32Mantissa) + 1 - static_cast<int>(l.bias) - static_cast<int>(l.mantissa));
  Scalar shifted = magnitude.asFloat(b.getF32Type()) + step;
  Scalar denormal = shifted.bits() - magnitude.asFloat(b.getF32Type()).like(step).bits();
  Scalar least = bits.likeInt((f32Bias + 1 - l.bias) << f32Mantissa);
  Scalar code = select(unsignedLess(magnitude, least), denormal, normal);
  code = select(bits.likeInt(l.most) < code, bits.likeInt(l.infinity()), code);
  code = select(isNan, bits.likeInt(l.nan), code);
  Scalar sign = shiftRight(bits, 24) & bits.likeInt(0x80);
  if (!l.signsNan) // neither -0 nor a second nan
    sign = select((code == bits.likeInt(0)) | (code == bits.likeInt(l.nan)), bits.likeInt(0), sign);
  return (code | sign).resize(8);
}

Type unpackedType(Type element) {
  if (!isStorage(element))
    return element;
  if (isa<FloatType>(element))
    return Float32Type::get(element.getContext());
  auto signs = isUnsigned(element) ? IntegerType::Unsigned : IntegerType::Signless;
  return IntegerType::get(element.getContext(), 8, signs);
}
Scalar unpack(const Scalar &stored, Type element) {
  if (!isStorage(element))
    return stored;
  if (auto type = dyn_cast<FloatType>(element))
    return unpackFloat(stored, type);
  int above = 8 - element.getIntOrFloatBitWidth();
  Scalar high = shiftLeft(stored, above);
  return isUnsigned(element) ? shiftRight(high, above) : shiftRightSigned(high, high.likeInt(above));
}
Scalar pack(const Scalar &value, Type element) {
  if (!isStorage(element))
    return value;
  if (auto type = dyn_cast<FloatType>(element))
    return packFloat(value, type);
  return value & value.likeInt((1 << element.getIntOrFloatBitWidth()) - 1);
}

//===----------------------------------------------------------------------===//
// Bits read as another type
//===----------------------------------------------------------------------===//

static Scalar asBits(const Scalar &x) { return x.isFloat() ? x.bits() : x; }
static Scalar fromBits(const Scalar &bits, Type stored) { return isa<FloatType>(stored) ? bits.asFloat(stored) : bits; }

// One element from several along a last dimension, the lowest bits first.
static Scalar merge(Lowerer &lower, Value x, int64_t rank, unsigned width, unsigned newWidth) {
  unsigned storedWidth = std::max(newWidth, 8u);
  Values at;
  for (int64_t d = 0; d < rank; ++d)
    at.push_back(lower.loopIndex(d));
  Scalar all;
  for (unsigned i = 0; i < newWidth / width; ++i) {
    at.push_back(lower.index(i));
    Scalar part = asBits(lower.at(x, at)).resize(storedWidth);
    at.pop_back();
    part = width < 8 ? part & part.likeInt((1 << width) - 1) : part;
    part = shiftLeft(part, static_cast<int>(i * width));
    all = i ? all | part : part;
  }
  return all;
}

static FailureOr<Values> lowerBitcast(Lowerer &lower, Operation *op) {
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  Type stored = result.getElementType();
  Value x = lower.get(op->getOperand(0));
  if (x.getType() == result)
    return Values{x};
  unsigned width = elementType(op->getOperand(0)).getIntOrFloatBitWidth();
  unsigned newWidth = elementType(op->getResult(0)).getIntOrFloatBitWidth();
  int64_t rank = result.getRank();
  if (width < newWidth)
    return Values{lower.elementwise(
        {}, result, [&](ArrayRef<Scalar>) { return fromBits(merge(lower, x, rank, width, newWidth), stored); })};
  int64_t kept = tensorType(x).getRank();
  return Values{lower.elementwise({{x, lower.project(rank, range(kept)), {}}}, result, [&](ArrayRef<Scalar> v) {
    Scalar bits = asBits(v[0]);
    if (width > newWidth) {
      Scalar part = lower.indexToInteger(lower.loopIndex(kept), bits.type());
      bits = shiftRight(bits, part * bits.likeInt(newWidth)).resize(std::max(newWidth, 8u));
    }
    return fromBits(newWidth < 8 ? bits & bits.likeInt((1 << newWidth) - 1) : bits, stored);
  })};
}

//===----------------------------------------------------------------------===//
// Counts, neighbours, precision
//===----------------------------------------------------------------------===//

// Sums of neighbours in ever wider fields.
Scalar populationCount(const Scalar &x) {
  auto repeated = [&](uint64_t byte) { return x.likeInt(static_cast<int64_t>(byte * 0x0101010101010101)); };
  Scalar y = x - (shiftRight(x, 1) & repeated(0x55));
  y = (y & repeated(0x33)) + (shiftRight(y, 2) & repeated(0x33));
  y = (y + shiftRight(y, 4)) & repeated(0x0F);
  return shiftRight(y * repeated(0x01), static_cast<int>(x.width()) - 8);
}
Scalar countLeadingZeros(const Scalar &x) {
  Scalar y = x;
  for (unsigned n = 1; n < x.width(); n *= 2)
    y = y | shiftRight(y, static_cast<int>(n));
  return populationCount(!y);
}

Scalar nextAfter(const Scalar &x, const Scalar &y) {
  Layout l = layoutOf(cast<FloatType>(x.type()));
  Scalar a = x.bits(), c = y.bits(), zero = a.likeInt(0), one = a.likeInt(1);
  Scalar sign = a.likeInt(int64_t(1) << (l.width - 1)), mask = !sign, inf = a.likeInt(l.infinity());
  // Integers in the order of the floats, both zeros in one place.
  auto order = [&](const Scalar &bits) { return select(bits < zero, zero - (bits & mask), bits); };
  Scalar from = order(a), to = order(c);
  Scalar next = select(from < to, from + one, from - one);
  // A negative number may step to -0.
  Scalar isNegative = (next < zero) | ((next == zero) & (a < zero));
  Scalar result = select(isNegative, sign | (zero - next), next);
  result = select(from == to, c, result);
  Scalar isNan = unsignedLess(inf, a & mask) | unsignedLess(inf, c & mask);
  return select(isNan, a.likeInt(l.nan), result).asFloat(x.type());
}

Scalar reducePrecision(const Scalar &x, int64_t exponentBits, int64_t mantissaBits) {
  Layout l = layoutOf(cast<FloatType>(x.type()));
  Scalar bits = x.bits(), signMask = bits.likeInt(int64_t(1) << (l.width - 1));
  Scalar sign = bits & signMask, magnitude = bits & !signMask, inf = bits.likeInt(l.infinity());
  Scalar value = magnitude;
  if (mantissaBits < static_cast<int64_t>(l.mantissa)) {
    int drop = static_cast<int>(l.mantissa - mantissaBits);
    value = shiftLeft(roundShift(magnitude, drop), drop);
  }
  int64_t ownExponentBits = l.width - 1 - l.mantissa;
  if (exponentBits < ownExponentBits) {
    int64_t bias = (int64_t(1) << (exponentBits - 1)) - 1;
    Scalar tooLarge = bits.likeInt((l.bias + bias + 1) << l.mantissa);
    Scalar leastNormal = bits.likeInt((l.bias - bias + 1) << l.mantissa);
    value = select(value < leastNormal, bits.likeInt(0), value);
    value = select(value < tooLarge, value, inf);
  }
  Scalar isNan = unsignedLess(inf, magnitude);
  return select(isNan, bits, value | sign).asFloat(x.type());
}

void addBits(OpLowerings &table) { table["wg.bitcast_convert"] = lowerBitcast; }

} // namespace wg::lowering
