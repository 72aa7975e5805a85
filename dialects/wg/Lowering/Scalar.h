// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar code in the body of a linalg.generic, written with operators.

#ifndef WG_LOWERING_SCALAR_H
#define WG_LOWERING_SCALAR_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/ArrayRef.h"

namespace wg::lowering {

/// A float, a signless integer, a bool (i1) or a complex number. A number beside a Scalar takes its type; comparisons
/// of integers are signed; complex numbers have +, -, *, /, ==, != and select.
class Scalar {
public:
  Scalar() = default;
  Scalar(mlir::ImplicitLocOpBuilder &b, mlir::Value value) : b(&b), value(value) {}

  mlir::Value get() const { return value; }
  mlir::Type type() const { return value.getType(); }
  mlir::ImplicitLocOpBuilder &builder() const { return *b; }
  bool isFloat() const;
  bool isComplex() const;
  bool isF64() const { return type().isF64(); }
  unsigned width() const { return type().getIntOrFloatBitWidth(); }

  /// Constants of this type.
  Scalar like(double v) const;
  Scalar likeInt(int64_t v) const;
  Scalar inf() const;
  Scalar nan() const;

  /// The value as another float type, or a complex one as another complex type.
  Scalar to(mlir::Type floatType) const;
  /// The parts of a complex number.
  Scalar re() const;
  Scalar im() const;
  /// The bits as an integer of the same width, or the other way round.
  Scalar bits() const;
  Scalar asFloat(mlir::Type floatType) const;
  /// An integer widened with zeros or cut to `width` bits.
  Scalar resize(unsigned width) const;

private:
  mlir::ImplicitLocOpBuilder *b = nullptr;
  mlir::Value value;
};

Scalar operator+(const Scalar &x, const Scalar &y);
Scalar operator-(const Scalar &x, const Scalar &y);
Scalar operator*(const Scalar &x, const Scalar &y);
/// Not for integers: their division is in Elementwise.cpp.
Scalar operator/(const Scalar &x, const Scalar &y);
Scalar operator-(const Scalar &x);
Scalar operator&(const Scalar &x, const Scalar &y);
Scalar operator|(const Scalar &x, const Scalar &y);
Scalar operator^(const Scalar &x, const Scalar &y);
Scalar operator!(const Scalar &x);
Scalar operator<(const Scalar &x, const Scalar &y);
Scalar operator<=(const Scalar &x, const Scalar &y);
Scalar operator>(const Scalar &x, const Scalar &y);
Scalar operator>=(const Scalar &x, const Scalar &y);
Scalar operator==(const Scalar &x, const Scalar &y);
Scalar operator!=(const Scalar &x, const Scalar &y);

#define WG_WITH_NUMBER(op)                                                                                             \
  inline Scalar operator op(const Scalar &x, double y) { return x op x.like(y); }                                      \
  inline Scalar operator op(double x, const Scalar &y) { return y.like(x) op y; }
WG_WITH_NUMBER(+)
WG_WITH_NUMBER(-)
WG_WITH_NUMBER(*)
WG_WITH_NUMBER(/)
WG_WITH_NUMBER(<)
WG_WITH_NUMBER(<=)
WG_WITH_NUMBER(>)
WG_WITH_NUMBER(>=)
WG_WITH_NUMBER(==)
WG_WITH_NUMBER(!=)
#undef WG_WITH_NUMBER

Scalar select(const Scalar &condition, const Scalar &x, const Scalar &y);
Scalar shiftLeft(const Scalar &x, const Scalar &amount);
Scalar shiftRight(const Scalar &x, const Scalar &amount);       // zeros come in
Scalar shiftRightSigned(const Scalar &x, const Scalar &amount); // the sign comes in
inline Scalar shiftLeft(const Scalar &x, int n) { return shiftLeft(x, x.likeInt(n)); }
inline Scalar shiftRight(const Scalar &x, int n) { return shiftRight(x, x.likeInt(n)); }

/// The complex number of two floats.
Scalar complex(const Scalar &re, const Scalar &im);
/// re + i im over c + i d without needless overflow and underflow (Lowering/Complex.cpp).
Scalar divideComplex(const Scalar &x, const Scalar &y);

Scalar isNan(const Scalar &x);
Scalar abs(const Scalar &x);
Scalar sqrt(const Scalar &x);
Scalar floor(const Scalar &x);
/// To the nearest integer, halves to even.
Scalar rint(const Scalar &x);
/// |x| with the sign of y.
Scalar copySign(const Scalar &x, const Scalar &y);
/// A polynomial, highest coefficient first.
Scalar polynomial(const Scalar &x, llvm::ArrayRef<double> coefficients);
/// An op of one result by name, e.g. "math.exp".
Scalar create(llvm::StringRef op, llvm::ArrayRef<Scalar> operands);

} // namespace wg::lowering

#endif // WG_LOWERING_SCALAR_H
