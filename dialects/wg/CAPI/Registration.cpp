// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "wg/CAPI/Registration.h"

#include "wg/Pipeline/Registration.h"

#include "mlir/CAPI/IR.h"

void wgRegisterAllDialects(MlirDialectRegistry registry) { wg::registerDialects(*unwrap(registry)); }

void wgRegisterAllPasses() {
  // Both Python extensions ask for it.
  [[maybe_unused]] static bool once = (wg::registerPasses(), true);
}
