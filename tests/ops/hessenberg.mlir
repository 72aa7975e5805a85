// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// hessenberg: the Hessenberg form as LAPACK stores it: the form above, the Householder vectors below the first subdiagonal, their factors.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg host-calls=true" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}, %{{.*}} = wg.hessenberg %{{.*}} : tensor<4x4xf32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[OUT:.*]], %[[TAUS:.*]] = wg.hessenberg %[[X]]
// VMAP-NEXT: return %[[OUT]], %[[TAUS]]

// As IREE gets it, with a library of the host.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: call @"wengert_host.hessenberg
// LINALG: return

func.func @f(%x: tensor<4x4xf32>) -> (tensor<4x4xf32>, tensor<3xf32>) {
  %out, %taus = wg.hessenberg %x : tensor<4x4xf32>
  return %out, %taus : tensor<4x4xf32>, tensor<3xf32>
}
