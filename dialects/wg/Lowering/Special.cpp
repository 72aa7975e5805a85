// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The table of special functions, loops in bodies, and the error and Bessel functions.

#include "wg/Lowering/Special.h"
#include "wg/Lowering/MathCoefficients.h"
#include "wg/Lowering/MathExpansion.h"
#include "wg/Lowering/SpecialCoefficients.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace wg::lowering {

using namespace coefficients;

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

// Scalars of the surrounding code and of the block share one builder, so that code may mix them.
static ScalarList arguments(ImplicitLocOpBuilder &b, Block *block) {
  ScalarList list;
  for (BlockArgument arg : block->getArguments())
    list.push_back(Scalar(b, arg));
  return list;
}
static SmallVector<Value> valuesOf(ArrayRef<Scalar> list) {
  SmallVector<Value> values;
  for (const Scalar &x : list)
    values.push_back(x.get());
  return values;
}

ScalarList whileLoop(ArrayRef<Scalar> start, llvm::function_ref<Scalar(ArrayRef<Scalar>)> condition,
                     llvm::function_ref<ScalarList(ArrayRef<Scalar>)> step) {
  ImplicitLocOpBuilder &b = start.front().builder();
  SmallVector<Value> init = valuesOf(start);
  SmallVector<Type> types(ValueRange(init).getTypes());
  auto loop = scf::WhileOp::create(b, types, init);
  SmallVector<Location> locations(types.size(), b.getLoc());
  {
    OpBuilder::InsertionGuard guard(b);
    ScalarList before = arguments(b, b.createBlock(&loop.getBefore(), {}, types, locations));
    scf::ConditionOp::create(b, condition(before).get(), valuesOf(before));
    ScalarList after = arguments(b, b.createBlock(&loop.getAfter(), {}, types, locations));
    scf::YieldOp::create(b, valuesOf(step(after)));
  }
  ScalarList results;
  for (Value v : loop.getResults())
    results.push_back(Scalar(b, v));
  return results;
}

ScalarList ifElse(const Scalar &condition, llvm::function_ref<ScalarList()> yes, llvm::function_ref<ScalarList()> no) {
  ImplicitLocOpBuilder &b = condition.builder();
  Block thenBlock, elseBlock;
  auto fill = [&](Block &block, llvm::function_ref<ScalarList()> code) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(&block);
    SmallVector<Value> values = valuesOf(code());
    scf::YieldOp::create(b, values);
    return SmallVector<Type>(ValueRange(values).getTypes());
  };
  SmallVector<Type> types = fill(thenBlock, yes);
  fill(elseBlock, no);
  auto branch = scf::IfOp::create(b, types, condition.get(), /*withElseRegion=*/true);
  for (auto [region, block] : {std::pair(&branch.getThenRegion(), &thenBlock), {&branch.getElseRegion(), &elseBlock}}) {
    Block *target = region->empty() ? &region->emplaceBlock() : &region->front();
    target->clear();
    target->getOperations().splice(target->end(), block->getOperations());
  }
  ScalarList results;
  for (Value v : branch.getResults())
    results.push_back(Scalar(b, v));
  return results;
}

//===----------------------------------------------------------------------===//
// The error function
//===----------------------------------------------------------------------===//

double roundOff(const Scalar &x, bool isFine) { return isFine ? 0x1p-53 : x.isF64() ? 0x1p-30 : 0x1p-24; }

Scalar log1pMinus(const Scalar &u, const Scalar &shifted) {
  // With s = u / (2 + u): log(1 + u) = 2 s + s^3 (2/3 + ...) and 2 s - u = -u s.
  Scalar isSmall = abs(u) < 0.29, t = select(isSmall, u, u.like(0)), s = t / (t + 2.0), z = s * s;
  Scalar near = s * z * (0.66666666666666666667 + z * polynomial(z, log64)) - t * s;
  return select(isSmall, near, log(shifted) - u);
}

// e^(-x^2) without the rounding error of x^2.
static Scalar gaussian(const Scalar &x) {
  Scalar high = keepBits(x, x.isF64() ? 26 : 12), square = high * high;
  return exp(-square) * exp(-((x - high) * (x + high)));
}

Scalar erfc(const Scalar &x, bool isFine) {
  Scalar a = abs(x), z = x * x;
  bool wide = x.isF64();
  double limit = isFine ? 27.5 : 10.1; // the result is 0 from here on
  Scalar isSmall = a < 0.5, small = select(isSmall, z, z.like(0));
  Scalar near = 1.0 - (x + x * (isFine ? polynomial(small, erf64) : polynomial(small, erf32)));
  Scalar c = select(a > limit, a.like(limit), a), t = (c - 3.75) / (c + 3.75);
  Scalar decay = isFine || !wide ? gaussian(c) : exp(-(c * c));
  Scalar far = decay * (isFine ? polynomial(t, erfcTail64) : polynomial(t, erfcTail32)) / (1.0 + (c + c));
  far = select(a > limit, a.like(0), far);
  Scalar value = select(isSmall, near, select(x < 0.0, 2.0 - far, far));
  return select(isNan(x), x, value);
}
static Scalar codeErfc(const SpecialOperands &e) { return erfc(e[0], e.isFine); }

