// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// reduce_max: the maximum over axes: nan if there is one, -inf or the least integer of nothing; or for bools.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.reduce_max %{{.*}} axes [1] : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.reduce_max %[[X]] axes [1]
// JVP-NEXT: %[[V2:.*]] = wg.broadcast_in_dim %[[V1]] shape [2, 3] dims [0]
// JVP-NEXT: %[[V3:.*]] = wg.eq %[[X]], %[[V2]]
// JVP-NEXT: %[[V4:.*]] = wg.convert %[[V3]] to f32
// JVP-NEXT: %[[V5:.*]] = wg.reduce_sum %[[V4]] axes [1]
// JVP-NEXT: %[[V6:.*]] = wg.select %[[V3]], %[[DX]], %[[V0]]
// JVP-NEXT: %[[V7:.*]] = wg.reduce_sum %[[V6]] axes [1]
// JVP-NEXT: %[[V8:.*]] = wg.div %[[V7]], %[[V5]]
// JVP-NEXT: return %[[V1]], %[[V8]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.reduce_max %[[X]] axes [1]
// VJP-NEXT: %[[V2:.*]] = wg.broadcast_in_dim %[[V1]] shape [2, 3] dims [0]
// VJP-NEXT: %[[V3:.*]] = wg.eq %[[X]], %[[V2]]
// VJP-NEXT: %[[V4:.*]] = wg.convert %[[V3]] to f32
// VJP-NEXT: %[[V5:.*]] = wg.reduce_sum %[[V4]] axes [1]
// VJP-NEXT: %[[V6:.*]] = wg.div %[[CT]], %[[V5]]
// VJP-NEXT: %[[V7:.*]] = wg.broadcast_in_dim %[[V6]] shape [2, 3] dims [0]
// VJP-NEXT: %[[V8:.*]] = wg.select %[[V3]], %[[V7]], %[[V0]]
// VJP-NEXT: return %[[V1]], %[[V8]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.reduce_max %[[X]] axes [2]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: arith.maximumf
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  %0 = wg.reduce_max %x axes [1] : tensor<2x3xf32>
  return %0 : tensor<2xf32>
}
