// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The wg dialect.

#ifndef WG_IR_WGDIALECT_H
#define WG_IR_WGDIALECT_H

#include "mlir/IR/Dialect.h"

#include "wg/IR/WgDialect.h.inc"

#endif // WG_IR_WGDIALECT_H
