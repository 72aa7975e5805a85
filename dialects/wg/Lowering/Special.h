// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Special functions as scalar code: polynomials where one fits, loops in the body of the linalg.generic where the
// number of terms depends on the operands. Formula numbers are those of NIST's Digital Library of Mathematical
// Functions (https://dlmf.nist.gov); the polynomials are tools/dev/fit_special.py's.

#ifndef WG_LOWERING_SPECIAL_H
#define WG_LOWERING_SPECIAL_H

#include "wg/Lowering/Scalar.h"

#include "mlir/IR/Operation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace wg::lowering {

/// Code for one special function. The operands are in the compute type, f64 for results in f32 where the target has it;
/// `isFine`: the result is wanted in f64. The operation is there for its attributes.
struct SpecialOperands {
  llvm::ArrayRef<Scalar> x;
  bool isFine;
  mlir::Operation *op;
  const Scalar &operator[](size_t i) const { return x[i]; }
};
using SpecialCode = Scalar (*)(const SpecialOperands &);

/// The code of an op by its name ("wg.lgamma"), or null.
SpecialCode findSpecial(llvm::StringRef op);
/// All names that findSpecial knows.
llvm::ArrayRef<llvm::StringRef> specialNames();
/// The op on scalars in f32 or f64 (and i32 for orders).
Scalar applySpecial(SpecialCode code, llvm::ArrayRef<Scalar> operands, mlir::Operation *op, bool hasF64);

//===----------------------------------------------------------------------===//
// Control flow in a body
//===----------------------------------------------------------------------===//

using ScalarList = llvm::SmallVector<Scalar, 4>;
/// `while (condition(state)) state = step(state)`, from `start`.
ScalarList whileLoop(llvm::ArrayRef<Scalar> start, llvm::function_ref<Scalar(llvm::ArrayRef<Scalar>)> condition,
                     llvm::function_ref<ScalarList(llvm::ArrayRef<Scalar>)> step);
ScalarList ifElse(const Scalar &condition, llvm::function_ref<ScalarList()> yes, llvm::function_ref<ScalarList()> no);

//===----------------------------------------------------------------------===//
// Shared by the files of special functions; arguments are in the domain, in f64 or f32
//===----------------------------------------------------------------------===//

/// The relative error at which a sum may end.
double roundOff(const Scalar &x, bool isFine);
/// log(1 + u) - u; `shifted` is 1 + u, u > -1.
Scalar log1pMinus(const Scalar &u, const Scalar &shifted);
Scalar erfc(const Scalar &x, bool isFine);
/// For 0 < x < inf.
Scalar lgammaOfPositive(const Scalar &x, bool isFine);
Scalar digammaOfPositive(const Scalar &x, bool isFine);
/// The derivative of order n >= 1 of digamma.
Scalar polygammaOfPositive(unsigned n, const Scalar &x, bool isFine);
/// log(gamma(1 + a)) with a small relative error near a = 0, for a > -1/4.
Scalar lgamma1p(const Scalar &a, bool isFine);
/// log(gamma(a)) - (a - 1/2) log(a) + a - log(2 pi) / 2.
Scalar stirlingRemainder(const Scalar &a, bool isFine);

// SpecialGamma.cpp
Scalar codeLgamma(const SpecialOperands &e);
Scalar codeDigamma(const SpecialOperands &e);
// SpecialZeta.cpp
Scalar codePolygamma(const SpecialOperands &e);
Scalar codeZeta(const SpecialOperands &e);
Scalar codeZetaPartial(const SpecialOperands &e);
// SpecialIncomplete.cpp
Scalar codeIgamma(const SpecialOperands &e);
Scalar codeIgammac(const SpecialOperands &e);
Scalar codeGammaDensity(const SpecialOperands &e);
Scalar codeBetainc(const SpecialOperands &e);
Scalar codeBetaDensity(const SpecialOperands &e);
// SpecialSensitivity.cpp
Scalar codeIgammaSensitivity(const SpecialOperands &e);
Scalar codeBetaincSensitivity(const SpecialOperands &e);

} // namespace wg::lowering

#endif // WG_LOWERING_SPECIAL_H
