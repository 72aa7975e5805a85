// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// conv_general_dilated: the sum of products of a kernel with each window of an array.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.conv_general_dilated %{{.*}}, %{{.*}} strides [1, 1] low [1, 0] high [1, 1] dilations [1, 1] x [1, 1] dims [0, 3, 1, 2] x [3, 2, 0, 1] -> [0, 3, 1, 2] groups 1 x 1 : tensor<2x5x4x3xf32>, tensor<3x2x3x2xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[LHS:[^:]*]]: {{[^,]*}}, %[[RHS:[^:]*]]: {{[^,]*}}, %[[DLHS:[^:]*]]: {{[^,]*}}, %[[DRHS:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.conv_general_dilated %[[LHS]], %[[RHS]] strides [1, 1] low [1, 0] high [1, 1] dilations [1, 1] x [1, 1] dims [0, 3, 1, 2] x [3, 2, 0, 1] -> [0, 3, 1, 2] groups 1 x 1
// JVP-NEXT: %[[V1:.*]] = wg.conv_general_dilated %[[DLHS]], %[[RHS]] strides [1, 1] low [1, 0] high [1, 1] dilations [1, 1] x [1, 1] dims [0, 3, 1, 2] x [3, 2, 0, 1] -> [0, 3, 1, 2] groups 1 x 1
// JVP-NEXT: %[[V2:.*]] = wg.conv_general_dilated %[[LHS]], %[[DRHS]] strides [1, 1] low [1, 0] high [1, 1] dilations [1, 1] x [1, 1] dims [0, 3, 1, 2] x [3, 2, 0, 1] -> [0, 3, 1, 2] groups 1 x 1
// JVP-NEXT: %[[V3:.*]] = wg.add %[[V1]], %[[V2]]
// JVP-NEXT: return %[[V0]], %[[V3]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[LHS:[^:]*]]: {{[^,]*}}, %[[RHS:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.conv_general_dilated %[[LHS]], %[[RHS]] strides [1, 1] low [1, 0] high [1, 1] dilations [1, 1] x [1, 1] dims [0, 3, 1, 2] x [3, 2, 0, 1] -> [0, 3, 1, 2] groups 1 x 1
// VJP-NEXT: %[[V1:.*]] = wg.conv_general_dilated %[[LHS]], %[[CT]] strides [1, 1] low [1, 0] high [1, 1] dilations [1, 1] x [1, 1] dims [3, 0, 1, 2] x [3, 0, 1, 2] -> [2, 3, 0, 1] groups 1 x 1
// VJP-NEXT: %[[V2:.*]] = wg.reverse %[[RHS]] dimensions [0, 1]
// VJP-NEXT: %[[V3:.*]] = wg.conv_general_dilated %[[CT]], %[[V2]] strides [1, 1] low [1, 1] high [1, 0] dilations [1, 1] x [1, 1] dims [0, 3, 1, 2] x [2, 3, 0, 1] -> [0, 3, 1, 2] groups 1 x 1
// VJP-NEXT: return %[[V0]], %[[V3]], %[[V1]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[LHS:[^:]*]]: {{[^,]*}}, %[[RHS:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.transpose %[[LHS]] permutation [1, 2, 3, 0, 4]
// VMAP-NEXT: %[[V1:.*]] = wg.reshape %[[V0]] shape [2, 5, 4, 24]
// VMAP-NEXT: %[[V2:.*]] = wg.transpose %[[RHS]] permutation [1, 2, 3, 0, 4]
// VMAP-NEXT: %[[V3:.*]] = wg.reshape %[[V2]] shape [3, 2, 3, 16]
// VMAP-NEXT: %[[V4:.*]] = wg.conv_general_dilated %[[V1]], %[[V3]] strides [1, 1] low [1, 0] high [1, 1] dilations [1, 1] x [1, 1] dims [0, 3, 1, 2] x [3, 2, 0, 1] -> [0, 3, 1, 2] groups 8 x 1
// VMAP-NEXT: %[[V5:.*]] = wg.reshape %[[V4]] shape [2, 5, 4, 8, 2]
// VMAP-NEXT: %[[V6:.*]] = wg.transpose %[[V5]] permutation [3, 0, 1, 2, 4]
// VMAP-NEXT: return %[[V6]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: tensor.pad
// LINALG: tensor.yield
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: arith.mulf
// LINALG: arith.addf
// LINALG: linalg.yield
// LINALG: return

func.func @f(%lhs: tensor<2x5x4x3xf32>, %rhs: tensor<3x2x3x2xf32>) -> tensor<2x5x4x2xf32> {
  %0 = wg.conv_general_dilated %lhs, %rhs strides [1, 1] low [1, 0] high [1, 1] dilations [1, 1] x [1, 1] dims [0, 3, 1, 2] x [3, 2, 0, 1] -> [0, 3, 1, 2] groups 1 x 1 : tensor<2x5x4x3xf32>, tensor<3x2x3x2xf32>
  return %0 : tensor<2x5x4x2xf32>
}
