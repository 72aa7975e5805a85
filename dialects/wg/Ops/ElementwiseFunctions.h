// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The elementwise ops as functions on expressions, and helpers of their rules. Apart from the other families, so that a
// new op there does not compile the elementwise ones again.

#ifndef WG_OPS_ELEMENTWISEFUNCTIONS_H
#define WG_OPS_ELEMENTWISEFUNCTIONS_H

#include "wg/IR/Expr.h"

namespace wg {
#include "wg/Ops/CompositeFunctions.h.inc"
#include "wg/Ops/ElementwiseFunctions.h.inc"
#include "wg/Ops/SpecialFunctions.h.inc"

/// The partial of integer_pow: y * x ** (y - 1), 0 for y = 0.
Expr integer_pow_partial(const Expr &x, int64_t y);
/// The partial of abs: -1 or, from 0 on, 1; conj(x) / |x| for complex x, 0 at 0.
Expr abs_partial(const Expr &x, const Expr &out);
/// The partial of logaddexp by x: exp(x - out), at infinities too.
Expr logaddexp_partial(const Expr &x, const Expr &y, const Expr &out);
/// The real part: x itself if it is real.
Expr real_part(const Expr &x);
/// x as another element type; x itself if it has it already.
Expr converted(const Expr &x, mlir::Type dtype);
} // namespace wg

#endif // WG_OPS_ELEMENTWISEFUNCTIONS_H
