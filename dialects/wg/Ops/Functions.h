// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops as functions on expressions, generated from the records, and helpers of rules that are longer than an expression.

#ifndef WG_OPS_FUNCTIONS_H
#define WG_OPS_FUNCTIONS_H

#include "wg/IR/Expr.h"

namespace wg {
#include "wg/Ops/Functions.h.inc"

/// The transpose of broadcast_in_dim: ct summed over the repeated dimensions, in the shape of its operand.
Expr unspread(const Expr &ct, const Ints &shape, const Ints &dims);
/// Cotangents of dot_general.
Expr dot_ct_lhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const Ints &lhsContracting,
                const Ints &rhsContracting, const Ints &lhsBatch, const Ints &rhsBatch);
Expr dot_ct_rhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const Ints &lhsContracting,
                const Ints &rhsContracting, const Ints &lhsBatch, const Ints &rhsBatch);
} // namespace wg

#endif // WG_OPS_FUNCTIONS_H
