// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Folding and canonicalisation of elementwise ops. Signs and literal factors move outwards and meet there: what keeps a
// high derivative short. x + 0 is x for floats too: a result -0 may become 0.

#include "wg/IR/TypeRules.h"
#include "wg/Ops/Elementwise.h"
#include "wg/Ops/Fold.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

#include <cmath>

using namespace mlir;
using namespace wg;
using llvm::APInt;

//===----------------------------------------------------------------------===//
// Folders
//===----------------------------------------------------------------------===//

static Type elementType(Value v) { return cast<RankedTensorType>(v.getType()).getElementType(); }
static bool isInexact(Value v) { return isa<FloatType, ComplexType>(elementType(v)); }
static bool isUnsigned(Value v) { return elementType(v).isUnsignedInteger() || elementType(v).isInteger(1); }

OpFoldResult NegOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getX().getDefiningOp<NegOp>())
    return inner.getX();
  return foldElementwise(
      adaptor.getX(), getType(), [](ArrayRef<double> v) { return -v[0]; }, [](ArrayRef<APInt> v) { return -v[0]; });
}
OpFoldResult AbsOp::fold(FoldAdaptor adaptor) {
  if (isUnsigned(getX()) || getX().getDefiningOp<AbsOp>())
    return getX();
  return foldElementwise(adaptor.getX(), getType(), [](ArrayRef<double> v) { return std::fabs(v[0]); });
}
OpFoldResult ExpOp::fold(FoldAdaptor adaptor) {
  return foldElementwise(adaptor.getX(), getType(), [](ArrayRef<double> v) { return std::exp(v[0]); });
}
OpFoldResult LogOp::fold(FoldAdaptor adaptor) {
  return foldElementwise(adaptor.getX(), getType(), [](ArrayRef<double> v) { return std::log(v[0]); });
}
OpFoldResult SqrtOp::fold(FoldAdaptor adaptor) {
  return foldElementwise(adaptor.getX(), getType(), [](ArrayRef<double> v) { return std::sqrt(v[0]); });
}
OpFoldResult RsqrtOp::fold(FoldAdaptor adaptor) {
  return foldElementwise(adaptor.getX(), getType(), [](ArrayRef<double> v) { return 1 / std::sqrt(v[0]); });
}
OpFoldResult IntegerPowOp::fold(FoldAdaptor adaptor) {
  int64_t y = getY();
  if (y == 1)
    return getX();
  if (y == 0)
    return splatOf(getType(), 1);
  return foldElementwise(adaptor.getX(), getType(), [y](ArrayRef<double> v) { return std::pow(v[0], y); });
}

OpFoldResult AddOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getY(), 0))
    return getX();
  return foldElementwise(
      adaptor.getOperands(), getType(), [](ArrayRef<double> v) { return v[0] + v[1]; },
      [](ArrayRef<APInt> v) { return v[0] + v[1]; });
}
OpFoldResult SubOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getY(), 0))
    return getX();
  if (getX() == getY() && !isInexact(getX()))
    return splatOf(getType(), 0);
  return foldElementwise(
      adaptor.getOperands(), getType(), [](ArrayRef<double> v) { return v[0] - v[1]; },
      [](ArrayRef<APInt> v) { return v[0] - v[1]; });
}
OpFoldResult MulOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getY(), 1))
    return getX();
  if (isSplatOf(adaptor.getY(), 0) && !isInexact(getX())) // 0 * inf is nan
    return adaptor.getY();
  return foldElementwise(
      adaptor.getOperands(), getType(), [](ArrayRef<double> v) { return v[0] * v[1]; },
      [](ArrayRef<APInt> v) { return v[0] * v[1]; });
}
OpFoldResult DivOp::fold(FoldAdaptor adaptor) {
  if (isSplatOf(adaptor.getY(), 1))
    return getX();
  return foldElementwise(adaptor.getOperands(), getType(), [](ArrayRef<double> v) { return v[0] / v[1]; });
}
OpFoldResult RemOp::fold(FoldAdaptor adaptor) {
  return !isInexact(getX()) && isSplatOf(adaptor.getY(), 1) ? OpFoldResult(splatOf(getType(), 0)) : OpFoldResult();
}
OpFoldResult MaxOp::fold(FoldAdaptor adaptor) {
  if (getX() == getY())
    return getX();
  auto greater = [](ArrayRef<double> v) { return std::isnan(v[0]) || v[0] > v[1] ? v[0] : v[1]; };
  bool isUnsignedInt = isUnsigned(getX());
  return foldElementwise(adaptor.getOperands(), getType(), greater, [=](ArrayRef<APInt> v) {
    return (isUnsignedInt ? v[0].ugt(v[1]) : v[0].sgt(v[1])) ? v[0] : v[1];
  });
}
OpFoldResult MinOp::fold(FoldAdaptor adaptor) {
  if (getX() == getY())
    return getX();
  auto lesser = [](ArrayRef<double> v) { return std::isnan(v[0]) || v[0] < v[1] ? v[0] : v[1]; };
  bool isUnsignedInt = isUnsigned(getX());
  return foldElementwise(adaptor.getOperands(), getType(), lesser, [=](ArrayRef<APInt> v) {
    return (isUnsignedInt ? v[0].ult(v[1]) : v[0].slt(v[1])) ? v[0] : v[1];
  });
}

