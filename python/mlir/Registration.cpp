// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tells MLIR's Python bindings about the dialect and its passes.

#include "wg/CAPI/Registration.h"

#include "mlir/Bindings/Python/Nanobind.h"
#include "mlir/Bindings/Python/NanobindAdaptors.h"

NB_MODULE(_wengertRegistration, m) {
  m.doc() = "registration of the wg dialect and of its passes";
  m.def("register_dialects", [](MlirDialectRegistry registry) { wgRegisterAllDialects(registry); });
  wgRegisterAllPasses();
}
