// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The engines that are called alone, for what they return.

#ifndef WG_CAPI_TRANSFORMS_H
#define WG_CAPI_TRANSFORMS_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What reverse mode needs of a function: names of the functions that have been added, as string attributes.
typedef struct WgLinearization {
  MlirAttribute fwd;      // (arguments) -> (results, residuals)
  MlirAttribute lin;      // (residuals, tangents) -> tangents of the results
  MlirAttribute pullback; // (residuals, cotangents) -> cotangents of the arguments
  intptr_t numResiduals;
} WgLinearization;

/// Linearizes a function in the arguments `wrt` after expanding the transforms inside it. All is null after a
/// diagnostic.
MLIR_CAPI_EXPORTED WgLinearization wgLinearize(MlirModule module, MlirStringRef function, intptr_t numWrt,
                                               const int64_t *wrt);

/// A rule that a program gives for batches of a function: a function of `module`, which is copied, and for each result
/// whether it has the dimension. A null module if there is none.
typedef struct WgVmapRule {
  MlirModule module;
  MlirStringRef name;
  intptr_t numResults;
  const bool *outs;
} WgVmapRule;

/// Where the engines ask for rules of functions with the attribute `wg.custom_vmap_source`, by its number.
MLIR_CAPI_EXPORTED void wgSetVmapRuleSource(WgVmapRule (*source)(int64_t number, intptr_t numArguments,
                                                                 const bool *batched, int64_t size));

#ifdef __cplusplus
}
#endif

#endif // WG_CAPI_TRANSFORMS_H
