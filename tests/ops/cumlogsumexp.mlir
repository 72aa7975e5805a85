// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// cumlogsumexp: the logarithm of the sum of exponentials of each element along axis and all before it, or with reverse all after it.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.cumlogsumexp %{{.*}} axis 1 reverse false : tensor<2x5xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0xFF800000>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<0xFF800000>
// JVP-NEXT: %[[V3:.*]] = wg.cumlogsumexp %[[X]] axis 1 reverse false
// JVP-NEXT: %[[V4:.*]] = wg.eq %[[X]], %[[V2]]
// JVP-NEXT: %[[V5:.*]] = wg.select %[[V4]], %[[V1]], %[[V3]]
// JVP-NEXT: %[[V6:.*]] = wg.sub %[[X]], %[[V5]]
// JVP-NEXT: %[[V7:.*]] = wg.select %[[V4]], %[[V1]], %[[V6]]
// JVP-NEXT: %[[V8:.*]] = wg.exp %[[V7]]
// JVP-NEXT: %[[V9:.*]] = wg.select %[[V4]], %[[V1]], %[[V8]]
// JVP-NEXT: %[[V10:.*]] = wg.mul %[[V9]], %[[DX]]
// JVP-NEXT: %[[V11:.*]] = wg.pad %[[V3]], %[[V0]] low [0, 1] high [0, -1] interior [0, 0]
// JVP-NEXT: %[[V12:.*]] = wg.eq %[[V11]], %[[V2]]
// JVP-NEXT: %[[V13:.*]] = wg.select %[[V12]], %[[V1]], %[[V3]]
// JVP-NEXT: %[[V14:.*]] = wg.sub %[[V11]], %[[V13]]
// JVP-NEXT: %[[V15:.*]] = wg.select %[[V12]], %[[V1]], %[[V14]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<0xFF800000>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V3:.*]] = wg.constant dense<0xFF800000>
// VJP-NEXT: %[[V4:.*]] = wg.cumlogsumexp %[[X]] axis 1 reverse false
// VJP-NEXT: %[[V5:.*]] = wg.eq %[[X]], %[[V3]]
// VJP-NEXT: %[[V6:.*]] = wg.select %[[V5]], %[[V2]], %[[V4]]
// VJP-NEXT: %[[V7:.*]] = wg.sub %[[X]], %[[V6]]
// VJP-NEXT: %[[V8:.*]] = wg.select %[[V5]], %[[V2]], %[[V7]]
// VJP-NEXT: %[[V9:.*]] = wg.exp %[[V8]]
// VJP-NEXT: %[[V10:.*]] = wg.select %[[V5]], %[[V2]], %[[V9]]
// VJP-NEXT: %[[V11:.*]] = wg.pad %[[V4]], %[[V1]] low [0, 1] high [0, -1] interior [0, 0]
// VJP-NEXT: %[[V12:.*]] = wg.eq %[[V11]], %[[V3]]
// VJP-NEXT: %[[V13:.*]] = wg.select %[[V12]], %[[V2]], %[[V4]]
// VJP-NEXT: %[[V14:.*]] = wg.sub %[[V11]], %[[V13]]
// VJP-NEXT: %[[V15:.*]] = wg.select %[[V12]], %[[V2]], %[[V14]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.cumlogsumexp %[[X]] axis 2 reverse false
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: return

func.func @f(%x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %0 = wg.cumlogsumexp %x axis 1 reverse false : tensor<2x5xf32>
  return %0 : tensor<2x5xf32>
}
