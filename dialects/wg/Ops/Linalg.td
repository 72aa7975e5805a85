// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Factorisations and solvers of linear algebra.

#ifndef WG_OPS_LINALG_TD
#define WG_OPS_LINALG_TD

include "wg/IR/WgBase.td"

#endif
