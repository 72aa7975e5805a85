// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops on all examples of a batch.

#ifndef WG_OPS_COLLECTIVE_H
#define WG_OPS_COLLECTIVE_H

#include "wg/IR/WgDialect.h"
#include "wg/Interfaces/NamedAxisInterface.h"
#include "wg/Interfaces/RuleInterfaces.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "wg/Ops/Collective.h.inc"

#endif // WG_OPS_COLLECTIVE_H