OpFoldResult BitwiseNotOp::fold(FoldAdaptor adaptor) {
  if (auto inner = getX().getDefiningOp<BitwiseNotOp>())
    return inner.getX();
  return foldElementwise(adaptor.getX(), getType(), nullptr, [](ArrayRef<APInt> v) { return ~v[0]; });
}
static bool allBits(Attribute literal, bool set) {
  auto dense = dyn_cast_or_null<DenseElementsAttr>(literal);
  if (!dense || !dense.isSplat() || !isa<IntegerType>(dense.getElementType()))
    return false;
  APInt bits = dense.getSplatValue<APInt>();
  return set ? bits.isAllOnes() : bits.isZero();
}
OpFoldResult BitwiseAndOp::fold(FoldAdaptor adaptor) {
  if (getX() == getY() || allBits(adaptor.getY(), true))
    return getX();
  if (allBits(adaptor.getY(), false))
    return adaptor.getY();
  return foldElementwise(adaptor.getOperands(), getType(), nullptr, [](ArrayRef<APInt> v) { return v[0] & v[1]; });
}
OpFoldResult BitwiseOrOp::fold(FoldAdaptor adaptor) {
  if (getX() == getY() || allBits(adaptor.getY(), false))
    return getX();
  if (allBits(adaptor.getY(), true))
    return adaptor.getY();
  return foldElementwise(adaptor.getOperands(), getType(), nullptr, [](ArrayRef<APInt> v) { return v[0] | v[1]; });
}

OpFoldResult SelectOp::fold(FoldAdaptor adaptor) {
  if (getX() == getY())
    return getX();
  if (adaptor.getX() && adaptor.getX() == adaptor.getY())
    return adaptor.getX();
  if (std::optional<double> pred = splatNumber(adaptor.getPred()))
    return *pred != 0 ? getX() : getY();
  return {};
}

/// A comparison of integers, given whether it holds where x is below (-1), equal to (0) or above (1) y.
template <typename Op>
static OpFoldResult foldComparison(Op op, ArrayRef<Attribute> operands, llvm::function_ref<bool(int)> holds) {
  bool isUnsignedInt = isUnsigned(op.getX());
  return foldElementwise(operands, op.getType(), nullptr, [=](ArrayRef<APInt> v) {
    bool isBelow = isUnsignedInt ? v[0].ult(v[1]) : v[0].slt(v[1]);
    return APInt(1, holds(v[0] == v[1] ? 0 : isBelow ? -1 : 1));
  });
}
OpFoldResult EqOp::fold(FoldAdaptor adaptor) {
  return foldComparison(*this, adaptor.getOperands(), [](int order) { return order == 0; });
}
OpFoldResult NeOp::fold(FoldAdaptor adaptor) {
  return foldComparison(*this, adaptor.getOperands(), [](int order) { return order != 0; });
}
OpFoldResult LtOp::fold(FoldAdaptor adaptor) {
  return foldComparison(*this, adaptor.getOperands(), [](int order) { return order < 0; });
}
OpFoldResult LeOp::fold(FoldAdaptor adaptor) {
  return foldComparison(*this, adaptor.getOperands(), [](int order) { return order <= 0; });
}
OpFoldResult GtOp::fold(FoldAdaptor adaptor) {
  return foldComparison(*this, adaptor.getOperands(), [](int order) { return order > 0; });
}
OpFoldResult GeOp::fold(FoldAdaptor adaptor) {
  return foldComparison(*this, adaptor.getOperands(), [](int order) { return order >= 0; });
}

