// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// threefry2x32: 20 rounds of the Threefry-2x32 block cipher (Salmon et al., SC 2011): two words of counter under two words of key.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0,0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}, %{{.*}} = wg.threefry2x32 %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3xui32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[K0:[^:]*]]: {{[^,]*}}, %[[K1:[^:]*]]: {{[^,]*}}, %[[X0:[^:]*]]: {{[^,]*}}, %[[X1:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[Y0:.*]], %[[Y1:.*]] = wg.threefry2x32 %[[K0]], %[[K1]], %[[X0]], %[[X1]]
// VMAP-NEXT: return %[[Y0]], %[[Y1]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: return

func.func @f(%k0: tensor<2x3xui32>, %k1: tensor<2x3xui32>, %x0: tensor<2x3xui32>, %x1: tensor<2x3xui32>) -> (tensor<2x3xui32>, tensor<2x3xui32>) {
  %y0, %y1 = wg.threefry2x32 %k0, %k1, %x0, %x1 : tensor<2x3xui32>
  return %y0, %y1 : tensor<2x3xui32>, tensor<2x3xui32>
}
