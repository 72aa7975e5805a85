// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one place that lists what a wg program may contain and which passes work on it: for the tools and for CAPI.

#ifndef WG_PIPELINE_REGISTRATION_H
#define WG_PIPELINE_REGISTRATION_H

#include "mlir/IR/DialectRegistry.h"

namespace wg {

/// Adds wg and every dialect that a wg program is lowered to, with the interfaces that the passes need.
void registerDialects(mlir::DialectRegistry &registry);

/// Makes the passes and pipelines of wg, and the general ones that go with them, known by name.
void registerPasses();

} // namespace wg

#endif // WG_PIPELINE_REGISTRATION_H
