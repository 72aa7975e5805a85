// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cummax: the maximum of each element along axis and all before it, or with reverse all after it; nan from the first nan on.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.cummax %{{.*}} axis 1 reverse false : tensor<2x5xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.cummax %[[X]] axis 1 reverse false
// JVP-NEXT: %[[V3:.*]] = wg.pad %[[V2]], %[[V1]] low [0, 1] high [0, -1] interior [0, 0]
// JVP-NEXT: %[[V4:.*]] = wg.ne %[[X]], %[[X]]
// JVP-NEXT: %[[V5:.*]] = wg.eq %[[X]], %[[V2]]
// JVP-NEXT: %[[V6:.*]] = wg.bitwise_or %[[V5]], %[[V4]]
// JVP-NEXT: %[[V7:.*]] = wg.ne %[[V3]], %[[V3]]
// JVP-NEXT: %[[V8:.*]] = wg.eq %[[V2]], %[[V3]]
// JVP-NEXT: %[[V9:.*]] = wg.bitwise_or %[[V8]], %[[V7]]
// JVP-NEXT: %[[V10:.*]] = wg.convert %[[V6]] to f32
// JVP-NEXT: %[[V11:.*]] = wg.convert %[[V9]] to f32
// JVP-NEXT: %[[V12:.*]] = wg.linear_recurrence %[[V11]], %[[V10]] axis 1 reverse false
// JVP-NEXT: %[[V13:.*]] = wg.pad %[[V12]], %[[V1]] low [0, 1] high [0, -1] interior [0, 0]
// JVP-NEXT: %[[V14:.*]] = wg.div %[[V13]], %[[V12]]
// JVP-NEXT: %[[V15:.*]] = wg.select %[[V9]], %[[V14]], %[[V0]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.cummax %[[X]] axis 1 reverse false
// VJP-NEXT: %[[V3:.*]] = wg.pad %[[V2]], %[[V1]] low [0, 1] high [0, -1] interior [0, 0]
// VJP-NEXT: %[[V4:.*]] = wg.ne %[[X]], %[[X]]
// VJP-NEXT: %[[V5:.*]] = wg.eq %[[X]], %[[V2]]
// VJP-NEXT: %[[V6:.*]] = wg.bitwise_or %[[V5]], %[[V4]]
// VJP-NEXT: %[[V7:.*]] = wg.ne %[[V3]], %[[V3]]
// VJP-NEXT: %[[V8:.*]] = wg.eq %[[V2]], %[[V3]]
// VJP-NEXT: %[[V9:.*]] = wg.bitwise_or %[[V8]], %[[V7]]
// VJP-NEXT: %[[V10:.*]] = wg.convert %[[V6]] to f32
// VJP-NEXT: %[[V11:.*]] = wg.convert %[[V9]] to f32
// VJP-NEXT: %[[V12:.*]] = wg.linear_recurrence %[[V11]], %[[V10]] axis 1 reverse false
// VJP-NEXT: %[[V13:.*]] = wg.pad %[[V12]], %[[V1]] low [0, 1] high [0, -1] interior [0, 0]
// VJP-NEXT: %[[V14:.*]] = wg.div %[[V13]], %[[V12]]
// VJP-NEXT: %[[V15:.*]] = wg.select %[[V9]], %[[V14]], %[[V0]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.cummax %[[X]] axis 2 reverse false
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: iree_linalg_ext.scan
// LINALG: arith.maximumf
// LINALG: iree_linalg_ext.yield
// LINALG: return

func.func @f(%x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0 = wg.cummax %x axis 1 reverse false : tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
