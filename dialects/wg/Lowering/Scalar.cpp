// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Lowering/Scalar.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/APFloat.h"

using namespace mlir;

namespace wg::lowering {

bool Scalar::isFloat() const { return isa<FloatType>(type()); }
bool Scalar::isComplex() const { return isa<ComplexType>(type()); }

Scalar Scalar::re() const { return Scalar(*b, complex::ReOp::create(*b, value)); }
Scalar Scalar::im() const { return Scalar(*b, complex::ImOp::create(*b, value)); }
Scalar complex(const Scalar &re, const Scalar &im) {
  auto &b = re.builder();
  return Scalar(b, complex::CreateOp::create(b, ComplexType::get(re.type()), re.get(), im.get()));
}

Scalar Scalar::like(double v) const {
  if (isComplex()) {
    Type part = cast<ComplexType>(type()).getElementType();
    auto number = [&](double x) { return Scalar(*b, arith::ConstantOp::create(*b, FloatAttr::get(part, x))); };
    return lowering::complex(number(v), number(0));
  }
  if (!isFloat())
    return likeInt(static_cast<int64_t>(v));
  return Scalar(*b, arith::ConstantOp::create(*b, FloatAttr::get(type(), v)));
}
Scalar Scalar::likeInt(int64_t v) const {
  APInt bits(width(), static_cast<uint64_t>(v), /*isSigned=*/true, /*implicitTrunc=*/true);
  return Scalar(*b, arith::ConstantOp::create(*b, IntegerAttr::get(type(), bits)));
}
Scalar Scalar::inf() const {
  auto value = APFloat::getInf(cast<FloatType>(type()).getFloatSemantics());
  return Scalar(*b, arith::ConstantOp::create(*b, FloatAttr::get(type(), value)));
}
Scalar Scalar::nan() const {
  auto value = APFloat::getQNaN(cast<FloatType>(type()).getFloatSemantics());
  return Scalar(*b, arith::ConstantOp::create(*b, FloatAttr::get(type(), value)));
}

Scalar Scalar::to(Type floatType) const {
  if (type() == floatType)
    return *this;
  if (auto complexType = dyn_cast<ComplexType>(floatType)) {
    Type part = complexType.getElementType();
    return lowering::complex(re().to(part), im().to(part));
  }
  unsigned from = width(), to = floatType.getIntOrFloatBitWidth();
  if (to > from)
    return Scalar(*b, arith::ExtFOp::create(*b, floatType, value));
  if (to < from)
    return Scalar(*b, arith::TruncFOp::create(*b, floatType, value));
  return this->to(b->getF32Type()).to(floatType); // f16 and bf16
}
Scalar Scalar::bits() const { return Scalar(*b, arith::BitcastOp::create(*b, b->getIntegerType(width()), value)); }
Scalar Scalar::asFloat(Type floatType) const { return Scalar(*b, arith::BitcastOp::create(*b, floatType, value)); }
Scalar Scalar::resize(unsigned newWidth) const {
  Type newType = b->getIntegerType(newWidth);
  if (newWidth > width())
    return Scalar(*b, arith::ExtUIOp::create(*b, newType, value));
  return newWidth < width() ? Scalar(*b, arith::TruncIOp::create(*b, newType, value)) : *this;
}

template <typename FloatOp, typename IntOp>
static Scalar binary(const Scalar &x, const Scalar &y) {
  auto &b = x.builder();
  if (x.isFloat())
    return Scalar(b, FloatOp::create(b, x.get(), y.get()));
  return Scalar(b, IntOp::create(b, x.get(), y.get()));
}
template <typename Op>
static Scalar apply(const Scalar &x, const Scalar &y) {
  return Scalar(x.builder(), Op::create(x.builder(), x.get(), y.get()));
}
template <typename Op>
static Scalar apply(const Scalar &x) {
  return Scalar(x.builder(), Op::create(x.builder(), x.get()));
}
static Scalar compare(arith::CmpFPredicate f, arith::CmpIPredicate i, const Scalar &x, const Scalar &y) {
  auto &b = x.builder();
  if (x.isFloat())
    return Scalar(b, arith::CmpFOp::create(b, f, x.get(), y.get()));
  return Scalar(b, arith::CmpIOp::create(b, i, x.get(), y.get()));
}

Scalar operator+(const Scalar &x, const Scalar &y) {
  if (x.isComplex())
    return complex(x.re() + y.re(), x.im() + y.im());
  return binary<arith::AddFOp, arith::AddIOp>(x, y);
}
Scalar operator-(const Scalar &x, const Scalar &y) {
  if (x.isComplex())
    return complex(x.re() - y.re(), x.im() - y.im());
  return binary<arith::SubFOp, arith::SubIOp>(x, y);
}
Scalar operator*(const Scalar &x, const Scalar &y) {
  if (x.isComplex()) {
    Scalar a = x.re(), b = x.im(), c = y.re(), d = y.im();
    return complex(a * c - b * d, a * d + b * c);
  }
  return binary<arith::MulFOp, arith::MulIOp>(x, y);
}
Scalar operator/(const Scalar &x, const Scalar &y) {
  return x.isComplex() ? divideComplex(x, y) : apply<arith::DivFOp>(x, y);
}
Scalar operator-(const Scalar &x) {
  if (x.isComplex())
    return complex(-x.re(), -x.im());
  return x.isFloat() ? apply<arith::NegFOp>(x) : x.likeInt(0) - x;
}
Scalar operator&(const Scalar &x, const Scalar &y) { return apply<arith::AndIOp>(x, y); }
Scalar operator|(const Scalar &x, const Scalar &y) { return apply<arith::OrIOp>(x, y); }
Scalar operator^(const Scalar &x, const Scalar &y) { return apply<arith::XOrIOp>(x, y); }
Scalar operator!(const Scalar &x) { return x ^ x.likeInt(-1); }

using FP = arith::CmpFPredicate;
using IP = arith::CmpIPredicate;
Scalar operator<(const Scalar &x, const Scalar &y) { return compare(FP::OLT, IP::slt, x, y); }
Scalar operator<=(const Scalar &x, const Scalar &y) { return compare(FP::OLE, IP::sle, x, y); }
Scalar operator>(const Scalar &x, const Scalar &y) { return compare(FP::OGT, IP::sgt, x, y); }
Scalar operator>=(const Scalar &x, const Scalar &y) { return compare(FP::OGE, IP::sge, x, y); }
Scalar operator==(const Scalar &x, const Scalar &y) {
  if (x.isComplex())
    return (x.re() == y.re()) & (x.im() == y.im());
  return compare(FP::OEQ, IP::eq, x, y);
}
Scalar operator!=(const Scalar &x, const Scalar &y) {
  if (x.isComplex())
    return (x.re() != y.re()) | (x.im() != y.im());
  return compare(FP::UNE, IP::ne, x, y);
}

Scalar select(const Scalar &condition, const Scalar &x, const Scalar &y) {
  auto &b = x.builder();
  if (x.isComplex())
    return complex(select(condition, x.re(), y.re()), select(condition, x.im(), y.im()));
  return Scalar(b, arith::SelectOp::create(b, condition.get(), x.get(), y.get()));
}
Scalar shiftLeft(const Scalar &x, const Scalar &amount) { return apply<arith::ShLIOp>(x, amount); }
Scalar shiftRight(const Scalar &x, const Scalar &amount) { return apply<arith::ShRUIOp>(x, amount); }
Scalar shiftRightSigned(const Scalar &x, const Scalar &amount) { return apply<arith::ShRSIOp>(x, amount); }

Scalar isNan(const Scalar &x) { return x != x; }
Scalar abs(const Scalar &x) { return x.isFloat() ? apply<math::AbsFOp>(x) : apply<math::AbsIOp>(x); }
Scalar sqrt(const Scalar &x) { return apply<math::SqrtOp>(x); }
Scalar floor(const Scalar &x) { return apply<math::FloorOp>(x); }
// Below 2^23 (2^52) a sum with that number rounds to an integer, halves to even. IREE expands math.roundeven to 30 ops.
Scalar rint(const Scalar &x) {
  Scalar a = abs(x), whole = x.like(x.isF64() ? 0x1p52 : 0x1p23);
  return copySign(select(a < whole, (a + whole) - whole, a), x);
}

Scalar copySign(const Scalar &x, const Scalar &y) {
  Scalar bits = y.bits();
  Scalar sign = bits.likeInt(int64_t(1) << (y.width() - 1));
  return ((bits & sign) | abs(x).bits()).asFloat(x.type());
}

Scalar polynomial(const Scalar &x, ArrayRef<double> coefficients) {
  Scalar sum = x.like(coefficients.front());
  for (double c : coefficients.drop_front())
    sum = sum * x + c;
  return sum;
}

Scalar create(StringRef op, ArrayRef<Scalar> operands) {
  auto &b = operands.front().builder();
  OperationState state(b.getLoc(), op);
  for (const Scalar &x : operands)
    state.addOperands(x.get());
  state.addTypes(operands.front().type());
  return Scalar(b, b.create(state)->getResult(0));
}

} // namespace wg::lowering
