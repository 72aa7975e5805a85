// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// check: a condition that has to hold.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-simplify | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,- size=8" | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-checkify="fn=f" --wg-pipeline="entry=f.checked" | FileCheck %s --check-prefix=LINALG

// CHECK: wg.check %{{.*}}(%{{.*}}) "user" "x is {0}" debug false : (tensor<i1>, tensor<f32>) -> ()
// CHECK: wg.check %{{.*}}() "index" "outside" debug true {at = "a.py:3"} : (tensor<i1>) -> ()

// A derivative checks the values, once.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}
// JVP: wg.check %{{.*}}(%[[X]]) "user" "x is {0}"
// JVP-NOT: "user"
// JVP: return
// VJP-LABEL: func.func @f.vjp(
// VJP: wg.check %{{.*}} "user"
// VJP-NOT: "user"
// VJP: return

// Over a batch all have to hold; what is the same for all examples is checked once.
// VMAP-LABEL: func.func @f.vmap(
// VMAP: wg.check %{{.*}}(%{{.*}}) "user" "x is {0}" debug false : (tensor<8xi1>, tensor<8xf32>) -> ()
// VMAP: wg.check %{{.*}}() "index" "outside" debug true {at = "a.py:3"} : (tensor<i1>) -> ()

// LINALG-LABEL: func.func @f.checked(
// LINALG-NOT: wg.
// LINALG: return %{{.*}}, %{{.*}}, %{{.*}} : tensor<f32>, tensor<i32>, tensor<f32>
func.func @f(%x: tensor<f32>, %p: tensor<i1>) -> tensor<f32> {
  %zero = wg.constant dense<0.0> : tensor<f32>
  %0 = wg.gt %x, %zero : tensor<f32>
  wg.check %0(%x) "user" "x is {0}" debug false : (tensor<i1>, tensor<f32>) -> ()
  wg.check %p() "index" "outside" debug true {at = "a.py:3"} : (tensor<i1>) -> ()
  %1 = wg.mul %x, %x : tensor<f32>
  return %1 : tensor<f32>
}
