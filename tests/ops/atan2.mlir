// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// atan2: the angle of the point with abscissa y and ordinate x, in (-pi, pi].
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.atan2 %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DY:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.atan2 %[[X]], %[[Y]]
// JVP-NEXT: %[[V2:.*]] = wg.mul %[[Y]], %[[Y]]
// JVP-NEXT: %[[V3:.*]] = wg.mul %[[X]], %[[X]]
// JVP-NEXT: %[[V4:.*]] = wg.add %[[V3]], %[[V2]]
// JVP-NEXT: %[[V5:.*]] = wg.div %[[Y]], %[[V4]]
// JVP-NEXT: %[[V6:.*]] = wg.eq %[[V4]], %[[V0]]
// JVP-NEXT: %[[V7:.*]] = wg.select %[[V6]], %[[V0]], %[[V5]]
// JVP-NEXT: %[[V8:.*]] = wg.div %[[X]], %[[V4]]
// JVP-NEXT: %[[V9:.*]] = wg.neg %[[V8]]
// JVP-NEXT: %[[V10:.*]] = wg.select %[[V6]], %[[V0]], %[[V9]]
// JVP-NEXT: %[[V11:.*]] = wg.mul %[[V7]], %[[DX]]
// JVP-NEXT: %[[V12:.*]] = wg.mul %[[V10]], %[[DY]]
// JVP-NEXT: %[[V13:.*]] = wg.add %[[V11]], %[[V12]]
// JVP-NEXT: return %[[V1]], %[[V13]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.atan2 %[[X]], %[[Y]]
// VJP-NEXT: %[[V2:.*]] = wg.mul %[[Y]], %[[Y]]
// VJP-NEXT: %[[V3:.*]] = wg.mul %[[X]], %[[X]]
// VJP-NEXT: %[[V4:.*]] = wg.add %[[V3]], %[[V2]]
// VJP-NEXT: %[[V5:.*]] = wg.div %[[Y]], %[[V4]]
// VJP-NEXT: %[[V6:.*]] = wg.eq %[[V4]], %[[V0]]
// VJP-NEXT: %[[V7:.*]] = wg.select %[[V6]], %[[V0]], %[[V5]]
// VJP-NEXT: %[[V8:.*]] = wg.div %[[X]], %[[V4]]
// VJP-NEXT: %[[V9:.*]] = wg.neg %[[V8]]
// VJP-NEXT: %[[V10:.*]] = wg.select %[[V6]], %[[V0]], %[[V9]]
// VJP-NEXT: %[[V11:.*]] = wg.mul %[[V10]], %[[CT]]
// VJP-NEXT: %[[V12:.*]] = wg.mul %[[V7]], %[[CT]]
// VJP-NEXT: return %[[V1]], %[[V12]], %[[V11]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.atan2 %[[X]], %[[Y]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.atan2 %x, %y : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
