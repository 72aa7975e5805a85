// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// geqrf: the QR decomposition as LAPACK stores it: R above, the Householder vectors below the diagonal, and their factors.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}, %{{.*}} = wg.geqrf %{{.*}} : tensor<3x3xf32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[OUT:.*]], %[[TAUS:.*]] = wg.geqrf %[[X]]
// VMAP-NEXT: return %[[OUT]], %[[TAUS]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3xf32>) {
  %out, %taus = wg.geqrf %x : tensor<3x3xf32>
  return %out, %taus : tensor<3x3xf32>, tensor<3xf32>
}
