// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How gather and scatter put windows of an array in relation to an array of indices.

#ifndef WG_IR_WINDOWDIMS_H
#define WG_IR_WINDOWDIMS_H

#include "wg/IR/Expr.h"

namespace wg {

/// The dimension numbers of XLA's gather and scatter. The last dimension of the indices holds the components of a
/// position; the others number the windows. `whole` is the result of a gather, the updates of a scatter.
struct WindowDims {
  Ints window;          // offset_dims, update_window_dims: the dimensions of `whole` that run through a window
  Ints dropped;         // collapsed_slice_dims, inserted_window_dims: of x, with size 1, not in `whole`
  Ints mapped;          // the dimension of x for each component of a position
  Ints operandBatching; // dimensions of x that go along with dimensions of the indices ...
  Ints indicesBatching; // ... these ones

  /// The dimensions of x that `whole` has.
  Ints kept(int64_t rank) const { return complement(concat(dropped, operandBatching), rank); }
  /// The dimensions of `whole` that number windows.
  Ints counted(int64_t wholeRank) const { return complement(window, wholeRank); }
  /// A batch dimension in front of x, of the indices, or of both, and of `whole`.
  WindowDims batched(bool indicesToo) const;
};

/// The size of the window of updates in each dimension of x.
Ints windowSizes(const WindowDims &dims, const Ints &shape, const Ints &updates);

} // namespace wg

#endif // WG_IR_WINDOWDIMS_H
