// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the records of Ops/Window.td call: type rules, and helpers of their derivatives.

#ifndef WG_OPS_WINDOWFUNCTIONS_H
#define WG_OPS_WINDOWFUNCTIONS_H

#include "wg/IR/TypeRules.h"

namespace wg {

TensorType cumulativeType(TypeRules &t, TensorType x, int64_t axis);
TensorType recurrenceType(TypeRules &t, TensorType a, TensorType b, int64_t axis);
TensorType windowType(TypeRules &t, TensorType x, const Ints &window, const Ints &strides, const Ints &low,
                      const Ints &high, const Ints &baseDilation, const Ints &windowDilation);
TensorType selectGatherType(TypeRules &t, TensorType tangents, TensorType operand, llvm::StringRef order,
                            const Ints &window, const Ints &strides, const Ints &low, const Ints &high,
                            const Ints &baseDilation, const Ints &windowDilation);
TensorType selectScatterType(TypeRules &t, TensorType source, TensorType operand, llvm::StringRef order,
                             const Ints &window, const Ints &strides, const Ints &low, const Ints &high,
                             const Ints &baseDilation, const Ints &windowDilation);

/// The tangents of cumprod, of cummax and cummin, and of cumlogsumexp.
Expr cumulative_product_jvp(const Expr &x, const Expr &dx, const Expr &out, int64_t axis, bool reverse);
Expr cumulative_extremum_jvp(const Expr &x, const Expr &dx, const Expr &out, int64_t axis, bool reverse);
Expr cumulative_logsumexp_jvp(const Expr &x, const Expr &dx, const Expr &out, int64_t axis, bool reverse);
/// The transpose of reduce_window_sum: of each element the sum over the windows that hold it.
Expr window_sum_transpose(const Expr &ct, const Ints &shape, const Ints &window, const Ints &strides, const Ints &low,
                          const Ints &high, const Ints &baseDilation, const Ints &windowDilation);

} // namespace wg

#endif // WG_OPS_WINDOWFUNCTIONS_H
