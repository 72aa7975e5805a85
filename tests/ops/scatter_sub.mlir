// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// scatter_sub: x with updates subtracted from the windows at the positions that indices holds.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,2" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,2" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.scatter_sub %{{.*}}, %{{.*}} at %{{.*}} window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<5x3xf32>, tensor<4x3xf32>, tensor<4x1xi32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[UPDATES:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DUPDATES:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.scatter_sub %[[X]], %[[UPDATES]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V1:.*]] = wg.scatter_sub %[[DX]], %[[DUPDATES]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: return %[[V0]], %[[V1]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[UPDATES:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.scatter_sub %[[X]], %[[UPDATES]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V1:.*]] = wg.gather %[[CT]] at %[[INDICES]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V2:.*]] = wg.neg %[[V1]]
// VJP-NEXT: return %[[V0]], %[[CT]], %[[V2]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[UPDATES:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.scatter_sub %[[X]], %[[UPDATES]] at %[[INDICES]] window [2] inserted [1] map [1] batching [0] by [0] mode "clip" unique false sorted false
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<5x3xf32>, %indices: tensor<4x1xi32>, %updates: tensor<4x3xf32>) -> tensor<5x3xf32> {
  %0 = wg.scatter_sub %x, %updates at %indices window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<5x3xf32>, tensor<4x3xf32>, tensor<4x1xi32>
  return %0 : tensor<5x3xf32>
}
