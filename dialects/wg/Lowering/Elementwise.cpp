// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise ops: one linalg.generic each, whose body comes from the name of the scalar op in the record, from an
// expansion (MathExpansion.h), or from the code here. Half types compute in f32 and round once.

#include "wg/Lowering/Bits.h"
#include "wg/Lowering/Computation.h"
#include "wg/Lowering/MathExpansion.h"
#include "wg/Lowering/Special.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace wg::lowering {

namespace {
/// What the code of an elementwise op gets: scalars in the compute type, and the original element type.
struct Elements {
  ArrayRef<Scalar> x;
  Type element;
  Operation *op;
  const Target &target;
  const Scalar &operator[](size_t i) const { return x[i]; }
};
using Code = Scalar (*)(const Elements &);

template <typename FloatOp, typename SignedOp, typename UnsignedOp>
Scalar byType(const Scalar &x, const Scalar &y, Type element) {
  auto &b = x.builder();
  if (x.isFloat())
    return Scalar(b, FloatOp::create(b, x.get(), y.get()));
  if (isUnsigned(element))
    return Scalar(b, UnsignedOp::create(b, x.get(), y.get()));
  return Scalar(b, SignedOp::create(b, x.get(), y.get()));
}
Scalar maximum(const Scalar &x, const Scalar &y, Type element) { // nan wins
  return byType<arith::MaximumFOp, arith::MaxSIOp, arith::MaxUIOp>(x, y, element);
}
Scalar minimum(const Scalar &x, const Scalar &y, Type element) {
  return byType<arith::MinimumFOp, arith::MinSIOp, arith::MinUIOp>(x, y, element);
}
} // namespace

//===----------------------------------------------------------------------===//
// Own code
//===----------------------------------------------------------------------===//

static Scalar codeAbs(const Elements &e) { return isUnsigned(e.element) ? e[0] : abs(e[0]); }
static Scalar codeNeg(const Elements &e) { return -e[0]; }
static Scalar codeSquare(const Elements &e) { return e[0] * e[0]; }
static Scalar codeMax(const Elements &e) { return maximum(e[0], e[1], e.element); }
static Scalar codeMin(const Elements &e) { return minimum(e[0], e[1], e.element); }
static Scalar codeAnd(const Elements &e) { return e[0] & e[1]; }
static Scalar codeOr(const Elements &e) { return e[0] | e[1]; }
static Scalar codeXor(const Elements &e) { return e[0] ^ e[1]; }
static Scalar codeNot(const Elements &e) { return !e[0]; }
static Scalar codeRound(const Elements &e) { return rint(e[0]); }
static Scalar codeSelect(const Elements &e) { return select(e[0], e[1], e[2]); }
static Scalar codeClamp(const Elements &e) { return minimum(maximum(e[1], e[0], e.element), e[2], e.element); }
static Scalar codeIsFinite(const Elements &e) { return abs(e[0]) < e[0].inf(); }

static Scalar codeSign(const Elements &e) {
  Scalar x = e[0];
  if (x.isFloat())
    return select((x == 0.0) | isNan(x), x, copySign(x.like(1), x)); // keeps -0.0
  Scalar positive = select(x == 0.0, x, x.likeInt(1));
  return isUnsigned(e.element) ? positive : select(x < 0.0, x.likeInt(-1), positive);
}

// x / 0 and the least integer / -1 are undefined in arith: divide by 1, put in what the reference gives.
static Scalar safeDivisor(const Elements &e) {
  Scalar x = e[0], y = e[1], one = y.likeInt(1), bad = y == 0.0;
  if (!isUnsigned(e.element))
    bad = bad | ((y == y.likeInt(-1)) & (x == x.likeInt(int64_t(1) << (x.width() - 1))));
  return select(bad, one, y);
}
static Scalar codeDiv(const Elements &e) {
  if (e[0].isFloat())
    return e[0] / e[1];
  Scalar q = byType<arith::DivFOp, arith::DivSIOp, arith::DivUIOp>(e[0], safeDivisor(e), e.element);
  return select(e[1] == 0.0, q.likeInt(-1), q);
}
static Scalar codeRem(const Elements &e) {
  if (e[0].isFloat())
    return findExpansion("arith.remf", e[0].type())(e.x, e.target.hasF64());
  Scalar r = byType<arith::RemFOp, arith::RemSIOp, arith::RemUIOp>(e[0], safeDivisor(e), e.element);
  return select(e[1] == 0.0, e[0], r);
}

