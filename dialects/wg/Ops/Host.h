// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a program does besides computing its results: calls of Python functions, and checks.

#ifndef WG_OPS_HOST_H
#define WG_OPS_HOST_H

#include "wg/IR/WgDialect.h"
#include "wg/Interfaces/RuleInterfaces.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#define GET_OP_CLASSES
#include "wg/Ops/Host.h.inc"

#endif // WG_OPS_HOST_H
