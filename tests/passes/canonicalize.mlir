// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What folding and canonicalisation make of ops; the derivatives of tests/passes/ stay short by it.
// RUN: wg-opt %s --wg-simplify | FileCheck %s

// x + 0, x * 1, x - 0, x / 1 are x
// CHECK-LABEL: func.func @add_zero(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: return %[[X]]
func.func @add_zero(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c = wg.constant dense<0.0> : tensor<3xf32>
  %o = wg.constant dense<1.0> : tensor<3xf32>
  %0 = wg.add %c, %x : tensor<3xf32>
  %1 = wg.mul %0, %o : tensor<3xf32>
  %2 = wg.sub %1, %c : tensor<3xf32>
  %y = wg.div %2, %o : tensor<3xf32>
  return %y : tensor<3xf32>
}

// 0 * x stays for floats: x may be inf
// CHECK-LABEL: func.func @mul_zero_float(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00> : tensor<3xf32>
// CHECK-NEXT: %[[V1:.*]] = wg.mul %[[X]], %[[V0]]
// CHECK-NEXT: return %[[V1]]
func.func @mul_zero_float(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c = wg.constant dense<0.0> : tensor<3xf32>
  %y = wg.mul %x, %c : tensor<3xf32>
  return %y : tensor<3xf32>
}

// but not for integers
// CHECK-LABEL: func.func @mul_zero_int(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<0> : tensor<3xi32>
// CHECK-NEXT: return %[[V0]]
func.func @mul_zero_int(%x: tensor<3xi32>) -> tensor<3xi32> {
  %c = wg.constant dense<0> : tensor<3xi32>
  %y = wg.mul %x, %c : tensor<3xi32>
  return %y : tensor<3xi32>
}

// -(-x)
// CHECK-LABEL: func.func @neg_neg(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: return %[[X]]
func.func @neg_neg(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.neg %x : tensor<3xf32>
  %y = wg.neg %0 : tensor<3xf32>
  return %y : tensor<3xf32>
}

// x + x
// CHECK-LABEL: func.func @double(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<2.000000e+00> : tensor<3xf32>
// CHECK-NEXT: %[[V1:.*]] = wg.mul %[[X]], %[[V0]]
// CHECK-NEXT: return %[[V1]]
func.func @double(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = wg.add %x, %x : tensor<3xf32>
  return %y : tensor<3xf32>
}

// 3 x - x
// CHECK-LABEL: func.func @terms(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<2.000000e+00> : tensor<3xf32>
// CHECK-NEXT: %[[V1:.*]] = wg.mul %[[X]], %[[V0]]
// CHECK-NEXT: return %[[V1]]
func.func @terms(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c = wg.constant dense<3.0> : tensor<3xf32>
  %0 = wg.mul %x, %c : tensor<3xf32>
  %y = wg.sub %0, %x : tensor<3xf32>
  return %y : tensor<3xf32>
}

// 2 * (x * 3)
// CHECK-LABEL: func.func @factors(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<6.000000e+00> : tensor<3xf32>
// CHECK-NEXT: %[[V1:.*]] = wg.mul %[[X]], %[[V0]]
// CHECK-NEXT: return %[[V1]]
func.func @factors(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c = wg.constant dense<3.0> : tensor<3xf32>
  %d = wg.constant dense<2.0> : tensor<3xf32>
  %0 = wg.mul %x, %c : tensor<3xf32>
  %y = wg.mul %d, %0 : tensor<3xf32>
  return %y : tensor<3xf32>
}

// factors and signs move outwards: (2 x) * (-y)
// CHECK-LABEL: func.func @outwards(
// CHECK-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<-2.000000e+00> : tensor<3xf32>
// CHECK-NEXT: %[[V1:.*]] = wg.mul %[[X]], %[[Y]]
// CHECK-NEXT: %[[V2:.*]] = wg.mul %[[V1]], %[[V0]]
// CHECK-NEXT: return %[[V2]]
func.func @outwards(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %c = wg.constant dense<2.0> : tensor<3xf32>
  %0 = wg.mul %x, %c : tensor<3xf32>
  %1 = wg.neg %y : tensor<3xf32>
  %z = wg.mul %0, %1 : tensor<3xf32>
  return %z : tensor<3xf32>
}

// x - (-y), and x + (-y) below
// CHECK-LABEL: func.func @sub_neg(
// CHECK-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.add %[[X]], %[[Y]]
// CHECK-NEXT: return %[[V0]]
func.func @sub_neg(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %1 = wg.neg %y : tensor<3xf32>
  %z = wg.sub %x, %1 : tensor<3xf32>
  return %z : tensor<3xf32>
}

