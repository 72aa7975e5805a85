// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rules of functions that are not there or have the wrong types, and derivatives that the rules do not give.
// RUN: wg-opt %s -split-input-file -verify-diagnostics -wg-expand-transforms

// expected-error @below {{wg.custom_jvp of @f: expected a function but @nothing names none}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_jvp = @nothing} {
  return %x : tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_jvp of @f: expected @rule, a dictionary or an array of dictionaries but got 3 : i64}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_jvp = 3 : i64} {
  return %x : tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_vjp of @f: expected [@fwd, @bwd], a dictionary or an array of dictionaries but got @f}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_vjp = @f} {
  return %x : tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_jvp of @f: expected @rule with arguments ('tensor<3xf32>', 'tensor<3xf32>') but got ('tensor<3xf32>')}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_jvp = @rule} {
  return %x : tensor<3xf32>
}
func.func private @rule(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  return %x, %x : tensor<3xf32>, tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_jvp of @f: expected @rule with results ('tensor<3xf32>', 'tensor<3xf32>') but got ('tensor<3xf32>', 'tensor<f32>')}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_jvp = @rule} {
  return %x : tensor<3xf32>
}
func.func private @rule(%x: tensor<3xf32>, %dx: tensor<3xf32>) -> (tensor<3xf32>, tensor<f32>) {
  %0 = wg.constant dense<0.0> : tensor<f32>
  return %x, %0 : tensor<3xf32>, tensor<f32>
}

// -----

// expected-error @below {{wg.custom_jvp of @f: expected @rule to be a function with a body}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_jvp = @rule} {
  return %x : tensor<3xf32>
}
func.func private @rule(%x: tensor<3xf32>, %dx: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)

// -----

// expected-error @below {{wg.custom_jvp of @f: expected @f to be another function}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_jvp = @f} {
  return %x : tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_jvp of @f: expected distinct positions of arguments of float or complex type as 'wrt' but got 1}}
func.func @f(%x: tensor<3xf32>, %n: tensor<i32>) -> tensor<3xf32> attributes {wg.custom_jvp = {rule = @rule, wrt = array<i64: 0, 1>}} {
  return %x : tensor<3xf32>
}
func.func private @rule(%x: tensor<3xf32>, %n: tensor<i32>, %dx: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  return %x, %dx : tensor<3xf32>, tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_jvp of @f: expected array<i64: ...> as 'wrt' but got [0]}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_jvp = {rule = @rule, wrt = [0]}} {
  return %x : tensor<3xf32>
}
func.func private @rule(%x: tensor<3xf32>, %dx: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  return %x, %dx : tensor<3xf32>, tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_jvp of @f: expected the name of a function as 'rule'}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_jvp = {wrt = array<i64: 0>}} {
  return %x : tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_vjp of @f: expected @fwd with results ('tensor<3xf32>', ...) but got ()}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_vjp = [@fwd, @bwd]} {
  return %x : tensor<3xf32>
}
func.func private @fwd(%x: tensor<3xf32>) {
  return
}
func.func private @bwd(%ct: tensor<3xf32>) -> tensor<3xf32> {
  return %ct : tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_vjp of @f: expected @bwd with arguments ('tensor<3xf32>', 'tensor<3xf32>') but got ('tensor<3xf32>')}}
func.func @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_vjp = [@fwd, @bwd]} {
  return %x : tensor<3xf32>
}
func.func private @fwd(%x: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
  return %x, %x : tensor<3xf32>, tensor<3xf32>
}
func.func private @bwd(%ct: tensor<3xf32>) -> tensor<3xf32> {
  return %ct : tensor<3xf32>
}

// -----

// expected-error @below {{wg.custom_transpose of @f: expected @t with results ('tensor<3xf32>') but got ()}}
func.func private @f(%x: tensor<3xf32>) -> tensor<3xf32> attributes {wg.custom_transpose = @t}
func.func private @t(%x: tensor<3xf32>) {
  return
}

// -----

func.func private @f(%x: tensor<f32>) -> tensor<f32> attributes {wg.custom_vjp = [@fwd, @bwd]} {
  return %x : tensor<f32>
}
func.func private @fwd(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}
func.func private @bwd(%ct: tensor<f32>) -> tensor<f32> {
  return %ct : tensor<f32>
}
func.func private @g(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{custom_vjp function @f: cannot be differentiated in forward mode (jvp, jacfwd, linearize): it has a rule for reverse mode only; use vjp, grad or jacrev, or give a rule with custom_jvp}}
  %0 = call @f(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
func.func @jvp(%x: tensor<f32>) -> tensor<f32> {
  %y, %dy = wg.jvp @g(%x) tangents(%x) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dy : tensor<f32>
}

// -----

// expected-error @below {{custom derivative of @f: its rule has no tangent for argument 1, by which it is differentiated; pass what the function closes over as an argument, and leave the argument out of nondiff_argnums}}
func.func private @f(%x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> attributes {wg.custom_jvp = {rule = @rule, wrt = array<i64: 0>}} {
  return %x : tensor<f32>
}
func.func private @rule(%x: tensor<f32>, %y: tensor<f32>, %dx: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  return %x, %dx : tensor<f32>, tensor<f32>
}
func.func @jvp(%x: tensor<f32>) -> tensor<f32> {
  %y, %dy = wg.jvp @f(%x, %x) tangents(%x) wrt [1] : (tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dy : tensor<f32>
}

// -----

// expected-error @below {{custom derivative of @f: its rule is not known to this order; rules in rules are traced for the derivatives that the transforms around them take}}
func.func private @f(%x: tensor<f32>) -> tensor<f32> attributes {wg.custom_jvp = "unknown"} {
  return %x : tensor<f32>
}
func.func @jvp(%x: tensor<f32>) -> tensor<f32> {
  %y, %dy = wg.jvp @f(%x) tangents(%x) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dy : tensor<f32>
}

// -----

// A rule that differentiates its own function.
func.func private @f(%x: tensor<f32>) -> tensor<f32> attributes {wg.custom_jvp = @rule} {
  return %x : tensor<f32>
}
// expected-error @below {{recursion: @rule calls or transforms itself}}
func.func private @rule(%x: tensor<f32>, %dx: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  %y, %dy = wg.jvp @f(%x) tangents(%dx) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %y, %dy : tensor<f32>, tensor<f32>
}
func.func @jvp(%x: tensor<f32>) -> tensor<f32> {
  %y, %dy = wg.jvp @f(%x) tangents(%x) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %dy : tensor<f32>
}

// -----

func.func private @f(%x: tensor<f32>) -> tensor<f32> attributes {wg.custom_jvp = @rule} {
  return %x : tensor<f32>
}
func.func private @rule(%x: tensor<f32>, %dx: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  // expected-error @below {{wg.sin: cannot be transposed: it is not linear in its operands that depend on a linear argument}}
  %0 = wg.sin %dx : tensor<f32>
  return %x, %0 : tensor<f32>, tensor<f32>
}
func.func @vjp(%x: tensor<f32>) -> tensor<f32> {
  %y, %ct = wg.vjp @f(%x) cotangents(%x) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
  return %ct : tensor<f32>
}
