// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// zeta_partial: the derivative of zeta(x, q) in x of an order from 1 to 8, for q > 0 (nan elsewhere).
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.zeta_partial %{{.*}}, %{{.*}} order 1 : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DQ:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.zeta_partial %[[X]], %[[Q]] order 1
// JVP-NEXT: %[[V2:.*]] = wg.zeta_partial %[[X]], %[[Q]] order 2
// JVP-NEXT: %[[V3:.*]] = wg.add %[[X]], %[[V0]]
// JVP-NEXT: %[[V4:.*]] = wg.zeta %[[V3]], %[[Q]]
// JVP-NEXT: %[[V5:.*]] = wg.zeta_partial %[[V3]], %[[Q]] order 1
// JVP-NEXT: %[[V6:.*]] = wg.mul %[[X]], %[[V5]]
// JVP-NEXT: %[[V7:.*]] = wg.add %[[V6]], %[[V4]]
// JVP-NEXT: %[[V8:.*]] = wg.mul %[[V2]], %[[DX]]
// JVP-NEXT: %[[V9:.*]] = wg.mul %[[V7]], %[[DQ]]
// JVP-NEXT: %[[V10:.*]] = wg.sub %[[V8]], %[[V9]]
// JVP-NEXT: return %[[V1]], %[[V10]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.zeta_partial %[[X]], %[[Q]] order 1
// VJP-NEXT: %[[V2:.*]] = wg.zeta_partial %[[X]], %[[Q]] order 2
// VJP-NEXT: %[[V3:.*]] = wg.add %[[X]], %[[V0]]
// VJP-NEXT: %[[V4:.*]] = wg.zeta %[[V3]], %[[Q]]
// VJP-NEXT: %[[V5:.*]] = wg.zeta_partial %[[V3]], %[[Q]] order 1
// VJP-NEXT: %[[V6:.*]] = wg.mul %[[X]], %[[V5]]
// VJP-NEXT: %[[V7:.*]] = wg.add %[[V6]], %[[V4]]
// VJP-NEXT: %[[V8:.*]] = wg.mul %[[V7]], %[[CT]]
// VJP-NEXT: %[[V9:.*]] = wg.neg %[[V8]]
// VJP-NEXT: %[[V10:.*]] = wg.mul %[[V2]], %[[CT]]
// VJP-NEXT: return %[[V1]], %[[V10]], %[[V9]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Q:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.zeta_partial %[[X]], %[[Q]] order 1
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>, %q: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.zeta_partial %x, %q order 1 : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