static Scalar integerPower(Scalar x, uint64_t n) {
  Scalar result;
  for (; n; n >>= 1) {
    if (n & 1)
      result = result.get() ? result * x : x;
    if (n > 1)
      x = x * x;
  }
  return result;
}
static Scalar codeIntegerPow(const Elements &e) {
  int64_t y = intAttr(e.op, "y");
  if (y == 0)
    return e[0].like(1);
  Scalar power = integerPower(e[0], y < 0 ? 0 - static_cast<uint64_t>(y) : y);
  return y < 0 && power.isFloat() ? 1.0 / power : power;
}
static Scalar codePow(const Elements &e) {
  if (e[0].isFloat())
    return findExpansion("math.powf", e[0].type())(e.x, e.target.hasF64());
  // Squares as often as the exponent has bits.
  Scalar x = e[0], y = e[1], one = x.likeInt(1), result = one, base = x;
  for (unsigned i = 0; i < x.width(); ++i) {
    Scalar bit = shiftRight(y, i) & y.likeInt(1);
    result = select(bit == 0.0, result, result * base);
    base = base * base;
  }
  if (isUnsigned(e.element))
    return result;
  Scalar isUnit = (x == one) | (x == x.likeInt(-1)), isOdd = (y & one) == one;
  return select(y < 0.0, select(isUnit, select(isOdd, x, one), x.likeInt(0)), result);
}

// Amounts outside the width shift everything out; as unsigned numbers, negative ones are outside too.
static Scalar isOutside(const Scalar &amount) {
  auto &b = amount.builder();
  Scalar width = amount.likeInt(amount.width());
  return Scalar(b, arith::CmpIOp::create(b, arith::CmpIPredicate::uge, amount.get(), width.get()));
}
static Scalar codeShiftLeft(const Elements &e) {
  Scalar outside = isOutside(e[1]), zero = e[0].likeInt(0);
  return select(outside, zero, shiftLeft(e[0], select(outside, zero, e[1])));
}
static Scalar codeShiftRightLogical(const Elements &e) {
  Scalar outside = isOutside(e[1]), zero = e[0].likeInt(0);
  return select(outside, zero, shiftRight(e[0], select(outside, zero, e[1])));
}
static Scalar codeShiftRightArithmetic(const Elements &e) {
  return shiftRightSigned(e[0], select(isOutside(e[1]), e[1].likeInt(e[1].width() - 1), e[1]));
}

static Scalar codePopulationCount(const Elements &e) { return populationCount(e[0]); }
static Scalar codeClz(const Elements &e) { return countLeadingZeros(e[0]); }
static Scalar codeNextafter(const Elements &e) { return nextAfter(e[0], e[1]); }
static Scalar codeReducePrecision(const Elements &e) {
  return reducePrecision(e[0], intAttr(e.op, "exponent_bits"), intAttr(e.op, "mantissa_bits"));
}

static Scalar codeLogAddExp(const Elements &e) {
  Scalar x = e[0], y = e[1], larger = maximum(x, y, e.element);
  // Equal infinities have no difference.
  Scalar distance = select(x == y, x.like(0), abs(x - y));
  return larger + log1p(exp(-distance));
}

//===----------------------------------------------------------------------===//
// Conversion
//===----------------------------------------------------------------------===//

// Towards zero, saturating, nan to 0.
static Scalar floatToInteger(const Scalar &x, Type to) {
  auto &b = x.builder();
  unsigned width = to.getIntOrFloatBitWidth();
  bool isSigned = !isUnsigned(to);
  Type result = signless(to);
  double limit = std::ldexp(1.0, isSigned ? width - 1 : width);
  Scalar tooLarge = x >= limit, tooSmall = isSigned ? x <= -limit : x <= -1.0;
  Scalar safe = select(tooLarge | tooSmall | isNan(x), x.like(0), x);
  Scalar inside(b, isSigned ? arith::FPToSIOp::create(b, result, safe.get()).getResult()
                            : arith::FPToUIOp::create(b, result, safe.get()).getResult());
  Scalar most(b, arith::ConstantOp::create(b, extreme(to, /*lowest=*/false)));
  Scalar least(b, arith::ConstantOp::create(b, extreme(to, /*lowest=*/true)));
  return select(tooLarge, most, select(tooSmall, least, inside));
}

