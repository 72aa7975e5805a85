// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops defined by expressions over other ops.

#ifndef WG_OPS_COMPOSITE_TD
#define WG_OPS_COMPOSITE_TD

include "wg/IR/WgBase.td"

def Wg_LogisticOp : Wg_Unary<"logistic", "out * (1 - out)", OwnScalar, "k.logistic(x)", "1 / (1 + exp(-x))"> {
  let summary = "1 / (1 + exp(-x))";
}

#endif
