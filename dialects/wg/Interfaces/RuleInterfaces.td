// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The rules that a transform asks an op for. The bodies come from the op's record (WgBase.td) or from Ops/<Family>.cpp.

#ifndef WG_INTERFACES_RULEINTERFACES_TD
#define WG_INTERFACES_RULEINTERFACES_TD

include "mlir/IR/OpBase.td"

def Wg_JvpOpInterface : OpInterface<"JvpOpInterface"> {
  let cppNamespace = "::wg";
  let description = [{The derivative: tangents of the results from tangents of the operands.}];
  let methods = [
    InterfaceMethod<[{
      One expression per result; none stands for a symbolic zero. `tangents` has one entry per operand, none for a zero.
      The op's own operands and results are the primal values.
    }], "::wg::Exprs", "jvpRule", (ins "::wg::RuleBuilder &":$b, "const ::wg::Exprs &":$tangents)>,
  ];
}

def Wg_TransposeOpInterface : OpInterface<"TransposeOpInterface"> {
  let cppNamespace = "::wg";
  let description = [{The transpose of an op that is linear in the operands that `b.wants`.}];
  let methods = [
    InterfaceMethod<[{
      One cotangent per operand, none where it is zero or not wanted. `cts` has one entry per result, none for a zero.
      A wanted operand is bound by its type only: its value does not exist in the transposed program.
    }], "::wg::Exprs", "transposeRule", (ins "::wg::RuleBuilder &":$b, "const ::wg::Exprs &":$cts)>,
    StaticInterfaceMethod<[{Whether the op is linear in operand `i` while the others are constant.}],
      "bool", "isLinearIn", (ins "unsigned":$i)>,
  ];
}

def Wg_BatchOpInterface : OpInterface<"BatchOpInterface"> {
  let cppNamespace = "::wg";
  let description = [{The op over one more leading dimension of size `b.batchSize()`.}];
  let methods = [
    InterfaceMethod<[{
      One expression per result, batched at dimension 0. Operands are bound to their new values; `b.isBatched(i)` tells which
      have the batch dimension (always 0). At least one has.
    }], "::wg::Exprs", "batchRule", (ins "::wg::RuleBuilder &":$b)>,
  ];
}

def Wg_ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::wg";
  let description = [{An op whose result at an index depends on its operands at that index only.}];
  let methods = [
    InterfaceMethod<[{The partial derivative for each operand; none where it is not wanted or zero.}],
      "::wg::Exprs", "partialsRule", (ins "::wg::RuleBuilder &":$b)>,
    StaticInterfaceMethod<[{
      The name of the scalar op for this element type of the first operand, e.g. "math.sin" or "arith.cmpf olt";
      empty where the lowering has its own code or the op decomposes.
    }], "::llvm::StringRef", "scalarOp", (ins "::mlir::Type":$element)>,
  ];
}

def Wg_DecomposeOpInterface : OpInterface<"DecomposeOpInterface"> {
  let cppNamespace = "::wg";
  let description = [{An op with a definition in terms of other wg ops.}];
  let methods = [
    InterfaceMethod<[{One expression per result.}], "::wg::Exprs", "decomposeRule", (ins "::wg::RuleBuilder &":$b)>,
  ];
}

def Wg_HostOpInterface : OpInterface<"HostOpInterface"> {
  let cppNamespace = "::wg";
  let description = [{
    An op that no compiler has a good kernel for. A module that Python loads calls the NumPy reference of its record through an
    imported function; any other module needs its definition (DecomposeOpInterface) or a lowering, or is refused.
  }];
  let methods = [
    InterfaceMethod<[{Whether this op, with its types and attributes, is worth a call of the host (about 10 us).}],
      "bool", "wantsHostCall", (ins), "", "return true;">,
  ];
}

#endif
