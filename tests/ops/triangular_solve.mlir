// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// triangular_solve: the solution of op(a) x = b, or x op(a) = b without left_side, with one triangle of a.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.triangular_solve %{{.*}}, %{{.*}} left_side true lower true transpose_a false conjugate_a false unit_diagonal false : tensor<3x3xf32>, tensor<3x2xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{[^,]*}}, %[[DA:[^:]*]]: {{[^,]*}}, %[[DB:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.triangular_solve %[[A]], %[[B]] left_side true lower true transpose_a false conjugate_a false unit_diagonal false
// JVP-NEXT: %[[V2:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V3:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V4:.*]] = wg.le %[[V3]], %[[V2]]
// JVP-NEXT: %[[V5:.*]] = wg.select %[[V4]], %[[DA]], %[[V0]]
// JVP-NEXT: %[[V6:.*]] = wg.dot_general %[[V5]], %[[V1]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V7:.*]] = wg.sub %[[DB]], %[[V6]]
// JVP-NEXT: %[[V8:.*]] = wg.triangular_solve %[[A]], %[[V7]] left_side true lower true transpose_a false conjugate_a false unit_diagonal false
// JVP-NEXT: return %[[V1]], %[[V8]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.triangular_solve %[[A]], %[[B]] left_side true lower true transpose_a false conjugate_a false unit_diagonal false
// VJP-NEXT: %[[V2:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V3:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V4:.*]] = wg.le %[[V3]], %[[V2]]
// VJP-NEXT: %[[V5:.*]] = wg.triangular_solve %[[A]], %[[CT]] left_side true lower true transpose_a true conjugate_a false unit_diagonal false
// VJP-NEXT: %[[V6:.*]] = wg.neg %[[V5]]
// VJP-NEXT: %[[V7:.*]] = wg.dot_general %[[V6]], %[[V1]] contracting [1] x [1] batch [] x []
// VJP-NEXT: %[[V8:.*]] = wg.select %[[V4]], %[[V7]], %[[V0]]
// VJP-NEXT: return %[[V1]], %[[V8]], %[[V5]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.triangular_solve %[[A]], %[[B]] left_side true lower true transpose_a false conjugate_a false unit_diagonal false
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: return

func.func @f(%a: tensor<3x3xf32>, %b: tensor<3x2xf32>) -> tensor<3x2xf32> {
  %0 = wg.triangular_solve %a, %b left_side true lower true transpose_a false conjugate_a false unit_diagonal false : tensor<3x3xf32>, tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}