/// Whether every value of one element type is a value of the other.
static bool keepsValues(Type from, Type to) {
  if (isStorage(to))
    return from == to;
  if (from == to || from.isInteger(1))
    return true;
  if (auto complex = dyn_cast<ComplexType>(to))
    return complex.getElementType() == from ||
           (complex.getElementType().isF64() && (isa<FloatType>(from) || isa<ComplexType>(from)));
  return isa<FloatType>(from) && isa<FloatType>(to) &&
         ((to.isF32() && from.getIntOrFloatBitWidth() == 16) || (to.isF64() && !from.isF64()));
}
OpFoldResult ConvertOp::fold(FoldAdaptor adaptor) {
  if (getX().getType() == getType())
    return getX();
  if (auto inner = getX().getDefiningOp<ConvertOp>();
      inner && keepsValues(elementType(inner.getX()), inner.getDtype()) && inner != *this) {
    getXMutable().assign(inner.getX());
    return getResult();
  }
  return foldConvert(adaptor.getX(), getType());
}

OpFoldResult RealOp::fold(FoldAdaptor adaptor) {
  if (auto whole = getX().getDefiningOp<ComplexOp>())
    return whole.getRe();
  if (auto convert = getX().getDefiningOp<ConvertOp>(); convert && convert.getX().getType() == getType())
    return convert.getX();
  return foldPart(adaptor.getX(), getType(), /*imaginary=*/false);
}
OpFoldResult ImagOp::fold(FoldAdaptor adaptor) {
  if (auto whole = getX().getDefiningOp<ComplexOp>())
    return whole.getIm();
  return foldPart(adaptor.getX(), getType(), /*imaginary=*/true);
}
OpFoldResult ComplexOp::fold(FoldAdaptor adaptor) {
  auto re = getRe().getDefiningOp<RealOp>();
  auto im = getIm().getDefiningOp<ImagOp>();
  if (re && im && re.getX() == im.getX())
    return re.getX();
  return foldComplex(adaptor.getRe(), adaptor.getIm(), getType());
}
OpFoldResult ConjOp::fold(FoldAdaptor) {
  auto inner = getX().getDefiningOp<ConjOp>();
  return inner ? OpFoldResult(inner.getX()) : OpFoldResult();
}

OpFoldResult BitcastConvertOp::fold(FoldAdaptor) {
  if (getX().getType() == getType())
    return getX();
  // Floats that pass through their bits have no derivative (stop_gradient), and a later transform has to see that.
  auto inner = getX().getDefiningOp<BitcastConvertOp>();
  bool isThere = inner && inner.getX().getType() == getType();
  return isThere && getType().getElementType().isInteger() ? OpFoldResult(inner.getX()) : OpFoldResult();
}

//===----------------------------------------------------------------------===//
// Patterns
//===----------------------------------------------------------------------===//

namespace {

/// A float value as a factor times a base; the base alone counts as 1 times itself.
struct Term {
  Value base;
  double factor;
};

} // namespace

static Term termOf(Value v) {
  if (auto neg = v.getDefiningOp<NegOp>()) {
    Term inner = termOf(neg.getX());
    return {inner.base, -inner.factor};
  }
  if (auto mul = v.getDefiningOp<MulOp>())
    if (std::optional<double> factor = splatNumber(mul.getY()))
      return {mul.getX(), *factor};
  return {v, 1};
}
static bool isScaled(const Term &term) { return term.factor != 1; }

