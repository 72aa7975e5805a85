// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// abs: the absolute value, a float for complex x; x itself for unsigned integers.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.abs %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<-1.000000e+00>
// JVP-NEXT: %[[V3:.*]] = wg.abs %[[X]]
// JVP-NEXT: %[[V4:.*]] = wg.ge %[[X]], %[[V0]]
// JVP-NEXT: %[[V5:.*]] = wg.select %[[V4]], %[[V1]], %[[V2]]
// JVP-NEXT: %[[V6:.*]] = wg.mul %[[V5]], %[[DX]]
// JVP-NEXT: return %[[V3]], %[[V6]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<-1.000000e+00>
// VJP-NEXT: %[[V3:.*]] = wg.abs %[[X]]
// VJP-NEXT: %[[V4:.*]] = wg.ge %[[X]], %[[V0]]
// VJP-NEXT: %[[V5:.*]] = wg.select %[[V4]], %[[V1]], %[[V2]]
// VJP-NEXT: %[[V6:.*]] = wg.mul %[[V5]], %[[CT]]
// VJP-NEXT: return %[[V3]], %[[V6]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.abs %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: math.absf
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.abs %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
