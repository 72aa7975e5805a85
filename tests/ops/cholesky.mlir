// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cholesky: the lower triangle L with L L^H = x for a positive definite x, of which only the lower triangle is read.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.cholesky %{{.*}} : tensor<3x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<5.000000e-01>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<-1>
// JVP-NEXT: %[[V3:.*]] = wg.cholesky %[[X]]
// JVP-NEXT: %[[V4:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V5:.*]] = wg.add %[[V4]], %[[V2]]
// JVP-NEXT: %[[V6:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V7:.*]] = wg.le %[[V6]], %[[V5]]
// JVP-NEXT: %[[V8:.*]] = wg.select %[[V7]], %[[DX]], %[[V1]]
// JVP-NEXT: %[[V9:.*]] = wg.eq %[[V6]], %[[V4]]
// JVP-NEXT: %[[V10:.*]] = wg.select %[[V9]], %[[DX]], %[[V1]]
// JVP-NEXT: %[[V11:.*]] = wg.transpose %[[V8]] permutation [1, 0]
// JVP-NEXT: %[[V12:.*]] = wg.add %[[V8]], %[[V11]]
// JVP-NEXT: %[[V13:.*]] = wg.add %[[V12]], %[[V10]]
// JVP-NEXT: %[[V14:.*]] = wg.triangular_solve %[[V3]], %[[V13]] left_side false lower true transpose_a true conjugate_a true unit_diagonal false
// JVP-NEXT: %[[V15:.*]] = wg.triangular_solve %[[V3]], %[[V14]] left_side true lower true transpose_a false conjugate_a false unit_diagonal false

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<5.000000e-01>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<-1>
// VJP-NEXT: %[[V3:.*]] = wg.cholesky %[[X]]
// VJP-NEXT: %[[V4:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V5:.*]] = wg.add %[[V4]], %[[V2]]
// VJP-NEXT: %[[V6:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V7:.*]] = wg.le %[[V6]], %[[V5]]
// VJP-NEXT: %[[V8:.*]] = wg.eq %[[V6]], %[[V4]]
// VJP-NEXT: %[[V9:.*]] = wg.dot_general %[[CT]], %[[V3]] contracting [0] x [0] batch [] x []
// VJP-NEXT: %[[V10:.*]] = wg.transpose %[[V9]] permutation [1, 0]
// VJP-NEXT: %[[V11:.*]] = wg.select %[[V7]], %[[V10]], %[[V1]]
// VJP-NEXT: %[[V12:.*]] = wg.mul %[[V10]], %[[V0]]
// VJP-NEXT: %[[V13:.*]] = wg.select %[[V8]], %[[V12]], %[[V1]]
// VJP-NEXT: %[[V14:.*]] = wg.add %[[V11]], %[[V13]]
// VJP-NEXT: %[[V15:.*]] = wg.triangular_solve %[[V3]], %[[V14]] left_side true lower true transpose_a true conjugate_a false unit_diagonal false

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.cholesky %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %0 = wg.cholesky %x : tensor<3x3xf32>
  return %0 : tensor<3x3xf32>
}
