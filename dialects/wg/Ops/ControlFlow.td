// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Branches and loops over functions of the module. Their rules: one .cpp an op.

#ifndef WG_OPS_CONTROLFLOW_TD
#define WG_OPS_CONTROLFLOW_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "wg/IR/WgDialect.td"
include "wg/IR/WgTypes.td"
include "wg/Interfaces/ControlFlowInterface.td"

def Wg_SymbolsAttr : TypedArrayAttrBase<FlatSymbolRefAttr, "names of functions">;

// It has effects if one of the functions that it runs has.
// `rules`: the methods with a default that it has.
class Wg_ControlFlow<string mnemonic, dag args, list<string> rules = []>
    : Op<Wg_Dialect, mnemonic, [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>, DeclareOpInterfaceMethods<SymbolUserOpInterface>,
                          DeclareOpInterfaceMethods<Wg_ControlFlowOpInterface, rules>]> {
  let arguments = args;
  let results = (outs Wg_AnyTensors:$outs);
  let extraClassDefinition = [{
    void $cppClass::getEffects(::llvm::SmallVectorImpl<::mlir::MemoryEffects::EffectInstance> &effects) {
      if (::wg::runsEffects(getOperation()))
        effects.emplace_back(::mlir::MemoryEffects::Write::get());
    }
    ::llvm::LogicalResult $cppClass::verifySymbolUses(::mlir::SymbolTableCollection &tables) {
      return ::wg::verifyControlFlow(*this, tables);
    }
  }];
}

def Wg_CondOp : Wg_ControlFlow<"cond", (ins Wg_I32Scalar:$index, Wg_SymbolsAttr:$branches, Wg_AnyTensors:$inputs,
                                            DefaultValuedAttr<BoolAttr, "false">:$sequential), ["simplifyRule"]> {
  let summary = "the results of one of several functions";
  let description = [{
    Runs `branches[index]` on `inputs`; an index out of range counts as the nearest one. The functions have one type. Under a batched
    index all of them run, and each example selects its results; with `sequential` the examples run one after the other, each only
    its branch.

    ```mlir
    %y = wg.cond %i [@double, @square](%x) : (tensor<i32>, tensor<3xf32>) -> tensor<3xf32>
    ```
  }];
  let assemblyFormat = "$index $branches `(` $inputs `)` attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

// One list of operands, so that a program can be built without sizes of segments: consts, carry, xs.
def Wg_ScanOp : Wg_ControlFlow<"scan", (ins FlatSymbolRefAttr:$callee, Wg_AnyTensors:$inputs, Wg_IntAttr:$num_consts,
                                            Wg_IntAttr:$num_carry, Wg_IntAttr:$length, BoolAttr:$reverse, Wg_IntAttr:$unroll), ["simplifyRule"]> {
  let summary = "a function run over the leading dimension of arrays, with values carried from step to step";
  let description = [{
    Runs `callee`, a function `(consts, carry, x) -> (carry, y)`, for `length` steps, `x` being the entries of `xs` in order, or in
    `reverse` order. The results are the last carry, then the `y` of all steps, stacked in the places of their `x`. `unroll`
    steps at a time become straight-line code.

    ```mlir
    %c, %ys = wg.scan @step consts(%w) carry(%c0) xs(%xs) length 100 reverse unroll 4
        : (tensor<f32>, tensor<f32>, tensor<100xf32>) -> (tensor<f32>, tensor<100xf32>)
    ```
  }];
  let assemblyFormat = [{
    $callee custom<LoopOperands>($inputs, $num_consts, $num_carry) `length` custom<LoopSteps>($length, $reverse, $unroll)
    attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    mlir::OperandRange getConsts() { return getInputs().take_front(getNumConsts()); }
    mlir::OperandRange getCarry() { return getInputs().slice(getNumConsts(), getNumCarry()); }
    mlir::OperandRange getXs() { return getInputs().drop_front(getNumConsts() + getNumCarry()); }
  }];
}

#endif
