// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Texts on which MLIR's parser would end the process. Each line after a mark is given to wg-opt alone.

// RUN: sed -n 's,^// NAME: ,,p' %s | not wg-opt 2>&1 | FileCheck %s --check-prefix=CHECK-NAME
// NAME: "func"() : () -> ()
// CHECK-NAME: -:1:1: error: expected the name of an op, such as "wg.sin", but got "func"

// RUN: sed -n 's,^// OP: ,,p' %s | not wg-opt 2>&1 | FileCheck %s --check-prefix=CHECK-OP
// OP: %0 = "wg."() : () -> (tensor<f32>)
// CHECK-OP: -:1:6: error: expected the name of an op, such as "wg.sin", but got "wg."

// RUN: sed -n 's,^// ARRAY: ,,p' %s | not wg-opt 2>&1 | FileCheck %s --check-prefix=CHECK-ARRAY
// ARRAY: module attributes {wg.a = array<index: 1>} {}
// CHECK-ARRAY: -:1:27: error: expected integers or floats in array<...> but got index; write i64