/// Whether a product of literals neither overflows nor underflows in the element type of v.
static bool fits(Value v, double number) {
  Type element = elementType(v);
  if (auto complex = dyn_cast<ComplexType>(element))
    element = complex.getElementType();
  return FloatAttr::get(element, number).getValue().isNormal();
}
/// A literal divided by something, once or more often; numerator 0 for anything else.
struct Inverse {
  double numerator = 0;
  SmallVector<Value, 4> denominators;
};
static Inverse inverseOf(Value v) {
  Inverse inverse;
  auto div = v.getDefiningOp<DivOp>();
  for (; div; div = div.getX().getDefiningOp<DivOp>()) {
    inverse.denominators.push_back(div.getY());
    if (std::optional<double> number = splatNumber(div.getX())) {
      inverse.numerator = *number;
      break;
    }
  }
  return inverse;
}
static bool isInverse(Value v) { return inverseOf(v).numerator != 0; }

static Value literal(PatternRewriter &rewriter, Location loc, Type type, double number) {
  return ConstantOp::create(rewriter, loc, splatOf(type, number));
}
static Value scaled(PatternRewriter &rewriter, Location loc, Value base, double factor) {
  if (factor == 1)
    return base;
  if (factor == -1)
    return NegOp::create(rewriter, loc, base);
  return MulOp::create(rewriter, loc, base, literal(rewriter, loc, base.getType(), factor));
}
/// a + sign * b where both are multiples of one value.
static LogicalResult mergeTerms(Operation *op, Value x, Value y, double sign, PatternRewriter &rewriter) {
  Term a = termOf(x), b = termOf(y);
  if (a.base != b.base) {
    Inverse p = inverseOf(a.base), q = inverseOf(b.base);
    if (p.numerator == 0 || q.numerator == 0 || p.denominators != q.denominators)
      return failure();
    b.factor *= q.numerator / p.numerator;
  }
  double factor = a.factor + sign * b.factor;
  if (!fits(x, factor))
    return failure();
  rewriter.replaceOp(op, scaled(rewriter, op->getLoc(), a.base, factor));
  return success();
}

static LogicalResult canonicalizeAdd(AddOp op, PatternRewriter &rewriter) {
  if (!isInexact(op.getX()))
    return failure();
  if (succeeded(mergeTerms(op, op.getX(), op.getY(), 1, rewriter)))
    return success();
  if (auto neg = op.getY().getDefiningOp<NegOp>())
    return rewriter.replaceOpWithNewOp<SubOp>(op, op.getX(), neg.getX()), success();
  if (auto neg = op.getX().getDefiningOp<NegOp>())
    return rewriter.replaceOpWithNewOp<SubOp>(op, op.getY(), neg.getX()), success();
  return failure(); // (x + c1) + c2 stays: who writes that may mean its rounding
}

static LogicalResult canonicalizeSub(SubOp op, PatternRewriter &rewriter) {
  Value x = op.getX(), y = op.getY();
  if (isSplatOf(x, 0))
    return rewriter.replaceOpWithNewOp<NegOp>(op, y), success();
  if (!isInexact(x))
    return failure();
  if (succeeded(mergeTerms(op, x, y, -1, rewriter)))
    return success();
  if (auto neg = y.getDefiningOp<NegOp>())
    return rewriter.replaceOpWithNewOp<AddOp>(op, x, neg.getX()), success();
  auto neg = x.getDefiningOp<NegOp>();
  if (!neg || splatNumber(y))
    return failure();
  Value sum = AddOp::create(rewriter, op.getLoc(), neg.getX(), y);
  rewriter.replaceOpWithNewOp<NegOp>(op, sum);
  return success();
}

