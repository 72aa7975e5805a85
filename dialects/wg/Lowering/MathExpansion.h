// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Our own code for elementary functions, as scalar arith ops: IREE's is inaccurate or does not link for many of them
// (docs/adr/0013 has the measurements). Wanted: 4 ulp or less, and infinities, nan and signed zeros as NumPy has them.

#ifndef WG_LOWERING_MATHEXPANSION_H
#define WG_LOWERING_MATHEXPANSION_H

#include "wg/Lowering/Scalar.h"

#include "llvm/ADT/StringRef.h"

namespace wg::lowering {

/// Code for one scalar function on f32 or f64. `hasF64`: the target computes in f64, which makes some f32 functions
/// exact to the last bit and holds over the whole range of f32.
using Expansion = Scalar (*)(llvm::ArrayRef<Scalar> operands, bool hasF64);

/// The expansion that replaces this op of the math or arith dialect (or this op of wg, where there is none) on an
/// element type; null where the op is good as it is.
Expansion findExpansion(llvm::StringRef op, mlir::Type element);

// Shared by the files of expansions.
Scalar exp(const Scalar &x);
Scalar log(const Scalar &x);
Scalar log1p(const Scalar &x);
Scalar expm1(const Scalar &x);
/// e^x * factor * 2^shift, where e^x alone may overflow.
Scalar expTimes(const Scalar &x, const Scalar &factor, int shift);
/// x rounded to `bits` bits of its mantissa, towards zero.
Scalar keepBits(const Scalar &x, int bits);
Scalar toF64(const Scalar &x);
bool isF32(const Scalar &x);

// MathTrigonometry.cpp
Scalar expandSin(llvm::ArrayRef<Scalar> x, bool hasF64);
Scalar expandCos(llvm::ArrayRef<Scalar> x, bool hasF64);
Scalar expandTan(llvm::ArrayRef<Scalar> x, bool hasF64);
Scalar expandAsin(llvm::ArrayRef<Scalar> x, bool hasF64);
Scalar expandAcos(llvm::ArrayRef<Scalar> x, bool hasF64);
Scalar expandAtan(llvm::ArrayRef<Scalar> x, bool hasF64);
Scalar expandAtan2(llvm::ArrayRef<Scalar> operands, bool hasF64);

// MathPowers.cpp
Scalar expandPow(llvm::ArrayRef<Scalar> operands, bool hasF64);
Scalar expandCbrt(llvm::ArrayRef<Scalar> x, bool hasF64);
Scalar expandRem(llvm::ArrayRef<Scalar> operands, bool hasF64);
Scalar expandErf(llvm::ArrayRef<Scalar> x, bool hasF64);

} // namespace wg::lowering

#endif // WG_LOWERING_MATHEXPANSION_H
