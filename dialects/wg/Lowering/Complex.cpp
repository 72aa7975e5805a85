// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Complex numbers: arithmetic on their parts. IREE links no complex function of f64, and its own division and absolute
// value overflow.

#include "wg/Lowering/ComplexMath.h"
#include "wg/Lowering/Lowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <complex>

using namespace mlir;

namespace wg::lowering {

//===----------------------------------------------------------------------===//
// Literals
//===----------------------------------------------------------------------===//

// IREE reads no literals of complex<f64>.
FailureOr<Values> lowerComplexConstant(Lowerer &lower, DenseElementsAttr value) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getNumElements() == 0 || value.isSplat()) {
    if (type.getNumElements() == 0)
      return Values{lower.full(type, 0.0)};
    return Values{lower.full(type, splatAttr(value))};
  }
  SmallVector<APFloat> re, im;
  for (const std::complex<APFloat> &number : value.getValues<std::complex<APFloat>>()) {
    re.push_back(number.real());
    im.push_back(number.imag());
  }
  RankedTensorType part = type.clone(cast<ComplexType>(type.getElementType()).getElementType());
  SmallVector<Input> inputs;
  for (ArrayRef<APFloat> numbers : {ArrayRef<APFloat>(re), ArrayRef<APFloat>(im)})
    inputs.push_back({arith::ConstantOp::create(lower.b, DenseElementsAttr::get(part, numbers)),
                      lower.identity(type.getRank()),
                      {}});
  return Values{lower.elementwise(inputs, type, [](ArrayRef<Scalar> v) { return complex(v[0], v[1]); })};
}

//===----------------------------------------------------------------------===//
// Scaling
//===----------------------------------------------------------------------===//

static Scalar maximum(const Scalar &x, const Scalar &y) {
  return Scalar(x.builder(), arith::MaximumFOp::create(x.builder(), x.get(), y.get()));
}
static Scalar isFinite(const Scalar &x) { return abs(x) < x.inf(); }

// The power of two in |x|, of a finite x that is not 0; at least the least normal number, and at most half the greatest
// power, so that its inverse is normal too.
static Scalar powerBelow(const Scalar &x) {
  int mantissa = x.isF64() ? 52 : 23;
  int64_t most = x.isF64() ? 2045 : 253;
  Scalar exponent = shiftRight(abs(x).bits(), mantissa), low = exponent.likeInt(1), high = exponent.likeInt(most);
  Scalar kept = select(exponent < low, low, select(exponent > high, high, exponent));
  return shiftLeft(kept, mantissa).asFloat(x.type());
}
// 1 / p of such a power.
static Scalar inverseOfPower(const Scalar &p) {
  int mantissa = p.isF64() ? 52 : 23;
  int64_t bias = p.isF64() ? 2046 : 254;
  Scalar exponent = shiftRight(p.bits(), mantissa);
  return shiftLeft(exponent.likeInt(bias) - exponent, mantissa).asFloat(p.type());
}

// x * 2^e for e within twice the exponents of the type.
static Scalar shiftExponent(const Scalar &x, const Scalar &e) {
  int mantissa = x.isF64() ? 52 : 23;
  int64_t bias = x.isF64() ? 1023 : 127;
  Scalar half = shiftRightSigned(e, e.likeInt(1)), rest = e - half;
  auto power = [&](const Scalar &k) { return shiftLeft(k + k.likeInt(bias), mantissa).asFloat(x.type()); };
  return x * power(half) * power(rest);
}
static Scalar exponentOf(const Scalar &power) { return shiftRight(power.bits(), power.isF64() ? 52 : 23); }

