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

// It runs no function, but like the ops that do it treats each operand by itself: some have tangents, some are batched.
def Wg_OptimizationBarrierOp : Wg_ControlFlow<"optimization_barrier", (ins Wg_AnyTensors:$inputs)> {
  let summary = "the operands, as values of which a compiler knows nothing";
  let description = [{
    No result is there before all operands are; what is computed from the results is neither shared with what is computed from the
    operands, nor moved before the barrier. So a computation that is repeated to save memory stays a repetition.

    ```mlir
    %a, %b = wg.optimization_barrier(%x, %y) : (tensor<3xf32>, tensor<f32>) -> (tensor<3xf32>, tensor<f32>)
    ```
  }];
  let assemblyFormat = "`(` $inputs `)` attr-dict `:` functional-type(operands, results)";
  let hasCanonicalizeMethod = 1;
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

def Wg_WhileOp : Wg_ControlFlow<"while", (ins FlatSymbolRefAttr:$cond, FlatSymbolRefAttr:$body, I64Attr:$num_consts,
                                     OptionalAttr<I64Attr>:$max_steps, OptionalAttr<I64Attr>:$checkpoint_every,
                                     Wg_AnyTensors:$inputs), ["simplifyRule"]> {
  let summary = "a function run on its own results while a condition holds";
  let description = [{
    Starting with `carry`, replaces it by `body(consts, carry)` as long as `cond(consts, carry)` holds, but at most `max_steps`
    times if that is given. A condition of rank above 0 is one for each example: all values of the carry have its shape in front,
    and those of an example stay as they are once its condition does not hold. Reverse mode records the steps anew (see wg.replay),
    with `checkpoint_every` = k only the values of every k-th.

    ```mlir
    %y = wg.while @positive @decrement consts(%step) carry(%x) : (tensor<f32>, tensor<f32>) -> tensor<f32>
    ```
  }];
  let assemblyFormat = "$cond $body custom<ConstsAndCarry>($inputs, $num_consts) attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def Wg_ReplayOp : Wg_ControlFlow<"replay", (ins Wg_I32Scalar:$count, Wg_SymbolsAttr:$passes, I64Attr:$num_consts,
                                     Wg_IntsAttr:$num_carry, Wg_IntsAttr:$reverse, OptionalAttr<I64Attr>:$max_steps,
                                     OptionalAttr<I64Attr>:$checkpoint_every, Wg_AnyTensors:$inputs)> {
  let summary = "the same steps run through by several functions, one after the other";
  let description = [{
    Each pass goes over the steps 0 to `count` - 1, or with `reverse` from the last to the first. In every step its function takes
    the consts, the carry of the pass and what the passes before it gave for this step, and returns the next carry and what
    later passes are to find for this step. The results are the final carries of all passes.

    This is how loops whose number of steps is known only when they run are differentiated in reverse: a pass forward that saves
    what the derivative needs, a pass back that consumes it. Derivatives of a replay are replays of more passes. What a step
    hands to later passes is stored in arrays of `count` entries, which only the lowering sees; of `max_steps` entries if that is
    given, and with `checkpoint_every` = k for k steps at a time, from carries saved every k steps.

    ```mlir
    %c:2 = wg.replay %n consts(%w) [@forward(%x), reverse @back(%ct)]
      : (tensor<i32>, tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
    ```
  }];
  let assemblyFormat = [{
    $count custom<Passes>($passes, $inputs, $num_consts, $num_carry, $reverse) attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif
