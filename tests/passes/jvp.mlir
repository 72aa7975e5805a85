// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RUN: wg-opt %s -wg-jvp="fn=f wrt=0,1" | FileCheck %s --check-prefix=BOTH
// RUN: wg-opt %s -wg-jvp="fn=f wrt=1" | FileCheck %s --check-prefix=ONE
// RUN: wg-opt %s -wg-jvp="fn=mixed wrt=0" | FileCheck %s --check-prefix=MIXED
// RUN: wg-opt %s -wg-jvp="fn=caller wrt=0" | FileCheck %s --check-prefix=CALL
// RUN: wg-opt %s -wg-jvp="fn=nothing wrt=0" | FileCheck %s --check-prefix=NOTHING

// BOTH-LABEL: func.func @f.jvp(
// BOTH-SAME: %[[X:.*]]: tensor<3xf32>, %[[W:.*]]: tensor<3xf32>, %[[DX:.*]]: tensor<3xf32>, %[[DW:.*]]: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
// BOTH-DAG: %[[P:.*]] = wg.mul %[[X]], %[[W]]
// BOTH-DAG: %[[A:.*]] = wg.mul %[[W]], %[[DX]]
// BOTH-DAG: %[[B:.*]] = wg.mul %[[X]], %[[DW]]
// BOTH-DAG: %[[S:.*]] = wg.add %[[A]], %[[B]]
// BOTH-DAG: %[[Y:.*]] = wg.sin %[[P]]
// BOTH-DAG: %[[C:.*]] = wg.cos %[[P]]
// BOTH: %[[DY:.*]] = wg.mul %[[C]], %[[S]]
// BOTH: return %[[Y]], %[[DY]]

// The partial for an argument that is constant is never made.
// ONE-LABEL: func.func @f.jvp(
// ONE-SAME: %[[X:.*]]: tensor<3xf32>, %[[W:.*]]: tensor<3xf32>, %[[DW:.*]]: tensor<3xf32>)
// ONE-DAG: %[[A:.*]] = wg.mul %[[X]], %[[DW]]
// ONE-DAG: %[[C:.*]] = wg.cos
// ONE: wg.mul %[[C]], %[[A]]
// ONE-NOT: wg.add
func.func @f(%x: tensor<3xf32>, %w: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.mul %x, %w : tensor<3xf32>
  %1 = wg.sin %0 : tensor<3xf32>
  return %1 : tensor<3xf32>
}

// Integer and bool results have no tangent; one that does not depend on the argument has the tangent 0.
// MIXED-LABEL: func.func @mixed.jvp(
// MIXED-SAME: %[[X:.*]]: tensor<3xf32>, %[[N:.*]]: tensor<3xi32>, %[[DX:.*]]: tensor<3xf32>)
// MIXED-SAME: -> (tensor<3xi1>, tensor<3xf32>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
// MIXED-DAG: %[[ZERO:.*]] = wg.constant dense<0.000000e+00> : tensor<3xf32>
// MIXED-DAG: %[[B:.*]] = wg.lt %[[X]], %[[X]]
// MIXED-DAG: %[[C:.*]] = wg.convert %[[N]]
// MIXED: return %[[B]], %[[X]], %[[N]], %[[C]], %[[DX]], %[[ZERO]]
func.func @mixed(%x: tensor<3xf32>, %n: tensor<3xi32>) -> (tensor<3xi1>, tensor<3xf32>, tensor<3xi32>, tensor<3xf32>) {
  %0 = wg.lt %x, %x : tensor<3xf32>
  %1 = wg.convert %n to f32 : tensor<3xi32>
  return %0, %x, %n, %1 : tensor<3xi1>, tensor<3xf32>, tensor<3xi32>, tensor<3xf32>
}

// A call becomes a call of the callee's derivative, made once for both.
// CALL: func.func @f(
// CALL: func.func private @f.jvp(
// CALL-NOT: func.func private @f.jvp_0(
// CALL-LABEL: func.func @caller.jvp(
// CALL: %[[R:.*]]:2 = call @f.jvp(%{{.*}}, %[[W:.*]], %[[DX:.*]])
// CALL: %[[Q:.*]]:2 = call @f.jvp(%[[R]]#0, %[[W]], %[[R]]#1)
// CALL: return %[[Q]]#0, %[[Q]]#1
func.func @caller(%x: tensor<3xf32>, %w: tensor<3xf32>) -> tensor<3xf32> {
  %0 = call @f(%x, %w) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  %1 = call @f(%0, %w) : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %1 : tensor<3xf32>
}

// NOTHING-LABEL: func.func @nothing.jvp(
// NOTHING-SAME: tensor<3xf32>, %{{.*}}: tensor<3xf32>) {
// NOTHING-NEXT: return
func.func @nothing(%x: tensor<3xf32>) {
  return
}