Scalar convert(const Scalar &x, Type from, Type to) {
  auto &b = x.builder();
  if (signless(from) == signless(to))
    return x;
  if (to.isInteger(1))
    return x != 0.0;
  if (auto complexTo = dyn_cast<ComplexType>(to)) {
    if (x.isComplex())
      return x.to(to);
    Scalar part = convert(x, from, complexTo.getElementType());
    return complex(part, part.like(0));
  }
  if (x.isComplex())
    return convert(x.re(), cast<ComplexType>(from).getElementType(), to);
  if (x.isFloat())
    return isa<FloatType>(to) ? x.to(to) : floatToInteger(x.to(computeType(x.type())), to);
  if (isa<FloatType>(to)) {
    Type wide = computeType(to);
    Value v = isUnsigned(from) ? arith::UIToFPOp::create(b, wide, x.get()).getResult()
                               : arith::SIToFPOp::create(b, wide, x.get()).getResult();
    return Scalar(b, v).to(to);
  }
  unsigned width = to.getIntOrFloatBitWidth();
  if (width <= x.width() || isUnsigned(from))
    return x.resize(width);
  return Scalar(b, arith::ExtSIOp::create(b, b.getIntegerType(width), x.get()));
}

static Scalar convertStored(const Scalar &x, Type from, Type to) {
  Scalar value = unpack(x, from);
  Type wideFrom = unpackedType(from), wideTo = unpackedType(to);
  // Integers of 2 and 4 bits saturate at their own limits.
  if (isa<FloatType>(wideFrom) && isStorage(to) && !isa<FloatType>(to))
    return pack(floatToInteger(value.to(computeType(value.type())), to), to);
  if (signless(wideFrom) != signless(wideTo))
    value = convert(value, wideFrom, wideTo);
  return pack(value, to);
}

static FailureOr<Values> lowerConvert(Lowerer &lower, Operation *op) {
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  Type from = elementType(op->getOperand(0)), to = elementType(op->getResult(0));
  if (from == to || (signless(from) == signless(to) && !isStorage(from) && !isStorage(to)))
    return Values{lower.get(op->getOperand(0))};
  return Values{lower.elementwise({lower.read(op->getOperand(0))}, result, [&](ArrayRef<Scalar> x) {
    return isStorage(from) || isStorage(to) ? convertStored(x[0], from, to) : convert(x[0], from, to);
  })};
}

static FailureOr<Values> lowerConstant(Lowerer &lower, Operation *op) {
  auto value = op->getAttrOfType<DenseElementsAttr>("value");
  if (!value)
    return op->emitOpError("expected a literal of dense elements; pass a resource as an argument instead");
  if (!isa<ComplexType>(value.getElementType()))
    return Values{arith::ConstantOp::create(lower.b, signless(value))};
  return lowerComplexConstant(lower, value);
}

//===----------------------------------------------------------------------===//
// The op as a loop
//===----------------------------------------------------------------------===//

static const llvm::StringMap<Code> &ownCode() {
  static const llvm::StringMap<Code> table = {
      {"abs", codeAbs},
      {"neg", codeNeg},
      {"square", codeSquare},
      {"sign", codeSign},
      {"round", codeRound},
      {"is_finite", codeIsFinite},
      {"integer_pow", codeIntegerPow},
      {"bitwise_not", codeNot},
      {"bitwise_and", codeAnd},
      {"bitwise_or", codeOr},
      {"bitwise_xor", codeXor},
      {"max", codeMax},
      {"min", codeMin},
      {"div", codeDiv},
      {"rem", codeRem},
      {"pow", codePow},
      {"shift_left", codeShiftLeft},
      {"shift_right_logical", codeShiftRightLogical},
      {"shift_right_arithmetic", codeShiftRightArithmetic},
      {"population_count", codePopulationCount},
      {"clz", codeClz},
      {"nextafter", codeNextafter},
      {"reduce_precision", codeReducePrecision},
      {"logaddexp", codeLogAddExp},
      {"select", codeSelect},
      {"clamp", codeClamp},
  };
  return table;
}

