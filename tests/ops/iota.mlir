// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// iota: 0, 1, 2, ... along dimension, the same along the others.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.iota shape [4] dimension 0 dtype i32

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: linalg.index
// LINALG: arith.index_cast
// LINALG: linalg.yield
// LINALG: return

func.func @f() -> tensor<4xi32> {
  %0 = wg.iota shape [4] dimension 0 dtype i32
  return %0 : tensor<4xi32>
}