// Both scaled to [1, 2) by powers of two, which costs no accuracy: nothing overflows that does not have to.
Scalar divideComplex(const Scalar &x, const Scalar &y) {
  auto scaled = [](const Scalar &z, Scalar &power) {
    Scalar size = maximum(abs(z.re()), abs(z.im()));
    power = powerBelow(select(isFinite(size) & (size > 0.0), size, size.like(1)));
    Scalar down = inverseOfPower(power);
    return std::pair(z.re() * down, z.im() * down);
  };
  Scalar xPower, yPower;
  auto [a, b] = scaled(x, xPower);
  auto [c, d] = scaled(y, yPower);
  Scalar norm = c * c + d * d, exponent = exponentOf(xPower) - exponentOf(yPower);
  Scalar re = shiftExponent((a * c + b * d) / norm, exponent), im = shiftExponent((b * c - a * d) / norm, exponent);
  // By 0: infinities. By an infinity: 0, unless both are infinite.
  Scalar byZero = norm == 0.0, least = copySign(c.like(0), c);
  re = select(byZero, x.re() / least, re);
  im = select(byZero, x.im() / least, im);
  Scalar vanishes = ((abs(c) == c.inf()) | (abs(d) == d.inf())) & isFinite(x.re()) & isFinite(x.im());
  return complex(select(vanishes, c.like(0), re), select(vanishes, c.like(0), im));
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

// sqrt(x^2 + y^2) with the larger part scaled to [1, 2).
Scalar hypotenuse(const Scalar &x, const Scalar &y) {
  Scalar a = abs(x), b = abs(y), size = maximum(a, b), isInfinite = (a == a.inf()) | (b == b.inf());
  Scalar safe = select(isFinite(size), size, size.like(1)), power = powerBelow(safe), down = inverseOfPower(power);
  a = a * down;
  b = b * down;
  return select(isInfinite, size.inf(), sqrt(a * a + b * b) * power);
}

static FailureOr<Values> lowerParts(Lowerer &lower, Operation *op, Scalar (*code)(ArrayRef<Scalar>)) {
  SmallVector<Input> inputs;
  for (Value v : op->getOperands())
    inputs.push_back(lower.read(v));
  return Values{lower.elementwise(inputs, cast<RankedTensorType>(op->getResult(0).getType()), code)};
}
static FailureOr<Values> lowerReal(Lowerer &lower, Operation *op) {
  return lowerParts(lower, op, [](ArrayRef<Scalar> x) { return x[0].re(); });
}
static FailureOr<Values> lowerImag(Lowerer &lower, Operation *op) {
  return lowerParts(lower, op, [](ArrayRef<Scalar> x) { return x[0].im(); });
}
static FailureOr<Values> lowerComplexOp(Lowerer &lower, Operation *op) {
  return lowerParts(lower, op, [](ArrayRef<Scalar> x) { return complex(x[0], x[1]); });
}
static FailureOr<Values> lowerConj(Lowerer &lower, Operation *op) {
  return lowerParts(lower, op, [](ArrayRef<Scalar> x) { return complex(x[0].re(), -x[0].im()); });
}

static Scalar codeIntegerPow(Operation *op, const Scalar &x) {
  int64_t y = intAttr(op, "y");
  if (y == 0)
    return x.like(1);
  Scalar result, square = x;
  for (uint64_t n = y < 0 ? 0 - static_cast<uint64_t>(y) : y; n; n >>= 1) {
    if (n & 1)
      result = result.get() ? result * square : square;
    if (n > 1)
      square = square * square;
  }
  return y < 0 ? result.like(1) / result : result;
}

Scalar complexCode(Operation *op, ArrayRef<Scalar> x, const Target &target) {
  StringRef name = op->getName().stripDialect();
  if (name == "neg")
    return -x[0];
  if (name == "abs")
    return hypotenuse(x[0].re(), x[0].im());
  if (name == "square")
    return x[0] * x[0];
  if (name == "add")
    return x[0] + x[1];
  if (name == "sub")
    return x[0] - x[1];
  if (name == "mul")
    return x[0] * x[1];
  if (name == "div")
    return x[0] / x[1];
  if (name == "eq")
    return x[0] == x[1];
  if (name == "ne")
    return x[0] != x[1];
  if (name == "select")
    return select(x[0], x[1], x[2]);
  if (name == "integer_pow")
    return codeIntegerPow(op, x[0]);
  Expansion function = findComplexFunction(name);
  return function ? function(x, target.hasF64()) : Scalar();
}

void addComplex(OpLowerings &table) {
  table["wg.real"] = lowerReal;
  table["wg.imag"] = lowerImag;
  table["wg.complex"] = lowerComplexOp;
  table["wg.conj"] = lowerConj;
}

} // namespace wg::lowering
