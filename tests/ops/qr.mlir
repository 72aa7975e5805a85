// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// qr: x = q r with unitary columns q and an upper triangle r, by Householder reflections; with full_matrices q is square.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}, %{{.*}} = wg.qr %{{.*}} full_matrices true : tensor<3x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<-1>
// JVP-NEXT: %[[Q:.*]], %[[R:.*]] = wg.qr %[[X]] full_matrices true
// JVP-NEXT: %[[V2:.*]] = wg.triangular_solve %[[R]], %[[DX]] left_side false lower false transpose_a false conjugate_a false unit_diagonal false
// JVP-NEXT: %[[V3:.*]] = wg.transpose %[[Q]] permutation [1, 0]
// JVP-NEXT: %[[V4:.*]] = wg.dot_general %[[V3]], %[[V2]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V5:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V6:.*]] = wg.add %[[V5]], %[[V1]]
// JVP-NEXT: %[[V7:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V8:.*]] = wg.le %[[V7]], %[[V6]]
// JVP-NEXT: %[[V9:.*]] = wg.select %[[V8]], %[[V4]], %[[V0]]
// JVP-NEXT: %[[V10:.*]] = wg.transpose %[[V9]] permutation [1, 0]
// JVP-NEXT: %[[V11:.*]] = wg.sub %[[V9]], %[[V10]]
// JVP-NEXT: %[[V12:.*]] = wg.sub %[[V11]], %[[V4]]
// JVP-NEXT: %[[V13:.*]] = wg.dot_general %[[Q]], %[[V12]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V14:.*]] = wg.add %[[V13]], %[[V2]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT0:[^:]*]]: {{[^,]*}}, %[[CT1:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<-1>
// VJP-NEXT: %[[Q:.*]], %[[R:.*]] = wg.qr %[[X]] full_matrices true
// VJP-NEXT: %[[V2:.*]] = wg.transpose %[[Q]] permutation [1, 0]
// VJP-NEXT: %[[V3:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V4:.*]] = wg.add %[[V3]], %[[V1]]
// VJP-NEXT: %[[V5:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V6:.*]] = wg.le %[[V5]], %[[V4]]
// VJP-NEXT: %[[V7:.*]] = wg.dot_general %[[CT1]], %[[R]] contracting [1] x [1] batch [] x []
// VJP-NEXT: %[[V8:.*]] = wg.dot_general %[[CT0]], %[[Q]] contracting [0] x [0] batch [] x []
// VJP-NEXT: %[[V9:.*]] = wg.transpose %[[V8]] permutation [1, 0]
// VJP-NEXT: %[[V10:.*]] = wg.sub %[[V9]], %[[V7]]
// VJP-NEXT: %[[V11:.*]] = wg.sub %[[V7]], %[[V9]]
// VJP-NEXT: %[[V12:.*]] = wg.transpose %[[V11]] permutation [1, 0]
// VJP-NEXT: %[[V13:.*]] = wg.add %[[V10]], %[[V12]]
// VJP-NEXT: %[[V14:.*]] = wg.select %[[V6]], %[[V13]], %[[V0]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[Q:.*]], %[[R:.*]] = wg.qr %[[X]] full_matrices true
// VMAP-NEXT: return %[[Q]], %[[R]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3x3xf32>) {
  %q, %r = wg.qr %x full_matrices true : tensor<3x3xf32>
  return %q, %r : tensor<3x3xf32>, tensor<3x3xf32>
}
