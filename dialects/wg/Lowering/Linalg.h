// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The lowering of factorisations where no library of the host computes them.

#ifndef WG_LOWERING_LINALG_H
#define WG_LOWERING_LINALG_H

#include "wg/Lowering/Lowering.h"

namespace wg::lowering {

void addLinalg(OpLowerings &table);

} // namespace wg::lowering

#endif // WG_LOWERING_LINALG_H
