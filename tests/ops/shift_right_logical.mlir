// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// shift_right_logical: x shifted y bits to the right, zeros coming in; 0 if y is not in [0, width).
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.shift_right_logical %{{.*}}, %{{.*}} : tensor<2x3xi32>

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.shift_right_logical %[[X]], %[[Y]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: arith.cmpi
// LINALG: arith.select
// LINALG: arith.shrui
// LINALG: arith.select
// LINALG: linalg.yield
// LINALG: return

func.func @f(%x: tensor<2x3xi32>, %y: tensor<2x3xi32>) -> tensor<2x3xi32> {
  %0 = wg.shift_right_logical %x, %y : tensor<2x3xi32>
  return %0 : tensor<2x3xi32>
}
