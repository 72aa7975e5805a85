// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// householder_product: the first columns of the product of the reflectors I - tau v v^H whose vectors v are below the diagonal of a.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg kernels=false" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.householder_product %{{.*}}, %{{.*}} : tensor<3x3xf32>, tensor<3xf32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[A:[^:]*]]: {{[^,]*}}, %[[TAUS:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.householder_product %[[A]], %[[TAUS]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.generic
// LINALG: linalg.fill
// LINALG: linalg.generic
// LINALG: return

func.func @f(%a: tensor<3x3xf32>, %taus: tensor<3xf32>) -> tensor<3x3xf32> {
  %0 = wg.householder_product %a, %taus : tensor<3x3xf32>, tensor<3xf32>
  return %0 : tensor<3x3xf32>
}
