// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// schur: the (quasi-)triangle t and, if asked for, the unitary z with x = z t z^H.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg host-calls=true" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}:2 = wg.schur %{{.*}} compute_schur_vectors true : tensor<3x3xf32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]]:2 = wg.schur %[[X]] compute_schur_vectors true
// VMAP-NEXT: return %[[V0]]#0, %[[V0]]#1

// As IREE gets it, with a library of the host.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: call @"wengert_host.schur
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3x3xf32>) {
  %0:2 = wg.schur %x compute_schur_vectors true : tensor<3x3xf32>
  return %0#0, %0#1 : tensor<3x3xf32>, tensor<3x3xf32>
}
