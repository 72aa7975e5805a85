// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the ops of Ops/Linalg.td refuse.
// RUN: wg-opt %s -split-input-file -verify-diagnostics -wg-expand-transforms

// square matrices
func.func @f(%x: tensor<2x3xf32>) {
  // expected-error @below {{wg.cholesky: expected square matrices in the last two dimensions but got tensor<2x3xf32>}}
  %y = wg.cholesky %x : tensor<2x3xf32>
  return
}

// -----

// matrices
func.func @f(%x: tensor<3xf32>) {
  // expected-error @below {{wg.lu: expected matrices in the last two dimensions but got tensor<3xf32>}}
  %y:3 = wg.lu %x : tensor<3xf32>
  return
}

// -----

// types that LAPACK has
func.func @f(%x: tensor<3x3xf16>) {
  // expected-error @below {{operand #0 must be tensor of f32, f64, complex<f32> or complex<f64> (convert half types to f32 first) with a static shape, but got 'tensor<3x3xf16>'}}
  %y = wg.cholesky %x : tensor<3x3xf16>
  return
}

// -----

// right sides with as many rows as the matrix
func.func @f(%a: tensor<3x3xf32>, %b: tensor<2x3xf32>) {
  // expected-error @below {{wg.triangular_solve: expected b to have 3 rows like tensor<3x3xf32> but got tensor<2x3xf32>}}
  %y = wg.triangular_solve %a, %b left_side true lower true transpose_a false conjugate_a false unit_diagonal false : tensor<3x3xf32>, tensor<2x3xf32>
  return
}

// -----

// the same batch dimensions
func.func @f(%a: tensor<4x3x3xf32>, %b: tensor<3x3xf32>) {
  // expected-error @below {{wg.solve: expected operands with the same batch dimensions but got tensor<4x3x3xf32> and tensor<3x3xf32>; broadcast them with broadcast_in_dim first}}
  %y = wg.solve %a, %b : tensor<4x3x3xf32>, tensor<3x3xf32>
  return
}

// -----

// square matrices of any type
func.func @f(%x: tensor<3x2xcomplex<f32>>) {
  // expected-error @below {{wg.eig: expected square matrices in the last two dimensions but got tensor<3x2xcomplex<f32>>}}
  %w = wg.eig %x compute_left_eigenvectors false compute_right_eigenvectors false : tensor<3x2xcomplex<f32>>
  return
}

// -----

// one element type
func.func @f(%a: tensor<3x3xf32>, %b: tensor<3x3xf64>) {
  // expected-error @below {{wg.solve: expected operands of one element type but got tensor<3x3xf32> and tensor<3x3xf64>; convert one of them first}}
  %y = wg.solve %a, %b : tensor<3x3xf32>, tensor<3x3xf64>
  return
}

// -----

// room for all pivots
func.func @f(%p: tensor<3xi32>) {
  // expected-error @below {{wg.lu_pivots_to_permutation: expected a permutation_size of at least 3, the number of pivots of tensor<3xi32>, but got 2}}
  %y = wg.lu_pivots_to_permutation %p permutation_size 2 : tensor<3xi32>
  return
}

// -----

// pivots with a dimension
func.func @f(%p: tensor<i32>) {
  // expected-error @below {{wg.lu_pivots_to_permutation: expected pivots with at least one dimension but got tensor<i32>}}
  %y = wg.lu_pivots_to_permutation %p permutation_size 2 : tensor<i32>
  return
}

// -----

// tall matrices of reflectors
func.func @f(%a: tensor<2x3xf32>, %t: tensor<2xf32>) {
  // expected-error @below {{wg.householder_product: expected a with at least as many rows as columns but got tensor<2x3xf32>}}
  %y = wg.householder_product %a, %t : tensor<2x3xf32>, tensor<2xf32>
  return
}

// -----

// a column for each reflector
func.func @f(%a: tensor<3x2xf32>, %t: tensor<3xf32>) {
  // expected-error @below {{wg.householder_product: expected at most as many taus as a has columns but got tensor<3x2xf32> and tensor<3xf32>}}
  %y = wg.householder_product %a, %t : tensor<3x2xf32>, tensor<3xf32>
  return
}

// -----

// diagonals with an entry a row
func.func @f(%d: tensor<3xf32>, %b: tensor<4x1xf32>) {
  // expected-error @below {{wg.tridiagonal_solve: expected diagonals with 4 entries like the rows of tensor<4x1xf32> but got tensor<3xf32>}}
  %y = wg.tridiagonal_solve %d, %d, %d, %b : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<4x1xf32>
  return
}

// -----

// no derivative, as in JAX
func.func @f(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  // expected-error @below {{geqrf: expected no derivative to be asked for but got a differentiated operand; use qr}}
  %y:2 = wg.geqrf %x : tensor<3x3xf32>
  return %y#0 : tensor<3x3xf32>
}
func.func @main(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %y, %dy = wg.jvp @f(%x) tangents(%x) wrt [0] : (tensor<3x3xf32>, tensor<3x3xf32>) -> (tensor<3x3xf32>, tensor<3x3xf32>)
  return %dy : tensor<3x3xf32>
}
