// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reductions over windows and cumulative reductions.

#ifndef WG_OPS_WINDOW_TD
#define WG_OPS_WINDOW_TD

include "wg/IR/WgBase.td"

#endif
