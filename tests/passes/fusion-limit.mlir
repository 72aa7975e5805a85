// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A dispatch of IREE reads 32 arrays at most: of a sum of thirty the first part is computed on its own.
// RUN: wg-opt %s --wg-to-linalg --wg-prepare-iree=entry=sum | FileCheck %s --check-prefix=SUM
// Elements of a column are picked from an array of its own, those of a row from the whole one.
// RUN: wg-opt %s --wg-to-linalg --wg-prepare-iree=entry=column | FileCheck %s --check-prefix=COLUMN
// RUN: wg-opt %s --wg-to-linalg --wg-prepare-iree=entry=turned | FileCheck %s --check-prefix=COLUMN
// RUN: wg-opt %s --wg-to-linalg --wg-prepare-iree=entry=row | FileCheck %s --check-prefix=ROW
// COLUMN: %[[PART:.*]] = "util.optimization_barrier"(%{{.*}})
// COLUMN: tensor.extract %[[PART]]
// ROW-NOT: util.optimization_barrier
// ROW: tensor.extract
// SUM-LABEL: func.func @sum(
// SUM-COUNT-23: arith.addf
// SUM: %[[PART:.*]] = "util.optimization_barrier"(%{{.*}}) : (tensor<8xf32>)
// SUM: linalg.generic {{.*}} ins(%[[PART]], %
// SUM-NOT: "util.optimization_barrier"
// SUM: return
func.func @sum(%x0: tensor<8xf32>, %x1: tensor<8xf32>, %x2: tensor<8xf32>, %x3: tensor<8xf32>, %x4: tensor<8xf32>, %x5: tensor<8xf32>, %x6: tensor<8xf32>, %x7: tensor<8xf32>, %x8: tensor<8xf32>, %x9: tensor<8xf32>, %x10: tensor<8xf32>, %x11: tensor<8xf32>, %x12: tensor<8xf32>, %x13: tensor<8xf32>, %x14: tensor<8xf32>, %x15: tensor<8xf32>, %x16: tensor<8xf32>, %x17: tensor<8xf32>, %x18: tensor<8xf32>, %x19: tensor<8xf32>, %x20: tensor<8xf32>, %x21: tensor<8xf32>, %x22: tensor<8xf32>, %x23: tensor<8xf32>, %x24: tensor<8xf32>, %x25: tensor<8xf32>, %x26: tensor<8xf32>, %x27: tensor<8xf32>, %x28: tensor<8xf32>, %x29: tensor<8xf32>) -> tensor<8xf32> {
  %s1 = wg.add %x0, %x1 : tensor<8xf32>
  %s2 = wg.add %s1, %x2 : tensor<8xf32>
  %s3 = wg.add %s2, %x3 : tensor<8xf32>
  %s4 = wg.add %s3, %x4 : tensor<8xf32>
  %s5 = wg.add %s4, %x5 : tensor<8xf32>
  %s6 = wg.add %s5, %x6 : tensor<8xf32>
  %s7 = wg.add %s6, %x7 : tensor<8xf32>
  %s8 = wg.add %s7, %x8 : tensor<8xf32>
  %s9 = wg.add %s8, %x9 : tensor<8xf32>
  %s10 = wg.add %s9, %x10 : tensor<8xf32>
  %s11 = wg.add %s10, %x11 : tensor<8xf32>
  %s12 = wg.add %s11, %x12 : tensor<8xf32>
  %s13 = wg.add %s12, %x13 : tensor<8xf32>
  %s14 = wg.add %s13, %x14 : tensor<8xf32>
  %s15 = wg.add %s14, %x15 : tensor<8xf32>
  %s16 = wg.add %s15, %x16 : tensor<8xf32>
  %s17 = wg.add %s16, %x17 : tensor<8xf32>
  %s18 = wg.add %s17, %x18 : tensor<8xf32>
  %s19 = wg.add %s18, %x19 : tensor<8xf32>
  %s20 = wg.add %s19, %x20 : tensor<8xf32>
  %s21 = wg.add %s20, %x21 : tensor<8xf32>
  %s22 = wg.add %s21, %x22 : tensor<8xf32>
  %s23 = wg.add %s22, %x23 : tensor<8xf32>
  %s24 = wg.add %s23, %x24 : tensor<8xf32>
  %s25 = wg.add %s24, %x25 : tensor<8xf32>
  %s26 = wg.add %s25, %x26 : tensor<8xf32>
  %s27 = wg.add %s26, %x27 : tensor<8xf32>
  %s28 = wg.add %s27, %x28 : tensor<8xf32>
  %s29 = wg.add %s28, %x29 : tensor<8xf32>
  return %s29 : tensor<8xf32>
}

func.func @column(%x: tensor<2x3x5xf32>, %i: tensor<2x1xi32>) -> tensor<2xf32> {
  %part = wg.slice %x start [0, 0, 3] limit [1, 3, 4] strides [1, 1, 1] : tensor<2x3x5xf32>
  %column = wg.reshape %part shape [3] : tensor<1x3x1xf32>
  %out = wg.gather %column at %i sizes [1] offset [] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<3xf32>, tensor<2x1xi32>
  return %out : tensor<2xf32>
}

func.func @turned(%x: tensor<3x5xf32>, %i: tensor<2x1xi32>) -> tensor<2xf32> {
  %turned = wg.transpose %x permutation [1, 0] : tensor<3x5xf32>
  %part = wg.slice %turned start [3, 0] limit [4, 3] strides [1, 1] : tensor<5x3xf32>
  %row = wg.reshape %part shape [3] : tensor<1x3xf32>
  %out = wg.gather %row at %i sizes [1] offset [] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<3xf32>, tensor<2x1xi32>
  return %out : tensor<2xf32>
}

func.func @row(%x: tensor<3x5xf32>, %i: tensor<2x1xi32>) -> tensor<2xf32> {
  %part = wg.slice %x start [1, 0] limit [2, 5] strides [1, 1] : tensor<3x5xf32>
  %row = wg.reshape %part shape [5] : tensor<1x5xf32>
  %out = wg.gather %row at %i sizes [1] offset [] collapsed [0] map [0] batching [] by [] mode "clip" unique false sorted false : tensor<5xf32>, tensor<2x1xi32>
  return %out : tensor<2xf32>
}
