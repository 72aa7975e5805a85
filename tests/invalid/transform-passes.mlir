// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the passes that run one engine refuse.
// RUN: not wg-opt %s -wg-jvp="fn=nothing wrt=0" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not wg-opt %s -wg-jvp="fn=f wrt=2" 2>&1 | FileCheck %s --check-prefix=WRT
// RUN: not wg-opt %s -wg-linearize="fn=f wrt=1" 2>&1 | FileCheck %s --check-prefix=INT
// RUN: not wg-opt %s -wg-vjp="fn=f wrt=0,0" 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not wg-opt %s -wg-batch="fn=f in-axes=0 size=2" 2>&1 | FileCheck %s --check-prefix=AXES
// RUN: not wg-opt %s -wg-batch="fn=f in-axes=0,x size=2" 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not wg-opt %s -wg-transpose="fn=square" 2>&1 | FileCheck %s --check-prefix=SQUARE
// RUN: not wg-opt %s -wg-transpose="fn=sine" 2>&1 | FileCheck %s --check-prefix=SINE
// RUN: not wg-opt %s -wg-transpose="fn=sine num-residuals=2" 2>&1 | FileCheck %s --check-prefix=RESIDUALS
// RUN: not wg-opt %s -wg-transpose="fn=f" 2>&1 | FileCheck %s --check-prefix=LINEAR
// RUN: not wg-opt %s -wg-jvp="fn=branch wrt=0" 2>&1 | FileCheck %s --check-prefix=BLOCKS
// RUN: not wg-opt %s -wg-jvp="fn=memory" 2>&1 | FileCheck %s --check-prefix=TYPES
// RUN: not wg-opt %s -wg-checkify="fn=nothing" 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not wg-opt %s -wg-checkify="fn=f errors=nan,wrong" 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not wg-opt %s -wg-checkify="fn=forever" 2>&1 | FileCheck %s --check-prefix=ENDLESS
// RUN: not wg-opt %s -wg-simplify 2>&1 | FileCheck %s --check-prefix=RECURSION

// NAME: expected a function but @nothing names none
// WRT: wg-jvp of @f: wrt names argument 2, but the function has 2 arguments
// INT: wg-linearize of @f: expected arguments of float or complex type in wrt but argument 1 has type 'tensor<i32>'; leave it out of wrt or convert it to a float
// TWICE: wg-linearize of @f: wrt names argument 0 twice
// AXES: wg.vmap of @f: expected 2 entries in in_axes but got 1
// KIND: wg-checkify: expected errors of user, nan, div, index but got 'wrong'
// TEXT: wg-batch of @f: expected numbers or - as axes but got 'x'
// LINEAR: wg-transpose of @f: expected linear arguments of float or complex type but argument 1 has type 'tensor<i32>'
func.func @f(%x: tensor<3xf32>, %n: tensor<i32>) -> tensor<3xf32> {
  return %x : tensor<3xf32>
}

// SQUARE: wg.mul: cannot be transposed: it is not linear in its operands that depend on a linear argument
func.func @square(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.mul %x, %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// SINE: wg.sin: cannot be transposed
// RESIDUALS: wg-transpose of @sine: expected at most 1 residuals but got 2
func.func @sine(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.sin %x : tensor<3xf32>
  return %0 : tensor<3xf32>
}

// BLOCKS: expected a function of one block that ends with func.return but @branch has control flow
func.func @branch(%x: tensor<3xf32>) -> tensor<3xf32> {
  "func.return"(%x) : (tensor<3xf32>) -> ()
^other:
  "func.return"(%x) : (tensor<3xf32>) -> ()
}

// TYPES: expected a function of tensors with static shapes but @memory has a 'memref<3xf32>'
func.func @memory(%x: memref<3xf32>) {
  return
}

// ENDLESS: recursion: @forever calls or transforms itself
// RECURSION: recursion: @forever calls itself
func.func @forever(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = call @forever(%x) : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
