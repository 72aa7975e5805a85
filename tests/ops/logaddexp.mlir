// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// logaddexp: log(exp(x) + exp(y)) without overflow.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.logaddexp %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DY:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<-0.693147182>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.logaddexp %[[X]], %[[Y]]
// JVP-NEXT: %[[V3:.*]] = wg.eq %[[Y]], %[[V2]]
// JVP-NEXT: %[[V4:.*]] = wg.select %[[V3]], %[[V0]], %[[V1]]
// JVP-NEXT: %[[V5:.*]] = wg.sub %[[X]], %[[V2]]
// JVP-NEXT: %[[V6:.*]] = wg.eq %[[X]], %[[V2]]
// JVP-NEXT: %[[V7:.*]] = wg.select %[[V6]], %[[V4]], %[[V5]]
// JVP-NEXT: %[[V8:.*]] = wg.exp %[[V7]]
// JVP-NEXT: %[[V9:.*]] = wg.select %[[V6]], %[[V0]], %[[V1]]
// JVP-NEXT: %[[V10:.*]] = wg.sub %[[Y]], %[[V2]]
// JVP-NEXT: %[[V11:.*]] = wg.select %[[V3]], %[[V9]], %[[V10]]
// JVP-NEXT: %[[V12:.*]] = wg.exp %[[V11]]
// JVP-NEXT: %[[V13:.*]] = wg.mul %[[V8]], %[[DX]]
// JVP-NEXT: %[[V14:.*]] = wg.mul %[[V12]], %[[DY]]
// JVP-NEXT: %[[V15:.*]] = wg.add %[[V13]], %[[V14]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<-0.693147182>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.logaddexp %[[X]], %[[Y]]
// VJP-NEXT: %[[V3:.*]] = wg.eq %[[Y]], %[[V2]]
// VJP-NEXT: %[[V4:.*]] = wg.select %[[V3]], %[[V0]], %[[V1]]
// VJP-NEXT: %[[V5:.*]] = wg.sub %[[X]], %[[V2]]
// VJP-NEXT: %[[V6:.*]] = wg.eq %[[X]], %[[V2]]
// VJP-NEXT: %[[V7:.*]] = wg.select %[[V6]], %[[V4]], %[[V5]]
// VJP-NEXT: %[[V8:.*]] = wg.exp %[[V7]]
// VJP-NEXT: %[[V9:.*]] = wg.select %[[V6]], %[[V0]], %[[V1]]
// VJP-NEXT: %[[V10:.*]] = wg.sub %[[Y]], %[[V2]]
// VJP-NEXT: %[[V11:.*]] = wg.select %[[V3]], %[[V9]], %[[V10]]
// VJP-NEXT: %[[V12:.*]] = wg.exp %[[V11]]
// VJP-NEXT: %[[V13:.*]] = wg.mul %[[V12]], %[[CT]]
// VJP-NEXT: %[[V14:.*]] = wg.mul %[[V8]], %[[CT]]
// VJP-NEXT: return %[[V2]], %[[V14]], %[[V13]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.logaddexp %[[X]], %[[Y]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<2x3xf32>, %y: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.logaddexp %x, %y : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
