// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interface of ops that refer to a dimension of wg.vmap by its name.

#ifndef WG_INTERFACES_NAMEDAXISINTERFACE_H
#define WG_INTERFACES_NAMEDAXISINTERFACE_H

#include "wg/IR/Expr.h"

#include "mlir/IR/OpDefinition.h"

namespace wg {

/// A result, and whether it has the batch dimension (in front) or is the same for all examples.
struct OnAxis {
  Expr out;
  bool isBatched = false;
};

} // namespace wg

#include "wg/Interfaces/NamedAxisInterface.h.inc"

#endif // WG_INTERFACES_NAMEDAXISINTERFACE_H
