// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// clamp: min(max(x, lo), hi).
// RUN: wg-opt %s | FileCheck %s
// RUN: wg-opt %s --mlir-print-op-generic | wg-opt | FileCheck %s
// RUN: wg-opt %s --wg-jvp="fn=f wrt=0,1,2" --wg-simplify | FileCheck %s --check-prefix=JVP
// RUN: wg-opt %s --wg-vjp="fn=f wrt=0,1,2" --wg-simplify | FileCheck %s --check-prefix=VJP
// RUN: wg-opt %s --wg-batch="fn=f in-axes=0,0,0 size=8" --wg-simplify | FileCheck %s --check-prefix=VMAP
// RUN: wg-opt %s --wg-pipeline=stop-after=linalg | FileCheck %s --check-prefix=LINALG

// CHECK: %{{.*}} = wg.clamp %{{.*}}, %{{.*}}, %{{.*}} : tensor<2x3xf32>

// The derivative along a tangent.
// JVP-LABEL: func.func @f.jvp(
// JVP-SAME: %[[LO:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[HI:[^:]*]]: {{[^,]*}}, %[[DLO:[^:]*]]: {{[^,]*}}, %[[DX:[^:]*]]: {{[^,]*}}, %[[DHI:[^:]*]]: {{.*}}
// JVP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// JVP-NEXT: %[[V1:.*]] = wg.clamp %[[LO]], %[[X]], %[[HI]]
// JVP-NEXT: %[[V2:.*]] = wg.gt %[[LO]], %[[X]]
// JVP-NEXT: %[[V3:.*]] = wg.lt %[[X]], %[[HI]]
// JVP-NEXT: %[[V4:.*]] = wg.lt %[[LO]], %[[X]]
// JVP-NEXT: %[[V5:.*]] = wg.bitwise_and %[[V4]], %[[V3]]
// JVP-NEXT: %[[V6:.*]] = wg.lt %[[HI]], %[[X]]
// JVP-NEXT: %[[V7:.*]] = wg.select %[[V2]], %[[DLO]], %[[V0]]
// JVP-NEXT: %[[V8:.*]] = wg.select %[[V5]], %[[DX]], %[[V0]]
// JVP-NEXT: %[[V9:.*]] = wg.add %[[V7]], %[[V8]]
// JVP-NEXT: %[[V10:.*]] = wg.select %[[V6]], %[[DHI]], %[[V0]]
// JVP-NEXT: %[[V11:.*]] = wg.add %[[V9]], %[[V10]]
// JVP-NEXT: return %[[V1]], %[[V11]]

// The cotangents of the operands.
// VJP-LABEL: func.func @f.vjp(
// VJP-SAME: %[[LO:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[HI:[^:]*]]: {{[^,]*}}, %[[CT:[^:]*]]: {{.*}}
// VJP-NEXT: %[[V0:.*]] = wg.constant dense<0.000000e+00>
// VJP-NEXT: %[[V1:.*]] = wg.clamp %[[LO]], %[[X]], %[[HI]]
// VJP-NEXT: %[[V2:.*]] = wg.gt %[[LO]], %[[X]]
// VJP-NEXT: %[[V3:.*]] = wg.lt %[[X]], %[[HI]]
// VJP-NEXT: %[[V4:.*]] = wg.lt %[[LO]], %[[X]]
// VJP-NEXT: %[[V5:.*]] = wg.bitwise_and %[[V4]], %[[V3]]
// VJP-NEXT: %[[V6:.*]] = wg.lt %[[HI]], %[[X]]
// VJP-NEXT: %[[V7:.*]] = wg.select %[[V6]], %[[CT]], %[[V0]]
// VJP-NEXT: %[[V8:.*]] = wg.select %[[V5]], %[[CT]], %[[V0]]
// VJP-NEXT: %[[V9:.*]] = wg.select %[[V2]], %[[CT]], %[[V0]]
// VJP-NEXT: return %[[V1]], %[[V9]], %[[V8]], %[[V7]]

// Over a batch of eight.
// VMAP-LABEL: func.func @f.vmap(
// VMAP-SAME: %[[LO:[^:]*]]: {{[^,]*}}, %[[X:[^:]*]]: {{[^,]*}}, %[[HI:[^:]*]]: {{.*}}
// VMAP-NEXT: %[[V0:.*]] = wg.clamp %[[LO]], %[[X]], %[[HI]]
// VMAP-NEXT: return %[[V0]]

// As IREE gets it.
// LINALG-LABEL: func.func @f(
// LINALG-NOT: wg.
// LINALG: linalg.generic
// LINALG: arith.maximumf
// LINALG: linalg.yield
// LINALG: linalg.generic
// LINALG: arith.minimumf
// LINALG: linalg.yield
// LINALG: return

func.func @f(%lo: tensor<2x3xf32>, %x: tensor<2x3xf32>, %hi: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = wg.clamp %lo, %x, %hi : tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
