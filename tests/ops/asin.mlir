// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// asin: the angle in [-pi/2, pi/2] whose sine is x.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.asin %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.asin %[[X]]
// JVP-NEXT: %[[V3:.*]] = wg.add %[[X]], %[[V1]]
// JVP-NEXT: %[[V4:.*]] = wg.sub %[[V1]], %[[X]]
// JVP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[V3]]
// JVP-NEXT: %[[V6:.*]] = wg.rsqrt %[[V5]]
// JVP-NEXT: %[[V7:.*]] = wg.mul %[[X]], %[[X]]
// JVP-NEXT: %[[V8:.*]] = wg.eq %[[V7]], %[[V1]]
// JVP-NEXT: %[[V9:.*]] = wg.select %[[V8]], %[[V0]], %[[V6]]
// JVP-NEXT: %[[V10:.*]] = wg.mul %[[V9]], %[[DX]]
// JVP-NEXT: return %[[V2]], %[[V10]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.asin %[[X]]
// VJP-NEXT: %[[V3:.*]] = wg.add %[[X]], %[[V1]]
// VJP-NEXT: %[[V4:.*]] = wg.sub %[[V1]], %[[X]]
// VJP-NEXT: %[[V5:.*]] = wg.mul %[[V4]], %[[V3]]
// VJP-NEXT: %[[V6:.*]] = wg.rsqrt %[[V5]]
// VJP-NEXT: %[[V7:.*]] = wg.mul %[[X]], %[[X]]
// VJP-NEXT: %[[V8:.*]] = wg.eq %[[V7]], %[[V1]]
// VJP-NEXT: %[[V9:.*]] = wg.select %[[V8]], %[[V0]], %[[V6]]
// VJP-NEXT: %[[V10:.*]] = wg.mul %[[V9]], %[[CT]]
// VJP-NEXT: return %[[V2]], %[[V10]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.asin %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.asin %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
