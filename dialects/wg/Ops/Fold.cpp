// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Fold.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/APSInt.h"

#include <cmath>
#include <complex>

using namespace mlir;
using llvm::APFloat;
using llvm::APInt;

namespace wg {

static Type elementOf(Type type) { return cast<ShapedType>(type).getElementType(); }

static double toDouble(APFloat v) {
  bool losesInfo;
  v.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  return v.convertToDouble();
}
static APFloat fromDouble(double v, Type element) { return FloatAttr::get(element, v).getValue(); }
static std::complex<APFloat> complexNumber(double re, double im, Type element) {
  Type part = cast<ComplexType>(element).getElementType();
  return {fromDouble(re, part), fromDouble(im, part)};
}

template <typename T>
static SmallVector<SmallVector<T>> columns(ArrayRef<DenseElementsAttr> literals, int64_t count) {
  SmallVector<SmallVector<T>> values(count);
  for (DenseElementsAttr literal : literals)
    for (int64_t i = 0; i < count; ++i)
      values[i].push_back(literal.isSplat() ? literal.getSplatValue<T>() : literal.getValues<T>()[i]);
  return values;
}

/// The literals, and how many elements have to be looked at (one if all are splats); none if there is nothing to fold.
static std::optional<int64_t> literalsOf(ArrayRef<Attribute> operands, SmallVectorImpl<DenseElementsAttr> &literals) {
  bool allSplats = true;
  for (Attribute operand : operands) {
    auto literal = dyn_cast_or_null<DenseElementsAttr>(operand);
    if (!literal || !literal.getElementType().isIntOrFloat())
      return std::nullopt;
    literals.push_back(literal);
    allSplats &= literal.isSplat();
  }
  int64_t count = literals.empty() ? 0 : literals.front().getNumElements();
  if (count == 0 || (!allSplats && count > largestFolded))
    return std::nullopt;
  return allSplats ? 1 : count;
}

Attribute foldElementwise(ArrayRef<Attribute> operands, Type resultType, FloatFunction onFloats, IntFunction onInts) {
  SmallVector<DenseElementsAttr, 3> literals;
  std::optional<int64_t> count = literalsOf(operands, literals);
  if (!count)
    return {};
  auto type = cast<ShapedType>(resultType);
  if (isa<FloatType>(literals.front().getElementType())) {
    if (!onFloats || !isa<FloatType>(type.getElementType()))
      return {};
    SmallVector<APFloat> results;
    for (ArrayRef<APFloat> column : columns<APFloat>(literals, *count))
      results.push_back(fromDouble(onFloats(llvm::map_to_vector(column, toDouble)), type.getElementType()));
    return DenseElementsAttr::get(type, results);
  }
  if (!onInts)
    return {};
  SmallVector<APInt> results;
  for (ArrayRef<APInt> column : columns<APInt>(literals, *count))
    results.push_back(onInts(column));
  return DenseElementsAttr::get(type, results);
}

/// Towards zero, saturating, nan to 0.
static APInt toInteger(double v, IntegerType type) {
  bool isExact;
  llvm::APSInt result(type.getWidth(), /*isUnsigned=*/type.isUnsigned());
  if (!std::isnan(v))
    (void)APFloat(v).convertToInteger(result, APFloat::rmTowardZero, &isExact);
  return result;
}

Attribute foldConvert(Attribute operand, RankedTensorType resultType) {
  SmallVector<DenseElementsAttr, 3> literals;
  std::optional<int64_t> count = literalsOf(operand, literals);
  if (!count)
    return {};
  DenseElementsAttr literal = literals.front();
  Type from = literal.getElementType(), to = resultType.getElementType();
  if (isa<ComplexType>(to)) {
    std::optional<double> number = splatNumber(operand);
    return number ? splatOf(resultType, *number) : DenseElementsAttr();
  }
  bool fromFloat = isa<FloatType>(from), fromUnsigned = from.isUnsignedInteger() || from.isInteger(1);
  SmallVector<APFloat> floats;
  SmallVector<APInt> integers;
  for (int64_t i = 0; i < *count; ++i) {
    APInt bits(1, 0);
    double number = 0;
    if (fromFloat) {
      number = toDouble(literal.isSplat() ? literal.getSplatValue<APFloat>() : literal.getValues<APFloat>()[i]);
    } else {
      bits = literal.isSplat() ? literal.getSplatValue<APInt>() : literal.getValues<APInt>()[i];
      number = bits.roundToDouble(!fromUnsigned);
    }
    if (isa<FloatType>(to))
      floats.push_back(fromDouble(number, to));
    else if (to.isInteger(1))
      integers.push_back(APInt(1, fromFloat ? number != 0 : !bits.isZero()));
    else if (fromFloat)
      integers.push_back(toInteger(number, cast<IntegerType>(to)));
    else
      integers.push_back(fromUnsigned ? bits.zextOrTrunc(to.getIntOrFloatBitWidth())
                                      : bits.sextOrTrunc(to.getIntOrFloatBitWidth()));
  }
  return isa<FloatType>(to) ? DenseElementsAttr::get(resultType, floats) : DenseElementsAttr::get(resultType, integers);
}

static std::optional<std::complex<double>> splatComplex(Attribute attribute) {
  auto literal = dyn_cast_or_null<DenseElementsAttr>(attribute);
  if (!literal || !literal.isSplat() || !isa<ComplexType>(literal.getElementType()))
    return std::nullopt;
  auto number = literal.getSplatValue<std::complex<APFloat>>();
  return std::complex<double>(toDouble(number.real()), toDouble(number.imag()));
}
Attribute foldPart(Attribute operand, Type resultType, bool imaginary) {
  std::optional<std::complex<double>> number = splatComplex(operand);
  return number ? splatOf(resultType, imaginary ? number->imag() : number->real()) : Attribute();
}
Attribute foldComplex(Attribute re, Attribute im, Type resultType) {
  std::optional<double> x = splatNumber(re), y = splatNumber(im);
  if (!x || !y)
    return {};
  return DenseElementsAttr::get(cast<ShapedType>(resultType), complexNumber(*x, *y, elementOf(resultType)));
}

std::optional<double> splatNumber(Attribute attribute) {
  auto literal = dyn_cast_or_null<DenseElementsAttr>(attribute);
  if (!literal || !literal.isSplat())
    return std::nullopt;
  Type element = literal.getElementType();
  if (isa<FloatType>(element))
    return toDouble(literal.getSplatValue<APFloat>());
  if (isa<ComplexType>(element)) {
    auto number = literal.getSplatValue<std::complex<APFloat>>();
    return number.imag().isPosZero() ? std::optional(toDouble(number.real())) : std::nullopt;
  }
  if (!isa<IntegerType>(element))
    return std::nullopt;
  return literal.getSplatValue<APInt>().roundToDouble(!element.isUnsignedInteger() && !element.isInteger(1));
}
std::optional<double> splatNumber(Value value) {
  Attribute literal;
  return matchPattern(value, m_Constant(&literal)) ? splatNumber(literal) : std::nullopt;
}

DenseElementsAttr splatOf(Type type, double number) {
  auto shaped = cast<ShapedType>(type);
  Type element = elementOf(type);
  if (isa<FloatType>(element))
    return DenseElementsAttr::get(shaped, fromDouble(number, element));
  if (isa<ComplexType>(element))
    return DenseElementsAttr::get(shaped, complexNumber(number, 0, element));
  return DenseElementsAttr::get(shaped, APInt(element.getIntOrFloatBitWidth(), static_cast<int64_t>(number),
                                              /*isSigned=*/true, /*implicitTrunc=*/true));
}

} // namespace wg
