// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reduce_window_min: the minimum of each window of x: nan if it has one, inf or the greatest integer if it has no element of x.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.reduce_window_min %{{.*}} window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1] : tensor<3x4xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.reduce_window_min %[[X]] window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1]
// JVP-NEXT: %[[V1:.*]] = wg.select_and_gather_add %[[DX]], %[[X]] order "le" window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.reduce_window_min %[[X]] window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1]
// VJP-NEXT: %[[V1:.*]] = wg.select_and_scatter_add %[[CT]], %[[X]] order "le" window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1]
// VJP-NEXT: return %[[V0]], %[[V1]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.reduce_window_min %[[X]] window [1, 1, 2] strides [1, 1, 2] low [0, 0, 0] high [0, 0, 0] dilation [1, 1, 1] window_dilation [1, 1, 1]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: tensor.extract_slice
// LINALG: tensor.extract_slice
// LINALG: linalg.generic
// LINALG: arith.minimumf
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<3x4xf32>) -> tensor<3x2xf32> {
  %0 = wg.reduce_window_min %x window [1, 2] strides [1, 2] low [0, 0] high [0, 0] dilation [1, 1] window_dilation [1, 1] : tensor<3x4xf32>
  return %0 : tensor<3x2xf32>
}
