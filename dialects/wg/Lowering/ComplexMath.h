// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scalar code for complex numbers, shared by the files that have it.

#ifndef WG_LOWERING_COMPLEXMATH_H
#define WG_LOWERING_COMPLEXMATH_H

#include "wg/Lowering/MathExpansion.h"
#include "wg/Lowering/Scalar.h"

#include "llvm/ADT/StringMap.h"

namespace wg::lowering {

/// sqrt(x^2 + y^2) of floats, which overflows only if the result does.
Scalar hypotenuse(const Scalar &x, const Scalar &y);
/// The code of an elementary function on complex numbers by the name of its op; null if there is none.
Expansion findComplexFunction(llvm::StringRef op);

} // namespace wg::lowering

#endif // WG_LOWERING_COMPLEXMATH_H
