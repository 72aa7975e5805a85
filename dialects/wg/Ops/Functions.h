// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops as functions on expressions, generated from the records, and helpers of rules that are longer than an
// expression.

#ifndef WG_OPS_FUNCTIONS_H
#define WG_OPS_FUNCTIONS_H

#include "wg/IR/ConvNumbers.h"
#include "wg/IR/WindowDims.h"
#include "wg/Ops/ElementwiseFunctions.h"

namespace wg {
#include "wg/Ops/ContractionFunctions.h.inc"
#include "wg/Ops/ConvolutionFunctions.h.inc"
#include "wg/Ops/FftFunctions.h.inc"
#include "wg/Ops/HostFunctions.h.inc"
#include "wg/Ops/IndexingFunctions.h.inc"
#include "wg/Ops/LinalgFunctions.h.inc"
#include "wg/Ops/RandomFunctions.h.inc"
#include "wg/Ops/ReductionFunctions.h.inc"
#include "wg/Ops/ShapeFunctions.h.inc"
#include "wg/Ops/SortingFunctions.h.inc"
#include "wg/Ops/WindowFunctions.h.inc"

/// The transpose of broadcast_in_dim: ct summed over the repeated dimensions, in the shape of its operand.
Expr unspread(const Expr &ct, const Ints &shape, const Ints &dims);
/// The transpose of slice: ct back in its places, zeros elsewhere.
Expr unslice(const Expr &ct, const Ints &shape, const Ints &start, const Ints &strides);
/// The transpose of pad: for its operand the elements of ct that came from it, for its value the sum of the others.
Expr unpad(const Expr &ct, const Ints &shape, const Ints &low, const Ints &high, const Ints &interior);
Expr padding_sum(const Expr &ct, const Ints &shape, const Ints &low, const Ints &high, const Ints &interior);
/// take as a gather.
Expr take_windows(const Expr &x, const Expr &indices, int64_t axis);
/// The windows of x that a scatter of updates of this shape writes.
Expr gather_windows(const Expr &x, const Expr &indices, const Ints &updates, const WindowDims &dims,
                    llvm::StringRef mode, bool unique);
/// The same, with zeros for what a later update replaces.
Expr last_writes(const Expr &ct, const Expr &indices, const Ints &updates, const WindowDims &dims, llvm::StringRef mode,
                 bool unique);
/// The tangents of scatter_mul, and of scatter_min and scatter_max.
Expr scatter_mul_jvp(const Expr &x, const Expr &indices, const Expr &updates, const Expr &dx, const Expr &dupdates,
                     const WindowDims &dims, llvm::StringRef mode, bool unique);
Expr scatter_extremum_jvp(const Expr &x, const Expr &indices, const Expr &updates, const Expr &out, const Expr &dx,
                          const Expr &dupdates, const WindowDims &dims, llvm::StringRef mode, bool unique);
/// The tangents of reduce_prod, and of reduce_max and reduce_min.
Expr product_jvp(const Expr &x, const Expr &dx, const Ints &axes);
Expr extremum_jvp(const Expr &x, const Expr &dx, const Expr &out, const Ints &axes);
/// iota of a shape, in the program that x belongs to.
Expr iota_like(const Expr &x, const Ints &shape, int64_t dimension, mlir::Type dtype);
/// The transpose of fft.
Expr fft_transpose(const Expr &ct, llvm::StringRef type, const Ints &lengths);
/// Cotangents of dot_general.
Expr dot_ct_lhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const Ints &lhsContracting,
                const Ints &rhsContracting, const Ints &lhsBatch, const Ints &rhsBatch);
Expr dot_ct_rhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const Ints &lhsContracting,
                const Ints &rhsContracting, const Ints &lhsBatch, const Ints &rhsBatch);
/// Cotangents of conv_general_dilated.
Expr conv_ct_lhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const ConvNumbers &numbers);
Expr conv_ct_rhs(const Expr &ct, const Expr &lhs, const Expr &rhs, const ConvNumbers &numbers);
} // namespace wg

#endif // WG_OPS_FUNCTIONS_H
