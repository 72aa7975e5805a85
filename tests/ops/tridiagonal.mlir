// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// tridiagonal: the tridiagonal form of Hermitian matrices as LAPACK stores it, its diagonals d and e, and the reflectors' factors.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg host-calls=true" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} = wg.tridiagonal %{{.*}} lower true : tensor<4x4xf32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[OUT:.*]], %[[D:.*]], %[[E:.*]], %[[TAUS:.*]] = wg.tridiagonal %[[X]] lower true
// VMAP-NEXT: return %[[OUT]], %[[D]], %[[E]], %[[TAUS]]

// As IREE gets it, with a library of the host.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: call @"wengert_host.tridiagonal
// LINALG: return

func.func @f(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<3xf32>) {
  %out, %d, %e, %taus = wg.tridiagonal %x lower true : tensor<4x4xf32>
  return %out, %d, %e, %taus : tensor<4x4xf32>, tensor<4xf32>, tensor<3xf32>, tensor<3xf32>
}
