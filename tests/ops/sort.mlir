// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// sort: the operands reordered along dimension so that the first num_keys of them ascend, nan last.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.sort %{{.*}} dimension 0 num_keys 1 stable true : tensor<5xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X0:[^:]*]]: {{[^,]*}}, %[[DX0:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.sort %[[X0]] dimension 0 num_keys 1 stable true
// JVP-NEXT: %[[V1:.*]]:2 = wg.sort %[[X0]], %[[DX0]] dimension 0 num_keys 1 stable true
// JVP-NEXT: return %[[V0]], %[[V1]]#1

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X0:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.sort %[[X0]] dimension 0 num_keys 1 stable true
// VJP-NEXT: %[[V1:.*]] = wg.iota shape [5] dimension 0 dtype i32
// VJP-NEXT: %[[V2:.*]]:2 = wg.sort %[[X0]], %[[V1]] dimension 0 num_keys 1 stable true
// VJP-NEXT: %[[V3:.*]]:2 = wg.sort %[[V2]]#1, %[[CT]] dimension 0 num_keys 1 stable true
// VJP-NEXT: return %[[V0]], %[[V3]]#1

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X0:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.sort %[[X0]] dimension 1 num_keys 1 stable true
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x0: tensor<5xf32>) -> tensor<5xf32> {
  %0 = wg.sort %x0 dimension 0 num_keys 1 stable true : tensor<5xf32>
  return %0 : tensor<5xf32>
}
