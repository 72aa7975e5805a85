// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls of Python functions.

#ifndef WG_OPS_HOST_TD
#define WG_OPS_HOST_TD

include "wg/IR/WgBase.td"

#endif
