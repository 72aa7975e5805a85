// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that refer to a dimension of wg.vmap by its name.

#ifndef WG_INTERFACES_NAMEDAXISINTERFACE_TD
#define WG_INTERFACES_NAMEDAXISINTERFACE_TD

include "mlir/IR/OpBase.td"

def Wg_NamedAxisOpInterface : OpInterface<"NamedAxisOpInterface"> {
  let cppNamespace = "::wg";
  let description = [{
    An op on all examples of the batch: of the wg.vmap around it that names its axis, the innermost one if several do. That may
    stand in another function, which calls this one. Other dimensions are batched by the rule of BatchOpInterface.
  }];
  let methods = [
    InterfaceMethod<"The name of the axis.", "::llvm::StringRef", "axisName", (ins), [{ return $_op.getAxisName(); }]>,
    InterfaceMethod<[{
      The result, once the axis is the batch dimension. Operands are bound to their new values; `b.isBatched(i)` tells which have the
      dimension (in front).
    }], "::wg::OnAxis", "resolveRule", (ins "::wg::RuleBuilder &":$b)>,
  ];
}

#endif
