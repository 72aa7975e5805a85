// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a program in C (or a Python extension) calls before it meets wg: dialects into a registry, passes into the
// table.

#ifndef WG_CAPI_REGISTRATION_H
#define WG_CAPI_REGISTRATION_H

#include "mlir-c/IR.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Adds wg and every dialect that a wg program is lowered to.
MLIR_CAPI_EXPORTED void wgRegisterAllDialects(MlirDialectRegistry registry);

/// Makes the passes of wg, and the general ones that its pipelines use, known by name; once, however often called.
MLIR_CAPI_EXPORTED void wgRegisterAllPasses(void);

#ifdef __cplusplus
}
#endif

#endif // WG_CAPI_REGISTRATION_H
