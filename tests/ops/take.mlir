// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// take: the entries of x at indices along axis; an index outside is moved to the nearest end.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.take %{{.*}} at %{{.*}} axis 0 : tensor<4x3xf32>, tensor<2xi32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.reshape %[[INDICES]] shape [2, 1]
// JVP-NEXT: %[[V1:.*]] = wg.gather %[[X]] at %[[V0]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: %[[V2:.*]] = wg.gather %[[DX]] at %[[V0]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// JVP-NEXT: return %[[V1]], %[[V2]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.reshape %[[INDICES]] shape [2, 1]
// VJP-NEXT: %[[V2:.*]] = wg.gather %[[X]] at %[[V1]] sizes [1, 3] offset [1] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: %[[V3:.*]] = wg.scatter_add %[[V0]], %[[CT]] at %[[V1]] window [1] inserted [0] map [0] batching [] by [] mode "clip" unique false sorted false
// VJP-NEXT: return %[[V2]], %[[V3]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[INDICES:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.reshape %[[INDICES]] shape [8, 2, 1]
// VMAP-NEXT: %[[V1:.*]] = wg.gather %[[X]] at %[[V0]] sizes [1, 1, 3] offset [2] collapsed [1] map [1] batching [0] by [0] mode "clip" unique false sorted false
// VMAP-NEXT: return %[[V1]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<4x3xf32>, %indices: tensor<2xi32>) -> tensor<2x3xf32> {
  %0 = wg.take %x at %indices axis 0 : tensor<4x3xf32>, tensor<2xi32>
  return %0 : tensor<2x3xf32>
}
