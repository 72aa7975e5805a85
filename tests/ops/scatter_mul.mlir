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
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V3:.*]] = wg.scatter_mul %[[X]], %[[UPDATES]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V4:.*]] = wg.scatter_mul %[[DX]], %[[UPDATES]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V5:.*]] = wg.eq %[[UPDATES]], %[[V2]]
// JVP-NEXT: %[[V6:.*]] = wg.convert %[[V5]] to f32
// JVP-NEXT: %[[V7:.*]] = wg.select %[[V5]], %[[V1]], %[[UPDATES]]
// JVP-NEXT: %[[V8:.*]] = wg.scatter_mul %[[X]], %[[V7]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V9:.*]] = wg.scatter_add %[[V0]], %[[V6]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V10:.*]] = wg.gather %[[V8]] at %[[INDICES]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V11:.*]] = wg.div %[[V10]], %[[V7]]
// JVP-NEXT: %[[V12:.*]] = wg.gather %[[V9]] at %[[INDICES]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V13:.*]] = wg.eq %[[V12]], %[[V6]]
// JVP-NEXT: %[[V14:.*]] = wg.select %[[V13]], %[[V11]], %[[V2]]
// JVP-NEXT: %[[V15:.*]] = wg.mul %[[V14]], %[[DUPDATES]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[UPDATES:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<1.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V3:.*]] = wg.scatter_mul %[[X]], %[[UPDATES]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V4:.*]] = wg.eq %[[UPDATES]], %[[V2]]
// VJP-NEXT: %[[V5:.*]] = wg.convert %[[V4]] to f32
// VJP-NEXT: %[[V6:.*]] = wg.select %[[V4]], %[[V1]], %[[UPDATES]]
// VJP-NEXT: %[[V7:.*]] = wg.scatter_mul %[[X]], %[[V6]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V8:.*]] = wg.scatter_add %[[V0]], %[[V5]] at %[[INDICES]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V9:.*]] = wg.gather %[[V7]] at %[[INDICES]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V10:.*]] = wg.div %[[V9]], %[[V6]]
// VJP-NEXT: %[[V11:.*]] = wg.gather %[[V8]] at %[[INDICES]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V12:.*]] = wg.eq %[[V11]], %[[V5]]
// VJP-NEXT: %[[V13:.*]] = wg.select %[[V12]], %[[V10]], %[[V2]]
// VJP-NEXT: %[[V14:.*]] = wg.gather %[[CT]] at %[[INDICES]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V15:.*]] = wg.mul %[[V13]], %[[V14]]

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
