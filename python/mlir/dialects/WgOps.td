// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The op classes of wengert.mlir.dialects.wg are generated from the dialect's own records.
include "wg/Ops/WgOps.td"
