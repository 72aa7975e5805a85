// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// erf_inv_fast: erf_inv, in float32 to 8 ulp by the polynomials that JAX's random numbers come from.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.erf_inv_fast %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.886226952>
// JVP-NEXT: %[[V1:.*]] = wg.erf_inv_fast %[[X]]
// JVP-NEXT: %[[V2:.*]] = wg.mul %[[V1]], %[[V1]]
// JVP-NEXT: %[[V3:.*]] = wg.exp %[[V2]]
// JVP-NEXT: %[[V4:.*]] = wg.mul %[[V3]], %[[DX]]
// JVP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[V0]]
// JVP-NEXT: return %[[V1]], %[[V5]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.886226952>
// VJP-NEXT: %[[V1:.*]] = wg.erf_inv_fast %[[X]]
// VJP-NEXT: %[[V2:.*]] = wg.mul %[[V1]], %[[V1]]
// VJP-NEXT: %[[V3:.*]] = wg.exp %[[V2]]
// VJP-NEXT: %[[V4:.*]] = wg.mul %[[V3]], %[[CT]]
// VJP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[V0]]
// VJP-NEXT: return %[[V1]], %[[V5]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.erf_inv_fast %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.erf_inv_fast %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
