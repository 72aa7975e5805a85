// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions.

#ifndef WG_OPS_CONVOLUTION_TD
#define WG_OPS_CONVOLUTION_TD

include "wg/IR/WgBase.td"

#endif
