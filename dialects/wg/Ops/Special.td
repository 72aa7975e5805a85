// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Special functions: the gamma family, Bessel functions, zeta.

#ifndef WG_OPS_SPECIAL_TD
#define WG_OPS_SPECIAL_TD

include "wg/IR/WgBase.td"

#endif