static LogicalResult canonicalizeMul(MulOp op, PatternRewriter &rewriter) {
  if (!isInexact(op.getX()))
    return failure();
  Term x = termOf(op.getX()), y = termOf(op.getY());
  Location loc = op.getLoc();
  if (std::optional<double> c = splatNumber(op.getY())) {
    if (isScaled(x) && fits(x.base, x.factor * *c)) // c1 * (c2 * x)
      return rewriter.replaceOp(op, scaled(rewriter, loc, x.base, x.factor * *c)), success();
    if (*c == -1)
      return rewriter.replaceOpWithNewOp<NegOp>(op, op.getX()), success();
    auto div = op.getX().getDefiningOp<DivOp>();
    std::optional<double> numerator = div && div->hasOneUse() ? splatNumber(div.getX()) : std::nullopt;
    if (!numerator || !fits(op, *numerator * *c))
      return failure();
    Value constant = literal(rewriter, loc, op.getType(), *numerator * *c);
    return rewriter.replaceOpWithNewOp<DivOp>(op, constant, div.getY()), success();
  }
  if ((isScaled(x) || isScaled(y)) && fits(op, x.factor * y.factor)) {
    Value inner = MulOp::create(rewriter, loc, x.base, y.base);
    return rewriter.replaceOp(op, scaled(rewriter, loc, inner, x.factor * y.factor)), success();
  }
  // u * (c / v / w) is u * c / v / w: powers of 1 / x in a derivative take one form.
  for (auto [u, v] : {std::pair(op.getX(), op.getY()), std::pair(op.getY(), op.getX())}) {
    if (!isInverse(v))
      continue;
    auto div = v.getDefiningOp<DivOp>();
    Value numerator = isSplatOf(div.getX(), 1) ? u : MulOp::create(rewriter, loc, u, div.getX()).getResult();
    return rewriter.replaceOpWithNewOp<DivOp>(op, numerator, div.getY()), success();
  }
  return failure();
}

static LogicalResult canonicalizeDiv(DivOp op, PatternRewriter &rewriter) {
  if (!isInexact(op.getX()))
    return failure();
  Term x = termOf(op.getX()), y = termOf(op.getY());
  Location loc = op.getLoc();
  // Only signs leave a denominator: dividing by a literal is not multiplying by its inverse.
  if (std::fabs(y.factor) != 1)
    y = {op.getY(), 1};
  if (isScaled(x) || isScaled(y)) {
    if (std::optional<double> numerator = splatNumber(x.base)) {
      Value constant = literal(rewriter, loc, op.getType(), *numerator * x.factor * y.factor);
      return rewriter.replaceOpWithNewOp<DivOp>(op, constant, y.base), success();
    }
    Value inner = DivOp::create(rewriter, loc, x.base, y.base);
    return rewriter.replaceOp(op, scaled(rewriter, loc, inner, x.factor * y.factor)), success();
  }
  return failure();
}

static LogicalResult canonicalizeNeg(NegOp op, PatternRewriter &rewriter) {
  if (!isInexact(op.getX()))
    return failure();
  if (Term term = termOf(op.getX()); isScaled(term))
    return rewriter.replaceOp(op, scaled(rewriter, op.getLoc(), term.base, -term.factor)), success();
  if (auto sub = op.getX().getDefiningOp<SubOp>())
    return rewriter.replaceOpWithNewOp<SubOp>(op, sub.getY(), sub.getX()), success();
  auto div = op.getX().getDefiningOp<DivOp>();
  std::optional<double> numerator = div && div->hasOneUse() ? splatNumber(div.getX()) : std::nullopt;
  if (!numerator)
    return failure();
  Value constant = literal(rewriter, op.getLoc(), op.getType(), -*numerator);
  rewriter.replaceOpWithNewOp<DivOp>(op, constant, div.getY());
  return success();
}

static LogicalResult canonicalizeSelect(SelectOp op, PatternRewriter &rewriter) {
  if (auto inverse = op.getPred().getDefiningOp<BitwiseNotOp>())
    return rewriter.replaceOpWithNewOp<SelectOp>(op, inverse.getX(), op.getY(), op.getX()), success();
  if (auto inner = op.getX().getDefiningOp<SelectOp>(); inner && inner.getPred() == op.getPred())
    return rewriter.replaceOpWithNewOp<SelectOp>(op, op.getPred(), inner.getX(), op.getY()), success();
  if (auto inner = op.getY().getDefiningOp<SelectOp>(); inner && inner.getPred() == op.getPred())
    return rewriter.replaceOpWithNewOp<SelectOp>(op, op.getPred(), op.getX(), inner.getY()), success();
  return failure();
}

void AddOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) { patterns.add(canonicalizeAdd); }
void SubOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) { patterns.add(canonicalizeSub); }
void MulOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) { patterns.add(canonicalizeMul); }
void DivOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) { patterns.add(canonicalizeDiv); }
void NegOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) { patterns.add(canonicalizeNeg); }
void SelectOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *) {
  patterns.add(canonicalizeSelect);
}
