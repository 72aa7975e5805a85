// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cumprod: the product of each element along axis and all before it, or with reverse all after it.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.cumprod %{{.*}} axis 1 reverse false : tensor<2x5xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.cumprod %[[X]] axis 1 reverse false
// JVP-NEXT: %[[V2:.*]] = wg.pad %[[V1]], %[[V0]] low [0, 1] high [0, -1] interior [0, 0]
// JVP-NEXT: %[[V3:.*]] = wg.mul %[[V2]], %[[DX]]
// JVP-NEXT: %[[V4:.*]] = wg.linear_recurrence %[[X]], %[[V3]] axis 1 reverse false
// JVP-NEXT: return %[[V1]], %[[V4]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.cumprod %[[X]] axis 1 reverse false
// VJP-NEXT: %[[V3:.*]] = wg.pad %[[V2]], %[[V1]] low [0, 1] high [0, -1] interior [0, 0]
// VJP-NEXT: %[[V4:.*]] = wg.pad %[[X]], %[[V0]] low [0, -1] high [0, 1] interior [0, 0]
// VJP-NEXT: %[[V5:.*]] = wg.linear_recurrence %[[V4]], %[[CT]] axis 1 reverse true
// VJP-NEXT: %[[V6:.*]] = wg.mul %[[V3]], %[[V5]]
// VJP-NEXT: return %[[V2]], %[[V6]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.cumprod %[[X]] axis 2 reverse false
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: iree_linalg_ext.scan
// LINALG: arith.mulf
// LINALG: iree_linalg_ext.yield
// LINALG: return

func.func @f(%x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0 = wg.cumprod %x axis 1 reverse false : tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