// "arith.cmpf olt": a comparison with its predicate, or any op of one result.
static Scalar createByName(StringRef name, ArrayRef<Scalar> x) {
  auto [op, predicate] = name.split(' ');
  auto &b = x.front().builder();
  if (op == "arith.cmpf")
    return Scalar(b, arith::CmpFOp::create(b, *arith::symbolizeCmpFPredicate(predicate), x[0].get(), x[1].get()));
  if (op == "arith.cmpi")
    return Scalar(b, arith::CmpIOp::create(b, *arith::symbolizeCmpIPredicate(predicate), x[0].get(), x[1].get()));
  return create(op, x);
}

static StringRef mnemonic(Operation *op) { return op->getName().stripDialect(); }

static StringRef scalarOp(Operation *op) {
  auto elementwise = dyn_cast<ElementwiseOpInterface>(op);
  return elementwise ? elementwise.scalarOp(elementType(op->getOperand(0))) : StringRef();
}

// The code of the op on scalars in the compute type; a null value if there is none.
static Scalar apply(const Elements &e) {
  if (isa<ComplexType>(e.element))
    return complexCode(e.op, e.x, e.target);
  auto own = ownCode().find(mnemonic(e.op));
  if (own != ownCode().end())
    return own->second(e);
  if (SpecialCode code = findSpecial(e.op->getName().getStringRef()))
    return applySpecial(code, e.x, e.op, e.target.hasF64());
  Type element = e[0].type();
  StringRef name = scalarOp(e.op);
  for (StringRef key : {e.op->getName().getStringRef(), name})
    if (Expansion expansion = findExpansion(key, element))
      return expansion(e.x, e.target.hasF64());
  return name.empty() ? Scalar() : createByName(name, e.x);
}

// Elements move, or it is their own bits that count: half types are not widened.
static bool keepsType(Operation *op) {
  StringRef name = mnemonic(op);
  return name == "select" || name == "nextafter" || name == "reduce_precision";
}

// The op on scalars of its element types, half types widened and rounded; a null value if it has no code.
static Scalar onElements(ArrayRef<Scalar> raw, Operation *op, Type result, const Target &target) {
  Scalars x;
  for (const Scalar &s : raw)
    x.push_back(s.isFloat() && !keepsType(op) ? s.to(computeType(s.type())) : s);
  Scalar value = apply({x, elementType(op->getOperand(op->getNumOperands() - 1)), op, target});
  return value.get() && value.isFloat() ? value.to(result) : value;
}

Scalar lowerScalar(Lowerer &lower, Operation *op, ArrayRef<Scalar> x) {
  Type result = signless(elementType(op->getResult(0)));
  StringRef name = mnemonic(op);
  if (name == "convert")
    return convert(x[0], elementType(op->getOperand(0)), elementType(op->getResult(0)));
  if (name == "bitcast_convert")
    return x[0].type() == result ? x[0] : Scalar(lower.b, arith::BitcastOp::create(lower.b, result, x[0].get()));
  return onElements(x, op, result, lower.target);
}

FailureOr<Values> lowerElementwise(Lowerer &lower, Operation *op) {
  auto result = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  SmallVector<Input> inputs;
  for (Value v : op->getOperands())
    inputs.push_back(lower.read(v));
  bool isKnown = true;
  Value out = lower.elementwise(inputs, result, [&](ArrayRef<Scalar> raw) {
    Scalar value = onElements(raw, op, result.getElementType(), lower.target);
    isKnown = value.get() != nullptr;
    return isKnown ? value : Scalar(lower.b, lower.scalar(numberAttr(result.getElementType(), 0)));
  });
  if (!isKnown)
    return op->emitOpError("has no lowering to linalg for ")
           << elementType(op->getOperand(0)) << ": give its record a scalar op or a body";
  if (TypedAttr element = foldBody(out)) {
    lower.setUniform(op->getResult(0), element);
    return Values{lower.full(result, element)};
  }
  return Values{out};
}

void addElementwise(OpLowerings &table) {
  table["wg.convert"] = lowerConvert;
  table["wg.constant"] = lowerConstant;
  for (const auto &entry : ownCode())
    table[("wg." + entry.getKey()).str()] = lowerElementwise;
  for (StringRef name : specialNames())
    table[name] = lowerElementwise;
  table["wg.logistic"] = lowerElementwise;
}

} // namespace wg::lowering
