// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// slogdet: the sign of the determinant (0 for a singular matrix) and the logarithm of its absolute value (-inf).
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}, %{{.*}} = wg.slogdet %{{.*}} : tensor<3x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[SIGN:.*]], %[[LOGDET:.*]] = wg.slogdet %[[X]]
// JVP-NEXT: %[[LU:.*]], %[[PIVOTS:.*]], %[[PERMUTATION:.*]] = wg.lu %[[X]]
// JVP-NEXT: %[[V2:.*]] = wg.broadcast_in_dim %[[PERMUTATION]] shape [3, 3] dims [0]
// JVP-NEXT: %[[V3:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V4:.*]] = wg.eq %[[V2]], %[[V3]]
// JVP-NEXT: %[[V5:.*]] = wg.convert %[[V4]] to f32
// JVP-NEXT: %[[V6:.*]] = wg.dot_general %[[V5]], %[[DX]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V7:.*]] = wg.triangular_solve %[[LU]], %[[V6]] left_side true lower true transpose_a false conjugate_a false unit_diagonal true
// JVP-NEXT: %[[V8:.*]] = wg.triangular_solve %[[LU]], %[[V7]] left_side true lower false transpose_a false conjugate_a false unit_diagonal false
// JVP-NEXT: %[[V9:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V10:.*]] = wg.eq %[[V3]], %[[V9]]
// JVP-NEXT: %[[V11:.*]] = wg.select %[[V10]], %[[V8]], %[[V1]]
// JVP-NEXT: %[[V12:.*]] = wg.reduce_sum %[[V11]] axes [1]
// JVP-NEXT: %[[V13:.*]] = wg.reduce_sum %[[V12]] axes [0]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT0:[^:]*]]: {{[^,]*}}, %[[CT1:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[SIGN:.*]], %[[LOGDET:.*]] = wg.slogdet %[[X]]
// VJP-NEXT: %[[LU:.*]], %[[PIVOTS:.*]], %[[PERMUTATION:.*]] = wg.lu %[[X]]
// VJP-NEXT: %[[V1:.*]] = wg.broadcast_in_dim %[[PERMUTATION]] shape [3, 3] dims [0]
// VJP-NEXT: %[[V2:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V3:.*]] = wg.eq %[[V1]], %[[V2]]
// VJP-NEXT: %[[V4:.*]] = wg.convert %[[V3]] to f32
// VJP-NEXT: %[[V5:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V6:.*]] = wg.eq %[[V2]], %[[V5]]
// VJP-NEXT: %[[V7:.*]] = wg.broadcast_in_dim %[[CT1]] shape [3, 3] dims []
// VJP-NEXT: %[[V8:.*]] = wg.select %[[V6]], %[[V7]], %[[V0]]
// VJP-NEXT: %[[V9:.*]] = wg.triangular_solve %[[LU]], %[[V8]] left_side true lower false transpose_a true conjugate_a false unit_diagonal false
// VJP-NEXT: %[[V10:.*]] = wg.triangular_solve %[[LU]], %[[V9]] left_side true lower true transpose_a true conjugate_a false unit_diagonal true
// VJP-NEXT: %[[V11:.*]] = wg.dot_general %[[V10]], %[[V4]] contracting [0] x [0] batch [] x []
// VJP-NEXT: %[[V12:.*]] = wg.transpose %[[V11]] permutation [1, 0]
// VJP-NEXT: return %[[SIGN]], %[[LOGDET]], %[[V12]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[SIGN:.*]], %[[LOGDET:.*]] = wg.slogdet %[[X]]
// VMAP-NEXT: return %[[SIGN]], %[[LOGDET]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.fill
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> (tensor<f32>, tensor<f32>) {
  %sign, %logdet = wg.slogdet %x : tensor<3x3xf32>
  return %sign, %logdet : tensor<f32>, tensor<f32>
}
