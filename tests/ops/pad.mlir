// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pad: x with `interior` values between neighbours and `low`, `high` values at the ends; negative ones cut.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.pad %{{.*}}, %{{.*}} low [1, 0] high [0, 2] interior [0, 0] : tensor<2x3xf32>, tensor<f32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[VALUE:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DVALUE:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.pad %[[X]], %[[VALUE]] low [1, 0] high [0, 2] interior [0, 0]
// JVP-NEXT: %[[V1:.*]] = wg.pad %[[DX]], %[[DVALUE]] low [1, 0] high [0, 2] interior [0, 0]
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[VALUE:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<false>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<true>
// VJP-NEXT: %[[V3:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V4:.*]] = wg.pad %[[X]], %[[VALUE]] low [1, 0] high [0, 2] interior [0, 0]
// VJP-NEXT: %[[V5:.*]] = wg.pad %[[CT]], %[[V0]] low [-1, 0] high [0, -2] interior [0, 0]
// VJP-NEXT: %[[V6:.*]] = wg.pad %[[V1]], %[[V2]] low [1, 0] high [0, 2] interior [0, 0]
// VJP-NEXT: %[[V7:.*]] = wg.select %[[V6]], %[[CT]], %[[V3]]
// VJP-NEXT: %[[V8:.*]] = wg.reduce_sum %[[V7]] axes [0, 1]
// VJP-NEXT: return %[[V4]], %[[V5]], %[[V8]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[VALUE:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.constant dense<true>
// VMAP-NEXT: %[[V1:.*]] = wg.constant dense<false>
// VMAP-NEXT: %[[V2:.*]] = wg.constant dense<0.000000e+00>
// VMAP-NEXT: %[[V3:.*]] = wg.pad %[[X]], %[[V2]] low [0, 1, 0] high [0, 0, 2] interior [0, 0, 0]
// VMAP-NEXT: %[[V4:.*]] = wg.broadcast_in_dim %[[VALUE]] shape [8, 3, 5] dims [0]
// VMAP-NEXT: %[[V5:.*]] = wg.pad %[[V1]], %[[V0]] low [0, 1, 0] high [0, 0, 2] interior [0, 0, 0]
// VMAP-NEXT: %[[V6:.*]] = wg.select %[[V5]], %[[V4]], %[[V3]]
// VMAP-NEXT: return %[[V6]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: tensor.extract
// LINALG: tensor.pad
// LINALG: tensor.yield
// LINALG: return

func.func @f(%x: tensor<2x3xf32>, %value: tensor<f32>) -> tensor<3x5xf32> {
  %0 = wg.pad %x, %value low [1, 0] high [0, 2] interior [0, 0] : tensor<2x3xf32>, tensor<f32>
  return %0 : tensor<3x5xf32>
}
