// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// scatter_mul: x with the windows at the positions that indices holds multiplied by updates.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,2" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,2" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.scatter_mul %{{.*}}, %{{.*}} at %{{.*}} window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<5x3xf32>, tensor<4x3xf32>, tensor<4x1xi32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[UPDATES:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DUPDATES:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<0>
// JVP-NEXT: %[[V3:.*]] = wg.constant dense<1>
// JVP-NEXT: %[[V4:.*]] = wg.scatter_mul %[[X]], %[[UPDATES]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V5:.*]] = wg.scatter_mul %[[DX]], %[[UPDATES]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V6:.*]] = wg.iota shape [15] dimension 0 dtype i32
// JVP-NEXT: %[[V7:.*]] = wg.add %[[V6]], %[[V3]]
// JVP-NEXT: %[[V8:.*]] = wg.reshape %[[V7]] shape [5, 3]
// JVP-NEXT: %[[V9:.*]] = wg.gather %[[V8]] at %[[INDICES]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V10:.*]] = wg.reshape %[[V9]] shape [12]
// JVP-NEXT: %[[V11:.*]] = wg.iota shape [12] dimension 0 dtype i32
// JVP-NEXT: %[[V12:.*]]:2 = wg.sort %[[V10]], %[[V11]] dimension 0 num_keys 1 stable true
// JVP-NEXT: %[[V13:.*]] = wg.reshape %[[V12]]#1 shape [12, 1]
// JVP-NEXT: %[[V14:.*]] = wg.reshape %[[UPDATES]] shape [12]
// JVP-NEXT: %[[V15:.*]] = wg.gather %[[V14]] at %[[V13]] sizes [1] offset [] collapsed [0] map [0] batching [] by [] mode "promise_in_bounds" unique true sorted false

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[UPDATES:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<0>
// VJP-NEXT: %[[V3:.*]] = wg.constant dense<1>
// VJP-NEXT: %[[V4:.*]] = wg.scatter_mul %[[X]], %[[UPDATES]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V5:.*]] = wg.iota shape [15] dimension 0 dtype i32
// VJP-NEXT: %[[V6:.*]] = wg.add %[[V5]], %[[V3]]
// VJP-NEXT: %[[V7:.*]] = wg.reshape %[[V6]] shape [5, 3]
// VJP-NEXT: %[[V8:.*]] = wg.gather %[[V7]] at %[[INDICES]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V9:.*]] = wg.reshape %[[V8]] shape [12]
// VJP-NEXT: %[[V10:.*]] = wg.iota shape [12] dimension 0 dtype i32
// VJP-NEXT: %[[V11:.*]]:2 = wg.sort %[[V9]], %[[V10]] dimension 0 num_keys 1 stable true
// VJP-NEXT: %[[V12:.*]] = wg.reshape %[[V11]]#1 shape [12, 1]
// VJP-NEXT: %[[V13:.*]] = wg.reshape %[[UPDATES]] shape [12]
// VJP-NEXT: %[[V14:.*]] = wg.gather %[[V13]] at %[[V12]] sizes [1] offset [] collapsed [0] map [0] batching [] by [] mode "promise_in_bounds" unique true sorted false
// VJP-NEXT: %[[V15:.*]] = wg.pad %[[V11]]#0, %[[V2]] low [-1] high [1] interior [0]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[UPDATES:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.scatter_mul %[[X]], %[[UPDATES]] at %[[INDICES]] window [2] inserted [1] map [1] batching [0] by [0] mode "clip" unique false sorted false
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<5x3xf32>, %indices: tensor<4x1xi32>, %updates: tensor<4x3xf32>) -> tensor<5x3xf32> {
  %0 = wg.scatter_mul %x, %updates at %indices window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<5x3xf32>, tensor<4x3xf32>, tensor<4x1xi32>
  return %0 : tensor<5x3xf32>
}
