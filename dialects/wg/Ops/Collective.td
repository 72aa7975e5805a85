// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops on all examples of a batch, which refer to the dimension of wg.vmap by its name.

#ifndef WG_OPS_COLLECTIVE_TD
#define WG_OPS_COLLECTIVE_TD

include "wg/IR/WgBase.td"
include "wg/Interfaces/NamedAxisInterface.td"

// Not a Wg_Op: one example alone has no value of it, so there is no reference. `types` and `strings` as in WgBase.td; what it is by
// other ops once its axis is a dimension (resolveRule) stands in Ops/Collective.cpp.
class Wg_Collective<string mnemonic, dag args, list<string> types, string strings, list<Trait> traits = []>
    : Op<Wg_Dialect, mnemonic, !listconcat([Pure, InferTypeOpAdaptor, DeclareOpInterfaceMethods<Wg_NamedAxisOpInterface>,
                                            DeclareOpInterfaceMethods<Wg_JvpOpInterface>, DeclareOpInterfaceMethods<Wg_BatchOpInterface>], traits)> {
  let arguments = args;
  let results = (outs Wg_AnyTensor:$out);
  let extraClassDefinition = TypeRule<args, types>.s # strings;
}

class BatchAlike {
  string s = "\n::wg::Exprs $cppClass::batchRule(::wg::RuleBuilder &b) { return b.batchElementwise(*this); }\n";
}
class LinearJvp {
  string s = "\n::wg::Exprs $cppClass::jvpRule(::wg::RuleBuilder &b, const ::wg::Exprs &tangents) {\n  return b.applyLinear(*this, tangents, isLinearIn);\n}\n";
}
// `batched` as in Wg_Linear; empty: every element alike.
class Wg_LinearCollective<string m, dag args, list<string> types, string transposed, list<string> batched>
    : Wg_Collective<m, args, types, TransposeRule<[transposed], args, (outs Wg_Tensor:$out)>.s # LinearJvp<>.s
                        # !if(!empty(batched), BatchAlike<>.s, BatchRule<batched, args>.s),
                    [DeclareOpInterfaceMethods<Wg_TransposeOpInterface>]>;

def Wg_PsumOp : Wg_LinearCollective<"psum", (ins Wg_NumericTensor:$x, StrAttr:$axis_name), ["x"], "psum(ct, axis_name)", []> {
  let summary = "the sum over all examples";
  let description = [{
    Every example gets the sum. Its transpose is itself: the derivative counts the results of all examples.

    ```mlir
    %y = wg.psum %x axis "i" : tensor<3xf32>
    ```
  }];
  let assemblyFormat = "$x `axis` $axis_name attr-dict `:` type($x)";
}

class Wg_Pextremum<string m, string word> : Wg_Collective<m, (ins Wg_RealOrBoolTensor:$x, StrAttr:$axis_name), ["x"],
    JvpRule<"{pextremum_jvp(x, dx, out, axis_name)}", (ins Wg_RealOrBoolTensor:$x, StrAttr:$axis_name), (outs Wg_Tensor:$out)>.s # BatchAlike<>.s> {
  let summary = "the " # word # " over all examples";
  let description = "Every example gets it. Examples that have it share the derivative evenly.";
  let assemblyFormat = "$x `axis` $axis_name attr-dict `:` type($x)";
}
def Wg_PmaxOp : Wg_Pextremum<"pmax", "maximum">;
def Wg_PminOp : Wg_Pextremum<"pmin", "minimum">;

def Wg_AllGatherOp : Wg_LinearCollective<"all_gather", (ins Wg_AnyTensor:$x, StrAttr:$axis_name, Wg_IntAttr:$axis_size, Wg_IntAttr:$dimension),
    ["allGatherType(t, x, axis_size, dimension)"], "reduce_sum(all_to_all(ct, axis_name, dimension, 0), ints(0))",
    ["all_gather(x, axis_name, axis_size, dimension + 1)"]> {
  let summary = "the values of all examples along a new dimension";
  let description = [{
    Every example gets the same. `axis_size` is the size of the axis, and `dimension` where it goes.

    ```mlir
    %y = wg.all_gather %x axis "i" size 8 dimension 1 : tensor<3xf32> // tensor<3x8xf32>
    ```
  }];
  let assemblyFormat = "$x `axis` $axis_name `size` $axis_size `dimension` $dimension attr-dict `:` type($x)";
}

def Wg_AllToAllOp : Wg_LinearCollective<"all_to_all", (ins Wg_AnyTensor:$x, StrAttr:$axis_name, Wg_IntAttr:$split, Wg_IntAttr:$concat),
    ["allToAllType(t, x, split, concat)"], "all_to_all(ct, axis_name, concat, split)", ["all_to_all(x, axis_name, split + 1, concat + 1)"]> {
  let summary = "a dimension of the operand in exchange for the axis";
  let description = [{
    Dimension `split` of the operand has the size of the axis: element j of it goes to example j, which finds what example i sent it
    at index i of dimension `concat`.

    ```mlir
    %y = wg.all_to_all %x axis "i" split 0 concat 1 : tensor<8x3xf32> // tensor<3x8xf32>
    ```
  }];
  let assemblyFormat = "$x `axis` $axis_name `split` $split `concat` $concat attr-dict `:` type($x)";
}

def Wg_PpermuteOp : Wg_LinearCollective<"ppermute", (ins Wg_Tensor:$x, StrAttr:$axis_name, Wg_IntsAttr:$sources), ["permuteType(t, x, sources)"],
    "ppermute(ct, axis_name, inverted(sources))", []> {
  let summary = "the value of another example";
  let description = [{
    `sources` has an entry for each example: whose value it gets, or -1 for zeros. No example is named twice.

    ```mlir
    %y = wg.ppermute %x axis "i" from [1, 2, -1] : tensor<3xf32>
    ```
  }];
  let assemblyFormat = "$x `axis` $axis_name `from` $sources attr-dict `:` type($x)";
}

def Wg_AxisIndexOp : Wg_Collective<"axis_index", (ins StrAttr:$axis_name), ["axisIndexType(adaptor.getAxisNameAttr())"],
    ZeroJvp<>.s # "\n::wg::Exprs $cppClass::batchRule(::wg::RuleBuilder &b) { return b.rebuild(*this, {}); }\n"> {
  let summary = "the number of the example";
  let description = [{
    ```mlir
    %i = wg.axis_index axis "i"
    ```
  }];
  let assemblyFormat = "`axis` $axis_name attr-dict";
}

#endif
