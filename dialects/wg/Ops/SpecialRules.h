// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Helpers of the rules of special functions.

#ifndef WG_OPS_SPECIALRULES_H
#define WG_OPS_SPECIALRULES_H

#include "wg/Ops/ElementwiseFunctions.h"

namespace wg {

/// Derivatives of digamma, and of zeta_partial in q.
Expr trigamma(const Expr &x);
Expr zeta_partial_q(const Expr &x, const Expr &q, int64_t order);
/// Derivatives of the logarithm of gamma_density and beta_density; 0 outside the domain, where the densities are 0.
Expr gamma_score_a(const Expr &a, const Expr &x);
Expr gamma_score_x(const Expr &a, const Expr &x);
Expr beta_score_p(const Expr &a, const Expr &b, const Expr &x);
Expr beta_score_q(const Expr &a, const Expr &b, const Expr &x);
Expr beta_score_x(const Expr &a, const Expr &b, const Expr &x);
/// The derivative of the density itself of these orders in its parameters, divided by the density.
Expr gamma_scores(const Expr &a, const Expr &x, int64_t order);
Expr beta_scores(const Expr &a, const Expr &b, const Expr &x, int64_t order_a, int64_t order_b);

} // namespace wg

#endif // WG_OPS_SPECIALRULES_H
