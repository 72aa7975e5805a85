// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transforms as call-like ops on symbols. wg-expand-transforms replaces them by calls of derived functions.

#ifndef WG_OPS_TRANSFORM_TD
#define WG_OPS_TRANSFORM_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "wg/IR/WgDialect.td"
include "wg/IR/WgTypes.td"

// One list of operands: the arguments of the callee, then tangents or cotangents; how many follows from the attributes and results.
class Wg_Transform<string mnemonic, dag attributes>
    : Op<Wg_Dialect, mnemonic, [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let arguments = !con((ins FlatSymbolRefAttr:$callee, Wg_AnyTensors:$inputs), attributes);
  let results = (outs Wg_AnyTensors:$outs);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

def Wg_JvpOp : Wg_Transform<"jvp", (ins Wg_IntsAttr:$wrt)> {
  let summary = "a function and its derivative in one direction";
  let description = [{
    The results of `callee`, then a tangent for each result of float or complex type. `wrt` lists the positions of the
    arguments that have a tangent; the other arguments are constants.

    ```mlir
    %y, %dy = wg.jvp @f(%x, %w) tangents(%dx) wrt [0] : (tensor<3xf32>, tensor<f32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
    ```
  }];
  let extraClassDeclaration = [{
    mlir::OperandRange getPrimals() { return getInputs().drop_back(getWrt().size()); }
    mlir::OperandRange getTangents() { return getInputs().take_back(getWrt().size()); }
  }];
}

def Wg_VjpOp : Wg_Transform<"vjp", (ins Wg_IntsAttr:$wrt)> {
  let summary = "a function and the transpose of its derivative";
  let description = [{
    The results of `callee`, then the cotangents of the arguments that `wrt` lists. There is one cotangent operand for each result
    of float or complex type.

    ```mlir
    %y, %ct_x = wg.vjp @f(%x, %w) cotangents(%ct) wrt [0] : (tensor<3xf32>, tensor<f32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
    ```
  }];
  let extraClassDeclaration = [{
    // The results of the callee come before the cotangents of `wrt`.
    unsigned getNumPrimalResults() { return getNumResults() - getWrt().size(); }
    unsigned getNumCotangents();
    mlir::OperandRange getPrimals() { return getInputs().drop_back(getNumCotangents()); }
    mlir::OperandRange getCotangents() { return getInputs().take_back(getNumCotangents()); }
  }];
}

def Wg_VmapOp : Wg_Transform<"vmap", (ins Wg_IntsAttr:$in_axes, Wg_IntsAttr:$out_axes, Wg_IntAttr:$size, OptionalAttr<StrAttr>:$axis_name)> {
  let summary = "a function over one more dimension";
  let description = [{
    Each argument of `callee` either has the new dimension of `size` elements at its entry of `in_axes`, or is the same for all of them
    (`-`, in the attribute the smallest 64-bit integer). A result has the new dimension at its entry of `out_axes`; `-` is
    allowed there for a result that does not depend on a batched argument. `axis` gives the dimension a name, by which ops in `callee`
    and in what it calls refer to it (`wg.psum`, ...).

    ```mlir
    %y = wg.vmap @f(%xs, %w) in_axes [0, -] out_axes [1] size 8 : (tensor<8x3xf32>, tensor<f32>) -> tensor<3x8xf32>
    %z = wg.vmap @g(%xs) in_axes [0] out_axes [0] size 8 axis "i" : (tensor<8x3xf32>) -> tensor<8x3xf32>
    ```
  }];
  let extraClassDeclaration = [{
    // The entry of an axis list for what has no batch dimension.
    static constexpr int64_t kUnbatched = std::numeric_limits<int64_t>::min();
  }];
}

#endif
