// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Modules as wholes: parsing, copying functions between them, reading their ops.

#ifndef WG_CAPI_MODULE_H
#define WG_CAPI_MODULE_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Whether MLIR's parsers take `text` without ending the process; if not, an error at its place in `filename` is
/// emitted.
MLIR_CAPI_EXPORTED bool wgTextIsSafe(MlirContext context, MlirStringRef text, MlirStringRef filename);

/// Parses and verifies a module, or ops that become the body of one; null after a diagnostic.
MLIR_CAPI_EXPORTED MlirModule wgModuleParse(MlirContext context, MlirStringRef text, MlirStringRef filename);

/// Copies the function `name` of `from`, and every symbol that it needs, to the end of `to`. A name that `to` has, or
/// that `taken` claims, is changed. Returns the new name as a string attribute, or null after a diagnostic.
MLIR_CAPI_EXPORTED MlirAttribute wgModuleMerge(MlirModule to, MlirModule from, MlirStringRef name,
                                               bool (*taken)(MlirStringRef, void *), void *userData);

/// Hands to `callback` bytes that are the same for two functions of one context if and only if these, and all that they
/// call, are the same but for locations and names of values. False if the function is not there or holds regions.
MLIR_CAPI_EXPORTED bool wgModuleFingerprint(MlirModule module, MlirStringRef name, MlirStringCallback callback,
                                            void *userData);

/// All attributes of an op, its properties included, as a dictionary.
MLIR_CAPI_EXPORTED MlirAttribute wgOperationGetAttributes(MlirOperation op);

/// The type of a function as an attribute, null if the op is no func.func.
MLIR_CAPI_EXPORTED MlirAttribute wgFunctionGetType(MlirOperation op);

/// The entry block of a function with one block, null if it has none or several.
MLIR_CAPI_EXPORTED MlirBlock wgFunctionGetBody(MlirOperation op);

#ifdef __cplusplus
}
#endif

#endif // WG_CAPI_MODULE_H
