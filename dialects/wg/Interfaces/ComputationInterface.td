// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that apply functions of the module.

#ifndef WG_INTERFACES_COMPUTATIONINTERFACE_TD
#define WG_INTERFACES_COMPUTATIONINTERFACE_TD

include "mlir/IR/OpBase.td"

def Wg_ComputationOpInterface : OpInterface<"ComputationOpInterface"> {
  let cppNamespace = "::wg";
  let description = [{
    An op that applies functions which it names in attributes (symbols). It also is a SymbolUserOpInterface, so that the functions
    are checked, copied and kept with it.
  }];
  let methods = [
    InterfaceMethod<[{
      The results by other ops and transforms of the functions (`wg.vmap`, ...): what is differentiated in the place of the op.
    }], "::wg::Exprs", "unrollRule", (ins "::wg::RuleBuilder &":$b)>,
  ];
}

#endif
