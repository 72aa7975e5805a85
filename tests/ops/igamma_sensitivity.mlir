// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// igamma_sensitivity: the derivative of igamma in a of an order from 1 to 8, divided by gamma_density.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.igamma_sensitivity %{{.*}}, %{{.*}} order 1 : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[DA:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<0x7F800000>
// JVP-NEXT: %[[V3:.*]] = wg.constant dense<5.000000e-01>
// JVP-NEXT: %[[V4:.*]] = wg.igamma_sensitivity %[[A]], %[[X]] order 1
// JVP-NEXT: %[[V5:.*]] = wg.digamma %[[A]]
// JVP-NEXT: %[[V6:.*]] = wg.lt %[[X]], %[[V2]]
// JVP-NEXT: %[[V7:.*]] = wg.gt %[[X]], %[[V1]]
// JVP-NEXT: %[[V8:.*]] = wg.bitwise_and %[[V7]], %[[V6]]
// JVP-NEXT: %[[V9:.*]] = wg.select %[[V8]], %[[X]], %[[V3]]
// JVP-NEXT: %[[V10:.*]] = wg.log %[[V9]]
// JVP-NEXT: %[[V11:.*]] = wg.sub %[[V10]], %[[V5]]
// JVP-NEXT: %[[V12:.*]] = wg.mul %[[V4]], %[[V11]]
// JVP-NEXT: %[[V13:.*]] = wg.igamma_sensitivity %[[A]], %[[X]] order 2
// JVP-NEXT: %[[V14:.*]] = wg.sub %[[V13]], %[[V12]]
// JVP-NEXT: %[[V15:.*]] = wg.sub %[[A]], %[[V0]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<0x7F800000>
// VJP-NEXT: %[[V3:.*]] = wg.constant dense<5.000000e-01>
// VJP-NEXT: %[[V4:.*]] = wg.igamma_sensitivity %[[A]], %[[X]] order 1
// VJP-NEXT: %[[V5:.*]] = wg.digamma %[[A]]
// VJP-NEXT: %[[V6:.*]] = wg.lt %[[X]], %[[V2]]
// VJP-NEXT: %[[V7:.*]] = wg.gt %[[X]], %[[V1]]
// VJP-NEXT: %[[V8:.*]] = wg.bitwise_and %[[V7]], %[[V6]]
// VJP-NEXT: %[[V9:.*]] = wg.select %[[V8]], %[[X]], %[[V3]]
// VJP-NEXT: %[[V10:.*]] = wg.log %[[V9]]
// VJP-NEXT: %[[V11:.*]] = wg.sub %[[V10]], %[[V5]]
// VJP-NEXT: %[[V12:.*]] = wg.mul %[[V4]], %[[V11]]
// VJP-NEXT: %[[V13:.*]] = wg.igamma_sensitivity %[[A]], %[[X]] order 2
// VJP-NEXT: %[[V14:.*]] = wg.sub %[[V13]], %[[V12]]
// VJP-NEXT: %[[V15:.*]] = wg.sub %[[A]], %[[V0]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.igamma_sensitivity %[[A]], %[[X]] order 1
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%a: tensor<2x3xf32>, %x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.igamma_sensitivity %a, %x order 1 : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
