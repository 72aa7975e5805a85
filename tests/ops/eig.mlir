// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// eig: the complex eigenvalues w of any square matrices and, if asked for, the left and right eigenvectors as columns.
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline="stop-after=linalg host-calls=true" | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}}:2 = wg.eig %{{.*}} compute_left_eigenvectors false compute_right_eigenvectors true : tensor<3x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<-1.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V2:.*]] = wg.constant dense<(1.000000e+00,0.000000e+00)>
// JVP-NEXT: %[[V3:.*]] = wg.constant dense<(0.000000e+00,0.000000e+00)>
// JVP-NEXT: %[[V4:.*]]:2 = wg.eig %[[X]] compute_left_eigenvectors false compute_right_eigenvectors true
// JVP-NEXT: %[[V5:.*]] = wg.convert %[[DX]] to complex<f32>
// JVP-NEXT: %[[V6:.*]] = wg.dot_general %[[V5]], %[[V4]]#1 contracting [1] x [0] batch [] x []
// JVP-NEXT: %[[V7:.*]] = wg.solve %[[V4]]#1, %[[V6]]
// JVP-NEXT: %[[V8:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// JVP-NEXT: %[[V9:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// JVP-NEXT: %[[V10:.*]] = wg.eq %[[V9]], %[[V8]]
// JVP-NEXT: %[[V11:.*]] = wg.select %[[V10]], %[[V7]], %[[V3]]
// JVP-NEXT: %[[V12:.*]] = wg.reduce_sum %[[V11]] axes [1]
// JVP-NEXT: %[[V13:.*]] = wg.broadcast_in_dim %[[V4]]#0 shape [3, 3] dims [0]
// JVP-NEXT: %[[V14:.*]] = wg.broadcast_in_dim %[[V4]]#0 shape [3, 3] dims [1]
// JVP-NEXT: %[[V15:.*]] = wg.sub %[[V14]], %[[V13]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[X:[^:]*]]: {{[^,]*}}, %[[CT0:[^:]*]]: {{[^,]*}}, %[[CT1:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<(0.000000e+00,0.000000e+00)>
// VJP-NEXT: %[[V1:.*]] = wg.constant dense<-1.000000e+00>
// VJP-NEXT: %[[V2:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V3:.*]] = wg.constant dense<(1.000000e+00,0.000000e+00)>
// VJP-NEXT: %[[V4:.*]]:2 = wg.eig %[[X]] compute_left_eigenvectors false compute_right_eigenvectors true
// VJP-NEXT: %[[V5:.*]] = wg.iota shape [3, 3] dimension 0 dtype i32
// VJP-NEXT: %[[V6:.*]] = wg.iota shape [3, 3] dimension 1 dtype i32
// VJP-NEXT: %[[V7:.*]] = wg.eq %[[V6]], %[[V5]]
// VJP-NEXT: %[[V8:.*]] = wg.broadcast_in_dim %[[V4]]#0 shape [3, 3] dims [0]
// VJP-NEXT: %[[V9:.*]] = wg.broadcast_in_dim %[[V4]]#0 shape [3, 3] dims [1]
// VJP-NEXT: %[[V10:.*]] = wg.sub %[[V9]], %[[V8]]
// VJP-NEXT: %[[V11:.*]] = wg.convert %[[V7]] to complex<f32>
// VJP-NEXT: %[[V12:.*]] = wg.add %[[V10]], %[[V11]]
// VJP-NEXT: %[[V13:.*]] = wg.div %[[V3]], %[[V12]]
// VJP-NEXT: %[[V14:.*]] = wg.sub %[[V13]], %[[V11]]
// VJP-NEXT: %[[V15:.*]] = wg.abs %[[V4]]#1

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[X:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]]:2 = wg.eig %[[X]] compute_left_eigenvectors false compute_right_eigenvectors true
// VMAP-NEXT: return %[[V0]]#0, %[[V0]]#1

// As IREE gets it, with a library of the host.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: call @"wengert_host.eig
// LINALG: return

func.func @f(%x: tensor<3x3xf32>) -> (tensor<3xcomplex<f32>>, tensor<3x3xcomplex<f32>>) {
  %0:2 = wg.eig %x compute_left_eigenvectors false compute_right_eigenvectors true : tensor<3x3xf32>
  return %0#0, %0#1 : tensor<3xcomplex<f32>>, tensor<3x3xcomplex<f32>>
}
