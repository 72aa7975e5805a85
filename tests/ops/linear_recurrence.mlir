// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// linear_recurrence: h with h[i] = a[i] * h[i - 1] + b[i] along axis, h[0] = b[0]; with reverse from the last element on.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.linear_recurrence %{{.*}}, %{{.*}} axis 1 reverse false : tensor<2x5xf32>, tensor<2x5xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{[^,]*}}, %[[DA:[^:]*]]: {{[^,]*}}, %[[DB:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.linear_recurrence %[[A]], %[[B]] axis 1 reverse false
// JVP-NEXT: %[[V2:.*]] = wg.pad %[[V1]], %[[V0]] low [0, 1] high [0, -1] interior [0, 0]
// JVP-NEXT: %[[V3:.*]] = wg.mul %[[DA]], %[[V2]]
// JVP-NEXT: %[[V4:.*]] = wg.add %[[DB]], %[[V3]]
// JVP-NEXT: %[[V5:.*]] = wg.linear_recurrence %[[A]], %[[V4]] axis 1 reverse false
// JVP-NEXT: return %[[V1]], %[[V5]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.linear_recurrence %[[A]], %[[B]] axis 1 reverse false
// VJP-NEXT: %[[V2:.*]] = wg.pad %[[V1]], %[[V0]] low [0, 1] high [0, -1] interior [0, 0]
// VJP-NEXT: %[[V3:.*]] = wg.pad %[[A]], %[[V0]] low [0, -1] high [0, 1] interior [0, 0]
// VJP-NEXT: %[[V4:.*]] = wg.linear_recurrence %[[V3]], %[[CT]] axis 1 reverse true
// VJP-NEXT: %[[V5:.*]] = wg.mul %[[V2]], %[[V4]]
// VJP-NEXT: return %[[V1]], %[[V5]], %[[V4]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[B:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.linear_recurrence %[[A]], %[[B]] axis 2 reverse false
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.yield
// LINALG: iree_linalg_ext.scan
// LINALG: arith.mulf
// LINALG: arith.addf
// LINALG: iree_linalg_ext.yield
// LINALG: linalg.generic
// LINALG: linalg.yield
// LINALG: return

func.func @f(%a: tensor<2x5xf32>, %b: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0 = wg.linear_recurrence %a, %b axis 1 reverse false : tensor<2x5xf32>, tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
