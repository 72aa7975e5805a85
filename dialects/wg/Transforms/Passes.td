// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The passes over wg programs.

#ifndef WG_TRANSFORMS_PASSES_TD
#define WG_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def WgExpandTransforms : Pass<"wg-expand-transforms", "::mlir::ModuleOp"> {
  let dependentDialects = ["::wg::WgDialect"];
  let summary = "replace wg.jvp, wg.vjp and wg.vmap by derived functions";
  let description = [{
    Works innermost first, so that transforms nest to any depth. Each derived function is made once per function, transform and set of
    active arguments, simplified, and inlined at its uses unless the function carries `wg.jit` or `wg.checkpoint`: then
    derived functions carry it too and stay calls. Private functions without uses are removed.
  }];
}

class Wg_EnginePass<string arg> : Pass<arg, "::mlir::ModuleOp"> {
  // A module without any wg op has not loaded the dialect.
  let dependentDialects = ["::wg::WgDialect"];
  list<Option> fnOption = [Option<"fn", "fn", "std::string", "", "name of the function">];
}

def WgJvp : Wg_EnginePass<"wg-jvp"> {
  let summary = "derive @f.jvp: a function and its directional derivative";
  let description = [{
    `@f.jvp(primals..., tangents of wrt...) -> (outs..., tangents of the outs of float or complex type...)`.
    Transforms inside the function are expanded first; functions that it calls are derived too.
  }];
  let options = !listconcat(fnOption, [ListOption<"wrt", "wrt", "int64_t", "positions of the differentiated arguments">]);
}

def WgLinearize : Wg_EnginePass<"wg-linearize"> {
  let summary = "derive @f.fwd and @f.lin: the forward pass and the linear map at a point";
  let description = [{
    `@f.fwd(primals...) -> (outs..., residuals...)` and `@f.lin(residuals..., tangents of wrt...) -> tangents of the outs`.
    Residuals are the values that the linear function needs; constants and repetitions of smaller values are computed again, as is
    everything that the policy of a function with `wg.checkpoint` does not save.
  }];
  let options = !listconcat(fnOption, [ListOption<"wrt", "wrt", "int64_t", "positions of the differentiated arguments">]);
}

def WgTranspose : Wg_EnginePass<"wg-transpose"> {
  let summary = "derive @f.pullback of a linear function @f.lin: the transposed map";
  let description = [{
    The arguments after the first `num-residuals` are those in which the function is linear:
    `@f.pullback(residuals..., cotangents of the results...) -> cotangents of the linear arguments`.
  }];
  let options = !listconcat(fnOption, [Option<"numResiduals", "num-residuals", "unsigned", "0", "number of leading constant arguments">]);
}

def WgVjp : Wg_EnginePass<"wg-vjp"> {
  let summary = "derive @f.vjp: a function and its pullback in one";
  let description = [{`@f.vjp(primals..., cotangents of the outs of float or complex type...) -> (outs..., cotangents of wrt...)`.}];
  let options = !listconcat(fnOption, [ListOption<"wrt", "wrt", "int64_t", "positions of the differentiated arguments">]);
}

def WgBatch : Wg_EnginePass<"wg-batch"> {
  let summary = "derive @f.vmap: a function over one more dimension";
  let description = [{
    An entry of `in-axes` or `out-axes` is the position of the new dimension in the argument or result, or `-` for one that does not have
    it. Without a list every entry is 0.
  }];
  let options = !listconcat(fnOption, [
    ListOption<"inAxes", "in-axes", "std::string", "an axis or - per argument">,
    ListOption<"outAxes", "out-axes", "std::string", "an axis or - per result">,
    Option<"size", "size", "int64_t", "1", "size of the new dimension">
  ]);
}

def WgSimplify : Pass<"wg-simplify", "::mlir::ModuleOp"> {
  let dependentDialects = ["::wg::WgDialect"];
  let summary = "inline calls, fold, canonicalise, remove common and dead code and unused private functions";
  let description = [{
    Calls of functions with `wg.jit` are compile boundaries: eager interpretation keeps them, compilation inlines
    them with `inline-jit`. So it is with functions with `wg.checkpoint`, whose derivatives compute again what their policy does not save. A call whose results are unused is dead, unless there is a callback with effects in its callee.
  }];
  let options = [Option<"inlineJit", "inline-jit", "bool", "false", "inline functions with wg.jit as well">];
}

def WgDecompose : Pass<"wg-decompose", "::mlir::ModuleOp"> {
  let dependentDialects = ["::wg::WgDialect"];
  let summary = "replace ops that have a definition by other ops";
  let description = [{
    With `keep-scalar` elementwise ops that have a scalar op for their element type stay as they are, with `keep-host` those that a
    library of the host computes better.
  }];
  let options = [
    Option<"keepScalar", "keep-scalar", "bool", "false", "keep elementwise ops that have a scalar op">,
    Option<"keepHost", "keep-host", "bool", "false", "keep ops that are computed on the host">
  ];
}

#endif
