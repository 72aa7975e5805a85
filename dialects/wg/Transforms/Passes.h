// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes over wg programs; Passes.td describes them.

#ifndef WG_TRANSFORMS_PASSES_H
#define WG_TRANSFORMS_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace wg {
#define GEN_PASS_DECL
#include "wg/Transforms/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "wg/Transforms/Passes.h.inc"
} // namespace wg

#endif // WG_TRANSFORMS_PASSES_H
