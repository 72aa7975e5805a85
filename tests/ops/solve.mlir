// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// solve: the solution of a x = b for square matrices a, by lu and two triangular solves.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.solve %{{.*}}, %{{.*}} : tensor<3x3xf32>, tensor<3x2xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{[^,]*}}, %[[DA:[^:]*]]: {{[^,]*}}, %[[DB:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.solve %[[A]], %[[B]]
// JVP-NEXT: %[[V1:.*]] = wg.dot_general %[[DA]], %[[V0]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V2:.*]] = wg.sub %[[DB]], %[[V1]]
// JVP-NEXT: %[[LU:.*]], %[[PIVOTS:.*]], %[[PERMUTATION:.*]] = wg.lu %[[A]]
// JVP-NEXT: %[[V3:.*]] = wg.broadcast_in_dim %[[PERMUTATION]] shape [3, 3] dims [0]
// JVP-NEXT: %[[V4:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V5:.*]] = wg.eq %[[V3]], %[[V4]]
// JVP-NEXT: %[[V6:.*]] = wg.convert %[[V5]] to f32
// JVP-NEXT: %[[V7:.*]] = wg.dot_general %[[V6]], %[[V2]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V8:.*]] = wg.triangular_solve %[[LU]], %[[V7]] left_side true lower true transpose_a false conjugate_a false unit_diagonal true
// JVP-NEXT: %[[V9:.*]] = wg.triangular_solve %[[LU]], %[[V8]] left_side true lower false transpose_a false conjugate_a false unit_diagonal false
// JVP-NEXT: return %[[V0]], %[[V9]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.solve %[[A]], %[[B]]
// VJP-NEXT: %[[LU:.*]], %[[PIVOTS:.*]], %[[PERMUTATION:.*]] = wg.lu %[[A]]
// VJP-NEXT: %[[V1:.*]] = wg.broadcast_in_dim %[[PERMUTATION]] shape [3, 3] dims [0]
// VJP-NEXT: %[[V2:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V3:.*]] = wg.eq %[[V1]], %[[V2]]
// VJP-NEXT: %[[V4:.*]] = wg.convert %[[V3]] to f32
// VJP-NEXT: %[[V5:.*]] = wg.triangular_solve %[[LU]], %[[CT]] left_side true lower false transpose_a true conjugate_a false unit_diagonal false
// VJP-NEXT: %[[V6:.*]] = wg.triangular_solve %[[LU]], %[[V5]] left_side true lower true transpose_a true conjugate_a false unit_diagonal true
// VJP-NEXT: %[[V7:.*]] = wg.dot_general %[[V6]], %[[V4]] contracting [0] x [0] batch [] x []
// VJP-NEXT: %[[V8:.*]] = wg.transpose %[[V7]] permutation [1, 0]
// VJP-NEXT: %[[V9:.*]] = wg.neg %[[V8]]
// VJP-NEXT: %[[V10:.*]] = wg.dot_general %[[V9]], %[[V0]] contracting [1] x [1] batch [] x []
// VJP-NEXT: return %[[V0]], %[[V10]], %[[V8]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.solve %[[A]], %[[B]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.fill
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: return

func.func @f(%a: tensor<3x3xf32>, %b: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %0 = wg.solve %a, %b : tensor<3x3xf32>, tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
