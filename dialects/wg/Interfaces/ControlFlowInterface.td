// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops that run functions of the module: how they are typed and transformed.

#ifndef WG_INTERFACES_CONTROLFLOWINTERFACE_TD
#define WG_INTERFACES_CONTROLFLOWINTERFACE_TD

include "mlir/IR/OpBase.td"

def Wg_ControlFlowOpInterface : OpInterface<"ControlFlowOpInterface"> {
  let cppNamespace = "::wg";
  let description = [{
    An op that runs functions which it names in attributes, on operands that it passes explicitly. It also is a
    SymbolUserOpInterface, so that the functions are checked, copied and kept with it. Its rules derive these functions and
    run the derived ones in ops of the same kind.
  }];
  let methods = [
    StaticInterfaceMethod<[{
      The types of the results; `types` gives the type of a function of the module, null if there is none. `error` starts a diagnostic.
    }], "::mlir::FailureOr<::llvm::SmallVector<::mlir::Type>>", "inferResultTypes",
      (ins "::mlir::DictionaryAttr":$attributes, "::mlir::TypeRange":$operands,
           "::llvm::function_ref<::mlir::FunctionType(::llvm::StringRef)>":$types,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$error)>,
    InterfaceMethod<[{
      The op on other operands, with a tangent for each operand (null for a zero): the results and a tangent for each of them
      (null for a zero, and where the type has none). With `split` the results are computed without the tangents, and the tangents
      by ops that are linear in the tangents given.
    }], "::mlir::FailureOr<::wg::WithTangents>", "jvpRule",
      (ins "::wg::Derivations &":$derivations, "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$operands,
           "::llvm::ArrayRef<::mlir::Value>":$tangents, "bool":$split)>,
    InterfaceMethod<[{
      The cotangent of each operand (null for a zero, and where it is not linear) from cotangents of the results (null for a zero).
      `operands` are null where the op is to be linear; an error is reported if it is not.
    }], "::mlir::FailureOr<::llvm::SmallVector<::mlir::Value>>", "transposeRule",
      (ins "::wg::Derivations &":$derivations, "::mlir::OpBuilder &":$builder, "::llvm::ArrayRef<::mlir::Value>":$operands,
           "::llvm::ArrayRef<::mlir::Value>":$cts)>,
    InterfaceMethod<[{
      The op over one more dimension of `size`, which `batched` operands have in front: the results, and which of them have it.
    }], "::mlir::FailureOr<::wg::WithBatch>", "batchRule",
      (ins "::wg::Derivations &":$derivations, "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$operands,
           "::llvm::ArrayRef<bool>":$batched, "int64_t":$size)>,
    InterfaceMethod<[{
      Values to take the place of the results (null for those without uses) if the op can be replaced by something simpler.
    }], "std::optional<::llvm::SmallVector<::mlir::Value>>", "simplifyRule",
      (ins "::wg::Derivations &":$derivations, "::mlir::OpBuilder &":$builder), [{}], [{ return std::nullopt; }]>,
  ];
}

#endif
