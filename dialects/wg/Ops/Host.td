// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls of Python functions.

#ifndef WG_OPS_HOST_TD
#define WG_OPS_HOST_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "wg/IR/WgDialect.td"
include "wg/IR/WgTypes.td"
include "wg/Interfaces/RuleInterfaces.td"

def Wg_TypesAttr : TypedArrayAttrBase<TypeAttr, "types of tensors">;

// Not a Wg_Op: what it computes stands in no record, but in the process that traced it.
def Wg_CallbackOp : Op<Wg_Dialect, "callback", [InferTypeOpAdaptor, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<Wg_JvpOpInterface>, DeclareOpInterfaceMethods<Wg_BatchOpInterface>, Wg_HostOpInterface]> {
  let summary = "a call of a Python function of the process that runs the program";
  let description = [{
    `id` is the number under which the process knows the function, `types` are those of the results. `effect` says what a
    transform or a pass may do with the call: one that is `pure` may be dropped, shared or repeated; the others are run once
    each time that the program gets there, in the order of the program. An `ordered` one refuses to be batched.

    `vmap_method` says what batching does: `sequential` calls the function once for each example, the others once for all.
    `loops` are the sizes of the dimensions over which it is called, outermost first, and `batched` says for each loop
    and each operand whether the operand has that dimension (1) or is the same for all (0). Results have them all, in front.

    ```mlir
    %y = wg.callback 3(%x) "pure" -> [tensor<2xf32>] : tensor<2xf32>
    wg.callback 4(%x) "ordered" -> [] : tensor<2xf32>
    ```
  }];
  let arguments = (ins Variadic<Wg_Tensor>:$inputs, Wg_IntAttr:$id, StrAttr:$effect, Wg_TypesAttr:$types,
                   OptionalAttr<StrAttr>:$vmap_method, OptionalAttr<Wg_IntsAttr>:$loops, OptionalAttr<Wg_IntsAttr>:$batched);
  let results = (outs Variadic<Wg_Tensor>:$outs);
  let assemblyFormat = "$id `(` $inputs `)` $effect `->` $types attr-dict (`:` type($inputs)^)?";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    bool isPure() { return getEffect() == "pure"; }
    /// Optional attributes as lists, empty if they are not given.
    llvm::ArrayRef<int64_t> loopSizes() { return getLoops().value_or(llvm::ArrayRef<int64_t>()); }
    llvm::ArrayRef<int64_t> loopMasks() { return getBatched().value_or(llvm::ArrayRef<int64_t>()); }
  }];
}

#endif