//===----------------------------------------------------------------------===//
// Bessel functions: 10.25.2 as a polynomial in x^2 / 4, 10.40.1 as one in 1 / x
//===----------------------------------------------------------------------===//

namespace {
struct BesselPolynomials {
  ArrayRef<double> series, tail;
};
} // namespace

// e^-|x| I(|x|), for order 0 or 1
static Scalar besselOfPositive(const Scalar &a, bool isFirst, const BesselPolynomials &p) {
  Scalar isTail = a > besselTail, safe = select(isTail, a, a.like(besselTail)), u = 1.0 / safe;
  Scalar tail = polynomial(u * (2 * besselTail) - 1.0, p.tail) * sqrt(u);
  Scalar near = select(isTail, a.like(0), a), half = near * 0.5, z = half * half;
  Scalar series = exp(-near) * (1.0 + z * polynomial(z, p.series));
  return select(isTail, tail, isFirst ? half * series : series);
}
static Scalar codeBesselI0e(const SpecialOperands &e) {
  Scalar x = e[0];
  BesselPolynomials fine{besselI0_64, besselTail0_64}, coarse{besselI0_32, besselTail0_32};
  return select(isNan(x), x, besselOfPositive(abs(x), false, e.isFine ? fine : coarse));
}
static Scalar codeBesselI1e(const SpecialOperands &e) {
  Scalar x = e[0];
  BesselPolynomials fine{besselI1_64, besselTail1_64}, coarse{besselI1_32, besselTail1_32};
  return select(isNan(x), x, copySign(besselOfPositive(abs(x), true, e.isFine ? fine : coarse), x));
}

//===----------------------------------------------------------------------===//
// The inverse error function: x times a polynomial in w = -log(1 - x^2), after M. Giles, "Approximating the erfinv
// function" (2010), with polynomials of our own
//===----------------------------------------------------------------------===//

static Scalar codeErfInv(const SpecialOperands &e) {
  // Near 1 the factors are exact; the error of w near 0 does not count.
  Scalar x = e[0], w = -log((1.0 - x) * (1.0 + x)), root = sqrt(w), p;
  if (e.isFine)
    p = select(w < 6.25, polynomial(w - 3.125, erfInvCentre),
               select(w < 16.0, polynomial(root - 3.25, erfInvMiddle), polynomial(root - 5.0, erfInvTail)));
  else
    p = select(w < 6.25, polynomial(w - 3.125, erfInvCentre32), polynomial(root - 3.25, erfInvTail32));
  return select(abs(x) == 1.0, x * x.inf(), p * x);
}

// His coefficients for float32.
static Scalar codeErfInvFast(const SpecialOperands &e) {
  static const double centre[] = {2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
                                  -0.00125372503, -0.00417768164, 0.246640727,    1.50140941};
  static const double tail[] = {-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
                                -0.0076224613,   0.00943887047,  1.00167406,    2.83297682};
  if (e.isFine)
    return codeErfInv(e);
  Scalar x = e[0], w = -log1p(x * -x), isCentre = w < 5.0;
  Scalar t = select(isCentre, w - 2.5, sqrt(w) - 3.0);
  Scalar p = select(isCentre, polynomial(t, centre), polynomial(t, tail));
  return select(abs(x) == 1.0, x * x.inf(), p * x);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static const std::pair<StringRef, SpecialCode> table[] = {
    {"wg.erfc", codeErfc},
    {"wg.erf_inv", codeErfInv},
    {"wg.erf_inv_fast", codeErfInvFast},
    {"wg.bessel_i0e", codeBesselI0e},
    {"wg.bessel_i1e", codeBesselI1e},
    {"wg.lgamma", codeLgamma},
    {"wg.digamma", codeDigamma},
    {"wg.polygamma", codePolygamma},
    {"wg.zeta", codeZeta},
    {"wg.zeta_partial", codeZetaPartial},
    {"wg.igamma", codeIgamma},
    {"wg.igammac", codeIgammac},
    {"wg.gamma_density", codeGammaDensity},
    {"wg.igamma_sensitivity", codeIgammaSensitivity},
    {"wg.betainc", codeBetainc},
    {"wg.beta_density", codeBetaDensity},
    {"wg.betainc_sensitivity", codeBetaincSensitivity},
};

SpecialCode findSpecial(StringRef op) {
  for (const auto &[name, code] : table)
    if (name == op)
      return code;
  return nullptr;
}

ArrayRef<StringRef> specialNames() {
  static const SmallVector<StringRef> names = [] {
    SmallVector<StringRef> list;
    for (const auto &entry : table)
      list.push_back(entry.first);
    return list;
  }();
  return names;
}

Scalar applySpecial(SpecialCode code, ArrayRef<Scalar> operands, Operation *op, bool hasF64) {
  Type element = operands.back().type();
  // The inverse error functions are good in f32, and twice as fast.
  bool widens = element.isF32() && hasF64 && code != codeErfInv && code != codeErfInvFast;
  ScalarList wide;
  for (const Scalar &x : operands)
    wide.push_back(widens && x.isFloat() ? toF64(x) : x);
  Scalar value = code({wide, element.isF64(), op});
  return widens ? value.to(element) : value;
}

} // namespace wg::lowering
