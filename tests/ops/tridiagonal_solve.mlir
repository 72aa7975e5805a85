// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tridiagonal_solve: the solution of a x = b for a tridiagonal a, given by its three diagonals.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1,2,3" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1,2,3" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0,0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.tridiagonal_solve %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4x2xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[DL:[^:]*]]: {{[^,]*}}, %[[D:[^:]*]]: {{[^,]*}}, %[[DU:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{[^,]*}}, %[[DDL:[^:]*]]: {{[^,]*}}, %[[DD:[^:]*]]: {{[^,]*}}, %[[DDU:[^:]*]]: {{[^,]*}}, %[[DB:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.tridiagonal_solve %[[DL]], %[[D]], %[[DU]], %[[B]]
// JVP-NEXT: %[[V2:.*]] = wg.pad %[[V1]], %[[V0]] low [1, 0] high [-1, 0] interior [0, 0]
// JVP-NEXT: %[[V3:.*]] = wg.broadcast_in_dim %[[DDL]] shape [4, 2] dims [0]
// JVP-NEXT: %[[V4:.*]] = wg.mul %[[V3]], %[[V2]]
// JVP-NEXT: %[[V5:.*]] = wg.sub %[[DB]], %[[V4]]
// JVP-NEXT: %[[V6:.*]] = wg.broadcast_in_dim %[[DD]] shape [4, 2] dims [0]
// JVP-NEXT: %[[V7:.*]] = wg.mul %[[V6]], %[[V1]]
// JVP-NEXT: %[[V8:.*]] = wg.sub %[[V5]], %[[V7]]
// JVP-NEXT: %[[V9:.*]] = wg.pad %[[V1]], %[[V0]] low [-1, 0] high [1, 0] interior [0, 0]
// JVP-NEXT: %[[V10:.*]] = wg.broadcast_in_dim %[[DDU]] shape [4, 2] dims [0]
// JVP-NEXT: %[[V11:.*]] = wg.mul %[[V10]], %[[V9]]
// JVP-NEXT: %[[V12:.*]] = wg.sub %[[V8]], %[[V11]]
// JVP-NEXT: %[[V13:.*]] = wg.tridiagonal_solve %[[DL]], %[[D]], %[[DU]], %[[V12]]
// JVP-NEXT: return %[[V1]], %[[V13]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[DL:[^:]*]]: {{[^,]*}}, %[[D:[^:]*]]: {{[^,]*}}, %[[DU:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.tridiagonal_solve %[[DL]], %[[D]], %[[DU]], %[[B]]
// VJP-NEXT: %[[V2:.*]] = wg.pad %[[V1]], %[[V0]] low [1, 0] high [-1, 0] interior [0, 0]
// VJP-NEXT: %[[V3:.*]] = wg.pad %[[V1]], %[[V0]] low [-1, 0] high [1, 0] interior [0, 0]
// VJP-NEXT: %[[V4:.*]] = wg.pad %[[DL]], %[[V0]] low [-1] high [1] interior [0]
// VJP-NEXT: %[[V5:.*]] = wg.pad %[[DU]], %[[V0]] low [1] high [-1] interior [0]
// VJP-NEXT: %[[V6:.*]] = wg.tridiagonal_solve %[[V5]], %[[D]], %[[V4]], %[[CT]]
// VJP-NEXT: %[[V7:.*]] = wg.mul %[[V3]], %[[V6]]
// VJP-NEXT: %[[V8:.*]] = wg.neg %[[V7]]
// VJP-NEXT: %[[V9:.*]] = wg.reduce_sum %[[V8]] axes [1]
// VJP-NEXT: %[[V10:.*]] = wg.mul %[[V1]], %[[V6]]
// VJP-NEXT: %[[V11:.*]] = wg.neg %[[V10]]
// VJP-NEXT: %[[V12:.*]] = wg.reduce_sum %[[V11]] axes [1]
// VJP-NEXT: %[[V13:.*]] = wg.mul %[[V2]], %[[V6]]
// VJP-NEXT: %[[V14:.*]] = wg.neg %[[V13]]
// VJP-NEXT: %[[V15:.*]] = wg.reduce_sum %[[V14]] axes [1]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[DL:[^:]*]]: {{[^,]*}}, %[[D:[^:]*]]: {{[^,]*}}, %[[DU:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.tridiagonal_solve %[[DL]], %[[D]], %[[DU]], %[[B]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: return

func.func @f(%dl: tensor<4xf32>, %d: tensor<4xf32>, %du: tensor<4xf32>, %b: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %0 = wg.tridiagonal_solve %dl, %d, %du, %b : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}
