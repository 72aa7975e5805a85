// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random bits.

#ifndef WG_OPS_RANDOM_TD
#define WG_OPS_RANDOM_TD

include "wg/IR/WgBase.td"

def Wg_Threefry2x32Op : Wg_NonDifferentiable<"threefry2x32", (ins Wg_UInt32Tensor:$k0, Wg_UInt32Tensor:$k1, Wg_UInt32Tensor:$x0, Wg_UInt32Tensor:$x1),
    ["t.same({k0, k1, x0, x1})", "x0"], [], "k.threefry2x32(k0, k1, x0, x1)", [], (outs Wg_UInt32Tensor:$y0, Wg_UInt32Tensor:$y1)> {
  let summary = "20 rounds of the Threefry-2x32 block cipher (Salmon et al., SC 2011): two words of counter under two words of key";
  let assemblyFormat = "$k0 `,` $k1 `,` $x0 `,` $x1 attr-dict `:` custom<SameTypes>(type($k0), type($k1), type($x0), type($x1))";
}

#endif
