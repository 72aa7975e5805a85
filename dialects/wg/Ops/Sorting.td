// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sorting.

#ifndef WG_OPS_SORTING_TD
#define WG_OPS_SORTING_TD

include "wg/IR/WgBase.td"


#endif
