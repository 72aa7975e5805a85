// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions.

#ifndef WG_OPS_CONVOLUTION_H
#define WG_OPS_CONVOLUTION_H

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
#include "wg/Ops/Convolution.h.inc"

#endif // WG_OPS_CONVOLUTION_H
