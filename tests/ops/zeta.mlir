// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// zeta: the sum of (q + k) to the power -x over k = 0, 1, 2, ... (Hurwitz), for x > 1.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.zeta %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DQ:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.zeta %[[X]], %[[Q]]
// JVP-NEXT: %[[V2:.*]] = wg.zeta_partial %[[X]], %[[Q]] order 1
// JVP-NEXT: %[[V3:.*]] = wg.add %[[X]], %[[V0]]
// JVP-NEXT: %[[V4:.*]] = wg.zeta %[[V3]], %[[Q]]
// JVP-NEXT: %[[V5:.*]] = wg.mul %[[X]], %[[V4]]
// JVP-NEXT: %[[V6:.*]] = wg.mul %[[V2]], %[[DX]]
// JVP-NEXT: %[[V7:.*]] = wg.mul %[[V5]], %[[DQ]]
// JVP-NEXT: %[[V8:.*]] = wg.sub %[[V6]], %[[V7]]
// JVP-NEXT: return %[[V1]], %[[V8]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.zeta %[[X]], %[[Q]]
// VJP-NEXT: %[[V2:.*]] = wg.zeta_partial %[[X]], %[[Q]] order 1
// VJP-NEXT: %[[V3:.*]] = wg.add %[[X]], %[[V0]]
// VJP-NEXT: %[[V4:.*]] = wg.zeta %[[V3]], %[[Q]]
// VJP-NEXT: %[[V5:.*]] = wg.mul %[[X]], %[[V4]]
// VJP-NEXT: %[[V6:.*]] = wg.mul %[[V5]], %[[CT]]
// VJP-NEXT: %[[V7:.*]] = wg.neg %[[V6]]
// VJP-NEXT: %[[V8:.*]] = wg.mul %[[V2]], %[[CT]]
// VJP-NEXT: return %[[V1]], %[[V8]], %[[V7]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.zeta %[[X]], %[[Q]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>, %q: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.zeta %x, %q : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