// CHECK-LABEL: func.func @add_neg(
// CHECK-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.sub %[[X]], %[[Y]]
// CHECK-NEXT: return %[[V0]]
func.func @add_neg(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %1 = wg.neg %y : tensor<3xf32>
  %z = wg.add %1, %x : tensor<3xf32>
  return %z : tensor<3xf32>
}

// 0 - x
// CHECK-LABEL: func.func @zero_minus(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.neg %[[X]]
// CHECK-NEXT: return %[[V0]]
func.func @zero_minus(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c = wg.constant dense<0.0> : tensor<3xf32>
  %y = wg.sub %c, %x : tensor<3xf32>
  return %y : tensor<3xf32>
}

// x * (1 / y)
// CHECK-LABEL: func.func @inverse(
// CHECK-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.div %[[X]], %[[Y]]
// CHECK-NEXT: return %[[V0]]
func.func @inverse(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %c = wg.constant dense<1.0> : tensor<3xf32>
  %0 = wg.div %c, %y : tensor<3xf32>
  %z = wg.mul %x, %0 : tensor<3xf32>
  return %z : tensor<3xf32>
}

// (x + c) - c stays: who writes that means its rounding
// CHECK-LABEL: func.func @rounding(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+08> : tensor<3xf32>
// CHECK-NEXT: %[[V1:.*]] = wg.add %[[X]], %[[V0]]
// CHECK-NEXT: %[[V2:.*]] = wg.sub %[[V1]], %[[V0]]
// CHECK-NEXT: return %[[V2]]
func.func @rounding(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c = wg.constant dense<1.0e8> : tensor<3xf32>
  %0 = wg.add %x, %c : tensor<3xf32>
  %y = wg.sub %0, %c : tensor<3xf32>
  return %y : tensor<3xf32>
}

// arithmetic on literals
// CHECK-LABEL: func.func @literals(
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<[4.10736084, 6.10736083, 8.10736083]> : tensor<3xf32>
// CHECK-NEXT: return %[[V0]]
func.func @literals() -> tensor<3xf32> {
  %c = wg.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %d = wg.constant dense<2.0> : tensor<3xf32>
  %0 = wg.mul %c, %d : tensor<3xf32>
  %1 = wg.log %d : tensor<3xf32>
  %2 = wg.add %0, %1 : tensor<3xf32>
  %3 = wg.sqrt %d : tensor<3xf32>
  %y = wg.add %2, %3 : tensor<3xf32>
  return %y : tensor<3xf32>
}

// integer_pow by 0 and 1
// CHECK-LABEL: func.func @powers(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+00> : tensor<3xf32>
// CHECK-NEXT: %[[V1:.*]] = wg.sub %[[V0]], %[[X]]
// CHECK-NEXT: return %[[V1]]
func.func @powers(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.integer_pow %x to 0 : tensor<3xf32>
  %1 = wg.integer_pow %x to 1 : tensor<3xf32>
  %y = wg.sub %0, %1 : tensor<3xf32>
  return %y : tensor<3xf32>
}

// a predicate that is known
// CHECK-LABEL: func.func @select_literal(
// CHECK-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// CHECK-NEXT: return %[[X]]
func.func @select_literal(%x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %p = wg.constant dense<true> : tensor<3xi1>
  %z = wg.select %p, %x, %y : tensor<3xi1>, tensor<3xf32>
  return %z : tensor<3xf32>
}

// CHECK-LABEL: func.func @select_not(
// CHECK-SAME: %[[P:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.select %[[P]], %[[Y]], %[[X]]
// CHECK-NEXT: return %[[V0]]
func.func @select_not(%p: tensor<3xi1>, %x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.bitwise_not %p : tensor<3xi1>
  %z = wg.select %0, %x, %y : tensor<3xi1>, tensor<3xf32>
  return %z : tensor<3xf32>
}

// CHECK-LABEL: func.func @select_twice(
// CHECK-SAME: %[[P:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[Y:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.select %[[P]], %[[X]], %[[Y]]
// CHECK-NEXT: return %[[V0]]
func.func @select_twice(%p: tensor<3xi1>, %x: tensor<3xf32>, %y: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.select %p, %x, %y : tensor<3xi1>, tensor<3xf32>
  %z = wg.select %p, %0, %y : tensor<3xi1>, tensor<3xf32>
  return %z : tensor<3xf32>
}

