// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// max: the greater of x and y; nan if one is nan, or for bools.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.max %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DY:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<5.000000e-01>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V3:.*]] = wg.max %[[X]], %[[Y]]
// JVP-NEXT: %[[V4:.*]] = wg.eq %[[X]], %[[Y]]
// JVP-NEXT: %[[V5:.*]] = wg.select %[[V4]], %[[V1]], %[[V2]]
// JVP-NEXT: %[[V6:.*]] = wg.gt %[[X]], %[[Y]]
// JVP-NEXT: %[[V7:.*]] = wg.select %[[V6]], %[[V0]], %[[V5]]
// JVP-NEXT: %[[V8:.*]] = wg.gt %[[Y]], %[[X]]
// JVP-NEXT: %[[V9:.*]] = wg.select %[[V8]], %[[V0]], %[[V5]]
// JVP-NEXT: %[[V10:.*]] = wg.mul %[[V7]], %[[DX]]
// JVP-NEXT: %[[V11:.*]] = wg.mul %[[V9]], %[[DY]]
// JVP-NEXT: %[[V12:.*]] = wg.add %[[V10]], %[[V11]]
// JVP-NEXT: return %[[V3]], %[[V12]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<5.000000e-01>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V3:.*]] = wg.max %[[X]], %[[Y]]
// VJP-NEXT: %[[V4:.*]] = wg.eq %[[X]], %[[Y]]
// VJP-NEXT: %[[V5:.*]] = wg.select %[[V4]], %[[V1]], %[[V2]]
// VJP-NEXT: %[[V6:.*]] = wg.gt %[[X]], %[[Y]]
// VJP-NEXT: %[[V7:.*]] = wg.select %[[V6]], %[[V0]], %[[V5]]
// VJP-NEXT: %[[V8:.*]] = wg.gt %[[Y]], %[[X]]
// VJP-NEXT: %[[V9:.*]] = wg.select %[[V8]], %[[V0]], %[[V5]]
// VJP-NEXT: %[[V10:.*]] = wg.mul %[[V9]], %[[CT]]
// VJP-NEXT: %[[V11:.*]] = wg.mul %[[V7]], %[[CT]]
// VJP-NEXT: return %[[V3]], %[[V11]], %[[V10]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.max %[[X]], %[[Y]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: arith.maximumf
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.max %x, %y : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
