// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Building programs op by op, fast: one call checks, infers types, creates, inserts and verifies.

#ifndef WG_CAPI_BUILD_H
#define WG_CAPI_BUILD_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The resolved name of an op, with what is asked for every op that is built; null if there is no such op, or none that
/// `wgBuild` can make.
typedef struct WgOpName {
  const void *ptr;
  intptr_t minOperands, maxOperands;
  /// Whether the op takes its result types from functions that its attributes name.
  bool isCall;
} WgOpName;

/// A context for wg programs: its dialects are known, wg and func are loaded, nothing runs in threads, diagnostics do
/// not repeat the op.
MLIR_CAPI_EXPORTED MlirContext wgContextCreate(void);

/// Resolves the full name of a wg op without regions, or of func.call.
MLIR_CAPI_EXPORTED WgOpName wgOpNameGet(MlirContext context, MlirStringRef name);

/// The type of a function of the module (an attribute), null if there is no finished one of this name.
typedef MlirAttribute (*WgTypeOf)(MlirStringRef name, void *userData);

/// Appends an op to the block; a call asks for the types of the functions that it names. Every type, count and
/// attribute may be wrong: the result is then null, and a diagnostic has been emitted.
MLIR_CAPI_EXPORTED MlirOperation wgBuild(WgOpName name, MlirLocation location, intptr_t numOperands,
                                         const MlirValue *operands, intptr_t numAttributes,
                                         const MlirNamedAttribute *attributes, WgTypeOf typeOf, void *userData,
                                         MlirBlock block);

/// The tensor type, or null after a diagnostic if its sizes are out of range.
MLIR_CAPI_EXPORTED MlirType wgTensorTypeGet(MlirLocation location, MlirType element, intptr_t rank,
                                            const int64_t *shape);

/// A function without arguments and results, with an empty entry block, in no module.
MLIR_CAPI_EXPORTED MlirOperation wgFunctionCreate(MlirLocation location, MlirStringRef name, bool isPrivate);
MLIR_CAPI_EXPORTED MlirValue wgFunctionAddArgument(MlirOperation function, MlirType type, MlirLocation location);
/// Appends the return, which settles the function's type.
MLIR_CAPI_EXPORTED void wgFunctionFinish(MlirOperation function, MlirLocation location, intptr_t numResults,
                                         const MlirValue *results);

#ifdef __cplusplus
}
#endif

#endif // WG_CAPI_BUILD_H
