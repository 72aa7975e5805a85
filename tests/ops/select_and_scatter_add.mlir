// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// select_and_scatter_add: zeros of the shape of operand, with the element of source for each window added where operand has its first maximum (order ge) or minimum (order le).
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.select_and_scatter_add %{{.*}}, %{{.*}} order "ge" window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1] : tensor<3x2xf32>, tensor<3x4xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[SOURCE:[^:]*]]: {{[^,]*}}, %[[OPERAND:[^:]*]]: {{[^,]*}}, %[[DSOURCE:[^:]*]]: {{[^,]*}}, %[[DOPERAND:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.select_and_scatter_add %[[SOURCE]], %[[OPERAND]] order "ge" window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1]
// JVP-NEXT: %[[V1:.*]] = wg.select_and_scatter_add %[[DSOURCE]], %[[OPERAND]] order "ge" window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[SOURCE:[^:]*]]: {{[^,]*}}, %[[OPERAND:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.select_and_scatter_add %[[SOURCE]], %[[OPERAND]] order "ge" window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1]
// VJP-NEXT: %[[V2:.*]] = wg.select_and_gather_add %[[CT]], %[[OPERAND]] order "ge" window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1]
// VJP-NEXT: return %[[V1]], %[[V2]], %[[V0]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[SOURCE:[^:]*]]: {{[^,]*}}, %[[OPERAND:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.select_and_scatter_add %[[SOURCE]], %[[OPERAND]] order "ge" window [1, 1, 2] strides [1, 1, 2] low [0, 0, 0] high [0, 0, 0] dilation [1, 1, 1] window_dilation [1, 1, 1]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: return

func.func @f(%source: tensor<3x2xf32>, %operand: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = wg.select_and_scatter_add %source, %operand order "ge" window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1] : tensor<3x2xf32>, tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
