// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// det: the determinant.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.det %{{.*}} : tensor<3x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<2>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<-1.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V3:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V4:.*]] = wg.constant dense<2>
// JVP-NEXT: %[[V5:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V6:.*]] = wg.det %[[X]]
// JVP-NEXT: %[[LU:.*]], %[[PIVOTS:.*]], %[[PERMUTATION:.*]] = wg.lu %[[X]]
// JVP-NEXT: %[[V7:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V8:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V9:.*]] = wg.eq %[[V8]], %[[V7]]
// JVP-NEXT: %[[V10:.*]] = wg.select %[[V9]], %[[LU]], %[[V5]]
// JVP-NEXT: %[[V11:.*]] = wg.reduce_sum %[[V10]] axes [1]
// JVP-NEXT: %[[V12:.*]] = wg.iota shape [3] dimension 0 dtype i32
// JVP-NEXT: %[[V13:.*]] = wg.eq %[[PIVOTS]], %[[V12]]
// JVP-NEXT: %[[V14:.*]] = wg.neg %[[V11]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<2>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<-1.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V3:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V4:.*]] = wg.constant dense<2>
// VJP-NEXT: %[[V5:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V6:.*]] = wg.det %[[X]]
// VJP-NEXT: %[[LU:.*]], %[[PIVOTS:.*]], %[[PERMUTATION:.*]] = wg.lu %[[X]]
// VJP-NEXT: %[[V7:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V8:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V9:.*]] = wg.eq %[[V8]], %[[V7]]
// VJP-NEXT: %[[V10:.*]] = wg.select %[[V9]], %[[LU]], %[[V5]]
// VJP-NEXT: %[[V11:.*]] = wg.reduce_sum %[[V10]] axes [1]
// VJP-NEXT: %[[V12:.*]] = wg.iota shape [3] dimension 0 dtype i32
// VJP-NEXT: %[[V13:.*]] = wg.eq %[[PIVOTS]], %[[V12]]
// VJP-NEXT: %[[V14:.*]] = wg.neg %[[V11]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.det %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.fill
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> tensor<f32> {
  %0 = wg.det %x : tensor<3x3xf32>
  return %0 : tensor<f32>
}
