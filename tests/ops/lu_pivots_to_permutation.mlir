// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// lu_pivots_to_permutation: the permutation of rows that the row swaps of lu make together.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.lu_pivots_to_permutation %{{.*}} permutation_size 3 : tensor<3xi32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[PIVOTS:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.lu_pivots_to_permutation %[[PIVOTS]] permutation_size 3
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: return

func.func @f(%pivots: tensor<3xi32>) -> tensor<3xi32> {
  %0 = wg.lu_pivots_to_permutation %pivots permutation_size 3 : tensor<3xi32>
  return %0 : tensor<3xi32>
}
