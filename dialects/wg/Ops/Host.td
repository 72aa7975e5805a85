// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a program does besides computing its results: calls of Python functions, and checks.

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

def Wg_CheckOp : Op<Wg_Dialect, "check", [InferTypeOpAdaptor, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<Wg_BatchOpInterface>]> {
  let summary = "a condition that has to hold";
  let description = [{
    The check fails if an element of `pred` is false. `message` is a format of Python's `str.format`, in which `{0}` stands for the
    first of the `inputs`; these begin with the dimensions of `pred`, and those of the first element that is false are told.
    `kind` is `user`, `nan`, `div` or `index`. `at` says where the check stands in the source (`file:line`), if it is not the location of
    the op.

    Interpreted, a check that fails is an exception; with `debug` it is passed over. `wg-checkify` makes results of the function of
    it. What is compiled can hold none but those with `debug`.

    ```mlir
    wg.check %p(%x) "user" "x is {0}" debug false : (tensor<i1>, tensor<f32>) -> ()
    ```
  }];
  let arguments = (ins Wg_BoolTensor:$pred, Variadic<Wg_AnyTensor>:$inputs, StrAttr:$kind, StrAttr:$message, BoolAttr:$debug,
                   OptionalAttr<StrAttr>:$at);
  let assemblyFormat = "$pred `(` $inputs `)` $kind $message `debug` $debug attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif
