// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// acosh: the inverse of cosh, not negative; nan below 1.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.acosh %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.acosh %[[X]]
// JVP-NEXT: %[[V3:.*]] = wg.add %[[X]], %[[V1]]
// JVP-NEXT: %[[V4:.*]] = wg.rsqrt %[[V3]]
// JVP-NEXT: %[[V5:.*]] = wg.sub %[[X]], %[[V1]]
// JVP-NEXT: %[[V6:.*]] = wg.rsqrt %[[V5]]
// JVP-NEXT: %[[V7:.*]] = wg.mul %[[V6]], %[[V4]]
// JVP-NEXT: %[[V8:.*]] = wg.mul %[[X]], %[[X]]
// JVP-NEXT: %[[V9:.*]] = wg.eq %[[V8]], %[[V1]]
// JVP-NEXT: %[[V10:.*]] = wg.select %[[V9]], %[[V0]], %[[V7]]
// JVP-NEXT: %[[V11:.*]] = wg.mul %[[V10]], %[[DX]]
// JVP-NEXT: return %[[V2]], %[[V11]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.acosh %[[X]]
// VJP-NEXT: %[[V3:.*]] = wg.add %[[X]], %[[V1]]
// VJP-NEXT: %[[V4:.*]] = wg.rsqrt %[[V3]]
// VJP-NEXT: %[[V5:.*]] = wg.sub %[[X]], %[[V1]]
// VJP-NEXT: %[[V6:.*]] = wg.rsqrt %[[V5]]
// VJP-NEXT: %[[V7:.*]] = wg.mul %[[V6]], %[[V4]]
// VJP-NEXT: %[[V8:.*]] = wg.mul %[[X]], %[[X]]
// VJP-NEXT: %[[V9:.*]] = wg.eq %[[V8]], %[[V1]]
// VJP-NEXT: %[[V10:.*]] = wg.select %[[V9]], %[[V0]], %[[V7]]
// VJP-NEXT: %[[V11:.*]] = wg.mul %[[V10]], %[[CT]]
// VJP-NEXT: return %[[V2]], %[[V11]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.acosh %[[X]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.acosh %x : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
