// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading and writing at computed positions.

#ifndef WG_OPS_INDEXING_TD
#define WG_OPS_INDEXING_TD

include "wg/IR/WgBase.td"


#endif