// there and back where nothing is lost
// CHECK-LABEL: func.func @convert_back(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: return %[[X]]
func.func @convert_back(%x: tensor<3xf16>) -> tensor<3xf16> {
  %0 = wg.convert %x to f32 : tensor<3xf16>
  %y = wg.convert %0 to f16 : tensor<3xf32>
  return %y : tensor<3xf16>
}

// CHECK-LABEL: func.func @convert_lossy(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.convert %[[X]] to f16
// CHECK-NEXT: %[[V1:.*]] = wg.convert %[[V0]] to f32
// CHECK-NEXT: return %[[V1]]
func.func @convert_lossy(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.convert %x to f16 : tensor<3xf32>
  %y = wg.convert %0 to f32 : tensor<3xf16>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @convert_literal(
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<[-1, 2, 2147483647]> : tensor<3xi32>
// CHECK-NEXT: return %[[V0]]
func.func @convert_literal() -> tensor<3xi32> {
  %c = wg.constant dense<[-1.5, 2.5, 1.0e20]> : tensor<3xf32>
  %y = wg.convert %c to i32 : tensor<3xf32>
  return %y : tensor<3xi32>
}

// CHECK-LABEL: func.func @abs_unsigned(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: return %[[X]]
func.func @abs_unsigned(%x: tensor<3xui32>) -> tensor<3xui32> {
  %y = wg.abs %x : tensor<3xui32>
  return %y : tensor<3xui32>
}

// moves compose
// CHECK-LABEL: func.func @transposes(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: return %[[X]]
func.func @transposes(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> {
  %0 = wg.transpose %x permutation [2, 0, 1] : tensor<2x3x4xf32>
  %y = wg.transpose %0 permutation [1, 2, 0] : tensor<4x2x3xf32>
  return %y : tensor<2x3x4xf32>
}

// only a dimension of size 1 moves
// CHECK-LABEL: func.func @transpose_of_ones(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.reshape %[[X]] shape [3, 1]
// CHECK-NEXT: return %[[V0]]
func.func @transpose_of_ones(%x: tensor<1x3xf32>) -> tensor<3x1xf32> {
  %y = wg.transpose %x permutation [1, 0] : tensor<1x3xf32>
  return %y : tensor<3x1xf32>
}

// CHECK-LABEL: func.func @reshapes(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.reshape %[[X]] shape [3, 4]
// CHECK-NEXT: return %[[V0]]
func.func @reshapes(%x: tensor<2x6xf32>) -> tensor<3x4xf32> {
  %0 = wg.reshape %x shape [12] : tensor<2x6xf32>
  %y = wg.reshape %0 shape [3, 4] : tensor<12xf32>
  return %y : tensor<3x4xf32>
}

// CHECK-LABEL: func.func @broadcasts(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.broadcast_in_dim %[[X]] shape [2, 4, 3] dims [2]
// CHECK-NEXT: return %[[V0]]
func.func @broadcasts(%x: tensor<3xf32>) -> tensor<2x4x3xf32> {
  %0 = wg.broadcast_in_dim %x shape [2, 3] dims [1] : tensor<3xf32>
  %y = wg.broadcast_in_dim %0 shape [2, 4, 3] dims [0, 2] : tensor<2x3xf32>
  return %y : tensor<2x4x3xf32>
}

// CHECK-LABEL: func.func @broadcast_literal(
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<2.000000e+00> : tensor<2x3xf32>
// CHECK-NEXT: return %[[V0]]
func.func @broadcast_literal() -> tensor<2x3xf32> {
  %c = wg.constant dense<2.0> : tensor<f32>
  %y = wg.broadcast_in_dim %c shape [2, 3] dims [] : tensor<f32>
  return %y : tensor<2x3xf32>
}

// CHECK-LABEL: func.func @slices(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.slice %[[X]] start [4] limit [17] strides [6]
// CHECK-NEXT: return %[[V0]]
func.func @slices(%x: tensor<20xf32>) -> tensor<3xf32> {
  %0 = wg.slice %x start [2] limit [18] strides [2] : tensor<20xf32>
  %y = wg.slice %0 start [1] limit [8] strides [3] : tensor<8xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @pad_nothing(
// CHECK-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[V:[^:]*]]: {{.*}}
// CHECK-NEXT: return %[[X]]
func.func @pad_nothing(%x: tensor<3xf32>, %v: tensor<f32>) -> tensor<3xf32> {
  %y = wg.pad %x, %v low [0] high [0] interior [0] : tensor<3xf32>, tensor<f32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @reverse_twice(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: return %[[X]]
func.func @reverse_twice(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.reverse %x dimensions [0] : tensor<3xf32>
  %y = wg.reverse %0 dimensions [0] : tensor<3xf32>
  return %y : tensor<3xf32>
}

// a sum over a dimension of size 1
// CHECK-LABEL: func.func @sum_of_one(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: %[[V0:.*]] = wg.reshape %[[X]] shape [3]
// CHECK-NEXT: return %[[V0]]
func.func @sum_of_one(%x: tensor<3x1xf32>) -> tensor<3xf32> {
  %y = wg.reduce_sum %x axes [1] : tensor<3x1xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @sum_of_literal(
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<1.000000e+01> : tensor<3xf32>
// CHECK-NEXT: return %[[V0]]
func.func @sum_of_literal() -> tensor<3xf32> {
  %c = wg.constant dense<2.0> : tensor<3x5xf32>
  %y = wg.reduce_sum %c axes [1] : tensor<3x5xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @reduce_nothing(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}
// CHECK-NEXT: return %[[X]]
func.func @reduce_nothing(%x: tensor<3xf32>) -> tensor<3xf32> {
  %y = wg.reduce_max %x axes [] : tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @compare_literals(
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<false> : tensor<i1>
// CHECK-NEXT: %[[V1:.*]] = wg.constant dense<true> : tensor<i1>
// CHECK-NEXT: %[[V2:.*]] = wg.constant dense<[true, false]> : tensor<2xi1>
// CHECK-NEXT: return %[[V0]], %[[V1]], %[[V2]], %[[V1]]
func.func @compare_literals() -> (tensor<i1>, tensor<i1>, tensor<2xi1>, tensor<i1>) {
  %a = wg.constant dense<-1> : tensor<i32>
  %b = wg.constant dense<1> : tensor<i32>
  %u = wg.constant dense<255> : tensor<ui8>
  %v = wg.constant dense<1> : tensor<ui8>
  %xs = wg.constant dense<[1, 3]> : tensor<2xi32>
  %ys = wg.constant dense<[1, 2]> : tensor<2xi32>
  %0 = wg.ge %a, %b : tensor<i32>
  %1 = wg.gt %u, %v : tensor<ui8>
  %2 = wg.le %xs, %ys : tensor<2xi32>
  %3 = wg.ne %0, %1 : tensor<i1>
  return %0, %1, %2, %3 : tensor<i1>, tensor<i1>, tensor<2xi1>, tensor<i1>
}

// Of integers only.
// CHECK-LABEL: func.func @compare_float_literals(
// CHECK: wg.lt
func.func @compare_float_literals() -> tensor<i1> {
  %a = wg.constant dense<0.5> : tensor<f32>
  %b = wg.constant dense<1.0> : tensor<f32>
  %0 = wg.lt %a, %b : tensor<f32>
  return %0 : tensor<i1>
}

// CHECK-LABEL: func.func @rem_one(
// CHECK-NEXT: %[[V0:.*]] = wg.constant dense<0> : tensor<3xi32>
// CHECK-NEXT: return %[[V0]]
func.func @rem_one(%x: tensor<3xi32>) -> tensor<3xi32> {
  %c = wg.constant dense<1> : tensor<3xi32>
  %y = wg.rem %x, %c : tensor<3xi32>
  return %y : tensor<3xi32>
}

// The fraction of a float.
// CHECK-LABEL: func.func @rem_one_float(
// CHECK: wg.rem
func.func @rem_one_float(%x: tensor<3xf32>) -> tensor<3xf32> {
  %c = wg.constant dense<1.0> : tensor<3xf32>
  %y = wg.rem %x, %c : tensor<3xf32>
  return %y : tensor<3xf32>
}

// CHECK-LABEL: func.func @whole_blocks(
// CHECK-SAME: %[[X:[^:]*]]: {{.*}}, %[[U:[^:]*]]: tensor<2x3xf32>, %{{.*}}
// CHECK-NEXT: return %[[X]], %[[U]]
func.func @whole_blocks(%x: tensor<2x3xf32>, %u: tensor<2x3xf32>, %i: tensor<i32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %0 = wg.dynamic_slice %x starts(%i, %i) sizes [2, 3] : tensor<2x3xf32>
  %1 = wg.dynamic_update_slice %x, %u starts(%i, %i) : tensor<2x3xf32>, tensor<2x3xf32>
  return %0, %1 : tensor<2x3xf32>, tensor<2x3xf32>
}
