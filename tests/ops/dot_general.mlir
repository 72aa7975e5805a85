// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// dot_general: the sum of products over contracting dimensions, for each index of the batch dimensions.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.dot_general %{{.*}}, %{{.*}} contracting [1] x [0] batch [] x [] : tensor<2x3xf32>, tensor<3x4xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[LHS:[^:]*]]: {{[^,]*}}, %[[RHS:[^:]*]]: {{[^,]*}}, %[[DLHS:[^:]*]]: {{[^,]*}}, %[[DRHS:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.dot_general %[[LHS]], %[[RHS]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V1:.*]] = wg.dot_general %[[DLHS]], %[[RHS]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V2:.*]] = wg.dot_general %[[LHS]], %[[DRHS]] contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V3:.*]] = wg.add %[[V1]], %[[V2]]
// JVP-NEXT: return %[[V0]], %[[V3]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[LHS:[^:]*]]: {{[^,]*}}, %[[RHS:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.dot_general %[[LHS]], %[[RHS]] contracting [1] x [0] batch [] x []
// VJP-NEXT: %[[V1:.*]] = wg.dot_general %[[CT]], %[[LHS]] contracting [0] x [0] batch [] x []
// VJP-NEXT: %[[V2:.*]] = wg.transpose %[[V1]] permutation [1, 0]
// VJP-NEXT: %[[V3:.*]] = wg.dot_general %[[CT]], %[[RHS]] contracting [1] x [1] batch [] x []
// VJP-NEXT: return %[[V0]], %[[V3]], %[[V2]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[LHS:[^:]*]]: {{[^,]*}}, %[[RHS:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.dot_general %[[LHS]], %[[RHS]] contracting [2] x [1] batch [0] x [0]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.matmul
// LINALG: return

func.func @f(%lhs: tensor<2x3xf32>, %rhs: tensor<3x4xf32>) -> tensor<2x4xf32> {
  %0 = wg.dot_general %lhs, %rhs contracting [1] x [0] batch [] x [] : tensor<2x3xf32>, tensor<3x4xf32>
  return %0 : tensor<2x4xf32>
}
