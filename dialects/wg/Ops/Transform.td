// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transforms as call-like ops on symbols.

#ifndef WG_OPS_TRANSFORM_TD
#define WG_OPS_TRANSFORM_TD

include "wg/IR/WgBase.td"


#endif
